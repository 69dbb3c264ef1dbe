"""Sequential verdicts on decay rates: preparation and measurement error drop out exactly.

Model: after length m the expected outcome appears with probability s(m) = B + A rho(r, m),
where B is known (the target is random), A is not (state preparation and measurement), and rho
falls with the rate r: (1 - r)**m for layers, exp(-r m) for delays. Two lengths m0 < m1,
R = rho(r, m1 - m0):

    rate >= r'   <=>   s1 - B <= R' (s0 - B)          for A > 0,

a half-plane in (s0, s1) = (s(m0), s(m1)). A bet is fair on the whole half-plane if it is the
likelihood ratio of an alternative (a, b) to its projection (s*, t*) on the border (reverse
information projection; Turner, Ly & Grünwald, arXiv:2106.02693; Turner & Grünwald,
arXiv:2203.09785):

    S = prod over short shots p(y; a) / p(y; s*)  x  prod over long shots p(y; b) / p(y; t*).

Proof, with k0 and k1 the shots of a block (or the probabilities q and 1 - q that a secret coin
makes a shot short or long). For a coefficient `u = (a - s*) / (s* (1 - s*))`, and v alike for
(b, t*), p(y; a) / p(y; s*) = 1 + u (y - s*), so that its mean at s0 is 1 + u (s0 - s*).
The projection minimises the convex k0 kl(a|s) + k1 kl(b|t) on the border t = B + R (s - B),
hence k0 u + k1 v R = 0 there. With g = s1 - B - R (s0 - B) (g <= 0 in the null):
k0 u (s0 - s*) + k1 v (s1 - t*) = k1 v g, and v > 0 because b lies above the border.
    Coin:   E[S] = 1 + q u (s0 - s*) + (1 - q) v (s1 - t*) = 1 + (1 - q) v g <= 1.
    Block:  ln E[S] = k0 ln(1 + u (s0 - s*)) + k1 ln(1 + v (s1 - t*)) <= k1 v g <= 0.
(a, b) may depend on the past in any way. So the wealth is a supermartingale as long as (s0, s1)
stays in the null, however it moves: a drift of A costs nothing. REFUTE is the mirror image.
In a block the drift is meant from block to block; with the coin, from shot to shot.

Shots of one circuit share its luck (coherent errors), so a circuit that is run n times is one
trial: its share of hits y, in [0, 1], has mean s over fresh random circuits and any distribution
around it. Only the mean of y enters the line for the coin above, so that line holds with y in
place of an outcome, and with bets of any size that the past chooses: 1 + L u (y - s*) and
1 + L v (y - t*) with one L > 0. The share of a circuit scatters less than a single shot by a
factor between n and 1; L is that factor as estimated from earlier circuits (Kelly: the bet is
the gain over the variance), but such that no circuit takes more than `_MOST_LOST` of the wealth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from qassay.statistics.sequential import (
    WEIGHTS,
    Evidence,
    Floats,
    Ints,
    Side,
    check_alternatives,
    ladder,
    log_mixture,
)
from qassay.statistics.sequential_probabilities import log_e_probability
from qassay.statistics.trials import Trials

Law = Literal["geometric", "exponential"]

PRIOR: Final = (19.6, 0.4)  # a guess of 2 % preparation and readout error, worth 20 shots
# Where a lost target has one fixed reading, up to one shot in twenty of it still reads as one that
# is there, for its reading is as uncertain as any: at this or less a target counts as lost.
MISREAD: Final = 0.05
_PRESENT: Final = (0.1, 0.2)  # readings of a target that is there; at most one of four
_LEAST_RETENTION: Final = 1e-9
_LEAST_CONTRAST: Final = 0.02  # a machine that knows nothing at m0 still needs a > B
_NEWTON_STEPS: Final = 12  # safeguarded; 6 are typical
_MOST_LOST: Final = 0.95  # of the wealth, by one circuit of many shots
_CORRELATION: Final = 0.1  # between shots of a circuit, guessed: coherent errors, half of them
_GUESS: Final = 20.0  # circuits that the guess is worth


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoLengths:
    """What a rate test has to know of an experiment.

    Attributes:
        asymptote: B, the probability of the expected outcome after infinite length.
        span: m1 - m0, in layers or seconds.
        law: "geometric": (1 - r)**span; "exponential": exp(-r span).
        block: Short and long circuits in each block of fixed composition and secret order;
            None if a secret coin chose the arm of each circuit independently.
        short_share: With `block=None`: the probability of the short arm among the two.
        bend: The short arm may have lost less than it tells by up to `bend` times the square of
            its own decay constant, -ln((s0 - B) / (1 - B)): REFUTE takes its border so much
            further off. For a reference whose decay is a mean of unlike exponentials.
    """

    asymptote: float
    span: float
    law: Law = "geometric"
    block: tuple[int, int] | None = None
    short_share: float = 0.1
    bend: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        if not 0 <= self.asymptote < 1 or self.span <= 0:
            raise ValueError("the asymptote must lie in [0, 1) and the span must be positive")
        if self.block is not None and min(self.block) < 1:
            raise ValueError("a block needs at least one circuit of each length")
        if self.block is None and not 0 < self.short_share < 1:
            raise ValueError("the share of short circuits must lie in (0, 1)")

    @property
    def shares(self) -> tuple[float, float]:
        """Shares of the short and the long arm."""
        if self.block is None:
            return self.short_share, 1 - self.short_share
        return self.block[0] / sum(self.block), self.block[1] / sum(self.block)

    def retention(self, rate: float) -> float:
        """Give the factor by which s - B shrinks from m0 to m1 at this rate.

        Never below 1e-9: less than that no data could tell from nothing, and it is divided by.
        """
        if self.law == "exponential":
            return max(math.exp(-rate * self.span), _LEAST_RETENTION)
        kept = math.exp(self.span * math.log1p(-min(rate, 1 - 1e-12)))
        return max(kept, _LEAST_RETENTION)

    def bent(self, retention: float, short: Floats) -> Floats:
        """Lower a retention by what the short arm may hide, `short` being its success."""
        lost = -np.log((short - self.asymptote) / (1 - self.asymptote))
        return np.maximum(retention * np.exp(-self.bend * lost**2), _LEAST_RETENTION)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Steps:
    """Hits and shots of the short and the long arm in each step of a game.

    Attributes:
        hits: Shape (steps, 2, targets).
        shots: Shape (steps, 2, targets) or (steps, 2, 1).
        circuits: Circuits executed at the end of each step, other arms included, (steps,).
        each: Shots of a circuit; where there are several, every step is one circuit.
    """

    hits: Ints
    shots: Ints
    circuits: Ints
    each: int = 1


def steps_of(trials: Trials, lengths: TwoLengths, arms: tuple[int, int] = (0, 1)) -> Steps:
    """Cut trials into blocks, or into single circuits where a coin chose the arms.

    Circuits of other arms (sentinels) are left out; an unfinished last block too.

    Args:
        trials: In order of execution.
        lengths: The design.
        arms: Indices of the short and the long arm in `trials.lengths`.

    Raises:
        ValueError: More than one shot a circuit in blocks, or blocks of another composition.
    """
    if trials.shots != 1 and lengths.block is not None:
        raise ValueError("circuits of many shots need arms drawn by a coin, not blocks")
    mine, short = circuits_of_arms(trials, lengths, arms)
    size = 1 if lengths.block is None else sum(lengths.block)
    masks = np.stack([short, ~short], axis=1)
    hits = masks[:, :, None] * trials.hits[mine, None, :]
    return Steps(
        hits=hits.reshape(-1, size, 2, trials.targets).sum(axis=1),
        shots=masks.reshape(-1, size, 2, 1).sum(axis=1).astype(np.int64) * trials.shots,
        circuits=(mine[size - 1 :: size] + 1).astype(np.int64),
        each=trials.shots,
    )


def circuits_of_arms(
    trials: Trials, lengths: TwoLengths, arms: tuple[int, int]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Find the circuits of two arms, in whole blocks, and which of them are short.

    Returns:
        Indices into the trials and a mask, both of shape (circuits of the two arms,).

    Raises:
        ValueError: A block of another composition than the design's.
    """
    mine = np.flatnonzero(np.isin(trials.arms, arms))
    size = 1 if lengths.block is None else sum(lengths.block)
    mine = mine[: mine.size // size * size]
    short = trials.arms[mine] == arms[0]
    if (
        lengths.block is not None
        and (short.reshape(-1, size).sum(axis=1) != lengths.block[0]).any()
    ):
        raise ValueError(f"the circuits do not come in blocks of {lengths.block}")
    return mine, short


def rate_evidence(
    steps: Steps,
    lengths: TwoLengths,
    *,
    rate: float,
    tolerance: float,
    guarded: bool = False,
    prior: tuple[float, float] = PRIOR,
) -> Evidence:
    """Bet for and against "the rate is at most `rate`", target by target.

    Args:
        steps: From `steps_of`.
        lengths: The design.
        rate: r0, the claimed rate per unit of length (1 - p of a geometric decay, 1 / T).
        tolerance: delta: CONFIRM is against r >= (1 + delta) r0, REFUTE against r <= r0.
        guarded: CONFIRM against r >= r0 instead (the strict rule).
        prior: As in `log_e_rate`.
    """
    if not (0 < rate < math.inf and tolerance > 0):
        raise ValueError("the claimed rate and the tolerance must be positive")
    limit = rate if guarded else rate * (1 + tolerance)
    above: Side = "at least"
    below: Side = "at most"
    return Evidence(
        confirm=log_e_rate(
            steps,
            lengths,
            null=limit,
            side=above,
            alternatives=ladder(limit, above, tolerance),
            prior=prior,
        ),
        refute=log_e_rate(
            steps,
            lengths,
            null=rate,
            side=below,
            alternatives=ladder(rate, below, tolerance),
            prior=prior,
        ),
        circuits=steps.circuits,
    )


def log_e_present(steps: Steps) -> Floats:
    """Bet against "the target is lost from the start": a short arm of misreadings alone.

    Where the asymptote is 0, what is left of a target that was never there are a few readings as
    if it were, at all lengths alike, and by its own lengths alone it would not decay at all. A
    circuit of many shots counts as one (log(1 + u (y - s)) is concave in y).

    Returns:
        Log wealth after each step, shape (steps, targets).
    """
    return log_e_probability(
        steps.hits[:, 0] / steps.each,
        steps.shots[:, 0] / steps.each,
        null=MISREAD,
        side="at most",
        alternatives=_PRESENT,
        weights=(0.5, 0.5),
    )


def log_e_rate(
    steps: Steps,
    lengths: TwoLengths,
    *,
    null: float,
    side: Side,
    alternatives: Sequence[float],
    weights: Sequence[float] = WEIGHTS,
    prior: tuple[float, float] = PRIOR,
) -> Floats:
    """Bet against "the rate is at least (at most) `null`".

    Args:
        steps: Outcomes.
        lengths: The design.
        null: Border of the hypothesis.
        side: On which side of the border it lies.
        alternatives: Rates on the other side, each a bettor; those beyond the law's range
            are drawn back to it.
        weights: Stake of each bettor.
        prior: Hits and misses of the short arm assumed before the first shot; a guess, which
            affects how fast the wealth grows but not the error rate.

    Returns:
        Log wealth after each step, shape (steps, targets).
    """
    check_alternatives(null, side, alternatives)
    points, where = np.unique(predicted_short(steps, lengths.asymptote, prior), return_inverse=True)
    where = where.reshape(steps.hits[:, 0].shape)
    missed = steps.shots - steps.hits
    counts = (steps.hits[:, 0], missed[:, 0], steps.hits[:, 1], missed[:, 1])
    border: Floats | float = lengths.retention(null)
    if side == "at most" and lengths.bend:
        border = lengths.bent(lengths.retention(null), points)
    stakes = circuit_stakes(steps) if steps.each > 1 else None
    paths = []
    for alternative in alternatives:
        kept: Floats | float = lengths.retention(alternative)
        if side == "at most":  # what the border has overtaken bets nothing
            kept = np.minimum(kept, border)
        factors = log_factors(points, kept, border, lengths)
        if stakes is None:
            gains = sum(
                factor[where] * count for factor, count in zip(factors, counts, strict=True)
            )
        else:
            shares = np.stack(np.broadcast_arrays(*counts)) / steps.each
            gains = log_gains(factors[:, where], shares, stakes)
        paths.append(np.cumsum(gains, axis=0))
    return log_mixture(paths, weights)


def log_gains(factors: Floats, shares: Floats, stakes: Floats | float) -> Floats:
    """Settle bets on circuits of many shots.

    Args:
        factors: From `log_factors`, shape (4, ...).
        shares: Of each circuit's outcomes: short hits, short misses, long hits, long misses;
            two of them are 0. Shape (4, ...).
        stakes: How many times the bet of a single shot is placed, shape (...).

    Returns:
        Logarithms of what each circuit multiplies the wealth with, shape (...).
    """
    bets = np.expm1(factors)
    most = np.maximum(_MOST_LOST / np.maximum(-bets.min(axis=0), 1e-300), 1.0)
    return np.asarray(np.log1p(np.minimum(stakes, most) * (bets * shares).sum(axis=0)))


def usual_stake(each: int) -> float:
    """Give how many times the bet of a single shot a circuit is worth, before any data."""
    return each / (1 + (each - 1) * _CORRELATION)


def circuit_stakes(steps: Steps) -> Floats:
    """Give how many times less than a single shot a long circuit scattered in the past.

    Returns:
        Shape (steps, targets), each from the steps before it, between 1 and the shots.
    """
    long = (steps.shots[:, 1] > 0).astype(np.float64)
    shares = steps.hits[:, 1] / steps.each
    seen, total, squares = (
        np.cumsum(part, axis=0) - part for part in np.broadcast_arrays(long, shares, shares**2)
    )
    mean = (total + 1) / (seen + 2)
    spread = np.maximum(squares - total**2 / np.maximum(seen, 1.0), 0.0)
    ratio = _GUESS / usual_stake(steps.each) + spread / (mean * (1 - mean))
    return np.asarray(1 / np.clip(ratio / (_GUESS + seen), 1 / steps.each, 1.0))


def predicted_short(steps: Steps, asymptote: float, prior: tuple[float, float]) -> Floats:
    """Predict the short arm's success from the past of the same target alone.

    Returns:
        Shape (steps, targets), each from the steps before it.
    """
    hits, shots = steps.hits[:, 0], np.broadcast_to(steps.shots[:, 0], steps.hits[:, 0].shape)
    past_hits = np.cumsum(hits, axis=0) - hits
    past_shots = np.cumsum(shots, axis=0) - shots
    guess = (prior[0] + past_hits) / (sum(prior) + past_shots)
    return clipped_short(guess, asymptote)


def clipped_short(guess: Floats, asymptote: float) -> Floats:
    """Keep a prediction of s(m0) between the asymptote and certainty."""
    return np.clip(guess, asymptote + _LEAST_CONTRAST * (1 - asymptote), 1 - 1e-9)


def log_factors(
    short: Floats, alternative: Floats | float, border: Floats | float, lengths: TwoLengths
) -> Floats:
    """Give the logarithms of the four factors a single outcome can multiply the wealth with.

    Args:
        short: a, the predicted success of the short arm, any shape.
        alternative: Retention of the alternative.
        border: Retention at the border of the null.
        lengths: The design.

    Returns:
        For short hit, short miss, long hit, long miss: shape (4, ...).
    """
    base = lengths.asymptote
    long = base + alternative * (short - base)
    null_short = project(short, long, border, lengths)
    null_long = base + border * (null_short - base)
    return np.stack(
        [
            np.log(short / null_short),
            np.log((1 - short) / (1 - null_short)),
            np.log(long / null_long),
            np.log((1 - long) / (1 - null_long)),
        ]
    )


def project(short: Floats, long: Floats, border: Floats | float, lengths: TwoLengths) -> Floats:
    """Find s* on the border that is nearest to (short, long) in relative entropy.

    The derivative of k0 kl(a|s) + k1 kl(b|t), t = B + R (s - B), multiplied by s (1 - s) t (1 - t),
    is a cubic with one root between s = a and the s at which t = b: Newton's steps, halving
    the bracket where a step leaves it.
    """
    if np.ndim(short) == np.ndim(long) == np.ndim(border) == 0:
        return np.asarray(_project_one(float(short), float(long), float(border), lengths))
    base = lengths.asymptote
    k0, k1 = lengths.shares
    other = np.clip(base + (long - base) / border, 0.0, 1.0)
    low, high = np.minimum(short, other), np.maximum(short, other)
    s = 0.5 * (low + high)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_NEWTON_STEPS):
            t = base + border * (s - base)
            p, q = s * (1 - s), t * (1 - t)
            value = k0 * (s - short) * q + k1 * border * (t - long) * p
            slope = k0 * (q + (s - short) * border * (1 - 2 * t)) + k1 * border * (
                border * p + (t - long) * (1 - 2 * s)
            )
            low, high = np.where(value < 0, s, low), np.where(value < 0, high, s)
            step = s - value / slope
            before = s
            s = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
            if (s == before).all():  # and stays
                break
    return np.asarray(s)


def _project_one(short: float, long: float, border: float, lengths: TwoLengths) -> float:
    """Do the same for one machine: a plan asks it thousands of times, and arrays are slow to begin.

    To the bit what `project` gives for an array.
    """
    base = lengths.asymptote
    k0, k1 = lengths.shares
    other = min(max(base + (long - base) / border, 0.0), 1.0)
    low, high = min(short, other), max(short, other)
    s = 0.5 * (low + high)
    for _ in range(_NEWTON_STEPS):
        t = base + border * (s - base)
        p, q = s * (1 - s), t * (1 - t)
        value = k0 * (s - short) * q + k1 * border * (t - long) * p
        slope = k0 * (q + (s - short) * border * (1 - 2 * t)) + k1 * border * (
            border * p + (t - long) * (1 - 2 * s)
        )
        low, high = (s, high) if value < 0 else (low, s)
        step = s - value / slope if slope else math.inf
        before = s
        s = step if low <= step <= high else 0.5 * (low + high)
        if s == before:
            break
    return s
