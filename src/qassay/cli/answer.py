"""`qassay answer`: vendor, partner or witness answers what the verifier sent."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from qassay.cli import options
from qassay.cli.key import passphrase_of
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.errors import Problem, UsageError, quoted
from qassay.evidence.keys import read_key
from qassay.evidence.roles import trust_from


@click.command(name="answer")
@click.argument("parcel", metavar="PARCEL.zip")
@click.option("--key", "key_file", required=True, metavar="FILE", help="Your private key.")
@click.option("--home", required=True, metavar="DIR",
              help="Your own folder: secret, last head seen, replies.")  # fmt: skip
@click.option("--counts", multiple=True, metavar="FILE", help="The vendor: counts to sign.")
@click.option("--incomplete", is_flag=True, help="Sign parts of which circuits are missing.")
@click.option("--failed", multiple=True, metavar="PART=REASON", help="The vendor: not run.")
@click.option("--excuse", multiple=True, metavar="PART=REASON",
              help="The vendor: leave a part out, before its release.")  # fmt: skip
@click.option("--note", default="", metavar="TEXT", help="Put a statement on record.")
@click.option("--trust", multiple=True, metavar="FILE|ROLE=SHA256:...",
              help="Keys that you know from elsewhere; a parcel by others is refused.")  # fmt: skip
@options.as_json
def answer_command(
    parcel: str,
    key_file: str,
    home: str,
    counts: tuple[str, ...],
    incomplete: bool,
    failed: tuple[str, ...],
    excuse: tuple[str, ...],
    note: str,
    trust: tuple[str, ...],
    as_json: bool,
) -> int:
    """Answer PARCEL.zip with whatever is due from you, and cosign the log as far as it goes.

    The reply goes to the verifier, who gives it to `qassay collect`. A parcel whose log does not
    continue the last one that you saw is refused.
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
        )
    if as_json:
        print_json({"reply": str(path), "says": list(sentences)})
        return 0
    terminal = open_page()
    for sentence in sentences:
        terminal.print(escape(sentence))
    terminal.print(f"send       {path}", soft_wrap=True, markup=False)
    return 0


def _named(option: str, texts: tuple[str, ...]) -> dict[str, str]:
    """Read PART=REASON."""
    named = dict(text.partition("=")[::2] for text in texts)
    UsageError.raise_if_any(
        Problem(where=option, found=quoted(f"{part}={reason}"),
                expected="PART=REASON, as in round-02/part-01=maintenance")
        for part, reason in named.items()
        if not part or not reason
    )  # fmt: skip
    return named
