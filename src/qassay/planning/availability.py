"""What the device itself says is out of order: left out by name, never in silence."""

from __future__ import annotations

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.planning.plan import Untested
from qassay.protocols.known import counts_of, kind_of

_NAMED = 12


def broken_words(device: DeviceDescription) -> str:
    """Name the qubits and pairs that the device says are out of order; "" if there are none."""
    parts = []
    if device.out_of_order:
        parts.append(_listed("qubits", [str(qubit) for qubit in device.out_of_order]))
    if device.pairs_out_of_order:
        parts.append(_listed("pairs", [f"{a}-{b}" for a, b in device.pairs_out_of_order]))
    return said("list.all", what=tuple(parts)) if parts else ""


def narrowed(claim: Claim, device: DeviceDescription) -> str:
    """Say what a claim on the whole machine leaves out of it; "" if nothing."""
    if not claim.scope.everything:
        return ""
    qubits_only = METRICS[claim.metric].target == "qubit" or counts_of(claim.metric) == "qubits"
    broken = broken_words(
        device
        if not qubits_only
        else DeviceDescription(
            name="", platform="other", qubits=device.qubits, out_of_order=device.out_of_order
        )
    )
    if not broken:
        return ""
    counted = "silent" if counts_of(claim.metric) == "qubits" else "left_out"
    return said(f"broken.{counted}", n=_number(device), what=broken)


def out_of_reach(claims: list[Claim], device: DeviceDescription) -> tuple[Untested, ...]:
    """Find claims that name what is out of order, or need what the device does not have."""
    broken, pairs = set(device.out_of_order), set(device.pairs_out_of_order)
    found = []
    for claim in claims:
        if "delay" in device.lacks and kind_of(claim.metric) == "time":
            found.append(Untested(claim=claim.id, reason=said("untested.no_delay")))
            continue
        named = {*claim.scope.qubits, *(qubit for pair in claim.scope.pairs for qubit in pair)}
        qubits = sorted(named & broken)
        apart = sorted(set(claim.scope.pairs) & pairs)
        if qubits or apart:
            words = [_listed("qubits", [str(q) for q in qubits])] if qubits else []
            words += [_listed("pairs", [f"{a}-{b}" for a, b in apart])] if apart else []
            reason = said("untested.out_of_order", what=tuple(words))
            found.append(Untested(claim=claim.id, reason=reason))
    return tuple(found)


def _listed(kind: str, names: list[str]) -> Sentence:
    more = "_more" if len(names) > _NAMED else ""
    return said(f"broken.{kind}{more}", n=len(names), names=", ".join(names[:_NAMED]))


def _number(device: DeviceDescription) -> int:
    return len(device.out_of_order) + len(device.pairs_out_of_order)
