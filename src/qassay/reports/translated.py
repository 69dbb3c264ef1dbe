"""The page in another language: half a page for whoever decides, and the verdicts with reasons.

It is written beside the sealed English datasheet, from the same evidence, and says so. Sentences
arrive as codes with facts; what has no code yet is given in English and marked as English.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from qassay.languages.english import commas, named, number_sentence, said, semicolons
from qassay.languages.sentence import Figures, Sentence
from qassay.languages.speaker import Speaker
from qassay.numerals import numeral
from qassay.planning.planner import untested_again
from qassay.planning.published_reasons import untested_of_counts
from qassay.protocols.known import is_published
from qassay.reports.claim_data import ClaimData, claims_data
from qassay.reports.facts import RunFacts
from qassay.reports.numbers import Shown, shown_estimate
from qassay.reports.sections.applications import application_sections
from qassay.reports.sections.claims import at_any_time, stakes_of, told_limit, unstated_of
from qassay.reports.sections.short import in_short
from qassay.reports.sections.summary import summary_of
from qassay.reports.standing import operation_title, side_words, standing_words
from qassay.reports.text import visible
from qassay.reports.words import (
    claimed,
    limit_words,
    metric_title,
    outcome_word,
    owed_to_tolerance,
    qualifiers,
)
from qassay.verdicts.analysis import Analysis


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TranslatedClaim:
    """One claim on the page of another language.

    Attributes:
        title: Name of the metric.
        over: Over what, and by which definition.
        claimed: As the sheet states it.
        limit: The limit; empty where it is the claim itself.
        measured: The estimate with its interval.
        outcome: The verdict, as the evidence has it.
        verdict: The verdict in words.
        owed: What it owes to its tolerance; may be empty.
        shots: Executions that entered.
        trust: Level of trust.
        reasons: Why.
        plain: What the metric means, for a reader who is no physicist.
        whole_limit: The limit and where it comes from.
        effort: Shots and circuits that entered.
        further: What a sequential test says besides: its stakes, and its confidence sequence.
        unstated: What the sheet leaves out, and how it was read.
    """

    title: Sentence
    over: Sentence
    claimed: Sentence
    limit: str
    measured: Shown
    outcome: str
    verdict: Sentence
    owed: str
    shots: str
    trust: str
    reasons: tuple[str, ...]
    plain: Sentence
    whole_limit: Sentence
    effort: Sentence
    further: tuple[Sentence, ...]
    unstated: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedStanding:
    """A claim that no counts settle, on the page of another language.

    Attributes:
        title: What it speaks of.
        stated: The figure with its relation.
        standing: The verdict, or how its document stands.
        sentences: Why.
    """

    title: str
    stated: Sentence
    standing: Sentence
    sentences: tuple[str, ...]


def render_translated(analysis: Analysis, facts: RunFacts, speaker: Speaker, digest: str) -> str:
    """Write the page of a language.

    Args:
        analysis: Plan, estimates and verdicts.
        facts: What the run knows beside them.
        speaker: The language.
        digest: Sha256 of the bundle, in hexadecimal digits.

    Returns:
        A whole HTML document, to be saved as UTF-8.
    """
    from qassay.reports.datasheet import page_style

    environment = _own_environment_in(speaker)
    claims = claims_data(analysis)
    summary = summary_of(analysis, facts)
    page = environment.get_template("translated.html.j2").render(
        style=page_style(environment) + _own_style(environment),
        summary=summary,
        sheet=analysis.plan.sheet,
        device=analysis.plan.device,
        facts=facts,
        short=in_short(claims, analysis, facts) if claims else None,
        rows=translated_claims(claims, analysis),
        answers=analysis.answers,
        applications=application_sections(analysis, drawn=False),
        timed=_timed(facts),
        declared=_declared(analysis),
        remarks=_remarks(facts),
        levels=sorted({data.verdict.trust for data in claims if data.verdict.shots}),
        digest=digest,
        verdicts=("supported", "refuted", "inconclusive", "not_tested"),
    )
    return "\n".join(line for line in map(str.rstrip, page.splitlines()) if line) + "\n"


@lru_cache(maxsize=8)
def _own_environment_in(speaker: Speaker) -> Environment:
    """Give the templates of a language's page, compiled once: nobody else can change them."""
    from qassay.reports.datasheet import page_environment

    environment = page_environment()
    speaking(environment, speaker)
    return environment


