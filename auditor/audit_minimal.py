#!/usr/bin/env python3
# fmt: off
"""A second auditor of qassay bundles: one file, Python 3.11 and its standard library, nothing else.

    python3 audit_minimal.py BUNDLE [--json]

It shares no line with qassay. It reads a bundle, draws every circuit again from the seed, scores
the counts, weighs the claims, and compares all that with what the bundle says. What it does not
derive again it lists under "not checked here". Exit code: 0 everything holds; 4 something does
not, with one reason; 2 it could not be asked.

Read it from top to bottom; each part stands on those above, and CHECKS at the end is the order.
Formats: docs/formats.md. Statistics: docs/decisions/0002-sequential.md.
"""
from __future__ import annotations

import hashlib
import json
import math
import operator
import re
import struct
import sys
import tomllib
import zlib
from decimal import Decimal
from functools import cache
from itertools import product
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

# ---------------------------------------------------------- the archive: one form, in memory only
NAME = re.compile(r"[a-z0-9_][a-z0-9._-]*(/[a-z0-9_][a-z0-9._-]*){0,5}", re.ASCII)

def sha256(data: bytes) -> str:
    """Name bytes by their content."""
    return hashlib.sha256(data).hexdigest()

def archive_parts(files: dict[str, bytes]) -> list[bytes]:
    """Write a zip archive in the only form a bundle has: stored, sorted, no dates, no extras."""
    parts: list[bytes] = []
    index, at = b"", 0
    for name, data in sorted(files.items()):
        path = name.encode("ascii")
        shared = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data),
                             len(path), 0)
        index += b"PK\1\2\x14\3" + shared + struct.pack("<HHHII", 0, 0, 0, 0o644 << 16, at) + path
        parts += [b"PK\3\4" + shared + path, data]
        at += len(parts[-2]) + len(data)
    return [*parts, index, b"PK\5\6" + struct.pack(
        "<HHHHIIH", 0, 0, len(files), len(files), len(index), at, 0)]

def read_archive(path: Path) -> dict[str, bytes]:
    """Read an archive in that form; nothing is unpacked to disk, and no byte is left over."""
    must(path.stat().st_size <= 128 << 20, path.name, "larger than a bundle can be")
    data, at = path.read_bytes(), 0
    files: dict[str, bytes] = {}
    while data[at : at + 4] == b"PK\3\4" and len(data) >= at + 30 and len(files) <= 20_000:
        size, length = struct.unpack("<IH", data[at + 22 : at + 28])
        name = data[at + 30 : at + 30 + length].decode("ascii", "replace")
        must(len(name) <= 200 and NAME.fullmatch(name), path.name, f"an unsafe file name {name[:60]!r}")
        must(name not in files, name, "twice in the archive")
        at += 30 + length + size
        files[name] = data[at - size : at]
    at = 0
    for part in archive_parts(files):
        must(data.startswith(part, at), path.name, f"byte {at} on is not as a bundle's archive has it")
        at += len(part)
    must(files and at == len(data), path.name, "not the archive of a bundle, or data behind it")
    return files

# ---------------------------------------------------------- JSON with one meaning only
def read_json(data: bytes, where: str) -> Any:
    """Read JSON strictly: UTF-8, no key twice, no NaN, no endless numbers, no deep nesting."""
    def unique(pairs: list[tuple[str, Any]]) -> Table:
        must(len(dict(pairs)) == len(pairs), where, "a key twice in one object")
        return dict(pairs)

    def number(text: str) -> float:
        whole = text.lstrip("-").isdigit()
        must(whole or any(c in text for c in ".eE"), where, f"the value {text}")
        value = int(text[:20]) if whole else float(text)
        must(math.isfinite(value) and (not whole or abs(value) < 2**53), where, "a number too large")
        return value

    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=unique, parse_int=number,
                              parse_float=number, parse_constant=number)
        canonical(document).encode("utf-8")  # half of a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise Refused(f"{where}: not strict JSON ({str(error)[:80]})") from None
    return document

