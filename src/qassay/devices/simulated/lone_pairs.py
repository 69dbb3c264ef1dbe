"""Pairs that work one after the other, evolved side by side.

Where crosstalk is measured, each pair of a matching has circuits of its own, in which all others
rest: as many families as pairs, of the same course. Layer by layer such a family is one small
product of matrices; all of them in one array take hardly longer than one, and give the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from qassay.circuits.circuit import Circuits
from qassay.circuits.family import CircuitFamily, Pair, Pulses
from qassay.devices.noise import Floats
from qassay.devices.simulated.blocks import Blocks
from qassay.devices.simulated.product_engine import pair_probabilities
from qassay.devices.simulated.strengths import Strengths


def lone_pairs(
    families: Sequence[Circuits], blocks: Sequence[Blocks | None], strengths: Strengths
) -> dict[int, Floats]:
    """Evolve the pairs of families that have one pair each, those of one course together.

    Args:
        families: Of a job.
        blocks: What each falls into; None where it does not.
        strengths: The noise.

    Returns:
        By place in the job: what `pair_probabilities` gives of all circuits of the family. Only of
        families that have others to go with.
    """
    alike: dict[Hashable, dict[Pair, int]] = {}
    for number, (family, block) in enumerate(zip(families, blocks, strict=True)):
        if isinstance(family, CircuitFamily) and block is not None and len(block.pairs) == 1:
            pair: Pair = (int(block.pairs[0, 0]), int(block.pairs[0, 1]))
            course = _course(family, pair)
            if course is not None and not _met(pair, alike.setdefault(course, {})):
                alike[course][pair] = number
    found: dict[int, Floats] = {}
    for places in alike.values():
        if len(places) > 1:
            found |= _together({p: families[n] for p, n in places.items()}, places, strengths)
    return found


def _course(family: CircuitFamily, pair: Pair) -> Hashable | None:
    """Say what families that are evolved together share; None where other pairs may be at work."""
    course: list[Hashable] = [family.qubits, family.size]
    for run in family.elements:
        if not isinstance(run, Pulses) or any(set(one) != set(pair) for one in run.pairs):
            return None
        course.append((run.depth, len(run.pairs), run.active is None))
    return tuple(course)


def _met(pair: Pair, others: Mapping[Pair, int]) -> bool:
    """Whether one of the qubits is in another pair already."""
    return any(set(pair) & set(one) for one in others)


def _together(
    families: Mapping[Pair, Circuits], places: Mapping[Pair, int], strengths: Strengths
) -> dict[int, Floats]:
    own = {pair: one for pair, one in families.items() if isinstance(one, CircuitFamily)}
    first = next(iter(own.values()))
    runs: list[Pulses] = []
    for number, sample in enumerate(first.elements):
        if not isinstance(sample, Pulses):
            continue
        every = {
            p: run for p, one in own.items() if isinstance(run := one.elements[number], Pulses)
        }
        codes = np.zeros_like(sample.codes)
        for pair, run in every.items():
            codes[:, :, list(pair)] = run.codes[:, :, list(pair)]
        meeting = tuple(pair for run in every.values() for pair in run.pairs)
        masks = [run.active for run in every.values() if run.active is not None]
        runs.append(Pulses(codes, meeting, np.concatenate(masks, axis=1) if masks else None))
    merged = CircuitFamily(first.qubits, first.size, tuple(runs))
    found = pair_probabilities(
        merged,
        strengths,
        np.array(list(own), dtype=np.intp),
        np.arange(first.size),
        apart=True,
    )
    return {places[pair]: found[:, :, [place]] for place, pair in enumerate(own)}
