"""Counts read, circuits drawn again and scored, and whether a batch was left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

from qassay.auditing.returned import check_returned, check_signed_batches, goes_by_parts
from qassay.auditing.state import Audit, known
from qassay.claims.figures import wanted_figures
from qassay.devices.outcomes import read_outcome_lines
from qassay.errors import (
    IncompleteError,
    MalformedError,
    NotReproducedError,
    Problem,
    TamperedError,
    quoted,
)
from qassay.evidence import bundle as layout
from qassay.evidence.campaign_state import CampaignState
from qassay.evidence.log import CHECKPOINT, EARLIER, ENTRIES, ROLES_FILE
from qassay.evidence.reckoning import reckon
from qassay.evidence.records import (
    LIST,
    NOTHING,
    NUMBER,
    TEXT,
    WHOLE,
    table_from_json,
    texts_from_json,
)
from qassay.exchange.parts import round_parts
from qassay.headway import walked
from qassay.languages.english import said
from qassay.planning.options import Options
from qassay.planning.plan import Plan
from qassay.planning.published_plan import SealedCounts, published_plan
from qassay.planning.schedule import Slot, cycles
from qassay.protocols.batches import batch_id, draw_batch, score_batches
from qassay.protocols.interface import Bits, Experiment
from qassay.protocols.known import is_published
from qassay.protocols.published import trials_from_json
from qassay.protocols.weighing.counted import Counted
from qassay.protocols.weighing.decision import Decision
from qassay.verdicts.course import course_by_round, stopped_experiments
from qassay.verdicts.figures import figure_decisions, figures_due
from qassay.verdicts.missing import is_missing

_COUNTS = {
    "batch": TEXT,
    "shots": WHOLE,
    "outcomes": LIST + NOTHING,
    "seconds": NUMBER,
    "notes": LIST,
    "failures": LIST,
}
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LONGEST_NAME: Final = 400
_CIRCUITS = {"batch": TEXT, "circuits": LIST}
_PUBLISHED = {"quantity": TEXT, "file": TEXT, "sha256": TEXT, "counts": (dict,), "notes": LIST}


def check_counts(audit: Audit) -> str:
    """Does every batch hold every shot, or say why not, and did the vendor sign it?"""
    plan, bundle = known(audit.plan), known(audit.bundle)
    published = [experiment for experiment in plan.experiments if is_published(experiment)]
    for experiment in published:
        name = layout.published_file(experiment.id)
        written = bundle.document(name)
        if isinstance(written, dict):  # earlier imports had no notes
            written = {"notes": [], **written}
        document = table_from_json(written, name, _PUBLISHED)
        texts_from_json(document["notes"], f"{name}, notes")
        quantity = experiment.id.partition("/")[0]
        if document["quantity"] != quantity:
            raise TamperedError(
                Problem(where=name, found=quoted(document["quantity"]), expected=quantity)
            )
        _check_source(document, name)
        audit.hits.append((experiment, 0, trials_from_json(document, name, experiment)))
    if published and not audit.other_rules:
        _check_published_plan(audit)
    shots = 0
    for experiment, index in walked(_planned(plan), "batches"):
        outcomes = _read(audit, experiment, index)
        if outcomes is not None:
            audit.outcomes[batch_id(experiment, index)] = outcomes
            shots += len(outcomes) * experiment.shots
    if published:
        return said("audited.counts_published", n=len(published))
    if audit.campaign is not None:
        state = audit.campaign.state
        if state is None and not goes_by_parts(audit.campaign):
            check_signed_batches(bundle, audit.campaign)
            return said("audited.counts_signed", n=shots)
        sent = check_returned(audit, audit.campaign)
        alone = state is not None and state.rules.terms.alone
        told = said("audited.counts" if alone else "audited.counts_signed", n=shots)
        return said("audited.counts_texts", told=told, sent=sent)
    return said("audited.counts", n=shots)


def _check_published_plan(audit: Audit) -> None:
    """Check that a plan says of published counts what they are, and nothing more.

    Nobody planned them: device, experiments, which claims they serve, and how many shots there
    were follow from sheet and counts.
    """
    plan = known(audit.plan)
    named = {
        x.id: SealedCounts(
            protocol=x.protocol,
            quantity=quantity,
            targets=x.targets,
            trials=trials,
            problem=x.problem,
        )
        for x, _, counts in audit.hits
        for quantity, trials in counts.items()
    }
    options = Options(alpha=plan.alpha, beta=plan.beta, rule=plan.rule)
    # Whether a simulator gave the counts is what their writer stated.
    stated = plan.device.simulator
    again = published_plan(plan.sheet, named, options, plan.software, simulator=stated)
    untested = [one.claim for one in plan.untested] == [one.claim for one in again.untested]
    again = replace(again, untested=plan.untested)  # of which only the claims are derived
    if plan != again or not untested:
        wrong = [f.name for f in fields(plan) if getattr(plan, f.name) != getattr(again, f.name)]
        raise NotReproducedError(
            Problem(
                where=f"{layout.PLAN}, {', '.join(wrong) or 'untested'}",
                found="another plan than that of these published counts",
                expected="what follows from the sheet and the counts",
            )
        )


def _check_source(document: Mapping[str, Any], where: str) -> None:
    """Check what is said of the file that published counts came in."""
    told = document["file"]
    if not (0 < len(told) <= _LONGEST_NAME and told.isprintable()):
        raise MalformedError(
            Problem(where=f"{where}, file", found=quoted(told), expected="the name of a file")
        )
    if not _SHA256.fullmatch(document["sha256"]):
        raise MalformedError(
            Problem(
                where=f"{where}, sha256",
                found=quoted(document["sha256"]),
                expected="64 hexadecimal digits",
            )
        )


def _planned(plan: Plan) -> list[tuple[Experiment, int]]:
    """Give every batch that the plan allows, published counts aside."""
    return [
        (experiment, index)
        for experiment in plan.experiments
        if not is_published(experiment)
        for index in range(experiment.batches)
    ]


def check_circuits(audit: Audit) -> str:
    """Do all circuits that ran follow from the plan and the seed?"""
    plan, bundle = known(audit.plan), known(audit.bundle)
    settled: dict[str, Decision] = {}
    stopped: frozenset[str] = frozenset()
    cycle = 0
    for experiment, index in walked(sorted(_planned(plan), key=lambda one: one[1]), "batches"):
        if index > cycle:
            cycle = index
            settled = _figures_so_far(audit, cycle, settled)
            stopped = stopped_experiments(plan, settled) if settled else stopped
        if layout.circuits_file(batch_id(experiment, index)) in bundle.files:
            if experiment.id in stopped:
                raise TamperedError(_beyond(batch_id(experiment, index)))
            _draw(audit, experiment, index)
    audit.outcomes.clear()
    if any(map(is_published, plan.experiments)):
        return said("audited.circuits_published")
    return said("audited.circuits", n=audit.circuits)


def _figures_so_far(audit: Audit, cycle: int, settled: dict[str, Decision]) -> dict[str, Decision]:
    """Say which figures were settled before a cycle, so that nobody draws what is beyond that.

    The whole course is replayed once all is drawn; but a figure can be planned with many times the
    circuits that it takes, and a forger may have run them all.
    """
    plan = known(audit.plan)
    asked = bool(wanted_figures(plan.sheet.questions))
    if not asked or audit.other_rules or plan.rounds or not cycle or not figures_due(plan, cycle):
        return settled
    return figure_decisions(plan, Counted.of(audit.hits, cycle, audit.missing), settled)


def _beyond(batch: str) -> Problem:
    return Problem(
        where=layout.counts_file(batch),
        found="a batch",
        expected="none: the plan's stopping rule ends before it",
    )


def check_completeness(audit: Audit) -> str:
    """Are the batches those that plan and stopping rule ask for, and is no file unexplained?"""
    plan, bundle = known(audit.plan), known(audit.bundle)
    there = {
        name.removeprefix("batches/").removesuffix("/counts.json")
        for name in bundle.files
        if name.startswith("batches/") and name.endswith("/counts.json")
    }
    run = [x for x in plan.experiments if not is_published(x)]
    done = [
        number + 1
        for number in range(cycles(plan))
        if any(number < x.batches and batch_id(x, number) in there for x in run)
    ]
    if audit.other_rules:
        wanted = _without_gaps(plan, there)
    else:
        audit.counted = Counted.of(audit.hits, max(done, default=1), audit.missing)
        course, audit.decisions = course_by_round(plan, audit.counted, _given_up(audit))
        wanted = {slot.id for asked in course for slots in asked.values() for slot in slots}
        if audit.campaign is not None and audit.campaign.state is not None:
            _reckon(audit, audit.campaign.state, course)
    IncompleteError.raise_if_any(
        Problem(
            where=layout.counts_file(batch),
            found="no such file",
            expected="an outcome or a failure of every planned batch",
        )
        for batch in sorted(wanted - there)
    )
    TamperedError.raise_if_any(map(_beyond, sorted(there - wanted)))
    accounted = {
        *layout.REQUIRED,
        *((layout.REPORT, layout.RUN_RECORD) if bundle.format > 1 else ()),
        *(layout.circuits_file(batch) for batch in wanted),
        *(layout.counts_file(batch) for batch in wanted),
        *(layout.published_file(x.id) for x in plan.experiments if is_published(x)),
    }
    if audit.campaign is not None:
        accounted |= {ENTRIES, *audit.campaign.files}
        if audit.campaign.first is not None:
            accounted |= {ROLES_FILE, CHECKPOINT}
            accounted |= {name for name in bundle.files if name.startswith(EARLIER)}
    TamperedError.raise_if_any(
        Problem(where=name, found="a file", expected="none: nothing in the plan accounts for it")
        for name in sorted(bundle.files.keys() - accounted)
    )
    if not wanted:
        return said("audited.complete_published")
    if audit.other_rules:
        return said("audited.complete_gapless", n=len(there))
    return said("audited.complete", n=len(there))


def _without_gaps(plan: Plan, there: set[str]) -> set[str]:
    """Give the batches of the plan up to the last one that is there, whatever stopped the run."""
    wanted = set()
    for x in plan.experiments:
        names = [] if is_published(x) else [batch_id(x, index) for index in range(x.batches)]
        last = max((n for n, name in enumerate(names) if name in there), default=-1)
        wanted |= set(names[: last + 1])
    return wanted


def _given_up(audit: Audit) -> int | None:
    """Say after which round a campaign was given up; None if it was not."""
    told = audit.campaign
    if told is None or told.state is None or told.finished:
        return None
    return max(told.state.manifests, default=0)


def _reckon(audit: Audit, state: CampaignState, course: list[dict[int, tuple[Slot, ...]]]) -> None:
    """Hold what went out and came back against the course: each part once, with its one end."""

    def asked(number: int, _: object) -> dict[tuple[int, int], tuple[str, ...]]:
        if number > len(course):
            return {}
        parts = round_parts(number, course[number - 1], audit.root_of(number))
        return {(number, index): part.ids for index, part in parts.items()}

    told = reckon(state, asked, audit.sent, audit.answers)
    finished = told.finished if state.finished else False
    if finished != state.finished:
        raise IncompleteError(
            Problem(
                where=ENTRIES,
                found="a campaign closed as finished",
                expected="one that was given up: its course goes on",
            )
        )


def _read(audit: Audit, experiment: Experiment, index: int) -> Bits | None:
    """Read the outcomes of one batch; None if it was not run or brought nothing."""
    bundle, name = known(audit.bundle), batch_id(experiment, index)
    circuits, counts = layout.circuits_file(name), layout.counts_file(name)
    if circuits not in bundle.files and counts not in bundle.files:
        return None
    document = bundle.document(counts)
    outcomes = _outcomes(document, counts, name, experiment.shots)
    if outcomes is None:
        if is_missing(None, document["failures"]):
            audit.missing.append((experiment, index))
        return None
    size, qubits = experiment.batch_size(index), known(audit.plan).device.qubits
    return read_outcome_lines(outcomes, counts, size, experiment.shots, qubits)


def _draw(audit: Audit, experiment: Experiment, index: int) -> None:
    """Draw one batch again, compare its circuits, and score what came back."""
    name = batch_id(experiment, index)
    where = layout.circuits_file(name)
    listed = table_from_json(known(audit.bundle).document(where), where, _CIRCUITS)
    batch = draw_batch(experiment, index, known(audit.plan).device.qubits, audit.root_at(index))
    if listed != {"batch": name, "circuits": batch.circuit_ids()}:
        raise NotReproducedError(
            Problem(
                where=where,
                found="other circuits",
                expected="the circuits that follow from the plan and the seed",
            )
        )
    audit.circuits += batch.order.size
    outcomes = audit.outcomes.pop(name, None)
    if outcomes is not None:
        audit.hits.append((experiment, index, score_batches(experiment, [(batch, outcomes)])))


def _outcomes(document: Any, where: str, batch: str, shots: int) -> list[Any] | None:
    """Check what a device answered to a batch; give its outcomes, None if every attempt failed."""
    answer = table_from_json(document, where, _COUNTS)
    texts_from_json(answer["notes"], f"{where}, notes")
    failures = texts_from_json(answer["failures"], f"{where}, failures")
    if answer["batch"] != batch or answer["shots"] != shots or answer["seconds"] < 0:
        raise MalformedError(
            Problem(
                where=where, found="another batch", expected=f"{shots} of each circuit in {batch}"
            )
        )
    outcomes: list[Any] | None = answer["outcomes"]
    if outcomes is None and not failures:
        raise IncompleteError(
            Problem(where=where, found="no outcomes", expected="outcomes, or why there are none")
        )
    return outcomes
