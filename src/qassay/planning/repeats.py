"""How often each circuit is run where a new circuit costs more than another shot.

One shot of each random circuit says most for its shots. Where a new circuit costs as much as c
shots, n shots of each cost c + n and are worth n / (1 + (n - 1) rho) single ones, rho being the
correlation between shots of one circuit; so the price of a verdict is least at
n = sqrt(c (1 - rho) / rho) (Neyman's allocation for two stages). rho is 0 for errors that are
drawn anew in every shot, 0.05 where half of the error is coherent and 0.17 where all of it is. In a
T1 circuit with random states one half of the circuits cannot decay, which alone makes 0.4.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from qassay.claims.claim import Claim
from qassay.devices.description import DeviceDescription
from qassay.planning.schedule import experiment_seconds
from qassay.protocols.designs import decay_designs
from qassay.protocols.interface import Experiment
from qassay.protocols.known import protocol_for, quantity_of

_MOST: Final = 64  # beyond them even circuits that cost anything save less than a tenth
_WORTH: Final = 0.8  # of the price of single shots: a test by circuits needs some more of them
_LEAST_EXACT: Final = 120  # circuits of an exact test, over the tolerance
_LEAST_MEAN: Final = 120  # so that circuits tell what they have in common
_FOLD: Final = 8  # a batch's outcomes have to fit into one document, an eighth of its pulses' room
_LONG_FOR_SHORT: Final = 4  # a bet on a long circuit has to be balanced by the short ones


def with_repeats(
    experiments: Iterable[Experiment], claims: list[Claim], device: DeviceDescription
) -> list[Experiment]:
    """Run each circuit several times where that is cheaper.

    Readout, registers and leakage keep single shots: their tests take each shot as a trial.

    Args:
        experiments: With single shots.
        claims: Of the sheet.
        device: Says what circuits cost.
    """
    return [_repeated(x, claims, device) for x in experiments]


def price_of_circuit(experiment: Experiment, device: DeviceDescription) -> float:
    """Give what a new circuit costs, in shots of it: by money where it is known, else by time."""
    if device.cost_per_circuit or device.cost_per_shot:
        paid = device.cost_per_circuit
        return paid / device.cost_per_shot if device.cost_per_shot else math.inf
    free = replace(device.durations, circuit_overhead=0.0)
    once = experiment_seconds(experiment, 1, free)
    overhead = device.durations.circuit_overhead
    return overhead / once if once > 0 else math.inf if overhead else 0.0


def cheapest_repeats(price: float, correlation: float) -> int:
    """Give the shots of each circuit by which a verdict costs least.

    Args:
        price: Of a new circuit, in shots.
        correlation: Between shots of one circuit.
    """
    best = math.sqrt(price * (1 - correlation) / correlation) if price < math.inf else _MOST
    shots = min(max(round(best), 1), _MOST)
    if math.isinf(price) or _cost(price, shots, correlation) < _WORTH * (price + 1):
        return shots
    return 1


def _cost(price: float, shots: int, correlation: float) -> float:
    return (price + shots) * (1 + (shots - 1) * correlation) / shots


def _repeated(x: Experiment, claims: list[Claim], device: DeviceDescription) -> Experiment:
    own = [claim for claim in claims if claim.id in x.claims]
    found = [quantity_of(claim.metric) for claim in own]
    told = [q.repeats for q in found if q is not None and q.repeats is not None]
    if not told or len(told) < len(own):
        return x
    repeats = max(told, key=lambda one: one.allowed)
    price = price_of_circuit(x, device)
    shots = cheapest_repeats(price, repeats.expected)
    if shots == 1:
        return x
    layered = protocol_for(x).model == "geometric"
    lengths, block = x.lengths, x.block
    if layered:  # no sentinels: checks of the model take single shots
        kept = [i for i, length in enumerate(lengths) if length <= lengths[1]]
        lengths, block = tuple(lengths[i] for i in kept), tuple(block[i] for i in kept)
    if block[0] * _LONG_FOR_SHORT < block[1]:
        block = (-(-block[1] // _LONG_FOR_SHORT), *block[1:])
    block = tuple(count // math.gcd(*block) for count in block)
    fewer = (1 + (shots - 1) * repeats.allowed) / shots
    delta = min((claim.delta for claim in own), default=1.0)
    least = _LEAST_EXACT / min(delta, 1.0) if x.coin else _LEAST_MEAN
    rounds = decay_designs.whole_blocks(math.ceil(max(x.rounds * fewer, least)), block)
    pulses = device.qubits * (lengths[1] if layered else 8)
    bytes_each = max(pulses, _FOLD * shots * (device.qubits + 3))
    batch = decay_designs.batch_size(rounds, block, bytes_each)
    return replace(x, lengths=lengths, block=block, rounds=rounds, batch=batch, shots=shots)
