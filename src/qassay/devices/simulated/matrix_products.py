"""Trajectories of several diagonal layers on many qubits: matrix products, truncated and checked.

The qubits stand in a line, one tensor each, shape (trajectories, left bond, 2, right bond). All
couplings of one qubit with later ones are a single matrix product operator of bond 2, since they
are controlled by its value: every bond that they cross doubles, and is cut back at once. The cut
keeps the largest eigenvalues of the part's density matrix, which is optimal (Schollwoeck, Annals
of Physics 326, 96 (2011), section 4.5); the sites to the left and to the right of the operator
are orthonormal, so what is cut away is known exactly.

What a cut may do: it projects the state, and the angle between the states before and behind is
arcsin of the root of the weight that is lost. Angles between states obey the triangle inequality,
and gates keep them, so all cuts together turn the state by no more than the sum t of their angles;
the samples are then those of the exact trajectory but for a share sin t at most, since the trace
distance of two pure states is the sine of their angle and bounds the total variation of every
measurement (Nielsen and Chuang, sections 9.2.1 and 9.2.3). Every cut may use what is left of
`MOST_ANGLE`, shared evenly with the cuts to come. Where the widest bond would have to lose more,
the circuit is refused: nothing is cut in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.devices.simulated.trajectories import Layer
from qassay.errors import UnsupportedCircuitError

Edge = tuple[int, int]
Complex = npt.NDArray[np.complex128]
Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint8]

MOST_ANGLE: Final = 1e-3  # one shot in a thousand may differ, at most
WIDEST_BOND: Final = 256
# Complex numbers of one matrix of all trajectories that are treated at once: 4 MiB, near the cache.
_AT_A_TIME: Final = 1 << 18
_STARTS: Final = 24  # of orders that are tried


@dataclass(frozen=True, slots=True)
class Reach:
    """What a trajectory without errors took.

    Attributes:
        bond: Its widest bond.
        cost: Operations, multiplications of complex numbers.
        angle: By which it is turned at most, radians.
    """

    bond: int
    cost: float
    angle: float


@lru_cache(maxsize=64)
def line_of(edges: tuple[Edge, ...], qubits: int) -> tuple[int, ...]:
    """Order the qubits so that few of them have couplings across any cut.

    The best of the given order and of greedy ones, one from each start: the next qubit is the one
    after which the fewest qubits have couplings with those to come.
    """
    beside: list[set[int]] = [set() for _ in range(qubits)]
    for a, b in edges:
        beside[a].add(b)
        beside[b].add(a)
    starts = sorted(range(qubits), key=lambda q: (len(beside[q]), q))[:_STARTS]
    lines = [list(range(qubits)), *(_greedy(beside, start) for start in starts)]
    dear = [sum(4.0**bits for bits in cut_bits(edges, line)) for line in lines]
    return tuple(lines[int(np.argmin(dear))])


def _greedy(beside: Sequence[set[int]], start: int) -> list[int]:
    line: list[int] = []
    waiting: set[int] = set()  # in the line, with couplings to come
    to_come = set(range(len(beside)))
    best = start
    while True:
        line.append(best)
        to_come.discard(best)
        waiting = {q for q in (*waiting, best) if beside[q] & to_come}
        if not to_come:
            return line
        near = {q for other in waiting for q in beside[other]} & to_come or to_come
        found = []
        for q in near:
            rest = to_come - {q}
            still = sum(bool(beside[other] & rest) for other in (*waiting, q))
            found.append((still, len(beside[q] & rest), q))
        best = min(found)[2]


def cut_bits(edges: Iterable[Edge], line: Sequence[int]) -> list[int]:
    """Bits that a diagonal layer adds to each bond at most: qubits of one side that cross it."""
    at = {qubit: place for place, qubit in enumerate(line)}
    terms = [tuple(sorted((at[a], at[b]))) for a, b in edges]
    found = []
    for cut in range(1, len(line)):
        crossing = [(i, j) for i, j in terms if i < cut <= j]
        found.append(min(len({i for i, _ in crossing}), len({j for _, j in crossing})))
    return found


def most_operations(layers: Sequence[Layer], line: Sequence[int]) -> float:
    """Bound the operations of a trajectory of which nothing is cut."""
    count = len(line)
    bits = np.zeros(count - 1)
    total = 0.0
    for layer in layers[1:]:
        bits += cut_bits(layer.couplings, line)
        bits = np.minimum(bits, np.minimum(np.arange(1, count), np.arange(count - 1, 0, -1)))
        total += _cuts(layer, line) * _of_a_cut(2.0 ** (bits.max() + 1))
    return total


def _of_a_cut(size: float) -> float:
    return 3 * size**3 + 2e4  # most of it for the eigenvectors (measured)


def _stars(layer: Layer, line: Sequence[int]) -> dict[int, dict[int, Floats]]:
    """Sort the couplings by their earlier place in the line: {place: {later place: J}}."""
    at = {qubit: place for place, qubit in enumerate(line)}
    stars: dict[int, dict[int, Floats]] = {}
    for (a, b), angle in layer.couplings.items():
        first, last = sorted((at[a], at[b]))
        stars.setdefault(first, {})[last] = angle
    return stars


def _cuts(layer: Layer, line: Sequence[int]) -> int:
    return sum(max(star) - place for place, star in _stars(layer, line).items())


class MatrixProducts:
    """The states of some trajectories.

    Attributes:
        sites: Tensors, shape (trajectories, left, 2, right), in the order of the line.
        angle: By which cuts have turned each state at most, shape (trajectories,).
        bond: The widest bond so far.
        cost: Operations of one trajectory so far.
    """

    def __init__(
        self, layers: Sequence[Layer], line: Sequence[int], widest: int = WIDEST_BOND
    ) -> None:
        """Evolve.

        Args:
            layers: Of the trajectories.
            line: The qubits in order.
            widest: The widest bond that is allowed.

        Raises:
            UnsupportedCircuitError: More than `MOST_ANGLE` would have to be cut.
        """
        self._line, self._widest = list(line), widest
        self.sites: list[Complex] = [layers[0].gates[:, q, None, :, :1].copy() for q in line]
        self.angle: Floats = np.zeros(len(layers[0].turns))
        self._lost: Floats = np.zeros_like(self.angle)
        self.bond, self.cost = 1, 0.0
        self._left = sum(_cuts(layer, line) for layer in layers[1:])
        for number, layer in enumerate(layers[1:], start=1):
            self._where = f"layer {number} of {len(layers) - 1}"
            self._diagonal(layer)
            for place, qubit in enumerate(line):
                gate = layer.gates[:, qubit, None]
                self.sites[place] = np.asarray(gate @ self.sites[place])

    def _diagonal(self, layer: Layer) -> None:
        """Apply a layer, from left to right; then make all but the first site orthonormal."""
        stars = _stars(layer, self._line)
        for place, qubit in enumerate(self._line):
            turn = np.exp(-0.5j * np.multiply.outer(layer.turns[:, qubit], [1, -1]))
            self.sites[place] = self.sites[place] * turn[:, None, :, None]
        for place in range(len(self._line) - 1):
            if place in stars:
                self._star(place, stars[place])
            self._step_right(place)
        for place in range(len(self._line) - 1, 0, -1):
            self._step_left(place)

    def _star(self, centre: int, star: dict[int, Floats]) -> None:
        """Couple a site, the centre, with later ones, and cut the bonds between."""
        last, heart = max(star), self.sites[centre]
        # Left of each bond, for both values of the centre: what the sites there overlap.
        overlap = np.stack([_adjoint(x) @ x for x in (heart[:, :, 0], heart[:, :, 1])], axis=1)
        overlaps = []
        for site in self.sites[centre + 1 : last + 1]:
            overlaps.append(overlap)
            zero, one = site[:, None, :, 0], site[:, None, :, 1]
            overlap = _adjoint(zero) @ overlap @ zero + _adjoint(one) @ overlap @ one
        # Right of each bond, for both values of the centre: what has been cut away from there.
        right = self.sites[last].shape[3]
        rest = np.zeros((1, 2, right, right), dtype=np.complex128) + np.eye(right)
        for place in range(last, centre, -1):
            # Numbered (value of the centre, left, own value, right).
            part = np.repeat(self.sites[place][:, None], 2, axis=1)
            if place in star:
                turn = np.exp(-0.5j * np.multiply.outer(star[place], [[1, -1], [-1, 1]]))
                part *= turn[:, :, None, :, None]
            count, _, left, _, _ = part.shape
            part = (part.reshape(count, 2, 2 * left, -1) @ rest).reshape(count, 2, left, 2, -1)
            right = part.shape[-1]
            flat = part.reshape(count, 2, left, 2 * right)
            whole = (_adjoint(flat) @ overlaps[place - centre - 1] @ flat).sum(axis=1)
            kept = self._cut(whole)
            self.sites[place] = _adjoint(kept).reshape(count, -1, 2, right)
            rest = flat @ kept[:, None]
        self.sites[centre] = np.stack([heart[:, :, s] @ rest[:, s] for s in (0, 1)], axis=2)

    def _cut(self, whole: Complex) -> Complex:
        """Choose what a bond keeps of a density matrix; columns, shape (trajectories, n, kept)."""
        weights, vectors = np.linalg.eigh(whole)
        self.cost += _of_a_cut(weights.shape[1])
        weights = np.maximum(weights, 0.0)
        lost = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
        angles = np.arcsin(np.sqrt(np.minimum(lost, 1.0)))
        allowed = _allowed(self.angle, self._left)
        # As many as may go in every trajectory; and more where the bond would be too wide.
        gone = int((angles <= allowed[:, None]).sum(axis=1).min())
        gone = min(max(gone, weights.shape[1] - self._widest), weights.shape[1] - 1)
        self._left -= 1
        self.bond = max(self.bond, weights.shape[1] - gone)
        if gone:
            self.angle += angles[:, gone - 1]
            self._lost += lost[:, gone - 1]
        if (self.angle > MOST_ANGLE).any():
            self._refuse(int(self.angle.argmax()))
        return np.ascontiguousarray(vectors[:, :, gone:])

    def _refuse(self, worst: int) -> None:
        share = np.sin(min(self.angle[worst], np.pi / 2))
        raise UnsupportedCircuitError(
            f"{len(self._line)} qubits of this circuit hang together, it is no Clifford circuit,"
            f" and in {self._where} of its couplings matrix products of bond {self._widest} have"
            f" lost {self._lost[worst]:.2g} of the state's weight: up to {share:.2g} of the shots"
            f" could differ, and at most {MOST_ANGLE:g} is allowed; take fewer layers, fewer"
            " couplings across the narrowest cut, or at most 24 qubits"
        )

    def _step_right(self, place: int) -> None:
        """Make a site orthonormal from the left; what is left over goes to the next."""
        site = self.sites[place]
        count, left, _, right = site.shape
        unitary, rest = np.linalg.qr(site.reshape(count, 2 * left, right))
        self.sites[place] = unitary.reshape(count, left, 2, -1)
        beyond = self.sites[place + 1]
        self.sites[place + 1] = (rest @ beyond.reshape(count, right, -1)).reshape(
            count, -1, 2, beyond.shape[3]
        )

    def _step_left(self, place: int) -> None:
        """The same from the right."""
        site = self.sites[place]
        count, left, _, right = site.shape
        unitary, rest = np.linalg.qr(_adjoint(site.reshape(count, left, 2 * right)))
        self.sites[place] = _adjoint(unitary).reshape(count, -1, 2, right)
        self.sites[place - 1] = self.sites[place - 1] @ _adjoint(rest)[:, None]

    def sample(self, shots: int, generator: np.random.Generator) -> Bits:
        """Measure all qubits, shape (trajectories, shots, qubits)."""
        count = len(self.angle)
        state = np.ones((count, shots, 1), dtype=np.complex128)
        bits = np.empty((count, shots, len(self._line)), dtype=np.uint8)
        for place, site in zip(self._line, self.sites, strict=True):
            both = state @ site.reshape(count, site.shape[1], -1)
            both = both.reshape(count, shots, 2, -1)
            chance = (both.real**2 + both.imag**2).sum(axis=3)
            one = generator.random((count, shots)) * chance.sum(axis=2) >= chance[:, :, 0]
            bits[:, :, place] = one
            chosen = np.where(one, chance[:, :, 1], chance[:, :, 0])
            state = np.where(one[:, :, None], both[:, :, 1], both[:, :, 0])
            state /= np.sqrt(chosen)[:, :, None]
        return bits


def _allowed(angle: Floats, left: int) -> Floats:
    """Share what may still be cut with the cuts that are left."""
    return np.maximum(MOST_ANGLE - angle, 0.0) / left


def _adjoint(matrices: Complex) -> Complex:
    return matrices.conj().swapaxes(-1, -2)


@dataclass(frozen=True, slots=True)
class _Ideal:
    """Layers without errors, known by their content."""

    content: bytes
    layers: Sequence[Layer]
    line: tuple[int, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ideal) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)


def reach(layers: Sequence[Layer], line: tuple[int, ...]) -> Reach:
    """Evolve a trajectory without errors, to see what one takes.

    Raises:
        UnsupportedCircuitError: More than `MOST_ANGLE` would have to be cut.
    """
    content = repr(line).encode()
    for layer in layers:
        content += layer.turns.tobytes() + layer.gates.tobytes()
        content += b"".join(repr(e).encode() + x.tobytes() for e, x in layer.couplings.items())
    return _reach(_Ideal(content, layers, line))


@lru_cache(maxsize=64)
def _reach(ideal: _Ideal) -> Reach:
    done = MatrixProducts(ideal.layers, ideal.line)
    return Reach(done.bond, done.cost, float(done.angle.max()))


def sample_chain(
    layers: Sequence[Layer],
    line: Sequence[int],
    of_shot: npt.NDArray[np.intp],
    bond: int,
    generator: np.random.Generator,
) -> tuple[Bits, float]:
    """Measure all qubits, once a shot.

    Args:
        layers: Of all trajectories.
        line: The qubits in order.
        of_shot: Trajectory of each shot, shape (shots,).
        bond: A bond to expect, for how many trajectories are treated at once.
        generator: Of the outcomes.

    Returns:
        Bits, shape (shots, qubits), and the largest angle by which cuts turned a trajectory.

    Raises:
        UnsupportedCircuitError: More than `MOST_ANGLE` would have to be cut.
    """
    found = np.empty((of_shot.size, len(line)), dtype=np.uint8)
    counts = np.bincount(of_shot)
    # Trajectories with many shots first: those of a batch have as many as the first.
    queue = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    several, angle = max(1, _AT_A_TIME // (2 * bond) ** 2), 0.0
    while queue.size:
        most = int(counts[queue[0]])
        size = min(several, int((2 * counts[queue] >= most).sum()))
        batch, queue = queue[:size], queue[size:]
        states = MatrixProducts([layer.some(batch) for layer in layers], line)
        bits = states.sample(most, generator)
        angle = max(angle, float(states.angle.max()))
        for own, trajectory in zip(bits, batch.tolist(), strict=True):
            places = np.flatnonzero(of_shot == trajectory)
            found[places] = own[: places.size]
    return found, angle
