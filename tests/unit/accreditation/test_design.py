"""Circuits are named by pieces of text as they are by their gates, and no design is endless."""

import numpy as np
import pytest

from qassay.accreditation.cycles import Cycles
from qassay.accreditation.design import (
    MOST_PULSES,
    AccreditationDesign,
    circuit_ids,
    draw_design,
    place_target,
    size_problems,
)
from qassay.devices.catalog import device_of
from qassay.errors import UsageError


def design(spectators, *, layers=3, targets=2, traps=5, register=6):
    chance = np.random.default_rng(1)
    return AccreditationDesign(
        cycles=Cycles(
            chance.integers(0, 1 << 24, size=(layers + 1, 3, 3)),
            tuple(((n % 2, n % 2 + 1),) for n in range(layers)),
        ),
        patch=(4, 0, 2),
        register=register,
        spectators=spectators,
        spectator_pairs=((1, 3),) if spectators == "gates" else (),
        targets=targets,
        traps=traps,
        traps_a_run=0,
        root=bytes(range(32)),
    )


@pytest.mark.parametrize("spectators", ["idle", "pulses", "gates"])
@pytest.mark.parametrize("layers", [0, 1, 3])
def test_names_are_those_of_the_circuits(spectators, layers):
    drawn = draw_design(design(spectators, layers=layers))
    wanted = [drawn.circuit(index).circuit_ids()[0] for index in range(7)]
    assert list(circuit_ids(drawn)) == wanted
    assert len(set(wanted)) > 1


def test_what_a_stranger_could_not_check_is_not_begun():
    assert size_problems(design("idle")) == []
    fitting = MOST_PULSES // (4 * 3) - 2
    assert size_problems(design("idle", traps=fitting)) == []
    assert size_problems(design("idle", traps=fitting + 5))
    assert size_problems(design("pulses", traps=fitting))  # six qubits are driven, and not three
    assert size_problems(design("idle", register=10**6, traps=9))
    device = device_of("virtual:prototype-50").describe()
    cycles = Cycles(np.zeros((401, 50, 3), dtype=np.int64), ((),) * 400)
    with pytest.raises(UsageError, match="take fewer traps and targets"):
        place_target(cycles, device, bytes(32), targets=100, traps=100)
