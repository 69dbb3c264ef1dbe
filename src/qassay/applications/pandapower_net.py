"""pandapower networks: every table understood by pandapower itself, or a refusal that names it.

The file is read by our own bounded reader and handed to pandapower as tables of numbers: its
loader would build any Python object that a file asks for. Switches, scaling, parallel lines,
generators that take the slack and all else then count as pandapower's DC power flow counts them.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qassay.applications.network import DC, GIVEN, Network
from qassay.errors import MalformedError, Problem, UnavailableError, UsageError, quoted
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_json

_EXPECTED: Final = "a pandapower network, as `pandapower.to_json` writes it"
_AT_BUSES: Final = (
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
_BETWEEN: Final = ("line", "trafo", "trafo3w", "impedance")
_SCALARS: Final = ("name", "f_hz", "sn_mva", "version", "format_version")
# Without effect on a flow of real power.
_IDLE: Final = (
    "measurement",
    "pwl_cost",
    "poly_cost",
    "group",
    "std_types",
    "line_geodata",
    "bus_geodata",
    "converged",
    "OPF_converged",
    "user_pf_options",
)
_ENDS: Final = {
    "line": (("from_bus", "p_from_mw"), ("to_bus", "p_to_mw")),
    "trafo": (("hv_bus", "p_hv_mw"), ("lv_bus", "p_lv_mw")),
    "impedance": (("from_bus", "p_from_mw"), ("to_bus", "p_to_mw")),
    "trafo3w": (("hv_bus", "p_hv_mw"), ("mv_bus", "p_mv_mw"), ("lv_bus", "p_lv_mw")),
}
_SWITCHED: Final = {"line": "l", "trafo": "t", "trafo3w": "t3"}
_BALANCE: Final = 1e-6  # of the largest power: no element may be left out
Rows = dict[Any, dict[str, Any]]


def read_pandapower(text: str, name: str) -> Network:
    """Read a network, with the flows it was solved with or those of pandapower's DC power flow.

    Raises:
        UsageError: It is none, or holds what is not understood here.
        UnavailableError: pandapower is not installed.
    """
    tables, scalars = _tables(text, name)
    UsageError.raise_if_any(_strange(tables, name))
    if _solved(tables):
        return _network(tables, tables, str(scalars.get("name") or name), GIVEN)
    found = _dc(tables, scalars, name)
    return _network(tables, found, str(scalars.get("name") or name), DC)


def _tables(text: str, name: str) -> tuple[dict[str, Rows], dict[str, Any]]:
    try:
        document = read_json(text, name, limits=FOREIGN, error=UsageError)
        document = document.get("_object", document)
        tables = {
            str(key): _frame(value)
            for key, value in document.items()
            if isinstance(value, dict) and _is_frame(value)
        }
        scalars = {key: document[key] for key in _SCALARS if key in document}
        _ = tables["bus"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        lacking = isinstance(error, KeyError)
        raise UsageError(
            Problem(
                where=name,
                found=f"no table or column {error}" if lacking else "other JSON",
                expected=_EXPECTED,
            )
        ) from None
    odd = [key for key in document if key not in tables and key not in scalars]
    odd = [key for key in odd if not (str(key).startswith("_") or key in _IDLE)]
    UsageError.raise_if_any(
        Problem(where=f"{name}, {key}", found="something that is no table", expected=_EXPECTED)
        for key in odd[:3]
        if document[key] not in (None, {}, [])
    )
    return tables, scalars


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


def _strange(tables: Mapping[str, Rows], name: str) -> Iterator[Problem]:
    """Name the tables whose elements are not understood here."""
    known = {"bus", "switch", *_AT_BUSES, *_BETWEEN, *_IDLE}
    for key, rows in tables.items():
        if key in known or key.startswith(("res_", "_")) or not rows:
            continue
        working = [row for row in rows.values() if row.get("in_service", True)]
        if working:
            yield Problem(
                where=f"{name}, {key}",
                found=f"{len(working)} in service",
                expected="none: such elements are not understood here",
                advice="replace them by loads and generators",
            )


def _solved(tables: Mapping[str, Rows]) -> bool:
    """Whether the file holds flows of all that joins buses."""
    there = [(tables.get(key, {}), tables.get(f"res_{key}", {})) for key in _BETWEEN]
    if not any(rows for rows, _ in there):
        return False
    return all(
        set(rows) == set(found)
        and all(
            _number(row.get(column))
            for index, row in found.items()
            for column in (_ENDS[key][0][1],)
            if rows[index].get("in_service", True)
        )
        for key, (rows, found) in zip(_BETWEEN, there, strict=True)
    ) and any(
        abs(row[_ENDS[key][0][1]] or 0.0) > 0
        for key, (_, found) in zip(_BETWEEN, there, strict=True)
        for row in found.values()
    )


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _dc(tables: Mapping[str, Rows], scalars: Mapping[str, Any], name: str) -> dict[str, Rows]:
    """Let pandapower solve its DC power flow; give its tables of results."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import pandapower
        except ImportError:
            raise UnavailableError(
                f"{name} holds no solved flows; pandapower solves them and is not installed:"
                " `python3 dev.py setup --with grid`, or `pip install pandapower`"
            ) from None
        try:
            net = pandapower.create_empty_network()
            for key in ("bus", "switch", *_AT_BUSES, *_BETWEEN):
                rows = tables.get(key)
                if rows:
                    net[key] = _typed(type(net[key]).from_dict(rows, orient="index"), net[key])
            for key, value in scalars.items():
                net[key] = value
            pandapower.convert_format(net)
            pandapower.rundcpp(net, numba=False)
        except Exception as error:
            raise UsageError(
                Problem(
                    where=name,
                    found="a network whose DC power flow pandapower cannot solve:"
                    f" {quoted(str(error), 160)}",
                    expected=_EXPECTED,
                )
            ) from None
        wanted = ("res_bus", *(f"res_{key}" for key in _BETWEEN))
        found = {key: net[key].to_dict(orient="index") for key in wanted}
    return {**tables, **found}


