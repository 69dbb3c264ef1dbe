"""A virtual machine as a Qiskit BackendV2, for everybody else's tools."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from qassay.devices.catalog import built_in_machines, load_machine
from qassay.devices.machine_file import Machine
from qassay.devices.qiskit_description import need_qiskit
from qassay.devices.qiskit_import import read_circuit
from qassay.devices.qiskit_target import Style, machine_target
from qassay.devices.simulated.circuit_engine import choose_for, run_circuit
from qassay.devices.simulated.dead_qubits import without_gates
from qassay.devices.simulated.gate_errors import GateErrors
from qassay.devices.simulated.machine import shot_seconds
from qassay.devices.simulated.read_out import flip_together
from qassay.devices.simulated.strengths import Strengths

need_qiskit("qassay.devices.virtual_backend")

from qiskit.circuit import QuantumCircuit  # noqa: E402
from qiskit.providers import BackendV2, JobStatus, JobV1, Options  # noqa: E402
from qiskit.result import Result  # noqa: E402


class ApproximationWarning(UserWarning):
    """An engine had to approximate; the header of the result says it too."""


def virtual_backend(
    name: str | Machine, *, gates: Style = "sx", errors: bool = False, seed: int | None = None
) -> VirtualBackend:
    """Open a virtual machine as a Qiskit backend.

    Args:
        name: A built-in machine such as "prototype-50", `virtual:NAME`, the path of a machine
            file, or a machine that was read.
        gates: "sx" for sx, x, rz and cz; "r" for r, rz and cz. Both are the same pulses;
            some of Qiskit's experiments know the first alone.
        errors: Whether the target tells the true error rates. By default it does not, so
            that a compiler cannot choose the best qubits and a judge cannot look.
        seed: Of the outcomes; None for the machine's own.

    Raises:
        DeviceFileError: There is no such machine.
        UnavailableError: Qiskit is not installed.
    """
    if isinstance(name, str):
        name = load_machine(f"virtual:{name}" if name in built_in_machines() else name)
    return VirtualBackend(name, gates=gates, errors=errors, seed=seed)


class VirtualBackend(BackendV2):  # type: ignore[misc]
    """See `virtual_backend`.

    The same calls in the same order on a new backend give the same counts. Device time goes
    on from job to job, so that a machine with drift drifts.
    """

    def __init__(self, machine: Machine, *, gates: Style, errors: bool, seed: int | None) -> None:
        """Take a machine."""
        said = machine.description
        super().__init__(name=said.name, description=machine.summary or said.name)
        self.machine = machine
        self.device_seconds = 0.0
        self._target = machine_target(machine, gates, machine.noise if errors else None)
        self._gates = frozenset(self._target.operation_names)
        self._generator = np.random.default_rng(machine.seed if seed is None else seed)

    @property
    def target(self) -> Any:
        """Gates, couplings and durations."""
        return self._target

    @property
    def max_circuits(self) -> None:
        """Any number of circuits goes into a job."""
        return

    def configuration(self) -> SimpleNamespace:
        """Say what programs ask a backend of the older interface, metriq-gym among them."""
        said = self.machine.description
        gates = sorted(self._gates - {"measure", "delay", "barrier"})
        known: Any = self.coupling_map  # None where all meet
        edges = None if known is None else [list(edge) for edge in known.get_edges()]
        return SimpleNamespace(
            backend_name=self.name,
            backend_version="1",
            n_qubits=said.qubits,
            num_qubits=said.qubits,
            basis_gates=gates,
            coupling_map=edges,
            simulator=True,
            local=True,
        )

    def has_resonators(self) -> bool:
        """Tell iqm-benchmarks that no gate of this machine moves a state into a resonator."""
        return False

    @classmethod
    def _default_options(cls) -> Options:
        return Options(shots=1024, memory=False, seed_simulator=None)

    def run(self, run_input: Any, **options: Any) -> VirtualJob:
        """Simulate one circuit or several.

        Args:
            run_input: A circuit in the target's gates, or a list of them.
            **options: `shots`, `memory`, `seed_simulator`; others are ignored with a warning.

        Raises:
            UnsupportedCircuitError: A circuit holds what this machine or its engines cannot do.
        """
        circuits: Sequence[Any] = (
            [run_input] if isinstance(run_input, QuantumCircuit) else list(run_input)
        )
        chosen = {**self.options, **{k: v for k, v in options.items() if v is not None}}
        for unknown in set(chosen) - {"shots", "memory", "seed_simulator"}:
            warnings.warn(f"option {unknown} means nothing to {self.name}", stacklevel=2)
        shots, generator = int(chosen["shots"]), self._generator
        if chosen["seed_simulator"] is not None:
            generator = np.random.default_rng(chosen["seed_simulator"])
        qubits = self.machine.description.qubits
        read = [read_circuit(circuit, qubits, self._gates) for circuit in circuits]
        experiments: list[dict[str, Any]] = []
        flagged: set[str] = set()
        errors: GateErrors | None = None
        for circuit, own in zip(circuits, read, strict=True):
            alive = without_gates(own.circuit, self.machine.noise.dead)
            chosen_engine = choose_for(alive, self.machine, shots)
            strengths = Strengths.of(self.machine, self.device_seconds)
            if errors is None or strengths.noise is not errors.channels.strengths.noise:
                errors = GateErrors.of(strengths)
            read_bits, notes = run_circuit(chosen_engine, errors, shots, generator)
            flip_together(read_bits[None], strengths.noise, generator)
            flagged.update(notes)
            self.device_seconds += shots * shot_seconds(own.circuit, strengths.durations)
            places = np.array(own.measured, dtype=np.intp)
            bits = np.where(places >= 0, read_bits[:, np.maximum(places, 0)], 0).astype(np.uint8)
            experiments.append(_experiment(circuit, bits, notes, memory=bool(chosen["memory"])))
        if flagged:
            warnings.warn("; ".join(sorted(flagged)), ApproximationWarning, stacklevel=2)
        return VirtualJob(self, str(uuid.uuid4()), experiments)


class VirtualJob(JobV1):  # type: ignore[misc]
    """A job that was done when it was sent."""

    def __init__(self, backend: VirtualBackend, job_id: str, experiments: list[Any]) -> None:
        """Take finished experiments."""
        super().__init__(backend, job_id)
        self._experiments = experiments

    def submit(self) -> None:
        """Do nothing: the job ran when it was made."""

    def result(self) -> Any:
        """Give the result."""
        return Result.from_dict(
            {
                "backend_name": self.backend().name,
                "backend_version": "1",
                "job_id": self.job_id(),
                "success": True,
                "results": self._experiments,
            }
        )

    def status(self) -> Any:
        """It is done."""
        return JobStatus.DONE


def _experiment(
    circuit: Any, bits: npt.NDArray[np.uint8], notes: tuple[str, ...], *, memory: bool
) -> dict[str, Any]:
    """Write outcomes as Qiskit does: hexadecimal, bit 0 lowest."""
    packed = np.packbits(bits, axis=1, bitorder="little")
    words = [hex(int.from_bytes(row.tobytes(), "little")) for row in packed]
    kinds, counts = np.unique(words, return_counts=True)
    data: dict[str, Any] = {"counts": dict(zip(kinds.tolist(), counts.tolist(), strict=True))}
    if memory:
        data["memory"] = words
    return {
        "shots": len(bits),
        "success": True,
        "data": data,
        "header": {
            "name": circuit.name,
            "memory_slots": circuit.num_clbits,
            "creg_sizes": [[register.name, register.size] for register in circuit.cregs],
            "metadata": circuit.metadata or {},
            "notes": list(notes),
        },
    }
