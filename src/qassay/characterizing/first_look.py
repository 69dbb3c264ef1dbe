"""A first look at a machine: a few circuits of each of many lengths, to learn what to measure with.

The lengths of a measurement have to fit the machine, and nothing is known of it yet. So lengths
grow by a fixed factor, and the length is taken at which what is left of the signal, averaged over
all targets, crosses 1/e, between two lengths on the scale of logarithms. It is a number to plan
with and stands on no page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.devices.description import DeviceDescription
from qassay.devices.matching import matching
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import PROTOCOLS
from qassay.statistics.trials import Trials

_EACH: Final = 8  # circuits of a length
_LAYERS: Final = {1: tuple(3.0**k for k in range(7)), 2: tuple(3.0**k for k in range(6))}
_DELAYS: Final = (0.0, *(10.0 ** (k / 2 - 6) for k in range(15)))  # from 1 us to 10 s
_LONGEST_DELAY: Final = 1.0  # beyond which a time is only bounded
_READOUTS: Final = 40
_TELLING: Final = 0.95  # of a signal: where more is left at the longest, nothing is known


Floats = npt.NDArray[np.float64]


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
        found.append(
            _look("two_qubit_gate_error", "two_qubit_gates", "layer_error", matching(device))
        )
    found += [
        _look("readout_error", "readout", "readout_error", qubits),
        _look("one_qubit_gate_error", "one_qubit_gates", "one_qubit_gate_error", qubits),
    ]
    if "delay" not in device.lacks:
        delays = tuple(one for one in _DELAYS if one <= longest_delay)
        found += [_look(name, name, name, qubits, delays) for name in ("t1", "t2_echo")]
    return tuple(found)


def _look(
    metric: str,
    protocol: str,
    rate: str,
    targets: Sequence[Target],
    delays: tuple[float, ...] = (),
) -> Look:
    single = PROTOCOLS[protocol].model == "probability"
    lengths = (0.0,) if single else delays or _LAYERS[len(targets[0])]
    rounds = _READOUTS if single else _EACH * len(lengths)
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


def seen(look: Look, trials: Trials) -> float:
    """Give what a look found, in the units of a claim; infinite for a time without an end.

    Args:
        look: The look.
        trials: The hits of its own rate.
    """
    hits, shots = trials.totals()
    shares = hits.sum(axis=1) / np.maximum(shots * trials.targets, 1)
    protocol = PROTOCOLS[look.experiment.protocol]
    if protocol.model == "probability":
        whole = float(shots.sum()) * trials.targets
        return float((hits.sum() + 0.5) / (whole + 1))
    law = protocol.laws[look.rate]
    lengths = np.array(look.experiment.lengths)
    left = np.maximum(shares - law.asymptote, 0.0)
    left = left / max(float(left[0]), 1e-9)
    constant = 1 / _crossing(lengths - lengths[0], left)
    value = float(law.value.of(constant)) if constant > 0 else math.inf
    if look.rate == "layer_error":  # a layer also holds a quarter turn on both qubits
        return 0.8 * value
    return value


def _crossing(lengths: Floats, left: Floats) -> float:
    """Find the length at which 1/e is left; infinite where more is left at the longest."""
    mark = math.exp(-1.0)
    below = np.flatnonzero(left < mark)
    if below.size == 0:
        # The longest one still tells how slow the decay is, where it tells anything.
        kept = float(left[-1])
        return float(lengths[-1] / -math.log(kept)) if kept < _TELLING else math.inf
    end = int(below[0])
    if end <= 1:  # gone at once: between nothing and the first step
        return float(lengths[1]) / 2 if lengths.size > 1 else 1.0
    x0, x1 = math.log(lengths[end - 1]), math.log(lengths[end])
    y0, y1 = float(left[end - 1]), float(left[end])
    return math.exp(x0 + (x1 - x0) * (y0 - mark) / max(y0 - y1, 1e-9))
