"""Forgers who play with the container, its names and its documents in ways that readers differ on.

Zip as an archive of archives: names twice or but for case, sizes that lie, 64-bit records, bytes
beside the members. Documents as trees without an end: numbers, keys and lists that no reader needs.
"""

from __future__ import annotations

import json
import struct
import zipfile
from io import BytesIO

from forgeries.archives import ESTIMATES, PLAN, SHEET, VERDICTS
from forgeries.registry import (
    Members,
    edited,
    forgery,
    honest,
    manifest_of,
    patched,
    sealed,
    unsigned,
    zipped,
)
from qassay.canonical import canonical_bytes, content_id
from qassay.evidence.archive import archive_bytes
from qassay.evidence.bundle import MANIFEST

SEED, COUNTS = "seeds/reveal.json", "batches/t1/0000/counts.json"


def local(data: bytes, name: str, offset: int, value: bytes) -> bytes:
    """Overwrite bytes of a member's own header, which stands before its content."""
    at = data.index(b"PK\3\4")
    while True:
        length = struct.unpack_from("<H", data, at + 26)[0]
        if data[at + 30 : at + 30 + length] == name.encode():
            return data[: at + offset] + value + data[at + offset + len(value) :]
        at = data.index(b"PK\3\4", at + 4)


# names


@forgery("run", "archive")
def a_name_but_for_case(members: Members) -> bytes:
    """A vendor adds other verdicts under a name that some file systems take for the same."""
    return zipped({**members, "verdicts/VERDICTS.json": b"[]"})


@forgery("run", "archive")
def a_name_with_a_drive(members: Members) -> bytes:
    """An outsider adds a file that an unpacker of another system puts on a drive of its choice."""
    return zipped({**members, "c:evil.exe": b"MZ"})


@forgery("run", "archive")
def a_name_with_a_dot_between(members: Members) -> bytes:
    """A vendor adds other verdicts under a path that unpackers make the same."""
    return zipped({**members, "verdicts/./verdicts.json": b"[]"})


@forgery("run", "archive")
def a_name_with_two_strokes(members: Members) -> bytes:
    """A vendor adds other verdicts under a path with two strokes, which unpackers make one."""
    return zipped({**members, "verdicts//verdicts.json": b"[]"})


@forgery("run", "archive")
def a_name_of_a_thousand_letters(members: Members) -> bytes:
    """An outsider adds a name that no file system takes, so that unpacking ends in the middle."""
    return zipped({**members, "a" * 1000: b""})


@forgery("run", "archive")
def a_name_without_letters(members: Members) -> bytes:
    """An outsider adds a member without a name, which unpackers take for the folder itself."""
    return archive_bytes(members).replace(b"seeds/reveal.json", b"................."[:17])


@forgery("run", "archive", minimal="archive")
def two_members_in_one_place(members: Members) -> bytes:
    """A vendor has the table name a second entry that begins in the middle of the first."""
    data = archive_bytes(members)
    end = data.rindex(b"PK\5\6")
    count, size, start = struct.unpack_from("<8xH2xII", data, end)[0:1] + struct.unpack_from(
        "<II", data, end + 12
    )
    entry = data.index(b"PK\1\2", start)
    length = 46 + struct.unpack_from("<H", data, entry + 28)[0]
    more = data[entry : entry + length]
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count + 1, count + 1, size + length, start, 0)
    return data[:entry] + more + data[entry:end] + tail


# sizes, records and bytes beside the members


