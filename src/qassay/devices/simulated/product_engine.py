"""The exact engine: families that fall into blocks of one and two qubits.

Nothing is approximated: relaxation, over-rotation, depolarization, leakage and slow detuning
act as the machine file says. Numbers are float64: float32 would be 1.6 times faster, but it
makes a gate error of 1e-6 wrong by 2 % and one of 1e-7 by 11 % (benchmarks/simulators.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Delay
from qassay.devices.noise import Floats
from qassay.devices.simulated.blocks import Blocks
from qassay.devices.simulated.pair_blocks import joint_probabilities
from qassay.devices.simulated.single_blocks import (
    probability_of_one,
    probability_of_one_at_rest,
    rests,
)
from qassay.devices.simulated.strengths import Strengths

# Elements of a tile, circuits times blocks, and its circuits at most: its state stays in a cache
# of 1 MiB (measured), and OpenBLAS multiplies 16 x 16 by 1000 in one thread.
_TILE_OF_SINGLES = (25_000, 25_000)
_TILE_OF_PAIRS = (6_000, 1000)
_BLOCKS_IN_A_TILE = 64
# Outcomes drawn at a time, to bound memory at some ten megabytes.
_DRAWN_AT_A_TIME = 1 << 20

Evolution = Callable[
    [CircuitFamily, Strengths, npt.NDArray[np.intp], npt.NDArray[np.intp], Floats | None], Floats
]


@dataclass(frozen=True, slots=True, eq=False)
class BlockProbabilities:
    """What each block of a family is read as, readout errors included.

    Attributes:
        blocks: The blocks.
        singles: Probability to read 1, shape (singles, rows).
        pairs: Probability to read (first, second), shape (2, 2, pairs, rows).
    """

    blocks: Blocks
    singles: Floats
    pairs: Floats


def outcome_probabilities(
    family: CircuitFamily,
    strengths: Strengths,
    blocks: Blocks,
    *,
    rows: npt.NDArray[np.intp] | None = None,
    detuning: Floats | None = None,
    joint: Floats | None = None,
) -> BlockProbabilities:
    """Give the exact outcome probabilities of circuits.

    Args:
        family: The circuits.
        strengths: The noise.
        blocks: From `blocks.split`.
        rows: Which circuits, shape (rows,), repetition allowed; None for all.
        detuning: Slow detuning of each row and qubit in rad/s, shape (rows, qubits); None
            for no detuning.
        joint: What `pair_probabilities` gives of all circuits, where it is known.
    """
    chosen = np.arange(family.size) if rows is None else rows
    still = rests(family, blocks.singles)
    ones = np.empty((blocks.singles.size, chosen.size))
    ones[still] = probability_of_one_at_rest(family, strengths, blocks.singles[still])
    ones[~still] = _in_tiles(
        probability_of_one,
        (),
        family,
        strengths,
        blocks.singles[~still],
        chosen,
        detuning,
        _TILE_OF_SINGLES,
    )
    joint = (
        pair_probabilities(family, strengths, blocks.pairs, chosen, detuning)
        if joint is None
        else joint[..., chosen]
    )
    noise = strengths.noise
    # read[bit, state]: columns are distributions.
    read = np.array(
        [[1 - noise.readout_p01, noise.readout_p10], [noise.readout_p01, 1 - noise.readout_p10]]
    )
    rises, falls = noise.readout_p01[blocks.singles], noise.readout_p10[blocks.singles]
    ones = rises[:, None] * (1 - ones) + (1 - falls)[:, None] * ones
    first, second = read[:, :, blocks.pairs[:, 0]], read[:, :, blocks.pairs[:, 1]]
    joint = np.einsum("abp,cdp,bdpr->acpr", first, second, joint, optimize=True)
    return BlockProbabilities(blocks, ones, joint)


def pair_probabilities(
    family: CircuitFamily,
    strengths: Strengths,
    pairs: npt.NDArray[np.intp],
    rows: npt.NDArray[np.intp],
    detuning: Floats | None = None,
    *,
    apart: bool = False,
) -> Floats:
    """Give `joint_probabilities`, however many pairs and rows there are."""
    evolve = partial(joint_probabilities, apart=apart)
    tile = _TILE_OF_PAIRS
    return _in_tiles(evolve, (2, 2), family, strengths, pairs, rows, detuning, tile)


def _in_tiles(
    evolve: Evolution,
    shape: tuple[int, ...],
    family: CircuitFamily,
    strengths: Strengths,
    members: npt.NDArray[np.intp],
    rows: npt.NDArray[np.intp],
    detuning: Floats | None,
    tile: tuple[int, int],
) -> Floats:
    """Evolve blocks and circuits tile by tile, so that a tile stays in the cache."""
    found = np.empty((*shape, len(members), rows.size))
    for low in range(0, len(members), _BLOCKS_IN_A_TILE):
        some = members[low : low + _BLOCKS_IN_A_TILE]
        step = max(1, min(tile[0] // len(some), tile[1]))
        for start in range(0, rows.size, step):
            part = slice(start, start + step)
            shifts = None if detuning is None else detuning[part]
            found[..., low : low + len(some), part] = evolve(
                family, strengths, some, rows[part], shifts
            )
    return found


def sample_product(
    family: CircuitFamily,
    strengths: Strengths,
    blocks: Blocks,
    shots: int,
    generator: np.random.Generator,
    joint: Floats | None = None,
) -> npt.NDArray[np.uint8]:
    """Draw outcomes, shape (circuits, shots, qubits).

    A slow detuning is drawn anew for every shot and qubit, so that with it every shot is
    evolved by itself; without it, shots of one circuit share an evolution. `joint` holds
    `pair_probabilities` where they are known.
    """
    slow = strengths.noise.slow_dephasing[: family.qubits]
    waits = any(isinstance(part, Delay) and part.seconds > 0 for part in family.elements)
    detuned = waits and bool(slow.any())
    outcomes = np.empty((family.size, shots, family.qubits), dtype=np.uint8)
    # A row is one evolution: a shot of a circuit where it is detuned, else a circuit.
    rows = np.repeat(np.arange(family.size), shots if detuned else 1)
    draws = 1 if detuned else shots
    flat = outcomes.reshape(rows.size, draws, family.qubits)
    step = max(1, _DRAWN_AT_A_TIME // (family.qubits * draws))
    for start in range(0, rows.size, step):
        part = rows[start : start + step]
        detuning = None
        if detuned:
            # The tangent of a uniform angle is a Cauchy (Lorentzian) number.
            angle = np.pi * (generator.random((part.size, family.qubits)) - 0.5)
            detuning = slow * np.tan(angle)
        found = outcome_probabilities(
            family, strengths, blocks, rows=part, detuning=detuning, joint=joint
        )
        many = flat[start : start + step]
        several = max(1, _DRAWN_AT_A_TIME // (family.qubits * part.size))
        for first in range(0, draws, several):
            _draw(found, many[:, first : first + several], generator)
    return outcomes


def _draw(
    found: BlockProbabilities, into: npt.NDArray[np.uint8], generator: np.random.Generator
) -> None:
    """Draw outcomes into an array of shape (rows, draws, qubits)."""
    rows, draws, _ = into.shape
    blocks = found.blocks
    uniform = generator.random((rows, draws, blocks.singles.size))
    into[:, :, blocks.singles] = uniform < found.singles.T[:, None, :]
    if not len(blocks.pairs):
        return
    uniform = generator.random((rows, draws, len(blocks.pairs)))
    ladder = np.cumsum(found.pairs.reshape(4, len(blocks.pairs), rows), axis=0)
    state = np.zeros(uniform.shape, dtype=np.uint8)
    for step in ladder[:3]:
        state += uniform >= step.T[:, None, :]
    into[:, :, blocks.pairs[:, 0]] = state >> 1
    into[:, :, blocks.pairs[:, 1]] = state & 1
