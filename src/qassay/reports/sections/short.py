"""In short: the half page for a reader who decides and will read no further.

What was claimed, what was found, what a program would meet on such a machine, and what nobody
knows after this test. Every number here stands again, with its details, further down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from qassay.claims.claim import Claim
from qassay.claims.conventions import convert, gate_dimension
from qassay.claims.metric import Part
from qassay.claims.metrics import METRICS, metric_of_part
from qassay.claims.validity import VALIDITY
from qassay.devices.description import DeviceDescription
from qassay.languages.english import capital, said
from qassay.languages.sentence import Fact, Figures, day_fact
from qassay.protocols.weighing.decision import Outcome
from qassay.reports.claim_data import ClaimData
from qassay.reports.facts import RunFacts
from qassay.reports.numbers import significant
from qassay.reports.words import metric_title, owed_to_tolerance, population, stated_fact
from qassay.statistics.estimate import Estimate
from qassay.verdicts.analysis import Analysis

_NAMED: Final = 6  # claims that are named one by one
_PLACES: Final = 8  # qubits or pairs of a claim, likewise
_TYPICAL: Final = ("mean", "median")
# What a program's chances hang on, in the order in which they are told.
_NEEDED: Final[tuple[Part, ...]] = ("entangler", "turn", "readout", "relaxation", "dephasing")
_VERDICTS: Final[dict[Outcome, str]] = {
    "supported": "outcome.supported",
    "refuted": "outcome.refuted",
    "inconclusive": "outcome.left_open",
    "not tested": "outcome.not_tested",
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
        found=(*_found(claims, analysis.plan.device), *_declared(analysis)),
        programs=tuple(_programs(claims, analysis)),
        unknown=tuple(_unknown(claims, analysis, facts)),
    )


def _claimed(analysis: Analysis) -> str:
    sheet = analysis.plan.sheet
    source = sheet.source
    what = source.title or source.date
    where = said("short.no_source")
    if what:
        many = "one" if len(sheet.claims) == 1 else "many"
        where = said(f"short.published_{many}", source=what)
        if source.title and source.date:
            day = day_fact(source.date)
            where = said(f"short.published_{many}_on", source=what, day=day)
    claims = said("count.claims", n=len(sheet.claims))
    if not sheet.vendor:
        return said("short.claims_on", claims=claims, machine=sheet.machine, source=where)
    return said(
        "short.claims_of", claims=claims, vendor=sheet.vendor, machine=sheet.machine, source=where
    )


def _found(claims: tuple[ClaimData, ...], device: DeviceDescription) -> Iterator[str]:
    """Tell the gravest first; of many alike only their number."""
    apart = _told_apart(claims, device)
    for outcome in ("refuted", "inconclusive", "not tested", "supported"):
        mine = [data for data in claims if data.verdict.outcome == outcome]
        for data in mine[:_NAMED]:
            owed, over = owed_to_tolerance(data.claim, data.verdict), apart.get(data.claim.id)
            facts: dict[str, Fact] = {**_named(data), "outcome": said(_VERDICTS[outcome])}
            facts |= {"over": over} if over else {}
            facts |= {"owed": owed} if owed else {}
            yield said(f"short.found{'_on' if over else ''}{'_owed' if owed else ''}", **facts)
        if len(mine) > _NAMED:
            told = said(_VERDICTS[outcome])
            yield said("short.further", n=len(mine) - _NAMED, outcome=told)


def _named(data: ClaimData) -> dict[str, Fact]:
    side = data.claim.relation.replace(" ", "_")
    claimed = said(f"relation.{side}", value=stated_fact(data.claim))
    return {"title": metric_title(data.metric), "claim": claimed}


def _told_apart(claims: tuple[ClaimData, ...], device: DeviceDescription) -> dict[str, str]:
    """Say of what claims speak that would else read alike: where, over what, or by which name."""
    alike: dict[tuple[str, ...], list[Claim]] = {}
    for data in claims:
        alike.setdefault(tuple(map(str, _named(data).values())), []).append(data.claim)
    found: dict[str, str] = {}
    for group in (group for group in alike.values() if len(group) > 1):
        ways = (
            [_where(one, device) for one in group],
            [
                said("list.all", what=(_where(one, device), population(one, device)))
                for one in group
            ],
            [f'"{one.id}"' for one in group],
        )
        told = next((way for way in ways if len({*map(str, way)}) == len(group)), ways[-1])
        found |= {one.id: words for one, words in zip(group, told, strict=True)}
    return found


def _where(claim: Claim, device: DeviceDescription) -> str:
    """Name the qubits or pairs of a claim; what it is on all of is said as elsewhere."""
    kind = "pairs" if claim.scope.pairs else "qubits"
    names = [f"{a}-{b}" for a, b in claim.scope.pairs] or [str(q) for q in claim.scope.qubits]
    if not names:
        return population(claim, device)
    more = "_more" if len(names) > _PLACES else ""
    return said(f"broken.{kind}{more}", n=len(names), names=", ".join(names[:_PLACES]))


def _declared(analysis: Analysis) -> Iterator[str]:
    """Count what nobody measured, by how it stands."""
    standings = [figure.standing for figure in analysis.plan.sheet.declared]
    for standing in ("inspected", "declared only"):
        many = standings.count(standing)
        if many:
            yield said(f"short.{standing.replace(' ', '_')}", n=many)


def _typical(claims: tuple[ClaimData, ...], part: Part) -> tuple[ClaimData, Estimate] | None:
    """Find the estimate of a mean or a median of the figure of a part of a layer."""
    for data in claims:
        if data.metric.part != part or data.claim.statistic not in _TYPICAL:
            continue
        estimate = data.verdict.estimate
        if estimate is not None and estimate.informative and estimate.value > 0:
            return data, estimate
    return None


def _programs(claims: tuple[ClaimData, ...], analysis: Analysis) -> Iterator[str]:
    """Say how long a circuit may be, and how often a register is read right."""
    gates = _typical(claims, "entangler")
    if gates is None:
        yield said("short.no_gate_error")
    else:
        best, worst = (_half_life(gates[0], end) for end in (gates[1].low, gates[1].high))
        yield said("short.half_life", gates=_between(worst, best))
    readout = _typical(claims, "readout")
    if readout is not None:
        qubits = analysis.plan.device.qubits
        right = 100 * (1 - min(readout[1].value, 1.0)) ** qubits
        share = Figures(number=significant(right, 2), unit="%")
        yield said("short.read_right", n=qubits, share=share)


def _half_life(data: ClaimData, error: float) -> float:
    """Count the gates after which a gate error has happened with a probability of one half."""
    claim = data.claim
    if claim.convention is not None:
        error = convert(error, claim.convention, "process_infidelity", gate_dimension(claim.metric))
    if not 0 < error < 1:
        return math.inf if error <= 0 else 0.0
    return math.log(2) / -math.log1p(-error)


def _between(least: float, most: float) -> Fact:
    low, high = (
        significant(max(round(x), 1), 2) if math.isfinite(x) else "" for x in (least, most)
    )
    if not high:
        return said("short.gates_or_more", low=Figures(number=low))
    if low == high:
        return Figures(number=low)
    return said("short.gates_between", low=Figures(number=low), high=Figures(number=high))


def _unknown(claims: tuple[ClaimData, ...], analysis: Analysis, facts: RunFacts) -> Iterator[str]:
    """Name what the test leaves open."""
    yield from (one.sentence for one in facts.findings if one.rule == VALIDITY)
    if analysis.plan.device.simulator:
        yield said("short.simulator")
    told = {data.claim.metric for data in claims if data.verdict.outcome != "not tested"}
    told |= {METRICS[metric].stands_for for metric in told if metric in METRICS}
    needed = [metric_of_part(part) for part in _NEEDED]
    missing = tuple(said(f"needed.{metric}") for metric in needed if metric not in told)
    if missing:
        yield capital(said("short.not_tested_here", subjects=missing))
    still = [d.metric.title for d in claims if d.verdict.outcome == "inconclusive"]
    if still:
        yield said("short.left_open", n=len(still))
    if facts.kind == "import":
        yield said("short.all_taken")
    elif not analysis.plan.device.simulator:
        yield said("short.other_times")
