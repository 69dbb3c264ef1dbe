"""`qassay key`: make a key, show one, and write down whose keys the parties' are."""

from __future__ import annotations

import os
from pathlib import Path

import click

from qassay.cli.page import say
from qassay.errors import Problem, UsageError, quoted
from qassay.evidence.keys import new_key, public_path, read_public, write_key
from qassay.evidence.roles import ROLES, Party, Roles, is_day, parse_roles
from qassay.whole_files import write_whole

PASSPHRASE = "QASSAY_PASSPHRASE"  # noqa: S105  the name of a variable


@click.group(name="key")
def key_command() -> None:
    """Make and show the keys that parties sign with.

    One key a person and role. The private file stays with its owner; the fingerprint goes to
    the other parties on a way of its own (a signed paper, a call), who pin it with --trust.
    """


@key_command.command(name="new")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the key may sign.")
@click.option("--name", required=True, help="Of the person or office.")
@click.option("--out", required=True, metavar="FILE", help="Private key; FILE.pub beside it.")
@click.option("--passphrase", is_flag=True, help=f"Ask for one, or take it from {PASSPHRASE}.")
def new(role: str, name: str, out: str, passphrase: bool) -> int:
    """Make an Ed25519 key; nothing is ever overwritten."""
    if not name.strip() or not name.isprintable() or len(name) > 200:
        raise UsageError(Problem(where="--name", found=quoted(name), expected="a short name"))
    secret = _new_passphrase() if passphrase else ""
    key, path = new_key(), Path(out)
    write_key(path, key, f"{role} {name.strip()}", secret)
    say(f"{key.public.fingerprint}  {role} {name.strip()}")
    say(f"private key: {path} (for its owner alone)\npublic key: {public_path(path)}")
    return 0


@key_command.command(name="show")
@click.argument("file", metavar="FILE")
def show(file: str) -> int:
    """Print fingerprint and public line of a key; FILE or FILE.pub."""
    key, comment = read_public(_public(file))
    say(key.fingerprint)
    say(key.line(comment))
    return 0


@key_command.command(name="roles")
@click.argument("files", metavar="FILE.pub...", nargs=-1, required=True)
@click.option("--out", required=True, metavar="FILE", help="Where to write roles.json.")
@click.option("--valid-from", metavar="DAY", help="First day of all these keys: 2026-11-26.")
@click.option("--valid-to", metavar="DAY", help="Last day of all these keys.")
def roles_(files: tuple[str, ...], out: str, valid_from: str | None, valid_to: str | None) -> int:
    """Collect public keys, made by `qassay key new`, into a roles.json to pin with --trust."""
    UsageError.raise_if_any(
        Problem(where=option, found=quoted(day), expected="a day as in 2026-11-26")
        for option, day in (("--valid-from", valid_from), ("--valid-to", valid_to))
        if day is not None and not is_day(day)
    )
    parties = tuple(_party(file, valid_from, valid_to) for file in files)
    data = Roles(parties).to_bytes()
    parse_roles(data, out)  # a key for one person in one role
    path = Path(out)
    if not (path.is_file() and path.read_bytes() == data):  # written by a call that was cut off
        if path.exists() or path.is_symlink():
            raise UsageError(Problem(where="--out", found="another file", expected="none yet"))
        write_whole(path, data)
    for party in parties:
        say(f"{party.key.fingerprint}  {party.role} {party.name}")
    return 0


def passphrase_of(path: Path) -> str:
    """Give the passphrase of a key file: none if it is not sealed, else variable or prompt."""
    try:
        with path.open("rb") as file:
            sealed = b"ENCRYPTED" in file.read(100)
    except OSError:
        sealed = False  # reading it says what is wrong
    if not sealed:
        return ""
    given = os.environ.get(PASSPHRASE)
    return given or _asked(f"passphrase of {path}", twice=False)


def _new_passphrase() -> str:
    given = os.environ.get(PASSPHRASE, "")
    return given or _asked("passphrase", twice=True)


def _asked(words: str, *, twice: bool) -> str:
    from qassay.cli.progress import no_line

    with no_line():
        answer: str = click.prompt(words, hide_input=True, confirmation_prompt=twice)
    return answer


def _public(file: str) -> Path:
    path = Path(file)
    return path if path.suffix == ".pub" else public_path(path)


def _party(file: str, valid_from: str | None, valid_to: str | None) -> Party:
    key, comment = read_public(_public(file))
    role, _, name = comment.partition(" ")
    for known in ROLES:
        if role == known and name:
            return Party(role=known, name=name, key=key, valid_from=valid_from, valid_to=valid_to)
    raise UsageError(
        Problem(
            where=file,
            found=f"the comment {quoted(comment)}",
            expected="role and name, as `qassay key new` writes them",
        )
    )
