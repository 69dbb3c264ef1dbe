"""A few qubits of a simulated Qiskit backend, with the backend's own noise, exactly.

A fake backend of 133 qubits is simulated as a whole in seconds a circuit, and then only
approximately. A patch of it is simulated group by group, in the channels that Aer makes of the
calibration (`qassay.devices.aer_channels`). It is a backend of its own, numbered from 0, so any
claim can speak of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from qassay.devices.aer_channels import AerChannels, run_in_groups
from qassay.devices.qiskit_description import need_qiskit
from qassay.errors import UnsupportedCircuitError

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
            self._channels = AerChannels(lambda some: patch_of(self, some).noise_model())

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
            from qiskit_aer.noise import NoiseModel

            return NoiseModel.from_backend(self)

        def run(self, circuits: Any, shots: int = 1, **options: Any) -> Any:
            """Simulate circuits group by group; gives a finished job."""
            return run_in_groups(self._channels, circuits, shots, options.get("seed_simulator"))

    return Patch()


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
