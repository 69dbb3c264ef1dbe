"""A claim sheet to fill in: every field explained beside it, and accepted as it stands."""

from __future__ import annotations

import textwrap

from qassay.claims.fields import CLAIM_FIELDS, SHEET_FIELDS, Field

_WIDTH = 96
_HEAD = """\
# A claim sheet for qassay. Replace the examples by what the vendor says. Lines that begin with #
# are explanations, or fields that can be left out. `qassay check FILE` says how the sheet is
# understood, `qassay metrics` what can be claimed.

[sheet]
"""
# Fields that a new sheet has in force; the others stand there as comments.
_IN_FORCE = {
    "title": 'title = "What the datasheet calls this test"',
    "vendor": 'vendor = "Who makes the claims"',
    "machine": 'machine = "Of which machine"',
}
_EXAMPLE = {
    "id": 'id = "2q"',
    "metric": 'metric = "two_qubit_gate_error"',
    "convention": 'convention = "unstated"',
    "relation": 'relation = "at most"',
    "value": 'value = "0.5 %"',
    "statistic": 'statistic = "mean"',
}
_MORE = """
[[claim]]
id = "t1"
metric = "t1"
value = "30 us"

[[claim]]
id = "qubits"
metric = "qubits"
value = 50

# What no counts can settle stands apart from what is measured (docs/claim-sheet.md).
#[[claim]]
#id = "uptime"
#kind = "declared"
#metric = "uptime"
#value = "98 % over a month"
#document = {title = "Acceptance protocol 7", sha256 = "64 digits, as sha256sum prints them"}
#inspector = "Who saw it"
#inspected = 2026-10-03
"""


def blank_sheet() -> str:
    """Write a sheet with three example claims; the first explains every field."""
    fields = [field for field in SHEET_FIELDS if field.name != "application"]
    lines = [line for field in fields for line in _explained(field, _IN_FORCE.get(field.name))]
    lines += ["", "# One table like this for each claim.", "[[claim]]"]
    lines += [
        line for field in CLAIM_FIELDS for line in _explained(field, _EXAMPLE.get(field.name))
    ]
    return _HEAD + "\n".join(lines) + "\n" + _MORE


def _explained(field: Field, line: str | None) -> list[str]:
    """Give the explanation of a field as comments, and the field, in force or as a comment."""
    meaning = field.meaning.replace("`", "")
    comments = textwrap.wrap(meaning, _WIDTH, initial_indent="# ", subsequent_indent="# ")
    return ["", *comments, line if line is not None else f"#{field.example}"]
