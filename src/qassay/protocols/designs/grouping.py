"""Which claims can be settled by the same shots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription, Pair
from qassay.protocols.designs.registers import claimed_pairs, claimed_register
from qassay.protocols.interface import Target
from qassay.protocols.known import counts_of, kind_of

_SHARE_WITHIN = 2.0  # claims whose lengths differ by less share circuits


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Claims that share an experiment.

    Attributes:
        protocol: Id of the protocol.
        claims: The claims.
        scale: Geometric mean of their scales (a rate, or a time), in SI units.
        targets: Union of their scopes.
    """

    protocol: str
    claims: tuple[Claim, ...]
    scale: float
    targets: tuple[Target, ...]


def targets_of(claim: Claim, device: DeviceDescription) -> tuple[Target, ...]:
    """List the qubits or pairs a claim speaks of on this device; of a register, what it has."""
    kind = METRICS[claim.metric].target
    if kind_of(claim.metric) == "layered":
        return claimed_pairs(claim, device)
    if kind_of(claim.metric) == "register" or (
        kind == "register" and kind_of(claim.metric) in (None, "decay")
    ):
        return (claimed_register(claim, device),)
    if kind == "pair" or counts_of(claim.metric) in ("pairs", "connected"):
        return _in_order(claim.scope.pairs) if claim.scope.pairs else _all_pairs(device)
    return tuple((qubit,) for qubit in (claim.scope.qubits or device.usable))


@lru_cache(maxsize=2)  # each matching of a wide machine asks for all of its pairs
def _all_pairs(device: DeviceDescription) -> tuple[Target, ...]:
    return _in_order(device.pairs)


def _in_order(pairs: Iterable[Pair]) -> tuple[Target, ...]:
    return tuple(sorted((min(pair), max(pair)) for pair in pairs))


def grouped(
    protocol: str,
    claims: Sequence[Claim],
    scale_of: Callable[[Claim], float],
    reach_of: Callable[[Claim], tuple[Target, ...]],
) -> list[Group]:
    """Put claims of one protocol together while their scales are alike.

    Args:
        protocol: Id of the protocol.
        claims: Claims that it can settle.
        scale_of: The rate or time that sets the circuits' length.
        reach_of: The targets of a claim.
    """
    groups: list[list[Claim]] = []
    for claim in sorted(claims, key=scale_of):
        if groups and scale_of(claim) <= _SHARE_WITHIN * scale_of(groups[-1][0]):
            groups[-1].append(claim)
        else:
            groups.append([claim])
    made = []
    for members in groups:
        scale = 1.0
        for claim in members:
            scale *= scale_of(claim) ** (1 / len(members))
        reach = sorted({target for claim in members for target in reach_of(claim)})
        made.append(
            Group(protocol=protocol, claims=tuple(members), scale=scale, targets=tuple(reach))
        )
    return made
