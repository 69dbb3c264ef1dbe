"""What a run knows beside its analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from qassay.evidence.run_record import RunRecord
from qassay.verdicts.operations import OperationVerdict

Kind = Literal["run", "import"]


class FindingLike(Protocol):
    """A remark on the claims that cost no shot, as `claims.plausibility` makes them."""

    @property
    def rule(self) -> str:
        """Short name of the rule behind it."""
        ...

    @property
    def severity(self) -> str:
        """How grave it is: "impossible", "questionable" or "note"."""
        ...

    @property
    def claims(self) -> tuple[str, ...]:
        """Ids of the claims it speaks of."""
        ...

    @property
    def sentence(self) -> str:
        """What is the matter."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RunFacts:
    """What the datasheet tells besides estimates and verdicts.

    Attributes:
        seed: The seed a user can type to repeat a simulated run; None where there is none.
        shots: Executions of the whole run, each counted once.
        circuits: Different circuits that were run.
        device_seconds: Device time, as planned from the device's own durations.
        plan_id: Content id of the frozen plan.
        bundle_name: File name of the evidence, without a folder.
        software: Name and version of the program that made the counts into this report.
        failures: Lost jobs and batches, in sentences.
        notes: What a simulator had to approximate, in sentences.
        findings: What is remarkable about the claims before a single shot.
        kind: "run" where qassay drew the circuits, "import" where somebody published counts.
        source: Of an import: where the counts were published.
        record: When and with what the test was made; None in bundles of earlier versions.
        parties: Role, name and fingerprint of the key of each party of a campaign.
        operations: What seconds say of the claims that a clock is asked about.
        dates: Of a campaign by files: what happened, and when, as its log has it.
    """

    seed: int | None
    shots: int
    circuits: int
    device_seconds: float
    plan_id: str
    bundle_name: str
    software: str
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[FindingLike, ...] = ()
    kind: Kind = "run"
    source: str = ""
    record: RunRecord | None = None
    parties: tuple[tuple[str, str, str], ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    operations: tuple[OperationVerdict, ...] = ()
