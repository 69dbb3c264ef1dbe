"""`qassay report`: the datasheet of a bundle, written again from the evidence alone."""

from __future__ import annotations

from pathlib import Path

import click

from qassay.auditing.audit import audit_bundle
from qassay.cli import options
from qassay.cli.pdf import print_page
from qassay.cli.printing import echo
from qassay.errors import MalformedError
from qassay.evidence.bundle import bundle_name
from qassay.evidence.roles import trust_from
from qassay.reports.bundle_facts import facts_of
from qassay.reports.datasheet import render_datasheet
from qassay.whole_files import is_stream, write_whole


@click.command(name="report")
@click.argument("bundle", metavar="BUNDLE.zip")
@click.option("--html", metavar="FILE", help="Where to write; beside the bundle by default.")
@click.option("--pdf", metavar="FILE", help="Print it to a PDF file, with this machine's browser.")
@options.trust
def report_command(bundle: str, html: str | None, pdf: str | None, trust: tuple[str, ...]) -> int:
    """Audit a bundle and write its datasheet: the same bytes as the run wrote.

    A bundle that does not hold what it says gets no datasheet.
    """
    path = Path(bundle)
    audit = audit_bundle(path, trust=trust_from(trust), page=False)
    if audit.failure is not None:
        raise audit.failure
    if audit.analysis is None or audit.bundle is None:
        raise MalformedError(f"{bundle}: the audit came to no result")
    plan = audit.analysis.plan
    facts = facts_of(audit.bundle, plan, bundle_name(plan.sheet.machine))
    page = render_datasheet(audit.analysis, facts)
    if html or not pdf:
        place = Path(html) if html else path.with_name("datasheet.html")
        write_whole(place, page.encode("utf-8"))
        if not is_stream(place):
            echo(str(place))
    if pdf:
        print_page(page, Path(pdf))
        echo(pdf)
    return 0
