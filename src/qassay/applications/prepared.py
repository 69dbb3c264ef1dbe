"""What is known of a problem before it is run: the instance, its classical answer, a prediction.

`qassay apply` writes it beside the sheet that asks. A plan is made of it without a solver and
without a simulator, so that the same sheet gives the same plan on every computer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from qassay.applications.catalog import (
    application_of,
    frozen,
    frozen_names,
    is_built_in,
    reference_merit,
)
from qassay.applications.exact import EVERY_STRING, HIGHS
from qassay.applications.instance import Instance, instance_from_json
from qassay.canonical import canonical_bytes
from qassay.errors import PlanError, Problem, QassayError
from qassay.reading.limits import JsonLimits
from qassay.reading.strict_json import read_json

_KEYS: Final = {"instance", "classical", "predicted"}
_NUMBER: Final = (int, float)
_CLASSICAL: Final[Mapping[str, tuple[type, ...]]] = {
    "solver": (str,),
    "optimum": _NUMBER,
    "proven": (bool,),
    "gap": _NUMBER,
    "seconds": (*_NUMBER, type(None)),
    "answer": (str,),
}
_PREDICTED: Final[Mapping[str, tuple[type, ...]]] = {
    "value": _NUMBER,
    "error": _NUMBER,
    "batches": (int,),
    "shots": (int,),
    "claims": (str,),
    "assumed": (list,),
    "two_qubit_error": (*_NUMBER, type(None)),
}
_SHEET: Final = "sheet"  # of the claims, which older predictions lack
LONGEST_SHEET: Final = 1 << 16  # characters
_LONGEST: Final = 2000  # of a text, and of a list of texts
_LIMITS: Final = JsonLimits(size=1 << 20, values=300_000)
_SOLVERS: Final = (HIGHS, EVERY_STRING)
_SLACK: Final = 1e-6  # by which a solver's optimum and the frozen one may differ
Oddity = tuple[str, object, str]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Prepared:
    """What is known before a run.

    Attributes:
        instance: The problem.
        classical: What a classical solver said of it; None where none was asked.
        predicted: What claimed error rates lead one to expect at the depth asked for, with the
            claim sheet that they stand on; or None.
    """

    instance: Instance
    classical: Mapping[str, Any] | None
    predicted: Mapping[str, Any] | None

    def to_bytes(self) -> bytes:
        """Write it as a file."""
        return canonical_bytes(
            {
                "instance": self.instance.as_json(),
                "classical": None if self.classical is None else dict(self.classical),
                "predicted": None if self.predicted is None else dict(self.predicted),
            }
        )


def read_prepared(data: bytes, where: str) -> Prepared:
    """Read what is known of a problem from a file.

    Raises:
        PlanError: It is another file, or contradicts itself; all such mistakes at once.
    """
    document = read_json(data, where, error=PlanError, limits=_LIMITS)
    if not isinstance(document, dict) or document.keys() != _KEYS:
        raise PlanError(
            Problem(
                where=where,
                found="another file",
                expected="a problem that `qassay apply` has prepared: instance, classical answer"
                " and prediction",
            )
        )
    instance = instance_from_json(document["instance"], where)
    made = Prepared(
        instance=instance, classical=document["classical"], predicted=document["predicted"]
    )
    PlanError.raise_if_any(
        Problem(where=f"{where}, {what}", found=str(found)[:80], expected=expected)
        for what, found, expected in prepared_oddities(made)
    )
    return made


def prepared_oddities(made: Prepared) -> Iterator[Oddity]:
    """Name what cannot be so of a stranger's problem.

    Yields:
        What, as it was found, and as it was expected.
    """
    instance = made.instance
    if "/" in instance.name and not is_frozen(instance):
        yield "instance", instance.name, "the frozen instance of that name, or a name of its own"
    tables: tuple[tuple[str, Any, Mapping[str, tuple[type, ...]]], ...] = (
        ("classical", made.classical, _CLASSICAL),
        ("predicted", made.predicted, _PREDICTED),
    )
    for what, table, forms in tables:
        if table is None:
            continue
        if not isinstance(table, Mapping) or table.keys() - {_SHEET} != forms.keys():
            yield what, "another table", f"a table of {', '.join(forms)}"
            return
        for key, form in forms.items():
            if not _is_form(table[key], form):
                yield f"{what}, {key}", table[key], "a value of its kind"
                return
    if made.classical is not None:
        yield from _classical(instance, made.classical)
    if made.predicted is not None and not _is_sheet(made.predicted.get(_SHEET, "")):
        yield "predicted, sheet", "another value", f"a text of at most {LONGEST_SHEET} characters"
    if made.predicted is not None and not (
        made.predicted["error"] >= 0 and made.predicted["batches"] >= 2
    ):
        yield "predicted", made.predicted["batches"], "a spread from 0, of two batches or more"


def _classical(instance: Instance, classical: Mapping[str, Any]) -> Iterator[Oddity]:
    """Hold a solver's answer against what it is worth, and the best that the instance knows."""
    answer, found = classical["answer"], float(classical["optimum"])
    if classical["seconds"] is not None and classical["seconds"] < 0:
        yield "classical, seconds", classical["seconds"], "a time from 0"
    if classical["solver"] not in _SOLVERS and is_built_in(instance.application):
        yield "classical, solver", classical["solver"], " or ".join(_SOLVERS)
    if len(answer) != instance.qubits or set(answer) - {"0", "1"}:
        yield "classical, answer", answer, f"a string of {instance.qubits} bits"
        return
    application = application_of(instance.application)
    bits = np.frombuffer(answer.encode("ascii"), dtype=np.uint8) - np.uint8(48)
    try:
        best, worth = reference_merit(instance), float(application.merit(instance, bits[None])[0])
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        yield "instance, data", repr(error)[:80], "data that say what an answer is worth"
        return
    short = (best - found) if application.higher_is_better else (found - best)
    if short > _SLACK * max(1.0, abs(best)):
        yield "classical, optimum", found, f"{best:g}, which the instance knows, or better"
    # An optimum beyond its answer would make any machine look poor.
    elif not math.isclose(worth, found, rel_tol=_SLACK, abs_tol=_SLACK):
        yield "classical, optimum", found, f"{worth:g}, which its answer is worth"


def _is_sheet(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_SHEET


def _is_form(value: object, form: tuple[type, ...]) -> bool:
    if isinstance(value, bool) and bool not in form:
        return False
    if not isinstance(value, form) or (isinstance(value, float) and not math.isfinite(value)):
        return False
    if isinstance(value, list):
        short = all(isinstance(one, str) and len(one) <= _LONGEST for one in value)
        return short and len(value) <= _LONGEST
    return not isinstance(value, str) or len(value) <= _LONGEST


def is_frozen(instance: Instance) -> bool:
    """Whether an instance is the frozen one of its name."""
    try:
        if instance.name not in frozen_names(instance.application):
            return False
        return frozen(instance.application, instance.name).as_json() == instance.as_json()
    except QassayError:
        return False
