"""The audit: a stranger re-derives circuits, estimates and verdicts, offline.

Needs the bundle alone, no device and no network. Each check is a small function with one
sentence; the first that fails ends the audit, since the later ones stand on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.outcomes import read_outcome_lines
from qassay.errors import (
    EvidenceError,
    IncompleteError,
    MalformedError,
    NotReproducedError,
    Problem,
    QassayError,
    TamperedError,
    quoted,
)
from qassay.evidence import bundle as layout
from qassay.evidence.bundle import Bundle, open_bundle
from qassay.evidence.plan_checks import check_plan
from qassay.evidence.records import (
    LIST,
    NOTHING,
    NUMBER,
    TEXT,
    WHOLE,
    plan_from_json,
    table_from_json,
    texts_from_json,
)
from qassay.planning.plan import Plan, commitment_to
from qassay.planning.schedule import cycle, cycles
from qassay.protocols.batches import Batch, draw_batch, score_batches
from qassay.protocols.catalog import is_published
from qassay.protocols.interface import Bits, Experiment
from qassay.protocols.published import trials_from_json
from qassay.randomness import root_from_integer
from qassay.statistics.trials import Trials
from qassay.verdicts.analysis import Analysis, analyse
from qassay.verdicts.counted import Counted
from qassay.verdicts.course import course_of
from qassay.verdicts.decision import Decision

T = TypeVar("T")
_RELATIVE = 1e-6  # what other processors and library versions may differ by
_ABSOLUTE = 1e-12
_COUNTS = {
    "batch": TEXT, "shots": WHOLE, "outcomes": LIST + NOTHING, "seconds": NUMBER, "notes": LIST,
    "failures": LIST,
}  # fmt: skip
_PUBLISHED = {"quantity": TEXT, "file": TEXT, "sha256": TEXT, "counts": (dict,)}


@dataclass(frozen=True, slots=True)
class Check:
    """One passed check, for the report."""

    name: str
    sentence: str


@dataclass(slots=True)
class Audit:
    """The state of an audit, and its report.

    Attributes:
        path: The bundle's file.
        bundle: What is audited.
        passed: Checks passed so far.
        plan: The plan, once it has been read.
        analysis: What follows from the counts, once it has been computed.
        failure: What ended the audit; None if everything holds.
    """

    path: Path
    bundle: Bundle | None = None
    passed: list[Check] = field(default_factory=list)
    plan: Plan | None = None
    root: bytes = b""
    hits: list[tuple[Experiment, int, Mapping[str, Trials]]] = field(default_factory=list)
    counted: Counted | None = None
    decisions: dict[str, Decision] | None = None
    analysis: Analysis | None = None
    failure: QassayError | None = None
    circuits: int = 0


def _silent(_: str) -> None:
    pass


def audit_bundle(path: Path, progress: Callable[[str], None] = _silent) -> Audit:
    """Check everything that a bundle says of itself.

    Args:
        path: The bundle.
        progress: Told the name of each check before it begins.

    Returns:
        The audit; `failure` holds the first thing that is wrong.
    """
    audit = Audit(path)
    try:
        for name, check in _CHECKS:
            progress(name)
            audit.passed.append(Check(name, check(audit)))
    except QassayError as error:
        audit.failure = error if isinstance(error, EvidenceError) else _as_evidence(error)
    except (ArithmeticError, LookupError, TypeError, ValueError, MemoryError) as error:
        # Whatever a stranger's numbers set off, the answer is a sentence and no traceback.
        broken = f"{type(error).__name__} ({quoted(str(error), 120)})"
        audit.failure = MalformedError(
            Problem(where=path.name, found=broken, expected="an audit that comes to its end",
                    advice="the bundle is forged, or this is a mistake in qassay: please report it")
        )  # fmt: skip
    return audit


def _as_evidence(error: QassayError) -> EvidenceError:
    return MalformedError(*error.problems)


def _files(audit: Audit) -> str:
    audit.bundle = open_bundle(audit.path)
    for name in audit.bundle.files:  # what cannot be read is said at once
        if name.endswith(".json"):
            audit.bundle.document(name)
    versions = audit.bundle.document(layout.VERSIONS)
    if not isinstance(versions, dict) or not isinstance(versions.get("qassay"), str):
        raise MalformedError(
            Problem(where=layout.VERSIONS, found=quoted(versions), expected="names and versions")
        )
    return f"all {len(audit.bundle.files)} files are the ones that were sealed"


def _claims_and_plan(audit: Audit) -> str:
    bundle = _of(audit.bundle)
    plan = plan_from_json(bundle.document(layout.PLAN), layout.PLAN)
    sheet = parse_claim_sheet(bundle.files[layout.SHEET], layout.SHEET)
    if sheet != plan.sheet:
        raise TamperedError(
            Problem(
                where=layout.SHEET,
                found="claims that differ from those of the plan",
                expected="the sheet that was planned for",
            )
        )
    check_plan(plan, layout.PLAN)
    audit.plan = plan
    return f"the plan {plan.id[:16]} holds the {len(sheet.claims)} claims of the sheet"


def _seed(audit: Audit) -> str:
    plan, bundle = _of(audit.plan), _of(audit.bundle)
    document = table_from_json(
        bundle.document(layout.SEED), layout.SEED, {"root": TEXT, "seed": WHOLE + NOTHING}
    )
    try:
        audit.root = bytes.fromhex(document["root"])
    except ValueError:
        raise MalformedError(
            Problem(where=layout.SEED, found="no root seed", expected="64 hexadecimal digits")
        ) from None
    named = document["seed"]
    if named is not None and (named < 0 or root_from_integer(named) != audit.root):
        raise TamperedError(
            Problem(where=layout.SEED, found=f"the seed {named}",
                    expected="the number that the root seed came from")
        )  # fmt: skip
    if commitment_to(audit.root) != plan.seed_commitment:
        raise TamperedError(
            Problem(
                where=layout.SEED,
                found="another seed",
                expected="the seed that the plan committed to",
            )
        )
    return "the seed is the one the plan committed to"


def _circuits_and_counts(audit: Audit) -> str:
    plan, bundle = _of(audit.plan), _of(audit.bundle)
    published = [experiment for experiment in plan.experiments if is_published(experiment)]
    for experiment in published:
        name = layout.published_file(experiment.id)
        document = table_from_json(bundle.document(name), name, _PUBLISHED)
        if document["quantity"] != experiment.id:
            raise TamperedError(
                Problem(where=name, found=quoted(document["quantity"]), expected=experiment.id)
            )
        trials = trials_from_json(document, name, experiment)
        audit.hits.append((experiment, 0, trials))
    for experiment in plan.experiments:
        for index in range(0 if experiment in published else experiment.batches):
            part = _batch(audit, experiment, index)
            if part is not None:
                audit.hits.append((experiment, index, score_batches(experiment, [part])))
    if published:
        return f"{len(published)} sets of published counts are readable; they hold no circuits"
    return f"all {audit.circuits} circuits follow from the seed, and every shot is there once"


def _batch(audit: Audit, experiment: Experiment, index: int) -> tuple[Batch, Bits] | None:
    """Regenerate one batch and read its outcomes; None if it was not run or brought nothing."""
    plan, bundle = _of(audit.plan), _of(audit.bundle)
    name = f"{experiment.id}/{index:04d}"
    circuits, counts = layout.circuits_file(name), layout.counts_file(name)
    if circuits not in bundle.files and counts not in bundle.files:
        return None
    listed = table_from_json(bundle.document(circuits), circuits, {"batch": TEXT, "circuits": LIST})
    batch = draw_batch(experiment, index, plan.device.qubits, audit.root)
    if listed != {"batch": name, "circuits": batch.circuit_ids()}:
        raise NotReproducedError(
            Problem(
                where=circuits,
                found="other circuits",
                expected="the circuits that follow from the plan and the seed",
            )
        )
    audit.circuits += batch.order.size
    outcomes = _outcomes(bundle.document(counts), counts, name)
    if outcomes is None:
        return None
    return batch, read_outcome_lines(outcomes, counts, batch.order.size, 1, plan.device.qubits)


def _outcomes(document: Any, where: str, batch: str) -> list[Any] | None:
    """Check what a device answered to a batch; give its outcomes, None if every attempt failed."""
    answer = table_from_json(document, where, _COUNTS)
    texts_from_json(answer["notes"], f"{where}, notes")
    failures = texts_from_json(answer["failures"], f"{where}, failures")
    if answer["batch"] != batch or answer["shots"] != 1 or answer["seconds"] < 0:
        raise MalformedError(
            Problem(where=where, found="another batch", expected=f"one shot of each in {batch}")
        )
    outcomes: list[Any] | None = answer["outcomes"]
    if outcomes is None and not failures:
        raise IncompleteError(
            Problem(where=where, found="no outcomes", expected="outcomes, or why there are none")
        )
    return outcomes


def _complete(audit: Audit) -> str:
    plan, bundle = _of(audit.plan), _of(audit.bundle)
    there = {
        name.removeprefix("batches/").removesuffix("/counts.json")
        for name in bundle.files
        if name.startswith("batches/") and name.endswith("/counts.json")
    }
    done = [number + 1 for number in range(cycles(plan))
            if any(slot.id in there for slot in cycle(plan, number))]  # fmt: skip
    audit.counted = Counted.of(audit.hits, max(done, default=1))
    course, audit.decisions = course_of(plan, audit.counted)
    wanted = set(course)
    IncompleteError.raise_if_any(
        Problem(where=layout.counts_file(batch), found="no such file",
                expected="an outcome or a failure of every planned batch")
        for batch in sorted(wanted - there)
    )  # fmt: skip
    TamperedError.raise_if_any(
        Problem(where=layout.counts_file(batch), found="a batch",
                expected="none: the plan's stopping rule ends before it")
        for batch in sorted(there - wanted)
    )  # fmt: skip
    accounted = {
        *layout.REQUIRED,
        *(layout.circuits_file(batch) for batch in wanted),
        *(layout.counts_file(batch) for batch in wanted),
        *(layout.published_file(x.id) for x in plan.experiments if is_published(x)),
    }
    TamperedError.raise_if_any(
        Problem(where=name, found="a file", expected="none: nothing in the plan accounts for it")
        for name in sorted(bundle.files.keys() - accounted)
    )
    if not wanted:
        return "published counts have no batches that could have been left out"
    return f"the {len(there)} batches are those of the plan and its stopping rule, none left out"


def _estimates(audit: Audit) -> str:
    audit.analysis = analyse(_of(audit.plan), _of(audit.counted), audit.decisions or None)
    derived = audit.analysis.estimates_json()
    _compare(_of(audit.bundle).document(layout.ESTIMATES), derived, layout.ESTIMATES)
    checks = audit.analysis.checks_json()
    _compare(_of(audit.bundle).document(layout.CHECKS), checks, layout.CHECKS)
    return f"all {len(derived)} estimates and {len(checks)} checks follow from the counts"


def _verdicts(audit: Audit) -> str:
    derived = _of(audit.analysis).verdicts_json()
    _compare(_of(audit.bundle).document(layout.VERDICTS), derived, layout.VERDICTS)
    return f"all {len(derived)} verdicts follow from the counts and the plan"


_CHECKS: tuple[tuple[str, Callable[[Audit], str]], ...] = (
    ("files", _files),
    ("claims and plan", _claims_and_plan),
    ("seed", _seed),
    ("circuits and counts", _circuits_and_counts),
    ("completeness", _complete),
    ("estimates", _estimates),
    ("verdicts", _verdicts),
)


def _compare(found: Any, derived: Any, where: str) -> None:
    """Compare two JSON values, numbers to a relative 1e-6; the first difference is named.

    Raises:
        NotReproducedError: They differ.
    """
    for place, ours, theirs in _differences(derived, found, ""):
        raise NotReproducedError(
            Problem(
                where=f"{where}{place}",
                found=_short(theirs),
                expected=f"{_short(ours)}, which follows from the counts",
            )
        )


def _differences(ours: Any, theirs: Any, place: str) -> Any:
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        for key in ours:
            yield from _differences(ours[key], theirs[key], f"{place}, {key}")
    elif isinstance(ours, list | tuple) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _differences(one, other, f"{place} [{index}]")
    elif isinstance(ours, float) and type(theirs) in (int, float):
        if not math.isclose(ours, theirs, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE):
            yield place, ours, theirs
    elif type(ours) is not type(theirs) or ours != theirs:
        yield place, ours, theirs


def _short(value: Any) -> str:
    return quoted(value, 80) if isinstance(value, str) else quoted(str(value), 80).strip('"')


def _of(value: T | None) -> T:
    """Give a value that an earlier check has set."""
    if value is None:
        raise MalformedError("the audit's checks are out of order")
    return value
