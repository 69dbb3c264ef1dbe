"""A place holds each qubit once, is read back as it was written, and is never without an end."""

import copy

import numpy as np
import pytest

from qassay.devices.description import DeviceDescription
from qassay.protocols.accrediting.cycles import Cycles
from qassay.protocols.accrediting.places import (
    MOST_PULSES,
    PlacedTarget,
    place_problems,
    placed_target,
    size_problems,
)
from qassay.protocols.accrediting.trap_circuits import circuits_of

SIX = DeviceDescription(
    name="six",
    platform="superconducting",
    qubits=6,
    connectivity="ring",
    couplings=((0, 1), (0, 5), (1, 2), (2, 3), (3, 4), (4, 5)),
    out_of_order=(5,),
)


def cycles(layers=3):
    chance = np.random.default_rng(1)
    rounds = chance.integers(0, 1 << 24, size=(layers + 1, 3, 3))
    return Cycles(rounds, tuple(((n % 2, n % 2 + 1),) for n in range(layers)))


@pytest.mark.parametrize("spectators", ["idle", "pulses", "gates"])
@pytest.mark.parametrize("layers", [0, 1, 3])
def test_a_place_is_read_back(spectators, layers):
    place = placed_target(cycles(layers), SIX, (2, 1, 0), spectators)
    again = PlacedTarget.from_json(place.as_json())
    assert again.as_json() == place.as_json()
    assert place.others == (() if spectators == "idle" else (3, 4))  # 5 is out of order
    assert place.pairs == (((3, 4),) if spectators == "gates" else ())
    assert set(place.patch).isdisjoint(place.others)


def test_circuits_of_one_skeleton_differ_in_phases_alone():
    place = placed_target(cycles(), SIX, (2, 1, 0), "gates")
    phases = np.random.default_rng(2).integers(0, 1 << 24, size=(4, 4, 5, 2))
    made = circuits_of(place, phases, 6)
    skeletons = {tuple((gate.kind, gate.qubits, gate.angle) for gate in one.gates) for one in made}
    assert len(skeletons) == 1
    assert len({one.circuit_ids()[0] for one in made}) == 4
    ((first, *_),) = [[gate for gate in one.gates if gate.kind == "cz"] for one in made[:1]]
    assert first.qubits == (1, 2), "the target's qubits 0 and 1 stand on 2 and 1"


def test_what_a_stranger_could_not_draw_again_is_not_begun():
    place = placed_target(cycles(), SIX, (2, 1, 0), "idle")
    fitting = MOST_PULSES // (4 * 3)
    assert size_problems(place, fitting, "x") == []
    (problem,) = size_problems(place, fitting + 1, "x")
    assert "take fewer traps and targets" in problem.advice
    driven = placed_target(cycles(), SIX, (2, 1, 0), "pulses")
    assert size_problems(driven, fitting, "x"), "five qubits are driven, and not three"


def test_where_a_target_does_not_fit():
    for patch, words in (
        ((0, 1), "2 different qubits"),
        ((0, 1, 1), "2 different qubits"),
        ((1, 2, 6), "qubits [6]"),
        ((5, 0, 1), "out of order"),
        ((0, 2, 3), "0-1 (device 0-2)"),
    ):
        (problem,) = place_problems(cycles(), SIX, patch, "q")
        assert words in problem.found
        assert problem.where == "q, patch"
    assert place_problems(cycles(), SIX, (2, 1, 0), "q") == []


FORGED = {
    "no rounds": lambda d: d.update(rounds=[]),
    "ragged rounds": lambda d: d["rounds"][0].pop(),
    "half turns": lambda d: d["rounds"][0][0].__setitem__(0, 0.5),
    "truths": lambda d: d.update(rounds=[[[True] * 3] * 3] * 4),
    "a turn off the grid": lambda d: d["rounds"][0][0].__setitem__(0, 1 << 24),
    "a number without end": lambda d: d["rounds"][0][0].__setitem__(0, 10**40),
    "a layer too many": lambda d: d["layers"].append([]),
    "a pair twice": lambda d: d["layers"][0].append([1, 2]),
    "a pair of one": lambda d: d["layers"][0].append([1]),
    "a pair of texts": lambda d: d["layers"].__setitem__(0, ["ab"]),
    "a qubit that is no number": lambda d: d.update(patch=[True, 1, 2]),
    "a patch too short": lambda d: d.update(patch=[0, 1]),
    "a patch twice": lambda d: d.update(patch=[1, 1, 2]),
    "spectators of the patch": lambda d: d.update(others=[0, 4]),
    "spectators twice": lambda d: d.update(others=[4, 4]),
    "a qubit far away": lambda d: d.update(others=[1 << 16]),
    "pairs that overlap": lambda d: d.update(others=[3, 4, 6], pairs=[[3, 4], [4, 6]]),
    "pairs of the patch": lambda d: d.update(pairs=[[0, 1]]),
    "other spectators": lambda d: d.update(spectators="asleep"),
    "spectators in a list": lambda d: d.update(spectators=[]),
}


@pytest.mark.parametrize("name", FORGED)
def test_numbers_that_no_place_has(name):
    table = copy.deepcopy(placed_target(cycles(), SIX, (2, 1, 0), "gates").as_json())
    FORGED[name](table)
    with pytest.raises((ValueError, TypeError, KeyError)):
        PlacedTarget.from_json(table)
