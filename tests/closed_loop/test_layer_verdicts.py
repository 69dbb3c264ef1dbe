"""How often a verdict on a layer fidelity errs, at the very border: its test is asymptotic.

The circuits are not run: hits are drawn from the model, with unlike pairs (a spread of 30 %),
3 % of errors in preparation and readout, and the plan's own batches and looks.
"""

import numpy as np
import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription, Durations
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.planning.schedule import cycles
from qassay.protocols.designs.register_designs import layer_loss
from qassay.protocols.known import targets_with
from qassay.protocols.weighing.counted import Counted
from qassay.randomness import root_from_integer
from qassay.statistics.trials import Trials
from qassay.verdicts.judge import decisions

pytestmark = pytest.mark.slow

QUBITS = 20
GAMES = 120
SPAM = 0.97
LINE = DeviceDescription(
    name="line",
    platform="superconducting",
    qubits=QUBITS,
    connectivity="line",
    couplings=tuple((q, q + 1) for q in range(QUBITS - 1)),
    durations=Durations(one_qubit_gate=3e-8, two_qubit_gate=1e-7, readout=1e-6, shot_overhead=1e-4),
)
SHEET = """
[sheet]
title = "T"
vendor = "V"
machine = "line"
[[claim]]
id = "lf"
metric = "layer_fidelity"
relation = "at least"
value = 0.8
delta = 0.06
"""


def drawn(plan, loss, generator):
    """Draw the hits of a whole run of a machine with -ln LF = `loss`."""
    losses = generator.lognormal(0, 0.3, QUBITS - 1)
    waits = dict.fromkeys((0, QUBITS - 1), 0.1 * loss / QUBITS)
    losses *= (loss - sum(waits.values())) / losses.sum()
    parts = []
    for x in plan.experiments:
        pattern = np.repeat(np.arange(len(x.block)), x.block)
        for index in range(x.batches):
            arms = np.tile(pattern, x.batch_size(index) // pattern.size)
            lengths = np.array(x.lengths)
            scored = {}
            for quantity, base, factor in (
                ("layer_error", 0.25, 15 / 16),
                ("idle_error", 0.5, 0.75),
            ):
                targets = targets_with(x, quantity)
                if not targets:
                    continue
                lost = np.array([losses[t[0]] if len(t) == 2 else waits[t[0]] for t in targets])
                kept = 1 + np.expm1(-lost) / factor
                chance = base + (SPAM - base) * kept[None, :] ** lengths[arms][:, None]
                hits = (generator.random(chance.shape) < chance).astype(np.int64)
                scored[quantity] = Trials(lengths=lengths, arms=arms, hits=hits)
            parts.append((x, index, scored))
    return Counted.of(parts, cycles(plan))


@pytest.mark.parametrize("border", ["at the claim", "at the limit"])
def test_verdicts_err_seldom_at_the_border(border):
    """At most 5 % of 120 games may go wrong: more than 22 have a probability of 8e-8."""
    sheet = parse_claim_sheet(SHEET.encode())
    plan = make_plan(sheet, LINE, root_from_integer(1), Options(), "test")
    claim = sheet.claims[0]
    value = claim.value if border == "at the claim" else claim.value / (1 + claim.delta)
    loss = layer_loss(claim, value, QUBITS - 1)
    generator = np.random.default_rng(77)
    wrong, counts = {"at the claim": "refuted", "at the limit": "supported"}[border], []
    for _ in range(GAMES):
        whole, known = drawn(plan, loss, generator), {}
        for cycle in range(1, whole.cycles + 1):
            known = decisions(plan, whole.until(cycle), known)
            if known["lf"].settled:
                break
        counts.append(known["lf"].outcome)
    print(border, {outcome: counts.count(outcome) for outcome in sorted(set(counts))})
    assert counts.count(wrong) <= 22
    assert counts.count("inconclusive") < GAMES / 2
