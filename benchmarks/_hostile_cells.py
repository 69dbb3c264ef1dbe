"""The cells of `hostile_world.py`: every kind of machine unlike ours, where it is claimed.

A cell is a kind of machine, what is measured of it, and how its truth stands to the claim.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import hostile_readout
import hostile_times
import numpy as np
from _hostile import bits_of, claim_of, game, planned
from _hostile_decays import TIMES, Aim, Law, Weather

LEVELS = {
    "0.1": 0.1,
    "half": 0.5,
    "claim": 1.0,
    "limit": 1.25,
    "1.5 times": 1.5,
    "5 times": 5.0,
    "15 times": 15.0,
}
BOTH, BEYOND = ("claim", "limit"), ("1.5 times", "5 times", "15 times")
CALM = Weather()
CLAIMED = {
    "one_qubit_gate_error": 1e-3,
    "two_qubit_gate_error": 6e-3,
    "t1": 1e-4,
    "t2_star": 1e-4,
    "leakage": 1e-3,
    "crosstalk": 3e-3,
}
SHORT = {
    "one_qubit_gate_error": "1q gates",
    "two_qubit_gate_error": "2q gates",
    "layer_fidelity": "layer fidelity",
    "t1": "T1",
    "t2_star": "T2*",
    "leakage": "leakage",
    "readout_error": "readout",
    "crosstalk": "crosstalk",
}
# The cells that bound each kind, those first that a break should leave us.
CORE = (
    "one with half; 1q gates, mean of 50; limit",
    "one with nearly all; 1q gates, mean of 50; 5 times",
    "one dead, others 0.7; 1q gates, mean of 50; 5 times",
    "one dead, others 0.7; 1q gates, mean of 6; 5 times",
    "log-normal 1.5; 1q gates, mean of 50; limit",
    "log-normal 0.8; 1q gates, mean of 50; limit",
    "10 % of the shots bad for all; 1q gates, mean of 50; claim",
    "10 % of the shots bad for all; 1q gates, mean of 50; limit",
    "factor 1 +- 0.3 common to a shot; 1q gates, mean of 6; limit",
    "factor 1 +- 0.3 common to a circuit; 1q gates, mean of 50, circuits of many shots; limit",
    "sine of 20 %, period of a cycle; crosstalk, mean of 6; claim",
    "sine of 20 %, period of a cycle; crosstalk, mean of 6; limit",
    "sine of 20 %, period of a cycle; 2q gates, one; claim",
    "sine of 20 %, period of a cycle; 2q gates, one; limit",
    "noise constant in a shot; 1q gates, mean of 6; claim",
    "noise constant in a shot; 1q gates, mean of 6; limit",
    "noise constant in a shot; 2q gates, one; claim",
    "noise constant in a shot; 2q gates, one; limit",
    "decay: Gaussian; T2*, mean of 6; claim",
    "decay: Gaussian; T2*, mean of 6; limit",
    "decay: Gaussian; t2_star, one qubit; claim",
    "decay: Gaussian; t2_star, one qubit; limit",
    "decay: Gaussian; T2*, median of 6; limit",
    "neighbours 2 %; readout error, mean of 10; claim",
    "neighbours 2 %; readout error, mean of 10; limit",
    "2 % bad shots; readout error, mean of 10; claim",
    "2 % bad shots; readout error, mean of 10; limit",
    "2 % bad shots; readout error, mean of 50; limit",
    "one with half; 1q gates, mean of 6; limit",
    "one with nearly all; 1q gates, mean of 50; 1.5 times",
    "one with nearly all; 1q gates, mean of 50; 15 times",
    "one with half; layer fidelity, mean of 6; limit",
    "one dead, others 0.7; layer fidelity, mean of 6; 5 times",
    "one with half; 2q gates, mean of 6; limit",
    "one with half; T1, mean of 6; limit",
    "one with half; leakage, mean of 6; limit",
    "preparation and readout 10 to 20 %; 1q gates, mean of 6; claim",
    "preparation and readout 10 to 20 %; 1q gates, mean of 6; limit",
    "preparation and readout 10 to 20 %; 2q gates, one; claim",
    "preparation and readout 10 to 20 %; 2q gates, one; limit",
    "rates jump, 3 times, every ten circuits; 2q gates, one; claim",
    "rates jump, 3 times, every ten circuits; 2q gates, one; limit",
    "targets lost for 40 shots, 5 % of the time; 1q gates, mean of 50; limit",
    "10 % of the shots bad for all; layer fidelity, mean of 6; claim",
)


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        kind: Of the machine.
        what: Metric, statistic and width.
        place: How the truth stands to the claim.
        wrong: The wrong verdict.
        quick: From a seed to an outcome.
        full: From a seed to verdict and truth.
    """

    kind: str
    what: str
    place: str
    wrong: str
    quick: Callable
    full: Callable

    @property
    def name(self) -> str:
        return f"{self.kind}; {self.what}; {self.place}"


