"""`qassay results` and `qassay compare`: the numbers of bundles, and what changed between them."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from qassay.claims.metrics import METRICS
from qassay.cli import options
from qassay.cli.answers import tell_answers
from qassay.cli.page import FittingTable, open_page
from qassay.cli.printing import echo, print_json
from qassay.cli.unreviewed import tell_unreviewed
from qassay.evidence.roles import trust_from
from qassay.languages.english import said
from qassay.languages.speaker import speaker_of
from qassay.reports.comparison import (
    ComparedRun,
    ShownChange,
    quantity_words,
    render_comparison,
    shown_change,
)
from qassay.reports.numbers import shown_estimate
from qassay.reports.words import metric_title
from qassay.results.comparing import Comparison, Difference
from qassay.results.comparing import compare as compare_bundles
from qassay.results.rows import estimate_of, load
from qassay.whole_files import is_stream, write_whole


@click.command(name="results")
@click.argument("bundle", metavar="BUNDLE.zip")
@click.option("--csv", "csv_file", metavar="FILE", help="Write the rows as CSV.")
@click.option("--parquet", "parquet_file", metavar="FILE", help="Write the rows as Parquet.")
@options.together(options.language, options.trust, options.as_json)
def results_command(
    bundle: str,
    csv_file: str | None,
    parquet_file: str | None,
    language: str,
    trust: tuple[str, ...],
    as_json: bool,
) -> int:
    """Give every estimate of a bundle: one row a target and quantity, with its interval.

    The bundle is audited first; one that does not hold gives no numbers.
    """
    speaker = speaker_of(language)
    found = load(bundle, trust=trust_from(trust))
    if csv_file:
        write_whole(Path(csv_file), found.csv().encode("utf-8"))
    if parquet_file:
        found.write_parquet(parquet_file)
    if as_json:
        print_json(found.as_json())
        return 0
    written = [name for name in (csv_file, parquet_file) if name]
    for name in written:
        if not is_stream(Path(name)):  # a name behind the rows would be a row
            echo(name)
    if written:
        return 0
    terminal = open_page()
    terminal.print(f"[bold]{escape(found.title)}[/]")
    kind = f" {speaker.say(said('page.simulator'))}" if found.simulator else ""
    trusted = speaker.say(said("page.trust_level", level=found.trust))
    terminal.print(f"{escape(found.device)}{kind}, {trusted}")
    tell_answers(terminal, found.answers, speaker)
    if found.answers and not found.rows:
        tell_unreviewed(terminal, speaker)
        return 0
    table = FittingTable()
    for name in ("quantity", "target", "estimate", "shots"):
        table.add_column(
            speaker.say(said(f"page.{name}")), justify="right" if name == "shots" else "left"
        )
    for row in found.rows:
        words, dimension = quantity_words(row.quantity)
        if row.quantity in METRICS:
            words = speaker.say(metric_title(METRICS[row.quantity]))
        one = shown_estimate(estimate_of(row), dimension)
        estimate = speaker.say(one.value)
        estimate += f" ({speaker.say(one.interval)})" if one.interval else ""
        shots = speaker.number(str(row.shots))
        table.add_row(words, row.target, estimate, shots)
    terminal.print(table)
    tell_unreviewed(terminal, speaker)
    return 0


@click.command(name="compare")
@click.argument("bundles", metavar="BUNDLE.zip...", nargs=-1, required=True)
@click.option("--html", metavar="FILE", help="Write the comparison as a page.")
@options.together(options.trust, options.as_json)
def compare_command(
    bundles: tuple[str, ...], html: str | None, trust: tuple[str, ...], as_json: bool
) -> int:
    """Say what changed between runs beyond chance; the first bundle is the base.

    The number of comparisons is reckoned with: the probability to tell any change where there is
    none is about 5 % at the most.
    """
    found = compare_bundles(*bundles, trust=trust_from(trust))
    changes = [_shown(one) for one in found.changed]
    if html:
        page = render_comparison(found.sentence(), _runs(found), changes, found.verdicts)
        write_whole(Path(html), page.encode("utf-8"))
    if as_json:
        print_json(found.as_json())
        return 0
    terminal = open_page()
    for place, run in enumerate(_runs(found), start=1):
        kind = " (a SIMULATOR)" if run.simulator else ""
        terminal.print(f"{place}. {escape(run.bundle)}: {escape(run.device)}{kind}")
    terminal.print(found.sentence())
    for one in changes:
        terminal.print(
            f"  {one.quantity}, {one.target}: {one.earlier}; in run {one.run} {one.later}"
            f" (adjusted p {one.p})",
            markup=False,
        )
    for claim, outcomes in found.verdicts:
        terminal.print(f"  verdict on {claim}: {', then '.join(outcomes)}", markup=False)
    if html and not is_stream(Path(html)):
        terminal.print(html, soft_wrap=True, markup=False)
    return 0


def _shown(one: Difference) -> ShownChange:
    return shown_change(
        one.quantity, one.target, one.earlier, one.later, one.other + 1, one.adjusted
    )


def _runs(found: Comparison) -> list[ComparedRun]:
    return [
        ComparedRun(
            bundle=run.bundle.name,
            title=run.title,
            device=run.device,
            simulator=run.simulator,
            trust=run.trust,
        )
        for run in found.bundles
    ]
