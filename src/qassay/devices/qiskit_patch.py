"""A few qubits of a simulated Qiskit backend, with the backend's own noise, in Aer, exactly.

A fake backend of 133 qubits is simulated as a whole in seconds a circuit, and then only
approximately. The noise that Aer takes from a calibration is local: each gate, delay and readout
disturbs its own qubits. So qubits that never meet in a circuit can be simulated one group
after another, and nothing is left out: density matrices of one or two qubits in place of a
state of 133. A patch is a backend of its own, numbered from 0, so any claim can speak of it.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

from qassay.devices.qiskit_description import need_qiskit
from qassay.errors import UnsupportedCircuitError

MOST_TOGETHER: Final = 10  # qubits of one group, whose density matrix takes 16 MiB
_TAKEN: Final = ("rz", "sx", "x", "cz", "ecr", "cx", "rzz", "id", "delay", "measure")


def patch_of(backend: Any, qubits: Sequence[int]) -> Any:
    """Cut a patch out of a backend.

    Args:
        backend: A BackendV2 whose target holds its calibration, such as a fake backend.
        qubits: Which qubits; qubit k of the patch is `qubits[k]`.

    Returns:
        A BackendV2, for `QiskitDevice` or `qiskit:MODULE:ATTRIBUTE`.

    Raises:
        UnsupportedCircuitError: Qubits that the backend lacks, or one twice.
        UnavailableError: qiskit-aer is not installed.
    """
    need_qiskit("a patch of a backend", "qiskit_aer")
    chosen = tuple(qubits)
    if (
        not chosen
        or len(set(chosen)) < len(chosen)
        or not set(chosen) <= set(range(backend.num_qubits))
    ):
        raise UnsupportedCircuitError(
            f"a patch of qubits {list(chosen)[:8]}: expected different qubits of"
            f" {backend.name}, which has {backend.num_qubits}"
        )
    from qiskit.providers import BackendV2, Options

    target, name = _cut(backend.target, chosen), f"{backend.name}-patch-{len(chosen)}"

    class Patch(BackendV2):  # type: ignore[misc]  # Qiskit has no types
        """Some qubits of a backend."""

        physical_qubits = chosen

        def __init__(self) -> None:
            super().__init__(name=name)
            self._simulator: Any = None
            self._prompt: Any = None

        @property
        def target(self) -> Any:
            return target

        @property
        def max_circuits(self) -> None:
            return None

        @classmethod
        def _default_options(cls) -> Any:
            return Options()

        def noise_model(self) -> Any:
            """Give Aer's noise model of the calibration."""
            return self.simulator.options.noise_model

        @property
        def simulator(self) -> Any:
            """Aer with the patch's own noise, made when it is first wanted."""
            if self._simulator is None:
                from qiskit_aer import AerSimulator
                from qiskit_aer.noise import NoiseModel

                model = NoiseModel.from_backend(self)
                self._simulator = AerSimulator(method="density_matrix", noise_model=model)
            return self._simulator

        @property
        def prompt(self) -> Any:
            """The same without Aer's pass over delays: half of the time of circuits that have none.

            Were that attribute to go, nothing would change but the time.
            """
            if self._prompt is None:
                from qiskit_aer import AerSimulator

                model = copy.copy(self.noise_model())
                model._custom_noise_passes = []
                self._prompt = AerSimulator(method="density_matrix", noise_model=model)
            return self._prompt

        def run(self, circuits: Any, shots: int = 1, **options: Any) -> Any:
            """Simulate circuits group by group; gives a finished job."""
            seed = options.get("seed_simulator")
            if not any("delay" in circuit.count_ops() for circuit in circuits):
                return run_in_groups(self.prompt, circuits, shots, seed)
            return run_in_groups(self.simulator, circuits, shots, seed)

    return Patch()


def run_in_groups(simulator: Any, circuits: Sequence[Any], shots: int, seed: int | None) -> Any:
    """Simulate each group of qubits that meet as a circuit of its own.

    Args:
        simulator: An Aer simulator whose noise is local.
        circuits: Circuits on the register that the noise is numbered by.
        shots: Shots of each.
        seed: Of the simulator; None for a random one.

    Returns:
        A finished job with the results as one backend would give them.

    Raises:
        UnsupportedCircuitError: More qubits hang together than a density matrix can hold.
    """
    pieces, owners = [], []
    for index, circuit in enumerate(circuits):
        for piece in _pieces(circuit):
            pieces.append(piece)
            owners.append(index)
    options = {} if seed is None else {"seed_simulator": seed}
    found = simulator.run(pieces, shots=shots, memory=True, **options).result()
    memory = np.zeros((len(circuits), shots), dtype=object)
    for index, part in zip(owners, found.results, strict=True):
        memory[index] += [int(entry, 16) for entry in part.data.memory]
    results = [
        SimpleNamespace(
            success=found.success,
            header={"name": circuit.name},
            data=SimpleNamespace(memory=[hex(value) for value in row]),
        )
        for circuit, row in zip(circuits, memory.tolist(), strict=True)
    ]
    whole = SimpleNamespace(results=results, success=found.success, status=found.status)
    key = str(uuid.uuid4())
    return SimpleNamespace(job_id=lambda: key, in_final_state=lambda: True, result=lambda: whole)


def _pieces(circuit: Any) -> list[Any]:
    """Split a circuit; classical bits keep their places, so the pieces' readings add up."""
    place = {qubit: index for index, qubit in enumerate(circuit.qubits)}
    group = list(range(len(place)))

    def root(at: int) -> int:
        while group[at] != at:
            at = group[at]
        return at

    entries = [entry for entry in circuit.data if entry.operation.name != "barrier"]
    for entry in entries:
        first, *others = (root(place[qubit]) for qubit in entry.qubits)
        for other in others:
            group[root(other)] = root(first)
    sorted_entries: dict[int, list[Any]] = {}
    for entry in entries:
        sorted_entries.setdefault(root(place[entry.qubits[0]]), []).append(entry)
    pieces = []
    for number, mine in sorted_entries.items():
        size = sum(root(at) == number for at in range(len(group)))
        if size > MOST_TOGETHER:
            raise UnsupportedCircuitError(
                f"{circuit.name}: {size} qubits hang together, and exact noise reaches"
                f" {MOST_TOGETHER} here: claim a smaller register, or measure pairs side by side"
            )
        piece = circuit.copy_empty_like(f"{circuit.name}-{number}")
        piece.data = mine
        pieces.append(piece)
    return pieces


def _cut(target: Any, chosen: tuple[int, ...]) -> Any:
    """Take the calibration of some qubits, numbered anew."""
    from qiskit.transpiler import Target

    place = {qubit: index for index, qubit in enumerate(chosen)}
    properties = target.qubit_properties
    made = Target(
        num_qubits=len(chosen),
        dt=target.dt,
        granularity=target.granularity,
        pulse_alignment=target.pulse_alignment,
        qubit_properties=None if properties is None else [properties[q] for q in chosen],
    )
    for name in target.operation_names:
        if name not in _TAKEN:
            continue
        inside = {
            tuple(place[q] for q in qubits): known
            for qubits, known in target[name].items()
            if qubits is not None and all(q in place for q in qubits)
        }
        if inside:
            made.add_instruction(target.operation_from_name(name), inside)
    return made
