"""A buyer's own files: what is read, and a clear sentence for what is wrong."""

import json
from pathlib import Path

import pytest

from qassay.applications.catalog import APPLICATIONS, find_instance
from qassay.applications.grid_files import read_network
from qassay.cli.main import main
from qassay.errors import UsageError

CASE = """function mpc = tiny
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [ % number type Pd
  1 3 0 0 0 0;
  2 1 90 0 0 0;
  5 1 60 0 0 0;
];
mpc.gen = [
  1 150 0 0 0 1 100 1;
];
mpc.branch = [
  1 2 0 0.1 0 0 0 0 0 0 1;
  2 5 0 0.1 0 0 0 0 0 0 1;
  1 5 0 0.1 0 0 0 0 0 0 1;
];
"""
UNITS = {
    "hours": 12,
    "load": [100, 200],
    "units": [
        {
            "name": "A",
            "minimum": 50,
            "maximum": 150,
            "cost_at_minimum": 500,
            "marginal": 10,
            "startup": 100,
        },
        {
            "name": "B",
            "minimum": 40,
            "maximum": 100,
            "cost_at_minimum": 900,
            "marginal": 30,
            "startup": 50,
        },
    ],
}
GRAPH = {"vertices": ["a", "b", "c"], "edges": [["a", "b"], ["b", "c"]]}


def own(application, data, qubits=None, name="mine.x"):
    data = (
        data
        if isinstance(data, bytes)
        else (data if isinstance(data, str) else json.dumps(data)).encode()
    )
    return APPLICATIONS[application].own(data, name, qubits)


def test_a_matpower_case_and_its_dc_flows():
    network = read_network(CASE.encode(), "tiny.m")
    # By hand: equal reactances, 150 in at 1, 90 out at 2, 60 out at 5: 80, 10 and 70 MW.
    flows = {(a, b): abs(mw) for a, b, mw in network.lines}
    assert flows == {
        (0, 1): pytest.approx(80),
        (1, 2): pytest.approx(10),
        (0, 2): pytest.approx(70),
    }
    assert network.buses == ("1", "2", "5")
    assert "DC power flow" in network.flows
    instance = own("grid-section", CASE)
    assert instance.optimum.energy == pytest.approx(-150)


def test_units_in_json_and_csv_are_the_same():
    text = "hours,12\nload,100,200\nunit,A,50,150,500,10,100\nunit,B,40,100,900,30,50\n"
    one, other = own("unit-commitment", UNITS), own("unit-commitment", text)
    assert one.ising == other.ising
    assert one.qubits == 4


@pytest.mark.parametrize("dialect", [(";", "."), (";", ",")])
def test_a_table_of_a_spreadsheet_is_one_mistake(dialect):
    between, point = dialect
    text = "hours,12\nload,100.5,200\nunit,A,50,150,500,10,100\n"
    text = text.replace(",", between).replace(".", point)
    with pytest.raises(UsageError, match="comma delimited") as raised:
        own("unit-commitment", text)
    assert len(raised.value.problems) == 1


PGLIB = {
    "time_periods": 2,
    "demand": [100, 200],
    "reserves": [5, 5],
    "thermal_generators": {
        key: {
            "must_run": 0,
            "power_output_minimum": low,
            "power_output_maximum": high,
            "ramp_up_limit": 40,
            "time_up_minimum": 2,
            "piecewise_production": [
                {"mw": low, "cost": cost},
                {"mw": high, "cost": cost + slope * (high - low)},
            ],
            "startup": [{"lag": 1, "cost": start}, {"lag": 9, "cost": 9 * start}],
        }
        for key, low, high, cost, slope, start in (
            ("A", 50, 150, 500, 10, 100),
            ("B", 40, 100, 900, 30, 50),
        )
    },
    "renewable_generators": {"wind": {}},
}


