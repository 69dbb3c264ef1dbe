"""Reference pages written from the code: commands, protocols, kinds of figures, Python."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from qassay.protocols.known import PROBLEMS, PROTOCOLS, PUBLISHED, TIMED
from qassay.registry.vocabulary import FIGURE_KINDS, GROUPS
from qassay.site.documentation.markdown import plain_cell

if TYPE_CHECKING:
    import click

_SECTIONS: Final = ("Args", "Attributes", "Returns", "Raises", "Yields")


def reference_pages(commands: click.Group) -> dict[str, str]:
    """Write all reference pages.

    Args:
        commands: The command line, whose commands are asked for their help.

    Returns:
        Markdown by the name of the page.
    """
    return {
        "reference/commands": "\n".join(_command_page(commands)) + "\n",
        "reference/protocols": "\n".join(_protocol_page()) + "\n",
        "reference/figures": "\n".join(_figure_page()) + "\n",
        "reference/python": "\n".join(_python_page()) + "\n",
    }


def _command_page(commands: click.Group) -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "What `qassay COMMAND --help` prints, on one page."
    yield ""
    yield from _paragraphs(inspect.cleandoc(commands.help or ""))
    import click

    context = click.Context(commands, info_name="qassay")
    for name in commands.list_commands(context):
        found = commands.get_command(context, name)
        if found is not None:
            yield from _command(found, click.Context(found, info_name=name, parent=context))


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    import click

    yield ""
    yield f"{'##' if context.command_path.count(' ') < 2 else '###'} {context.command_path}"
    yield ""
    yield from _paragraphs(inspect.cleandoc(command.help or ""))
    group = isinstance(command, click.Group)
    words = " ".join(command.collect_usage_pieces(context))
    yield from ("", "```text", f"{context.command_path} {words}", "```", "")
    options = [
        record
        for one in command.get_params(context)
        if (record := one.get_help_record(context)) is not None
    ]
    if options:
        yield "| option | |"
        yield "|---|---|"
        for written, meaning in options:
            yield f"| `{written.replace('|', '¦')}` | {plain_cell(meaning)} |".replace("¦", "\\|")
    if isinstance(command, click.Group) and group:
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _command(inner, click.Context(inner, info_name=name, parent=context))


def _protocol_page() -> Iterator[str]:
    yield "# Protocols"
    yield ""
    yield "How each quantity is measured: circuits, model, assumptions, and how it can be fooled."
    for kind, table in (
        ("Drawn and run by qassay", PROTOCOLS),
        ("Applications", PROBLEMS),
        ("By the clock", TIMED),
        ("Counts that others published", PUBLISHED),
    ):
        yield from ("", f"## {kind}")
        for one in table.values():
            yield from (
                "",
                f"### {one.id}",
                "",
                f"**{plain_cell(one.title)}**, version {one.version}.",
            )
            about = inspect.cleandoc(sys.modules[type(one).__module__].__doc__ or "")
            yield ""
            yield from _paragraphs(about)
            if one.assumptions:
                yield from ("", "It assumes:", "")
                yield from (f"- {plain_cell(text)}" for text in one.assumptions)


def _figure_page() -> Iterator[str]:
    yield "# Kinds of figures"
    yield ""
    yield (
        "What a page of the [registry](../registry.md) may hold, and which metric of qassay settles"
        " it ([metrics](../metrics.md))."
    )
    for group, title in (*GROUPS.items(), ("", "In no group")):
        kinds = [one for one in FIGURE_KINDS.values() if one.group == group]
        if not kinds:
            continue
        yield from ("", f"## {title}", "", "| id | name | settled by |", "|---|---|---|")
        for one in kinds:
            by = f"[`{one.metric}`](../metrics.md#{one.metric})" if one.metric else ""
            need = plain_cell(one.need) if one.need else ""
            yield f"| `{one.id}` | {plain_cell(one.title)} | {by or need or 'words, no number'} |"


def _python_page() -> Iterator[str]:
    package = importlib.import_module("qassay")
    yield "# Python"
    yield ""
    yield "Everything that `import qassay` offers; what begins with an underscore may change."
    yield ""
    yield from _paragraphs(inspect.cleandoc(package.__doc__ or ""))
    shown: set[str] = set()
    for name in package.__all__:
        found = getattr(package, name)
        yield from _documented(f"qassay.{name}", found)
        shown.add(getattr(found, "__name__", name))
        given = _given_class(found)
        if given is not None and given.__name__ not in shown:
            shown.add(given.__name__)
            yield from _documented(f"{given.__name__}", given)


def _given_class(found: Any) -> type | None:
    """Give the class of this package that a function returns."""
    if inspect.isclass(found) or not callable(found):
        return None
    word = getattr(found, "__annotations__", {}).get("return", "")
    name = word if isinstance(word, str) else getattr(word, "__name__", "")
    given = getattr(sys.modules[found.__module__], name, None)
    if not inspect.isclass(given) or not given.__module__.startswith("qassay"):
        return None
    return given


def _documented(title: str, found: Any) -> Iterator[str]:
    yield from ("", f"## {title}", "", "```python", _signature(title, found), "```", "")
    yield from _paragraphs(inspect.getdoc(found) or "")
    if not inspect.isclass(found):
        return
    for name, member in vars(found).items():
        inner = member.fget if isinstance(member, property) else member
        inner = getattr(inner, "__func__", inner)
        if name.startswith("_") or not inspect.isfunction(inner) or not inspect.getdoc(inner):
            continue
        written = name if isinstance(member, property) else _signature(name, inner)
        yield from ("", f"### {found.__name__}.{name}", "", "```python", written, "```", "")
        yield from _paragraphs(inspect.getdoc(inner) or "")


def _signature(title: str, found: Any) -> str:
    try:
        words = str(inspect.signature(found))
    except (TypeError, ValueError):
        return title
    words = re.sub(r"(: |-> )'([^']+)'", r"\1\2", words).replace("qassay.", "")
    words = re.sub(r"(?:[a-z_]+\.)+([A-Z]\w*)", r"\1", words)
    line = f"{title}{words}"
    if len(line) <= 88:
        return line
    inner, _, after = words[1:].rpartition(")")
    split = ",\n    ".join(re.split(r", (?![^\[(]*[\])])", inner))
    return f"{title}(\n    {split},\n){after}"


def _paragraphs(text: str) -> Iterator[str]:
    """Write a docstring of the google style as Markdown: code stays code, fields become lists."""
    for part in re.split(r"\n\s*\n(?! {4})|(?<=:)\n\s*\n", text):
        head, _, rest = part.partition("\n")
        if head.rstrip(":") in _SECTIONS and head.endswith(":"):
            yield from (f"**{head.rstrip(':')}**", "")
            yield from _fields(textwrap.dedent(rest), named=head[:-1] not in ("Returns", "Yields"))
        elif part.startswith("    "):
            yield from ("```python", textwrap.dedent(part), "```")
        elif part.startswith(("* ", "- ", "1. ", "|")):
            yield part
        else:
            yield plain_cell(part)
        yield ""


def _fields(text: str, *, named: bool) -> Iterator[str]:
    if not named:
        yield plain_cell(text)
        return
    for line in re.split(r"\n(?=\S)", text):
        name, colon, meaning = line.partition(":")
        words = plain_cell(" ".join(meaning.split()))
        yield f"- `{name}`: {words}" if colon else f"- {plain_cell(line)}"
