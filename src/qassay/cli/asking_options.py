"""Options of commands that ask one question: its settings, and what all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import click

from qassay.claims.questions import ASKS
from qassay.claims.rows.asked import Setting
from qassay.cli import options, sending_options

_TYPES: Final[Mapping[str, type]] = {"whole": int, "number": float}
_METAVARS: Final[Mapping[str, str]] = {"qubits": "Q,Q,...", "rates": "E1,E2,RO"}
plan_only = click.option("--plan-only", is_flag=True, help="Say what to expect, and run nothing.")
asking = options.together(
    plan_only,
    options.device,
    options.seed,
    options.out,
    sending_options.paying,
    options.language,
    options.as_json,
)


def settings(kind: str, **told: str | tuple[str, str]) -> options.Decorator:
    """Make an option of each setting of a question that is named, with its type and usual value.

    Args:
        kind: Of the question.
        told: By key: its help; or metavar and help.
    """
    rows = {one.key: one for one in ASKS[kind].settings}
    return options.together(*(_option(rows[key], words) for key, words in told.items()))


def _option(one: Setting, told: str | tuple[str, str]) -> options.Decorator:
    metavar, words = (_METAVARS.get(one.form), told) if isinstance(told, str) else told
    return click.option(
        f"--{one.key.replace('_', '-')}",
        type=click.Choice(one.words) if one.words else _TYPES.get(one.form, str),
        default=one.usual,
        show_default=one.usual is not None,
        metavar=metavar,
        help=words,
    )


def settings_of(kind: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Take the settings of a question out of what was typed; the rest stays."""
    keys = [one.key for one in ASKS[kind].settings if one.key in asked]
    return {key: asked.pop(key) for key in keys}
