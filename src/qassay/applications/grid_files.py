"""A buyer's own network: MATPOWER cases and pandapower files, read by us and nothing else.

Only what a section needs is read: buses, lines and transformers, and where they are given the
solved flows. Where a file has none, a DC power flow is solved here (lossless, flat voltages:
theta = B^-1 P, flow = (theta_i - theta_j) / x), and the instance says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from qassay.applications.interface import is_number, text_of
from qassay.errors import MalformedError, Problem, UsageError, quoted
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_json

LARGEST_FILE: Final = 32 << 20
_DC: Final = "flows from a DC power flow solved by qassay: lossless, flat voltages"
_GIVEN: Final = "flows as solved in the file"
_EXPECTED: Final = "a MATPOWER case (.m) or a pandapower network (.json)"
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?Inf|NaN")
_LEAST_X: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Network:
    """Buses and the power between them.

    Attributes:
        title: Of the network.
        buses: Names.
        lines: (bus, bus, MW), parallel ones each by itself.
        layout: Places for a drawing, one a bus; may be empty.
        flows: Where the megawatts come from.
    """

    title: str
    buses: tuple[str, ...]
    lines: tuple[tuple[int, int, float], ...]
    layout: tuple[tuple[float, float], ...] = ()
    flows: str = _GIVEN


def read_network(data: bytes, name: str) -> Network:
    """Read a network from a file of either kind.

    Raises:
        UsageError: It is neither, or its tables have mistakes.
    """
    text = text_of(data) if len(data) <= LARGEST_FILE else None
    if text is None:
        found = "no text" if len(data) <= LARGEST_FILE else "more than 32 MiB"
        raise UsageError(Problem(where=name, found=found, expected=_EXPECTED))
    if "mpc." in text:
        return _read_matpower(text, name)
    if text.lstrip().startswith("{"):
        return _read_pandapower(text, name)
    raise UsageError(
        Problem(where=name, found="a file of another kind", expected=_EXPECTED,
                advice="export the case from your tool in one of these formats")
    )  # fmt: skip


def _read_matpower(text: str, name: str) -> Network:
    text = re.sub(r"%[^\n]*", "", text)
    base = re.search(r"mpc\.baseMVA\s*=\s*([-+.\deE]+)", text)
    tables = {
        key: _matrix(text, key, least, name)
        for key, least in (("bus", 3), ("branch", 4), ("gen", 2))
    }
    mva = float(base[1]) if base and _NUMBER.fullmatch(base[1]) else 100.0
    numbers = [row[0] for row in tables["bus"]]
    place = {number: index for index, number in enumerate(numbers)}
    problems = []
    if len(place) != len(numbers):
        problems.append(Problem(where=f"{name}, mpc.bus", found="a bus number twice",
                                expected="each bus once"))  # fmt: skip
    for key, columns in (("branch", 2), ("gen", 1)):
        absent = {row[c] for row in tables[key] for c in range(columns)} - place.keys()
        if absent:
            problems.append(Problem(where=f"{name}, mpc.{key}", found=f"bus {min(absent):g}",
                                    expected="buses of mpc.bus"))  # fmt: skip
    UsageError.raise_if_any(problems)
    power = np.zeros(len(numbers))
    for row in tables["bus"]:
        power[place[row[0]]] -= row[2]
    for row in tables["gen"]:
        if len(row) < 8 or row[7] > 0:  # status
            power[place[row[0]]] += row[1]
    # out of service: status in column 11 of a branch; bus type 4 is isolated and has no line
    branches = [row for row in tables["branch"] if len(row) < 11 or row[10] > 0]
    ends = [(place[row[0]], place[row[1]]) for row in branches]
    kept = [i for i, row in enumerate(tables["bus"]) if row[1] != 4]
    title = re.search(r"function\s+mpc\s*=\s*(\w+)", text)
    buses = tuple(f"{number:g}" for number in numbers)
    made = Network(
        title=title[1] if title else name,
        buses=buses,
        lines=tuple((a, b, 0.0) for a, b in ends),
    )
    if all(len(row) >= 14 for row in branches) and any(row[13] for row in branches):
        lines = tuple((a, b, row[13]) for (a, b), row in zip(ends, branches, strict=True))
        return _only(made, kept, lines, _GIVEN)
    reactances = [row[3] * (row[8] if len(row) > 8 and row[8] > 0 else 1.0) for row in branches]
    flows = dc_flows(ends, reactances, power / mva) * mva
    lines = tuple((a, b, float(mw)) for (a, b), mw in zip(ends, flows, strict=True))
    return _only(made, kept, lines, _DC)


def _only(
    network: Network, kept: Sequence[int], lines: Sequence[tuple[int, int, float]], flows: str
) -> Network:
    """Leave out buses that are out of service."""
    index = {bus: place for place, bus in enumerate(kept)}
    return Network(
        title=network.title,
        buses=tuple(network.buses[bus] for bus in kept),
        lines=tuple((index[a], index[b], mw) for a, b, mw in lines if a in index and b in index),
        layout=tuple(network.layout[bus] for bus in kept) if network.layout else (),
        flows=flows,
    )


def _matrix(text: str, key: str, least: int, name: str) -> list[list[float]]:
    """Read `mpc.KEY = [ ... ];`, rows ended by a semicolon or a line end."""
    found = re.search(rf"mpc\.{key}\s*=\s*\[([^\]]*)\]", text)
    where = f"{name}, mpc.{key}"
    if found is None:
        raise UsageError(Problem(where=where, found="nothing", expected="a matrix of numbers"))
    rows: list[list[float]] = []
    for line in re.split(r"[;\n]", found[1]):
        words = line.replace(",", " ").split()
        if not words:
            continue
        strange = [word for word in words if not _NUMBER.fullmatch(word)]
        if strange or len(words) < least:
            raise UsageError(
                Problem(where=f"{where}, row {len(rows) + 1}",
                        found=quoted(strange[0] if strange else line.strip()),
                        expected=f"{least} numbers or more")
            )  # fmt: skip
        rows.append([float(word.replace("Inf", "inf")) for word in words])
    if not rows:
        raise UsageError(Problem(where=where, found="an empty matrix", expected="rows of numbers"))
    return rows


def dc_flows(
    ends: Sequence[tuple[int, int]], reactances: Sequence[float], power: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Solve a lossless DC power flow, in per unit.

    Args:
        ends: Buses of each line.
        reactances: Of each line.
        power: Injected at each bus; what is missing is shared by all buses.
    """
    # scipy.sparse is loaded for own networks only.
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import lsqr

    count = power.size
    weight = np.array([1 / max(abs(x), _LEAST_X) for x in reactances])
    rows = np.arange(len(ends))
    first, second = np.array(ends, dtype=np.intp).reshape(-1, 2).T
    drop = csr_matrix((np.ones(rows.size), (rows, first)), shape=(rows.size, count))
    drop = drop - csr_matrix((np.ones(rows.size), (rows, second)), shape=(rows.size, count))
    laplacian = drop.T @ csr_matrix((weight, (rows, rows)), shape=(rows.size,) * 2) @ drop
    balanced = power - power.mean()
    # Each island has a free angle: least squares takes the shortest solution.
    if count <= 2000:
        angles = np.linalg.lstsq(laplacian.toarray(), balanced, rcond=None)[0]
    else:
        angles = lsqr(laplacian, balanced, atol=1e-12, btol=1e-12, iter_lim=20 * count)[0]
    return np.asarray(weight * (drop @ angles))


