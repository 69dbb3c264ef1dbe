"""Claims and verdicts in plain words, for a reader who decides and is no physicist.

Never "the claim is true with probability ...": a verdict says what the data exclude, and how
often such data would mislead (STATISTICS 5: JCGM 106, ISO/IEC 17025 clause 7.8.6).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qassay.claims.claim import Claim
from qassay.claims.metric import Metric
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.languages.english import lowered, named, said, unended
from qassay.languages.sentence import Fact, Figures, Sentence, quantity_fact
from qassay.planning.plan import Plan
from qassay.protocols.designs.registers import claimed_pairs, claimed_register
from qassay.protocols.known import kind_of, mark_for
from qassay.protocols.weighing.decision import Outcome
from qassay.reports.numbers import quantity, significant
from qassay.verdicts.verdict import Verdict

_CONVENTIONS: Final = ("average_gate_infidelity", "process_infidelity", "pauli_error")
OUTCOMES: Final[tuple[Outcome, ...]] = ("supported", "refuted", "inconclusive", "not tested")


def metric_of(claim: Claim) -> Metric:
    """Find the row of the metrics table that a claim speaks of."""
    return METRICS[claim.metric]


def outcome_word(outcome: Outcome) -> Sentence:
    """Say a verdict in one word."""
    return said(f"outcome.{outcome.replace(' ', '_')}")


def metric_title(metric: Metric) -> Sentence:
    """Name a metric, in any language."""
    return named(f"metric.{metric.id}", metric.title)


def stated_fact(claim: Claim, micro: str = "us") -> Fact:
    """Give a claimed value as the sheet states it, its digits and unit apart where it has them.

    Args:
        claim: The claim.
        micro: How microseconds are written.
    """
    stated = claim.stated.strip().replace("us", micro)
    number, _, unit = stated.partition(" ")
    plain = number.isascii() and number.replace(".", "", 1).isdigit()
    return Figures(number=number, unit=unit, joint=" ") if plain and " " not in unit else stated


def convention_of(claim: Claim) -> str:
    """Name the convention of an error rate in words; empty where there is one reading only."""
    return said(f"convention.{claim.convention}") if claim.convention in _CONVENTIONS else ""


def population(claim: Claim, device: DeviceDescription, measured: int | None = None) -> Sentence:
    """Say over what a claim's value is taken: "mean over all 1225 pairs".

    Args:
        claim: The claim.
        device: The machine.
        measured: How many qubits or pairs have data, said where it is fewer than claimed.
    """
    kind = metric_of(claim).target
    if kind_of(claim.metric) == "layered":
        pairs = said("count.pairs", n=len(claimed_pairs(claim, device)))
        if claim.scope.pairs:
            return said("over.layers_named", pairs=pairs)
        every = "chain" if device.connectivity == "all-to-all" else "all"
        between = "" if claim.scope.everything else "_between"
        return said(f"over.layers_{every}{between}", pairs=pairs)
    if kind == "register":
        register = claimed_register(claim, device)
        if mark_for(claim) is not None:
            if not register:
                return said("over.one_register")
            return said(
                "over.from", qubits=said("count.qubits", n=len(register)), first=register[0]
            )
        whole = "over.register" if claim.scope.everything else "over.register_named"
        return said(whole, n=len(register))
    chosen = claim.scope.pairs if kind == "pair" else claim.scope.qubits
    many = len(chosen) or (len(device.pairs) if kind == "pair" else device.qubits)
    which = "named" if chosen else "all"
    if many == 1:
        return said(f"over.{'named' if chosen else 'only'}_{kind}")
    words = said(f"over.{which}_{kind}s", how=_taken_over(claim), n=many)
    return said("over.measured", words=words, n=measured) if measured and measured < many else words


def _taken_over(claim: Claim) -> Sentence:
    """Say what is taken over a claim's targets: "mean over", "95 % quantile over"."""
    if claim.share is None:
        return said(f"how.{claim.statistic}")
    share = quantity_fact(percent(claim.share))
    return said("how.quantile" if claim.statistic == "quantile" else "how.share", share=share)


def qualifiers(claim: Claim, device: DeviceDescription, measured: int | None = None) -> Sentence:
    """Say of what and by which definition, for the small line under a claim's name."""
    over = population(claim, device, measured)
    convention = convention_of(claim)
    return said("over.defined", over=over, convention=convention) if convention else over


