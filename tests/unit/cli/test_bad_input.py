"""Bad input: one sentence with place and expectation, exit code 2, and nothing is written."""

import html
import json
import math
from pathlib import Path

import pytest

from qassay.auditing.audit import audit_bundle

# name: (old text of the sheet, new text, words of the sentence)
SHEETS = {
    "unknown metric": ('"t1"\nvalue', '"t_one"\nvalue', ['claim "t1", metric: found "t_one"']),
    "missing unit": ('"10 ms"', "10", ['claim "t1", value: found 10', "expected a time"]),
    "missing convention": (
        'convention = "average_gate_infidelity"\n',
        "",
        ['claim "2q", convention: found nothing', "process_infidelity"],
    ),
    "NaN": ('"2 %"', "nan", ['claim "2q", value: found nan', "a finite number"]),
    "infinity": (
        '"10 ms"',
        "inf",
        ['claim "t1", value: found inf', "a finite number with its unit"],
    ),
    "a negative probability": ('"2 %"', '"-2 %"', ['found "-2 %"', "between 0 and 1"]),
    "a probability above 1": ('"2 %"', "1.5", ["found 1.5", "between 0 and 1"]),
    "more than 100 %": ('"2 %"', '"101 %"', ['found "101 %"', "between 0 and 1"]),
    "an absent qubit": (
        "[[0, 1]]",
        "[[0, 9]]",
        ['claim "2q", scope: found qubits [9]', "qubits 0 to 4"],
    ),
    "an uncoupled pair": (
        "[[0, 1]]",
        "[[0, 2]]",
        ['claim "2q", scope: found pairs [(0, 2)]', "couples (line)"],
    ),
    "duplicate ids": ('id = "2q"', 'id = "t1"', ['found "t1"', "claim"]),
    "broken TOML": ("[sheet]", "[sheet", ["sheet.toml:1", "broken TOML", "toml.io"]),
    "no claims": ("[[claim]]", "[[remark]]", ["found", "expected"]),
}


def check(answer, words, out="out"):
    """Check a refusal: sentences on stderr only, and no folder of a run."""
    code, stdout, stderr = answer
    assert code == 2, stderr
    assert stdout == ""
    lines = stderr.splitlines()
    assert all(line.startswith("error: ") for line in lines)
    assert all(": found " in line and ", expected " in line for line in lines)
    for word in words:
        assert word in stderr
    assert not Path(out).exists()
    return lines


@pytest.fixture
def run(qassay, sheet, machine):
    """Run a changed sheet on the small machine."""
    Path("machine.toml").write_text(machine, encoding="utf-8")

    def call(old="", new="", *options, device="machine.toml"):
        assert old in sheet
        Path("sheet.toml").write_text(sheet.replace(old, new) if old else sheet, encoding="utf-8")
        return qassay(
            "run", "sheet.toml", "--device", device, "--seed", 1, "--out", "out", *options
        )

    return call


@pytest.mark.parametrize("name", SHEETS)
def test_a_bad_sheet(run, name):
    old, new, words = SHEETS[name]
    lines = check(run(old, new), words)
    if name != "no claims":
        assert len(lines) == 1


def test_the_sheet_that_is_changed_here_is_a_good_one(run):
    code, out, err = run("", "", "--json")
    assert (code, err) == (0, "")
    assert [v["verdict"] for v in json.loads(out)["verdicts"]] == ["supported", "supported"]


def test_all_mistakes_are_told_at_once(run):
    lines = check(run('value = "10 ms"', 'value = 10\ncolour = "red"'), ["colour", "value"])
    assert len(lines) == 2


