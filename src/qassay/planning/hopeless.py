"""Claims that no campaign will settle, found before the first shot.

What a verdict takes follows from the claim: a polarization of 1e-4 asks for billions of shots
whatever the machine is. Such a claim is not tested, and told with what would be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.languages.english import said, semicolons
from qassay.languages.sentence import Figures, Sentence, quantity_fact
from qassay.numerals import numeral
from qassay.planning.plan import Untested
from qassay.planning.schedule import experiment_seconds
from qassay.protocols.interface import Experiment
from qassay.units import format_quantity

MOST_SHOTS: Final = 100_000_000
MOST_SECONDS: Final = 14 * 86_400.0
_WIDER: Final = (0.5, 1.0, 2.0, 5.0, 10.0)  # tolerances that a sheet can set
_EASIER: Final = 40  # doublings or halvings of the value that are tried
_MOST_LIKELY: Final = 0.5  # of an error, or of what is missing to a fidelity of one

Planner = Callable[[Claim], Sequence[Experiment]]


def hopeless_ones(
    experiments: Sequence[Experiment],
    claims: Sequence[Claim],
    planned: Planner,
    device: DeviceDescription,
) -> tuple[Untested, ...]:
    """Name the claims that would take longer than any campaign, and what would settle them.

    Args:
        experiments: What is planned for all of them together.
        claims: The claims.
        planned: Gives the experiments of a claim by itself.
        device: Says how long things take.
    """
    dear = {
        name
        for x in experiments
        if x.rounds * x.shots > MOST_SHOTS
        or experiment_seconds(x, x.rounds, device.durations) > MOST_SECONDS
        for name in x.claims
    }
    found = ((claim.id, hopeless(claim, planned, device)) for claim in claims if claim.id in dear)
    return tuple(Untested(claim=name, reason=reason) for name, reason in found if reason)


def hopeless(claim: Claim, planned: Planner, device: DeviceDescription) -> Sentence | None:
    """Say what a claim would take where that is beyond any campaign, and what would settle.

    Args:
        claim: The claim.
        planned: Gives the experiments of a claim by itself.
        device: Says how long things take.
    """
    shots, seconds = _price(planned(claim), device)
    if shots <= MOST_SHOTS and seconds <= MOST_SECONDS:
        return None

    def fits(other: Claim) -> bool:
        shots, seconds = _price(planned(other), device)
        return shots <= MOST_SHOTS and seconds <= MOST_SECONDS

    ways: list[Sentence] = []
    easier = next((c for c in _easier(claim) if fits(c)), None)
    if easier is not None:
        dimension = METRICS[claim.metric].dimension
        value = quantity_fact(format_quantity(easier.value, dimension))
        ways.append(said("untested.easier_claim", value=value))
    wider = (replace(claim, delta=delta) for delta in _WIDER if delta > claim.delta)
    wide = next((c for c in wider if fits(c)), None)
    if wide is not None:
        ways.append(said("untested.wider_delta", delta=Figures(number=f"{wide.delta:g}")))
    if seconds > 86_400:
        days = Figures(number=numeral(seconds / 86_400))
        price = said("untested.hopeless_days", shots=shots, days=days)
    else:
        price = said("untested.hopeless", shots=shots)
    if not ways:
        return price
    either = said("list.either", a=ways[0], b=ways[1]) if len(ways) > 1 else ways[0]
    return semicolons([price, said("untested.settled_by", ways=either)])


def _price(experiments: Sequence[Experiment], device: DeviceDescription) -> tuple[int, float]:
    shots = sum(x.rounds * x.shots for x in experiments)
    return shots, sum(experiment_seconds(x, x.rounds, device.durations) for x in experiments)


def _easier(claim: Claim) -> list[Claim]:
    """Give claims that need less and less: larger errors and fidelities, shorter times."""
    shorter = METRICS[claim.metric].dimension == "time"
    values = (claim.value * (0.5 if shorter else 2.0) ** k for k in range(1, _EASIER))
    return [replace(claim, value=v) for v in values if shorter or v <= _MOST_LIKELY]
