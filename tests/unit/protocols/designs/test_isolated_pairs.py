"""Both halves of crosstalk in one experiment: who works in which circuit, and whose hits count."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.protocols.designs.test_registers import claim, planned

from qassay.circuits.family import Pulses
from qassay.circuits.gates import IDLE
from qassay.errors import MalformedError
from qassay.evidence.plan_checks import check_plan
from qassay.protocols.batches import draw_batch
from qassay.protocols.known import protocol_for
from qassay.protocols.weighing.measurands import ClaimPart

CROSSTALK = claim("crosstalk", "0.01", 'convention = "average_gate_infidelity"')


@pytest.fixture(scope="module")
def experiment():
    return planned(CROSSTALK).experiments[0]


def test_whoever_does_not_work_rests(experiment):
    batch = draw_batch(experiment, 0, 6, bytes(32))
    for arm, family in enumerate(batch.families):
        busy = {q for pair in experiment.at_work(arm) for q in pair}
        resting = [q for q in range(6) if q not in busy]
        for element in family.elements:
            if isinstance(element, Pulses):
                assert (element.codes[:, :, resting] == IDLE).all()
                assert set(element.pairs) <= set(experiment.at_work(arm))
        assert not batch.key[batch.arms == arm][:, resting].any()


def test_every_pair_is_counted_where_it_works(experiment):
    """Wrong bits of one arm alone, so a hit that is counted elsewhere shows."""
    batch = draw_batch(experiment, 0, 6, bytes(32))
    for spoiled in range(len(experiment.lengths)):
        wrong = (batch.order == spoiled)[:, None, None]
        outcomes = batch.key[:, None, :] ^ wrong.astype(np.uint8)
        scored = protocol_for(experiment).score(batch.key, outcomes, experiment, batch.arms)
        together, alone = scored["layer_error"], scored["isolated_layer_error"]
        missed = {
            name: {i for i in range(one.targets) if (one.hits[:, i] == 0).any()}
            for name, one in (("together", together), ("alone", alone))
        }
        places = experiment.working[spoiled]
        everybody = set(range(len(experiment.targets)))
        assert missed["together"] == (set() if places else everybody)
        assert missed["alone"] == set(places)


def test_every_circuit_is_counted_once(experiment):
    batch = draw_batch(experiment, 0, 6, bytes(32))
    scored = protocol_for(experiment).score(
        batch.key, batch.key[:, None, :], experiment, batch.arms
    )
    for quantity, trials in scored.items():
        part = ClaimPart(experiment=experiment, quantity=quantity, columns=(0,), trials=trials)
        assert part.circuits == experiment.batch


@pytest.mark.parametrize(
    "change",
    [
        lambda x: {"working": x.working[:-1]},
        lambda x: {"working": (*x.working[:-1], (7,))},
        lambda x: {"working": ((),) * len(x.working)},
        lambda x: {"working": (*x.working[:-2], (0,), (0,))},
        lambda _: {"protocol": "two_qubit_gates"},
    ],
)
def test_a_plan_with_other_workers_is_refused(experiment, change):
    plan = planned(CROSSTALK)
    check_plan(plan, "plan")
    forged = replace(plan, experiments=(replace(experiment, **change(experiment)),))
    with pytest.raises(MalformedError, match="working"):
        check_plan(forged, "plan")
