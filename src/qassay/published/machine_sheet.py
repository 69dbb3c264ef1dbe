"""The figures of a virtual machine's file, written as a claim sheet.

The file says what its machine is drawn from, with sources in its comments, so its figures are
known to whoever reads it; no answer key is opened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from statistics import fmean
from typing import Any, Final

from qassay.claims.metrics import METRICS, metric_of_part
from qassay.devices.catalog import PREFIX, machine_text
from qassay.devices.noise_file import QUANTITIES
from qassay.published.claim_lines import claim_lines
from qassay.reading.limits import MACHINE
from qassay.reading.strict_toml import read_toml
from qassay.units import Dimension, parse_quantity

_GATES: Final = (("1q", "one_qubit_error"), ("2q", "two_qubit_error"))
_READOUT: Final = ("readout_p01", "readout_p10", "preparation_error")


def machine_sheet(name: str) -> str:
    """Write the sheet of a built-in machine.

    Args:
        name: With or without `virtual:`.

    Raises:
        DeviceFileError: There is no such machine.
    """
    plain = name.removeprefix(PREFIX)
    _, document = read_toml(machine_text(plain).encode(), plain, limits=MACHINE)
    machine, noise = document["machine"], document.get("noise", {})
    claims = [_claim("qubits", "qubits", "at least", str(machine["qubits"]))]
    claims += [
        _claim(key, metric, "at least", json.dumps(f"{value:.6g} s"), statistic=statistic)
        for key, metric in _of_keys("time").items()
        if (figure := _figure(noise.get(key), "time")) is not None
        for value, statistic in (figure,)
    ]
    readout = [_figure(noise.get(key), "probability") for key in _READOUT]
    if readout[0] or readout[1]:
        # p01 and p10 as probabilities of one qubit; a wrong preparation turns both round.
        zero, one, prepared = (figure[0] if figure else 0.0 for figure in readout)
        error = (zero + one) / 2
        error = error + prepared - 2 * error * prepared
        statistic = next(figure[1] for figure in readout if figure)
        claims.append(
            _claim("readout", metric_of_part("readout"), "at most", f"{error:.6g}", statistic)
        )
    errors = _of_keys("probability")
    for key, field in _GATES:
        figure = _figure(noise.get(field), "probability")
        if figure is not None:
            convention = 'convention = "average_gate_infidelity"'
            claims.append(
                _claim(key, errors[field], "at most", f"{figure[0]:.6g}", figure[1], convention)
            )
    return (
        f"# The figures of the machine file {plain}.toml, written as claims. The file's comments\n"
        "# say where they come from and which are assumed.\n\n"
        f'[sheet]\ntitle = "{plain}, by the figures of its own file"\n'
        f'vendor = "the machine file {plain}.toml"\nmachine = "{plain}"\n' + "".join(claims)
    )


def _of_keys(dimension: Dimension) -> dict[str, str]:
    """Give the metric of each key that one alone says the value of; a time of its own, T2*."""
    rows = [row for row in METRICS.values() if row.dimension == dimension]
    found = {row.noise[0]: row.id for row in rows if len(row.noise) == 1}
    return found | {row.id: row.id for row in rows if row.id in QUANTITIES and not row.noise}


def _claim(
    name: str, metric: str, relation: str, value: str, statistic: str = "", *more: str
) -> str:
    told = f'statistic = "{statistic}"' if statistic else ""
    return claim_lines(name, metric, relation, value, *more, told)


def _figure(raw: Any, dimension: Any) -> tuple[float, str] | None:
    """Read a figure and its statistic: one number for all, a median with a spread, or a list."""
    if raw is None:
        return None
    if isinstance(raw, Mapping):
        value, statistic = parse_quantity(raw["median"], dimension), "median"
    elif isinstance(raw, list):
        value, statistic = fmean(parse_quantity(one, dimension) for one in raw), "mean"
    else:
        value, statistic = parse_quantity(raw, dimension), "mean"
    return (value, statistic) if value > 0 else None
