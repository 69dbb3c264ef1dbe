"""Markdown to HTML: headings that can be linked to, tables that scroll, links within the site.

Raw HTML in a page is text here. A link to a page of the site leads there; any other is written out
as an address, since nothing on the site asks for anything outside.
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it.token import Token

_COMMENT: Final = re.compile(r"<!--.*?-->\n*", re.DOTALL)
_SCROLLED: Final = (
    '<div class="wide-table" tabindex="0" role="region" aria-label="Table {}"><table>'
)
_DEEPEST: Final = 3  # headings below this are not sections of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class DocSection:
    """A part of a page under a heading of the second or third level, or its beginning.

    Attributes:
        anchor: Its id; "" for what stands before the first heading.
        title: Its heading.
        level: 1 for the page's beginning, else 2 or 3.
        text: Its words without marks.
    """

    anchor: str
    title: str
    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPage:
    """A page as HTML, and its parts as text."""

    html: Markup
    sections: tuple[DocSection, ...]


def slug(title: str, taken: set[str]) -> str:
    """Make the id of a heading as code hosts do, so that one link fits both."""
    base = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
    found, tries = base, 0
    while found in taken:
        tries += 1
        found = f"{base}-{tries}"
    taken.add(found)
    return found


def draw_page(name: str, text: str, known: Sequence[str]) -> DrawnPage:
    """Draw a page.

    Args:
        name: Of the page, such as "decisions/0002-sequential".
        text: Its Markdown.
        known: Names of all pages of the site, to which links may lead.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(_COMMENT.sub("", text))
    taken: set[str] = set()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(_words(tokens[place + 1]), taken))
        elif token.type == "inline" and token.children:
            token.children = list(_linked(token.children, name, frozenset(known)))
    sections = tuple(_sections(tokens))
    return DrawnPage(
        html=_html(parser.renderer.render(tokens, parser.options, {})), sections=sections
    )


def _html(text: str) -> Markup:
    """Make tables and listings reachable by keys, since they scroll sideways on a phone."""
    text = text.replace("<pre>", '<pre tabindex="0">')
    numbers = itertools.count(1)
    text = re.sub("<table>", lambda _: _SCROLLED.format(next(numbers)), text)
    text = text.replace("</table>", "</table></div>")
    text = text.replace("<th></th>", "<td></td>").replace("<th ", '<th scope="col" ')
    text = text.replace("<th>", '<th scope="col">')
    return Markup(text)  # noqa: S704 - drawn from Markdown with HTML switched off


def _words(inline: Token) -> str:
    return "".join(
        one.content for one in inline.children or () if one.type in ("text", "code_inline")
    )


def _linked(children: Sequence[Token], name: str, known: frozenset[str]) -> Iterator[Token]:
    """Lead links to pages of the site; write other addresses out."""
    from markdown_it.token import Token

    open_links: list[str] = []
    for token in children:
        if token.type == "image":
            yield Token("text", "", 0, content=token.content)
        elif token.type == "link_open":
            address = str(token.attrGet("href") or "")
            target = _target(address, name, known)
            open_links.append("" if target else address)
            if target:
                token.attrSet("href", target)
                yield token
        elif token.type == "link_close":
            outside = open_links.pop()
            if not outside:
                yield token
            elif "://" in outside:
                yield Token("text", "", 0, content=" (")
                yield Token("code_inline", "code", 0, content=outside, markup="`")
                yield Token("text", "", 0, content=")")
        else:
            yield token


def _target(address: str, name: str, known: frozenset[str]) -> str:
    """Give where a link leads within the site; "" where it leads out of it."""
    path, _, anchor = address.partition("#")
    if "://" in path:
        return ""
    if not path:
        return f"#{anchor}"
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    inside = "index" if path.endswith("decisions/") else inside.removesuffix(".md")
    if inside not in known and inside != "index":
        return ""
    here = posixpath.dirname(name) or "."
    return posixpath.relpath(inside, here) + ".html" + (f"#{anchor}" if anchor else "")


def _sections(tokens: Sequence[Token]) -> Iterator[DocSection]:
    anchor, title, level = "", "", 1
    words: list[str] = []
    inside_heading = 0
    for token in tokens:
        if token.type == "heading_open":
            inside_heading = int(token.tag[1])
            if 1 < inside_heading <= _DEEPEST:
                yield DocSection(anchor=anchor, title=title, level=level, text=" ".join(words))
                anchor, level, words = str(token.attrGet("id")), inside_heading, []
        elif token.type == "heading_close":
            inside_heading = 0
        elif token.type == "inline":
            said = _words(token)
            if inside_heading and inside_heading <= _DEEPEST:
                title = said
            else:
                words.append(" ".join(_flat(token)))
        elif token.type in ("fence", "code_block"):
            words.append(token.content)
    yield DocSection(anchor=anchor, title=title, level=level, text=" ".join(words))


def _flat(inline: Token) -> Iterator[str]:
    for one in inline.children or ():
        if one.content:
            yield one.content


def plain_cell(text: str) -> str:
    """Write text of the code into Markdown so that it stands as it is, code marks apart."""
    parts = text.split("`")
    for place in range(0, len(parts), 2):
        parts[place] = re.sub(r"([\\*_\[\]<>])", r"\\\1", parts[place])
    return "`".join(parts).replace("|", "\\|").replace("\n", " ")
