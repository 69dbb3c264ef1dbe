"""The words of the registry: kinds of figures, groups, statistics, and the ladder of evidence.

A kind of figure is what makers publish (a fidelity, a gate time); a metric of qassay is what can
be measured. `FigureKind.metric` says which of them settles the figure, `need` what is missing
where none does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from qassay.claims.metrics import METRICS
from qassay.units import Dimension

Better = Literal["higher", "lower", "neither"]

# Groups of the transparency score, in the order of its table.
GROUPS: Final[dict[str, str]] = {
    "qubits": "Qubits and their carriers",
    "one_qubit": "One-qubit gates",
    "two_qubit": "Two-qubit gates",
    "readout": "Readout and preparation",
    "t1": "T1",
    "t2": "T2",
    "connectivity": "Connectivity",
    "gate_times": "Gate times",
    "system": "System benchmark",
    "speed": "Speed",
    "logical": "Logical qubits",
    "spread": "Spread, worst pair",
}

# What does not apply to a machine that runs no gates. Its own quantities are in no group yet.
_NO_GATES: Final = ("one_qubit", "two_qubit", "gate_times", "speed", "logical", "spread")
NOT_APPLICABLE: Final[dict[str, tuple[str, ...]]] = {
    "gate": (),
    "analog": _NO_GATES,
    "annealer": (*_NO_GATES, "t1", "t2", "system"),
    "boson-sampling": (
        "one_qubit",
        "two_qubit",
        "readout",
        "t1",
        "t2",
        "logical",
        "spread",
        "gate_times",
    ),
    "cat": ("two_qubit", "connectivity", "system", "speed", "logical", "spread"),
    "none": tuple(GROUPS),
}
KINDS_OF_MACHINES: Final = tuple(NOT_APPLICABLE)
PLATFORMS: Final = ("trapped-ion", "neutral-atom", "superconducting", "photonic", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureKind:
    """One kind of published figure.

    Attributes:
        id: Its name in the files.
        title: Its name in tables.
        group: Group of the transparency score; empty where it is in none.
        dimension: "fidelity" of a number between 0 and 1 that is one less an error, else a
            dimension of `qassay.units`; "words" of what is no number.
        better: Which direction is the better machine; "neither" where a rank has no meaning.
        unit: What is counted, for the tables.
        need: What would have to be built to settle it, where nothing does.
        clocked: Metric of `qassay.claims.operations` that settles it by seconds, not by counts.
        on_chain: Whether it is claimed of a chain as long as its circuits are wide.
        passed: Value of its metric that a register of the published size reaches, where what is
            published is a size; 0 where it is the value.
    """

    id: str
    title: str
    group: str = ""
    dimension: Dimension | Literal["fidelity", "words"]
    better: Better = "higher"
    unit: str = ""
    need: str = ""
    clocked: str = ""
    on_chain: bool = False
    passed: float = 0.0

    @property
    def metric(self) -> str:
        """The metric of qassay that settles it, by the metric's own row; empty where none does."""
        return next((row.id for row in METRICS.values() if self.id in row.figures), "")


_GRAPHS: Final = "a published benchmark's own circuit or graph"
_TIMES: Final = "durations of gates, readout and reset"
_COUPLED: Final = "connectivity, coupled pairs and yield"
_OTHER: Final = "other classes of machines"
_LOGICAL: Final = "logical qubits and error correction"
_THROUGHPUT: Final = "throughput and shots a second"

