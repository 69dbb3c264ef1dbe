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
from qassay.languages.english import commas, number_sentence, said, semicolons
from qassay.languages.sentence import Fact, Figures, Sentence, quantity_fact
from qassay.languages.speaker import Speaker, speaker_of
from qassay.numerals import numeral
from qassay.planning.evidence_room import is_held
from qassay.planning.plan import Plan
from qassay.planning.planner import NO_FILES, enough_for_all
from qassay.planning.schedule import experiment_seconds
from qassay.planning.timed_jobs import untimed
from qassay.protocols.asked import question_of
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import (
    PROTOCOLS,
    estimator_of,
    is_asked,
    is_published,
    is_timed,
    targets_with,
    told_as,
)
from qassay.reports.numbers import quantity, shown_estimate
from qassay.reports.standing import operation_title, side_words, standing_words
from qassay.reports.words import borders, limit_words, metric_title, outcome_word, owed_to_tolerance
from qassay.statistics.stopping_range import stopping_range
from qassay.units import format_quantity
from qassay.verdicts.expectations import expectations, short_reaches, unsettled_expectations
from qassay.verdicts.operations import OperationVerdict
from qassay.verdicts.outlooks import Outlook
from qassay.verdicts.verdict import Verdict

STYLES = {
    "supported": "green",
    "refuted": "bold red",
    "inconclusive": "yellow",
    "not tested": "dim",
}
MARKS = {"supported": "✔", "refuted": "✘", "inconclusive": "?", "not tested": "–"}
ENGLISH = speaker_of("en")
_LEVEL = Figures(number="95", unit="%", joint=" ")


def tell_simulator(terminal: Console, name: str, speaker: Speaker = ENGLISH) -> None:
    """Say that counts came from a simulator, wherever verdicts on them stand."""
    words = said("ran.on_simulator", name=name)
    terminal.print(f"[yellow]{escape(speaker.say(words))}[/]")


def tell_earlier(terminal: Console, dates: Dates, folder: Path, speaker: Speaker = ENGLISH) -> None:
    """Say what of a result was measured before this call."""
    if words := dates.words(folder):
        terminal.print(f"[bold yellow]{escape(speaker.say(words))}[/]")


def claim_in_words(claim: Claim) -> Sentence:
    """Say a claim in a few words."""
    metric = METRICS[claim.metric]
    title = metric_title(metric)
    if metric.target == "register":
        return title
    whole = claim.scope.everything
    return said("table.claim" if whole else "table.claim_part", title=title, statistic=_of(claim))


def _of(claim: Claim) -> Sentence:
    """Name the statistic of a claim as its sheet does."""
    if claim.share is None:
        return said(f"taken.{claim.statistic}")
    share = Figures(number=f"{100 * claim.share:g}", unit="%", joint=" ")
    return said("taken.quantile" if claim.statistic == "quantile" else "taken.share", share=share)


def claimed_words(claim: Claim) -> Sentence:
    """Give the claimed value with its sign."""
    side = claim.relation.replace(" ", "_")
    value = quantity_fact(quantity(claim.value, METRICS[claim.metric].dimension))
    return said(f"table.sign_{side}", value=value)


def verdict_table(
    sheet: ClaimSheet,
    verdicts: tuple[Verdict, ...],
    operations: tuple[OperationVerdict, ...] = (),
    speaker: Speaker = ENGLISH,
) -> RenderableType:
    """Make the table of verdicts, and name under it what needed its tolerance or was timed."""
    table = FittingTable()
    names = (
        "page.claim",
        "table.metric",
        "page.claim_value",
        "table.limit",
        "table.measured",
        "page.verdict",
        "page.shots",
    )
    for name in names:
        right = name in ("page.claim_value", "table.limit", "page.shots")
        table.add_column(speaker.say(said(name)), justify="right" if right else "left")
    claims = {claim.id: claim for claim in sheet.claims}
    for verdict in verdicts:
        claim = claims[verdict.claim]
        measured = shown_estimate(verdict.estimate, told_as(claim.metric), borders(claim, verdict))
        interval = _without_level(speaker.say(measured.interval), speaker)
        mark, style = MARKS[verdict.outcome], STYLES[verdict.outcome]
        table.add_row(
            claim.id,
            speaker.say(claim_in_words(claim)),
            speaker.say(claimed_words(claim)),
            speaker.say(_limit_words(claim, verdict)),
            f"{speaker.say(measured.value)} [dim]{interval}[/]",
            f"[{style}]{mark} {speaker.say(outcome_word(verdict.outcome))}[/]",
            speaker.number(numeral(verdict.shots)),
        )
    below = (
        _tolerance_words(claims, verdicts),
        *operation_words(operations),
        *declared_words(sheet),
    )
    told = [escape(speaker.say(words)) for words in below if words]
    return Group(table, *told) if told else table


