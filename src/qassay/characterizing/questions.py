"""From what a first look saw to the sheet of questions that a characterization runs.

Each figure is planned by the value that was seen, and asked for with the wanted precision; the
questions stand in the order of what they tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from qassay.characterizing.sights import Sight
from qassay.characterizing.unasked import left_unasked
from qassay.circuits.layouts import edge_colouring
from qassay.claims.metric import Part
from qassay.claims.metrics import METRICS, metric_of_part
from qassay.claims.rows.asked import FIGURE
from qassay.claims.toml_text import toml_text
from qassay.devices.description import DeviceDescription
from qassay.devices.matching import matching
from qassay.errors import Problem, UsageError
from qassay.protocols.interface import Target

ORDER: Final[tuple[Part, ...]] = ("entangler", "readout", "turn", "relaxation", "dephasing")
LEAST, MOST = 0.02, 0.5  # precisions that can be asked for
CONVENTION: Final = "average_gate_infidelity"
_SMALLEST: Final = 1e-6
_LARGEST: Final = 0.4
_MATCHINGS: Final = 4  # of an all-to-all machine; its pairs are no hardware of their own
_CROSSTALK: Final = 0.5  # of the two-qubit error, with which its circuits are planned
_LEAST_CROSSTALK: Final = 0.25  # of the two-qubit error: a difference is dear


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


def questions(sights: Sequence[Sight], device: DeviceDescription, precision: float) -> str:
    """Write the sheet that asks for the figures; of what has no value to plan with, a note.

    Args:
        sights: What the first look saw.
        device: The machine.
        precision: Relative half width that is wanted.
    """
    asked = []
    two_qubit = metric_of_part("entangler")
    seen = {one.metric: one.value for one in sights if not one.end}
    silent = {one.metric: one.silent for one in sights}
    for metric in (one for part in ORDER if (one := metric_of_part(part)) in seen):
        value = seen[metric]
        if METRICS[metric].dimension != "time":
            value = min(max(value, _SMALLEST), _LARGEST)
        asked.append(_question(metric, value, precision))
        if scope := _scope(metric, silent[metric], device):
            asked[-1]["scope"] = scope
    two = seen.get(two_qubit, math.nan)
    pairs = [list(pair) for pair in matching(device) if pair not in silent.get(two_qubit, ())]
    if math.isfinite(two) and 0 < two < _LARGEST and len(pairs) > 1:
        beside = metric_of_part("neighbours")
        last = _question(beside, max(two * _CROSSTALK, _SMALLEST), max(precision, _LEAST_CROSSTALK))
        asked.append({**last, "relative_to": two_qubit, "scope": {"pairs": pairs}})
    head: dict[str, Any] = {
        "title": f"Characterization of {plain(device.name)}",
        "vendor": "nobody: a first look",
        "machine": plain(device.name),
    }
    if notes := [f"{one.told}." for one in left_unasked(sights)]:
        head["notes"] = notes
    return toml_text({"sheet": head, "question": asked})


def _scope(
    metric: str, silent: Sequence[Target], device: DeviceDescription
) -> dict[str, list[Any]]:
    """Give the targets of a figure where they are not all that there are."""
    if METRICS[metric].target == "pair":
        whole = device.connectivity == "all-to-all"
        pairs = sample_of_pairs(device) if whole else [list(pair) for pair in device.pairs]
        return {"pairs": [x for x in pairs if tuple(x) not in silent]} if whole or silent else {}
    return {"qubits": [q for q in device.usable if (q,) not in silent]} if silent else {}


def sample_of_pairs(device: DeviceDescription) -> list[list[int]]:
    """Choose a few matchings of a machine on which every pair can meet, spread over all."""
    layers = edge_colouring(device.pairs)
    chosen = {k * len(layers) // _MATCHINGS for k in range(_MATCHINGS)}
    return sorted(list(pair) for k in sorted(chosen) for pair in layers[k])


def _question(metric: str, value: float, precision: float) -> dict[str, Any]:
    timed = METRICS[metric].dimension == "time"
    return {
        "id": metric,
        "ask": FIGURE,
        "metric": metric,
        "near": f"{value:.6g} s" if timed else float(f"{value:.6g}"),
        **({"convention": CONVENTION} if METRICS[metric].conventions else {}),
        "precision": precision,
    }


def plain(name: str) -> str:
    """Keep of a machine's name what can stand in a text of a sheet as it is."""
    return "".join(c for c in name if c.isprintable() and c not in '"\\')[:80]
