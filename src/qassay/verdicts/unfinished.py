"""What a campaign that was given up still says: what was decided at the end of a whole round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qassay.languages.english import said
from qassay.protocols.weighing.decision import Decision
from qassay.verdicts.analysis import Analysis


def unfinished(analysis: Analysis, known: Mapping[str, Decision], why: str) -> Analysis:
    """Leave every claim open that no whole round had settled.

    Args:
        analysis: What the counts that are there would say.
        known: Decisions at the ends of the rounds that are over.
        why: Why the campaign ended, in words.
    """
    reason = said("verdict.unfinished", why=why)
    verdicts = tuple(
        verdict
        if (verdict.claim in known and known[verdict.claim].settled)
        or verdict.outcome == "not tested"
        else replace(verdict, outcome="inconclusive", reasons=(reason, *verdict.reasons))
        for verdict in analysis.verdicts
    )
    return replace(analysis, verdicts=verdicts)
