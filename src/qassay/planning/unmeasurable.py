"""Claims that no circuit of ours can speak of on a machine, and claims on what it does not have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from qassay.claims.claim import ClaimSheet
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.errors import Problem
from qassay.languages.english import said
from qassay.planning import given_circuits
from qassay.planning.availability import out_of_reach
from qassay.planning.conditions import unmet
from qassay.planning.plan import Untested
from qassay.protocols.designs import register_designs
from qassay.protocols.known import counts_of

_NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})
_NOT_CHOSEN: Final[Mapping[str, str]] = MappingProxyType({})


def unmeasurable(
    sheet: ClaimSheet,
    device: DeviceDescription,
    files: Mapping[str, bytes] = _NOTHING,
    unchosen: Mapping[str, str] = _NOT_CHOSEN,
) -> tuple[Untested, ...]:
    """Name the claims that no circuit of ours can speak of, and why; the first reason counts.

    Args:
        sheet: The claims, the best chains among them chosen.
        device: The machine.
        files: What the claims name beside their sheet.
        unchosen: Why a best chain or set was not chosen, by claim.
    """
    reasons = {x.claim: x.reason for x in out_of_reach(list(sheet.claims), device)}
    reasons = {**unchosen, **reasons}
    for claim in sheet.claims:
        if claim.id in reasons:
            continue
        metric = METRICS[claim.metric]
        if not metric.protocol:
            reasons[claim.id] = said("untested.no_protocol", metric=claim.metric)
        elif (reason := unmet(claim, device)) is not None:
            reasons[claim.id] = reason
        elif (
            metric.target == "pair" or counts_of(claim.metric) in ("pairs", "connected")
        ) and not device.pairs:
            reasons[claim.id] = said("untested.no_pair")
    left = [claim for claim in sheet.claims if claim.id not in reasons]
    reasons |= register_designs.unjoined(left, device)
    left = [claim for claim in sheet.claims if claim.id not in reasons]
    reasons |= given_circuits.ungiven(left, device, files)
    return tuple(Untested(claim=name, reason=reason) for name, reason in reasons.items())


def scope_problems(sheet: ClaimSheet, device: DeviceDescription) -> list[Problem]:
    """Find claims on qubits or pairs that the device lacks."""
    problems = []
    pairs = {*device.pairs, *device.pairs_out_of_order}
    broken = set(device.out_of_order)  # claims that name these are not tested, and say why
    for claim in sheet.claims:
        named = [*claim.scope.qubits, *(q for pair in claim.scope.pairs for q in pair)]
        absent = sorted({qubit for qubit in named if not 0 <= qubit < device.qubits})
        where = f'claim "{claim.id}", scope'
        if absent:
            problems.append(
                Problem(
                    where=where,
                    found=f"qubits {absent[:8]}",
                    expected=f"qubits 0 to {device.qubits - 1} of {device.name}",
                )
            )
        elif apart := [
            p for p in claim.scope.pairs if (min(p), max(p)) not in pairs and broken.isdisjoint(p)
        ]:
            problems.append(
                Problem(
                    where=where,
                    found=f"pairs {apart[:4]}",
                    expected=f"pairs that {device.name} couples ({device.connectivity})",
                )
            )
    return problems
