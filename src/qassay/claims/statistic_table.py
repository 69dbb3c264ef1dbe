"""What a claim's value is taken over its targets: a mean, a quantile, every one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, cast, get_args

from qassay.claims.claim import RANKED, Statistic, Test
from qassay.claims.metric import Metric
from qassay.claims.plain_words import read_word
from qassay.claims.toml_table import Table, shown
from qassay.units import parse_quantity

_QUANTILE: Final = re.compile(r"quantile(?:\s+(.*))?", re.DOTALL)
_PART: Final = 'a share above 0 and below 1, such as "95 %" or 0.95'


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticRead:
    """What a sheet says of a claim's statistic.

    Attributes:
        statistic: Its name.
        share: Of the targets, for quantiles and "share above".
        test: How medians and quantiles are tested.
    """

    statistic: Statistic = "mean"
    share: float | None = None
    test: Test = "usual"


def read_statistic(table: Table, metric: Metric | None, spelled: list[str]) -> StatisticRead:
    """Read the keys `statistic`, `share` and `test` of a claim.

    Args:
        table: The claim's table; mistakes are noted there.
        metric: The claim's metric, or None where it is unknown.
        spelled: Where to note how another spelling was understood.
    """
    if metric is not None and metric.target == "register" and (many := _of_targets(table)):
        table.complain("statistic", many, "no quantile", f"{metric.id} is one value, not many")
        return StatisticRead()
    told = table.value("statistic") if "statistic" in table else None
    quantile = _QUANTILE.fullmatch(told.strip()) if isinstance(told, str) else None
    share: float | None = None
    name: str | None = "quantile"
    if quantile is not None:
        written: str | None = quantile[1]
        if "share" in table and written is None:
            share = _part(table, "share", table.value("share"))
        else:
            share = _part(table, "statistic", written)
            _unused(table, "share", 'the quantile stands in `statistic`: "quantile 0.95"')
    else:
        name = (
            "mean" if told is None else read_word(table, "statistic", get_args(Statistic), spelled)
        )
        if name == "share above":
            share = _part(table, "share", table.content.get("share"))
        else:
            _unused(table, "share", 'it belongs to statistic = "share above"')
    test: str | None = "usual"
    if "test" in table and name in RANKED:
        test = table.choice("test", get_args(Test))
        if test == "counted" and metric is not None and metric.difference:
            why = f"{metric.id} is a difference of two errors, which no exact test counts"
            table.complain("test", '"counted"', '"usual"', why)
    else:
        _unused(table, "test", 'it belongs to the statistics "median", "quantile", "share above"')
    return StatisticRead(
        statistic=cast("Statistic", name or "mean"),
        share=share,
        test=cast("Test", test or "usual"),
    )


def _of_targets(table: Table) -> str:
    """Give the words of a statistic that needs targets with values of their own."""
    told = table.content.get("statistic")
    found = isinstance(told, str) and told.split(maxsplit=1)[:1] in (["quantile"], ["share"])
    return shown(told) if found else ""


def _unused(table: Table, key: str, why: str) -> None:
    if key in table:
        table.complain(key, shown(table.value(key)), f"no {key}", why)


def _part(table: Table, key: str, value: object) -> float | None:
    """Read a share of the targets; None after a complaint."""
    try:
        share = parse_quantity(value, "probability")
    except (ValueError, OverflowError):
        share = -1.0
    if 0 < share < 1:
        return share
    advice = 'of all targets is statistic = "every"' if share == 1 else ""
    table.complain(key, "nothing" if value is None else shown(value), _PART, advice)
    return None