def inside_sentence(title: str) -> str:
    """Write a title as it stands inside a sentence: abbreviations keep their capitals."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def claimed(claim: Claim) -> Sentence:
    """Give the claimed value as the sheet states it."""
    side = claim.relation.replace(" ", "_")
    return said(f"relation.{side}", value=stated_fact(claim, micro="µs"))


def lower_is_better(claim: Claim) -> bool:
    """Whether the claim is met by small values."""
    return claim.relation == "at most"


def summary(outcomes: Sequence[Outcome]) -> Sentence:
    """Say in one sentence how the claims fared."""
    total = len(outcomes)
    counts = {outcome: outcomes.count(outcome) for outcome in OUTCOMES}
    if total and counts["not tested"] == total:
        if total == 1:
            return said("headline.one_not_tested")
        return said("headline.none_tested", n=total)
    parts = _fared(outcomes)
    if not parts:
        return said("headline.no_claim")
    (whole, *others) = [outcome for outcome in OUTCOMES if counts[outcome]]
    if not others:
        return said(f"headline.{'all' if total > 1 else 'one'}_{whole}", n=total)
    return said("headline.mixed", parts=parts)


def _fared(outcomes: Sequence[Outcome]) -> tuple[Sentence, ...]:
    """Say of each outcome how many claims have it: "3 of 5 claims are supported", "2 are ..."."""
    total, parts = len(outcomes), list[Sentence]()
    for outcome in OUTCOMES:
        number, code = outcomes.count(outcome), outcome.replace(" ", "_")
        if number and not parts:
            parts.append(said(f"headline.first_{code}", k=number, n=total))
        elif number:
            parts.append(said(f"headline.{code}", k=number))
    return tuple(parts)


def within_tolerance(claim: Claim, verdict: Verdict) -> bool:
    """Whether a claim is supported though the estimate misses the claimed value itself."""
    estimate = verdict.estimate
    if verdict.outcome != "supported" or estimate is None or not estimate.informative:
        return False
    if metric_of(claim).dimension == "count":
        return False
    value = estimate.value
    return value > verdict.claimed if lower_is_better(claim) else value < verdict.claimed


def owed_to_tolerance(claim: Claim, verdict: Verdict) -> str:
    """Say what a supported claim owes to its tolerance; empty where it owes nothing."""
    if not within_tolerance(claim, verdict):
        return ""
    return said("headline.owed", share=quantity_fact(percent(claim.delta)))


def borders(claim: Claim, verdict: Verdict) -> tuple[float, float]:
    """Give claim and limit in the terms of the estimate beside them; a pass mark is both."""
    mark = mark_for(claim)
    return (verdict.claimed, verdict.limit) if mark is None else (mark.share, mark.share)


def limit_words(claim: Claim, verdict: Verdict) -> str:
    """Give the limit that stands beside a claimed value; empty where it is the claim itself."""
    dimension, mark = metric_of(claim).dimension, mark_for(claim)
    if mark is not None:
        share = quantity_fact(quantity(mark.share, "probability"))
        title = named(f"mark.title_{claim.metric}", mark.title)
        return said("headline.mark", title=title, share=share)
    if verdict.limit == verdict.claimed or dimension == "count":
        return ""
    return said("headline.limit", value=quantity_fact(quantity(verdict.limit, dimension)))


def headline(claims: Sequence[Claim], verdicts: Sequence[Verdict], *, simulator: bool) -> Sentence:
    """Say in one sentence how the claims fared, on what, and how many owe it to their tolerance."""
    told = summary([verdict.outcome for verdict in verdicts])
    owing = sum(within_tolerance(c, v) for c, v in zip(claims, verdicts, strict=True))
    if owing:
        supported = sum(verdict.outcome == "supported" for verdict in verdicts)
        told = _owing(unended(told), owing, supported, len(verdicts))
    return said("headline.on_simulator", told=lowered(told)) if simulator else told


def _owing(told: Sentence, owing: int, supported: int, total: int) -> Sentence:
    """Add how many supported claims owe it to their tolerance."""
    if total == 1:
        return said("headline.tolerance_one", told=told)
    if 1 == owing == supported:
        return said("headline.tolerance_supported_one", told=told)
    if owing == supported:
        return said("headline.tolerance_all", told=told)
    return said("headline.tolerance_some", told=told, k=owing)


def percent(probability: float) -> str:
    """Write an error probability of the decision rule: "5 %"."""
    return f"{significant(100 * probability, 2)}\u00a0%"


def tolerance(claim: Claim, plan: Plan) -> str:
    """Say what the limit of a claim is and where it comes from."""
    if mark_for(claim) is not None:
        return "a fixed mark, which the metric sets"
    if plan.rule == "guarded":
        return "the claimed value itself (guarded rule)"
    if metric_of(claim).dimension == "count":
        return "the claimed value itself (a count is met or missed)"
    return f"the claim with its tolerance of {percent(claim.delta)}, fixed before the test"
