"""Machines of the wild world, drawn from a seed: every size and spread, every trouble in some.

Each trouble is absent from most machines, so that a cell that fails can be traced to what makes it
fail. What the drift is timed by (the plan's own cycle, its batch) is known after planning only, so
`timed` sets the clock of a drift later.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from qassay.devices.machine_file import read_machine
from qassay.devices.noise_file import CROSSTALK, LEAKAGE, T1, T2
from qassay.planning.plan import Plan
from qassay.planning.schedule import cycle
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.families import Family
from qassay.selfcheck.wild.laws import LOST
from qassay.selfcheck.wild.machine import Floats, WildMachine
from qassay.selfcheck.wild.troubles import Luck, WildDrift

FEWEST, MOST = 2, 156
DRAWN: Final[tuple[Family, ...]] = (
    "one",
    "one",
    "two",
    "two",
    "times",
    "times",
    "readout",
    "readout",
    "layers",
    "leaky",
    "beside",
    "register",
)
_WIDEST: Final = {"register": 20, "beside": 40, "layers": 80}
_CLOCKS: Final = ("nine circuits", "one batch", "one cycle", "the run")
_DRIFTS: Final = ("sine", "sine", "step", "linear", "jumps")


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyMachine:
    """A machine before its drift has a clock.

    Attributes:
        machine: The machine, still.
        family: What is claimed about it.
        drift: How it will drift.
        clock: What the period of the drift is.
        alone: Whether its sheet says that targets are driven one at a time.
        price: Of a circuit in shots; 0 where every shot has a circuit of its own.
    """

    machine: WildMachine
    family: Family
    drift: WildDrift
    clock: str
    alone: bool
    price: float


def draw_wild(draws: Draws, number: int, family: Family) -> SteadyMachine:
    """Draw machine `number`.

    Args:
        draws: Of this machine.
        number: Its number.
        family: What will be claimed about it; sets sizes and decades that can be played.
    """
    most = _WIDEST.get(family, MOST)
    qubits = round(draws.log_uniform("qubits", FEWEST - 0.49, most))
    price = 0.0
    if family not in ("register", "beside") and _happens(draws, "price", 0.12):
        price = round(draws.log_uniform("price of a circuit", 3.0, 200.0), 3)
    device = read_machine(_file(draws, number, qubits, price).encode(), "wild.toml").description
    pairs = len(device.pairs)
    kinds: list[str] = [_size(qubits)]
    spread = draws.one_of("spread", (0.0, 0.4, 0.8, 1.5)) * draws.uniform("how spread", 0.5, 1.0)
    kinds.append(_spread(spread))

    def values(key: str, median: float, count: int, most: float) -> Floats:
        z = draws.generator(f"values of {key}").standard_normal(count)
        drawn = median * np.exp(spread * z)
        return np.asarray(np.minimum(drawn, most))

    one = draws.log_uniform("one-qubit error", 1e-7, 0.05)
    if family != "one":
        one = draws.log_uniform("one-qubit error beside", 1e-5, 3e-3)
    two = max(draws.log_uniform("two-qubit error", 1e-6, 0.1), 1e-6)
    if family in ("two", "beside"):
        one = two * draws.log_uniform("share of turns", 0.01, 0.4)
    if family == "layers":  # a layer that keeps something
        two = draws.log_uniform("loss of all layers", 0.01, 2.0) / pairs
        one = two * draws.log_uniform("share of turns", 0.01, 0.3)
    floor = 3e-4 if family == "readout" else 1e-3
    read = draws.log_uniform("readout error", floor, 0.25 if family == "readout" else 0.05)
    lean = draws.uniform("readout leans", 0.1, 1.9)
    leak = 0.0
    if family == "leaky" or (family in ("two", "layers") and _happens(draws, "leaks", 0.3)):
        leak = two * draws.log_uniform(LEAKAGE, 0.02, 0.3)
        kinds.append(LEAKAGE)
    time = draws.log_uniform("time", 1e-6, 30.0)
    machine = WildMachine(
        number=number,
        device=device,
        kinds=(),
        turn=_rate(values("one", one, qubits, 0.4) * 2),
        turn_beside=np.zeros(qubits),
        gate=_rate(values("two", two, pairs, 0.5) * 4 / 3),
        gate_beside=np.zeros(pairs),
        leak=_rate(values("leak", leak, pairs, 0.3)) if leak else np.zeros(pairs),
        idle=_rate(values("idle", one, qubits, 0.2)),
        rate_t1=1 / values(T1, time, qubits, np.inf),
        rate_t2_star=1 / values("t2*", 0.5 * time, qubits, np.inf),
        rate_t2_echo=1 / values(T2, 0.8 * time, qubits, np.inf),
        power_times=1.0,
        power_gates=1.0,
        equilibrium=draws.uniform("equilibrium", 0.0, 0.2),
        p01=values("p01", read * lean, qubits, 0.45),
        p10=values("p10", read * (2 - lean), qubits, 0.45),
        preparation=np.zeros(qubits),
        together=np.zeros(qubits),
        bad=0.0,
        unreset=0.0,
        stays=0.0,
        lost_misread=False,
        register=draws.uniform("register", 0.2, 0.99),
        drift=WildDrift(),
        luck=Luck(),
        luck_times=Luck(),
    )
    alone = family in ("one", "two", "leaky", "times") and _happens(draws, "alone", 0.12)
    for trouble in (_bad_target, _reading, _beside, _lucky, _shapes, _staying):
        machine = trouble(draws, machine, family, kinds)
    drift, clock = _drift(draws, kinds)
    if price:
        kinds.append("circuits of many shots")
    if alone:
        kinds.append("targets driven alone")
    if len(kinds) == 2:
        kinds.append("no trouble")
    return SteadyMachine(
        machine=replace(machine, kinds=tuple(kinds)),
        family=family,
        drift=drift,
        clock=clock,
        alone=alone,
        price=price,
    )


def timed(drawn: SteadyMachine, plan: Plan) -> WildMachine:
    """Set the clock of the drift by the plan."""
    if drawn.drift.kind == "still":
        return drawn.machine
    first = list(cycle(plan, 0))
    batch = first[0].experiment.batch_size(0)
    whole = sum(slot.experiment.batch_size(0) for slot in first)
    length = {"nine circuits": 9.0, "one batch": batch, "one cycle": whole}.get(drawn.clock, 0.0)
    if drawn.drift.kind in ("step", "linear", "jumps") or not length:
        most = sum(x.rounds for x in plan.experiments)
        length = max(math.exp(drawn.drift.period * math.log(max(most, 40) / 20)) * 20, 9.0)
    return replace(drawn.machine, drift=replace(drawn.drift, period=float(length)))


def _happens(draws: Draws, name: str, chance: float) -> bool:
    return draws.uniform(f"whether {name}") < chance


def _rate(lost: Floats) -> Floats:
    """Turn a loss of retention a layer into a rate."""
    return np.asarray(-np.log1p(-np.minimum(lost, 1 - 1e-9)))


def _size(qubits: int) -> str:
    bins = ((5, "2 to 5 qubits"), (15, "6 to 15 qubits"), (50, "16 to 50 qubits"))
    return next((words for most, words in bins if qubits <= most), "51 to 156 qubits")


def _spread(spread: float) -> str:
    bins = ((0.0, "all alike"), (0.4, "spread up to 0.4"), (0.8, "spread 0.4 to 0.8"))
    return next((words for most, words in bins if spread <= most), "spread 0.8 to 1.5")


def _file(draws: Draws, number: int, qubits: int, price: float) -> str:
    """Write what the machine says of itself."""
    shapes = ["line", "line", "ring" if qubits > 3 else "line"]
    if qubits % 2 == 0 and qubits > 4:
        shapes.append(f"grid:2x{qubits // 2}")
    if qubits <= 8:
        shapes.append("all-to-all")
    costs = f"cost_per_shot = 1\ncost_per_circuit = {price}\n" if price else ""
    return (
        f'[machine]\nname = "wild-{number}"\nqubits = {qubits}\n{costs}'
        f'connectivity = "{draws.one_of("connectivity", shapes)}"\n[durations]\n'
        f'one_qubit_gate = "{draws.log_uniform("pulse", 1e-8, 1e-5):.6g} s"\n'
        f'two_qubit_gate = "{draws.log_uniform("entangler", 3e-8, 1e-4):.6g} s"\n'
        f'readout = "{draws.log_uniform("readout", 1e-7, 1e-4):.6g} s"\n'
        f'shot_overhead = "{draws.log_uniform("overhead", 1e-6, 1e-2):.6g} s"\n'
    )


def _bad_target(
    draws: Draws, machine: WildMachine, family: Family, kinds: list[str]
) -> WildMachine:
    """Make one qubit or pair dead, terrible, or as bad as all others together."""
    what = draws.one_of("bad target", ("", "", "", "", "dead", "terrible", "half"))
    if not what or family in ("layers", "register", "beside"):
        return machine
    kinds.append(
        {
            "dead": "one target dead",
            "terrible": "one target 30 times as bad",
            "half": "one target has half of the sum",
        }[what]
    )

    def spoil(key: str, rates: Floats, most: float, dead: float) -> Floats:
        place = int(draws.stream.child(f"bad {key}").below(rates.size, 1)[0])
        bad = {"dead": dead, "terrible": 30 * rates[place], "half": rates.sum()}[what]
        made = rates.copy()
        made[place] = dead if what == "dead" else min(bad, most)
        return made

    return replace(
        machine,
        turn=spoil("one", machine.turn, 1.5, LOST),
        gate=spoil("two", machine.gate, 1.2, LOST),
        leak=spoil("leak", machine.leak, 0.3, 0.3) if machine.leak.any() else machine.leak,
        p01=spoil("p01", machine.p01, 0.45, 0.5),
        p10=spoil("p01", machine.p10, 0.45, 0.5),
        rate_t1=spoil("t", machine.rate_t1, np.inf, LOST),
        rate_t2_star=spoil("t", machine.rate_t2_star, np.inf, LOST),
        rate_t2_echo=spoil("t", machine.rate_t2_echo, np.inf, LOST),
    )


def _reading(draws: Draws, machine: WildMachine, family: Family, kinds: list[str]) -> WildMachine:
    """Let bits go wrong together, shots be random, preparations and resets fail."""
    typical = float(np.median(machine.p01 + machine.p10)) / 2
    many = 2.0 if family == "readout" else 1.0
    changes: dict[str, object] = {}
    if _happens(draws, "flips together", 0.08 * many):
        chance = min(typical * draws.uniform("flips", 0.2, 1.5), 0.1)
        changes["together"] = np.full(machine.p01.size, chance)
        kinds.append("bits flip together")
    if _happens(draws, "bad shots", 0.08 * many):
        share = draws.log_uniform("bad", 0.3, 3.0) * typical
        changes["bad"] = min(share, 0.2)
        kinds.append("bad shots")
    if _happens(draws, "unprepared", 0.2):
        wrong = typical * draws.uniform("wrong preparation", 0.1, 1.0)
        changes["preparation"] = np.full(machine.p01.size, wrong)
    if _happens(draws, "unreset", 0.08):
        changes["unreset"] = draws.log_uniform("unreset chance", 0.003, 0.1)
        kinds.append("reset fails")
    return replace(machine, **changes)  # type: ignore[arg-type]


def _beside(draws: Draws, machine: WildMachine, family: Family, kinds: list[str]) -> WildMachine:
    """Let targets disturb one another."""
    if family != "beside" and not _happens(draws, CROSSTALK, 0.2):
        return machine
    if family not in ("one", "two", "layers", "beside"):
        return machine
    kinds.append(CROSSTALK)
    share = draws.log_uniform("crosstalk share", 0.05, 1.0)
    finite = (
        np.where(machine.turn < 1, machine.turn, 0.0),
        np.where(machine.gate < 1, machine.gate, 0.0),
    )
    return replace(machine, turn_beside=share * finite[0], gate_beside=share * finite[1])


def _lucky(draws: Draws, machine: WildMachine, family: Family, kinds: list[str]) -> WildMachine:
    """Let rates be others in each shot or circuit."""
    if family in ("readout", "register") or not _happens(draws, "luck", 0.2):
        return machine
    shape = draws.one_of("luck", ("normal", "square", "rare"))
    common = draws.one_of("luck is common", (True, False))
    luck = Luck(
        shape=shape,  # type: ignore[arg-type]
        spread=draws.uniform("luck spread", 0.1, 0.4),
        common=common,
        of_circuits=draws.one_of("luck of circuits", (True, False)),
    )
    kinds.append("rates differ from shot to shot" + (", for all alike" if common else ""))
    return replace(machine, luck_times=luck) if family == "times" else replace(machine, luck=luck)


def _shapes(draws: Draws, machine: WildMachine, family: Family, kinds: list[str]) -> WildMachine:
    """Let decays be no exponentials."""
    if family == "times":
        power = draws.one_of("power of times", (1.0, 1.0, 2.0, 2.0, 3.0, 0.6))
        if power != 1.0:
            kinds.append("decay of times no exponential")
        return replace(machine, power_times=power)
    gates = ("one", "two", "layers")
    if family in gates and machine.luck.shape == "alike" and _happens(draws, "power", 0.07):
        kinds.append("decay of gates no exponential")
        return replace(machine, power_gates=draws.one_of("power of gates", (0.75, 1.5)))
    return machine


def _staying(draws: Draws, machine: WildMachine, _family: Family, kinds: list[str]) -> WildMachine:
    """Let a leaked qubit stay away for some shots."""
    if not machine.leak.any():
        return machine
    if _happens(draws, "misread", 0.3):
        kinds.append("leaked qubits misread like others")
        machine = replace(machine, lost_misread=True)
    if not _happens(draws, "stays", 0.5):
        return machine
    kinds.append("leakage that persists")
    return replace(machine, stays=draws.uniform("stays", 0.3, 0.95))


def _drift(draws: Draws, kinds: list[str]) -> tuple[WildDrift, str]:
    if not _happens(draws, "drift", 0.25):
        return WildDrift(), ""
    kind = draws.one_of("drift", _DRIFTS)
    clock = draws.one_of("clock", _CLOCKS)
    size = {"sine": (0.1, 0.5), "step": (-0.5, 1.0), "linear": (-0.5, 1.0), "jumps": (0.5, 4.0)}
    kinds.append(f"drift: {kind}" + (f" of {clock}" if kind == "sine" else ""))
    return (
        WildDrift(
            kind=kind,  # type: ignore[arg-type]
            amplitude=draws.uniform("amplitude", *size[kind]),
            period=draws.uniform("period", 0.0, 1.0),  # on a logarithmic scale, until it is timed
            chance=draws.uniform("chance", 0.05, 0.4),
            seed=int(draws.stream.child("jumps").below(65536, 1)[0]),
            of_readout=draws.one_of("drift of", (False, False, True)),
        ),
        clock,
    )
