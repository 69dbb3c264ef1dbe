"""Hidden machines: machine files drawn from a seed, with every kind of noise there is.

Each kind of trouble is absent from a part of the machines, so that a cell that fails can be
traced to what makes it fail. The numbers are those of the brief of a self-check, not of any
make of machine: errors log-uniform over the decades that are in use, T1 and T2 such that they
explain a part of the gate errors and no more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

from qassay.devices.noise_file import CROSSTALK, LEAKAGE, T1, T2, T2_STAR
from qassay.selfcheck.drawing import Draws

Kind = Literal["none", "sine", "step"]

LARGEST_ONE_QUBIT_ERROR: Final = 1e-2
TWO_QUBIT_ERROR: Final = (1e-3, 5e-2)
READOUT_ERROR: Final = (1e-2, 1e-1)
_MOST_INCOHERENT: Final = 0.25  # part of a gate error that T1 and T2 explain, at most
_LEAST_INCOHERENT: Final = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What kind of machine it is, for the tables by kind.

    Attributes:
        connectivity: As in its file.
        coherent: Part of the gate errors that is over-rotation, 0 to 1.
        drift: How error rates change.
        drift_of: What drifts; empty where nothing does.
        leakage: Part of the two-qubit error that leaks.
        crosstalk: Part of it that each neighbour adds.
        one_qubit_error: Median that was drawn.
        two_qubit_error: Median that was drawn.
    """

    connectivity: str
    coherent: float
    drift: Kind
    drift_of: tuple[str, ...]
    leakage: float
    crosstalk: float
    one_qubit_error: float
    two_qubit_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenMachine:
    """A machine that the product is to judge.

    Attributes:
        number: Its number.
        traits: What kind it is.
        text: Its machine file, TOML.
        drift: The line that makes it drift, with {period} still open; empty if it does not.
        period: The drift's period as a part of the longest campaign.
    """

    number: int
    traits: Traits
    text: str
    drift: str
    period: float

    def drifting(self, campaign_seconds: float) -> HiddenMachine:
        """Set the clock of the drift by the time that the whole plan would take."""
        if not self.drift:
            return self
        seconds = max(self.period * campaign_seconds, 1e-6)
        return replace(self, text=self.text + self.drift.format(period=f"{seconds:.6g} s"))


def draw_machine(
    draws: Draws, number: int, qubits: int, smallest_error: float, circuit_price: float = 0.0
) -> HiddenMachine:
    """Draw machine `number`; the price of a circuit is in shots, and changes nothing else."""
    traits = _traits(draws, qubits, smallest_error)
    drift = ""
    if traits.drift != "none":
        sign = draws.one_of("drift sign", (1.0, -1.0)) if traits.drift == "step" else 1.0
        amplitude = sign * draws.uniform("drift amplitude", 0.05, 0.3)
        of = ", ".join(f'"{part}"' for part in traits.drift_of)
        # The braces of TOML are doubled, for the period is filled in by str.format.
        drift = (
            f'drift = {{{{kind = "{traits.drift}", amplitude = {amplitude:.4g},'
            f' period = "{{period}}", of = [{of}]}}}}\n'
        )
    longest = 0.9 if traits.drift == "step" else 2.0
    return HiddenMachine(
        number=number,
        traits=traits,
        text=_text(draws, traits, number, qubits, circuit_price),
        drift=drift,
        period=draws.log_uniform("drift period", 0.05, longest),
    )