@pytest.mark.parametrize("command", ["run", "plan", "import"])
def test_sheets_that_are_no_sheets(qassay, machine, command):
    Path("machine.toml").write_text(machine, encoding="utf-8")
    Path("empty.toml").write_bytes(b"")
    Path("large.toml").write_bytes(b"# a comment\n" * 900_000)  # 10.8 MB
    Path("binary.toml").write_bytes(bytes(range(256)))
    Path("folder.toml").mkdir()
    cases = {
        "empty.toml": ["empty.toml", "found nothing", "[sheet]"],
        "large.toml": ["large.toml: found 10\u202f800\u202f000 bytes", "at most"],
        "binary.toml": ["binary.toml:2", "no UTF-8"],
        "folder.toml": ["folder.toml: found a directory", "a claim sheet"],
        "absent.toml": ["absent.toml: found no such file", "a claim sheet"],
    }
    for name, words in cases.items():
        if command == "import":
            answer = qassay("import", "quantinuum", ".", "--sheet", name, "--out", "out")
        else:
            rest = ("--out", "out") if command == "run" else ()
            answer = qassay(command, name, "--device", "machine.toml", *rest)
        check(answer, words)


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ("virtual:prototype-5O", ['found "virtual:prototype-5O"', 'did you mean "virtual:proto']),
        ("virtual:", ["device: found"]),
        ("absent.toml", ['"absent.toml", which does not exist', "a machine file"]),
        (".", ["the folder", "a machine file"]),
        ("aer:", ["device: found"]),
        ("replay:bundle.zip", ["replay:bundle.zip"]),
        ("sheet.toml", ["sheet.toml"]),
        ("", ["device: found"]),
    ],
)
def test_an_unknown_device(run, device, words):
    code, out, err = run(device=device)
    assert (code, out) == (2, "")
    assert all(line.startswith("error: ") for line in err.splitlines())
    for word in words:
        assert word in err
    assert not Path("out").exists()


def test_a_machine_file_with_mistakes(run):
    Path("bad.toml").write_text(
        '[machine]\nname = "x"\nqubits = 2\n[noise]\nreadout_p01 = 1.5\nt1 = 3\ncolour = 1\n',
        encoding="utf-8",
    )
    lines = check(run(device="bad.toml"), ["readout_p01", "noise.t1", "colour"])
    assert len(lines) == 3


@pytest.mark.parametrize("option", ["--alpha", "--beta"])
@pytest.mark.parametrize("value", ["0", "0.5", "1", "-0.1", "nan", "inf"])
def test_error_probabilities_out_of_range(run, option, value):
    check(run("", "", option, value), [f"{option}: found", "(0, 0.5)"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--budget-shots", "0"), ["--budget-shots: found 0", "1 or more"]),
        (("--budget-shots", "-3"), ["--budget-shots: found -3", "1 or more"]),
        (("--budget-shots", "1"), ["--budget-shots: found 1", "at least"]),
        (("--workers", "0"), ["--workers: found 0", "a number from 1"]),
        (("--workers", "many"), ["--workers: found many", "dask://host:port"]),
    ],
)
def test_options_without_meaning(run, options, words):
    check(run("", "", *options), words)


@pytest.mark.parametrize(
    "words",
    [
        ("run", "s.toml", "--device", "m.toml", "--seed", "9" * 23),
        ("run", "s.toml", "--device", "m.toml", "--budget-shots", "9" * 23),
        ("apply", "max-cut", "--device", "m.toml", "--shots", "9" * 23),
        ("selfcheck", "--machines", "9" * 23),
    ],
)
def test_a_whole_number_that_no_evidence_can_hold(qassay, words):
    code, _, err = qassay(*words)
    assert (code, "is not in the range" in err) == (2, True)


def test_a_negative_seed(qassay, sheet, machine):
    Path("machine.toml").write_text(machine, encoding="utf-8")
    Path("sheet.toml").write_text(sheet, encoding="utf-8")
    code, out, err = qassay(
        "run", "sheet.toml", "--device", "machine.toml", "--seed", "-1", "--out", "out"
    )
    assert (code, out) == (2, "")
    assert err.startswith(
        "error: the seed must be a whole number from 0 to 9007199254740991, found -1"
    )
    assert not Path("out").exists()


def everything_in(folder):
    return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def test_an_out_that_is_a_file(run):
    Path("out").write_text("precious", encoding="utf-8")
    code, out, err = run()
    assert (code, out) == (2, "")
    assert err.startswith("error: --out: found a file, expected a folder")
    assert Path("out").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize(
    "change",
    [("--alpha", "0.04"), ("--rule", "guarded"), ("--budget-shots", "5000"), ("--seed", "2")],
)
def test_an_out_that_holds_another_plan(run, change):
    assert run("", "", "--json")[0] == 0
    before = everything_in("out")
    code, out, err = run("", "", *change)
    assert (code, out) == (2, "")
    assert err.startswith('error: --out out: found the run "T" on machine.toml, seed 1, counted ')
    assert "an empty folder" in err
    assert everything_in("out") == before


