"""An IBM Quantum calibration table as claims, and as the virtual machine that it describes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from qassay.devices.noise import one_qubit_coherence_limit, two_qubit_coherence_limit
from qassay.devices.noise_file import T1, T2
from qassay.errors import CountsError, Problem
from qassay.published.backend_sheet import ReportOrigin, report_sheet
from qassay.published.ibm_calibration import IbmCalibration, read_calibration

_VENDOR: Final = "IBM Quantum's calibration data"


def ibm_sheet(path: Path) -> str:
    """Write the sheet of one table.

    Raises:
        CountsError: No such table, or none with a figure that can be claimed.
    """
    known = read_calibration(path)
    dated = f', date = "{known.day}"' if known.day else ""
    origin = ReportOrigin(
        comment=f"Written from {_line(path.name)}, calibration data of IBM Quantum:"
        " values without counts.",
        vendor=_VENDOR,
        source=f'source = {{title = "calibration data", publisher = "IBM Quantum"{dated}}}\n',
        notes=_unused(known),
    )
    text = report_sheet(known.report, origin)
    if text is None:
        raise CountsError(
            Problem(
                where=_line(path.name),
                found="a table in which every error and time stands for nothing",
                expected="a qubit with a T1, a T2 or an error above 0",
            )
        )
    return text


def ibm_machine(path: Path) -> str:
    """Write the machine file of one table.

    Raises:
        CountsError: No such table, or one without couplings.
    """
    known = read_calibration(path)
    report = known.report
    if not report.pairs:
        raise CountsError(
            Problem(
                where=_line(path.name),
                found="no pair with an error of its entangler",
                expected="a column such as CZ error, ECR error or CNOT error with its pairs",
            )
        )
    told: list[str] = []
    lines = _noise(known, told)
    connectivity = ", ".join(f"[{a}, {b}]" for a, b in report.pairs)
    durations = [f'{key} = "{value * 1e9:.6g} ns"' for key, value in known.durations.items()]
    return "\n".join(
        [
            f"# The machine that {_line(path.name)} describes, calibration data of IBM Quantum.",
            "# Crosstalk, leakage, drift and preparation are not in it, and so perfect here.",
            *(f"# {words}" for words in told),
            "",
            "[machine]",
            f"name = {json.dumps(_line(report.name, 80))}",
            'platform = "superconducting"',
            f"qubits = {report.qubits}",
            f"connectivity = [{connectivity}]",
            "",
            "[durations]",
            *durations,
            "",
            "[noise]",
            *lines,
            "",
        ]
    )


def _noise(known: IbmCalibration, told: list[str]) -> list[str]:
    """Write the noise, a value a qubit or pair, and say what had to be changed or filled in."""
    report, count = known.report, known.report.qubits
    working = [q for q in range(count) if q not in report.broken_qubits]
    t1 = _filled(report.t1, count, working, "T1", told)
    t2 = _filled(report.t2, count, working, "T2", told)
    if t1 and t2:
        beyond = [q for q in working if t2[q] > 2 * t1[q]]
        t2 = [min(slow, 2 * fast) for slow, fast in zip(t2, t1, strict=True)]
        if beyond:
            told.append(f"T2 was above 2 T1 on {_listed(beyond)}, and is 2 T1 here.")
    ones = _filled(report.one_qubit, count, working, "the one-qubit error", told)
    twos = [report.two_qubit[pair] for pair in report.pairs]
    if t1 or t2:
        relax = np.array(t1 or [np.inf] * count)
        dephase = np.array(t2) if t2 else 2 * relax
        ends = np.array(report.pairs, dtype=np.intp)
        one, two = (known.durations.get(f"{kind}_qubit_gate", 0.0) for kind in ("one", "two"))
        least = one_qubit_coherence_limit(relax, dephase, one).tolist()
        ones = _raised(ones, least, "one-qubit gates", told)
        least = two_qubit_coherence_limit(relax, dephase, two, ends).tolist()
        twos = _raised(twos, least, "two-qubit gates", told)
    up, down = _readout(known, working)
    wrong = [_filled(side, count, working, "", []) for side in (up, down)]
    if silent := [q for q in working if q not in up]:
        told.append(f"Readout is not reported of {_listed(silent)}: the median of the others.")
    lines = [
        _list(T1, [f'"{1e6 * x:.6g} us"' for x in t1]),
        _list(T2, [f'"{1e6 * x:.6g} us"' for x in t2]),
        _list("one_qubit_error", [f"{x:.6g}" for x in ones]),
        _list("two_qubit_error", [f"{x:.6g}" for x in twos]),
        _list("readout_p01", [f"{x:.6g}" for x in wrong[0]]),
        _list("readout_p10", [f"{x:.6g}" for x in wrong[1]]),
    ]
    if report.broken_qubits:
        lines.append(f"dead_qubits = {list(report.broken_qubits)}")
    return [line for line in lines if line]


def _readout(
    known: IbmCalibration, working: Sequence[int]
) -> tuple[dict[int, float], dict[int, float]]:
    """Give both directions of each qubit; the mean for both where the table has no more."""
    up, down = {}, {}
    for q in working:
        mean = known.report.readout.get(q)
        if q in known.up and q in known.down:
            up[q], down[q] = known.up[q], known.down[q]
        elif mean is not None:
            up[q] = down[q] = mean
    return up, down


def _filled(
    own: Mapping[int, float], count: int, working: Sequence[int], name: str, told: list[str]
) -> list[float]:
    """Give a value to every qubit; the median of the others where nothing is reported."""
    if not own:
        return []
    middle = median(own.values())
    if name and (silent := [q for q in working if q not in own]):
        told.append(f"Of {_listed(silent)} {name} is not reported: the median of the others.")
    return [own.get(q, middle) for q in range(count)]


def _raised(
    errors: list[float], least: Sequence[float], gates: str, told: list[str]
) -> list[float]:
    """Raise errors to what T1, T2 and the gate's duration cost already."""
    if not errors:
        return errors
    rounded = [bound * (1 + 1e-5) for bound in least]
    many = sum(error < bound for error, bound in zip(errors, rounded, strict=True))
    if many:
        told.append(f"{many} errors of {gates} were below what T1 and T2 cost, and are raised.")
    return [max(error, bound) for error, bound in zip(errors, rounded, strict=True)]


def _list(key: str, values: Iterable[str]) -> str:
    text = ", ".join(values)
    return f"{key} = [{text}]" if text else ""


def _listed(qubits: Sequence[int]) -> str:
    shown = ", ".join(map(str, qubits[:12]))
    return f"qubits {shown}{' and others' if len(qubits) > 12 else ''}"


def _unused(known: IbmCalibration) -> tuple[str, ...]:
    names = ", ".join(map(_line, known.unused))
    return (f"Columns that no claim is made of: {names}.",) if names else ()


def _line(text: str, most: int = 120) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)[:most]
