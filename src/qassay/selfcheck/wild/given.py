"""Circuits of files: a machine whose three kinds of circuits have hidden polarizations.

The fidelity of the circuit follows from them by the metric's own formula, so it is known; each shot
has an even number of wrong bits with the probability of its kind. The file, its mirror circuits,
keys, scoring and verdict are the product's.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay import assay
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.planning.planner import make_plan
from qassay.protocols.given_circuit import PROTOCOL, polarization_of
from qassay.protocols.interface import Bits, Experiment
from qassay.protocols.parity import NOT_CHECKED
from qassay.protocols.reach import register_of
from qassay.randomness import Stream
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.records import Record
from qassay.selfcheck.settings import Settings
from qassay.selfcheck.wild.defined_record import defined_record, interval_of
from qassay.selfcheck.wild.play import play
from qassay.statistics.contrasts import BESIDE, MAIN, SQUARE

_WIDTHS: Final = (2, 3, 4)
_RATIOS: Final = (0.85, 0.95, 1.0, 1.0, 1.0, 1.1, 1.3)
_FILE: Final = "circuit.qasm"
_SHEET: Final = """[sheet]
title = "Claims about circuit {number}"
vendor = "qassay selfcheck"
machine = "circuit-{number}"
[[claim]]
id = "circuit"
metric = "{metric}"
relation = "at least"
value = {value!r}
conditions = {{circuit = "{file}"}}
"""


def run_given(settings: Settings, number: int, metrics: tuple[str, ...]) -> tuple[Record, ...]:
    """Let the product judge the fidelity of a drawn circuit."""
    draws = Draws.of(settings.seed, number, "given")
    metric = draws.one_of("metric", metrics)
    width = draws.one_of("width", _WIDTHS)
    value = round(draws.uniform("value", 0.45, 0.9), 4)
    delta = METRICS[metric].natural_delta
    ratio = draws.one_of("ratio", (*_RATIOS, 1 + delta, 1 + delta))
    truth = min(value / ratio, 0.995)
    text = _SHEET.format(number=number, metric=metric, value=value, file=_FILE)
    sheet = parse_claim_sheet(text.encode(), f"circuit-{number}.toml")
    device = DeviceDescription(
        name=f"circuit-{number}", platform="other", qubits=width, connectivity="all-to-all"
    )
    root = draws.root()
    plan = make_plan(
        sheet, device, root, settings.options, assay.SOFTWARE, {_FILE: _circuit(draws, width)}
    )
    if not plan.experiments:
        return ()
    readout = draws.uniform("polarization of readout", 0.8, 1.0)
    compiled = draws.uniform("polarization of the compiled circuit", 0.6, 1.0)
    kinds = {BESIDE: readout, SQUARE: readout * compiled**2}
    kinds[MAIN] = polarization_of(truth, width) * math.sqrt(kinds[BESIDE] * kinds[SQUARE])
    (verdict,) = play(plan, _Mirroring(kinds, root, draws).answer, root).verdicts
    record = defined_record(
        number=number,
        metric=metric,
        form="register",
        ratio=value / truth,
        delta=delta,
        outcome=verdict.outcome,
        worse=value / truth,
        truth=truth,
        interval=interval_of(verdict),
        circuits=verdict.circuits,
    )
    return (record,)


def _circuit(draws: Draws, width: int) -> bytes:
    """Write a circuit in which every qubit meets another."""
    rng = draws.generator("circuit")
    lines = ["OPENQASM 2.0;", 'include "qelib1.inc";', f"qreg q[{width}];"]
    for _ in range(draws.one_of("layers", (1, 2, 3))):
        lines += [f"rx({rng.uniform(0, 3):.3f}) q[{qubit}];" for qubit in range(width)]
        lines += [f"cz q[{qubit}],q[{qubit + 1}];" for qubit in range(width - 1)]
    return ("\n".join(lines) + "\n").encode()


class _Mirroring:
    """A register whose parities are right with a probability that the kind of circuit sets."""

    def __init__(self, kinds: dict[int, float], root: bytes, draws: Draws) -> None:
        self.right = np.array([(1 + kinds[kind]) / 2 for kind in range(len(kinds))])
        self.root, self.turn = root, 0
        self.generator = draws.generator("answers")

    def answer(self, x: Experiment, arms: npt.NDArray[np.intp]) -> tuple[Bits, Bits]:
        """Answer a batch: all checked bits right, one of them wrong where the parity is."""
        rng = self.generator
        self.turn += 1
        register = register_of(x.targets)
        stream = Stream(self.root, f"answer {self.turn}")
        key = PROTOCOL.key(arms.size, register, 1 + max(register), stream)
        checked, kinds = key[:, :-1] != NOT_CHECKED, key[:, -1].astype(np.intp)
        bits = np.where(checked, key[:, :-1], rng.integers(0, 2, checked.shape, dtype=np.uint8))
        wrong = rng.random(arms.size) >= self.right[kinds]
        bits[np.arange(arms.size), checked.argmax(axis=1)] ^= wrong
        return key, bits[:, None, :].astype(np.uint8)
