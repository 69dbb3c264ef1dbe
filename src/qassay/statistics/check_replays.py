"""Has a stretch of data been used twice? The longest repeated run of rows, and how odd it is.

Rows are shots, columns qubits. A run of L rows that occurs twice, at i < j, has for independent
rows with independent bits at most the probability prod_l sqrt(c_(i+l) c_(j+l)), where
c = sum_x P(x)^2 is the chance that two rows of a kind are alike (Cauchy and Schwarz). Where the
two runs overlap the later one is a copy row by row, at most prod_l max_x P_(j+l)(x). Adding up
all pairs (Boole) bounds the probability of any repeated run of L rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.statistics.model_check import BOTH, ModelCheck, not_applicable, verdict_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

_SIGMAS = 5.0  # standard errors by which the chance of like rows is taken higher than estimated


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedRun:
    """The longest run of rows that occurs more than once.

    Attributes:
        length: Rows of it; 0 if no row occurs twice.
        first: Where it starts first.
        second: Where it starts again.
        bound: Largest probability of a repeated run of this length in honest data.
    """

    length: int
    first: int
    second: int
    bound: float


def longest_repeated_run(bits: npt.ArrayLike, groups: npt.ArrayLike | None = None) -> RepeatedRun:
    """Find the longest run of consecutive rows that occurs twice.

    Args:
        bits: 0 and 1, shape (shots, qubits), in order of execution.
        groups: Kind of each row (its arm), shape (shots,); rows of a kind have the same
            probabilities. All alike by default.
    """
    rows = np.asarray(bits)
    kinds = np.zeros(rows.shape[0], dtype=np.intp) if groups is None else np.asarray(groups)
    if rows.ndim != 2 or kinds.shape != rows.shape[:1] or not np.isin(rows, (0, 1)).all():
        raise ValueError("bits: expected zeros and ones (shots, qubits), and a group a shot")
    windows = [_row_ids(rows)]  # windows[j][i] names the 2^j rows from i on
    found = _repeats(windows[0])
    if found is None:
        return RepeatedRun(length=0, first=0, second=0, bound=1.0)
    low, high = 1, 2
    while (pair := _repeats(_window(windows, high))) is not None:
        found, low, high = pair, high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        pair = _repeats(_window(windows, middle))
        if pair is None:
            high = middle
        else:
            found, low = pair, middle
    bound = run_bound(rows, kinds, low)
    return RepeatedRun(length=low, first=found[0], second=found[1], bound=bound)


def run_bound(bits: npt.ArrayLike, groups: npt.ArrayLike, length: int) -> float:
    """Bound the probability that honest data hold a repeated run of `length` rows."""
    return _bound(*_chances(np.asarray(bits), np.asarray(groups)), length)


def _bound(like: FloatArray, top: FloatArray, length: int) -> float:
    apart, overlapping = _run_products(0.5 * like, length), _run_products(top, length)
    pairs = float(apart.sum() ** 2 - (apart**2).sum()) / 2
    close = min(length - 1, apart.size) * float(overlapping.sum())
    return min(1.0, pairs + close)


def replay_check(
    bits: npt.ArrayLike, *, level: float, name: str, groups: npt.ArrayLike | None = None
) -> ModelCheck:
    """Judge the longest repeated run; see `longest_repeated_run`."""
    rows = np.asarray(bits)
    kinds = np.zeros(rows.shape[0], dtype=np.intp) if groups is None else np.asarray(groups)
    if rows.shape[0] < 4:
        return not_applicable(name, "fewer than four shots")
    shortest = _shortest(rows, kinds, level)
    if shortest is None:
        return not_applicable(name, "shots so much alike by nature that copies cannot be told")
    run = longest_repeated_run(rows, kinds)
    where = f", from {run.first} and from {run.second} on" if run.length else ""
    return ModelCheck(
        name=name,
        statistic=float(run.length),
        p_value=run.bound,
        sentence=(
            f"the longest run of shots that occurs twice has {run.length}{where}; honest data "
            f"have one of {shortest} or more with probability below {level:.2g}; "
            f"{verdict_of(run.bound, level)}"
        ),
        power=tuple(
            (f"a copied block of {size} consecutive shots", float(size >= shortest))
            for size in (1, 5, 20, 50)
            if size * 2 <= rows.shape[0]
        ),
        caps=BOTH,
    )


def _shortest(rows: npt.NDArray[np.generic], kinds: IntArray, level: float) -> int | None:
    """Give the shortest run that would be noticed, up to half of the data."""
    like, top = _chances(rows, kinds)
    low, high = 0, len(rows) // 2
    if _bound(like, top, high) >= level:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _bound(like, top, middle) < level else (middle, high)
    return high


def _chances(rows: npt.NDArray[np.generic], kinds: IntArray) -> tuple[FloatArray, FloatArray]:
    """Give for each row the logarithms of c and of the largest P, both on the safe side.

    They come from the frequencies of the single bits, five standard errors up, and c is not
    below the observed share of like pairs, so bits may depend on one another to that degree.
    """
    like, top = np.zeros(rows.shape[0]), np.zeros(rows.shape[0])
    for kind in np.unique(kinds):
        mine = kinds == kind
        n = int(mine.sum())
        ones = rows[mine].astype(np.float64).sum(0)
        share = np.maximum(ones, n - ones)
        share = share / n
        equal = share**2 + (1 - share) ** 2
        variance = np.maximum(share * (1 - share), 1 / (n + 1)) / n
        log_like = np.log(equal).sum()
        log_like += _SIGMAS * np.sqrt((((4 * share - 2) / equal) ** 2 * variance).sum())
        log_top = np.log(share).sum() + _SIGMAS * np.sqrt((variance / share**2).sum())
        counts = np.unique(_row_ids(rows[mine]), return_counts=True)[1].astype(np.float64)
        seen = (counts * (counts - 1)).sum() / max(n * (n - 1), 1)
        if seen > 0:
            log_like = max(log_like, float(np.log(seen)))
            log_top = max(log_top, float(np.log(counts.max() / n)))
        like[mine], top[mine] = min(log_like, 0.0), min(log_top, 0.0)
    return like, top


def _run_products(logs: FloatArray, length: int) -> FloatArray:
    """Multiply `length` consecutive factors, given by their logarithms."""
    total = np.concatenate([[0.0], np.cumsum(logs)])
    products: FloatArray = np.exp(total[length:] - total[: total.size - length])
    return products


def _row_ids(rows: npt.NDArray[np.generic]) -> IntArray:
    """Number the rows so that like rows have like numbers."""
    packed = np.ascontiguousarray(np.packbits(rows.astype(np.uint8), axis=1))
    whole = packed.view([("", np.void, packed.shape[1])]).ravel()
    return np.asarray(np.unique(whole, return_inverse=True)[1].reshape(-1), dtype=np.intp)


def _joined(ids: IntArray, apart: int) -> IntArray:
    """Name windows made of two that start `apart` rows apart."""
    if ids.size <= apart:
        return np.empty(0, dtype=np.intp)
    code = ids[:-apart].astype(np.int64) * (int(ids.max()) + 1) + ids[apart:]
    return np.asarray(np.unique(code, return_inverse=True)[1].reshape(-1), dtype=np.intp)


def _window(windows: list[IntArray], length: int) -> IntArray:
    """Name all windows of `length` rows by two of a power of 2 that cover them."""
    level = length.bit_length() - 1
    while len(windows) <= level:
        windows.append(_joined(windows[-1], 2 ** (len(windows) - 1)))
    apart = length - 2**level
    return windows[level] if apart == 0 else _joined(windows[level], apart)


def _repeats(ids: IntArray) -> tuple[int, int] | None:
    """Give the first two places of a number that occurs twice."""
    order = np.argsort(ids, kind="stable")
    same = np.flatnonzero(ids[order][1:] == ids[order][:-1])
    return None if same.size == 0 else (int(order[same[0]]), int(order[same[0] + 1]))
