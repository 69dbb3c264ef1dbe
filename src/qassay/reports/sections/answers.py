"""What was asked beside the claims: an answer each, and the pictures behind figures."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qassay.claims.rows.asked import FIGURE
from qassay.languages.english import said
from qassay.protocols.asked import Answer
from qassay.protocols.known import kind_of
from qassay.reports.claim_data import ClaimData, figures_data
from qassay.reports.drawing import Drawing
from qassay.reports.figures_map import map_figure
from qassay.reports.words import metric_title
from qassay.verdicts.analysis import Analysis


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AnswerSection:
    """What the page shows of one answer.

    Attributes:
        told: The answer.
        figures: Drawings that exist for it.
    """

    told: Answer
    figures: tuple[Drawing, ...] = ()


def answer_sections(analysis: Analysis) -> tuple[AnswerSection, ...]:
    """Make all sections, in the order of the answers."""
    return tuple(
        AnswerSection(told=one, figures=_maps(analysis) if one.ask == FIGURE else ())
        for one in analysis.answers
    )


def _maps(analysis: Analysis) -> tuple[Drawing, ...]:
    """Draw qubits and pairs of every figure; single differences are noise, and stay undrawn."""
    drawn = (
        (one, map_figure(one, analysis.plan.device))
        for one in figures_data(analysis)
        if kind_of(one.claim.metric) != "difference"
    )
    return tuple(
        replace(drawing, title=_title(one)) for one, drawing in drawn if drawing is not None
    )


def _title(data: ClaimData) -> str:
    return said("answer.figure.map", title=metric_title(data.metric))