def _without_level(interval: str, speaker: Speaker) -> str:
    """Leave out the level of an interval, which stands in the head of its column."""
    level = speaker.figures(_LEVEL)
    return interval.removesuffix(level).rstrip(" ,\u060c") if interval.endswith(level) else interval


def _limit_words(claim: Claim, verdict: Verdict) -> str:
    told = limit_words(claim, verdict)
    value = told.facts.get("value") if isinstance(told, Sentence) else None
    return said("number.alone", one=value) if value is not None else told


def operation_words(operations: Iterable[OperationVerdict]) -> list[Sentence]:
    """Say of each claim that a clock was asked about what its seconds say."""
    return [
        said(
            "table.timed",
            claim=one.claim.id,
            title=operation_title(one.claim),
            stated=side_words(one.claim),
            standing=standing_words(one),
            found=one.measured,
            reasons=semicolons(one.reasons),
        )
        for one in operations
    ]


def timed_words(sheet: ClaimSheet) -> list[str]:
    """Say of each claim on seconds how it is understood."""
    return [
        f"{one.id}: {one.kind.title}, {one.relation} {one.stated}: by the clock, not by counts;"
        f" {'; '.join((*one.read_as, one.kind.without or one.kind.definition))}"
        for one in sheet.operations
    ]


def declared_words(sheet: ClaimSheet) -> list[Sentence]:
    """Say of each declared figure how it stands."""
    return [
        said(
            "table.declared",
            claim=one.id,
            figure=one.figure,
            stated=side_words(one),
            standing=said(f"standing.{one.standing.replace(' ', '_')}"),
            why=one.sentence,
        )
        for one in sheet.declared
    ]


def _tolerance_words(claims: Mapping[str, Claim], verdicts: tuple[Verdict, ...]) -> str:
    told: list[str] = []
    for owed in dict.fromkeys(owed_to_tolerance(claims[v.claim], v) for v in verdicts):
        named = [
            v.claim for v in verdicts if owed and owed_to_tolerance(claims[v.claim], v) == owed
        ]
        if named:
            told.append(said("table.owed", claims=commas(named), owed=owed))
    return semicolons(told)


def plan_table(plan: Plan, speaker: Speaker = ENGLISH) -> Table:
    """Make the table of what a plan runs."""
    table = FittingTable()
    right = ("targets", "circuits", "time")
    for name in ("experiment", "targets", "lengths", "circuits", "time", "claims"):
        head = speaker.say(said(f"table.{name}"))
        table.add_column(head, justify="right" if name in right else "left")
    for experiment in shortened(plan):
        table.add_row(*map(speaker.say, experiment))
    return table


def expectation_table(plan: Plan, speaker: Speaker = ENGLISH) -> Table:
    """Make the table of the shots and the device time each claim is expected to take."""
    table = FittingTable()
    names = ("expected", "better", "as_claimed", "at_limit", "half_more", "far", "at_most")
    for name in names:
        head = speaker.say(said(f"table.{name}"))
        table.add_column(head, justify="left" if name == "expected" else "right")
    for one in expectations(plan):
        cells = (_outlook_words(x, speaker) for x in one.outlooks)
        time = speaker.figures(duration_fact(one.planned_seconds))
        most = f"{speaker.number(numeral(one.planned))} [dim]{time}[/]"
        table.add_row(one.claim, *cells, most)
    return table


def range_words(plan: Plan) -> Sentence:
    """Say how far single runs end from the expected shots."""
    least, utmost = stopping_range(min(plan.alpha, plan.beta))
    ends = {"low": Figures(number=f"{least:.1g}"), "high": Figures(number=f"{utmost:.2g}")}
    return said("plan.between", **ends)


def _outlook_words(outlook: Outlook | None, speaker: Speaker) -> str:
    if outlook is None:
        return "–"
    if outlook.shots is None or outlook.seconds is None:
        return speaker.say(said("table.not_settled"))
    shots = speaker.number(numeral(outlook.shots))
    if outlook.most is not None and outlook.most > outlook.shots:
        ends = {"low": _number(outlook.shots), "high": _number(outlook.most)}
        shots = speaker.say(said("table.range", **ends))
    return f"{shots} [dim]{speaker.figures(duration_fact(outlook.seconds))}[/]"


def _number(value: float) -> Figures:
    return Figures(number=numeral(value))


