#!/usr/bin/env python3
# fmt: off
"""A second auditor of qassay bundles: one file, Python 3.11 and its standard library, nothing else.

    python3 audit_minimal.py BUNDLE [--trust roles.json] [--trust ROLE=SHA256:...] [--json]

It shares no line with qassay. It asks whether the evidence is whole and genuine: archive, documents,
signatures, log, witnesses, plan, seed; it draws every circuit again and scores the counts. Whether the
numbers and verdicts follow is asked by judge_minimal.py, which it takes in if that file lies beside it.
What is not derived again it lists under "not checked here". Exit code: 0 everything holds; 4 something
does not, with one reason; 2 it could not be asked.

Read it from top to bottom; CHECKS at the end is the order. Formats: docs/formats.md.
"""
from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import math
import operator
import re
import struct
import sys
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

Row, Table = tuple[int, ...], dict[str, Any]

class Refused(Exception):
    """One thing that does not hold, and where."""
def must(holds: Any, where: str, reason: str) -> None:
    """Stop the audit with a reason unless a condition holds."""
    if not holds:
        raise Refused(f"{where}: {reason}")
def sha256(data: bytes) -> str:
    """Name bytes by their content."""
    return hashlib.sha256(data).hexdigest()
# ------------------------------------------------------------------ the archive, in memory only
NAME = re.compile(r"[a-z0-9_][a-z0-9._-]*(/[a-z0-9_][a-z0-9._-]*){0,5}", re.ASCII)
def read_archive(path: Path) -> dict[str, bytes]:
    """Read a zip archive whose members are stored as they are, under plain names, each once."""
    must(path.stat().st_size <= 128 << 20, path.name, "larger than a bundle can be")
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            must(len(archive.infolist()) <= 20_000, path.name, "too many files")
            for one in archive.infolist():
                name = one.filename
                must(len(name) <= 200 and NAME.fullmatch(name) and name == one.orig_filename, path.name,
                     f"an unsafe file name {name[:60]!r}")
                must(name not in files, name, "twice in the archive")
                must((one.compress_type, one.flag_bits, one.compress_size) == (0, 0, one.file_size) and
                     one.file_size <= path.stat().st_size, name, "packed, encrypted, or false in its size")
                files[name] = archive.read(one)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError, OverflowError) as error:
        raise Refused(f"{path.name}: no sound zip archive ({str(error)[:80]})") from None
    return files
def archive_of(files: dict[str, bytes]) -> bytes:
    """Write the one archive that holds these files: sorted, stored, without dates and extras."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr = 3, 0o644 << 16
            archive.writestr(member, files[name])
    return data.getvalue()

# ------------------------------------------------------------------ JSON with one meaning only
def read_json(data: bytes, where: str) -> Any:
    """Read JSON strictly: UTF-8, no key twice, no NaN, no endless numbers, no deep nesting."""
    def unique(pairs: list[tuple[str, Any]]) -> Table:
        must(len(dict(pairs)) == len(pairs), where, "a key twice in one object")
        return dict(pairs)
    def number(text: str) -> float:
        if re.fullmatch(r"-?\d{1,16}", text) and abs(int(text)) < 2**53:
            return int(text)
        value = float(text) if re.search(r"\d", text) else math.inf
        must(abs(value) < math.inf and (re.search("[.eE]", text) or number_text(value) == text), where,
             "a number too large, or none")
        return value
    must(len(data) <= 6 << 20, where, "too large for a document")
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=unique, parse_int=number,
                              parse_float=number, parse_constant=number)
        compact(document).encode("utf-8")  # half of a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise Refused(f"{where}: not strict JSON ({str(error)[:80]})") from None
    return document
def compact(value: Any) -> str:
    """Write JSON in its one form (RFC 8785), for values without floats."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
def number_text(value: float) -> str:
    """Write a float as RFC 8785 does: the shortest digits, as ECMAScript puts them."""
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text, point = "".join(map(str, digits)).rstrip("0"), len(digits) + int(exponent)
    if not text:
        return "0"
    if point <= -6 or point > 21:  # the value is 0.TEXT times 10^point
        text = text[0] + ("." + text[1:] if text[1:] else "") + f"e{point - 1:+d}"
    elif point <= 0:
        text = "0." + "0" * -point + text
    else:
        text = text[:point].ljust(point, "0") + ("." + text[point:] if text[point:] else "")
    return "-" * sign + text

