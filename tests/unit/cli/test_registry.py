"""`qassay registry`: what it prints, and how it refuses."""

import io
import json

import pytest

from qassay.cli.page import Page
from qassay.cli.registry import registry_list
from qassay.cli.registry_show import registry_show
from qassay.registry.catalog import registered


def screen_of(monkeypatch, machine, width=80, language="en"):
    """What a terminal of 24 lines is given to show."""
    stream = io.StringIO()
    page = Page(file=stream, width=width, highlight=False)
    monkeypatch.setattr("qassay.cli.registry_show.open_page", lambda: page)
    registry_show.main([machine, "--lang", language], standalone_mode=False)
    return stream.getvalue()


def test_the_prototype_stands_on_one_screen(monkeypatch):
    out = screen_of(monkeypatch, "ru-msu-rqc-rb-50")
    assert len(out.splitlines()) <= 23  # and the prompt below
    for words in (
        "As announced",
        "Came later",
        "Missing",
        "Sources",
        "99.8 %",
        "90 %",
        "left out by the maker, on record",
        "riaitalia.com/it/",
        "Western",
        "RIA Italia, 2025-04-01, secondary",
    ):
        assert words in out


@pytest.mark.parametrize("machine", ["ibm-heron-r1", "quantinuum-h1-1", "google-willow"])
def test_much_is_cut_to_a_screen_and_says_so(monkeypatch, machine):
    out = screen_of(monkeypatch, machine)
    assert len(out.splitlines()) <= 34
    for words in ("Qubits  ", "Two-qubit gate fidelity", f"{machine} --all"):
        assert words in " ".join(out.split(" "))


@pytest.mark.parametrize("width", [80, 100])
def test_the_list_is_a_table(monkeypatch, width):
    stream = io.StringIO()
    page = Page(file=stream, width=width, highlight=False)
    monkeypatch.setattr("qassay.cli.registry.open_page", lambda: page)
    registry_list.main(["--day", "2026-11-22"], standalone_mode=False)
    lines = stream.getvalue().splitlines()
    assert len(lines) < 70  # a machine in one line or two, not in a paragraph
    assert ("Maker" in lines[0]) == (width > 96)


def test_all_leaves_nothing_out(qassay):
    machine = registered("google-willow")
    out = qassay("registry", "show", "google-willow", "--all")[1]
    assert out.count("[") >= len(machine.figures)
    for one in machine.figures:
        assert one.source.url in out


def test_five_machines_beside_each_other(qassay):
    ids = (
        "ru-msu-rqc-rb-50",
        "quantinuum-h2",
        "ibm-heron-r2",
        "google-willow",
        "ustc-zuchongzhi-3",
    )
    code, out, _err = qassay("registry", "compare", *ids, "--json")
    assert code == 0
    rows = {row["metric"]: row for row in json.loads(out)["rows"]}
    told = {cell["machine"]: cell for cell in rows["t1"]["machines"]}
    assert told["quantinuum-h2"]["cannot_be_ranked"].startswith("never published")


def test_an_unknown_machine_is_refused_with_the_closest_name(qassay):
    code, _out, err = qassay("registry", "show", "quantinum-h2")
    assert code == 2
    assert 'did you mean "quantinuum-h2"?' in err


@pytest.mark.parametrize(
    "command",
    [
        ("list",),
        ("score", "google-willow"),
        ("check",),
        ("show", "psiquantum"),
        ("score", "psiquantum"),
        ("show", "ibm-heron-r2", "--all"),
    ],
)
def test_every_command_speaks_json(qassay, command):
    assert json.loads(qassay("registry", *command, "--json")[1]) is not None
    assert qassay("registry", *command)[0] == 0


def test_a_page_with_mistakes_is_refused_with_all_of_them(qassay, tmp_path):
    page = tmp_path / "page.toml"
    page.write_text('[machine]\nid = "A"\nname = "<b>x</b>"\nchecked = "2999-01-01"\n')
    code, _out, err = qassay("registry", "check", str(page))
    assert code == 2
    assert "markup" in err
    assert "2999-01-01" in err
    assert err.count("error: ") >= 4


