"""Dates as sources have them: a day, a month, or a year alone."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime

from qassay.registry.records import LooseDate

FORM = 'a day, a month or a year, such as "2024-12-19", "2024-12" or "2024"'
_PARTS = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def read_date(raw: object) -> LooseDate:
    """Read a date.

    Args:
        raw: A TOML date, or a text of the form of `FORM`.

    Raises:
        ValueError: It is none.
    """
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return LooseDate(text=raw.isoformat(), first=raw, last=raw)
    match = _PARTS.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if match is None:
        raise ValueError(FORM)
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        last_month = month or 12
        last_day = day or calendar.monthrange(first.year, last_month)[1]
        last = date(first.year, last_month, last_day)
    except ValueError:
        raise ValueError(FORM) from None
    return LooseDate(text=match[0], first=first, last=last)
