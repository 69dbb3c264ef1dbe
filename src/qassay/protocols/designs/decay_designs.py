"""The cheapest design for one kind of claim: lengths, blocks and how many circuits.

The sensitivity of a decay to its rate is largest where rate times length is near one,
whatever the rate is; so the lengths follow from the claim alone, and the number of circuits
does not depend on how good the machine is. Figures: `docs/decisions/0003-designs.md`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from scipy.special import ndtri

_BLOCK: Final = (1, 8)  # short and long circuits of a block
_MOST_BYTES: Final = 48_000_000  # of pulse codes in one batch
BATCHES: Final = 32  # after each of which a run can stop
BATCHES_EXACT: Final = 64  # of a test that may settle a machine far better than claimed at once
_FEWEST: Final = 16  # circuits of a batch, unless the whole experiment is smaller
SEQUENTIAL_CAP: Final = 2.0  # times the fixed sample; beyond it the machine is in the zone
LOOKS_CAP: Final = 3.0  # of a mean, whose few short circuits make its error vague at first
LITTLE_SPAM: Final = 0.01  # errors of preparation and readout for which `DECAYS` counts shots
USUAL_SPAM: Final = 0.03  # with which caps reckon where the sheet says nothing of readout
FEWEST_CHECKED: Final = 200  # circuits below which no check of the model has any power


@dataclass(frozen=True, slots=True, kw_only=True)
class DecayDesign:
    """Two lengths for a decay whose asymptote is known.

    Attributes:
        at_rate: Length of the long arm times the claimed rate.
        shots: Circuits for a relative standard error of one (so 100 times more for 10 %), with
            1 % of errors in preparation and readout.
    """

    at_rate: float
    shots: float


DECAYS: Final = {
    0.5: DecayDesign(at_rate=0.85, shots=8.0),
    0.25: DecayDesign(at_rate=0.95, shots=4.0),
    0.0: DecayDesign(at_rate=1.8, shots=13.5),  # leakage: a signal of 1/4 that decays to nothing
}
LEAKAGE_BLOCK: Final = (1, 3)


def normal_sum(alpha: float, beta: float) -> float:
    """Add the normal quantiles of both error probabilities."""
    return float(-ndtri(alpha) - ndtri(beta))


def decay_rounds(
    asymptote: float, alpha: float, beta: float, delta: float, spam: float = LITTLE_SPAM
) -> int:
    """Circuits that tell a rate from (1 + delta) times it, at one target.

    Args:
        asymptote: 1/2 or 1/4.
        alpha: Probability of the one error.
        beta: Of the other.
        delta: Relative width between the two rates.
        spam: Probability that preparation or readout goes wrong.
    """
    relative = math.log1p(delta) / normal_sum(alpha, beta)
    dearer = _variance(asymptote, spam) / _variance(asymptote, LITTLE_SPAM)
    return math.ceil(DECAYS[asymptote].shots * dearer / relative**2)


def _variance(asymptote: float, spam: float) -> float:
    """Give the variance of a decay over the long arm, times the circuits of a block's two arms."""
    short, long = (count / sum(_BLOCK) for count in _BLOCK)
    start = 1 - spam - asymptote
    excess = start * math.exp(-DECAYS[asymptote].at_rate)
    end = asymptote + excess
    return spam * (1 - spam) / start**2 / short + end * (1 - end) / excess**2 / long


def probability_rounds(value: float, alpha: float, beta: float, delta: float) -> int:
    """Shots that tell a probability from (1 + delta) times it (normal approximation)."""
    return shift_rounds(value, min(1.0, (1 + delta) * value), alpha, beta)


def share_floor(value: float, beta: float, delta: float) -> float:
    """Give the fewest shots that support a mean share of wrong bits, however many qubits.

    Rare shots that are wrong everywhere have to be excluded: at a rate of delta times the value,
    one such shot is expected every 1 / (delta value) shots.
    """
    return math.log(1 / beta) / (delta * value)


def shift_rounds(near: float, far: float, alpha: float, beta: float) -> int:
    """Shots that tell one probability from another (normal approximation)."""
    a, b = -float(ndtri(alpha)), -float(ndtri(beta))
    spread = a * math.sqrt(near * (1 - near)) + b * math.sqrt(far * (1 - far))
    return math.ceil((spread / max(abs(far - near), 1e-9)) ** 2)


def whole_blocks(rounds: int, block: tuple[int, ...]) -> int:
    """Round circuits up to whole blocks."""
    size = sum(block)
    return -(-rounds // size) * size


def batch_size(
    rounds: int, block: tuple[int, ...], bytes_per_circuit: float, batches: int = BATCHES
) -> int:
    """Choose circuits a batch: about so many batches, whole blocks, bounded memory.

    A run can stop after each batch, so small ones save shots where claims are settled early.
    """
    size = sum(block)
    fitting = int(_MOST_BYTES / max(bytes_per_circuit, 1.0))
    wanted = min(max(_FEWEST, -(-rounds // batches)), max(fitting, size))
    return max(1, round(wanted / size)) * size


def decay_block() -> tuple[int, int]:
    """Short and long circuits of one block."""
    return _BLOCK


def with_sentinels(
    lengths: tuple[float, float], block: tuple[int, int], rounds: int
) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Add circuits three times as long, about one in nineteen, where there are enough to use them.

    They are for the checks of the model alone: a decay that is not exponential, or leakage,
    shows there.

    Returns:
        Lengths, and the block.
    """
    if rounds < FEWEST_CHECKED:
        return lengths, block
    short, long = block
    times = max(1, round(18 / (short + long)))
    return (*lengths, 3 * lengths[1]), (times * short, times * long, 1)