def _read_pandapower(text: str, name: str) -> Network:
    try:
        document = read_json(text, name, limits=FOREIGN, error=UsageError)
        document = document.get("_object", document)
        tables = {
            key: _frame(document.get(key))
            for key in ("bus", "line", "trafo", "load", "gen", "sgen", "ext_grid", "res_line",
                        "res_trafo", "res_bus")
        }  # fmt: skip
        return _network_of(tables, str(document.get("name") or name))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        missing = isinstance(error, KeyError)
        raise UsageError(
            Problem(where=name, found=f"no table or column {error}" if missing else "other JSON",
                    expected=_EXPECTED, advice="`pandapower.to_json` writes it")
        ) from None  # fmt: skip


Rows = dict[Any, dict[str, Any]]


def _frame(value: Any) -> Rows:
    """Read a table as pandas writes it: split into columns, index and data."""
    if value is None:
        return {}
    inner = value["_object"] if isinstance(value, dict) and "_object" in value else value
    if isinstance(inner, str):
        inner = read_json(inner, "a table", limits=FOREIGN, error=UsageError)
    return {
        index: dict(zip(inner["columns"], row, strict=True))
        for index, row in zip(inner["index"], inner["data"], strict=True)
    }


def _network_of(tables: dict[str, Rows], title: str) -> Network:
    """Build a network of pandapower's tables."""
    kept = {bus: row for bus, row in tables["bus"].items() if row.get("in_service", True)}
    place = {bus: index for index, bus in enumerate(kept)}
    if not place:
        raise KeyError("bus")
    lines, reactances = [], []
    volts = {bus: float(row["vn_kv"]) for bus, row in kept.items()}
    solved = _solved(tables)
    for key, ends in (("line", ("from_bus", "to_bus")), ("trafo", ("hv_bus", "lv_bus"))):
        for index, row in tables[key].items():
            a, b = row[ends[0]], row[ends[1]]
            if not row.get("in_service", True) or a not in place or b not in place:
                continue
            lines.append((place[a], place[b], solved.get((key, index), 0.0)))
            if key == "line":
                ohm = float(row["x_ohm_per_km"]) * float(row["length_km"])
                reactances.append(ohm / max(float(row.get("parallel") or 1), 1) / volts[a] ** 2)
            else:
                reactances.append(float(row["vk_percent"]) / 100 / float(row["sn_mva"]))
    layout = _places(kept)
    network = Network(title=title, buses=tuple(str(r.get("name") or b) for b, r in kept.items()),
                      lines=tuple(lines), layout=layout, flows=_GIVEN)  # fmt: skip
    if any(mw for *_, mw in lines):
        return network
    power = np.zeros(len(place))
    for key, sign in (("load", -1.0), ("gen", 1.0), ("sgen", 1.0)):
        for row in tables[key].values():
            if row.get("in_service", True) and row["bus"] in place:
                power[place[row["bus"]]] += sign * float(row["p_mw"])
    slack = [place[row["bus"]] for row in tables["ext_grid"].values() if row["bus"] in place]
    if slack:
        power[slack[0]] -= power.sum()
    flows = dc_flows([(a, b) for a, b, _ in lines], reactances, power)
    found = tuple((a, b, float(mw)) for (a, b, _), mw in zip(lines, flows, strict=True))
    return Network(title=title, buses=network.buses, lines=found, layout=layout, flows=_DC)


def _solved(tables: dict[str, Rows]) -> dict[tuple[str, Any], float]:
    """Take the flows of the file, where it has been solved."""
    found = {}
    for key, table, column in (
        ("line", "res_line", "p_from_mw"),
        ("trafo", "res_trafo", "p_hv_mw"),
    ):
        for index, row in tables[table].items():
            value: Any = row.get(column)
            if is_number(value):
                found[key, index] = abs(float(value))
    return found


def _places(buses: Rows) -> tuple[tuple[float, float], ...]:
    """Read where the buses lie, if the file says so of each."""
    found = []
    for row in buses.values():
        geo = row.get("geo")
        try:
            x, y = (
                read_json(geo, "geo")["coordinates"][:2] if isinstance(geo, str) else (None, None)
            )
        except (MalformedError, ValueError, KeyError, TypeError):
            return ()
        if not (is_number(x) and is_number(y)):
            return ()
        found.append((float(x), float(y)))
    return tuple(found)