def test_an_out_whose_plan_is_none(run):
    Path("out").mkdir()
    spoilt = ["", "null", "[]", "{}", "[" * 100_000, '{"root": 1, "id": 2}']
    spoilt += ['{"root": "zz", "id": ""}', '{"root": "00", "id": "x"}', '{"root": "00", "id": 2}']
    for text in spoilt:
        Path("out/plan.json").write_text(text, encoding="utf-8")
        code, out, err = run()
        assert (code, out) == (2, ""), text
        assert err.startswith("error: ")
        assert everything_in("out") == {"plan.json": text.encode()}


def test_a_journal_that_was_changed(run):
    assert run("", "", "--json")[0] == 0
    path = Path("out/journal.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0].replace(b'"outcomes":["', b'"outcomes":["0'), *lines[1:]]))
    code, out, err = run("", "", "--json")
    assert (code, out) == (4, "")
    assert err.startswith("error: journal.jsonl:1: found")


# published counts

SURVIVAL = {
    "0, 1": {
        "2": {"0": 99, "1": 98, "2": 99},
        "40": {"0": 80, "1": 84, "2": 79},
    }
}
PUBLISHED = """[sheet]
title = "P"
vendor = "V"
machine = "ions"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1 %"
"""


def table(value, key="2"):
    changed = json.loads(json.dumps(SURVIVAL))
    changed["0, 1"][key]["1"] = value
    return changed


COUNTS = {
    "more hits than shots": ({"shots": 100, "survival": table(101)}, "from 0 to the 100 shots"),
    "negative hits": ({"shots": 100, "survival": table(-1)}, "from 0 to the 100 shots"),
    "half a hit": ({"shots": 100, "survival": table(97.5)}, "from 0 to the 100 shots"),
    "a hit in words": ({"shots": 100, "survival": table("98")}, "from 0 to the 100 shots"),
    "true": ({"shots": 100, "survival": table(True)}, "from 0 to the 100 shots"),
    "fewer shots than hits": ({"shots": 50, "survival": SURVIVAL}, "from 0 to the 50 shots"),
    "no shots": ({"survival": SURVIVAL}, "a whole number from 1"),
    "zero shots": ({"shots": 0, "survival": SURVIVAL}, "a whole number from 1"),
    "no survival": ({"shots": 100}, "survival"),
    "an empty survival": ({"shots": 100, "survival": {}}, "at least one qubit or pair"),
    "a list": ([1, 2], "survival"),
    "a pair of names": ({"shots": 100, "survival": {"a, b": SURVIVAL["0, 1"]}}, "a qubit such as"),
    "a pair twice": (
        {"shots": 100, "survival": {**SURVIVAL, "(0, 1)": SURVIVAL["0, 1"]}},
        "each cell once",
    ),
    "a length in words": (
        {"shots": 100, "survival": {"0, 1": {"two": {"0": 1}}}},
        "a length or sequence number",
    ),
    "a pair of one qubit": ({"shots": 100, "survival": {"1, 1": SURVIVAL["0, 1"]}}, "TQ_RB.json"),
    "a qubit as a pair": ({"shots": 100, "survival": {"1": SURVIVAL["0, 1"]}}, "TQ_RB.json"),
}


@pytest.fixture
def imported(qassay):
    Path("published.toml").write_text(PUBLISHED, encoding="utf-8")
    Path("counts").mkdir()

    def call(data):
        Path("counts/TQ_RB.json").write_bytes(data)
        return qassay(
            "import", "quantinuum", "counts", "--sheet", "published.toml", "--out", "out", "--json"
        )

    return call


def test_the_counts_that_are_changed_here_are_good_ones(imported):
    code, out, err = imported(json.dumps({"shots": 100, "survival": SURVIVAL}).encode())
    assert (code, err) == (0, "")
    (verdict,) = json.loads(out)["verdicts"]
    assert verdict["shots"] == 600
    assert 0.002 < verdict["estimate"]["value"] < 0.005


@pytest.mark.parametrize("name", COUNTS)
def test_counts_that_do_not_add_up(imported, name):
    document, words = COUNTS[name]
    code, out, err = imported(json.dumps(document).encode())
    assert (code, out) == (2, ""), err
    assert err.startswith("error: TQ_RB.json")
    assert len(err.splitlines()) == 1
    assert words in err
    assert not Path("out").exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"shots":1,"shots":2}',
        b'{"shots":NaN}',
        b"\xff",
        b"[" * 100_000,
        b'{"shots":' + b"9" * 5000 + b"}",
    ],
)
def test_counts_that_are_no_json(imported, data):
    code, out, err = imported(data)
    assert (code, out) == (2, "")
    assert err.startswith("error: TQ_RB.json: found")
    assert not Path("out").exists()


