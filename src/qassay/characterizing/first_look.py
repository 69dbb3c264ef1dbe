"""A first look at a machine: a few circuits of each of many lengths, to learn what to measure with.

The lengths of a measurement have to fit the machine, and nothing is known of it yet. So lengths
grow by a fixed factor, and a few circuits of each are run. Of many qubits that says enough; of one
or two, or through a poor readout, it does not: then it is looked again, with four times the
circuits, where a decay can still be, or at shorter and longer ones where none was there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from qassay.claims.metric import Part
from qassay.claims.metrics import METRICS, metric_of_part
from qassay.devices.description import DeviceDescription
from qassay.devices.matching import matching
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import PROTOCOLS, measurement_of

_EACH: Final = 8  # circuits of a length
_LAYERS: Final = {1: tuple(3.0**k for k in range(7)), 2: tuple(3.0**k for k in range(6))}
_DELAYS: Final = (0.0, *(10.0 ** (k / 2 - 6) for k in range(15)))  # from 1 us to 10 s
_LONGEST_DELAY: Final = 1.0  # beyond which a time is only bounded
_READOUTS: Final = (40, 320, 2560, 10_240)  # circuits, round by round
_MORE: Final = 4  # times the circuits of a length, from round to round
_SHORT_DELAYS: Final = tuple(10.0 ** (k / 2 - 8) for k in range(19))  # from 10 ns
_DEEP: Final = tuple(3.0**k for k in range(9))
_DEEPEST: Final = {1: 3.0**8, 2: 3.0**7}  # layers, for qubits and pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One experiment of the first look.

    Attributes:
        metric: What it looks for.
        rate: What its circuits measure.
        experiment: The circuits.
    """

    metric: str
    rate: str
    experiment: Experiment


def looks_at(device: DeviceDescription, longest_delay: float = _LONGEST_DELAY) -> tuple[Look, ...]:
    """List what is looked at on a machine, the most telling first."""
    qubits: tuple[Target, ...] = tuple((q,) for q in device.usable)
    found = []
    if device.pairs:
        found.append(_look("entangler", matching(device)))
    found += [_look("readout", qubits), _look("turn", qubits)]
    if "delay" not in device.lacks:
        delays = tuple(one for one in _DELAYS if one <= longest_delay)
        found += [_look("relaxation", qubits, delays), _look("dephasing", qubits, delays)]
    return tuple(found)


def _look(part: Part, targets: Sequence[Target], delays: tuple[float, ...] = ()) -> Look:
    metric = metric_of_part(part)
    protocol = measurement_of(metric).id
    rate = PROTOCOLS[protocol].quantities[0]  # of layers whole ones: no reference is looked at
    single = PROTOCOLS[protocol].model == "probability"
    lengths = (0.0,) if single else delays or _LAYERS[len(targets[0])]
    rounds = _READOUTS[0] if single else _EACH * len(lengths)
    experiment = Experiment(
        id=f"look_{protocol}",
        protocol=protocol,
        version=PROTOCOLS[protocol].version,
        targets=tuple(targets),
        lengths=lengths,
        block=(1,) * len(lengths),
        rounds=rounds,
        batch=rounds,
    )
    return Look(metric=metric, rate=rate, experiment=experiment)


def look_again(
    look: Look, round_number: int, span: tuple[float, float], longest_delay: float = _LONGEST_DELAY
) -> Look:
    """Look again at what the rounds before say too little of.

    Args:
        look: Of the round before.
        round_number: From 2; each has four times the circuits of the one before it.
        span: Between which lengths a decay is to be looked for; 0 and infinity where nothing is
            known. A share needs none.
        longest_delay: Seconds.
    """
    before = look.experiment
    lengths, each = before.lengths, _EACH * _MORE ** (round_number - 1)
    if PROTOCOLS[before.protocol].model == "probability":
        each = _READOUTS[round_number - 1]
    else:
        grid = _SHORT_DELAYS if METRICS[look.metric].dimension == "time" else _DEEP
        most = longest_delay if grid is _SHORT_DELAYS else _DEEPEST[len(before.targets[0])]
        known = [one for one in grid if span[0] <= one <= span[1] and one <= most]
        lengths = (0.0, *(known or [one for one in grid if one <= most]))
    rounds = each * len(lengths)
    experiment = replace(
        before,
        id=f"look{round_number}_{before.protocol}",
        lengths=lengths,
        block=(1,) * len(lengths),
        rounds=rounds,
        batch=rounds,
    )
    return replace(look, experiment=experiment)
