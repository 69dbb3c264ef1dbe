"""Two or more runs side by side: which differences are beyond chance.

Every quantity and target that two bundles share is one comparison. Chance alone makes one in
twenty of them look different, so the number of comparisons is reckoned with (Holm, Scand. J.
Statist. 6, 65 (1979)): the probability that *any* difference is told where nothing changed is at
most the level, whatever the dependence between them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

from scipy.special import ndtr, ndtri

from qassay.errors import Problem, UsageError
from qassay.evidence.roles import Pinned
from qassay.headway import walked
from qassay.results.rows import Result, Results, estimate_of, load
from qassay.statistics.estimate import Estimate

LEVEL = 0.05
Key = tuple[str, str]  # quantity and target


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One quantity of one target in two bundles.

    Attributes:
        quantity: What was estimated.
        target: Numbers of the qubits, joined by "-".
        earlier: Estimate in the first bundle.
        later: Estimate in the other.
        other: Place of the other bundle among those compared, from 1.
        p_value: Two-sided, of this comparison alone.
        adjusted: The same, reckoned with all comparisons made.
    """

    quantity: str
    target: str
    earlier: Estimate
    later: Estimate
    other: int
    p_value: float
    adjusted: float

    def as_json(self) -> dict[str, Any]:
        """Give the difference as plain JSON values."""
        return asdict(self) | {"earlier": self.earlier.as_json(), "later": self.later.as_json()}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Comparison:
    """What changed between the first bundle and each other one.

    Attributes:
        bundles: What was compared, the first being the base.
        differences: Every comparison, the most telling first.
        level: Largest probability of telling any change where there is none.
        verdicts: Claims whose verdict is another: id, and the verdict in each bundle.
    """

    bundles: tuple[Results, ...]
    differences: tuple[Difference, ...]
    level: float
    verdicts: tuple[tuple[str, tuple[str, ...]], ...]

    def __repr__(self) -> str:
        """Say what was compared and what came of it."""
        named = ", ".join(one.bundle.name for one in self.bundles)
        return f"<Comparison of {named}: {self.sentence()}>"

    @property
    def changed(self) -> tuple[Difference, ...]:
        """Those beyond chance."""
        return tuple(one for one in self.differences if one.adjusted <= self.level)

    def sentence(self) -> str:
        """Say what was found, with the number of comparisons."""
        made, changed = len(self.differences), len(self.changed)
        if not made:
            return "The bundles share no quantity of a target, so nothing could be compared."
        told = (
            f"{changed} of {made} comparisons differ"
            if changed
            else f"None of {made} comparisons differs"
        )
        again = "".join(
            f" {place}. holds counts of {other}.: those cannot differ, whatever the machine did."
            for place, other in self.repeated
        )
        return (
            f"{told} beyond chance (the probability to tell any where nothing changed is at most"
            f" {100 * self.level:g} %, Holm's correction for {made}).{again}"
        )

    @property
    def repeated(self) -> tuple[tuple[int, int], ...]:
        """Places of bundles, from 1, that hold counts of an earlier one, each with the first."""
        found = []
        for place, one in enumerate(self.bundles):
            earlier = (n for n, other in enumerate(self.bundles[:place]) if other.parts & one.parts)
            first = next(earlier, None)
            if first is not None:
                found.append((place + 1, first + 1))
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        """Give the document of `qassay compare --json`."""
        return {
            "bundles": [
                {
                    "bundle": str(one.bundle),
                    "sheet": one.title,
                    "device": one.device,
                    "simulator": one.simulator,
                    "trust": one.trust,
                }
                for one in self.bundles
            ],
            "level": self.level,
            "comparisons": len(self.differences),
            "changed": [one.as_json() for one in self.changed],
            "verdicts": [{"claim": name, "verdicts": list(v)} for name, v in self.verdicts],
            "sentence": self.sentence(),
        }

    def _repr_html_(self) -> str:
        """Show the changes as a table in a notebook."""
        rows = "".join(
            f"<tr><td>{escape(one.quantity)}</td><td>{escape(one.target)}</td>"
            f"<td>{one.earlier.value:.4g}</td><td>{one.later.value:.4g}</td>"
            f"<td>{one.adjusted:.2g}</td></tr>"
            for one in self.changed
        )
        names = ("quantity", "target", "first", "other", "adjusted p")
        head = f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"
        return f"<p>{escape(self.sentence())}</p><table>{head}{rows}</table>"


