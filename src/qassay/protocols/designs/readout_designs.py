"""The design for claims on readout errors and on the number of qubits: one experiment for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from qassay.claims.claim import Claim
from qassay.devices.description import DeviceDescription
from qassay.protocols.designs import decay_designs
from qassay.protocols.designs.demands import SMALLEST_RATE, rounds_for
from qassay.protocols.designs.rank_designs import is_ranked
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import kind_of, measurement_of
from qassay.protocols.shares import share_of
from qassay.protocols.terms import Terms

_QUBIT_COUNT: Final = 160  # tells errors of 10 % from 25 % on every qubit at once
_LOOKS_A_FLOOR: Final = 8  # looks in the fewest shots that can support a readout error
_MOST_LOOKS: Final = 128


def readout_experiments(
    claims: list[Claim],
    reach: Callable[[Claim], tuple[Target, ...]],
    device: DeviceDescription,
    terms: Terms,
) -> list[Experiment]:
    """Plan one experiment for all claims on readout and on the number of qubits."""
    everything = tuple((qubit,) for qubit in device.usable)
    reached = (everything if kind_of(claim.metric) == "count" else reach(claim) for claim in claims)
    targets = sorted({target for group in reached for target in group})
    needed, looks = [], decay_designs.BATCHES
    for claim in claims:
        if kind_of(claim.metric) == "count":
            needed.append(_QUBIT_COUNT)
            continue
        value = share_of(claim.metric, min(max(claim.value, SMALLEST_RATE), 0.5))
        alone = decay_designs.probability_rounds(value, terms.alpha, terms.beta, claim.delta)
        if is_ranked(claim, len(reach(claim))):
            needed.append(rounds_for(claim, len(reach(claim)), alone, 0.0, terms))
            continue
        # A mean may take as much as one qubit: it is one where the bits of a shot go together.
        needed.append(round(decay_designs.SEQUENTIAL_CAP * alone))
        floor = decay_designs.share_floor(value, terms.beta, claim.delta)
        looks = max(looks, min(round(_LOOKS_A_FLOOR * needed[-1] / floor), _MOST_LOOKS))
    rounds, protocol = max(needed), measurement_of(claims[0].metric)
    return [
        Experiment(
            id=protocol.id,
            protocol=protocol.id,
            version=protocol.version,
            targets=tuple(targets),
            lengths=(0.0,),
            block=(1,),
            rounds=rounds,
            batch=decay_designs.batch_size(rounds, (1,), device.qubits, looks),
            claims=tuple(claim.id for claim in claims),
        )
    ]
