"""Means on machines unlike ours: wrong verdicts, what stays open, circuits, coverage.

    .venv/bin/python benchmarks/hostile_means.py [--metric 1q] [--n 6 20 50] [--runs 300]
        [--kind dead "spread 1.5"] [--at limit claim beyond better] [--list]

Planner, arms, cycles, judge and intervals are the product's own; circuits are replaced by a law of
the hits, so that hundreds of machines can be played. "limit": the mean is exactly at the limit,
and "supported" is wrong; "claim": exactly as claimed, and "refuted" is wrong. Every qubit (pair)
has a preparation and readout error of its own between 1 and 5 %. In brackets: 95 % limits.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from dataclasses import dataclass

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.planning.schedule import round_slots, rounds
from qassay.protocols.batches import draw_order
from qassay.protocols.known import targets_with
from qassay.protocols.weighing.counted import Counted
from qassay.protocols.weighing.decision import OPEN
from qassay.randomness import root_from_integer
from qassay.statistics.intervals import clopper_pearson
from qassay.statistics.trials import Trials
from qassay.verdicts.course import stopped_experiments
from qassay.verdicts.judge import decisions, judge

DELTA, SEED = 0.25, 20261129
MACHINE = """[machine]
name = "x"
platform = "superconducting"
qubits = {qubits}
connectivity = "line"
[durations]
one_qubit_gate = "20 ns"
two_qubit_gate = "60 ns"
readout = "500 ns"
shot_overhead = "100 us"
circuit_overhead = "{overhead}"
"""
SHEET = """[sheet]
title = "x"
vendor = "v"
machine = "m"
{claims}"""
CLAIM = """
[[claim]]
id = "c{number}"
metric = "{metric}"
relation = "{relation}"
value = {value}
statistic = "{statistic}"
delta = {delta}
{convention}"""
CONVENTION = 'convention = "average_gate_infidelity"\n'


@dataclass(frozen=True)
class Metric:
    """One metric: its claim, and how a machine's values of targets become hits."""

    name: str
    claimed: float
    relation: str = "at most"
    convention: str = CONVENTION
    delta: float = DELTA

    def qubits(self, n: int) -> int:
        """A line that has n targets."""
        return n if self.name in ("one_qubit_gate_error", "t1") else n + 1


METRICS = {
    "1q": Metric("one_qubit_gate_error", 1e-3),
    "2q": Metric("two_qubit_gate_error", 6e-3),
    "lf": Metric("layer_fidelity", 0.0, "at least", ""),
    "t1": Metric("t1", 1e-4, "at least", ""),
    "leakage": Metric("leakage", 1e-3, convention=""),
}
KINDS = (
    "alike",
    "spread 0.3",
    "spread 0.5",
    "spread 0.8",
    "spread 1.5",
    "one at 5",
    "half",
    "quarter",
    "dead",
    "2 % bad",
    "10 % bad",
    "factor 30 %",
)
LEVELS = {
    "0.01": 0.01,
    "0.1": 0.1,
    "half": 0.5,
    "better": 0.7,
    "claim": 1.0,
    "limit": 1 + DELTA,
    "1.5": 1.5,
    "5": 5.0,
    "15": 15.0,
}


def errors(kind: str, n: int, level: float, rng: np.random.Generator) -> np.ndarray:
    """Draw the targets' errors in units of the claim; their mean is `level` (a dead one: above)."""
    if kind.startswith("spread"):
        x = np.exp(float(kind.split()[1]) * rng.standard_normal(n))
        return level * x / x.mean()
    if kind == "dead":
        return np.array([np.inf] + [0.7] * (n - 1))
    bad = {"one at 5": 5.0, "half": 0.5 * n * level, "quarter": 0.25 * n * level}.get(kind)
    if bad is None:
        return np.full(n, level)
    bad = min(bad, n * level)
    return np.array([bad] + [max((n * level - bad) / (n - 1), 0.02)] * (n - 1))


