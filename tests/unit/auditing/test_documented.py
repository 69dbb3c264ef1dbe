"""docs/evidence.md names every check, every event and its signers, as the code has them."""

from pathlib import Path

from qassay.auditing.audit import CHECKS, question
from qassay.evidence.events import KINDS

PAGE = (Path(__file__).parents[3] / "docs" / "evidence.md").read_text(encoding="utf-8")


def test_checks_are_documented_in_their_order():
    rows = [f"| {name} | {question(check)} |" for name, check in CHECKS]
    assert "\n".join(rows) in PAGE
    assert all(len(row) < 130 for row in rows)


def test_events_are_documented():
    for name, kind in KINDS.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        by = row.split("|")[2]
        assert "anybody" in by or set(by.replace(",", "").split()) == kind.by - {"self"}
        for fact in kind.facts:
            assert f"`{fact}`" in row
