"""PGLib-UC's own files: thermal units and demand, and by name all that the schedule leaves out.

Format: Knueven, Ostrowski and Watson, the benchmark library PGLib-UC, MODEL.md of
power-grid-lib/pglib-uc. The schedule of `unit-commitment` knows units that run or stand still, an
affine cost and a start; what a file says beyond that (ramps, least times, reserves, renewables that
could be curtailed, convex costs) is not applied, and every run says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

from qassay.errors import Problem, UsageError, quoted

_KEYS: Final = ("time_periods", "demand", "thermal_generators")
_NAMED: Final = 4
_MOST_TOLD: Final = 5
_NEAR: Final = 1e-3  # of an output: what programs round away


def is_pglib(table: Any) -> bool:
    """Whether a JSON document looks like one of PGLib-UC."""
    return isinstance(table, dict) and "thermal_generators" in table


def read_pglib(table: dict[str, Any], name: str) -> dict[str, Any]:
    """Turn a document of PGLib-UC into units and loads of one hour each.

    Returns:
        The table that `unit_files` reads from its own JSON, with "notes" on what is left out.

    Raises:
        UsageError: Keys are missing or are no numbers, all of them named.
    """
    lacking = [key for key in _KEYS if key not in table]
    UsageError.raise_if_any(
        Problem(where=f"{name}, {key}", found="nothing", expected="a file of PGLib-UC")
        for key in lacking
    )
    periods = table["time_periods"]
    demand = table["demand"]
    thermal = table["thermal_generators"]
    if not (isinstance(demand, list) and isinstance(thermal, dict) and len(demand) == periods):
        where, expected = f"{name}, demand", f"{quoted(periods, 20)} numbers"
        raise UsageError(Problem(where=where, found=quoted(demand), expected=expected))
    problems = [
        Problem(where=f"{name}, {key}", found=quoted(table[key]), expected=expected)
        for key, kind, expected in (
            ("reserves", list, "a list of numbers"),
            ("renewable_generators", dict, "a table of generators"),
        )
        if not isinstance(table.get(key) or kind(), kind)
    ]
    units = [
        unit
        for key, row in sorted(thermal.items())
        if (unit := _unit(str(key), row, f"{name}, {key}", problems)) is not None
    ]
    UsageError.raise_if_any(problems[:_MOST_TOLD])
    return {
        "units": units,
        "load": demand,
        "hours": 1,
        "notes": list(_left_out(table)),
    }


def _unit(key: str, row: Any, where: str, problems: list[Problem]) -> dict[str, Any] | None:
    try:
        curve = [(float(p["mw"]), float(p["cost"])) for p in row["piecewise_production"]]
        least, most = float(row["power_output_minimum"]), float(row["power_output_maximum"])
        start = min(float(one["cost"]) for one in row["startup"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        problems.append(
            Problem(
                where=where,
                found=quoted(str(error), 60),
                expected="a thermal generator of PGLib-UC",
            )
        )
        return None
    if not curve or not all(map(math.isfinite, (least, most, start, *sum(curve, ())))):
        problems.append(
            Problem(where=where, found="no cost of production", expected="finite numbers")
        )
        return None
    outputs = [mw for mw, _ in curve]
    steps = (one <= other for other, one in zip(outputs[1:], outputs[:-1], strict=True))
    near = _NEAR * max(1.0, abs(most))
    if abs(outputs[0] - least) > near or not all(steps) or outputs[-1] < most - near:
        problems.append(
            Problem(
                where=f"{where}, piecewise_production",
                found=f"outputs {quoted(outputs, 60)}",
                expected=f"rising ones from {least:g} to {most:g} MW, where the unit runs",
            )
        )
        return None
    (first, cost), (last, dearest) = curve[0], curve[-1]
    slope = (dearest - cost) / (last - first) if last > first else 0.0
    return {
        "name": key,
        "minimum": least,
        "maximum": most,
        "cost_at_minimum": cost,
        "marginal": slope,
        "startup": start,
    }


def _left_out(table: dict[str, Any]) -> Iterator[str]:
    """Name what the file says and the schedule does not apply."""
    thermal = table["thermal_generators"].values()
    curved = sum(len(row.get("piecewise_production", ())) > 2 for row in thermal)
    if curved:
        yield f"convex costs of {curved} units are taken as straight lines between their ends"
    if any(len(row.get("startup", ())) > 1 for row in thermal):
        yield "every start costs what the cheapest (hot) start does"
    forced = sum(bool(row.get("must_run")) for row in thermal)
    if forced:
        yield f"{forced} units that must run may stand still here"
    limits = (
        "ramp_up_limit",
        "ramp_down_limit",
        "ramp_startup_limit",
        "ramp_shutdown_limit",
        "time_up_minimum",
        "time_down_minimum",
    )
    if any(row.get(key) for row in thermal for key in limits):
        yield "ramps and least times of running and standing still are not applied"
    if any(table.get("reserves") or ()):
        yield "reserves are not kept"
    renewable = table.get("renewable_generators") or {}
    if renewable:
        named = ", ".join(sorted(map(str, renewable))[:_NAMED])
        more = f" and {len(renewable) - _NAMED} more" if len(renewable) > _NAMED else ""
        yield f"renewable generators ({named}{more}) feed nothing in: the load is the whole demand"