def _traits(draws: Draws, qubits: int, smallest_error: float) -> Traits:
    # All-to-all machines have several times the pairs, and take several times the time.
    shapes = ["line", "line", "ring", "ring", "all-to-all"]
    if qubits % 2 == 0:
        shapes += [f"grid:2x{qubits // 2}"] * 2
    coherent = draws.one_of("coherence", (0.0, 0.0, -1.0, -1.0, 1.0))
    drift: Kind = draws.one_of("drift", ("none", "none", "sine", "step"))
    of = draws.one_of("drift of", (("gate errors",), ("readout",), ("gate errors", "readout")))
    one = draws.log_uniform("one-qubit error", smallest_error, LARGEST_ONE_QUBIT_ERROR)
    low, high = TWO_QUBIT_ERROR
    return Traits(
        connectivity=draws.one_of("connectivity", shapes),
        coherent=draws.uniform("coherent share") if coherent < 0 else coherent,
        drift=drift,
        drift_of=() if drift == "none" else of,
        leakage=draws.one_of("leaks", (0.0,) * 7 + (1.0,)) * draws.log_uniform(LEAKAGE, 0.02, 0.2),
        crosstalk=draws.one_of(CROSSTALK, (0.0, 0.0, 0.0, 1.0))
        * draws.uniform("crosstalk share", 0.0, 0.2),
        one_qubit_error=one,
        # Worse than the one-qubit gate, as everywhere; up to 70 % of a layer is still not its own.
        two_qubit_error=draws.log_uniform("two-qubit error", max(low, one), high),
    )


def _text(draws: Draws, traits: Traits, number: int, qubits: int, circuit_price: float) -> str:
    """Write the machine file."""
    one, two, coherent = traits.one_qubit_error, traits.two_qubit_error, traits.coherent
    gate = draws.log_uniform("one-qubit gate", 1e-8, 1e-5)
    long_gate = gate * draws.log_uniform("two-qubit gate", 1.0, 20.0)
    incoherent = draws.uniform("incoherent", 0.0, _MOST_INCOHERENT) * (1 - coherent)
    incoherent = max(incoherent, _LEAST_INCOHERENT)
    # With T1 >= T2 / 2 a pulse loses at most 2 g / (3 T2), a pair of qubits 8 g / (5 T2).
    t2 = max(2 * gate / (3 * one), 1.6 * long_gate / two) / incoherent
    t1 = t2 * draws.log_uniform(T1, 0.6, 20.0)
    stated = max(1 - coherent, 4 * _LEAST_INCOHERENT)
    low, high = READOUT_ERROR
    p01, p10 = draws.log_uniform("p01", low, high), draws.log_uniform("p10", low, high)
    prepared = draws.one_of("prepared", (0.0, 1.0)) * draws.uniform("preparation", 0.0, p01 / 2)

    def spread(key: str, median: float, unit: str = "") -> str:
        value = f'"{median:.6g} {unit}"' if unit else f"{median:.6g}"
        sigma = draws.uniform(f"spread of {key}", 0.0, 0.4)
        return f"{key} = {{median = {value}, spread = {sigma:.3g}}}"

    return "\n".join(
        (
            "[machine]",
            f'name = "hidden-{number}"',
            f"qubits = {qubits}",
            f'connectivity = "{traits.connectivity}"',
            f"seed = {int(draws.stream.child('machine seed').below(65536, 1)[0])}",
            *(
                [f"cost_per_shot = 1\ncost_per_circuit = {circuit_price!r}"]
                if circuit_price
                else []
            ),
            "",
            "[durations]",
            f'one_qubit_gate = "{gate:.6g} s"',
            f'two_qubit_gate = "{long_gate:.6g} s"',
            f'readout = "{10 * long_gate:.6g} s"',
            f'shot_overhead = "{draws.log_uniform("overhead", 1e-6, 1e-3):.6g} s"',
            "",
            "[noise]",
            spread(T1, t1, "s"),
            spread(T2, t2, "s"),
            spread(T2_STAR, t2 * draws.uniform(T2_STAR, 0.2, 1.0), "s"),
            spread("one_qubit_error", stated * one),
            spread("two_qubit_error", stated * two),
            # A pulse turned too far by e loses e^2 / 6, a CZ with phi too much phi^2 / 5.
            spread("one_qubit_overrotation", math.sqrt(6 * coherent * one), "rad"),
            spread("two_qubit_overrotation", math.sqrt(5 * coherent * two), "rad"),
            spread("readout_p01", p01),
            spread("readout_p10", p10),
            spread("preparation_error", prepared),
            spread("crosstalk_error", traits.crosstalk * two),
            spread(LEAKAGE, traits.leakage * two),
            "",
        )
    )
