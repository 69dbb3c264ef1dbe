"""One machine of the wild world: all its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.devices.description import DeviceDescription
from qassay.protocols.interface import Experiment, Target
from qassay.selfcheck.wild.troubles import Luck, WildDrift

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WildMachine:
    """A machine given by a law of its wrong bits.

    Rates are losses of ln(retention) a layer; a target without any signal has `LOST`. Arrays of
    shape (qubits,) or, where it is said, (pairs,) in the order of the description.

    Attributes:
        number: Its number.
        device: Its public face.
        kinds: What is unusual about it, in words.
        turn: Rate of a quarter turn.
        turn_beside: What the same turn loses more while other qubits are driven.
        gate: Rate of the entangler, (pairs,).
        gate_beside: What it loses more beside a coupled pair at work, (pairs,).
        leak: Rate at which a pair loses one of its two qubits, (pairs,).
        idle: Rate of waiting for a layer.
        rate_t1: 1 / T1; `rate_t2_star`, `rate_t2_echo` likewise.
        power_times: p of the decays exp(-(t / T)^p).
        power_gates: p of the decays of gates, exp(-(rate length)^p).
        equilibrium: Population of 1 that T1 leads to.
        p01: P(read 1 | 0).
        p10: P(read 0 | 1).
        preparation: P(starts in the other state).
        together: P(this bit and the next are flipped together).
        bad: Share of shots that are random for all qubits.
        unreset: P(a qubit begins in the state that it should have ended in before).
        stays: P(a qubit that leaked is still lost one shot later).
        lost_misread: Whether a lost qubit is read as 0 as often as a 1 is; else always as 1.
        register: Part of a register state that is not fully mixed, after one layer.
        drift: Of the clock.
        luck: From shot to shot, of gates.
        luck_times: The same of the decay rates of idle qubits.
    """

    number: int
    device: DeviceDescription
    kinds: tuple[str, ...]
    turn: Floats
    turn_beside: Floats
    gate: Floats
    gate_beside: Floats
    leak: Floats
    idle: Floats
    rate_t1: Floats
    rate_t2_star: Floats
    rate_t2_echo: Floats
    power_times: float
    power_gates: float
    equilibrium: float
    p01: Floats
    p10: Floats
    preparation: Floats
    together: Floats
    bad: float
    unreset: float
    stays: float
    lost_misread: bool
    register: float
    drift: WildDrift
    luck: Luck
    luck_times: Luck

    def pair_places(self, pairs: Iterable[Target]) -> npt.NDArray[np.intp]:
        """Find pairs in the arrays of pairs."""
        place = {pair: number for number, pair in enumerate(self.device.pairs)}
        return np.array([place[min(a, b), max(a, b)] for a, b in pairs], dtype=np.intp)

    def beside(self, experiment: Experiment) -> npt.NDArray[np.bool_]:
        """Say which pairs of an experiment have a coupled pair at work, in the order of pairs."""
        pairs = [target for target in experiment.targets if len(target) == 2]
        if self.device.connectivity == "all-to-all":
            return np.full(len(pairs), len(pairs) > 1)
        coupled: dict[int, set[int]] = {}
        for a, b in self.device.couplings:
            coupled.setdefault(a, set()).add(b)
            coupled.setdefault(b, set()).add(a)
        at_work = {qubit for pair in pairs for qubit in pair}
        return np.array(
            [bool((coupled[a] | coupled[b]) & (at_work - {a, b})) for a, b in pairs], dtype=np.bool_
        )

    def rates_of_times(self, half_turns: int | None) -> Floats:
        """Give 1 / T, shape (qubits,), by the half turns on the way; None of a population."""
        own = {None: self.rate_t1, 0: self.rate_t2_star}
        return own.get(half_turns, self.rate_t2_echo)
