"""Device properties of Amazon Braket (amazon-braket-schemas), written as a claim sheet.

`device.properties.json()` is one JSON document: `paradigm` counts the qubits, `standardized` has
times and fidelities by qubit and pair, and of IonQ's machines `provider` has means alone. A
fidelity becomes 1 - F; the schema does not say of which kind F is, nor how T2 was measured, and the
sheet says how it is read. What is reported out of order is left out by name.
Reference: amazon-braket-schemas-python, braket/device_schema (Apache-2.0).
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from qassay.claims.metric import Part
from qassay.claims.metrics import METRICS, metric_of_part
from qassay.errors import CountsError, Problem, quoted
from qassay.published.claim_lines import claim_lines
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_json

_BROKEN: Final = 0.5  # a fidelity up to which a qubit or pair counts as out of order
_UNITS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}
_LONGEST: Final = 1e5  # seconds: what is longer stands for nothing
# The first that a qubit reports is taken.
_ALONE: Final = ("RANDOMIZED_BENCHMARKING", "SIMULTANEOUS_RANDOMIZED_BENCHMARKING")
_READOUT: Final = ("READOUT", "READOUT_FIDELITY")
_PAIR: Final = re.compile(r"(\d{1,5})-(\d{1,5})", re.ASCII)
# What its words are figures of.
_TIMES: Final[dict[str, Part]] = {"T1": "relaxation", "T2": "dephasing"}
_MEANS: Final[dict[str, Part]] = {"1Q": "turn", "2Q": "entangler", "spam": "readout"}


def braket_sheet(path: Path) -> str:
    """Write the sheet of one device.

    Raises:
        CountsError: No device properties, or none with a figure that can be claimed.
    """
    expected = "device properties of Amazon Braket, as device.properties.json() writes them"
    try:
        with path.open("rb") as file:
            data = file.read(FOREIGN.size + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CountsError(
            Problem(where=quoted(str(path), 200), found=reason, expected=expected)
        ) from None
    document = read_json(data, path.name, limits=FOREIGN, error=CountsError)
    header = _table(document, "braketSchemaHeader").get("name")
    if not isinstance(header, str) or not header.startswith("braket.device_schema."):
        found = quoted(header if header is not None else document)
        raise CountsError(Problem(where=path.name, found=found, expected=expected))
    claims = list(_claims(document))
    if not claims:
        raise CountsError(
            Problem(
                where=path.name,
                found=f"properties of {header.rpartition('.')[2]} without times and fidelities",
                expected="standardized properties of a gate-model QPU, or those of IonQ",
            )
        )
    return _sheet(document, header, path.name, claims)


def _sheet(document: Any, header: str, name: str, claims: list[str]) -> str:
    service = _table(document, "service")
    updated, maker = service.get("updatedAt"), header.split(".")[2]
    day = updated[:10] if isinstance(updated, str) else ""
    dated = f"date = {_text(day)}, " if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else ""
    standard = _table(document, "standardized")
    left = {
        "Reported out of order and left out": _left_out(standard, lambda f: f <= _BROKEN),
        "A fidelity above 1 (per cent?) was left out": ", ".join(
            filter(None, (_left_out(standard, _too_large), *_too_large_means(document)))
        ),
    }
    file = _line(name)
    return (
        f"# Written from {file}, device properties of Amazon Braket: values without counts.\n"
        f"\n[sheet]\ntitle = {_text(f'{file}, by its own properties')}\n"
        f"vendor = {_text(maker)}\nmachine = {_text(Path(name).stem)}\n"
        f'source = {{title = "device properties", publisher = "Amazon Braket", {dated}'
        'url = "https://github.com/amazon-braket/amazon-braket-schemas-python"}\nnotes = [\n'
        '    "The schema names no convention: fidelities are read as average gate fidelities,'
        ' T2 as measured with an echo.",\n'
        + "".join(f"    {_text(f'{why}: {names}')},\n" for why, names in left.items() if names)
        + "]\n"
        + "".join(claims)
    )


def _claims(document: Any) -> Iterator[str]:
    """Write a claim for each kind of figure, each the mean of what is in order."""
    count = _table(document, "paradigm").get("qubitCount")
    qubits = count if type(count) is int and 1 <= count <= 1_000_000 else None
    figures = list(_standardized(_table(document, "standardized"), qubits))
    figures = figures or list(_of_ionq(_table(document, "provider")))
    if qubits is not None and figures:
        yield f'\n[[claim]]\nid = "qubits"\nmetric = "qubits"\nvalue = {qubits}\n'
    yield from figures


def _standardized(table: Mapping[str, Any], count: int | None) -> Iterator[str]:
    ones = {int(q): one for q, one in _table(table, "oneQubitProperties").items() if _whole(q)}
    for key, part in _TIMES.items():
        times = {q: t for q, one in ones.items() if (t := _seconds(_table(one, key))) is not None}
        if times:
            yield _claim(
                key.lower(), part, f'"{fmean(times.values()) * 1e6:.4g} us"', _of(times, count)
            )
    of_bits: Part = "readout"
    for names, name, part in ((_READOUT, of_bits, of_bits), (_ALONE, "1q", _MEANS["1Q"])):
        errors = {q: e for q, one in ones.items() if (e := _error(one, names)) is not None}
        if errors:
            yield _claim(name, part, f"{fmean(errors.values()):.4g}", _of(errors, count))
    pairs = dict(_pairs(_table(table, "twoQubitProperties")))
    gates = Counter(gate for known in pairs.values() for gate in known)
    if gates:
        gate = max(sorted(gates), key=gates.__getitem__)
        both = {pair: known[gate] for pair, known in sorted(pairs.items()) if gate in known}
        scope = f"scope = {{pairs = {[list(pair) for pair in both]}}}  # {_line(gate)}"
        yield _claim("2q", _MEANS["2Q"], f"{fmean(both.values()):.4g}", scope)


def _of_ionq(provider: Mapping[str, Any]) -> Iterator[str]:
    """Write the means that IonQ's own properties hold; times are in seconds."""
    for key, part in _TIMES.items():
        value = _number(_table(provider, "timing").get(key))
        if value is not None and 0 < value <= _LONGEST:
            yield _claim(key.lower(), part, f'"{value:.6g} s"')
    for key, part in _MEANS.items():
        value = _number(_table(_table(provider, "fidelity"), key).get("mean"))
        if value is not None and _BROKEN < value < 1:
            yield _claim(key.lower(), part, f"{1 - value:.4g}")


