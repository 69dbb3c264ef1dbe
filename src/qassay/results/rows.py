"""The numbers of a bundle as rows: one a target and quantity, for people with their own tools.

A bundle is audited before a number leaves it; one that does not hold gives none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from html import escape
from pathlib import Path
from typing import Any

from qassay.auditing.audit import audit_bundle
from qassay.auditing.measurement import counted_parts
from qassay.auditing.state import Audit, known
from qassay.evidence.roles import Pinned
from qassay.flat_tables import csv_of_rows, write_parquet
from qassay.protocols.asked import Answer
from qassay.protocols.known import is_published
from qassay.statistics.estimate import Estimate
from qassay.verdicts.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One estimate of one target.

    Attributes:
        experiment: Id in the plan.
        quantity: What was estimated, such as "readout_error"; errors of gates as average gate
            infidelity, times in seconds.
        target: Numbers of the qubits, joined by "-".
        value: The estimate in SI units; None without information.
        low: Lower end of the interval; None where it is unbounded.
        high: Upper end.
        level: Confidence level of the interval.
        shots: Executions that entered.
        circuits: Different circuits that entered.
        seconds: Device time of the whole experiment, which its targets share; None of
            published counts.
        method: How the interval was made.
        simulator: Whether no hardware stands behind the counts: a row may travel alone.
    """

    experiment: str
    quantity: str
    target: str
    value: float | None
    low: float | None
    high: float | None
    level: float
    shots: int
    circuits: int
    seconds: float | None
    method: str
    simulator: bool = False


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Results:
    """All that a bundle holds in numbers; a notebook shows it as a table.

    Attributes:
        bundle: Its file.
        title: Of the sheet.
        device: The machine's name.
        simulator: Whether no quantum hardware stands behind it.
        trust: How far the counts can be trusted, by what the audit has verified.
        verdicts: One a claim.
        answers: One a question.
        rows: One a target and quantity.
        parts: What was counted, see `qassay.auditing.measurement.counted_parts`.
    """

    bundle: Path
    title: str
    device: str
    simulator: bool
    trust: str
    verdicts: tuple[Verdict, ...] = field(repr=False)
    answers: tuple[Answer, ...] = field(repr=False)
    rows: tuple[Result, ...] = field(repr=False)
    parts: frozenset[str] = field(default=frozenset(), repr=False)

    def csv(self) -> str:
        """Give the rows as CSV (RFC 4180) with a header; an absent number is an empty cell."""
        names = [one.name for one in fields(Result)]
        return csv_of_rows(names, (asdict(row) for row in self.rows))

    def write_parquet(self, path: str | Path) -> None:
        """Write the rows as a Parquet file.

        Raises:
            UnavailableError: pyarrow is not installed.
        """
        write_parquet([asdict(row) for row in self.rows], path)

    def as_json(self) -> dict[str, Any]:
        """Give the document of `qassay results --json`."""
        return {
            "bundle": str(self.bundle),
            "sheet": self.title,
            "device": self.device,
            "simulator": self.simulator,
            "trust": self.trust,
            "verdicts": [verdict.as_json() for verdict in self.verdicts],
            **({"answers": [one.as_json() for one in self.answers]} if self.answers else {}),
            "results": [asdict(row) for row in self.rows],
        }

    def _repr_html_(self) -> str:
        """Show the rows as a table in a notebook."""
        names = ("quantity", "target", "value", "low", "high", "shots")
        head = "".join(f"<th>{name}</th>" for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{_cell(getattr(row, name))}</td>" for name in names) + "</tr>"
            for row in self.rows
        )
        told = f"{self.title}: {self.device}{' (a SIMULATOR)' if self.simulator else ''}"
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f"<p>{escape(told)}</p>{table}"


def load(bundle: str | Path, *, trust: Pinned = None) -> Results:
    """Audit a bundle and give its numbers.

    Args:
        bundle: The file.
        trust: What the reader has pinned; see `qassay.evidence.roles.trust_from`.

    Raises:
        EvidenceError: The bundle does not hold.
    """
    path = Path(bundle)
    audit = audit_bundle(path, trust=trust, page=False)
    if audit.failure is not None:
        raise audit.failure
    analysis = known(audit.analysis)
    device = analysis.plan.device
    return Results(
        bundle=path,
        title=analysis.plan.sheet.title,
        device=device.name,
        simulator=device.simulator,
        trust=audit.level,
        verdicts=analysis.verdicts,
        answers=analysis.answers,
        rows=tuple(_rows(audit)),
        parts=counted_parts(audit),
    )


def _rows(audit: Audit) -> Iterator[Result]:
    analysis, seconds = known(audit.analysis), _seconds(audit)
    for name, quantities in analysis.measured.items():
        for part in quantities:
            for target, one in zip(part.targets, part.estimates, strict=True):
                yield Result(
                    experiment=name,
                    quantity=part.quantity,
                    target="-".join(map(str, target)),
                    value=_finite(one.value) if one.informative else None,
                    low=_finite(one.low) if one.informative else None,
                    high=_finite(one.high) if one.informative else None,
                    level=one.level,
                    shots=one.shots,
                    circuits=one.circuits,
                    seconds=seconds.get(name),
                    method=one.method,
                    simulator=analysis.plan.device.simulator,
                )


def _seconds(audit: Audit) -> dict[str, float]:
    """Add up the device time of each experiment, as its batches say."""
    plan, bundle = known(audit.plan), known(audit.bundle)
    spent = {x.id: 0.0 for x in plan.experiments if not is_published(x)}
    for path in bundle.files:
        if path.startswith("batches/") and path.endswith("/counts.json"):
            document = bundle.document(path)
            name = str(document["batch"]).rpartition("/")[0]
            if name in spent:
                spent[name] += float(document["seconds"])
    return spent


def estimate_of(row: Result) -> Estimate:
    """Give a row as an estimate again; absent ends are unbounded."""
    return Estimate(
        value=math.nan if row.value is None else row.value,
        low=-math.inf if row.low is None else row.low,
        high=math.inf if row.high is None else row.high,
        level=row.level,
        shots=row.shots,
        circuits=row.circuits,
    )


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else escape(str(value))
