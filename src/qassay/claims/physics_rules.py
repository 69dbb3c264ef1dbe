"""Rules of plausibility that come from physics: figures that cannot stand together.

A claim says "at least" or "at most", so the machine may be better than a figure and two
figures rarely exclude each other in logic. They are taken at their word, as a reader takes them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.coherence_limits import coherence_limit_1q, coherence_limit_2q, readout_decay
from qassay.claims.conventions import canonical_value
from qassay.claims.finding import (
    DurationsLike,
    Finding,
    Severity,
    bearing,
    claims_on,
    quoted_id,
    stated,
    title,
)
from qassay.claims.metric import Law
from qassay.claims.metrics import METRICS
from qassay.languages.english import named, said
from qassay.languages.sentence import Fact, quantity_fact
from qassay.units import format_quantity, parse_quantity

ROUNDING = 1.0 + 1e-9  # figures that are equal on paper must not differ by a last binary digit


def dephasing_slower_than_relaxation(
    sheet: ClaimSheet, _: DurationsLike | None
) -> Iterator[Finding]:
    """T2 never exceeds 2 T1: relaxation destroys the phase too."""
    for t2, t1, factor in _bound(sheet, "relaxes"):
        severity = bearing(t2, t1)
        if severity and t2.relation == "at least" and t2.value > factor * t1.value * ROUNDING:
            yield Finding(
                rule="t2-exceeds-twice-t1",
                severity=severity,
                claims=(t2.id, t1.id),
                sentence=said(
                    "finding.t2_t1",
                    title=named(f"metric.{t2.metric}", METRICS[t2.metric].title),
                    t2=stated(t2),
                    t1=stated(t1),
                    most=stated(t1, factor * t1.value),
                    really=stated(t1, t2.value / factor),
                ),
            )


def ramsey_longer_than_echo(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """An echo only undoes slow noise, so T2* above T2 echo asks for an explanation."""
    for star, echo, _factor in _bound(sheet, "refocused"):
        above = star.value > echo.value * ROUNDING and star.relation == "at least"
        if above and bearing(star, echo):
            yield Finding(
                rule="t2-star-exceeds-echo",
                severity="questionable",
                claims=(star.id, echo.id),
                sentence=said("finding.star", star=stated(star), echo=stated(echo)),
            )


def below_coherence_limit(sheet: ClaimSheet, durations: DurationsLike | None) -> Iterator[Finding]:
    """A gate loses at least what its qubits lose while it lasts."""
    for gate in sheet.claims:
        bound = METRICS[gate.metric].bound("lasts")
        if bound is None or gate.relation == "at least":
            continue
        time = _gate_time(gate, durations)
        if not time:
            continue
        error = canonical_value(gate)
        relaxing = [one for one in bound.by if METRICS[one].part == "relaxation"]
        t1, from_t1 = _binding(sheet, gate, relaxing)
        t2, from_t2 = _binding(sheet, gate, [one for one in bound.by if one not in relaxing])
        told: dict[str, Fact] = {
            "claim": quoted_id(gate),
            "error": stated(gate, error),
            "time": quantity_fact(format_quantity(time, "time")),
        }
        if t1 and from_t1 and error * ROUNDING < _limit(gate, time, t1.value, 2 * t1.value):
            limit = _limit(gate, time, t1.value, 2 * t1.value)
            yield Finding(
                rule="below-coherence-limit",
                severity=from_t1,
                claims=(gate.id, t1.id),
                sentence=said("finding.below_t1", **told, t1=stated(t1), loss=stated(gate, limit)),
            )
        elif t2 and from_t2:
            longest = t1.value if t1 else math.inf
            limit = _limit(gate, time, longest, min(t2.value, 2 * longest))
            if error * ROUNDING < limit:
                yield Finding(
                    rule="below-coherence-limit",
                    severity="questionable",  # a driven gate can shield the phase like many echoes
                    claims=(gate.id, t2.id, t1.id) if t1 else (gate.id, t2.id),
                    sentence=said(
                        f"finding.below_{'idling' if _slow(t2) else 'echo'}",
                        **told,
                        t2=stated(t2),
                        loss=stated(gate, limit),
                    ),
                )


def readout_below_decay(sheet: ClaimSheet, durations: DurationsLike | None) -> Iterator[Finding]:
    """A qubit in 1 that decays during the readout is read as 0."""
    for readout in sheet.claims:
        bound = METRICS[readout.metric].bound("read")
        if bound is None or readout.relation == "at least":
            continue
        time = _condition_time(readout, "readout_time") or (durations.readout if durations else 0.0)
        t1, severity = _binding(sheet, readout, bound.by)
        if not t1 or not severity or not time:
            continue
        floor = bound.factor * readout_decay(time, t1.value)
        if readout.value * ROUNDING < floor:
            yield Finding(
                rule="readout-below-decay",
                severity="questionable",  # shelving and matched filters do better
                claims=(readout.id, t1.id),
                sentence=said(
                    "finding.readout_decay",
                    claim=quoted_id(readout),
                    value=stated(readout),
                    time=quantity_fact(format_quantity(time, "time")),
                    t1=stated(t1),
                    cost=stated(readout, floor),
                ),
            )


def perfection(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """No machine is without error, and no experiment of finite length could show it."""
    for claim in sheet.claims:
        metric = METRICS[claim.metric]
        best = 0.0 if metric.better == "lower" else 1.0
        against = (claim.relation == "at least") == (metric.better == "lower")
        if metric.dimension == "probability" and claim.value == best and not against:
            yield Finding(
                rule="perfection",
                severity="impossible",
                claims=(claim.id,),
                sentence=said(
                    "finding.perfect",
                    claim=quoted_id(claim),
                    title=title(claim),
                    value=stated(claim),
                ),
            )


def counts_that_disagree(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """Other claims may need more qubits than the sheet says there are."""
    for total in claims_on(sheet, "qubits"):
        if total.relation == "at least" and total.scope.everything:
            yield from _beyond(sheet, total)


def _beyond(sheet: ClaimSheet, total: Claim) -> Iterator[Finding]:
    for volume in sheet.claims:
        bound = METRICS[volume.metric].bound("sized")
        if bound is None or total.metric not in bound.by:
            continue
        needed = math.log2(volume.value)
        if needed > total.value and volume.relation == "at least":
            yield Finding(
                rule="volume-exceeds-qubits",
                severity="impossible",
                claims=(volume.id, total.id),
                sentence=said(
                    "finding.volume",
                    volume=stated(volume),
                    needed=math.ceil(needed),
                    qubits=stated(total),
                ),
            )
    for claim in sheet.claims:
        listed = [*claim.scope.qubits, *(qubit for pair in claim.scope.pairs for qubit in pair)]
        if listed and max(listed) >= total.value:
            yield Finding(
                rule="qubit-beyond-count",
                severity="questionable",
                claims=(claim.id, total.id),
                sentence=said(
                    "finding.beyond",
                    claim=quoted_id(claim),
                    qubit=max(listed),
                    qubits=stated(total),
                ),
            )


def layered_gate_better_than_gate(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """EPLG holds the gate's error and that of idling neighbours, so it is the larger one."""
    for layered, gate, _factor in _bound(sheet, "layered"):
        worse = canonical_value(layered) * ROUNDING < canonical_value(gate)
        if worse and gate.statistic in ("mean", "median") and layered.relation == "at most":
            yield Finding(
                rule="eplg-below-gate-error",
                severity="questionable",
                claims=(layered.id, gate.id),
                sentence=said(
                    "finding.layered",
                    eplg=stated(layered, canonical_value(layered)),
                    gate=stated(gate, canonical_value(gate)),
                ),
            )


