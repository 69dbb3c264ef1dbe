"""qiskit-aer as a device: `aer:ideal-N`, and `aer:NAME` with a virtual machine's noise.

An independent engine on the same noise: relaxation, depolarization, over-rotation and readout
errors as the machine file says them, gate by gate, in Aer's density matrices. It checks our
own engines and shows how a Qiskit user's simulator is assayed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from qassay.devices.machine_file import Machine, read_machine
from qassay.devices.noise import NoiseModel
from qassay.devices.noise_file import CROSSTALK, LEAKAGE
from qassay.devices.qiskit_backend import Circuits, QiskitDevice, seed_of
from qassay.devices.qiskit_circuits import ENTANGLERS_END, assembled
from qassay.devices.qiskit_description import need_qiskit
from qassay.devices.qiskit_gates import rotation_matrix
from qassay.devices.qiskit_target import machine_target
from qassay.devices.simulated.strengths import Strengths
from qassay.errors import DeviceFileError, Problem, UnsupportedCircuitError, quoted

MOST_NOISY_QUBITS: Final = 10  # a density matrix of 10 qubits takes 16 MiB, of 14 it takes 4 GiB
_MOST_IDEAL_QUBITS: Final = 1000


def ideal_aer(qubits: int, name: str) -> QiskitDevice:
    """Make a device of Aer's stabilizer simulator without noise.

    Args:
        qubits: How many.
        name: What the description calls it.

    Raises:
        DeviceFileError: Too many qubits, or none.
        UnavailableError: qiskit-aer is not installed.
    """
    need_qiskit(name, "qiskit_aer")
    if not 1 <= qubits <= _MOST_IDEAL_QUBITS:
        expected = f"aer:ideal-N with N from 1 to {_MOST_IDEAL_QUBITS}"
        raise DeviceFileError(Problem(where="device", found=quoted(name), expected=expected))
    from qiskit_aer import AerSimulator

    text = f'[machine]\nname = "ideal"\nqubits = {qubits}\nconnectivity = "all-to-all"\n'
    machine = read_machine(text.encode(), name, name)
    # Aer's stabilizer method knows s, sdg and z, but not rz.
    target = machine_target(machine, "sx")
    backend = AerSimulator(method="stabilizer")
    return QiskitDevice(
        backend,
        name=name,
        target=_clifford_target(target),
        options=lambda job: {"seed_simulator": seed_of(job, name)},
    )


def _clifford_target(target: Any) -> Any:
    """Offer s, sdg and z in place of rz."""
    from qiskit.circuit.library import SdgGate, SGate, ZGate
    from qiskit.transpiler import Target

    made = Target(num_qubits=target.num_qubits)
    for name in target.operation_names:
        if name != "rz":
            made.add_instruction(target.operation_from_name(name), dict(target[name]))
    for gate in (SGate(), SdgGate(), ZGate()):
        made.add_instruction(gate, dict(target["rz"]))
    return made


def noisy_aer(machine: Machine, name: str = "") -> QiskitDevice:
    """Make a device of a virtual machine's noise in Aer.

    Args:
        machine: The machine, at the start of a campaign.
        name: What the description calls it.

    Raises:
        UnavailableError: qiskit-aer is not installed.
        UnsupportedCircuitError: The machine has more qubits than a density matrix can.
    """
    need_qiskit(name or "Aer", "qiskit_aer")
    from qiskit_aer import AerSimulator

    said, count = machine.description, machine.description.qubits
    if count > MOST_NOISY_QUBITS:
        raise UnsupportedCircuitError(
            f"{name or said.name} has {count} qubits, and Aer's exact noise reaches"
            f" {MOST_NOISY_QUBITS} here: use virtual:{said.name.removeprefix('virtual:')}, which"
            " splits circuits into blocks, or a machine file with fewer qubits"
        )
    channels = _Channels(machine)
    simulator = AerSimulator(method="density_matrix", noise_model=channels.model())
    return QiskitDevice(
        simulator,
        name=name or f"aer:{said.name}",
        target=machine_target(machine, "sx"),
        platform=said.platform,
        prepare=channels.relax_where_idle,
        options=lambda job: {"seed_simulator": seed_of(job, f"{machine.seed} {machine.text_id}")},
        notes=_left_out(machine.noise),
        contents=machine.text_id,
    )


def _left_out(noise: NoiseModel) -> tuple[str, ...]:
    """Name what of a machine file does not reach Aer."""
    missing = [
        word
        for word, there in (
            ("slow dephasing (T2* is taken as T2)", noise.slow_dephasing.any()),
            (CROSSTALK, noise.crosstalk_error.any()),
            (LEAKAGE, noise.leakage.any()),
            ("preparation errors", noise.preparation_error.any()),
            ("drift", noise.drift is not None),
            ("correlated readout", noise.correlated_readout.any()),
            ("dead qubits", bool(noise.dead)),
        )
        if there
    ]
    return (f"approximation: Aer without {', '.join(missing)}",) if missing else ()


class _Channels:
    """A machine's noise in Aer's words."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.strengths = Strengths.of(machine, 0.0)
        self._waits: dict[tuple[int, float], Any] = {}
        self._channels: dict[tuple[int, float], Any] = {}

    def model(self) -> Any:
        """Make the noise model: errors of sx, x, cz and of readout.

        A pulse is always sx or x between virtual Z rotations, so an over-rotation about X is
        one about the pulse's own axis.
        """
        from qiskit.quantum_info import SuperOp
        from qiskit_aer.noise import NoiseModel as AerNoise
        from qiskit_aer.noise import ReadoutError, depolarizing_error

        noise, machine = self.strengths.noise, self.machine
        times = machine.description.durations
        model = AerNoise(basis_gates=["sx", "x", "rz", "cz"])
        for qubit, keep in enumerate(self.strengths.pulse_keeps()):
            lost = SuperOp(self._wait(qubit, times.one_qubit_gate))
            lost = lost.compose(SuperOp(depolarizing_error(1 - keep, 1)))
            for gate, turns in (("sx", 1), ("x", 2)):
                over = rotation_matrix(turns * noise.one_qubit_overrotation[qubit], 0.0)
                error = _error(_unitary(over).compose(lost))
                model.add_quantum_error(error, gate, [qubit], warnings=False)
            rises, falls = noise.readout_p01[qubit], noise.readout_p10[qubit]
            model.add_readout_error(ReadoutError([[1 - rises, rises], [falls, 1 - falls]]), [qubit])
        for place, (a, b) in enumerate(machine.pair_ends.tolist()):
            keep = self.strengths.entangler_keeps(((a, b),), np.zeros((1, 1), np.intp)).item()
            phi = noise.two_qubit_overrotation[place]
            over = np.diag(np.exp(-0.5j * phi * np.array([1, -1, -1, 1])))
            mixed = SuperOp(depolarizing_error(1 - keep, 2))
            for first, second in ((a, b), (b, a)):
                # In Qiskit the first qubit is the right factor.
                lost = SuperOp(self._wait(second, times.two_qubit_gate)).tensor(
                    SuperOp(self._wait(first, times.two_qubit_gate))
                )
                error = _error(_unitary(over).compose(lost).compose(mixed))
                model.add_quantum_error(error, "cz", [first, second], warnings=False)
        return model

    def _wait(self, qubit: int, seconds: float) -> Any:
        """Relaxation of a qubit that waits, as an Aer error."""
        from qiskit_aer.noise import thermal_relaxation_error

        key = (qubit, seconds)
        if key not in self._waits:
            noise = self.strengths.noise
            t1, t2 = float(noise.t1[qubit]), float(noise.t2[qubit])
            self._waits[key] = thermal_relaxation_error(t1, min(t2, 2 * t1), seconds)
        return self._waits[key]

    def relax_where_idle(self, circuits: Circuits) -> Circuits:
        """Add relaxation where qubits wait: in delays, and beside the gates of others."""
        return [self._relaxed(circuit) for circuit in circuits]

    def _relaxed(self, circuit: Any) -> Any:
        times = self.machine.description.durations
        places = {qubit: place for place, qubit in enumerate(circuit.qubits)}
        entries: list[Any] = []
        busy: set[int] = set()
        for entry in circuit.data:
            qubits = [places[qubit] for qubit in entry.qubits]
            match entry.operation.name:
                case "barrier":
                    pairs = entry.operation.label == ENTANGLERS_END
                    wait = times.two_qubit_gate if pairs else times.one_qubit_gate
                    entries += self._waits_of(circuit, set(places.values()) - busy, wait)
                    busy = set()
                case "delay":
                    entries += self._waits_of(circuit, qubits, float(entry.operation.duration))
                    busy.update(qubits)  # the barrier behind a delay ends no layer of pulses
                case "sx" | "x" | "cz":
                    busy.update(qubits)
            entries.append(entry)
        return assembled(circuit, entries, circuit.name)

    def _waits_of(self, circuit: Any, qubits: Iterable[int], seconds: float) -> list[Any]:
        from qiskit.circuit import CircuitInstruction

        return [
            CircuitInstruction(self._channel(qubit, seconds), (circuit.qubits[qubit],))
            for qubit in sorted(qubits)
        ]

    def _channel(self, qubit: int, seconds: float) -> Any:
        key = (qubit, seconds)
        if key not in self._channels:
            self._channels[key] = self._wait(qubit, seconds).to_instruction()
        return self._channels[key]


def _unitary(matrix: Any) -> Any:
    from qiskit.quantum_info import Operator, SuperOp

    return SuperOp(Operator(matrix))


def _error(channel: Any) -> Any:
    """Make one Aer error of a whole channel: composing errors multiplies their branches."""
    from qiskit.quantum_info import Kraus
    from qiskit_aer.noise import kraus_error

    return kraus_error(Kraus(channel).data)
