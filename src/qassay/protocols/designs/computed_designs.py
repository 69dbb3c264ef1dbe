"""Claims whose circuits' ideal distributions have to be computed: which are too large for that."""

from __future__ import annotations

from qassay.claims.claim import Claim
from qassay.devices.description import DeviceDescription
from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.protocols.designs.registers import claimed_register
from qassay.protocols.interface import Experiment
from qassay.protocols.known import quantity_of
from qassay.protocols.reach import register_of


def uncomputed(claim: Claim, device: DeviceDescription) -> Sentence | None:
    """Say why the circuits of a claim cannot be computed; None where they can, or need not be."""
    quantity = quantity_of(claim.metric)
    if quantity is None or quantity.computed is None:
        return None
    known, qubits = quantity.computed, len(claimed_register(claim, device))
    if known.fewest <= qubits <= known.widest:
        return None
    return said("untested.uncomputed", qubits=qubits, fewest=known.fewest, widest=known.widest)


def too_long_to_compute(claim: Claim, planned: Experiment) -> Sentence | None:
    """Say why computing all circuits of a plan would take too long; None where it would not."""
    quantity = quantity_of(claim.metric)
    if quantity is None or quantity.computed is None:
        return None
    known, qubits = quantity.computed, len(register_of(planned.targets))
    if known.steps(qubits, planned.lengths[0], planned.rounds) <= known.most_steps:
        return None
    return said("untested.too_long", circuits=planned.rounds, qubits=qubits)
