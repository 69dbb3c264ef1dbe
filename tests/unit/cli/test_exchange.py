"""`qassay export`, `collect` and `answer` on the command line: exit codes, JSON, bad input."""

import json

import pytest

SHEET = """
[sheet]
title = "T"
vendor = "V"
machine = "M"
[[claim]]
id = "r"
metric = "readout_error"
value = "5 %"
"""
DEVICE = '[device]\nname = "M"\nplatform = "other"\nqubits = 3\nconnectivity = "line"\n'


@pytest.fixture
def files(tmp_path):
    (tmp_path / "sheet.toml").write_text(SHEET)
    (tmp_path / "device.toml").write_text(DEVICE)
    return tmp_path


def export(run, files, *more):
    return run(
        "export",
        files / "sheet.toml",
        "--device-description",
        files / "device.toml",
        "--out",
        files / "c",
        "--seed",
        1,
        *more,
    )


def test_a_pack_goes_out_and_missing_counts_are_told(qassay, files):
    code, out, err = export(qassay, files, "--deadline", "2 h", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["waiting"]["round"] == 1
    assert document["waiting"]["deadline"].endswith("Z")
    assert document["seed"] is None
    assert document["bundle"] is None
    code, out, _ = qassay("collect", files / "c", "--json")
    assert code == 3
    waiting = json.loads(out)["waiting"]
    assert sum(map(len, waiting["missing"].values())) == waiting["circuits"]
    code, out, _ = qassay("collect", files / "c")
    assert code == 3
    assert "counts of" in out


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--deadline", "soon"), "--deadline: found"),
        (("--deadline", "0 s"), "--deadline: found"),
        (("--rounds", "0"), "--rounds: found 0"),
        (("--roles", "none.json"), "found no such file"),
        (("--alpha", "2"), "--alpha"),
        (("--key", "x"), "--key: found a campaign without roles"),
    ],
)
def test_options_that_mean_nothing(qassay, files, more, words):
    code, _, err = export(qassay, files, *more)
    assert code == 2
    assert words in err
    assert "Traceback" not in err


def test_bad_files_change_nothing(qassay, files):
    export(qassay, files)
    bad = files / "bad.json"
    for data in (b"", b"[]", b'{"qassay_counts": 1, "round": 1, "circuits": {"x": 1}}', b"\xff"):
        bad.write_bytes(data)
        code, _, err = qassay("collect", files / "c", bad)
        assert code == 2
        assert "bad.json" in err
    code, _, err = qassay("collect", files / "c", files / "none.json")
    assert (code, "no such file" in err) == (2, True)
    code, _, err = qassay("collect", files)
    assert (code, "no campaign" in err) == (2, True)
    code, _, err = qassay("collect", files / "c", "--received", "yesterday")
    assert (code, "--received" in err) == (2, True)


def test_an_answer_needs_a_parcel_and_a_role(qassay, files):
    key = files / "key"
    qassay("key", "new", "--role", "vendor", "--name", "V", "--out", key)
    bad = files / "parcel.zip"
    bad.write_bytes(b"PK\x03\x04")
    code, _, err = qassay("answer", bad, "--key", key, "--home", files / "h")
    assert code == 4
    assert "parcel.zip" in err
    code, _, err = qassay("answer", bad, "--key", key, "--home", files / "h", "--failed", "x")
    assert (code, "PART=REASON" in err) == (2, True)
