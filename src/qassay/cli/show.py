"""What commands print: tables on a terminal, one JSON document otherwise."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.metrics import METRICS
from qassay.planning.plan import Plan
from qassay.reports.numbers import shown
from qassay.units import format_quantity
from qassay.verdicts.expectations import expectations
from qassay.verdicts.verdict import Verdict

STYLES = {"supported": "green", "refuted": "bold red", "inconclusive": "yellow",
          "not tested": "dim"}  # fmt: skip
MARKS = {"supported": "✔", "refuted": "✘", "inconclusive": "?", "not tested": "–"}


def print_json(document: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def console() -> Console:
    """Open the terminal, at a readable width where there is none."""
    made = Console(highlight=False)
    return made if made.is_terminal else Console(highlight=False, width=100)


def claim_words(claim: Claim) -> str:
    """Say a claim in a few words."""
    metric = METRICS[claim.metric]
    scope = "" if claim.scope.everything else " (part)"
    statistic = "" if metric.target == "register" else f", {claim.statistic}{scope}"
    return f"{metric.title}{statistic}"


def claimed_words(claim: Claim) -> str:
    """Give the claimed value with its sign."""
    sign = "≤" if claim.relation == "at most" else "≥"
    return f"{sign} {format_quantity(claim.value, METRICS[claim.metric].dimension)}"


def verdict_table(sheet: ClaimSheet, verdicts: tuple[Verdict, ...]) -> Table:
    """Make the table of verdicts."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Claim", "Metric", "Claimed", "Measured (95 %)", "Verdict", "Shots"):
        table.add_column(name, justify="right" if name in ("Claimed", "Shots") else "left")
    claims = {claim.id: claim for claim in sheet.claims}
    for verdict in verdicts:
        claim = claims[verdict.claim]
        dimension = METRICS[claim.metric].dimension
        measured = shown(verdict.estimate, dimension)
        table.add_row(
            claim.id,
            claim_words(claim),
            claimed_words(claim),
            f"{measured.value} [dim]{measured.interval.removesuffix(', 95 %')}[/]",
            f"[{STYLES[verdict.outcome]}]{MARKS[verdict.outcome]} {verdict.outcome}[/]",
            f"{verdict.shots:,}".replace(",", " "),
        )
    return table


def plan_table(plan: Plan) -> Table:
    """Make the table of what a plan runs."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Experiment", "Targets", "Lengths", "Circuits", "Claims"):
        table.add_column(name, justify="right" if name in ("Targets", "Circuits") else "left")
    for experiment in shortened(plan):
        table.add_row(*experiment)
    return table


def expectation_table(plan: Plan) -> Table:
    """Make the table of the shots that each claim is expected to take."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Expected shots", "as claimed", "at the limit", "twice as bad", "at most"):
        table.add_column(name, justify="left" if name == "Expected shots" else "right")
    for one in expectations(plan):
        cells = ("not settled" if n is None else f"{n:,}".replace(",", " ")
                 for n in (one.at_claim, one.at_limit, one.twice))  # fmt: skip
        table.add_row(one.claim, *cells, f"{one.planned:,}".replace(",", " "))
        if one.hopeless:
            table.add_row("", "[yellow]too few shots to settle this claim[/]")
    return table


def hopeless_words(plan: Plan) -> list[str]:
    """Say which claims the planned shots cannot settle, before the first shot."""
    return [
        f"{one.claim}: {one.planned} shots are too few to settle this claim"
        for one in expectations(plan)
        if one.hopeless
    ]


def shortened(plan: Plan) -> list[tuple[str, str, str, str, str]]:
    """Give the rows of the plan's table, alike experiments in one row."""
    rows: dict[tuple[str, tuple[float, ...], int, tuple[str, ...]], list[int]] = {}
    for x in plan.experiments:
        rows.setdefault((x.protocol, x.lengths, x.rounds, x.claims), []).append(len(x.targets))
    made = []
    for (protocol, lengths, rounds, claims), targets in rows.items():
        times = f" × {len(targets)}" if len(targets) > 1 else ""
        timed = protocol in ("t1", "t2_star", "t2_echo")
        texts = ", ".join(format_quantity(x, "time") if timed else f"{x:g}" for x in lengths)
        circuits = f"{rounds * len(targets):,}".replace(",", " ")
        shown_lengths = "" if protocol == "readout" else texts
        row = (protocol + times, str(sum(targets)), shown_lengths, circuits, ", ".join(claims))
        made.append(row)
    return made


def cost_words(plan: Plan) -> str:
    """Say what a plan costs at most."""
    cost = plan.cost
    money = f", {cost.money:,.0f} {escape(plan.device.currency)}" if cost.money else ""
    shots, circuits = (f"{count:,}".replace(",", " ") for count in (cost.shots, cost.circuits))
    return (
        f"at most {shots} shots of {circuits} circuits,"
        f" {duration_words(cost.seconds)} of device time{money}"
    )


def duration_words(seconds: float) -> str:
    """Say a duration in the unit that people use for it."""
    for unit, scale in (("days", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * scale:
            return f"{seconds / scale:.1f} {unit}"
    return f"{seconds:.1f} s"
