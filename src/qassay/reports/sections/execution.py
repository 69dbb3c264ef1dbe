"""What was run, what is missing, and what the device says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from qassay.devices.description import DeviceDescription
from qassay.evidence.ledger import paid_in
from qassay.numerals import numeral
from qassay.planning.schedule import loaded
from qassay.protocols.approximation_ratio import read_problem
from qassay.protocols.interface import Experiment
from qassay.protocols.known import (
    estimator_of,
    is_application,
    is_published,
    is_timed,
    targets_with,
)
from qassay.reports.facts import RunFacts
from qassay.reports.numbers import duration, quantity
from qassay.reports.places import layout_words
from qassay.reports.text import noun_of, plural, sentence
from qassay.verdicts.analysis import Analysis

_NAMED = 6  # experiments without data that are named one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolRow:
    """All experiments of one protocol.

    Attributes:
        title: Of the protocol.
        version: Name in the catalog and version.
        experiments: How many with data, of how many planned.
        targets: Qubits or pairs with data.
        circuits: Circuits with data, of how many planned.
    """

    title: str
    version: str
    experiments: str
    targets: str
    circuits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What the section on the run prints.

    Attributes:
        rows: One a protocol.
        totals: Names and numbers of the whole run.
        missing: Everything that failed or is not there, in sentences.
        notes: Approximations of a simulator, in sentences.
        device: What the device says of itself, unchecked.
    """

    rows: tuple[ProtocolRow, ...]
    totals: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    device: tuple[tuple[str, str], ...]


def execution_of(analysis: Analysis, facts: RunFacts) -> Execution:
    """Say what was run and what was not."""
    plan = analysis.plan
    protocols = dict.fromkeys(_kind(x) for x in plan.experiments if not is_timed(x))
    cost = plan.cost
    totals = [
        ("Shots", _of(facts.shots, cost.shots)),
        ("Circuits", _of(facts.circuits, cost.circuits)),
        ("Device time", duration(facts.device_seconds) if facts.device_seconds else "not stated"),
    ]
    if plan.budget_shots is not None:
        totals.append(("Budget", f"{numeral(plan.budget_shots)} shots, set by the user"))
    if cost.money:
        totals.append(("Cost at most", f"{cost.money:.2f} {plan.device.currency}".strip()))
    totals += _ledger(facts)
    return Execution(
        rows=tuple(_row(kind, analysis) for kind in protocols),
        totals=tuple(totals),
        missing=_missing(analysis, facts),
        notes=tuple(sentence(note) for note in facts.notes),
        device=_device(plan.device),
    )


def _ledger(facts: RunFacts) -> list[tuple[str, str]]:
    """Say how many jobs were sent to a provider, and what they cost."""
    ledger = facts.record.ledger if facts.record else ()
    if not ledger:
        return []
    lost = sum(entry.standing == "lost" for entry in ledger)
    unclear = sum(entry.standing == "may be out" for entry in ledger)
    jobs = f"{numeral(len(ledger))} sent to the provider"
    jobs += f", {numeral(lost)} of them lost" if lost else ""
    jobs += f"; {numeral(unclear)} that may have been sent" if unclear else ""
    rows = [("Jobs", jobs)]
    if any(entry.price for entry in ledger):
        currency = next((entry.currency for entry in ledger if entry.currency), "")
        rows.append(("Paid, lost jobs included", f"{paid_in(ledger):f} {currency}".strip()))
    else:
        rows.append(("Paid", "not known: nobody stated prices"))
    return rows


def _kind(x: Experiment) -> tuple[str, str]:
    """Tell decays of others apart by what was measured; all else by its protocol."""
    return x.protocol, x.problem if is_published(x) else ""


def _row(kind: tuple[str, str], analysis: Analysis) -> ProtocolRow:
    planned = [x for x in analysis.plan.experiments if _kind(x) == kind]
    run = [x for x in planned if x.id in _counted(analysis)]
    quantity = estimator_of(planned[0]).quantities[0]
    noun = noun_of(targets_with(planned[0], quantity)[0])
    # Every qubit of an application's register answers as one target.
    if is_application(planned[0]):
        sizes = (read_problem(x.problem).instance.qubits for x in run)
        targets, noun = max(sizes, default=0), "qubit"
    else:
        targets = len({target for x in run for target in targets_with(x, quantity)})
    circuits = sum(_circuits(x, analysis) for x in run)
    rounds = sum(loaded(x, x.rounds) for x in planned)
    return ProtocolRow(
        title=estimator_of(planned[0]).title,
        version=f"{kind[0]}, version {planned[0].version}",
        experiments=_of(len(run), len(planned)),
        targets=plural(targets, noun),
        circuits=_of(circuits, rounds) + _each(planned[0].shots),
    )


def _counted(analysis: Analysis) -> set[str]:
    """Name the experiments that have counts."""
    measured = {name for name, parts in analysis.measured.items() if parts}
    return measured | {one.experiment for one in analysis.answers}


def _circuits(experiment: Experiment, analysis: Analysis) -> int:
    """Count the circuits behind an experiment; readout adds its circuits up in pairs."""
    for answer in analysis.answers:
        if answer.experiment == experiment.id:
            return answer.circuits
    trials = analysis.measured[experiment.id][0].trials
    return trials.circuits * (2 if experiment.protocol == "readout" else 1)


def _each(shots: int) -> str:
    return f", {numeral(shots)} shots of each" if shots > 1 else ""


def _of(done: int, planned: int) -> str:
    return numeral(done) if done >= planned else f"{numeral(done)} of {numeral(planned)} planned"


def _missing(analysis: Analysis, facts: RunFacts) -> tuple[str, ...]:
    """Tell everything that failed, was lost or was never measured."""
    told = [sentence(failure) for failure in facts.failures]
    silent = [
        x.id
        for x in analysis.plan.experiments
        if not is_timed(x) and x.id not in _counted(analysis)
    ]
    if silent:
        named = ", ".join(silent[:_NAMED])
        more = f" and {len(silent) - _NAMED} more" if len(silent) > _NAMED else ""
        told.append(f"No counts came back from {plural(len(silent), 'experiment')}: {named}{more}.")
    told += [
        f'Claim "{verdict.claim}" was not tested: {verdict.reasons[0] if verdict.reasons else ""}.'
        for verdict in analysis.verdicts
        if verdict.outcome == "not tested"
    ]
    return tuple(told)


def _device(device: DeviceDescription) -> tuple[tuple[str, str], ...]:
    times = device.durations
    rows = [
        ("Name", device.name),
        ("Platform", device.platform),
        ("Qubits", str(device.qubits)),
        ("Connectivity", f"{layout_words(device)} ({plural(len(device.pairs), 'pair')})"),
    ]
    named = [
        ("One-qubit gate", times.one_qubit_gate),
        ("Two-qubit gate", times.two_qubit_gate),
        ("Readout", times.readout),
        ("Overhead of a shot", times.shot_overhead),
    ]
    if times.circuit_overhead:
        named.append(("Overhead of a circuit", times.circuit_overhead))
    rows += [(name, quantity(value, "time") if value else "not stated") for name, value in named]
    return tuple(rows)
