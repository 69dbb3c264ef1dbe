"""One hidden machine through the whole product: sheet, plan, run, verdicts, and the truth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qassay import assay
from qassay.claims.metrics import METRICS
from qassay.devices import answer_key
from qassay.devices.machine_file import Machine, read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.execution.journal import Event, Journal
from qassay.execution.runner import Finished
from qassay.execution.workers import executor_of
from qassay.planning.planner import make_plan
from qassay.protocols.interface import Target
from qassay.protocols.weighing.decision import OPEN, Decision
from qassay.selfcheck.bounds import bound_of
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.families import family_for
from qassay.selfcheck.hidden_machines import Traits, draw_machine
from qassay.selfcheck.placed_claims import Placement, place_claims
from qassay.selfcheck.records import SAME, Record, within
from qassay.selfcheck.settings import Settings
from qassay.selfcheck.truth import true_targets, true_value, window_of
from qassay.verdicts.analysis import analyse
from qassay.verdicts.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A hidden machine with its sheet, ready to be judged.

    Attributes:
        machine: With its truth, drift included.
        machine_text: Its file.
        sheet_bytes: Its sheet's file.
        request: The frozen plan.
        placed: Its claims.
        traits: What kind it is.
    """

    machine: Machine
    machine_text: str
    sheet_bytes: bytes
    request: assay.Request
    placed: tuple[Placement, ...]
    traits: Traits


def hidden(settings: Settings, number: int) -> Hidden:
    """Draw machine `number`, write claims about it and plan their test."""
    draws = Draws.of(settings.seed, number)
    drawn = draw_machine(
        draws, number, settings.qubits, settings.smallest_error, settings.circuit_price
    )
    still = read_machine(drawn.text.encode(), f"hidden-{number}.toml")
    data, sheet, placed = place_claims(draws, still, number, settings.asked)
    root = draws.root()
    plan = make_plan(sheet, still.description, root, settings.options, assay.SOFTWARE)
    drawn = drawn.drifting(plan.cost.seconds)
    return Hidden(
        machine=read_machine(drawn.text.encode(), f"hidden-{number}.toml"),
        machine_text=drawn.text,
        sheet_bytes=data,
        request=assay.Request(sheet_bytes=data, plan=plan, root=root, seed=None, findings=()),
        placed=placed,
        traits=drawn.traits,
    )


def run_trial(settings: Settings, number: int) -> tuple[Record, ...]:
    """Let the product judge machine `number`, and hold each verdict beside the truth."""
    case = hidden(settings, number)
    plan, known = case.request.plan, dict[str, Decision]()
    with executor_of(1) as executor:
        device = VirtualMachine(case.machine)
        done = list(assay.execute(case.request, device, _Forgetful(Path()), executor, known))
    analysis = analyse(plan, assay.counted(done), known)
    verdicts = {verdict.claim: verdict for verdict in analysis.verdicts}
    return tuple(
        _record(case, number, place, done, verdicts[place.claim.id], known) for place in case.placed
    )


class _Forgetful(Journal):
    """A journal that keeps nothing: a trial that is broken off begins anew."""

    __slots__ = ()

    def append(self, event: Event) -> None:
        """Let the event go."""


def _record(
    case: Hidden,
    number: int,
    place: Placement,
    done: Sequence[Finished],
    verdict: Verdict,
    known: Mapping[str, Decision],
) -> Record:
    plan, claim, machine = case.request.plan, place.claim, case.machine
    decision = known.get(claim.id, OPEN)
    until = window_of(plan, claim, done, decision.cycle)
    targets = true_targets(machine, claim, until)
    worst = _worst(targets, claim.metric)
    at_verdict = true_value(machine, claim, until)
    worse = at_verdict / claim.value if claim.relation == "at most" else claim.value / at_verdict
    estimate = verdict.estimate
    value, low, high = math.nan, -math.inf, math.inf
    if estimate is not None and estimate.informative:
        value, low, high = estimate.value, estimate.low, estimate.high
    one_target = place.form in ("every", "single")
    truth = true_value(machine, claim, window_of(plan, claim, done, None))
    always = verdict.sequence
    return Record(
        machine=number,
        traits=case.traits,
        metric=claim.metric,
        form=place.form,
        ratio=place.ratio,
        delta=claim.delta,
        outcome=verdict.outcome,
        meets=worse <= 1 + SAME,
        misses=worse >= (1 + claim.delta) * (1 - SAME),
        truth=truth,
        value=value,
        low=low,
        high=high,
        in_sequence=None if always is None else within(always.low, truth, always.high),
        capped=decision.settled and verdict.outcome == "inconclusive",
        circuits=sum(circuits for _, circuits in until.moments.get(worst, ())),
        bound=bound_of(machine, claim, worst, targets[worst], plan.alpha)
        if one_target
        else math.nan,
        one_qubit_share=_one_qubit_share(machine, targets, claim.metric),
    )


def _worst(targets: Mapping[Target, float], metric: str) -> Target:
    sign = 1 if METRICS[metric].better == "lower" else -1
    return max(targets, key=lambda target: sign * targets[target])


def _one_qubit_share(machine: Machine, targets: Mapping[Target, float], metric: str) -> float:
    """Give the one-qubit gates' part of the layers' process infidelity; NaN without layers."""
    if family_for(metric) != "two":
        return math.nan
    ones = 1.5 * answer_key.one_qubit_gate_error(machine)
    singles = sum(float(ones[qubit]) for pair in targets for qubit in pair)
    return singles / (singles + sum(1.25 * value for value in targets.values()))
