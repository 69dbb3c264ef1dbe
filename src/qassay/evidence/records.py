"""Records read back from a bundle: strict in type and without a key too many."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from qassay.canonical import canonical_bytes
from qassay.errors import MalformedError, Problem, quoted
from qassay.planning.plan import Plan

_PLAN = TypeAdapter(Plan)


def plan_from_json(document: Any, where: str) -> Plan:
    """Build a plan from its JSON form.

    Raises:
        MalformedError: Wrong types, missing or unknown keys; all of them at once.
    """
    try:
        plan = _PLAN.validate_python(document)
    except ValidationError as error:
        raise MalformedError(
            *(
                Problem(
                    where=f"{where}, {'.'.join(map(str, mistake['loc']))}",
                    found=quoted(mistake["input"]),
                    expected=mistake["msg"],
                )
                for mistake in error.errors()[:20]
            )
        ) from None
    if canonical_bytes(plan.as_json()) != canonical_bytes(document):
        raise MalformedError(
            Problem(where=where, found="keys or values that no plan has", expected="a plan")
        )
    return plan


TEXT, WHOLE, NUMBER, LIST = (str,), (int,), (int, float), (list,)
NOTHING = (NoneType,)


def table_from_json(
    document: Any, where: str, kinds: Mapping[str, tuple[type, ...]]
) -> dict[str, Any]:
    """Take a JSON table that has exactly the given keys, each with a value of a given type.

    Raises:
        MalformedError: Another table, or none.
    """
    if not isinstance(document, dict) or document.keys() != kinds.keys():
        raise MalformedError(
            Problem(where=where, found=quoted(document), expected=f"a table of {', '.join(kinds)}")
        )
    MalformedError.raise_if_any(
        Problem(where=f"{where}, {key}", found=quoted(value), expected="another kind of value")
        for key, value in document.items()
        if type(value) not in kinds[key]
    )
    return document


def texts_from_json(values: list[Any], where: str) -> tuple[str, ...]:
    """Take a list of texts.

    Raises:
        MalformedError: Something else is in it.
    """
    MalformedError.raise_if_any(
        Problem(where=f"{where} [{place}]", found=quoted(value), expected="a text")
        for place, value in enumerate(values)
        if not isinstance(value, str)
    )
    return tuple(values)
