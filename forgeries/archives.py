"""Forgers who attack the container and its documents: zip tricks, JSON that means two things."""

from __future__ import annotations

import json
import zipfile

from forgeries.registry import (
    Members,
    edited,
    forgery,
    manifest_of,
    patched,
    sealed,
    unsigned,
    zipped,
)
from qassay.evidence.archive import archive_bytes

PLAN, VERDICTS, VERSIONS = "plan/plan.json", "verdicts/verdicts.json", "software/versions.json"
ESTIMATES, SHEET = "analysis/estimates.json", "claims/sheet.toml"


@forgery("run", "archive")
def path_traversal(members: Members) -> bytes:
    """An outsider adds a file that an unpacker would write outside its folder."""
    return zipped({**members, "../../.ssh/authorized_keys": b"ssh-ed25519 AAAA evil"})


@forgery("run", "archive")
def absolute_path(members: Members) -> bytes:
    """An outsider adds a file with an absolute path, to overwrite one of the auditor's."""
    return zipped({**members, "/etc/passwd": b"root::0:0"})


@forgery("run", "archive")
def backslash_path(members: Members) -> bytes:
    """An outsider hides a path from checks that only know slashes."""
    return zipped({**members, "a\\..\\b": b"x"})


@forgery("run", "archive")
def look_alike_name(members: Members) -> bytes:
    """A vendor adds a second plan under a name that looks the same (a Cyrillic letter)."""
    return zipped({**members, "pl\u0430n/plan.json": members[PLAN]})


@forgery("run", "archive", VERDICTS)
def a_member_twice(members: Members) -> bytes:
    """A vendor hides other verdicts behind the sealed ones: readers differ in which they take."""
    import io

    data = io.BytesIO(archive_bytes(members))
    with zipfile.ZipFile(data, "a") as archive:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive.writestr(VERDICTS, b"[]")
    return data.getvalue()


@forgery("run", "archive")
def a_bomb(_: Members) -> bytes:
    """An outsider sends 60 MB of zeros in 60 kB, to fill the auditor's memory."""
    return zipped({"bundle.json": bytes(60_000_000)}, method=zipfile.ZIP_DEFLATED)


@forgery("run", "archive")
def an_encrypted_member(members: Members) -> bytes:
    """A vendor encrypts the counts, so that nobody can look at them."""
    return patched(archive_bytes(members), "batches/t1/0000/counts.json", 8, b"\1\0")


@forgery("run", "archive")
def a_false_size(members: Members) -> bytes:
    """An outsider lies about the size of a member, to make a reader allocate gigabytes."""
    return patched(archive_bytes(members), PLAN, 24, (2**31).to_bytes(4, "little"))


@forgery("run", "archive")
def a_name_cut_by_a_null(members: Members) -> bytes:
    """An outsider ends a name by a null byte, so that some readers see another file."""
    data = archive_bytes({**members, "extra_json_x": b"[]"})
    return data.replace(b"extra_json_x", b"extra.json\0x")


