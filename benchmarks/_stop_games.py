"""One claim at a time, played to its stop: every metric and statistic that circuits can settle.

Plan, batches, looks and judge are the product's own; hits are drawn from the curves of the
protocols, which is what their circuits show of a machine that obeys the models.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from _drawn_counts import arms_of as drawn_arms

from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.planning.schedule import cycles
from qassay.protocols.designs.register_designs import layer_loss, relative_tolerance
from qassay.protocols.interface import arms_of
from qassay.protocols.known import is_gate, protocol_for, targets_with
from qassay.protocols.shares import share_of
from qassay.protocols.weighing.contrast_tests import contrast_evidence
from qassay.protocols.weighing.counted import Counted
from qassay.protocols.weighing.decision import OPEN, limit_of
from qassay.protocols.weighing.measurands import ClaimPart
from qassay.protocols.weighing.sequential_tests import rate_wealth
from qassay.statistics.sequential import first_crossing
from qassay.statistics.sequential_probabilities import rare_event_evidence
from qassay.statistics.trials import Trials
from qassay.verdicts.expectations import expectations
from qassay.verdicts.judge import decisions, judge

TIMES = ("t1", "t2_star", "t2_echo")
LAYERED = ("layer_fidelity", "eplg")
READOUT = ("readout_error", "readout_error_0", "readout_error_1")
QUANTITIES = {
    "two_qubit_gates": ("two_qubit_gate_error", "layer_error", "idle_error"),
    "isolated_pairs": ("isolated_layer_error", "layer_error"),
}  # of the others the metric, or what the protocol is called
VALUES = {
    "one_qubit_gate_error": 1e-3,
    "two_qubit_gate_error": 5e-3,
    "readout_error": 0.01,
    "readout_error_0": 0.01,
    "readout_error_1": 0.01,
    "t1": 1e-4,
    "t2_star": 1e-4,
    "t2_echo": 1e-4,
    "leakage": 1e-3,
    "layer_fidelity": 0.95,
    "eplg": 5e-3,
    "crosstalk": 2e-3,
    "ghz_fidelity": 0.8,
    "mirror_polarization": 0.7,
}
EVERY, MEAN, MEDIAN, SHARE = "every", "mean", "median", "share above"
MANY = 6
ALONE_ERROR = 2.0  # error of a layer without neighbours over the claimed crosstalk
TURNS = 0.06  # decay of the one-qubit gates of a layer over the entangler's
IDLE = 1e-4


def cells():
    """Name every metric with every statistic: (metric, statistic, targets)."""
    singles = ("one_qubit_gate_error", "two_qubit_gate_error", *READOUT, *TIMES, "leakage")
    found = [(metric, EVERY, 1) for metric in singles]
    found += [(metric, kind, MANY) for metric in singles for kind in (EVERY, MEAN, MEDIAN, SHARE)]
    found += [("crosstalk", kind, MANY) for kind in (EVERY, MEAN)]
    found += [(metric, "", MANY) for metric in LAYERED]
    return [*found, ("ghz_fidelity", "", 4), ("mirror_polarization", "", 4)]


def named(cell):
    """Write a cell as one name."""
    metric, statistic, targets = cell
    return " ".join(filter(None, (metric, statistic, f"of {targets}")))


@dataclass(frozen=True)
class Game:
    """One claim and the machines that it is played on.

    Attributes:
        cell: Metric, statistic, number of targets.
        plan: The product's.
        share: Decay of the one-qubit gates of a layer over the entangler's.
        lopsided: Whether one of the two qubits has all of it.
        spread: Standard deviation of the logarithm of the targets' errors.
    """

    cell: tuple
    plan: object
    share: float = TURNS
    lopsided: bool = False
    spread: float = 0.0

    @property
    def claim(self):
        return self.plan.sheet.claims[0]

    def truth(self, place):
        """Give the statistic of a machine at "half" of the claimed error, "claim" or "limit"."""
        claim = self.claim
        if place == "limit":
            return limit_of(claim, self.plan)
        if place == "claim":
            return claim.value
        error = float(place)
        if METRICS[claim.metric].dimension == "time":
            return claim.value / error
        if METRICS[claim.metric].better == "higher":
            return 1 - error * (1 - claim.value)
        return error * claim.value

    def foretold(self):
        (told,) = expectations(self.plan)
        return told

    def limit_error(self):
        """Give the limit as a multiple of the claimed error, as expectations do."""
        return 1 + relative_tolerance(self.claim)


def game_of(cell, **more):
    """Plan one claim of a cell."""
    metric, statistic, n = cell
    kind = METRICS[metric]
    value = VALUES[metric]
    lines = [
        "[sheet]",
        'title = "T"',
        'vendor = "V"',
        'machine = "M"',
        "[[claim]]",
        'id = "claim"',
        f'metric = "{metric}"',
        f'value = "{value!r} s"' if kind.dimension == "time" else f"value = {value!r}",
    ]
    if kind.conventions:
        lines.append('convention = "average_gate_infidelity"')
    if kind.target != "register":
        lines.append(f'statistic = "{statistic}"')
    if statistic == SHARE:
        lines.append("share = 0.8")
    if metric == "mirror_polarization":
        lines.append("conditions = {depth = 4}")
    qubits = n + 1 if kind.target == "pair" or metric in LAYERED else n
    device = DeviceDescription(
        name="drawn",
        platform="other",
        qubits=qubits,
        connectivity="listed",
        couplings=tuple((i, i + 1) for i in range(qubits - 1)),
    )
    sheet = parse_claim_sheet("\n".join(lines).encode(), "drawn.toml")
    plan = make_plan(sheet, device, bytes(32), Options(), "benchmark")
    return Game(cell=cell, plan=plan, **more)


class Law:
    """Chances of a hit at the targets of an experiment, all of a machine at one place."""

    def __init__(self, game, place, rng):
        self.game, self.rng = game, rng
        self.metric = game.cell[0]
        self.value = game.truth(place)
        self.spam = rng.uniform(0.01, 0.02, game.plan.device.qubits)

    def chances(self, x, quantity, arms):
        """Give them, shape (circuits, targets)."""
        lengths, targets = np.array(x.lengths)[arms][:, None], targets_with(x, quantity)
        value, metric = self.value, self.metric
        if x.protocol == "readout":
            return np.full((arms.size, len(targets)), share_of(metric, value))
        if quantity in ("ghz_fidelity", "mirror_polarization"):
            return np.full((arms.size, 1), (1 + value) / 2)
        right = np.array([np.prod([1 - self.spam[q] for q in target]) for target in targets])
        base = 0.5 ** len(targets[0])
        if quantity == "leakage":
            return 0.25 * right * (1 - value) ** lengths
        if quantity in TIMES:
            kept = np.exp(-lengths / value)
        elif quantity == "one_qubit_gate_error":
            kept = (1 - 2 * value) ** lengths
        elif quantity == "two_qubit_gate_error":
            kept = self.gate(x, lengths)
        elif quantity == "idle_error":
            kept = (1 - 4 / 3 * IDLE) ** lengths
        else:
            kept = (1 - 16 / 15 * self.layer(quantity, x)) ** lengths
        return base + (right - base) * kept

    def layer(self, quantity, x):
        """Give the process infidelity of a layer."""
        if self.metric == "crosstalk":
            alone = ALONE_ERROR * self.game.claim.value * 1.25
            if quantity == "isolated_layer_error":
                return alone
            return alone + 1.25 * self.value
        pairs = self.game.cell[2]
        waiting = sum(
            len(targets_with(y, "idle_error")) for y in self.game.plan.experiments
        ) * -math.log1p(-IDLE)
        return -math.expm1(-(layer_loss(self.game.claim, self.value, pairs) - waiting) / pairs)

    def gate(self, x, entanglers):
        """Retention of layers of which the first have an entangler (`TwoQubitGates`).

        With entanglers the three classes of Pauli errors mix from layer to layer; without, not.
        """
        layers = max(x.lengths[:3])
        rate = -math.log1p(-4 / 3 * self.value)
        both = self.game.share * rate / 0.8
        one, two = (both, 0.0) if self.game.lopsided else (both / 2, both / 2)
        rest = np.maximum(layers - entanglers, 0.0)
        unmixed = 0.2 * np.exp(-one * rest) + 0.2 * np.exp(-two * rest) + 0.6 * np.exp(-both * rest)
        return np.exp(-(rate + 0.8 * both) * entanglers) * unmixed


def counts(game, law, rng, order=None):
    """Draw all batches of all experiments that the plan can ask for."""
    batches = {}
    for x in game.plan.experiments:
        arms = (order or {}).get(x.id)
        if arms is None:
            arms = np.concatenate([drawn_arms(rng, x, x.batch_size(i)) for i in range(x.batches)])
        found = {}
        edges = np.cumsum([0, *(x.batch_size(i) for i in range(x.batches))])
        if x.working:
            batches[x.id] = by_turns(game, law, rng, x, arms, edges)
            continue
        for quantity in quantities(game, x):
            chance = law.chances(x, quantity, arms)
            hits = (rng.random(chance.shape) < chance).astype(np.int64)
            found[quantity] = hits
        lengths = np.array(x.lengths, dtype=float)
        batches[x.id] = {
            i: {
                name: Trials(lengths=lengths, arms=arms[start:end], hits=hits[start:end])
                for name, hits in found.items()
            }
            for i, (start, end) in enumerate(pairwise(edges))
        }
    return batches


def by_turns(game, law, rng, x, arms, edges):
    """Draw batches of which some circuits have all pairs at work, and some a group of them.

    The protocol's own scoring sorts them: a pair that is right reads as it should, one that is
    wrong does not.
    """
    isolated, together = (law.chances(x, name, arms) for name in quantities(game, x))
    whole = np.array([not places for places in x.working])[arms]
    chance = np.where(whole[:, None], together, isolated)
    wrong = (rng.random(chance.shape) >= chance).astype(np.uint8)
    outcomes = np.zeros((arms.size, 1, game.plan.device.qubits), dtype=np.uint8)
    for column, pair in enumerate(x.targets):
        outcomes[:, 0, pair[0]] = wrong[:, column]
    key = np.zeros((arms.size, game.plan.device.qubits), dtype=np.uint8)
    return {
        i: dict(protocol_for(x).score(key[a:b], outcomes[a:b], x, arms[a:b]))
        for i, (a, b) in enumerate(pairwise(edges))
    }


def quantities(game, x):
    """Name what an experiment measures."""
    if x.protocol == "readout":
        return [game.cell[0]]
    if x.protocol == "two_qubit_gates":
        wanted = ["two_qubit_gate_error"] if x.reference else ["layer_error", "idle_error"]
        return [name for name in wanted if targets_with(x, name)]
    if x.protocol == "one_qubit_gates":
        return ["one_qubit_gate_error"]
    return QUANTITIES.get(x.protocol) or [game.cell[0]]


def follows_peaks(game):
    """Whether what a gambler ever owned counts: then one look at the end tells of all before."""
    metric, statistic, n = game.cell
    if metric in ("ghz_fidelity", "mirror_polarization"):
        return True
    if metric == "crosstalk":
        return False
    return statistic == EVERY or n == 1 or (metric in READOUT and statistic == MEAN)


def together(game, place, rng, games):
    """Play games of a single target's exact test side by side, under one coin.

    Returns:
        For each game the counts of the whole plan and the look at which it stopped.
    """
    plan = game.plan
    drawn = [Counted(batches=counts(game, Law(game, place, rng), rng), cycles=cycles(plan))]
    (x,) = plan.experiments
    (name,) = quantities(game, x)
    arms = drawn[0].joined([x])[x.id][name].arms
    for _ in range(games - 1):
        batches = counts(game, Law(game, place, rng), rng, {x.id: arms})
        drawn.append(Counted(batches=batches, cycles=cycles(plan)))
    hits = np.concatenate([one.joined([x])[x.id][name].hits for one in drawn], axis=1)
    trials = Trials(lengths=np.array(x.lengths, dtype=float), arms=arms, hits=hits)
    part = ClaimPart(experiment=x, quantity=name, columns=(0,), trials=trials)
    test = evidence_of(game.claim)
    ends = [first_crossing(path, plan.alpha) for path in test(plan, game.claim, part)]
    steps, last = np.minimum(*ends), cycles(plan)
    played = np.arange(arms.size)
    if test is rate_wealth:  # its steps are circuits of two arms; sentinels are none
        played = np.flatnonzero(np.isin(arms, arms_of(x, gate=is_gate(x, name))[:2]))
    looks = np.append(played // x.batch + 1, last)[np.minimum(steps, played.size)]
    return list(zip(drawn, np.minimum(looks, last), strict=True))


def evidence_of(claim):
    """Give the exact test of a single target; None where there is none."""
    if claim.metric in READOUT:
        return read_evidence
    return contrast_evidence if claim.metric in TIMES else rate_wealth


def read_evidence(_plan, claim, part):
    """Bet on single bits."""
    game = rare_event_evidence(
        part.trials.hits,
        np.ones((part.trials.circuits, 1), dtype=np.int64),
        rate=share_of(claim.metric, claim.value),
        tolerance=claim.delta,
    )
    return game.confirm, game.refute


def verdicts(game, place, rng, games):
    """Play some games; give of each the verdict and the shots taken."""
    plan = game.plan
    if game.cell[1] == EVERY and game.cell[2] == 1:
        for counted, look in together(game, place, rng, games):
            settled = counted.until(int(look))
            known = decisions(plan, settled, {})
            yield judge(plan, settled, known)[0], shots_of(plan, settled)
        return
    for _ in range(games):
        yield play(game, place, rng)


def shots_of(plan, counted):
    """Add up the shots of the batches that were run."""
    return sum(x.batch_size(i) * x.shots for x in plan.experiments for i in counted.batches[x.id])


def play(game, place, rng):
    """Run the claim to its stop.

    Returns:
        The verdict, the shots taken.
    """
    plan = game.plan
    whole = Counted(batches=counts(game, Law(game, place, rng), rng), cycles=cycles(plan))
    if not follows_peaks(game):
        known = {}
        for number in range(1, whole.cycles + 1):
            settled = whole.until(number)
            known = decisions(plan, settled, known)
            if known.get("claim", OPEN).settled:
                break
        return judge(plan, settled, known)[0], shots_of(plan, settled)
    low, high, known = 0, 0, {}
    while high < whole.cycles:
        low, high = high, min(whole.cycles, max(1, whole.cycles // 32, 2 * high))
        known = decisions(plan, whole.until(high), {})
        if known["claim"].settled:
            break
    while known["claim"].settled and high - low > 1:
        middle = (low + high) // 2
        tried = decisions(plan, whole.until(middle), {})
        low, high = (low, middle) if tried["claim"].settled else (middle, high)
        known = tried if tried["claim"].settled else known
    settled = whole.until(high)
    return judge(plan, settled, known)[0], shots_of(plan, settled)
