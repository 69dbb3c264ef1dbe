"""Runs of the product on machines given by a law of their bits: its own planner, order and judge.

Circuits are not simulated: a law draws which bits come out wrong. Everything else is the product:
the plan, the coin that orders the circuits, scoring, the cycles and when they stop, the verdicts,
their caps by checks of the model, the intervals. For `hostile_readout.py`, `hostile_times.py` and
`hostile_world.py`.
"""

import os
import sys
import time
from dataclasses import dataclass, field

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.planning.schedule import round_slots, rounds
from qassay.protocols.batches import draw_order
from qassay.protocols.known import protocol_for
from qassay.protocols.weighing.counted import Counted
from qassay.statistics.intervals import clopper_pearson
from qassay.verdicts.analysis import analyse
from qassay.verdicts.course import stopped_experiments
from qassay.verdicts.expectations import expectations
from qassay.verdicts.judge import decisions, judge
from qassay.verdicts.looks import look_due
from qassay.verdicts.model_verdicts import capped, check_models

SHEET = '[sheet]\ntitle = "x"\nvendor = "v"\nmachine = "m"\n'


def machine_of(qubits, platform="superconducting", overhead="100 us", readout="500 ns"):
    return (
        f'[machine]\nname = "m"\nplatform = "{platform}"\nqubits = {qubits}\n'
        'connectivity = "line"\n'
        f'[durations]\none_qubit_gate = "20 ns"\ntwo_qubit_gate = "60 ns"\nreadout = "{readout}"\n'
        f'shot_overhead = "{overhead}"\n'
    )


def claim_of(metric, value, statistic, relation="at most", delta=None, qubits=None, name="c"):
    lines = [f'[[claim]]\nid = "{name}"\nmetric = "{metric}"\nvalue = {value}']
    lines += [f'statistic = "{statistic}"\nrelation = "{relation}"']
    lines += [f"delta = {delta}"] if delta else []
    lines += [f"scope = {{qubits = {qubits}}}"] if qubits else []
    return "\n".join(lines) + "\n"


def planned(machine, claims, options=None):
    sheet = parse_claim_sheet((SHEET + claims).encode(), "s.toml")
    device = read_machine(machine.encode(), "m.toml").description
    options = options or Options(multiplicity="none")
    return make_plan(sheet, device, bytes(32), options, "benchmark")


def once(plan, law, seed):
    """Run a plan to its end on one machine; `law` gives wrong bits (circuits, shots, qubits)."""
    rng = np.random.default_rng(seed)
    root = rng.bytes(32)
    known, parts, stopped, end = {}, [], frozenset(), 0
    source = bits_of(law, plan.device.qubits)
    for span in rounds(plan):
        slots = round_slots(plan, span, stopped)
        if not slots:
            break
        for slot in slots:
            arms = draw_order(slot.experiment, slot.index, root)
            parts.append((slot.experiment, slot.index, source(slot, arms, rng)))
        end = span[1]
        known.update(decisions(plan, Counted.of(parts, end), known))
        stopped = stopped_experiments(plan, known)
    return known, analyse(plan, Counted.of(parts, end), known).verdicts


def bits_of(law, qubits):
    """Make a source of counts from a law of wrong bits."""

    def source(slot, arms, rng):
        x = slot.experiment
        expected = rng.integers(0, 2, (arms.size, qubits), dtype=np.uint8)
        wrong = law(x, np.array(x.lengths)[arms], expected, rng)
        bits = expected[:, None, :] ^ wrong.astype(np.uint8)
        return protocol_for(x).score(expected, bits, x, arms)

    return source


def looked_at(plan, end, last, quick):
    """Whether a quick game looks after a cycle.

    A mean has looks of its own (`look_due`). Exact tests count what their gamblers ever owned, so
    looking later comes to the same verdict.
    """
    claim = plan.sheet.claims[0]
    if claim.metric == "crosstalk":
        return look_due(plan, end)
    if claim.statistic not in ("mean", "every"):
        return True
    if claim.statistic == "mean" and not claim.metric.startswith("readout"):
        return look_due(plan, end)
    return not quick or end == last or end in quick


