"""IBM Quantum's calibration tables, as they were over the years, become claims and machines."""

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.errors import CountsError
from qassay.published.ibm_calibration import read_calibration
from qassay.published.ibm_machine import ibm_machine, ibm_sheet

OLD = """Qubit,T1 (us),T2 (us),Frequency (GHz),Anharmonicity (GHz),Readout assignment error ,\
Prob meas0 prep1 ,Prob meas1 prep0 ,Readout length (ns),ID error ,√x (sx) error ,Pauli-X error ,\
CNOT error ,Gate time (ns),Reset (ns)
0,90,80,5.1,-0.34,0.02,0.03,0.01,5351.11,0.0003,0.0003,0.0003,0_1:0.008,0_1:320,5500
1,110,100,5.0,-0.34,0.03,0.04,0.02,5351.11,0.0005,0.0005,0.0005,1_2:0.012; 1_0:0.010,\
1_2:400; 1_0:340,5500
2,100,250,4.9,-0.34,0.04,0.06,0.02,5351.11,0.0004,0.0004,0.0004,2_1:0.012,2_1:380,5500
"""
NEW = """Qubit;T1 (us);T2 (us);Readout assignment error;Prob meas0 prep1;Prob meas1 prep0;\
Readout length (ns);ID error;Single-qubit gate length (ns);Z-axis rotation (rz) error;\
√x (sx) error;Pauli-X error;CZ error;Gate length (ns);RZZ error;MEASURE error;Operational
"0";200,5;150;0,01;0,012;0,008;1560;0,0002;32;0;0,0002;0,0002;"1:0,002";"1:68";"1:0,003";0,01;Yes
1;250;;0,02;0,02;0,02;1560;0,0003;32;0;0,0003;0,0003;"0:0,002;2:1";"0:68;2:68";;0,02;Yes
2;210;160;0,03;0,04;0,02;1560;0,0004;32;0;N/A;0,0004;"1:1,0;3:0,004";"3:88";;0,03;Yes
3;190;140;1;1;1;1560;1;32;0;1;1;"2:0,004";"2:88";;1;No
"""


