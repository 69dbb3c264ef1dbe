"""Figures that a first look found no value for: what is known of them, and what would tell more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qassay.characterizing.sights import Sight
from qassay.claims.metrics import METRICS
from qassay.numerals import numeral
from qassay.units import format_quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    """A figure that was not asked for, wholly or of some targets: nothing is known to plan it by.

    Attributes:
        metric: Its id.
        told: What is known of it and what would tell more, in a sentence without its full stop.
        bounded: Whether the machine is known to be beyond a bound; otherwise nothing was seen.
        at_least: Of a time without an end, the longest delay in seconds.
    """

    metric: str
    told: str
    bounded: bool
    at_least: float | None = None


def left_unasked(sights: Sequence[Sight]) -> tuple[Unasked, ...]:
    """List what has no value to plan with.

    Args:
        sights: Of the first look.
    """
    return tuple(
        Unasked(
            metric=one.metric,
            told=f"{METRICS[one.metric].title}: {_known(one) if one.end else _left_out(one)}",
            bounded=one.end in ("slow", "fast"),
            at_least=one.longest if one.end == "slow" and one.timed else None,
        )
        for one in sights
        if one.end or one.silent
    )


def _left_out(sight: Sight) -> str:
    kind = METRICS[sight.metric].target
    names = ", ".join("-".join(map(str, target)) for target in sight.silent)
    return (
        f"left out: {kind} {names}, of which no signal was seen in {_look(sight)}; out of order, or"
        " not to be told from it"
    )


def _look(sight: Sight) -> str:
    return (
        f"a first look of {numeral(sight.circuits)} circuits, whose counts are not in this bundle"
    )


def _known(sight: Sight) -> str:
    dimension = METRICS[sight.metric].dimension
    low, high = (format_quantity(x, dimension) for x in (sight.low, sight.high))
    look = _look(sight)
    if sight.end == "unseen":
        return (
            f"nothing was seen in {look}; readout or gates that are nearly random hide it, and once"
            " they are better it can be measured"
        )
    if sight.timed:
        longest, shortest = (format_quantity(x, "time") for x in (sight.longest, sight.shortest))
        if sight.end == "slow":
            return f"more than {longest}, the longest delay of {look}; --longest-delay sets it"
        return f"less than {high}: nothing was left after {shortest}, the shortest delay of {look}"
    if sight.end == "fast":
        return f"more than {low}: one layer left nothing in {look}; such gates are like random ones"
    deep = f" of up to {numeral(sight.longest)} layers" if sight.longest else ""
    return (
        f"less than {high}, by {look}{deep}; a sheet that asks for it with a smaller `near` takes"
        f" {'longer' if sight.longest else 'more'} ones"
    )
