"""The design for claims on coupled pairs: one experiment for each matching of the pairs."""

from __future__ import annotations

from typing import Final

from qassay.circuits.layouts import edge_colouring
from qassay.claims.claim import Claim
from qassay.devices.description import DeviceDescription
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.interface import BenchmarkProtocol, Experiment

# With the errors shared by 10 looks and 200 pairs, 1000 shots leave a pair open only while its
# parities are right in 80 to 90 % of the shots; pairs at 97 % are told from the mark in 200.
_SHOTS: Final = 1000
_LOOKS: Final = 10


def coupled_experiments(
    protocol: BenchmarkProtocol, claims: list[Claim], device: DeviceDescription
) -> list[Experiment]:
    """Plan the Bell pairs of all claims, each pair once."""
    reach = {claim.id: set(targets_of(claim, device)) for claim in claims}
    pairs = sorted({(t[0], t[1]) for scope in reach.values() for t in scope})
    return [
        Experiment(
            id=protocol.id,
            protocol=protocol.id,
            version=protocol.version,
            targets=matching,
            lengths=(0.0,),
            block=(1,),
            rounds=_SHOTS,
            batch=_SHOTS // _LOOKS,
            claims=tuple(c.id for c in claims if not reach[c.id].isdisjoint(matching)),
        )
        for matching in edge_colouring(pairs)
    ]
