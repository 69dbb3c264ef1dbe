"""Protocols of other packages: checked, then put into the same tables as ours, after them.

A module that is named by an entry point of `qassay.protocols` has `PROTOCOL`, `QUANTITIES` and
`METRICS`, the rows of the table of metrics that it brings. It can add, and replace nothing. It may
have `WORLDS` as well: by metric, the function that lets the self-check judge a hidden machine, and
holds the verdict beside the truth (`selfcheck.wild.kinds`).
"""

from __future__ import annotations

import re
from typing import Any, Final

from qassay.additions import Addition, additions, in_vain
from qassay.claims.metric import Metric
from qassay.claims.metrics import METRICS
from qassay.protocols.known import PROBLEMS, PROTOCOLS, PUBLISHED, QUANTITIES, TIMED, WORLDS
from qassay.protocols.quantity import Quantity

_PARTS: Final = ("PROTOCOL", "QUANTITIES", "METRICS")
_OF_PROTOCOL: Final = (
    "id",
    "version",
    "title",
    "model",
    "asymptote",
    "quantities",
    "assumptions",
    "reach",
    "laws",
    "draw",
    "score",
    "estimate",
    "mean",
    "seconds",
)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
FAILED: Final[list[Addition]] = []


def add_protocols() -> None:
    """Put what other packages bring into the tables; what cannot be is kept in `FAILED`."""
    for one in additions("qassay.protocols"):
        found = one if one.problem else _checked(one)
        if found.problem:
            FAILED.append(found)
            continue
        METRICS.update((row.id, row) for row in one.thing.METRICS)
        PROTOCOLS[one.thing.PROTOCOL.id] = one.thing.PROTOCOL
        QUANTITIES.update((each.metric, each) for each in one.thing.QUANTITIES)
        WORLDS.update(getattr(one.thing, "WORLDS", {}))


def _checked(one: Addition) -> Addition:
    try:
        why = _wrong(one.thing)
    except Exception as error:  # a property of theirs may do anything
        why = f"{type(error).__name__}: {error}"
    return in_vain(one, why) if why else one


def _wrong(module: Any) -> str:
    """Say what is wrong with a module; "" if nothing is."""
    lacking = [part for part in _PARTS if not hasattr(module, part)]
    if lacking:
        return f"it has no {' and no '.join(lacking)}"
    protocol, rows = module.PROTOCOL, tuple(module.METRICS)
    lacking = [part for part in _OF_PROTOCOL if not hasattr(protocol, part)]
    if lacking:
        return f"its PROTOCOL has no {', '.join(lacking)}"
    if not all(isinstance(row, Metric) for row in rows):
        return "METRICS holds what is no Metric"
    if not all(isinstance(one, Quantity) for one in module.QUANTITIES):
        return "QUANTITIES holds what is no Quantity"
    taken = {*PROTOCOLS, *PROBLEMS, *TIMED, *PUBLISHED}
    names = [protocol.id, *(row.id for row in rows)]
    odd = [name for name in names if not _NAME.fullmatch(str(name))]
    if odd:
        return f"{odd[0]!r} is no name: small letters, digits and underscores"
    if protocol.id in taken or any(row.id in METRICS for row in rows):
        return "qassay or another package has something of that name"
    if {row.protocol for row in rows} != {protocol.id}:
        return f"each of its METRICS has to name the protocol {protocol.id}"
    if {one.metric for one in module.QUANTITIES} != {row.id for row in rows}:
        return "each of its METRICS needs one of QUANTITIES, and no other"
    worlds = dict(getattr(module, "WORLDS", {}))
    if not worlds.keys() <= {row.id for row in rows} or not all(map(callable, worlds.values())):
        return "WORLDS holds what is no function for one of its METRICS"
    return ""
