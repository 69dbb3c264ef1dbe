"""Pieces that protocols share: hits from outcomes, and the time of a shot."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qassay.devices.description import Durations
from qassay.protocols.interface import Bits, Target
from qassay.statistics.trials import Trials


def all_bits_right(
    expected: Bits,
    outcomes: Bits,
    targets: tuple[Target, ...],
    lengths: tuple[float, ...],
    arms: npt.NDArray[np.intp],
) -> Trials:
    """Count the shots in which every qubit of a target gave its expected bit.

    Args:
        expected: Ideal bits, shape (circuits, qubits).
        outcomes: Measured bits, shape (circuits, shots, qubits).
        targets: Groups of qubits, all of one size.
        lengths: Length of each arm.
        arms: Arm of each circuit, shape (circuits,).
    """
    right = outcomes == expected[:, None, :]
    groups = np.array(targets, dtype=np.intp)
    hits = right[:, :, groups].all(axis=3).sum(axis=1, dtype=np.int64)
    return Trials(
        lengths=np.array(lengths, dtype=np.float64),
        arms=arms,
        hits=hits,
        shots=int(outcomes.shape[1]),
    )


def overhead(durations: Durations) -> float:
    """Give the time of a shot that does nothing: reset, waiting and readout, in seconds."""
    return durations.shot_overhead + durations.readout