@functools.cache
def plan_of(aim, n, overhead):
    """Plan one claim on n targets of a line."""
    pairs = aim.metric in ("two_qubit_gate_error", "layer_fidelity", "leakage", "crosstalk")
    value, delta = aim.claimed, aim.delta
    if aim.metric == "layer_fidelity":  # the limit of the loss is (1 + delta) times the claim's
        value, delta = math.exp(-n * aim.layer), math.expm1(n * aim.layer * aim.delta)
    stated = f'"{value!r} s"' if aim.metric in TIMES else repr(value)
    better = "at least" if aim.metric in (*TIMES, "layer_fidelity") else "at most"
    machine = f"""[machine]
name = "x"
platform = "superconducting"
qubits = {n + 1 if pairs else n}
connectivity = "line"
[durations]
one_qubit_gate = "20 ns"
two_qubit_gate = "60 ns"
readout = "500 ns"
shot_overhead = "100 us"
circuit_overhead = "{overhead}"
"""
    claim = claim_of(aim.metric, stated, aim.statistic, better, delta)
    if "gate_error" in aim.metric or aim.metric == "crosstalk":
        claim += 'convention = "average_gate_infidelity"\n'
    return planned(machine, claim)


def decays(
    kind,
    metric,
    n,
    places,
    weather=CALM,
    *,
    spread="alike",
    statistic="mean",
    overhead="0 s",
    claimed=None,
):
    """Give the cells of one kind and one metric."""
    aim = Aim(metric, CLAIMED.get(metric, 0.0) if claimed is None else claimed, statistic)
    if metric == "crosstalk":
        aim = replace(aim, delta=0.5)
    told = f"{SHORT[metric]}, {statistic} of {n}" if n > 1 else f"{SHORT[metric]}, one"
    told += f" at {claimed:g}" if claimed is not None else ""
    told += ", circuits of many shots" if overhead != "0 s" else ""
    for place in places:
        level = LEVELS[place]
        if metric == "crosstalk" and place == "limit":
            level = 1 + aim.delta

        def law(seed, level=level):
            plan = plan_of(aim, n, overhead)
            return plan, Law(aim, spread, level, weather, plan, (seed, n))

        def quick(seed, law=law):
            plan, one = law(seed)
            return game(plan, lambda slot, arms, _: one.hits(slot, arms), [seed, n], quick=True)

        def full(seed, law=law):
            plan, one = law(seed)
            verdict = game(plan, lambda slot, arms, _: one.hits(slot, arms), [seed, n])
            return verdict, one.truth()

        yield Cell(kind, told, place, wrong_at(place), quick, full)


def wrong_at(place):
    return "refuted" if place in ("0.1", "half", "claim") else "supported"


def by_bits(kind, what, place, wrong, plan, law, truth):
    """Make a cell of a law of wrong bits."""

    def source():
        return bits_of(law, plan().device.qubits)

    return Cell(
        kind,
        what,
        place,
        wrong,
        lambda seed: game(plan(), source(), [seed, 7], quick=True),
        lambda seed: (game(plan(), source(), [seed, 7]), truth),
    )