def _pairs(table: Mapping[str, Any]) -> Iterator[tuple[tuple[int, int], dict[str, float]]]:
    """Give the errors of each pair by gate; of both directions the worse."""
    for name, one in table.items():
        match = _PAIR.fullmatch(name)
        listed = one.get("twoQubitGateFidelity") if isinstance(one, dict) else None
        if match is None or int(match[1]) == int(match[2]) or not isinstance(listed, list):
            continue
        known: dict[str, float] = {}
        for entry in listed:
            value = _number(_table(entry, "").get("fidelity"))
            gate = _table(entry, "").get("gateName")
            if isinstance(gate, str) and value is not None and _BROKEN < value < 1:
                known[gate] = max(1 - value, known.get(gate, 0.0))
        a, b = sorted((int(match[1]), int(match[2])))
        yield (a, b), known


def _error(one: Any, names: tuple[str, ...]) -> float | None:
    """Give 1 - F of the first kind of fidelity that a qubit reports; None for a placeholder."""
    listed = _table(one, "").get("oneQubitFidelity")
    told: dict[str, float | None] = {}
    for entry in listed if isinstance(listed, list) else []:
        name = _table(_table(entry, ""), "fidelityType").get("name")
        if isinstance(name, str):
            told[name] = _number(_table(entry, "").get("fidelity"))
    values = [told[name] for name in names if told.get(name) is not None]
    value = values[0] if values else None
    return 1 - value if value is not None and _BROKEN < value < 1 else None


def _left_out(table: Mapping[str, Any], odd: Callable[[float], bool]) -> str:
    """Name qubits and pairs with an odd fidelity."""
    names = []
    for key, under in (
        ("oneQubitProperties", "oneQubitFidelity"),
        ("twoQubitProperties", "twoQubitGateFidelity"),
    ):
        for name, one in _table(table, key).items():
            listed = _table(one, "").get(under)
            values = [
                _number(_table(entry, "").get("fidelity"))
                for entry in (listed if isinstance(listed, list) else [])
            ]
            if any(value is not None and odd(value) for value in values):
                names.append(_line(name))
    return ", ".join(names)[:600]


def _too_large(fidelity: float) -> bool:
    return fidelity > 1


def _too_large_means(document: Any) -> Iterator[str]:
    """Name the means of IonQ's properties that are no fidelities."""
    told = _table(_table(document, "provider"), "fidelity")
    for key in _MEANS:
        value = _number(_table(told, key).get("mean"))
        if value is not None and _too_large(value):
            yield key


def _claim(name: str, part: Part, value: str, scope: str = "") -> str:
    row = METRICS[metric_of_part(part)]
    relation = "at most" if row.better == "lower" else "at least"
    convention = 'convention = "average_gate_infidelity"' if row.conventions else ""
    return claim_lines(name, row.id, relation, value, 'statistic = "mean"', convention, scope)


def _of(values: Mapping[int, float], count: int | None) -> str:
    """Name the qubits, where they are not all of them."""
    every = count is not None and sorted(values) == list(range(count))
    return "" if every else f"scope = {{qubits = {sorted(values)}}}"


def _seconds(time: Mapping[str, Any]) -> float | None:
    value, unit = _number(time.get("value")), time.get("unit")
    scale = _UNITS.get(unit.lower()) if isinstance(unit, str) else None
    seconds = value * scale if value is not None and scale is not None else 0.0
    return seconds if 0 < seconds <= _LONGEST else None


def _table(value: Any, key: str) -> Mapping[str, Any]:
    """Give a table under a key, or the value itself; empty where there is none."""
    found = value if not key else value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _number(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and math.isfinite(value) else None


def _whole(text: str) -> bool:
    return re.fullmatch(r"\d{1,5}", text, re.ASCII) is not None


def _line(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)[:120]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