def speaking(environment: Environment, speaker: Speaker) -> None:
    """Let templates speak a language: `t(code, ...)`, the filter `say`, and who speaks.

    Sentences that a template prints are translated as they are printed.
    """

    def printed(value: object) -> object:
        if isinstance(value, Sentence) and speaker.language != "en":
            return speaker.markup(value)
        return visible(value)

    def say(code: str, **facts: Any) -> object:
        return printed(said(code, **facts))

    environment.finalize = printed
    environment.globals.update(t=say, say=speaker.say, lang=speaker.language, dir=speaker.direction)
    environment.globals.update(told=said, commas=_chain(commas), semicolons=_chain(semicolons))
    environment.filters["foreign"] = lambda text: (
        printed(text) if isinstance(text, Sentence) else speaker.foreign(str(visible(str(text))))
    )
    environment.filters["numbered"] = lambda number: speaker.number(str(number))
    environment.tests["known"] = speaker.knows


def _chain(joined: Callable[[Sequence[str]], Sentence]) -> Callable[..., Sentence]:
    return lambda *parts: joined(parts)


def translated_claims(
    claims: tuple[ClaimData, ...], analysis: Analysis
) -> tuple[TranslatedClaim, ...]:
    """Collect what a page of another language tells of each claim."""
    fresh = _fresh(analysis)
    made = []
    for data in claims:
        verdict, claim = data.verdict, data.claim
        known = (fresh.get(claim.id, ""), said("untested.budget"))
        made.append(
            TranslatedClaim(
                title=metric_title(data.metric),
                over=qualifiers(claim, analysis.plan.device, len(data.estimates) or None),
                claimed=claimed(claim),
                limit=limit_words(claim, verdict),
                measured=shown_estimate(
                    verdict.estimate, data.metric.dimension, (verdict.claimed, verdict.limit)
                ),
                outcome=verdict.outcome,
                verdict=outcome_word(verdict.outcome),
                owed=owed_to_tolerance(claim, verdict),
                shots=number_sentence(Figures(number=numeral(verdict.shots)))
                if verdict.shots
                else "–",
                trust=verdict.trust if verdict.shots else "–",
                reasons=tuple(coded_again(reason, known) for reason in verdict.reasons),
                plain=named(f"plain.{claim.metric}", data.metric.plain),
                whole_limit=told_limit(claim, verdict),
                effort=commas(
                    [
                        said("count.shots", n=verdict.shots),
                        said("count.circuits", n=verdict.circuits),
                    ]
                ),
                further=(*stakes_of(verdict), *at_any_time(claim, verdict)),
                unstated=unstated_of(claim),
            )
        )
    return tuple(made)


def _fresh(analysis: Analysis) -> dict[str, str]:
    """Say anew why claims are not tested, where the sealed reasons have lost their codes."""
    plan = analysis.plan
    if all(isinstance(one.reason, Sentence) for one in plan.untested):
        return {}
    published = any(map(is_published, plan.experiments)) or not plan.experiments
    counts = untested_of_counts(plan) if published else {}
    return {**untested_again(plan), **counts}


def _timed(facts: RunFacts) -> tuple[TranslatedStanding, ...]:
    return tuple(
        TranslatedStanding(
            title=operation_title(one.claim),
            stated=side_words(one.claim),
            standing=standing_words(one),
            sentences=tuple(one.reasons),
        )
        for one in facts.operations
    )


def _declared(analysis: Analysis) -> tuple[TranslatedStanding, ...]:
    return tuple(
        TranslatedStanding(
            title=one.figure,
            stated=side_words(one),
            standing=said(f"standing.{one.standing.replace(' ', '_')}"),
            sentences=(one.sentence,),
        )
        for one in analysis.plan.sheet.declared
    )


def _remarks(facts: RunFacts) -> list[tuple[str, Sentence, str]]:
    """Give what is remarkable about the claims themselves: severity, its word, the sentence."""
    return [(x.severity, said(f"plan.{x.severity}"), x.sentence) for x in facts.findings]


def coded_again(reason: str, known: tuple[str, ...]) -> str:
    """Give a reason its code back that was read from a sealed plan, where the same follows anew.

    Args:
        reason: The text; one that has a code already stays.
        known: What would be said today, with codes.
    """
    if isinstance(reason, Sentence):
        return reason
    return next((one for one in known if one and str(one) == reason), reason)


def _own_style(environment: Environment) -> Markup:
    loader = environment.loader
    return Markup(  # noqa: S704 - a file of this package
        loader.get_source(environment, "translated.css")[0] if loader else ""
    )
