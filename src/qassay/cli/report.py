"""`qassay report`: the datasheet of a bundle, written again from the evidence alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from qassay.auditing.audit import audit_bundle
from qassay.cli import options
from qassay.cli.pdf import print_page
from qassay.cli.printing import echo
from qassay.errors import MalformedError
from qassay.evidence.bundle import bundle_name
from qassay.evidence.roles import trust_from
from qassay.languages.speaker import speaker_of
from qassay.reports.bundle_facts import facts_of
from qassay.reports.crate import METADATA, crate_files
from qassay.reports.datasheet import render_datasheet
from qassay.reports.translated import render_translated
from qassay.whole_files import is_stream, write_whole


@click.command(name="report")
@click.argument("bundle", metavar="BUNDLE.zip")
@click.option("--html", metavar="FILE", help="Where to write; beside the bundle by default.")
@click.option("--pdf", metavar="FILE", help="Print it to a PDF file, with this machine's browser.")
@click.option(
    "--crate", metavar="DIR", help="Write bundle and page as a research object, RO-Crate 1.1."
)
@options.together(options.language, options.trust)
def report_command(
    bundle: str,
    html: str | None,
    pdf: str | None,
    crate: str | None,
    language: str,
    trust: tuple[str, ...],
) -> int:
    """Audit a bundle and write its datasheet: the same bytes as the run wrote.

    A bundle that does not hold what it says gets no datasheet. In another language it is a shorter
    page, beside the sealed one, which is in English: the half page for whoever decides, and the
    verdicts with their reasons.
    """
    path, speaker = Path(bundle), speaker_of(language)
    audit = audit_bundle(path, trust=trust_from(trust), page=False)
    if audit.failure is not None:
        raise audit.failure
    if audit.analysis is None or audit.bundle is None:
        raise MalformedError(f"{bundle}: the audit came to no result")
    plan = audit.analysis.plan
    facts = facts_of(audit.bundle, plan, bundle_name(plan.sheet.machine))
    if language == "en":
        page = render_datasheet(audit.analysis, facts)
    else:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        page = render_translated(audit.analysis, facts, speaker, digest)
    if crate:
        home = Path(crate)
        home.mkdir(parents=True, exist_ok=True)
        for name, data in crate_files(audit.analysis, facts, path.read_bytes(), page).items():
            write_whole(home / name, data)
        echo(str(home / METADATA))
    if html or not (pdf or crate):
        usual = "datasheet.html" if language == "en" else f"datasheet.{language}.html"
        place = Path(html) if html else path.with_name(usual)
        write_whole(place, page.encode("utf-8"))
        if not is_stream(place):
            echo(str(place))
    if pdf:
        print_page(page, Path(pdf))
        echo(pdf)
    return 0
