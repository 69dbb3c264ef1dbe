#!/usr/bin/env python3
# fmt: off
"""A second auditor of qassay bundles: one file, Python 3.11 and its standard library, nothing else.

    python3 audit_minimal.py BUNDLE [--trust roles.json] [--trust ROLE=SHA256:...] [--json]

It shares no line with qassay. It reads a bundle, verifies signatures and log, draws every circuit again
from the seed, scores the counts, weighs the claims, and compares all that with what the bundle says. What
it does not derive again it lists under "not checked here". Exit code: 0 everything holds; 4 something does
not, with one reason; 2 it could not be asked.

Read it from top to bottom; each part stands on those above, and CHECKS at the end is the order.
Formats: docs/formats.md. Statistics: docs/decisions/0002-sequential.md.
"""
from __future__ import annotations

import base64
import hashlib
import json
import math
import operator
import re
import struct
import sys
import tomllib
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import accumulate, product
from pathlib import Path
from statistics import NormalDist
from typing import Any

Row = tuple[int, ...]
Table = dict[str, Any]

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

    def __truediv__(self, name: object) -> Stream:
        return Stream(self.root, f"{self.label}/{name}")

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

    A state is its 16 Pauli expectations; after[state][4 a + b] follows quarter turns a, b and CZ;
    a way is (pulse, pulse, CZ or not, pulse, pulse).
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
HALF_TURNS = bytes([0, 5]) + bytes(254)
FLIPPED = bytes([1, 0]) + bytes(254)

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
# ---------------------------------------------------------- limits of proportions and of decays
TIMES = ("t1", "t2_star", "t2_echo")

def close(one: Any, other: Any) -> bool:
    """Compare two numbers to a millionth, or two nothings."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-12)

def at_most(k: int, n: int, p: float) -> float:
    """Give P(X <= k) of a binomial, summed term by term from the largest one."""
    if k >= n or k < 0 or not 0 < p < 1:
        return float(k >= n or (k >= 0 and p <= 0))
    if k > n * p:
        return 1 - at_most(n - k - 1, n, 1 - p)
    logs = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    term = total = math.exp(logs + k * math.log(p) + (n - k) * math.log1p(-p))
    for i in range(k, 0, -1):
        term *= i * (1 - p) / ((n - i + 1) * p)
        total += term
        if term < 1e-17 * total:
            break
    return total

def root(function: Any, low: float, high: float) -> float:
    """Find where a falling function crosses zero, by halving."""
    for _ in range(64):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return (low + high) / 2

class Proportion:
    """Hits out of shots; its limits are those of Clopper and Pearson, as sums of a binomial."""

    def __init__(self, hits: int, shots: int) -> None:
        self.hits, self.shots, self.value = hits, shots, hits / shots

    def holds(self, value: float | None) -> bool:
        """Whether a claimed best value is the one."""
        return close(value, self.value)

    def exceeds(self, p: float, upper: bool, tail: float) -> bool:
        """Whether the one-sided limit lies above p."""
        if p < 0 or upper:
            return p < 0 or (p < 1 and at_most(self.hits, self.shots, p) > tail)
        return self.hits > 0 and 1 - at_most(self.hits - 1, self.shots, p) < tail

class Decay:
    """Hits at several lengths: s = B + A exp(-k m), B known, A anything from 0 to 1 - B.

    A claimed most likely k is checked by the slope of the likelihood there, and a claimed end of
    an interval by how far the likelihood has fallen: nothing has to be searched for.
    """

    def __init__(self, arms: list[tuple[float, int, int]], base: float, quantity: str) -> None:
        self.arms, self.base, self.time = [arm for arm in arms if arm[2]], base, quantity in TIMES
        # the decay a step is 1 - (1 - FACTOR x error)^POWER
        self.factor, self.power = {"layer_error": (16 / 15, 1.0), "two_qubit_gate_error": (4 / 3, 1.5)}.get(
            quantity, (2.0, 1.0))
        self.value: float | None = None
        self.best = self.top = 0.0

    def constant(self, value: float) -> float:
        """Turn a gate error, or a time, into the decay constant."""
        if self.time:
            return 1 / value if value > 1e-300 else math.inf
        return -self.power * math.log1p(-self.factor * value) if self.factor * value < 1 else math.inf

    def profile(self, k: float) -> tuple[float, float, float]:
        """Give the most likely A at k, the log-likelihood there and its slope in k."""
        cap = 1 - self.base
        left = [math.exp(-k * m) if m else 1.0 for m, _, _ in self.arms]
        lost = [-math.expm1(-k * m) if m else 0.0 for m, _, _ in self.arms]

        def chances(a: float) -> Any:  # of a hit and of a miss, the latter without cancellation
            return [(max(self.base + a * x, 1e-150), max((cap - a) * x + cap * y, 1e-150), x, m, h, n - h)
                    for x, y, (m, h, n) in zip(left, lost, self.arms, strict=True)]

        def slope(a: float) -> float:
            return sum(x * (h / s - g / t) for s, t, x, _, h, g in chances(a))
        a = cap if slope(cap) >= 0 else 0.0 if slope(0.0) <= 0 else root(slope, 0.0, cap)
        height = sum((h and h * math.log(s)) + (g and g * math.log(t)) for s, t, _, _, h, g in chances(a))
        return a, height, -sum(a * m * x * (h / s - g / t) for s, t, x, m, h, g in chances(a) if m)

    def holds(self, value: float | None) -> bool:
        """Whether a claimed best value is the most likely one; it is kept for the limits."""
        lengths = sorted({m for m, _, _ in self.arms})
        if len(lengths) < 2:
            return value is None
        least = 1e-4 / (lengths[-1] * sum(n for _, _, n in self.arms))
        most = 50 / min(b - a for a, b in zip(lengths, lengths[1:], strict=False))
        grid = [0.0, *(least * (most / least) ** (i / 40) for i in range(41)), math.inf]
        seen = [self.profile(k) for k in grid]
        highest = max(height for _, height, _ in seen)
        if value is None:  # no excess over the asymptote anywhere, or no decay: no finite time
            best = [a for a, height, _ in seen if height >= highest - 1e-9]
            return not any(best) or (self.time and seen[0][1] >= highest - 1e-9)
        self.value, self.best = value, self.constant(value)
        self.top = self.profile(self.best)[1]
        if not 0 < self.best < math.inf:
            return self.top >= highest - 1e-9 * (1 + abs(highest))
        before, after = (self.profile(self.best * x)[2] for x in (1 - 2e-6, 1 + 2e-6))
        return self.top >= highest - 1e-9 and before >= -1e-9 and after <= 1e-9

    def exceeds(self, value: float, upper: bool, tail: float) -> bool:
        """Whether the one-sided limit of the quantity lies above a value."""
        if value < 0:
            return True
        k, above = self.constant(value), upper != self.time
        drop = NormalDist().inv_cdf(tail) ** 2 / 2
        if above and all(h == n for _, h, n in self.arms):
            drop = max(drop, -math.log(tail))  # without a miss: the exact test
        fallen = self.top - self.profile(k)[1] > drop
        limit_above = (k < self.best or not fallen) if above else (k < self.best and fallen)
        return limit_above != self.time

def end_holds(parts: list[Any], end: float | None, upper: bool, tail: float, place: int) -> bool:
    """Whether a claimed end is the limit that `place` of the parts' limits lie above."""
    if end is None:
        return sum(one.exceeds(1e300, upper, tail) for one in parts) > place
    margin = 1e-6 * abs(end) + 1e-12
    above = [sum(one.exceeds(v, upper, tail) for one in parts) for v in (end - margin, end + margin)]
    return above[1] <= place < above[0]

