"""What a claim says, in one plain sentence, and from where on it would be missed."""

from __future__ import annotations

from typing import Final

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.numerals import numeral
from qassay.units import Dimension, format_quantity

_CONVENTIONS: Final = {
    "average_gate_infidelity": "average gate infidelity",
    "process_infidelity": "process infidelity",
    "pauli_error": "total Pauli error",
}
_NOUNS: Final = {"qubit": "qubits", "pair": "pairs of qubits"}
_NAMED: Final = 6


def meaning(claim: Claim) -> str:
    """Say what a claim means, for a reader who decides and is no physicist."""
    metric = METRICS[claim.metric]
    name = (
        metric.title if metric.title[:2].isupper() else metric.title[0].lower() + metric.title[1:]
    )
    amount = _amount(claim.value, metric.dimension)
    convention = f" ({_CONVENTIONS[claim.convention]})" if claim.convention else ""
    error = ""
    if claim.stated_error is not None:
        error = f", stated to ± {format_quantity(claim.stated_error, metric.dimension)}"
    where = _where(claim)
    conditions = ", ".join(f"{key} = {_written(value)}" for key, value in claim.conditions)
    under = f", under the conditions {conditions}" if conditions else ""
    return f"{where} {name} is {claim.relation} {amount}{convention}{error}{under}."


def missed_from(claim: Claim) -> str:
    """Say from where on a claim is missed: its value with the tolerance."""
    metric = METRICS[claim.metric]
    if metric.dimension == "count":
        return f"{_amount(claim.value, metric.dimension)}, no tolerance"
    widened = 1 + claim.delta
    limit = claim.value * widened if claim.relation == "at most" else claim.value / widened
    shown = format_quantity(limit, metric.dimension)
    return f"{shown}, with its tolerance of {100 * claim.delta:g} %"


def _amount(value: float, dimension: Dimension) -> str:
    if dimension == "count":
        return numeral(value) if value < 1e15 else f"{value:.3g}"
    return format_quantity(value, dimension)


def _where(claim: Claim) -> str:
    target = METRICS[claim.metric].target
    if target == "register":
        chosen = claim.scope.qubits or claim.scope.pairs
        return f"On {_listed(claim, 'the register of ')}, the" if chosen else "On the machine, the"
    noun = _NOUNS[target]
    members = _listed(claim, "") if not claim.scope.everything else f"all {noun}"
    if claim.statistic == "every":
        return f"On each of {members}, the"
    if claim.statistic == "best":
        return f"On the best of {members}, the"
    if claim.statistic == "share above" and claim.share is not None:
        return f"On at least {100 * claim.share:g} % of {members}, the"
    if claim.statistic == "quantile" and claim.share is not None:
        return f"Over {members}, the {100 * claim.share:g} % quantile of the"
    return f"Over {members}, the {claim.statistic}"


def _listed(claim: Claim, before: str) -> str:
    if claim.scope.pairs:
        names = [f"{a}-{b}" for a, b in claim.scope.pairs]
        noun = "pair" if len(names) == 1 else "pairs"
    else:
        names = [str(qubit) for qubit in claim.scope.qubits]
        noun = "qubit" if len(names) == 1 else "qubits"
    if len(names) > _NAMED:
        return f"{before}the {len(names)} {noun} named"
    return f"{before}{noun} {', '.join(names)}"


def _written(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:g}"
