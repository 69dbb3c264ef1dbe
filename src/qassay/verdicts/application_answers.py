"""Answers to the questions of a sheet about applications; their results have a section besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qassay.languages.english import named, said
from qassay.languages.sentence import Figures
from qassay.planning.plan import Plan
from qassay.protocols.approximation_ratio import ApproximationRatio, read_problem
from qassay.protocols.asked import Answer
from qassay.protocols.interface import Measured
from qassay.verdicts.application_results import DepthResult, application_results, of_depth
from qassay.verdicts.application_words import share_figures, tier_words


def answers_on_applications(
    plan: Plan, measured: Mapping[str, tuple[Measured, ...]]
) -> Iterator[Answer]:
    """Answer the questions about applications of which anything came back.

    Args:
        plan: The frozen plan.
        measured: Estimates of each experiment that has data, by its id.
    """
    asked = [one for one in plan.sheet.questions if one.ask == ApproximationRatio.id]
    if not asked:
        return
    results = application_results(plan, measured)
    found = {
        read_problem(one.experiment.problem).question: (result, one)
        for result in results
        for one in result.depths
    }
    for question in asked:
        if question.id not in found or found[question.id][1].score is None:
            continue
        result, depth = of_depth(plan, *found[question.id])
        yield Answer(
            question=question.id,
            experiment=depth.experiment.id,
            ask=question.ask,
            title=named(f"ask.{question.ask}", question.kind.title),
            telling=True,
            headline=result.how_far,
            rows=tuple(_rows(depth)),
            numbers=result.as_json(),
            shots=depth.shots,
            circuits=depth.batches,
        )


def _rows(one: DepthResult) -> Iterator[tuple[str, str]]:
    yield said("application.head_depth"), str(one.depth)
    if one.score is not None:
        ends = {"low": one.score.low, "high": one.score.high, "value": one.score.value}
        written = {name: Figures(number=f"{value:.3f}") for name, value in ends.items()}
        yield said("application.head_score"), said("answer.interval", **written)
    if one.ideal is not None:
        yield said("application.head_ideal"), f"{one.ideal:.3f}"
    if one.retention is not None:
        share = share_figures(one.retention)
        yield said("application.head_kept"), said("number.alone", one=share)
    if one.tier is not None:
        yield said("application.head_tier"), tier_words(one.tier)
