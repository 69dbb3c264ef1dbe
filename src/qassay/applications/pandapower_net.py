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
from qassay.applications.pandapower_stale import loads_belong
from qassay.applications.pandapower_tables import (
    AT_BUSES,
    BETWEEN,
    NETWORK_FILE,
    Rows,
    network_tables,
    strange_tables,
    unused_tables,
)
from qassay.errors import MalformedError, Problem, UnavailableError, UsageError, quoted
from qassay.numerals import numeral
from qassay.reading.strict_json import read_json

_TOLD_TO_IT: Final = ("name", "f_hz", "sn_mva", "version", "format_version")
_ENDS: Final = {
    "line": (("from_bus", "p_from_mw"), ("to_bus", "p_to_mw")),
    "trafo": (("hv_bus", "p_hv_mw"), ("lv_bus", "p_lv_mw")),
    "impedance": (("from_bus", "p_from_mw"), ("to_bus", "p_to_mw")),
    "trafo3w": (("hv_bus", "p_hv_mw"), ("mv_bus", "p_mv_mw"), ("lv_bus", "p_lv_mw")),
}
_SWITCHED: Final = {"line": "l", "trafo": "t", "trafo3w": "t3"}
_VARIED: Final = {"shunt": "p_mw", "ward": "pz_mw", "xward": "pz_mw"}  # grow with the voltage
_BALANCE: Final = 1e-6  # of the largest power: no element may be left out


def read_pandapower(text: str, name: str) -> Network:
    """Read a network, with the flows it was solved with or those of pandapower's DC power flow.

    Raises:
        UsageError: It is none, or holds what is not understood here.
        UnavailableError: pandapower is not installed.
    """
    tables, scalars = network_tables(text, name)
    UsageError.raise_if_any(strange_tables(tables, name))
    title, unused = str(scalars.get("name") or name), unused_tables(tables)
    solved = _solved(tables)
    if solved and loads_belong(tables, optimised=bool(scalars.get("OPF_converged"))):
        return _network(tables, tables, title, GIVEN + unused)
    other = "; the flows in the file do not belong to its loads" if solved else ""
    return _network(tables, _dc(tables, scalars, name), title, DC + other + unused)


