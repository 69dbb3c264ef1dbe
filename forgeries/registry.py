"""What a forgery is: who forges what and why, and which check must refuse it."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import struct
import zipfile
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qassay.canonical import canonical_bytes, content_id
from qassay.evidence.archive import archive_bytes, read_archive
from qassay.evidence.bundle import FORMAT, MANIFEST, is_outside
from qassay.evidence.keys import SigningKey

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden"
ROLES = GOLDEN / "roles.json"
Members = dict[str, bytes]


def honest(base: str) -> Members:
    """Read the files of an honest bundle: "run" (signed), "import", "campaign", "exchange"."""
    return read_archive(honest_path(base))


@cache
def honest_path(base: str) -> Path:
    """Find an honest bundle by the rules and the page of this very source; make it once for each.

    Golden bundles are of the day on which they were made: their rules and pages are of that day,
    and a forgery made of them could be refused for that alone.
    """
    folder = ROOT / "build" / f"honest-{_source_id()[:16]}"
    place = folder / f"{base}.qassay.zip"
    if not place.exists():
        folder.mkdir(parents=True, exist_ok=True)
        spec = importlib.util.spec_from_file_location("golden_make", GOLDEN / "make.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        # Aside and then moved: several tests at once may make the same one.
        with TemporaryDirectory(dir=folder) as scratch, redirect_stdout(StringIO()):
            module.make(base, Path(scratch)).replace(place)
    return place


def _source_id() -> str:
    """Name the source that makes bundles."""
    digest = hashlib.sha256()
    files = [*(ROOT / "src").rglob("*"), GOLDEN / "make.py", GOLDEN.parent / "attacks/conftest.py"]
    for path in sorted(path for path in files if path.is_file() and "__pycache__" not in str(path)):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def key_of(name: str) -> SigningKey:
    """Give the key of a party of the golden campaign, or of a stranger."""
    seed = hashlib.sha256(name.encode()).digest()
    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))


@dataclass(frozen=True)
class Forgery:
    """One forged bundle.

    Attributes:
        name: The forger's function, in words.
        base: The honest bundle it is made of.
        check: The check that must refuse it.
        minimal: The check of the minimal auditor, where its order differs.
        place: What both reasons must name.
        pinned: Whether the reader has pinned the parties' keys.
        sentence: Who forges what, and why.
        make: Gives the forged archive.
    """

    name: str
    base: str
    check: str
    minimal: str
    place: str
    pinned: bool
    sentence: str
    make: Callable[[Members], bytes]

    def data(self) -> bytes:
        """Make it."""
        return self.make(honest(self.base))


CORPUS: dict[str, Forgery] = {}


def forgery(
    base: str,
    check: str,
    place: str = "",
    *,
    minimal: str = "",
    pinned: bool = False,
    corpus: dict[str, Forgery] = CORPUS,
) -> Callable[[Callable[[Members], bytes | Members | None]], None]:
    """Enter a forger's function; it changes the members it gets, or gives new ones, or bytes.

    Members are packed as they are; `sealed` repairs the manifest first.
    """

    def enter(function: Callable[[Members], bytes | Members | None]) -> None:
        name = function.__name__.strip("_").replace("_", " ")
        assert name not in corpus, name

        def make(members: Members) -> bytes:
            done = function(members)
            if isinstance(done, bytes):
                return done
            return archive_bytes(members if done is None else done)

        corpus[name] = Forgery(
            name=name,
            base=base,
            check=check,
            minimal=minimal or check,
            place=place,
            pinned=pinned,
            sentence=" ".join((function.__doc__ or "").split()),
            make=make,
        )

    return enter


def unsigned(members: Members) -> Members:
    """Take the signatures beside the sealed files off."""
    return {name: data for name, data in members.items() if not is_outside(name)}


def sealed(members: Members) -> Members:
    """Repair the manifest and drop the signatures, as a forger would who has no key."""
    files = {n: d for n, d in unsigned(members).items() if n != MANIFEST}
    return {**files, MANIFEST: manifest_of(files)}


def manifest_of(files: Members) -> bytes:
    """Write the manifest of files."""
    listed = [
        {"path": name, "bytes": len(data), "sha256": content_id(data)}
        for name, data in sorted(files.items())
    ]
    return canonical_bytes({"qassay_bundle": FORMAT, "files": listed})


def edited(members: Members, name: str, change: Callable[[object], object]) -> Members:
    """Change a document by a function and seal again."""
    document = json.loads(members[name])
    done = change(document)
    members[name] = canonical_bytes(document if done is None else done)
    return sealed(members)


def zipped(members: Members, *, method: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    """Write an ordinary zip archive, with names that no writer of ours would take."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.comment = comment
    return data.getvalue()


def patched(data: bytes, name: str, offset: int, value: bytes) -> bytes:
    """Overwrite bytes of a member's entry in the central directory."""
    place = -1
    while True:
        place = data.index(b"PK\1\2", place + 1)
        length = struct.unpack_from("<H", data, place + 28)[0]
        if data[place + 46 : place + 46 + length] == name.encode():
            at = place + offset
            return data[:at] + value + data[at + len(value) :]
