"""Further than audit_minimal.py: circuits of gates drawn again, bets laid again, the run replayed.

    python3 audit_further.py BUNDLE [--trust roles.json] [--trust ROLE=SHA256:...] [--json]

It needs audit_minimal.py beside it, Python 3.11 and its standard library, and makes the same checks with
more behind four of them: "circuits" (those of T2 and of gates too), "completeness" (the run is stopped
where plan and counts stop it), "verdicts" (e-values of T1, T2 and one-qubit gates bet again shot by shot,
closed e-BH over the sheet). Statistics: docs/decisions/0002-sequential.md.
"""
from __future__ import annotations

import math
import re
import sys
from functools import cache
from itertools import accumulate, pairwise, product
from pathlib import Path
from typing import Any

try:
    from auditor import audit_minimal as small
except ImportError:  # the two files lie somewhere else, beside one another
    sys.path.insert(0, str(Path(__file__).parent))
    import audit_minimal as small

METRICS, PROTOCOLS, TIMES, Circuits, Stream, Table = (
    small.METRICS, small.PROTOCOLS, small.TIMES, small.Circuits, small.Stream, small.Table)
at_most, batches_of, close, delay, is_published, layers, look_share, must, rows = (
    small.at_most, small.batches_of, small.close, small.delay, small.is_published, small.layers, small.look_share,
    small.must, small.rows)
Row = tuple[int, ...]

# ------------------------------------------------------------------ the circuits of T2 and of gates
PLUS_ONE = bytes(min(i + 1, 255) for i in range(256))
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
    def way(start: int, end: int) -> int: return next(pulse for pulse in WAYS if after[start][pulse] == end)
    return after, [way(2, s) for s in range(6)], [(way(s, 2), way(s, 5)) for s in range(6)]
