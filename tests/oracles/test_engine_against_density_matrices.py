"""The exact engine against density matrices and Kraus operators.

The small simulator below is written from the words of `qassay.devices.noise` alone and
shares no formula with the engine that it checks.
"""

import itertools

import numpy as np
import pytest

from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.devices import answer_key
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.blocks import split
from qassay.devices.simulated.product_engine import outcome_probabilities
from qassay.devices.simulated.strengths import Strengths

X = np.array([[0, 1], [1, 0]], dtype=complex)
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1.0 + 0j, -1.0])
ANGLES = [0, np.pi / 2, np.pi / 2, np.pi / 2, np.pi / 2, np.pi, np.pi]
PHASES = [0, 0, np.pi / 2, np.pi, 3 * np.pi / 2, 0, np.pi / 2]


def pulse(angle, phase):
    axis = np.cos(phase) * X + np.sin(phase) * Y
    return np.cos(angle / 2) * np.eye(2) - 1j * np.sin(angle / 2) * axis


def relaxation(t1, t2, seconds):
    """Amplitude damping, then pure dephasing."""
    decay = 1 - np.exp(-seconds / t1)
    damping = [np.diag([1, np.sqrt(1 - decay)]), np.array([[0, np.sqrt(decay)], [0, 0]])]
    pure = np.exp(-seconds / t2 + seconds / (2 * t1))
    flip = (1 - pure) / 2
    dephasing = [np.sqrt(1 - flip) * np.eye(2), np.sqrt(flip) * Z]
    return [b @ a for a in damping for b in dephasing]


def depolarization(keep, qubits):
    """rho -> keep rho + (1 - keep) 1/d: beside the identity, all Paulis with one weight."""
    paulis = [np.eye(2), X, Y, Z]
    if qubits == 2:
        paulis = [np.kron(a, b) for a in paulis for b in paulis]
    rest = (1 - keep) / len(paulis)
    return [np.sqrt(rest + (keep if n == 0 else 0)) * p for n, p in enumerate(paulis)]


def fidelity(kraus):
    """Average fidelity of a channel with the identity."""
    d = len(kraus[0])
    return (sum(abs(np.trace(k)) ** 2 for k in kraus) + d) / (d * d + d)


def depolarization_up_to(error, kraus):
    """What is missing to an average infidelity; averages are linear in the channel."""
    d = len(kraus[0])
    keep = (1 - error - 1 / d) / (fidelity(kraus) - 1 / d)
    return depolarization(keep, {2: 1, 4: 2}[d])


def chain(*channels):
    """Compose channels, the first one first."""
    whole = [np.eye(len(channels[0][0]))]
    for channel in channels:
        whole = [b @ a for a in whole for b in channel]
    return whole


def pulse_noise(machine, qubit, code):
    noise, seconds = machine.noise, machine.description.durations.one_qubit_gate
    relax = relaxation(noise.t1[qubit], noise.t2[qubit], seconds)
    if code == 0:
        return [relax]
    over = ANGLES[code] / (np.pi / 2) * noise.one_qubit_overrotation[qubit]
    rest = depolarization_up_to(noise.one_qubit_error[qubit], relax)
    return [[pulse(over, PHASES[code])], relax, rest]


def gate_noise(machine, pair, neighbours):
    noise, seconds = machine.noise, machine.description.durations.two_qubit_gate
    place = machine.pair_places((pair,))[0]
    phi = noise.two_qubit_overrotation[place]
    sides = [relaxation(noise.t1[q], noise.t2[q], seconds) for q in pair]
    relax = [np.kron(a, b) for a in sides[0] for b in sides[1]]
    error = noise.two_qubit_error[place] + neighbours * noise.crosstalk_error[place]
    zz = np.diag(np.exp(-0.5j * phi * np.array([1, -1, -1, 1])))
    return [[zz], relax, depolarization_up_to(error, relax)]


