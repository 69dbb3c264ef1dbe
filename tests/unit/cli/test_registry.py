"""`qassay registry`: what it prints, and how it refuses."""

import json

import pytest


def test_the_prototype_stands_on_one_screen(qassay):
    code, out, _err = qassay("registry", "show", "ru-msu-rqc-rb-50")
    assert code == 0
    assert len(out.splitlines()) <= 45
    for words in (
        "As announced",
        "Came later",
        "Missing",
        "Sources",
        "99.8 %",
        "90 %",
        "left out by the maker, on record",
        "riaitalia.com",
        "press, 2025-04-01",
    ):
        assert words in out


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
