"""Laws of the hits of decays on machines unlike ours: gates, layers, leakage, times.

A law gives every target a value of its own, in units of the claim, and says how the retention of
each circuit comes about. The claimed statistic is exactly at a level by the definitions of
docs/metrics.md: the decay between the short and the long circuits of the whole run, whatever the
law. For `hostile_world.py`; circuits are not simulated.
"""

import math
from dataclasses import dataclass

import numpy as np

from qassay.protocols.interface import arms_of
from qassay.protocols.known import PROTOCOLS, targets_with
from qassay.statistics.trials import Trials

SEED = 20261129
TIMES = ("t1", "t2_star", "t2_echo")
PER_RATE = {
    "one_qubit_gate_error": 2.0,
    "two_qubit_gate_error": 4 / 3,
    "layer_error": 16 / 15,
    "isolated_layer_error": 16 / 15,
    "idle_layer_error": 4 / 3,
    "leakage": 1.0,
}
WORST = {
    "one_qubit_gate_error": 0.5,
    "two_qubit_gate_error": 0.75,
    "layer_error": 15 / 16,
    "leakage": 1.0,
}
QUANTITIES = {
    "one_qubit_gates": ("one_qubit_gate_error",),
    "two_qubit_gates": ("two_qubit_gate_error", "layer_error", "idle_layer_error"),
    "isolated_pairs": ("layer_error",),
    "leakage": ("leakage",),
    **{name: (name,) for name in TIMES},
}
BESIDE = 4.0  # error of an isolated layer's pair over the claimed crosstalk
IDLE, ONES = 1e-5, 0.1  # error of a waiting qubit; of one-qubit gates over the claimed one
_NODES = np.random.default_rng(SEED).standard_normal(4000)


def spread(kind: str, n: int, level: float, rng: np.random.Generator) -> np.ndarray:
    """Draw the targets' values in units of the claim; their mean is `level` (a dead one: above)."""
    if kind.startswith("spread"):
        x = np.exp(float(kind.split()[1]) * rng.standard_normal(n))
        return level * x / x.mean()
    if kind == "one dead":
        return np.array([np.inf] + [0.7] * (n - 1))
    bad = {
        "one at 5": 5.0,
        "one with half": 0.5 * n * level,
        "one with a quarter": 0.25 * n * level,
        "one with nearly all": n * level - 0.5 * (n - 1) * min(level, 1.0),
    }.get(kind)
    if bad is None:
        return np.full(n, level)
    bad = min(bad, n * level)
    return np.array([bad] + [max((n * level - bad) / max(n - 1, 1), 0.02)] * (n - 1))


@dataclass(frozen=True)
class Weather:
    """What disturbs circuits, alike or each by itself.

    Attributes:
        bad: Share of the shots in which nothing is left of any signal.
        factor: Standard deviation of a factor on all rates, common to the targets of a circuit.
        still: Whether a rate is constant in a shot and another in the next (the square of a
            normal variable), each target's own.
        sine: Amplitude of a sine of all rates; `period` in circuits of an experiment, 0 for
            those of a cycle.
        jumps: Factor on all rates in every second ten circuits.
        away: Share of the time for which a target is lost, in runs of about 40 shots.
        stray: How often a lost target is read as one that is there.
        spam: Least and largest error of preparation and readout of a qubit.
        power: Of the decay over time: the contrast is exp(-(t / T)^power).
    """

    bad: float = 0.0
    factor: float = 0.0
    still: bool = False
    sine: float = 0.0
    period: float = 9.0
    jumps: float = 1.0
    away: float = 0.0
    stray: float = 0.0
    spam: tuple[float, float] = (0.01, 0.05)
    power: float = 1.0

    def kept(self, depth: np.ndarray) -> np.ndarray:
        """Give the mean retention at a depth (rate times length), over all that varies."""
        depth = np.asarray(depth, dtype=float)[..., None]
        if self.still:
            return 1 / np.sqrt(1 + 2 * depth[..., 0])
        if self.factor:
            return np.exp(-depth * np.maximum(1 + self.factor * _NODES, 0)).mean(axis=-1)
        if self.sine:
            turns = 2 * np.pi * (np.arange(64) + 0.5) / 64
            return np.exp(-depth * (1 + self.sine * np.sin(turns))).mean(axis=-1)
        if self.jumps != 1.0:
            return np.exp(-depth * np.array([1.0, self.jumps])).mean(axis=-1)
        return np.exp(-(depth[..., 0] ** self.power))

    def rate_for(self, rate: np.ndarray, length: float) -> np.ndarray:
        """Find the rate whose mean retention over a length is that of a constant one."""
        if not (self.still or self.sine or self.factor or self.jumps != 1.0):
            return rate
        target = np.minimum(np.asarray(rate, dtype=float) * length, 8.0)
        low, high = np.zeros_like(target), np.full_like(target, 1e4)
        for _ in range(60):
            middle = 0.5 * (low + high)
            more = -np.log(np.maximum(self.kept(middle), 1e-300)) < target
            low, high = np.where(more, middle, low), np.where(more, high, middle)
        dead = np.asarray(rate) * length > 8
        return np.where(dead, rate, 0.5 * (low + high) / length)


