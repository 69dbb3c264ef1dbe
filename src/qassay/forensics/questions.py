"""The questions, as functions of plain arrays; docs/accreditation.md has their error rates.

Real qubits differ from one another, and go on differing in the same way; relaxation makes 1 read
as 0 more often than 0 as 1; shots take time; calibrations scatter about what others measure. An
inventor of counts forgets one of these. A good simulation of a noisy machine forgets none, and
passes all of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from qassay.forensics.suspicion import LEVEL, Suspicion, cannot_tell

FloatArray = npt.NDArray[np.float64]

ALIKE: Final = "qubits too alike"
UNSTEADY: Final = "differences between qubits that do not last"
SYMMETRIC: Final = "readout without relaxation"
CLOCK: Final = "faster than the clock"
CALIBRATION: Final = "reported calibration"
_SPREAD: Final = 0.10  # relative spread between qubits that every real machine has at least
_DRIFT: Final = 0.20  # by which a calibration may honestly have moved
_FEWEST: Final = 8  # targets
_POWERLESS: Final = 0.1  # power below which a question is not asked


def too_alike(events: npt.ArrayLike, shots: npt.ArrayLike) -> Suspicion:
    """Ask whether qubits differ less than real ones do.

    Args:
        events: Errors of each target, shape (targets,).
        shots: Trials of each, same shape or one number.
    """
    e = np.asarray(events, dtype=np.float64)
    n = np.broadcast_to(np.asarray(shots, dtype=np.float64), e.shape)
    total, share = float(e.sum()), float(e.sum() / max(n.sum(), 1))
    if e.size < _FEWEST or not 0 < share < 1:
        return cannot_tell(ALIKE, f"fewer than {_FEWEST} targets, or no errors")
    expected = n * share
    ratio = float((((e - expected) ** 2) / (expected * (1 - share))).sum())
    freedom = e.size - 1
    mean = total / e.size
    # Variance of counts whose rates have the relative spread _SPREAD, over that of equal rates.
    honest = 1 + mean * _SPREAD**2 / (1 - share)
    p_value = float(special.chdtr(freedom, ratio / honest))
    power = float(special.chdtr(freedom, honest * special.chdtri(freedom, 1 - LEVEL)))
    if power < _POWERLESS:
        return cannot_tell(ALIKE, "too few errors to see whether targets differ")
    return Suspicion(
        name=ALIKE,
        p_value=p_value,
        sentence=(
            f"errors of {e.size} targets scatter {ratio / freedom:.2f} times as much (in variance)"
            f" as those of equal targets would; a spread of {_SPREAD:.0%} makes it {honest:.2f}"
        ),
        power=(("targets that are all equal", power),),
    )


def unsteady(first: npt.ArrayLike, second: npt.ArrayLike) -> Suspicion:
    """Ask whether the targets that were bad in one half of the batches are bad in the other.

    Args:
        first: Errors of each target in every other batch, shape (targets,).
        second: In the batches between.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.size < _FEWEST or min(a.sum(), b.sum()) == 0:
        return cannot_tell(UNSTEADY, f"fewer than {_FEWEST} targets, or no errors")
    # Share of the scatter that is the targets' own and not of chance: what a lasting difference
    # would give as correlation.
    own = [max(0.0, 1 - x.mean() / max(float(x.var(ddof=1)), 1e-12)) for x in (a, b)]
    lasting = float(np.sqrt(own[0] * own[1]))
    if lasting < 0.3:
        return cannot_tell(UNSTEADY, "targets differ by little more than chance")
    found = float(np.corrcoef(_ranks(a), _ranks(b))[0, 1])
    spread = (1.06 / (a.size - 3)) ** 0.5
    # Half of what would last is granted to drift of single targets.
    away = (np.arctanh(np.clip(found, -0.999, 0.999)) - np.arctanh(lasting / 2)) / spread
    return Suspicion(
        name=UNSTEADY,
        p_value=float(special.ndtr(away)),
        sentence=(
            f"errors of {a.size} targets in every other batch and in those between have rank"
            f" correlation {found:+.2f}; lasting differences would give about {lasting:.2f}"
        ),
        power=(
            (
                "differences made up anew for every half",
                float(special.ndtr(special.ndtri(LEVEL) + np.arctanh(lasting / 2) / spread)),
            ),
        ),
    )


