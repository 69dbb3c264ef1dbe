"""The evidence on one claim at one moment, as two e-values, and when it settles a claim.

An e-value is the wealth of a gambler who started with 1 and bet against a hypothesis at fair
odds; if the hypothesis holds, it reaches 1 / alpha with probability at most alpha, however
often one looks (Ville). On one claim that may be used at any moment of the past, so the
largest wealth counts. Across a sheet with control of the false discovery rate (closed e-BH, Xu,
Fischer and Ramdas, arXiv:2504.11759) it is the wealth at the moment of stopping that counts; a
sheet with one claim under test is judged by its peaks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qassay.protocols.terms import Terms
from qassay.protocols.weighing.decision import Decision, Outcome
from qassay.statistics.multiplicity import closed_e_bh


@dataclass(frozen=True, slots=True, kw_only=True)
class Wealth:
    """Log e-values on one claim.

    Attributes:
        support: Against "the limit is missed", now.
        refute: Against "the claim holds", now.
        support_peak: The largest so far.
        refute_peak: The largest so far.
        refuted_first: Whether `refute` reached its threshold before `support` did.
        remarks: What the reader should know.
    """

    support: float
    refute: float
    support_peak: float
    refute_peak: float
    refuted_first: bool = False
    remarks: tuple[str, ...] = ()


NO_WEALTH = Wealth(support=0.0, refute=0.0, support_peak=0.0, refute_peak=0.0)


def staked(parts: Sequence[tuple[float, Wealth]]) -> Wealth:
    """Split one wealth among tests of the same claim; the mixture of e-values is an e-value.

    Args:
        parts: Stakes, adding up to one, and what became of them. The remarks are those of the
            test that owns the most in the end.
    """
    if not math.isclose(sum(stake for stake, _ in parts), 1.0):
        raise ValueError("stakes must add up to one")
    logs = [math.log(stake) for stake, _ in parts]
    sides = [(one.support, one.refute) for _, one in parts]
    support, refute = (
        float(np.logaddexp.reduce([log + side[i] for log, side in zip(logs, sides, strict=True)]))
        for i in (0, 1)
    )
    peaks = [(one.support_peak, one.refute_peak) for _, one in parts]
    support_peak, refute_peak = (
        max(now, *(log + peak[i] for log, peak in zip(logs, peaks, strict=True)))
        for i, now in enumerate((support, refute))
    )
    told = max(
        zip(logs, (one for _, one in parts), strict=True),
        key=lambda part: part[0] + max(part[1].support_peak, part[1].refute_peak),
    )[1]
    return Wealth(
        support=support,
        refute=refute,
        support_peak=support_peak,
        refute_peak=refute_peak,
        refuted_first=refute_peak > support_peak,
        remarks=told.remarks,
    )


def outcome_alone(terms: Terms, wealth: Wealth, claims: int) -> Outcome:
    """Judge one claim by itself; family-wise, with its part of the error probabilities.

    Args:
        terms: Holds alpha, beta and the rule for many claims.
        wealth: The evidence.
        claims: Claims under test on the sheet.
    """
    part = 1 / (claims if terms.multiplicity == "family-wise" else 1)
    supported = wealth.support_peak >= -math.log(part * terms.beta)
    refuted = wealth.refute_peak >= -math.log(part * terms.alpha)
    if supported and refuted:
        return "refuted" if wealth.refuted_first else "supported"
    if supported or refuted:
        return "supported" if supported else "refuted"
    return "inconclusive"


def discoveries(
    terms: Terms, wealth: Mapping[str, Wealth], settled: Mapping[str, Decision]
) -> dict[str, Outcome]:
    """Judge open claims of a sheet together by closed e-BH.

    "The limit is missed" and "the claim holds" are two families: of the supported claims a
    share of at most beta is expected to be wrong, of the refuted ones at most alpha. Open
    claims and those that went the other way count as if their gamblers owned nothing. A claim
    needs 1 / beta (1 / alpha) of its own as well, so that its verdict can stand alone.

    Args:
        terms: Holds alpha and beta.
        wealth: Evidence on the claims that are open, now.
        settled: Claims settled before, with the e-values they were settled by.

    Returns:
        Outcomes of the claims that are settled now.
    """
    if not wealth:
        return {}
    names = [*settled, *wealth]
    chosen: dict[str, Outcome] = {}
    sides: tuple[tuple[Outcome, float], ...] = (("supported", terms.beta), ("refuted", terms.alpha))
    for outcome, level in sides:
        kept = np.array([n in settled and settled[n].outcome == outcome for n in names])
        own = [
            _settled_log_e(settled[name], outcome)
            if name in settled
            else _log_e(wealth[name], outcome, level)
            for name in names
        ]
        rejected = closed_e_bh(np.array(own), level, settled=kept)
        for name in (n for n, hit in zip(names, rejected, strict=True) if hit and n in wealth):
            one = wealth[name]
            if name in chosen and one.support + math.log(terms.beta) >= one.refute + math.log(
                level
            ):
                continue  # in the zone both may be won; the larger fortune decides
            chosen[name] = outcome
    return chosen


def _log_e(wealth: Wealth, outcome: Outcome, level: float) -> float:
    """Give the log e-value of an open claim; nothing if it could not stand alone."""
    value = wealth.support if outcome == "supported" else wealth.refute
    return value if value >= -math.log(level) else -math.inf


def _settled_log_e(decision: Decision, outcome: Outcome) -> float:
    """Give the log e-value a claim was settled by; nothing if it went the other way."""
    if decision.outcome != outcome:
        return -math.inf
    value = decision.e_support if outcome == "supported" else decision.e_refute
    return math.inf if value is None else math.log(max(value, 1e-300))