def interval_holds(parts: list[Any], highest: bool, claimed: Any) -> bool:
    """Check value and ends of a claimed estimate of the highest, or lowest, of several values."""
    values = [one.value for one in parts]
    if claimed is None or None in values:
        return claimed is None and None in values
    n, tail = len(parts), (1 - claimed["level"]) / 2
    value, tails, place = ((max(values), (tail / n, tail), 0) if highest else
                           (min(values), (tail, tail / n), n - 1))
    return (close(claimed["value"], value) and claimed["level"] == 0.95
            and end_holds(parts, claimed["low"], False, tails[0], place)
            and end_holds(parts, claimed["high"], True, tails[1], place))

# ---------------------------------------------------------- sequential tests: the wealth of bets
RUNGS, WEIGHTS = (1.0, 2.0, 4.0, 7.0), (0.6, 0.25, 0.1, 0.05)

def log_sum(terms: Any) -> float:
    """Add numbers that are given by their logarithms."""
    highest = max(terms)
    return highest + math.log(sum(math.exp(term - highest) for term in terms))

def proportion_path(trials: list[Row], null: float, others: list[float]) -> list[float]:
    """Follow the log wealth of bets on a probability; `trials` are (hits, shots)."""
    won = lost = 0
    path = []
    for hits, shots in trials:
        won, lost = won + hits, lost + shots - hits
        path.append(log_sum([math.log(w) + won * math.log(x / null)
                             + lost * math.log1p((null - x) / (1 - null))
                             for x, w in zip(others, WEIGHTS, strict=True)]))
    return path