@cache
def two_qubit_states() -> tuple[list[bytes], list[bytes], list[Row], list[list[Row]]]:
    """Number the 60 stabilizer states as a walk from |00> meets them; tables as for one qubit.

    A state is its 16 Pauli expectations; after[state][4 a + b] follows quarter turns a, b and CZ,
    turned[state][4 a + b] the turns alone.
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
    turned = [bytes(row[a][b] for a, b in product(QUARTERS, repeat=2)) for row in moved]
    after = [bytes(met[state] for state in row) for row in turned]
    ways = [(a, b, 0, 0, 0) for a, b in product(WAYS, repeat=2)]
    ways += [(*ab, 1, *cd) for ab in product(WAYS[:5], repeat=2) for cd in product(WAYS, repeat=2)]
    found: list[dict[int, Row]] = [{} for _ in states]
    for row, known in zip(moved, found, strict=True):
        for way in ways:
            end = row[way[0]][way[1]]
            known.setdefault(moved[met[end]][way[3]][way[4]] if way[2] else end, way)
    return after, turned, [found[0][s] for s in range(60)], [[known[number[e]] for e in ends] for known in found]
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
    return shared, [b"".join(parts) for parts in zip(*(rows(run, n) for run in runs), strict=True)], rows(bits, n)
def draw_echo(*args: Any) -> Circuits: return draw_t2(*args, echo=1)
def draw_one_qubit(length: float, count: int, targets: Any, n: int, stream: Stream) -> Circuits:
    """A random state, `length` quarter turns of random phase, a turn to a random bit."""
    after, enter, leave = one_qubit_states()
    depth, circuits, answers = round(length), [], []
    start = rows(bytes((stream / "start").below(6, count * n)), n)
    bits = rows((stream / "expected").bits(count * n), n)
    phases = rows((stream / "layers").bits(count * depth * n, 2).translate(PLUS_ONE), max(depth * n, 1))
    for i in range(count):
        codes, answer = bytearray((depth + 2) * n), bytearray(n)
        for (q,) in targets:
            state, own = start[i][q], phases[i][q::n] if depth else b""
            codes[q], codes[n + q : (depth + 1) * n : n], answer[q] = enter[state], own, bits[i][q]
            for code in own:
                state = after[state][code]
            codes[(depth + 1) * n + q] = leave[state][answer[q]]
        circuits.append(bytes(codes))
        answers.append(bytes(answer))
    return [layers(depth + 2)], circuits, answers
def draw_two_qubit(length: Any, count: int, targets: Any, n: int, stream: Stream) -> Circuits:
    """On every pair a random state, layers with CZ, the shortest way to two random bits.

    A length of two numbers: how many layers, and how many of them, the first ones, with CZ.
    """
    after, turned, enter, leave = two_qubit_states()
    depth, meeting = map(round, length if isinstance(length, tuple) else (length, length))
    width, circuits, answers = len(targets), [], []
    start = rows(bytes((stream / "start").below(60, count * width)), width)
    bits = rows((stream / "expected").bits(count * width, 2), width)
    phases = rows((stream / "layers").bits(2 * count * depth * width, 2), max(2 * depth * width, 1))
    for i in range(count):
        codes, answer = bytearray(depth * n), bytearray(n)
        ends = [bytearray(n), bytearray(width), bytearray(n), bytearray(n), bytearray(width), bytearray(n)]
        for k, (a, b) in enumerate(targets):
            state, bit, own = start[i][k], bits[i][k], phases[i] if depth else b""
            first, second = own[2 * k :: 2 * width], own[2 * k + 1 :: 2 * width]
            codes[a::n], codes[b::n] = first.translate(PLUS_ONE), second.translate(PLUS_ONE)
            ways = [(0, enter[state])]
            for step, (x, y) in enumerate(zip(first, second, strict=True)):
                state = (after if step < meeting else turned)[state][4 * x + y]
            for side, way in (*ways, (3, leave[state][bit])):
                ends[side][a], ends[side][b], ends[side + 1][k], ends[side + 2][a], ends[side + 2][b] = way
            answer[a], answer[b] = bit >> 1, bit & 1
        met = [codes[: meeting * n], b"\1" * width] if meeting or not depth else []
        circuits.append(b"".join((*ends[:3], *met, codes[meeting * n :], *ends[3:])))
        answers.append(bytes(answer))
    runs = [layers(meeting, targets)] if meeting or not depth else []
    runs += [layers(depth - meeting)] if meeting < depth else []
    return [*(way := [layers(1, targets), layers(1)]), *runs, *way], circuits, answers

def root(function: Any, low: float, high: float) -> float:
    """Find where a falling function crosses zero, by halving."""
    for _ in range(64):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return (low + high) / 2
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
def share_path(trials: list[Row], null: float, others: list[float]) -> list[float]:
    """Follow the log wealth of bets on the share of hits of whole circuits, above or below `null`."""
    fewer = others[0] < null
    logs, path = [math.log(weight) for _, weight in (small.FEWER if fewer else small.MORE)], []
    for hits, shots in trials:
        gain = (null - hits / shots) / (1 - null) if fewer else (hits / shots - null) / null
        stakes = small.FEWER if fewer else small.MORE
        logs = [log + math.log1p(b * gain) for log, (b, _) in zip(logs, stakes, strict=True)]
        path.append(log_sum(logs))
    return path
def discovered(own: dict[str, float], kept: set[str], claims: int, error: float) -> set[str]:
    """Find which claims of a sheet fall together (closed e-BH); what fell before stays fallen."""
    order = sorted(own, key=lambda name: (name not in kept, -own[name]))
    for size in range(len(order), len(kept), -1):
        sums = accumulate(sorted(own[name] for name in order[:size]))
        if all(total >= r * (r + claims - size) / (error * size) for r, total in enumerate(sums, 1)):
            return set(order[:size])
    return kept

# ------------------------------------------------------------------ times of decays of any shape
POWERS = (0.4, 0.5, 0.63, 0.8, 1.0, 1.25, 1.6, 2.0, 2.5, 3.0)
class Bent(small.Hits):
    """An exponential decay in t^p, its amplitude found by Newton's steps."""
    def likelihood(self, k: float) -> tuple[float, float]:
        cap, a, low, high, steps = 1 - self.base, (1 - self.base) / 2, 0.0, 1 - self.base, 0
        left = [(math.exp(-k * m) if m else 1.0, m, h, n - h) for m, h, n in self.arms]
        def pull(a: float) -> tuple[float, float]:
            slope = bend = 0.0
            for x, _, h, g in left:
                s, t = max(self.base + a * x, 1e-150), max(cap - a * x, 1e-150)
                slope, bend = slope + x * (h / s - g / t), bend - x * x * (h / s / s + g / t / t)
            return slope, bend
        if pull(cap)[0] >= 0: low = a = cap
        elif pull(0.0)[0] <= 0: high = a = 0.0
        while low < a < high and steps < 60:
            slope, bend = pull(a)
            low, high = (a, high) if slope > 0 else (low, a)
            step = a - slope / bend if bend else low
            new = step if low < step < high else (low + high) / 2
            if abs(new - a) <= 1e-15: break
            a, steps = new, steps + 1
        both = [(max(self.base + a * x, 1e-150), max(cap - a * x, 1e-150), x, m, h, g) for x, m, h, g in left]
        return (sum((h and h * math.log(s)) + (g and g * math.log(t)) for s, t, _, _, h, g in both),
                -sum(a * m * x * (h / s - g / t) for s, t, x, m, h, g in both))
    def climb(self) -> tuple[float, float]:  # the most likely constant, of several tops the highest
        seen = cache(lambda log: self.likelihood(math.exp(log)))
        def rises(log: float) -> bool: return seen(log)[1] * math.exp(log) > -1e-12
        tried = [-25.0, *(at / 4 for at in range(-40, 41)), 25.0]  # of its logarithm, by the longest delay
        found = [0.0, math.exp(max(tried, key=lambda log: seen(log)[0]))]
        for (left, up), (right, still) in pairwise([(log, rises(log)) for log in tried]):
            if up and not still:
                low, high = left, right
                for _ in range(55 if high - low > 2 else 46):
                    middle = (low + high) / 2
                    low, high = (middle, high) if rises(middle) else (low, middle)
                found.append(math.exp(low))
        self.top, self.best = max((self.likelihood(k)[0], k) for k in found)
        if self.likelihood(math.inf)[0] >= self.top - 1e-10 * (1 + abs(self.top)): self.best = math.inf  # level
        return self.best, self.top
