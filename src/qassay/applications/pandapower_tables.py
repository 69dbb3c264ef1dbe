"""The tables of a pandapower file, by our own bounded reader, and which of them carry power."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from qassay.errors import Problem, UsageError, quoted
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_json

NETWORK_FILE: Final = "a pandapower network, as `pandapower.to_json` writes it"
AT_BUSES: Final = (
    "load",
    "sgen",
    "motor",
    "asymmetric_load",
    "asymmetric_sgen",
    "storage",
    "gen",
    "shunt",
    "ward",
    "xward",
    "ext_grid",
)
BETWEEN: Final = ("line", "trafo", "trafo3w", "impedance")
_SCALARS: Final = {
    "name": (str,),
    "f_hz": (int, float),
    "sn_mva": (int, float),
    "version": (str, int, float),
    "format_version": (str, int, float),
    "converged": (bool,),
    "OPF_converged": (bool,),
}
# What carries power in pandapower and is not drawn here. A table of another name takes part where
# it stands at buses; what is left is data that its power flow does not look at, and is named.
_UNDRAWN: Final = frozenset(
    (
        "dcline",
        "svc",
        "ssc",
        "vsc",
        "tcsc",
        "bus_dc",
        "line_dc",
        "load_dc",
        "source_dc",
        "b2b_vsc",
        "vsc_stacked",
        "vsc_bipolar",
    )
)
_SILENT: Final = frozenset(
    (
        "measurement",
        "pwl_cost",
        "poly_cost",
        "group",
        "std_types",
        "line_geodata",
        "bus_geodata",
        "user_pf_options",
    )
)
_MOST_NAMED: Final = 5
Rows = dict[Any, dict[str, Any]]


def network_tables(text: str, name: str) -> tuple[dict[str, Rows], dict[str, Any]]:
    """Read the tables of a file, rows by index, and its scalars.

    Raises:
        UsageError: It is no network, or has as something else what pandapower has as a table.
    """
    try:
        document = read_json(text, name, limits=FOREIGN, error=UsageError)
        document = document.get("_object", document)
        tables = {
            str(key): _frame(value)
            for key, value in document.items()
            if isinstance(value, dict) and _is_frame(value)
        }
        scalars = {key: document[key] for key in _SCALARS if document.get(key) is not None}
        _ = tables["bus"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        lacking = isinstance(error, KeyError)
        raise UsageError(
            Problem(
                where=name,
                found=f"no table or column {error}" if lacking else "other JSON",
                expected=NETWORK_FILE,
            )
        ) from None
    UsageError.raise_if_any(list(_no_tables(document, tables, name))[:3])
    return tables, scalars


def _no_tables(
    document: Mapping[str, Any], tables: Mapping[str, Rows], name: str
) -> Iterator[Problem]:
    """Find what pandapower has as a table or a number and the file as something else."""
    elements = {"bus", "switch", "controller", *AT_BUSES, *BETWEEN, *_UNDRAWN}
    for key, value in document.items():
        if value is None or (key in _SCALARS and type(value) in _SCALARS[key]):
            continue
        if key in _SCALARS or (key in elements and key not in tables and value not in ({}, [])):
            found = "something that is no table" if key in elements else quoted(value, 40)
            yield Problem(where=f"{name}, {key}", found=found, expected=NETWORK_FILE)


def _is_frame(value: Mapping[str, Any]) -> bool:
    inner = value.get("_object")
    return isinstance(inner, str) or {"columns", "index", "data"} <= set(inner or value)


def _frame(value: Mapping[str, Any]) -> Rows:
    """Read a table as pandas writes it: split into columns, index and data."""
    inner: Any = value.get("_object", value)
    if isinstance(inner, str):
        inner = read_json(inner, "a table", limits=FOREIGN, error=UsageError)
    return {
        index: dict(zip(inner["columns"], row, strict=True))
        for index, row in zip(inner["index"], inner["data"], strict=True)
    }


def strange_tables(tables: Mapping[str, Rows], name: str) -> Iterator[Problem]:
    """Name the tables whose elements carry power and are not understood here."""
    known = {"bus", "switch", "controller", *AT_BUSES, *BETWEEN, *_SILENT}
    for key, rows in tables.items():
        if key in known or key.startswith(("res_", "_")) or not rows:
            continue
        columns = {str(column) for row in rows.values() for column in row}
        at_buses = any(one in ("bus", "buses") or one.endswith("_bus") for one in columns)
        working = [row for row in rows.values() if row.get("in_service", True)]
        if working and (key in _UNDRAWN or at_buses):
            yield Problem(
                where=f"{name}, {key}",
                found=f"{len(working)} in service",
                expected="none: such elements are not understood here",
                advice="replace them by loads and generators",
            )


def unused_tables(tables: Mapping[str, Rows]) -> str:
    """Name in words the tables that the power flow does not look at."""
    words = "; controllers are not run" if tables.get("controller") else ""
    known = {"bus", "switch", "controller", *AT_BUSES, *BETWEEN, *_UNDRAWN, *_SILENT}
    others = [
        key
        for key, rows in tables.items()
        if rows and key not in known and not key.startswith(("res_", "_"))
    ]
    more = ", ..." if len(others) > _MOST_NAMED else ""
    return words + (f"; not used: {', '.join(others[:_MOST_NAMED])}{more}" if others else "")