@forgery("run", "archive")
def half_an_archive(members: Members) -> bytes:
    """A mail gateway cuts the bundle off, and the sender hopes that nobody looks."""
    data = archive_bytes(members)
    return data[: len(data) // 2]


@forgery("run", "archive", minimal="archive")
def a_folder_as_member(members: Members) -> bytes:
    """An outsider adds a folder entry, which unpackers create."""
    return zipped({**members, "batches/": b""})


@forgery("run", "seals", minimal="archive")
def a_symbolic_link(members: Members) -> bytes:
    """An outsider turns the sheet into a link to a file of the auditor's machine."""
    return patched(archive_bytes(members), SHEET, 38, (0o120777 << 16).to_bytes(4, "little"))


@forgery("run", "seals", minimal="archive")
def data_behind_the_end(members: Members) -> bytes:
    """A vendor appends a programme to the bundle, which runs if the file is renamed."""
    data = archive_bytes(members)
    return data[:-2] + len(b"#!/bin/sh").to_bytes(2, "little") + b"#!/bin/sh"


@forgery("run", "seals", minimal="archive")
def data_before_the_start(members: Members) -> bytes:
    """A vendor puts a web page before the archive: a browser shows it, a zip reader skips it."""
    return b"<html><script>alert(1)</script></html>" + archive_bytes(members)


@forgery("run", "seals", minimal="archive")
def zipped_again(members: Members) -> bytes:
    """A clerk unpacks and zips the bundle again, which leaves dates and names of his machine."""
    return zipped(members, method=zipfile.ZIP_DEFLATED)


@forgery("run", "seals", minimal="archive")
def a_date_of_a_member(members: Members) -> bytes:
    """A vendor dates a member back, so that file managers show an earlier day."""
    return patched(archive_bytes(members), VERDICTS, 14, b"\x21\x22")


@forgery("run", "seals", minimal="archive")
def members_in_another_order(members: Members) -> bytes:
    """Somebody packs the same files in another order: two archives for one evidence."""
    return zipped(dict(sorted(members.items(), reverse=True)))


@forgery("run", "seals", VERDICTS)
def metrics_rewritten_by_hand(members: Members) -> None:
    """A vendor opens the bundle in an editor and improves the verdicts (accepted by veriqant)."""
    members[VERDICTS] = members[VERDICTS].replace(b"refuted", b"support")


@forgery("run", "seals", ESTIMATES)
def a_file_left_out(members: Members) -> None:
    """A vendor deletes the estimates that he does not like to see."""
    del members[ESTIMATES]


@forgery("run", "seals", "extra/more.json")
def a_file_that_nobody_sealed(members: Members) -> None:
    """A vendor adds nicer numbers beside the sealed ones."""
    members["extra/more.json"] = b"{}"


@forgery("run", "seals", "bundle.json")
def a_manifest_that_lists_a_file_twice(members: Members) -> None:
    """A forger lists the plan with two digests: one will fit."""
    document = json.loads(members["bundle.json"])
    document["files"].append({**document["files"][0], "sha256": "0" * 64})
    members["bundle.json"] = json.dumps(document).encode()


@forgery("run", "seals", "bundle.json")
def a_manifest_of_another_version(members: Members) -> None:
    """A forger claims a format that checks less."""
    files = {n: d for n, d in unsigned(members).items() if n != "bundle.json"}
    members["bundle.json"] = manifest_of(files).replace(b'"qassay_bundle":2', b'"qassay_bundle":9')


@forgery("run", "seals", "bundle.json")
def duplicate_keys_in_the_manifest(members: Members) -> None:
    """A forger writes a key twice, since readers differ in which they take (veriqant took it)."""
    members["bundle.json"] = members["bundle.json"].replace(
        b'{"files":', b'{"files":[],"files":', 1
    )


def hostile(members: Members, data: bytes, name: str = VERDICTS) -> Members:
    """Put hostile bytes in the place of a document and seal again."""
    members[name] = data
    return sealed(members)


@forgery("run", "documents", VERDICTS)
def duplicate_keys(members: Members) -> Members:
    """A vendor says "supported" and "refuted" in one verdict (accepted by veriqant)."""
    twice = members[VERDICTS].replace(
        b'"verdict":"refuted"', b'"verdict":"refuted","verdict":"supported"', 1
    )
    assert twice != members[VERDICTS]
    return hostile(members, twice)


@forgery("run", "documents", VERDICTS)
def deep_nesting(members: Members) -> Members:
    """An outsider nests 200,000 lists, to end the auditor by a recursion (crashed veriqant)."""
    return hostile(members, b"[" * 200_000 + b"]" * 200_000)


@forgery("run", "documents", VERSIONS)
def long_integers(members: Members) -> Members:
    """An outsider writes a number of 5,000 digits (crashed veriqant)."""
    return hostile(members, b'{"qassay":' + b"9" * 5000 + b"}", VERSIONS)


@forgery("run", "documents", ESTIMATES)
def bytes_that_are_no_utf_8(members: Members) -> Members:
    """An outsider writes bytes that are no text (crashed veriqant)."""
    return hostile(members, members[ESTIMATES].replace(b'"', b'"\xff', 1), ESTIMATES)


@forgery("run", "documents", ESTIMATES)
def not_a_number(members: Members) -> Members:
    """A vendor writes NaN, which is neither above nor below any limit."""
    return hostile(
        members, members[ESTIMATES].replace(b'"level":0.95', b'"level":NaN', 1), ESTIMATES
    )


@forgery("run", "documents", ESTIMATES)
def a_number_beyond_all_floats(members: Members) -> Members:
    """A vendor writes 1e999, which readers turn into infinity."""
    return hostile(
        members, members[ESTIMATES].replace(b'"level":0.95', b'"level":1e999', 1), ESTIMATES
    )


@forgery("run", "documents", PLAN)
def a_byte_order_mark(members: Members) -> Members:
    """An editor puts a byte order mark before the plan: another digest, the same look."""
    return hostile(members, b"\xef\xbb\xbf" + members[PLAN], PLAN)


@forgery("run", "documents", VERSIONS)
def half_a_character(members: Members) -> Members:
    """An outsider writes half of a surrogate pair, which many printers cannot print."""
    return hostile(members, b'{"qassay":"\\ud800"}', VERSIONS)


@forgery("run", "documents", VERSIONS)
def versions_that_are_none(members: Members) -> Members:
    """A vendor hides which software computed the numbers."""
    return edited(members, VERSIONS, lambda _: [])
