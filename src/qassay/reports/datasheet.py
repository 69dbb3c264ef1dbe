"""The datasheet: one self-contained HTML page, the same bytes for the same input.

No script, no request to anywhere, and a content security policy that forbids both. Every text
goes through two sieves: characters that deceive the eye are made visible, then all is escaped.
"""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from qassay.reports.claim_data import claims_data
from qassay.reports.facts import RunFacts
from qassay.reports.sections.applications import application_sections
from qassay.reports.sections.checks import check_tables
from qassay.reports.sections.claims import claim_sections
from qassay.reports.sections.estimates import estimate_tables
from qassay.reports.sections.execution import execution_of
from qassay.reports.sections.findings import remarks_of
from qassay.reports.sections.method import method_of
from qassay.reports.sections.summary import summary_of
from qassay.reports.sections.trust import trust_of
from qassay.reports.sections.verdicts import rows_of
from qassay.reports.text import visible
from qassay.verdicts.analysis import Analysis

_PACKAGE: Final = "qassay.reports"


def render_datasheet(analysis: Analysis, facts: RunFacts) -> str:
    """Write the datasheet of a run or an import.

    Args:
        analysis: Plan, estimates and verdicts.
        facts: What the run knows beside them.

    Returns:
        A whole HTML document, to be saved as UTF-8.
    """
    environment = _environment()
    claims = claims_data(analysis)
    rows = rows_of(claims, analysis.plan.device)
    page = environment.get_template("datasheet.html.j2").render(
        style=_style(environment),
        facts=facts,
        plan=analysis.plan,
        summary=summary_of(analysis, facts),
        rows=rows,
        applications=application_sections(analysis),
        remarks=remarks_of(facts),
        claims=claim_sections(claims, rows, analysis),
        method=method_of(analysis),
        execution=execution_of(analysis, facts),
        checks=check_tables(analysis),
        trust=trust_of(analysis),
        tables=estimate_tables(analysis),
    )
    return "\n".join(line for line in map(str.rstrip, page.splitlines()) if line) + "\n"


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(_PACKAGE, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _style(environment: Environment) -> Markup:
    """Give the style sheet; it is ours, and nothing from outside enters it."""
    loader = environment.loader
    source = loader.get_source(environment, "datasheet.css")[0] if loader else ""
    return Markup(source)  # noqa: S704 - a file of this package
