"""Clifford circuits of any width by stim, with noise twirled into Pauli errors.

A Pauli twirl keeps the diagonal of each error's Pauli transfer matrix, so average
infidelities are kept; lost are the lift of relaxation towards 0, the build-up of coherent
errors, and the echo. The result says so. Circuits go to stim as text, which is a hundred
times faster than its `append`. Readout errors are added to stim's bits afterwards, because
stim knows no asymmetric ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Codes, Delay, Pulses
from qassay.circuits.translate import active_pairs, entangler_line, measurement_line, pulse_lines
from qassay.devices.simulated.blocks import simultaneous_neighbours
from qassay.devices.simulated.pauli_twirl import (
    delay_errors,
    entangler_errors,
    pulse_errors,
    waiting_errors,
)
from qassay.devices.simulated.read_out import read_out
from qassay.devices.simulated.strengths import Strengths

_MOST_HALVES: Final = 4096  # layers of entanglers that are remembered


def sample_family(
    family: CircuitFamily, strengths: Strengths, shots: int, generator: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Draw outcomes, shape (circuits, shots, qubits)."""
    import stim

    writer = NoisyWriter(family, strengths)
    outcomes = np.empty((family.size, shots, family.qubits), dtype=np.uint8)
    for index in range(family.size):
        seed = int(generator.integers(2**62))
        sampler = stim.Circuit(writer.text(index)).compile_sampler(seed=seed)
        outcomes[index] = sampler.sample(shots)
    return read_out(outcomes, strengths.noise, generator)


class NoisyWriter:
    """Writes the circuits of a family for stim, each error after its gate."""

    def __init__(self, family: CircuitFamily, strengths: Strengths) -> None:
        """Prepare all error lines of the family."""
        self.family = family
        self.strengths = strengths
        qubits = range(family.qubits)
        self._names = [str(qubit) for qubit in qubits]
        # One table a code, then one entry a qubit: what stands in front of the targets.
        self._after_pulse = [
            [_channel(errors[:, q]) for q in qubits] for errors in pulse_errors(strengths)
        ]
        wait = waiting_errors(strengths, strengths.durations.two_qubit_gate)
        self._after_wait = [_channel(wait[:, q]) for q in qubits]
        self._after_delay = {
            place: self._lines(
                _channel(errors) for errors in delay_errors(strengths, part.seconds).T[qubits]
            )
            for place, part in enumerate(family.elements)
            if isinstance(part, Delay)
        }
        self._neighbours = {
            place: simultaneous_neighbours(run, strengths.couplings)
            for place, run in enumerate(family.elements)
            if isinstance(run, Pulses) and run.pairs
        }
        self._pair_lines: dict[tuple[int, int, int], str] = {}
        self._halves: dict[tuple[int, bytes], list[str]] = {}
        self._own_lines = self._lines_of_unlike_qubits()

    def _lines_of_unlike_qubits(self) -> npt.NDArray[np.object_] | None:
        """Write the error line of each pulse and qubit; None where qubits have errors in common.

        Then a layer's lines are looked up: there is nothing to put together.
        """
        every = range(self.family.qubits)
        heads = [{table[q] for table in self._after_pulse} - {""} for q in every]
        if sum(map(len, heads)) > len(set().union(*heads)):
            return None
        return np.array(
            [[f"{table[q]} {q}" if table[q] else "" for q in every] for table in self._after_pulse],
            dtype=object,
        )

    def text(self, index: int) -> str:
        """Write circuit `index`, noise included."""
        preparation = self.strengths.noise.preparation_error[: self.family.qubits]
        lines = [f"X_ERROR({p:.6g}) {q}" for q, p in enumerate(preparation) if p > 0]
        for place, element in enumerate(self.family.elements):
            if isinstance(element, Delay):
                lines += self._after_delay[place]
                continue
            entangling = self._entangling(place, element, index)
            for codes in element.codes[index]:
                lines += pulse_lines(codes)
                lines += self._pulse_errors(codes)
                lines += entangling
        lines.append(measurement_line(self.family.qubits))
        return "\n".join(lines) + "\n"

    def _pulse_errors(self, codes: Codes) -> list[str]:
        table = self._after_pulse
        if self._own_lines is not None:
            found = self._own_lines[codes, np.arange(codes.size)].tolist()
            return [line for line in found if line]
        return self._lines(table[code][q] for q, code in enumerate(codes.tolist()))

    def _lines(self, channels: Iterable[str]) -> list[str]:
        """Write error lines, qubits of equal errors together."""
        groups: dict[str, list[str]] = {}
        for name, channel in zip(self._names, channels, strict=True):
            groups.setdefault(channel, []).append(name)
        return [f"{head} {' '.join(names)}" for head, names in groups.items() if head]

    def _entangling(self, place: int, run: Pulses, index: int) -> list[str]:
        """Write the second half of a run's layers, the same for all of them."""
        if not run.pairs:
            return []
        counts = self._neighbours[place][min(index, len(self._neighbours[place]) - 1)]
        there = b"" if run.active is None else run.active[index].tobytes()
        key = (place, there + counts.tobytes())
        if key not in self._halves:
            if len(self._halves) > _MOST_HALVES:
                self._halves.clear()
            self._halves[key] = self._half(run, index, counts.tolist())
        return self._halves[key]

    def _half(self, run: Pulses, index: int, counts: list[int]) -> list[str]:
        pairs = active_pairs(run, index)
        count = dict(zip(run.pairs, counts, strict=True))
        busy = {qubit for pair in pairs for qubit in pair}
        lines = [entangler_line(pairs)] if pairs else []
        lines += [self._pair_line(*pair, count[pair]) for pair in pairs]
        lines += self._lines(
            "" if q in busy else self._after_wait[q] for q in range(self.family.qubits)
        )
        return [line for line in lines if line]

    def _pair_line(self, a: int, b: int, neighbours: int) -> str:
        key = (a, b, neighbours)
        if key not in self._pair_lines:
            errors = entangler_errors(self.strengths, (a, b), neighbours)
            listed = ",".join(f"{p:.6g}" for p in errors)
            line = f"PAULI_CHANNEL_2({listed}) {a} {b}" if errors.any() else ""
            self._pair_lines[key] = line
        return self._pair_lines[key]


def _channel(errors: npt.NDArray[np.float64]) -> str:
    """Write the head of a one-qubit error line; nothing where there is no error."""
    if not errors.any():
        return ""
    return f"PAULI_CHANNEL_1({errors[0]:.6g},{errors[1]:.6g},{errors[2]:.6g})"
