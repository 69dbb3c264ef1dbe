# fmt: off
"""The second half of audit_minimal.py: whether estimates and verdicts follow from the counts.

It needs audit_minimal.py beside it and nothing else. Estimates are not fitted but checked: the value by
the slope of the likelihood there, the ends of its interval by how far the likelihood has fallen. The bets
for and against a claim are laid again shot by shot, and the run is stopped where its plan stops it.
Statistics: docs/decisions/0002-sequential.md and 0006-intervals.md.
"""
from __future__ import annotations

import hmac
import math
import re
import tomllib
from decimal import Decimal
from itertools import accumulate, pairwise, product
from statistics import NormalDist
from typing import Any

from audit_minimal import CHECKS as EVIDENCE
from audit_minimal import (
    ESTIMATES,
    PLAN,
    PROTOCOLS,
    SHEET,
    VERDICTS,
    Audit,
    Refused,
    Row,
    Table,
    batches_of,
    is_known,
    is_published,
    must,
)

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
        most = 50 / min(b - a for a, b in pairwise(lengths))
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
def interval_holds(parts: list[Any], highest: bool, claimed: Any, turned: str = "") -> bool:
    """Check value and ends of a claimed estimate of the highest, or lowest, of several values.

    The end that faces the border a run was stopped for is `turned` out by a factor of 1.17.
    """
    values = [one.value for one in parts]
    if claimed is None or None in values:
        return claimed is None and None in values
    n, tail, best = len(parts), (1 - claimed["level"]) / 2, claimed["value"]
    value, tails, place = ((max(values), (tail / n, tail), 0) if highest else
                           (min(values), (tail, tail / n), n - 1))
    ends = {end: claimed[end] for end in ("low", "high")}
    if turned and ends[turned] is not None:
        ends[turned] = best + (ends[turned] - best) / 1.17
    cut = turned == "low" and claimed["low"] == 0  # it would lie below zero
    return (close(best, value) and claimed["level"] == 0.95
            and (end_holds(parts, ends["low"], False, tails[0], place) or (cut and sum(
                one.exceeds(ends["low"] + 1e-12, False, tails[0]) for one in parts) <= place))
            and end_holds(parts, ends["high"], True, tails[1], place))

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
def discovered(own: dict[str, float], kept: set[str], claims: int, error: float) -> set[str]:
    """Find which claims of a sheet fall together (closed e-BH); what fell before stays fallen."""
    order = sorted(own, key=lambda name: (name not in kept, -own[name]))
    for size in range(len(order), len(kept), -1):
        sums = accumulate(sorted(own[name] for name in order[:size]))
        if all(total >= r * (r + claims - size) / (error * size) for r, total in enumerate(sums, 1)):
            return set(order[:size])
    return kept

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

# ---------------------------------------------------------- what a claim can speak of
# Unit, better side, what has a value, tolerance where the sheet sets none.
METRICS = {"qubits": ("count", "at least", "register", 0.001),
           "one_qubit_gate_error": ("probability", "at most", "qubit", 0.25),
           "two_qubit_gate_error": ("probability", "at most", "pair", 0.25),
           **{f"readout_error{end}": ("probability", "at most", "qubit", 0.5) for end in ("", "_0", "_1")},
           **dict.fromkeys(TIMES, ("time", "at least", "qubit", 0.25))}
UNITS = {"ns": "1e-9", "us": "1e-6", "µs": "1e-6", "μs": "1e-6", "ms": "1e-3", "s": "1", "min": "60",
         "h": "3600", "%": "1e-2", "ppm": "1e-6", "": "1"}
OPEN = ("inconclusive", None, None)
def quantity(value: Any) -> float:
    """Read a number, with its unit if it is a text, into SI units."""
    if not isinstance(value, str):
        return float(value)
    number, unit = re.fullmatch(r"\s*([-+0-9.]+(?:[eE][-+]?\d+)?)\s*(\S*)\s*", value).groups()
    return float(Decimal(number) * Decimal(UNITS[unit]))

