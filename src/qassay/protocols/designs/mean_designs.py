"""Arms of a mean over many targets: a ladder of lengths, so that no target hides.

A long arm tells a mean from its limit, but a target that has lost its signal looks there like
noise; it is told from a good one by short circuits (`statistics.least_loss`). So a mean has four
arms, at the shortest circuit and at 0.1, 0.3 and 0.6 of 1 / rate. A longer arm would tell more
where all circuits are alike and deceive where a factor is common to a circuit. Where an exact
test shares the circuits, the two arms it reads keep most of them.
Figures: `docs/decisions/0011-means.md`.
"""

from __future__ import annotations

import math
from typing import Final

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.protocols.designs import decay_designs
from qassay.protocols.designs.timed_designs import Arms
from qassay.protocols.known import PROTOCOLS, kind_of

_FAR: Final = {0.5: 0.6, 0.25: 0.6, 0.0: 0.7}  # lengths of the long arm, in 1 / rate
_MIXED: Final = {0.5: 0.6, 0.25: 0.7, 0.0: 0.7}  # where an exact test reads it too
_MIDDLE, _NEAR = 1 / 2, 1 / 6  # of the long arm
_ALONE: Final = (2, 5, 1, 2)  # circuits of the short, long, near and middle arm
_BESIDE: Final = (1, 3)  # near and middle ones, beside twice the block of an exact test
TIMES: Final = Arms(
    at_rate=1.0, block=(1, 4)
)  # at the claimed time, where a decay of any law is 1/e
_CHECKED: Final = 600  # circuits from which on a mean has sentinels
_BATCHES: Final = 48
_FEWEST: Final = 10  # circuits of a batch
_TELL: Final = {0.5: 80.0, 0.25: 45.0, 0.0: 80.0}  # circuits that clear all targets, at 5 %
_CAP: Final = 3.0  # times the circuits that a machine takes which is exactly as claimed


def is_mean_time(claim: Claim, targets: int) -> bool:
    """Whether a claim is of a mean over times."""
    timed = METRICS[claim.metric].dimension == "time"
    return timed and claim.statistic == "mean" and targets > 1


def is_mean(claim: Claim, targets: int) -> bool:
    """Whether a claim is of a sum over decays that errors of gates or leakage add up to."""
    kind, protocol = kind_of(claim.metric), METRICS[claim.metric].protocol
    if kind == "layered":
        return True
    decays = protocol in PROTOCOLS and PROTOCOLS[protocol].model == "geometric"
    return decays and claim.statistic == "mean" and targets > 1 and kind != "difference"


def mean_rounds(asymptote: float, targets: int, alone: int, error: float) -> int:
    """Give the circuits at most: beyond them a mean stays open.

    Args:
        asymptote: Of the decay.
        targets: Over which the mean runs.
        alone: Circuits of a fixed sample at one target.
        error: The smaller error probability.
    """
    clear = _TELL[asymptote] * math.log(1 / error) / math.log(20)
    return math.ceil(_CAP * (clear + alone / targets))


def reach_of_means(asymptote: float, *, mixed: bool) -> float:
    """Give the length of the long arm times the claimed rate."""
    return (_MIXED if mixed else _FAR)[asymptote]


def mean_ladder(
    start: float, long: float, block: tuple[int, int] | None
) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Give lengths and circuits of the short, the long, the near and the middle arm.

    Args:
        start: Length of the short arm.
        long: Of the long arm.
        block: Of an exact test that shares the circuits; None without one.
    """
    counts = _ALONE if block is None else (2 * block[0], 2 * block[1], *_BESIDE)
    between = [float(round(part * long)) for part in (_NEAR, _MIDDLE)]
    lengths, found = [start, long], list(counts[:2])
    spare = 0
    for length, count in zip(between, counts[2:], strict=True):
        if start < length < long and length not in lengths:
            lengths.append(length)
            found.append(count + spare)
            spare = 0
        else:
            spare += count
    found[0] += spare
    return tuple(lengths), tuple(found)


def with_checks(
    lengths: tuple[float, ...], block: tuple[int, ...], rounds: int, deepest: float
) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Put sentinels, three times as long, in the third place where there are circuits enough."""
    if rounds < _CHECKED or 3 * lengths[1] > deepest:
        return lengths, block
    times = max(1, round(18 / sum(block)))
    counts = [times * count for count in block]
    return (
        (*lengths[:2], 3 * lengths[1], *lengths[2:]),
        (*counts[:2], 1, *counts[2:]),
    )


def mean_batch(rounds: int, block: tuple[int, ...], bytes_per_circuit: float) -> int:
    """Choose circuits a batch: the first looks at a mean come early."""
    few = decay_designs.batch_size(rounds, block, bytes_per_circuit, _BATCHES)
    size = sum(block)
    wanted = max(_FEWEST, rounds / _BATCHES)
    return min(few, max(1, round(wanted / size)) * size)
