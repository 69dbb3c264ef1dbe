"""What stands in a bundle, and how it is sealed.

bundle.json                        every other file with its size and sha256
claims/sheet.toml                  the sheet, byte for byte
plan/plan.json                     the frozen plan; its sha256 is the plan's id
seeds/reveal.json                  the root seed, which the plan committed to
batches/EXPERIMENT/INDEX/circuits.json     content ids of the circuits, in order
batches/EXPERIMENT/INDEX/counts.json       what the device answered
published/EXPERIMENT.json          in an import: the counts somebody published
analysis/estimates.json            every estimate
analysis/checks.json               every check of the model behind them
verdicts/verdicts.json             every verdict
software/versions.json             what computed them
software/run_record.json           when the test was made, with what, and job ids
report/datasheet.html              the report, which an audit writes again

In a campaign also:

keys/roles.json                    whose keys are whose
log/entries.jsonl                  every event, signed by the party that it comes from
jobs/round-01.json                 what went out in each round
returned/ID.json                   files of counts, each of one part
log/checkpoint, log/checkpoints/SIZE       in format 2: heads, signed and cosigned

Beside the sealed files, added when they have been sealed, and therefore not in the manifest:

bundle.dsse.json                   signatures of the parties over bundle.json
bundle.sshsig, bundle.ROLE.sshsig  the same for stock OpenSSH: the verifier's, other roles'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qassay.canonical import canonical_bytes, content_id
from qassay.errors import IncompleteError, MalformedError, Problem, TamperedError, quoted
from qassay.evidence.archive import check_form, read_archive, write_archive
from qassay.reading.limits import (
    ALL_EVIDENCE_BYTES,
    ALL_EVIDENCE_FILES,
    ALL_EVIDENCE_VALUES,
    EVIDENCE,
)
from qassay.reading.strict_json import read_json, values_in

FORMAT = 2
CAMPAIGN_FORMAT = 3  # of a campaign by files; those of format 2 hold events of version 1
READABLE = (1, 2, 3)  # 1 had no datasheet inside, and its archive any form
MANIFEST = "bundle.json"
SHEET, PLAN, SEED = "claims/sheet.toml", "plan/plan.json", "seeds/reveal.json"
ESTIMATES, CHECKS = "analysis/estimates.json", "analysis/checks.json"
VERDICTS = "verdicts/verdicts.json"
VERSIONS = "software/versions.json"
RUN_RECORD = "software/run_record.json"
REPORT = "report/datasheet.html"
REQUIRED = (SHEET, PLAN, SEED, ESTIMATES, CHECKS, VERDICTS, VERSIONS)
ENVELOPE = "bundle.dsse.json"
_SSH = re.compile(r"bundle(\.[a-z]{1,20}(-[2-9])?)?\.sshsig", re.ASCII)


def bundle_name(machine: str) -> str:
    """Name the bundle after the machine, in characters that any file system takes."""
    return (re.sub(r"[^A-Za-z0-9._-]+", "-", machine).strip("-.")[:60] or "machine") + ".qassay.zip"


def is_outside(name: str) -> bool:
    """Say whether a file stands beside the sealed ones: a signature over the manifest."""
    return name == ENVELOPE or _SSH.fullmatch(name) is not None


def circuits_file(batch: str) -> str:
    """Name the file with the circuit ids of a batch."""
    return f"batches/{batch}/circuits.json"


def counts_file(batch: str) -> str:
    """Name the file with the outcomes of a batch."""
    return f"batches/{batch}/counts.json"


def published_file(experiment: str) -> str:
    """Name the file with imported counts."""
    return f"published/{experiment}.json"


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """The files of a bundle, in memory.

    Attributes:
        files: Content by path, manifest and signatures left out.
        format: Version of the layout.
        manifest: The bytes that signatures are over; empty before the bundle is sealed.
        signatures: Signature files by path.
    """

    files: Mapping[str, bytes]
    format: int = FORMAT
    manifest: bytes = b""
    signatures: Mapping[str, bytes] = field(default_factory=dict)
    _read: dict[str, Any] = field(default_factory=dict, repr=False)

    def document(self, path: str) -> Any:
        """Read one JSON file strictly."""
        if path not in self.files:
            raise IncompleteError(Problem(where=path, found="no such file", expected="a file"))
        if path not in self._read:
            self._read[path] = read_json(self.files[path], path)
        return self._read[path]

    def seal(self) -> bytes:
        """Write the manifest: every file with its size and digest."""
        listed = [
            {"path": path, "bytes": len(data), "sha256": content_id(data)}
            for path, data in sorted(self.files.items())
        ]
        return canonical_bytes({"qassay_bundle": self.format, "files": listed})

    def check_form(self, path: Path, members: Mapping[str, bytes]) -> None:
        """Check that the archive is the only one that holds these members; since format 2.

        Raises:
            MalformedError: It is packed another way, or holds bytes beside its members.
        """
        if self.format > 1:
            check_form(path, members)

    def save(self, path: Path) -> None:
        """Write the sealed bundle as one zip file, all or nothing."""
        write_archive(path, {**self.files, MANIFEST: self.seal(), **self.signatures})


def check_room(members: Mapping[str, bytes], where: str) -> None:
    """Check that a bundle is no larger than every auditor reads: its documents and all of it.

    Args:
        members: Its files by path.
        where: What a complaint calls the bundle.

    Raises:
        MalformedError: It has more files, bytes or values than that.
    """
    documents = {path: data for path, data in members.items() if path.endswith(".json")}
    values = {path: values_in(data) for path, data in documents.items()}
    sizes = [
        ("files", len(members), ALL_EVIDENCE_FILES),
        ("bytes", sum(map(len, members.values())), ALL_EVIDENCE_BYTES),
        ("values in all its documents", sum(values.values()), ALL_EVIDENCE_VALUES),
    ]
    sizes += [(f"bytes in {path}", len(d), EVIDENCE.size) for path, d in documents.items()]
    sizes += [(f"values in {path}", count, EVIDENCE.values) for path, count in values.items()]
    MalformedError.raise_if_any(
        Problem(where=where, found=f"{found} {what}", expected=f"at most {most}")
        for what, found, most in sizes
        if found > most
    )


def open_bundle(path: Path) -> Bundle:
    """Read a bundle and check that every file is the one that was sealed.

    Raises:
        MalformedError: Not a bundle of a version this qassay reads.
        TamperedError: Files that were changed, added or left out, all of them named.
        IncompleteError: A file that every bundle has is missing.
    """
    members = read_archive(path)
    bundle = sealed_bundle(members)
    bundle.check_form(path, members)
    return bundle


def sealed_bundle(members: Mapping[str, bytes]) -> Bundle:
    """Take the files of an archive apart and check the seals; errors as in `open_bundle`."""
    manifest = members.get(MANIFEST, b"null")
    version, listed = _listed(read_json(manifest, MANIFEST))
    outside = {name: data for name, data in members.items() if is_outside(name)}
    files = {
        name: data for name, data in members.items() if name != MANIFEST and name not in outside
    }
    problems = []
    for name in sorted(listed.keys() | files.keys()):
        if name not in files:
            problems.append(Problem(where=name, found="no such file", expected="the sealed file"))
        elif name not in listed:
            problems.append(Problem(where=name, found="a file", expected="no file: none is sealed"))
        elif listed[name] != (content_id(files[name]), len(files[name])):
            problems.append(
                Problem(
                    where=name,
                    found=_content(content_id(files[name]), len(files[name])),
                    expected=f"the sealed content, {_content(*listed[name])}",
                )
            )
    TamperedError.raise_if_any(problems)
    IncompleteError.raise_if_any(
        Problem(where=name, found="no such file", expected="a file that every bundle has")
        for name in (*REQUIRED, *((REPORT,) if version > 1 else ()))
        if name not in files
    )
    bundle = Bundle(files, version, manifest, outside)
    if bundle.seal() != manifest:
        raise MalformedError(
            Problem(
                where=MANIFEST,
                found="a manifest written another way",
                expected="the canonical form, which has one way only",
            )
        )
    return bundle


def _content(digest: Any, size: Any) -> str:
    named, length = (quoted(str(value), 66).strip('"') for value in (digest, size))
    return f"{length} bytes with sha256 {named[:16]}…"


def _listed(manifest: Any) -> tuple[int, dict[str, tuple[Any, Any]]]:
    """Read version, and digest and size of every file, from the manifest."""
    expected = f"a manifest of a qassay bundle, version {' or '.join(map(str, READABLE))}"
    version = manifest.get("qassay_bundle") if isinstance(manifest, dict) else None
    if type(version) is not int or version not in READABLE:
        raise MalformedError(Problem(where=MANIFEST, found="no manifest", expected=expected))
    files = manifest.get("files")
    if not isinstance(files, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("path"), str) for entry in files
    ):
        raise MalformedError(Problem(where=MANIFEST, found="no list of files", expected=expected))
    listed = {entry["path"]: (entry.get("sha256"), entry.get("bytes")) for entry in files}
    if len(listed) != len(files):
        raise MalformedError(Problem(where=MANIFEST, found="a file twice", expected=expected))
    return version, listed
