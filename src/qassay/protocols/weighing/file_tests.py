"""Tests of a ratio of polarizations, for claims on the circuit of a file."""

from __future__ import annotations

from typing import Final

from qassay.claims.claim import Claim
from qassay.protocols.reach import register_of
from qassay.protocols.terms import Terms
from qassay.protocols.weighing.decision import limit_of
from qassay.protocols.weighing.measurands import Measurand
from qassay.statistics.contrasts import log_e_ratio_above, log_e_ratio_below
from qassay.statistics.sequential import Floats

_REST: Final = 0.95  # polarization of preparation and readout alone, assumed where plans are made


def means_at(polarization: float) -> tuple[float, float, float]:
    """Assume the three polarizations of a circuit: as good compiled as written."""
    own = min(max(polarization, 1e-3), 1.0)
    return own * own * _REST, own * own * _REST, _REST


def ratio_wealth_of_file(claim: Claim, measurand: Measurand, terms: Terms) -> tuple[Floats, Floats]:
    """Give the log wealth for and against a claim after each group of four circuits."""
    part = measurand.parts[0]
    qubits = len(register_of(part.experiment.targets))
    limit, claimed = (_polarization(x, qubits) for x in (limit_of(claim, terms), claim.value))
    if claim.relation == "at least":
        return log_e_ratio_above(part.trials, limit), log_e_ratio_below(part.trials, claimed)
    return log_e_ratio_below(part.trials, limit), log_e_ratio_above(part.trials, claimed)


def _polarization(fidelity: float, qubits: int) -> float:
    part = 4.0**-qubits
    return max((fidelity - part) / (1 - part), 1e-6)
