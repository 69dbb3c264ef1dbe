"""Hits of many batches, put together in the order of the batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from qassay.protocols.interface import Experiment
from qassay.statistics.trials import Trials


def joined_scores(
    parts: Iterable[tuple[Experiment, int, Mapping[str, Trials]]],
) -> dict[str, dict[str, Trials]]:
    """Join the hits of many batches, each scored by itself, in the order of their index."""
    by_experiment: dict[str, list[tuple[int, Mapping[str, Trials]]]] = {}
    for experiment, index, scored in parts:
        by_experiment.setdefault(experiment.id, []).append((index, scored))
    return {
        name: {
            quantity: joined([scored[quantity] for _, scored in sorted(batches, key=_index)])
            for quantity in batches[0][1]
        }
        for name, batches in by_experiment.items()
    }


def _index(part: tuple[int, Mapping[str, Trials]]) -> int:
    return part[0]


def joined(parts: Sequence[Trials]) -> Trials:
    """Join the hits of batches of one experiment, in order."""
    return Trials(
        lengths=parts[0].lengths,
        arms=np.concatenate([part.arms for part in parts]),
        hits=np.concatenate([part.hits for part in parts]),
        shots=parts[0].shots,
    )