def _typed(frame: Any, usual: Any) -> Any:
    """Give columns the types that pandapower's own empty table has, as far as they hold values."""
    for column, kind in usual.dtypes.to_dict().items():
        if column not in frame:
            continue
        try:
            frame[column] = frame[column].astype(kind)
        except (TypeError, ValueError):
            if not frame[column].isna().any() or kind.kind == "b":
                raise
            frame[column] = frame[column].astype(float)  # of whole numbers some are not said
    return frame


def _network(
    tables: Mapping[str, Rows], results: Mapping[str, Rows], title: str, flows: str
) -> Network:
    """Join buses that a closed switch makes one, and draw what flows between them."""
    buses = {bus: row for bus, row in tables["bus"].items() if row.get("in_service", True)}
    if not buses:
        raise UsageError(Problem(where=title, found="no bus in service", expected=_EXPECTED))
    home = _joined(tables, buses)
    kept = [bus for bus in buses if home[bus] == bus]
    place = {bus: index for index, bus in enumerate(kept)}
    names = [str(buses[bus].get("name") or bus) for bus in kept]
    lines: list[tuple[int, int, float]] = []
    out = dict.fromkeys(kept, 0.0)
    for key in _BETWEEN:
        opened = _opened(tables, key)
        for index, row in tables.get(key, {}).items():
            ends = [(home.get(row[end]), column) for end, column in _ENDS[key]]
            if not row.get("in_service", True) or index in opened:
                continue
            if any(bus is None for bus, _ in ends):
                continue
            powers = [_power(results, key, index, column) for _, column in ends]
            for (bus, _), mw in zip(ends, powers, strict=True):
                out[bus] += mw
            spots = [place[bus] for bus, _ in ends]
            if len(spots) == 2:
                lines.append((spots[0], spots[1], powers[0]))
                continue
            names.append(str(row.get("name") or f"transformer {index}"))  # its star point
            lines += [(spot, len(names) - 1, mw) for spot, mw in zip(spots, powers, strict=True)]
    if flows == DC:
        _check_balance(results, home, out, title)
    return Network(
        title=title,
        buses=tuple(names),
        lines=tuple(lines),
        layout=_places([buses[bus] for bus in kept]) if len(names) == len(kept) else (),
        flows=flows,
    )


def _power(results: Mapping[str, Rows], key: str, index: Any, column: str) -> float:
    value = results.get(f"res_{key}", {}).get(index, {}).get(column)
    return float(value) if value is not None and _number(value) else 0.0


def _opened(tables: Mapping[str, Rows], key: str) -> set[Any]:
    """Find what an open switch takes out of use."""
    kind = _SWITCHED.get(key)
    return {
        row["element"]
        for row in tables.get("switch", {}).values()
        if row.get("et") == kind and not row.get("closed", True)
    }


def _joined(tables: Mapping[str, Rows], buses: Rows) -> dict[Any, Any]:
    """Give each bus the first of those that closed switches make one with it."""
    home = {bus: bus for bus in buses}

    def root(bus: Any) -> Any:
        while home[bus] != bus:
            bus = home[bus]
        return bus

    order = {bus: index for index, bus in enumerate(buses)}
    for row in tables.get("switch", {}).values():
        a, b = row.get("bus"), row.get("element")
        if row.get("et") != "b" or not row.get("closed", True) or a not in home or b not in home:
            continue
        first, second = sorted((root(a), root(b)), key=lambda bus: order[bus])
        home[second] = first
    return {bus: root(bus) for bus in buses}


def _check_balance(
    results: Mapping[str, Rows], home: Mapping[Any, Any], out: Mapping[Any, float], title: str
) -> None:
    """Make sure that no element was left out: at every bus what comes in goes out.

    Raises:
        UsageError: Something was.
    """
    rest = dict(out)
    for bus, row in results["res_bus"].items():
        if bus in home and _number(row.get("p_mw")):
            rest[home[bus]] += float(row["p_mw"])
    most = max([1.0, *map(abs, out.values())])
    odd = [bus for bus, mw in rest.items() if abs(mw) > _BALANCE * most]
    if odd:
        raise UsageError(
            Problem(
                where=f"{title}, bus {odd[0]}",
                found=f"{rest[odd[0]]:+.6g} MW that no line accounts for",
                expected="lines, transformers and impedances that carry all power",
                advice="solve it in pandapower (`runpp`) and save it with its results",
            )
        )


def _places(rows: list[dict[str, Any]]) -> tuple[tuple[float, float], ...]:
    """Read where the buses lie, if the file says so of each."""
    found = []
    for row in rows:
        geo = row.get("geo")
        try:
            place = read_json(geo, "geo") if isinstance(geo, str) else geo
            x, y = place["coordinates"][:2]  # type: ignore[index]
        except (MalformedError, ValueError, KeyError, TypeError):
            return ()
        if not (_number(x) and _number(y)):
            return ()
        found.append((float(x), float(y)))
    return tuple(found)
