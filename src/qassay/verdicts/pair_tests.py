"""The test of a pair's gate through its layers, the one-qubit gates tested beside them.

What decays is a layer: the entangler and a quarter turn on each qubit. Fidelities multiply,
1 - e_layer = (1 - e_gate) (1 - e_first) (1 - e_second), and the one-qubit decays are measured
in the same cycles. `statistics.sequential_shares` bets on all three decays together and takes
what it owns at the worst one-qubit share there may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import numpy as np

from qassay.claims.claim import Claim
from qassay.claims.conventions import process_from_average
from qassay.planning.plan import Plan
from qassay.protocols.interface import Experiment, Target
from qassay.statistics.sequential import Floats
from qassay.statistics.sequential_rates import usual_stake
from qassay.statistics.sequential_shares import (
    PAIR_LAYERS,
    Moment,
    ShareDesign,
    counts_of,
    share_evidence,
)
from qassay.verdicts.decision import canonical_limits
from qassay.verdicts.lengths import lengths_of
from qassay.verdicts.measurands import Measurand, Part

_LARGEST: Final = 0.9


def pair_evidence(
    plan: Plan, claim: Claim, moments: Sequence[Measurand]
) -> list[tuple[Floats, Floats]]:
    """Bet for and against a claim on the gates of pairs.

    Args:
        plan: The plan.
        claim: The claim.
        moments: Its data at the ends of the stages of the run, the last now.

    Returns:
        For each group of pairs that share their experiments, log e-values for and against the
        claim by all counts so far, shape (1, pairs).
    """
    claimed, limit = (
        min(process_from_average(value, 4), _LARGEST) for value in canonical_limits(claim, plan)
    )
    made = []
    for groups in zip(*(_groups(moment) for moment in moments), strict=True):
        experiments = [part.experiment for part in groups[-1]]
        lengths = [lengths_of(experiment) for experiment in experiments]
        support, refute = share_evidence(
            [Moment(*(counts_of(part.trials) for part in group)) for group in groups],
            ShareDesign(
                composition=PAIR_LAYERS,
                layer=lengths[0],
                first=lengths[1],
                second=lengths[2],
                shots_ratio=min(map(_worth, experiments[1:])) / _worth(experiments[0]),
            ),
            claimed=claimed,
            limit=limit,
            tolerance=claim.delta,
        )
        made.append((support[None, :], refute[None, :]))
    return made


def _worth(experiment: Experiment) -> float:
    """Give the planned circuits in single shots."""
    return experiment.rounds * usual_stake(experiment.shots)


def stages(cycles: int) -> list[int]:
    """Cut a run into stages: cycles 1, 2, 3, 4, 6, 8, 11, 16, 23, ... and the last."""
    ends = {round(2 ** (half / 2)) for half in range(2 * max(cycles, 1).bit_length())}
    return [*sorted(end for end in ends if end < cycles), cycles]


def _groups(measurand: Measurand) -> Iterator[tuple[Part, Part, Part]]:
    """Give pairs with like experiments: their layers, first qubits and second qubits."""
    where = _places(measurand)
    for layer in measurand.parts:

        def key(pair: Target) -> tuple[int, int]:
            return where[pair[0]][0], where[pair[1]][0]

        for (one, two), members in groupby(sorted(layer.targets, key=key), key=key):
            pairs = list(members)
            places = [[where[pair[side]][1] for pair in pairs] for side in (0, 1)]
            columns = [layer.targets.index(pair) for pair in pairs]
            yield (
                layer.at(columns),
                measurand.singles[one].at(places[0]),
                measurand.singles[two].at(places[1]),
            )


def _places(measurand: Measurand) -> dict[int, tuple[int, int]]:
    """Choose for each qubit the experiment that measures it best by plan, and its column."""
    chosen: dict[int, tuple[int, int]] = {}
    order = np.argsort([part.experiment.rounds for part in measurand.singles], kind="stable")
    for index in order:
        for column, (qubit,) in enumerate(measurand.singles[index].targets):
            chosen[qubit] = int(index), column
    return chosen
