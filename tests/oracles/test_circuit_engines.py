"""The engines for circuits of any angles, each against density matrices by brute force.

The oracle below is written from the words of `qassay.devices.noise`: Kraus operators and
superoperators on density matrices. It takes from the engines nothing but the schedule.
"""

import itertools
import math

import numpy as np
import pytest

from qassay.applications.catalog import frozen
from qassay.applications.ramp import circuit_of, ideal_probabilities
from qassay.applications.routing import route_of
from qassay.circuits.circuit import Circuit, Gate, native
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated import exact_states, one_layer, state_vectors, wide_circuits
from qassay.devices.simulated.circuit_blocks import Channels
from qassay.devices.simulated.circuit_engine import choose_for, run_circuit
from qassay.devices.simulated.gate_errors import GateErrors
from qassay.devices.simulated.schedule import schedule
from qassay.devices.simulated.state_vectors import StateVectors
from qassay.devices.simulated.strengths import Strengths
from qassay.devices.simulated.trajectories import Layer, ideal_layers

PAULI = [np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])]
I, X, Y, Z = PAULI
MACHINE = """
[machine]
name = "m"
qubits = {qubits}
seed = 5
[durations]
one_qubit_gate = "20 ns"
two_qubit_gate = "60 ns"
[noise]
t1 = {{median = "3 us", spread = 0.3}}
t2 = {{median = "2 us", spread = 0.2}}
one_qubit_error = {{median = 0.02, spread = 0.2}}
two_qubit_error = {{median = 0.06, spread = 0.2}}
one_qubit_overrotation = "0.1 rad"
two_qubit_overrotation = "0.15 rad"
preparation_error = 0.03
crosstalk_error = 0.01
{more}
"""


def machine_of(qubits=4, more=""):
    return read_machine(MACHINE.format(qubits=qubits, more=more).encode(), "m.toml")


def some_circuit(seed, qubits=4, gates=16, kinds=("prx", "prx", "rz", "cz", "zz", "delay")):
    generator = np.random.default_rng(seed)
    made = [
        Gate("prx", (q,), *(float(x) for x in generator.uniform(0.3, 3, 2))) for q in range(qubits)
    ]
    made += [Gate("zz", (q, q + 1), 0.7) for q in range(qubits - 1)]
    for _ in range(gates):
        a, b = (int(q) for q in generator.permutation(qubits)[:2])
        angle, phase = (float(x) for x in generator.uniform(-3, 3, 2))
        made.append(
            {
                "prx": Gate("prx", (a,), angle, phase),
                "rz": Gate("rz", (a,), angle),
                "cz": Gate("cz", (a, b)),
                "zz": Gate("zz", (a, b), angle),
                "delay": Gate("delay", (a,), seconds=1e-7),
            }[kinds[generator.integers(len(kinds))]]
        )
    made += [Gate("prx", (q,), 1.2, 0.4) for q in range(qubits)]
    return Circuit(qubits, tuple(made))


# ---- channels as superoperators: rho_ij -> sum S_(ij)(kl) rho_kl


def superoperator(kraus):
    return sum(np.kron(k, np.conj(k)) for k in kraus)


def rotation(angle, axis):
    return math.cos(angle / 2) * np.eye(len(axis)) - 1j * math.sin(angle / 2) * axis


def relaxation(machine, qubit, seconds):
    t1, t2 = machine.noise.t1[qubit], machine.noise.t2[qubit]
    decay = 1 - math.exp(-seconds / t1)
    flip = (1 - math.exp(-seconds / t2 + seconds / (2 * t1))) / 2
    damping = [np.diag([1, math.sqrt(1 - decay)]), np.array([[0, math.sqrt(decay)], [0, 0]])]
    dephasing = [math.sqrt(1 - flip) * I, math.sqrt(flip) * Z]
    return superoperator(dephasing) @ superoperator(damping)


def both(first, second):
    """Superoperator of two channels side by side."""
    tensor = np.multiply.outer(first.reshape((2,) * 4), second.reshape((2,) * 4))
    return tensor.transpose(0, 4, 1, 5, 2, 6, 3, 7).reshape(16, 16)


def filled_up(channel, error):
    """Depolarize until the average infidelity is `error`."""
    d = math.isqrt(len(channel))
    process = np.trace(channel).real / d**2
    now = (d * process + 1) / (d + 1)
    keep = (1 - error - 1 / d) / (now - 1 / d)
    mixed = np.outer(np.eye(d).ravel(), np.eye(d).ravel()) / d
    return (keep * np.eye(d * d) + (1 - keep) * mixed) @ channel


