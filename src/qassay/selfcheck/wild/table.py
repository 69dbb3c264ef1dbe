"""Tables of the wild world: what stays open, and how each kind of machine fares."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from qassay.numerals import numeral
from qassay.selfcheck.cells import share_of_flags
from qassay.selfcheck.records import Record
from qassay.selfcheck.table import (
    FORM_WORDS,
    Section,
    count_with_interval,
    metric_words,
    percent_with_interval,
)

if TYPE_CHECKING:
    from qassay.selfcheck.study import Study

_PLACES: Final = ("better", "claim", "between", "limit", "worse")


def place_of(record: Record) -> str:
    """Say where a machine stood in the shots that its verdict stands on."""
    if record.metric == "qubits":
        return "better" if record.meets else "worse"
    if math.isclose(record.ratio, 1.0):
        return "claim"
    if math.isclose(record.ratio, 1 + record.delta):
        return "limit"
    if record.ratio < 1:
        return "better"
    return "between" if record.ratio < 1 + record.delta else "worse"


def still_open(study: Study) -> Section:
    """Table the share that stays inconclusive, and the circuits that were spent."""
    rows = []
    for metric, form, group in study.groups():
        cells = [metric_words(metric), FORM_WORDS[form]]
        for place in _PLACES:
            there = [record for record in group if place_of(record) == place]
            stays = share_of_flags([record.outcome == "inconclusive" for record in there])
            mean = sum(record.circuits for record in there) / max(len(there), 1)
            cells.append(f"{stays.events} of {stays.of}, {numeral(mean)}" if there else "")
        rows.append(tuple(cells))
    return Section(
        title="What stays open",
        text="How many claims stay inconclusive when the planned circuits are used up, and the mean"
        " circuits of a claim. By where the machine was placed: better than claimed, at the claim,"
        " at the limit, worse. A drift moves a machine from its place after it was chosen.",
        header=("Metric", "Statistic", *_PLACES),
        rows=tuple(rows),
    )


def kinds_of_machines(study: Study) -> Section:
    """Table every kind of machine, over all metrics and statistics."""
    names = sorted({kind for record in study.records for kind in record.kinds})
    groups = [("all", list(study.records))]
    groups += [(name, [r for r in study.records if name in r.kinds]) for name in names]
    rows = []
    for name, group in groups:
        known = [record for record in group if record.informative]
        edge = [r for r in group if place_of(r) in ("claim", "limit")]
        rest = [r for r in group if place_of(r) in ("better", "worse")]
        rows.append(
            (
                name,
                str(len({record.machine for record in group})),
                percent_with_interval(share_of_flags([record.covered for record in known])),
                count_with_interval(
                    share_of_flags([r.outcome == "refuted" for r in group if r.meets])
                ),
                count_with_interval(
                    share_of_flags([r.outcome == "supported" for r in group if r.misses])
                ),
                _open(edge),
                _open(rest),
                str(sum(record.capped for record in group)),
            )
        )
    return Section(
        title="By kind of machine",
        text="Over all metrics and statistics. A machine is of a size, of a spread (log-normal,"
        " standard deviation of the logarithm) and of every kind of trouble that it has. Open: at"
        " claim or limit, and elsewhere. Held back: settled by the counts, but inconclusive because"
        " a check of the model failed.",
        header=(
            "Kind",
            "Machines",
            "Truth inside",
            "Wrongly refuted",
            "Wrongly supported",
            "Open at the edges",
            "Open elsewhere",
            "Held back",
        ),
        rows=tuple(rows),
        words=1,
    )


def _open(group: Iterable[Record]) -> str:
    return percent_with_interval(
        share_of_flags([record.outcome == "inconclusive" for record in group])
    )
