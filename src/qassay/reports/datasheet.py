"""The datasheet: one self-contained HTML page, the same bytes for the same input.

No script, no request to anywhere, and a content security policy that forbids both. Every text
goes through two sieves: characters that deceive the eye are made visible, then all is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from qassay.protocols.asked import Answer
from qassay.reports.claim_data import claims_data
from qassay.reports.facts import RunFacts
from qassay.reports.sections.answers import answer_sections
from qassay.reports.sections.applications import ApplicationSection, application_sections
from qassay.reports.sections.checks import CheckTable, check_tables
from qassay.reports.sections.claims import claim_sections
from qassay.reports.sections.declared import DeclaredRow, declared_rows
from qassay.reports.sections.estimates import EstimateTable, estimate_tables
from qassay.reports.sections.execution import execution_of
from qassay.reports.sections.findings import Remark, remarks_of
from qassay.reports.sections.method import method_of
from qassay.reports.sections.operations import OperationRow, operation_rows
from qassay.reports.sections.short import in_short
from qassay.reports.sections.summary import Summary, summary_of
from qassay.reports.sections.trust import trust_of
from qassay.reports.sections.verdicts import Row, rows_of
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
    environment = _own_environment()
    claims = claims_data(analysis)
    rows = rows_of(claims, analysis.plan.device)
    summary = summary_of(analysis, facts)
    applications, remarks = application_sections(analysis), remarks_of(facts)
    declared = declared_rows(analysis.plan.sheet)
    operations = operation_rows(facts.operations)
    checks, tables = check_tables(analysis), estimate_tables(analysis)
    page = environment.get_template("datasheet.html.j2").render(
        style=page_style(environment),
        facts=facts,
        plan=analysis.plan,
        summary=summary,
        rows=rows,
        short=in_short(claims, analysis, facts) if claims else None,
        contents=_contents(
            summary,
            rows,
            operations,
            declared,
            applications,
            analysis.answers,
            remarks,
            checks,
            tables,
        ),
        applications=applications,
        answers=answer_sections(analysis),
        remarks=remarks,
        operations=operations,
        declared=declared,
        claims=claim_sections(claims, rows, analysis, facts),
        method=method_of(analysis),
        execution=execution_of(analysis, facts),
        checks=checks,
        trust=trust_of(analysis),
        tables=tables,
    )
    return "\n".join(line for line in map(str.rstrip, page.splitlines()) if line) + "\n"


def _contents(
    summary: Summary,
    rows: tuple[Row, ...],
    operations: Sequence[OperationRow],
    declared: Sequence[DeclaredRow],
    applications: Sequence[ApplicationSection],
    answers: Sequence[Answer],
    remarks: Sequence[Remark],
    checks: Sequence[CheckTable],
    tables: Sequence[EstimateTable],
) -> tuple[tuple[str, str], ...]:
    """List the parts of the page that exist: where each is, and its name."""
    parts = [
        ("verdicts", "Verdicts", bool(rows)),
        *((one.anchor, one.title, True) for one in applications),
        ("answers", "Questions", bool(answers)),
        ("operations", "By the clock, not by counts", bool(operations)),
        ("declared", "Declared, not measured", bool(declared)),
        ("findings", "The claims by themselves", bool(rows and remarks)),
        ("claim-1", "Claim by claim", bool(rows)),
        ("method", "How a verdict is reached", bool(rows)),
        ("execution", "What was published" if summary.imported else "What was run", True),
        ("checks", "Checks of the model", bool(checks)),
        ("trust", "How far the counts can be trusted", True),
        ("estimates", "Every estimate", bool(tables)),
    ]
    return tuple((anchor, words) for anchor, words, there in parts if there)


def page_environment(package: str = _PACKAGE) -> Environment:
    """Give a package's templates; every text that enters one is escaped and made visible."""
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _own_environment() -> Environment:
    """Give the templates of the datasheet alone, compiled once: nobody else can change them."""
    return page_environment()


def page_style(environment: Environment, name: str = "datasheet.css") -> Markup:
    """Give a style sheet; it is ours, and nothing from outside enters it."""
    loader = environment.loader
    source = loader.get_source(environment, name)[0] if loader else ""
    return Markup(source)  # noqa: S704 - a file of this package
