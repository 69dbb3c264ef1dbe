"""Plans read back from a bundle: strict in type and without a key too many."""

from __future__ import annotations

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
