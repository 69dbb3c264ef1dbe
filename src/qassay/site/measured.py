"""A bundle as a machine of the registry: what was measured, beside what was published.

The bundle is audited first; one that does not hold gives no figure. What a simulator gave is
shown as such and stands nowhere: it is no machine of the world.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from qassay.auditing.audit import audit_bundle
from qassay.auditing.measurement import counted_parts
from qassay.auditing.state import Audit, known
from qassay.canonical import content_id
from qassay.claims.claim import Claim
from qassay.claims.conventions import convert, gate_dimension
from qassay.claims.metrics import METRICS
from qassay.evidence import bundle as layout
from qassay.evidence.roles import Pinned
from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.protocols.known import kind_of
from qassay.registry.dates import read_date
from qassay.registry.records import FigureSource, LooseDate, PublishedFigure, RegisteredMachine
from qassay.registry.vocabulary import FIGURE_KINDS
from qassay.verdicts.verdict import Verdict

_STATISTICS: Final = ("mean", "median", "best")
_SIGMA: Final = 1.959964  # half width of a 95 % interval in standard errors


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredBundle:
    """What an audited bundle says of a machine.

    Attributes:
        file: Its name.
        id: sha256 of its bytes.
        counts: What was counted, batch by batch: the same, however often it is sealed.
        machine: Of which machine its sheet speaks.
        qubits: Of its device.
        first: The first day on which counts came, by its own record; None where it has none.
        sealed: The last day on which they can have come.
        device: What the device calls itself.
        simulator: Whether no hardware stands behind it.
        trust: How far its counts can be trusted: T0 to T4.
        verified: Who vouches for what, in one sentence.
        day: When it was measured, or sealed; None where the bundle says neither.
        figures: Its estimates as figures of the registry.
        verdicts: One a claim.
        claims: What was claimed, in the same order.
    """

    file: str
    id: str
    counts: frozenset[str]
    machine: str
    qubits: int
    first: LooseDate | None
    sealed: LooseDate | None
    device: str
    simulator: bool
    trust: str
    verified: str
    day: LooseDate | None
    figures: tuple[PublishedFigure, ...]
    verdicts: tuple[Verdict, ...]
    claims: tuple[Claim, ...]

    def beside(self, machine: RegisteredMachine) -> RegisteredMachine:
        """Give the bundle as a machine of its own, of the kind of the one it was measured on."""
        return RegisteredMachine(
            id=f"measured:{self.file}",
            name=f"{self.device}, measured",
            makers=machine.makers,
            countries=machine.countries,
            kind=machine.kind,
            platform=machine.platform,
            technology=machine.technology,
            announced=None,
            announced_sourced=True,
            announced_note="",
            status="",
            programme="",
            layout=machine.layout,
            checked=machine.checked,
            notes=(self.verified,),
            figures=self.figures,
            gaps=(),
        )


def measured_bundle(
    path: str | Path, *, trust: Pinned = None, taken: LooseDate | None = None
) -> MeasuredBundle:
    """Audit a bundle and read it as figures of the registry.

    Args:
        path: The bundle.
        trust: What the reader has pinned.
        taken: When the counts were taken, where that is said elsewhere: a bundle of published
            counts knows only when it was sealed.

    Raises:
        EvidenceError: The bundle does not hold.
    """
    place = Path(path)
    audit = audit_bundle(place, trust=trust, page=False)
    if audit.failure is not None:
        raise audit.failure
    analysis, plan = known(audit.analysis), known(audit.plan)
    day = taken or _dated(audit, "measured_to", "sealed_at")
    identity = content_id(place.read_bytes())
    source = FigureSource(
        title=plan.sheet.title,
        publisher=f"qassay bundle {identity[:16]}",
        dated=day or _NO_DAY,
        url=f"pkg:qassay/{identity[:16]}",
        primary=True,
    )
    claims = {claim.id: claim for claim in plan.sheet.claims}
    figures = [
        figure
        for verdict in analysis.verdicts
        if (figure := _figure(claims[verdict.claim], verdict, source)) is not None
    ]
    return MeasuredBundle(
        file=place.name,
        id=identity,
        counts=counted_parts(audit),
        machine=plan.sheet.machine,
        qubits=plan.device.qubits,
        first=_dated(audit, "measured_from"),
        sealed=_dated(audit, "measured_to", "sealed_at"),
        device=plan.device.name,
        simulator=plan.device.simulator,
        trust=audit.level,
        verified=_verified(audit),
        day=day,
        figures=tuple(figures),
        verdicts=analysis.verdicts,
        claims=plan.sheet.claims,
    )


_NO_DAY: Final = LooseDate(text="no date", first=date.min, last=date.min)


def _dated(audit: Audit, *keys: str) -> LooseDate | None:
    """Read a day of the record of the run: the first of some that it tells."""
    bundle = known(audit.bundle)
    if layout.RUN_RECORD not in bundle.files:
        return None
    record = bundle.document(layout.RUN_RECORD)
    told = next((str(record[key]) for key in keys if record.get(key)), "")
    try:
        return read_date(told[:10])
    except ValueError:
        return None


def _verified(audit: Audit) -> Sentence:
    """Say who vouches: the audit for the numbers, signers for the counts."""
    signers = len(audit.signers)
    who = said("measured.signed", n=signers) if signers else said("measured.unsigned")
    return said("measured.audited", level=audit.level, who=who)


def _figure(claim: Claim, verdict: Verdict, source: FigureSource) -> PublishedFigure | None:
    row = METRICS[verdict.metric]
    estimate, kind = verdict.estimate, row.figure
    if not kind or estimate is None or not estimate.informative:
        return None
    whole = claim.statistic in _STATISTICS and claim.scope.everything
    if not whole and row.target != "register":
        return None
    value, low, high = estimate.value, estimate.low, estimate.high
    fidelity = FIGURE_KINDS[kind].dimension == "fidelity"
    gate = fidelity and bool(row.conventions)
    convention = ""
    if gate:
        convention = "average_gate_infidelity"
        dimension = gate_dimension(verdict.metric)
        stated = claim.convention or "average_gate_infidelity"
        value, low, high = (
            convert(x, stated, "average_gate_infidelity", dimension) for x in (value, low, high)
        )
    elif row.conventions:
        convention = claim.convention or "process_infidelity"
    bounded = math.isfinite(low) and math.isfinite(high)
    depth = claim.condition("depth")
    return PublishedFigure(
        id=claim.id,
        metric=kind,
        value=1 - value if fidelity else value,
        statistic="single" if kind_of(row.id) in ("count", "layered") else claim.statistic,
        verification="unsigned_bundle" if verdict.trust == "T0" else "sealed_bundle",
        source=source,
        dated=source.dated,
        width=_width(claim),
        depth=int(depth) if isinstance(depth, float) else None,
        uncertainty=(high - low) / (2 * _SIGMA) if bounded and high > low else None,
        method="Hahn echo" if kind == "t2" else "",
        convention=convention,
        # Everything runs at once unless the claim says otherwise; only gates are compared by it.
        simultaneous=claim.condition("simultaneous") is not False if gate else None,
        note=said(
            "measured.counted",
            outcome=said(f"outcome.{verdict.outcome.replace(' ', '_')}"),
            shots=said("count.shots", n=verdict.shots),
            circuits=said("count.circuits", n=verdict.circuits),
        ),
    )


def _width(claim: Claim) -> int | None:
    """Count the qubits that a figure of a register is of."""
    if kind_of(claim.metric) == "layered":
        return len({qubit for pair in claim.scope.pairs for qubit in pair}) or None
    return (len(claim.scope.qubits) or None) if kind_of(claim.metric) == "register" else None