def test_a_day_that_is_none_is_refused(qassay):
    assert qassay("registry", "list", "--day", "soon")[0] == 2


def test_a_sheet_goes_through_a_pipe_into_a_run(qassay, monkeypatch):
    import io
    import sys

    _, text, _ = qassay("registry", "sheet", "ru-bmstu-vniia-sc-4")
    stream = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stream)
    words = ("run", "-", "--device", "virtual:ru-bmstu-vniia-sc-4", "--seed", "1", "--json")
    code, out, _ = qassay(*words)
    verdicts = {one["claim"]: one["verdict"] for one in json.loads(out)["verdicts"]}
    assert verdicts == {"qubits-f0": "supported", "two_qubit_fidelity-f1": "supported"}
    assert code == 0


def test_a_simulators_bundle_is_shown_and_not_kept(qassay, monkeypatch, tmp_path):
    (tmp_path / "s.toml").write_text(qassay("registry", "sheet", "ru-bmstu-vniia-sc-4")[1])
    qassay("run", "s.toml", "--device", "virtual:ru-bmstu-vniia-sc-4", "--seed", "1")
    bundle = next((tmp_path / "s-run").glob("*.zip"))
    code, _, err = qassay("registry", "add", bundle, "--machine", "ibm-heron-r2", "--into", "m")
    assert code == 2
    assert "counts of a simulator" in err
    code, out, _ = qassay("registry", "compare", "ibm-heron-r2", "--with", bundle, "--json")
    rows = {row["metric"]: row for row in json.loads(out)["rows"]}
    cell = rows["qubits"]["machines"][1]
    assert cell["cannot_be_ranked"] == "a simulator"
    assert cell["rank"] is None


def test_counts_of_another_week_stand_beside_the_claim_by_date(qassay, tmp_path):
    """What a maker claims in 2024 is refuted by its own counts of 2023, and both are shown."""
    (tmp_path / "s.toml").write_text(qassay("registry", "sheet", "quantinuum-h1-1")[1])
    counts = tmp_path / "counts"
    counts.mkdir()
    # Survival that falls to a half in 60 Cliffords of 1.5 entanglers: an error far above 0.1 %.
    survival = {
        pair: {
            n: {str(k): 100 - int(n) // 2 - (k * 3) % 4 for k in range(10)}
            for n in ("2", "30", "80")
        }
        for pair in ("0, 1", "2, 3")
    }
    (counts / "TQ_RB.json").write_text(json.dumps({"shots": 100, "survival": survival}))
    code, out, _ = qassay("import", "quantinuum", "counts", "--sheet", "s.toml", "--json")
    verdicts = {one["claim"]: one["verdict"] for one in json.loads(out)["verdicts"]}
    assert verdicts["two_qubit_fidelity-f2"] == "refuted"
    bundle = json.loads(out)["bundle"]
    words = ("registry", "add", bundle, "--machine", "quantinuum-h1-1", "--into", "m")
    code, out, err = qassay(*words, "--taken", "2023-01-20", "--json")
    assert code == 0, err
    assert json.loads(out)["figures"][0]["date"] == "2023-01-20"
    code, out, _ = qassay("registry", "compare", "quantinuum-h1-1", "--measured", "m", "--json")
    rows = {row["metric"]: row for row in json.loads(out)["rows"]}
    theirs, ours = rows["two_qubit_fidelity"]["machines"]
    assert ours["figure"]["date"] == "2023-01-20"
    assert ours["figure"]["value"] < theirs["figure"]["value"]
    assert (
        qassay(
            "registry",
            "add",
            bundle,
            "--machine",
            "quantinuum-h1-1",
            "--into",
            "m",
            "--taken",
            "soon",
        )[0]
        == 2
    )
    assert qassay("registry", "site", "--out", "site", "--measured", "m")[0] == 0
    page = (tmp_path / "site/machines/quantinuum-h1-1.html").read_text()
    assert "2023-01-20" in page
    assert list((tmp_path / "site/data").glob("quantinuum-h1-1.2023-01-20-*.zip"))
