"""Sampled diagonalisation: strings -> subspace -> energy, beside its information-free control.

As in quantum-selected configuration interaction (Kanno et al., arXiv:2302.11320; Robledo-Moreno
et al., Sci. Adv. 11, eadu9991 (2025)): only answers with the right number of electrons of each
spin are kept, the d most frequent strings of either spin span a subspace of d^2 determinants, and
an ordinary computer diagonalises H there. Nothing is recovered or repaired. Hartree-Fock's string
is known without a machine, and always the first; where fewer than d strings were seen, the rest
are drawn by lot. So are all d - 1 others of the control: the size is the same to the determinant.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.applications.fragments.ansatz import ideal_state
from qassay.applications.fragments.molecule import (
    MILLI,
    Bits,
    Floats,
    Fragment,
    hamiltonian,
    lowest_eigenvalue,
    strings_of,
)
from qassay.randomness import Stream
from qassay.statistics.batch_means import batch_mean_estimate

LEVEL: Final = 0.95
LOTS: Final = 20  # subspaces of random strings a batch
_DIGITS: Final = 6  # of a millihartree that are written down
_TIE: Final = 9  # digits beyond which two weights are equal
_WORD: Final = 2.0**64


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean over batches with Student's t interval, 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SampledEnergies:
    """What the counts of a design lead to; energies in millihartree above the exact one.

    Attributes:
        kept: Share of answers with the right numbers of electrons.
        kept_by_chance: The same of uniformly random bits, exact.
        error: Of the machine's strings, a batch.
        random_error: Of random strings at the same size.
        gain: Random less machine, batch by batch: what the machine contributed.
        ideal_error: Of as many strings from a perfect machine.
        drawn: Mean number of strings of a batch that were drawn by lot.
        ranked_error: Of the d strings that singles and doubles rank first, classically.
        hartree_fock_error: Of Hartree-Fock.
        determinants: Size of every subspace, d^2.
        all_determinants: Of the whole space.
    """

    kept: Mean
    kept_by_chance: float
    error: Mean
    random_error: Mean
    gain: Mean
    ideal_error: Mean
    drawn: float
    ranked_error: float
    hartree_fock_error: float
    determinants: int
    all_determinants: int

    def as_json(self) -> dict[str, Any]:
        """Give the result as plain JSON values."""
        return asdict(self)


def energies_of(fragment: Fragment, bits: Bits, lots: Bits) -> SampledEnergies:
    """Turn measured strings into energies.

    Args:
        fragment: What was run.
        bits: Of the spin orbitals, pads taken off, shape (batches, shots, 2 m).
        lots: Secret bytes of each batch, by which ties and the control are drawn, shape
            (batches, bytes).
    """
    strings = strings_of(fragment.orbitals, fragment.electrons)
    space = Space(fragment)
    size = fragment.orbitals
    table = np.full(1 << size, -1, dtype=np.intp)
    table[_numbers(strings)] = np.arange(len(strings))
    alpha, beta = table[_numbers(bits[..., :size])], table[_numbers(bits[..., size:])]
    right = (alpha >= 0) & (beta >= 0)
    weights = np.abs(ideal_state(fragment, np.array(fragment.turns))) ** 2
    errors, controls, perfect, drawn = [], [], [], []
    for batch, own in enumerate(lots):
        stream = Stream(hashlib.sha256(own.tobytes()).digest(), "fragment")
        seen = np.concatenate([alpha[batch][right[batch]], beta[batch][right[batch]]])
        counts = np.bincount(seen, minlength=len(strings))
        drawn_lots = [stream.child(f"lot-{lot}") for lot in range(LOTS)]
        ties = drawn_lots[0].child("ties")
        errors.append(space.error(chosen(counts, fragment.strings, ties)))
        drawn.append(fragment.strings - np.count_nonzero(np.append(1, counts[1:])))
        nothing = np.zeros_like(counts)
        controls.append(
            np.mean([space.error(chosen(nothing, fragment.strings, lot)) for lot in drawn_lots])
        )
        even = stream.child("perfect")
        ideal = _sampled(weights, bits.shape[1], even)
        perfect.append(space.error(chosen(ideal, fragment.strings, even.child("ties"))))
    machine, control = np.array(errors), np.array(controls)
    return SampledEnergies(
        kept=_mean(right.mean(axis=1)),
        kept_by_chance=len(strings) ** 2 / 4.0**size,
        error=_mean(machine),
        random_error=_mean(control),
        gain=_mean(control - machine),
        ideal_error=_mean(np.array(perfect)),
        drawn=float(np.maximum(drawn, 0).mean()),
        ranked_error=round(space.error(ranked(fragment, space.energies)), _DIGITS),
        hartree_fock_error=round(MILLI * (float(space.energies[0, 0]) - space.exact), _DIGITS),
        determinants=fragment.strings**2,
        all_determinants=len(strings) ** 2,
    )


class Space:
    """A fragment's Hamiltonian and its exact energy."""

    def __init__(self, fragment: Fragment) -> None:
        self.energies = hamiltonian(fragment)
        self.exact = lowest_eigenvalue(self.energies)

    def error(self, strings: npt.NDArray[np.intp]) -> float:
        """Diagonalise in all pairs of some strings: millihartree above exact."""
        count = int(np.sqrt(len(self.energies)))
        rows = (strings[:, None] * count + strings[None]).ravel()
        return MILLI * (lowest_eigenvalue(self.energies[np.ix_(rows, rows)]) - self.exact)


def chosen(counts: npt.NDArray[np.intp], strings: int, lot: Stream) -> npt.NDArray[np.intp]:
    """Choose the strings of a subspace: Hartree-Fock's, then the most frequent, ties by lot."""
    order = np.lexsort((lot.permutation(counts.size), -counts))
    return np.concatenate([np.zeros(1, np.intp), order[order != 0][: strings - 1]])


def ranked(fragment: Fragment, energies: Floats) -> npt.NDArray[np.intp]:
    """Rank strings as an ordinary computer would: by weight in singles and doubles."""
    strings = strings_of(fragment.orbitals, fragment.electrons)
    moved = fragment.electrons - strings[:, : fragment.electrons].sum(axis=1, dtype=np.intp)
    near = np.flatnonzero((moved[:, None] + moved[None]).ravel() <= 2)
    vector = np.linalg.eigh(energies[np.ix_(near, near)])[1][:, 0]
    weights = np.zeros(len(energies))
    weights[near] = vector**2
    square = weights.reshape(len(strings), -1)
    total = np.round(square.sum(axis=0) + square.sum(axis=1), _TIE)
    order = np.lexsort((np.arange(total.size), -total))
    return np.concatenate([np.zeros(1, np.intp), order[order != 0][: fragment.strings - 1]])


def _sampled(weights: Floats, shots: int, stream: Stream) -> npt.NDArray[np.intp]:
    """Draw determinants and count the strings of both spins."""
    words = stream.take(8 * shots).view("<u8").astype(np.float64) / _WORD
    edges = np.cumsum(weights.ravel())
    found = np.minimum(np.searchsorted(edges, words * edges[-1], side="right"), edges.size - 1)
    return np.bincount(np.concatenate(np.divmod(found, len(weights))), minlength=len(weights))


def _numbers(bits: Bits) -> npt.NDArray[np.intp]:
    return np.asarray(bits.astype(np.intp) @ (1 << np.arange(bits.shape[-1])))


def _mean(values: Floats) -> Mean:
    found = batch_mean_estimate(values, level=LEVEL)
    return Mean(
        value=round(found.value, _DIGITS),
        low=round(found.low, _DIGITS),
        high=round(found.high, _DIGITS),
    )
