"""A small simulator with density matrices and Kraus operators, written from the words of
`qassay.devices.noise` alone: it shares no formula with the engine that it checks."""

import itertools

import numpy as np

from qassay.circuits.family import Delay

X = np.array([[0, 1], [1, 0]], dtype=complex)
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1.0 + 0j, -1.0])
ANGLES = [0, np.pi / 2, np.pi / 2, np.pi / 2, np.pi / 2, np.pi, np.pi]
PHASES = [0, 0, np.pi / 2, np.pi, 3 * np.pi / 2, 0, np.pi / 2]


def pulse(angle, phase):
    axis = np.cos(phase) * X + np.sin(phase) * Y
    return np.cos(angle / 2) * np.eye(2) - 1j * np.sin(angle / 2) * axis


def relaxation(t1, t2, seconds):
    """Amplitude damping, then pure dephasing, as Kraus operators."""
    decay = 1 - np.exp(-seconds / t1)
    damping = [np.diag([1, np.sqrt(1 - decay)]), np.array([[0, np.sqrt(decay)], [0, 0]])]
    pure = np.exp(-seconds / t2 + seconds / (2 * t1))
    flip = (1 - pure) / 2
    dephasing = [np.sqrt(1 - flip) * np.eye(2), np.sqrt(flip) * Z]
    return [b @ a for a in damping for b in dephasing]


def fidelity(kraus):
    """Average fidelity of a channel with the identity."""
    d = len(kraus[0])
    return (sum(abs(np.trace(k)) ** 2 for k in kraus) + d) / (d * d + d)


class DensityMatrix:
    """State of n qubits, and which of them have leaked."""

    def __init__(self, machine, qubits, detuning):
        self.noise, self.times = machine.noise, machine.description.durations
        self.machine, self.qubits, self.detuning = machine, qubits, detuning
        self.leaked = set()
        self.rho = np.ones((1, 1), dtype=complex)
        for q in range(qubits):
            p = self.noise.preparation_error[q]
            self.rho = np.kron(self.rho, np.diag([1 - p, p]))

    def on(self, operator, qubits):
        """Widen an operator on one or two qubits to all."""
        n = self.qubits
        full = np.zeros((2**n, 2**n), dtype=complex)
        for row, column in itertools.product(range(2**n), repeat=2):
            rest = [q for q in range(n) if q not in qubits]
            if all((row >> n - 1 - q & 1) == (column >> n - 1 - q & 1) for q in rest):
                i = j = 0
                for q in qubits:
                    i, j = 2 * i + (row >> n - 1 - q & 1), 2 * j + (column >> n - 1 - q & 1)
                full[row, column] = operator[i, j]
        return full

    def kraus(self, operators, qubits):
        wide = [self.on(k, qubits) for k in operators]
        self.rho = sum(k @ self.rho @ k.conj().T for k in wide)

    def relax(self, qubit, seconds):
        if qubit not in self.leaked:
            self.kraus(relaxation(self.noise.t1[qubit], self.noise.t2[qubit], seconds), [qubit])

    def depolarize(self, keep, qubits):
        """rho -> keep rho + (1 - keep) (mixed on the qubits): uniform over all Paulis."""
        d = 2 ** len(qubits)
        singles = [np.eye(2), X, Y, Z]
        paulis = singles if d == 2 else [np.kron(a, b) for a in singles for b in singles]
        weights = [keep + (1 - keep) / d**2] + [(1 - keep) / d**2] * (d**2 - 1)
        self.kraus([np.sqrt(w) * p for w, p in zip(weights, paulis, strict=True)], qubits)

    def play(self, code, qubit):
        if qubit in self.leaked:
            return
        n, seconds = self.noise, self.times.one_qubit_gate
        if code:
            turns = ANGLES[code] / (np.pi / 2)
            angle = ANGLES[code] + turns * n.one_qubit_overrotation[qubit]
            self.kraus([pulse(angle, PHASES[code])], [qubit])
        self.relax(qubit, seconds)
        if code:
            whole = fidelity(relaxation(n.t1[qubit], n.t2[qubit], seconds))
            self.depolarize((1 - n.one_qubit_error[qubit] - 0.5) / (whole - 0.5), [qubit])

    def entangle(self, pair, neighbours):
        n, seconds = self.noise, self.times.two_qubit_gate
        if self.leaked & set(pair):
            for q in pair:
                self.relax(q, seconds)
            return
        place = self.machine.pair_places((pair,))[0]
        phi = n.two_qubit_overrotation[place]
        gate = np.diag([1, 1, 1, -1]) * np.exp(-0.5j * phi * np.array([1, -1, -1, 1]))
        self.kraus([gate], list(pair))
        for q in pair:
            self.relax(q, seconds)
        sides = [relaxation(n.t1[q], n.t2[q], seconds) for q in pair]
        whole = fidelity([np.kron(a, b) for a in sides[0] for b in sides[1]])
        error = n.two_qubit_error[place] + neighbours * n.crosstalk_error[place]
        self.depolarize((1 - error - 0.25) / (whole - 0.25), list(pair))

    def wait(self, seconds):
        for q in set(range(self.qubits)) - self.leaked:
            angle = self.detuning[q] * seconds
            self.kraus([np.diag(np.exp([-0.5j * angle, 0.5j * angle]))], [q])
            self.relax(q, seconds)

    def leak(self, qubit):
        """Put the qubit where the readout sees a 1, and leave it there."""
        self.kraus([np.array([[0, 0], [1, 0]]), np.array([[0, 0], [0, 1]])], [qubit])
        self.leaked.add(qubit)


