"""Rules of plausibility about the size of a figure: another unit, another sign, 1 - x in its place.

A figure that nobody would claim is mostly one that was typed in another way than it is read: an
error where a fidelity stands, a fraction where per cent stand, nanoseconds for microseconds. Each
kind of figure has a range outside of which it is asked about; the claim is judged as it stands all
the same. The ranges are wide: none of the registry's published figures is outside of them
(`tests/unit/claims/test_scale_rules.py`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.finding import DurationsLike, Finding, quoted_id, stated, title
from qassay.claims.metric import Metric, Target
from qassay.claims.metrics import METRICS
from qassay.claims.operations import Operation
from qassay.languages.english import lowered, named, said
from qassay.languages.sentence import Figures, Sentence, quantity_fact
from qassay.units import Dimension, format_quantity

Range = tuple[float, float]

_LIKE_AN_ERROR: Final = 0.1  # of a fidelity
_LOST: Final = 0.2  # of a register's fidelity, by each of its qubits, that a machine may lose
_LIKE_PER_CENT: Final = 0.1  # of an error; a number without a sign is then mostly one of per cent
_COIN: Final = 0.5  # from where `wording_rules.looks_like_fidelity` asks
_LEAST_ERROR: Final[dict[Target, float]] = {"qubit": 2e-8, "pair": 1e-6, "register": 1e-7}
_TIMES: Final[Range] = (1e-6, 1e6)  # of a state, in seconds
_GATES_A_LIFE: Final = 10.0  # that a state outlives at the least
_CLOCKED: Final[dict[Dimension, Range]] = {"time": (1e-9, 3e6), "rate": (1e-3, 1e9)}
_PER_CENT: Final = "%"


def fidelity_like_an_error(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """A fidelity of 2 %, or of less than what proves what it is claimed for, is mostly an error."""
    for claim in sheet.claims:
        metric = METRICS[claim.metric]
        is_fidelity = metric.dimension == "probability" and metric.better == "higher"
        if not is_fidelity or claim.relation != "at least" or claim.value <= 0:
            continue
        if (number := _without_sign(claim, _COIN)) is not None:
            yield _asked(claim, "meant_fraction", meant=Figures(number=f"{number:g}"))
        elif claim.value < metric.proves or _is_lost(sheet, claim):
            yield _asked(claim, "like_an_error", fidelity=stated(claim, 1 - claim.value))


def error_in_another_form(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """An error of 0.3 is mostly one of 0.3 %, and one of 0.000005 % one of 0.000005."""
    for claim in sheet.claims:
        metric = METRICS[claim.metric]
        is_error = metric.dimension == "probability" and metric.better == "lower"
        if not is_error or claim.relation != "at most" or claim.value <= 0:
            continue
        least = _LEAST_ERROR[metric.target]
        if _LIKE_PER_CENT <= claim.value < _COIN and _PER_CENT not in claim.stated:
            yield _asked(claim, "meant_per_cent", meant=_percent(claim.value))
        elif claim.value < least and (number := _without_sign(claim, least)) is not None:
            yield _asked(claim, "meant_fraction", meant=Figures(number=f"{number:g}"))
        elif claim.value < least:
            yield _unusual(claim, metric, (least, _LIKE_PER_CENT))


def time_in_another_unit(sheet: ClaimSheet, durations: DurationsLike | None) -> Iterator[Finding]:
    """A state that lives for nanoseconds or for years, or for no longer than a few gates."""
    gate = durations.one_qubit_gate if durations else 0.0
    for claim in sheet.claims:
        metric = METRICS[claim.metric]
        if metric.dimension != "time" or claim.value <= 0:
            continue
        low, high = max(_TIMES[0], _GATES_A_LIFE * gate), _TIMES[1]
        if not low <= claim.value <= high:
            yield _unusual(claim, metric, (low, high))


def clock_in_another_unit(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """A gate of seconds, a readout of picoseconds, an uptime of 1 %."""
    for claim in sheet.operations:
        kind = claim.kind
        value = _quantity(claim, claim.value)
        if kind.dimension == "probability":
            wanted = claim.relation == "at least"
            if 0 < claim.value <= _LIKE_AN_ERROR if wanted else _COIN <= claim.value < 1:
                rest = _quantity(claim, 1 - claim.value)
                told = said("finding.other_way", claim=f'"{claim.id}"', value=value, other=rest)
                yield _finding(claim.id, "looks-like-the-rest", told)
            continue
        low, high = kind.usual or _CLOCKED[kind.dimension]
        if claim.value > 0 and not low <= claim.value <= high:
            of = lowered(named(f"operation.{kind.id}", kind.title))
            ends = [_quantity(claim, end) for end in (low, high)]
            yield _finding(claim.id, "unusual-size", _words(f'"{claim.id}"', of, value, ends))


def _without_sign(claim: Claim, least: float) -> float | None:
    """Give a figure in per cent as if its sign were not there; None where that is as odd."""
    number = 100 * claim.value
    return number if _PER_CENT in claim.stated and least <= number < 1 else None


def _is_lost(sheet: ClaimSheet, claim: Claim) -> bool:
    """Whether a fidelity is so low that no register of its size explains it."""
    if claim.value > _LIKE_AN_ERROR:
        return False
    named_so = {*claim.scope.qubits, *(q for pair in claim.scope.pairs for q in pair)}
    counted = [one.value for one in sheet.claims if METRICS[one.metric].dimension == "count"]
    depth = claim.condition("depth")
    layers = depth if isinstance(depth, int | float) and depth >= 1 else 1
    places = len(named_so) or max([*counted, 1])
    return math.log(claim.value) < places * layers * math.log(1 - _LOST)


def _asked(claim: Claim, rule: str, **facts: Figures) -> Finding:
    told = said(
        f"finding.{rule}", claim=quoted_id(claim), title=title(claim), value=stated(claim), **facts
    )
    return _finding(claim.id, rule.replace("_", "-"), told)


def _unusual(claim: Claim, metric: Metric, usual: Range) -> Finding:
    ends = [quantity_fact(format_quantity(end, metric.dimension)) for end in usual]
    words = _words(quoted_id(claim), title(claim), stated(claim), ends)
    return _finding(claim.id, "unusual-size", words)


def _words(claim: str, of: Sentence, value: Figures, ends: list[Figures]) -> Sentence:
    low, high = ends
    return said("finding.unusual", claim=claim, title=of, value=value, low=low, high=high)


def _finding(claim: str, rule: str, told: Sentence) -> Finding:
    return Finding(rule=rule, severity="questionable", claims=(claim,), sentence=told)


def _quantity(claim: Operation, value: float) -> Figures:
    return quantity_fact(format_quantity(value, claim.kind.dimension))


def _percent(number: float) -> Figures:
    return Figures(number=f"{number:g}", unit=_PER_CENT, joint=" ")
