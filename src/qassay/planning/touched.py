"""Which qubits the circuits of a plan need: a claim on five qubits wakes no others."""

from __future__ import annotations

from qassay.circuits.family import Pulses
from qassay.planning.plan import Plan
from qassay.protocols.batches import draw_batch
from qassay.protocols.known import is_published

_ANY = bytes(32)  # a first batch shows who meets; who is driven stands in the targets


def needed(plan: Plan) -> tuple[int, ...]:
    """List the qubits of a plan's targets, and those that its entanglers bring in, sorted.

    Args:
        plan: The plan.
    """
    found: set[int] = set()
    for experiment in plan.experiments:
        found |= {qubit for target in experiment.targets for qubit in target}
        if is_published(experiment):
            continue
        for family in draw_batch(experiment, 0, plan.device.qubits, _ANY).families:
            for element in getattr(family, "elements", ()):
                if isinstance(element, Pulses):
                    found |= {qubit for pair in element.pairs for qubit in pair}
            found |= {qubit for pair in getattr(family, "pairs", ()) for qubit in pair}
    return tuple(sorted(found))


def not_needed(plan: Plan) -> tuple[int, ...]:
    """List the qubits that no circuit of a plan needs; none where a claim is on the whole machine.

    "All" is never narrowed: a claim on everything that a machine has is measured with everything.
    """
    if any(claim.scope.everything for claim in plan.sheet.claims) or not plan.experiments:
        return ()
    return tuple(sorted({*range(plan.device.qubits)} - {*needed(plan)}))