def _bound(sheet: ClaimSheet, law: Law) -> Iterator[tuple[Claim, Claim, float]]:
    """Pair each claim that a law binds with those that bind it; with the law's factor."""
    for claim in sheet.claims:
        bound = METRICS[claim.metric].bound(law)
        if bound is not None:
            yield from ((claim, other, bound.factor) for other in claims_on(sheet, *bound.by))


def _slow(t2: Claim) -> bool:
    """Whether slow noise shortens a time, since no pulse undoes it."""
    return METRICS[t2.metric].bound("refocused") is not None


def _limit(gate: Claim, time: float, t1: float, t2: float) -> float:
    if METRICS[gate.metric].target == "qubit":
        return coherence_limit_1q(time, t1, t2)
    return coherence_limit_2q(time, t1, t2)


def _binding(
    sheet: ClaimSheet, figure: Claim, metrics: Iterable[str]
) -> tuple[Claim | None, Severity | None]:
    """Find the coherence claim that binds a figure best, with what breaking it would mean."""
    for metric in metrics:
        for wanted in ("impossible", "questionable"):
            for claim in claims_on(sheet, metric):
                severity = bearing(figure, claim)
                if severity == wanted and claim.value > 0:
                    return claim, severity
    return None, None


def _gate_time(gate: Claim, durations: DurationsLike | None) -> float:
    own = _condition_time(gate, "gate_time")
    if own or durations is None:
        return own
    one_qubit = METRICS[gate.metric].target == "qubit"
    return durations.one_qubit_gate if one_qubit else durations.two_qubit_gate


def _condition_time(claim: Claim, name: str) -> float:
    """Give a time stated among a claim's conditions, or 0."""
    own = claim.condition(name)
    return parse_quantity(own, "time") if isinstance(own, str) else 0.0
