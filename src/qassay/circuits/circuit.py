"""One circuit with free angles: what applications, random circuits and outside tools bring.

Families (`qassay.circuits.family`) hold layered circuits of quarter turns by the thousand;
here is one circuit of any angles, in native gates. It is a family of one, so that a job may
hold both. Every circuit ends with the measurement of all qubits in the Z basis, and bit q is
qubit q.
"""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

from qassay.circuits.family import CircuitFamily, Pair
from qassay.errors import Problem, UnsupportedCircuitError, quoted

Kind = Literal["prx", "rz", "cz", "zz", "delay", "barrier"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
# Which numbers a kind of gate has; the others must stay 0, so that a circuit has one name.
_NUMBERS: Final = {
    "prx": ("angle", "phase"),
    "rz": ("angle",),
    "zz": ("angle",),
    "delay": ("seconds",),
}
_QUBITS: Final = {"prx": 1, "rz": 1, "cz": 2, "zz": 2}
_MOST_PROBLEMS: Final = 20
_NOTHING: Final = (0.0).hex()


@dataclass(frozen=True, slots=True)
class Gate:
    """One step of a circuit.

    Attributes:
        kind: "prx": one pulse, a turn by `angle` about cos(phase) X + sin(phase) Y; "rz": a
            turn by `angle` about Z, virtual, in no time and without error; "cz"; "zz":
            exp(-i angle/2 Z Z), on hardware CZ, pulses, CZ; "delay"; "barrier".
        qubits: One; for cz and zz two; for a delay or a barrier one or more.
        angle: Radians.
        phase: Radians.
        seconds: Of a delay.
    """

    kind: Kind
    qubits: tuple[int, ...]
    angle: float = 0.0
    phase: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Circuit:
    """Gates in order on qubits 0 .. qubits-1, then a measurement of all of them.

    Raises:
        UnsupportedCircuitError: An unknown kind of gate, qubits that are not there or come
            twice, or a number that is not finite or means nothing; all mistakes at once.
    """

    qubits: int
    gates: tuple[Gate, ...]

    def __post_init__(self) -> None:
        """Refuse what is no circuit."""
        if self.qubits < 1:
            raise UnsupportedCircuitError(f"a circuit on {self.qubits} qubits has no meaning")
        problems: list[Problem] = []
        for place, gate in enumerate(self.gates):
            if _is_plain(gate, self.qubits):
                continue
            problems += _problems(place, gate, self.qubits)
            if len(problems) >= _MOST_PROBLEMS:
                break
        UnsupportedCircuitError.raise_if_any(problems)

    @property
    def size(self) -> int:
        """It is a family of one circuit."""
        return 1

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs that meet, each a < b, sorted."""
        met = {gate.qubits for gate in self.gates if gate.kind in ("cz", "zz")}
        return tuple(sorted({(min(pair), max(pair)) for pair in met}))

    def circuit_ids(self) -> list[str]:
        """Name the circuit by its content.

        Returns:
            One sha256 digest (hex) of the canonical JSON (RFC 8785) of {"qassay_gates": 1,
            "qubits": n, "gates": [[kind, [qubits], angle, phase, seconds], ...]}, the three
            numbers as `float.hex` writes them, without a sign on zero.
        """
        # Written at once: a general writer takes fifty times as long for thousands of gates.
        places = {own: ",".join(map(str, map(int, own))) for own in {x.qubits for x in self.gates}}
        numbers = {x for gate in self.gates for x in (gate.angle, gate.phase, gate.seconds)}
        hexes = {number: _hex(number) for number in numbers}
        gates = ",".join(
            [
                f'["{gate.kind}",[{places[gate.qubits]}],"{hexes[gate.angle]}"'
                f',"{hexes[gate.phase]}","{hexes[gate.seconds]}"]'
                for gate in self.gates
            ]
        )
        written = f'{{"gates":[{gates}],"qassay_gates":1,"qubits":{int(self.qubits)}}}'
        return [hashlib.sha256(written.encode("ascii")).hexdigest()]

    def two_qubit_gates(self) -> int:
        """Count the entanglers that the hardware runs: one for a cz, two for a zz."""
        return sum({"cz": 1, "zz": 2}.get(gate.kind, 0) for gate in self.gates)


# What a job may hold.
Circuits = CircuitFamily | Circuit


def _hex(number: float) -> str:
    return (float(number) + 0.0).hex() if number else _NOTHING  # without the sign of -0


def _is_plain(gate: Gate, qubits: int) -> bool:
    """Whether a gate is one of the frequent ones and right; all others are looked at in full."""
    places = gate.qubits
    if gate.seconds != 0:
        return False
    if gate.kind == "cz":
        if len(places) != 2 or gate.angle != 0 or gate.phase != 0:
            return False
        a, b = places
        return a != b and 0 <= a < qubits and 0 <= b < qubits
    if len(places) != 1 or not 0 <= places[0] < qubits or not math.isfinite(gate.angle):
        return False
    return (gate.kind == "prx" and math.isfinite(gate.phase)) or (
        gate.kind == "rz" and gate.phase == 0
    )


def _problems(place: int, gate: Gate, qubits: int) -> Iterator[Problem]:
    """Find what is wrong with one gate."""
    where = f"gate {place}"
    if gate.kind not in KINDS:
        yield Problem(
            where=where,
            found=quoted(gate.kind),
            expected="one of " + ", ".join(KINDS),
            advice="write it in these gates",
        )
        return
    count = _QUBITS.get(gate.kind)
    if (count is not None and len(gate.qubits) != count) or not gate.qubits:
        yield Problem(
            where=f"{where} ({gate.kind})",
            found=f"{len(gate.qubits)} qubits",
            expected=f"{count or 'at least 1'}",
        )
    if len(set(gate.qubits)) != len(gate.qubits):
        yield Problem(
            where=f"{where} ({gate.kind})",
            found=f"a qubit twice in {gate.qubits}",
            expected="different qubits",
        )
    absent = [qubit for qubit in gate.qubits if not 0 <= qubit < qubits]
    if absent:
        yield Problem(
            where=f"{where} ({gate.kind})",
            found=f"qubit {absent[0]}",
            expected=f"a qubit from 0 to {qubits - 1}",
        )
    for name in ("angle", "phase", "seconds"):
        number = getattr(gate, name)
        if name not in _NUMBERS.get(gate.kind, ()):
            if number != 0:
                yield Problem(
                    where=f"{where} ({gate.kind})",
                    found=f"{name} = {number}",
                    expected=f"no {name}",
                )
        elif not math.isfinite(number) or (name == "seconds" and number < 0):
            yield Problem(
                where=f"{where} ({gate.kind})",
                found=f"{name} = {number}",
                expected="a finite number" if name != "seconds" else "a time of zero or more",
            )


def native_zz(first: int, second: int, angle: float) -> tuple[Gate, ...]:
    """Write exp(-i angle/2 Z Z) as the hardware runs it: pulse, CZ, pulse, CZ, pulse.

    The pulses are on the second qubit: Ry(pi/2) CZ Rx(-angle) CZ Ry(-pi/2), right to left.
    """
    meet = Gate("cz", (first, second))
    return (
        Gate("prx", (second,), math.pi / 2, 3 * math.pi / 2),
        meet,
        Gate("prx", (second,), angle, math.pi),
        meet,
        Gate("prx", (second,), math.pi / 2, math.pi / 2),
    )


def native(circuit: Circuit) -> Circuit:
    """Write every zz as the hardware runs it."""
    if not any(gate.kind == "zz" for gate in circuit.gates):
        return circuit
    gates: list[Gate] = []
    for gate in circuit.gates:
        if gate.kind == "zz":
            first, second = gate.qubits
            gates += native_zz(first, second, gate.angle)
        else:
            gates.append(gate)
    return Circuit(circuit.qubits, tuple(gates))


def layers(circuit: Circuit) -> list[list[Gate]]:
    """Sort a circuit's native gates into layers of pulses, of CZ gates and of delays.

    Every gate comes as early as the gates before it on its qubits allow, pulses before CZ
    gates before delays. Virtual turns stand in layers of their own, which take no time;
    barriers are obeyed and then gone.

    Returns:
        Layers, not empty, each of gates of one kind on different qubits.
    """
    gates = native(circuit).gates
    queues: list[deque[int]] = [deque() for _ in range(circuit.qubits)]
    for place, gate in enumerate(gates):
        for qubit in gate.qubits:
            queues[qubit].append(place)
    # Ready gates by kind; a gate is ready once it heads the queue of each of its qubits.
    ready: dict[str, list[int]] = {"free": [], "prx": [], "cz": [], "delay": []}
    heads = [0] * len(gates)

    def look(qubits: Iterable[int]) -> None:
        for qubit in qubits:
            if queues[qubit]:
                place = queues[qubit][0]
                heads[place] += 1
                if heads[place] == len(gates[place].qubits):
                    kind = gates[place].kind
                    ready["free" if kind in ("rz", "barrier") else kind].append(place)

    look(range(circuit.qubits))
    found: list[list[Gate]] = []
    while any(ready.values()):
        layer: list[Gate] = []
        kind = next(kind for kind in ("free", "prx", "cz", "delay") if ready[kind])
        chosen = sorted(ready[kind])
        ready[kind] = []
        for place in chosen:
            gate = gates[place]
            for qubit in gate.qubits:
                queues[qubit].popleft()
            if gate.kind != "barrier":
                layer.append(gate)
        for place in chosen:
            look(gates[place].qubits)
        if layer:
            found.append(layer)
    return found