def game(plan, source, seed, *, quick=False):
    """Play one sheet of one claim on one machine.

    Args:
        plan: The plan.
        source: Function of slot, arms and a random generator that gives the scored hits.
        seed: Of the coin and, unless the source has luck of its own, of the hits.
        quick: Decide at few looks, without interval and checks of the model.

    Returns:
        The outcome, if quick; else the verdict, caps of the checks included.
    """
    rng = np.random.default_rng(seed)
    root = rng.bytes(32)
    known, parts, stopped, end = {}, [], frozenset(), 0
    spans = rounds(plan)
    sparse = {round(1.5**k) for k in range(40)} if quick else None
    for span in spans:
        slots = round_slots(plan, span, stopped)
        if not slots:
            break
        for slot in slots:
            arms = draw_order(slot.experiment, slot.index, root)
            parts.append((slot.experiment, slot.index, source(slot, arms, rng)))
        end = span[1]
        if looked_at(plan, end, spans[-1][1], sparse):
            known.update(decisions(plan, Counted.of(parts, end), known))
            stopped = stopped_experiments(plan, known)
    name = plan.sheet.claims[0].id
    if quick:
        return known[name].outcome
    counted_now = Counted.of(parts, end)
    checks = check_models(plan, counted_now)
    return next(capped(v, plan, checks) for v in judge(plan, counted_now, known) if v.claim == name)


@dataclass
class Cell:
    """What came of the runs of one cell, for its first claim."""

    outcomes: list = field(default_factory=list)
    capped: int = 0
    shots: list = field(default_factory=list)
    inside: list = field(default_factory=list)

    def add(self, known, verdict, truth):
        self.outcomes.append(verdict.outcome)
        self.shots.append(verdict.shots)
        decided = known[verdict.claim].outcome
        self.capped += verdict.outcome == "inconclusive" and decided != "inconclusive"
        if verdict.estimate is not None and verdict.estimate.informative:
            e = verdict.estimate
            self.inside.append(e.low * (1 - 1e-9) <= truth <= e.high * (1 + 1e-9))

    def share(self, outcome):
        return counted(sum(o == outcome for o in self.outcomes), len(self.outcomes))

    def row(self, wrong):
        wrong = self.share(wrong) if wrong else "-"
        right = [
            f"{o[:3]} {100 * self.outcomes.count(o) / len(self.outcomes):.0f}"
            for o in ("supported", "refuted", "inconclusive")
        ]
        cover = counted(sum(self.inside), len(self.inside)) if self.inside else "-"
        mean, median = np.mean(self.shots), np.median(self.shots)
        return (
            f"wrong {wrong:24s} {' '.join(right)} (capped {self.capped})"
            f"  shots {mean:.0f}, median {median:.0f}  covers {cover}"
        )


def counted(hits, runs):
    low, high = (float(x) for x in clopper_pearson(hits, runs))
    return f"{100 * hits / max(runs, 1):.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def many(label, plan, law, truth, runs, wrong, seed=0):
    began, cell = time.time(), Cell()
    law_of = law if getattr(law, "each", False) else (lambda _: law)
    for k in range(runs):
        known, verdicts = once(plan, law_of(seed + k), [seed, k])
        cell.add(known, verdicts[0], truth(k) if callable(truth) else truth)
    told = expectations(plan)
    foretold = ""
    if told:
        foretold = "  foretold " + "/".join(
            "-" if o is None or o.shots is None else str(o.shots) for o in told[0].outlooks
        )
    print(f"{label:58s} {cell.row(wrong)}{foretold}  [{time.time() - began:.0f} s]", flush=True)
    return cell


def runs_of(default):
    words = [w for w in sys.argv[1:] if w.isdigit()]
    return int(words[0]) if words else default
