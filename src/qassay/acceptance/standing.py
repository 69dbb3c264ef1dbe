"""How far an acceptance has come: what lies in the folders of its phases, audited.

A run of a phase is a folder `run-NN` in the phase's own, as `qassay run --out` or a campaign leaves
it. Only a bundle counts whose sheet is the phase's, byte for byte, that holds in an audit, that was
measured on the machine of the first one, and whose shots no other run has; whatever else is there,
or is missing, is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from qassay.acceptance.contract import Contract, Phase
from qassay.auditing.audit import audit_bundle
from qassay.auditing.measurement import counted_parts
from qassay.canonical import content_id
from qassay.errors import quoted
from qassay.evidence import bundle as layout
from qassay.evidence.roles import Trust
from qassay.evidence.run_record import read_run_record
from qassay.protocols.known import is_published
from qassay.reports.bundle_facts import facts_of

State = Literal["waiting", "open", "passed", "failed"]
_ROUNDED: Final = 1 + 1e-9
MISSING: Final = "it is missing, and a later one is there: a run that was made is not left out"
_RUN: Final = re.compile(r"run-(\d{2,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRun:
    """One run of a phase.

    Attributes:
        folder: Where it lies.
        bundle: Its evidence; None while there is none.
        day: When it was measured; empty where the bundle does not say.
        device: What the device calls itself.
        simulator: Whether no hardware stands behind it.
        trust: How far its counts can be trusted: T0 to T2.
        parts: What was counted, see `counted_parts`.
        outcomes: Verdict of each claim; those by the clock and declared ones with their standing.
        wrong: Why it does not count; empty where it does.
    """

    folder: Path
    bundle: Path | None
    day: str
    outcomes: tuple[tuple[str, str], ...]
    wrong: str = ""
    device: str = ""
    simulator: bool = False
    trust: str = ""
    parts: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStanding:
    """One phase and its runs.

    Attributes:
        phase: The phase.
        state: "waiting" for another phase or for its day, "open", "passed" or "failed".
        runs: In the order of their folders.
        next: What to do, in one sentence.
    """

    phase: Phase
    state: State
    runs: tuple[PhaseRun, ...]
    next: str

    @property
    def counted(self) -> tuple[PhaseRun, ...]:
        """The runs that count."""
        return tuple(one for one in self.runs if not one.wrong)

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "phase": self.phase.id,
            "title": self.phase.title,
            "state": self.state,
            "runs_wanted": self.phase.runs,
            "runs": [
                {
                    "folder": str(one.folder),
                    "bundle": None if one.bundle is None else str(one.bundle),
                    "day": one.day,
                    "device": one.device,
                    "simulator": one.simulator,
                    "trust": one.trust,
                    "outcomes": dict(one.outcomes),
                    "wrong": one.wrong,
                }
                for one in self.runs
            ],
            "next": self.next,
        }


def standing_of(
    contract: Contract, today: date | None = None, trust: Trust | None = None
) -> tuple[PhaseStanding, ...]:
    """Look at every phase.

    Args:
        contract: The contract.
        today: The day of the question; by default today's, UTC.
        trust: What the reader has pinned.
    """
    today = today or datetime.now(UTC).date()
    found: dict[str, PhaseStanding] = {}
    counted: list[PhaseRun] = []
    for phase in contract.phases:
        there = _runs(contract.folder / phase.id, phase, trust)
        runs = tuple(_beside_others(one, counted) for one in there)
        before = found.get(phase.after)
        state, advice = _judged(contract, phase, runs, before, today)
        found[phase.id] = PhaseStanding(phase=phase, state=state, runs=runs, next=advice)
    return tuple(found.values())


def _beside_others(run: PhaseRun, counted: list[PhaseRun]) -> PhaseRun:
    """Hold a run against those that count before it, and add it to them if it counts too."""
    if run.wrong:
        return run
    for one in counted:
        if one.parts & run.parts:
            place = f"{one.folder.parent.name}/{one.folder.name}"
            return replace(run, wrong=f"its counts are those of {place}, and count once")
    if counted and (counted[0].device, counted[0].simulator) != (run.device, run.simulator):
        first, other = (_device_words(one) for one in (counted[0], run))
        return replace(run, wrong=f"it was measured on {other}, and the first run on {first}")
    counted.append(run)
    return run


def _device_words(run: PhaseRun) -> str:
    return f"{quoted(run.device, 60)}{', a simulator' if run.simulator else ''}"


def next_folder(contract: Contract, phase: Phase) -> Path:
    """Name the folder of the next run of a phase."""
    place = contract.folder / phase.id
    numbers = [int(m[1]) for one in _folders(place) if (m := _RUN.fullmatch(one.name))]
    return place / f"run-{max(numbers, default=0) + 1:02d}"


def _folders(place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    return sorted(one for one in place.iterdir() if one.is_dir() and _RUN.fullmatch(one.name))


def _runs(place: Path, phase: Phase, trust: Trust | None) -> Iterable[PhaseRun]:
    folders = _folders(place)
    numbers = {int(m[1]): one for one in folders if (m := _RUN.fullmatch(one.name))}
    for number in range(1, max(numbers, default=0)):
        if number not in numbers:
            folder = place / f"run-{number:02d}"
            yield PhaseRun(folder=folder, bundle=None, day="", outcomes=(), wrong=MISSING)
    for folder in folders:
        bundles = sorted(folder.glob("*.qassay.zip"))
        if not bundles:
            yield PhaseRun(
                folder=folder, bundle=None, day="", outcomes=(), wrong="it has no evidence yet"
            )
            continue
        yield _looked_at(folder, bundles, phase, trust)


def _looked_at(folder: Path, bundles: list[Path], phase: Phase, trust: Trust | None) -> PhaseRun:
    path = bundles[0]

    def refused(why: str) -> PhaseRun:
        return PhaseRun(folder=folder, bundle=path, day="", outcomes=(), wrong=why)

    if len(bundles) > 1:
        return refused(f"{len(bundles)} bundles lie there")
    audit = audit_bundle(path, trust=trust)
    if audit.failure is not None or audit.bundle is None or audit.analysis is None:
        return refused(f"its evidence does not hold: {audit.failed}")
    files = audit.bundle.files
    if content_id(files[layout.SHEET]) != content_id(phase.sheet):
        return refused("it tests another sheet than the phase's")
    plan = audit.analysis.plan
    if any(map(is_published, plan.experiments)):
        return refused("its counts were imported, and answer no circuits that were asked for")
    if max(plan.alpha, plan.beta) > phase.risk * _ROUNDED:
        worst = 100 * max(plan.alpha, plan.beta)
        return refused(f"its verdicts are wrong with up to {worst:g} %, not {100 * phase.risk:g} %")
    if plan.rule != phase.rule:
        return refused(f"its limits are by the {plan.rule} rule, not the {phase.rule} one")
    facts = facts_of(audit.bundle, plan, path.name)
    day, device = "", plan.device
    if layout.RUN_RECORD in files:
        record = read_run_record(audit.bundle.document(layout.RUN_RECORD), layout.RUN_RECORD)
        day = (record.measured_to or record.sealed_at)[:10]
    outcomes = [
        *((one.claim, str(one.outcome)) for one in audit.analysis.verdicts),
        *((one.claim.id, one.standing) for one in facts.operations),
        *((one.id, str(one.standing)) for one in plan.sheet.declared),
    ]
    return PhaseRun(
        folder=folder,
        bundle=path,
        day=day,
        outcomes=tuple(outcomes),
        device=device.name,
        simulator=device.simulator,
        trust=audit.level,
        parts=counted_parts(audit),
    )


def _judged(
    contract: Contract,
    phase: Phase,
    runs: tuple[PhaseRun, ...],
    before: PhaseStanding | None,
    today: date,
) -> tuple[State, str]:
    """Say where a phase stands and what comes next."""
    good = [one for one in runs if not one.wrong]
    outside = [one for one in good if not _within(phase, one.day)]
    if outside:
        return "failed", (
            f"{outside[0].folder.name} was measured on {outside[0].day or 'an unknown day'},"
            " outside the phase's days"
        )
    refuted = sorted({name for one in good for name, how in one.outcomes if how == "refuted"})
    if refuted:
        return "failed", f"refuted: {', '.join(refuted)}"
    missing = [one.folder.name for one in runs if one.wrong == MISSING]
    if missing:
        return "open", f"{missing[0]} is missing: bring it back, or measure it"
    if before is not None and before.state != "passed":
        return "waiting", f"first the phase {before.phase.id} has to pass"
    if phase.first_day and today.isoformat() < phase.first_day:
        return "waiting", f"it begins on {phase.first_day}"
    if len(good) < phase.runs:
        if phase.last_day and today.isoformat() > phase.last_day:
            return "failed", f"it ended on {phase.last_day} with {len(good)} of {phase.runs} runs"
        sheet = contract.folder / phase.id / "sheet.toml"
        due = _due(phase, good)
        when = f" on {due} or later" if due and due > today.isoformat() else ""
        return "open", (
            f"run {len(good) + 1} of {phase.runs}{when}: qassay run {sheet} --device DEVICE"
            f"{phase.options} --out {next_folder(contract, phase)}"
        )
    if _spread(good) < phase.over_days:
        return (
            "open",
            f"its runs lie within {_spread(good)} days of {phase.over_days}: run once more",
        )
    unsettled = sorted(
        {
            name
            for one in good
            for name, how in one.outcomes
            if how not in ("supported", "inspected")
        }
    )
    if unsettled:
        return "open", f"not settled: {', '.join(unsettled)}"
    return "passed", "every claim was supported in every run"


def _within(phase: Phase, day: str) -> bool:
    if not phase.first_day and not phase.last_day:
        return True
    return bool(day) and (phase.first_day or day) <= day <= (phase.last_day or day)


def _days_of(runs: Iterable[PhaseRun]) -> list[date]:
    return sorted(date.fromisoformat(one.day) for one in runs if one.day)


def _spread(runs: Iterable[PhaseRun]) -> int:
    days = _days_of(runs)
    return (days[-1] - days[0]).days if days else 0


def _due(phase: Phase, good: list[PhaseRun]) -> str:
    """Give the day from which the next run keeps the phase's spread; empty for any."""
    days = _days_of(good)
    if not days or not phase.over_days:
        return ""
    ahead = -(-phase.over_days * len(good) // (phase.runs - 1))
    return (days[0] + timedelta(days=ahead)).isoformat()