def compare(
    *bundles: str | Path | Results, level: float = LEVEL, trust: Pinned = None
) -> Comparison:
    """Compare runs over time or of several machines; the first is the base.

    Args:
        bundles: Two or more bundles.
        level: Largest probability of telling any change where there is none.
        trust: What the reader has pinned.

    Raises:
        UsageError: Fewer than two bundles, or a level that is no probability.
        EvidenceError: A bundle does not hold.
    """
    if len(bundles) < 2:
        raise UsageError(
            Problem(where="compare", found=f"{len(bundles)} bundle", expected="two or more")
        )
    if not 0 < level < 1:
        raise UsageError(
            Problem(where="level", found=f"{level:g}", expected="more than 0, below 1")
        )
    opened = tuple(
        one if isinstance(one, Results) else load(one, trust=trust)
        for one in walked(bundles, "bundles")
    )
    return Comparison(
        bundles=opened,
        differences=tuple(_holm(_pairs(opened))),
        level=level,
        verdicts=tuple(_verdicts(opened)),
    )


def p_value(one: Estimate, other: Estimate) -> float:
    """Give the two-sided probability of a difference as large, were the true values equal.

    The half widths that face one another are taken as normal quantiles; an end that is
    unbounded on that side makes every difference possible.
    """
    if not (one.informative and other.informative):
        return 1.0
    low, high = sorted((one, other), key=lambda x: x.value)
    if low.value == high.value:
        return 1.0
    halves = (
        (low.high - low.value) / _quantile(low.level),
        (high.value - high.low) / _quantile(high.level),
    )
    spread = math.hypot(*halves)
    if not (math.isfinite(spread) and spread > 0):
        return 1.0
    return float(2 * ndtr(-(high.value - low.value) / spread))


def _quantile(level: float) -> float:
    return float(ndtri((1 + level) / 2))


def _best(rows: Iterable[Result]) -> dict[Key, Estimate]:
    """Keep the sharpest estimate of each quantity and target."""
    best: dict[Key, Estimate] = {}
    for row in rows:
        one = estimate_of(row)
        key = (row.quantity, row.target)
        if one.informative and (
            key not in best or one.high - one.low < best[key].high - best[key].low
        ):
            best[key] = one
    return best


def _pairs(opened: Sequence[Results]) -> Iterator[Difference]:
    base = _best(opened[0].rows)
    for place, other in enumerate(opened[1:], start=1):
        later = _best(other.rows)
        for key in sorted(base.keys() & later.keys()):
            p = p_value(base[key], later[key])
            yield Difference(
                quantity=key[0],
                target=key[1],
                earlier=base[key],
                later=later[key],
                other=place,
                p_value=p,
                adjusted=p,
            )


def _holm(found: Iterable[Difference]) -> Iterator[Difference]:
    """Adjust the p-values, from the smallest on."""
    ordered = sorted(found, key=lambda one: one.p_value)
    largest = 0.0
    for place, one in enumerate(ordered):
        largest = max(largest, min(1.0, (len(ordered) - place) * one.p_value))
        yield Difference(
            quantity=one.quantity,
            target=one.target,
            earlier=one.earlier,
            later=one.later,
            other=one.other,
            p_value=one.p_value,
            adjusted=largest,
        )


def _verdicts(opened: Sequence[Results]) -> Iterator[tuple[str, tuple[str, ...]]]:
    tables = [{v.claim: v.outcome for v in one.verdicts} for one in opened]
    for claim in tables[0]:
        found = tuple(table.get(claim, "not on this sheet") for table in tables)
        if len(set(found)) > 1:
            yield claim, found