_ROWS: Final = (
    FigureKind(id="qubits", title="Qubits", group="qubits", dimension="count"),
    FigureKind(
        id="physical_carriers",
        title="Physical carriers",
        group="qubits",
        dimension="count",
        need="carriers that are counted apart from qubits",
    ),
    FigureKind(id="modes", title="Optical modes", group="qubits", dimension="count", need=_OTHER),
    FigureKind(id="register_size", title="Atoms in a register", dimension="count", need=_OTHER),
    FigureKind(
        id="one_qubit_fidelity",
        title="One-qubit gate fidelity",
        group="one_qubit",
        dimension="fidelity",
    ),
    FigureKind(
        id="two_qubit_fidelity",
        title="Two-qubit gate fidelity",
        group="two_qubit",
        dimension="fidelity",
    ),
    FigureKind(
        id="readout_fidelity",
        title="Readout fidelity",
        group="readout",
        dimension="fidelity",
    ),
    FigureKind(
        id="spam_fidelity",
        title="Preparation and readout fidelity",
        group="readout",
        dimension="fidelity",
    ),
    FigureKind(
        id="readout_loss",
        title="Loss in readout",
        dimension="probability",
        better="lower",
        need="loss, erasure and post-selection",
    ),
    FigureKind(id="t1", title="T1", group="t1", dimension="time"),
    FigureKind(id="t2", title="T2", group="t2", dimension="time"),
    FigureKind(
        id="bit_flip_time", title="Bit-flip time", group="t1", dimension="time", need=_OTHER
    ),
    FigureKind(
        id="bit_flip_time_lab",
        title="Bit-flip time in the laboratory",
        dimension="time",
        need=_OTHER,
    ),
    FigureKind(
        id="phase_flip_time", title="Phase-flip time", group="t2", dimension="time", need=_OTHER
    ),
    FigureKind(
        id="connectivity",
        title="Connectivity",
        group="connectivity",
        dimension="words",
        better="neither",
        need=_COUPLED,
    ),
    FigureKind(
        id="couplers",
        title="Couplers",
        group="connectivity",
        dimension="count",
        better="neither",
        unit="couplers",
        need=_COUPLED,
    ),
    FigureKind(
        id="directed_edges",
        title="Directed couplings",
        group="connectivity",
        dimension="count",
        better="neither",
        unit="directed edges",
        need=_COUPLED,
    ),
    FigureKind(
        id="neighbours",
        title="Neighbours a qubit",
        group="connectivity",
        dimension="count",
        better="neither",
        unit="a qubit",
        need=_COUPLED,
    ),
    FigureKind(
        id="gate_time_1q",
        title="One-qubit gate time",
        group="gate_times",
        dimension="time",
        better="lower",
        clocked="gate_time_1q",
        need=_TIMES,
    ),
    FigureKind(
        id="gate_time_2q",
        title="Two-qubit gate time",
        group="gate_times",
        dimension="time",
        better="lower",
        clocked="gate_time_2q",
        need=_TIMES,
    ),
    FigureKind(
        id="readout_time",
        title="Readout time",
        group="gate_times",
        dimension="time",
        better="lower",
        clocked="readout_time",
        need=_TIMES,
    ),
    FigureKind(
        id="reset_time",
        title="Reset time",
        group="gate_times",
        dimension="time",
        better="lower",
        clocked="reset_time",
        need=_TIMES,
    ),
    FigureKind(
        id="memory_error",
        title="Memory error a layer",
        dimension="probability",
        better="lower",
        need="memory error on a device",
    ),
    FigureKind(
        id="quantum_volume",
        title="Quantum volume",
        group="system",
        dimension="count",
        need="quantum volume",
    ),
    FigureKind(
        id="algorithmic_qubits",
        title="Algorithmic qubits (#AQ)",
        group="system",
        dimension="count",
        need="#AQ and Q-score",
    ),
    FigureKind(
        id="q_score", title="Q-score", group="system", dimension="count", need="#AQ and Q-score"
    ),
    FigureKind(
        id="eplg",
        title="Error per layered gate",
        group="system",
        dimension="probability",
        better="lower",
        on_chain=True,
    ),
    FigureKind(
        id="mirror_polarization",
        title="Mirror-circuit polarization",
        group="system",
        dimension="probability",
        on_chain=True,
    ),
    FigureKind(
        id="xeb_fidelity",
        title="Cross-entropy fidelity",
        group="system",
        dimension="probability",
        need="cross-entropy and random circuits",
    ),
    FigureKind(
        id="random_circuits",
        title="Random circuits sampled",
        group="system",
        dimension="words",
        better="neither",
        need="sizes of sampling without a fidelity",
    ),
    FigureKind(
        id="ghz",
        title="Largest GHZ state above 1/2",
        group="system",
        dimension="count",
        unit="qubits",
        on_chain=True,
        passed=0.5,
    ),
    FigureKind(
        id="lr_qaoa_chain",
        title="LR-QAOA on a chain",
        group="system",
        dimension="words",
        better="neither",
        need=_GRAPHS,
    ),
    FigureKind(
        id="lr_qaoa_layout",
        title="LR-QAOA on the machine's layout",
        group="system",
        dimension="probability",
        need=_GRAPHS,
    ),
    FigureKind(
        id="lr_qaoa_complete",
        title="LR-QAOA on a complete graph",
        group="system",
        dimension="probability",
        need=_GRAPHS,
    ),
    FigureKind(
        id="wit",
        title="Wormhole-inspired teleportation",
        group="system",
        dimension="probability",
        need=_GRAPHS,
    ),
    FigureKind(
        id="bseq",
        title="Largest set that violates Bell",
        group="system",
        dimension="count",
        unit="qubits",
        need="BSEQ",
    ),
    FigureKind(
        id="clops",
        title="CLOPS",
        group="speed",
        dimension="rate",
        unit="layers/s",
        clocked="throughput",
        need=_THROUGHPUT,
    ),
    FigureKind(
        id="speed",
        title="Shots a second",
        group="speed",
        dimension="rate",
        unit="1/s",
        clocked="shot_rate",
        need=_THROUGHPUT,
    ),
    FigureKind(
        id="sample_time",
        title="Time a sample",
        group="speed",
        dimension="time",
        better="lower",
        need=_OTHER,
    ),
    FigureKind(
        id="logical_qubits",
        title="Logical qubits",
        group="logical",
        dimension="words",
        better="neither",
        need=_LOGICAL,
    ),
    FigureKind(
        id="mean_photon_number",
        title="Mean photon number",
        group="system",
        dimension="count",
        better="neither",
        need=_OTHER,
    ),
    FigureKind(
        id="qubit_success",
        title="Success by qubit",
        dimension="words",
        better="neither",
        need="figures of which the source names no quantity",
    ),
    FigureKind(
        id="property_table",
        title="Table of properties",
        group="readout",
        dimension="words",
        better="neither",
        need=_OTHER,
    ),
    FigureKind(
        id="independent_test",
        title="Test by others",
        group="system",
        dimension="words",
        better="neither",
        need=_OTHER,
    ),
)
FIGURE_KINDS: Final[dict[str, FigureKind]] = {row.id: row for row in _ROWS}

