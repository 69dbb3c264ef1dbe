#!/usr/bin/env python3
"""A second auditor of qassay bundles: one file, Python 3.11 and its standard library, nothing else.

    python3 audit_minimal.py BUNDLE [--trust roles.json] [--trust ROLE=SHA256:...] [--json]

It shares no line with qassay. It asks whether the evidence is whole and genuine, draws the right answers of all
circuits again, scores the counts, and checks estimates, verdicts and the page against them; the rest it lists. Exit
code: 0 all holds; 3 so does all that is checked here, but the sheet asks questions, whose answers are not; 4 something
does not; 2 it could not be asked. Formats: docs/formats.md, docs/evidence.md.
"""
from __future__ import annotations
import argparse, base64, hashlib, html, json, math, re, secrets, statistics, struct, sys, tomllib, zlib
from collections import Counter
from decimal import Decimal
from itertools import accumulate, product
from pathlib import Path
from typing import Any
Table = dict[str, Any]
class Refused(Exception): """One thing that does not hold, and where."""
def must(holds: Any, where: str, reason: str) -> None:  # stop the audit unless a condition holds
    if not holds: raise Refused(f"{where}: {reason}")
def sha256(data: bytes) -> str: return hashlib.sha256(data).hexdigest()
def blob(*parts: bytes) -> bytes:  # four bytes of length before each part, as SSH does
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
NAME = re.compile(r"[a-z0-9_][a-z0-9._-]*(/[a-z0-9_][a-z0-9._-]*){0,5}", re.ASCII)
def read_archive(path: Path) -> dict[str, bytes]:
    """Read, in memory, the one zip archive that holds its files: stored, sorted, no extras (APPNOTE.TXT, 4.3.6)."""
    must(path.stat().st_size <= 128 << 20, path.name, "larger than a bundle can be")
    data, at, listing, last, files = path.read_bytes(), 0, [], "", {}
    while data[at : at + 4] == b"PK\3\4" and len(data) >= at + 30:
        size, length = struct.unpack_from("<I4xH", data, at + 18)
        start = at + 30 + length
        name, content = data[at + 30 : start].decode("ascii", "replace"), data[start : start + size]
        entry = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, zlib.crc32(content), *[len(content)] * 2, length, 0)
        must(length <= 200 and NAME.fullmatch(name), path.name, f"an unsafe file name {name[:60]!r}")
        must(name > last, name, "twice in the archive, or out of order")
        must(data[at + 4 : at + 30] == entry, name, "packed, encrypted, dated, or false in its size")
        listing.append(b"PK\1\2\24\3" + entry + struct.pack("<3H2I", 0, 0, 0, 0o644 << 16, at) + name.encode())
        files[name], last, at = content, name, start + size
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(files), len(files), len(index := b"".join(listing)), at, 0)
    must(data[at:] == index + end and 0 < len(files) <= 20_000, path.name, f"no bundle's archive from byte {at} on")
    return files
def read_json(data: bytes, where: str) -> Any:  # strictly: one meaning, bounded numbers, no deep nesting
    def unique(pairs: Any) -> Any: return must(len(dict(pairs)) == len(pairs), where, "a key twice") or dict(pairs)
    def number(text: str) -> float:
        value = int(text) if re.fullmatch(r"-?\d{1,16}", text) else float(text[:60])
        must(abs(value) < math.inf and len(text) <= 60, where, "a number too large, or none")
        return value
    must(len(data) <= 6 << 20 and sum(map(data.count, (b",", b"[", b"{"))) <= 300_000, where, "too large a document")
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=unique, parse_int=number,
                              parse_float=number, parse_constant=number)
        compact(document).encode("utf-8")  # half of a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise Refused(f"{where}: not strict JSON ({str(error)[:80]})") from None
    return document
def read_toml(data: bytes, where: str) -> Table:  # bounded first: tomllib is quadratic in long keys and in tables
    text = data[: 1 << 21].decode("utf-8-sig").replace("\r\n", "\n")
    bare = re.sub(r'''"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*+(?:"{3,5})?|'{3}(?:[^']|'{1,2}(?!'))*+(?:'{3,5})?|'''
                  r'''"(?:[^"\\\n]|\\[^\n])*+"?|'[^'\n]*+'?|\#[^\n]*+|[ \t]++''', "", text, flags=re.DOTALL)
    must(len(data) <= 1 << 20 and not re.search(r"(?:\.[\w-]*+){16}|[\w+:-]{101}", bare) and
         max(bare.count("."), bare.count("\n[")) <= 20_000 and sum(map(bare.count, "[{=,")) < 1.5e5, where, "endless")
    return tomllib.loads(text)
