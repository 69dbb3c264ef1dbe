"""From guides and code to the pages of the documentation; nothing on them asks for anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment
from markupsafe import Markup

from qassay import __version__
from qassay.reports.datasheet import page_environment, page_style
from qassay.site.documentation.markdown import DrawnPage, draw_page
from qassay.site.documentation.reference import reference_pages
from qassay.site.documentation.search import index_json, script_digest, search_entries
from qassay.site.documentation.shelf import DocText, group_purposes, shelved

if TYPE_CHECKING:
    import click

DOCS: Final = "docs"


def documentation_files(commands: click.Group, machines: Mapping[str, str]) -> dict[str, bytes]:
    """Draw every page of the documentation.

    Args:
        commands: The command line, for its reference page.
        machines: Names of the registry's machines by id, which the search finds too.

    Returns:
        Content by path relative to the site's folder; all below `docs/`.

    Raises:
        RegistryError: The installation lacks the guides.
    """
    texts = shelved(reference_pages(commands))
    known = [one.name for one in texts]
    drawn = {one.name: draw_page(one.name, one.text, known) for one in texts}
    environment = page_environment("qassay.site.documentation")
    common = {
        "style": _style(environment),
        "version": __version__,
        "groups": [
            (group, why, [(one.name, one.title) for one in texts if one.group == group])
            for group, why in group_purposes().items()
            if any(one.group == group for one in texts)
        ],
    }
    pages = {
        f"{DOCS}/index.html": environment.get_template("contents.html.j2").render(common),
        f"{DOCS}/search.html": _search(environment, common, search_entries(drawn, texts, machines)),
    }
    for place, one in enumerate(texts):
        before = texts[place - 1] if place else None
        after = texts[place + 1] if place + 1 < len(texts) else None
        pages[f"{DOCS}/{one.name}.html"] = _page(
            environment, common, one, drawn[one.name], before, after
        )
    return {path: page.encode("utf-8") for path, page in pages.items()}


def _page(
    environment: Environment,
    common: Mapping[str, Any],
    one: DocText,
    drawn: DrawnPage,
    before: DocText | None,
    after: DocText | None,
) -> str:
    parts = [(s.anchor, s.title) for s in drawn.sections if s.level == 2]
    heading, end, rest = drawn.html.partition("</h1>")
    return environment.get_template("page.html.j2").render(
        common,
        name=one.name,
        title=one.title,
        root="../" * one.name.count("/"),
        heading=Markup(heading + end),  # noqa: S704 - a part of what was drawn
        html=Markup(rest),  # noqa: S704
        contents=parts if len(parts) > 2 else [],
        before=before,
        after=after,
    )


def _search(
    environment: Environment, common: Mapping[str, Any], entries: list[dict[str, Any]]
) -> str:
    loader = environment.loader
    script = loader.get_source(environment, "search.js")[0] if loader else ""
    return environment.get_template("search.html.j2").render(
        common,
        digest=Markup(script_digest(script)),  # noqa: S704 - base64
        script=Markup(script),  # noqa: S704 - a file of this package
        index=Markup(index_json(entries)),  # noqa: S704 - no "<" is left in it
    )


def _style(environment: Environment) -> Markup:
    return page_style(page_environment()) + page_style(environment, "docs.css")
