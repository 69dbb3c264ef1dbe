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
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qassay.canonical import canonical_bytes, content_id
from qassay.errors import IncompleteError, MalformedError, Problem, TamperedError, quoted
from qassay.evidence.archive import read_sealed_archive, write_archive
from qassay.evidence.strict_json import loads

FORMAT = 1
MANIFEST = "bundle.json"
SHEET, PLAN, SEED = "claims/sheet.toml", "plan/plan.json", "seeds/reveal.json"
ESTIMATES, CHECKS = "analysis/estimates.json", "analysis/checks.json"
VERDICTS = "verdicts/verdicts.json"
VERSIONS = "software/versions.json"
REQUIRED = (SHEET, PLAN, SEED, ESTIMATES, CHECKS, VERDICTS, VERSIONS)


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
        files: Content by path, the manifest left out.
    """

    files: Mapping[str, bytes]
    _read: dict[str, Any] = field(default_factory=dict, repr=False)

    def document(self, path: str) -> Any:
        """Read one JSON file strictly."""
        if path not in self.files:
            raise IncompleteError(Problem(where=path, found="no such file", expected="a file"))
        if path not in self._read:
            self._read[path] = loads(self.files[path], path)
        return self._read[path]

    def seal(self) -> bytes:
        """Write the manifest: every file with its size and digest."""
        listed = [
            {"path": path, "bytes": len(data), "sha256": content_id(data)}
            for path, data in sorted(self.files.items())
        ]
        return canonical_bytes({"qassay_bundle": FORMAT, "files": listed})

    def save(self, path: Path) -> None:
        """Write the sealed bundle as one zip file, all or nothing."""
        write_archive(path, {**self.files, MANIFEST: self.seal()})


def open_bundle(path: Path) -> Bundle:
    """Read a bundle and check that every file is the one that was sealed.

    Raises:
        MalformedError: Not a bundle of a version this qassay reads.
        TamperedError: Files that were changed, added or left out, all of them named.
        IncompleteError: A file that every bundle has is missing.
    """
    files = read_sealed_archive(path)
    manifest = loads(files.pop(MANIFEST, b"null"), MANIFEST)
    listed = _listed(manifest)
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
        for name in REQUIRED
        if name not in files
    )
    return Bundle(files)


def _content(digest: Any, size: Any) -> str:
    named, length = (quoted(str(value), 66).strip('"') for value in (digest, size))
    return f"{length} bytes with sha256 {named[:16]}…"


def _listed(manifest: Any) -> dict[str, tuple[Any, Any]]:
    """Read digest and size of every file from the manifest."""
    expected = f"a manifest of a qassay bundle, version {FORMAT}"
    if not isinstance(manifest, dict) or manifest.get("qassay_bundle") != FORMAT:
        raise MalformedError(Problem(where=MANIFEST, found="no manifest", expected=expected))
    files = manifest.get("files")
    if not isinstance(files, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("path"), str) for entry in files
    ):
        raise MalformedError(Problem(where=MANIFEST, found="no list of files", expected=expected))
    listed = {entry["path"]: (entry.get("sha256"), entry.get("bytes")) for entry in files}
    if len(listed) != len(files):
        raise MalformedError(Problem(where=MANIFEST, found="a file twice", expected=expected))
    return listed
