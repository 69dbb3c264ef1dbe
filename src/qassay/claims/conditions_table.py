"""What a claim says of the circumstances: simultaneous or not, gate time, anything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from qassay.claims.toml_table import Table, finite_number, shown, text_mistake, unit_advice
from qassay.units import parse_quantity

TIME_CONDITIONS: Final = ("gate_time", "readout_time")
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
    if isinstance(value, bool):
        return value
    if (number := finite_number(value)) is not None:
        return number
    mistake = text_mistake(value, 200)
    if mistake or not isinstance(value, str):
        inner.complain(key, mistake, "a text, a finite number, true or false")
        return None
    return value
