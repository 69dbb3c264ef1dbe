"""The code of docs/exchange.md runs, and what it writes is what `qassay collect` takes."""

import re
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qassay.evidence.keys import SigningKey

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8")


def test_the_writer_of_the_page_is_taken_and_its_reader_agrees(tmp_path):
    from qassay.campaigns.collecting import advance
    from qassay.campaigns.folder import AgreedTerms, begin_campaign
    from qassay.exchange.description_file import read_description

    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    page = {}
    exec(code, page)  # noqa: S102  the page's own code
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(
        '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n[[claim]]\nid = "r"\n'
        'metric = "readout_error"\nvalue = "5 %"\n'
    )
    device, gates = read_description(
        b'[device]\nname = "M"\nplatform = "other"\nqubits = 3\nconnectivity = "line"\n', "d.toml"
    )
    campaign = begin_campaign(sheet, device, tmp_path / "c", AgreedTerms(gates=gates), seed=1)
    pack = advance(campaign).pack

    def run(text, shots):
        flipped = {int(q) for q in re.findall(r"prx\(pi, 0\) q\[(\d+)\]", text)}
        return ["".join("01"[q in flipped] for q in range(3))] * shots

    page["write_counts"](pack, run, tmp_path / "counts.json")
    assert page["read_counts"](pack, tmp_path / "counts.json")
    progress = advance(campaign, [tmp_path / "counts.json"])
    assert all(one.outcomes is not None for one in progress.standing.done)
    text = (tmp_path / "counts.json").read_text().replace('"shots": 1', '"shots": 2', 1)
    (tmp_path / "counts.json").write_text(text)
    with pytest.raises(AssertionError):
        page["read_counts"](pack, tmp_path / "counts.json")


def test_the_description_of_the_page_is_read():
    from qassay.exchange.description_file import read_description

    text = re.search(r"    \[device\]\n.*?5 ms\"\n", PAGE, re.DOTALL)[0]
    device, _ = read_description(text.replace("\n    ", "\n").strip().encode(), "page")
    assert device.qubits == 50


@pytest.mark.slow
def test_three_parties_reach_t2_with_every_mishap(tmp_path, monkeypatch):
    """The script of the page: verdicts right, every end in the log, the audit valid offline."""
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        import three_parties
    finally:
        sys.path.pop(0)
    import secrets

    fixed = iter(range(1, 1000))
    # Secrets and keys fixed, so that chance cannot change the story.
    monkeypatch.setattr(secrets, "token_bytes", lambda n: bytes([next(fixed)]) * n)
    monkeypatch.setattr(
        "qassay.cli.key.new_key",
        lambda: SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([next(fixed)]) * 32)),
    )
    told = three_parties.campaign(tmp_path)
    assert told["audit"]["valid"], told["audit"]["problems"]
    assert told["audit"]["trust"] == "T2"
    # The readout is true, and may still be open when a part goes missing.
    assert told["verdicts"].pop("readout") in {("supported", "T2"), ("inconclusive", "T2")}
    assert told["verdicts"] == {
        "qubits": ("supported", "T2"),
        "t1": ("refuted", "T2"),
        "readout-of-zero": ("inconclusive", "T2"),  # keeps the story going past its mishaps
    }
    log = next(c["sentence"] for c in told["audit"]["passed"] if c["check"] == "log")
    for end in ("counts", "1 expired", "1 excused", "1 failed", "1 amendments"):
        assert end in log
    page = (tmp_path / "verifier" / "campaign" / "datasheet.html").read_text(encoding="utf-8")
    for words in (
        "maintenance of the cryostat",
        "control computer broke down",
        "nothing came before the deadline",
        "Circuits went out",
        "Counts were taken in",
        "of the verifier, who signs them",
    ):
        assert words in page
