"""In short: the half page for a reader who decides and will read no further.

What was claimed, what was found, what a program would meet on such a machine, and what nobody
knows after this test. Every number here stands again, with its details, further down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from qassay.claims.conventions import convert, gate_dimension
from qassay.protocols.weighing.decision import Outcome
from qassay.reports.claim_data import ClaimData
from qassay.reports.facts import RunFacts
from qassay.reports.numbers import significant
from qassay.reports.text import listed, plural
from qassay.reports.words import owed_to_tolerance
from qassay.statistics.estimate import Estimate
from qassay.verdicts.analysis import Analysis

_NAMED: Final = 6  # claims that are named one by one
_GATES: Final = "two_qubit_gate_error"
_READOUT: Final = "readout_error"
_TYPICAL: Final = ("mean", "median")
_NEEDED: Final = {  # what a program's chances hang on, in the order in which they are told
    _GATES: "the error of two-qubit gates",
    "one_qubit_gate_error": "the error of one-qubit gates",
    _READOUT: "the error of reading the qubits out",
    "t1": "the relaxation time T1",
    "t2_echo": "the coherence time T2",
}
_VERDICTS: Final[dict[Outcome, str]] = {
    "supported": "supported",
    "refuted": "refuted",
    "inconclusive": "left open by the data",
    "not tested": "not tested",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InShort:
    """What the half page prints.

    Attributes:
        claimed: What was claimed, by whom, where.
        found: A sentence a claim, the refuted ones first.
        programs: What a program would meet, from what was measured.
        unknown: What is not known after the test.
    """

    claimed: str
    found: tuple[str, ...]
    programs: tuple[str, ...]
    unknown: tuple[str, ...]


def in_short(claims: tuple[ClaimData, ...], analysis: Analysis, facts: RunFacts) -> InShort:
    """Write the half page."""
    return InShort(
        claimed=_claimed(analysis),
        found=(*_found(claims), *_declared(analysis)),
        programs=tuple(_programs(claims, analysis)),
        unknown=tuple(_unknown(claims, analysis, facts)),
    )


def _claimed(analysis: Analysis) -> str:
    sheet = analysis.plan.sheet
    source = sheet.source
    said = " of ".join(part for part in (source.title, source.date) if part)
    where = f" It was published in {said}." if said else " No source is named on the claim sheet."
    if len(sheet.claims) != 1:
        where = where.replace(" It was", " They were")
    who = f" of {sheet.vendor}" if sheet.vendor else ""
    return f"{plural(len(sheet.claims), 'claim')}{who} on {sheet.machine}.{where}"


def _found(claims: tuple[ClaimData, ...]) -> Iterator[str]:
    """Tell the gravest first; of many alike only their number."""
    for outcome in ("refuted", "inconclusive", "not tested", "supported"):
        mine = [data for data in claims if data.verdict.outcome == outcome]
        for data in mine[:_NAMED]:
            owed = owed_to_tolerance(data.claim, data.verdict)
            yield (
                f"{data.metric.title}, {data.claim.relation} {data.claim.stated.strip()}:"
                f" {_VERDICTS[outcome]}{', ' + owed if owed else ''}."
            )
        if len(mine) > _NAMED:
            yield f"{plural(len(mine) - _NAMED, 'further claim')}: {_VERDICTS[outcome]}."


def _declared(analysis: Analysis) -> Iterator[str]:
    """Count what nobody measured, by how it stands."""
    standings = [figure.standing for figure in analysis.plan.sheet.declared]
    for standing in ("inspected", "declared only"):
        many = standings.count(standing)
        if many:
            yield f"{plural(many, 'further figure')}: {standing}, not measured."


def _typical(claims: tuple[ClaimData, ...], metric: str) -> tuple[ClaimData, Estimate] | None:
    """Find the estimate of a mean or a median of a metric."""
    for data in claims:
        if data.claim.metric != metric or data.claim.statistic not in _TYPICAL:
            continue
        estimate = data.verdict.estimate
        if estimate is not None and estimate.informative and estimate.value > 0:
            return data, estimate
    return None


def _programs(claims: tuple[ClaimData, ...], analysis: Analysis) -> Iterator[str]:
    """Say how long a circuit may be, and how often a register is read right."""
    gates = _typical(claims, _GATES)
    if gates is None:
        yield (
            "How long a circuit may be cannot be said: no typical error of two-qubit gates was"
            " measured here."
        )
    else:
        best, worst = (_half_life(gates[0], end) for end in (gates[1].low, gates[1].high))
        yield (
            f"A circuit of about {_between(worst, best)} two-qubit gates meets a gate error in"
            " every second run, at the two-qubit gate error measured here; waiting and reading"
            " out come on top."
        )
    readout = _typical(claims, _READOUT)
    if readout is not None:
        qubits = analysis.plan.device.qubits
        right = 100 * (1 - min(readout[1].value, 1.0)) ** qubits
        yield (
            f"All {plural(qubits, 'qubit')} are read right in about {significant(right, 2)}\u00a0%"
            " of the shots, if the errors of the qubits are independent."
        )


def _half_life(data: ClaimData, error: float) -> float:
    """Count the gates after which a gate error has happened with a probability of one half."""
    claim = data.claim
    if claim.convention is not None:
        error = convert(error, claim.convention, "process_infidelity", gate_dimension(claim.metric))
    if not 0 < error < 1:
        return math.inf if error <= 0 else 0.0
    return math.log(2) / -math.log1p(-error)


def _between(least: float, most: float) -> str:
    low, high = (
        significant(max(round(x), 1), 2) if math.isfinite(x) else "" for x in (least, most)
    )
    if not high:
        return f"{low} or more"
    return low if low == high else f"{low} to {high}"


def _unknown(claims: tuple[ClaimData, ...], analysis: Analysis, facts: RunFacts) -> Iterator[str]:
    """Name what the test leaves open."""
    if analysis.plan.device.simulator:
        yield "Anything about a real machine: the counts come from a simulator."
    told = {data.claim.metric for data in claims if data.verdict.outcome != "not tested"}
    told |= {_READOUT} if "readout_error_1" in told else set()
    told |= {"t2_echo"} if "t2_star" in told else set()
    missing = [words for metric, words in _NEEDED.items() if metric not in told]
    if missing:
        yield f"{listed(missing)[:1].upper()}{listed(missing)[1:]}: not tested here."
    still = [d.metric.title for d in claims if d.verdict.outcome == "inconclusive"]
    if still:
        yield f"{plural(len(still), 'claim')} left open: the data decide neither way."
    if facts.kind == "import":
        yield "Whether the published counts are all that were taken."
    elif not analysis.plan.device.simulator:
        yield "How the machine does at other times: a verdict speaks of the minutes of the test."