@dataclass(frozen=True)
class Aim:
    """What a cell claims."""

    metric: str
    claimed: float
    statistic: str = "mean"
    delta: float = 0.25
    layer: float = 8e-3  # loss of a pair of a claimed layer fidelity


class Law:
    """Hits of one machine."""

    def __init__(self, aim: Aim, kind: str, level: float, weather: Weather, plan, seed):
        self.aim, self.weather, self.plan, self.level = aim, weather, plan, level
        rng = self.rng = np.random.default_rng([SEED, *seed])
        layered = aim.metric in ("layer_fidelity", "crosstalk")
        quantity = "layer_error" if layered else aim.metric
        self.targets = list(
            dict.fromkeys(
                t
                for x in plan.experiments
                if quantity in QUANTITIES.get(x.protocol, ())
                for t in targets_with(x, quantity)
            )
        )
        n = len(self.targets)
        scaled = spread(kind, n, level, rng)
        if aim.metric in TIMES:  # a mean time: the same shapes, of times
            dead = kind == "one dead"
            self.values = aim.claimed * (
                np.array([1e-6] + [0.7] * (n - 1)) if dead else scaled / level**2
            )
        elif aim.metric == "layer_fidelity":
            self.values = -np.expm1(-np.minimum(aim.layer * scaled, math.log(16)))
        else:
            self.values = np.minimum(aim.claimed * scaled, WORST.get(aim.metric, 0.1))
        width = plan.device.qubits
        self.spam = rng.uniform(*weather.spam, width)
        self.ones = ONES * aim.claimed * np.exp(0.3 * rng.standard_normal(width))
        self.phase = rng.uniform(0, 2 * np.pi)
        self.seen: dict[str, int] = {}
        self.gone: dict[str, np.ndarray] = {}
        self.columns: dict = {}

    def truth(self) -> float:
        """Give the claimed statistic."""
        if self.aim.metric == "layer_fidelity":
            idle = sum(len(targets_with(x, "idle_layer_error")) for x in self.plan.experiments)
            return float(np.exp(np.log1p(-self.values).sum() - idle * IDLE))
        worst = np.min if self.aim.metric in TIMES else np.max
        taken = {"mean": np.mean, "median": np.median, "every": worst}[self.aim.statistic]
        return float(taken(self.values))

    def _rates(self, x, quantity, targets) -> np.ndarray:
        """Give the decay a unit of length of each target, of what the long circuits show."""
        place = {t: i for i, t in enumerate(self.targets)}
        if quantity == "idle_layer_error":
            return np.full(len(targets), -math.log1p(-PER_RATE[quantity] * IDLE))
        mine = np.array([self.values[place[t]] for t in targets])
        if quantity in TIMES:
            return 1 / np.maximum(mine, 1e-30)
        decay = np.minimum(PER_RATE[quantity] * mine, 1 - 1e-12)
        return -np.log1p(-decay)

    def hits(self, slot, arms: np.ndarray) -> dict[str, Trials]:
        """Draw the hits of one batch."""
        x, rng, w = slot.experiment, self.rng, self.weather
        began = self.seen.get(x.id, 0)
        self.seen[x.id] = began + arms.size
        factor = np.ones(arms.size)
        if w.factor:
            factor = np.maximum(1 + w.factor * rng.standard_normal(arms.size), 0)
        if w.sine:
            place = began + np.arange(arms.size)
            period = w.period or float(x.batch)
            factor = 1 + w.sine * np.sin(2 * np.pi * place / period + self.phase)
        if w.jumps != 1.0:  # in turns of ten circuits, so that runs of any length have both
            place = began + np.arange(arms.size)
            factor = np.where(place // 10 % 2 == 1, w.jumps, 1.0)
        bad = rng.random(arms.size) < w.bad
        if x.working:
            return self._halves(x, arms, factor, bad)
        found = {}
        for quantity in QUANTITIES[x.protocol]:
            gate = quantity == "two_qubit_gate_error"
            own = arms_of(x, gate=gate)
            if not own or not targets_with(x, quantity):
                continue
            found[quantity] = self._drawn(x, quantity, arms, factor, bad, own)
        return found

    def _drawn(self, x, quantity, arms, factor, bad, own) -> Trials:
        rng, w = self.rng, self.weather
        key = (x.id, quantity)
        lengths = np.array(x.lengths, dtype=float)
        if key not in self.columns:
            targets = targets_with(x, quantity)
            span = lengths[list(own)].max() - lengths[list(own)].min()
            rates = self._rates(x, quantity, targets)
            if not (w.still and self.level <= 1):  # then the error of a gate is the claim's
                rates = w.rate_for(rates, span)
            amplitude = np.array([np.prod([1 - self.spam[q] for q in t]) for t in targets])
            turns = np.zeros(len(targets))
            if quantity == "two_qubit_gate_error":  # as many in the reference, and as steady
                turns = np.array([1.6 * sum(self.ones[q] for q in t) for t in targets])
            self.columns[key] = (rates, amplitude, turns * lengths.max())
        rates, amplitude, turns = self.columns[key]
        depth = rates * (lengths[arms] * factor)[:, None]
        if w.still:
            depth = depth * rng.standard_normal(depth.shape) ** 2
        kept = np.exp(-(depth**w.power) - turns)
        kept[bad] = 0.0
        if w.away:
            kept[self._gone(key, kept.shape)] = 0.0
        leaks = x.protocol == "leakage"
        base = 0.0 if leaks else PROTOCOLS[x.protocol].asymptote
        base = 0.5 if quantity == "idle_layer_error" else base
        p = base + (0.25 if leaks else 1 - base) * amplitude * kept
        p = p + w.stray * (1 - kept) * (quantity == self.aim.metric)
        hits = rng.binomial(x.shots, p) if x.shots > 1 else (rng.random(p.shape) < p)
        every = Trials(lengths=lengths, arms=arms, hits=hits.astype(np.int64), shots=x.shots)
        return every if len(own) == lengths.size else every.of_arms(own)

    def _halves(self, x, arms, factor, bad) -> dict[str, Trials]:
        """Draw layers with and without working neighbours, and count them as the product does."""
        rng, lengths = self.rng, np.array(x.lengths)[arms]
        place = {t: i for i, t in enumerate(self.targets)}
        more = np.array([1.25 * self.values[place[t]] for t in x.targets])
        alone = np.full(len(x.targets), 1.25 * BESIDE * self.aim.claimed)
        amplitude = np.array([np.prod([1 - self.spam[q] for q in t]) for t in x.targets])
        together = np.array([not x.working[arm] for arm in arms])
        errors = np.where(together[:, None], alone + more, alone) * factor[:, None]
        kept = np.exp(lengths[:, None] * np.log1p(-16 / 15 * errors))
        kept[bad] = 0.0
        missed = rng.random(kept.shape) >= 0.25 + 0.75 * amplitude * kept
        expected = np.zeros((arms.size, self.plan.device.qubits), dtype=np.uint8)
        outcomes = expected[:, None, :].copy()
        outcomes[:, 0, [t[0] for t in x.targets]] = missed
        return dict(PROTOCOLS[x.protocol].score(expected, outcomes, x, arms))

    def _gone(self, key, shape) -> np.ndarray:
        """Let targets be lost for about 40 shots at a time."""
        leave, back = self.weather.away / (1 - self.weather.away) / 40, 1 / 40
        state = self.gone.get(key, np.zeros(shape[1], dtype=bool))
        found = np.empty(shape, dtype=bool)
        for row in range(shape[0]):
            luck = self.rng.random(shape[1])
            state = np.where(state, luck >= back, luck < leave)
            found[row] = state
        self.gone[key] = state
        return found
