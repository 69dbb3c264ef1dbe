"""What commands print: tables on a terminal, one JSON document otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table

from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.finding import Finding
from qassay.claims.metrics import METRICS
from qassay.cli.page import FittingTable
from qassay.execution.run_folder import Dates
from qassay.numerals import numeral
from qassay.planning.plan import Plan
from qassay.planning.schedule import experiment_seconds
from qassay.planning.timed_jobs import untimed
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import (
    PROTOCOLS,
    is_published,
    is_timed,
    targets_with,
    told_as,
)
from qassay.reports.numbers import quantity, shown
from qassay.reports.words import borders, limit_words, owed_to_tolerance
from qassay.units import format_quantity
from qassay.verdicts.expectations import Outlook, expectations, short_reaches
from qassay.verdicts.operations import OperationVerdict
from qassay.verdicts.verdict import Verdict

STYLES = {
    "supported": "green",
    "refuted": "bold red",
    "inconclusive": "yellow",
    "not tested": "dim",
}
MARKS = {"supported": "✔", "refuted": "✘", "inconclusive": "?", "not tested": "–"}


def tell_earlier(terminal: Console, dates: Dates, folder: Path) -> None:
    """Say what of a result was measured before this call."""
    if words := dates.words(folder):
        terminal.print(f"[bold yellow]{escape(words)}[/]")


def claim_words(claim: Claim) -> str:
    """Say a claim in a few words."""
    metric = METRICS[claim.metric]
    scope = "" if claim.scope.everything else " (part)"
    statistic = "" if metric.target == "register" else f", {claim.statistic_name}{scope}"
    return f"{metric.title}{statistic}"


def claimed_words(claim: Claim) -> str:
    """Give the claimed value with its sign."""
    sign = "≤" if claim.relation == "at most" else "≥"
    return f"{sign} {quantity(claim.value, METRICS[claim.metric].dimension)}"


def verdict_table(
    sheet: ClaimSheet,
    verdicts: tuple[Verdict, ...],
    operations: tuple[OperationVerdict, ...] = (),
) -> RenderableType:
    """Make the table of verdicts, and name under it what needed its tolerance or was timed."""
    table = FittingTable()
    for name in ("Claim", "Metric", "Claimed", "Limit", "Measured (95 %)", "Verdict", "Shots"):
        right = name in ("Claimed", "Limit", "Shots")
        table.add_column(name, justify="right" if right else "left")
    claims = {claim.id: claim for claim in sheet.claims}
    for verdict in verdicts:
        claim = claims[verdict.claim]
        measured = shown(verdict.estimate, told_as(claim.metric), borders(claim, verdict))
        table.add_row(
            claim.id,
            claim_words(claim),
            claimed_words(claim),
            limit_words(claim, verdict).removeprefix("limit "),
            f"{measured.value} [dim]{measured.interval.removesuffix(', 95 %')}[/]",
            f"[{STYLES[verdict.outcome]}]{MARKS[verdict.outcome]} {verdict.outcome}[/]",
            numeral(verdict.shots),
        )
    below = (
        _tolerance_words(claims, verdicts),
        *operation_words(operations),
        *declared_words(sheet),
    )
    told = [escape(words) for words in below if words]
    return Group(table, *told) if told else table


def operation_words(operations: Iterable[OperationVerdict]) -> list[str]:
    """Say of each claim that a clock was asked about what its seconds say."""
    return [
        f"{one.claim.id}: {one.claim.kind.title}, {one.claim.relation} {one.claim.stated}:"
        f" {one.standing}; found {one.measured}; {'; '.join(one.reasons)}"
        for one in operations
    ]


def timed_words(sheet: ClaimSheet) -> list[str]:
    """Say of each claim on seconds how it is understood."""
    return [
        f"{one.id}: {one.kind.title}, {one.relation} {one.stated}: by the clock, not by counts;"
        f" {'; '.join((*one.read_as, one.kind.without or one.kind.definition))}"
        for one in sheet.operations
    ]


def declared_words(sheet: ClaimSheet) -> list[str]:
    """Say of each declared figure how it stands."""
    return [
        f"{one.id}: {one.figure}, {one.relation} {one.stated}".replace(",  ", ", ")
        + f": {one.standing}; {one.sentence}"
        for one in sheet.declared
    ]


def _tolerance_words(claims: Mapping[str, Claim], verdicts: tuple[Verdict, ...]) -> str:
    told = []
    for owed in dict.fromkeys(owed_to_tolerance(claims[v.claim], v) for v in verdicts):
        named = [
            v.claim for v in verdicts if owed and owed_to_tolerance(claims[v.claim], v) == owed
        ]
        if named:
            told.append(f"{', '.join(named)}: supported {owed}, not at the claimed value itself")
    return "; ".join(told)


def plan_table(plan: Plan) -> Table:
    """Make the table of what a plan runs."""
    table = FittingTable()
    right = ("Targets", "Circuits", "Time")
    for name in ("Experiment", "Targets", "Lengths", "Circuits", "Time", "Claims"):
        table.add_column(name, justify="right" if name in right else "left")
    for experiment in shortened(plan):
        table.add_row(*experiment)
    return table


def expectation_table(plan: Plan) -> Table:
    """Make the table of the shots and the device time each claim is expected to take."""
    table = FittingTable()
    names = (
        "Expected shots",
        "0.7 x error",
        "as claimed",
        "at the limit",
        "1.5 x",
        "2.5 x",
        "at most",
    )
    for name in names:
        table.add_column(name, justify="left" if name == "Expected shots" else "right")
    for one in expectations(plan):
        cells = (_outlook_words(x) for x in one.outlooks)
        most = f"{numeral(one.planned)} [dim]{duration_words(one.planned_seconds)}[/]"
        table.add_row(one.claim, *cells, most)
    return table


def _outlook_words(outlook: Outlook | None) -> str:
    if outlook is None:
        return "–"
    if outlook.shots is None or outlook.seconds is None:
        return "not settled"
    shots = numeral(outlook.shots)
    if outlook.most is not None and outlook.most > outlook.shots:
        shots += f" to {numeral(outlook.most)}"
    return f"{shots} [dim]{duration_words(outlook.seconds)}[/]"


def hopeless_words(plan: Plan) -> list[str]:
    """Say which claims the planned shots cannot settle, before the first shot."""
    said = []
    for one in expectations(plan):
        if one.hopeless:
            said.append(
                f"{one.claim}: {numeral(one.planned)} shots are too few to settle this claim"
            )
        elif one.unsettled:
            said.append(
                f"{one.claim}: {numeral(one.planned)} shots are too few to settle this claim on a"
                " machine near it"
            )
    for claim, reach, shots in short_reaches(plan):
        took = "more than the planned shots" if shots is None else f"about {numeral(shots)} shots"
        said.append(
            f"{claim}: the longest circuit allowed reaches {100 * reach:.2g} % of 1 / rate, so"
            f" even a machine ten times better than claimed takes {took}"
        )
    return said


def remarks(plan: Plan, findings: Iterable[Finding], indent: str = "") -> list[str]:
    """Say what will not be tested and why, what cannot be settled, and what is odd; with markup."""
    lines = [f"{indent}[yellow]{escape(words)}[/]" for words in hopeless_words(plan)]
    lines += [f"{indent}[yellow]{one.severity}[/]: {escape(one.sentence)}" for one in findings]
    return [
        *(
            f"{indent}[yellow]not tested[/]: {escape(item.claim)}, {escape(item.reason)}"
            for item in plan.untested
        ),
        *(
            f"{indent}[yellow]not timed[/]: {escape(one.id)}, {escape(why)}"
            for one in plan.sheet.operations
            if (why := untimed(one, plan.device))
        ),
        *lines,
    ]


def shortened(plan: Plan) -> list[tuple[str, str, str, str, str, str]]:
    """Give the rows of the plan's table, alike experiments in one row.

    Of a layer its pairs count as targets, not the qubits that wait in it.
    """
    rows: dict[tuple[Any, ...], list[Experiment]] = {}
    for x in plan.experiments:
        rows.setdefault((x.protocol, x.lengths, x.rounds, x.shots, x.claims), []).append(x)
    made = []
    for (protocol, lengths, rounds, shots, claims), alike in rows.items():
        times = f" × {len(alike)}" if len(alike) > 1 else ""
        timed = protocol in ("t1", "t2_star", "t2_echo", "t2_cpmg")
        texts = ", ".join(format_quantity(x, "time") if timed else f"{x:g}" for x in lengths)
        circuits = numeral(rounds * len(alike))
        circuits += f" of {numeral(shots)} shots" if shots > 1 else ""
        seconds = sum(experiment_seconds(x, x.rounds, plan.device.durations) for x in alike)
        targets = sum(len(_counted(x)) for x in alike)
        shown_lengths = "" if protocol == "readout" else texts
        made.append(
            (
                protocol + times,
                numeral(targets),
                shown_lengths,
                circuits,
                "" if is_published(alike[0]) else duration_words(seconds),
                ", ".join(claims),
            )
        )
    return made


def _counted(experiment: Experiment) -> tuple[Target, ...]:
    if experiment.problem or is_timed(experiment) or is_published(experiment):
        return experiment.targets
    return targets_with(experiment, PROTOCOLS[experiment.protocol].quantities[0])


def cost_words(plan: Plan) -> str:
    """Say what a plan costs at most."""
    cost = plan.cost
    money = f", {numeral(cost.money)} {escape(plan.device.currency)}" if cost.money else ""
    shots, circuits = (numeral(count) for count in (cost.shots, cost.circuits))
    return (
        f"at most {shots} shots of {circuits} circuits,"
        f" {duration_words(cost.seconds)} of device time{money}"
    )


def duration_words(seconds: float) -> str:
    """Say a duration in the unit that people use for it."""
    if 0 < seconds < 1:
        return f"{seconds * 1000:.0f}\u00a0ms" if seconds >= 1e-3 else "<\u00a01\u00a0ms"
    for unit, scale in (("days", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * scale:
            return f"{seconds / scale:.1f}\u00a0{unit}"
    return f"{seconds:.1f}\u00a0s"