@forgery("run", "seals", minimal="archive")
def sizes_of_sixty_four_bits(members: Members) -> bytes:
    """An outsider writes sizes in the 64-bit field, which old readers take for 4 GiB."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
                member.write(content)
    return data.getvalue()


@forgery("run", "seals", minimal="archive")
def a_table_that_counts_more(members: Members) -> bytes:
    """An outsider says that the table has one entry more than it has."""
    data = archive_bytes(members)
    end = data.rindex(b"PK\5\6")
    many = struct.unpack_from("<H", data, end + 8)[0] + 1
    return data[: end + 8] + struct.pack("<HH", many, many) + data[end + 12 :]


@forgery("run", "seals", minimal="archive")
def another_size_in_front(members: Members) -> bytes:
    """A vendor writes another size before a member than in the table: readers differ in it."""
    return local(archive_bytes(members), VERDICTS, 22, struct.pack("<I", 2))


@forgery("run", "archive", minimal="archive")
def another_name_in_front(members: Members) -> bytes:
    """A vendor writes another name before a member than in the table: readers differ in it."""
    return local(archive_bytes(members), VERDICTS, 30, b"verdicts/verdictz.json")


@forgery("run", "archive", minimal="archive")
def a_false_checksum(members: Members) -> bytes:
    """A vendor writes a checksum that does not fit, so that some unpackers leave the file out."""
    return patched(archive_bytes(members), VERDICTS, 16, b"\0\0\0\0")


@forgery("run", "seals", minimal="archive")
def a_second_archive_behind(members: Members) -> bytes:
    """A vendor sets an honest archive behind a forged one: readers differ in which they open."""
    forged = {**members, VERDICTS: members[VERDICTS].replace(b"refuted", b"support")}
    return archive_bytes(forged) + archive_bytes(members)


@forgery("run", "seals", minimal="archive")
def an_archive_behind_an_honest_one(members: Members) -> bytes:
    """A vendor sets a forged archive behind an honest one: readers differ in which they open."""
    forged = {**members, VERDICTS: members[VERDICTS].replace(b"refuted", b"support")}
    return archive_bytes(members) + zipped(forged)


@forgery("run", "seals", minimal="archive")
def bytes_between_members(members: Members) -> bytes:
    """A vendor hides a page between two members, which only a careful reader of bytes meets."""
    data = archive_bytes(members)
    start = struct.unpack_from("<I", data, data.rindex(b"PK\5\6") + 16)[0]
    hidden = b"<h1>T4</h1>"
    end = data.rindex(b"PK\5\6")
    tail = data[end : end + 16] + struct.pack("<I", start + len(hidden)) + data[end + 20 :]
    return data[:start] + hidden + data[start:end] + tail


@forgery("run", "seals", minimal="archive")
def an_extra_field(members: Members) -> bytes:
    """A vendor keeps notes of his own in an extra field of a member."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.extra = struct.pack("<HH2s", 0x4141, 2, b"T4") if name == VERDICTS else b""
            archive.writestr(info, content)
    return data.getvalue()


@forgery("run", "seals", minimal="archive")
def an_archive_in_two_parts(members: Members) -> bytes:
    """An outsider says that the archive goes on in another file, which nobody has."""
    data = archive_bytes(members)
    end = data.rindex(b"PK\5\6")
    return data[: end + 4] + b"\1\0" + data[end + 6 :]


@forgery("run", "archive")
def nothing_at_all(_: Members) -> bytes:
    """An outsider sends an empty file under the name of a bundle."""
    return b""


@forgery("run", "seals", "bundle.json")
def two_manifests(members: Members) -> Members:
    """A vendor seals a second manifest in the first, over numbers that he likes better."""
    inner = {n: d for n, d in unsigned(members).items() if n != MANIFEST}
    better = {**inner, VERDICTS: b"[]"}
    files = {**inner, "extra/bundle.json": manifest_of(better)}
    document = json.loads(manifest_of(files))
    document["files"].append({"path": MANIFEST, "bytes": 2, "sha256": content_id(b"{}")})
    document["files"].sort(key=lambda one: one["path"])
    return {**files, MANIFEST: canonical_bytes(document)}


@forgery("run", "completeness", "extra/bundle.json")
def a_manifest_beside_the_manifest(members: Members) -> Members:
    """A vendor seals the manifest of another bundle with his own, for readers who search."""
    members["extra/bundle.json"] = honest("import")[MANIFEST]
    return sealed(members)


@forgery("run", "seals", "verdicts/verdicts.json")
def a_digest_in_capitals(members: Members) -> Members:
    """A vendor writes a digest in capitals, which some readers compare and some do not."""
    document = json.loads(members[MANIFEST])
    for one in document["files"]:
        if one["path"] == VERDICTS:
            one["sha256"] = one["sha256"].upper()
    return {**unsigned(members), MANIFEST: canonical_bytes(document)}


# documents


def with_value(members: Members, name: str, old: bytes, new: bytes) -> Members:
    """Write another value into a document, byte for byte, and seal."""
    assert old in members[name], old
    members[name] = members[name].replace(old, new, 1)
    return sealed(members)


@forgery("run", "documents", ESTIMATES)
def minus_infinity(members: Members) -> Members:
    """A vendor writes minus infinity, below which no limit lies."""
    return with_value(members, ESTIMATES, b'"level":0.95', b'"level":-Infinity')


@forgery("run", "documents", VERDICTS)
def shots_of_three_hundred_digits(members: Members) -> Members:
    """A vendor writes so many shots that readers turn them into infinity."""
    return with_value(members, VERDICTS, b'"shots":', b'"shots":' + b"9" * 300)


@forgery("run", "documents", PLAN)
def a_key_twice_deep_in_the_plan(members: Members) -> Members:
    """A tester writes the limit of risk twice, deep in the plan: readers differ in which holds."""
    return with_value(members, PLAN, b'"alpha":0.05', b'"alpha":0.2,"alpha":0.05')


@forgery("run", "documents", SEED)
def a_key_twice_in_the_seed(members: Members) -> Members:
    """A tester writes two seeds, one for each kind of reader."""
    return with_value(members, SEED, b'"root":', b'"root":"' + b"00" * 32 + b'","root":')


