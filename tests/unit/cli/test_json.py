"""With --json: exactly one JSON document on stdout, with the keys of the contract."""

import json
from pathlib import Path

import pytest

RUN_KEYS = {
    "sheet",
    "device",
    "seed",
    "alpha",
    "verdicts",
    "shots",
    "circuits",
    "wall_seconds",
    "device_seconds",
    "bundle",
    "datasheet",
}
VERDICT_KEYS = {"claim", "metric", "verdict", "estimate", "shots", "circuits", "reasons", "trust"}
WORDS = {"supported", "refuted", "inconclusive", "not tested"}


def strict(text):
    """Read one document, refusing NaN and whatever stands beside it."""

    def no_constant(name):
        raise AssertionError(name)

    return json.loads(text, parse_constant=no_constant)


def check_verdicts(document):
    for verdict in document["verdicts"]:
        assert verdict.keys() >= VERDICT_KEYS
        assert verdict["verdict"] in WORDS
        assert verdict["trust"] in {"T0", "T1", "T2", "T3", "T4"}
        assert verdict["reasons"]
        assert all(isinstance(reason, str) and reason for reason in verdict["reasons"])
        estimate = verdict["estimate"]
        if estimate is not None:
            assert set(estimate) >= {"value", "low", "high", "level"}
            low, high = estimate["low"], estimate["high"]
            assert low is None or low <= estimate["value"]
            assert high is None or estimate["value"] <= high
        assert (verdict["verdict"] == "not tested") == (estimate is None)


@pytest.fixture
def files(qassay, sheet, machine):
    more = sheet + '[[claim]]\nid = "xeb"\nmetric = "xeb_fidelity"\nvalue = 0.9\n'
    Path("sheet.toml").write_text(more, encoding="utf-8")
    Path("machine.toml").write_text(machine, encoding="utf-8")


@pytest.mark.usefixtures("files")
def test_run(qassay):
    call = ("run", "sheet.toml", "--device", "machine.toml", "--seed", 4, "--out", "out", "--json")
    code, out, err = qassay(*call)
    assert (code, err) == (3, "")  # one claim cannot be tested
    document = strict(out)
    assert document.keys() >= RUN_KEYS
    assert document["seed"] == 4
    assert document["alpha"] == 0.05
    assert document["device"] == "machine.toml"
    assert [v["claim"] for v in document["verdicts"]] == ["t1", "2q", "xeb"]
    assert [v["verdict"] for v in document["verdicts"]] == ["supported", "supported", "not tested"]
    check_verdicts(document)
    assert Path(document["bundle"]).is_file()
    assert Path(document["datasheet"]).is_file()
    # a shot is counted once, however many claims it serves
    lines = Path("out/journal.jsonl").read_text(encoding="utf-8").splitlines()
    batches = [json.loads(line)["event"] for line in lines]
    assert document["shots"] == sum(len(batch["outcomes"]) for batch in batches)
    assert document["shots"] <= sum(v["shots"] for v in document["verdicts"])
    assert document["device_seconds"] == pytest.approx(sum(b["seconds"] for b in batches))
    # again: the same document, but for the clock
    again = strict(qassay(*call)[1])
    for key in document.keys() - {"wall_seconds", "timings", "measured"}:
        assert again[key] == document[key], key
    assert (document["measured"], again["measured"]) == (True, False)


@pytest.mark.usefixtures("files")
def test_a_refuted_claim_is_exit_code_1(qassay):
    text = Path("sheet.toml").read_text(encoding="utf-8").replace('"10 ms"', '"300 ms"')
    Path("sheet.toml").write_text(text, encoding="utf-8")
    code, out, _ = qassay("run", "sheet.toml", "--device", "machine.toml", "--seed", 4, "--json")
    document = strict(out)
    assert code == 1
    assert document["verdicts"][0]["verdict"] == "refuted"
    assert Path("sheet-run").is_dir()  # without --out, a folder named after the sheet


@pytest.mark.usefixtures("files")
def test_a_random_seed_is_taken_up_again(qassay):
    call = ("run", "sheet.toml", "--device", "machine.toml", "--out", "out", "--json")
    first = strict(qassay(*call)[1])
    again = strict(qassay(*call)[1])
    assert first["seed"] is None
    assert first["verdicts"] == again["verdicts"]
    other = strict(qassay(*call[:-2], "other", "--json")[1])
    assert other["verdicts"] != first["verdicts"]


@pytest.mark.usefixtures("files")
def test_plan(qassay):
    code, out, err = qassay("plan", "sheet.toml", "--device", "machine.toml", "--seed", 4, "--json")
    assert (code, err) == (0, "")
    document = strict(out)
    assert len(document["id"]) == 64
    assert document["cost"]["shots"] == sum(x["rounds"] for x in document["experiments"])
    assert document["cost"].keys() >= {"shots", "circuits", "seconds", "money"}
    assert [item["claim"] for item in document["untested"]] == ["xeb"]
    assert sorted(path.name for path in Path().iterdir()) == ["machine.toml", "sheet.toml"]


@pytest.mark.usefixtures("files")
def test_what_people_read(qassay):
    call = ("--device", "machine.toml", "--seed", 4)
    code, out, err = qassay("plan", "sheet.toml", *call)
    assert (code, err) == (0, "")
    for word in ("at most", "shots of", "circuits, ", "of device time", "xeb"):
        assert word in out
    code, out, err = qassay("run", "sheet.toml", *call, "--out", "out")
    assert (code, err) == (3, "")
    for word in ("SIMULATOR", "t1", "2q", "supported", "not tested", "shots, ", "datasheet"):
        assert word in out


@pytest.mark.usefixtures("files")
def test_brackets_in_texts_are_no_colours(qassay):
    """Titles and names are a stranger's words; a terminal must print them as they are."""
    title = "All [/] of [bold] it [/red]"
    text = Path("sheet.toml").read_text(encoding="utf-8").replace('"T"', f'"{title}"')
    Path("sheet.toml").write_text(text, encoding="utf-8")
    text = Path("machine.toml").read_text(encoding="utf-8")
    text = text.replace('"small-5"', '"small [/x]"').replace(
        "qubits = 5", 'qubits = 5\ncost_per_shot = 2\ncurrency = "[/y]"'
    )
    Path("machine [z].toml").write_text(text, encoding="utf-8")
    call = ("sheet.toml", "--device", "machine [z].toml", "--seed", 4)
    code, out, _ = qassay("plan", *call)
    assert code == 0
    assert title in out
    assert "small [/x]" in out
    assert "[/y]" in out
    code, out, _ = qassay("run", *call, "--out", "out [0]")
    assert code == 3
    assert title in out
    assert "machine [z].toml" in out
    assert "out [0]/" in out
    code, out, _ = qassay("audit", next(Path("out [0]").glob("*.zip")))
    assert code == 0