@pytest.fixture
def table(tmp_path):
    def write(text, name="ibm_here_calibrations_2026-11-20T08_30_00Z.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def claims(path):
    return {one.id: one for one in parse_claim_sheet(ibm_sheet(path).encode()).claims}


def test_a_table_of_the_old_kind(table):
    path = table(OLD, "ibmq_old_calibrations_2021-05-01.csv")
    known = claims(path)
    assert known["t1"].value == pytest.approx(100e-6)
    assert known["readout"].value == pytest.approx(0.03)
    assert known["1q"].value == pytest.approx(0.0004)
    assert known["2q"].value == pytest.approx(0.011)  # of both directions the worse
    sheet = parse_claim_sheet(ibm_sheet(path).encode())
    assert sheet.machine == "ibmq_old"
    assert any("Frequency (GHz), Anharmonicity (GHz), ID error" in note for note in sheet.notes)
    machine = read_machine(ibm_machine(path).encode(), "m")
    assert machine.description.couplings == ((0, 1), (1, 2))
    assert machine.description.durations.two_qubit_gate == pytest.approx(370e-9)
    assert machine.noise.t2[2] == pytest.approx(200e-6)  # 250 us, above 2 T1
    assert machine.noise.readout_p10.tolist() == [0.03, 0.04, 0.06]
    assert "T2 was above 2 T1 on qubits 2" in ibm_machine(path)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_a_table_of_the_new_kind_that_another_program_saved(table, mark, ends):
    path = table(mark + NEW.encode().replace(b"\n", ends))
    known = claims(path)
    assert known["t1"].value == pytest.approx(220.1666e-6, rel=1e-3)
    assert known["t2"].scope.qubits == (0, 2)
    assert known["2q"].scope.pairs == ((0, 1),)
    assert known["2q"].value == pytest.approx(0.002)
    text = ibm_sheet(path)
    assert "out of order and left out: qubit 3, [(1, 2)]" in text
    assert 'date = "2026-11-20"' in text
    machine = read_machine(ibm_machine(path).encode(), "m")
    assert machine.noise.dead == (3,)
    assert machine.noise.one_qubit_error[2] == pytest.approx(0.00025, rel=0.01)  # the median


def test_commas_semicolons_and_tabs_are_the_same_table(table):
    plain = "Qubit,T1 (us),ECR error\n0,100,0_1:0.01;\n1,120,\n"
    other = plain.replace(",", "\t")
    assert ibm_sheet(table(plain, "a.csv")) == ibm_sheet(table(other, "a.csv"))


def test_units_are_those_of_the_header(table):
    assert claims(table("Qubit,T1 (ms)\n0,0.1\n1,0.3\n"))["t1"].value == pytest.approx(2e-4)


def test_a_missing_row_is_a_qubit_out_of_order(table):
    known = read_calibration(table("Qubit,T1 (us),CZ error\n0,100,2:0.01\n2,100,0:0.01\n"))
    assert known.report.broken_qubits == (1,)
    assert known.report.pairs == ((0, 2),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no header"),
        ("Qubit,Name\n0,a\n", 'the columns "Qubit", "Name"'),
        ("Qubit,T1 (us)\n", "no row"),
        ("Qubit,T1\n0,100\n", "a unit in its header, such as T1 (us)"),
        ("Qubit,T1 (us)\n0,abc\n", "a time above 0, or an empty cell"),
        ("Qubit,T1 (us)\n0,-5\n", "a time above 0"),
        ("Qubit,T1 (us)\n0,1e300\n", "of 100000 s at most"),
        ("Qubit,T1 (us)\n0,5\n0,6\n", "each once"),
        ("Qubit,T1 (us)\n-1,5\n", "the number of a qubit"),
        ("Qubit,T1 (us)\n99999,5\n", "the number of a qubit"),
        ("Qubit,T1 (us)\n0\n", "expected 2 cells"),
        ('Qubit,T1 (us)\n0,"5\n', "quotes that do not end"),
        ("Qubit,Readout assignment error\n0,1.2\n", "is it in per cent?"),
        ("Qubit,CZ error\n0,0>1:0.1\n1,\n", "entries such as 0_1:0.006"),
        ("Qubit,CZ error\n0,0_0:0.1\n", "pairs of different qubits"),
        ("Qubit,CZ error\n0,0_7:0.1\n", "pairs of different qubits from 0 to 0"),
        ("Qubit,CZ error,Operational\n0,,perhaps\n", "Yes or No"),
        ("Qubit,CZ error,CZ error\n0,,\n", "twice"),
        ("Qubit,T1 (us)\n0,N/A\n", "stands for nothing"),
        (b"PK\x03\x04", "workbooks"),
        (b"Qubit,T1 (us)\n0,\xff\n", "not UTF-8"),
        ("Qubit,T1 (us)\n0,5\0\n", "a zero byte"),
        ("{}", 'the columns "{}"'),
        ("Qubit,T1 (us)\n0," + "9" * 5000 + "\n", "characters"),
    ],
)
def test_what_is_no_such_table_is_told_in_a_sentence(table, text, words):
    with pytest.raises(CountsError) as caught:
        ibm_sheet(table(text))
    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


def test_no_file_and_no_couplings_are_told(table, tmp_path):
    with pytest.raises(CountsError, match="No such file"):
        ibm_sheet(tmp_path / "none.csv")
    with pytest.raises(CountsError, match="no pair with an error"):
        ibm_machine(table("Qubit,T1 (us)\n0,5\n"))


def test_a_claimed_table_is_tested_on_its_own_machine(table):
    """The machine's figures are the claims', so its answer key meets all of them."""
    from qassay.devices import answer_key

    path = table(OLD)
    machine = read_machine(ibm_machine(path).encode(), "m")
    pairs = machine.description.pairs
    errors = [answer_key.two_qubit_gate_error(machine, (pair,), (pair,))[0] for pair in pairs]
    assert sum(errors) / len(errors) <= claims(path)["2q"].value * 1.02
