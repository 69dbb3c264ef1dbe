"""Where a layer of the machine goes wrong: the shares of gates, waiting, crosstalk and readout.

One layer is a quarter turn on every qubit, then an entangler on as many pairs as can work side by
side, the rest waiting; its readout is counted once. Errors are process infidelities, so that they
add up: of one and two qubits 3/2 and 5/4 of the average gate infidelity. Waiting is what T1 and T2
cost a qubit without a partner during an entangler: 1 - (1 + e1 + 2 e2) / 4 with e = exp(-t / T).
Reference: Nielsen, Phys. Lett. A 303, 249 (2002), arXiv:quant-ph/0205035 (the factors).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from qassay.claims.metric import Part
from qassay.devices.description import DeviceDescription
from qassay.devices.matching import matching

_CODES: Final = {
    "one-qubit gates": "turns",
    "two-qubit gates by themselves": "entanglers",
    "crosstalk of neighbours": "neighbours",
    "waiting": "waiting",
    "readout": "readout",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerShare:
    """One part of the error of a layer.

    Attributes:
        part: Its name.
        code: Of its name in other languages.
        error: Expected errors a layer, summed over the machine.
        share: Of the whole.
    """

    part: str
    code: str
    error: float
    share: float


def error_budget(found: Mapping[Part, float], device: DeviceDescription) -> tuple[LayerShare, ...]:
    """Add up a layer of the machine from what was found, the largest part first.

    Args:
        found: Means of the figures of its parts, as average gate infidelities, probabilities and
            seconds.
        device: The machine.
    """
    pairs = matching(device)
    qubits = len(device.usable)
    beside = max(found.get("neighbours", 0.0), 0.0)
    two = max(found.get("entangler", 0.0) - beside, 0.0)
    waiting = qubits - 2 * len(pairs)
    errors = {
        "one-qubit gates": 1.5 * found.get("turn", 0.0) * qubits,
        "two-qubit gates by themselves": 1.25 * two * len(pairs),
        "crosstalk of neighbours": 1.25 * beside * len(pairs),
        "waiting": waiting * _waited(found, device.durations.two_qubit_gate),
        "readout": found.get("readout", 0.0) * qubits,
    }
    whole = sum(errors.values())
    return tuple(
        LayerShare(part=part, code=_CODES[part], error=error, share=error / whole if whole else 0.0)
        for part, error in sorted(errors.items(), key=lambda one: -one[1])
    )


def _waited(found: Mapping[Part, float], seconds: float) -> float:
    def kept(part: Part) -> float:
        return math.exp(-seconds / found[part]) if found.get(part, 0.0) > 0 else 1.0

    return 1 - (1 + kept("relaxation") + 2 * kept("dephasing")) / 4