GOOD_BESIDE = {
    "a qubit": ({"3": SURVIVAL["0, 1"]}, 'survival: found "3", expected a pair of two qubits'),
    "all": ({"all": SURVIVAL["0, 1"]}, 'found "all", expected a qubit such as 3'),
    "a count in words": ({"2, 3": table("98")["0, 1"]}, "2, 3, length 2, sequence 1: found"),
    "no lengths": ({"2, 3": {}}, "2, 3: found {}, expected a table"),
}


@pytest.mark.parametrize("name", GOOD_BESIDE)
def test_a_part_that_cannot_be_read_never_stops_the_others(imported, name):
    more, words = GOOD_BESIDE[name]
    code, out, err = imported(json.dumps({"shots": 100, "survival": SURVIVAL | more}).encode())
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert said["verdicts"][0]["shots"] == 600
    (note,) = said["notes"]
    assert note.startswith("Not judged: TQ_RB.json, survival")
    assert words in note
    page = html.unescape(Path("out/datasheet.html").read_text(encoding="utf-8"))
    assert words in page


def test_a_file_that_cannot_be_read_never_stops_the_others(imported):
    for name, data in (("SPAM.json", b"{"), ("Reset_crosstalk.json", b"{}"), ("SU4.json", b"{}")):
        Path("counts", name).write_bytes(data)
    code, out, err = imported(json.dumps({"shots": 100, "survival": SURVIVAL}).encode())
    assert (code, err) == (0, "")
    notes = json.loads(out)["notes"]
    assert sorted(note.split(":")[1].split(",")[0].strip() for note in notes) == [
        *("Reset_crosstalk.json", "SPAM.json", "SU4.json"),
    ]


RAGGED = {
    "a sequence too few": {"2, 3": {"2": {"0": 99, "1": 98, "2": 99}, "40": {"0": 80, "1": 81}}},
    "a length more": {"2, 3": {**SURVIVAL["0, 1"], "60": {"0": 70}}},
}


@pytest.mark.parametrize("name", RAGGED)
def test_targets_may_have_sequences_of_their_own(imported, name):
    survival = SURVIVAL | RAGGED[name]
    code, out, err = imported(json.dumps({"shots": 100, "survival": survival}).encode())
    assert (code, err) == (0, "")
    (verdict,) = json.loads(out)["verdicts"]
    assert verdict["experiments"] == ["two_qubit_gate_error", "two_qubit_gate_error/02"]
    assert 0.002 < verdict["estimate"]["value"] < 0.006
    assert audit_bundle(Path(json.loads(out)["bundle"])).failure is None


