"""Which world plays which metric: by the kind of its figure, so that a further metric has one.

A metric that no law of bits imitates is played in a world that is made for its kind alone, with a
truth by definition. What no world plays is named with its reason; a test holds that there is one or
the other for every metric.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from qassay.claims.metrics import METRICS
from qassay.claims.operations import OPERATIONS
from qassay.protocols.known import QUANTITIES, WORLDS
from qassay.selfcheck.records import Record
from qassay.selfcheck.settings import Settings, by_definition, of_laws
from qassay.selfcheck.wild.by_definition import run_defined
from qassay.selfcheck.wild.clocks import run_timed
from qassay.selfcheck.wild.coupled import run_coupled
from qassay.selfcheck.wild.given import run_given
from qassay.selfcheck.wild.scores import run_score

Runner = Callable[[Settings, int, tuple[str, ...]], tuple[Record, ...]]
_JOURNAL: Final = "its times are those of the test's own journal, and nothing of a machine is drawn"


def world_of(metric: str) -> Runner:
    """Find the world of a metric whose truth is one by definition, or that its package brings."""
    if metric in WORLDS:
        return WORLDS[metric]
    if metric in OPERATIONS and metric not in QUANTITIES:
        return run_timed
    quantity = QUANTITIES[metric]
    if quantity.of_file:
        return run_given
    return {"count": run_coupled, "score": run_score}.get(quantity.kind, run_defined)


def never_drawn() -> dict[str, str]:
    """Name the metrics that the wild world does not play, each with the reason."""
    played = {*of_laws(), *by_definition()}
    told = {}
    for name in dict.fromkeys((*METRICS, *OPERATIONS)):
        if name in played:
            continue
        if name in OPERATIONS:
            told[name] = OPERATIONS[name].without or _JOURNAL
        elif METRICS[name].protocol is None:
            told[name] = "qassay has no protocol yet that measures it"
        else:
            told[name] = (
                f"no law of the wild world imitates the circuits of {METRICS[name].protocol}"
            )
    return told
