"""What an application's run tells a minister of energy or the director of a hospital."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qassay.applications.catalog import application_of
from qassay.applications.interface import Words
from qassay.numerals import numeral
from qassay.protocols.approximation_ratio import reference_merit
from qassay.reports.drawing import Drawing
from qassay.reports.figures_answers import answer_figure
from qassay.reports.figures_scores import score_figure
from qassay.reports.text import plural, sentence
from qassay.verdicts.analysis import Analysis
from qassay.verdicts.application_results import (
    TIERS,
    ApplicationResult,
    DepthResult,
    application_results,
    time_words,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSection:
    """One application on the page.

    Attributes:
        anchor: Of the section.
        field: "Energy" or "Healthcare".
        words: For people.
        headline: What came out, in one sentence.
        classical: What the classical computer did, in one sentence.
        facts: Names and values.
        scores: Rows of the table of depths.
        control: Rows of the table beside random strings.
        figures: The answers, and the scores.
        how_far: One sentence.
        remarks: What else must be known.
        source: Where the data come from, with licence.
    """

    anchor: str
    field: str
    words: Words
    headline: str
    classical: str
    facts: tuple[tuple[str, str], ...]
    scores: tuple[tuple[str, ...], ...]
    control: tuple[tuple[str, ...], ...]
    figures: tuple[Drawing, ...]
    how_far: str
    remarks: tuple[str, ...]
    source: tuple[str, ...]


def application_sections(analysis: Analysis) -> tuple[ApplicationSection, ...]:
    """Make a section of every application that was run."""
    results = application_results(analysis)
    return tuple(_section(result, number) for number, result in enumerate(results, start=1))


def headline_of(analysis: Analysis) -> str:
    """Say in one sentence what a run without claims found."""
    return " ".join(_headline(result) for result in application_results(analysis))


def _section(result: ApplicationResult, number: int) -> ApplicationSection:
    instance = result.instance
    words = application_of(instance.application).words
    anchor = f"application-{number}"
    source = instance.source
    return ApplicationSection(
        anchor=anchor,
        field=words.field.capitalize(),
        words=words,
        headline=_headline(result),
        classical=_classical(result, words),
        facts=_facts(result, words),
        scores=tuple(_score_row(one) for one in result.depths),
        control=_control_rows(result),
        figures=_figures(result, words, anchor),
        how_far=result.how_far,
        remarks=_remarks(result, words),
        source=tuple(
            filter(
                None,
                (
                    sentence(source.title),
                    f"Licence: {source.licence}.",
                    sentence(source.attribution),
                    source.url,
                    *(sentence(note) for note in source.notes),
                ),
            )
        ),
    )


def _headline(result: ApplicationResult) -> str:
    best = result.best
    if best is None or best.score is None or best.tier is None:
        return "No circuit of this application gave an answer on this machine."
    means = {
        0: "cannot be told from coin tossing",
        1: "beats coin tossing",
        2: "beats the best one-step rule of a laptop",
        3: "beats simple descent on a laptop",
        4: "competes with the best classical solver",
    }[best.tier]
    kept = (
        ""
        if best.retention is None
        else (
            f", which is {100 * max(best.retention, 0.0):.0f} % of what a machine without errors"
            " would reach"
        )
    )
    text = (
        f"On a scale from 0 (coin tossing) to 1 (the best answer) the machine reaches"
        f" {best.score.value:.2f} with {plural(result.instance.qubits, 'qubit')}{kept}: it {means}."
    )
    won = result.classical is not None and best.tier < 4
    return f"{text} An ordinary computer wins." if won else text


def _classical(result: ApplicationResult, words: Words) -> str:
    told = result.classical
    if not told:
        return ""
    value = _amount(float(told["optimum"]), words)
    proof = "and proves that nothing is better" if told["proven"] else "without a full proof"
    return (
        f"The classical solver {told['solver']} finds {value}{time_words(told, ' in {}')} on an"
        f" ordinary computer, {proof}. The classical"
        " computer wins, by orders of magnitude, and the quantum computer is not asked to beat it"
        " here: the question is how much of the answer it keeps."
    )


def _amount(value: float, words: Words) -> str:
    digits = numeral(value, 0 if value >= 1000 or value == int(value) else 1)
    return f"{digits} {words.unit}" if words.unit != "$" else f"${digits}"


def _facts(result: ApplicationResult, words: Words) -> tuple[tuple[str, str], ...]:
    instance = result.instance
    best = result.best
    rows = [
        ("Instance", f"{instance.title} ({instance.name})"),
        (
            "Size",
            f"{plural(instance.qubits, 'qubit')},"
            f" {plural(len(instance.ising.couplings), 'coupling')}",
        ),
        ("Best answer there is", _amount(reference_merit(instance), words)),
    ]
    if best is not None:
        rows.append(
            (
                "Best of all shots, unrepaired",
                _amount(result.merit(best.means["best_merit"]), words),
            )
        )
    gap = instance.data.get("encoding_gap")
    if gap is not None:
        rows.append(
            (
                "Price of the encoding",
                f"{100 * float(gap):.1f} % above the cheapest"
                " schedule, even if the cost function is solved exactly",
            )
        )
    return tuple(rows)


def _score_row(one: DepthResult) -> tuple[str, ...]:
    score, predicted = one.score, one.predicted
    lost = one.experiment.batches - one.batches
    return (
        str(one.depth),
        "no answer" if score is None else f"{score.value:.3f}",
        "" if score is None else f"{score.low:.3f} to {score.high:.3f}, 95 %",
        "–" if one.ideal is None else f"{one.ideal:.3f}",
        "–" if one.retention is None else f"{100 * one.retention:.0f} %",
        "–" if predicted is None else f"{predicted.low:.3f} to {predicted.high:.3f}",
        "–" if one.tier is None else f"{one.tier}: {TIERS[one.tier]}",
        numeral(one.two_qubit_gates),
        numeral(one.shots) + (f" ({plural(lost, 'batch', 'batches')} lost)" if lost else ""),
    )


def _control_rows(result: ApplicationResult) -> tuple[tuple[str, ...], ...]:
    words = application_of(result.instance.application).words
    rows = []
    best = result.best
    for name, means in (
        (f"This machine, depth {best.depth}" if best else "", best.means if best else {}),
        ("Random strings", result.random),
    ):
        if means:
            rows.append(
                (
                    name,
                    *(
                        _amount(result.merit(means[key]), words)
                        for key in ("merit", "best_merit", "repaired_merit", "best_repaired_merit")
                    ),
                    f"{100 * means['repaired_optimal_share']:.1f} %",
                )
            )
    return tuple(rows)


def _figures(result: ApplicationResult, words: Words, anchor: str) -> tuple[Drawing, ...]:
    instance, best, told = result.instance, result.best, result.classical
    figures = []
    if best is not None and best.found is not None:
        value = _amount(result.merit(best.means["best_merit"]), words)
        title = f"Best of {numeral(best.shots)} answers of this machine: {value}"
        figures.append(answer_figure(instance, best.found, f"{anchor}-found", title))
    bits = instance.best_bits
    title = f"Best answer: {_amount(reference_merit(instance), words)}"
    if told and len(str(told["answer"])) == instance.qubits:
        bits = np.frombuffer(str(told["answer"]).encode("ascii"), dtype=np.uint8) - np.uint8(48)
        title = (
            f"{told['solver']} on an ordinary computer{time_words(told, ', {}')}:"
            f" {_amount(float(told['optimum']), words)}"
        )
    figures.append(answer_figure(instance, bits, f"{anchor}-best", title))
    figures.append(score_figure(result, f"{anchor}-scores"))
    return tuple(figures)


def _remarks(result: ApplicationResult, words: Words) -> tuple[str, ...]:
    remarks = [words.truth]
    best = result.best
    if best is not None:
        ours, theirs = best.means["repaired_merit"], result.random["repaired_merit"]
        gain = 100 * (ours - theirs) / max(abs(theirs), 1e-12)
        more = "better" if gain >= 0 else "worse"
        remarks.append(
            f"After the same repair the machine's answers are on average {abs(gain):.2f} % {more}"
            f" than as many random ones: that is the contribution of the quantum computer to a"
            " repaired answer. The best of all repaired answers is"
            f" {_amount(result.merit(best.means['best_repaired_merit']), words)} with the machine"
            f" and {_amount(result.merit(result.random['best_repaired_merit']), words)} with"
            " random strings."
        )
    if result.claims:
        remarks.append(
            "Predicted by simulation of the same circuits from the claims:"
            f" {result.claims}. {result.against_claims()}"
        )
    return tuple(remarks)
