"""A machine's own calibration, written as a claim sheet.

What a provider's calibration page says is a claim like any other, once its conventions are
stated; `devices.calibration` says which they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from qassay.claims.metric import Part
from qassay.claims.metrics import metric_of_part
from qassay.devices.calibration import TIMES, BackendReport, calibration_of
from qassay.errors import DeviceFileError, Problem
from qassay.published.claim_lines import claim_lines

_PARTS: Final[tuple[Part, ...]] = ("relaxation", "dephasing")  # that its times are figures of


def sheet_of(backend: Any, *, delta: float = 0.25) -> str:
    """Write a backend's calibration as a claim sheet.

    Args:
        backend: A BackendV2.
        delta: Tolerance of the decision rule.

    Returns:
        The sheet, TOML; each claim is a mean over the backend, at the reported value.

    Raises:
        DeviceFileError: The target reports no error and no time at all.
    """
    known = calibration_of(backend)
    if (text := report_sheet(known, _OF_TARGET, delta=delta)) is None:
        raise DeviceFileError(
            Problem(
                where=known.name,
                found="a target without errors and times",
                expected="a backend that reports its calibration",
            )
        )
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrigin:
    """Where a report comes from, in the words of a sheet.

    Attributes:
        comment: First line of the sheet.
        vendor: Whose figures they are.
        source: The line that names the source, TOML; empty without one.
        notes: Further notes.
    """

    comment: str
    vendor: str
    source: str = ""
    notes: tuple[str, ...] = ()


_OF_TARGET: Final = ReportOrigin(
    comment="Written from the calibration data of the backend's own target.",
    vendor="the backend's target",
)


def report_sheet(known: BackendReport, origin: ReportOrigin, *, delta: float = 0.25) -> str | None:
    """Write a report as a claim sheet; None where it says nothing that can be claimed.

    Args:
        known: The report.
        origin: Where it is from.
        delta: Tolerance of the decision rule.
    """
    pairs = ", ".join(f"[{a}, {b}]" for a, b in known.pairs)
    average, mean = 'convention = "average_gate_infidelity"', 'statistic = "mean"'
    on_pairs = f"scope = {{pairs = [{pairs}]}}"

    def each(values: Mapping[int, float]) -> tuple[str, ...]:
        """State mean and qubits, the latter where some are left out."""
        listed = f"scope = {{qubits = {sorted(values)}}}"
        return (mean,) if len(values) == known.qubits else (mean, listed)

    claims = [
        *(
            _claim(key, metric_of_part(part), "at least", _seconds(_mean(own)), *each(own))
            for key, part, own in zip(TIMES, _PARTS, (known.t1, known.t2), strict=True)
        ),
        _claim(
            "readout",
            metric_of_part("readout"),
            "at most",
            _number(_mean(known.readout)),
            *each(known.readout),
        ),
        _claim(
            "1q",
            metric_of_part("turn"),
            "at most",
            _number(_mean(known.one_qubit)),
            average,
            *each(known.one_qubit),
        ),
        _claim(
            "2q",
            metric_of_part("entangler"),
            "at most",
            _number(_mean(known.two_qubit)),
            average,
            mean,
            on_pairs,
        ),
        _claim(
            "layers",
            "eplg",
            "at most",
            _number(_eplg(known)),
            'convention = "process_infidelity"',
            on_pairs,
        ),
    ]
    told = [text for text in claims if text]
    if not told:
        return None
    gates = " and ".join(filter(None, (known.pulse, *known.entanglers)))
    return (
        f"# {origin.comment}\n\n[sheet]\n"
        f'title = {_text(known.name)[:-1]}, by its own calibration"\n'
        f"vendor = {_text(origin.vendor)}\n"
        f"machine = {_text(known.name)}\n{origin.source}delta = {delta:g}\nnotes = [\n"
        f"    \"Conventions, after IBM's documentation: T2 with an echo; {gates} errors are average"
        f' gate infidelities{_left_out(known)}.",\n'
        '    "The claim on layers is derived: what the gate errors give if nothing else goes'
        ' wrong.",\n'
        + "".join(f"    {_text(note, 1500)},\n" for note in origin.notes)
        + "]\n"
        + "".join(told)
    )


def _left_out(known: BackendReport) -> str:
    """Name what is left out, and why."""
    words = []
    broken = [*(f"qubit {q}" for q in known.broken_qubits), *(f"{list(known.broken)}",)]
    if known.broken_qubits or known.broken:
        words.append(f"; out of order and left out: {', '.join(x for x in broken if x != '[]')}")
    silent = [
        f"{name} of {', '.join(map(str, missing))}"
        for name, values in (
            ("T1", known.t1),
            ("T2", known.t2),
            ("readout", known.readout),
            (known.pulse, known.one_qubit),
        )
        if values
        and (
            missing := [
                q for q in range(known.qubits) if q not in values and q not in known.broken_qubits
            ]
        )
    ]
    if silent:
        words.append(f"; not reported by qubit: {'; '.join(silent)}")
    if known.silent and known.two_qubit:
        words.append(f"; not reported by coupling: {', '.join(map(str, known.silent))}")
    return "".join(words)[:1500]


def _text(name: str, most: int = 120) -> str:
    """Write a name as TOML text."""
    return json.dumps(
        "".join(char if char.isprintable() else "?" for char in name[:most]), ensure_ascii=False
    )


def _eplg(known: BackendReport) -> float | None:
    if known.layer_fidelity is None or not known.pairs:
        return None
    return float(1 - known.layer_fidelity ** (1 / len(known.pairs)))


def _claim(name: str, metric: str, relation: str, value: str, *more: str) -> str:
    return claim_lines(name, metric, relation, value, *more) if value else ""


def _number(value: float | None) -> str:
    return f"{value:.4g}" if value is not None and 0 < value < 1 else ""


def _seconds(value: float | None) -> str:
    return f'"{value * 1e6:.4g} us"' if value is not None else ""


def _mean(values: Mapping[Any, float]) -> float | None:
    return fmean(values.values()) if values else None
