"""One instance of an application: cost, proven optimum, thresholds, source and licence.

Frozen instances are files of this package; a buyer's own is made from his data by the same
functions. Either way the whole instance goes into the frozen plan, so that a bundle holds the
question beside the answers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from qassay.applications.ising import Bits, Floats, Ising
from qassay.errors import PlanError, Problem, quoted
from qassay.reading.strict_json import read_json

FORMAT: Final = 1
LOWEST_RATIO: Final = -1000.0  # below which a cost is no sensible encoding of anything
MOST_QUBITS: Final = 2000
MOST_COUPLINGS: Final = 50_000
_KEYS: Final = (
    "qassay_instance",
    "application",
    "name",
    "title",
    "constant",
    "fields",
    "couplings",
    "optimum",
    "thresholds",
    "source",
    "data",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The lowest cost.

    Attributes:
        energy: The cost.
        bits: A string that has it, character q for qubit q.
        proven: Whether nothing lower can exist; where not, a score of 1 may be exceeded.
        method: How it was found and proven.
        gap: Relative distance between cost and proven bound.
    """

    energy: float
    bits: str
    proven: bool
    method: str
    gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Scores of simple classical rules, see `qassay.applications.descent`."""

    one_step: float
    descent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the numbers come from and under which licence."""

    title: str
    licence: str
    attribution: str = ""
    url: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Instance:
    """One instance.

    Attributes:
        application: Id, such as "grid-section".
        name: Id among the application's instances, such as "case118/50".
        title: For people.
        ising: The cost.
        optimum: Its minimum.
        thresholds: Tiers 2 and 3.
        source: Where it comes from.
        data: What the application needs beside the cost: megawatts, units, a graph.
    """

    application: str
    name: str
    title: str
    ising: Ising
    optimum: Optimum
    thresholds: Thresholds
    source: Origin
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def qubits(self) -> int:
        """Number of qubits."""
        return self.ising.qubits

    def ratios(self, energies: Floats) -> Floats:
        """Turn costs into scores: 0 is the mean of random strings, 1 the optimum."""
        return (self.ising.constant - energies) / (self.ising.constant - self.optimum.energy)

    def ratio(self, energy: float) -> float:
        """Turn one cost into a score."""
        return float(self.ratios(np.array([energy]))[0])

    @property
    def lowest_ratio(self) -> float:
        """A score that no string falls below."""
        return self.ratio(self.ising.highest)

    @property
    def best_bits(self) -> Bits:
        """The optimum, shape (qubits,)."""
        return np.frombuffer(self.optimum.bits.encode("ascii"), dtype=np.uint8) - np.uint8(48)

    def as_json(self) -> dict[str, Any]:
        """Give the instance as plain JSON values."""
        one = self.optimum
        return {
            "qassay_instance": FORMAT,
            "application": self.application,
            "name": self.name,
            "title": self.title,
            "constant": self.ising.constant,
            "fields": list(self.ising.fields),
            "couplings": [list(coupling) for coupling in self.ising.couplings],
            "optimum": {
                "energy": one.energy,
                "bits": one.bits,
                "proven": one.proven,
                "method": one.method,
                "gap": one.gap,
            },
            "thresholds": {
                "one_step": self.thresholds.one_step,
                "descent": self.thresholds.descent,
            },
            "source": {
                "title": self.source.title,
                "licence": self.source.licence,
                "attribution": self.source.attribution,
                "url": self.source.url,
                "notes": list(self.source.notes),
            },
            "data": dict(self.data),
        }


def instance_from_json(document: Any, where: str) -> Instance:
    """Read an instance back, from a file or from a frozen plan.

    Raises:
        PlanError: It is none, or it contradicts itself.
    """
    if not isinstance(document, dict) or set(document) != set(_KEYS):
        raise PlanError(
            Problem(
                where=where,
                found="no instance of an application",
                expected="a table of " + ", ".join(_KEYS),
            )
        )
    try:
        one, rules, source = document["optimum"], document["thresholds"], document["source"]
        instance = Instance(
            application=str(document["application"]),
            name=str(document["name"]),
            title=str(document["title"]),
            ising=Ising(
                float(document["constant"]),
                tuple(float(h) for h in document["fields"]),
                tuple((int(i), int(j), float(x)) for i, j, x in document["couplings"]),
            ),
            optimum=Optimum(
                energy=float(one["energy"]),
                bits=str(one["bits"]),
                proven=one["proven"] is True,
                method=str(one["method"]),
                gap=float(one["gap"]),
            ),
            thresholds=Thresholds(
                one_step=float(rules["one_step"]), descent=float(rules["descent"])
            ),
            source=Origin(
                title=str(source["title"]),
                licence=str(source["licence"]),
                attribution=str(source["attribution"]),
                url=str(source["url"]),
                notes=tuple(map(str, source["notes"])),
            ),
            data=dict(document["data"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise PlanError(
            Problem(
                where=where, found=quoted(str(error)), expected="numbers and texts of an instance"
            )
        ) from None
    PlanError.raise_if_any(
        Problem(where=f"{where}, {place}", found=found, expected=expected)
        for place, found, expected in _oddities(instance)
    )
    return instance


def instance_from_text(text: str, where: str) -> Instance:
    """Read an instance from its JSON text.

    Raises:
        PlanError: It is none.
    """
    return instance_from_json(read_json(text, where, error=PlanError), where)


def _oddities(instance: Instance) -> Iterator[tuple[str, str, str]]:
    ising = instance.ising
    n = ising.qubits
    if not 1 <= n <= MOST_QUBITS or len(ising.couplings) > MOST_COUPLINGS:
        yield "size", f"{n} qubits", f"1 to {MOST_QUBITS} qubits, {MOST_COUPLINGS} couplings"
        return
    pairs = [(i, j) for i, j, _ in ising.couplings]
    if len(set(pairs)) != len(pairs) or not all(0 <= i < j < n for i, j in pairs):
        yield "couplings", "a pair twice or out of range", "pairs i < j of its qubits, each once"
        return
    rules = (instance.thresholds.one_step, instance.thresholds.descent)
    numbers = (
        ising.constant,
        *ising.fields,
        *(x for *_, x in ising.couplings),
        instance.optimum.energy,
        instance.optimum.gap,
        *rules,
    )
    if not all(map(math.isfinite, numbers)):
        yield "numbers", "one that is not finite", "finite numbers"
        return
    bits = instance.optimum.bits
    if len(bits) != n or bits.strip("01"):
        yield "optimum, bits", quoted(bits), f"{n} characters 0 or 1"
        return
    found = float(ising.energies(instance.best_bits[None])[0])
    if not math.isclose(found, instance.optimum.energy, rel_tol=1e-9, abs_tol=1e-9 * ising.scale):
        yield "optimum", f"{instance.optimum.energy}", f"{found}, the cost of its string"
    elif not instance.optimum.energy < ising.constant:
        yield "optimum", f"{instance.optimum.energy}", "a cost below that of random strings"
    elif instance.lowest_ratio < LOWEST_RATIO:
        yield "couplings", "a range without proportion", "an optimum that is not lost in it"
