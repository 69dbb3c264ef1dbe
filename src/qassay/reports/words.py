"""Claims and verdicts in plain words, for a reader who decides and is no physicist.

Never "the claim is true with probability ...": a verdict says what the data exclude, and how
often such data would mislead (STATISTICS 5: JCGM 106, ISO/IEC 17025 clause 7.8.6).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS, Metric
from qassay.devices.description import DeviceDescription
from qassay.numerals import numeral
from qassay.planning.plan import Plan
from qassay.protocols.designs.registers import claimed_pairs, claimed_register
from qassay.protocols.known import kind_of, mark_of
from qassay.protocols.weighing.decision import Outcome
from qassay.reports.numbers import quantity, significant
from qassay.reports.text import listed, plural
from qassay.verdicts.verdict import Verdict

OUTCOMES: Final[tuple[Outcome, ...]] = ("supported", "refuted", "inconclusive", "not tested")
_STATISTICS: Final = {
    "mean": "mean over",
    "median": "median over",
    "every": "each of",
    "best": "best of",
}

_CONVENTIONS: Final = {
    "average_gate_infidelity": "average gate infidelity",
    "process_infidelity": "process infidelity",
    "pauli_error": "total Pauli error",
}


def metric_of(claim: Claim) -> Metric:
    """Find the row of the metrics table that a claim speaks of."""
    return METRICS[claim.metric]


def convention_of(claim: Claim) -> str:
    """Name the convention of an error rate in words; empty where there is one reading only."""
    return _CONVENTIONS.get(claim.convention or "", "")


def population(claim: Claim, device: DeviceDescription, measured: int | None = None) -> str:
    """Say over what a claim's value is taken: "mean over all 1225 pairs".

    Args:
        claim: The claim.
        device: The machine.
        measured: How many qubits or pairs have data, said where it is fewer than claimed.
    """
    kind = metric_of(claim).target
    if kind_of(claim.metric) == "layered":
        pairs = plural(len(claimed_pairs(claim, device)), "pair")
        if claim.scope.pairs:
            return f"the layers of the {pairs} named"
        every = "the chain 0-1-2-..." if device.connectivity == "all-to-all" else "all couplings"
        named = "" if claim.scope.everything else " between the named qubits"
        return f"the layers of {every}{named}, {pairs}"
    if kind == "register":
        register = claimed_register(claim, device)
        qubits = plural(len(register), "qubit")
        if mark_of(claim.metric) is not None:
            return f"{qubits}, from {register[0]}" if register else "one register"
        return f"the whole register, {qubits}" if claim.scope.everything else f"the {qubits} named"
    chosen = claim.scope.pairs if kind == "pair" else claim.scope.qubits
    many = len(chosen) or (len(device.pairs) if kind == "pair" else device.qubits)
    if many == 1:
        return f"the {'named' if chosen else 'only'} {kind}"
    words = f"{_taken_over(claim)} {'the named' if chosen else 'all'} {plural(many, kind)}"
    return f"{words}, {numeral(measured)} measured" if measured and measured < many else words


def _taken_over(claim: Claim) -> str:
    """Say what is taken over a claim's targets: "mean over", "95 % quantile over"."""
    if claim.share is None:
        return _STATISTICS[claim.statistic]
    share = percent(claim.share)
    return f"{share} quantile over" if claim.statistic == "quantile" else f"at least {share} of"


def qualifiers(claim: Claim, device: DeviceDescription, measured: int | None = None) -> str:
    """Say of what and by which definition, for the small line under a claim's name."""
    parts = (population(claim, device, measured), convention_of(claim))
    return "; ".join(part for part in parts if part)


def inside_sentence(title: str) -> str:
    """Write a title as it stands inside a sentence: abbreviations keep their capitals."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def claimed(claim: Claim) -> str:
    """Give the claimed value as the sheet states it."""
    return f"{claim.relation} {claim.stated.strip().replace('us', 'µs')}"


def lower_is_better(claim: Claim) -> bool:
    """Whether the claim is met by small values."""
    return claim.relation == "at most"


def summary(outcomes: Sequence[Outcome]) -> str:
    """Say in one sentence how the claims fared."""
    total = len(outcomes)
    counts = {outcome: outcomes.count(outcome) for outcome in OUTCOMES}
    if total and counts["not tested"] == total:
        return "The claim was not tested." if total == 1 else f"None of {total} claims was tested."
    whole = [outcome for outcome in OUTCOMES if total and counts[outcome] == total]
    if whole:
        return f"All {total} claims are {whole[0]}." if total > 1 else f"The claim is {whole[0]}."
    parts: list[str] = []
    for outcome in OUTCOMES:
        number = counts[outcome]
        if not number:
            continue
        head = f"{number} of {plural(total, 'claim')}" if not parts else str(number)
        verb = "was" if outcome == "not tested" else "is"
        if number > 1:
            verb = "were" if outcome == "not tested" else "are"
        parts.append(f"{head} {verb} {outcome}")
    return f"{listed(parts)}." if parts else "The sheet holds no claim."


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
    return (
        f"within its tolerance of {percent(claim.delta)}"
        if within_tolerance(claim, verdict)
        else ""
    )


def borders(claim: Claim, verdict: Verdict) -> tuple[float, float]:
    """Give claim and limit in the terms of the estimate beside them; a pass mark is both."""
    mark = mark_of(claim.metric)
    return (verdict.claimed, verdict.limit) if mark is None else (mark.share, mark.share)


def limit_words(claim: Claim, verdict: Verdict) -> str:
    """Give the limit that stands beside a claimed value; empty where it is the claim itself."""
    dimension, mark = metric_of(claim).dimension, mark_of(claim.metric)
    if mark is not None:
        return f"{mark.title} above {quantity(mark.share, 'probability')}"
    if verdict.limit == verdict.claimed or dimension == "count":
        return ""
    return f"limit {quantity(verdict.limit, dimension)}"


def headline(claims: Sequence[Claim], verdicts: Sequence[Verdict], *, simulator: bool) -> str:
    """Say in one sentence how the claims fared, on what, and how many owe it to their tolerance."""
    told = summary([verdict.outcome for verdict in verdicts])
    owing = sum(within_tolerance(c, v) for c, v in zip(claims, verdicts, strict=True))
    if owing:
        supported = sum(verdict.outcome == "supported" for verdict in verdicts)
        whom = (
            ""
            if len(verdicts) == 1
            else "all of them "
            if owing == supported
            else f"{owing} of them "
        )
        if 1 == owing == supported < len(verdicts):
            whom = "the supported one "
        told = (
            f"{told.removesuffix('.')}, {whom}within {'its' if owing == 1 else 'their'} tolerance."
        )
    return f"On the simulator: {told[:1].lower()}{told[1:]}" if simulator else told


def percent(probability: float) -> str:
    """Write an error probability of the decision rule: "5 %"."""
    return f"{significant(100 * probability, 2)}\u00a0%"


def tolerance(claim: Claim, plan: Plan) -> str:
    """Say what the limit of a claim is and where it comes from."""
    if mark_of(claim.metric) is not None:
        return "a fixed mark, which the metric sets"
    if plan.rule == "guarded":
        return "the claimed value itself (guarded rule)"
    if metric_of(claim).dimension == "count":
        return "the claimed value itself (a count is met or missed)"
    return f"the claim with its tolerance of {percent(claim.delta)}, fixed before the test"
