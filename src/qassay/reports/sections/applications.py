"""What an application's run tells a minister of energy or the director of a hospital."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qassay.applications.catalog import application_of, reference_merit
from qassay.applications.interface import Words
from qassay.languages.english import capital, commas, named, number_sentence, said
from qassay.languages.sentence import Fact, Figures, Sentence
from qassay.numerals import numeral
from qassay.reports.drawing import Drawing
from qassay.reports.figures_answers import answer_figure
from qassay.reports.figures_scores import score_figure
from qassay.reports.text import sentence
from qassay.verdicts.analysis import Analysis
from qassay.verdicts.application_results import (
    ApplicationResult,
    DepthResult,
    application_results,
)
from qassay.verdicts.application_words import share_figures, solver_time, tier_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSection:
    """One application on the page.

    Attributes:
        anchor: Of the section.
        field: "Energy" or "Healthcare".
        title: A heading.
        question: What is asked, without physics.
        merit: What an answer is worth.
        repair: What is done to every string before it is used.
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
    field: Sentence
    title: Sentence
    question: Sentence
    merit: Sentence
    repair: Sentence
    headline: Sentence
    classical: str
    facts: tuple[tuple[Sentence, str], ...]
    scores: tuple[tuple[str, ...], ...]
    control: tuple[tuple[str, ...], ...]
    figures: tuple[Drawing, ...]
    how_far: Sentence
    remarks: tuple[Sentence, ...]
    source: tuple[str, ...]


def application_sections(
    analysis: Analysis, *, drawn: bool = True
) -> tuple[ApplicationSection, ...]:
    """Make a section of every application that was run.

    Args:
        analysis: Plan, estimates and verdicts.
        drawn: Whether with drawings, whose words are English.
    """
    results = application_results(analysis.plan, analysis.measured)
    return tuple(_section(result, number, drawn) for number, result in enumerate(results, start=1))


def headline_of(analysis: Analysis) -> str:
    """Say in one sentence what a run without claims found."""
    told: Sentence | None = None
    for result in application_results(analysis.plan, analysis.measured):
        one = _headline(result)
        told = one if told is None else said("application.behind", a=told, b=one)
    return told or ""


def _section(result: ApplicationResult, number: int, drawn: bool) -> ApplicationSection:
    instance = result.instance
    words = application_of(instance.application).words
    anchor = f"application-{number}"
    source = instance.source

    def of(part: str) -> Sentence:
        return application_word(instance.application, part, getattr(words, part))

    return ApplicationSection(
        anchor=anchor,
        field=named(f"field.{words.field}", words.field.capitalize()),
        title=of("title"),
        question=of("question"),
        merit=capital(of("merit")),
        repair=of("repair"),
        headline=_headline(result),
        classical=_classical(result, words),
        facts=_facts(result, words),
        scores=tuple(_score_row(one) for one in result.depths),
        control=_control_rows(result),
        figures=_figures(result, words, anchor) if drawn else (),
        how_far=result.how_far,
        remarks=_remarks(result, words, of("truth")),
        source=tuple(
            filter(
                None,
                (
                    sentence(source.title),
                    said("application.licence", licence=source.licence),
                    sentence(source.attribution),
                    source.url,
                    *(sentence(note) for note in source.notes),
                ),
            )
        ),
    )


def application_word(application: str, part: str, english: str) -> Sentence:
    """Give a word of an application's own, such as its title, its code beside it."""
    return named(f"app.{application.replace('-', '_')}.{part}", english)


def _headline(result: ApplicationResult) -> Sentence:
    best = result.best
    if best is None or best.score is None or best.tier is None:
        return said("application.none")
    facts: dict[str, Fact] = {
        "score": Figures(number=f"{best.score.value:.2f}"),
        "qubits": said("count.qubits", n=result.instance.qubits),
        "means": said(f"application.means_{best.tier}"),
    }
    if best.retention is None:
        told = said("application.headline", **facts)
    else:
        told = said(
            "application.headline_kept", **facts, kept=share_figures(max(best.retention, 0.0))
        )
    won = result.classical is not None and best.tier < 4
    return said("application.laptop_wins", told=told) if won else told


def _classical(result: ApplicationResult, words: Words) -> str:
    told = result.classical
    if not told:
        return ""
    return said(
        f"application.classical_{'proven' if told['proven'] else 'unproven'}",
        solver=str(told["solver"]),
        value=_amount(float(told["optimum"]), words),
        time=solver_time(told),
    )