class Law:
    """Hits of one machine."""

    def __init__(self, metric: Metric, kind: str, n: int, level: float, seed: int) -> None:
        self.rng = np.random.default_rng([SEED, seed, n])
        self.metric, self.kind = metric, kind
        scaled = errors(kind, n, level, self.rng)
        self.values = metric.claimed * scaled
        if metric.name == "t1":  # a mean time: the same shapes, of times
            self.values = metric.claimed * (scaled / level**2)
            if kind == "dead":
                self.values = metric.claimed * np.array([1e-6] + [0.7] * (n - 1))
        if metric.name == "layer_fidelity":
            self.values = scaled * self.loss_each
        self.spam = self.rng.uniform(0.01, 0.05, n + 1)
        self.ones = 0.1 * metric.claimed * np.exp(0.3 * self.rng.standard_normal(n + 1))

    loss_each = 8e-3

    def kept(self, quantity: str, target: tuple[int, ...], lengths: np.ndarray) -> np.ndarray:
        """Retention of one target over lengths times the factor of its circuit."""
        if quantity == "t1":
            return np.exp(-lengths / max(self.values[target[0]], 1e-30))
        if quantity == "one_qubit_gate_error":
            lone = self.metric.name == quantity
            rate = 2 * (self.values[target[0]] if lone else self.ones[target[0]])
        elif quantity == "layer_error":
            e = min(self.values[target[0]], 15 / 16)
            if self.metric.name == "layer_fidelity":
                e = -math.expm1(-min(self.values[target[0]], math.log(16)))
            else:
                e = 1 - (1 - min(1.25 * e, 15 / 16)) * np.prod(
                    [1 - 1.5 * self.ones[q] for q in target]
                )
            rate = 16 / 15 * min(e, 15 / 16)
        elif quantity == "idle_layer_error":
            rate = 4 / 3 * 1e-5
        else:
            rate = self.values[target[0]]
        return np.exp(lengths * math.log1p(-min(rate, 1 - 1e-12)))

    def truth(self, plan) -> float:
        """Give the claimed statistic."""
        capped = self.values
        if self.metric.name == "one_qubit_gate_error":
            capped = np.minimum(capped, 0.5)
        elif self.metric.name == "two_qubit_gate_error":
            capped = np.minimum(capped, 0.75)
        elif self.metric.name == "leakage":
            capped = np.minimum(capped, 1.0)
        elif self.metric.name == "layer_fidelity":
            idle = sum(len(targets_with(x, "idle_layer_error")) for x in plan.experiments) * 1e-5
            return math.exp(-float(np.minimum(capped, math.log(16)).sum()) - idle)
        return float(capped.mean())

    def hits(self, x, arms: np.ndarray) -> dict[str, Trials]:
        """Draw the hits of one batch."""
        rng, lengths = self.rng, np.array(x.lengths)[arms]
        factor = (
            np.maximum(1 + 0.3 * rng.standard_normal(arms.size), 0)
            if "factor" in self.kind
            else np.ones(arms.size)
        )
        bad = rng.random(arms.size) < {"2 % bad": 0.02, "10 % bad": 0.1}.get(self.kind, 0.0)
        found = {}
        for quantity in QUANTITIES[x.protocol]:
            targets = targets_with(x, quantity)
            if not targets:
                continue
            base = 0.0 if x.protocol == "leakage" else 0.5 ** len(targets[0])
            top = 0.25 if x.protocol == "leakage" else 1 - base
            columns = []
            for target in targets:
                kept = self.kept(quantity, target, lengths * factor)
                amplitude = np.prod([1 - self.spam[q] for q in target])
                p = base + top * amplitude * np.where(bad, 0.0, kept)
                columns.append(rng.binomial(x.shots, p))
            found[quantity] = Trials(
                lengths=np.array(x.lengths, dtype=float),
                arms=arms,
                hits=np.stack(columns, axis=1),
                shots=x.shots,
            )
        return found


QUANTITIES = {
    "one_qubit_gates": ("one_qubit_gate_error",),
    "two_qubit_gates": ("layer_error", "idle_layer_error"),
    "t1": ("t1",),
    "leakage": ("leakage",),
}