def test_a_file_of_pglib_is_read_and_what_it_says_beyond_is_told():
    instance = own("unit-commitment", PGLIB)
    assert instance.ising == own("unit-commitment", {**UNITS, "hours": 1}).ising
    told = " ".join(instance.source.notes)
    for words in ("hot", "ramps", "reserves", "wind"):
        assert words in told


def test_graphs_in_json_and_lines_are_the_same():
    one, other = own("docking-clique", GRAPH), own("docking-clique", "a b\nb c # a comment\n")
    assert one.ising == other.ising
    assert one.optimum.energy == -2


ISLANDS = CASE.replace("  1 3 0 0 0 0;", "  1 3 0 0 0 0;\n  8 1 5 0 0 0;\n  9 1 5 0 0 0;").replace(
    "mpc.branch = [", "mpc.branch = [\n  8 9 0 0.1 0 0 0 0 0 0 1;"
)
QUIET = CASE.replace("2 1 90", "2 1 0").replace("5 1 60", "5 1 0").replace("1 150", "1 0")
HEAVY = {**UNITS, "load": [30, 200]}


@pytest.mark.parametrize(
    ("application", "data", "qubits", "says"),
    [
        ("grid-section", ISLANDS, None, "no connection to the reference bus"),
        ("grid-section", QUIET, None, "no power on any line"),
        ("grid-section", CASE, 7, "2 to 3, the buses"),
        ("grid-section", "hello", None, "a MATPOWER case"),
        ("grid-section", b"\xff\xfe\x00", None, "no text"),
        ("grid-section", '{"a": 1}', None, "other JSON|no table"),
        ("grid-section", CASE.replace("1 2 0 0.1", "1 2 x 0.1"), None, "row 1"),
        ("grid-section", CASE.replace("  1 2 0 0.1", "  1 77 0 0.1"), None, "bus 77"),
        ("unit-commitment", HEAVY, None, "below the minimum of every unit"),
        ("unit-commitment", {**UNITS, "units": []}, None, "one unit or more"),
        ("unit-commitment", {**UNITS, "load": [0, 10]}, None, "above 0"),
        ("unit-commitment", "unit,A,1\n", None, "unit,NAME"),
        ("unit-commitment", "{", None, "broken JSON"),
        ("unit-commitment", UNITS, 5, "2 units in 2 periods"),
        (
            "unit-commitment",
            "load,1,2\nhours,1\nload,3,4\nunit,A,1,9,1,1,1\n",
            None,
            "mine.x:3: found load once more, as in line 1",
        ),
        (
            "unit-commitment",
            "load,1\nhours,1\nhours,2\nunit,A,1,9,1,1,1\nunit,A,1,9,1,1,1\n",
            None,
            "hours once more, as in line 2",
        ),
        ("unit-commitment", {**UNITS, "units": [UNITS["units"][0]] * 2}, None, "once more"),
        ("unit-commitment", {**PGLIB, "thermal_generators": {"A": {}}}, None, "mine.x, A"),
        ("docking-clique", {"vertices": 3, "edges": []}, None, "without an edge"),
        ("docking-clique", "a b c\n", None, "mine.x:1"),
        ("docking-clique", {"vertices": 2, "edges": [[0, 1]]}, None, "all contacts fit together"),
        ("docking-clique", {"vertices": ["a"], "edges": [["a", "z"]]}, None, "2 to 300 vertices"),
        ("docking-clique", {"vertices": ["a", "b"], "edges": [["a", "z"]]}, None, "its vertices"),
        ("docking-clique", "", None, "an empty file"),
        ("docking-clique", b"\xff\xfe", None, "an empty file"),
        ("unit-commitment", "unit\tA\t1\nload\t3\n", None, "fields with a tab between them"),
        (
            "unit-commitment",
            "load,1,x\nhours,one\nunit,A,1,9,1,1,EUR\n",
            None,
            "mine.x:1: .*\n.*mine.x:2: .*\n.*mine.x:3: ",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(application, data, qubits, says):
    with pytest.raises(UsageError, match=says):
        own(application, data, qubits)


def test_sizes_and_names_that_there_are_not():
    with pytest.raises(UsageError, match="one of 8, 12"):
        find_instance("grid-section", None, 51, 50)
    with pytest.raises(UsageError, match="no such file"):
        find_instance("grid-section", "nowhere.m", None, 50)
    with pytest.raises(UsageError, match="case118/8"):
        find_instance("grid-section", "case300/8", None, 50)
    assert find_instance("grid-section", None, None, 20).qubits == 20


# Nearly all joined, so that little is left to minimise before its size is looked at.
WIDE = {"vertices": 51, "edges": [[a, b] for b in range(2, 51) for a in range(b)]}


@pytest.mark.parametrize(
    ("application", "data", "says"),
    [
        ("grid-section", ISLANDS, "no connection to the reference bus"),
        ("grid-section", QUIET, "no power on any line"),
        ("unit-commitment", HEAVY, "below the minimum of every unit"),
        ("docking-clique", {"vertices": 3, "edges": []}, "without an edge"),
        ("docking-clique", WIDE, "at most the 50"),
        ("grid-section", "hello", "a MATPOWER case"),
        ("unit-commitment", "hello", "found"),
        ("docking-clique", b"\xff\xfe\x00", "no text"),
    ],
)
def test_the_command_line_tells_it_in_one_sentence(
    application, data, says, tmp_path, monkeypatch, capsys
):
    """Exit code 2, one line on stderr, nothing left behind."""
    data = (
        data
        if isinstance(data, bytes)
        else (data if isinstance(data, str) else json.dumps(data)).encode()
    )
    (tmp_path / "mine.x").write_bytes(data)
    monkeypatch.setattr(
        "sys.argv",
        [
            "qassay",
            "apply",
            application,
            "--device",
            "virtual:perfect-50",
            "--instance",
            str(tmp_path / "mine.x"),
            "--out",
            str(tmp_path / "o"),
        ],
    )
    assert main() == 2
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert says in told
    assert told.count("\n") == 1
    assert not (tmp_path / "o").exists()


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero here")
@pytest.mark.parametrize("application", ["grid-section", "unit-commitment", "docking-clique"])
def test_a_file_without_an_end_is_refused_in_a_sentence(application, tmp_path, monkeypatch, capsys):
    """Its digest is taken before it is read, and both end."""
    monkeypatch.chdir(tmp_path)
    words = ["apply", application, "--device", "virtual:perfect-50", "--instance", "/dev/zero"]
    monkeypatch.setattr("sys.argv", ["qassay", *words])
    assert main() == 2
    assert "error: " in capsys.readouterr().err


LOAD = "unit,Станция,10,50,500,20,100\nload,40,30\nhours,1\n"


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "utf-32", "cp1251", "koi8-r"])
def test_a_spreadsheet_of_any_office_is_read(coding):
    """Letters of an unknown code page are shown as such; the numbers are read."""
    whole = own("unit-commitment", LOAD)
    one = own("unit-commitment", LOAD.encode(coding))
    assert one.ising == whole.ising


@pytest.mark.parametrize(
    "name",
    [
        "u\u202ex\x1b[31m.csv",
        pytest.param("two\nlines.csv", marks=pytest.mark.slow),
        pytest.param("n" * 240 + ".csv", marks=pytest.mark.slow),
    ],
)
def test_a_name_that_no_sheet_can_hold_closes_no_door(name, tmp_path, monkeypatch, capsys):
    """The sheet of an application is written by us, so its names are ours to make printable."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    path.write_text("unit,A,50,200,900,25,300\nload,120,180\nhours,1\n", encoding="utf-8")
    words = ("apply", "unit-commitment", "--device", "virtual:perfect-50", "--instance", name)
    more = ("--depths", "1", "--shots", "24", "--seed", "1", "--out", "out")
    monkeypatch.setattr("sys.argv", ["qassay", *words, *more])
    assert main() == 0
    assert not {"\u202e", "\x1b"} & set(capsys.readouterr().out)