def compact(value: Any) -> str: return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
def number_text(value: float) -> str:  # a float as RFC 8785 writes it: the shortest digits
    if value and not 1e-6 <= abs(value) < 1e21: return repr(value).replace("e-0", "e-")
    text = format(Decimal(repr(value or 0.0)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
class Stream:
    """A stream of random bytes (SHAKE-256): a function of the root seed and its own name."""
    def __init__(self, root: bytes, label: str) -> None: self.root, self.label = root, label
    def __truediv__(self, name: object) -> Stream: return Stream(self.root, f"{self.label}/{name}")
    def take(self, count: int, chunk: int = 0) -> bytes:  # the first bytes of a chunk
        parts = (b"qassay-randomness-v1", self.root, self.label.encode(), chunk.to_bytes(4, "big"))
        return hashlib.shake_256(blob(*parts)).digest(count)
    def below(self, bound: int, count: int) -> list[int]:  # numbers, by rejection from 16-bit words
        drawn: list[int] = []
        for chunk in range(1 << 32 if count else 0):
            data = self.take(2 * (count - len(drawn)) + 32, chunk)
            words = struct.unpack(f"<{len(data) // 2}H", data)
            drawn += [word % bound for word in words if word < 65536 // bound * bound]
            if len(drawn) >= count: break
        return drawn[:count]
    def bits(self, count: int, width: int = 1) -> bytes:  # numbers of 1 or 2 bits, lowest first, one a byte
        data = self.take(-(-count * width // 8))
        return bytes(byte >> shift & (1 << width) - 1 for byte in data for shift in range(0, 8, width))[:count]
Circuits = tuple[list[str], list[bytes], list[bytes]]  # what they share, pulses (none if too long here), right answers
HALF_TURNS = bytes([0, 5]) + bytes(254)
def rows(data: bytes, size: int) -> list[bytes]: return [data[i : i + size] for i in range(0, len(data), size)]
def layers(depth: int, pairs: Any = ()) -> str: return compact({"depth": depth, "pairs": pairs})
def delay(seconds: float) -> list[str]: return [f'{{"delay":{number_text(float(seconds))}}}'] if seconds else []
def draw_strings(length: float, count: int, _: Any, n: int, stream: Stream) -> Circuits:
    bits = rows(stream.bits(count * n), n)  # T1: a string, then a delay
    return [layers(1), *delay(length)], [row.translate(HALF_TURNS) for row in bits], bits
def draw_qubits(_: float, count: int, __: Any, n: int, stream: Stream) -> Circuits:  # T2, one-qubit gates
    return [], [], rows((stream / "expected").bits(count * n), n)
def draw_pairs(_: float, count: int, targets: Any, n: int, stream: Stream) -> Circuits:  # two bits on a pair
    bits, answers = rows((stream / "expected").bits(count * len(targets), 2), len(targets)), []
    for row in bits:
        answers.append(bytearray(n))
        for bit, (a, b) in zip(row, targets, strict=True): answers[-1][a], answers[-1][b] = bit >> 1, bit & 1
    return [], [], [*map(bytes, answers)]
PROTOCOLS: dict[tuple[str, int], tuple[Any, tuple[str, ...], float]] = {  # how drawn, quantities, end of the curve
    ("readout", 2): (draw_strings, ("readout_error", "readout_error_0", "readout_error_1"), 0.0),
    ("t1", 1): (draw_strings, ("t1",), 0.5), ("t2_star", 1): (draw_qubits, ("t2_star",), 0.5),
    ("t2_echo", 1): (draw_qubits, ("t2_echo",), 0.5), ("two_qubit_gates", 1): (draw_pairs, ("layer_error",), 0.25),
    ("one_qubit_gates", 1): (draw_qubits, ("one_qubit_gate_error",), 0.5)}
def draw_batch(draw: Any, x: Table, index: int, n: int, root: bytes) -> tuple[list[str], list[bytes], list[int]]:
    stream, size = Stream(root, f"{x['id']}/{index:04d}"), min(x["batch"], x["rounds"] - index * x["batch"])
    pattern = [arm for arm, copies in enumerate(x["block"]) for _ in range(copies)]
    if x["coin"]: arms = [pattern[drawn] for drawn in (stream / "order").below(len(pattern), size)]
    else:
        ranks = struct.unpack(f"<{size}Q", (stream / "order").take(size * 8))
        arms = [pattern[i] for at in range(0, size, len(pattern)) for i in
                sorted(range(len(pattern)), key=ranks[at : at + len(pattern)].__getitem__)]
    drawn = []
    for arm, length in enumerate(x.get("depths", x["lengths"])):
        shared, circuits, bits = draw(length, arms.count(arm), x["targets"], n, stream / f"arm {arm}")
        head = blob(f'{{"elements":[{",".join(shared)}],"qassay_circuit":1,"qubits":{n}}}'.encode())
        drawn.append(iter([*zip([sha256(head + own) for own in circuits] or [""] * len(bits), bits, strict=True)]))
    ordered = [next(drawn[arm]) for arm in arms]  # as they are executed: circuit ids, right answers, arms
    return [name for name, _ in ordered], [bit for _, bit in ordered], arms
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # the numbers of Ed25519 (RFC 8032)
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, x y = T/Z
def add(p: Point, q: Point) -> Point:  # two points of the curve (RFC 8032, 5.1.4)
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
def times(n: int, p: Point) -> Point:  # a point added to itself n times
    total: Point = (0, 1, 1, 0)
    while n: total, p, n = add(total, p) if n & 1 else total, add(p, p), n >> 1
    return total
def decompressed(data: bytes) -> Point | None:  # a point from its y and the sign of its x (5.1.3)
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    x = x if (v * x * x - u) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (v * x * x - u) % P or (x == 0 and sign): return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P
BASE = decompressed((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
def less(p: Point) -> Point: return P - p[0], p[1], p[2], P - p[3]  # what takes a point away
def summed(pairs: list[tuple[int, Point]]) -> Point:
    """Add up points times factors of 128 bits, byte by byte: points of one byte first (Pippenger); few by halves."""
    whole, width = (0, 1, 1, 0), 8 if len(pairs) > 150 else 4
    for at in range(128 - width, -1, -width):
        buckets: dict[int, Point] = {}
        for n, p in pairs:
            if digit := n >> at & 2**width - 1: buckets[digit] = add(buckets[digit], p) if digit in buckets else p
        run = total = (0, 1, 1, 0)
        for digit in range(2**width - 1, 0, -1):
            run = add(run, buckets[digit]) if digit in buckets else run
            total = add(total, run)
        whole = add(times(2**width, whole), total)
    return whole
TRIES, GENUINE = 32, set()  # what was found good together: key, signature, message
def genuine(claims: list[tuple[bytes, bytes, bytes]]) -> None:
    """Check many signatures at once; the good ones before the first bad one are GENUINE from here on.

    That s B = R + k A holds for all is asked of one random sum (Bernstein and others, doi 10.1007/s13389-012-0027-1,
    5), times 8; what that leaves open, parts of small order in R and A, of 32 random halves of them, times L.
    """
    keys = {key: point for key in {key for key, _, _ in claims} if len(key) == 32 and (point := decompressed(key))}
    small, rows = {key: times(L, point) for key, point in keys.items()}, []
    for key, signature, message in claims:
        r, s = decompressed(signature[:32]) if len(signature) == 64 else None, int.from_bytes(signature[32:], "little")
        if r is None or key not in keys or s >= L or times(8, keys[key])[0] == 0: break
        k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
        rows.append((key, r, s, k, secrets.randbits(128), secrets.randbits(TRIES)))
    def nothing(total: Point, factors: Counter[bytes], of: dict[bytes, Point]) -> bool:
        for key, n in factors.items(): total = add(total, times(n % (8 * L), of[key]))
        return total[0] == 0 and total[1] == total[2]
    def hold(part: Any) -> bool:  # the one sum
        total, factors = summed([(z, r) for _, r, _, _, z, _ in part]), Counter()
        for key, _, _, k, z, _ in part: factors[key] += 8 * k * z
        total = add(total, less(times(sum(z * s for _, _, s, _, z, _ in part) % L, BASE)))
        return nothing(times(8, total), factors, keys)
    def whole(part: Any) -> bool:  # the halves
        for at in range(TRIES):
            total, factors = (0, 1, 1, 0), Counter()
            for key, r, _, k, _, mask in part:
                if mask >> at & 1: total, factors[key] = add(total, r), (factors[key] + k) % 8
            if not nothing(times(L, total), factors, small): return False
        return True
    def far(at: int, end: int, check: Any) -> int:  # up to which all hold, or up to the few among which one does not
        if end - at < 8: return at
        if check(rows[at:end]): return end
        middle = (at + end) // 2
        return reached if (reached := far(at, middle, check)) < middle else far(middle, end, check)
    good = far(0, len(rows), hold)
    if good and not whole(rows[:good]): good = far(0, good, lambda part: hold(part) and whole(part))
    GENUINE.update(claims[:good])
def signed_by(key: bytes, signature: bytes, message: bytes) -> bool:  # whether it is this key's
    if (key, signature, message) in GENUINE: return True
    point, s = decompressed(key) if len(key) == 32 else None, int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or point is None or s >= L or times(8, point)[0] == 0: return False  # of small order
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, _ = add(times(s, BASE), times(k, less(point)))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]
def unarmoured(text: Any, where: str) -> bytes:  # base64 that has one meaning
    data = base64.b64decode(text.encode(), validate=True)
    must(base64.b64encode(data).decode() == text, where, "no base64 of one meaning")
    return data
def fingerprint(key: bytes) -> str:  # as ssh-keygen prints it
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob(b"ssh-ed25519", key)).digest()).decode().rstrip("=")
def read_roles(data: bytes, where: str) -> dict[bytes, Table]:  # whose keys these are
    document, found = read_json(data, where), {}
    must(document.keys() == {"qassay_roles", "roles"} and document["qassay_roles"] == 1, where, "no file of roles")
    for one in document["roles"]:
        key = unarmoured(one["key"].partition(" ")[2], where)[-32:]
        must(one["key"].encode() == b"ssh-ed25519 " + base64.b64encode(blob(b"ssh-ed25519", key)) and
             one["fingerprint"] == fingerprint(key) and
             one["role"] in ("vendor", "verifier", "partner", "witness") and [*one] == ["fingerprint", "key", "name",
             "role", "valid_from", "valid_to"] and isinstance(one["name"], str), where, "no Ed25519 key in a role")
        must(key not in found and len(found) < 100, where, "a key in two roles, or more than a hundred")
        found[key] = one
    return found
KIND = "application/vnd.in-toto+json"
def encoded(payload: bytes) -> bytes:  # what is signed (DSSE)
    return b"DSSEv1 %d %b %d %b" % (len(KIND), KIND.encode(), len(payload), payload)
def opened(envelope: Table, keys: Any, where: str) -> tuple[Table, list[bytes]]:  # DSSE, in-toto
    payload = unarmoured(envelope["payload"], where)
    known = {fingerprint(key): key for key in keys}
    signers = [known.get(one["keyid"]) for one in envelope["signatures"]]
    must(envelope["payloadType"] == KIND and signers, where, "no signed statement")
    for key, one in zip(signers, envelope["signatures"], strict=True):
        must(key and signed_by(key, unarmoured(one["sig"], where), encoded(payload)), where,
             "no known key's signature of this")
    return read_json(payload, where), signers
TIMES, SHARED, USUAL = ("t1", "t2_star", "t2_echo"), ("quantile", "share above"), {"share": False, "test": "usual"}
METRICS = {"qubits": ("count", "at least", "register", 0.001),  # unit, better side, what has a value, usual tolerance
           "one_qubit_gate_error": ("probability", "at most", "qubit", 0.25),
           "two_qubit_gate_error": ("probability", "at most", "pair", 0.25),
           **{f"readout_error{end}": ("probability", "at most", "qubit", 0.5) for end in ("", "_0", "_1")},
           **dict.fromkeys(TIMES, ("time", "at least", "qubit", 0.25))}
COUNTED = ("qubits", "coupled_pairs", "connected_qubits")  # no tolerance: what is counted is there or not
UNITS = {"ns": "1e-9", "us": "1e-6", "µs": "1e-6", "μs": "1e-6", "ms": "1e-3", "s": "1", "min": "60",
         "h": "3600", "%": "1e-2", "ppm": "1e-6", "": "1"}
def quantity(value: Any) -> float:  # a number, with its unit if it is a text, in SI units
    number, unit = re.fullmatch(r"\s*([-+0-9.]+(?:[eE][-+]?\d+)?)\s*(\S*)\s*", str(value)).groups()
    return float(Decimal(number) * Decimal(UNITS[unit]))
def close(one: Any, other: Any) -> bool:  # two numbers to a millionth, or two nothings
    return one is other if None in (one, other) else math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-12)
def at_most(k: int, n: int, p: float) -> float:  # P(X <= k) of a binomial
    if k >= n or k < 0 or not 0 < p < 1: return float(k >= n or (k >= 0 and p <= 0))
    logs, odds, rest = math.lgamma(n + 1), math.log(p) - math.log1p(-p), n * math.log1p(-p)
    return min(1.0, math.fsum(math.exp(logs - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * odds + rest)
                              for i in range(k + 1)))
class Hits:
    """Hits of shots at lengths m: a proportion, or a decay s = B + A exp(-k m) with B known and A from 0 to 1 - B."""
    def __init__(self, arms: list[tuple[float, int, int]], base: float, name: str) -> None:
        self.arms, self.base, self.name, self.value = [arm for arm in arms if arm[2]], base, name, None
        self.hits, self.shots, self.hidden, self.most = sum(h for _, h, _ in arms), sum(n for _, _, n in arms), 0.0, 0.0
    def straighten(self) -> None:  # a reference without entanglers hides this of its decay: docs/decisions/0012, 0064
        near, far = min(self.arms, default=(1.0, 0, 1)), max(self.arms, default=(1.0, 0, 1))
        lost, all_lost = (-math.log(max((hit / n - 0.25) / 0.75, 0.02)) for _, hit, n in (near, far))
        turns = min(max(all_lost - lost, 0.0), lost)  # which take no more than the entangler, likely
        alone = math.exp(-lost) - 0.2  # all is lost by one qubit: the other's class, a fifth, stays
        worst = max(-0.8 * math.log(alone / 0.8) - lost, 0.0) if alone > 0 else math.inf
        self.hidden, self.most = (0 if near[0] else x / max(far[0], 1e-9) for x in (0.05 * turns**2, worst))
    def constant(self, value: float, off: Any = None) -> float:  # k, from a time or an error of a gate or layer
        if self.name in TIMES: return 1 / value if value > 1e-300 else math.inf
        factor, power = {"layer_error": (16 / 15, 1.0), "two_qubit_gate_error": (4 / 3, 1.5)}.get(self.name, (2.0, 1.0))
        return (self.hidden if off is None else off) - power * math.log1p(-z) if (z := factor * value) < 1 else math.inf
    def likelihood(self, k: float) -> tuple[float, float]:  # its logarithm at the best A, and its slope in k
        cap, left = 1 - self.base, [(*((math.exp(-k * m), -math.expm1(-k * m)) if m else (1.0, 0.0)), m, h, n - h)
                                    for m, h, n in self.arms]
        def chances(a: float) -> Any:  # of a hit and of a miss, the latter without cancellation
            return [(max(self.base + a * x, 1e-150), max((cap - a) * x + cap * y, 1e-150), x, m, h, g)
                    for x, y, m, h, g in left]
        low, high = 0.0, cap
        for _ in range(64):
            a = (low + high) / 2
            low, high = (a, high) if sum(x * (h / s - g / t) for s, t, x, _, h, g in chances(a)) > 0 else (low, a)
        return (sum((h and h * math.log(s)) + (g and g * math.log(t)) for s, t, _, _, h, g in chances(a)),
                -sum(a * m * x * (h / s - g / t) for s, t, x, m, h, g in chances(a) if m))
    def holds(self, value: Any) -> bool:  # whether it is the most likely; kept for the limits
        self.value, self.scale = value, 1 + (self.name[-2:] in ("_0", "_1"))  # one direction: every other bit
        if value is None: return True
        if not self.base: return close(value, min(1.0, self.hits / self.shots * self.scale))
        self.best, low = self.constant(value), 0.0
        if value == 0 < self.hidden:  # the most likely is in what is taken off
            for _ in range(64):
                middle = (low + self.best) / 2
                low, self.best = (middle, self.best) if self.likelihood(middle)[1] > 0 else (low, middle)
        self.top = self.likelihood(self.best)[0]
        before, after = (self.likelihood(max(self.best, 1e-12) * x)[1] for x in (1 - 2e-6, 1 + 2e-6))
        return self.best == math.inf or ((before >= -1e-9 or self.best < 1e-9) and after <= 1e-9)
    def exceeds(self, p: float, upper: bool, tail: float) -> bool:  # whether the one-sided limit lies above p
        at = p / self.scale
        if p < 0 or (not self.base and upper): return p < 0 or (p < 1 and at_most(self.hits, self.shots, at) > tail)
        if not self.base: return self.hits > 0 and 1 - at_most(self.hits - 1, self.shots, at) < tail
        k, time = self.constant(p, 0.0 if upper else self.most), self.name in TIMES
        exact = -math.log(tail) if upper != time and self.hits == self.shots else 0.0  # without a miss
        fallen = self.top - self.likelihood(k)[0] > max(statistics.NormalDist().inv_cdf(tail) ** 2 / 2, exact)
        return ((k < self.best or not fallen) if upper != time else (k < self.best and fallen)) != time
def interval_holds(parts: list[Hits], highest: bool, said: Any, turned: str = "", pins: Any = 0, span: Any = 0) -> bool:
    """Check the 95 % interval of the highest, or lowest; one end is `turned` out, and cut or put back at `pins`."""
    values, place = [one.value for one in parts], 0 if highest else len(parts) - 1
    if not said or None in values: return not said and None in values
    def end_holds(end: str, tail: float) -> bool:
        def above(p: float) -> bool: return sum(one.exceeds(p, end == "high", tail) for one in parts) > place
        p, value, margin, back = said[end], said["value"], 1e-6 * abs(said[end] or 0) + 1e-12, 1.0
        pinned = pins and close(p, pins[end])
        if span and not p: return end == turned or above(span * 100 ** (0.4 if p is None else -0.4)) == (p is None)
        if span: p = span * (p / span) ** (0.4 if (p < span) == (end == "low") else 3.0)  # for any shape
        if p is None: return above(1e300)
        if end == turned and pins:  # of claim and limit, `far` is the one that the verdict does not speak of
            far, past = pins["low" if end == "high" else "high"], lambda x: x > far if end == "high" else x < far
            if close(p, far):  # which it reaches if moved out by half, and not by a quarter
                ends, alone = sorted(value + (far - value) / factor for factor in (1.25, 1.5)), close(*pins.values())
                return ((alone and end == "low") or above(ends[0] - margin)) and (
                    (alone and end == "high") or not above(ends[1] + margin))  # claim and limit are one: or cut there
            back = 1.25 if past(p) else 1.1
            if back == 1.1 and past(value + (p - value) * 1.5 / 1.1): return False
        p, cut = value + (p - value) / back, end == turned == "low" and said[end] == 0
        if pinned:
            return above(p - margin) if (end == "high") == (turned in pins) else not above(p + margin)
        return not above(p + margin) and (above(p - margin) or cut)
    return (said["level"] == 0.95 and close(said["value"], (max if highest else min)(values)) and
            end_holds("low", 0.025 / (len(parts) if highest else 1)) and
            end_holds("high", 0.025 / (1 if highest else len(parts))))
def log_sum(logs: list[float]) -> float: return max(logs) + math.log(sum(math.exp(log - max(logs)) for log in logs))
def log_wealth(hits: int, shots: int, null: float, others: list[float]) -> float:  # of four bets on a probability
    return log_sum([math.log(weight) + hits * math.log(x / null) + (shots - hits) * math.log1p((null - x) / (1 - null))
                    for x, weight in zip(others, (0.6, 0.25, 0.1, 0.05), strict=True)])
FEWER, MORE = ((0.98, 0.5), (0.6, 0.2), (0.3, 0.15), (0.12, 0.15)), tuple((b, 0.25) for b in (0.02, 0.06, 0.18, 0.5))
def log_bounded(values: list[float], border: float, end: float, bets: Any) -> float:  # of bets on means below `end`
    return log_sum([math.log(w) + sum(math.log1p(b * (border - v) / (end - border)) for v in values) for b, w in bets])
def read_page(data: bytes) -> tuple[str, list[list[str]]]:  # the words of the datasheet, its tables' cells row by row
    text = data.decode("utf-8", "replace").replace("\u00a0", " ").replace("\u202f", "").replace("\u2212", "-")
    must(len(data) <= 16 << 20 and text.count("<style>") == text.count("</style>") == 1 and not re.search(
        r"<!--|<(script|i?frame|object|embed|link|img|form|base|template|noscript)\b|<[^<>]*(\son\w+=|script:)", text,
        re.IGNORECASE), REPORT, "a page that runs, loads or hides something")
    def plain(part: str) -> str: return " ".join(html.unescape(re.sub(r"<[^<>]*+>", " ", part)).split())
    rows = re.findall(r"(?s)<tr\b.*?(?=<tr\b|</table>)", body := re.sub(r"(?s)<style>.*</style>", "", text))
    return plain(body), [[plain(cell) for cell in re.split(r"<t[dh]\b[^<>]*>", row)[1:]] for row in rows]
NUMBERS = re.compile(r"(-?\d[\d.]*(?:[eE][-+]?\d+)?)(?:–(-?\d[\d.]*))? ?(%|ppm|[num\u00b5\u03bc]?s\b|min\b|h\b|)", re.A)
def rounds_to(value: float, printed: str, unit: str) -> bool:  # whether a number is printed so, in its unit
    half = Decimal("0.500001").scaleb(-len(printed.partition(".")[2]))
    return abs(Decimal(printed) - Decimal(value) / Decimal(UNITS[unit])) <= half
MARKS = {"quantum_volume": lambda _: 2 / 3,  # claims that the metric's own mark decides, as the share of hits
         "q_score": lambda n: 0.5 + 0.8 * 0.178 * math.sqrt(n) / (n - 1)}
def claims(cell: str, said: Table) -> bool:  # whether a cell tells what is claimed, and the limit if it tells one
    (printed, _, unit), *limit = NUMBERS.findall(cell)
    value = float(Decimal(printed) * Decimal(UNITS[unit]))
    return (close(value, said["claimed"]) or close(1 - value, said["claimed"])) and all(
        rounds_to(MARKS.get(said["metric"], lambda _: said["limit"])(said["claimed"]), one, of)
        for one, _, of in limit[:1])
def reads(cell: str, said: Any) -> bool:  # whether a cell tells an estimate with its interval and level
    if not said: return cell.startswith(("no information", "more than"))
    value, low, high = said["value"], said["low"], said["high"]
    both = None not in (low, high) and low < high and (low, value) != (0, 0)
    ends = [low, high] if "–" in cell else [high] if "at most" in cell else [low] if "at least" in cell else []
    found = [(one, unit) for *pair, unit in NUMBERS.findall(cell) for one in pair if one]
    wanted = [value, *ends, said["level"]]
    return both == ("–" in cell) and None not in wanted and len(found) == len(wanted) and all(
        rounds_to(number, *shown) for number, shown in zip(wanted, found, strict=True))
SHEET, PLAN, SEED = "claims/sheet.toml", "plan/plan.json", "seeds/reveal.json"
ESTIMATES, VERDICTS, CHECKED = "analysis/estimates.json", "verdicts/verdicts.json", "analysis/checks.json"
VERSIONS, REPORT, RECORD = "software/versions.json", "report/datasheet.html", "software/run_record.json"
ROLES, ENTRIES = "keys/roles.json", "log/entries.jsonl"
REQUIRED = {SHEET, PLAN, SEED, ESTIMATES, VERDICTS, CHECKED, VERSIONS, REPORT}
JUDGE, EXCUSED = 3, "excused before its release"  # the rules here; how the failure of an excused batch begins
def batches_of(x: Table) -> int: return -(-x["rounds"] // x["batch"])  # of an experiment that nothing stops
def look_share(x: Table, n: int) -> float:  # of an error: half for the last look, the others share the rest
    return 1.0 if batches_of(x) <= 1 else 0.5 if n >= x["rounds"] else 0.5 / (batches_of(x) - 1)
def is_known(x: Table, more: bool = False) -> bool:  # can it be drawn here? not idle qubits, references, qubits alone
    return (x["protocol"], x["version"]) in PROTOCOLS and {*map(len, x["targets"])} == {
        1 + ("two" in x["protocol"])} and (more or not (x.get("reference") or x.get("alone")))
def is_published(x: Table) -> bool: return x["protocol"].startswith("published_")  # somebody else's counts
class Audit:
    """One bundle: what it says, what was derived again, and what was not."""
    draws: Table = {}  # of protocols whose circuits are not drawn here
    knows = staticmethod(is_known)
    never = ("when the run was to stop", "checks of the model, confidence sequences, drawings and wording")
    SHAPED: Any = None  # what fits decays of any shape
    def __init__(self, path: Path, trusted: list[str]) -> None:
        self.path, self.drawn, self.level, self.campaign = path, 0, "T0", None
        self.pinned, self.pins = {}, {text for text in trusted if "=SHA256:" in text}
        for text in {*trusted} - self.pins: self.pinned |= read_roles(Path(text).read_bytes(), text)
        self.roles, self.signers, self.independent, self.unchecked, self.foreign = {}, [], set(), [], False
        self.asked: list[str] = []  # questions of the sheet
        # rows: experiment -> quantity -> batch -> (arms, hits of targets, shots); missing: batches without counts
        self.rows, self.there, self.missing, self.measured = {}, {}, {}, {}
    def archive(self) -> str:
        self.data = read_archive(self.path)
        return f"{len(self.data)} files with plain names, and no byte beside them"
    def seals(self) -> str:
        self.outside = {name: self.data.pop(name) for name in [*self.data] if re.fullmatch(
            r"bundle(\.dsse\.json|(\.[a-z]{1,20}(-[2-9])?)?\.sshsig)", name)}
        self.manifest = self.data.pop("bundle.json", b"null")
        manifest = read_json(self.manifest, "bundle.json")
        must(isinstance(manifest, dict) and manifest.get("qassay_bundle") in (2, 3) and
             isinstance(manifest.get("files"), list), "bundle.json", "no manifest of format 2 or 3")
        sealed = {one["path"]: (one.get("sha256"), one.get("bytes")) for one in manifest["files"]}
        must(len(sealed) == len(manifest["files"]), "bundle.json", "a file twice")
        for name in sorted(sealed.keys() | self.data.keys() | REQUIRED):
            must(name in self.data, name, "missing")
            must(name in sealed, name, "a file that nobody sealed")
            must(sealed[name] == (sha256(self.data[name]), len(self.data[name])), name, "not what was sealed")
        return f"all {len(self.data)} files are the ones that were sealed"
    def documents(self) -> str:
        named = [name for name in self.data if name.endswith(".json")]
        must(sum(len(re.findall(rb"[,[{]", self.data[name])) for name in named) <= 1e6, PLAN, "too many values")
        self.json = {name: read_json(self.data[name], name) for name in named}
        told = dict(self.json[VERSIONS])
        must(all(re.fullmatch("[0-9A-Za-z][0-9A-Za-z.+_-]{0,99}", version) for version in told.values()) and
             re.fullmatch(r"[0-9.]{1,24}((a|b|rc|\.?post|\.?dev)\d{1,8})?", told.get("qassay", "")), VERSIONS, "none")
        return f"all {len(self.json)} documents are strict JSON"
    def signatures(self) -> str:  # every signature over the manifest holds, and no key changes its role
        self.roles = read_roles(self.data[ROLES], ROLES) if ROLES in self.data else {}
        for key, party in self.pinned.items():
            must(self.roles.get(key, party)["role"] == party["role"], ROLES, "a key in another role than pinned")
            self.roles |= {key: party} if key in self.roles else {}  # the reader's names and days prevail
        digest, purpose = hashlib.sha512(self.manifest).digest(), (b"qassay-bundle@v1", b"", b"sha512")
        for name, data in self.outside.items():
            if name.endswith(".sshsig"):
                raw = unarmoured("".join((lines := data.decode("ascii").split("\n"))[1:-2]), name)
                key, signature = raw[33:65], raw[-64:]
                form = blob(blob(b"ssh-ed25519", key), *purpose, blob(b"ssh-ed25519", signature))
                must([lines[0], *lines[-2:]] == ["-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----", ""] and
                     raw == b"SSHSIG\0\0\0\1" + form and
                     signed_by(key, signature, b"SSHSIG" + blob(*purpose, digest)), name, "does not hold")
                self.signers.append(key)
        name = "bundle.dsse.json"
        if name in self.outside:
            envelope = read_json(self.outside[name], name)
            must(compact(envelope).encode() == self.outside[name], name, "written in another way")
            said, signers = opened(envelope, {*self.roles, *self.pinned, *self.signers}, name)
            must(said == {"_type": "https://in-toto.io/Statement/v1", "predicateType": "qassay:bundle/v1",
                          "subject": [{"name": "bundle.json", "digest": {"sha256": sha256(self.manifest)}}],
                          "predicate": {}}, name, "a statement on another bundle")
            self.signers += signers
        return f"{len(set(self.signers))} keys signed the bundle as a whole"
    def log(self) -> str:  # every event of the log is signed by its party, stands in its place, and the log is closed
        version = read_json(self.manifest, "bundle.json")["qassay_bundle"]
        if version == 2 and not any(name.startswith(("log/", "keys/")) for name in self.data): return "there is no log"
        alone = version == 3 and self.json[PLAN]["campaign"]["committers"] == ["self"]
        for name in (ENTRIES, *(() if alone else (ROLES,))): must(name in self.data, name, "missing")
        *self.lines, torn = self.data[ENTRIES].split(b"\n", 1_001)
        must(not torn and len(self.lines) <= 1_000, ENTRIES, "a torn or endless log")
        try: from auditor import audit_campaign  # the log's two tables are a file of their own
        except ImportError:
            sys.path.insert(0, str(Path(__file__).parent))
            import audit_campaign
        self.campaign = told = audit_campaign.read(sys.modules[__name__], self, self.lines, version)
        for name, digest in told.named.items():
            must(name not in self.data or sha256(self.data[name]) == digest, name, "another file than in the log")
        return f"all {len(self.lines)} events are in order; {len(told.ended)} batches ended once each"
    def witnesses(self) -> str:  # who independent saw the log, early and late or at its end
        if not self.campaign: return "nobody was witness"
        found = self.campaign.watched(self.lines)
        self.independent, self.level = self.campaign.independent, self.campaign.written
        return found
    def claims_and_plan(self) -> str:  # the plan can be followed, and is the plan of this sheet
        self.plan = plan = self.json[PLAN]
        self.n, self.id = plan["device"]["qubits"], sha256(self.data[PLAN])
        self.claims = {claim["id"]: claim for claim in plan["sheet"]["claims"]}
        figures = self.figures = [one["id"] for one in plan["sheet"].get("questions", ()) if one["ask"] == "figure"]
        self.own = [x for x in plan["experiments"] if not is_published(x)]
        must(1 <= self.n <= 10_000 and 0 < plan["alpha"] < 0.5 > plan["beta"] > 0 and plan["multiplicity"] in
             ("fdr", "family-wise", "none") and plan["rule"] in ("tolerant", "guarded"), PLAN, "no plan of qassay")
        self.foreign = plan.get("judge", 1) != JUDGE
        for x in plan["experiments"]:
            block, qubits = sum(x["block"]), [q for target in x["targets"] for q in target]
            known, at = self.knows(x), f"{PLAN}, {x['id']}"
            must(min(x["block"]) > 0 and 0 < x["rounds"] <= 4096 * x["batch"] and
                 {*x["claims"]} <= {*self.claims, *figures}
                 and x["rounds"] % block == x["batch"] % block == 0 and min(qubits) >= 0 < x.get("shots", 1) and
                 max(qubits) < self.n and ((m := x["lengths"]) == [*dict.fromkeys((min(m), *m))] or "working" in x), at,
                 "no experiment")
            must((x["protocol"], x["version"]) in PROTOCOLS or x["protocol"] not in {name for name, _ in PROTOCOLS}, at,
                 "another version of the protocol")
            depth = max(x["lengths"]) if "gates" in x["protocol"] else 1
            must(not known or (len(set(qubits)) == len(qubits) and depth <= 200_000 and x["lengths"][0] >= 0 and
                               x["batch"] * self.n * depth <= 2 << 30 and len(x["lengths"]) == len(x["block"])),
                 at, "targets or lengths that cannot be run")
        cost = [sum(x["rounds"] * x.get("shots", 1) for x in self.own), sum(x["rounds"] for x in self.own)]
        must(not self.own or [plan["cost"][key] for key in ("shots", "circuits")] == cost, f"{PLAN}, cost",
             "not the shots of these experiments")
        must(plan["sheet"]["text_id"] == sha256(self.data[SHEET]), SHEET, "not the sheet of the plan")
        for name, key in ((PLAN, "plan"), (SHEET, "sheet")):
            must(not self.campaign or sha256(self.data[name]) == self.campaign.facts[key], name, "not what was signed")
        self.sheet(plan["sheet"])
        return f"the plan {self.id[:16]} holds the {len(self.claims)} claims of the sheet"
    def sheet(self, planned: Table) -> None:  # compare the sheet's text with what the plan made of it
        sheet = read_toml(self.data[SHEET], SHEET)
        aside = {one["id"]: one for one in (*planned.get("declared", ()), *planned.get("operations", ()))}
        tables = [one for one in sheet.get("claim", ()) if one["id"] not in aside]  # the others no counts settle
        others = [one for one in sheet.get("claim", ()) if one["id"] in aside]
        must(all((head := sheet["sheet"])[key].strip() == planned[key] for key in ("title", "vendor", "machine"))
             and len(tables) == len(planned["claims"]) and len(others) == len(aside)
             and all(one["value"].split() == aside[one["id"]]["stated"].split() for one in others
                     if isinstance(one.get("value"), str)), SHEET, "another sheet in the plan")
        asked = [{"id": one["id"], "ask": one["ask"], **dict(one["settings"])} for one in planned.get("questions", ())]
        for own, said in zip(asked, sheet.get("question", ()), strict=False):  # units and pairs turned round, as read
            if own["ask"] == "figure" and "near" in said:
                said["near"] = own["near"] if close(quantity(said["near"]), own["near"]) else said["near"]
                if isinstance(scope := said.pop("scope", "all"), dict):
                    said |= {key: sorted(sorted(x) if key == "pairs" else x for x in at) for key, at in scope.items()}
        must([{**own, **said} for own, said in zip(asked, sheet.get("question", ()), strict=False)] == asked and
             len(sheet.get("question", ())) == len(asked), SHEET, "other questions in the plan")
        self.asked = [f"{one['id']!r} ({one['ask']})" for one in asked]
        self.unchecked += [f"the answer to question {name}, and what the page says of it" for name in self.asked]
        for table, claim in zip(tables, planned["claims"], strict=True):
            told, said = claim.get("read_as"), {**claim, "id": table["id"]} if claim.get("read_as") else table
            unit, better, _, delta = METRICS.get(said["metric"], ("", "", "register", None))
            scope = {} if said.get("scope", "all") == "all" else said["scope"]
            delta, named = delta if unit == "count" else head.get("delta", delta), f"{SHEET}, claim {said['id']!r}"
            over, part = re.fullmatch(r"(quantile|.*?)\s*([\d.][\d.\s%]*)?", said.get("statistic", "mean")).groups()
            read = {"id": said["id"], "metric": said["metric"], "statistic": over, "convention": said.get("convention"),
                    "share": over in SHARED and quantity(said.get("share", part)), "test": said.get("test", "usual")}
            read |= (unit and {"relation": said.get("relation", better), "delta": said.get("delta", delta), "scope": {
                "qubits": sorted(scope.get("qubits", [])), "pairs": sorted(map(sorted, scope.get("pairs", [])))}}) or {}
            for key, value in read.items(): must((USUAL | claim)[key] == value, named, f"another {key} in the plan")
            must(not unit or close(claim["value"], quantity(said["value"])), named, "another value in the plan")
            self.unchecked += [] if unit and not told else [f"{named}: {'words' if told else 'tolerance and side'}"]
    def seed(self) -> str:  # the seed is the one that was committed to before anything ran
        committed, told = self.plan["seed_commitment"], self.campaign
        must((committed == "joint-v1") == bool(told), PLAN, "a joint seed and a log go together")
        if told: return told.seed(SEED)
        self.root, number = bytes.fromhex(self.json[SEED]["root"]), self.json[SEED]["seed"]
        must(number is None or sha256(f"qassay-seed-v1{number}".encode()) == self.root.hex(), SEED, "another number")
        must(sha256(b"qassay-seed-commitment-v1" + self.root) == committed, SEED, "not the committed seed")
        return "the seed is the one the plan committed to"
    def batches(self) -> Any:  # experiment, index, name and both paths of every batch that is there
        for x in self.own:
            for index in range(batches_of(x)):
                name = f"{x['id']}/{index:04d}"
                paths = [f"batches/{name}/{part}.json" for part in ("circuits", "counts")]
                if any(path in self.data for path in paths): yield x, index, name, *paths
    def counts(self) -> str:  # one outcome a circuit, or why not; in a campaign the vendor signed it
        for x in filter(is_published, self.plan["experiments"]): self.published(x, f"published/{x['id']}.json")
        ended = self.campaign.returned() if self.campaign else {}
        for x, index, name, drawn, came in self.batches():
            must(drawn in self.data and came in self.data, came, "missing, or its circuits are")
            self.there.setdefault(x["id"], []).append(index)
            answer, size = self.json[came], min(x["batch"], x["rounds"] - index * x["batch"]) * x.get("shots", 1)
            must(answer.keys() == {"batch", "shots", "outcomes", "seconds", "notes", "failures"} and
                 answer["shots"] == x.get("shots", 1) and answer["batch"] == name and answer["seconds"] >= 0 and
                 {*map(type, answer["notes"] + answer["failures"])} <= {str}, came, "no answer to this batch")
            lines, end = answer["outcomes"], ended.get(name, "counts")
            must(lines is not None or answer["failures"], came, "no outcomes, and no reason")
            must(lines is None or (len(lines) == size and all(isinstance(line, str) and len(line) == self.n and not
                 line.strip("01") for line in lines)), came, f"not {self.n} bits of each of {size} shots")
            must(not ended or (lines is None) == (end != "counts"), came, "outcomes that the vendor did not sign")
            excused = any(text.startswith(EXCUSED) for text in answer["failures"])
            must(not excused or not self.campaign or end == "excused", came, "an excuse that is not in the log")
            if lines is None and not excused: self.missing.setdefault(x["id"], []).append(index)
        for name in ended: must(f"batches/{name}/counts.json" in self.data, ENTRIES, f"{name} ended, and is not here")
        return "every shot is there once, or is said to be missing"
    def root_at(self, cycle: int) -> bytes: return self.campaign.root(cycle) if self.campaign else self.root
    def circuits(self) -> str:  # all circuits follow from the plan and the seed
        for x, index, name, drawn, came in self.batches():
            if not self.knows(x):
                self.unchecked.append(f"circuits and hits of {x['id']} ({x['protocol']})")
                continue
            draw = self.draws.get(x["protocol"]) or PROTOCOLS[x["protocol"], x["version"]][0]
            ids, ideal, arms = draw_batch(draw, x, index, self.n, self.root_at(index))
            if draw in (draw_pairs, draw_qubits):
                self.unchecked.append(f"the circuits of {x['id']} (their right answers follow from the seed)")
            else:
                must(self.json[drawn] == {"batch": name, "circuits": ids}, drawn, "not the circuits of the seed")
                self.drawn += len(ids)
            if self.json[came]["outcomes"] is not None: self.score(x, index, self.json[came]["outcomes"], ideal, arms)
        return f"{self.drawn} circuits follow from the plan and the seed"
    def score(self, x: Table, index: int, lines: list[str], ideal: list[bytes], arms: list[int]) -> None:
        n, kept, names = x.get("shots", 1), self.rows.setdefault(x["id"], {}), PROTOCOLS[x["protocol"], x["version"]][1]
        right = [[int(digit) == bit for digit, bit in zip(line, ideal[k // n], strict=True)]
                 for k, line in enumerate(lines)]
        for which, name in enumerate(names):  # of readout the wrong bits, and those prepared in 0 and in 1
            hits = [tuple(sum(not right[k][target[0]] and which in (0, 1 + ideal[k // n][target[0]]) if names[1:] else
                              all(right[k][q] for q in target) for k in range(at, at + n)) for target in x["targets"])
                    for at in range(0, len(right), n)]
            kept.setdefault(name, {})[index] = (arms, hits, n)
    def published(self, x: Table, where: str) -> None:  # counts without circuits to draw
        arms, hits, n = ((counts := (doc := self.json[where])["counts"])[key] for key in ("arms", "hits", "shots"))
        must((name := doc["quantity"]) == x["id"].split("/")[0] and counts["lengths"] == x["lengths"] and
             len(counts) == 4 and {*map(type, [n, *arms])} == {int} and re.fullmatch("[0-9a-f]{64}", doc["sha256"]) and
             (f := doc["file"]) and f.isprintable() and len(arms) == len(hits) and all(-1 < k < len(x["lengths"]) for
             k in arms) and all(len(row) == len(x["targets"]) and {*map(type, row)} == {int} and 0 <= min(row) <=
             max(row) <= n for row in hits) and (n * len(arms) <= 10**6 or "scores" in x["protocol"]), where,
             "not counts of this experiment")
        if x["protocol"].endswith(("_rb", "_readout")): self.rows[x["id"]] = {name: {0: (arms, [*map(tuple, hits)], n)}}
    def completeness(self) -> str:  # no batch in between is missing, no file unexplained
        ends = [*accumulate(self.plan.get("rounds") or [1] * max(map(batches_of, self.own), default=1))]
        for x in self.own:
            there, at = self.there.get(x["id"], []), f"batches/{x['id']}"
            must(there == [*range(len(there))], f"{at}/{len(there) - 1:04d}", "a batch in between is missing")
            must(len(there) in (*ends, batches_of(x)), f"{at}/{len(there):04d}", "missing: no round ends before it")
        files = {path for _, _, _, *paths in self.batches() for path in paths}
        files |= {RECORD, *(f"published/{x['id']}.json" for x in self.plan["experiments"] if is_published(x))}
        files |= {*self.campaign.accounted, *self.campaign.named} if self.campaign else set()
        for name in sorted(self.data.keys() - files - REQUIRED): must(False, name, "unaccounted for by the plan")
        return "no batch in between is missing, and every file has its reason"
    def estimates(self) -> str:  # all estimates follow from the counts
        claimed = iter(self.json[ESTIMATES])
        for x in self.plan["experiments"]:
            if x["id"] not in self.rows and (is_published(x) or (x["id"] in self.there and not self.knows(x))):
                self.unchecked.append(f"estimates of {x['id']}")
                claimed = iter([one for one in claimed if one["experiment"] != x["id"]])
            base = 0.0 if "readout" in x["protocol"] else 0.25 if "two_qubit" in x["protocol"] else 0.5
            for name, batches in self.rows.get(x["id"], {}).items():
                lengths = x.get("curves", {}).get(name, x["lengths"])
                shots, far = next(iter(batches.values()))[2], lengths[1] if "gates" in x["protocol"] else 1e9
                free = name in TIMES and len(x["lengths"]) > 2  # a decay of any shape
                curve = self.SHAPED if free and shots == 1 and self.SHAPED else Hits
                free = free and curve is Hits  # is not fitted here
                if loose := free or (shots > 1 and base > 0): self.unchecked.append(f"intervals or values of {x['id']}")
                hits = [(arm, row) for _, (arms, own, _) in sorted(batches.items())
                        for arm, row in zip(arms, own, strict=True) if lengths[arm] <= far]  # longer arms: checks
                for i, target in enumerate(x["targets"]):
                    one, at = next(claimed, {}), f"{ESTIMATES}, {x['id']} {name} {target}"
                    must([one.get(key) for key in ("experiment", "quantity", "target", "shots", "circuits")]
                         == [x["id"], name, target, shots * len(hits), len(hits)], at, "not this quantity and shots")
                    arms = [(length, sum(row[i] for arm, row in hits if arm == k),
                             shots * sum(arm == k for arm, _ in hits)) for k, length in enumerate(lengths)]
                    own = self.measured[x["id"], name, i] = curve(arms, base, name)
                    own.free, told = free, one["estimate"]
                    if x.get("reference") and name == "two_qubit_gate_error": own.straighten()
                    must(own.holds(told and told["value"]) or free, at, "the value does not follow")
                    must(loose or interval_holds([own], True, told), at, "another interval")
        must(next(claimed, None) is None, ESTIMATES, "more estimates than counts")
        return f"all {len(self.measured)} estimates follow from the counts"
    def serving(self, claim: Table) -> Any: return [x for x in self.plan["experiments"] if claim["id"] in x["claims"]]
    def parts(self, claim: Table) -> list[tuple[Table, str, list[int]]]:  # experiment, quantity, columns
        pairs, qubits, serving, found = claim["scope"]["pairs"], claim["scope"]["qubits"], self.serving(claim), []
        metric = "readout_error" if claim["metric"] == "qubits" else claim["metric"]
        if not pairs and not qubits and any(map(is_published, serving)):
            wanted = {tuple(target) for x in serving for target in x["targets"]}
        else:
            listed = pairs or self.plan["device"]["couplings"] or product(range(self.n), repeat=2)
            wanted = {(q,) for q in qubits or range(self.n)} if METRICS[metric][2] != "pair" else {
                (min(pair), max(pair)) for pair in listed if pair[0] != pair[1]}
        for x in serving:
            columns = [i for i, target in enumerate(x["targets"]) if tuple(target) in wanted]
            found += [(x, name, columns) for name in self.rows.get(x["id"], {}) if columns and name == metric]
        return found if {tuple(x["targets"][i]) for x, _, own in found for i in own} == wanted else []
    def usable(self, claim: Table) -> tuple[int, int]:  # qubits that surely answer, and that may
        rows_of = [row for x in self.serving(claim) for _, own, _ in
                   self.rows.get(x["id"], {}).get("readout_error", {}).values() for row in own]
        wrong, n = [sum(map(bool, column)) for column in zip(*rows_of, strict=True)] or [0] * self.n, len(rows_of)
        tail = min(self.plan["alpha"], self.plan["beta"]) / self.n * max(look_share(x, n) for x in self.serving(claim))
        return sum(at_most(k, n, 0.25) < tail for k in wrong), sum(at_most(n - k, n, 0.75) >= tail for k in wrong)
    def bets(self, claim: Table, x: Table, name: str, columns: list[int]) -> Any:  # e-values at the end of every round
        step, rate, rungs = 1 + claim["delta"], claim["value"] / (1 + (name[-2:] in ("_0", "_1"))), (1, 2, 4, 7)
        limit = rate if self.plan["rule"] == "guarded" else rate * step
        below, above = [limit * step**-r for r in rungs], [min(rate * step**r, 1 - (1 - rate) * 0.5**r) for r in rungs]
        for end in accumulate(self.plan.get("rounds") or [1] * batches_of(x)):
            shares = [sum(row[i] for i in columns) / (n * len(columns)) for at, (_, own, n) in
                      self.rows[x["id"]][name].items() if at < end for row in own]
            logs = [log_wealth(round(sum(shares)), len(shares), *bet) for bet in ((limit, below), (rate, above))]
            if len(columns) > 1:
                logs = [log_bounded(shares, limit, 1, FEWER), log_bounded([-v for v in shares], -rate, 0, MORE)]
            yield end, *(math.exp(min(log, 600.0)) for log in logs)
    def verdicts(self) -> str:  # all verdicts follow from the counts and the plan
        listed, untested = self.json[VERDICTS], {one["claim"] for one in self.plan["untested"]}
        must([one["claim"] for one in listed] == [*self.claims], VERDICTS, "not one verdict a claim")
        for claim, said in zip(self.claims.values(), listed, strict=True):
            at, tested, level = f"{VERDICTS}, claim {claim['id']!r}", said["verdict"] != "not tested", self.level
            exact = self.plan["rule"] == "guarded" or (tested and claim["metric"] in COUNTED)
            wide = (1 if exact else 1 + claim["delta"]) ** (1 if claim["relation"] == "at most" else -1)
            must(said["metric"] == claim["metric"] and close(said["claimed"], claim["value"])
                 and close(said["limit"], claim["value"] * wide), at, "another metric, value or limit")
            must(said["trust"] == (level if tested else "T0"), at, f"the trust level is {level}")
            some = tested or (claim["metric"] in METRICS and self.parts(claim))  # that were counted
            must(tested != (claim["id"] in untested or not some), at, "not tested, or not so")
            must(tested or said["estimate"] is None, at, "an estimate of what was not tested")
            if tested: self.verdict(claim, said, claim["value"] * wide, at)
        return f"all {len(listed)} verdicts follow from the counts and the plan"
    def verdict(self, claim: Table, said: Table, limit: float, at: str) -> None:
        plan, name, outcome, shown, metric = self.plan, claim["id"], said["verdict"], said["estimate"], claim["metric"]
        serving, lower, better = self.serving(claim), claim["relation"] == "at most", outcome == "supported"
        ran = {x["id"]: len(self.there.get(x["id"], ())) for x in serving if not is_published(x)}
        gone = [index for x in serving for index in self.missing.get(x["id"], ()) if plan.get("rounds")]
        good, bad = (said["e_support"] or 0) * plan["beta"] >= 1, (said["e_refute"] or 0) * plan["alpha"] >= 1
        value = shown and shown["value"]  # a verdict is withdrawn where all counts together lie on its other side
        lost = shown and ((good and (value >= limit) == lower) or (bad and (value <= claim["value"]) == lower))
        given_up = self.campaign and not self.campaign.finished
        capped = gone or lost or given_up or any(
            one["failed"] and one["experiment"] in said["experiments"] for one in self.json[CHECKED])
        must(capped or outcome != "inconclusive" or all(ran.get(x["id"]) in (None, batches_of(x)) for x in serving), at,
             "left open, though its experiments stopped")
        settled = max((ran[x["id"]] for x in serving if x["claims"] == [name] and x["id"] in ran), default=1)
        parts = self.parts(claim) if metric in METRICS else []
        if metric == "qubits":
            surely, may = self.usable(claim)
            must([shown[key] for key in ("value", "low", "high")] == [surely, surely, may] and (
                not better or surely >= claim["value"]), at, "another count")
        elif parts:
            self.bound(claim, said, limit, parts, at)
            others = any({*x["claims"]} & self.claims.keys() - {name} for x in plan["experiments"])  # else peaks
            if (len(parts) == 1 and metric.startswith("readout") and plan["multiplicity"] == "fdr" and lower and others
                    and outcome != "inconclusive" and (claim["statistic"] == "mean" or len(parts[0][2]) == 1)):
                found = [end for end, *e in self.bets(claim, *parts[0]) if close(said["e_support"], e[0]) and
                         close(said["e_refute"], e[1])]
                must(found, at, "e-values that no bets on these counts give")
                settled = max(settled, found[0])
            else: self.unchecked.append(f"the e-values of {name!r}, and so its outcome but for the side of its limit")
        self.unchecked += [] if parts or metric == "qubits" else [f"the verdict on {name!r}"]
        must(not better or not any(index < settled for index in gone), at, "supported, though counts are missing")
    def bound(self, claim: Table, said: Table, limit: float, parts: Any, at: str) -> None:  # what any verdict must keep
        outcome, shown, lower, plan = said["verdict"], said["estimate"], claim["relation"] == "at most", self.plan
        e, error, *ends = {"supported": ("e_support", "beta", "high" if lower else "low"), "refuted": (
            "e_refute", "alpha", "low" if lower else "high")}.get(outcome, ("", "", "", "low", "high"))
        value, border = shown and shown["value"], limit if outcome == "supported" else claim["value"]
        must(not e or value is None or (value < border) == (lower == (outcome == "supported")), at, "on the other side")
        must(not e or said[e] is None or said[e] * plan[error] >= 1 - 1e-6, at, f"{e} is too small")
        must(said["sequence"] is None or close(said["sequence"]["level"], 1 - plan["alpha"]), at, "another level")
        ones = [self.measured[x["id"], own, i] for x, own, columns in parts for i in columns]
        circuits = sum(len(own) for x, name, _ in parts for _, own, _ in self.rows[x["id"]][name].values())
        short = is_published(parts[0][0])  # its test is longer than this
        must(short or said["circuits"] == circuits, at, "other circuits")
        if claim["statistic"] == "mean" and not ones[0].base and len(parts) == 1:
            mean = min(1.0, sum(one.hits / one.shots for one in ones) * ones[0].scale / len(ones))
            must(value is None or close(value, mean), at, "another mean")
        among = len(ones) > 1 and claim["statistic"] not in ("every", "best")
        loose = short or ones[0].free or "shots" in parts[0][0] or among or (not shown and outcome == "inconclusive")
        if not loose:  # back: process over average gate infidelity, d = 2 and 4
            back = (1.5, 1.25)["two" in claim["metric"]] if (claim["convention"] or "average")[:7] != "average" else 1.0
            shown = shown and {key: v if key == "level" or v is None else v / back for key, v in shown.items()}
            pins = dict(zip(("low", "high")[:: 1 if lower else -1], (claim["value"] / back, limit / back), strict=True))
            m, worst, why = parts[0][0]["lengths"], (claim["statistic"] != "best") == lower, "another estimate"
            span = claim["metric"] in TIMES and len(m) == 2 and m[1] - m[0]
            must(any(interval_holds(ones, worst, shown, e, pins, span) for e in ends), at, why)
        self.unchecked += [] if not loose else [f"the estimate of {claim['id']!r}"]
    def datasheet(self) -> str:  # the page says what verdicts, counts and signatures say
        (self.text, rows), said = read_page(self.data[REPORT]), self.json[VERDICTS]
        heads = [n for n, row in enumerate(rows) if {"Claimed", "Measured", "Verdict", "Shots", "Trust"} <= {*row}]
        must(len(heads) == bool(said), REPORT, "not one table of verdicts")
        for one, row in zip(said, rows[heads[0] + 1 :] if said else (), strict=False):
            cell, shots = dict(zip(rows[heads[0]], row, strict=True)), one["shots"] or "–"
            right = {"Shots": cell["Shots"] == str(shots), "Verdict": cell["Verdict"].lower().find(one["verdict"]) == 0,
                     "Claimed": claims(cell["Claimed"], one), "Measured": reads(cell["Measured"], one["estimate"]),
                     "Trust": cell["Trust"] == (shots if shots == "–" else self.level)}
            for name, holds in right.items(): must(holds, f"{REPORT}, {one['claim']!r}", f"reads {name} {cell[name]!r}")
        outcomes, words = Counter(one["verdict"] for one in said), "(supported|refuted|inconclusive|not tested)"
        told = re.findall(rf"(\d+|[Aa]ll)(?: of)?(?: (\d+))?(?: claims?)? (?:is|are|was|were) {words}", self.text)
        for many, of, word in told:
            must(str(outcomes[word]) == (many if many.isdigit() else of) and of in ("", str(len(said))), REPORT,
                 f"reads {many} {of} {word}")
        must(told or len(said) < 2, REPORT, "no sentence on how the claims fared")
        try: from auditor import audit_page  # what else a person reads on it is a file of its own
        except ImportError:
            sys.path.insert(0, str(Path(__file__).parent))
            import audit_page
        audit_page.read(sys.modules[__name__], self)
        return f"the page tells the {len(said)} verdicts as they are, with numbers, parties, dates and estimates"
    def trust(self) -> str:  # the verdicts rest on keys that the reader has pinned
        self.level = self.campaign.earned if self.campaign else "T0"
        named = {key for key, party in self.roles.items() if f"{party['role']}={fingerprint(key)}" in self.pins}
        resting = {*self.signers, *self.independent, *(self.campaign.signers if self.campaign else ())}
        strange = resting - named - self.pinned.keys()
        signed = {party["role"] for key, party in (self.pinned | self.roles).items() if key in self.signers}
        must(resting - strange or not self.pins | self.pinned.keys(), self.path.name, "no key that you pinned signed")
        must(self.level == "T0" or "verifier" in signed, self.path.name, "no verifier's signature over bundle and page")
        must(self.level == "T0" or not strange, self.path.name, f"{self.level} by keys that you have not pinned")
        self.unchecked += ["whose the signatures are: you have not pinned those keys"] if strange else []
        return f"trust level {self.level}; {len(resting)} keys signed, {len(resting - strange)} of them pinned"
    def rules(self) -> str:  # the numbers are derived by the rules that they were sealed by
        must(not self.foreign, f"{PLAN}, judge", f"the rules of version {self.plan.get('judge', 1)}: what needs none "
             f"holds and no number was derived again; audit it with {self.plan['software']!a}")
        return f"the numbers were derived by the rules of version {JUDGE}"
CHECKS = ("archive", "seals", "documents", "signatures", "log", "witnesses", "claims and plan", "seed", "counts",
          "circuits", "completeness", "estimates", "verdicts", "datasheet", "trust", "rules")
def audit(path: Path, trusted: list[str] | None = None, kind: type[Audit] = Audit) -> Table:
    one, passed, failed = kind(path, trusted or []), [], None
    for name in CHECKS:
        if one.foreign and name in ("estimates", "verdicts", "datasheet"): continue  # they need the rules
        try: passed.append({"check": name, "sentence": getattr(one, name.replace(" ", "_"))()})
        except Refused as error: failed = {"check": name, "reason": str(error)}
        except (ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RecursionError, TypeError,
                ValueError) as error:  # whatever a stranger's file sets off, the answer is a sentence
            failed = {"check": name, "reason": f"{path.name}: no bundle's content ({error!r:.120})"}
        if failed: break
    valid = None if one.asked and not failed else not failed  # what answers a question is not derived here
    return {"valid": valid, "failed": failed, "passed": passed, "trust": one.level if not failed else "T0",
            "not_checked": [*dict.fromkeys(one.unchecked), *one.never]}
def main(arguments: list[str], kind: type[Audit] = Audit) -> int:
    parser = argparse.ArgumentParser(description="Audit a bundle of qassay.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--trust", action="append", default=[], help="roles.json, or ROLE=SHA256:...")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    try:
        must(given.bundle.is_file(), "BUNDLE", "one file that can be read")
        report = audit(given.bundle, given.trust, kind)
    except ImportError as error: parser.error(f"{error}: audit_page.py and audit_campaign.py belong beside this file")
    except (Refused, OSError, KeyError, TypeError, ValueError) as error: parser.error(ascii(str(error)))
    lines = [f"ok      {one['check']}: {one['sentence']}" for one in report["passed"]]
    lines += [f"REFUSED {no['check']}: {ascii(no['reason'])[1:-1]}"] if (no := report["failed"]) else []
    lines += [f"        not checked here: {text}" for text in report["not_checked"]]
    text = "\n".join("".join(char if char.isprintable() else "?" for char in line) for line in lines)
    sys.stdout.write((json.dumps(report) if given.json else text) + "\n")
    return 4 if report["failed"] else 0 if report["valid"] else 3
if __name__ == "__main__": sys.exit(main(sys.argv[1:]))