def planned(metric: Metric, n: int, overhead: str, extra: bool):
    """Plan one claim on n targets of a line."""
    qubits = metric.qubits(n)
    value = metric.claimed
    if metric.name == "layer_fidelity":
        value = math.exp(-n * Law.loss_each)
    unit = f'"{value!r} s"' if metric.name == "t1" else repr(value)
    delta = metric.delta
    if metric.name == "layer_fidelity":  # the limit of the loss is (1 + DELTA) times the claim's
        delta = math.expm1(n * Law.loss_each * DELTA)
    claims = [
        CLAIM.format(
            number=0,
            metric=metric.name,
            relation=metric.relation,
            value=unit,
            statistic="mean",
            delta=delta,
            convention=metric.convention,
        )
    ]
    if metric.name == "two_qubit_gate_error":
        claims.append(
            CLAIM.format(
                number=1,
                metric="one_qubit_gate_error",
                relation="at most",
                value=repr(0.2 * value),
                statistic="mean",
                delta=DELTA,
                convention=CONVENTION,
            )
        )
    if extra:
        claims.append(
            CLAIM.format(
                number=1,
                metric=metric.name,
                relation=metric.relation,
                value=unit,
                statistic="every",
                delta=delta,
                convention=metric.convention,
            )
        )
    machine = read_machine(MACHINE.format(qubits=qubits, overhead=overhead).encode(), "m.toml")
    sheet = parse_claim_sheet(SHEET.format(claims="".join(claims)).encode(), "s.toml")
    options = Options(multiplicity="none")
    return make_plan(sheet, machine.description, root_from_integer(1), options, "benchmark")


def play(plan, law: Law, seed: int):
    """Run one machine to its verdict."""
    root, known, parts, stopped, end = root_from_integer(seed), {}, [], frozenset(), 0
    for span in rounds(plan):
        slots = round_slots(plan, span, stopped)
        if not slots:
            break
        for slot in slots:
            x = slot.experiment
            parts.append((x, slot.index, law.hits(x, draw_order(x, slot.index, root))))
        end = span[1]
        known.update(decisions(plan, Counted.of(parts, end), known))
        stopped = stopped_experiments(plan, known)
        if known.get("c0", OPEN).settled:
            break
    return judge(plan, Counted.of(parts, end), known)[0]


def share(count: int, runs: int) -> str:
    """A share with its limits, in per cent."""
    low, high = (
        float(end[0]) for end in clopper_pearson(np.array([count]), np.array([runs]), 0.95)
    )
    return f"{100 * count / runs:5.1f} ({100 * low:.1f} to {100 * high:.1f})"


def cell(name: str, kind: str, at: str, n: int, options) -> None:
    """Play one cell and print it."""
    metric, begun = METRICS[name], time.perf_counter()
    plan = planned(metric, n, options.overhead, options.every)
    outcomes, circuits, inside, below, above, informed = [], [], 0, 0, 0, 0
    for seed in range(options.runs):
        law = Law(metric, kind, n, LEVELS[at], seed)
        verdict = play(plan, law, seed + 1)
        outcomes.append(verdict.outcome)
        circuits.append(verdict.circuits)
        truth, shown = law.truth(plan), verdict.estimate
        if shown is not None and shown.informative:
            informed += 1
            below += truth < shown.low * (1 - 1e-9)
            above += truth > shown.high * (1 + 1e-9)
    runs = len(outcomes)
    inside = informed - below - above
    s, r = outcomes.count("supported"), outcomes.count("refuted")
    shots = max(x.shots for x in plan.experiments)
    print(
        f"{name:8s}{kind:12s} at {at:6s} n={n:3d}{f' x{shots}' if shots > 1 else ''} | supported"
        f" {share(s, runs)} | refuted {share(r, runs)} | open {100 * (runs - s - r) / runs:5.1f}"
        f" | circuits {np.mean(circuits):5.0f} | covered {100 * inside / max(informed, 1):5.1f}"
        f" (truth below {below}, above {above} of {informed})"
        f" | {runs} runs, {time.perf_counter() - begun:.0f} s",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--metric", nargs="*", default=["1q"], choices=METRICS)
    parser.add_argument("--n", type=int, nargs="*", default=[6, 20, 50])
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--kind", nargs="*", default=list(KINDS))
    parser.add_argument("--at", nargs="*", default=["limit", "claim"], choices=LEVELS)
    parser.add_argument("--overhead", default="0 s", help="of a new circuit: above 0, many shots")
    parser.add_argument("--every", action="store_true", help="with a claim on every target beside")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        print("metrics", *METRICS, "| kinds", *(f'"{k}"' for k in KINDS), "| at", *LEVELS)
        return
    for name in options.metric:
        for n in options.n:
            for kind in options.kind:
                for at in options.at if kind != "dead" else options.at[:1]:
                    cell(name, kind, at, n, options)


if __name__ == "__main__":
    main()