class DensityMatrix:
    """State of n qubits, and which of them have leaked."""

    def __init__(self, machine, qubits, detuning):
        self.machine, self.noise = machine, machine.noise
        self.times, self.qubits, self.detuning = machine.description.durations, qubits, detuning
        self.leaked = set()
        rho = np.ones((1, 1), dtype=complex)
        for p in machine.noise.preparation_error[:qubits]:
            rho = np.kron(rho, np.diag([1 - p, p]))
        self.rho = rho.reshape((2,) * (2 * qubits))

    def apply(self, kraus, qubits):
        k, n = len(qubits), self.qubits
        bras = [n + q for q in qubits]
        total = np.zeros_like(self.rho)
        for operator in kraus:
            tensor = np.asarray(operator, dtype=complex).reshape((2,) * (2 * k))
            inner = list(range(k, 2 * k))
            left = np.moveaxis(np.tensordot(tensor, self.rho, (inner, qubits)), range(k), qubits)
            both = np.tensordot(tensor.conj(), left, (inner, bras))
            total += np.moveaxis(both, range(k), bras)
        self.rho = total

    def relax(self, qubit, seconds):
        if qubit not in self.leaked:
            kraus = relaxation(self.noise.t1[qubit], self.noise.t2[qubit], seconds)
            self.apply(kraus, [qubit])

    def play(self, code, qubit):
        if qubit not in self.leaked:
            self.apply([pulse(ANGLES[code], PHASES[code])], [qubit])
            for channel in pulse_noise(self.machine, qubit, code):
                self.apply(channel, [qubit])

    def entangle(self, pair, neighbours):
        if self.leaked & set(pair):
            for q in pair:
                self.relax(q, self.times.two_qubit_gate)
            return
        self.apply([np.diag([1, 1, 1, -1])], list(pair))
        for channel in gate_noise(self.machine, pair, neighbours):
            self.apply(channel, list(pair))

    def wait(self, seconds):
        for q in set(range(self.qubits)) - self.leaked:
            angle = self.detuning[q] * seconds
            self.apply([np.diag(np.exp([-0.5j * angle, 0.5j * angle]))], [q])
            self.relax(q, seconds)

    def leak(self, qubit):
        """Put the qubit where the readout sees a 1, and leave it there."""
        self.apply([np.array([[0, 0], [1, 0]]), np.array([[0, 0], [0, 1]])], [qubit])
        self.leaked.add(qubit)


def neighbours_of(machine, pair, others):
    """Count the pairs that a coupling (all-to-all: the line) joins to this one."""
    described = machine.description
    coupled = {frozenset(coupling) for coupling in described.couplings}
    if described.connectivity == "all-to-all":
        coupled = {frozenset((q, q + 1)) for q in range(described.qubits)}
    return sum(any(frozenset((a, b)) in coupled for a in pair for b in other) for other in others)


def play_circuit(machine, family, index, detuning, leaks):
    """Play one circuit in which given gates leak.

    Args:
        leaks: From the number of a CZ to the side (0, 1) that leaks after it.

    Returns:
        P(bits and these leaks), or None where a lone partner would leak; number of CZ gates.
    """
    state = DensityMatrix(machine, family.qubits, detuning)
    weight, gate = 1.0, 0
    for element in family.elements:
        if isinstance(element, Delay):
            state.wait(element.seconds)
            continue
        mask = [True] * len(element.pairs) if element.active is None else element.active[index]
        active = [pair for pair, there in zip(element.pairs, mask, strict=True) if there]
        for layer in element.codes[index]:
            for q in range(family.qubits):
                state.play(layer[q], q)
            busy = {q for pair in active for q in pair}
            if element.pairs:
                for q in set(range(family.qubits)) - busy:
                    state.relax(q, state.times.two_qubit_gate)
            for pair in active:
                whole = not state.leaked & set(pair)
                others = [other for other in active if other != pair]
                state.entangle(pair, neighbours_of(machine, pair, others))
                lost = machine.noise.leakage[machine.pair_places((pair,))[0]]
                side = leaks.get(gate)
                gate += 1
                if not whole and side is not None:
                    return None, gate
                if whole:
                    weight *= 1 - lost if side is None else lost / 2
                    if side is not None:
                        state.leak(pair[side])
    size = 2**family.qubits
    found = np.real(np.diag(state.rho.reshape(size, size))).reshape((2,) * family.qubits)
    for q in range(family.qubits):
        p01, p10 = machine.noise.readout_p01[q], machine.noise.readout_p10[q]
        read = np.array([[1 - p01, p10], [p01, 1 - p10]])
        found = np.moveaxis(np.tensordot(read, found, axes=(1, q)), 0, q)
    return weight * found, gate


def expected(machine, family, index, detuning):
    """Exact P(bits), shape (2,) * qubits, summed over all ways to leak."""
    found, gates = play_circuit(machine, family, index, detuning, {})
    if not machine.noise.leakage.any():
        return found
    total = np.zeros_like(found)
    for way in itertools.product((None, 0, 1), repeat=gates):
        leaks = {gate: side for gate, side in enumerate(way) if side is not None}
        part, _ = play_circuit(machine, family, index, detuning, leaks)
        total += 0 if part is None else part
    return total


