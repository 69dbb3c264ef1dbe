"""The questions of a sheet, before a shot: how they are read, and what is foretold."""

from __future__ import annotations

from typing import Any

from rich.markup import escape

from qassay.claims.claim import ClaimSheet
from qassay.claims.questions import Question
from qassay.cli.page import FittingTable
from qassay.planning.plan import Plan
from qassay.protocols.known import answering


def question_json(one: Question) -> dict[str, Any]:
    """Say how a question is read, usual values filled in."""
    return {
        "id": one.id,
        "ask": one.ask,
        "title": one.kind.title,
        "meaning": one.kind.definition,
        "settings": dict(one.settings),
    }


def question_table(sheet: ClaimSheet) -> FittingTable:
    """Make a table of the questions of a sheet, as they are read."""
    table = FittingTable()
    for name in ("Question", "Asks", "What it means", "Settings"):
        table.add_column(name)
    for one in sheet.questions:
        settings = ", ".join(f"{key} = {_written(value)}" for key, value in one.settings)
        table.add_row(*map(escape, (one.id, one.ask, one.kind.definition, settings)))
    return table


def foretold_answers(plan: Plan) -> tuple[str, ...]:
    """Say what is foretold of the answers, question by question."""
    return tuple(
        sentence
        for x in plan.experiments
        if (protocol := answering(x.protocol)) is not None
        for sentence in protocol.foretold(x)
    )


def _written(value: object) -> str:
    """Write a value as a sheet has it."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"
