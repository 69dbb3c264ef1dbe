"""A canary at the file door: do the bits come back in the order they were asked for?

Every circuit has an answer that nobody outside knows, random from qubit to qubit. Where the
answers of qubit a turn up in another place, or upside down, and not in their own, the file speaks
another convention: that is told before anything is taken, and the laboratory can answer again. A
bad machine is never refused: noise makes all agreement weaker and moves none of it.

With e the centred ideal bits and o the centred outcomes of N circuits, z[a, b] = sum e_a o_b /
sqrt(sum e_a^2 o_b^2) is about normal where qubit a and place b have nothing to do with each other.
Above 7 it is beyond chance for any pair of 1,000 qubits (10^6 pairs, 3e-12 each).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.errors import CountsError, Problem
from qassay.exchange.parts import Part, Place
from qassay.protocols.batches import draw_batch
from qassay.protocols.interface import Bits
from qassay.protocols.known import is_published

Matrix = npt.NDArray[np.float64]
BEYOND_CHANCE: Final = 7.0
NOT_CHECKED: Final = 2  # in place of an ideal bit: any answer is right
_APART: Final = 2.0  # by which a single qubit must speak for another reading
_ENOUGH: Final = 600  # circuits looked at
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
    expected, found = _answers(list(parts), outcomes, root)
    told = "" if expected is None or found is None else other_order(expected, found)
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
    middle = np.arange(qubits) == np.arange(qubits)[::-1]
    every = np.ones(qubits, dtype=bool)
    readings = [
        (values[where], own[where], words)
        for values, where, words in (
            (turned, ~middle, "bits in reverse: qubit 0 is written last"),
            (-own, every, "bits upside down: 0 stands for 1"),
            (-turned, ~middle, "bits in reverse and upside down"),
        )
        if where.any()
    ]
    other, usual, words = max(readings, key=lambda reading: _together(reading[0]))
    return words if _beats(other, usual) else _permuted(scores)


def _together(scores: Matrix) -> float:
    return float(scores.sum() / np.sqrt(scores.size))


def agreement(expected: Bits, found: Matrix) -> Matrix:
    """Score how far the ideal bit of qubit a turns up in place b, shape (qubits, qubits)."""
    checked = expected < NOT_CHECKED
    share = np.where(checked, expected, 0).sum(axis=0) / np.maximum(checked.sum(axis=0), 1)
    ideal = np.where(checked, expected - share, 0.0)
    seen = found - found.mean(axis=0)
    scale = np.sqrt((ideal**2).T @ seen**2)
    return np.asarray((ideal.T @ seen) / np.where(scale > 0, scale, np.inf), dtype=np.float64)


def _beats(other: Matrix, own: Matrix) -> bool:
    """Whether another reading is beyond chance for all together, and the usual one far behind.

    Most of the qubits must say so: a few with swapped levels are a fault of the machine.
    """
    together = _together(other)
    most = 2 * (other - own > _APART).sum() > other.size
    return bool(together > BEYOND_CHANCE and _together(own) < together / 2 and most)


def _permuted(scores: Matrix) -> str:
    """Find qubits whose answers stand in the places of one another."""
    best = scores.argmax(axis=1)
    sure = scores.max(axis=1) > BEYOND_CHANCE
    own = scores.diagonal()
    moved = [
        (a, int(best[a]))
        for a in np.flatnonzero(sure)
        if best[a] != a and own[a] < scores[a, best[a]] / 2
    ]
    places = [b for _, b in moved]
    # A place may hold the answers of one qubit only, and its own qubit must be elsewhere too.
    if len(moved) < 2 or len(set(places)) != len(places) or {a for a, _ in moved} != set(places):
        return ""
    named = ", ".join(f"qubit {a} in place {b}" for a, b in moved[:_NAMED])
    rest = f" and {len(moved) - _NAMED} more" if len(moved) > _NAMED else ""
    return f"bits in another order: {named}{rest}"


def _answers(
    parts: list[Part], outcomes: Mapping[str, tuple[str, ...]], root: bytes
) -> tuple[Bits | None, Matrix | None]:
    """Collect ideal bits and outcomes of the shallowest circuits that came back."""
    by_batch: dict[str, list[Place]] = {}
    for part in parts:
        for place in part.places:
            x = place.slot.experiment
            if place.id in outcomes and not x.problem and not is_published(x):
                by_batch.setdefault(place.slot.id, []).append(place)
    ideal, seen, many = [], [], 0
    shallow = sorted(by_batch.values(), key=lambda p: max(p[0].slot.experiment.lengths))
    for places in shallow:
        slot = places[0].slot
        qubits = len(outcomes[places[0].id][0])
        batch = draw_batch(slot.experiment, slot.index, qubits, root)
        if batch.key.dtype != np.uint8:
            continue  # its circuits have no one right answer
        for place in places:
            ideal.append(batch.key[place.position])
            shots = np.array([list(map(int, line)) for line in outcomes[place.id]])
            seen.append(shots.mean(axis=0))
        many += len(places)
        if many >= _ENOUGH:
            break
    if not ideal:
        return None, None
    return np.array(ideal, dtype=np.uint8), np.array(seen, dtype=np.float64)