def _solved(tables: Mapping[str, Rows]) -> bool:
    """Whether the file holds flows of all that joins buses."""
    there = [(tables.get(key, {}), tables.get(f"res_{key}", {})) for key in BETWEEN]
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
        for key, (rows, found) in zip(BETWEEN, there, strict=True)
    ) and any(
        abs(row[_ENDS[key][0][1]] or 0.0) > 0
        for key, (_, found) in zip(BETWEEN, there, strict=True)
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
            for key in ("bus", "switch", *AT_BUSES, *BETWEEN):
                rows = tables.get(key)
                if rows:
                    net[key] = _typed(type(net[key]).from_dict(rows, orient="index"), net[key])
            for key in _TOLD_TO_IT:
                if key in scalars:
                    net[key] = scalars[key]
            pandapower.convert_format(net)
            pandapower.rundcpp(net, numba=False)
        except Exception as error:
            raise UsageError(
                Problem(
                    where=name,
                    found="a network whose DC power flow pandapower cannot solve:"
                    f" {quoted(str(error), 160)}",
                    expected=NETWORK_FILE,
                )
            ) from None
        wanted = ("bus", *_VARIED, "switch", *BETWEEN)
        found = {f"res_{key}": net[f"res_{key}"].to_dict(orient="index") for key in wanted}
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
    dark = {bus for bus in buses if not _supplied(results, bus)}
    buses = {bus: row for bus, row in buses.items() if bus not in dark}
    if not buses:
        raise UsageError(Problem(where=title, found="no bus in service", expected=NETWORK_FILE))
    flows += f"; without supply and left out: {numeral(len(dark))} buses" if dark else ""
    home = _joined(tables, buses)
    kept = [bus for bus in buses if home[bus] == bus]
    place = {bus: index for index, bus in enumerate(kept)}
    names = [str(buses[bus].get("name") or bus) for bus in kept]
    lines: list[tuple[int, int, float]] = []
    out = dict.fromkeys(kept, 0.0)
    for key, row, ends in _branches(tables, results, home):
        for bus, mw in ends:
            out[bus] += mw
        spots = [place[bus] for bus, _ in ends]
        if len(spots) == 2 and key != "trafo3w":
            lines.append((spots[0], spots[1], ends[0][1]))
            continue
        names.append(str(row.get("name") or f"transformer {len(names)}"))  # its star point
        lines += [(spot, len(names) - 1, mw) for spot, (_, mw) in zip(spots, ends, strict=True)]
    if flows.startswith(DC):
        _check_balance(tables, results, home, out, title)
    return Network(
        title=title,
        buses=tuple(names),
        lines=tuple(lines),
        layout=_places([buses[bus] for bus in kept]) if len(names) == len(kept) else (),
        flows=flows,
    )


def _supplied(results: Mapping[str, Rows], bus: Any) -> bool:
    """Whether a bus has a voltage, as far as the results say so of any."""
    found = results.get("res_bus", {})
    row = found.get(bus, {})
    return not found or any(_number(row.get(key)) for key in ("vm_pu", "va_degree"))


def _branches(
    tables: Mapping[str, Rows], results: Mapping[str, Rows], home: Mapping[Any, Any]
) -> Iterator[tuple[str, dict[str, Any], list[tuple[Any, float]]]]:
    """Give what is in use between buses: its row, and the bus and power at each of its ends."""
    for key in BETWEEN:
        opened = _opened(tables, key)
        for index, row in tables.get(key, {}).items():
            if not row.get("in_service", True):
                continue
            ends = [
                (home.get(row[end]), _power(results, key, index, column))
                for end, column in _ENDS[key]
                if (index, row[end]) not in opened
            ]
            if key == "trafo3w":  # the sides that are left go on
                ends = [end for end in ends if end[0] is not None]
            if len(ends) < 2 or (key != "trafo3w" and len(ends) < len(_ENDS[key])):
                continue
            if all(bus is not None for bus, _ in ends):
                yield key, row, ends
    for index, row in tables.get("switch", {}).items():
        if _resists(row):
            both = [home.get(row.get("bus")), home.get(row.get("element"))]
            if None not in both:
                columns = ("p_from_mw", "p_to_mw")
                powers = [_power(results, "switch", index, column) for column in columns]
                yield "switch", row, list(zip(both, powers, strict=True))


def _resists(row: Mapping[str, Any]) -> bool:
    """Whether a switch is a closed one between buses with an impedance: a branch, not a joint."""
    z = row.get("z_ohm")
    joins = row.get("et") == "b" and bool(row.get("closed", True))
    return joins and z is not None and _number(z) and bool(z > 0)


def _power(results: Mapping[str, Rows], key: str, index: Any, column: str) -> float:
    value = results.get(f"res_{key}", {}).get(index, {}).get(column)
    return float(value) if value is not None and _number(value) else 0.0


def _opened(tables: Mapping[str, Rows], key: str) -> set[tuple[Any, Any]]:
    """Find the ends that an open switch cuts off: the element and its bus there."""
    kind = _SWITCHED.get(key)
    return {
        (row["element"], row["bus"])
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
        joins = row.get("et") == "b" and row.get("closed", True) and not _resists(row)
        if not joins or a not in home or b not in home:
            continue
        first, second = sorted((root(a), root(b)), key=lambda bus: order[bus])
        home[second] = first
    return {bus: root(bus) for bus in buses}


def _check_balance(
    tables: Mapping[str, Rows],
    results: Mapping[str, Rows],
    home: Mapping[Any, Any],
    out: Mapping[Any, float],
    title: str,
) -> None:
    """Make sure that no element was left out: at every bus what comes in goes out.

    pandapower writes shunts into its results at the voltage of their bus, and solves its DC power
    flow with what they take at 1 pu.

    Raises:
        UsageError: Something was.
    """
    rest = dict(out)
    squared = {
        bus: float(row["vm_pu"]) ** 2
        for bus, row in results["res_bus"].items()
        if bus in home and _number(row.get("vm_pu"))
    }
    for bus, row in results["res_bus"].items():
        if bus in home and _number(row.get("p_mw")):
            rest[home[bus]] += float(row["p_mw"])
    for key, column in _VARIED.items():
        for index, row in tables.get(key, {}).items():
            bus = row.get("bus")
            taken = _power(results, key, index, "p_mw") if key == "shunt" else row.get(column)
            if bus in squared and row.get("in_service", True) and _number(taken) and taken:
                surplus = 1 - 1 / squared[bus] if key == "shunt" else squared[bus] - 1
                rest[home[bus]] -= float(taken) * surplus
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
