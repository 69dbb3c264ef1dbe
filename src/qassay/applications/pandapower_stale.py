"""Whether the flows that a pandapower file holds are those of its own loads.

A network that is changed after it was solved is saved with the results of the day before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, TypeGuard

_DRAWING: Final = ("load", "sgen", "storage")
_LINES: Final = ("line", "trafo", "impedance", "trafo3w")
_FLOWS: Final = ("p_from_mw", "p_hv_mw")
_VARYING: Final = ("const_z_percent", "const_i_percent", "const_z_p_percent", "const_i_p_percent")
_NEAR: Final = 1e-3  # relative: what programs round away
_LEAST: Final = 1e-6  # MW


def loads_belong(tables: Mapping[str, dict[Any, dict[str, Any]]], *, optimised: bool) -> bool:
    """Whether loads, static generators and storages were solved at the power they have.

    Args:
        tables: All of the file, rows by index.
        optimised: Whether an optimal power flow was solved, which moves what is controllable.
    """
    lit = {
        bus
        for bus, row in tables.get("res_bus", {}).items()
        if _number(row.get("vm_pu")) or _number(row.get("va_degree"))
    }
    for key in _DRAWING:
        found = tables.get(f"res_{key}")
        if found is None:
            continue
        for index, row in tables.get(key, {}).items():
            if any(row.get(one) for one in _VARYING) or (optimised and row.get("controllable")):
                continue
            on = row.get("in_service", True) and row.get("bus") in lit
            scaling = row.get("scaling", 1.0)
            power = row.get("p_mw")
            if not (_number(power) and _number(scaling)):
                continue
            stated = power * scaling if on else 0.0
            solved = found.get(index, {}).get("p_mw")
            solved = solved if _number(solved) else 0.0
            if abs(stated - solved) > _NEAR * abs(stated) + _LEAST:
                return False
    return not any(
        not row.get("in_service", True)
        and any(
            _number(mw) and abs(mw) > _LEAST
            for column in _FLOWS
            for mw in (tables.get(f"res_{key}", {}).get(index, {}).get(column),)
        )
        for key in _LINES
        for index, row in tables.get(key, {}).items()
    )


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