def neighbours_of(machine, pair, others):
    """Count the pairs that a coupling (or, all-to-all, the line) joins to this one."""
    d = machine.description
    if d.connectivity == "all-to-all":
        coupled = {frozenset((q, q + 1)) for q in range(d.qubits)}
    else:
        coupled = {frozenset(c) for c in d.couplings}
    return sum(any(frozenset((a, b)) in coupled for a in pair for b in o) for o in others)


def run(machine, family, index, detuning, leaks):
    """Play one circuit, with given (gate number, qubit) leaks; return P(bits) with readout."""
    state = DensityMatrix(machine, family.qubits, detuning)
    weight, gate = 1.0, 0
    for element in family.elements:
        if isinstance(element, Delay):
            state.wait(element.seconds)
            continue
        mask = np.ones(len(element.pairs), bool)
        if element.active is not None:
            mask = element.active[index]
        active = [p for p, there in zip(element.pairs, mask, strict=True) if there]
        for layer in element.codes[index]:
            for q in range(family.qubits):
                state.play(layer[q], q)
            if element.pairs:
                busy = {q for p in active for q in p}
                for q in set(range(family.qubits)) - busy:
                    state.relax(q, state.times.two_qubit_gate)
            for pair in active:
                whole = not state.leaked & set(pair)
                others = [p for p in active if p != pair]
                state.entangle(pair, neighbours_of(machine, pair, others))
                lost = machine.noise.leakage[machine.pair_places((pair,))[0]]
                gone = leaks.get(gate)
                gate += 1
                if whole and gone is None:
                    weight *= 1 - lost
                elif whole:
                    weight *= lost / 2
                    state.leak(pair[gone])
                elif gone is not None:
                    return None, gate
    found = np.real(np.diag(state.rho)).reshape((2,) * family.qubits)
    for q in range(family.qubits):
        p01, p10 = machine.noise.readout_p01[q], machine.noise.readout_p10[q]
        read = np.array([[1 - p01, p10], [p01, 1 - p10]])
        found = np.moveaxis(np.tensordot(read, found, axes=(1, q)), 0, q)
    return weight * found, gate


def probabilities(machine, family, index, detuning):
    """Exact P(bits) of one circuit, shape (2,) * qubits; sums over all ways to leak."""
    _, gates = run(machine, family, index, detuning, {})
    if not machine.noise.leakage.any():
        return run(machine, family, index, detuning, {})[0]
    ways = itertools.product((None, 0, 1), repeat=gates)
    total = np.zeros((2,) * family.qubits)
    for way in ways:
        leaks = {g: side for g, side in enumerate(way) if side is not None}
        found, _ = run(machine, family, index, detuning, leaks)
        if found is not None:
            total += found
    return total
