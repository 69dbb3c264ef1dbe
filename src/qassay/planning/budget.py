"""A budget of shots, shared so that what can be settled is settled.

The most that a plan takes is several times what a verdict usually takes, and a machine that is far
from its claims settles them with a small part of it. So no claim is left much less than its even
part of a budget: nine tenths of it. The rest goes to the cheapest, each of which gets up to half
of its most, by which claims are usually settled; a dear claim leaves so no cheap one without
shots. Where the even part is so small that not even machines far from their claims are settled by
it, the dearest claims give way, and get what is left over once nothing else wants it.

All of it is counted in whole shots, so that every computer shares alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from qassay.claims.claim import Claim
from qassay.errors import PlanError, Problem
from qassay.languages.english import said
from qassay.languages.sentence import Figures
from qassay.numerals import numeral
from qassay.planning.plan import Untested
from qassay.protocols.interface import Experiment

_USUAL: Final = 2  # the part of the most by which claims are usually settled: one half
_LEAST: Final = 512  # below this part, not even what is far from its claim
_KEPT: Final = (9, 10)  # of an even part, for the dear as well
_FINE: Final = 1_000_000  # steps from half to all

Circuits = dict[int, int]  # of each experiment, by its place
Alone = Callable[[Claim], Sequence[Experiment]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What is answered as a whole, or not: a claim, or an experiment that is no claim's.

    Attributes:
        claim: Its id; empty for anything else.
        places: Of its experiments.
        shots: That it takes at most.
        whole: That its experiments take at most; more where another claim that they serve does.
    """

    claim: str
    places: tuple[int, ...]
    shots: int
    whole: int

    def part(self, x: Experiment, part: int, of: int) -> int:
        """Give a part of the circuits that it takes of an experiment: whole blocks, one or more."""
        size = sum(x.block)
        wanted = -(-x.rounds * self.shots * part // (of * self.whole * size)) * size
        return min(max(wanted, size), x.rounds)

    def part_of(self, experiments: Sequence[Experiment], part: int, of: int) -> Circuits:
        """Give a part of all that it takes, by the place of the experiment."""
        return {place: self.part(experiments[place], part, of) for place in self.places}


def within_budget(
    experiments: Sequence[Experiment], claims: Sequence[Claim], alone: Alone, budget: int
) -> tuple[tuple[Experiment, ...], tuple[Untested, ...]]:
    """Share a budget.

    Args:
        experiments: All that is wanted.
        claims: Those that the experiments can settle.
        alone: Gives the experiments of a claim by itself.
        budget: Shots.

    Returns:
        The experiments that are left, in whole blocks, and the claims for which nothing is left.

    Raises:
        PlanError: Nothing at all can be measured.
    """
    whole = {place: x.rounds for place, x in enumerate(experiments)}
    if _shots(experiments, whole) <= budget:
        return tuple(experiments), ()
    wishes = _wishes(experiments, claims, alone)
    circuits = _shared(experiments, wishes, budget)
    if not circuits:
        least = min(_shots(experiments, one.part_of(experiments, 1, _LEAST)) for one in wishes)
        raise PlanError(
            Problem(
                where="--budget-shots",
                found=str(budget),
                expected=f"at least {least}",
                advice=f"the whole plan takes {numeral(_shots(experiments, whole))} shots",
            )
        )
    starved = {
        one.claim: one for one in wishes if one.claim and not circuits.keys() >= {*one.places}
    }
    enough = half_of_all(experiments)
    left = tuple(
        replace(
            x,
            rounds=circuits[place],
            batch=min(x.batch, circuits[place]),
            claims=tuple(name for name in x.claims if name not in starved),
        )
        for place, x in enumerate(experiments)
        if circuits.get(place)
    )
    untested = (_told(one, enough) for one in starved.values())
    return left, tuple(untested)


def _told(starved: _Wish, enough: int) -> Untested:
    budget = Figures(number=numeral(enough))
    reason = said("untested.budget_short", shots=starved.shots, budget=budget)
    return Untested(claim=starved.claim, reason=reason)


def half_of_all(experiments: Sequence[Experiment]) -> int:
    """Count the shots of half of the circuits of each experiment, in whole blocks."""
    whole = (
        (n, x, _Wish(claim="", places=(n,), shots=x.rounds, whole=x.rounds))
        for n, x in enumerate(experiments)
    )
    return _shots(experiments, {n: one.part(x, 1, _USUAL) for n, x, one in whole})


def _wishes(
    experiments: Sequence[Experiment], claims: Sequence[Claim], alone: Alone
) -> list[_Wish]:
    """Collect what is to be answered, the cheapest first."""
    places: dict[str, list[int]] = {claim.id: [] for claim in claims}
    made: list[_Wish] = []
    for place, x in enumerate(experiments):
        own = [name for name in x.claims if name in places]
        for name in own:
            places[name].append(place)
        if not own:
            shots = x.rounds * x.shots
            made.append(_Wish(claim="", places=(place,), shots=shots, whole=shots))
    for claim in claims:
        mine = tuple(places[claim.id])
        whole = sum(experiments[place].rounds * experiments[place].shots for place in mine)
        if any(len(experiments[place].claims) > 1 for place in mine):
            shots = min(sum(x.rounds * x.shots for x in alone(claim)), whole)
        else:
            shots = whole
        made += [_Wish(claim=claim.id, places=mine, shots=shots, whole=whole)] if mine else []
    return sorted(made, key=lambda one: one.shots)


def _shared(experiments: Sequence[Experiment], wishes: Sequence[_Wish], budget: int) -> Circuits:
    """Give each experiment its circuits."""
    kept: list[_Wish] = []
    others: list[_Wish] = []
    least: Circuits = {}
    whole = sum(x.rounds * x.shots for x in experiments)
    bare = 1, _LEAST
    even = max((_KEPT[0] * budget, _KEPT[1] * whole), bare, key=lambda part: Fraction(*part))
    for one in wishes:
        parts = (_higher(least, one.part_of(experiments, *part)) for part in (even, bare))
        fitting = next((made for made in parts if _shots(experiments, made) <= budget), None)
        least = least if fitting is None else fitting
        (others if fitting is None else kept).append(one)
    half = dict(least)
    for one in kept:
        half = _higher(half, one.part_of(experiments, 1, _USUAL))
    if _shots(experiments, half) > budget:
        return _most(lambda level: _filled(experiments, kept, least, level), experiments, budget)

    def alike(step: int) -> Circuits:
        return {n: _between(experiments[n], low, step) for n, low in half.items()}

    made = _most(alike, experiments, budget, _FINE)
    for one in others:
        made |= _left_over(experiments, one, made, budget)
    return made


def _left_over(
    experiments: Sequence[Experiment], wish: _Wish, made: Circuits, budget: int
) -> Circuits:
    """Give what nothing else wants to one that was left out, if it reaches for all its parts."""
    rest = budget - _shots(experiments, made)
    places = [place for place in wish.places if place not in made]
    shots = sum(experiments[place].rounds * experiments[place].shots for place in places)
    more = {}
    for place in places:
        size = sum(experiments[place].block)
        circuits = experiments[place].rounds * rest // shots // size * size
        if not circuits:
            return {}
        more[place] = min(circuits, experiments[place].rounds)
    return more


def _filled(
    experiments: Sequence[Experiment], wishes: Sequence[_Wish], least: Circuits, level: int
) -> Circuits:
    """Raise all wishes to one level of shots, none beyond half of its most."""
    made = dict(least)
    for one in wishes:
        reached = min(_USUAL * level, one.shots)
        made = _higher(made, one.part_of(experiments, reached, _USUAL * one.shots))
    return made


def _most(
    circuits_at: Callable[[int], Circuits],
    experiments: Sequence[Experiment],
    budget: int,
    top: int | None = None,
) -> Circuits:
    """Find the highest level that a budget allows; the lowest is known to be allowed."""
    low, high = 0, budget if top is None else top
    while low < high:
        middle = (low + high + 1) // 2
        if _shots(experiments, circuits_at(middle)) <= budget:
            low = middle
        else:
            high = middle - 1
    return circuits_at(low)


def _higher(one: Circuits, other: Circuits) -> Circuits:
    return one | {place: max(n, one.get(place, 0)) for place, n in other.items()}


def _between(x: Experiment, low: int, step: int) -> int:
    """Give circuits between some and all of them, in whole blocks."""
    size = sum(x.block)
    return low + (x.rounds - low) * step // _FINE // size * size


def _shots(experiments: Sequence[Experiment], circuits: Mapping[int, int]) -> int:
    return sum(n * experiments[place].shots for place, n in circuits.items())
