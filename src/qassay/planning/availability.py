"""What the device itself says is out of order: left out by name, never in silence."""

from __future__ import annotations

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.languages.english import said
from qassay.planning.plan import Untested
from qassay.protocols.known import counts_of, kind_of

_NAMED = 12


def broken_words(device: DeviceDescription) -> str:
    """Name the qubits and pairs that the device says are out of order; "" if there are none."""
    parts = []
    if device.out_of_order:
        parts.append(_listed("qubit", [str(qubit) for qubit in device.out_of_order]))
    if device.pairs_out_of_order:
        parts.append(_listed("pair", [f"{a}-{b}" for a, b in device.pairs_out_of_order]))
    return " and ".join(parts)


def narrowed(claim: Claim, device: DeviceDescription) -> str:
    """Say what a claim on the whole machine leaves out of it; "" if nothing."""
    if not claim.scope.everything:
        return ""
    qubits_only = METRICS[claim.metric].target == "qubit" or counts_of(claim.metric) == "qubits"
    said = broken_words(
        device
        if not qubits_only
        else DeviceDescription(
            name="", platform="other", qubits=device.qubits, out_of_order=device.out_of_order
        )
    )
    if not said:
        return ""
    counted = "counted as not answering" if counts_of(claim.metric) == "qubits" else "left out"
    return f"{said} cannot be used, as the device says itself, and {_verb(device)} {counted}"


def out_of_reach(claims: list[Claim], device: DeviceDescription) -> tuple[Untested, ...]:
    """Find claims that name what is out of order, or need what the device does not have."""
    broken, pairs = set(device.out_of_order), set(device.pairs_out_of_order)
    found = []
    for claim in claims:
        if "delay" in device.lacks and kind_of(claim.metric) == "time":
            reason: str = said("untested.no_delay")
            found.append(Untested(claim=claim.id, reason=reason))
            continue
        named = {*claim.scope.qubits, *(qubit for pair in claim.scope.pairs for qubit in pair)}
        qubits = sorted(named & broken)
        apart = sorted(set(claim.scope.pairs) & pairs)
        if qubits or apart:
            words = [_listed("qubit", [str(q) for q in qubits])] if qubits else []
            words += [_listed("pair", [f"{a}-{b}" for a, b in apart])] if apart else []
            reason = f"it speaks of {' and '.join(words)}, out of order as the device says itself"
            found.append(Untested(claim=claim.id, reason=reason))
    return tuple(found)


def _listed(noun: str, names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED]) + (" and others" if len(names) > _NAMED else "")
    return f"{noun}{'s' if len(names) > 1 else ''} {shown}"


def _verb(device: DeviceDescription) -> str:
    return "are" if len(device.out_of_order) + len(device.pairs_out_of_order) > 1 else "is"