class Shaped(small.Hits):
    """Hits at three delays or more: the contrast is A exp(-(t / T)^p), p one of ten; T counts, p does not."""
    free = False
    def holds(self, value: Any) -> bool:
        self.value, self.unit = value, max((m for m, _, _ in self.arms), default=1.0) or 1.0
        if value is None: return True
        bent = [Bent([((m / self.unit) ** p, h, n) for m, h, n in self.arms], self.base, self.name) for p in POWERS]
        for one in bent: one.climb()
        top = max(one.top for one in bent)
        self.curves = [(p, one, top - one.top) for p, one in zip(POWERS, bent, strict=True)]
        p, likely, _ = min(self.curves, key=lambda c: c[2] + 2 * math.log(c[0]) ** 2)
        return close(value, self.unit * likely.best ** (-1 / p) if likely.best else math.inf)
    def exceeds(self, p: float, upper: bool, tail: float) -> bool:  # the longest, or shortest, time of any shape
        if p <= 0: return True
        drop = small.statistics.NormalDist().inv_cdf(tail) ** 2 / 2
        if not upper and self.hits == self.shots: drop = max(drop, -math.log(tail))
        found = []
        for power, one, lost in self.curves:
            k = (self.unit / p) ** power
            fallen = one.top - one.likelihood(min(k, 1e300))[0]
            found.append((k > one.best or fallen < drop - lost) and drop >= lost if upper else
                         drop < lost or (k > one.best and fallen > drop - lost))
        return any(found) if upper else all(found)
