"""From failed traps to a bound on the target, in whole numbers where a verdict hangs on it.

The target's error is the total variation distance (TVD) between its counts' distribution, the
pad taken off, and the ideal one. With Pauli errors, which the one-time pad makes of any noise
that does not see it, TVD is at most the probability that an error pattern strikes. A trap
notices a pattern

* with probability 1/2 or more if what strikes in one layer is not undone in another: TVD <= 2 p;
* with probability 1/4 or more even so (docs/accreditation.md proves it): TVD <= 4 p,

where p is the probability that a trap fails (Ferracin, Merkel, McKay and Datta, Phys. Rev. A
104, 042603 (2021)).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from qassay.statistics.intervals import upper_limit

GRID: Final = 10**6  # bounds are rounded up to a millionth, so that they are exact everywhere
MOST_TRAPS: Final = 20_000

LAYERS_DO_NOT_CANCEL: Final = "if errors in different layers do not cancel"
LAYERS_MAY_CANCEL: Final = "without that assumption"
ASSUMED: Final = {
    "gates": "noise does not depend on the one-qubit gates: every gate here is two quarter pulses,"
    " and only their phases differ",
    "same": "noise is the same in traps and in the target, on average over the run: they are"
    " shuffled and have the same skeleton",
    "shots": "shots do not influence one another",
    "unseen": "no error flips a qubit at preparation, turns each partner of its CZ gates by Z, and"
    " flips it back at readout, all in one shot: no trap can see that (each single part is seen)",
    "intent": "nobody means harm: whoever reads the circuits can tell traps from the target",
}  # by the code under which other languages have them
ASSUMPTIONS: Final = tuple(ASSUMED.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What failed traps say of the target, at confidence 1 - alpha.

    Attributes:
        failures: Traps that did not give the expected string.
        traps: All traps, one shot each.
        alpha: Probability, at the most, that a bound is too low.
        p_upper: Exact one-sided upper limit of a trap's failure probability, rounded up.
        two: min(1, 2 p_upper).
        four: min(1, 4 p_upper).
    """

    failures: int
    traps: int
    alpha: Fraction
    p_upper: Fraction
    two: Fraction
    four: Fraction

    @property
    def trivial(self) -> bool:
        """Whether even the smaller bound says nothing."""
        return self.two >= 1

    def as_json(self) -> dict[str, Any]:
        """Give the bounds as plain JSON values."""
        return {
            "failures": self.failures,
            "traps": self.traps,
            "alpha": float(self.alpha),
            "p": self.failures / self.traps,
            "p_upper": float(self.p_upper),
            "bound_2p": {
                "tvd": float(self.two),
                "observable": float(2 * self.two),
                "assumption": LAYERS_DO_NOT_CANCEL,
            },
            "bound_4p": {
                "tvd": float(self.four),
                "observable": float(2 * self.four),
                "assumption": LAYERS_MAY_CANCEL,
            },
        }


def bounds_of(failures: int, traps: int, alpha: Fraction) -> Bounds:
    """Bound the target's error from its traps.

    Args:
        failures: Failed traps.
        traps: Traps, one shot each, at most 20 000.
        alpha: 1 less the confidence.
    """
    upper = exact_upper_limit(failures, traps, alpha)
    one = Fraction(1)
    return Bounds(
        failures=failures,
        traps=traps,
        alpha=alpha,
        p_upper=upper,
        two=min(one, 2 * upper),
        four=min(one, 4 * upper),
    )


def upper_limit_is_below(failures: int, traps: int, limit: Fraction, alpha: Fraction) -> bool:
    """Say whether the Clopper-Pearson upper limit is below `limit`, in whole numbers.

    It is, if and only if P(X <= failures) < alpha for X binomial with probability `limit`: with
    limit = a / b, if sum over i of C(traps, i) a^i (b - a)^(traps - i) < alpha b^traps.
    """
    if failures >= traps or limit <= 0:
        return False
    if limit >= 1:
        return True
    a, b = limit.numerator, limit.denominator
    whole = b**traps
    if 2 * failures < traps:
        total = _at_most(failures, traps, a, b - a)
    else:  # the shorter sum, over those that passed
        total = whole - _at_most(traps - failures - 1, traps, b - a, a)
    return bool(total * alpha.denominator < alpha.numerator * whole)


def _at_most(k: int, n: int, a: int, rest: int) -> int:
    """Add up C(n, i) a^i rest^(n - i) for i from 0 to k < n, in whole numbers."""
    term = rest**k  # the common power rest^(n - k) taken out
    total = term
    for i in range(k):
        term = term * (n - i) * a // ((i + 1) * rest)
        total += term
    return int(total * rest ** (n - k))


def exact_upper_limit(failures: int, traps: int, alpha: Fraction) -> Fraction:
    """Give the smallest multiple of a millionth above the Clopper-Pearson upper limit.

    A floating-point quantile proposes it and whole numbers decide, so the answer does not
    depend on a library.
    """
    if not 0 <= failures <= traps or not 0 < traps <= MOST_TRAPS or not 0 < alpha < 1:
        raise ValueError(f"found {failures} of {traps} traps at {alpha}, which have no meaning")
    if failures == traps:
        return Fraction(1)
    step = int(float(upper_limit(failures, traps, float(alpha))) * GRID)
    while not upper_limit_is_below(failures, traps, Fraction(step, GRID), alpha):
        step += 1
    while upper_limit_is_below(failures, traps, Fraction(step - 1, GRID), alpha):
        step -= 1
    return Fraction(step, GRID)


def hoeffding_bound(failures: int, traps: int, alpha: float) -> float:
    """Give the bound in the form of the paper: 2 (failures / traps + theta).

    theta = sqrt(ln(1 / alpha) / (2 traps)) is added to p and so counts twice in 2 p; code that
    adds it once (Qiskit Ignis) claims more confidence than it has.
    """
    theta = math.sqrt(math.log(1 / alpha) / (2 * traps))
    return min(1.0, 2 * (failures / traps + theta))


def traps_needed(theta: float, alpha: float) -> int:
    """Give the traps for which the Hoeffding form adds `theta` to the bound 2 p."""
    return math.ceil(2 * math.log(1 / alpha) / theta**2)


def acceptance_bound(accepted: int, runs: int, traps_a_run: int, alpha: float) -> float:
    """Bound the TVD of the targets of accepted runs, for any noise between circuits.

    A run is one target among `traps_a_run` traps in random order, accepted if all its traps
    pass. If k circuits of a run are struck, the target is among them and all k - 1 traps pass
    with probability at most k / (traps_a_run + 1) (3/4)^(k - 1), which is at most 27/16 over
    traps_a_run + 1 (Ferracin, Kapourniotis and Datta, New J. Phys. 21, 113038 (2019)).

    Args:
        accepted: Accepted runs.
        runs: All runs.
        traps_a_run: Traps of each.
        alpha: 1 less the confidence in the share of accepted runs (Clopper-Pearson).
    """
    share = 1.0 - float(upper_limit(runs - accepted, runs, alpha))
    return 1.0 if share <= 0 else min(1.0, 27 / 16 / (traps_a_run + 1) / share)
