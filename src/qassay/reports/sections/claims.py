"""One section a claim: verdict, figures, definition, assumptions, experiments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qassay.claims.claim import Claim
from qassay.claims.validity import VALIDITY
from qassay.languages.english import named, said
from qassay.languages.sentence import Fact, Figures, Sentence, quantity_fact
from qassay.numerals import numeral
from qassay.protocols.interface import Experiment
from qassay.protocols.known import (
    estimator_of,
    is_published,
    mark_for,
    targets_with,
    told_as,
)
from qassay.reports.claim_data import ClaimData
from qassay.reports.decay_data import length_words
from qassay.reports.drawing import Drawing
from qassay.reports.facts import RunFacts
from qassay.reports.figures_decay import decay_figure
from qassay.reports.figures_dots import dots_figure
from qassay.reports.figures_map import map_figure
from qassay.reports.numbers import quantity, shown_estimate, significant
from qassay.reports.sections.verdicts import Row
from qassay.reports.text import listed, noun_of, plural, sentence
from qassay.reports.words import convention_of, metric_of, percent
from qassay.verdicts.analysis import Analysis
from qassay.verdicts.verdict import Verdict

_HUGE: Final = 1e6  # an e-value that needs no more digits


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ClaimSection:
    """What the section of one claim shows beside its row in the table.

    Attributes:
        number: Place on the sheet.
        row: The claim's row in the table of verdicts.
        id: The claim's id on the sheet.
        lead: The verdict's own sentence.
        reasons: Further reasons.
        plain: What the metric means, for a reader who is no physicist.
        limit: The limit and where it comes from.
        effort: Shots and circuits.
        figures: Drawings that exist for it.
        definition: What was measured, precisely.
        reference: Where the definition comes from.
        assumptions: Sentences.
        experiments: How it was measured, a line for each protocol.
        conditions: What the vendor says of the circumstances.
        unstated: What the sheet leaves out, and how it was read.
    """

    number: int
    row: Row
    id: str
    lead: str
    reasons: tuple[str, ...]
    plain: str
    limit: str
    effort: str
    figures: tuple[Drawing, ...]
    definition: str
    reference: str
    assumptions: tuple[str, ...]
    experiments: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...]
    unstated: tuple[str, ...]


def claim_sections(
    claims: tuple[ClaimData, ...], rows: tuple[Row, ...], analysis: Analysis, facts: RunFacts
) -> tuple[ClaimSection, ...]:
    """Make all sections, in the order of the sheet."""
    both = zip(claims, rows, strict=True)
    return tuple(_section(data, row, analysis, facts) for data, row in both)


def _section(data: ClaimData, row: Row, analysis: Analysis, facts: RunFacts) -> ClaimSection:
    plan, claim, verdict, metric = analysis.plan, data.claim, data.verdict, data.metric
    reasons = [sentence(reason) for reason in verdict.reasons] or ["No reason was recorded."]
    drawings = (decay_figure(data), dots_figure(data), map_figure(data, plan.device))
    tested = verdict.outcome != "not tested"
    # A verdict by counts of another time assumes that the machine was then what it is now.
    late = [one for one in facts.findings if one.rule == VALIDITY and claim.id in one.claims]
    outside = [one.sentence for one in late if tested]
    used = [x for x in data.planned if x.id in (verdict.experiments or data.measured_by)]
    return ClaimSection(
        number=data.number,
        row=row,
        id=claim.id,
        lead=reasons[0],
        reasons=(*reasons[1:], *stakes_of(verdict), *at_any_time(claim, verdict)),
        plain=metric.plain,
        limit=told_limit(claim, verdict),
        effort=f"{plural(verdict.shots, 'shot')}, {plural(verdict.circuits, 'circuit')}"
        if tested
        else "none",
        figures=tuple(drawing for drawing in drawings if drawing is not None),
        definition=metric.definition,
        reference=metric.reference,
        assumptions=tuple(sentence(text) for text in (*verdict.assumptions, *outside)),
        experiments=_experiments(used),
        conditions=(
            *((name.replace("_", " "), _condition(value)) for name, value in claim.conditions),
            *_told_besides(claim),
        ),
        unstated=unstated_of(claim),
    )


def told_limit(claim: Claim, verdict: Verdict) -> Sentence:
    """Say what the limit is and where it comes from."""
    dimension, mark = metric_of(claim).dimension, mark_for(claim)
    if mark is not None:
        share = quantity_fact(quantity(mark.share, "probability"))
        title = named(f"mark.title_{claim.metric}", mark.title)
        return said("detail.limit_mark", title=title, share=share)
    if dimension == "count":
        count = quantity_fact(quantity(verdict.claimed, dimension))
        return said("detail.limit_count", limit=count)
    limit = quantity_fact(quantity(verdict.limit, dimension))
    if verdict.limit == verdict.claimed:
        return said("detail.limit_claim", limit=limit)
    return said("detail.limit_tolerance", limit=limit, share=quantity_fact(percent(claim.delta)))


def at_any_time(claim: Claim, verdict: Verdict) -> tuple[Sentence, ...]:
    """Give the confidence sequence, where there is one."""
    if verdict.sequence is None:
        return ()
    text = shown_estimate(verdict.sequence, told_as(claim.metric)).interval
    return (said("detail.sequence", interval=text),)


def stakes_of(verdict: Verdict) -> tuple[Sentence, ...]:
    """Explain the e-values of a sequential test; nothing where none was run or none grew."""
    bets = (
        ("supported", verdict.e_support, "misses"),
        ("refuted", verdict.e_refute, "meets"),
    )
    told = tuple(
        said(f"detail.bet_{statement}_huge")
        if value > _HUGE
        else said(f"detail.bet_{statement}", fold=_fold(value), chance=_chance(value))
        for outcome, value, statement in bets
        if value is not None and value > 1 and verdict.outcome in (outcome, "inconclusive")
    )
    if verdict.e_support is None or verdict.e_refute is None:
        return told
    support, refute = _stake(verdict.e_support), _stake(verdict.e_refute)
    return (*told, said("detail.both", support=support, refute=refute))


def _stake(value: float) -> Fact:
    if value > _HUGE:
        return said("detail.above_million")
    return Figures(number=f"{value:.2g}")


def _fold(value: float) -> Figures:
    rounded = float(f"{value:.2g}")
    return Figures(number=numeral(round(rounded)) if rounded >= 10 else significant(rounded, 2))


def _chance(value: float) -> Figures:
    return quantity_fact(percent(1 / value))


def _experiments(used: list[Experiment]) -> tuple[str, ...]:
    """Describe how a claim was measured, a sentence for each protocol."""
    told = []
    for protocol in dict.fromkeys(x.protocol for x in used):
        same = [x for x in used if x.protocol == protocol]
        estimator = estimator_of(same[0])
        lengths = sorted({length for x in same for length in x.lengths[int(x.reference) :]})
        if estimator.model == "exponential":
            at = f"waiting {listed([quantity(length, 'time') for length in lengths])}"
        elif estimator.model == "geometric":
            named = listed([numeral(round(length)) for length in lengths])
            at = f"{named} {length_words(estimator).removeprefix('number of ')}"
            if any(x.reference for x in same):
                at += ", and the same layers without the entangler as reference"
            if any(x.working for x in same):
                at += ", and the same with no coupled pair at work"
        else:
            at = ""
        measured = [targets_with(x, estimator.quantities[0]) for x in same]
        most = max(map(len, measured))
        noun = noun_of(measured[0][0])
        targets = plural(most, noun)
        if noun == "register":
            at = f"{numeral(round(lengths[0]))} layers of entanglers"
            targets = plural(len(measured[0][0]), "qubit")
        if most > 1 and not is_published(same[0]):
            targets = f"up to {targets} in the same shots"
        if any(x.alone for x in same):
            targets += ", none coupled to another, everybody else at rest"
        parts = [plural(len(same), "experiment"), targets, at]
        told.append(
            f"{estimator.title} ({protocol}, version {same[0].version}):"
            f" {', '.join(part for part in parts if part)}."
        )
    return tuple(told)


def _told_besides(claim: Claim) -> tuple[tuple[str, str], ...]:
    """Give what is said of a figure besides: its error, its days, and what a rule chose."""
    told = [
        ("claimed on", claim.date),
        ("valid from", claim.valid_from),
        ("valid until", claim.valid_until),
    ]
    if claim.stated_error is not None:
        error = quantity(claim.stated_error, metric_of(claim).dimension)
        told.insert(0, ("standard error as stated", error))
    if claim.best is not None:
        pairs = [f"{a}-{b}" for a, b in claim.scope.pairs]
        told.append(("chosen", ", ".join(pairs or map(str, claim.scope.qubits))))
    return tuple((name, value) for name, value in told if value)


def _condition(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:g}"


def unstated_of(claim: Claim) -> tuple[str, ...]:
    """Name what the sheet leaves out, and how it was read."""
    read_as = {
        "relation": said("detail.no_relation", read=said(f"detail.{_code(claim.relation)}")),
        "statistic": said("detail.no_statistic", read=said(f"detail.{_code(claim.statistic)}")),
        "convention": said("detail.no_convention", read=convention_of(claim)),
        "delta": said("detail.no_delta", read=quantity_fact(percent(claim.delta))),
    }
    return tuple(read_as.get(key, key.replace("_", " ")) for key in claim.unstated)


def _code(words: str) -> str:
    return words.replace(" ", "_")
