"""`qassay registry coverage`: what share of all published figures gets a true answer today."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import click

from qassay.cli import options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.registry import add_plain, heading, table_of
from qassay.registry.catalog import registered
from qassay.registry.coverage import (
    ANSWERS,
    Answered,
    by_need,
    figure_answers,
    share_true,
    statement_answers,
)


@click.command(name="coverage")
@click.argument("machine_ids", metavar="[ID...]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every figure without a true answer.")
@options.as_json
def registry_coverage(machine_ids: tuple[str, ...], everything: bool, as_json: bool) -> int:
    """Try every published figure, or those of some machines; tell how many get a true answer.

    A true answer is a verdict on a machine of the published figures, an inspection of what no
    counts settle, or a refusal that says why none could. "Not yet" is no answer.
    """
    chosen = tuple(map(registered, machine_ids))
    figures = figure_answers(chosen or None)
    statements = () if chosen else statement_answers()
    if as_json:
        print_json(
            {
                "figures": _summary(figures),
                "statements": _summary(statements),
                "by_need": by_need((*figures, *statements)),
                "answers": [asdict(one) for one in (*figures, *statements)],
            }
        )
        return 0
    terminal = open_page()
    makers = tuple(one for one in figures if one.party == "maker")
    table = table_of("", "All", *ANSWERS, "True answer", right=("All", *ANSWERS, "True answer"))
    for name, rows in (
        ("published figures", figures),
        ("of these the makers'", makers),
        ("further statements", statements),
    ):
        if not rows:
            continue
        told = Counter(one.answer for one in rows)
        add_plain(
            table, name, len(rows), *(told[x] for x in ANSWERS), f"{100 * share_true(rows):.0f} %"
        )
    terminal.print(table)
    heading(terminal, "What is missing, by need")
    needs = table_of("Need", "Figures", "Statements", right=("Figures", "Statements"))
    of_figures, of_statements = by_need(figures), by_need(statements)
    for need in by_need((*figures, *statements)):
        counts = [table.get(need, {}).get("not yet", 0) for table in (of_figures, of_statements)]
        if any(counts):
            add_plain(needs, need, *counts)
    terminal.print(needs)
    if everything:
        heading(terminal, "Without a true answer")
        rest = table_of("Of", "Figure", "Why")
        for one in (*figures, *statements):
            if one.answer == "not yet":
                add_plain(rest, one.subject, one.figure, f"{one.need}: {one.reason}")
        terminal.print(rest)
    return 0


def _summary(rows: tuple[Answered, ...]) -> dict[str, object]:
    told = Counter(one.answer for one in rows)
    return {
        "all": len(rows),
        **{name: told[name] for name in ANSWERS},
        "share": share_true(rows) if rows else None,
    }
