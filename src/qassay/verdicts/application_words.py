"""What a run of an application says in words: how far, how it stands to the claims, how good.

Predictions are sealed as English text; what they say is recognised by the sentences that they are
made with, so that other languages have them too. What is not recognised stays as it was sealed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from qassay.applications.instance import Instance
from qassay.claims.metrics import METRICS
from qassay.languages.english import capital, commas, named, said, semicolons
from qassay.languages.files import sentences_of
from qassay.languages.sentence import Fact, Figures, Sentence, quantity_fact
from qassay.numerals import numeral
from qassay.planning.plan import Plan
from qassay.planning.schedule import experiment_seconds

if TYPE_CHECKING:
    from qassay.verdicts.application_results import DepthResult

KEPT: Final = 0.9  # retention that "how far" asks for
TIERS: Final = (
    "indistinguishable from coin tossing",
    "beats coin tossing",
    "beats the best one-step rule of a classical computer",
    "beats descent from random strings",
    "competitive with the best classical solver",
)
_ASSUMED: Final = ("silent", "part", "typical", "times")


def tier_words(tier: int) -> Sentence:
    """Name a step of the ladder."""
    return named(f"tier.{tier}", TIERS[tier])


def noise_rates() -> tuple[str, ...]:
    """List the error rates of a machine file that claims can say the value of, and we can name."""
    known = sentences_of("en")
    keys = dict.fromkeys(key for row in METRICS.values() for key in row.noise)
    return tuple(key for key in keys if f"rate.{key}" in known)


def rate_words(name: str) -> Sentence:
    """Name an error rate of a machine file."""
    return said(f"rate.{name}")


def share_figures(share: float, digits: int = 0) -> Figures:
    """Write a share in percent."""
    return Figures(number=f"{100 * share:.{digits}f}", unit="%", joint=" ")


def how_far(
    plan: Plan,
    instance: Instance,
    depths: Sequence[DepthResult],
    classical: Mapping[str, Any] | None,
    predicted: Mapping[str, Any] | None,
) -> Sentence:
    """Say in one sentence how far this machine is from being of use here."""
    scored = [one for one in depths if one.score is not None]
    if not scored:
        return said("far.none")
    best = max(scored, key=lambda one: one.score.value if one.score else 0.0)
    parts = [_errors(best, instance, predicted), _time(plan, best), _classical(classical)]
    return capital(said("far.whole", told=semicolons(parts)))


def _errors(best: DepthResult, instance: Instance, predicted: Mapping[str, Any] | None) -> str:
    place = said("far.place", n=instance.qubits, depth=best.depth)
    kept = best.retention
    if kept is None or best.ideal is None:
        score = best.score
        if score is None:
            return ""
        return said("far.scored", place=place, score=Figures(number=f"{score.value:.2f}"))
    told = _kept(place, kept, predicted)
    one_step = instance.thresholds.one_step
    if best.ideal > one_step:
        return told
    ideal, rule = (Figures(number=f"{one:.2f}") for one in (best.ideal, one_step))
    return said("far.also", told=told, beyond=said("far.beyond", ideal=ideal, rule=rule))


def _kept(place: Sentence, kept: float, predicted: Mapping[str, Any] | None) -> Sentence:
    """Say how much is left of the ideal signal, and how good the gates would have to be."""
    if round(kept, 2) >= KEPT:
        return said("far.keeps", place=place, kept=share_figures(kept))
    if kept <= 0.02:
        return said("far.nothing", place=place)
    # Signal falls about exponentially with the error rates, so this is the factor to 90 %.
    factor = math.log(KEPT) / math.log(kept)
    facts: dict[str, Fact] = {
        "place": place,
        "kept": share_figures(kept),
        "aim": share_figures(KEPT),
        "factor": Figures(number=_digits(factor)),
    }
    if not predicted or not predicted.get("two_qubit_error"):
        return said("far.to_keep", **facts)
    rate = _digits(100 * factor * float(predicted["two_qubit_error"]))
    return said("far.to_keep_rate", **facts, rate=Figures(number=rate, unit="%", joint=" "))


def _time(plan: Plan, best: DepthResult) -> Sentence:
    """Say how long it takes to see the optimum once, with 99 %, without any repair."""
    share, shots = best.means["optimal_share"], best.shots
    seen = share > 0
    chance = share if seen else 3.0 / shots  # rule of three: 95 %
    needed = math.log(0.01) / math.log1p(-min(chance, 0.99))
    x = best.experiment
    seconds = experiment_seconds(x, x.rounds, plan.device.durations) / x.rounds

    def at_least(fact: Figures) -> Fact:
        return fact if seen else said("number.more_than", end=fact)

    count = at_least(Figures(number=numeral(max(1, round(needed)))))
    if not seconds:
        return said("far.seen", count=count)
    return said("far.seen_time", count=count, time=at_least(spoken(needed * seconds)))


def _classical(classical: Mapping[str, Any] | None) -> str:
    if not classical:
        return ""
    code = "far.solver_proves" if classical["proven"] else "far.solver"
    solver = str(classical["solver"])
    return said(code, solver=solver, time=solver_time(classical))


def solver_time(classical: Mapping[str, Any]) -> Figures | str:
    """Say how long the classical solver took, as far as the plan tells."""
    seconds = classical["seconds"]
    return said("far.untold_time") if seconds is None else spoken(float(seconds))


def spoken(seconds: float) -> Figures:
    """Say a time with two digits in the unit that people use for it."""
    for unit, scale in (("years", 3.156e7), ("days", 86400.0), ("hours", 3600.0), ("min", 60.0)):
        if seconds >= 2 * scale:
            return Figures(number=_digits(seconds / scale), unit=unit, joint=" ")
    if seconds >= 1:
        return Figures(number=_digits(seconds), unit="s", joint=" ")
    return Figures(number=_digits(1000 * seconds), unit="ms", joint=" ")


def _digits(value: float) -> str:
    return f"{float(f'{value:.2g}'):g}"


def against_claims(*, below: bool, assumed: Sequence[str]) -> Sentence:
    """Say how scores compare with what the claims lead one to expect."""
    if not below:
        return said("application.as_expected")
    if not assumed:
        return said("application.falls_short")
    return said("application.below_assumed", assumed=semicolons([*map(_assumed_words, assumed)]))


def claims_words(text: str) -> str:
    """Recognise the claims that a prediction stands on: "two-qubit gates 0.5 %, leakage 1 %"."""
    told = []
    for part in text.split(", "):
        name = next((one for one in noise_rates() if part.startswith(f"{rate_words(one)} ")), None)
        if name is None:
            return text
        words = rate_words(name)
        value = quantity_fact(part.removeprefix(f"{words} "))
        told.append(said("rate.of", name=words, value=value))
    return commas(told)


def _assumed_words(text: str) -> str:
    """Recognise what a prediction assumes."""
    for code in _ASSUMED:
        pattern = sentences_of("en")[f"assumed.{code}"]
        parts = re.split(r"\{(\w+)\}", str(pattern))
        found = re.fullmatch("(.+)".join(map(re.escape, parts[::2])), text)
        if found is None:
            continue
        facts: dict[str, Fact] = dict(zip(parts[1::2], found.groups(), strict=True))
        if "names" in facts:
            names = {str(rate_words(x)): x for x in noise_rates()}
            facts["names"] = _named(str(facts["names"]), names)
        return said(f"assumed.{code}", **facts)
    return text


def _named(text: str, names: Mapping[str, str]) -> Fact:
    """Take a list in English apart, where all that it names is known."""
    parts = re.split(r", | and ", text)
    return tuple(rate_words(names[x]) for x in parts) if set(parts) <= set(names) else text
