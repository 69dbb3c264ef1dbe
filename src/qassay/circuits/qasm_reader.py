"""Reads a partner's circuit from OpenQASM 3: a small part of the language, strictly.

One register of qubits, one of bits at most, the gates of `GATES`, barriers, and one measurement
of every qubit at the end, bit i of qubit i (or none: then it is understood). Nothing is
included but stdgates.inc, which is known by heart; nothing loops, branches or defines. All
mistakes are told at once, each with its line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Final

from qassay.circuits.circuit import Circuit, Gate
from qassay.circuits.qasm_angles import angle_of
from qassay.errors import Problem, UsageError, quoted

MOST_BYTES: Final = 1 << 20
MOST_QUBITS: Final = 128
MOST_GATES: Final = 100_000
_MOST_PROBLEMS: Final = 20

Qubits = tuple[int, ...]
_QUARTER, _HALF = math.pi / 2, math.pi


def _turn(phase: float) -> Callable[[Qubits, float], tuple[Gate, ...]]:
    return lambda qubits, angle: (Gate("prx", qubits, angle, phase),)


def _virtual(angle: float) -> Callable[[Qubits, float], tuple[Gate, ...]]:
    return lambda qubits, _: (Gate("rz", qubits, angle),)


def _fixed(angle: float, phase: float) -> Callable[[Qubits, float], tuple[Gate, ...]]:
    return lambda qubits, _: (Gate("prx", qubits, angle, phase),)


def _hadamard(qubits: Qubits, _: float = 0.0) -> tuple[Gate, ...]:
    return (Gate("rz", qubits, _HALF), Gate("prx", qubits, _QUARTER, _QUARTER))


def _controlled_x(qubits: Qubits, _: float) -> tuple[Gate, ...]:
    turned = _hadamard(qubits[1:])
    return (*turned, Gate("cz", qubits), *turned)


# name: (angles, qubits, how it is written in native gates)
GATES: Final[dict[str, tuple[int, int, Callable[[Qubits, float], tuple[Gate, ...]]]]] = {
    "rz": (1, 1, lambda qubits, angle: (Gate("rz", qubits, angle),)),
    "rx": (1, 1, _turn(0.0)),
    "ry": (1, 1, _turn(_QUARTER)),
    "h": (0, 1, _hadamard),
    "s": (0, 1, _virtual(_QUARTER)),
    "sdg": (0, 1, _virtual(-_QUARTER)),
    "t": (0, 1, _virtual(_QUARTER / 2)),
    "tdg": (0, 1, _virtual(-_QUARTER / 2)),
    "x": (0, 1, _fixed(_HALF, 0.0)),
    "y": (0, 1, _fixed(_HALF, _QUARTER)),
    "z": (0, 1, _virtual(_HALF)),
    "cz": (0, 2, lambda qubits, _: (Gate("cz", qubits),)),
    "cx": (0, 2, _controlled_x),
    "rzz": (1, 2, lambda qubits, angle: (Gate("zz", qubits, angle),)),
}

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(
    r'"[^"\n]*"|->|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[A-Za-z_π][A-Za-z0-9_]*|\S'
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)


class _Mistake(Exception):
    """One mistake of one statement: what was found and what was expected."""

    def __init__(self, found: str, expected: str, advice: str = "") -> None:
        super().__init__(found)
        self.found, self.expected, self.advice = found, expected, advice


def read_qasm(data: bytes, where: str) -> Circuit:
    """Read a circuit.

    Args:
        data: The file.
        where: What a complaint calls it.

    Returns:
        The circuit in native gates.

    Raises:
        UsageError: All mistakes, each with its line.
    """
    if len(data) > MOST_BYTES:
        raise UsageError(Problem(where=where, found=f"{len(data)} bytes",
                                 expected=f"at most {MOST_BYTES}"))  # fmt: skip
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(Problem(where=where, found=f"byte {error.start} is not UTF-8",
                                 expected="OpenQASM 3, a text")) from None  # fmt: skip
    reader = _Reader()
    problems: list[Problem] = []
    for line, tokens in _statements(text):
        try:
            reader.take(tokens)
        except _Mistake as mistake:
            problems.append(Problem(where=f"{where}, line {line}", found=mistake.found,
                                    expected=mistake.expected, advice=mistake.advice))  # fmt: skip
            if len(problems) == _MOST_PROBLEMS:
                break
    if not problems and reader.qubits == 0:
        problems.append(Problem(where=where, found="no qubits", expected="qubit[n] q;"))
    UsageError.raise_if_any(problems)
    try:
        reader.check_measured()
    except _Mistake as mistake:
        raise UsageError(Problem(where=where, found=mistake.found,
                                 expected=mistake.expected)) from None  # fmt: skip
    return Circuit(reader.qubits, tuple(reader.gates))


def _statements(text: str) -> list[tuple[int, list[str]]]:
    """Cut a text into statements: the line each begins on, and its tokens."""
    blank = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    statements: list[tuple[int, list[str]]] = []
    tokens: list[str] = []
    begun = line = 1
    at = 0
    for found in _TOKEN.finditer(blank):
        line += blank.count("\n", at, found.start())
        at = found.start()
        if not tokens:
            begun = line
        if found.group() == ";":
            statements.append((begun, tokens))
            tokens = []
        else:
            tokens.append(found.group())
    if tokens:
        statements.append((begun, [*tokens, "\n"]))  # without its semicolon
    return statements


class _Reader:
    """What has been read so far."""

    def __init__(self) -> None:
        self.statements = 0
        self.qubits = 0
        self.register = ""
        self.bits = 0
        self.classical = ""
        self.gates: list[Gate] = []
        self.measured: dict[int, int] = {}

    def take(self, tokens: list[str]) -> None:
        """Take one statement."""
        self.statements += 1
        if not tokens:
            return
        if tokens[-1] == "\n":
            raise _Mistake(f"{quoted(' '.join(tokens[:-1]))} without a semicolon", "a statement;")
        head = tokens[0]
        if head == "OPENQASM":
            if (
                self.statements > 1
                or len(tokens) != 2
                or not re.fullmatch(r"3(\.[0-9])?", tokens[1])
            ):
                raise _Mistake(quoted(" ".join(tokens)), "OPENQASM 3.0; first of all")
        elif head == "include":
            if tokens[1:] != ['"stdgates.inc"']:
                raise _Mistake(quoted(" ".join(tokens)), 'include "stdgates.inc";',
                               "no other file is read")  # fmt: skip
        elif head in ("qubit", "bit"):
            self._declare(head, tokens[1:])
        elif head == "barrier":
            self._barrier(tokens[1:])
        elif "measure" in tokens:
            self._measure(tokens)
        elif head in GATES:
            self._gate(head, tokens[1:])
        else:
            raise _Mistake(quoted(head), "one of " + ", ".join([*GATES, "barrier", "measure"]),
                           "loops, branches and definitions are not read")  # fmt: skip

    def check_measured(self) -> None:
        """Refuse a measurement of some qubits."""
        if self.measured and len(self.measured) != self.qubits:
            missing = min(set(range(self.qubits)) - set(self.measured))
            raise _Mistake(f"no measurement of {self.register}[{missing}]",
                           "all qubits measured, or none, which means all")  # fmt: skip

    def _declare(self, kind: str, tokens: list[str]) -> None:
        size = 1
        if tokens[:1] == ["["]:
            if len(tokens) < 3 or tokens[2] != "]" or not _WHOLE.fullmatch(tokens[1]):
                raise _Mistake(quoted(f"{kind} {' '.join(tokens)}"), f"{kind}[n] name;")
            size, tokens = int(tokens[1]), tokens[3:]
        if len(tokens) != 1 or not _NAME.fullmatch(tokens[0]) or tokens[0] in (
            self.register, self.classical, "pi"
        ):  # fmt: skip
            raise _Mistake(quoted(" ".join(tokens)), f"{kind}[n] name; with a new name")
        if not 1 <= size <= MOST_QUBITS:
            raise _Mistake(f"{size} {kind}s", f"1 to {MOST_QUBITS}")
        if (self.register if kind == "qubit" else self.classical) != "":
            raise _Mistake(f"a second register of {kind}s", "one")
        if kind == "qubit":
            self.qubits, self.register = size, tokens[0]
        else:
            self.bits, self.classical = size, tokens[0]

    def _operand(self, tokens: list[str], name: str, size: int) -> list[int]:
        """Read `q` or `q[i]`."""
        if tokens[:1] == [name] and name:
            if len(tokens) == 1:
                return list(range(size))
            if len(tokens) == 4 and tokens[1] == "[" and tokens[3] == "]":
                if _WHOLE.fullmatch(tokens[2]) and int(tokens[2]) < size:
                    return [int(tokens[2])]
                raise _Mistake(quoted("".join(tokens)), f"an index from 0 to {size - 1}")
        raise _Mistake(quoted("".join(tokens)), f"{name or 'q'}[i], declared before")

    def _operands(self, tokens: list[str]) -> list[list[int]]:
        return [self._operand(part, self.register, self.qubits) for part in _split(tokens)]

    def _add(self, gates: tuple[Gate, ...]) -> None:
        if self.measured:
            raise _Mistake("a gate after the measurement", "measurements last")
        if len(self.gates) + len(gates) > MOST_GATES:
            raise _Mistake(f"more than {MOST_GATES} native gates", "fewer")
        self.gates += gates

    def _barrier(self, tokens: list[str]) -> None:
        qubits = sorted({q for part in self._operands(tokens) for q in part}) if tokens else []
        self._add((Gate("barrier", tuple(qubits or range(max(self.qubits, 1)))),))

    def _gate(self, name: str, tokens: list[str]) -> None:
        angles, count, make = GATES[name]
        angle = 0.0
        if tokens[:1] == ["("]:
            close = _closing(tokens)
            parts = _split(tokens[1:close]) if close > 1 else []
            tokens = tokens[close + 1 :]
        else:
            parts = []
        if len(parts) != angles:
            raise _Mistake(f"{name} with {len(parts)} angles", f"{angles}")
        if parts:
            try:
                angle = angle_of(parts[0])
            except ValueError as error:
                raise _Mistake(str(error), "numbers, pi, + - * / and brackets") from None
        operands = self._operands(tokens)
        if len(operands) != count:
            raise _Mistake(f"{name} on {len(operands)} qubits", f"{count}")
        if count == 1:
            for qubit in operands[0]:
                self._add(make((qubit,), angle))
            return
        if any(len(part) != 1 for part in operands):
            raise _Mistake(f"{name} on a whole register", f"{name} on two qubits by index")
        pair = (operands[0][0], operands[1][0])
        if pair[0] == pair[1]:
            raise _Mistake(f"{name} on qubit {pair[0]} twice", "two different qubits")
        self._add(make(pair, angle))

    def _measure(self, tokens: list[str]) -> None:
        if tokens[0] == "measure" and "->" in tokens:
            cut = tokens.index("->")
            source, target = tokens[1:cut], tokens[cut + 1 :]
        elif "=" in tokens and tokens[tokens.index("=") + 1 :][:1] == ["measure"]:
            cut = tokens.index("=")
            source, target = tokens[cut + 2 :], tokens[:cut]
        else:
            raise _Mistake(quoted(" ".join(tokens)), "c = measure q;")
        qubits = self._operand(source, self.register, self.qubits)
        bits = self._operand(target, self.classical, self.bits)
        if qubits != bits:
            raise _Mistake(f"qubits {qubits[:4]} measured into bits {bits[:4]}",
                           "qubit i into bit i")  # fmt: skip
        if any(qubit in self.measured for qubit in qubits):
            raise _Mistake("a second measurement of a qubit", "one, at the end")
        self.measured |= dict(zip(qubits, bits, strict=True))


def _closing(tokens: list[str]) -> int:
    """Give the place of the bracket that closes the first one."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth == 0:
            return place
    raise _Mistake("a bracket that is not closed", "gate(angle) q[i];")


def _split(tokens: list[str]) -> list[list[str]]:
    """Cut at commas outside of brackets."""
    parts: list[list[str]] = [[]]
    depth = 0
    for word in tokens:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts
