"""Wherever verdicts or numbers from a simulator stand, it is named one: a page may travel alone."""

import csv
import json

import pytest

from qassay import assay

MACHINE = """
[machine]
name = "model-2"
qubits = 2
[noise]
readout_p01 = 0.005
readout_p10 = 0.005
"""
SHEET = (
    '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "Two"\n[[claim]]\nid = "r"\n'
    'metric = "readout_error"\nvalue = "2 %"\n'
)
CONTRACT = SHEET + '[[phase]]\nid = "factory"\n'


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("named")
    (folder / "sheet.toml").write_text(SHEET, encoding="utf-8")
    (folder / "machine.toml").write_text(MACHINE, encoding="utf-8")
    device = str(folder / "machine.toml")
    return [
        str(assay.run(folder / "sheet.toml", device, out=folder / f"{n}", seed=n).bundle)
        for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("words", "bundles"),
    [
        (("audit",), 1),
        (("audit",), 2),
        (("results",), 1),
        (("compare",), 2),
        (("stability",), 3),
        (("forensics",), 1),
    ],
)
def test_a_command_names_it(qassay, runs, words, bundles):
    _, out, _ = qassay(*words, *runs[:bundles])
    assert "SIMULATOR" in out.upper()
    _, out, _ = qassay(*words, *runs[:bundles], "--json")
    assert '"simulator": true' in json.dumps(json.loads(out))


@pytest.mark.parametrize("language", ["en", "ru", "ar", "vi"])
def test_an_audit_names_it_in_every_language(qassay, runs, language):
    _, out, _ = qassay("audit", runs[0], "--lang", language)
    assert "model-2" in out


@pytest.mark.parametrize("page", ["report", "compare"])
def test_a_page_names_it(qassay, runs, tmp_path, page):
    place = tmp_path / "page.html"
    code, _, _ = qassay(page, *runs[: 1 + (page == "compare")], "--html", str(place))
    assert code == 0
    assert "imulat" in place.read_text(encoding="utf-8").partition("<body")[2]


@pytest.mark.parametrize(
    "words",
    [
        ("run", "sheet.toml", "--device", "machine.toml", "--seed", "1"),
        ("plan", "sheet.toml", "--device", "machine.toml"),
        ("apply", "max-cut", "--instance", "g.csv", "--device", "machine.toml", "--shots", "48"),
        ("rcs", "--device", "machine.toml", "--seed", "1", "--qubits", "2", "--depth", "2"),
    ],
)
def test_a_document_of_a_run_names_it(qassay, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sheet.toml").write_text(SHEET, encoding="utf-8")
    (tmp_path / "machine.toml").write_text(MACHINE, encoding="utf-8")
    (tmp_path / "g.csv").write_text("0,1,1\n", encoding="utf-8")
    _, out, err = qassay(*words, "--json")
    assert '"simulator": true' in json.dumps(json.loads(out)), err


def test_a_row_of_a_table_names_it(qassay, runs, tmp_path):
    place = tmp_path / "rows.csv"
    qassay("results", runs[0], "--csv", str(place))
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {row["simulator"] for row in rows} <= {"True", "true"}


GATES = (
    '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "Two"\n[[claim]]\nid = "1q"\n'
    'metric = "one_qubit_gate_error"\nconvention = "average_gate_infidelity"\nvalue = "1 %"\n'
)


@pytest.mark.parametrize("program", ["counts", "qiskit", "pygsti"])
def test_counts_that_went_out_come_back_as_a_simulators(qassay, tmp_path, program):
    """Out and in again made counts of a simulator those of a machine."""
    (tmp_path / "sheet.toml").write_text(GATES, encoding="utf-8")
    (tmp_path / "machine.toml").write_text(MACHINE, encoding="utf-8")
    sheet, device = tmp_path / "sheet.toml", str(tmp_path / "machine.toml")
    bundle = str(assay.run(sheet, device, out=tmp_path / "run", seed=1).bundle)
    folder, out = tmp_path / "counts", tmp_path / "import"
    assert qassay("export-counts", bundle, "--to", program, "--out", str(folder))[0] == 0
    code, told, _ = qassay(
        "import", "counts", str(folder), "--sheet", str(sheet), "--out", str(out)
    )
    assert code == 0
    assert "Measured on a SIMULATOR, Two" in told
    page = (out / "datasheet.html").read_text(encoding="utf-8")
    assert "No quantum hardware was tested" in page
    (made,) = out.glob("*.zip")
    code, told, _ = qassay("audit", str(made))
    assert (code, "SIMULATOR" in told) == (0, True)


def test_whether_it_is_a_simulator_is_yes_or_no(qassay, tmp_path):
    (tmp_path / "sheet.toml").write_text(GATES, encoding="utf-8")
    text = 'format = 1\nsimulator = "perhaps"\n[[experiment]]\nid = "a"\n'
    (tmp_path / "counts.toml").write_text(text, encoding="utf-8")
    code, _, err = qassay(
        "import", "counts", str(tmp_path), "--sheet", str(tmp_path / "sheet.toml")
    )
    assert code == 2
    assert "simulator" in err
    assert "true or false" in err
