"""What looks at a machine have seen: a number to plan with, a bound, or nothing at all.

The counts of all targets are one decay, whose likelihood says how far its constant is known. It is
known well enough once both ends of its interval are no further apart than `_RATIO`; then circuits
that are made for it tell about what they would at the truth. A decay that does not begin within
the longest circuits, or is over in the shortest, is bounded, and that is known as well. Else more
circuits have to tell. It is a number to plan with and stands on no page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from qassay.characterizing.first_look import Look
from qassay.claims.metrics import METRICS
from qassay.protocols.interface import Target
from qassay.protocols.known import PROTOCOLS
from qassay.statistics.likelihood import DecayLikelihood
from qassay.statistics.trials import Trials

_RATIO: Final = 2.0  # of the ends of an interval by which circuits are made
_FALL: Final = 2.0  # of the log-likelihood to the ends of an interval of 95 %
_SURELY: Final = 3.0  # events without one of which a chance is excluded with 95 %
_WRONG: Final = 8.0  # wrong bits that a share is planned by
_SIGNALS: Final = np.array([0.4, 0.55, 0.7, 0.85, 0.98])  # of what a perfect readout would show
_FAINT: Final = np.array([0.05, 0.1, 0.15, 0.2, 0.3])
_SEEN: Final = 4.0  # likewise, of a faint signal over chance; a dead target has it in 0.2 %
_EARLY: Final = 0.5  # of the signal that is left where a target is asked whether it has any
_SURE: Final = 7.0  # of the logarithm of a likelihood ratio: one in a thousand
_RATHER: Final = 2.0
_OF_A_LAYER: Final = 0.8  # a layer of pairs also holds a quarter turn on both qubits

End = Literal["", "slow", "fast", "unseen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What was seen of one figure, in units of a claim.

    Attributes:
        metric: Its id.
        value: To plan with; 0 or infinite where there is none, and NaN where nothing was seen.
        low: The least that agrees with the counts.
        high: The most.
        end: "slow": no decay, or not a wrong bit, within the longest circuits; "fast": nothing left
            after the shortest; "unseen": neither; empty where there is a value to plan with.
        settled: Whether more circuits would say nothing that is needed.
        circuits: Behind it.
        within: Lengths between which 1/e of the signal is left, layers or seconds.
        silent: Targets that show no signal where the others still have half of theirs.
        shortest: Circuits that have any length.
        longest: Likewise.
    """

    metric: str
    value: float
    low: float
    high: float
    end: End
    settled: bool
    circuits: int
    within: tuple[float, float] = (0.0, math.inf)
    silent: tuple[Target, ...] = ()
    shortest: float = 0.0
    longest: float = 0.0

    @property
    def timed(self) -> bool:
        """Whether it is a time."""
        return METRICS[self.metric].dimension == "time"


def sight_of(look: Look, parts: Sequence[Trials]) -> Sight:
    """Say what the counts of a look tell, those of its earlier rounds included.

    Args:
        look: Any of its rounds: they look for the same.
        parts: The hits of its own rate, round by round.
    """
    if PROTOCOLS[look.experiment.protocol].model == "probability":
        return _share(look, parts)
    return _decay(look, parts)


def _share(look: Look, parts: Sequence[Trials]) -> Sight:
    bits = float(sum(part.hits.size * part.shots for part in parts))
    wrong = float(sum(part.hits.sum() for part in parts))
    spread = 2 * math.sqrt(wrong + 1)
    enough = wrong >= _WRONG
    return Sight(
        metric=look.metric,
        value=(wrong + 0.5) / (bits + 1),
        low=max(wrong - spread, 0.0) / bits,
        high=min((max(wrong + spread, _SURELY)) / bits, 1.0),
        end="" if enough else "slow",
        settled=enough,
        circuits=sum(part.circuits for part in parts),
    )