def readouts():
    for label, n, metric, statistic, law, known in hostile_readout.cells():
        truth = known
        if truth is None:
            long = law(np.zeros((400_000, n), dtype=np.uint8), np.random.default_rng(1))
            truth = float(long.mean())
        for place, factor in (("claim", 1.0), ("limit", 1 / 1.5), ("5 times", 0.2)):
            value = float(truth * factor)
            if value * 1.5 >= 1:
                continue

            @functools.cache
            def plan(value=value, n=n, metric=metric, statistic=statistic):
                claim = claim_of(metric, repr(value), statistic, delta=0.5)
                return planned(hostile_readout.machine_of(n), claim)

            wrong = "refuted" if place == "claim" else "supported"
            kind = label.partition(", n=")[0]
            what = f"{metric.replace('_', ' ')}, {statistic} of {n}" if n > 1 else "readout, one"
            yield by_bits(
                kind, what, place, wrong, plan, hostile_readout.of_single_shots(law), truth
            )


def times():
    for curve, shape in hostile_times.CURVES.items():
        for label, n, metric, statistic, scope in hostile_times.cells():
            for place, slow in (("claim", 1.0), ("limit", 0.8), ("1.5 times", 1 / 1.5)):

                @functools.cache
                def plan(n=n, metric=metric, statistic=statistic, scope=scope):
                    claim = claim_of(metric, '"1 s"', statistic, "at least", 0.25, scope)
                    machine = hostile_times.machine_of(n, "trapped-ion", "5 ms", "300 us")
                    return planned(machine, claim)

                law = hostile_times.decaying(shape, np.full(n, slow))
                yield by_bits(
                    f"decay: {curve}", f"{metric}, {label}", place, wrong_at(place), plan, law, slow
                )


def means():
    q1, q2, lf = "one_qubit_gate_error", "two_qubit_gate_error", "layer_fidelity"
    bad10, factor = Weather(bad=0.1), Weather(factor=0.3)
    for kind in ("one with half", "one with nearly all", "one at 5", "one with a quarter"):
        yield from decays(kind, q1, 50, BOTH, spread=kind)
        yield from decays(kind, q1, 6, BOTH, spread=kind)
    for kind in ("one with half", "one with nearly all"):
        for n in (50, 6):
            yield from decays(kind, q1, n, BEYOND, spread=kind)
    for n in (50, 20, 6):
        yield from decays("one dead, others 0.7", q1, n, ("5 times",), spread="one dead")
    for s in ("1.5", "1.0", "0.8", "0.5", "0.3"):
        yield from decays(f"log-normal {s}", q1, 50, BOTH, spread=f"spread {s}")
    yield from decays("log-normal 1.5", q1, 6, BOTH, spread="spread 1.5")
    yield from decays("alike", q1, 50, BOTH)
    for n in (50, 6):
        yield from decays("10 % of the shots bad for all", q1, n, BOTH, bad10)
        yield from decays("factor 1 +- 0.3 common to a shot", q1, n, BOTH, factor)
        yield from decays("noise constant in a shot", q1, n, BOTH, Weather(still=True))
        yield from decays(
            "preparation and readout 10 to 20 %", q1, n, BOTH, Weather(spam=(0.1, 0.2))
        )
    yield from decays("2 % of the shots bad for all", q1, 50, BOTH, Weather(bad=0.02))
    yield from decays(
        "targets lost for 40 shots, 5 % of the time", q1, 50, BOTH, Weather(away=0.05)
    )
    yield from decays("rates jump, 3 times, every ten circuits", q1, 50, BOTH, Weather(jumps=3.0))
    yield from decays("sine of 20 %, period 9 circuits", q1, 50, BOTH, Weather(sine=0.2))
    for n in (50, 6):
        yield from decays(
            "factor 1 +- 0.3 common to a circuit", q1, n, BOTH, factor, overhead="1 s"
        )
    yield from decays("one with half", q1, 6, BOTH, spread="one with half", overhead="1 s")
    yield from decays("10 % of the circuits bad for all", q1, 50, BOTH, bad10, overhead="1 s")
    for metric in (lf, q2, "leakage"):
        yield from decays("one with half", metric, 6, BOTH, spread="one with half")
        yield from decays("one with half", metric, 6, BEYOND, spread="one with half")
        yield from decays("10 % of the shots bad for all", metric, 6, BOTH, bad10)
        yield from decays("log-normal 0.8", metric, 6, BOTH, spread="spread 0.8")
        yield from decays("one dead, others 0.7", metric, 6, ("5 times",), spread="one dead")
    for stray in (0.001, 0.02, 0.05):
        for n in (20, 6):
            kind = f"one dead, {100 * stray:g} % of the lost read as there, others 0.7"
            yield from decays(
                kind, "leakage", n, ("5 times",), Weather(stray=stray), spread="one dead"
            )
    yield from decays("one dead, others 0.7", lf, 49, ("5 times",), spread="one dead")
    yield from decays("noise constant in a shot", lf, 6, BOTH, Weather(still=True))
    yield from decays("one with half", "t1", 6, BOTH, spread="one with half")
    yield from decays("one with half", "t1", 50, BOTH, spread="one with half")
    yield from decays("10 % of the shots bad for all", "t1", 6, BOTH, bad10)
    yield from decays("decay: Gaussian", "t2_star", 6, BOTH, Weather(power=2.0))
    yield from decays("decay: power 0.5", "t2_star", 6, BOTH, Weather(power=0.5))
    yield from decays(
        "decay: Gaussian, log-normal 0.5",
        "t2_star",
        6,
        BOTH,
        Weather(power=2.0),
        spread="spread 0.5",
    )


