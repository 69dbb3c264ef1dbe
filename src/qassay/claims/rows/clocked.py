"""What a clock settles: durations, rates, waiting and uptime."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from qassay.units import Dimension

Clocked = Literal["timed jobs", "journal", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationMetric:
    """One figure that a clock can settle.

    Attributes:
        id: Its name on a sheet.
        title: Its name on a page.
        dimension: Of its value.
        lower_is_better: Which side helps the buyer.
        clocked: By what: jobs timed for it, the journal of the run, or nothing of either.
        definition: What is meant, in a sentence.
        without: Why nothing clocks it; empty where something does.
        definitions: Published variants that a claim may name.
        names: Other words that stand for it on sheets, in small letters with underscores.
        layered: Whether its jobs are of random layers on all qubits, not of few gates on few.
        usual: Smallest and largest value that a sheet is not asked about; None for its dimension's.
    """

    id: str
    title: str
    dimension: Dimension
    lower_is_better: bool
    clocked: Clocked
    definition: str
    without: str = ""
    definitions: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    layered: bool = False
    usual: tuple[float, float] | None = None


ROWS: Final = (
    OperationMetric(
        id="gate_time_1q",
        title="One-qubit gate time",
        dimension="time",
        lower_is_better=True,
        clocked="timed jobs",
        usual=(1e-9, 1e-3),
        definition="What one more quarter turn adds to a shot: the difference of the seconds of two"
        " jobs of one and of many turns on one qubit, divided by turns and shots. Mean over the"
        " qubits timed.",
        names=("one_qubit_gate_time", "1q_gate_time", "single_qubit_gate_time"),
    ),
    OperationMetric(
        id="gate_time_2q",
        title="Two-qubit gate time",
        dimension="time",
        lower_is_better=True,
        clocked="timed jobs",
        usual=(3e-9, 0.1),
        definition="What one entangler adds to a shot: the difference of the seconds of two jobs on"
        " one pair with the same turns, one with and one without an entangler behind each, divided"
        " by entanglers and shots. Mean over the pairs timed.",
        names=("two_qubit_gate_time", "2q_gate_time"),
    ),
    OperationMetric(
        id="readout_time",
        title="Readout time",
        dimension="time",
        lower_is_better=True,
        clocked="timed jobs",
        usual=(1e-8, 1.0),
        definition="The time of a readout. A circuit has one, at its end, so a clock sees no more"
        " of it than a whole empty shot, which is an upper bound: preparation, waiting and readout"
        " together.",
        names=("readout_duration", "measurement_time"),
    ),
    OperationMetric(
        id="reset_time",
        title="Reset time",
        dimension="time",
        lower_is_better=True,
        clocked="timed jobs",
        usual=(1e-8, 10.0),
        definition="The time of preparing all qubits before a shot. A clock sees no more of it than"
        " a whole empty shot, which is an upper bound.",
        names=("initialisation_time", "initialization_time"),
    ),
    OperationMetric(
        id="shot_rate",
        title="Shots a second",
        dimension="rate",
        lower_is_better=False,
        clocked="timed jobs",
        definition="Shots of a circuit of one quarter turn, divided by the seconds of its job.",
        names=("shots_per_second", "sampling_rate", "repetition_rate"),
    ),
    OperationMetric(
        id="throughput",
        title="Circuit layers a second (CLOPS)",
        dimension="rate",
        lower_is_better=False,
        clocked="timed jobs",
        definition="Circuits times layers times shots, divided by the seconds of the job, of random"
        " layers (a quarter turn on each qubit, entanglers on disjoint pairs, as many as the"
        " couplings allow at once): 20 circuits of 100 layers, 100 shots each. clops_h counts"
        " layers as the hardware runs them, which is this; clops_v counts the layers of quantum"
        " volume circuits between distant qubits, each of which the hardware runs as several, with"
        " parameters renewed by the provider's own software.",
        definitions=("clops_h", "clops_v", "unstated"),
        names=("clops", "clops_h", "clops_v"),
        layered=True,
    ),
    OperationMetric(
        id="round_trip",
        title="Time from sending a job to its answer",
        dimension="time",
        lower_is_better=True,
        clocked="journal",
        usual=(1e-3, 3e6),
        definition="Mean time between sending a job and having its answer, queue included, by the"
        " clock of the computer that ran the test, in whole seconds.",
        names=("turnaround", "turnaround_time"),
    ),
    OperationMetric(
        id="waiting_time",
        title="Waiting time of a job",
        dimension="time",
        lower_is_better=True,
        clocked="journal",
        usual=(1e-6, 3e6),
        definition="The round trip of a job less the seconds that the machine states for it: queue,"
        " network and control software.",
        names=("queue_time", "queue", "latency"),
    ),
    OperationMetric(
        id="uptime",
        title="Uptime",
        dimension="probability",
        lower_is_better=False,
        clocked="journal",
        definition="Share of a window of the test's journal in which the machine answered. It was"
        " up while a job that it answered was out, and down while a job was out that it lost; of"
        " the rest of the window nothing is known, so the figure lies between up / window and"
        " 1 - down / window.",
        names=("availability",),
    ),
    OperationMetric(
        id="calibration_share",
        title="Share of time spent on calibration",
        dimension="probability",
        lower_is_better=True,
        clocked="nothing",
        definition="Share of a window in which the machine calibrates itself and takes no jobs.",
        without="no interface tells when a machine calibrates itself; the operator's log settles"
        " it, named with its sha256 and who saw it",
    ),
)
