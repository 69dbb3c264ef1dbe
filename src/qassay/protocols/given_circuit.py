"""A given circuit: the process fidelity with which a machine runs it, whatever it computes.

Measures: F, the process (entanglement) fidelity of the circuit of a file, without preparation and
readout. Mirror fidelity estimation compares three kinds of circuits by their polarizations:
a, the circuit as it is written, then its inverse randomly compiled; b, the circuit randomly
compiled, then its inverse likewise; c, neither. Then a / sqrt(b c) is the polarization of the
circuit alone, since the compiled one and its inverse enter b twice and a once, and preparation and
readout enter all three. F = 1 - (4^n - 1) / 4^n (1 - a / sqrt(b c)).
Design: every qubit starts in a random one of its 6 stabilizer states and is turned to a random
secret bit at the end; all Pauli operators of the compilation are secret. Each circuit runs once;
four of them, two of kind a and one of b and c each, stand in a random order. Of each shot one
random Pauli operator that is not 1 is used, as of mirror circuits: the mean of +-1 is the
polarization.
Model: errors of a circuit and of the compiled one behind it multiply their polarizations, as those
of random Pauli operators do; a compiled circuit and its compiled inverse are equally good.
What can fool it: a machine that sees the mirror can leave everything out (barriers hold the layers
apart); traps that a machine cannot tell from the circuit are `qassay accredit`'s.
Reference: T. Proctor et al., arXiv:2204.07568 (the method and its formula); the polarization from
wrong bits as in arXiv:2112.09853.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.canonical import canonical_bytes, content_id
from qassay.circuits.circuit import Circuit, Gate, layers, native
from qassay.circuits.compiling import TurnsAndLayers, turns_and_layers, written
from qassay.circuits.gates import ANGLES, PHASES
from qassay.circuits.qasm_reader import read_qasm
from qassay.circuits.states import one_qubit_states
from qassay.devices.description import Durations
from qassay.errors import PlanError, Problem, QassayError
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.parity import NOT_CHECKED, checked_sets, even_errors
from qassay.protocols.quantity import Quantity
from qassay.protocols.reach import register_of
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream
from qassay.reading.limits import JsonLimits
from qassay.reading.strict_json import read_json
from qassay.statistics.contrasts import BESIDE, GROUP, MAIN, SQUARE, ratio_estimate
from qassay.statistics.estimate import Estimate, physical
from qassay.statistics.trials import Trials

WIDEST: Final = 40
_MOST_GATES: Final = 20_000
_KINDS: Final = np.array([BESIDE, MAIN, MAIN, SQUARE])
_KEYS: Final = {"file", "sha256", "qasm"}
_JSON: Final = JsonLimits(size=4 << 20, values=64)


def polarization_of(fidelity: float, qubits: int) -> float:
    """Turn a process fidelity into a polarization."""
    part = 4.0**-qubits
    return (fidelity - part) / (1 - part)


def fidelity_of(polarization: float, qubits: int) -> float:
    """Turn a polarization into a process fidelity."""
    part = 4.0**-qubits
    return part + (1 - part) * polarization


def circuit_text(name: str, data: bytes) -> str:
    """Write what an experiment holds of a file: its name, its digest and its text."""
    document = {"file": name, "sha256": content_id(data), "qasm": data.decode("utf-8-sig")}
    return canonical_bytes(document).decode("utf-8")


def circuit_file(text: str) -> tuple[str, str, bytes]:
    """Give a file back: its name, its digest and its bytes.

    Raises:
        PlanError: Something else.
    """
    where = "plan, circuit"
    try:
        document = read_json(text, where, error=PlanError, limits=_JSON)
        if not isinstance(document, dict) or document.keys() != _KEYS:
            raise TypeError
        name, digest, qasm = (str(document[key]) for key in ("file", "sha256", "qasm"))
        data = qasm.encode("utf-8")
    except (ValueError, KeyError, TypeError):
        raise PlanError(
            Problem(where=where, found="another text", expected="a file's name, digest and text")
        ) from None
    found = next((x for x in (data, b"\xef\xbb\xbf" + data) if content_id(x) == digest), None)
    if found is None:
        raise PlanError(
            Problem(where=where, found=f"the sha256 {digest[:16]}", expected="that of its text")
        )
    return name, digest, found


@lru_cache(maxsize=16)
def read_circuit_text(text: str) -> tuple[str, str, Circuit, TurnsAndLayers]:
    """Read it back: name, digest, the circuit and its layers.

    Raises:
        PlanError: Something else, or a circuit that cannot be mirrored.
    """
    name, digest, data = circuit_file(text)
    try:
        circuit = read_qasm(data, name)
    except QassayError as error:
        raise PlanError(*error.problems) from None
    PlanError.raise_if_any(
        Problem(where=f'circuit "{name}"', found=found, expected=expected)
        for found, expected in unmirrored(circuit)
    )
    return name, digest, circuit, turns_and_layers(circuit)


def unmirrored(circuit: Circuit) -> Iterator[tuple[str, str]]:
    """Say what a circuit has that cannot be mirrored: what was found, what was expected."""
    if circuit.qubits > WIDEST:
        yield f"{circuit.qubits} qubits", f"at most {WIDEST}"
    if len(circuit.gates) > _MOST_GATES:
        yield f"{len(circuit.gates)} gates", f"at most {_MOST_GATES}"
    if any(gate.kind == "delay" for gate in circuit.gates):
        yield "a delay", "gates alone: a wait has no inverse"
    met = {qubit for pair in circuit.pairs for qubit in pair}
    alone = sorted(set(range(circuit.qubits)) - met)
    if alone:
        yield f"qubit {alone[0]}, which meets no other", "a two-qubit gate on every qubit"


class GivenCircuit:
    """Process fidelity of the circuit of a file."""

    id = "given_circuit"
    version = 1
    title = "A given circuit, by mirror fidelity estimation"
    model: Model = "probability"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    quantities = ("circuit_fidelity",)
    reach: Reach = "links"
    assumptions = (
        "errors of the circuit and of the randomly compiled one behind it multiply",
        "a randomly compiled circuit and its randomly compiled inverse are equally good",
    )

    def __init__(self, circuit: str = "") -> None:
        """Take the circuit's text from the plan; without one, estimates can be read only."""
        self._text = circuit

    def with_circuit(self, circuit: str) -> GivenCircuit:
        """Give the one of an experiment, with its circuit."""
        return GivenCircuit(circuit)

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw circuits of the three kinds in groups of four.

        The key holds the expected bits and, behind them, the kind of each circuit.
        """
        _, _, circuit, way = read_circuit_text(self._text)
        register = register_of(targets)
        n, shape = circuit.qubits, (count, circuit.qubits)
        back = way.inverse
        key = self.key(count, register, qubits, stream)
        kinds = key[:, -1]
        state = stream.child("start").below(6, shape)
        bits = stream.child("expected").bits(shape)
        paulis = stream.child("paulis").bits((count, 2, len(way.met), n), 2)
        states = one_qubit_states()
        enter, leave = states.enter[state], states.leave[state, bits]
        everybody = Gate("barrier", register)
        plain = [
            Gate(g.kind, tuple(register[q] for q in g.qubits), g.angle, g.phase)
            for g in native(circuit).gates
        ]
        made = []
        for index in range(count):
            gates = [*_pulses(register, enter[index].tolist()), everybody]
            if kinds[index] == MAIN:
                gates += [*plain, everybody]
            elif kinds[index] == SQUARE:
                gates += written(way.compiled(paulis[index, 0]), way.met, register)
            if kinds[index] != BESIDE:
                gates += written(back.compiled(paulis[index, 1]), back.met, register)
            gates += _pulses(register, leave[index].tolist())
            made.append(Circuit(qubits, tuple(gates)))
        return Drawn(circuits=tuple(made), key=key)

    def key(self, count: int, register: Target, qubits: int, stream: Stream) -> Bits:
        """Draw the key alone: it needs no circuit, and circuits take far longer."""
        shape = (count, len(register))
        bits = stream.child("expected").bits(shape)
        key = np.full((count, qubits + 1), NOT_CHECKED, dtype=np.uint8)
        key[:, list(register)] = np.where(checked_sets(shape, stream), bits, NOT_CHECKED)
        key[:, -1] = _kinds(count, stream.child("kinds"))
        return key

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count shots with an even number of wrong bits; arms are the kinds of circuits."""
        kinds = key[:, -1].astype(np.intp)
        return {self.quantities[0]: even_errors(key[:, :-1], outcomes, range(3), kinds)}

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Give F."""
        one = ratio_estimate(trials, level)
        if not one.informative or not self._text:
            return (one,)
        n = read_circuit_text(self._text)[2].qubits
        value, low, high = (fidelity_of(min(x, 1.0), n) for x in (one.value, one.low, one.high))
        return (physical(replace(one, value=value, low=low, high=high), 0.0, 1.0),)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Give the one register's value."""
        return self.estimate(quantity, trials, level)[0]

    def seconds(self, length: float, durations: Durations) -> float:
        """Average the three kinds: half of the ways are compiled, the rest as written or none."""
        _, _, circuit, way = read_circuit_text(self._text)
        one, two = durations.one_qubit_gate, durations.two_qubit_gate
        times = {"prx": one, "cz": two}
        as_written = sum(
            times.get(layer[0].kind, 0.0) for layer in layers(circuit) if layer[0].kind in times
        )
        compiled = len(way.met) * (one + two) + one
        return overhead(durations) + 2 * one + as_written / 2 + compiled

    def unsound(self, experiment: Experiment) -> Iterator[tuple[str, object, str]]:
        """Name what a stranger's plan may not ask."""
        _, _, circuit, _ = read_circuit_text(experiment.circuit)
        register = register_of(experiment.targets)
        if len(register) != circuit.qubits:
            yield "targets", f"{len(register)} qubits", f"{circuit.qubits}, as its circuit has"
        elif experiment.targets != placed_pairs(circuit, register):
            yield "targets", experiment.targets, "the pairs of its circuit"
        elif experiment.block != (GROUP,):
            yield "block", experiment.block, f"({GROUP},)"


def placed_pairs(circuit: Circuit, register: Target) -> tuple[Target, ...]:
    """Give the pairs of a circuit whose qubits are those of a register, in order."""
    return tuple((register[a], register[b]) for a, b in circuit.pairs)


def _kinds(count: int, stream: Stream) -> npt.NDArray[np.intp]:
    """Draw the kinds of circuits, each group of four in a random order."""
    groups = -(-count // GROUP)
    words = stream.take(8 * groups * GROUP).view("<u8").reshape(groups, GROUP)
    return _KINDS[np.argsort(words, axis=1, kind="stable")].reshape(-1)[:count]


def _pulses(register: Target, codes: list[int]) -> Iterator[Gate]:
    for qubit, code in zip(register, codes, strict=True):
        if code:
            yield Gate("prx", (qubit,), float(ANGLES[code]), float(PHASES[code]))


QUANTITIES = (
    Quantity(
        metric="circuit_fidelity",
        rate="circuit_fidelity",
        kind="register",
        conditions=("circuit", "sha256"),
        of_file=True,
    ),
)
PROTOCOL = GivenCircuit()
