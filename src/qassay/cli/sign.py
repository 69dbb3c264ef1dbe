"""`qassay sign`: a party puts its signature beside the sealed files of a bundle."""

from __future__ import annotations

from pathlib import Path

import click

from qassay.cli.key import passphrase_of
from qassay.cli.printing import echo
from qassay.evidence.archive import require_bundle
from qassay.evidence.keys import read_key
from qassay.evidence.roles import ROLES
from qassay.evidence.signing import sign_bundle


@click.command(name="sign")
@click.argument("bundle", metavar="BUNDLE.zip")
@click.option("--key", "file", required=True, metavar="FILE", help="Your private key.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="In which you sign.")
def sign_command(bundle: str, file: str, role: str) -> int:
    """Sign a finished bundle; the sealed files stay as they are, and several parties may sign.

    Audit it first: the signature says that you stand by this bundle.
    """
    from qassay.execution.alone import only_call

    key = read_key(Path(file), passphrase_of(Path(file)))
    place = Path(bundle)
    require_bundle(place)
    with only_call(place.resolve().parent):  # of two at once one signature would be lost
        name = sign_bundle(place, key, role)
    echo(f"{bundle}: signed by the {role}, {key.public.fingerprint}")
    echo(
        "with stock OpenSSH: unzip it and call ssh-keygen -Y verify -f allowed_signers "
        f"-I {role} -n qassay-bundle@v1 -s {name} < bundle.json"
    )
    return 0
