"""From what a first look saw to claims that plan the circuits; nobody makes them.

Each claim has the value that was seen and the wanted precision as its tolerance, so that the plan's
circuits tell it from what is a precision away. They are asked in the order of what they tell.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Final

from qassay.characterizing.first_look import matching
from qassay.circuits.layouts import edge_colouring
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.errors import Problem, UsageError

ORDER: Final = (
    "two_qubit_gate_error",
    "readout_error",
    "one_qubit_gate_error",
    "t1",
    "t2_echo",
    "crosstalk",
)
_CONVENTION: Final = 'convention = "average_gate_infidelity"'
_GATES: Final = ("one_qubit_gate_error", "two_qubit_gate_error")
LEAST, MOST = 0.02, 0.5  # precisions that can be asked for
_SMALLEST: Final = 1e-6
_LARGEST: Final = 0.4
_MATCHINGS: Final = 4  # of an all-to-all machine; its pairs are no hardware of their own
_CROSSTALK: Final = 0.5  # of the two-qubit error, with which its circuits are planned


def check_precision(precision: float) -> None:
    """Refuse a precision that has no meaning or would take forever.

    Raises:
        UsageError: It is not between 2 and 50 %.
    """
    if not LEAST <= precision <= MOST:
        raise UsageError(
            Problem(
                where="--precision",
                found=f"{precision:g}",
                expected=f"a share from {LEAST:g} to {MOST:g}",
                advice="0.1 is ten per cent of each figure",
            )
        )


def questions(seen: Mapping[str, float], device: DeviceDescription, precision: float) -> str:
    """Write the sheet that plans the circuits; of what has no end within the delays, nothing.

    Args:
        seen: What the first look saw, by metric.
        device: The machine.
        precision: Relative half width that is wanted.
    """
    lines = [
        "[sheet]",
        f"title = {json.dumps(f'Characterization of {device.name}')}",
        'vendor = "nobody: a first look"',
        f"machine = {json.dumps(device.name)}",
        "",
    ]
    for metric in (one for one in ORDER if one in seen):
        value = seen[metric]
        timed = METRICS[metric].dimension == "time"
        if not math.isfinite(value) or value <= 0:
            continue
        if not timed:
            value = min(max(value, _SMALLEST), _LARGEST)
        lines += claim_lines(metric, value, "at least" if timed else "at most", precision)
        if metric == "two_qubit_gate_error" and device.connectivity == "all-to-all":
            lines[-1:] = [f"scope = {{pairs = {json.dumps(sample_of_pairs(device))}}}", ""]
    two = seen.get("two_qubit_gate_error", math.nan)
    if math.isfinite(two) and 0 < two < _LARGEST and len(matching(device)) > 1:
        pairs = json.dumps([list(pair) for pair in matching(device)])
        lines += claim_lines(
            "crosstalk", max(two * _CROSSTALK, _SMALLEST), "at most", precision / _CROSSTALK
        )
        lines[-1] = f"scope = {{pairs = {pairs}}}"
        lines.append("")
    return "\n".join(lines)


def sample_of_pairs(device: DeviceDescription) -> list[list[int]]:
    """Choose a few matchings of a machine on which every pair can meet, spread over all."""
    layers = edge_colouring(device.pairs)
    chosen = {k * len(layers) // _MATCHINGS for k in range(_MATCHINGS)}
    return sorted(list(pair) for k in sorted(chosen) for pair in layers[k])


def claim_lines(metric: str, value: float, relation: str, delta: float) -> list[str]:
    """Write one claim; an empty line ends it."""
    unit = " s" if METRICS[metric].dimension == "time" else ""
    written = f'"{value:.6g}{unit}"' if unit else f"{value:.6g}"
    return [
        "[[claim]]",
        f'id = "{metric}"',
        f'metric = "{metric}"',
        *([_CONVENTION] if METRICS[metric].conventions else []),
        f'relation = "{relation}"',
        f"value = {written}",
        'statistic = "mean"',
        f"delta = {min(delta, 10.0):g}",
        "",
    ]