def noisy_pulse(machine, qubit, angle, phase):
    axis = math.cos(phase) * X + math.sin(phase) * Y
    angle = math.remainder(angle, 2 * math.pi)  # the shorter way round
    over = 1 + machine.noise.one_qubit_overrotation[qubit] / (math.pi / 2)
    rest = relaxation(machine, qubit, machine.description.durations.one_qubit_gate)
    lost = filled_up(rest, machine.noise.one_qubit_error[qubit])
    return lost @ superoperator([rotation(angle * over, axis)])


def noisy_cz(machine, pair, neighbours):
    place = machine.pair_places((pair,))[0]
    seconds = machine.description.durations.two_qubit_gate
    rest = both(*(relaxation(machine, q, seconds) for q in pair))
    error = machine.noise.two_qubit_error[place] + neighbours * machine.noise.crosstalk_error[place]
    over = rotation(machine.noise.two_qubit_overrotation[place], np.kron(Z, Z))
    return filled_up(rest, error) @ superoperator([over @ np.diag([1, 1, 1, -1])])


class Density:
    """A density matrix of n qubits, a tensor of 2n axes."""

    def __init__(self, machine, qubits):
        self.qubits = qubits
        rho = np.ones((1, 1))
        for p in machine.noise.preparation_error[:qubits]:
            rho = np.kron(rho, np.diag([1 - p, p]))
        self.rho = rho.reshape((2,) * (2 * qubits)).astype(complex)

    def apply(self, channel, on):
        k = len(on)
        axes = [*on, *(self.qubits + q for q in on)]
        tensor = channel.reshape((2,) * (4 * k))
        moved = np.tensordot(tensor, self.rho, (list(range(2 * k, 4 * k)), axes))
        self.rho = np.moveaxis(moved, range(2 * k), axes)

    def chances(self):
        n = self.qubits
        return np.einsum(self.rho, [*range(n), *range(n)], list(range(n))).real


def played(machine, circuit, pulse, meeting, wait):
    """Play a schedule with given channels."""
    state = Density(machine, circuit.qubits)
    for entry in schedule(circuit, machine):
        gate = entry.gate
        for qubit, seconds in zip(gate.qubits, entry.waits, strict=True):
            state.apply(wait(qubit, seconds), (qubit,))
        if gate.kind == "prx":
            state.apply(pulse(gate.qubits[0], gate.angle, gate.phase), gate.qubits)
        elif gate.kind == "rz":
            state.apply(superoperator([rotation(gate.angle, Z)]), gate.qubits)
        elif gate.kind == "delay":
            state.apply(wait(gate.qubits[0], gate.seconds), gate.qubits)
        else:
            state.apply(meeting(gate, entry.neighbours), gate.qubits)
    return state.chances()


def exact_chances(machine, circuit):
    return played(
        machine,
        native(circuit),
        lambda *x: noisy_pulse(machine, *x),
        lambda gate, neighbours: noisy_cz(machine, gate.qubits, neighbours),
        lambda *x: relaxation(machine, *x),
    )


