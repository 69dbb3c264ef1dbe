"""Puts every question to an audited bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from qassay.auditing.state import Audit
from qassay.claims.metrics import metric_of_part
from qassay.devices.outcomes import read_outcome_lines
from qassay.errors import MalformedError, Problem, UsageError, quoted
from qassay.evidence import bundle as layout
from qassay.evidence.bundle import Bundle
from qassay.forensics.mirrors import FLAT, kept_by_readout, least_loss, too_flat
from qassay.forensics.questions import (
    against_calibration,
    faster_than_clock,
    too_alike,
    unsteady,
    without_relaxation,
)
from qassay.forensics.suspicion import LEVEL, Suspicion, cannot_tell
from qassay.planning.plan import Plan
from qassay.protocols.interface import Experiment
from qassay.protocols.known import is_asked, is_published
from qassay.protocols.mirror import PROTOCOL as MIRROR
from qassay.protocols.mirror import layers_of
from qassay.protocols.reach import register_of
from qassay.protocols.readout import PROTOCOL as READOUT
from qassay.statistics.check_batches import too_good_check
from qassay.statistics.check_replays import replay_check
from qassay.verdicts.analysis import Analysis

COPIES: Final = "copied shots anywhere in the bundle"
WARNING: Final = (
    "suspicion only: an honest machine is suspected by each question in up to 1 % of cases, and"
    " a good simulation of a noisy machine passes all of them"
)
_MOST_ROWS: Final = 200_000
_DEVIATE: Final = 3.92  # widths of a 95 % interval in standard errors


def examine(
    audit: Audit, reported: Mapping[str, Mapping[str, float]] | None = None
) -> tuple[Suspicion, ...]:
    """Put every question to the counts of a bundle.

    Args:
        audit: One that found nothing wrong.
        reported: The vendor's calibration: quantity -> "3" or "3-4" -> value.

    Raises:
        MalformedError: The audit came to no result.
    """
    plan, analysis, bundle = audit.plan, audit.analysis, audit.bundle
    if plan is None or analysis is None or bundle is None or audit.failure is not None:
        raise MalformedError("forensics needs a bundle whose audit finds nothing wrong")
    batches = [(x, index, scored) for x, index, scored in audit.hits if not is_published(x)]
    made = [*_too_good(audit)]
    # What answers a question counts bits as they came, and no errors: a GHZ circuit of one's own
    # makes qubits alike on an honest machine.
    for experiment in (x for x in plan.experiments if not is_asked(x)):
        mine = [scored for x, _, scored in batches if x.id == experiment.id]
        made += _by_target(experiment, mine)
    made.append(_readout(plan, analysis, batches))
    made += _mirrors(plan, analysis, batches)
    made += _copies(plan, bundle, batches)
    made.append(_clock(plan, bundle))
    made += _calibrations(analysis, reported or {})
    return tuple(made)


def read_reported(document: Any, where: str) -> dict[str, dict[str, float]]:
    """Take a vendor's calibration from JSON: {"readout_error": {"0": 0.01}, ...}.

    Raises:
        UsageError: Something else.
    """
    sound = isinstance(document, dict) and all(
        isinstance(table, dict)
        and all(type(value) in (int, float) and value > 0 for value in table.values())
        for table in document.values()
    )
    if not sound:
        raise UsageError(
            Problem(
                where=where,
                found=quoted(str(document)),
                expected='{"readout_error": {"0": 0.01, ...}, ...}',
            )
        )
    return {name: dict(table) for name, table in document.items()}


def _too_good(audit: Audit) -> Iterator[Suspicion]:
    """Ask whether counts scatter less between batches than independent shots must."""
    if audit.plan is None or audit.counted is None:
        return
    weighed = [x for x in audit.plan.experiments if not is_asked(x)]
    for name, quantities in audit.counted.joined(weighed).items():
        for quantity, trials in sorted(quantities.items()):
            if trials.shots == 1:
                check = too_good_check(trials, level=LEVEL)
                yield Suspicion(
                    name=f"{check.name} ({name}, {quantity})",
                    p_value=check.p_value,
                    sentence=check.sentence,
                    power=check.power,
                )


def _by_target(experiment: Experiment, batches: list[Mapping[str, Any]]) -> Iterator[Suspicion]:
    """Ask about the differences between targets, in the arm with most circuits."""
    quantities = batches[0].keys() if batches else ()
    for quantity in sorted(quantities):
        parts = [scored[quantity] for scored in batches]
        if parts[0].shots > 1:
            continue  # circuits scatter more than shots do
        arm = int(np.argmax(sum(np.bincount(x.arms, minlength=x.lengths.size) for x in parts)))
        counts = [
            (x.shots * int((x.arms == arm).sum()), x.hits[x.arms == arm].sum(axis=0)) for x in parts
        ]
        shots = sum(n for n, _ in counts)
        hits = np.array([h for _, h in counts])
        if shots == 0:
            continue
        # The rarer outcome is the error, whatever the protocol counts.
        rare = (
            hits
            if 2 * hits.sum() <= shots * hits.shape[1]
            else np.array([n - h for n, h in counts])
        )
        where = f"({experiment.id}, {quantity})"
        for found in (
            too_alike(rare.sum(axis=0), shots),
            unsteady(rare[0::2].sum(axis=0), rare[1::2].sum(axis=0)),
        ):
            yield Suspicion(
                name=f"{found.name} {where}",
                p_value=found.p_value,
                sentence=found.sentence,
                power=found.power,
            )


def _readout(plan: Plan, analysis: Analysis, batches: list[Any]) -> Suspicion:
    """Ask of both directions; a fair coin set each bit, so about half of them are in either."""
    wrong = {quantity: [0, 0] for quantity in READOUT.directions}
    for _, _, scored in batches:
        for quantity in wrong.keys() & scored.keys():
            trials = scored[quantity]
            wrong[quantity][0] += int(trials.hits.sum())
            wrong[quantity][1] += trials.circuits * trials.targets * trials.shots // 2
    times = [
        estimate.value
        for measured in analysis.measured.values()
        for one in measured
        if one.quantity == metric_of_part("relaxation")
        for estimate in one.estimates
        if estimate.informative
    ]
    t1 = float(1 / np.mean(1 / np.array(times))) if times else float("inf")
    zeros, ones = wrong.values()
    return without_relaxation(
        ones[0], ones[1], zeros[0], zeros[1], plan.device.durations.readout, t1
    )


def _mirrors(plan: Plan, analysis: Analysis, batches: list[Any]) -> Iterator[Suspicion]:
    """Ask of mirror circuits whether they lose what the gates measured beside them must cost."""
    gates = _measured(analysis, metric_of_part("entangler"))
    readout = _measured(analysis, metric_of_part("readout"))
    for x in (one for one in plan.experiments if one.protocol == MIRROR.id):
        met = [tuple(sorted(pair)) for layer in layers_of(x) for pair in layer]
        register = [(qubit,) for qubit in register_of(x.targets)]
        if not set(met) <= gates.keys() or not set(register) <= readout.keys():
            reason = "errors of its gates and of its readout were not measured in the same run"
            yield cannot_tell(f"{FLAT} ({x.id})", reason)
            continue
        deviations = [(met.count(pair) * gates[pair][1]) for pair in sorted(set(met))]
        found = [scored for one, _, scored in batches if one.id == x.id]
        parts = [trials for scored in found for trials in scored.values()]
        one = too_flat(
            int(sum(trials.hits.sum() for trials in parts)),
            sum(trials.circuits * trials.shots for trials in parts),
            least_loss(sum(gates[pair][0] for pair in met), float(np.hypot.reduce(deviations))),
            kept_by_readout([readout[qubit][0] for qubit in register]),
        )
        yield replace(one, name=f"{one.name} ({x.id})")


def _measured(analysis: Analysis, quantity: str) -> dict[tuple[int, ...], tuple[float, float]]:
    """Give value and standard error of a quantity by target, pairs in the order of their qubits."""
    return {
        tuple(sorted(target)): (found.value, (found.high - found.low) / _DEVIATE)
        for experiment in analysis.measured.values()
        for one in experiment
        if one.quantity == quantity
        for target, found in zip(one.targets, one.estimates, strict=True)
        if found.informative
    }


def _copies(plan: Plan, bundle: Bundle, batches: list[Any]) -> Iterator[Suspicion]:
    """Look for shots that occur twice, also in different experiments."""
    parts, kinds = [], []
    for number, (experiment, index, _) in enumerate(batches):
        if experiment.shots > 1:
            continue  # shots of one circuit are alike by nature
        name = layout.counts_file(f"{experiment.id}/{index:04d}")
        lines = bundle.document(name)["outcomes"] or []
        parts.append(read_outcome_lines(lines, name, len(lines), 1, plan.device.qubits)[:, 0])
        kinds.append(np.full(len(lines), number))
    if parts:
        bits, groups = np.concatenate(parts)[:_MOST_ROWS], np.concatenate(kinds)[:_MOST_ROWS]
        check = replay_check(bits, level=LEVEL, name=COPIES, groups=groups)
        yield Suspicion(
            name=COPIES, p_value=check.p_value, sentence=check.sentence, power=check.power
        )


def _clock(plan: Plan, bundle: Bundle) -> Suspicion:
    seconds, shots, circuits = 0.0, 0, 0
    for name in bundle.files:
        if name.startswith("batches/") and name.endswith("/counts.json"):
            document = bundle.document(name)
            seconds += document["seconds"]
            shots += len(document["outcomes"] or ())
            circuits += len(document["outcomes"] or ()) // document["shots"]
    times = plan.device.durations
    least = shots * (times.readout + times.shot_overhead) + circuits * times.circuit_overhead
    return faster_than_clock(seconds, least)


def _calibrations(
    analysis: Analysis, reported: Mapping[str, Mapping[str, float]]
) -> Iterator[Suspicion]:
    for quantity, table in sorted(reported.items()):
        rows = [
            (table[name], estimate.value, (estimate.high - estimate.low) / _DEVIATE)
            for measured in analysis.measured.values()
            for one in measured
            if one.quantity == quantity
            for target, estimate in zip(one.targets, one.estimates, strict=True)
            if (name := "-".join(map(str, target))) in table
            and np.isfinite(estimate.high - estimate.low)
        ]
        found = against_calibration(
            *(np.array(part) for part in (zip(*rows, strict=True) if rows else ((), (), ())))
        )
        yield Suspicion(
            name=f"{found.name} ({quantity})",
            p_value=found.p_value,
            sentence=found.sentence,
            power=found.power,
        )