class RateTest:
    """Bets on a decay between short and long circuits; preparation and readout drop out."""

    def __init__(self, x: Table) -> None:
        self.base, self.span = PROTOCOLS[x["protocol"], x["version"]][2], x["lengths"][1] - x["lengths"][0]
        self.shares = [count / sum(x["block"][:2]) for count in x["block"][:2]]
        self.size, self.time = 1 if x["coin"] else sum(x["block"][:2]), x["protocol"] in TIMES
        self.known: Table = {}

    def retention(self, rate: float) -> float:
        """Give what is left of the excess over B after the longer circuit."""
        each = -rate if self.time else math.log1p(-min(rate, 1 - 1e-12))
        return max(math.exp(self.span * each), 1e-9)

    def nearest(self, a: float, b: float, border: float) -> float:
        """Find s on the line t = B + R (s - B) that is nearest to (a, b) in relative entropy."""
        (k0, k1), base = self.shares, self.base
        def pull(s: float) -> float:
            t = base + border * (s - base)
            return k0 * (a - s) * t * (1 - t) + k1 * border * (b - t) * s * (1 - s)
        return root(pull, *sorted((a, min(max(base + (b - base) / border, 0.0), 1.0))))

    def factors(self, hits: int, shots: int, null: float, other: float) -> list[float]:
        """Give a bettor's log factors for a long hit and miss, a short hit and miss, after a past."""
        base, border = self.base, self.retention(null)
        a = min(max((19.6 + hits) / (20 + shots), base + 0.02 * (1 - base)), 1 - 1e-9)
        b = base + self.retention(other) * (a - base)
        s = self.nearest(a, b, border)
        t = base + border * (s - base)
        return [math.log(b / t), math.log((1 - b) / (1 - t)), math.log(a / s), math.log((1 - a) / (1 - s))]

    def path(self, trials: list[Row], null: float, others: list[float]) -> list[float]:
        """Follow the log wealth over single shots, or over blocks; `trials` are (arm, hit)."""
        logs, path = [math.log(weight) for weight in WEIGHTS], []
        hits = shots = 0
        for at in range(0, len(trials) // self.size * self.size, self.size):
            key = (hits, shots, null, others[0])
            if key not in self.known:
                self.known[key] = [self.factors(hits, shots, null, other) for other in others]
            gains = self.known[key]
            for arm, hit in trials[at : at + self.size]:
                hits, shots = hits + hit * (arm == 0), shots + (arm == 0)
                place = 2 * (arm == 0) + 1 - hit
                logs = [log + gain[place] for log, gain in zip(logs, gains, strict=True)]
            path.append(log_sum(logs))
        return path

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

# Who may say what in a campaign, and which facts he states.
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
    origin, size, top = text.split("\n")
    must(below.endswith("\n") and re.fullmatch("[1-9][0-9]{0,9}", size), where, "no head of a log")
    lines = [line.split(" ") for line in below[:-1].split("\n")]
    must(all(line[0] == "\u2014" and len(line) == 3 for line in lines), where, "no signature lines")
    return text + "\n", int(size), unarmoured(top, where), [(name, unarmoured(sig, where)) for _, name, sig in lines]

def key_id(name: str, kind: int, key: bytes) -> bytes:
    """Give the bytes that a key's signature lines begin with."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]

# ---------------------------------------------------------- what a claim can speak of
# Unit, better side, what has a value, tolerance where the sheet sets none.
METRICS = {"qubits": ("count", "at least", "register", 0.001),
           "one_qubit_gate_error": ("probability", "at most", "qubit", 0.25),
           "two_qubit_gate_error": ("probability", "at most", "pair", 0.25),
           **{f"readout_error{end}": ("probability", "at most", "qubit", 0.5) for end in ("", "_0", "_1")},
           **{name: ("time", "at least", "qubit", 0.25) for name in TIMES}}
UNITS = {"ns": "1e-9", "us": "1e-6", "µs": "1e-6", "μs": "1e-6", "ms": "1e-3", "s": "1", "min": "60",
         "h": "3600", "%": "1e-2", "ppm": "1e-6", "": "1"}
SHEET, PLAN, SEED = "claims/sheet.toml", "plan/plan.json", "seeds/reveal.json"
ESTIMATES, VERDICTS, CHECKED = "analysis/estimates.json", "verdicts/verdicts.json", "analysis/checks.json"
VERSIONS, REPORT = "software/versions.json", "report/datasheet.html"
ROLES, ENTRIES, HEAD, EARLIER = "keys/roles.json", "log/entries.jsonl", "log/checkpoint", "log/checkpoints/"
REQUIRED = {SHEET, PLAN, SEED, ESTIMATES, VERDICTS, CHECKED, VERSIONS, REPORT}
OPEN = ("inconclusive", None, None)

def quantity(value: Any) -> float:
    """Read a number, with its unit if it is a text, into SI units."""
    if not isinstance(value, str):
        return float(value)
    number, unit = re.fullmatch(r"\s*([-+0-9.]+(?:[eE][-+]?\d+)?)\s*(\S*)\s*", value).groups()
    return float(Decimal(number) * Decimal(UNITS[unit]))

def batches_of(x: Table) -> int:
    """Count the batches of an experiment that nothing stops."""
    return -(-x["rounds"] // x["batch"])

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
        self.measured: dict[tuple[str, str, int], Any] = {}
        self.there: dict[str, list[int]] = {}
        self.memory: Table = {}

    def archive(self) -> str:
        """The archive is safe to read."""
        self.data = read_archive(self.path)
        return f"{len(self.data)} files with plain names and honest sizes"

    def seals(self) -> str:
        """Every file is the one that was sealed, there is no other, and no byte is left over."""
        must(archive_of(self.data) == self.path.read_bytes(), self.path.name, "bytes beside the files")
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
        if not any(name.startswith(("log/", "keys/")) for name in self.data):
            return "there is no log: nothing shows that no other run was made"
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
        if not self.campaign:
            return "nobody was witness"
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
            known, at = (x["protocol"], x["version"]) in PROTOCOLS, f"{PLAN}, {x['id']}"
            must(min(x["block"]) > 0 and 0 < x["rounds"] <= 4096 * x["batch"] and set(x["claims"]) <= self.claims.keys()
                 and x["rounds"] % block == x["batch"] % block == 0 and qubits and min(qubits) >= 0 and
                 max(qubits) < self.n and x["lengths"] == sorted(set(x["lengths"])), at, "no experiment")
            must(known or x["protocol"] not in {name for name, _ in PROTOCOLS}, at, "an unknown version of the protocol")
            depth = max(x["lengths"]) if "gates" in x["protocol"] else 1
            must(not known or (len(set(qubits)) == len(qubits) and depth <= 200_000 and x["lengths"][0] >= 0 and
                               x["batch"] * self.n * depth <= 2 << 30 and len(x["lengths"]) == len(x["block"])),
                 at, "targets or lengths that cannot be run")
        shots = sum(x["rounds"] for x in self.own)
        must(not self.own or plan["cost"]["shots"] == plan["cost"]["circuits"] == shots, f"{PLAN}, cost",
             "not the shots of these experiments")
        self.sheet(plan["sheet"])
        for name, key in ((PLAN, "plan"), (SHEET, "sheet")):
            self.signed(name, key)
        return f"the plan {self.id[:16]} holds the {len(self.claims)} claims of the sheet"

    def signed(self, name: str, key: str) -> None:
        """In a campaign, a file is the one whose digest the parties signed."""
        must(not self.campaign or sha256(self.data[name]) == self.campaign.facts[key], name,
             "not the one that the parties signed")

    def sheet(self, planned: Table) -> None:
        """Compare the sheet's text with what the plan made of it."""
        must(planned["text_id"] == sha256(self.data[SHEET]), SHEET, "not the sheet of the plan")
        sheet = tomllib.loads(self.data[SHEET].decode("utf-8-sig").replace("\r\n", "\n"))
        head = sheet["sheet"]
        must(all(head[key].strip() == planned[key] for key in ("title", "vendor", "machine"))
             and len(sheet["claim"]) == len(planned["claims"]), SHEET, "another sheet in the plan")
        for said, claim in zip(sheet["claim"], planned["claims"], strict=True):
            unit, better, target, delta = METRICS.get(said["metric"], ("", "", "register", None))
            scope = {} if said.get("scope", "all") == "all" else said["scope"]
            read = {"id": said["id"], "metric": said["metric"], "statistic": said.get("statistic", "mean"),
                    "convention": said.get("convention"), "relation": said.get("relation", better),
                    "delta": said.get("delta", delta if unit == "count" else head.get("delta", delta)),
                    "scope": {"qubits": sorted(scope.get("qubits", [])),
                              "pairs": sorted(sorted(pair) for pair in scope.get("pairs", []))}}
            if not unit:
                self.unchecked.append(f"tolerance and side of the claim {said['id']!r} on the sheet")
                read = {"id": said["id"], "metric": said["metric"]}
            for key, value in read.items():
                must(claim[key] == value, f"{SHEET}, claim {said['id']!r}", f"another {key} in the plan")
            must(not unit or close(claim["value"], quantity(said["value"])), f"{SHEET}, claim {said['id']!r}",
                 "another value in the plan")

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
            must(not ended or (lines is None) == (end != "counts") and (lines is None or came in self.campaign.named),
                 came, "outcomes that the vendor did not sign")
        for name in ended:
            must(f"batches/{name}/counts.json" in self.data, ENTRIES, f"{name} ended, and is not here")
        return "every shot is there once"

    def draw(self) -> str:
        """All circuits follow from the plan and the seed."""
        for x, index, name, drawn, came in self.batches():
            if (x["protocol"], x["version"]) in PROTOCOLS:
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

    # ------------------------------------------------------ claims on counts
    def serving(self, claim: Table) -> list[Table]:
        """List the experiments that a claim rests on."""
        return [x for x in self.plan["experiments"] if claim["id"] in x["claims"]]

    def followed(self, claim: Table) -> bool:
        """Whether a claim's outcome is settled by a count or an exact test, repeated here."""
        metric, better = claim["metric"], METRICS.get(claim["metric"], ("", ""))[1]
        if metric == "qubits":
            return claim["relation"] == "at least"
        if claim["relation"] != better or claim["value"] <= 0 or any(map(is_published, self.serving(claim))):
            return False
        if metric.startswith("readout"):
            return claim["statistic"] in ("every", "mean") and claim["value"] * (1 + claim["delta"]) < 1
        return (metric in (*TIMES, "one_qubit_gate_error") and
                (claim["statistic"] == "every" or len(self.targets(claim)) == 1))

    def targets(self, claim: Table) -> set[Row]:
        """List the qubits or pairs of a claim's scope."""
        pairs, qubits = claim["scope"]["pairs"], claim["scope"]["qubits"]
        if not pairs and not qubits and any(map(is_published, self.serving(claim))):
            return {tuple(target) for x in self.serving(claim) for target in x["targets"]}
        if METRICS[claim["metric"]][2] == "pair":
            listed = self.plan["device"]["couplings"] or product(range(self.n), repeat=2)
            return {(min(pair), max(pair)) for pair in pairs or listed if pair[0] != pair[1]}
        return {(q,) for q in qubits or range(self.n)}

    def parts(self, claim: Table, cycle: int = 10**9) -> list[tuple[Table, str, list[int]]]:
        """Find experiment, quantity and columns of a claim; none unless its whole scope has counts."""
        wanted, found = self.targets(claim), []
        for x in self.serving(claim):
            columns = [i for i, target in enumerate(x["targets"]) if tuple(target) in wanted]
            for name, batches in self.rows.get(x["id"], {}).items():
                if columns and name in (claim["metric"], "layer_error") and min(batches) < cycle:
                    found.append((x, name, columns))
        reached = {tuple(x["targets"][i]) for x, _, columns in found for i in columns}
        return found if reached == wanted else []

    def streams(self, claim: Table) -> list[tuple[list[int], list[list[float]], list[list[float]]]]:
        """Follow all bets on a claim by experiment: batch of each step, log wealth for and against."""
        if claim["id"] in self.memory:
            return self.memory[claim["id"]]
        step, made, value = 1 + claim["delta"], [], self.canonical(claim)
        for x, name, columns in self.parts(claim):
            batches = sorted(self.rows[x["id"]][name].items())
            rows_of = [(index, arm, row) for index, (arms, hits, _) in batches
                       for arm, row in zip(arms, hits, strict=True) if arm < 2]
            if name.startswith("readout"):
                shots, rate, follow, size = batches[0][1][2], value, proportion_path, 1
                above = [min(rate * step**r, 1 - (1 - rate) * 0.5**r) for r in RUNGS]
                columns_of = [columns] if claim["statistic"] == "mean" else [[i] for i in columns]
                series = [[(sum(row[i] for i in own), shots * len(own)) for _, _, row in rows_of]
                          for own in columns_of]
            else:
                test, rate = RateTest(x), 1 / value if name in TIMES else min(2 * value, 0.95)
                follow, size, above = test.path, test.size, [rate * step**r for r in RUNGS]
                series = [[(arm, row[i]) for _, arm, row in rows_of] for i in columns]
            limit = rate if self.plan["rule"] == "guarded" else rate * step
            below = [limit * step**-r for r in RUNGS]
            made.append(([index for index, _, _ in rows_of][size - 1 :: size],
                         [follow(one, limit, below) for one in series],
                         [follow(one, rate, above) for one in series]))
        self.memory[claim["id"]] = made
        return made

    def canonical(self, claim: Table) -> float:
        """Give the claimed value, of gates as average infidelity."""
        d = 4 if METRICS[claim["metric"]][2] == "pair" else 2
        other = claim["convention"] not in (None, "average_gate_infidelity")
        return claim["value"] * d / (d + 1) if other else claim["value"]

    def weigh(self, claim: Table, cycle: int) -> tuple[float, float, float, float, bool]:
        """Give log wealth for and against a claim, the peaks so far, and whether against came first."""
        if not self.parts(claim, cycle):
            return 0.0, 0.0, 0.0, 0.0, False
        cut = [(sum(index < cycle for index in batches), good, bad)
               for batches, good, bad in self.streams(claim)]
        now = min(path[end - 1] for end, good, _ in cut for path in good)
        if len(cut) == 1:  # "every target": the least convinced bettor decides, all pool their doubts
            end, good, bad = cut[0]
            peaks = [list(accumulate(path[:end], max)) for path in good]
            held = [min(row) for row in zip(*peaks, strict=True)]
            doubt = [log_sum(row) - math.log(len(bad)) for row in zip(*(p[:end] for p in bad), strict=True)]
        else:
            held = [min(max(path[:end]) for end, good, _ in cut for path in good)]
            last = [path[end - 1] for end, _, bad in cut for path in bad]
            doubt = [log_sum(last) - math.log(len(last))]
        crossed = [next((t for t, log in enumerate(path) if log >= -math.log(self.plan[error])), math.inf)
                   for path, error in ((held, "beta"), (doubt, "alpha"))]
        return now, doubt[-1], held[-1], max(doubt), crossed[1] < crossed[0]

    def usable(self, claim: Table, cycle: int = 10**9) -> tuple[int, int, int]:
        """Count qubits that surely answer and that may, and circuits; of every moment at once."""
        looks = max(batches_of(x) for x in self.serving(claim))
        for x in self.serving(claim):
            hits = [row for index, (_, own, _) in self.rows.get(x["id"], {}).get("readout_error", {}).items()
                    if index < cycle for row in own]
            if hits:
                n, wrong = 2 * len(hits), [sum(column) for column in zip(*hits, strict=True)]
                tail = min(self.plan["alpha"], self.plan["beta"]) / (looks * len(wrong))
                return (sum(at_most(k, n, 0.25) < tail for k in wrong),
                        sum(at_most(n - k, n, 0.75) >= tail for k in wrong), n)
        return 0, self.n, 0

    def decide(self, known: Table, cycle: int, strangers: dict[str, float]) -> None:
        """Decide at the end of a cycle what is open: (outcome, cycle or None, wealth or None)."""
        tested = [claim for claim in self.claims.values() if self.serving(claim)]
        still = [claim for claim in tested if known.get(claim["id"], OPEN)[1] is None]
        scores: dict[str, float] = {}
        weighed: Table = {}
        alpha, beta = math.log(self.plan["alpha"]), math.log(self.plan["beta"])
        for claim in still:
            name, known[claim["id"]] = claim["id"], OPEN
            if not self.followed(claim):
                settles = cycle >= strangers[name]
                scores[name], known[name] = (math.inf, ("", cycle, None)) if settles else (-math.inf, OPEN)
            elif claim["metric"] == "qubits":
                surely, may, _ = self.usable(claim, cycle)
                if surely >= claim["value"] or may < claim["value"]:
                    known[name] = ("supported" if surely >= claim["value"] else "refuted", cycle, None)
            else:
                weighed[name] = wealth = self.weigh(claim, cycle)
                scores[name], known[name] = max(wealth[0] + beta, wealth[1] + alpha), (OPEN[0], None, wealth)
        ranked, chosen, before = sorted(scores, key=lambda name: -scores[name]), 0, len(tested) - len(still)
        for place, name in enumerate(ranked, 1):  # e-BH: false discoveries of the whole sheet
            if scores[name] >= math.log((before + len(scores)) / (before + place)):
                chosen = place
        for place, name in enumerate(ranked):
            if name not in weighed:
                continue
            now, doubt, held, peak, against_first = weighed[name]
            good, bad = now + beta >= doubt + alpha, now + beta < doubt + alpha
            if self.plan["multiplicity"] != "fdr":
                share = math.log(len(tested)) if self.plan["multiplicity"] == "family-wise" else 0.0
                good, bad = held + beta >= share, peak + alpha >= share
                good, bad = good and not (bad and against_first), bad and not (good and not against_first)
            elif place >= chosen:
                continue
            if good or bad:
                known[name] = ("supported" if good else "refuted", cycle, weighed[name])

    def completeness(self) -> str:
        """The batches are those that the plan and its stopping rule ask for; no other file is there.

        When a claim that this file does not follow was settled can only be read off the batches: at
        the earliest when the last batch ran that nobody else needed, at the latest when any stopped.
        """
        count = {x["id"]: len(self.there.get(x["id"], ())) for x in self.own}
        soon, late = {}, {}
        for name, claim in self.claims.items():
            mine = [x for x in self.serving(claim) if x["id"] in count]
            soon[name] = max((count[x["id"]] for x in mine if x["claims"] == [name]), default=1)
            late[name] = min((count[x["id"]] for x in mine if count[x["id"]] < batches_of(x)), default=math.inf)
        runs = []
        for strangers in (soon, late):
            known: Table = {}
            course = set()
            for number in range(max(map(batches_of, self.own), default=1)):
                over = {x["id"] for x in self.own if x["claims"] and all(
                    known.get(name, OPEN)[1] for name in x["claims"])}
                due = {(x["id"], number) for x in self.own if number < batches_of(x) and x["id"] not in over}
                if not due and self.own:
                    break
                course |= due
                self.decide(known, number + 1, strangers)
            runs.append((course, known))
        (least, self.early), (most, self.late) = runs
        there = {(name, index) for name, indices in self.there.items() for index in indices}
        for name, index in sorted(least - there):
            raise Refused(f"batches/{name}/{index:04d}/counts.json: a batch that the plan asks for is missing")
        for name, index in sorted(there - most):
            raise Refused(f"batches/{name}/{index:04d}/counts.json: beyond the plan's stopping rule")
        for name, indices in self.there.items():
            must(indices == list(range(len(indices))), f"batches/{name}", "a batch in between is missing")
        files = {f"batches/{name}/{index:04d}/{part}.json" for name, index in there
                 for part in ("circuits", "counts")}
        files |= {f"published/{x['id']}.json" for x in self.plan["experiments"] if is_published(x)}
        if self.campaign:
            files |= {ROLES, ENTRIES, HEAD, *self.campaign.named}
            files |= {name for name in self.data if name.startswith(EARLIER)}
        for name in sorted(self.data.keys() - files - REQUIRED):
            raise Refused(f"{name}: a file that nothing in the plan accounts for")
        return f"the {len(there)} batches are those of the plan and its stopping rule"

    def estimates(self) -> str:
        """All estimates follow from the counts."""
        claimed = iter(self.json[ESTIMATES])
        for x in self.plan["experiments"]:
            if x["id"] in self.there and (x["protocol"], x["version"]) not in PROTOCOLS:
                self.unchecked.append(f"estimates of {x['id']}")
                claimed = iter([one for one in claimed if one["experiment"] != x["id"]])
            base = 0.0 if "readout" in x["protocol"] else 0.25 if "two_qubit" in x["protocol"] else 0.5
            for name, batches in self.rows.get(x["id"], {}).items():
                rows_of = [(arm, row, shots) for _, (arms, hits, shots) in sorted(batches.items())
                           for arm, row in zip(arms, hits, strict=True)
                           if arm < 2 or "gates" not in x["protocol"]]  # the third arm is for checks
                shots = rows_of[0][2]
                for i, target in enumerate(x["targets"]):
                    one, at = next(claimed, {}), f"{ESTIMATES}, {x['id']} {name} {target}"
                    must([one.get(key) for key in ("experiment", "quantity", "target", "shots", "circuits")]
                         == [x["id"], name, target, shots * len(rows_of), len(rows_of)], at,
                         "not this experiment, quantity, target and shots")
                    arms = [(length, sum(row[i] for arm, row, _ in rows_of if arm == k),
                             shots * sum(arm == k for arm, _, _ in rows_of))
                            for k, length in enumerate(x["lengths"])]
                    measured = Decay(arms, base, name) if base else Proportion(
                        sum(hits for _, hits, _ in arms), shots * len(rows_of))
                    said = one["estimate"]
                    must(measured.holds(said and said["value"]), at, "the value does not follow")
                    self.measured[x["id"], name, i] = measured
                    if shots == 1 or not base:
                        must(interval_holds([measured], True, said), at, "the interval does not follow")
        must(next(claimed, None) is None, ESTIMATES, "more estimates than counts")
        return f"all {len(self.measured)} estimates follow from the counts"

    def verdicts(self) -> str:
        """All verdicts follow from the counts and the plan."""
        listed, untested = self.json[VERDICTS], {one["claim"] for one in self.plan["untested"]}
        must([one["claim"] for one in listed] == [*self.claims], VERDICTS, "not one verdict a claim")
        for claim, said in zip(self.claims.values(), listed, strict=True):
            at, lower = f"{VERDICTS}, claim {claim['id']!r}", claim["relation"] == "at most"
            wide = 1 if self.plan["rule"] == "guarded" or claim["metric"] == "qubits" else 1 + claim["delta"]
            wide = 1 + claim["delta"] if said["verdict"] == "not tested" and self.plan["rule"] != "guarded" else wide
            limit = claim["value"] * wide if lower else claim["value"] / wide
            must(said["metric"] == claim["metric"] and close(said["claimed"], claim["value"])
                 and close(said["limit"], limit), at, "another metric, value or limit")
            level = "T0" if said["verdict"] == "not tested" else self.level
            must(said["trust"] == level, at, f"the trust level is {level}")
            if claim["id"] in untested:
                must(said["verdict"] == "not tested" and said["estimate"] is None, at, "it was not tested")
                continue
            self.verdict(claim, said, limit, at)
        return f"all {len(listed)} verdicts follow from the counts and the plan"

    def verdict(self, claim: Table, said: Table, limit: float, at: str) -> None:
        """One verdict follows, exactly where this file follows its test, roughly elsewhere."""
        plan, name, outcome = self.plan, claim["id"], said["verdict"]
        if claim["metric"] not in METRICS or any(
                (x["protocol"], x["version"]) not in PROTOCOLS and not is_published(x) for x in self.serving(claim)):
            return self.unchecked.append(f"the verdict on {name!r}")
        used = self.parts(claim) if claim["metric"] != "qubits" else self.parts(claim | {"metric": "readout_error"})
        if not used:
            return must(outcome == "not tested" and said["estimate"] is None, at, "its scope has no counts")
        circuits = {x["id"]: len(rows_of) * (1 + (x["protocol"] == "readout")) for x, rows_of in
                    ((x, [row for _, own, _ in self.rows[x["id"]][q].values() for row in own]) for x, q, _ in used)}
        ones = [self.measured[x["id"], q, i] for x, q, columns in used for i in columns]
        shown, lower = said["estimate"], claim["relation"] == "at most"
        if claim["metric"] == "qubits":
            surely, may, _ = self.usable(claim)
            must([shown["value"], shown["low"], shown["high"]] == [surely, surely, may], at, "another count")
        elif claim["metric"] == "two_qubit_gate_error" or any(map(is_published, self.serving(claim))):
            self.unchecked.append(f"the estimate of {name!r}")
        elif claim["statistic"] in ("every", "best") or len(ones) == 1:
            factor = self.canonical(claim) / claim["value"] if claim["value"] else 1.0
            scaled = shown and {k: v if k == "level" or v is None else v * factor for k, v in shown.items()}
            highest = (claim["statistic"] != "best") == lower
            must(interval_holds(ones, highest, scaled), at, "the estimate does not follow")
        elif claim["metric"].startswith("readout") and claim["statistic"] == "mean":
            mean = Proportion(sum(one.hits for one in ones), sum(one.shots for one in ones))
            must(interval_holds([mean], True, shown), at, "the estimate does not follow")
        else:
            self.unchecked.append(f"the estimate of {name!r}, a {claim['statistic']} of {len(ones)} targets")
        must(said["circuits"] == sum(circuits.values()) or claim["metric"] == "two_qubit_gate_error" or
             any(map(is_published, self.serving(claim))), at, "another number of circuits")
        must(said["sequence"] is None or close(said["sequence"]["level"], 1 - plan["alpha"]), at,
             "a sequence of another level")
        capped = outcome == "inconclusive" and any(
            one["failed"] and one["experiment"] in said["experiments"] for one in self.json["analysis/checks.json"])
        early, late = self.early[name], self.late[name]
        if early[:2] != late[:2] or not self.followed(claim):
            self.unchecked.append(f"the outcome of {name!r}, but for being on the right side of its limit")
            value = shown and shown["value"]
            good = value is None or (value < limit if lower else value > limit)
            bad = value is None or (value > claim["value"] if lower else value < claim["value"])
            must({"supported": good, "refuted": bad}.get(outcome, True), at, "its estimate is on the other side")
            for word, e, error in (("supported", "e_support", "beta"), ("refuted", "e_refute", "alpha")):
                must(outcome != word or said[e] is None or said[e] * plan[error] >= 1 - 1e-6, at, f"{e} is too small")
            return None
        must(outcome == late[0] or capped, at, f"{outcome}, but the counts say {late[0]}")
        if late[2]:
            for e, log in (("e_support", late[2][2]), ("e_refute", late[2][3])):
                must(close(said[e], math.exp(min(log, 600.0))), at, f"another {e}")
        return None

CHECKS = (("archive", Audit.archive), ("seals", Audit.seals), ("documents", Audit.documents),
          ("signatures", Audit.signatures), ("log", Audit.log), ("witnesses", Audit.witnesses),
          ("claims and plan", Audit.claims_and_plan), ("seed", Audit.seed), ("counts", Audit.counts),
          ("circuits", Audit.draw), ("completeness", Audit.completeness), ("estimates", Audit.estimates),
          ("verdicts", Audit.verdicts), ("trust", Audit.trust))
NEVER = "the checks of the model, sequences, wording and the datasheet"

def audit(path: Path, trusted: list[str] | None = None) -> Table:
    """Make all checks, up to the first that fails."""
    one, passed, failed = Audit(path, trusted or []), [], None
    for name, check in CHECKS:
        try:
            passed.append({"check": name, "sentence": check(one)})
        except Refused as error:
            failed = {"check": name, "reason": str(error)}
        except (ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RecursionError, TypeError,
                ValueError) as error:  # whatever a stranger's file sets off, the answer is a sentence
            kind = f"{type(error).__name__}: {str(error)[:80]}"
            failed = {"check": name, "reason": f"{path.name}: not as qassay writes it ({kind})"}
        if failed:
            break
    return {"valid": failed is None, "failed": failed, "passed": passed, "trust": one.level if not failed else "T0",
            "not_checked": [*dict.fromkeys(one.unchecked), NEVER]}

def main(arguments: list[str]) -> int:
    """Audit the bundle that is named on the command line."""
    as_json = "--json" in arguments
    words = [text for text in arguments if text != "--json"]
    trusted = [words[i + 1] for i, text in enumerate(words[:-1]) if text == "--trust"]
    paths = [text for i, text in enumerate(words) if text != "--trust" and (not i or words[i - 1] != "--trust")]
    try:
        must(len(paths) == 1 and Path(paths[0]).is_file(), "BUNDLE", "one file that can be read")
        report = audit(Path(paths[0]), trusted)
    except (Refused, OSError, KeyError, TypeError, ValueError) as error:
        sys.stderr.write(f"usage: audit_minimal.py BUNDLE [--trust KEYS]... [--json] ({ascii(str(error))})\n")
        return 2
    if as_json:
        sys.stdout.write(json.dumps(report) + "\n")
    else:
        lines = [f"ok      {one['check']}: {one['sentence']}" for one in report["passed"]]
        if report["failed"]:
            lines.append(f"REFUSED {report['failed']['check']}: {ascii(report['failed']['reason'])[1:-1]}")
        lines += [f"        not checked here: {text}" for text in report["not_checked"]]
        sys.stdout.write("\n".join(lines) + "\n")
    return 0 if report["valid"] else 4

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
