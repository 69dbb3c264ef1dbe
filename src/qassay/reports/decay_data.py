"""The decay behind a claim: hits of all its targets together, and what the claim predicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qassay.claims.claim import Claim
from qassay.claims.conventions import canonical_value
from qassay.protocols.designs.register_designs import layer_error
from qassay.protocols.interface import Estimator, Foretelling, Measured, Target
from qassay.protocols.known import PUBLISHED, claimed_law, kind_of
from qassay.statistics.decays import Kind
from qassay.statistics.trials import Trials

Span = tuple[float, float, float]
_FEWEST = 8  # targets from which a span of nine in ten says something


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Decay:
    """What the figure of a decay shows.

    Attributes:
        trials: Hits of all targets as if of one, a row for each circuit and target.
        kind: Whether the length counts layers or is a time.
        length: What the length is, in words.
        asymptote: Where the decay ends.
        spans: Length, and the fractions between which nine of ten targets lie.
        claimed_rate: Rate of decay of a machine exactly at the claim; None if there is none.
        targets: Number of targets.
    """

    trials: Trials
    kind: Kind
    length: str
    asymptote: float
    spans: tuple[Span, ...]
    claimed_rate: float | None
    targets: int


def decay_of(
    parts: Sequence[Measured],
    scope: set[Target] | None,
    estimator: Estimator,
    claimed_rate: float | None,
    *,
    gate: bool = False,
) -> Decay | None:
    """Put the targets of a claim together; None where nothing decays.

    Args:
        parts: What was measured; only parts with the lengths of the first are taken.
        scope: The claim's targets; None for all.
        estimator: The protocol's.
        claimed_rate: Rate of decay at the claim.
        gate: Whether the length counts the layers that hold the entangler.
    """
    lengths = parts[0].trials.lengths
    if lengths.size < 2 or estimator.model == "probability":
        return None
    arms, hits, fractions = [], [], []
    for part in parts:
        inside = [
            column
            for column, target in enumerate(part.targets)
            if scope is None or tuple(sorted(target)) in scope
        ]
        if inside and part.trials.lengths.tolist() == lengths.tolist():
            some = part.trials.hits[:, inside]
            arms.append(np.repeat(part.trials.arms, len(inside)))
            hits.append(some.reshape(-1, 1))
            totals, shots = part.trials.totals()
            fractions.append(totals[:, inside] / np.maximum(shots, 1)[:, None])
    if not hits:
        return None
    single = np.concatenate(fractions, axis=1)
    ends = np.quantile(single, (0.05, 0.95), axis=1)
    spans = [
        (float(length), float(a), float(b)) for length, a, b in zip(lengths, *ends, strict=True)
    ]
    return Decay(
        trials=Trials(
            lengths=lengths,
            arms=np.concatenate(arms),
            hits=np.concatenate(hits),
            shots=parts[0].trials.shots,
        ),
        kind="exponential" if estimator.model == "exponential" else "geometric",
        length=length_words(estimator, reference=gate),
        asymptote=estimator.asymptote,
        spans=tuple(spans) if single.shape[1] >= _FEWEST else (),
        claimed_rate=claimed_rate,
        targets=int(single.shape[1]),
    )


def length_words(estimator: Estimator, *, reference: bool = False) -> str:
    """Say what the length of a protocol's circuits counts."""
    if reference:
        return "entanglers, each with a layer of turns"
    if estimator.model == "exponential":
        return "waiting time"
    return f"number of {getattr(estimator, 'counted_in', 'layers')}"


def rate_at(claim: Claim, estimator: Estimator, pairs: int) -> float | None:
    """Give the rate of decay that a machine exactly at the claim would show.

    Args:
        claim: The claim.
        estimator: That of the protocol that measured it.
        pairs: Pairs of the layers, over which the loss of a layered claim is spread evenly.

    Returns:
        1 - p for each layer, or 1 / T; None where a claim fixes no rate.
    """
    value = canonical_value(claim)
    if isinstance(estimator, Foretelling):
        return estimator.claimed_rate(value)
    law = None if estimator.id in PUBLISHED else claimed_law(claim.metric)
    if law is None:
        return None
    layered = kind_of(claim.metric) == "layered"
    return law.value.loss(layer_error(claim, pairs) if layered else value)