def _decay(look: Look, parts: Sequence[Trials]) -> Sight:
    law = PROTOCOLS[look.experiment.protocol].laws[look.rate]
    totals = [(part.lengths, *part.totals(), part.targets) for part in parts]
    lengths = np.concatenate([each[0] for each in totals]).astype(np.float64)
    hits = np.concatenate([each[1].sum(axis=1) for each in totals]).astype(np.float64)
    shots = np.concatenate([each[2] * each[3] for each in totals]).astype(np.float64)
    seen = shots > 0
    likelihood = DecayLikelihood(
        lengths=lengths[seen],
        hits=hits[None, seen],
        shots=shots[seen],
        asymptote=np.array([law.asymptote]),
        amplitude_max=np.array([1 - law.asymptote]),
    )
    best = likelihood.maximum()
    low, high = (_end(likelihood, best, upper=upper) for upper in (False, True))
    constant = float(best[0])
    shortest, longest = _reach(lengths[seen])
    told = low > 0 and high < math.inf and 0 < constant < math.inf
    slow = low == 0 and high * longest <= 1
    fast = math.isinf(high) and low * shortest >= 1 and bool((lengths[seen] == 0).any())
    ends: dict[End, bool] = {"slow": slow, "fast": fast, "": told}
    silent, unclear = _silent(look, parts, constant) if told else ((), False)
    factor = _OF_A_LAYER if look.rate == "layer_error" else 1.0
    # A time falls as its constant rises.
    with np.errstate(divide="ignore"):
        value, one, other = (float(factor * law.value.of(k)) for k in (constant, low, high))
    return Sight(
        metric=look.metric,
        value=value,
        low=min(one, other),
        high=max(one, other),
        end=next((end for end, holds in ends.items() if holds), "unseen"),
        settled=slow or fast or (told and high <= _RATIO * low and not unclear),
        circuits=sum(part.circuits for part in parts),
        within=(1 / high if high > 0 else math.inf, 1 / low if low > 0 else math.inf),
        silent=silent,
        shortest=shortest,
        longest=longest,
    )


def _silent(
    look: Look, parts: Sequence[Trials], constant: float
) -> tuple[tuple[Target, ...], bool]:
    """Find targets that answer by chance alone, and say whether that is unclear of any.

    A dead qubit tells nothing of its times and gates, and would leave a mean over all without a
    value. By the likelihood of chance over that of a signal of two fifths or more, where the
    others together have so much and nothing fainter is seen of it: poor readout is no dead qubit.
    """
    base = PROTOCOLS[look.experiment.protocol].laws[look.rate].asymptote
    dead = np.zeros(len(look.experiment.targets))
    signals = np.concatenate([_FAINT, _SIGNALS])
    alive = np.zeros((signals.size, dead.size))
    for part in parts:
        left = np.exp(-constant * part.lengths)
        early = (part.lengths > 0) & (left >= _EARLY)
        hits, shots = part.totals()
        found, missed = hits[early], shots[early, None] - hits[early]
        chance = base + (1 - base) * signals[:, None] * left[early]
        dead += found.sum(axis=0) * math.log(base) + missed.sum(axis=0) * math.log(1 - base)
        alive += np.log(chance) @ found + np.log(1 - chance) @ missed
    for_dead = dead - alive[_FAINT.size :].max(axis=0)
    seen = alive[: _FAINT.size].max(axis=0) - dead >= _SEEN
    gone = (for_dead >= _SURE) & ~seen
    others = signals[alive[:, ~gone].sum(axis=1).argmax()]
    if gone.all() or others < _SIGNALS[0]:
        return (), False
    silent = tuple(x for x, odd in zip(look.experiment.targets, gone, strict=True) if odd)
    unclear = (for_dead > -_RATHER) & ~gone & ~seen
    return silent, dead.size > 1 and bool(unclear.any())


def _end(likelihood: DecayLikelihood, best: np.ndarray, *, upper: bool) -> float:
    if np.isnan(best[0]):
        return math.inf if upper else 0.0
    drop = _SURELY if likelihood.without_event(upper=upper)[0] else _FALL
    return float(likelihood.crossing(best, np.array([drop]), upper=upper)[0])


def _reach(lengths: np.ndarray) -> tuple[float, float]:
    some = lengths[lengths > 0]
    return (float(some.min()), float(some.max())) if some.size else (0.0, 0.0)
