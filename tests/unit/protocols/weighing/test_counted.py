"""What is made of the hits of a run is made anew only where there are more of them."""

import numpy as np

from qassay.protocols.interface import Experiment
from qassay.protocols.weighing.counted import Counted
from qassay.statistics.trials import Trials

ONE, OTHER = (
    Experiment(
        id=name,
        protocol="readout",
        version=2,
        targets=((0,),),
        lengths=(0.0,),
        block=(1,),
        rounds=4,
        batch=2,
    )
    for name in ("one", "other")
)


def hits(index):
    lengths, arms = np.zeros(1), np.zeros(2, dtype=np.intp)
    return {
        "readout_error": Trials(lengths=lengths, arms=arms, hits=np.full((2, 1), index), shots=9)
    }


def sum_of(counted, *experiments, made):
    def make():
        made.append(experiments)
        data = counted.joined(experiments)
        return sum(int(x["readout_error"].hits.sum()) for x in data.values())

    return counted.remembered("sum", experiments, make)


def test_it_is_made_again_where_a_batch_was_added_and_nowhere_else():
    memory, made = {}, []
    parts = [(ONE, 0, hits(1)), (OTHER, 0, hits(3))]
    first = Counted.of(parts, 1, memory=memory)
    assert sum_of(first, ONE, made=made) == 2
    later = Counted.of([*parts, (OTHER, 1, hits(4))], 2, memory=memory)
    assert sum_of(later, ONE, made=made) == 2
    assert len(made) == 1
    assert sum_of(later, ONE, OTHER, made=made) == 2 + 6 + 8
    assert sum_of(later.until(1), ONE, OTHER, made=made) == 2 + 6
    assert sum_of(later, ONE, OTHER, made=made) == 2 + 6 + 8
    assert len(made) == 4


def test_runs_share_nothing():
    one, other = (Counted.of([(ONE, 0, hits(index))], 1) for index in (1, 2))
    assert [sum_of(x, ONE, made=[]) for x in (one, other)] == [2, 4]
