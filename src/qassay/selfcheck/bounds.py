"""The least mean number of circuits that any test could have spent on a claim.

Wald (1945) and Chernoff (1959), as `statistics.sample_size` has it for decay rates. The bound
is that of one target, the worst of the claim's, for somebody who knows everything else: the
readout, the other targets, and the one-qubit gates in a layer.
"""

from __future__ import annotations

import math
from functools import lru_cache

from qassay.claims.claim import Claim
from qassay.claims.conventions import convert, gate_dimension, process_from_average
from qassay.claims.metrics import METRICS
from qassay.devices import answer_key
from qassay.devices.machine_file import Machine
from qassay.protocols.interface import Target
from qassay.protocols.known import PROTOCOLS
from qassay.selfcheck.families import family_for, of_one_direction
from qassay.selfcheck.truth import spam_errors
from qassay.statistics.sample_size import least_circuits, relative_entropy

_ROUNDED = 3  # digits; the bound is smooth, and machines with like numbers share one search


def bound_of(machine: Machine, claim: Claim, target: Target, truth: float, alpha: float) -> float:
    """Bound the circuits for a claim by those of its worst target.

    Args:
        machine: The machine.
        claim: The claim.
        target: Its worst target.
        truth: Of that target, canonical units.
        alpha: Both error probabilities.

    Returns:
        Mean circuits at the least; NaN between the claim and its limit, where none holds.
    """
    claimed = _canonical(claim)
    timed = METRICS[claim.metric].dimension == "time"
    step = 1 + claim.delta
    worse = claimed / truth if timed else truth / claimed
    if 1 + 1e-9 < worse < step * (1 - 1e-9):
        return math.nan
    border = claimed if worse > 1 + 1e-9 else claimed / step if timed else claimed * step
    spam = spam_errors(machine, 0.0).mean[list(target)]
    if family_for(claim.metric) == "readout":
        # A direction is seen in every other circuit, while the qubit is prepared in it.
        seen = 2 if of_one_direction(claim.metric) else 1
        distance = float(relative_entropy(truth, min(border, 1 - 1e-9)))
        return seen * (1 - 2 * alpha) * math.log((1 - alpha) / alpha) / distance
    if timed:
        rate = border / truth
    elif len(target) == 1:
        rate = truth / border
    else:
        ones = 1.5 * answer_key.one_qubit_gate_error(machine)[list(target)]
        kept = float((1 - ones).prod())
        rate = _layer(truth, kept) / _layer(border, kept)
    asymptote = PROTOCOLS[METRICS[claim.metric].protocol or ""].asymptote
    return _least(
        asymptote, round(1 - float((1 - spam).prod()), _ROUNDED), round(rate, _ROUNDED), alpha
    )


@lru_cache(maxsize=4096)
def _least(asymptote: float, spam: float, rate: float, alpha: float) -> float:
    return least_circuits(asymptote, spam=spam, rate=rate, border=1.0, alpha=alpha)


def _layer(gate: float, kept: float) -> float:
    """Give the process infidelity of a layer, up to a factor."""
    return 1 - (1 - process_from_average(gate, 4)) * kept


def _canonical(claim: Claim) -> float:
    if claim.convention is None:
        return claim.value
    dimension = gate_dimension(claim.metric)
    return convert(claim.value, claim.convention, "average_gate_infidelity", dimension)
