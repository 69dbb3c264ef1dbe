"""The best string there is, with a proof: HiGHS, dynamic programming, or all strings.

HiGHS (through `scipy.optimize.milp`) takes the products x_i x_j as variables of their own;
its lower bound is the proof. Chains of cliques, such as units in successive hours, are solved
by dynamic programming over the 2^N states of an hour.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from qassay.applications.ising import Bits, Floats, Ising
from qassay.applications.muted import muted
from qassay.errors import PlanError

LIMIT_SECONDS: Final = 120.0
HIGHS: Final = "HiGHS"
EVERY_STRING: Final = "all strings"
_GAP: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Solution:
    """What a classical solver found.

    Attributes:
        value: Of its objective.
        bits: The string, shape (qubits,).
        proven: Whether nothing better can exist.
        gap: Relative distance to the proven bound.
        seconds: Wall time.
        solver: Its name.
    """

    value: float
    bits: Bits
    proven: bool
    gap: float
    seconds: float
    solver: str


def brute_force(ising: Ising) -> Solution:
    """Look at every string."""
    begun = time.perf_counter()
    cost = ising.all_energies()
    best = int(cost.argmin())
    bits = np.array([best >> q & 1 for q in range(ising.qubits)], dtype=np.uint8)
    return Solution(
        value=float(cost[best]),
        bits=bits,
        proven=True,
        gap=0.0,
        seconds=time.perf_counter() - begun,
        solver=EVERY_STRING,
    )


def milp_optimum(ising: Ising, limit: float = LIMIT_SECONDS) -> Solution:
    """Let HiGHS minimise an Ising cost.

    C = k + sum a_i x_i + sum b_ij w_ij with w_ij = x_i x_j: where b > 0 the cost pushes w down
    to max(0, x_i + x_j - 1), where b < 0 up to min(x_i, x_j), so w needs half of its bounds.
    """
    linear = -2 * np.array(ising.fields)
    for i, j, strength in ising.couplings:
        linear[i] -= 2 * strength
        linear[j] -= 2 * strength
    products = 4 * np.array([strength for *_, strength in ising.couplings])
    constant = ising.constant + sum(ising.fields) + sum(x for *_, x in ising.couplings)
    n = ising.qubits
    rows: list[tuple[dict[int, float], float]] = []
    for place, (i, j, strength) in enumerate(ising.couplings):
        if strength > 0:
            rows.append(({i: 1.0, j: 1.0, n + place: -1.0}, 1.0))
        else:
            rows += [({n + place: 1.0, i: -1.0}, 0.0), ({n + place: 1.0, j: -1.0}, 0.0)]
    # Without fields both signs of all spins cost the same: fixing one halves the search.
    fixed = None if any(ising.fields) else max(range(n), key=lambda q: len(ising.neighbours[q]))
    value, x, proven, gap, seconds = milp(
        np.concatenate([linear, products]), rows, whole=n, limit=limit, zero=fixed
    )
    bits = np.round(x[:n]).astype(np.uint8)
    value = float(ising.energies(bits[None])[0])
    if proven and abs(constant) > 0:
        gap = min(gap, _GAP)
    return Solution(value=value, bits=bits, proven=proven, gap=gap, seconds=seconds, solver=HIGHS)


def milp(
    cost: Floats,
    rows: list[tuple[dict[int, float], float]],
    *,
    whole: int,
    upper: Floats | None = None,
    limit: float = LIMIT_SECONDS,
    zero: int | None = None,
) -> tuple[float, Floats, bool, float, float]:
    """Minimise cost x under rows (coefficients, upper limit), the first `whole` x being 0 or 1.

    Args:
        cost: One a variable.
        rows: Inequalities sum a x <= b.
        whole: How many variables are whole.
        upper: Upper bounds of all variables; 1 by default.
        limit: Seconds at most.
        zero: A variable that is held at 0.

    Returns:
        Value, solution, whether it is proven optimal, relative gap, seconds.

    Raises:
        PlanError: There is no solution, or none was found in time.
    """
    # scipy's optimiser takes half a second to load: for those who solve only.
    from scipy.optimize import Bounds, LinearConstraint
    from scipy.optimize import milp as highs
    from scipy.sparse import csr_matrix

    size = cost.size
    high = np.ones(size) if upper is None else upper.copy()
    if zero is not None:
        high[zero] = 0.0
    entries = [(r, c, v) for r, (row, _) in enumerate(rows) for c, v in row.items()]
    constraints = []
    if entries:
        r, c, v = zip(*entries, strict=True)
        matrix = csr_matrix((v, (r, c)), shape=(len(rows), size))
        constraints = [LinearConstraint(matrix, ub=np.array([b for _, b in rows]))]
    whole_numbers = np.zeros(size)
    whole_numbers[:whole] = 1
    begun = time.perf_counter()
    with muted():
        found = highs(
            cost,
            constraints=constraints,
            integrality=whole_numbers,
            bounds=Bounds(np.zeros(size), high),
            options={"time_limit": limit, "mip_rel_gap": _GAP},
        )
    seconds = time.perf_counter() - begun
    if found.x is None:
        raise PlanError(f"HiGHS found no solution in {seconds:.0f} s: {found.message}")
    gap = float(found.mip_gap or 0.0)
    return float(found.fun), found.x, found.status == 0, gap, seconds


def chain_optimum(states: Floats, starts: Floats) -> tuple[float, list[int]]:
    """Find the cheapest path of states, one a period, by dynamic programming.

    Args:
        states: Cost of each state of N units in each period, shape (periods, 2^N); bit i of the
            index is unit i.
        starts: Cost of switching a unit on, shape (N,); switching off is free.

    Returns:
        Cost, and the state of each period.
    """
    periods, size = states.shape
    best = states[0].copy()
    origins: list[np.ndarray[tuple[int, ...], np.dtype[np.intp]]] = []
    for period in range(1, periods):
        reached = best.copy()
        origin: np.ndarray[tuple[int, ...], np.dtype[np.intp]] = np.arange(size)
        # The price of a change adds up over units, so one unit at a time may change.
        for unit, price in enumerate(starts):
            pair = reached.reshape(-1, 2, 2**unit)
            come = origin.reshape(-1, 2, 2**unit)
            off, on = pair[:, 0].copy(), pair[:, 1].copy()
            off_from, on_from = come[:, 0].copy(), come[:, 1].copy()
            stop, start = on < off, off + price < on
            pair[:, 0] = np.where(stop, on, off)
            come[:, 0] = np.where(stop, on_from, off_from)
            pair[:, 1] = np.where(start, off + price, on)
            come[:, 1] = np.where(start, off_from, on_from)
        best = reached + states[period]
        origins.append(origin)
    last = int(best.argmin())
    path = [last]
    for origin in reversed(origins):
        path.append(int(origin[path[-1]]))
    return float(best.min()), path[::-1]
