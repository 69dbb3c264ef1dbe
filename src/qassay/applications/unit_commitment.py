"""Energy: which power stations run in which hours, beside a nuclear base load.

Bit u_it says that unit i runs in period t; qubit t N + i. What is left of the load after the
nuclear station and the renewables is met by the units. The true cost of a schedule is that of
its exact dispatch in every period: cost at minimum output, marginal cost above it in the order
of price, start-ups between periods, 5000 $ for each MWh that is not served. Not in the model:
ramps, minimum times, reserves, the network.

On qubits there is no dispatch, so every running unit stands for a typical output P_i:

    C = A sum_t (sum_i P_i u_it - D_t)^2 + running cost at P_i + start-ups u_t (1 - u_t-1),

P_i = max(0.7 P_max, P_min), A = 4 x median($/MWh at P) / median(P) an hour. What this costs is
the encoding gap: the true cost of the lowest C over the true optimum. It is printed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from qassay.applications.descent import descended, thresholds_of
from qassay.applications.exact import HIGHS, Solution, chain_optimum, milp
from qassay.applications.instance import Instance, Optimum, Origin
from qassay.applications.interface import Words, rounded
from qassay.applications.ising import Bits, Floats, Ising
from qassay.applications.unit_files import read_fleet
from qassay.errors import Problem, UsageError

LOST_LOAD: Final = 5000.0  # $ for each MWh not served
_METHOD: Final = "dynamic programming over the states of each period"
_TYPICAL: Final = 0.7
_STIFFNESS: Final = 4.0
MOST_UNITS: Final = 16  # the states of one period that dynamic programming goes through


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One thermal unit: MW, and $ an hour, a MWh and a start."""

    name: str
    minimum: float
    maximum: float
    cost_at_minimum: float
    marginal: float
    startup: float

    @property
    def typical(self) -> float:
        """The output it stands for in the cost function, in MW."""
        return max(_TYPICAL * self.maximum, self.minimum)

    @property
    def typical_cost(self) -> float:
        """Dollars an hour at the typical output."""
        return self.cost_at_minimum + self.marginal * (self.typical - self.minimum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Units and what they must serve.

    Attributes:
        units: The units.
        load: MW in each period, nuclear and renewables taken off.
        hours: Length of a period.
        nuclear: MW of the base load beside them, for the picture.
    """

    units: tuple[Unit, ...]
    load: tuple[float, ...]
    hours: float
    nuclear: float = 0.0

    @property
    def qubits(self) -> int:
        """One a unit and period."""
        return len(self.units) * len(self.load)


class UnitCommitment:
    """Unit commitment beside a nuclear base load."""

    id = "unit-commitment"
    higher_is_better = False
    words = Words(
        title="Power stations beside a nuclear base load",
        field="energy",
        question="The nuclear station runs day and night. Which of the other stations should run"
        " in which hours so that the load is met at the lowest cost?",
        merit="cost of the day",
        unit="$",
        repair="single stations are switched on or off while that lowers the cost function;"
        " the output of those that run is then shared out exactly",
        truth="An ordinary computer solves this size exactly in well under a second, and a real"
        " system of 73 stations over 48 hours with all its rules in less than a minute. On"
        " qubits the size grows with stations times hours, and the chance to hit the best"
        " schedule shrinks exponentially.",
    )

    def repaired(self, instance: Instance, bits: Bits) -> Bits:
        """Descend by single flips of the cost function."""
        return descended(instance.ising, bits)

    def merit(self, instance: Instance, bits: Bits) -> Floats:
        """Give the true cost of each schedule, dispatched exactly."""
        return true_cost(fleet_of(instance.data), bits)

    def solve(self, instance: Instance) -> Solution:
        """Let HiGHS find the cheapest schedule with a proof."""
        return milp_schedule(fleet_of(instance.data))

    def encoded(self, instance: Instance) -> Ising:
        """Write the cost anew from units and load."""
        fleet = fleet_of(instance.data)
        check_fleet(fleet, instance.name)
        return ising_of(fleet)

    def lowest(self, instance: Instance) -> Solution:
        """Find the lowest cost by dynamic programming, which proves it."""
        begun = time.perf_counter()
        fleet = fleet_of(instance.data)
        energy, bits = _lowest(fleet, instance.ising)
        return Solution(
            value=energy,
            bits=bits,
            proven=True,
            gap=0.0,
            seconds=time.perf_counter() - begun,
            solver=_METHOD,
        )

    def own(self, data: bytes, name: str, qubits: int | None) -> Instance:
        """Make an instance of units and loads in CSV or JSON."""
        table = read_fleet(data, name)
        fleet = fleet_of(table)
        if qubits is not None and qubits != fleet.qubits:
            raise UsageError(
                Problem(
                    where="--qubits",
                    found=str(qubits),
                    expected=f"{fleet.qubits}: {len(fleet.units)} units in"
                    f" {len(fleet.load)} periods of {name}",
                )
            )
        notes = tuple(table.get("notes", ()))  # what a foreign file says and is not applied
        source = Origin(title=name, licence="the owner's", notes=notes)
        return commitment_instance(fleet, name, name, source, {})


def fleet_of(data: Mapping[str, Any]) -> Fleet:
    """Read a fleet from the data of an instance."""
    return Fleet(
        units=tuple(_unit(unit) for unit in data["units"]),
        load=tuple(float(mw) for mw in data["load"]),
        hours=float(data["hours"]),
        nuclear=float(data.get("nuclear", 0.0)),
    )


def _unit(table: Mapping[str, Any]) -> Unit:
    return Unit(
        name=str(table["name"]),
        minimum=float(table["minimum"]),
        maximum=float(table["maximum"]),
        cost_at_minimum=float(table["cost_at_minimum"]),
        marginal=float(table["marginal"]),
        startup=float(table["startup"]),
    )


def commitment_instance(
    fleet: Fleet, name: str, title: str, source: Origin, more: Mapping[str, Any]
) -> Instance:
    """Encode a fleet and prove the lowest cost, both of the encoding and in dollars.

    Raises:
        UsageError: No unit can run in some period, or there are too many.
    """
    check_fleet(fleet, name)
    ising = ising_of(fleet)
    energy, bits = _lowest(fleet, ising)
    encoded = float(true_cost(fleet, bits[None])[0])
    cheapest, _ = chain_optimum(*true_states(fleet))
    if not (cheapest > 0 and math.isfinite(encoded / cheapest)):
        raise UsageError(
            Problem(
                where=name,
                found="a schedule that costs nothing, or next to nothing",
                expected="costs, of which a schedule has more or fewer",
            )
        )
    return Instance(
        application=UnitCommitment.id,
        name=name,
        title=title,
        ising=ising,
        optimum=Optimum(
            energy=energy,
            bits="".join(map(str, bits)),
            proven=True,
            method=_METHOD,
        ),
        thresholds=thresholds_of(ising, energy),
        source=source,
        data={
            "units": [
                {
                    "name": u.name,
                    "minimum": u.minimum,
                    "maximum": u.maximum,
                    "cost_at_minimum": u.cost_at_minimum,
                    "marginal": u.marginal,
                    "startup": u.startup,
                }
                for u in fleet.units
            ],
            "load": list(fleet.load),
            "hours": fleet.hours,
            "nuclear": fleet.nuclear,
            "cheapest": rounded(cheapest, 12),
            "encoding_gap": rounded(encoded / cheapest - 1),
            **more,
        },
    )


def _lowest(fleet: Fleet, ising: Ising) -> tuple[float, Bits]:
    """Find the schedule of the lowest encoded cost, shape (qubits,)."""
    _, path = chain_optimum(*encoded_states(fleet))
    units = range(len(fleet.units))
    bits = np.array([[state >> i & 1 for i in units] for state in path], dtype=np.uint8).reshape(-1)
    return float(ising.energies(bits[None])[0]), bits


def check_fleet(fleet: Fleet, name: str) -> None:
    """Refuse what has no meaning.

    Raises:
        UsageError: With everything that is wrong.
    """
    problems = []
    if len(fleet.units) > MOST_UNITS:
        problems.append(
            Problem(
                where=f"{name}, units",
                found=str(len(fleet.units)),
                expected=f"at most {MOST_UNITS} for an optimum by dynamic programming",
            )
        )
    for unit in fleet.units:
        if not 0 <= unit.minimum <= unit.maximum or unit.maximum <= 0:
            problems.append(
                Problem(
                    where=f"{name}, unit {unit.name}",
                    found=f"{unit.minimum:g} to {unit.maximum:g} MW",
                    expected="0 <= minimum <= maximum, not 0",
                )
            )
        if min(unit.cost_at_minimum, unit.marginal, unit.startup) < 0:
            problems.append(
                Problem(
                    where=f"{name}, unit {unit.name}",
                    found="a negative cost",
                    expected="costs from 0",
                )
            )
    least = min(unit.minimum for unit in fleet.units)
    for period, load in enumerate(fleet.load, start=1):
        if load <= 0:
            problems.append(
                Problem(
                    where=f"{name}, period {period}",
                    found=f"{load:g} MW",
                    expected="a load above 0",
                )
            )
        elif least > load:
            problems.append(
                Problem(
                    where=f"{name}, period {period}",
                    found=f"a load of {load:g} MW, below the minimum of every unit",
                    expected=f"at least {least:g} MW, the smallest minimum",
                    advice="add a smaller unit, or take must-run power off the load",
                )
            )
    UsageError.raise_if_any(problems)


def ising_of(fleet: Fleet) -> Ising:
    """Encode a fleet: one clique of units a period, chained by start-ups."""
    n, periods = len(fleet.units), len(fleet.load)
    power = np.array([unit.typical for unit in fleet.units])
    stiff = stiffness(fleet)
    running = np.array([unit.typical_cost for unit in fleet.units]) * fleet.hours
    start = np.array([unit.startup for unit in fleet.units])
    linear = np.zeros((periods, n))
    pairs: dict[tuple[int, int], float] = {}
    constant = 0.0
    for t, load in enumerate(fleet.load):
        constant += stiff * load**2
        linear[t] += stiff * (power**2 - 2 * power * load) + running
        for i in range(n):
            for j in range(i + 1, n):
                pairs[t * n + i, t * n + j] = 2 * stiff * power[i] * power[j]
            if t:
                linear[t, i] += start[i]
                pairs[(t - 1) * n + i, t * n + i] = -start[i]
    return from_binary(constant, linear.reshape(-1), pairs)


def from_binary(constant: float, linear: Floats, pairs: Mapping[tuple[int, int], float]) -> Ising:
    """Turn a cost of bits x into one of spins, x = (1 - z) / 2."""
    fields = -linear / 2
    couplings = []
    constant += float(linear.sum()) / 2
    for (i, j), strength in sorted(pairs.items()):
        constant += strength / 4
        fields[i] -= strength / 4
        fields[j] -= strength / 4
        if strength:
            couplings.append((i, j, rounded(strength / 4, 12)))
    return Ising(rounded(constant, 12), tuple(rounded(h, 12) for h in fields), tuple(couplings))


def stiffness(fleet: Fleet) -> float:
    """Give A, in $ a MW^2 and period."""
    price = np.median([unit.typical_cost / unit.typical for unit in fleet.units])
    power = np.median([unit.typical for unit in fleet.units])
    return float(_STIFFNESS * price / power * fleet.hours)


def all_states(units: int) -> Bits:
    """List the states of one period, shape (2^N, N)."""
    return (np.arange(2**units)[:, None] >> np.arange(units) & 1).astype(np.uint8)


def encoded_states(fleet: Fleet) -> tuple[Floats, Floats]:
    """Give the cost function of each state and period, and the prices of starts."""
    on = all_states(len(fleet.units)).astype(np.float64)
    power = on @ np.array([unit.typical for unit in fleet.units])
    running = on @ np.array([unit.typical_cost for unit in fleet.units]) * fleet.hours
    load = np.array(fleet.load)[:, None]
    states = stiffness(fleet) * (power - load) ** 2 + running
    return states, np.array([unit.startup for unit in fleet.units])


def true_states(fleet: Fleet) -> tuple[Floats, Floats]:
    """Give the true cost of each state and period, and the prices of starts."""
    on = all_states(len(fleet.units))
    states = np.stack([_dispatched(fleet, on, load) for load in fleet.load])
    return states, np.array([unit.startup for unit in fleet.units])


def true_cost(fleet: Fleet, bits: Bits) -> Floats:
    """Give the dollars of schedules, shape (strings, qubits) -> (strings,)."""
    on = bits.reshape(-1, len(fleet.load), len(fleet.units))
    cost = sum(
        (_dispatched(fleet, on[:, t], load) for t, load in enumerate(fleet.load)),
        start=np.zeros(on.shape[0]),
    )
    starts = (on[:, 1:] & (1 - on[:, :-1])).sum(axis=1)
    return np.asarray(cost + starts @ np.array([unit.startup for unit in fleet.units]))


def outputs(fleet: Fleet, bits: Bits) -> Floats:
    """Give the MW of each unit in each period of one schedule, shape (periods, units)."""
    on = bits.reshape(len(fleet.load), len(fleet.units))
    made = np.zeros(on.shape)
    for t, load in enumerate(fleet.load):
        made[t] = _shares(fleet, on[t][None], load)[0]
    return made


def _dispatched(fleet: Fleet, on: Bits, load: float) -> Floats:
    """Give the cost of one period of each state, shape (states, units) -> (states,)."""
    made = _shares(fleet, on, load)
    low = np.array([unit.minimum for unit in fleet.units])
    fixed = on @ np.array([unit.cost_at_minimum for unit in fleet.units])
    above = (made - on * low) @ np.array([unit.marginal for unit in fleet.units])
    # More than the load at minimum output is spilled: its fuel is paid, nothing else.
    short = np.maximum(load - made.sum(axis=1), 0.0)
    return np.asarray((fixed + above + short * LOST_LOAD) * fleet.hours)


def _shares(fleet: Fleet, on: Bits, load: float) -> Floats:
    """Share the load out: everybody's minimum, then the cheapest first."""
    low = np.array([unit.minimum for unit in fleet.units])
    high = np.array([unit.maximum for unit in fleet.units])
    made = on * low
    rest = np.maximum(load - made.sum(axis=1), 0.0)
    for i in np.argsort([unit.marginal for unit in fleet.units], kind="stable"):
        taken = np.minimum(on[:, i] * (high[i] - low[i]), rest)
        made[:, i] += taken
        rest -= taken
    return np.asarray(made, dtype=np.float64)


def milp_schedule(fleet: Fleet) -> Solution:
    """Let HiGHS find the cheapest schedule: on or off, start, output above minimum, shortfall."""
    n, periods = len(fleet.units), len(fleet.load)
    size = n * periods
    hours = fleet.hours
    cost = np.concatenate(
        [
            np.tile([u.cost_at_minimum * hours for u in fleet.units], periods),
            np.tile([u.startup for u in fleet.units], periods),
            np.tile([u.marginal * hours for u in fleet.units], periods),
            np.full(periods, LOST_LOAD * hours),
        ]
    )
    upper = np.concatenate(
        [
            np.ones(2 * size),
            np.tile([u.maximum - u.minimum for u in fleet.units], periods),
            np.array(fleet.load),
        ]
    )
    rows: list[tuple[dict[int, float], float]] = []
    for t, load in enumerate(fleet.load):
        serve = {3 * size + t: -1.0}
        for i, unit in enumerate(fleet.units):
            on, start, above = t * n + i, size + t * n + i, 2 * size + t * n + i
            serve |= {on: -unit.minimum, above: -1.0}
            rows.append(({above: 1.0, on: -(unit.maximum - unit.minimum)}, 0.0))
            if t:
                rows.append(({on: 1.0, on - n: -1.0, start: -1.0}, 0.0))
        rows.append((serve, -load))
    _, x, proven, gap, seconds = milp(cost, rows, whole=size, upper=upper)
    bits = np.round(x[:size]).astype(np.uint8)
    return Solution(
        value=float(true_cost(fleet, bits[None])[0]),
        bits=bits,
        proven=proven,
        gap=gap,
        seconds=seconds,
        solver=HIGHS,
    )
