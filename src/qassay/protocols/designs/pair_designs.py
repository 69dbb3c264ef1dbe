"""The design for a gate of pairs: layers beside the same circuits without the entangler.

What decays between reference and layers is the entangler's error alone, so lengths follow from
the claim on it. The reference takes a fifth of the circuits (`docs/decisions/0012-reference.md`).
How many circuits that is depends on what the one-qubit gates leave of the signal, which nobody
knows before unless the sheet says it.
"""

from __future__ import annotations

import math
from typing import Final

from qassay.claims.conventions import process_from_average

REFERENCE_BLOCK: Final = (1, 4)  # circuits of the reference and of layers
DEEPEST: Final = 200_000
AT_RATE: Final = 0.85  # layers times the entangler's decay at the claim
USUAL_SHARE: Final = 0.06  # decay of the one-qubit gates of a layer over the entangler's, foretold
HARD_SHARE: Final = 0.5  # the same, up to which the cap on circuits settles nearly all
_LARGEST: Final = 0.9
_SINGLE: Final = 1.5  # process infidelity over average gate infidelity, one qubit


def gate_rate(pair: float) -> float:
    """Give the decay a layer, 1 - p, of an entangler with this average gate infidelity."""
    return min(4 / 3 * pair, 16 / 15 * _LARGEST)


def layer_rate(pair: float, one: float) -> float:
    """Give the decay a layer of an entangler and a quarter turn on each qubit (infidelities)."""
    gate, single = min(process_from_average(pair, 4), _LARGEST), min(_SINGLE * one, 0.6)
    return min(16 / 15 * (1 - (1 - gate) * (1 - single) ** 2), 16 / 15 * _LARGEST)


def layers_for(rate: float, reach: float = AT_RATE) -> float:
    """Choose the layers of both kinds for an entangler's decay a layer.

    Args:
        rate: Decay a layer.
        reach: Decay over all layers.
    """
    return float(min(max(1, round(reach / -math.log1p(-min(rate, 0.99)))), DEEPEST))


def turn_share(pair: float, one: float) -> float:
    """Give the decay of the one-qubit gates of a layer over that of the entangler.

    Two gates decay by 2 r each a layer, and eight of ten operators feel each of them.
    """
    return 0.8 * 4 * one / max(gate_rate(pair), 1e-12)


def reference_spam(spam: float, share: float) -> float:
    """Give how often the reference goes wrong, preparation and readout included.

    Args:
        spam: Of preparation and readout of both qubits.
        share: Decay of the one-qubit gates over the entangler's.
    """
    return 1 - 0.25 - (0.75 - spam) * math.exp(-share * AT_RATE)


def gate_circuits(spam: float, share: float) -> float:
    """Give the circuits for a relative standard error of one in an entangler's decay.

    Args:
        spam: Of preparation and readout of both qubits.
        share: Decay of the one-qubit gates over the entangler's.
    """
    short, long = (count / sum(REFERENCE_BLOCK) for count in REFERENCE_BLOCK)
    start = 0.75 - reference_spam(spam, share)
    end = start * math.exp(-AT_RATE)
    noise = (0.25 + start) * (0.75 - start) / start**2 / short
    noise += (0.25 + end) * (0.75 - end) / end**2 / long
    return noise / AT_RATE**2