def without_relaxation(
    wrong_ones: int, ones: int, wrong_zeros: int, zeros: int, readout: float, t1: float
) -> Suspicion:
    """Ask whether 1 is misread more often than 0 by what relaxation during readout makes.

    Args:
        wrong_ones: 1 read as 0.
        ones: Shots that prepared 1.
        wrong_zeros: 0 read as 1.
        zeros: Shots that prepared 0.
        readout: Duration of a readout, seconds.
        t1: Relaxation time, seconds; the mean over qubits of its rate counts.
    """
    if min(ones, zeros) < 100 or not (readout > 0 and 0 < t1 < np.inf):
        return cannot_tell(SYMMETRIC, "no readout experiment, no duration of it, or no T1")
    # A decay in the first half of the readout is misread; half of that is asked for.
    least = 0.5 * -np.expm1(-readout / (2 * t1))
    high, low = wrong_ones / ones, wrong_zeros / zeros
    spread = (
        max(high * (1 - high), 1 / ones) / ones + max(low * (1 - low), 1 / zeros) / zeros
    ) ** 0.5
    power = float(special.ndtr(special.ndtri(LEVEL) + least / spread))
    if power < _POWERLESS:
        return cannot_tell(SYMMETRIC, f"relaxation would add {least:.2g} only, too little to see")
    return Suspicion(
        name=SYMMETRIC,
        p_value=float(special.ndtr((high - low - least) / spread)),
        sentence=(
            f"1 is misread in {high:.2%}, 0 in {low:.2%}; relaxation during readout alone makes"
            f" the first at least {least:.2%} larger; mitigated or made-up counts lack that"
        ),
        power=(("the two alike", power),),
    )


def faster_than_clock(seconds: float, least: float) -> Suspicion:
    """Ask whether the shots took less time than the device says each takes.

    Args:
        seconds: Device time as returned.
        least: Shots times the shortest time of a shot.
    """
    if least <= 0 or seconds <= 0:
        return cannot_tell(CLOCK, "no durations, or no device time was returned")
    ratio = seconds / least
    return Suspicion(
        name=CLOCK,
        p_value=1.0 if ratio >= 0.99 else 0.0,
        sentence=(
            f"the device reports {seconds:.4g} s; its own durations ask for at least"
            f" {least:.4g} s, a ratio of {ratio:.2f}"
        ),
        power=(("shots that were not taken, 2 % or more", 1.0),),
    )


def against_calibration(
    reported: npt.ArrayLike, measured: npt.ArrayLike, errors: npt.ArrayLike
) -> Suspicion:
    """Ask whether a reported calibration and the measurement are as far apart as they should be.

    Args:
        reported: The vendor's values, shape (targets,).
        measured: Ours.
        errors: Standard errors of ours.

    Returns:
        Two questions in one: too far apart, and closer than our own noise allows, which is what
        a calibration made from these very counts, or counts made from it, would be.
    """
    r, m, s = (np.asarray(x, dtype=np.float64) for x in (reported, measured, errors))
    if r.size < _FEWEST or not (s > 0).all():
        return cannot_tell(CALIBRATION, f"fewer than {_FEWEST} targets with a reported value")
    close = float((((m - r) / s) ** 2).sum())
    far = float((((m - r) ** 2) / (s**2 + (_DRIFT * r) ** 2)).sum())
    freedom = r.size
    p_value = min(
        1.0, 2 * min(float(special.chdtr(freedom, close)), float(special.chdtrc(freedom, far)))
    )
    critical = float(special.chdtri(freedom, LEVEL / 2))
    doubled = float(((r**2) / (s**2 + (_DRIFT * r) ** 2)).sum())
    return Suspicion(
        name=CALIBRATION,
        p_value=p_value,
        sentence=(
            f"over {r.size} targets the mean squared z-score is {close / freedom:.2f} (1 if"
            f" reported is true), {far / freedom:.2f} if {_DRIFT:.0%} of drift is granted"
        ),
        power=(
            ("a reported half of the truth", float(1 - special.chndtr(critical, freedom, doubled))),
            ("counts copied from the calibration", 1.0 if freedom >= _FEWEST else 0.0),
        ),
    )


def _ranks(values: FloatArray) -> FloatArray:
    """Rank values, equal ones at their mean rank."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[place.reshape(-1)], dtype=np.float64)