# ---------------------------------------------------------- random streams: SHAKE-256, by name
class Stream:
    """A stream of random bytes: a function of the root seed and its own name."""
    def __init__(self, root: bytes, label: str) -> None:
        self.root, self.label = root, label
    def __truediv__(self, name: object) -> Stream: return Stream(self.root, f"{self.label}/{name}")
    def take(self, count: int, chunk: int = 0) -> bytes:
        """Read bytes from the start of a chunk."""
        parts = (b"qassay-randomness-v1", self.root, self.label.encode(), chunk.to_bytes(4, "big"))
        head = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hashlib.shake_256(head).digest(count)
    def below(self, bound: int, count: int) -> list[int]:
        """Draw whole numbers below a bound, by rejection from 16-bit words."""
        drawn: list[int] = []
        chunk = 0
        while len(drawn) < count:
            data = self.take(2 * (count - len(drawn)) + 32, chunk)
            words = struct.unpack(f"<{len(data) // 2}H", data)
            drawn += [word % bound for word in words if word < 65536 // bound * bound]
            chunk += 1
        return drawn[:count]
    def bits(self, count: int, width: int = 1) -> bytes:
        """Draw numbers of 1 or 2 bits, the lowest bits of a byte first; one number a byte."""
        return b"".join(map(unpacked(width).__getitem__, self.take(-(-count * width // 8))))[:count]
@cache
def unpacked(width: int) -> list[bytes]:
    """Tabulate the small numbers that are packed into each byte."""
    return [bytes(b >> shift & (1 << width) - 1 for shift in range(0, 8, width)) for b in range(256)]

# ---------------------------------------------------------- states of one and two qubits
# Pulses: 0 nothing, 1 to 4 a quarter turn about +x, +y, -x, -y, 5 and 6 a half turn about x and
# y. For each, where the Bloch components x, y, z come from, and with what sign.
TURNS = (((0, 1), (1, 1), (2, 1)), ((0, 1), (2, -1), (1, 1)), ((2, 1), (1, 1), (0, -1)),
         ((0, 1), (2, 1), (1, -1)), ((2, -1), (1, 1), (0, 1)), ((0, 1), (1, -1), (2, -1)),
         ((0, -1), (1, 1), (2, -1)))
QUARTERS, WAYS = (1, 2, 3, 4), (0, 1, 2, 3, 4, 5)  # ways from the cheapest pulse
@cache
def one_qubit_states() -> tuple[list[bytes], list[int], list[Row]]:
    """Number +x +y +z -x -y -z; give after[state][pulse], enter[state], leave[state][bit]."""
    axes = [tuple(s * (i == k) for i in range(3)) for s in (1, -1) for k in range(3)]
    after = [bytes(axes.index(tuple(a[i] * s for i, s in turn)) for turn in TURNS) for a in axes]
    def way(start: int, end: int) -> int:
        return next(pulse for pulse in WAYS if after[start][pulse] == end)
    return after, [way(2, s) for s in range(6)], [(way(s, 2), way(s, 5)) for s in range(6)]
@cache
def two_qubit_states() -> tuple[list[bytes], list[Row], list[list[Row]]]:
    """Number the 60 stabilizer states as a walk from |00> meets them; tables as for one qubit.

    A state is its 16 Pauli expectations; after[state][4 a + b] follows quarter turns a, b and CZ.
    """
    axes = [((0, 1), *((i + 1, s) for i, s in turn)) for turn in TURNS]
    def local(state: Row, a: int, b: int) -> Row:
        return tuple(state[4 * i + j] * s * t for i, s in axes[a] for j, t in axes[b])
    def meet(state: Row) -> Row:  # X or Y on a qubit puts a Z on the other: I <-> Z, X <-> Y
        return tuple(state[4 * (3 - i if j in (1, 2) else i) + (3 - j if i in (1, 2) else j)]
                     * (-1 if {i, j} == {1, 2} else 1) for i in range(4) for j in range(4))
    ends = [tuple(a * b for a in (1, 0, 0, s) for b in (1, 0, 0, t)) for s in (1, -1) for t in (1, -1)]
    states, number = [ends[0]], {ends[0]: 0}
    for state in states:  # grows while it is walked
        reached = [meet(local(state, a, b)) for a, b in product(QUARTERS, repeat=2)]
        for new in reached + [local(state, a, b) for a, b in product(range(7), repeat=2)]:
            if new not in number:
                number[new] = len(states)
                states.append(new)
    moved = [[[number[local(s, a, b)] for b in range(7)] for a in range(7)] for s in states]
    met = [number[meet(s)] for s in states]
    after = [bytes(met[row[a][b]] for a, b in product(QUARTERS, repeat=2)) for row in moved]
    ways = [(a, b, 0, 0, 0) for a, b in product(WAYS, repeat=2)]
    ways += [(*ab, 1, *cd) for ab in product(WAYS[:5], repeat=2) for cd in product(WAYS, repeat=2)]
    found: list[dict[int, Row]] = [{} for _ in states]
    for row, known in zip(moved, found, strict=True):
        for way in ways:
            end = row[way[0]][way[1]]
            known.setdefault(moved[met[end]][way[3]][way[4]] if way[2] else end, way)
    return after, [found[0][s] for s in range(60)], [[known[number[e]] for e in ends] for known in found]

# ---------------------------------------------------------- the circuits of each protocol
# Each gives what its circuits share, the bytes of every circuit, and the ideal bits of each.
Circuits = tuple[list[str], list[bytes], list[bytes]]
PLUS_ONE = bytes(min(i + 1, 255) for i in range(256))
HALF_TURNS, FLIPPED = bytes([0, 5]) + bytes(254), bytes([1, 0]) + bytes(254)
def rows(data: bytes, size: int) -> list[bytes]:
    """Cut bytes into rows."""
    return [data[i : i + size] for i in range(0, len(data), size)]
def layers(depth: int, pairs: Any = ()) -> str:
    """Describe a run of layers in canonical JSON."""
    return compact({"depth": depth, "pairs": pairs})
def delay(seconds: float) -> list[str]:
    """Describe a delay; one of no length is none."""
    return [f'{{"delay":{number_text(float(seconds))}}}'] if seconds else []
def draw_readout(_: float, count: int, __: Any, n: int, stream: Stream) -> Circuits:
    """Random strings, each followed by its complement."""
    strings = rows(stream.bits(-(-count // 2) * n), n)
    bits = [row for one in strings for row in (one, one.translate(FLIPPED))][:count]
    return [layers(1)], [row.translate(HALF_TURNS) for row in bits], bits
def draw_t1(length: float, count: int, _: Any, n: int, stream: Stream) -> Circuits:
    """A random string, then a delay."""
    bits = rows(stream.bits(count * n), n)
    return [layers(1), *delay(length)], [row.translate(HALF_TURNS) for row in bits], bits
def draw_t2(length: float, count: int, _: Any, n: int, stream: Stream, echo: int = 0) -> Circuits:
    """A quarter turn of random phase, a delay (with an echo in the middle), a turn to a random bit."""
    after, _, leave = one_qubit_states()
    first, bits = (stream / "first").bits(count * n, 2), (stream / "expected").bits(count * n)
    states = [after[2][1 + phase] for phase in first]
    runs, wait = [first.translate(PLUS_ONE)], delay(length / (1 + echo))
    if echo:
        runs.append(bytes(5 + half for half in (stream / "middle").bits(count * n)))
        states = [after[state][pulse] for state, pulse in zip(states, runs[1], strict=True)]
    runs.append(bytes(leave[state][bit] for state, bit in zip(states, bits, strict=True)))
    shared = [part for _ in runs[1:] for part in (layers(1), *wait)] + [layers(1)]
    circuits = zip(*(rows(run, n) for run in runs), strict=True)
    return shared, [b"".join(parts) for parts in circuits], rows(bits, n)
def draw_echo(*args: Any) -> Circuits:
    """The same with one half turn of random phase in the middle."""
    return draw_t2(*args, echo=1)
def draw_one_qubit(length: float, count: int, targets: Any, n: int, stream: Stream) -> Circuits:
    """A random state, `length` quarter turns of random phase, a turn to a random bit."""
    after, enter, leave = one_qubit_states()
    depth, busy, circuits, answers = round(length), [q for (q,) in targets], [], []
    start = rows(bytes((stream / "start").below(6, count * n)), n)
    bits = rows((stream / "expected").bits(count * n), n)
    phases = (stream / "layers").bits(count * depth * n, 2).translate(PLUS_ONE)
    for i in range(count):
        own = phases[i * depth * n : (i + 1) * depth * n]
        codes, answer = bytearray((depth + 2) * n), bytearray(n)
        for q in busy:
            state, answer[q] = start[i][q], bits[i][q]
            codes[q] = enter[state]
            codes[n + q : (depth + 1) * n : n] = own[q::n]
            for code in own[q::n]:
                state = after[state][code]
            codes[(depth + 1) * n + q] = leave[state][answer[q]]
        circuits.append(bytes(codes))
        answers.append(bytes(answer))
    return [layers(depth + 2)], circuits, answers
def draw_two_qubit(length: float, count: int, targets: Any, n: int, stream: Stream) -> Circuits:
    """On every pair a random state, `length` layers with CZ, the shortest way to two random bits."""
    after, enter, leave = two_qubit_states()
    depth, width, circuits, answers = round(length), len(targets), [], []
    start = rows(bytes((stream / "start").below(60, count * width)), width)
    bits = rows((stream / "expected").bits(count * width, 2), width)
    phases = (stream / "layers").bits(2 * count * depth * width, 2)
    for i in range(count):
        own = phases[2 * i * depth * width : 2 * (i + 1) * depth * width]
        codes, answer = bytearray(depth * n), bytearray(n)
        ends = [bytearray(n), bytearray(width), bytearray(n), bytearray(n), bytearray(width), bytearray(n)]
        for k, (a, b) in enumerate(targets):
            state, bit = start[i][k], bits[i][k]
            first, second = own[2 * k :: 2 * width], own[2 * k + 1 :: 2 * width]
            codes[a::n], codes[b::n] = first.translate(PLUS_ONE), second.translate(PLUS_ONE)
            into = enter[state]
            for x, y in zip(first, second, strict=True):
                state = after[state][4 * x + y]
            for side, way in ((0, into), (3, leave[state][bit])):
                ends[side][a], ends[side][b], ends[side + 1][k] = way[:3]
                ends[side + 2][a], ends[side + 2][b] = way[3:]
            answer[a], answer[b] = bit >> 1, bit & 1
        circuits.append(b"".join((*ends[:3], codes, b"\1" * width, *ends[3:])))
        answers.append(bytes(answer))
    way = [layers(1, targets), layers(1)]
    return [*way, layers(depth, targets), *way], circuits, answers
# How each protocol is drawn, what it estimates, and where its curve ends.
PROTOCOLS: dict[tuple[str, int], tuple[Any, tuple[str, ...], float]] = {
    ("readout", 1): (draw_readout, ("readout_error", "readout_error_0", "readout_error_1"), 0.0),
    ("t1", 1): (draw_t1, ("t1",), 0.5),
    ("t2_star", 1): (draw_t2, ("t2_star",), 0.5),
    ("t2_echo", 1): (draw_echo, ("t2_echo",), 0.5),
    ("one_qubit_gates", 1): (draw_one_qubit, ("one_qubit_gate_error",), 0.5),
    ("two_qubit_gates", 1): (draw_two_qubit, ("layer_error",), 0.25),
}
def draw_batch(x: Table, index: int, n: int, root: bytes) -> tuple[list[str], list[bytes], list[int]]:
    """Draw a batch: circuit ids, ideal bits and arms, in the order of execution."""
    stream = Stream(root, f"{x['id']}/{index:04d}")
    size = min(x["batch"], x["rounds"] - index * x["batch"])
    pattern = [arm for arm, copies in enumerate(x["block"]) for _ in range(copies)]
    if x["coin"]:
        arms = [pattern[drawn] for drawn in (stream / "order").below(len(pattern), size)]
    else:
        ranks = struct.unpack(f"<{size}Q", (stream / "order").take(size * 8))
        arms = [pattern[i] for at in range(0, size, len(pattern)) for i in
                sorted(range(len(pattern)), key=ranks[at : at + len(pattern)].__getitem__)]
    drawn = []
    for arm, length in enumerate(x["lengths"]):
        shared, circuits, bits = PROTOCOLS[x["protocol"], x["version"]][0](
            length, arms.count(arm), x["targets"], n, stream / f"arm {arm}")
        head = f'{{"elements":[{",".join(shared)}],"qassay_circuit":1,"qubits":{n}}}'.encode()
        head = len(head).to_bytes(4, "big") + head
        drawn.append(iter([(sha256(head + own), bit) for own, bit in zip(circuits, bits, strict=True)]))
    ordered = [next(drawn[arm]) for arm in arms]
    return [name for name, _ in ordered], [bit for _, bit in ordered], arms
# ---------------------------------------------------------- signatures: Ed25519 (RFC 8032)
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, x y = T/Z
def add(p: Point, q: Point) -> Point:
    """Add two points of the curve (RFC 8032, 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
def times(n: int, p: Point) -> Point:
    """Add a point to itself n times."""
    total: Point = (0, 1, 1, 0)
    while n:
        total, p, n = add(total, p) if n & 1 else total, add(p, p), n >> 1
    return total
def decompressed(data: bytes) -> Point | None:
    """Read a point from its y and the sign of its x (RFC 8032, 5.1.3)."""
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P
BASE = decompressed((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
def signed_by(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature is this key's over the message."""
    if len(key) != 32 or len(signature) != 64:
        return False
    point, s = decompressed(key), int.from_bytes(signature[32:], "little")
    if point is None or s >= L or times(8, point)[0] == 0:  # no point of small order
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, _ = add(times(s, BASE), times(L - k, point))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]
def unarmoured(text: Any, where: str) -> bytes:
    """Read base64 that has one meaning."""
    data = base64.b64decode(text.encode(), validate=True)
    must(base64.b64encode(data).decode() == text, where, "no base64 of one meaning")
    return data
def blob(*parts: bytes) -> bytes:
    """Put four bytes of length before each part, as SSH does."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
def fingerprint(key: bytes) -> str:
    """Name a key as ssh-keygen does."""
    digest = hashlib.sha256(blob(b"ssh-ed25519", key)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
def read_roles(data: bytes, where: str) -> dict[bytes, Table]:
    """Read whose keys these are: one key for one person in one role."""
    found: dict[bytes, Table] = {}
    for one in read_json(data, where)["roles"]:
        kind, line = one["key"].split(" ")
        key = unarmoured(line, where)[-32:]
        must((kind, unarmoured(line, where)) == ("ssh-ed25519", blob(b"ssh-ed25519", key)) and
             one["fingerprint"] == fingerprint(key) and
             one["role"] in ("vendor", "verifier", "partner", "witness"), where, "no Ed25519 key in a role")
        must(key not in found, where, "a key in two roles")
        found[key] = one
    return found
def opened(envelope: Table, keys: Any, where: str) -> tuple[Table, list[bytes]]:
    """Verify a DSSE envelope by known keys, then read the in-toto statement in it."""
    kind, payload = "application/vnd.in-toto+json", unarmoured(envelope["payload"], where)
    known, signers = {fingerprint(key): key for key in keys}, []
    must(envelope["payloadType"] == kind and envelope["signatures"], where, "no signed statement")
    for one in envelope["signatures"]:
        key = known.get(one["keyid"])
        must(key and signed_by(key, unarmoured(one["sig"], where), b"DSSEv1 %d %b %d %b" % (
            len(kind), kind.encode(), len(payload), payload)), where, "no known key's signature of this")
        signers.append(key)
    return read_json(payload, where), signers
def tree_hash(leaves: list[bytes]) -> bytes:
    """Give the Merkle root of a log (RFC 6962, 2.1)."""
    if len(leaves) < 2:
        return hashlib.sha256(b"\0" + leaves[0] if leaves else b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()
ENDS = ("counts", "failed", "expired", "excused")
EVENTS = {"sheet": ("vendor", ""), "plan": ("verifier", "committers excused_limit"),
          "committed": ("verifier partner", "commitment"), "nonce": ("vendor", "commitments nonce"),
          "amended": ("verifier", "batches text"), "released": ("verifier", "batch deadline"),
          "counts": ("vendor", "batch"), "failed": ("vendor", "batch reason"), "expired": ("verifier", "batch"),
          "excused": ("vendor", "batch reason"), "noted": ("vendor verifier partner witness", "text"),
          "revealed": ("verifier partner", "secret"), "verdicts": ("verifier", ""), "closed": ("verifier", "")}
class Campaign:
    """What the log of a campaign tells, line by line; every line must be allowed where it stands."""
    def __init__(self, roles: dict[bytes, Table]) -> None:
        self.roles, self.facts, self.times = roles, {}, []
        self.commitments, self.secrets, self.named = {}, {}, {}
        self.released, self.ended = {}, {}
        self.signers: list[bytes] = []
        self.fixed, self.first_counts = 0, math.inf
    def take(self, line: bytes, where: str) -> None:
        """Take in one line of the log."""
        entry = read_json(line, where)
        said, signers = opened(entry["envelope"], self.roles, where)
        event, facts, at = said["predicate"], said["predicate"]["facts"], entry["at"]
        subject = {one["name"]: one["digest"]["sha256"] for one in said["subject"]}
        kind, by, party = event["event"], event["by"], self.roles[signers[0]]
        day = datetime.fromtimestamp(at, UTC).date().isoformat()
        must(compact(entry).encode() == line and said["predicateType"] == "qassay:event/v1", where, "no event")
        must(len(signers) == 1 and party["role"] == by and by in EVENTS[kind][0].split(), where,
             f"{kind}, signed by the {party['role']}")
        must(" ".join(sorted(facts)) == EVENTS[kind][1], where, f"other facts than {kind} has")
        must(at >= max(self.times, default=0) and (party["valid_from"] or day) <= day <=
             (party["valid_to"] or day), where, "a time before the last one, or outside the key's validity")
        must(kind in ("sheet", "plan") or subject[PLAN] == self.facts["plan"], where, "an event of another plan")
        batch, known = facts.get("batch"), self.facts
        early = (known.get("nonce"), not self.secrets)
        allowed = {  # what must have happened before, and what not
            "sheet": not known, "plan": [*known] == ["sheet"] and subject.get(SHEET) == known["sheet"],
            "committed": "plan" in known and by in known["committers"] and by not in self.commitments and not early[0],
            "nonce": self.commitments.keys() == {*known.get("committers", "?")} and not early[0] and
                     facts.get("commitments") == self.commitments,
            "amended": early[1] and not any(b in self.released or b in self.ended for b in
                                            facts.get("batches") or self.released),
            "released": all(early) and batch not in self.released and batch not in self.ended and
                        facts.get("deadline", 0) >= at,
            "expired": at > self.released.get(batch, math.inf), "counts": at <= self.released.get(batch, -1),
            "failed": batch in self.released, "noted": True,
            "excused": batch not in self.released and list(self.ended.values()).count("excused")
                       < known.get("excused_limit", 0),
            "revealed": early[0] and by in self.commitments and by not in self.secrets and
                        self.released.keys() <= self.ended.keys(),
            "verdicts": self.secrets.keys() == self.commitments.keys() != set() and "verdicts" not in known,
            "closed": "verdicts" in known}
        must(allowed[kind] and "closed" not in known and (kind not in ENDS or batch not in self.ended), where,
             f"{kind} {batch or ''} may not stand here")
        if kind in ("sheet", "plan", "verdicts"):
            known[kind] = subject[{"sheet": SHEET, "plan": PLAN, "verdicts": VERDICTS}[kind]]
        known.update({key: facts[key] for key in ("committers", "excused_limit", "nonce") if key in facts})
        if kind == "committed":
            self.commitments[by] = facts["commitment"]
        elif kind == "nonce":
            self.fixed = len(self.times) + 1
        elif kind == "released":
            self.released[batch] = facts["deadline"]
        elif kind in ENDS:
            self.ended[batch] = kind
            self.first_counts = min(self.first_counts, len(self.times)) if kind == "counts" else self.first_counts
        elif kind == "revealed":
            self.secrets[by] = bytes.fromhex(facts["secret"])
            must(joint(b"qassay-joint-commitment-v1", by.encode(), bytes.fromhex(known["plan"]), self.secrets[by])
                 .hex() == self.commitments[by], where, "not the secret that was committed to")
        elif kind == "closed":
            known["closed"] = True
        for name, digest in subject.items():
            if batch and name != PLAN:
                must(self.named.setdefault(name, digest) == digest, where, f"another {name} than before")
        self.times.append(at)
        self.signers += signers
def joint(*parts: bytes) -> bytes:
    """Hash parts, each with its length before it."""
    return hashlib.sha256(blob(*parts)).digest()
def read_head(data: bytes, where: str) -> tuple[str, int, bytes, list[tuple[str, bytes]]]:
    """Read a log's head (a C2SP signed note): text, size, root, and name and bytes of each signature."""
    text, _, below = data.decode().rpartition("\n\n")
    _, size, top = text.split("\n")
    must(below.endswith("\n") and re.fullmatch("[1-9][0-9]{0,9}", size), where, "no head of a log")
    lines = [line.split(" ") for line in below[:-1].split("\n")]
    must(all(line[0] == "\u2014" and len(line) == 3 for line in lines), where, "no signature lines")
    return text + "\n", int(size), unarmoured(top, where), [(name, unarmoured(sig, where)) for _, name, sig in lines]
def key_id(name: str, kind: int, key: bytes) -> bytes:
    """Give the bytes that a key's signature lines begin with."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]

# ------------------------------------------------------------------ the audit of the evidence
SHEET, PLAN, SEED = "claims/sheet.toml", "plan/plan.json", "seeds/reveal.json"
ESTIMATES, VERDICTS, CHECKED = "analysis/estimates.json", "verdicts/verdicts.json", "analysis/checks.json"
VERSIONS, REPORT = "software/versions.json", "report/datasheet.html"
ROLES, ENTRIES, HEAD, EARLIER = "keys/roles.json", "log/entries.jsonl", "log/checkpoint", "log/checkpoints/"
REQUIRED = {SHEET, PLAN, SEED, ESTIMATES, VERDICTS, CHECKED, VERSIONS, REPORT}
def batches_of(x: Table) -> int:
    """Count the batches of an experiment that nothing stops."""
    return -(-x["rounds"] // x["batch"])
def is_known(x: Table) -> bool:
    """Whether this file can draw an experiment; layers with qubits that meet nobody it cannot."""
    return (x["protocol"], x["version"]) in PROTOCOLS and {*map(len, x["targets"])} == {1 + ("two" in x["protocol"])}
def is_published(x: Table) -> bool:
    """Whether somebody else took an experiment's counts."""
    return x["protocol"].startswith("published_")
class Audit:
    """One bundle: what it says, what was derived again, and what was not."""
    def __init__(self, path: Path, trusted: list[str]) -> None:
        self.path, self.circuits, self.level = path, 0, "T0"
        self.pinned, self.pins = {}, {text for text in trusted if "=SHA256:" in text}
        for text in trusted:
            self.pinned.update({} if text in self.pins else read_roles(Path(text).read_bytes(), text))
        self.roles: dict[bytes, Table] = {}
        self.signers: list[bytes] = []  # of the manifest, of the log, and independent witnesses
        self.campaign: Any = None
        self.unchecked: list[str] = []
        self.rows: Table = {}  # experiment -> quantity -> batch -> (arms, hits of targets, shots)
        self.there: dict[str, list[int]] = {}
    def archive(self) -> str:
        """The archive is safe to read."""
        self.data = read_archive(self.path)
        return f"{len(self.data)} files with plain names and honest sizes"
    def seals(self) -> str:
        """Every file is the one that was sealed, there is no other, and no byte is left over."""
        members = dict(self.data)
        self.outside = {name: self.data.pop(name) for name in [*self.data] if re.fullmatch(
            r"bundle(\.dsse\.json|(\.[a-z]{1,20}(-[2-9])?)?\.sshsig)", name)}
        self.manifest = self.data.pop("bundle.json", b"null")
        manifest = read_json(self.manifest, "bundle.json")
        must(isinstance(manifest, dict) and manifest.get("qassay_bundle") == 2 and
             isinstance(manifest.get("files"), list), "bundle.json", "no manifest of format 2")
        sealed = {one["path"]: (one.get("sha256"), one.get("bytes")) for one in manifest["files"]}
        must(len(sealed) == len(manifest["files"]), "bundle.json", "a file twice")
        for name in sorted(sealed.keys() | self.data.keys() | REQUIRED):
            must(name in self.data, name, "missing")
            must(name in sealed, name, "a file that nobody sealed")
            must(sealed[name] == (sha256(self.data[name]), len(self.data[name])), name, "not what was sealed")
        whole, step = archive_of(members), 1 << 16
        with self.path.open("rb") as file:
            must(all(whole[i : i + step] == file.read(step) for i in range(0, len(whole) + 1, step)),
                 self.path.name, "bytes beside the files")
        return f"all {len(self.data)} files are the ones that were sealed"
    def documents(self) -> str:
        """Every document is JSON with one meaning only."""
        self.json = {n: read_json(data, n) for n, data in self.data.items() if n.endswith(".json")}
        versions = self.json[VERSIONS]
        must(isinstance(versions, dict) and "qassay" in versions and
             all(isinstance(text, str) for text in versions.values()), VERSIONS, "no names and versions")
        return f"all {len(self.json)} documents are strict JSON"
    def signatures(self) -> str:
        """Every signature over the manifest holds, and no key changes its role."""
        self.roles = read_roles(self.data[ROLES], ROLES) if ROLES in self.data else {}
        for key, party in self.pinned.items():
            must(self.roles.get(key, party)["role"] == party["role"], ROLES, "a key in another role than pinned")
        head = b"SSHSIG\0\0\0\1"
        for name, data in self.outside.items():
            if name.endswith(".sshsig"):
                lines = data.decode("ascii").split("\n")
                raw = unarmoured("".join(lines[1:-2]), name)
                key, signature = raw[33:65], raw[-64:]
                whole = head + blob(blob(b"ssh-ed25519", key), b"qassay-bundle@v1", b"", b"sha512",
                                    blob(b"ssh-ed25519", signature))
                message = b"SSHSIG" + blob(b"qassay-bundle@v1", b"", b"sha512",
                                           hashlib.sha512(self.manifest).digest())
                must(raw == whole and lines[0] + lines[-2] + lines[-1] == "-----BEGIN SSH SIGNATURE-----"
                     "-----END SSH SIGNATURE-----" and signed_by(key, signature, message), name, "does not hold")
                self.signers.append(key)
        envelope = self.outside.get("bundle.dsse.json")
        if envelope:
            must(compact(read_json(envelope, "bundle.dsse.json")).encode() == envelope, "bundle.dsse.json",
                 "written in another way")
            said, signers = opened(read_json(envelope, "bundle.dsse.json"),
                                   {*self.roles, *self.pinned, *self.signers}, "bundle.dsse.json")
            must(said == {"_type": "https://in-toto.io/Statement/v1", "predicateType": "qassay:bundle/v1",
                          "subject": [{"name": "bundle.json", "digest": {"sha256": sha256(self.manifest)}}],
                          "predicate": {}}, "bundle.dsse.json", "a statement on another bundle")
            self.signers += signers
        return f"{len(set(self.signers))} keys signed the bundle as a whole"
    def log(self) -> str:
        """Every event of the log is signed by its party, stands in its place, and the log is closed."""
        if not any(name.startswith(("log/", "keys/")) for name in self.data): return "there is no log"
        for name in (ROLES, ENTRIES, HEAD):
            must(name in self.data, name, "missing")
        *self.lines, torn = self.data[ENTRIES].split(b"\n")
        must(not torn and len(self.lines) <= 50_000, ENTRIES, "a torn or endless log")
        self.campaign = told = Campaign(self.roles)
        for place, line in enumerate(self.lines, 1):
            told.take(line, f"{ENTRIES} line {place}")
        must("closed" in told.facts, ENTRIES, "a log that goes on")
        for name, digest in (*told.named.items(), (VERDICTS, told.facts["verdicts"])):
            must(name not in self.data or sha256(self.data[name]) == digest, name, "another file than in the log")
        return f"all {len(self.lines)} events are signed and in order; {len(told.ended)} batches ended once each"
    def witnesses(self) -> str:
        """Every signed head is one of this log; somebody independent may have seen it early and late."""
        if not self.campaign: return "nobody was witness"
        told, seen = self.campaign, {True: set(), False: set()}  # before any counts came, at the end
        origin = self.data[HEAD].split(b"\n")[0].decode()
        for name in (HEAD, *(name for name in self.data if name.startswith(EARLIER))):
            text, size, top, signatures = read_head(self.data[name], name)
            must(text.startswith(f"{origin}\n") and re.fullmatch(r"qassay/log/[\w.-]{1,100}", origin) and
                 size <= len(self.lines) and top == tree_hash(self.lines[:size]) and
                 (size == len(self.lines) if name == HEAD else name == f"{EARLIER}{size:07d}"), name,
                 "not a head of this log")
            kept = False
            for key, party in self.roles.items():
                cosigner = f"qassay/{party['role']}"
                for signer, raw in signatures:
                    if (signer, raw[:4]) == (origin, key_id(origin, 1, key)) and party["role"] == "verifier":
                        kept = signed_by(key, raw[4:], text.encode())
                        must(kept, name, "a false signature of the log's keeper")
                    elif (signer, raw[:4]) == (cosigner, key_id(cosigner, 4, key)):
                        at = int.from_bytes(raw[4:12], "big")
                        must(signed_by(key, raw[12:], f"cosignature/v1\ntime {at}\n{text}".encode()) and
                             at >= told.times[size - 1], name, "a false cosignature")
                        unseen = told.first_counts == math.inf or (
                            size <= told.first_counts and at <= told.times[told.first_counts])
                        if party["role"] in ("partner", "witness"):
                            seen[True] |= {key} if 0 < told.fixed <= size and unseen else set()
                            seen[False] |= {key} if size == len(self.lines) else set()
            must(kept, name, "no signature of the log's keeper")
        self.independent = seen[True] & seen[False]
        self.level = "T2" if self.independent else "T1"
        return f"{len(self.independent)} independent parties watched the log from before the counts to its end"
    def trust(self) -> str:
        """The verdicts rest on keys that the reader has pinned."""
        named = {key for key, party in self.roles.items() if f"{party['role']}={fingerprint(key)}" in self.pins}
        resting = {*self.signers, *(self.campaign.signers if self.campaign else ()),
                   *(self.independent if self.campaign else ())}
        strange = resting - named - self.pinned.keys()
        must(resting - strange or not (self.pins or self.pinned), self.path.name, "no key that you pinned signed")
        must(self.level == "T0" or not strange, self.path.name,
             f"trust level {self.level} by keys that you have not pinned")
        if strange:
            self.unchecked.append("whose the signatures are: you have not pinned those keys")
        return f"trust level {self.level}; {len(resting)} keys signed, {len(resting - strange)} of them pinned"
    def claims_and_plan(self) -> str:
        """The plan can be followed, and is the plan of this sheet."""
        self.plan = plan = self.json[PLAN]
        self.n, self.id = plan["device"]["qubits"], sha256(self.data[PLAN])
        self.claims = {claim["id"]: claim for claim in plan["sheet"]["claims"]}
        self.own = [x for x in plan["experiments"] if not is_published(x)]
        must(1 <= self.n <= 10_000 and all(0 < plan[k] < 0.5 for k in ("alpha", "beta"))
             and plan["rule"] in ("tolerant", "guarded")
             and plan["multiplicity"] in ("fdr", "family-wise", "none"), PLAN, "no plan of qassay")
        for x in plan["experiments"]:
            block, qubits = sum(x["block"]), [q for target in x["targets"] for q in target]
            known, at = is_known(x), f"{PLAN}, {x['id']}"
            must(min(x["block"]) > 0 and 0 < x["rounds"] <= 4096 * x["batch"] and set(x["claims"]) <= self.claims.keys()
                 and x["rounds"] % block == x["batch"] % block == 0 and qubits and min(qubits) >= 0 and
                 max(qubits) < self.n and x["lengths"] == sorted(set(x["lengths"])), at, "no experiment")
            must(known or x["protocol"] not in {name for name, _ in PROTOCOLS} or
                 (x["protocol"] == "two_qubit_gates" and x["version"] == 1), at, "another version of the protocol")
            depth = max(x["lengths"]) if "gates" in x["protocol"] else 1
            must(not known or (len(set(qubits)) == len(qubits) and depth <= 200_000 and x["lengths"][0] >= 0 and
                               x["batch"] * self.n * depth <= 2 << 30 and len(x["lengths"]) == len(x["block"])),
                 at, "targets or lengths that cannot be run")
        shots = sum(x["rounds"] for x in self.own)
        must(not self.own or plan["cost"]["shots"] == plan["cost"]["circuits"] == shots, f"{PLAN}, cost",
             "not the shots of these experiments")
        must(plan["sheet"]["text_id"] == sha256(self.data[SHEET]), SHEET, "not the sheet of the plan")
        for name, key in ((PLAN, "plan"), (SHEET, "sheet")):
            must(not self.campaign or sha256(self.data[name]) == self.campaign.facts[key], name, "not what was signed")
        return f"the plan {self.id[:16]} holds the {len(self.claims)} claims of the sheet"
    def seed(self) -> str:
        """The seed is the one that was committed to before anything ran."""
        self.root, number = bytes.fromhex(self.json[SEED]["root"]), self.json[SEED]["seed"]
        committed, told = self.plan["seed_commitment"], self.campaign
        must((committed == "joint-v1") == bool(told), PLAN, "a joint seed and a log go together")
        if told:
            must(number is None and joint(
                b"qassay-joint-seed-v1", told.secrets["verifier"], told.secrets.get("partner", b""),
                bytes.fromhex(told.facts["nonce"]), bytes.fromhex(self.id)) == self.root, SEED,
                 "not the seed that follows from all shares")
            return "the seed follows from shares that were committed to before anybody could know it"
        must(number is None or hashlib.sha256(f"qassay-seed-v1{number}".encode()).digest() == self.root,
             SEED, "not the number that the root came from")
        must(sha256(b"qassay-seed-commitment-v1" + self.root) == committed, SEED, "not the committed seed")
        return "the seed is the one the plan committed to"
    def batches(self) -> Any:
        """Give experiment, index, name and both paths of every batch that is there."""
        for x in self.own:
            for index in range(batches_of(x)):
                name = f"{x['id']}/{index:04d}"
                paths = [f"batches/{name}/{part}.json" for part in ("circuits", "counts")]
                if any(path in self.data for path in paths):
                    yield x, index, name, *paths
    def counts(self) -> str:
        """Every batch holds one outcome a circuit, or says why not; in a campaign the vendor signed it."""
        for x in self.plan["experiments"]:
            if is_published(x):
                self.published(x, f"published/{x['id']}.json")
        ended = self.campaign.ended if self.campaign else {}
        if any(name.startswith("round-") for name in ended):  # the log speaks of parts of rounds
            ended = self.returned() or {}
        for x, index, name, drawn, came in self.batches():
            must(drawn in self.data and came in self.data, came, "missing, or its circuits are")
            self.there.setdefault(x["id"], []).append(index)
            answer, size = self.json[came], min(x["batch"], x["rounds"] - index * x["batch"])
            must(answer.keys() == {"batch", "shots", "outcomes", "seconds", "notes", "failures"} and
                 answer["batch"] == name and answer["shots"] == 1 and answer["seconds"] >= 0 and
                 all(isinstance(text, str) for text in answer["notes"] + answer["failures"]), came,
                 "no answer to this batch")
            lines, end = answer["outcomes"], ended.get(name, "counts")
            must(lines is not None or answer["failures"], came, "no outcomes, and no reason")
            must(lines is None or len(lines) == size, came, f"not one outcome of each of {size} circuits")
            must(all(isinstance(line, str) and len(line) == self.n and not line.strip("01")
                     for line in lines or ()), came, f"an outcome that is not {self.n} bits")
            must(not ended or ((lines is None) == (end != "counts") and (lines is None or came in self.campaign.named)),
                 came, "outcomes that the vendor did not sign")
        for name in ended:
            must(f"batches/{name}/counts.json" in self.data, ENTRIES, f"{name} ended, and is not here")
        return "every shot is there once"
    def returned(self) -> None:
        """The counts of the batches are those of the files that the vendor signed."""
        self.unchecked.append("that the counts of the batches are those of the files that the vendor signed")
    def draw(self) -> str:
        """All circuits follow from the plan and the seed."""
        for x, index, name, drawn, came in self.batches():
            if is_known(x):
                ids, ideal, arms = draw_batch(x, index, self.n, self.root)
                must(self.json[drawn] == {"batch": name, "circuits": ids}, drawn, "not the circuits of the seed")
                self.circuits += len(ids)
                if self.json[came]["outcomes"] is not None:
                    self.score(x, index, self.json[came]["outcomes"], ideal, arms)
            else:
                self.unchecked.append(f"circuits and hits of {x['id']} ({x['protocol']})")
        return f"all {self.circuits} circuits follow from the plan and the seed"
    def score(self, x: Table, index: int, lines: list[str], ideal: list[bytes], arms: list[int]) -> None:
        """Count at each target whether a machine answered as an ideal one."""
        right = [list(map(operator.eq, line.encode().translate(bytes.maketrans(b"01", b"\0\1")), bits))
                 for line, bits in zip(lines, ideal, strict=True)]
        kept = self.rows.setdefault(x["id"], {})
        names = PROTOCOLS[x["protocol"], x["version"]][1]
        if x["protocol"] != "readout":
            hits = [tuple(int(all(row[q] for q in target)) for target in x["targets"]) for row in right]
            kept.setdefault(names[0], {})[index] = (arms, hits, 1)
            return
        for k in range(0, len(right) - 1, 2):  # a string and its complement: every qubit in 0 and 1
            for which, quantity_name in enumerate(names):
                row = tuple(sum(not right[i][q] for i in (k, k + 1) if which in (0, 1 + ideal[i][q]))
                            for (q,) in x["targets"])
                own = kept.setdefault(quantity_name, {}).setdefault(index, ([], [], 1 + (which == 0)))
                own[0].append(0)
                own[1].append(row)
    def published(self, x: Table, where: str) -> None:
        """Take counts that somebody published: there are no circuits to draw."""
        counts, arms = self.json[where]["counts"], self.json[where]["counts"]["arms"]
        must(self.json[where]["quantity"] == x["id"] and counts["lengths"] == x["lengths"]
             and all(0 <= arm < len(x["lengths"]) for arm in arms) and len(arms) == len(counts["hits"])
             and all(len(row) == len(x["targets"]) for row in counts["hits"])
             and all(0 <= hit <= counts["shots"] for row in counts["hits"] for hit in row), where,
             "not counts of this experiment")
        self.rows[x["id"]] = {x["id"]: {0: (arms, [tuple(row) for row in counts["hits"]], counts["shots"])}}
    def explained(self) -> str:
        """No batch in between is missing, and no file is unexplained."""
        for name, indices in self.there.items():
            must(indices == list(range(len(indices))), f"batches/{name}", "a batch in between is missing")
        files = {path for _, _, _, *paths in self.batches() for path in paths}
        files |= {f"published/{x['id']}.json" for x in self.plan["experiments"] if is_published(x)}
        if self.campaign:
            files |= {ROLES, ENTRIES, HEAD, *self.campaign.named}
            files |= {name for name in self.data if name.startswith(EARLIER)}
        for name in sorted(self.data.keys() - files - REQUIRED):
            raise Refused(f"{name}: a file that nothing in the plan accounts for")
        return "no batch in between is missing, and every file has its reason"

CHECKS = [("archive", Audit.archive), ("seals", Audit.seals), ("documents", Audit.documents),
          ("signatures", Audit.signatures), ("log", Audit.log), ("witnesses", Audit.witnesses),
          ("claims and plan", Audit.claims_and_plan), ("seed", Audit.seed), ("counts", Audit.counts),
          ("circuits", Audit.draw), ("completeness", Audit.explained), ("trust", Audit.trust)]
KIND: list[Any] = [Audit]
NEVER = ["the checks of the model, sequences, wording and the datasheet"]
def with_numbers() -> None:
    """Add the checks of estimates and verdicts, if judge_minimal.py lies beside this file."""
    beside = Path(__file__).with_name("judge_minimal.py")
    if len(KIND) == 1 and beside.is_file():
        sys.modules["audit_minimal"] = sys.modules[__name__]
        spec = importlib.util.spec_from_file_location("judge_minimal", beside)
        judge = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(judge)
        CHECKS[:], KIND[:] = judge.CHECKS, [judge.Judge, judge]
    elif len(KIND) == 1:
        NEVER[:] = ["stopping rule, estimates, verdicts (judge_minimal.py does that), wording and the datasheet"]
def audit(path: Path, trusted: list[str] | None = None) -> Table:
    """Make all checks, up to the first that fails."""
    with_numbers()
    one, passed, failed = KIND[0](path, trusted or []), [], None
    for name, check in CHECKS:
        try:
            passed.append({"check": name, "sentence": check(one)})
        except Refused as error:
            failed = {"check": name, "reason": str(error)}
        except (ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RecursionError, TypeError,
                ValueError) as error:  # whatever a stranger's file sets off, the answer is a sentence
            kind = f"{type(error).__name__}: {str(error)[:80]}"
            failed = {"check": name, "reason": f"{path.name}: not as qassay writes it ({kind})"}
        if failed: break
    return {"valid": failed is None, "failed": failed, "passed": passed, "trust": one.level if not failed else "T0",
            "not_checked": [*dict.fromkeys(one.unchecked), *NEVER]}
def main(arguments: list[str]) -> int:
    """Audit the bundle that is named on the command line."""
    as_json, words = "--json" in arguments, [text for text in arguments if text != "--json"]
    trusted = [words[i + 1] for i, text in enumerate(words[:-1]) if text == "--trust"]
    paths = [text for i, text in enumerate(words) if text != "--trust" and (not i or words[i - 1] != "--trust")]
    try:
        must(len(paths) == 1 and Path(paths[0]).is_file(), "BUNDLE", "one file that can be read")
        report = audit(Path(paths[0]), trusted)
    except (Refused, OSError, KeyError, TypeError, ValueError) as error:
        sys.stderr.write(f"usage: audit_minimal.py BUNDLE [--trust KEYS]... [--json] ({str(error)!a})\n")
        return 2
    lines = [f"ok      {one['check']}: {one['sentence']}" for one in report["passed"]]
    if report["failed"]:
        lines.append(f"REFUSED {report['failed']['check']}: {ascii(report['failed']['reason'])[1:-1]}")
    lines += [f"        not checked here: {text}" for text in report["not_checked"]]
    sys.stdout.write(json.dumps(report) + "\n" if as_json else "\n".join(lines) + "\n")
    return 0 if report["valid"] else 4

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
