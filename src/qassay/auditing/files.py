"""The first checks: an archive that is safe to read, files as they were sealed, strict JSON."""

from __future__ import annotations

from qassay.auditing.state import Audit, known
from qassay.errors import MalformedError, Problem, quoted
from qassay.evidence import bundle as layout
from qassay.evidence.archive import read_archive
from qassay.evidence.bundle import sealed_bundle
from qassay.reading.limits import ALL_EVIDENCE_VALUES
from qassay.reading.strict_json import read_json, values_in


def check_archive(audit: Audit) -> str:
    """Is the bundle a zip archive with plain names and honest, bounded sizes?"""
    audit.members = read_archive(audit.path)
    return f"the archive is sound: {len(audit.members)} files with plain names and honest sizes"


def check_seals(audit: Audit) -> str:
    """Is every file the one that the manifest names by size and sha256, and none too many?"""
    audit.bundle = sealed_bundle(audit.members)
    audit.bundle.check_form(audit.path, audit.members)
    return f"all {len(audit.bundle.files)} files are the ones that were sealed"


def check_documents(audit: Audit) -> str:
    """Is every document JSON with one meaning only, of bounded size and depth?"""
    bundle = known(audit.bundle)
    names = [name for name in bundle.files if name.endswith(".json")]
    values = sum(values_in(bundle.files[name]) for name in names)
    if values > ALL_EVIDENCE_VALUES:
        raise MalformedError(
            Problem(where=audit.path.name, found=f"{values} values in all its documents",
                    expected=f"at most {ALL_EVIDENCE_VALUES}")
        )  # fmt: skip
    for name in names:
        read_json(bundle.files[name], name)  # not kept: all of them at once could fill the memory
    versions = bundle.document(layout.VERSIONS)
    if not isinstance(versions, dict) or not all(
        isinstance(versions.get(key), str) for key in ("qassay", *versions)
    ):
        raise MalformedError(
            Problem(where=layout.VERSIONS, found=quoted(versions), expected="names and versions")
        )
    return f"all {len(names)} documents are strict JSON"
