"""Claims on what a whole register loses a layer: which can be planned, how long, how many circuits.

One sign a shot tells of the register; it is right only if the readings of about three of four
qubits are.
"""

from __future__ import annotations

import math
from typing import Final

from qassay.circuits.layouts import edge_colouring
from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.protocols.designs import decay_designs
from qassay.protocols.designs.registers import claimed_register
from qassay.protocols.interface import Target
from qassay.protocols.known import kind_of, quantity_of, tells

_DEAREST_SIGN: Final = 20.0
_FEWEST_LOSING: Final = 3  # qubits: of n, the decay is 1 + 1 / (4^n - 1) times the infidelity


def lost_by_a_register(claim: Claim) -> bool:
    """Whether a claim is on what one whole register loses a layer."""
    return kind_of(claim.metric) == "decay" and METRICS[claim.metric].target == "register"


def unfit(claim: Claim, device: DeviceDescription) -> Sentence | None:
    """Say why layers on a register cannot be those of a claim; None where they can."""
    quantity, register = quantity_of(claim.metric), claimed_register(claim, device)
    if len(register) < _FEWEST_LOSING:
        few, metric = _FEWEST_LOSING, "two_qubit_gate_error"
        return said("untested.few_losing", n=len(register), fewest=few, metric=metric)
    if quantity is None or not quantity.named_layer:
        return None
    met = [qubit for pair in claim.scope.pairs for qubit in pair]
    if not met or len(set(met)) < len(met):
        return said("untested.layer_unnamed")
    return None


def dearer_sign(claims: list[Claim], qubits: int) -> float:
    """Say how many times the circuits of one qubit's decay a sign of many qubits takes at most.

    Three of four qubits are read, so what is left of the sign is (1 - 2 e)^(3 n / 4), e the readout
    error that the sheet claims, or a usual one; circuits grow by its inverse square.
    """
    read = [c.value for c in claims if tells(c.metric) == "readout"]
    each = min(max([*read, decay_designs.USUAL_SPAM]), 0.2)
    return min(math.pow(1 - 2 * each, 2 - 1.5 * qubits), _DEAREST_SIGN)


def whole_turns(lengths: tuple[float, ...], links: tuple[Target, ...]) -> tuple[float, ...]:
    """Make lengths one layer more than whole rounds of the colours, so that all weigh alike."""
    turn = len(edge_colouring([(min(t), max(t)) for t in links]))
    if turn == 1:
        return lengths
    least, made = 1 + turn, []
    for length in lengths:
        whole = 1.0 if length <= 1 else float(max(1 + turn * round((length - 1) / turn), least))
        while whole in made:  # different arms stay different
            whole += turn
        made.append(whole)
    return tuple(made)
