"""Jobs that are timed for the claims of a sheet on durations and rates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from qassay.circuits.layouts import edge_colouring
from qassay.claims.operations import OPERATIONS, Operation
from qassay.devices.description import DeviceDescription
from qassay.languages.english import named, said
from qassay.languages.sentence import Sentence
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import TIMED

ONE, PAIR, MANY = "clock", "clock_pairs", "clock_layers"
GATES: Final = ("gate_time_1q", "gate_time_2q")
EMPTY: Final = 1.0  # layers of the shortest circuit
REPEATS: Final = 4  # jobs of each kind, one a cycle
MANY_LAYERS, MANY_CIRCUITS, MANY_SHOTS = 100, 20, 100
_TIMED: Final = 3  # qubits or pairs
_LONGEST, _SHORTEST = 1000, 20  # layers
_SHOTS: Final = (100, 2000)
_DIFFERENCE: Final = 1.0  # seconds between two jobs that are compared, where shots allow


def timed_experiments(
    operations: Sequence[Operation], device: DeviceDescription
) -> tuple[Experiment, ...]:
    """Plan the jobs that a sheet's claims on seconds need, each kind once.

    The shortest job serves as what others are compared with, as a bound on readout, and as the rate
    of shots; so it is there wherever anything is timed.
    """
    wanted = {one.metric for one in operations if one.kind.clocked == "timed jobs"}
    if not wanted or not device.usable:
        return ()
    made = [_repeated(ONE, ((device.usable[0],),), EMPTY, _SHOTS[1])]
    firsts = {one.metric: one for one in reversed(operations)}
    for one in (firsts[name] for name in GATES if name in firsts):
        gate = one.metric == GATES[1]
        layers, shots = _size(one.value, device)
        places: Sequence[Target] = device.pairs if gate else [(q,) for q in device.usable]
        for target in _spread(places):
            turned = tuple((qubit,) for qubit in target)
            made.append(_repeated(ONE, turned, EMPTY + layers, shots))
            if gate:
                made.append(_repeated(PAIR, (target,), EMPTY + layers, shots))
            else:
                made.append(_repeated(ONE, turned, EMPTY, shots))
    if any(OPERATIONS[name].layered for name in wanted) and device.pairs:
        made.append(_layers(device))
    return tuple(
        replace(x, id=f"{x.protocol}/{number:02d}") for number, x in enumerate(dict.fromkeys(made))
    )


def untimed(operation: Operation, device: DeviceDescription) -> Sentence | None:
    """Say why no clock settles a claim on this machine, whatever it shows; None where one may."""
    if operation.kind.clocked == "nothing":
        return named(f"clock.{operation.kind.id}", operation.kind.without)
    if operation.definition == "clops_v":
        return said("clock.clops_v")
    if (operation.metric == GATES[1] or operation.kind.layered) and not device.pairs:
        return said("untested.no_pair")
    return None


def _size(seconds: float, device: DeviceDescription) -> tuple[int, int]:
    """Choose layers, so that they are most of a shot, and shots, so that a clock sees them."""
    shot = device.durations.readout + device.durations.shot_overhead
    layers = min(max(math.ceil(shot / seconds), _SHORTEST), _LONGEST)
    shots = math.ceil(_DIFFERENCE / (layers * seconds))
    return layers, min(max(shots, _SHOTS[0]), _SHOTS[1])


def _spread(places: Sequence[Target]) -> list[Target]:
    """Choose a few targets, evenly over the list."""
    count = min(_TIMED, len(places))
    return [places[(2 * i + 1) * len(places) // (2 * count)] for i in range(count)]


def _repeated(protocol: str, targets: tuple[Target, ...], length: float, shots: int) -> Experiment:
    return Experiment(
        id=protocol,
        protocol=protocol,
        version=TIMED[protocol].version,
        targets=targets,
        lengths=(length,),
        block=(1,),
        rounds=shots * REPEATS,
        batch=shots,
    )


def _layers(device: DeviceDescription) -> Experiment:
    if device.connectivity == "all-to-all":  # whatever fits beside one another
        usable = device.usable
        matching = tuple(zip(usable[::2], usable[1::2], strict=False))
    else:
        matching = max(map(tuple, edge_colouring(list(device.pairs))), key=len)
    return Experiment(
        id=MANY,
        protocol=MANY,
        version=TIMED[MANY].version,
        targets=tuple(sorted(matching)),
        lengths=(float(MANY_LAYERS),),
        block=(1,),
        rounds=MANY_CIRCUITS * REPEATS,
        batch=MANY_CIRCUITS,
        shots=MANY_SHOTS,
    )
