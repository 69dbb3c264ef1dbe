"""The arms by which a claimed decay is foretold: lengths, signal, and how the judge looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qassay.claims.claim import Claim
from qassay.planning.plan import Plan
from qassay.protocols.designs.demands import one_qubit_share
from qassay.protocols.designs.pair_designs import reference_spam
from qassay.protocols.interface import Experiment, arms_of
from qassay.protocols.known import estimator_of, is_gate
from qassay.protocols.weighing.lengths import lengths_of
from qassay.statistics.sequential_rates import TwoLengths

SPAM: Final = 0.01  # preparation and readout errors that a plan reckons with


@dataclass(frozen=True, slots=True, kw_only=True)
class ForetoldArms:
    """What an experiment shows of a claimed decay.

    Attributes:
        experiment: The experiment.
        lengths: Of the short and the long arm.
        spam: How often the short arm goes wrong; a reference has one-qubit gates in it.
        two: Share of these arms in the circuits.
        peaks: Whether the judge counts what bettors ever owned, not what they own when it looks.
    """

    experiment: Experiment
    lengths: TwoLengths
    spam: float
    two: float
    peaks: bool

    @classmethod
    def of(cls, x: Experiment, claim: Claim, plan: Plan, unknown: float) -> ForetoldArms:
        """Choose them by what is claimed, `unknown` the one-qubit share if nothing is."""
        gate = is_gate(x, claim.metric)
        quantity = claim.metric if gate else estimator_of(x).quantities[0]
        lengths = lengths_of(x, quantity)
        spam = {0.5: SPAM, 0.25: 2 * SPAM}.get(lengths.asymptote, 0.75)
        if gate:
            share = one_qubit_share(claim, list(plan.sheet.claims), unknown)
            spam = reference_spam(spam, share)
        two = sum(x.block[arm] for arm in arms_of(x, gate=gate)[:2]) / sum(x.block)
        tested = {name for one in plan.experiments for name in one.claims}
        peaks = plan.multiplicity != "fdr" or len(tested) == 1
        return cls(experiment=x, lengths=lengths, spam=spam, two=two, peaks=peaks)