@forgery("run", "documents", COUNTS, minimal="counts")
def lists_in_one_another_in_the_counts(members: Members) -> Members:
    """An outsider nests lists in the notes of a batch, to end the auditor by a recursion."""
    return with_value(members, COUNTS, b'"notes":[', b'"notes":[' + b"[" * 900 + b"]" * 900)


@forgery("run", "documents", COUNTS)
def a_text_of_six_megabytes(members: Members) -> Members:
    """An outsider writes a note that is larger than all the rest together."""
    note = b'"' + b"a" * (6 << 20) + b'"'
    return with_value(members, COUNTS, b'"notes":[', b'"notes":[' + note)


@forgery("run", "documents", VERDICTS)
def words_behind_a_document(members: Members) -> Members:
    """A vendor writes a second document behind the first, which some readers take instead."""
    members[VERDICTS] += b"[]"
    return sealed(members)


@forgery("run", "documents", VERDICTS)
def a_comment_in_a_document(members: Members) -> Members:
    """A vendor writes a comment into the verdicts, which some readers skip."""
    return with_value(members, VERDICTS, b"[", b"/* all supported */ [")


@forgery("run", "documents", ESTIMATES)
def half_a_pair_in_an_estimate(members: Members) -> Members:
    """An outsider writes half of a pair of characters where a method is named."""
    return with_value(members, ESTIMATES, b'"method":"', b'"method":"\\udfff')


@forgery("run", "verdicts", minimal="datasheet")
def a_verdict_in_capitals(members: Members) -> Members:
    """A vendor writes Supported with a capital, which a careless reader takes for the word."""
    return edited(members, VERDICTS, lambda d: d[1].update(verdict="Supported"))


@forgery("run", "verdicts", minimal="datasheet")
def a_verdict_with_a_blank(members: Members) -> Members:
    """A vendor writes a verdict with a blank behind it, which is no word of the list."""
    return edited(members, VERDICTS, lambda d: d[1].update(verdict="supported "))


@forgery("run", "verdicts", minimal="datasheet")
def shots_that_are_a_truth_value(members: Members) -> Members:
    """A vendor writes true where the shots of a verdict stand, which counts as one."""
    return edited(members, VERDICTS, lambda d: d[1].update(shots=True))


# sheets


def with_sheet(members: Members, text: bytes) -> Members:
    """Put another text in the place of the sheet, and have the plan name it."""
    members[SHEET] = text
    digest = content_id(text)
    return edited(members, PLAN, lambda plan: plan["sheet"].update(text_id=digest))


@forgery("run", "claims and plan")
def a_table_twice_in_the_sheet(members: Members) -> Members:
    """A vendor writes the head of the sheet twice, with another machine in the second."""
    return with_sheet(members, members[SHEET] + b'\n[sheet]\nmachine = "large"\n')


@forgery("run", "claims and plan", SHEET)
def a_claim_more_in_the_sheet(members: Members) -> Members:
    """A vendor adds a claim to the sheet that the plan does not test, and names the new text."""
    more = b'\n[[claim]]\nid = "x"\nmetric = "t1"\nvalue = "1 h"\n'
    return with_sheet(members, members[SHEET] + more)


@forgery("run", "claims and plan")
def a_claim_under_a_dotted_key(members: Members) -> Members:
    """A vendor hides another value of a claim in an inline table that some readers merge."""
    text = members[SHEET].replace(b'id = "t1"', b'id = "t1"\nvalue.x = 1', 1)
    return with_sheet(members, text)


@forgery("run", "claims and plan")
def tables_in_one_another(members: Members) -> Members:
    """An outsider opens ten thousand inline tables in one another in a sheet."""
    bomb = b"x = " + b"{a = " * 10_000 + b"1" + b"}" * 10_000
    return with_sheet(members, members[SHEET] + b"\n" + bomb + b"\n")


@forgery("run", "claims and plan")
def lists_in_one_another_in_the_sheet(members: Members) -> Members:
    """An outsider opens forty thousand lists in one another in a sheet."""
    bomb = b"x = " + b"[" * 40_000 + b"]" * 40_000
    return with_sheet(members, members[SHEET] + b"\n" + bomb + b"\n")


@forgery("run", "claims and plan")
def a_date_where_a_value_stands(members: Members) -> Members:
    """A vendor writes a date in the place of a value, which readers print as they like."""
    return with_sheet(
        members, members[SHEET].replace(b'value = "100 ms"', b"value = 1979-05-27", 1)
    )


@forgery("run", "claims and plan")
def a_claim_that_is_no_number(members: Members) -> Members:
    """A vendor claims nan, above which and below which no machine lies."""
    return with_sheet(members, members[SHEET].replace(b'value = "100 ms"', b"value = nan", 1))