def _amount(value: float, words: Words) -> Sentence:
    number = numeral(value, 0 if value >= 1000 or value == int(value) else 1)
    if words.unit == "$":
        return said("application.dollars", n=Figures(number=number))
    return number_sentence(Figures(number=number, unit=words.unit, joint=" "))


def _facts(result: ApplicationResult, words: Words) -> tuple[tuple[Sentence, str], ...]:
    instance = result.instance
    best = result.best
    size = [
        said("count.qubits", n=instance.qubits),
        said("application.couplings", n=len(instance.ising.couplings)),
    ]
    rows: list[tuple[Sentence, str]] = [
        (said("application.instance"), f"{instance.title} ({instance.name})"),
        (said("application.size"), commas(size)),
        (said("application.optimum"), _amount(reference_merit(instance), words)),
    ]
    if best is not None:
        most = _amount(result.merit(best.means["best_merit"]), words)
        rows.append((said("application.best_shot"), most))
    gap = instance.data.get("encoding_gap")
    if gap is not None:
        told = said("application.encoding_gap", share=share_figures(float(gap), 1))
        rows.append((said("application.encoding"), told))
    return tuple(rows)


def _score_row(one: DepthResult) -> tuple[str, ...]:
    score, predicted = one.score, one.predicted
    lost = one.experiment.batches - one.batches
    shots = Figures(number=numeral(one.shots))
    return (
        _number(str(one.depth)),
        said("application.no_answer") if score is None else _three(score.value),
        "" if score is None else _range("interval", score.low, score.high),
        "–" if one.ideal is None else _three(one.ideal),
        "–" if one.retention is None else number_sentence(share_figures(one.retention)),
        "–" if predicted is None else _range("between", predicted.low, predicted.high),
        "–"
        if one.tier is None
        else said("application.tier", n=one.tier, means=tier_words(one.tier)),
        _number(numeral(one.two_qubit_gates)),
        said("application.shots_lost", shots=shots, n=lost) if lost else number_sentence(shots),
    )


def _number(text: str) -> Sentence:
    return number_sentence(Figures(number=text))


def _three(value: float) -> Sentence:
    return _number(f"{value:.3f}")


def _range(code: str, low: float, high: float) -> Sentence:
    ends = (Figures(number=f"{end:.3f}") for end in (low, high))
    return said(f"application.{code}", **dict(zip(("low", "high"), ends, strict=True)))


def _control_rows(result: ApplicationResult) -> tuple[tuple[str, ...], ...]:
    words = application_of(result.instance.application).words
    rows: list[tuple[str, ...]] = []
    best = result.best
    ours = said("application.machine_row", n=best.depth) if best else ""
    for name, means in (
        (ours, best.means if best else {}),
        (said("application.random_row"), result.random),
    ):
        if means:
            amounts = (
                _amount(result.merit(means[key]), words)
                for key in ("merit", "best_merit", "repaired_merit", "best_repaired_merit")
            )
            share = number_sentence(share_figures(means["repaired_optimal_share"], 1))
            rows.append((name, *amounts, share))
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
        time = f", {solver_time(told)}" if told["seconds"] is not None else ""
        title = (
            f"{told['solver']} on an ordinary computer{time}:"
            f" {_amount(float(told['optimum']), words)}"
        )
    figures.append(answer_figure(instance, bits, f"{anchor}-best", title))
    figures.append(score_figure(result, f"{anchor}-scores"))
    return tuple(figures)


def _remarks(result: ApplicationResult, words: Words, truth: Sentence) -> tuple[Sentence, ...]:
    remarks = [truth]
    best = result.best
    if best is not None:
        ours, theirs = best.means["repaired_merit"], result.random["repaired_merit"]
        gain = (ours - theirs) / max(abs(theirs), 1e-12)
        remarks.append(
            said(
                f"application.gain_{'better' if gain >= 0 else 'worse'}",
                share=share_figures(abs(gain), 2),
                ours=_amount(result.merit(best.means["best_repaired_merit"]), words),
                theirs=_amount(result.merit(result.random["best_repaired_merit"]), words),
            )
        )
    if result.claims:
        against = result.against_claims()
        remarks.append(said("application.predicted", claims=result.claims, against=against))
    return tuple(remarks)
