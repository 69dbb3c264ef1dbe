"""`qassay registry site`: the registry as static pages."""

from __future__ import annotations

from pathlib import Path

import click

from qassay.cli.page import say
from qassay.cli.registry import day_of, day_option
from qassay.errors import Problem, UsageError, quoted
from qassay.registry.catalog import all_registered
from qassay.site.build import INDEX, site_files
from qassay.whole_files import write_whole


@click.command(name="site")
@click.option("--out", required=True, metavar="DIR", help="Folder of the site.")
@day_option
def registry_site(out: str, day: str | None) -> int:
    """Write the registry as static pages: an index with charts, a page a machine, downloads.

    They open from a disk as from a server and ask for nothing outside.
    """
    folder = Path(out)
    files = site_files(all_registered(), day_of(day))
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
    say(f"{pages} pages and {len(files) - pages} files, the first page {len(files[INDEX]):,} bytes")
    say(str(folder / INDEX))
    return 0
