"""A canary at the file door: do the bits come back in the order they were asked for?

Every circuit has an answer that nobody outside knows, random from qubit to qubit. Where the
answers of qubit a turn up in another place, or upside down, and not in their own, the file speaks
another convention: that is told before anything is taken, and the laboratory can answer again. A
bad machine is never refused: noise makes all agreement weaker and moves none of it.

With e the centred ideal bits and o the centred outcomes of N circuits, z[a, b] = sum e_a o_b /
sqrt(sum e_a^2 o_b^2) is about normal where qubit a and place b have nothing to do with each other.
Above 7 it is beyond chance for any pair of 1,000 qubits (10^6 pairs, 3e-12 each). Of few circuits
no pair says so, and all qubits together do: a register that begins elsewhere is one of n shifts,
and any order at all one of n^r C(n, r) for the r qubits that it moves, as in `mixed_answers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import lgamma, log
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.errors import CountsError, Problem
from qassay.exchange.mixed_answers import BEYOND, mixed_answers
from qassay.exchange.parts import Part, Place
from qassay.protocols.batches import draw_batch
from qassay.protocols.interface import Bits
from qassay.protocols.known import is_published

Matrix = npt.NDArray[np.float64]
BEYOND_CHANCE: Final = 7.0
NOT_CHECKED: Final = 2  # in place of an ideal bit: any answer is right
_APART: Final = 2.0  # by which a single qubit must speak for another reading
_ENOUGH: Final = 600  # circuits looked at
_MOST: Final = 1200  # of all that came back
_NAMED: Final = 4
_FORM: Final = "character q of an outcome is qubit q, 1 where X was applied"


def check_bit_order(
    parts: Iterable[Part], outcomes: Mapping[str, tuple[str, ...]], root: bytes, where: str
) -> None:
    """Refuse counts whose bits come in another order than that of the qubits.

    Args:
        parts: What went out.
        outcomes: What came back, by circuit.
        root: The seed of the circuits.
        where: What messages call the file.

    Raises:
        CountsError: The order is another one; which, as far as it can be told.
    """
    told = told_of(parts, outcomes, root)
    if told:
        raise CountsError(
            Problem(
                where=where,
                found=told,
                expected=_FORM,
                advice="nothing was taken and nothing judged: write the file again in this"
                " order and send it",
            )
        )


def told_of(parts: Iterable[Part], outcomes: Mapping[str, tuple[str, ...]], root: bytes) -> str:
    """Say what is wrong with the order of bits or circuits; "" if nothing is."""
    answers = _answers(list(parts), outcomes, root)
    if answers is None:
        return ""
    expected, found, names, where = answers
    return other_order(expected, found) or mixed_answers(*_centred(expected, found), names, where)


def other_order(expected: Bits, found: Matrix) -> str:
    """Say in which other order the answers come; "" where they come in their own, or none.

    Args:
        expected: Ideal bits, 2 where any answer is right, shape (circuits, qubits).
        found: Share of ones among the shots, shape (circuits, qubits).
    """
    scores = agreement(expected, found)
    qubits = len(scores)
    own = scores.diagonal()
    turned = scores[:, ::-1].diagonal()
    here = np.arange(qubits)
    middle = here == here[::-1]
    every = np.ones(qubits, dtype=bool)
    readings = [
        (values[where], own[where], words)
        for values, where, words in (
            (turned, ~middle, "bits in reverse: qubit 0 is written last"),
            (-own, every, "bits upside down: 0 stands for 1"),
            (-turned, ~middle, "bits in reverse and upside down"),
            *(
                (scores[here, (here + step) % qubits], every, _shifted(step))
                for step in range(1, qubits)
                if qubits > 2  # of two qubits that is the reverse
            ),
        )
        if where.any()
    ]
    other, usual, words = max(readings, key=lambda reading: _together(reading[0]))
    return words if _beats(other, usual) else _permuted(scores)


def _shifted(step: int) -> str:
    return f"bits shifted: qubit 0 is written in place {step}, the last one in place {step - 1}"


def _together(scores: Matrix) -> float:
    return float(scores.sum() / np.sqrt(scores.size))


def agreement(expected: Bits, found: Matrix) -> Matrix:
    """Score how far the ideal bit of qubit a turns up in place b, shape (qubits, qubits)."""
    ideal, seen = _centred(expected, found)
    scale = np.sqrt((ideal**2).T @ seen**2)
    return np.asarray((ideal.T @ seen) / np.where(scale > 0, scale, np.inf), dtype=np.float64)


def _centred(expected: Bits, found: Matrix) -> tuple[Matrix, Matrix]:
    checked = expected < NOT_CHECKED
    share = np.where(checked, expected, 0).sum(axis=0) / np.maximum(checked.sum(axis=0), 1)
    return np.where(checked, expected - share, 0.0), found - found.mean(axis=0)


def _beats(other: Matrix, own: Matrix) -> bool:
    """Whether another reading is beyond chance for all together, and the usual one far behind.

    Most of the qubits must say so: a few with swapped levels are a fault of the machine.
    """
    together = _together(other)
    most = 2 * (other - own > _APART).sum() > other.size
    return bool(together > BEYOND_CHANCE and _together(own) < together / 2 and most)


def _permuted(scores: Matrix) -> str:
    """Find qubits whose answers stand in the places of one another."""
    from scipy.optimize import linear_sum_assignment

    qubits = len(scores)
    _, best = linear_sum_assignment(scores, maximize=True)
    here = np.arange(qubits)
    own, other = scores.diagonal(), scores[here, best]
    moved = np.flatnonzero(best != here)  # with each qubit the one in its place
    # What a neighbour copies is in its own place too, and then nothing was exchanged.
    if not moved.size or (own[moved] >= np.maximum(other[moved], 0) / 2).any():
        return ""
    ways = moved.size * log(qubits) + _choices(qubits, moved.size)
    if other[moved].min() < BEYOND_CHANCE and _together(other[moved]) ** 2 / 2 < ways + BEYOND:
        return ""
    told = [(int(a), int(best[a])) for a in moved]
    named = ", ".join(f"qubit {a} in place {b}" for a, b in told[:_NAMED])
    rest = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return f"bits in another order: {named}{rest}"


def _choices(many: int, some: int) -> float:
    """Give the logarithm of the number of ways to choose some of many."""
    return lgamma(many + 1) - lgamma(some + 1) - lgamma(many - some + 1)


def _answers(
    parts: list[Part], outcomes: Mapping[str, tuple[str, ...]], root: bytes
) -> tuple[Bits, Matrix, list[str], list[int]] | None:
    """Collect ideal bits and outcomes of what came back, in order of execution.

    Ideal bits are drawn for the shallowest circuits, and are 2 for the others.

    Returns:
        Both, with name and part of each circuit; None if no right answer is known.
    """
    came = [
        (place, number)
        for number, part in enumerate(parts)
        for place in part.places
        if outcomes.get(place.id)
    ][:_MOST]
    by_batch: dict[str, list[tuple[int, Place]]] = {}
    for row, (place, _) in enumerate(came):
        x = place.slot.experiment
        if not x.problem and not is_published(x):
            by_batch.setdefault(place.slot.id, []).append((row, place))
    shallow = sorted(by_batch.values(), key=lambda p: max(p[0][1].slot.experiment.lengths))
    drawn, ideal = 0, None
    for places in shallow:
        slot = places[0][1].slot
        qubits = len(outcomes[places[0][1].id][0])
        batch = draw_batch(slot.experiment, slot.index, qubits, root)
        if batch.key.dtype != np.uint8:
            continue  # its circuits have no one right answer
        if ideal is None:
            ideal = np.full((len(came), qubits), NOT_CHECKED, dtype=np.uint8)
        for row, place in places:
            ideal[row] = batch.key[place.position]
        drawn += len(places)
        if drawn >= _ENOUGH:
            break
    if ideal is None:
        return None
    seen = [np.array([list(map(int, s)) for s in outcomes[p.id]]).mean(axis=0) for p, _ in came]
    return ideal, np.array(seen), [place.id for place, _ in came], [part for _, part in came]