def hopeless_words(plan: Plan) -> list[Sentence]:
    """Say which claims the planned shots cannot settle, before the first shot."""
    told = []
    for one in unsettled_expectations(plan):
        code = "plan.hopeless" if one.hopeless else "plan.unsettled"
        told.append(said(code, claim=one.claim, shots=_number(one.planned)))
    for claim, reach, shots in short_reaches(plan):
        share = Figures(number=f"{100 * reach:.2g}", unit="%", joint=" ")
        told.append(
            said("plan.short_reach_more", claim=claim, reach=share)
            if shots is None
            else said("plan.short_reach", claim=claim, reach=share, shots=_number(shots))
        )
    return told


def remarks(
    plan: Plan,
    findings: Iterable[Finding],
    indent: str = "",
    speaker: Speaker = ENGLISH,
    files: Mapping[str, bytes] = NO_FILES,
) -> list[str]:
    """Say what will not be tested and why, what cannot be settled, and what is odd; with markup.

    Args:
        plan: The plan.
        findings: What is odd.
        indent: Before each line.
        speaker: Of the language.
        files: What the claims name beside their sheet, by name.
    """
    budget = enough_for_all(plan, files)

    def told(head: str, *words: str) -> str:
        told = (escape(speaker.say(one)) for one in words)
        return f"{indent}[yellow]{speaker.say(said(f'plan.{head}'))}[/]: {', '.join(told)}"

    return [
        *(told("not_tested", item.claim, item.reason) for item in plan.untested),
        *(
            told("not_timed", one.id, why)
            for one in plan.sheet.operations
            if (why := untimed(one, plan.device))
        ),
        *(f"{indent}[yellow]{escape(speaker.say(words))}[/]" for words in hopeless_words(plan)),
        *([told("note", said("plan.held"))] if is_held(plan) else []),
        *([told("note", said("plan.budget_more", budget=_number(budget)))] if budget else []),
        *(told(one.severity, one.sentence) for one in findings),
    ]


def shortened(plan: Plan) -> list[tuple[str, str, str, str, str, str]]:
    """Give the rows of the plan's table, alike experiments in one row.

    Of a layer its pairs count as targets, not the qubits that wait in it.
    """
    rows: dict[tuple[Any, ...], list[Experiment]] = {}
    for x in plan.experiments:
        rows.setdefault((x.protocol, x.lengths, x.rounds, x.shots, x.claims), []).append(x)
    made: list[tuple[str, str, str, str, str, str]] = []
    for (protocol, lengths, rounds, shots, claims), alike in rows.items():
        name = said("table.times", what=protocol, n=len(alike)) if len(alike) > 1 else protocol
        timed = estimator_of(alike[0]).model == "exponential"
        texts = [
            number_sentence(
                quantity_fact(format_quantity(x, "time")) if timed else Figures(number=f"{x:g}")
            )
            for x in lengths
        ]
        circuits = number_sentence(_number(rounds * len(alike)))
        if shots > 1:
            circuits = said("table.of_shots", circuits=circuits, shots=_number(shots))
        seconds = sum(experiment_seconds(x, x.rounds, plan.device.durations) for x in alike)
        targets = sum(len(_counted(x)) for x in alike)
        made.append(
            (
                name,
                number_sentence(_number(targets)),
                "" if protocol == "readout" else commas(texts),
                circuits,
                "" if is_published(alike[0]) else number_sentence(duration_fact(seconds)),
                commas(claims or [question_of(x) for x in alike if is_asked(x)]),
            )
        )
    return made


def _counted(experiment: Experiment) -> tuple[Target, ...]:
    if experiment.problem or is_timed(experiment) or is_published(experiment):
        return experiment.targets
    return targets_with(experiment, PROTOCOLS[experiment.protocol].quantities[0])


def cost_words(plan: Plan) -> Sentence:
    """Say what a plan costs at most."""
    cost = plan.cost
    facts: dict[str, Fact] = {
        "shots": _number(cost.shots),
        "circuits": _number(cost.circuits),
        "time": duration_fact(cost.seconds),
    }
    if not cost.money:
        return said("plan.cost", **facts)
    money = Figures(number=numeral(cost.money), unit=plan.device.currency, joint=" ")
    return said("plan.cost_money", **facts, money=money)


def duration_words(seconds: float) -> str:
    """Say a duration in the unit that people use for it."""
    return str(duration_fact(seconds))


def duration_fact(seconds: float) -> Figures:
    """Give a duration as a number and the unit that people use for it."""
    if 0 < seconds < 1:
        few = f"{seconds * 1000:.0f}" if seconds >= 1e-3 else "<\u00a01"
        return Figures(number=few, unit="ms")
    for unit, scale in (("days", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * scale:
            return Figures(number=f"{seconds / scale:.1f}", unit=unit)
    return Figures(number=f"{seconds:.1f}", unit="s")