def twirled(noisy, ideal):
    """Ideal gate, then Pauli errors with the chances tr(P E P' ...) of the error channel."""
    error = noisy @ np.linalg.inv(ideal)
    d = math.isqrt(len(error))
    strings = [np.eye(1)]
    for _ in range(d // 2):
        strings = [np.kron(a, b) for a, b in itertools.product(strings, PAULI)]
    found = np.zeros_like(error)
    for string in strings:
        own = np.kron(string, np.conj(string))
        found = found + np.trace(own.conj().T @ error).real / d**2 * own
    return found @ ideal


def twirled_chances(machine, circuit):
    def pulse(qubit, angle, phase):
        axis = math.cos(phase) * X + math.sin(phase) * Y
        ideal = superoperator([rotation(angle, axis)])
        return twirled(noisy_pulse(machine, qubit, angle, phase), ideal)

    def meeting(gate, neighbours):
        if gate.kind == "cz":
            ideal = superoperator([np.diag([1, 1, 1, -1])])
            return twirled(noisy_cz(machine, gate.qubits, neighbours), ideal)
        first, second = gate.qubits
        meet = noisy_cz(machine, gate.qubits, neighbours)
        rest = relaxation(machine, first, machine.description.durations.one_qubit_gate)
        whole = np.eye(16)
        for step in (
            (np.pi / 2, 3 * np.pi / 2),
            None,
            (gate.angle, np.pi),
            None,
            (np.pi / 2, np.pi / 2),
        ):
            now = meet if step is None else both(rest, noisy_pulse(machine, second, *step))
            whole = now @ whole
        return twirled(whole, superoperator([rotation(gate.angle, np.kron(Z, Z))]))

    def wait(qubit, seconds):
        return twirled(relaxation(machine, qubit, seconds), np.eye(4))

    return played(machine, circuit, pulse, meeting, wait)


@pytest.mark.parametrize("seed", range(4))
def test_whole_pauli_vectors_are_exact(seed):
    machine, circuit = machine_of(), some_circuit(seed)
    channels = Channels(Strengths.of(machine, 0.0))
    state = exact_states.evolved(range(4), schedule(native(circuit), machine), channels)
    found = state.probabilities()
    assert np.abs(found - exact_chances(machine, circuit)).max() < 1e-12


def agrees(bits, chances):
    """Compare drawn bits with chances of all strings."""
    shots, qubits = bits.shape
    number = bits @ (1 << np.arange(qubits)[::-1])
    seen = np.bincount(number, minlength=2**qubits) / shots
    expected = chances.ravel()
    # 16 strings beyond 5.6 standard errors (of a binomial, at least of 5 counts): 4e-7.
    error = np.sqrt(np.maximum(expected * (1 - expected), 5 / shots) / shots)
    return np.abs((seen - expected) / error).max() < 5.6


def ways(machine, circuit):
    """All ways: qubit by qubit only for a circuit that has one layer of couplings."""
    timed = schedule(circuit, machine)
    qubits = tuple(range(circuit.qubits))
    layers = ideal_layers(qubits, timed)
    found = {
        "state vectors": wide_circuits.WideWay(qubits, timed, 1.0),
        "matrix products": wide_circuits.WideWay(qubits, timed, 1.0, line=(2, 0, 3, 1), bond=4),
    }
    if len(layers) == 2:
        steps = one_layer.eliminations_of(tuple(layers[1].couplings), circuit.qubits)
        found["qubit by qubit"] = wide_circuits.WideWay(qubits, timed, 1.0, steps)
    return found


def one_layer_circuit(seed, qubits=4):
    """Pulses, one layer of couplings of all kinds, pulses."""
    generator = np.random.default_rng(seed)
    made = [
        Gate("prx", (q,), *(float(x) for x in generator.uniform(0.3, 3, 2))) for q in range(qubits)
    ]
    for a, b in itertools.combinations(range(qubits), 2):
        angle = float(generator.uniform(-2, 2))
        made.append(Gate("cz", (b, a)) if (a + b) % 3 == 1 else Gate("zz", (a, b), angle))
        made += [Gate("rz", (a,), angle), Gate("delay", (b,), seconds=1e-7)]
    made += [
        Gate("prx", (q,), *(float(x) for x in generator.uniform(0.3, 3, 2))) for q in range(qubits)
    ]
    return Circuit(qubits, tuple(made))


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("make", [some_circuit, one_layer_circuit])
def test_trajectories_have_the_twirled_noise(make, seed):
    machine, circuit, shots = machine_of(), make(seed), 3000
    errors = GateErrors.of(Strengths.of(machine, 0.0))
    expected = twirled_chances(machine, circuit)
    found = ways(machine, circuit)
    assert "qubit by qubit" in found or make is some_circuit
    for number, how in enumerate(found.values()):
        bits = np.zeros((shots, 4), dtype=np.uint8)
        wide_circuits.sample_wide(how, errors, shots, bits, np.random.default_rng([seed, number]))
        assert agrees(bits, expected)


@pytest.mark.parametrize("seed", range(3))
def test_clifford_groups_have_the_twirled_noise(seed):
    generator = np.random.default_rng(seed)
    made = []
    for _ in range(12):
        a, b = (int(q) for q in generator.permutation(4)[:2])
        turn, phase = (float(x) * np.pi / 2 for x in generator.integers(0, 4, 2))
        made += [Gate("prx", (a,), turn, phase), Gate("rz", (b,), turn), Gate("cz", (a, b))]
    made += [Gate("cz", (q, q + 1)) for q in range(3)]
    circuit, machine, shots = Circuit(4, tuple(made)), machine_of(), 20_000
    from qassay.devices.simulated import circuit_clifford

    errors = GateErrors.of(Strengths.of(machine, 0.0))
    bits = np.zeros((shots, 4), dtype=np.uint8)
    timed = schedule(circuit, machine)
    circuit_clifford.sample_clifford(
        range(4), timed, errors, shots, bits, np.random.default_rng(seed)
    )
    assert agrees(bits, twirled_chances(machine, circuit))


@pytest.mark.parametrize("seed", range(3))
def test_amplitudes_without_noise_are_those_of_qiskit(seed):
    quantum = pytest.importorskip("qiskit.quantum_info")
    from qiskit import QuantumCircuit

    perfect = read_machine(b'[machine]\nname = "m"\nqubits = 9\n', "m.toml")
    for make in (some_circuit, one_layer_circuit):
        circuit = make(seed, qubits=9)
        layers = ideal_layers(range(9), schedule(circuit, perfect))
        theirs = QuantumCircuit(9)
        for gate in circuit.gates:
            match gate.kind:
                case "prx":
                    theirs.r(gate.angle, gate.phase, gate.qubits[0])
                case "rz":
                    theirs.rz(gate.angle, gate.qubits[0])
                case "cz":
                    theirs.cz(*gate.qubits)
                case "zz":
                    theirs.rzz(gate.angle, *gate.qubits)
        expected = quantum.Statevector(theirs).data
        ours = StateVectors(layers).after_last_gates(0)
        assert abs(np.vdot(expected, ours)) == pytest.approx(1, abs=1e-5)
        if make is one_layer_circuit:
            bits, amplitudes = drawn_qubit_by_qubit(layers, 500)
            drawn = expected[bits @ (1 << np.arange(9))]
            assert abs(np.vdot(drawn, amplitudes)) == pytest.approx(np.vdot(drawn, drawn).real)
            assert np.abs(amplitudes) == pytest.approx(np.abs(drawn), rel=1e-4)


@pytest.mark.parametrize("depth", [1, 3])
def test_single_precision_is_enough_for_an_application(depth):
    """16 contacts, densely coupled: chances are those of double precision to 2e-5.

    Between some 10^4 counts nothing below 1e-3 can be seen.
    """
    ising = frozen("docking-clique", "tace-as/16").ising
    perfect = read_machine(b'[machine]\nname = "m"\nqubits = 16\n', "m.toml")
    route = route_of(ising, perfect.description)
    circuit = circuit_of(ising, depth, route, 16)
    chances = ideal_probabilities(ising, depth)
    layers = ideal_layers(range(16), schedule(circuit, perfect))
    vector = StateVectors(layers).after_last_gates(0)
    assert np.abs(np.abs(vector) ** 2 / chances.max() - chances / chances.max()).max() < 2e-5
    if depth == 1:
        bits, amplitudes = drawn_qubit_by_qubit(layers, 400)
        drawn = chances[bits @ (1 << np.arange(16))]
        assert np.abs(np.abs(amplitudes) ** 2 / drawn - 1).max() < 1e-3
        assert np.median(np.abs(np.abs(amplitudes) ** 2 / drawn - 1)) < 2e-5


def test_shots_with_and_without_company_have_the_same_chances():
    """A trajectory of one shot is measured before its last gates, one of many behind them."""
    circuit = some_circuit(7)
    perfect = read_machine(b'[machine]\nname = "m"\nqubits = 4\n', "m.toml")
    expected = exact_chances_without_noise(perfect, native(circuit))
    layers = ideal_layers(range(4), schedule(circuit, perfect))
    alone = [
        Layer(
            *(np.repeat(x, 3000, axis=0) for x in (layer.turns, layer.gates)),
            layer.turned,
            {pair: np.repeat(x, 3000) for pair, x in layer.couplings.items()},
        )
        for layer in layers
    ]
    generator = np.random.default_rng(3)
    for own, rows in ((layers, np.zeros(3000, dtype=np.intp)), (alone, np.arange(3000))):
        assert agrees(state_vectors.sample_all(own, rows, generator), expected)


def drawn_qubit_by_qubit(layers, shots):
    edges, qubits = tuple(layers[1].couplings), layers[1].turns.shape[1]
    steps = one_layer.eliminations_of(edges, qubits)
    rows = np.zeros(shots, dtype=np.intp)
    return one_layer.sample_one_layer(steps, layers, rows, np.random.default_rng(4))


def leaking_chances(circuit, rate):
    """Chances of all strings where cz gates leak and nothing else is wrong: all histories."""
    perfect = read_machine(b'[machine]\nname = "m"\nqubits = 4\n', "m.toml")
    total = np.zeros((2,) * 4)

    def walk(place, kept, gone, chance):
        if chance < 1e-12:
            return
        while place < len(circuit.gates):
            gate = circuit.gates[place]
            place += 1
            if gone & set(gate.qubits):
                continue
            kept = [*kept, gate]
            if gate.kind == "cz":
                for qubit in gate.qubits:
                    walk(place, kept, gone | {qubit}, chance * rate / 2)
                chance *= 1 - rate
        found = exact_chances_without_noise(perfect, Circuit(4, tuple(kept)))
        for qubit in gone:  # whatever it is, it is read as 1
            summed = found.sum(axis=qubit, keepdims=True)
            found = np.concatenate([0 * summed, summed], axis=qubit)
        total[...] += chance * found

    walk(0, [], frozenset(), 1.0)
    return total


def exact_chances_without_noise(perfect, circuit):
    return played(
        perfect,
        circuit,
        lambda _, angle, phase: superoperator(
            [rotation(angle, math.cos(phase) * X + math.sin(phase) * Y)]
        ),
        lambda *_: superoperator([np.diag([1, 1, 1, -1])]),
        lambda *_: np.eye(4),
    )


@pytest.mark.parametrize("turn", [1.1, np.pi / 2])
def test_leakage_is_the_same_in_every_engine(turn):
    from qassay.devices.simulated import circuit_clifford

    text = b'[machine]\nname = "m"\nqubits = 4\n[noise]\nleakage = 0.2\n'
    machine, shots = read_machine(text, "m.toml"), 4000
    meet = tuple(Gate("cz", pair) for pair in ((0, 1), (1, 2), (2, 3), (0, 3)))
    layer = tuple(Gate("prx", (q,), turn, q * np.pi / 2) for q in range(4))
    circuit = Circuit(4, (*layer, *meet, *layer))
    expected = leaking_chances(circuit, 0.2)
    timed, qubits = schedule(circuit, machine), tuple(range(4))
    strengths = Strengths.of(machine, 0.0)
    errors = GateErrors.of(strengths)
    engines = [
        lambda *x: exact_states.sample_exactly(qubits, timed, errors.channels, *x),
        *(
            lambda *x, h=how: wide_circuits.sample_wide(h, errors, *x)
            for how in ways(machine, circuit).values()
        ),
    ]
    if turn != 1.1:
        engines.append(lambda *x: circuit_clifford.sample_clifford(qubits, timed, errors, *x))
    for number, engine in enumerate(engines):
        bits = np.zeros((shots, 4), dtype=np.uint8)
        engine(shots, bits, np.random.default_rng(number))
        assert agrees(bits, expected)
    # Blocks of two, in a circuit of their own.
    circuit = Circuit(4, (*layer, meet[0], meet[2], *layer, meet[0], *layer))
    choice = choose_for(circuit, machine, shots)
    assert choice.engines == ("blocks",)
    bits, _ = run_circuit(choice, errors, shots, np.random.default_rng(9))
    assert agrees(bits, leaking_chances(circuit, 0.2))


def test_the_schedule_of_layers_is_that_of_the_engine_of_families():
    """Pairs by the engine of families (which has its own oracle) and as whole Pauli vectors."""
    from qassay.circuits.family import CircuitFamily, Delay, Pulses
    from qassay.devices.simulated import layered, product_engine
    from qassay.devices.simulated.blocks import split

    generator = np.random.default_rng(8)
    codes = [generator.integers(0, 7, (3, 4, 4), dtype=np.uint8) for _ in range(3)]
    active = np.array([[True, False], [True, True], [False, True]])
    family = CircuitFamily(
        4,
        3,
        (
            Pulses(codes[0], ((0, 1), (2, 3)), active),
            Delay(2e-7),
            Pulses(codes[1]),
            Pulses(codes[2], ((2, 3),)),
        ),
    )
    machine = machine_of()
    strengths = Strengths.of(machine, 0.0)
    expected = product_engine.outcome_probabilities(family, strengths, split(family))
    for index in range(3):
        timed = list(layered.layered_schedule(family, index, strengths))
        state = exact_states.evolved(range(4), timed, Channels(strengths)).probabilities()
        assert np.allclose(state.sum(axis=(2, 3)), expected.pairs[:, :, 0, index], atol=1e-12)
        assert np.allclose(state.sum(axis=(0, 1)), expected.pairs[:, :, 1, index], atol=1e-12)