def singles():
    q1, q2 = "one_qubit_gate_error", "two_qubit_gate_error"
    kinds = {
        "noise constant in a shot": Weather(still=True),
        "factor 1 +- 0.3 common to a shot": Weather(factor=0.3),
        "10 % of the shots bad for all": Weather(bad=0.1),
        "sine of 20 %, period 9 circuits": Weather(sine=0.2),
        "rates jump, 3 times, every ten circuits": Weather(jumps=3.0),
        "targets lost for 40 shots, 5 % of the time": Weather(away=0.05),
        "preparation and readout 10 to 20 %": Weather(spam=(0.1, 0.2)),
    }
    yield from decays(
        "sine of 20 %, period of a cycle",
        q2,
        1,
        BOTH,
        Weather(sine=0.2, period=0),
        statistic="every",
    )
    for n, statistic in ((6, "mean"), (6, "every")):
        for kind, weather in (
            ("alike", CALM),
            ("sine of 20 %, period of a cycle", Weather(sine=0.2, period=0)),
            ("sine of 20 %, period 9 circuits", Weather(sine=0.2)),
        ):
            yield from decays(kind, "crosstalk", n, BOTH, weather, statistic=statistic)
    for kind, weather in kinds.items():
        yield from decays(kind, q1, 1, BOTH, weather, statistic="every")
        yield from decays(kind, q2, 1, BOTH, weather, statistic="every")
    yield from decays("alike", q1, 50, (*BOTH, "1.5 times"), statistic="every")
    for place in ("1e-7", "0.1", "0.3"):
        error = float(place)
        for n, statistic in ((1, "every"), (6, "mean")):
            yield from decays(
                "error of the claim's size", q1, n, BOTH, statistic=statistic, claimed=error
            )
            yield from decays(
                "error of the claim's size", q2, n, BOTH, statistic=statistic, claimed=error
            )
    yield from decays("decay: Gaussian", "t2_star", 6, BOTH, Weather(power=2.0), statistic="median")


def cells():
    """Give all cells, those first that bound each kind."""
    made = [*means(), *singles(), *readouts(), *times()]
    place = {name: number for number, name in enumerate(CORE)}
    return sorted(made, key=lambda cell: place.get(cell.name, len(CORE)))
