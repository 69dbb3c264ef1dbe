"""Reads a partner's circuit from OpenQASM 3 or 2: a small part of the language, strictly.

Registers of qubits and bits, the gates of `qasm_gates.GATES` and those that the file defines for
itself, barriers, and one measurement of every qubit at the end, bit i of qubit i (or none: then it
is understood). Nothing is included but stdgates.inc and qelib1.inc, which are known by heart;
nothing loops or branches. All mistakes are told at once, each with its line, and each once: what
follows from a mistake is no further one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from qassay.circuits.circuit import Circuit, Gate
from qassay.circuits.qasm_angles import angle_of
from qassay.circuits.qasm_definitions import MOST_STEPS, Definition, Step
from qassay.circuits.qasm_gates import GATES, Angles, Qubits
from qassay.errors import Problem, UsageError, quoted

MOST_BYTES: Final = 1 << 19  # read in less than two seconds, whatever stands in it
MOST_QUBITS: Final = 128
MOST_GATES: Final = 100_000
_MOST_PROBLEMS: Final = 20
_INCLUDES: Final = ('"stdgates.inc"', '"qelib1.inc"')
_DECLARATIONS: Final = {"qubit": "qubit", "bit": "bit", "qreg": "qubit", "creg": "bit"}

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


class _Told(Exception):
    """What follows from a mistake that was told before."""


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
        raise UsageError(
            Problem(where=where, found=f"{len(data)} bytes", expected=f"at most {MOST_BYTES}")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            Problem(
                where=where, found=f"byte {error.start} is not UTF-8", expected="OpenQASM 3, a text"
            )
        ) from None
    reader = _Reader()
    problems: list[Problem] = []
    for line, tokens in _statements(text):
        try:
            reader.take(tokens)
        except _Told:
            continue
        except _Mistake as mistake:
            problems.append(
                Problem(
                    where=f"{where}, line {line}",
                    found=mistake.found,
                    expected=mistake.expected,
                    advice=mistake.advice,
                )
            )
            if len(problems) == _MOST_PROBLEMS:
                break
    if not problems and reader.qubits == 0:
        problems.append(Problem(where=where, found="no qubits", expected="qubit[n] q;"))
    UsageError.raise_if_any(problems)
    try:
        reader.check_measured()
    except _Mistake as mistake:
        raise UsageError(
            Problem(where=where, found=mistake.found, expected=mistake.expected)
        ) from None
    return Circuit(reader.qubits, tuple(reader.gates))


def _statements(text: str) -> list[tuple[int, list[str]]]:
    """Cut a text into statements: the line each begins on, and its tokens.

    A statement ends with its semicolon, or with the brace that closes its block.
    """
    blank = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    statements: list[tuple[int, list[str]]] = []
    tokens: list[str] = []
    begun = line = 1
    at = depth = 0
    for found in _TOKEN.finditer(blank):
        word = found[0]
        if not tokens:
            if word == ";" and statements:
                continue
            line += blank.count("\n", at, found.start())
            at = found.start()
            begun = line
        if word == ";" and depth == 0:
            statements.append((begun, tokens))
            tokens = []
            continue
        tokens.append(word)
        if word == "{":
            depth += 1
        elif word == "}":
            depth -= 1
            if depth <= 0:
                statements.append((begun, tokens))
                tokens, depth = [], 0
    if tokens:
        statements.append((begun, [*tokens, "\n"]))  # without its end
    return statements


class _Reader:
    """What has been read so far."""

    def __init__(self) -> None:
        self.statements = 0
        self.qubits = 0
        self.gates: list[Gate] = []
        self.definitions: dict[str, Definition] = {}
        self._registers: dict[str, dict[str, tuple[int, int]]] = {"qubit": {}, "bit": {}}
        self._broken: set[str] = set()  # names that a mistake was about
        self._measured: dict[int, tuple[str, int]] = {}
        self._steps = 0
        self._defined: set[str] = set()
        self._used: set[str] = set()  # names of gates that mean what they meant then

    def take(self, tokens: list[str]) -> None:
        """Take one statement."""
        self.statements += 1
        if not tokens:
            return
        if tokens[-1] == "\n":
            end = "a closing brace" if "{" in tokens else "a semicolon"
            raise _Mistake(f"{quoted(' '.join(tokens[:-1]))} without {end}", "a statement;")
        head = tokens[0]
        if head == "OPENQASM":
            if (
                self.statements > 1
                or len(tokens) != 2
                or not re.fullmatch(r"3(\.[0-9])?|2(\.0)?", tokens[1])
            ):
                raise _Mistake(quoted(" ".join(tokens)), "OPENQASM 3.0; first of all")
        elif head == "include":
            if len(tokens) != 2 or tokens[1] not in _INCLUDES:
                raise _Mistake(
                    quoted(" ".join(tokens)), 'include "stdgates.inc";', "no other file is read"
                )
        elif head in _DECLARATIONS:
            cut = tokens.index("=") if "=" in tokens else len(tokens)
            self._declare(head, tokens[1:cut])
            if tokens[cut:]:  # bit[2] c = measure q;
                self._measure(tokens[cut - 1 :])
        elif head == "gphase":
            self._phase(tokens[1:])
        elif head == "gate":
            self._define(tokens[1:])
        elif head == "barrier":
            self._barrier(tokens[1:])
        elif "measure" in tokens and "{" not in tokens:
            self._measure(tokens)
        elif head in self._broken:
            raise _Told
        elif head in GATES or head in self.definitions:
            self._gate(head, tokens[1:])
        else:
            if _NAME.fullmatch(head):
                self._broken.add(head)
            known = ", ".join([*GATES, "gate", "barrier", "measure"])
            raise _Mistake(quoted(head), f"one of {known}", "loops and branches are not read")

    def _phase(self, tokens: list[str]) -> None:
        """Read over a global phase, which no outcome shows."""
        parts, rest = _angles_and_rest(tokens)
        try:
            if len(parts) != 1 or rest:
                raise ValueError(quoted("gphase " + " ".join(tokens)))
            _angle(*parts[0])
        except ValueError as error:
            raise _Mistake(str(error), "gphase(angle);") from None

    def check_measured(self) -> None:
        """Refuse a measurement of some qubits, and bits in another order than the qubits."""
        if not self._measured:
            return
        if len(self._measured) != self.qubits:
            missing = min(set(range(self.qubits)) - set(self._measured))
            raise _Mistake(
                f"no measurement of {self._name_of(missing)}",
                "all qubits measured, or none, which means all",
            )
        order = self._bits_used()
        wrong = [q for q, (name, bit) in self._measured.items() if order[name] + bit != q]
        if wrong:
            name, bit = self._measured[wrong[0]]
            raise _Mistake(
                f"{self._name_of(wrong[0])} measured into {name}[{bit}]", "qubit i into bit i"
            )

    def _bits_used(self) -> dict[str, int]:
        """Give the first place of each register of bits that is measured into."""
        used = {name for name, _ in self._measured.values()}
        starts, start = {}, 0
        for name, (_, size) in self._registers["bit"].items():
            if name in used:
                starts[name] = start
                start += size
        return starts

    def _name_of(self, qubit: int) -> str:
        for name, (start, size) in self._registers["qubit"].items():
            if start <= qubit < start + size:
                return f"{name}[{qubit - start}]"
        return f"qubit {qubit}"

    def _declare(self, word: str, tokens: list[str]) -> None:
        """Declare a register: `qubit[n] q`, or `qreg q[n]` as OpenQASM 2 has it."""
        kind, size, form = _DECLARATIONS[word], 1, f"{word}[n] name;"
        if word in ("qreg", "creg"):
            form = f"{word} name[n];"
            tokens = [*tokens[1:], *tokens[:1]]
        name = next((token for token in tokens if _NAME.fullmatch(token)), "")
        try:
            if tokens[:1] == ["["]:
                if len(tokens) < 3 or tokens[2] != "]" or not _WHOLE.fullmatch(tokens[1]):
                    raise _Mistake(quoted(f"{word} {' '.join(tokens)}"), form)
                size, tokens = int(tokens[1]), tokens[3:]
            taken = {"pi", *self._registers["qubit"], *self._registers["bit"]}
            if len(tokens) != 1 or not _NAME.fullmatch(tokens[0]) or tokens[0] in taken:
                raise _Mistake(quoted(" ".join(tokens)), f"{form[:-1]}, with a new name")
            if not 1 <= size <= MOST_QUBITS or (
                kind == "qubit" and self.qubits + size > MOST_QUBITS
            ):
                raise _Mistake(f"{size} {kind}s", f"1 to {MOST_QUBITS}")
        except _Mistake:
            self._broken.add(name)
            raise
        start = sum(length for _, length in self._registers[kind].values())
        self._registers[kind][tokens[0]] = (start, size)
        self.qubits += size if kind == "qubit" else 0

    def _operand(self, tokens: list[str], kind: str = "qubit") -> tuple[str, list[int]]:
        """Read `q` or `q[i]`: its register, and places from the first of its kind."""
        known = self._registers[kind]
        if tokens and tokens[0] in known:
            name, (start, size) = tokens[0], known[tokens[0]]
            if len(tokens) == 1:
                return name, list(range(start, start + size))
            if len(tokens) == 4 and tokens[1] == "[" and tokens[3] == "]":
                if _WHOLE.fullmatch(tokens[2]) and int(tokens[2]) < size:
                    return name, [start + int(tokens[2])]
                raise _Mistake(quoted("".join(tokens)), f"an index from 0 to {size - 1}")
        if tokens and tokens[0] in self._broken:
            raise _Told
        if tokens and _NAME.fullmatch(tokens[0]) and tokens[0] not in known:
            self._broken.add(tokens[0])
        own = next(iter(known), "q")
        raise _Mistake(quoted("".join(tokens)), f"{own}[i], declared before")

    def _operands(self, tokens: list[str]) -> list[list[int]]:
        return [self._operand(part)[1] for part in _split(tokens)]

    def _add(self, gates: tuple[Gate, ...]) -> None:
        if self._measured:
            raise _Mistake("a gate after the measurement", "measurements last")
        if len(self.gates) + len(gates) > MOST_GATES:
            raise _Mistake(f"more than {MOST_GATES} native gates", "fewer")
        self.gates += gates

    def _barrier(self, tokens: list[str]) -> None:
        qubits = sorted({q for part in self._operands(tokens) for q in part}) if tokens else []
        self._add((Gate("barrier", tuple(qubits or range(max(self.qubits, 1)))),))

    def _shape(self, name: str) -> tuple[int, int]:
        """Give how many angles and qubits a gate takes."""
        if name in self.definitions:
            own = self.definitions[name]
            return len(own.parameters), own.qubits
        return GATES[name].angles, GATES[name].qubits

    def _written(self, name: str, angles: Angles, qubits: Qubits) -> tuple[Gate, ...]:
        """Write a gate in native ones."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise _Mistake(f"definitions of more than {MOST_STEPS} gates", "fewer")
        if name not in self.definitions:
            return GATES[name].make(qubits, angles)
        return self.definitions[name].written_out(angles, qubits, self._written)

    def _gate(self, name: str, tokens: list[str]) -> None:
        self._used.add(name)
        angles, count = self._shape(name)
        parts, tokens = _angles_and_rest(tokens)
        if len(parts) != angles:
            raise _Mistake(f"{name} with {len(parts)} angles", f"{angles}")
        try:
            values = tuple(_angle(*part) for part in parts)
        except ValueError as error:
            raise _Mistake(str(error), "numbers, pi, + - * / and brackets") from None
        operands = self._operands(tokens)
        if len(operands) != count:
            raise _Mistake(f"{name} on {len(operands)} qubits", f"{count}")
        sizes = {len(part) for part in operands if len(part) > 1}
        if len(sizes) > 1:
            raise _Mistake(f"{name} on registers of different sizes", "registers of one size")
        for place in range(max(sizes, default=1)):  # a register stands for each of its qubits
            qubits = tuple(part[place] if len(part) > 1 else part[0] for part in operands)
            if len(set(qubits)) < len(qubits):
                twice = next(q for q in qubits if qubits.count(q) > 1)
                raise _Mistake(f"{name} on qubit {twice} twice", "different qubits")
            try:
                self._add(self._written(name, values, qubits))
            except ValueError as error:
                raise _Mistake(f"{name}: {error}", "angles that have a value") from None

    def _define(self, tokens: list[str]) -> None:
        """Read `gate name(a, b) q, r { ... }`."""
        name = tokens[0] if tokens else ""
        form = "gate name(angles) qubits { gates; }"
        try:
            if not _NAME.fullmatch(name) or "{" not in tokens or tokens[-1] != "}":
                raise _Mistake(quoted("gate " + " ".join(tokens)), form)
            if name in self._defined or name in self._used:
                late = "once more" if name in self._defined else "behind a use of it"
                raise _Mistake(f"gate {name} {late}", "each gate defined once, before it is used")
            self._defined.add(name)
            opening = tokens.index("{")
            parts, rest = _angles_and_rest(tokens[1:opening])
            parameters = tuple("".join(part) for part in parts)
            qubits = tuple("".join(part) for part in _split(rest))
            every = (*parameters, *qubits)
            if len(set(every)) < len(every) or not all(map(_NAME.fullmatch, every)):
                raise _Mistake(quoted(" ".join(tokens[:opening])), f"{form}, each name once")
            steps = [
                step
                for statement in _cut(tokens[opening + 1 : -1])
                for step in self._step(statement, name, parameters, qubits)
            ]
        except (_Mistake, _Told):
            self._broken.add(name)
            raise
        made = Definition(name, parameters, len(qubits), tuple(steps))
        try:
            known = made.is_known(self._written)
        except _Mistake:
            self._broken.add(name)
            raise
        if known:
            self.definitions.pop(name, None)
        else:
            self.definitions[name] = made

    def _step(
        self, tokens: list[str], within: str, parameters: tuple[str, ...], qubits: tuple[str, ...]
    ) -> list[Step]:
        """Read one statement of a definition's body; a global phase is nothing."""
        head = tokens[0]
        if head == "gphase":
            return []
        parts, rest = _angles_and_rest(tokens[1:])
        places = ["".join(part) for part in _split(rest)] if rest else list(qubits)
        absent = [place for place in places if place not in qubits]
        if absent:
            raise _Mistake(f"{quoted(absent[0])} in gate {within}", f"one of {', '.join(qubits)}")
        numbers = tuple(qubits.index(place) for place in places)
        if head == "barrier":
            return [Step("", (), numbers)]
        if head in self._broken:
            raise _Told
        if head == within or (head not in GATES and head not in self.definitions):
            raise _Mistake(f"{quoted(head)} in gate {within}", "a gate that is known before it")
        self._used.add(head)
        angles, count = self._shape(head)
        if (len(parts), len(numbers)) != (angles, count) or len(set(numbers)) < count:
            raise _Mistake(
                f"{quoted(' '.join(tokens))} in gate {within}",
                f"{head} with {angles} angles on {count} qubits",
            )
        for part in parts:
            try:
                angle_of(part, dict.fromkeys(parameters, 0.7))
            except ValueError as error:
                raise _Mistake(
                    f"{error} in gate {within}",
                    "numbers, pi, its own parameters, + - * / and brackets",
                ) from None
        return [Step(head, tuple(map(tuple, parts)), numbers)]

    def _measure(self, tokens: list[str]) -> None:
        if tokens[0] == "measure" and "->" in tokens:
            cut = tokens.index("->")
            source, target = tokens[1:cut], tokens[cut + 1 :]
        elif "=" in tokens and tokens[tokens.index("=") + 1 :][:1] == ["measure"]:
            cut = tokens.index("=")
            source, target = tokens[cut + 2 :], tokens[:cut]
        else:
            raise _Mistake(quoted(" ".join(tokens)), "c = measure q;")
        _, qubits = self._operand(source)
        name, bits = self._operand(target, "bit")
        start = self._registers["bit"][name][0]
        single = len(self._registers["bit"]) == len(self._registers["qubit"]) == 1
        if len(qubits) != len(bits) or (single and qubits != bits):
            raise _Mistake(
                f"qubits {qubits[:4]} measured into bits {bits[:4]}", "qubit i into bit i"
            )
        if any(qubit in self._measured for qubit in qubits):
            raise _Mistake("a second measurement of a qubit", "one, at the end")
        self._measured |= {q: (name, b - start) for q, b in zip(qubits, bits, strict=True)}


@lru_cache(maxsize=1024)
def _angle(*tokens: str) -> float:
    return angle_of(list(tokens))


def _angles_and_rest(tokens: list[str]) -> tuple[list[list[str]], list[str]]:
    """Cut what stands in the brackets behind a gate's name from what follows them."""
    if tokens[:1] != ["("]:
        return [], tokens
    close = _closing(tokens)
    return (_split(tokens[1:close]) if close > 1 else []), tokens[close + 1 :]


def _cut(tokens: list[str]) -> list[list[str]]:
    """Cut a body at its semicolons."""
    parts: list[list[str]] = [[]]
    for word in tokens:
        if word == ";":
            parts.append([])
        else:
            parts[-1].append(word)
    if parts[-1]:
        raise _Mistake(f"{quoted(' '.join(parts[-1]))} without a semicolon", "a statement;")
    return [part for part in parts if part]


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
