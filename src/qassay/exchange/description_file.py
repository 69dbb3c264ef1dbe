"""What a laboratory says of its machine, in a TOML file: enough to plan and to write circuits.

    [device]
    name = "Prototype 50"
    platform = "trapped-ion"            # trapped-ion | neutral-atom | superconducting | other;
                                        # photonic | cat-qubit | analog | annealer: not tested
    qubits = 50
    connectivity = "all-to-all"         # "line" | "ring" | "grid:5x10" | "heavy-hex" | [[0, 1]]
    native_gates = ["prx", "cz"]        # prx, or rz + sx + x; and cz, or rz + rzz
    out_of_order = []                   # qubits that cannot be used now, such as [17]
    pairs_out_of_order = []             # couplings that cannot be used now, such as [[3, 4]]
    [durations]
    one_qubit_gate = "10 us"
    two_qubit_gate = "200 us"
    readout = "300 us"
    shot_overhead = "5 ms"
    circuit_overhead = "0 s"            # before the first shot of each new circuit

A machine file of `qassay run` will do as well: only its public face is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, cast, get_args

from qassay.circuits.qasm import NativeGates
from qassay.claims.toml_places import find_places
from qassay.claims.toml_table import MistakeList, Table, finite_number, shown
from qassay.devices.connectivity import read_connectivity
from qassay.devices.description import DeviceDescription, Durations, Pair, Platform
from qassay.devices.machine_file import MOST_BYTES, MOST_QUBITS, read_machine
from qassay.errors import DeviceFileError, Problem, quoted
from qassay.reading.strict_toml import read_toml
from qassay.units import expected_form, parse_quantity

_DEVICE_KEYS: Final = (
    "name",
    "platform",
    "qubits",
    "connectivity",
    "native_gates",
    "cost_per_shot",
    "cost_per_circuit",
    "currency",
    "out_of_order",
    "pairs_out_of_order",
)
_DURATIONS: Final = tuple(field.name for field in fields(Durations))
_GATES: Final = ("prx", "rz", "sx", "x", "cz", "rzz")
_GATE_WORDS: Final = '"prx", or "rz", "sx" and "x"; and "cz", or "rz" and "rzz"'


def load_description(path: str | Path) -> tuple[DeviceDescription, NativeGates]:
    """Read a description, or the public face of a machine file.

    Raises:
        DeviceFileError: With every mistake of the file.
    """
    place = Path(path)
    expected = "a description of a device, a TOML file"
    try:
        if not place.is_file():
            found = "no such file" if not place.exists() else "no regular file"
            raise DeviceFileError(Problem(where=quoted(str(path)), found=found, expected=expected))
        with place.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise DeviceFileError(
            Problem(where=quoted(str(path)), found=quoted(str(error)), expected=expected)
        ) from None
    return read_description(data, place.name)


def read_description(data: bytes, name: str) -> tuple[DeviceDescription, NativeGates]:
    """Read the bytes of a description.

    Args:
        data: UTF-8 TOML.
        name: Of the file, for messages.

    Returns:
        The description, and the gates in which circuits are to be written.

    Raises:
        DeviceFileError: With every mistake of the file.
    """
    if len(data) > MOST_BYTES:
        found = f"more than {MOST_BYTES} bytes"
        raise DeviceFileError(Problem(where=name, found=found, expected="a short TOML file"))
    text, document = read_toml(data, name, error=DeviceFileError)
    if "machine" in document and "device" not in document:
        return read_machine(data, name).description, NativeGates()
    mistakes = MistakeList(name, find_places(text))
    top = Table(document, known=("device", "durations"), path=(), words="", mistakes=mistakes)
    described = _device(_section(top, "device", _DEVICE_KEYS), name)
    durations = _times(_section(top, "durations", _DURATIONS))
    gates = _gates(_section(top, "device", _DEVICE_KEYS, again=True))
    DeviceFileError.raise_if_any(mistakes.all())
    return DeviceDescription(**described, durations=durations), gates


def _section(top: Table, key: str, known: tuple[str, ...], *, again: bool = False) -> Table:
    raw: Any = top.value(key) if key in top else {}
    if not isinstance(raw, Mapping):
        if not again:
            top.complain(key, shown(raw), f"a table [{key}]")
        raw = {}
    if again:  # unknown keys have been told
        raw = {name: value for name, value in raw.items() if name in known}
    return Table(raw, known=known, path=(key,), words=f"[{key}]", mistakes=top.mistakes)


def _device(table: Table, name: str) -> dict[str, Any]:
    own = table.text("name", longest=80, required=True)
    platform = table.choice("platform", get_args(Platform))
    qubits = table.value("qubits") if "qubits" in table else None
    if type(qubits) is not int or not 1 <= qubits <= MOST_QUBITS:
        found = shown(qubits) if "qubits" in table else "nothing"
        table.complain("qubits", found, f"a whole number from 1 to {MOST_QUBITS}")
        qubits = 0
    word = "all-to-all"
    couplings: tuple[Pair, ...] = ()
    if qubits:
        raw = table.value("connectivity") if "connectivity" in table else None
        word, couplings, _, problems = read_connectivity(raw, qubits, f"{name}: connectivity")
        for problem in problems:
            table.complain("connectivity", problem.found, problem.expected)
    costs = {}
    for key in ("cost_per_shot", "cost_per_circuit"):
        cost = finite_number(table.value(key)) if key in table else 0.0
        if cost is None or not 0 <= cost <= 1e9:
            table.complain(key, shown(table.value(key)), "a number from 0")
        costs[key] = cost
    broken, apart = _broken(table, qubits)
    return {
        "out_of_order": broken,
        "pairs_out_of_order": apart,
        "name": own,
        "platform": cast(Platform, platform),
        "qubits": qubits,
        "connectivity": word,
        "couplings": couplings,
        **costs,
        "currency": table.text("currency", longest=12),
    }


def _broken(table: Table, qubits: int) -> tuple[tuple[int, ...], tuple[Pair, ...]]:
    """Read which qubits and couplings cannot be used."""

    def is_qubit(value: object) -> bool:
        return type(value) is int and 0 <= value < qubits

    listed = table.value("out_of_order") if "out_of_order" in table else []
    if not isinstance(listed, list) or not all(map(is_qubit, listed)):
        table.complain("out_of_order", quoted(listed), "a list of qubits, such as [17]")
        listed = []
    elif qubits and len(set(listed)) >= qubits:
        table.complain("out_of_order", "every qubit", "qubits of which some are left")
    pairs = table.value("pairs_out_of_order") if "pairs_out_of_order" in table else []
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list)
        and len(pair) == 2
        and all(map(is_qubit, pair))
        and pair[0] != pair[1]
        for pair in pairs
    ):
        table.complain("pairs_out_of_order", quoted(pairs), "a list of pairs, such as [[3, 4]]")
        pairs = []
    apart = {(min(pair), max(pair)) for pair in pairs}
    broken = set(listed)
    return tuple(sorted(broken)), tuple(sorted(p for p in apart if broken.isdisjoint(p)))


def _times(table: Table) -> Durations:
    read = {}
    for key in _DURATIONS:
        if key in table:
            try:
                read[key] = parse_quantity(table.value(key), "time")
            except ValueError as error:
                table.complain(key, shown(table.value(key)), str(error) or expected_form("time"))
    return Durations(**read)


def _gates(table: Table) -> NativeGates:
    named = table.value("native_gates") if "native_gates" in table else ["prx", "cz"]
    if not isinstance(named, list) or any(gate not in _GATES for gate in named):
        table.complain("native_gates", quoted(named), "some of " + ", ".join(_GATES))
        return NativeGates()
    one = "prx" if "prx" in named else "sx" if {"rz", "sx", "x"} <= set(named) else None
    two = "cz" if "cz" in named else "rzz" if {"rz", "rzz"} <= set(named) else None
    if one is None or two is None:
        advice = "circuits must be in gates that your control software runs as they stand"
        table.complain("native_gates", quoted(named), _GATE_WORDS, advice)
        return NativeGates()
    return NativeGates(one_qubit=one, two_qubit=two)  # type: ignore[arg-type]
