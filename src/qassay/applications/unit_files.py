"""A buyer's own units and loads, in JSON or CSV.

JSON: {"hours": 4, "load": [900, 1200], "nuclear": 400,
       "units": [{"name": "CC-1", "minimum": 170, "maximum": 355, "cost_at_minimum": 4100,
                  "marginal": 21.5, "startup": 28000}]}
      or PGLib-UC's own JSON, see `pglib_units`.
CSV:  unit,CC-1,170,355,4100,21.5,28000     name, MW at least, at most, $/h, $/MWh, $ a start
      load,900,1200                          MW in each period
      hours,4
      nuclear,400                            optional
"""

from __future__ import annotations

import csv
from typing import Any, Final

from qassay.applications.interface import is_number, text_of
from qassay.applications.pglib_units import is_pglib, read_pglib
from qassay.errors import Problem, UsageError, quoted
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_json

_KEYS: Final = ("name", "minimum", "maximum", "cost_at_minimum", "marginal", "startup")
_EXPECTED: Final = "units and loads in JSON or CSV, see docs/applications.md"
_MOST_PERIODS: Final = 168
_MOST_TOLD: Final = 5
_CALLED: Final = {";": '";"', "\t": "a tab"}  # what spreadsheets write between fields


def read_fleet(data: bytes, name: str) -> dict[str, Any]:
    """Read units, load and hours.

    Raises:
        UsageError: The file has mistakes, all of them named.
    """
    text = text_of(data, name, _EXPECTED)
    if not text.lstrip().startswith("{"):
        table = _csv(text, name)
    else:
        table = read_json(text, name, limits=FOREIGN, error=UsageError)
        table = read_pglib(table, name) if is_pglib(table) else _own(table, name)
    problems = list(_problems(table, name))
    UsageError.raise_if_any(problems)
    return table


def _own(table: dict[str, Any], name: str) -> dict[str, Any]:
    strange = sorted(set(table) - {"hours", "load", "nuclear", "units"})
    if strange:
        raise UsageError(
            Problem(
                where=name,
                found=quoted(strange[0]),
                expected="the keys hours, load, units and, if there is one, nuclear",
            )
        )
    return dict(table)


def _csv(text: str, name: str) -> dict[str, Any]:
    table: dict[str, Any] = {"units": []}
    apart = next((one for one in _CALLED if one in text), "")
    if apart and not any("," in line for line in text.splitlines() if apart not in line):
        raise UsageError(
            Problem(
                where=name,
                found=f"fields with {_CALLED[apart]} between them",
                expected='"," between fields, and "." before decimals',
                advice='such files come from a spreadsheet: save it as "CSV (comma delimited)"',
            )
        )
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#"):
            continue
        where = f"{name}:{number}"
        kind, rest = cells[0].lower(), cells[1:]
        once = f"unit {rest[0]}" if kind == "unit" and rest else kind
        if once in first:
            problems.append(
                Problem(
                    where=where,
                    found=f"{once} once more, as in line {first[once]}",
                    expected="each unit, and load, hours and nuclear, in one row",
                )
            )
            continue
        first[once] = number
        if kind == "unit" and len(rest) == len(_KEYS):
            numbers = _numbers(rest[1:], where, problems)
            table["units"].append(dict(zip(_KEYS, [rest[0], *numbers], strict=True)))
        elif kind == "load" and rest:
            table["load"] = _numbers(rest, where, problems)
        elif kind in ("hours", "nuclear") and len(rest) == 1:
            table[kind] = _numbers(rest, where, problems)[0]
        else:
            problems.append(
                Problem(
                    where=where,
                    found=quoted(",".join(cells)),
                    expected="unit,NAME,MIN,MAX,COST,MARGINAL,STARTUP; load,MW,...; hours,H",
                )
            )
    UsageError.raise_if_any(problems[:_MOST_TOLD])
    return table


def _numbers(cells: list[str], where: str, problems: list[Problem]) -> list[float]:
    """Read a row; where one of them is no number, that is a problem and they are 0."""
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        problems.append(Problem(where=where, found=quoted(",".join(cells)), expected="numbers"))
        return [0.0] * len(cells)


def _problems(table: dict[str, Any], name: str) -> Any:
    units, load = table.get("units"), table.get("load")
    if not isinstance(units, list) or not units:
        yield Problem(where=f"{name}, units", found="none", expected="one unit or more")
        units = []
    for place, unit in enumerate(units, start=1):
        if not isinstance(unit, dict) or set(unit) != set(_KEYS):
            yield Problem(
                where=f"{name}, unit {place}",
                found=quoted(unit),
                expected="the keys " + ", ".join(_KEYS),
            )
        elif not all(is_number(unit[key]) for key in _KEYS[1:]) or unit["name"] == "":
            yield Problem(
                where=f"{name}, unit {place}",
                found=quoted(unit),
                expected="a name and finite numbers",
            )
        else:
            unit["name"] = str(unit["name"])
    names = [str(unit.get("name")) for unit in units if isinstance(unit, dict)]
    for name_twice in sorted({one for one in names if names.count(one) > 1})[:_MOST_TOLD]:
        yield Problem(
            where=f"{name}, units",
            found=f"{quoted(name_twice)} once more",
            expected="each unit once",
        )
    if not isinstance(load, list) or not 1 <= len(load) <= _MOST_PERIODS:
        yield Problem(
            where=f"{name}, load",
            found="none" if not load else "a wrong list",
            expected=f"megawatts in 1 to {_MOST_PERIODS} periods",
        )
    elif not all(map(is_number, load)):
        yield Problem(where=f"{name}, load", found=quoted(load), expected="finite numbers")
    for key, needed in (("hours", True), ("nuclear", False)):
        value = table.get(key, 0.0)
        if not is_number(value) or value < 0 or (needed and not value):
            yield Problem(
                where=f"{name}, {key}",
                found=quoted(table.get(key)),
                expected="a number above 0" if needed else "a number from 0",
            )