# Statistics of figures; only the middle ones describe a whole machine.
MIDDLE: Final = ("mean", "median", "mean of medians", "typical")
STATISTICS: Final = (
    *MIDDLE,
    "best",
    "demonstrated",
    "at least",
    "range",
    "exact",
    "nominal",
    "single",
    "unstated",
)
BEST_CASE: Final = ("best", "demonstrated")
CONVENTIONS_OF_FIGURES: Final = (
    "average_gate_infidelity",
    "process_infidelity",
    "pauli_error",
    "unstated",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung of the ladder: how well a figure is verified.

    Attributes:
        id: Its name in the files.
        letter: Its sign in tables.
        title: What it is.
        party: Whether the maker speaks, or somebody else.
    """

    id: str
    letter: str
    title: str
    party: Literal["maker", "others"]


_RUNGS: Final = (
    Rung(id="unverified_user_report", letter="x", title="a user, unverified", party="others"),
    Rung(id="self_reported_press", letter="p", title="press", party="maker"),
    Rung(id="self_reported_docs", letter="d", title="documentation", party="maker"),
    Rung(id="vendor_calibration_data", letter="c", title="calibration data", party="maker"),
    Rung(id="preprint", letter="a", title="preprint", party="maker"),
    Rung(id="peer_reviewed", letter="R", title="peer-reviewed", party="maker"),
    Rung(
        id="raw_data_rederived", letter="W", title="published counts, counted anew", party="others"
    ),
    Rung(id="third_party_joint", letter="J", title="jointly with others", party="maker"),
    Rung(id="third_party_benchmark", letter="T", title="measured by others", party="others"),
    Rung(id="unsigned_bundle", letter="b", title="a bundle that nobody signed", party="others"),
    Rung(id="sealed_bundle", letter="B", title="a signed bundle, audited", party="others"),
)
LADDER: Final[dict[str, Rung]] = {rung.id: rung for rung in _RUNGS}