BAD = """
[machine]
name = "bad"
qubits = {qubits}
connectivity = {connectivity}
seed = 3
[durations]
one_qubit_gate = "1 ms"
two_qubit_gate = "5 ms"
[noise]
t1 = {{median = "100 ms", spread = 0.3}}
t2 = {{median = "80 ms", spread = 0.3}}
t2_star = "20 ms"
one_qubit_error = {{median = 0.03, spread = 0.2}}
two_qubit_error = {{median = 0.15, spread = 0.2}}
one_qubit_overrotation = {{median = "0.2 rad", spread = 0.5}}
two_qubit_overrotation = {{median = "-0.3 rad", spread = 0.5}}
crosstalk_error = 0.04
readout_p01 = {{median = 0.02, spread = 0.5}}
readout_p10 = {{median = 0.06, spread = 0.5}}
preparation_error = 0.03
leakage = {leakage}
"""
CASES = {
    "one alone": (1, (), '"line"'),
    "a pair": (2, ((0, 1),), '"all-to-all"'),
    "a pair around one": (3, ((0, 2),), "[[0, 2], [1, 2]]"),
    "neighbours in a chain": (4, ((0, 2), (1, 3)), '"all-to-all"'),
    "neighbours on a grid": (4, ((0, 1), (2, 3)), '"grid:2x2"'),
    "pairs far apart": (4, ((0, 1), (2, 3)), "[[2, 3], [0, 1]]"),
}


def machine_of(qubits, connectivity, leakage=0.0):
    text = BAD.format(qubits=qubits, connectivity=connectivity, leakage=leakage)
    return read_machine(text.encode(), "bad.toml")


def random_family(qubits, pairs, codes, seed):
    """All that a family can hold: delays, masks, runs without CZ, pairs in either order."""
    rng = np.random.default_rng(seed)
    size = 3

    def draw(layers):
        return rng.choice(np.array(codes, dtype=np.uint8), (size, layers, qubits))

    elements = (
        Pulses(draw(2)),
        Delay(0.013),
        Pulses(draw(2), pairs, rng.random((size, len(pairs))) < 0.6),
        Delay(0.007),
        Pulses(draw(2), tuple((b, a) for a, b in pairs)),
        Pulses(draw(1)),
    )
    return CircuitFamily(qubits, size, elements)


def joint(machine, family, detuning):
    """Multiply the engine's blocks to the distribution of all bits, circuits last."""
    blocks = split(family)
    found = outcome_probabilities(family, Strengths.of(machine, 0.0), blocks, detuning=detuning)
    parts, names = [], []
    for place, q in enumerate(blocks.singles):
        parts.append(np.stack([1 - found.singles[place], found.singles[place]]))
        names.append("abcdef"[q] + "z")
    for place, (a, b) in enumerate(blocks.pairs):
        parts.append(found.pairs[:, :, place])
        names.append("abcdef"[a] + "abcdef"[b] + "z")
    return np.einsum(",".join(names) + "->" + "abcdef"[: family.qubits] + "z", *parts)


@pytest.mark.parametrize("codes", [(1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)], ids=["quarter", "all"])
@pytest.mark.parametrize("case", CASES)
def test_every_noise_element_is_exact(case, codes):
    qubits, pairs, connectivity = CASES[case]
    machine = machine_of(qubits, connectivity)
    family = random_family(qubits, pairs, codes, seed=len(case))
    detuning = np.random.default_rng(5).normal(scale=40.0, size=(family.size, qubits))
    found = joint(machine, family, detuning)
    for index in range(family.size):
        wanted = expected(machine, family, index, detuning[index])
        np.testing.assert_allclose(found[..., index], wanted, atol=1e-12)


def test_leakage_is_the_sum_over_all_ways_to_leak():
    machine = machine_of(2, '"all-to-all"', leakage=0.2)
    family = random_family(2, ((0, 1),), range(7), seed=9)
    detuning = np.random.default_rng(5).normal(scale=40.0, size=(3, 2))
    found = joint(machine, family, detuning)
    for index in range(family.size):
        wanted = expected(machine, family, index, detuning[index])
        assert wanted.sum() == pytest.approx(1.0)
        np.testing.assert_allclose(found[..., index], wanted, atol=1e-12)


def test_answer_key_gives_the_average_infidelity_of_the_kraus_operators():
    machine = machine_of(5, '"line"', leakage=0.07)
    for qubit, error in enumerate(answer_key.one_qubit_gate_error(machine)):
        for code in (1, 2, 3, 4):
            kraus = chain(*pulse_noise(machine, qubit, code))
            assert error == pytest.approx(1 - fidelity(kraus), abs=1e-12)
    matching = [(0, 1), (2, 3)]
    together = answer_key.two_qubit_gate_error(machine, matching, matching)
    alone = answer_key.two_qubit_gate_error(machine, matching)
    for place, pair in enumerate(matching):
        for errors, neighbours in ((together, 1), (alone, 0)):
            kraus = chain(*gate_noise(machine, pair, neighbours))
            wanted = 1 - 0.93 * fidelity(kraus)
            assert errors[place] == pytest.approx(wanted, abs=1e-12)