def test_leakage_and_crosstalk_are_those_of_the_publisher(qassay):
    """Exact curves: P = 0.99 (1 - l)^m with l shared by 3/2 entanglers, 5 g / 6, 5 g / 3.

    Resets spread a bright qubit by two exponentials; SU(4) blocks count as one step each.
    """
    lost, stray, shots = 3e-4, 2e-5, 500_000
    reset = {
        str(m): round(
            shots * (0.002 + 0.996 * (2 * math.exp(-5 * stray * m) + math.exp(-2 * stray * m)) / 3)
        )
        for m in (0, 4000)
    }
    blocks = {str(m): {"0": round(shots * (0.25 + 0.74 * 0.994**m))} for m in (2, 64)}
    folder = Path("counts")
    folder.mkdir()
    kept = {str(m): {"0": round(shots * 0.99 * (1 - lost) ** m)} for m in (2, 256)}
    bright = {
        str(m): round(shots * (1 + 0.004 + (2 - 0.016) * math.exp(-3 * stray * m)) / 3)
        for m in (0, 4000)
    }
    for name, members in (
        ("tq_rb.json", {"survival": {"0, 1": kept}, "leakage_postselect": {"0, 1": kept}}),
        ("MEASUREMENT_CROSSTALK.JSON", {"survival": {"4": bright}}),
        ("Reset_crosstalk.json", {"survival": {"4": reset}}),
        ("SU4_RB.json", {"survival": {"0, 1": blocks}}),
    ):
        (folder / name).write_text(json.dumps({"shots": shots, **members}))
    claims = (
        ("leakage", 2 / 3 * lost),
        ("measurement_crosstalk", 5 / 6 * stray),
        ("reset_crosstalk", 5 / 3 * stray),
        ("su4_gate_error", 0.75 * 0.006),
    )
    sheet = '[sheet]\ntitle = "P"\nvendor = "V"\nmachine = "ions"\n'
    for metric, value in claims:
        sheet += f'[[claim]]\nid = "{metric}"\nmetric = "{metric}"\nvalue = "{100 * value} %"\n'
        if metric == "su4_gate_error":
            sheet += 'convention = "average_gate_infidelity"\n'
    Path("published.toml").write_text(sheet, encoding="utf-8")
    _, out, err = qassay(
        "import", "quantinuum", "counts", "--sheet", "published.toml", "--out", "out", "--json"
    )
    assert err == ""
    for verdict, (_, value) in zip(json.loads(out)["verdicts"], claims, strict=True):
        assert verdict["estimate"]["value"] == pytest.approx(value, rel=0.02)
    assert audit_bundle(Path(json.loads(out)["bundle"])).failure is None


def test_counts_that_are_not_there(qassay):
    Path("published.toml").write_text(PUBLISHED, encoding="utf-8")
    Path("counts").mkdir()
    for format_name, path, words in (
        ("quantinuum", "counts", "files such as TQ_RB.json"),
        ("quantinuum", "absent", "a folder with published counts"),
        ("quantinuum", "published.toml", "a folder with published counts"),
        ("ibm", "counts", "quantinuum"),
    ):
        answer = qassay("import", format_name, path, "--sheet", "published.toml", "--out", "out")
        check(answer, [words])


def test_a_budget_too_small_for_any_verdict_is_said_before_the_first_shot(qassay, sheet, machine):
    Path("machine.toml").write_text(machine, encoding="utf-8")
    Path("sheet.toml").write_text(sheet, encoding="utf-8")
    rest = ("sheet.toml", "--device", "machine.toml", "--seed", 1, "--budget-shots", 150)
    _, planned, _ = qassay("plan", *rest)
    assert "too few to settle this claim" in planned
    _, told, _ = qassay("run", *rest, "--out", "out")
    assert "are too few to settle this claim" in told
    assert told.index("are too few") < told.index("datasheet")


def test_another_rule_is_refused_where_a_plan_is_frozen(qassay, sheet, machine):
    Path("machine.toml").write_text(machine, encoding="utf-8")
    Path("sheet.toml").write_text(sheet, encoding="utf-8")
    rest = ("sheet.toml", "--device", "machine.toml", "--seed", 1, "--out", "out")
    qassay("run", *rest, "--budget-shots", 150)
    before = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    code, stdout, stderr = qassay("run", *rest, "--budget-shots", 150, "--rule", "guarded")
    assert code == 2
    assert stdout == ""
    assert "a frozen plan cannot be changed" in stderr
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == before


@pytest.mark.parametrize("alpha", ["0", "1", "-0.1", "nan", "0.5"])
def test_an_error_probability_has_to_be_one(run, alpha):
    check(run("", "", "--alpha", alpha), [f"--alpha: found {alpha}", "in (0, 0.5)"])


@pytest.mark.parametrize("delta", ["0", "-0.25", "nan"])
def test_a_tolerance_has_to_be_positive(run, delta):
    check(run('id = "t1"', f'id = "t1"\ndelta = {delta}'), ["delta: found"])