class Judge(Audit):
    """The audit of the evidence, and of the numbers that rest on it."""
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.measured: dict[tuple[str, str, int], Any] = {}
        self.memory: Table = {}
    def claims_and_plan(self) -> str:
        """The plan can be followed, and is the plan of this sheet."""
        sentence = super().claims_and_plan()
        must(self.plan.get("judge", 1) == 2 or not self.own, f"{PLAN}, judge", "the rules of another version")
        self.sheet(self.plan["sheet"])
        return sentence
    def returned(self) -> None:
        """The counts of the batches are those of the files that the vendor signed, under blind names."""
        signed: dict[str, list[str]] = {}
        part_of: dict[str, str] = {}
        for name in self.campaign.named:
            if name.startswith("returned/"):
                circuits = self.json[name].get("circuits", {})
                signed |= {blind: [*one.get("memory", one.get("counts", ()))] for blind, one in circuits.items()}
            elif name.startswith("jobs/"):
                part_of |= {one["id"]: part["part"] for part in self.json[name]["parts"] for one in part["circuits"]}
        key = hmac.digest(self.root, b"qassay-blind-id-v1", "sha256")
        for x, index, name, _, came in self.batches():
            size, lines = min(x["batch"], x["rounds"] - index * x["batch"]), self.json[came]["outcomes"]
            blind = [hmac.digest(key, f"{name}/{k}".encode(), "sha256")[:12].hex() for k in range(size)]
            ends = {self.campaign.ended.get(part_of.get(one)) for one in blind}
            got = [line for one in blind for line in signed.get(one, ())]
            must(ends == {"counts"} and lines == got if lines is not None else
                 len(got) < size or "counts" not in ends, came, "not the outcomes that the vendor signed")
        self.unchecked.append("the texts of the circuits that went out (OpenQASM) and their order")
    def sheet(self, planned: Table) -> None:
        """Compare the sheet's text with what the plan made of it."""
        sheet = tomllib.loads(self.data[SHEET].decode("utf-8-sig").replace("\r\n", "\n"))
        head = sheet["sheet"]
        must(all(head[key].strip() == planned[key] for key in ("title", "vendor", "machine"))
             and len(sheet["claim"]) == len(planned["claims"]), SHEET, "another sheet in the plan")
        for said, claim in zip(sheet["claim"], planned["claims"], strict=True):
            unit, better, _, delta = METRICS.get(said["metric"], ("", "", "register", None))
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
    def decide(self, known: Table, cycle: int, strangers: dict[str, float], generous: bool) -> None:
        """Decide at the end of a cycle what is open: (outcome, cycle or None, log e-values or None).

        Claims that this file does not follow settle when `strangers` says, and count on the sheet as
        beyond doubt (generous) or as nothing.
        """
        tested = [claim for claim in self.claims.values() if self.serving(claim)]
        still = [claim for claim in tested if known.get(claim["id"], OPEN)[1] is None]
        weighed: Table = {}
        for claim in still:
            name, known[claim["id"]] = claim["id"], OPEN
            if not self.followed(claim):
                known[name] = ("", cycle, None) if cycle >= strangers[name] else OPEN
            elif claim["metric"] == "qubits":
                surely, may, _ = self.usable(claim, cycle)
                if surely >= claim["value"] or may < claim["value"]:
                    known[name] = ("supported" if surely >= claim["value"] else "refuted", cycle, None)
            else:
                weighed[name] = self.weigh(claim, cycle)
                known[name] = (OPEN[0], None, weighed[name][2:4])
        won: dict[str, list[str]] = {}
        for side, (outcome, error) in enumerate((("supported", "beta"), ("refuted", "alpha"))):
            if self.plan["multiplicity"] != "fdr":
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
            fdr, log = self.plan["multiplicity"] == "fdr", weighed[name]
            second = log[0] + math.log(self.plan["beta"]) < log[1] + math.log(self.plan["alpha"]) if fdr else log[4]
            outcome = outcomes[0] if len(outcomes) == 1 else outcomes[second]
            known[name] = (outcome, cycle, log[:2] if fdr else log[2:4])
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
            runs.append((course, known))
        (least, self.early), (most, self.late) = runs
        there = {(name, index) for name, indices in self.there.items() for index in indices}
        for name, index in sorted(least - there):
            raise Refused(f"batches/{name}/{index:04d}/counts.json: a batch that the plan asks for is missing")
        for name, index in sorted(there - most):
            raise Refused(f"batches/{name}/{index:04d}/counts.json: beyond the plan's stopping rule")
        self.explained()
        return f"the {len(there)} batches are those of the plan and its stopping rule"
    def estimates(self) -> str:
        """All estimates follow from the counts."""
        claimed = iter(self.json[ESTIMATES])
        for x in self.plan["experiments"]:
            if x["id"] in self.there and not is_known(x):
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
                not is_known(x) and not is_published(x) for x in self.serving(claim)):
            return self.unchecked.append(f"the verdict on {name!r}")
        used = self.parts(claim) if claim["metric"] != "qubits" else self.parts(claim | {"metric": "readout_error"})
        if not used:
            return must(outcome == "not tested" and said["estimate"] is None, at, "its scope has no counts")
        circuits = {x["id"]: len(rows_of) * (1 + (x["protocol"] == "readout")) for x, rows_of in
                    ((x, [row for _, own, _ in self.rows[x["id"]][q].values() for row in own]) for x, q, _ in used)}
        ones = [self.measured[x["id"], q, i] for x, q, columns in used for i in columns]
        shown, lower, early, late = said["estimate"], claim["relation"] == "at most", self.early[name], self.late[name]
        decided = late[0] if self.followed(claim) and early[:2] == late[:2] else outcome
        turned = {"supported": "high" if lower else "low", "refuted": "low" if lower else "high"}.get(decided, "")
        if claim["metric"] == "qubits":
            surely, may, _ = self.usable(claim)
            must([shown["value"], shown["low"], shown["high"]] == [surely, surely, may], at, "another count")
        elif claim["metric"] == "two_qubit_gate_error" or any(map(is_published, self.serving(claim))):
            self.unchecked.append(f"the estimate of {name!r}")
        elif claim["statistic"] in ("every", "best") or len(ones) == 1:
            factor = self.canonical(claim) / claim["value"] if claim["value"] else 1.0
            scaled = shown and {k: v if k == "level" or v is None else v * factor for k, v in shown.items()}
            highest = (claim["statistic"] != "best") == lower
            must(interval_holds(ones, highest, scaled, turned), at, "the estimate does not follow")
        elif claim["metric"].startswith("readout") and claim["statistic"] == "mean":
            mean = Proportion(sum(one.hits for one in ones), sum(one.shots for one in ones))
            must(interval_holds([mean], True, shown, turned), at, "the estimate does not follow")
        else:
            self.unchecked.append(f"the estimate of {name!r}, a {claim['statistic']} of {len(ones)} targets")
        must(said["circuits"] == sum(circuits.values()) or claim["metric"] == "two_qubit_gate_error" or
             any(map(is_published, self.serving(claim))), at, "another number of circuits")
        must(said["sequence"] is None or close(said["sequence"]["level"], 1 - plan["alpha"]), at,
             "a sequence of another level")
        capped = outcome == "inconclusive" and any(
            one["failed"] and one["experiment"] in said["experiments"] for one in self.json["analysis/checks.json"])
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
            for e, log in zip(("e_support", "e_refute"), late[2], strict=True):
                must(close(said[e], math.exp(min(log, 600.0))), at, f"another {e}")
        return None

CHECKS = [("claims and plan", Judge.claims_and_plan) if name == "claims and plan" else
          ("completeness", Judge.completeness) if name == "completeness" else (name, check)
          for name, check in EVIDENCE]
CHECKS[-1:-1] = [("estimates", Judge.estimates), ("verdicts", Judge.verdicts)]
