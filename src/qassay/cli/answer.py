"""`qassay answer`: vendor, partner or witness answers what the verifier sent."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.markup import escape

from qassay.claims.claim import ClaimSheet
from qassay.claims.claim_file import read_sheet_bytes
from qassay.claims.metrics import METRICS
from qassay.claims.toml_table import shown
from qassay.cli import options
from qassay.cli.key import passphrase_of
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.errors import Problem, UsageError, quoted
from qassay.evidence.keys import read_key
from qassay.evidence.roles import trust_from
from qassay.units import format_quantity


@click.command(name="answer")
@click.argument("parcel", metavar="PARCEL.zip")
@click.option("--key", "key_file", required=True, metavar="FILE", help="Your private key.")
@click.option(
    "--home",
    required=True,
    metavar="DIR",
    help="Your own folder: what you signed, last heads seen, replies.",
)
@click.option("--counts", multiple=True, metavar="FILE", help="The vendor: counts to sign.")
@click.option("--incomplete", is_flag=True, help="Sign parts of which circuits are missing.")
@click.option("--failed", multiple=True, metavar="PART=REASON", help="The vendor: not run.")
@click.option(
    "--excuse",
    multiple=True,
    metavar="PART=REASON",
    help="The vendor: leave a part out, before its round is called.",
)
@click.option(
    "--sheet",
    "sheet_file",
    metavar="FILE",
    help="The vendor: your own claim sheet, compared with the one to be signed.",
)
@click.option("--note", default="", metavar="TEXT", help="Put a statement on record.")
@click.option(
    "--trust",
    multiple=True,
    metavar="FILE|ROLE=SHA256:...",
    help="Keys that you know from elsewhere; a parcel by others is refused.",
)
@options.as_json
def answer_command(
    parcel: str,
    key_file: str,
    home: str,
    counts: tuple[str, ...],
    incomplete: bool,
    failed: tuple[str, ...],
    excuse: tuple[str, ...],
    sheet_file: str | None,
    note: str,
    trust: tuple[str, ...],
    as_json: bool,
) -> int:
    """Answer PARCEL.zip with whatever is due from you.

    The reply goes to the verifier, who gives it to `qassay collect`. You sign a thing once: asked
    again, the same bytes go out. A parcel whose log does not continue the last one that you saw
    is refused, and so are claims that you have not been shown.
    """
    from qassay.campaigns.answering import Said, answer
    from qassay.execution.alone import only_call

    said = Said(
        failed=_named("--failed", failed),
        excused=_named("--excuse", excuse),
        note=note,
        incomplete=incomplete,
    )
    with only_call(Path(home)):
        path, sentences = answer(
            Path(parcel),
            read_key(Path(key_file), passphrase_of(Path(key_file))),
            Path(home),
            counts=[Path(name) for name in counts],
            said=said,
            trust=trust_from(trust) if trust else None,
            sheet=None if sheet_file is None else read_sheet_bytes(Path(sheet_file)),
            confirm=None if as_json else _shown_and_asked,
        )
    if as_json:
        print_json({"reply": str(path), "says": list(sentences)})
        return 0
    terminal = open_page()
    for sentence in sentences:
        terminal.print(escape(sentence))
    terminal.print(f"send       {path}", soft_wrap=True, markup=False)
    return 0


def _shown_and_asked(sheet: ClaimSheet) -> bool:
    """Show what is to be signed, claims and questions, and ask; without a terminal it is no."""
    terminal = open_page()
    what = [
        word for word, some in (("claims", sheet.claims), ("questions", sheet.questions)) if some
    ]
    terminal.print(
        f"[bold]{escape(sheet.title)}[/], {escape(sheet.vendor)}: these {' and '.join(what)} are to"
        " be signed in your name"
    )
    for claim in sheet.claims:
        value = format_quantity(claim.value, METRICS[claim.metric].dimension)
        words = f"{claim.id}: {claim.metric}, {claim.statistic}, {claim.relation} {value}"
        terminal.print(f"  {escape(words)}", soft_wrap=True)
    for question in sheet.questions:
        settings = "".join(f", {key} = {_short(value)}" for key, value in question.settings)
        words = f"{question.id}: {question.kind.title}{settings}"
        terminal.print(f"  {escape(words)}", soft_wrap=True)
    if not sys.stdin.isatty():
        return False
    asked = "Do you make these claims?" if sheet.claims else "Do you agree to be asked this?"
    return click.confirm(asked, default=False)


def _short(value: object) -> str:
    return shown(list(value) if isinstance(value, tuple) else value)


def _named(option: str, texts: tuple[str, ...]) -> dict[str, str]:
    """Read PART=REASON."""
    named = dict(text.partition("=")[::2] for text in texts)
    UsageError.raise_if_any(
        Problem(
            where=option,
            found=quoted(f"{part}={reason}"),
            expected="PART=REASON, as in round-02/part-01=maintenance",
        )
        for part, reason in named.items()
        if not part or not reason
    )
    return named
