"""Runs through plan and judge on counts drawn from curves: what benchmarks of verdicts share.

The plan, its batches and lengths, the cycles and the judge are the product's own; only circuits
and device are left out, and hits are drawn from the curves of imagined targets.
"""

import math

import numpy as np

from qassay.claims import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.planning.schedule import cycle, cycles
from qassay.protocols.shares import share_of
from qassay.protocols.weighing.counted import Counted
from qassay.statistics.intervals import clopper_pearson
from qassay.statistics.trials import Trials
from qassay.verdicts.course import stopped_experiments
from qassay.verdicts.judge import decisions, judge

ROOT = bytes(32)
HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
TIMES = ("t1", "t2_star", "t2_echo")
CONVENTION = {"one_qubit_gate_error": "average_gate_infidelity"}


def claim_text(name, metric, value, *lines, statistic="mean"):
    """Write a claim; value in SI units."""
    stated = f'"{value!r} s"' if metric in TIMES else repr(value)
    table = ["[[claim]]", f'id = "{name}"', f'metric = "{metric}"', f"value = {stated}", *lines]
    table.append(f'statistic = "{statistic}"')
    if metric in CONVENTION:
        table.append(f'convention = "{CONVENTION[metric]}"')
    return "\n".join(table) + "\n"


def plan_for(text, qubits, **device):
    """Plan a sheet for a machine of so many qubits that says nothing of its durations."""
    described = DeviceDescription(name="drawn", platform="other", qubits=qubits, **device)
    sheet = parse_claim_sheet((HEAD + text).encode(), "drawn.toml")
    return make_plan(sheet, described, ROOT, Options(), "benchmark")


class Machine:
    """Targets with rates of their own, in units of the claim.

    Args:
        rates: Error over the claimed one, shape (targets,); of times the inverse.
        claimed: The claim in SI units.
        spam: Errors of preparation and readout, shape (targets,).
        common: Share of the shots in which one random number decides for all targets.
    """

    def __init__(self, rates, claimed, spam, common=0.0):
        self.rates, self.claimed, self.spam, self.common = rates, claimed, spam, common

    def chances(self, x, quantity, arms):
        """Give the probability of a hit, shape (circuits, targets)."""
        lengths = np.array(x.lengths)[arms][:, None]
        if x.protocol == "readout":
            share = share_of(quantity, 1.0)  # half of the bits are set to the other value
            return np.broadcast_to(share * self.rates * self.claimed, (arms.size, self.rates.size))
        if quantity in TIMES:
            kept = np.exp(-lengths * self.rates / self.claimed)
        else:
            kept = np.exp(lengths * np.log1p(-np.minimum(2 * self.rates * self.claimed, 0.999)))
        return 0.5 + (0.5 - self.spam) * kept

    def trials(self, rng, x, quantity, count):
        """Draw the hits of one batch at the targets of an experiment."""
        arms, shots = arms_of(rng, x, count), x.shots
        chance = self.chances(x, quantity, arms)[:, [t[0] for t in x.targets]]
        hits = np.zeros(chance.shape, dtype=np.int64)
        for _ in range(shots):
            uniform = rng.random(chance.shape)
            if self.common:
                same = rng.random(chance.shape[0]) < self.common
                uniform[same] = uniform[same, :1]
            hits += uniform < chance
        return Trials(lengths=np.array(x.lengths), arms=arms, hits=hits, shots=shots)


def arms_of(rng, x, count):
    """Draw the arm of every circuit as the protocol's batches do."""
    block = np.repeat(np.arange(len(x.block)), x.block)
    if x.coin:
        return rng.choice(block, count)
    return np.concatenate([rng.permutation(block) for _ in range(-(-count // block.size))])[:count]


def play(plan, machines, rng):
    """Run a plan to its end.

    Args:
        plan: The plan.
        machines: One a metric.
        rng: Source of luck.

    Returns:
        Verdicts by claim, and circuits by claim when it was settled (readout: shots).
    """
    batches, known, used = {}, {}, {}
    spent = dict.fromkeys((x.id for x in plan.experiments), 0)
    counted = None
    for number in range(cycles(plan)):
        stopped = stopped_experiments(plan, known)
        running = [slot for slot in cycle(plan, number) if slot.experiment.id not in stopped]
        if not running:
            break
        for slot in running:
            x = slot.experiment
            size = x.batch_size(number)
            spent[x.id] += size
            scored = {
                name: machines[name].trials(rng, x, name, size) for name in quantities(x, machines)
            }
            batches.setdefault(x.id, {})[number] = scored
        counted = Counted(batches=batches, cycles=number + 1)
        before = set(settled(known))
        known = decisions(plan, counted, known)
        for name in set(settled(known)) - before:
            used[name] = sum(spent[x.id] for x in plan.experiments_for(name))
    for claim in plan.sheet.claims:
        used.setdefault(claim.id, sum(spent[x.id] for x in plan.experiments_for(claim.id)))
    return {v.claim: v for v in judge(plan, counted, known)}, used


def quantities(x, machines):
    """Name what an experiment measures of what is imagined."""
    own = {"readout": [m for m in machines if m.startswith("readout")]}
    usual = {"one_qubit_gates": ["one_qubit_gate_error"]}
    return own.get(x.protocol) or usual.get(x.protocol) or [x.protocol]


def settled(known):
    """Name the claims that are settled."""
    return [name for name, one in known.items() if one.settled]


def shapes(rng, n, spread, kind="lognormal"):
    """Draw rates of any scale: log-normal, one dead, two groups, or with a long tail."""
    if kind == "groups":  # just over half at the median, the others far better
        rates = np.where(np.arange(n) < n // 2 + 1, 1.0, 0.4) * np.exp(0.05 * rng.normal(size=n))
    elif kind == "skewed":
        rates = 0.6 + rng.exponential(0.6, n)
    else:
        rates = np.exp(spread * rng.normal(size=n))
    if kind == "dead":
        rates[0] = 1e6
    return rates


def percent(count, games):
    """Write a share of games with its 95 % Clopper-Pearson interval."""
    low, high = (100 * float(x) for x in clopper_pearson(count, games))
    return f"{100 * count / games:.1f} ({low:.1f} to {high:.1f})"


def spent_words(used):
    """Write a mean with its standard error, and the 90 % quantile."""
    used = np.asarray(used, dtype=float)
    error = used.std() / math.sqrt(used.size)
    return f"{used.mean():.0f} ± {error:.0f} | {np.quantile(used, 0.9):.0f}"
