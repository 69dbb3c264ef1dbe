"""Zip archives from strangers: checked member by member, read into memory, never unpacked.

A bundle's archive has one form only (members stored, sorted by name, without dates, extras or
comments), so that equal content has equal bytes whatever compresses where, and no bit of the
container is left over for anybody to change.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from qassay.errors import MalformedError, Problem, UsageError, quoted
from qassay.reading.limits import ALL_EVIDENCE_BYTES, ALL_EVIDENCE_FILES
from qassay.whole_files import whole_file

MAX_ARCHIVE = ALL_EVIDENCE_BYTES
MAX_MEMBERS = ALL_EVIDENCE_FILES
MAX_MEMBER = 64 << 20
MAX_TOTAL = ALL_EVIDENCE_BYTES
MAX_RATIO = 400
MAX_NAME = 200
_NAME = re.compile(r"[a-z0-9_][a-z0-9._-]*(/[a-z0-9_][a-z0-9._-]*){0,5}", re.ASCII)
_VERSION = 20  # of the format, that a reader needs
_MADE_BY = bytes([_VERSION, 3])  # the same, on a system with file modes like Unix
_FIRST_DAY = 33  # 1980-01-01, the first day a zip archive knows
_FILE_MODE = 0o644
_ENTRY = struct.Struct("<HHHHHIIIHH")  # what local and central headers share
_PLACE, _END = struct.Struct("<HHHII"), struct.Struct("<HHHHIIH")


def require_bundle(path: Path) -> None:
    """Make sure that there is a file: a slip of who typed the name says nothing of any evidence.

    Raises:
        UsageError: There is none.
    """
    if not path.is_file():
        there = "a folder" if path.is_dir() else "no regular file"
        found = there if path.exists() else "no such file"
        advice = "a run's folder holds one, NAME.qassay.zip" if path.is_dir() else ""
        where = path.name or str(path)
        raise UsageError(Problem(where=where, found=found, expected="a bundle", advice=advice))


def read_archive(path: Path) -> dict[str, bytes]:
    """Read all files of a zip archive.

    Raises:
        UsageError: There is no such file.
        MalformedError: Not a zip file, a member with an unsafe name, a member listed twice, or
            sizes beyond what a bundle can have.
    """
    where = path.name or str(path)
    require_bundle(path)
    if path.stat().st_size > MAX_ARCHIVE:
        raise _malformed(where, f"{path.stat().st_size} bytes", f"at most {MAX_ARCHIVE} bytes")
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members, where)
            for member in members:
                with archive.open(member) as stream:
                    data = stream.read(member.file_size + 1)
                if len(data) != member.file_size:
                    raise _malformed(f"{where}: {member.filename}", "a false size", "its own size")
                files[member.filename] = data
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OverflowError,
    ) as error:
        raise _malformed(where, quoted(str(error)), "a sound zip archive") from None
    return files


def archive_parts(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """Give the only archive that holds these files, piece by piece.

    The layout is that of the .ZIP File Format Specification (APPNOTE.TXT, 4.3.6 and 4.4), written
    here and not by `zipfile`, whose defaults belong to a version of Python.
    """
    index, start = [], 0
    for name, data in sorted(files.items()):
        path = name.encode("ascii")
        entry = _ENTRY.pack(
            _VERSION, 0, 0, 0, _FIRST_DAY, zlib.crc32(data), len(data), len(data), len(path), 0
        )
        index.append(b"PK\1\2" + _MADE_BY + entry + _PLACE.pack(0, 0, 0, _FILE_MODE << 16, start))
        index.append(path)
        head = b"PK\3\4" + entry + path
        yield head
        yield data
        start += len(head) + len(data)
    listing = b"".join(index)
    yield listing
    yield b"PK\5\6" + _END.pack(0, 0, len(files), len(files), len(listing), start, 0)


def archive_bytes(files: Mapping[str, bytes]) -> bytes:
    """Give the only archive that holds these files, bit for bit."""
    return b"".join(archive_parts(files))


def write_archive(path: Path, files: Mapping[str, bytes], mode: int = 0o666) -> None:
    """Write files as an archive in its one form, all or nothing, with these access rights."""
    with whole_file(path, mode) as file:
        for piece in archive_parts(files):
            file.write(piece)


def check_form(path: Path, files: Mapping[str, bytes]) -> None:
    """Check that an archive is the one that `write_archive` makes of its files.

    Raises:
        MalformedError: It has another form, or holds data beside its files.
    """
    with path.open("rb") as stream:
        same = all(stream.read(len(part)) == part for part in archive_parts(files))
        same = same and not stream.read(1)
    if not same:
        raise MalformedError(
            Problem(
                where=path.name,
                found="a zip archive in another form, or with data beside it",
                expected="the archive that qassay wrote, bit for bit",
                advice="pass bundles on as they are: do not unpack and zip them again",
            )
        )


def _check_members(members: list[zipfile.ZipInfo], where: str) -> None:
    if len(members) > MAX_MEMBERS:
        raise _malformed(where, f"{len(members)} files", f"at most {MAX_MEMBERS}")
    seen: set[str] = set()
    total = 0
    for member in members:
        name = member.filename
        if len(name) > MAX_NAME or not _NAME.fullmatch(name) or name != member.orig_filename:
            raise _malformed(where, f"a file named {quoted(name)}", "a plain relative path")
        if name in seen:
            raise _malformed(where, f"{name} twice", "every file once")
        if member.flag_bits & 0x1 or member.compress_type not in (0, 8):
            raise _malformed(f"{where}: {name}", "encryption or an odd compression", "deflate")
        packed = max(member.compress_size, 1)
        if member.file_size > MAX_MEMBER or member.file_size > MAX_RATIO * packed + 4096:
            raise _malformed(f"{where}: {name}", f"{member.file_size} bytes unpacked", "less")
        seen.add(name)
        total += member.file_size
    if total > MAX_TOTAL:
        raise _malformed(where, f"{total} bytes unpacked", f"at most {MAX_TOTAL}")


def _malformed(where: str, found: str, expected: str) -> MalformedError:
    return MalformedError(Problem(where=where, found=found, expected=expected))
