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

from qassay.devices.description import DeviceDescription
from qassay.devices.matching import matching

_CODES: Final = {
    "one-qubit gates": "turns",
    "two-qubit gates by themselves": "entanglers",
    "crosstalk of neighbours": "crosstalk",
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


def error_budget(found: Mapping[str, float], device: DeviceDescription) -> tuple[LayerShare, ...]:
    """Add up a layer of the machine from what was found, the largest part first.

    Args:
        found: Means by metric, as average gate infidelities, probabilities and seconds.
        device: The machine.
    """
    pairs = matching(device)
    qubits = len(device.usable)
    crosstalk = max(found.get("crosstalk", 0.0), 0.0)
    two = max(found.get("two_qubit_gate_error", 0.0) - crosstalk, 0.0)
    waiting = qubits - 2 * len(pairs)
    errors = {
        "one-qubit gates": 1.5 * found.get("one_qubit_gate_error", 0.0) * qubits,
        "two-qubit gates by themselves": 1.25 * two * len(pairs),
        "crosstalk of neighbours": 1.25 * crosstalk * len(pairs),
        "waiting": waiting * _waited(found, device.durations.two_qubit_gate),
        "readout": found.get("readout_error", 0.0) * qubits,
    }
    whole = sum(errors.values())
    return tuple(
        LayerShare(part=part, code=_CODES[part], error=error, share=error / whole if whole else 0.0)
        for part, error in sorted(errors.items(), key=lambda one: -one[1])
    )


def _waited(found: Mapping[str, float], seconds: float) -> float:
    decay = {
        name: math.exp(-seconds / found[name]) if found.get(name, 0.0) > 0 else 1.0
        for name in ("t1", "t2_echo")
    }
    return 1 - (1 + decay["t1"] + 2 * decay["t2_echo"]) / 4
