"""Read the `[noise]` of a machine file: a number for all, a spread, or a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, Literal, cast

import numpy as np
import numpy.typing as npt

from qassay.devices.noise import (
    WORST_ONE_QUBIT_ERROR,
    WORST_TWO_QUBIT_ERROR,
    Drift,
    Floats,
)
from qassay.errors import Problem, quoted
from qassay.randomness import Stream
from qassay.units import Dimension, format_quantity, parse_quantity

CUT: Final = 3.0  # a spread is cut at three sigma, so that no single qubit ruins a machine


@dataclass(frozen=True, slots=True)
class NoiseKey:
    """One key of `[noise]`: its dimension, what it belongs to, and its largest value."""

    dimension: Dimension
    per: Literal["qubit", "pair"]
    most: float = np.inf
    why_most: str = ""


_ONE = "the completely depolarizing one-qubit channel has average infidelity 1/2"
_TWO = "the completely depolarizing two-qubit channel has average infidelity 3/4"
# Keys that others speak of.
T1: Final = "t1"
T2: Final = "t2"
T2_STAR: Final = "t2_star"
LEAKAGE: Final = "leakage"
CROSSTALK: Final = "crosstalk"  # as it is named where its key, `crosstalk_error`, is not meant
QUANTITIES: Final[dict[str, NoiseKey]] = {
    T1: NoiseKey("time", "qubit"),
    T2: NoiseKey("time", "qubit"),
    T2_STAR: NoiseKey("time", "qubit"),
    "one_qubit_error": NoiseKey("probability", "qubit", WORST_ONE_QUBIT_ERROR, _ONE),
    "two_qubit_error": NoiseKey("probability", "pair", WORST_TWO_QUBIT_ERROR, _TWO),
    "readout_p01": NoiseKey("probability", "qubit", 1.0),
    "readout_p10": NoiseKey("probability", "qubit", 1.0),
    "preparation_error": NoiseKey("probability", "qubit", 1.0),
    "one_qubit_overrotation": NoiseKey("angle", "qubit"),
    "two_qubit_overrotation": NoiseKey("angle", "pair"),
    "crosstalk_error": NoiseKey("probability", "pair", WORST_TWO_QUBIT_ERROR, _TWO),
    LEAKAGE: NoiseKey("probability", "pair", 1.0),
    "correlated_readout": NoiseKey("probability", "qubit", 1.0),
    "atom_loss": NoiseKey("probability", "qubit", 1.0),
    "heating_error": NoiseKey("probability", "pair", WORST_TWO_QUBIT_ERROR, _TWO),
}


@dataclass(frozen=True, slots=True)
class DrawnValues:
    """The values of one quantity.

    Attributes:
        values: SI units, shape (qubits,) or (pairs,).
        spread: Whether they were drawn around a median, which is then in `median`.
        median: The median that was stated, NaN where there is none.
    """

    values: Floats
    spread: bool = False
    median: float = np.nan


@dataclass(slots=True)
class NoiseReader:
    """Reads quantities and collects problems.

    Attributes:
        source: Name of the file, for the problems.
        stream: From which the spreads are drawn; each quantity has its own child.
        counts: Number of qubits and of pairs.
        pair_places: Place in the file of each sorted coupling, where a list orders them.
    """

    source: str
    stream: Stream
    counts: Mapping[str, int]
    pair_places: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, key: str, found: str, expected: str, advice: str = "") -> None:
        """Note a problem at a key of the file."""
        self.problems.append(
            Problem(where=f"{self.source}: {key}", found=found, expected=expected, advice=advice)
        )

    def unknown_keys(self, table: Mapping[str, Any], known: tuple[str, ...], section: str) -> None:
        """Complain of every key that the table may not have."""
        for key in table:
            if key not in known:
                close = get_close_matches(key, known, 1)
                self.complain(
                    f"{section}.{key}" if section else key,
                    "an unknown key",
                    "one of " + ", ".join(known),
                    f'did you mean "{close[0]}"?' if close else "",
                )

    def quantity(self, table: Mapping[str, Any], key: str) -> DrawnValues | None:
        """Read one quantity of `[noise]`; None where it is absent or wrong."""
        if key not in table:
            return None
        raw, kind = table[key], QUANTITIES[key]
        count = self.counts[kind.per]
        if isinstance(raw, dict):
            return self._spread(raw, key, kind, count)
        if isinstance(raw, list):
            if len(raw) != count:
                expected = f"{count} values, one for each {kind.per}"
                self.complain(f"noise.{key}", f"a list of {len(raw)}", expected)
                return None
            read = [self.number(entry, f"noise.{key}[{i}]", kind) for i, entry in enumerate(raw)]
            if any(number is None for number in read):
                return None
            values = np.array(read, dtype=np.float64)
            if kind.per == "pair" and self.pair_places:
                values = values[self.pair_places]
            return DrawnValues(values)
        number = self.number(raw, f"noise.{key}", kind)
        return None if number is None else DrawnValues(np.full(count, number))

    def number(self, raw: object, key: str, kind: NoiseKey) -> float | None:
        """Read one number with its unit, within the limits of its quantity."""
        try:
            number = parse_quantity(raw, kind.dimension)
        except ValueError as error:
            self.complain(key, quoted(raw), str(error))
            return None
        if kind.dimension == "time" and number == 0:
            self.complain(key, quoted(raw), "a time above zero", "leave the key out for perfect")
            return None
        if number > kind.most:
            most = format_quantity(kind.most, kind.dimension)
            self.complain(key, quoted(raw), f"at most {most}", kind.why_most)
            return None
        return number

    def _spread(
        self, raw: Mapping[str, Any], key: str, kind: NoiseKey, count: int
    ) -> DrawnValues | None:
        self.unknown_keys(raw, ("median", "spread"), f"noise.{key}")
        median = self.number(raw.get("median"), f"noise.{key}.median", kind)
        sigma = self.plain(raw.get("spread", 0.0), f"noise.{key}.spread", 0.0, 5.0)
        if median is None or sigma is None:
            return None
        values = median * np.exp(sigma * _cut_normal(self.stream.child(key), count))
        return DrawnValues(np.minimum(values, kind.most), sigma > 0, median)

    def plain(self, raw: object, key: str, low: float, high: float) -> float | None:
        """Read a number without a unit (or in %), between two limits."""
        expected = f"a number from {low:g} to {high:g}"
        if isinstance(raw, str) and raw.strip().endswith("%"):
            text = raw.strip().removesuffix("%")
            try:
                raw = float(text) / 100
            except ValueError:
                raw = None
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not low <= raw <= high:
            self.complain(key, quoted(raw) if raw is not None else "nothing", expected)
            return None
        return float(raw)

    def dead(self, raw: object) -> tuple[int, ...]:
        """Read the list of dead qubits."""
        count = self.counts["qubit"]
        whole = isinstance(raw, list) and all(
            isinstance(q, int) and not isinstance(q, bool) and 0 <= q < count for q in raw
        )
        if not whole or len(set(cast(list[int], raw))) != len(cast(list[int], raw)):
            expected = f"a list of different qubits from 0 to {count - 1}, such as [3, 17]"
            self.complain("noise.dead_qubits", quoted(raw), expected)
            return ()
        return tuple(sorted(cast(list[int], raw)))

    def drift(self, raw: object, seed: int) -> Drift | None:
        """Read the `drift` table; the seed is that of jumps."""
        if not isinstance(raw, dict):
            expected = 'a table such as {kind = "sine", amplitude = 0.2, period = "1 h"}'
            self.complain("noise.drift", quoted(raw), expected)
            return None
        self.unknown_keys(raw, ("kind", "amplitude", "period", "of", "chance"), "noise.drift")
        kind = raw.get("kind")
        if kind not in ("sine", "step", "linear", "jumps"):
            self.complain("noise.drift.kind", quoted(kind), '"sine", "step", "linear" or "jumps"')
            kind = None
        chance: float | None = 0.0
        if kind == "jumps":
            chance = self.plain(raw.get("chance"), "noise.drift.chance", 0.0, 1.0)
        elif "chance" in raw:
            self.complain("noise.drift.chance", quoted(raw["chance"]), 'kind = "jumps" beside it')
        # More than 1 would make a sine's error rates negative.
        low, high = (-1.0, 1.0) if kind == "sine" else (-1.0, 1000.0)
        amplitude = self.plain(raw.get("amplitude"), "noise.drift.amplitude", low, high)
        period = self.number(raw.get("period"), "noise.drift.period", NoiseKey("time", "qubit"))
        of = raw.get("of", "gate errors")
        parts = of if isinstance(of, list) else [of]
        if not parts or any(part not in ("gate errors", "readout") for part in parts):
            self.complain(
                "noise.drift.of", quoted(of), '"gate errors", "readout" or both in a list'
            )
            return None
        if kind is None or amplitude is None or period is None or chance is None:
            return None
        return Drift(
            kind=cast(Literal["sine", "step", "linear", "jumps"], kind),
            amplitude=amplitude,
            period=period,
            of_gates="gate errors" in parts,
            of_readout="readout" in parts,
            chance=chance,
            seed=seed,
        )


def _cut_normal(stream: Stream, count: int) -> Floats:
    """Draw standard normal numbers, cut at `CUT` on both sides, shape (count,)."""
    from scipy.special import ndtr, ndtri

    words = stream.take(8 * count).view("<u8").astype(np.float64)
    low = ndtr(-CUT)
    uniform: npt.NDArray[np.float64] = low + (1 - 2 * low) * (words + 0.5) / 2.0**64
    return np.asarray(ndtri(uniform), dtype=np.float64)