class RateTest:
    """Bets on a decay between short and long circuits; preparation and readout drop out."""
    def __init__(self, x: Table, name: str, rate: float, arm: int = 0) -> None:
        short, long = arms_of(x)[name][:2]
        long = arm or long
        self.base, self.span = PROTOCOLS[x["protocol"], x["version"]][2], x["lengths"][long] - x["lengths"][short]
        used = [x["block"][short], x["block"][long]]
        self.shares, self.time = [count / sum(used) for count in used], x["protocol"] in TIMES
        self.size = 1 if x["coin"] else sum(x["block"][:2]) if arm else sum(used)
        self.each, self.known = x.get("shots", 1), Table()
        self.prior, self.bend = (19.6, 20.0), 0.0  # hits and shots guessed of the short arm
        if name == PAIR:  # layers beside their reference, whose decay is a mean of unlike ones
            self.prior = 12 * (self.base + (0.98 - self.base) * self.retention(rate) ** 0.05), 12.0
            self.bend = 0.05
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
        base, border, kept = self.base, self.retention(null), self.retention(other)
        a = min(max((self.prior[0] + hits) / (self.prior[1] + shots), base + 0.02 * (1 - base)), 1 - 1e-9)
        if other > null:  # for REFUTE the border is bent, and what it has overtaken bets nothing
            border = max(border * math.exp(-self.bend * math.log((a - base) / (1 - base)) ** 2), 1e-9)
            kept = min(kept, border)
        b = base + kept * (a - base)
        s = self.nearest(a, b, border)
        t = base + border * (s - base)
        return [math.log(b / t), math.log((1 - b) / (1 - t)), math.log(a / s), math.log((1 - a) / (1 - s))]
    def path(self, trials: list[Row], null: float, others: list[float]) -> list[float]:
        """Follow the log wealth over single shots, or over blocks; `trials` are (arm, hit)."""
        if self.each > 1:
            return self.circuits(trials, null, others)
        logs, path = [math.log(weight) for weight in WEIGHTS], []
        hits = shots = 0
        for at in range(0, len(trials) // self.size * self.size, self.size):
            key = (hits, shots, null, others[0])
            if key not in self.known:
                self.known[key] = [self.factors(hits, shots, null, other) for other in others]
            gains = self.known[key]
            for arm, hit in trials[at : at + self.size]:
                if arm < 0: continue  # of another arm
                hits, shots = hits + hit * (arm == 0), shots + (arm == 0)
                place = 2 * (arm == 0) + 1 - hit
                logs = [log + gain[place] for log, gain in zip(logs, gains, strict=True)]
            path.append(log_sum(logs))
        return path

    def circuits(self, trials: list[Row], null: float, others: list[float]) -> list[float]:
        """Follow the log wealth over circuits of many shots, staked as earlier long ones scattered."""
        n, logs, path = self.each, [math.log(weight) for weight in WEIGHTS], []
        hits = shots = seen = total = squares = 0.0
        for arm, hit in trials:
            if arm < 0:  # of another arm
                path.append(log_sum(logs))
                continue
            mean, spread = (total + 1) / (seen + 2), max(squares - total**2 / max(seen, 1), 0)
            ratio = (20 * (1 + 0.1 * (n - 1)) / n + spread / (mean * (1 - mean))) / (20 + seen)
            stake, place = 1 / min(max(ratio, 1 / n), 1), 2 * (arm == 0)
            for k, other in enumerate(others):
                bets = [math.expm1(log) for log in self.factors(hits, shots, null, other)]
                gain = hit / n * bets[place] + (1 - hit / n) * bets[place + 1]
                logs[k] += math.log1p(min(stake, max(0.95 / max(-min(bets), 1e-300), 1)) * gain)
            path.append(log_sum(logs))
            if arm == 0:
                hits, shots = hits + hit, shots + n
            else:
                seen, total, squares = seen + 1, total + hit / n, squares + (hit / n) ** 2
        return path

def pooled(logs: Any, count: int) -> float:
    """Average the wealth of the `count` least convinced bettors."""
    return log_sum(sorted(logs)[:count]) - math.log(count)

OPEN = ("inconclusive", None, None)

PAIR = "two_qubit_gate_error"
def arms_of(x: Table) -> dict[str, list[int]]:
    """Give the arms of each quantity, short and long first; of pairs' gates the reference and layers."""
    name, arms = PROTOCOLS[x["protocol"], x["version"]][1][0], [*range(len(x["lengths"]))]
    gate_alone = x["lengths"][1:2] == [max(x["lengths"])]
    both = {PAIR: arms} if gate_alone else {name: arms[1:], PAIR: [0, 2]}
    return both if x.get("reference") else {name: arms}

# ------------------------------------------------------------------ the best chain or set of N qubits
def neighbours(lost: dict[Row, int]) -> dict[int, dict[int, int]]:
    beside: dict[int, dict[int, int]] = {}
    for (a, b), n in lost.items(): beside.setdefault(a, {})[b] = beside.setdefault(b, {})[a] = n
    return beside
def best_chain(lost: dict[Row, int], own: dict[int, int], size: int) -> list[list[int]]:
    """Paths grow qubit by qubit; of those to one end the 16 of least loss go on, one of each set of qubits."""
    beside = neighbours(lost)
    must(size * len(lost) * max(32, len(beside)) <= 3e7, small.PLAN, "a choice that takes too long to repeat")
    ways = [(own.get(q, 0), (q,)) for q in beside]
    for _ in range(size - 1):
        grown = sorted((n + more + own.get(q, 0), (q, *back)) for n, back in ways
                       for q, more in beside[back[0]].items() if q not in back)
        ways, sets, ends = [], set(), dict.fromkeys(beside, 0)
        for n, back in grown:
            if ends[back[0]] < 16 and (known := (back[0], frozenset(back))) not in sets:
                ways.append((n, back))
                sets.add(known)
                ends[back[0]] += 1
    return sorted(sorted(p) for p in pairwise(min(ways)[1])) if ways else []
def best_set(lost: dict[Row, int], own: dict[int, int], size: int) -> list[int]:
    """From each qubit a set grows by the pair that adds least; the set of least loss, the smaller start first."""
    beside, found = neighbours(lost), []
    must(size * len(lost) * max(32, len(beside)) <= 3e7, small.PLAN, "a choice that takes too long to repeat")
    for start in beside:
        inside, total = {start}, own.get(start, 0)
        while len(inside) < size:
            edges = [(n + own.get(q, 0), min(p, q), max(p, q), q) for p in inside for q, n in beside[p].items()
                     if q not in inside]
            if not edges: break
            total += min(edges)[0]
            inside.add(min(edges)[3])
        if len(inside) == size: found.append((total, start, sorted(inside)))
    return min(found)[2] if found else []


class Further(small.Audit):
    """The audit of audit_minimal.py, with nothing of a run left out that it has the rules for."""
    draws = {"t2_star": draw_t2, "t2_echo": draw_echo, "one_qubit_gates": draw_one_qubit,
             "two_qubit_gates": draw_two_qubit}
    never = small.Audit.never[1:]
    SHAPED = Shaped
    @staticmethod
    def knows(x: Table) -> bool:  # references too; of what is alone, gates: T1 and T2 are drawn for all qubits
        return small.is_known(x, True) and (not x.get("alone") or "gates" in x["protocol"])
    def sheet(self, planned: Table) -> None:
        """The sheet is that of the plan, and the best chains and sets are those that the rule chooses."""
        super().sheet(planned)
        coupled = {*map(tuple, self.couplings())}
        for claim in planned["claims"]:
            if best := claim.get("best"):
                lost, own = {(a, b): n for a, b, n in best["losses"] if (a, b) in coupled}, {}
                own |= {a: n for a, b, n in best["losses"] if a == b}
                found = (best_chain if best["rule"] == "chain" else best_set)(lost, own, best["size"])
                must(claim["scope"] == ({"pairs": found, "qubits": []} if best["rule"] == "chain" else
                                        {"pairs": [], "qubits": found}),
                     f"{small.PLAN}, claim {claim['id']!r}", "another chain or set than the rule chooses")
    def couplings(self) -> Any:
        out, device = {*self.plan["device"].get("out_of_order", ())}, self.plan["device"]
        every = ([a, b] for a in range(self.n) for b in range(a + 1, self.n))
        return [p for p in (every if device["connectivity"] == "all-to-all" else device["couplings"])
                if not out & {*p} and list(p) not in device.get("pairs_out_of_order", [])]
    def circuits(self) -> str:
        """All circuits follow, those with entanglers in a part of as many layers as the long arm has too."""
        for x in filter(self.knows, self.own):
            if x.get("reference"):
                own = arms_of(x)
                long = x["lengths"][own[PAIR][1]]
                x["depths"] = [(long, k) if arm in own[PAIR] else k for arm, k in enumerate(x["lengths"])]
                # a gate's decay is that of a published sequence of as many Cliffords, 1.5 entanglers each
                x["curves"] = {name: [x["lengths"][arm] / (1.5 if name == PAIR else 1) for arm in arms]
                               for name, arms in own.items()}
        return super().circuits()
    def score(self, x: Table, index: int, *found: Any) -> None:
        """Count hits; of layers with a reference those of each quantity's own arms."""
        super().score(x, index, *found)
        if not x.get("reference"):
            return
        kept, name = self.rows[x["id"]], PROTOCOLS[x["protocol"], x["version"]][1][0]
        arms, hits, n = kept[name].pop(index)
        for quantity, own in arms_of(x).items():
            mine = [(own.index(arm), hit) for arm, hit in zip(arms, hits, strict=True) if arm in own]
            kept.setdefault(quantity, {})[index] = ([arm for arm, _ in mine], [hit for _, hit in mine], n)
        if not kept[name]:
            del kept[name]
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.memory: Table = {}
    # ------------------------------------------------------ claims on counts
    def followed(self, claim: Table) -> bool:
        """Whether a claim's outcome is settled by a count or an exact test, repeated here."""
        metric, better = claim["metric"], METRICS.get(claim["metric"], ("", ""))[1]
        if metric == "qubits":
            return claim["relation"] == "at least"
        strange = not all(map(self.knows, self.serving(claim)))  # published, or beyond these files
        if strange or claim["relation"] != better or claim["value"] <= 0:
            return False
        counted = claim.get("test") == "counted"  # a median, quantile or share, target by target
        if metric.startswith("readout"):
            exact = claim["statistic"] in ("every", "mean") or counted
            return exact and claim["value"] * (1 + claim["delta"]) < 1
        wanted = self.named(claim)
        return (metric in (*TIMES, "one_qubit_gate_error", PAIR) and
                (claim["statistic"] == "every" or len(wanted) == 1 or counted))
    def named(self, claim: Table) -> Any:
        """Give the qubits or pairs that a claim speaks of."""
        if claim["metric"] != PAIR:
            return claim["scope"]["qubits"] or range(self.n)
        return claim["scope"]["pairs"] or self.plan["device"]["couplings"] or [
            pair for pair in product(range(self.n), repeat=2) if pair[0] < pair[1]]
    def ranks(self, claim: Table) -> tuple[int, int] | None:
        """Give how many targets miss the limit, and meet the claim, at the least; None but for a count."""
        n = len(self.named(claim))
        if claim.get("test") != "counted" or n == 1:
            return None
        if claim["statistic"] == "median":
            return (n + 1) // 2, (n + 1) // 2
        meeting = min(max(math.ceil(claim["share"] * n - 1e-9), 1), n)
        return n - meeting + 1, meeting
    def streams(self, claim: Table) -> list[tuple[list[int], list[list[float]], list[list[float]]]]:
        """Follow all bets on a claim by experiment: batch of each step, log wealth for and against."""
        if claim["id"] in self.memory:
            return self.memory[claim["id"]]
        step, made, value = 1 + claim["delta"], [], self.canonical(claim)
        for x, name, columns in self.parts(claim):
            batches = sorted(self.rows[x["id"]][name].items())
            rows_of = [(index, arm, row) for index, (arms, hits, _) in batches
                       for arm, row in zip(arms, hits, strict=True)]
            if name in TIMES and claim["relation"] == "at least" and not self.ranks(claim):
                made.append(self.contrasts(claim, x, columns, rows_of))
                continue
            rows_of = [row for row in rows_of if row[1] < 2]
            if name.startswith("readout"):
                shots, rate, size = batches[0][1][2], value / (1 + (name[-2:] in ("_0", "_1"))), 1
                above = [min(rate * step**r, 1 - (1 - rate) * 0.5**r) for r in RUNGS]
                columns_of = [columns] if claim["statistic"] == "mean" else [[i] for i in columns]
                follow = share_path if max(shots, len(columns_of[0])) > 1 else proportion_path
                series = [[(sum(row[i] for i in own), shots * len(own)) for _, _, row in rows_of]
                          for own in columns_of]
            else:
                rate = 1 / value if name in TIMES else min((4 / 3 if name == PAIR else 2) * value, 0.95)
                test = RateTest(x, name, rate)
                follow, size, above = test.path, test.size, [rate * step**r for r in RUNGS]
                series = [[(arm, row[i]) for _, arm, row in rows_of] for i in columns]
            limit = rate if self.plan["rule"] == "guarded" else rate * step
            below = [limit * step**-r for r in RUNGS]
            made.append(([index for index, _, _ in rows_of][size - 1 :: size],
                         [follow(one, limit, below) for one in series],
                         [follow(one, rate, above) for one in series]))
        self.memory[claim["id"]] = made
        return made
    def contrasts(self, claim: Table, x: Table, columns: list[int], rows_of: Any) -> Any:
        """Follow bets on the contrast at the limit of a time and at the time: 1/e is left at the border."""
        step, value, both = 1 + claim["delta"], claim["value"], []
        limit = value if self.plan["rule"] == "guarded" else value / step
        later = min(((t, k) for k, t in enumerate(x["lengths"]) if k and t * (1 + 1e-9) >= limit), default=(0, 0))[1]
        early = max(((t, k) for k, t in enumerate(x["lengths"]) if k and t <= value * (1 + 1e-9)), default=(0, 0))[1]
        for chosen, factor in ((later, 1 / step), (early, step)):
            test = RateTest(x, claim["metric"], 0.0, chosen) if chosen else None
            both.append([test.path([({0: 0, chosen: 1}.get(arm, -1), row[i]) for _, arm, row in rows_of], 1 / test.span,
                                   [factor**r / test.span for r in RUNGS]) if test else [0.0] * len(rows_of)
                         for i in columns])
        return [index for index, _, _ in rows_of], *both
    def canonical(self, claim: Table) -> float:
        """Give the claimed value, of gates as average infidelity."""
        d = 4 if METRICS[claim["metric"]][2] == "pair" else 2
        other = claim["convention"] not in (None, "average_gate_infidelity")
        return claim["value"] * d / (d + 1) if other else claim["value"]
    def begun(self, claim: Table, cycle: int) -> bool:  # whether the whole scope has counts by the end of a cycle
        parts = self.parts(claim)
        return bool(parts) and all(min(self.rows[x["id"]][name]) < cycle for x, name, _ in parts)
    def weigh(self, claim: Table, cycle: int) -> tuple[float, float, float, float, bool]:
        """Give log wealth for and against a claim, the peaks so far, and whether against came first."""
        if not self.begun(claim, cycle):
            return 0.0, 0.0, 0.0, 0.0, False
        cut = [(sum(index < cycle for index in batches), good, bad)
               for batches, good, bad in self.streams(claim)]
        now, ranks = min(path[end - 1] for end, good, _ in cut for path in good), self.ranks(claim)
        if ranks:  # the least convinced of enough targets pool their wealth, on either side
            starts = [0 if len(cut) == 1 else end - 1 for end, _, _ in cut]
            held, doubt = (
                [pooled(row, count) for row in zip(*(path[start : part[0]] for start, part in zip(starts, cut,
                 strict=True) for path in part[side]), strict=True)] for side, count in ((1, ranks[0]), (2, ranks[1])))
            now = held[-1]
        elif len(cut) == 1:  # "every target": the least convinced bettor decides, all pool their doubts
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
        return now, doubt[-1], max(held), max(doubt), crossed[1] < crossed[0]
    def answering(self, claim: Table, cycle: int = 10**9) -> tuple[int, int, int]:
        """Count qubits that surely answer and that may, and circuits; of every moment at once."""
        for x in self.serving(claim):
            hits = [row for index, (_, own, _) in self.rows.get(x["id"], {}).get("readout_error", {}).items()
                    if index < cycle for row in own]
            if hits:
                n, wrong = len(hits), [sum(map(bool, column)) for column in zip(*hits, strict=True)]
                tail = min(self.plan["alpha"], self.plan["beta"]) * look_share(x, n) / len(wrong)
                return (sum(at_most(k, n, 0.25) < tail for k in wrong),
                        sum(at_most(n - k, n, 0.75) >= tail for k in wrong), n)
        return 0, self.n, 0
    def decide(self, known: Table, cycle: int, strangers: dict[str, float], generous: bool) -> None:
        """Decide at the end of a cycle what is open: (outcome, cycle or None, log e-values or None).

        Claims that this file does not follow settle when `strangers` says, and count on the sheet as
        beyond doubt (generous) or as nothing.
        """
        tested = [claim for claim in self.claims.values() if self.serving(claim)]
        still = [claim for claim in tested if known.get(claim["id"], OPEN)[1] is None]
        weighed: Table = {}
        for claim in still:
            name, before = claim["id"], known.get(claim["id"], OPEN)[2] or (-math.inf, -math.inf)
            known[name] = OPEN
            if not self.followed(claim):
                known[name] = ("", cycle, None) if cycle >= strangers[name] else OPEN
            elif claim["metric"] == "qubits":
                surely, may, _ = self.answering(claim, cycle)
                if surely >= claim["value"] or may < claim["value"]:
                    known[name] = ("supported" if surely >= claim["value"] else "refuted", cycle, None)
            else:
                weighed[name] = self.weigh(claim, cycle)
                known[name] = (OPEN[0], None, tuple(map(max, weighed[name][2:4], before)))  # of all looks
        together = self.plan["multiplicity"] == "fdr" and len(tested) > 1  # one claim shares errors with nobody
        won: dict[str, list[str]] = {}
        for side, (outcome, error) in enumerate((("supported", "beta"), ("refuted", "alpha"))):
            if not together:
                parts = len(tested) if self.plan["multiplicity"] == "family-wise" else 1
                hits = {n for n, log in weighed.items() if log[2 + side] >= math.log(parts / self.plan[error])}
            else:
                own = {n: math.exp(min(log[side], 300.0)) for n, log in weighed.items()
                       if log[side] >= -math.log(self.plan[error])}
                kept = {n for n, (how, when, _) in known.items() if when and (how == outcome or (not how and generous))}
                own |= {n: math.exp(min((known[n][2] or (math.inf, math.inf))[side], 300.0)) for n in kept}
                sheet = sum(claim["metric"] != "qubits" or known[claim["id"]][1] is not None for claim in tested)
                hits = discovered(own, kept, sheet, self.plan[error]) - kept
            for name in hits:
                won.setdefault(name, []).append(outcome)
        for name, outcomes in won.items():
            log = weighed[name]
            gap = log[0] + math.log(self.plan["beta"]) - log[1] - math.log(self.plan["alpha"])
            second = gap < 0 if together else log[4]
            outcome = outcomes[0] if len(outcomes) == 1 else outcomes[second]
            known[name] = (outcome, cycle, log[:2] if together else log[2:4])
    def completeness(self) -> str:
        """The batches are those that the plan and its stopping rule ask for; no other file is there.

        When a claim that this file does not follow was settled can only be read off the batches: at
        the earliest when the last batch ran that nobody else needed, at the latest when any stopped.
        """
        if self.foreign: return super().completeness()
        count = {x["id"]: len(self.there.get(x["id"], ())) for x in self.own}
        soon, late = {}, {}
        for name in (*self.claims, *self.figures):
            mine = [x for x in self.serving({"id": name}) if x["id"] in count]
            soon[name] = max((count[x["id"]] for x in mine if x["claims"] == [name]), default=1)
            late[name] = min((count[x["id"]] for x in mine if count[x["id"]] < batches_of(x)), default=math.inf)
        runs = []
        for strangers, generous in ((soon, True), (late, False)):
            known: Table = {}
            course = set()
            cycles = max(map(batches_of, self.own), default=1)
            for begin, end in pairwise(accumulate([0, *(self.plan.get("rounds") or [1] * cycles)])):
                over = {x["id"] for x in self.own if x["claims"] and all(
                    known.get(name, OPEN)[1] for name in x["claims"])}
                due = {(x["id"], number) for x in self.own if x["id"] not in over
                       for number in range(begin, min(end, batches_of(x)))}
                if not due and self.own:
                    break
                course |= due
                self.decide(known, end, strangers, generous)
                known |= {name: ("", end, None) for name in self.figures if strangers[name] <= end}
            runs.append((course, known))
        (least, self.early), (most, self.late) = runs
        there = {(name, index) for name, indices in self.there.items() for index in indices}
        for name, index in sorted(least - there):
            raise small.Refused(f"batches/{name}/{index:04d}/counts.json: a batch that the plan asks for is missing")
        for name, index in sorted(there - most):
            raise small.Refused(f"batches/{name}/{index:04d}/counts.json: beyond the plan's stopping rule")
        super().completeness()
        return f"the {len(there)} batches are those of the plan and its stopping rule"
    def verdict(self, claim: Table, said: Table, limit: float, at: str) -> None:
        """One verdict follows, exactly where this file follows its test."""
        super().verdict(claim, said, limit, at)
        name, outcome = claim["id"], said["verdict"]
        early, late = self.early.get(name, OPEN), self.late.get(name, OPEN)
        if early[:2] != late[:2] or not self.followed(claim):
            return
        self.unchecked = [text for text in self.unchecked if not text.startswith(f"the e-values of {name!r},")]
        gone = [index for x in self.serving(claim) for index in self.missing.get(x["id"], ())
                if self.plan.get("rounds") and index < (late[1] or math.inf)]
        lower, value = claim["relation"] == "at most", said["estimate"] and said["estimate"]["value"]
        border = {"supported": limit, "refuted": claim["value"]}.get(late[0])  # all counts together lie beyond it
        lost = None not in (value, border) and (value >= border) == (lower == (late[0] == "supported"))
        capped = outcome == "inconclusive" and (lost or (gone and late[0] == "supported") or any(
            one["failed"] and one["experiment"] in said["experiments"] for one in self.json[small.CHECKED]))
        must(outcome == late[0] or capped, at, f"{outcome}, but the counts say {late[0]}")
        must(outcome != "supported" or not gone, at, "supported, though counts are missing")
        for e, log in zip(("e_support", "e_refute"), late[2] or (), strict=False):
            must(close(said[e], math.exp(min(log, 600.0))), at, f"another {e}")
    def datasheet(self) -> str:  # also what is said beside the table of verdicts, and every single estimate
        found, sheet, said = super().datasheet(), self.plan["sheet"], self.json[small.VERDICTS]
        for level in sum(re.findall(r"(?:trust level|report is at) (T\d)|(T\d) this report", self.text), ()):
            must(level in ("", self.level), small.REPORT, f"reads trust level {level}, and it is {self.level}")
        for key in re.findall(r"SHA256:[\w+/]{43}", self.text):
            must(key in map(small.fingerprint, self.roles), small.REPORT, f"names the key {key}, of no party")
        told = [sheet[key] for key in ("title", "vendor", "machine") if said and sheet[key].isascii()]
        for part in (self.id, *(" ".join(one.split()) for one in told)):
            must(part in self.text, small.REPORT, f"does not name {part!r}")
        ran = [(len(self.json[came]["outcomes"] or ()), x.get("shots", 1)) for x, _, _, _, came in self.batches()]
        shots, circuits = sum(n for n, _ in ran), sum(n // each for n, each in ran)
        must(not (ran and said) or f"{shots} shots of {circuits} circuit" in self.text, small.REPORT, "other shots")
        return found

if __name__ == "__main__":
    sys.exit(small.main(sys.argv[1:], Further))
