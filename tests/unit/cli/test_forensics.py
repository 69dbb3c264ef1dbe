"""`qassay forensics`: questions to a bundle, never a verdict."""

import json
from pathlib import Path


def test_an_honest_bundle(qassay, sheet, machine):
    Path("machine.toml").write_text(machine, encoding="utf-8")
    Path("sheet.toml").write_text(sheet, encoding="utf-8")
    qassay("run", "sheet.toml", "--device", "machine.toml", "--seed", 1, "--out", "out")
    bundle = next(Path("out").glob("*.zip"))
    code, out, err = qassay("forensics", bundle, "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert "suspicion only" in answer["suspicion_only"]
    names = " ".join(one["question"] for one in answer["questions"])
    for word in ("copied shots", "clock", "relaxation", "alike", "too good"):
        assert word in names
    assert not any(one["suspicious"] for one in answer["questions"])
    code, out, _ = qassay("forensics", bundle)
    assert code == 0
    assert "suspicion only" in out.replace("\n", " ")
    assert qassay("forensics", bundle, "--reported", "none.json")[0] == 2
    Path("reported.json").write_text('{"t1": {"0": 0.01}}', encoding="utf-8")
    code, out, _ = qassay("forensics", bundle, "--reported", "reported.json", "--json")
    assert "reported calibration (t1)" in out
    bundle.write_bytes(bundle.read_bytes()[:-40])
    code, out, err = qassay("forensics", bundle)
    assert (code, out) == (4, "")
