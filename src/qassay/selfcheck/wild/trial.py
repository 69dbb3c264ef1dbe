"""One wild machine through planner, order, scoring, judge and estimates, beside the truth."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from qassay import assay
from qassay.claims.metrics import METRICS
from qassay.planning.plan import Plan
from qassay.planning.planner import make_plan
from qassay.protocols.weighing.decision import OPEN
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.records import SAME, Record, within
from qassay.selfcheck.settings import Settings, by_definition
from qassay.selfcheck.wild.by_definition import run_defined
from qassay.selfcheck.wild.claims import OpenClaim, metrics_of, value_at, wild_sheet, wishes
from qassay.selfcheck.wild.kinds import world_of
from qassay.selfcheck.wild.laws import Player
from qassay.selfcheck.wild.machine import WildMachine
from qassay.selfcheck.wild.play import Played, play
from qassay.selfcheck.wild.troubles import Luck
from qassay.selfcheck.wild.truth import Executed, truth_up_to
from qassay.selfcheck.wild.world import DRAWN, draw_wild, timed

_TRIES: Final = 4  # of placing claims whose truth depends on the lengths that a plan chooses
# What a plan may take here; beyond, another machine is drawn in its place.
MOST_BATCHES: Final = 160
MOST_SHOTS: Final = 40_000
MOST_BITS: Final = 600_000
_ATTEMPTS: Final = 12


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WildCase:
    """A wild machine with its sheet, ready to be judged.

    Attributes:
        machine: With its drift on the plan's clock.
        plan: The frozen plan.
        root: Seed of the secret order.
        placed: Its claims, with their values.
    """

    machine: WildMachine
    plan: Plan
    root: bytes
    placed: tuple[OpenClaim, ...]


def wild_case(settings: Settings, number: int) -> WildCase | None:
    """Draw machine `number`, claims about it and their plan.

    Where no claim can be made, or a plan takes more than can be played, another machine is drawn;
    None where that happens too often.
    """
    for attempt in range(_ATTEMPTS):
        case = _drawn_case(settings, number, attempt)
        if case is not None and _affordable(case.plan):
            return case
    return None


def _affordable(plan: Plan) -> bool:
    shots = sum(x.rounds * x.shots for x in plan.experiments)
    batches = sum(x.batches for x in plan.experiments)
    return (
        batches <= MOST_BATCHES and shots <= MOST_SHOTS and shots * plan.device.qubits <= MOST_BITS
    )


def _drawn_case(settings: Settings, number: int, attempt: int) -> WildCase | None:
    draws = Draws.of(settings.seed, number, f"wild {attempt}")
    asked = [f for f in DRAWN if set(metrics_of(f, settings.asked)) & set(settings.asked)]
    drawn = draw_wild(draws, number, draws.one_of("family", asked))
    machine = drawn.machine
    wanted = [w for w in wishes(draws, drawn, settings.asked) if w.claim.metric in settings.asked]
    root = draws.root()
    values = [_first_value(wish) for wish in wanted]
    # Simpler than it is, its truth does not depend on the lengths of circuits.
    simple = replace(machine, luck=Luck(), luck_times=Luck(), power_gates=1.0)
    for turn in range(_TRIES):
        if not wanted:
            return None
        sheet = wild_sheet(number, wanted, values)
        plan = make_plan(sheet, machine.device, root, settings.options, assay.SOFTWARE)
        known = [plan.experiments_for(claim.id) != () for claim in sheet.claims]
        still = [Executed(experiment=x, index=0, clock=0) for x in plan.experiments]
        truths = [
            truth_up_to(simple if turn == 0 else machine, plan, claim, still, None)
            if there
            else 0.0
            for claim, there in zip(sheet.claims, known, strict=True)
        ]
        placed = [value_at(wish, truth, draws) for wish, truth in zip(wanted, truths, strict=True)]
        kept = [(w, v) for w, v in zip(wanted, placed, strict=True) if v is not None]
        settled = turn > 0 and [v for _, v in kept] == values
        wanted, new = [w for w, _ in kept], [v for _, v in kept]
        same = len(new) == len(values) and np.allclose(new, values, rtol=1e-9, atol=0)
        if settled or (turn > 0 and same):
            break
        values = new
    if not wanted:
        return None
    sheet = wild_sheet(number, wanted, values)
    plan = make_plan(sheet, machine.device, root, settings.options, assay.SOFTWARE)
    final = tuple(
        replace(wish, claim=claim) for wish, claim in zip(wanted, sheet.claims, strict=True)
    )
    return WildCase(machine=timed(drawn, plan), plan=plan, root=root, placed=final)


def _first_value(wish: OpenClaim) -> float:
    if wish.claim.metric == "qubits":
        return 1.0
    return {"time": 1e-3, "probability": 0.01}[METRICS[wish.claim.metric].dimension]


def play_case(settings: Settings, case: WildCase) -> Played:
    """Let the product judge a machine."""
    seed = [settings.seed, case.machine.number]
    player = Player(case.machine, np.random.default_rng(seed))
    return play(case.plan, player.answer, case.root)


def run_wild(settings: Settings, number: int) -> tuple[Record, ...]:
    """Let the product judge machine `number`, and hold each verdict beside the truth."""
    defined = tuple(name for name in settings.asked if name in by_definition())
    others = len(settings.asked) - len(defined)
    if defined and number % len(settings.asked) >= others:
        chosen = Draws.of(settings.seed, number, "worlds").one_of("metric", defined)
        world = world_of(chosen)
        if world is run_defined:  # which chooses among its own, as it always did
            return run_defined(settings, number, tuple(n for n in defined if world_of(n) is world))
        return world(settings, number, (chosen,))
    case = wild_case(settings, number)
    if case is None:
        return ()
    played = play_case(settings, case)
    verdicts = {verdict.claim: verdict for verdict in played.verdicts}
    made = []
    for wish in case.placed:
        verdict = verdicts[wish.claim.id]
        if verdict.outcome != "not tested":
            made.append(_record(case, wish, played))
    return tuple(made)


def _record(case: WildCase, wish: OpenClaim, played: Played) -> Record:
    claim, machine, plan = wish.claim, case.machine, case.plan
    verdict = next(v for v in played.verdicts if v.claim == claim.id)
    decision = played.known.get(claim.id, OPEN)
    at_verdict = truth_up_to(machine, plan, claim, played.done, decision.cycle)
    truth = truth_up_to(machine, plan, claim, played.done, None)
    worse = at_verdict / claim.value
    if claim.relation == "at least":
        worse = claim.value / at_verdict if at_verdict else math.inf
    step = 1 + claim.delta
    misses = worse >= step * (1 - SAME)
    if claim.metric == "qubits":  # a count is met or missed
        misses = at_verdict < claim.value
    estimate = verdict.estimate
    value, low, high = math.nan, -math.inf, math.inf
    if estimate is not None and estimate.informative:
        value, low, high = estimate.value, estimate.low, estimate.high
    always = verdict.sequence
    ratio = wish.ratio
    if claim.metric == "qubits":
        ratio = claim.value / at_verdict if at_verdict else math.inf
    return Record(
        machine=machine.number,
        traits=None,
        metric=claim.metric,
        form=wish.form,
        ratio=ratio,
        delta=claim.delta,
        outcome=verdict.outcome,
        meets=worse <= 1 + SAME,
        misses=misses,
        truth=truth,
        value=value,
        low=low,
        high=high,
        in_sequence=None if always is None else within(always.low, truth, always.high),
        capped=decision.settled and verdict.outcome == "inconclusive",
        circuits=verdict.circuits,
        bound=math.nan,
        one_qubit_share=math.nan,
        kinds=machine.kinds,
    )
