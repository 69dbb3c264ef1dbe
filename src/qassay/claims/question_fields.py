"""What can stand in a `[[question]]`, written from the table of questions."""

from __future__ import annotations

from typing import Final

from qassay.claims.questions import ASKS, expected_of
from qassay.claims.rows.asked import Setting

_EXAMPLES: Final = {
    "circuit": '"ghz.qasm"',
    "application": '"grid-section"',
    "file": '"depth_1.json"',
    "instance": '"h4"',
    "patch": "[3, 4, 5]",
    "expect": "[3e-4, 3e-3, 0.01]",
    "deadline": "60",
    "qubits": "8",
    "metric": '"t1"',
    "near": '"80 us"',
    "scope": "{qubits = [0, 1]}",
    "convention": '"average_gate_infidelity"',
    "relative_to": '"two_qubit_gate_error"',
}


def questions_as_markdown() -> list[str]:
    """Write the section on questions of the page on the claim sheet, line by line."""
    lines = [
        "## `[[question]]`, where something is asked and not claimed",
        "",
        "A claim has a value that counts support or refute; a question has an answer and no",
        "threshold. It stands beside the claims or alone, with an id that no claim has, and is",
        "planned, run, sealed, signed, sent by files and audited as claims are. `qassay check`",
        "says how it is read, `qassay plan` what is foretold. What is lost on the way counts",
        "against the machine. A question to which nothing came back, or whose answer says",
        "nothing, ends a command with 3. Files are named as those of claims are: in the folder",
        "of the sheet or below it, at most 512 KiB.",
        "",
        "```",
        "[[question]]",
        'id = "ours"',
        'ask = "accreditation"',
        'circuit = "ghz.qasm"',
        "traps = 2000",
        "```",
    ]
    for row in ASKS.values():
        lines += [
            "",
            f'**`ask = "{row.id}"`.** {row.definition}',
            "",
            "| setting | example | takes | left out |",
            "|---|---|---|---|",
            *map(_line, row.settings),
        ]
    return lines


def _line(one: Setting) -> str:
    needed = ", required" if one.required else ""
    usual = "" if one.usual is None else f"`{_written(one.usual)}`"
    example = _written(one.usual) if one.usual is not None else _EXAMPLES.get(one.key, "1")
    return f"| `{one.key}`{needed} | `{one.key} = {example}` | {expected_of(one)} | {usual} |"


def _written(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
