"""`qassay registry site`: the registry as static pages."""

from __future__ import annotations

from pathlib import Path

import click

from qassay.cli import options
from qassay.cli.page import say
from qassay.cli.registry import day_of, day_option, measured_option
from qassay.cli.registry_add import bundles_of, with_bundles
from qassay.errors import Problem, UsageError, quoted
from qassay.languages.speaker import speaker_of
from qassay.numerals import numeral
from qassay.registry.catalog import all_registered
from qassay.registry.figure_words import day_words
from qassay.site.build import DATA, INDEX, site_files
from qassay.site.measured import MeasuredBundle
from qassay.site.measured_lines import MeasuredLines, verdict_lines
from qassay.whole_files import write_whole


@click.command(name="site")
@click.option("--out", required=True, metavar="DIR", help="Folder of the site.")
@measured_option
@day_option
@click.option("--without-docs", is_flag=True, help="Leave the documentation out.")
@options.together(options.language, options.trust)
def registry_site(
    out: str,
    measured: str | None,
    day: str | None,
    without_docs: bool,
    language: str,
    trust: tuple[str, ...],
) -> int:
    """Write the registry and the documentation as static pages.

    An index with charts, a page a machine, downloads, and under docs/ every guide, a reference
    written from the code, and a search. They open from a disk as from a server and ask for nothing
    outside. With --measured each machine's page has the verdicts of its bundles beside the claims,
    who signed them and how far they can be trusted, and the bundles to download. The
    documentation is in English; the registry in the language of --lang.
    """
    folder = Path(out)
    speaker_of(language)
    machines, bundles, lines = [], {}, {}
    for machine in all_registered():
        kept = bundles_of(measured, machine.id, trust)
        machines.append(with_bundles(machine, kept))
        if measured is not None and kept:
            home = Path(measured) / machine.id
            bundles[machine.id] = {one.file: (home / one.file).read_bytes() for one in kept}
            lines[machine.id] = [_lines(machine.id, one) for one in kept]
    files = site_files(
        machines,
        day_of(day),
        bundles,
        documented=not without_docs,
        measured=lines,
        language=language,
    )
    if not without_docs:
        from qassay.cli.main import cli
        from qassay.site.documentation.build import documentation_files

        files |= documentation_files(cli, {one.id: one.name for one in machines})
    for path, data in files.items():
        place = folder.joinpath(*path.split("/"))
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                Problem(
                    where=quoted(out, 200),
                    found=error.strerror or str(error),
                    expected="a folder to write to",
                )
            ) from None
        write_whole(place, data)
    pages = sum(path.endswith(".html") for path in files)
    first = numeral(len(files[INDEX]))
    say(f"{pages} pages and {len(files) - pages} files, the first page {first} bytes")
    say(str(folder / INDEX))
    return 0


def _lines(machine: str, kept: MeasuredBundle) -> MeasuredLines:
    return MeasuredLines(
        day=day_words(kept.day) if kept.day else "–",
        trust=kept.trust,
        verified=kept.verified,
        file=kept.file,
        link=f"../{DATA}/{machine}.{kept.file}",
        rows=verdict_lines(kept.claims, kept.verdicts),
    )
