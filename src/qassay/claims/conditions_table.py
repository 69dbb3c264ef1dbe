"""What a claim says of the circumstances: simultaneous or not, gate time, anything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from qassay.claims.best_of import CHOSEN_FROM
from qassay.claims.toml_table import Table, finite_number, shown, text_mistake, unit_advice
from qassay.units import parse_quantity

TIME_CONDITIONS: Final = ("gate_time", "readout_time")
FILE_CONDITIONS: Final = ("circuit", "graph", CHOSEN_FROM)  # names of files beside the sheet
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def read_conditions(table: Table) -> tuple[tuple[str, str | float | bool], ...]:
    """Read the conditions of a claim, sorted by name.

    Names are free, but `simultaneous` is true or false, and `gate_time` and `readout_time` are
    times, because plausibility reckons with them.
    """
    raw = table.value("conditions") if "conditions" in table else {}
    if not isinstance(raw, Mapping):
        table.complain("conditions", shown(raw), "a table, such as {simultaneous = true}")
        return ()
    inner = Table(
        raw,
        known=tuple(raw),
        path=(*table.path, "conditions"),
        words=f"{table.words}, conditions",
        mistakes=table.mistakes,
    )
    read = {key: _read_condition(inner, key, raw[key]) for key in raw}
    return tuple(sorted((key, value) for key, value in read.items() if value is not None))


def _read_condition(inner: Table, key: str, value: object) -> str | float | bool | None:
    if _NAME.fullmatch(key) is None:
        inner.complain(key, "this name", "a letter, then letters, digits, dashes or underscores")
        return None
    if key == "simultaneous" and not isinstance(value, bool):
        inner.complain(key, shown(value), "true or false")
        return None
    if key in TIME_CONDITIONS:
        try:
            parse_quantity(value, "time")
        except ValueError as error:
            inner.complain(key, shown(value), str(error), unit_advice(value, "time"))
            return None
        return str(value).strip()
    if key == "window" and (not isinstance(value, str) or window_seconds(value) is None):
        inner.complain(key, shown(value), 'a time with its unit, such as "24 h" or "30 d"')
        return None
    if isinstance(value, bool):
        return value
    if (number := finite_number(value)) is not None:
        return number
    if key in FILE_CONDITIONS and isinstance(value, str) and not is_inside(value):
        inner.complain(key, shown(value), "a path from the sheet's folder that stays in it")
        return None
    mistake = text_mistake(value, 200)
    if mistake or not isinstance(value, str):
        inner.complain(key, mistake, "a text, a finite number, true or false")
        return None
    return value


def window_seconds(text: str) -> float | None:
    """Read the length of a window, days as well; None where it is no time above zero."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:d|days?)\s*", text)
    try:
        seconds = 86_400 * float(found[1]) if found else parse_quantity(text, "time")
    except ValueError:
        return None
    return seconds if seconds > 0 else None


def is_inside(name: str) -> bool:
    """Say whether a name is a path that stays in the folder it starts from."""
    parts = PurePosixPath(name).parts
    plain = bool(parts) and not name.startswith("/") and ".." not in parts
    return plain and "\\" not in name and ":" not in name and name.isprintable()