def canonical(value: Any) -> str:
    """Write a JSON value in the one form that RFC 8785 gives it."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(canonical, value)) + "]"
    if not isinstance(value, float):
        return json.dumps(value, ensure_ascii=False)
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text, point = "".join(map(str, digits)).rstrip("0"), len(digits) + int(exponent)
    if not text:
        return "0"
    if -6 < point <= 21:  # as ECMAScript writes numbers: 0.TEXT times 10^point
        text = "0." + "0" * -point + text if point <= 0 else text.ljust(point, "0")
        text = text[:point] + "." + text[point:] if 0 < point < len(text) else text
    else:
        text = text[0] + ("." + text[1:] if text[1:] else "") + f"e{point - 1:+d}"
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
Circuits = tuple[list[Any], list[bytes], list[bytes]]
PLUS_ONE = bytes(min(i + 1, 255) for i in range(256))
HALF_TURNS = bytes([0, 5]) + bytes(254)
FLIPPED = bytes([1, 0]) + bytes(254)

def rows(data: bytes, size: int) -> list[bytes]:
    """Cut bytes into rows."""
    return [data[i : i + size] for i in range(0, len(data), size)]

def layers(depth: int, pairs: Any = ()) -> Table:
    """Describe a run of layers."""
    return {"depth": depth, "pairs": [list(pair) for pair in pairs]}

def draw_readout(_: float, count: int, __: Any, n: int, stream: Stream) -> Circuits:
    """Random strings, each followed by its complement."""
    strings = rows(stream.bits(-(-count // 2) * n), n)
    bits = [row for one in strings for row in (one, one.translate(FLIPPED))][:count]
    return [layers(1)], [row.translate(HALF_TURNS) for row in bits], bits

def draw_t1(length: float, count: int, _: Any, n: int, stream: Stream) -> Circuits:
    """A random string, then a delay."""
    bits = rows(stream.bits(count * n), n)
    return [layers(1), {"delay": length}], [row.translate(HALF_TURNS) for row in bits], bits

def draw_t2(length: float, count: int, _: Any, n: int, stream: Stream, echo: int = 0) -> Circuits:
    """A quarter turn of random phase, a delay (with an echo in the middle), a turn to a random bit."""
    after, _, leave = one_qubit_states()
    first, bits = (stream / "first").bits(count * n, 2), (stream / "expected").bits(count * n)
    states = [after[2][1 + phase] for phase in first]
    runs, wait = [first.translate(PLUS_ONE)], {"delay": length / (1 + echo)}
    if echo:
        runs.append(bytes(5 + half for half in (stream / "middle").bits(count * n)))
        states = [after[state][pulse] for state, pulse in zip(states, runs[1], strict=True)]
    runs.append(bytes(leave[state][bit] for state, bit in zip(states, bits, strict=True)))
    shared = [part for _ in runs[1:] for part in (layers(1), wait)] + [layers(1)]
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

# How each protocol is drawn, what it estimates, where its curve ends, and what a shot takes:
# one-qubit gates, as many a layer, two-qubit gates, as many a layer, delays.
PROTOCOLS: dict[tuple[str, int], tuple[Any, Row | tuple[str, ...], float, Row]] = {
    ("readout", 1): (draw_readout, ("readout_error", "readout_error_0", "readout_error_1"), 0.0,
                     (1, 0, 0, 0, 0)),
    ("t1", 1): (draw_t1, ("t1",), 0.5, (1, 0, 0, 0, 1)),
    ("t2_star", 1): (draw_t2, ("t2_star",), 0.5, (2, 0, 0, 0, 1)),
    ("t2_echo", 1): (draw_echo, ("t2_echo",), 0.5, (3, 0, 0, 0, 1)),
    ("one_qubit_gates", 1): (draw_one_qubit, ("one_qubit_gate_error",), 0.5, (2, 1, 0, 0, 0)),
    ("two_qubit_gates", 1): (draw_two_qubit, ("layer_error",), 0.25, (4, 1, 2, 1, 0)),
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
        kept = [part for part in shared if part.get("delay") != 0]
        head = canonical({"qassay_circuit": 1, "qubits": n, "elements": kept}).encode()
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
        self.factor = {"layer_error": 16 / 15, "memory_error": 2.0}.get(quantity, 2.0)
        self.value: float | None = None
        self.best = self.top = 0.0

    def constant(self, value: float) -> float:
        """Turn a gate error, or a time, into the decay constant."""
        if self.time:
            return 1 / value if value > 1e-300 else math.inf
        return -math.log1p(-self.factor * value) if self.factor * value < 1 else math.inf

    def profile(self, k: float) -> tuple[float, float, float]:
        """Give the most likely A at k, the log-likelihood there and its slope in k."""
        cap, low, high = 1 - self.base, 0.0, 1 - self.base
        left = [math.exp(-k * m) if m else 1.0 for m, _, _ in self.arms]
        lost = [-math.expm1(-k * m) if m else 0.0 for m, _, _ in self.arms]

        def chances(a: float) -> Any:  # of a hit and of a miss, the latter without cancellation
            return [(max(self.base + a * x, 1e-150), max((cap - a) * x + cap * y, 1e-150), x, m, h, n - h)
                    for x, y, (m, h, n) in zip(left, lost, self.arms, strict=True)]

        def slope(a: float) -> float:
            return sum(x * (h / s - g / t) for s, t, x, _, h, g in chances(a))

        a = cap if slope(cap) >= 0 else 0.0
        if slope(0.0) <= 0:
            a = 0.0
        elif not a:
            a = cap / 2
            for _ in range(100):  # Newton's steps, kept inside what brackets the maximum
                rise = slope(a)
                low, high = (a, high) if rise > 0 else (low, a)
                bend = sum(x * x * (h / s / s + g / t / t) for s, t, x, _, h, g in chances(a))
                new = a + rise / bend
                new = new if low <= new <= high else (low + high) / 2
                a, moved = new, abs(new - a)
                if moved < 1e-16:
                    break
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
        low, high = sorted((a, min(max(base + (b - base) / border, 0.0), 1.0)))
        s = (low + high) / 2
        for _ in range(60):
            t = base + border * (s - base)
            p, q = s * (1 - s), t * (1 - t)
            value = k0 * (s - a) * q + k1 * border * (t - b) * p
            slope = (k0 * (q + (s - a) * border * (1 - 2 * t))
                     + k1 * border * (border * p + (t - b) * (1 - 2 * s)))
            low, high = (s, high) if value < 0 else (low, s)
            new = s - value / slope if slope else low - 1
            new = new if low <= new <= high else (low + high) / 2
            s, moved = new, abs(new - s)
            if moved < 1e-17:
                break
        return s

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
