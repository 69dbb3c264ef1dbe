"""The analysis with the numbers as they were sealed, once the audit has found them right.

Numerical libraries differ in last digits, so an estimate of a bundle is right within a stated
tolerance. A page rounds, and what lies on the edge between two roundings could then read either
way. So the page is written from the sealed numbers and not from ours: every one of them has been
compared with what follows from the counts, and the page has no tolerance of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from qassay.statistics.estimate import Estimate
from qassay.statistics.model_check import ModelCheck
from qassay.verdicts.analysis import Analysis
from qassay.verdicts.verdict import Verdict


def with_sealed_numbers(analysis: Analysis, estimates: Any, checks: Any, verdicts: Any) -> Analysis:
    """Put the numbers of a bundle in the place of ours.

    Args:
        analysis: What follows from the counts.
        estimates: The document of estimates, compared with `analysis.estimates_json()`.
        checks: The document of checks, compared with `analysis.checks_json()`.
        verdicts: The document of verdicts, compared with `analysis.verdicts_json()`.
    """
    told, found = iter(estimates), iter(checks)
    return replace(
        analysis,
        measured={
            name: tuple(
                replace(one, estimates=tuple(_estimate(x, next(told)) for x in one.estimates))
                for one in parts
            )
            for name, parts in analysis.measured.items()
        },
        checks={
            name: replace(one, checks=tuple(_check(x, found) for x in one.checks))
            for name, one in analysis.checks.items()
        },
        verdicts=tuple(map(_verdict, analysis.verdicts, verdicts)),
    )


def _estimate(ours: Estimate, document: Any) -> Estimate:
    return _interval(ours, document["estimate"])


def _interval(ours: Estimate, said: Any) -> Estimate:
    """Take value and ends; an end that is open stays as it is, it has no digits."""
    if said is None:
        return ours
    ends = {key: float(said[key]) for key in ("value", "low", "high") if said[key] is not None}
    return replace(ours, **ends)  # type: ignore[arg-type]


def _check(ours: ModelCheck, found: Iterator[Any]) -> ModelCheck:
    said = next(found)
    if ours.p_value is None:
        return ours
    power = tuple((words, float(value)) for words, value in said["power"])
    return replace(ours, p_value=float(said["p_value"]), power=power)


def _verdict(ours: Verdict, said: Any) -> Verdict:
    numbers = {
        key: float(said[key])
        for key in ("claimed", "limit", "e_support", "e_refute")
        if said[key] is not None
    }
    intervals = {
        key: _interval(one, said[key])
        for key, one in (("estimate", ours.estimate), ("sequence", ours.sequence))
        if one is not None
    }
    return replace(ours, **numbers, **intervals)  # type: ignore[arg-type]
