"""The page of `qassay compare`: what changed between runs, in the dress of the datasheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qassay.claims.metrics import METRICS
from qassay.reports.datasheet import page_environment, page_style
from qassay.reports.numbers import Shown, shown_estimate
from qassay.statistics.estimate import Estimate
from qassay.units import Dimension


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRun:
    """One run, as its line on the page says it."""

    bundle: str
    title: str
    device: str
    simulator: bool
    trust: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """One difference beyond chance.

    Attributes:
        quantity: Its name for people.
        target: Which qubit or pair.
        earlier: In the first run.
        later: In the other.
        run: Which other run, from 2.
        p: Adjusted p-value.
    """

    quantity: str
    target: str
    earlier: Shown
    later: Shown
    run: int
    p: str


def quantity_words(quantity: str) -> tuple[str, Dimension]:
    """Name an estimated quantity for people, and say what kind of number it is."""
    metric = METRICS.get(quantity)
    if metric is not None:
        return metric.title, metric.dimension
    return quantity.replace("_", " ").capitalize(), "probability"


def shown_change(
    quantity: str, target: str, earlier: Estimate, later: Estimate, run: int, adjusted: float
) -> ShownChange:
    """Write a difference as the page and the terminal show it."""
    words, dimension = quantity_words(quantity)
    noun = {0: "qubit", 1: "pair"}.get(target.count("-"), "register")
    return ShownChange(
        quantity=words,
        target=f"{noun} {target}",
        earlier=shown_estimate(earlier, dimension),
        later=shown_estimate(later, dimension),
        run=run,
        p="below 0.0001" if adjusted < 1e-4 else f"{adjusted:.2g}",
    )


def render_comparison(
    sentence: str,
    runs: Sequence[ComparedRun],
    changes: Sequence[ShownChange],
    verdicts: Sequence[tuple[str, tuple[str, ...]]],
) -> str:
    """Write the page: a whole HTML document."""
    environment = page_environment()
    devices = dict.fromkeys(run.device for run in runs)
    page = environment.get_template("comparison.html.j2").render(
        style=page_style(environment),
        title=" and ".join(devices) if len(devices) < 4 else f"{len(devices)} machines",
        simulator=any(run.simulator for run in runs),
        sentence=sentence,
        runs=runs,
        changes=changes,
        verdicts=verdicts,
    )
    return "\n".join(line for line in map(str.rstrip, page.splitlines()) if line) + "\n"
