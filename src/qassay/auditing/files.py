"""The first checks: an archive that is safe to read, files as they were sealed, strict JSON."""

from __future__ import annotations

import re
from typing import Any

from qassay.auditing.state import Audit, known
from qassay.errors import MalformedError, Problem, quoted
from qassay.evidence import bundle as layout
from qassay.evidence.archive import read_archive
from qassay.evidence.bundle import check_room, sealed_bundle
from qassay.evidence.run_record import read_run_record
from qassay.languages.english import said
from qassay.reading.strict_json import read_json

# What stands on the page as the version of a program is one, and no sentence.
_VERSION = re.compile(
    r"[0-9]{1,4}(\.[0-9]{1,6}){0,3}((a|b|rc|\.?post|\.?dev)[0-9]{1,8})?", re.ASCII
)
_ANY_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,99}", re.ASCII)


def check_archive(audit: Audit) -> str:
    """Is the bundle a zip archive with plain names and honest, bounded sizes?"""
    audit.members = read_archive(audit.path)
    return said("audited.archive", n=len(audit.members))


def check_seals(audit: Audit) -> str:
    """Is every file the one that the manifest names by size and sha256, and none too many?"""
    audit.bundle = sealed_bundle(audit.members)
    audit.bundle.check_form(audit.path, audit.members)
    return said("audited.seals", n=len(audit.bundle.files))


def check_documents(audit: Audit) -> str:
    """Is every document JSON with one meaning only, of bounded size and depth?"""
    bundle = known(audit.bundle)
    names = [name for name in bundle.files if name.endswith(".json")]
    check_room(audit.members, audit.path.name)
    for name in names:
        read_json(bundle.files[name], name)  # not kept: all of them at once could fill the memory
    _check_versions(bundle.document(layout.VERSIONS))
    if layout.RUN_RECORD in bundle.files:  # whether or not a page is written from it
        read_run_record(bundle.document(layout.RUN_RECORD), layout.RUN_RECORD)
    return said("audited.documents", n=len(names))


def _check_versions(versions: Any) -> None:
    where, expected = layout.VERSIONS, "names and versions"
    if not isinstance(versions, dict) or "qassay" not in versions:
        raise MalformedError(Problem(where=where, found=quoted(versions), expected=expected))
    MalformedError.raise_if_any(
        Problem(where=f"{where}, {quoted(name, 30)}", found=quoted(version), expected="a version")
        for name, version in versions.items()
        if not isinstance(version, str)
        or not (_VERSION if name == "qassay" else _ANY_VERSION).fullmatch(version)
    )
