"""Claim sheets whose truth is known: each claim a chosen distance from its machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, groupby
from typing import Final, Literal

from qassay.circuits.layouts import edge_colouring
from qassay.claims.claim import Claim, ClaimSheet, Convention, Scope
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.metrics import METRICS
from qassay.devices.machine_file import Machine
from qassay.protocols.interface import Target
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.families import family_for, is_of_time, of_one_direction, tame_metrics
from qassay.selfcheck.truth import Window, true_value

Form = Literal["mean", "median", "every", "single"]
_TIMED: Final[tuple[Form, ...]] = ("every", "mean", "single", "median")
_DIRECTED: Final[tuple[Form, ...]] = ("every", "mean")
_WORST: Final[tuple[Form, ...]] = ("every", "single")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """How far a claim is from the truth.

    Attributes:
        claim: The claim, as it was read from its sheet.
        form: Its statistic; "single" is a claim on one target.
        ratio: Truth over claim, of rates: above 1 the machine is worse than claimed. Exact
            where nothing drifts; else of the noise before the drift.
    """

    claim: Claim
    form: Form
    ratio: float


def ratios(delta: float) -> tuple[float, ...]:
    """Give the ratios at which claims are placed: true with room, exact, at the edge, false."""
    return tuple(sorted({0.5, 0.7, 1.0, 1.0 + delta, 1.5, 2.5}))


def forms(number: int, metrics: tuple[str, ...]) -> list[tuple[str, Form]]:
    """Choose what is claimed about machine `number`.

    A sheet speaks of two of the four families, each pair of families in its turn: more
    machines for the same work. Claims that share their shots come together, and the
    statistics take turns.
    """
    families = [tuple(own) for _, own in groupby(tame_metrics(), key=family_for)]
    pairs = list(combinations([f for f in families if set(f) & set(metrics)], 2))
    family = pairs[number % len(pairs)] if pairs else families
    turn = number // max(len(pairs), 1)
    chosen: list[tuple[str, Form]] = []
    for place, metric in enumerate(metric for part in family for metric in part):
        if is_of_time(metric):
            chosen.append((metric, _TIMED[(turn + place) % 4]))
        elif of_one_direction(metric):
            chosen.append((metric, _DIRECTED[(turn + place) % 2]))
        else:
            chosen += [(metric, "mean"), (metric, _WORST[turn % 2])]
    return [(metric, form) for metric, form in chosen if metric in metrics]


def place_claims(
    draws: Draws, machine: Machine, number: int, metrics: tuple[str, ...]
) -> tuple[bytes, ClaimSheet, tuple[Placement, ...]]:
    """Write a sheet about a machine and read it as the product does.

    Args:
        draws: Of this machine.
        machine: The machine, not drifting.
        number: Its number; decides whose turn it is where forms take turns.
        metrics: What may be claimed.

    Returns:
        The sheet's bytes, the sheet, and where its claims were placed.
    """
    window = _at_the_start(machine)
    wanted, parts = [], [_HEAD.format(number=number)]
    for metric, form in forms(number, metrics):
        claim = _claim(draws, metric, form, sorted(window.moments))
        ratio = draws.one_of(f"ratio of {claim.id}", ratios(claim.delta))
        truth = true_value(machine, claim, window)
        value = truth * ratio if is_of_time(metric) else truth / ratio
        parts.append(_written(replace(claim, value=value)))
        wanted.append((form, ratio))
    data = "".join(parts).encode()
    sheet = parse_claim_sheet(data, f"hidden-{number}.toml")
    placed = (
        Placement(claim=claim, form=form, ratio=ratio)
        for claim, (form, ratio) in zip(sheet.claims, wanted, strict=True)
    )
    return data, sheet, tuple(placed)


def _at_the_start(machine: Machine) -> Window:
    """Look at every qubit and pair at time zero; pairs work in the planner's matchings."""
    qubits: list[Target] = [(qubit,) for qubit in range(machine.description.qubits)]
    of: dict[Target, tuple[tuple[int, int], ...]] = {
        pair: matching
        for matching in edge_colouring(machine.description.pairs)
        for pair in matching
    }
    return Window(moments={target: [(0.0, 1)] for target in [*qubits, *of]}, matchings=of)


def _claim(draws: Draws, metric: str, form: Form, targets: list[Target]) -> Claim:
    """Draw a claim whose value is still open."""
    row = METRICS[metric]
    size = 2 if row.target == "pair" else 1
    target = draws.one_of(f"target of {metric}", [t for t in targets if len(t) == size])
    scope = Scope()
    if form == "single" and size == 2:
        scope = Scope(pairs=((target[0], target[1]),))
    elif form == "single":
        scope = Scope(qubits=target)
    convention: Convention | None = None
    if row.conventions:
        convention = draws.one_of(f"convention of {metric}", row.conventions)
    return Claim(
        id=f"{metric}-{form}",
        metric=metric,
        relation="at most" if row.better == "lower" else "at least",
        value=0.0,
        stated="",
        statistic="every" if form == "single" else form,
        scope=scope,
        convention=convention,
        delta=row.natural_delta,
    )


_HEAD: Final = """\
[sheet]
title = "Claims about hidden machine {number}"
vendor = "qassay selfcheck"
machine = "hidden-{number}"
"""


def _written(claim: Claim) -> str:
    """Write a claim such that reading it gives the very same number."""
    timed = METRICS[claim.metric].dimension == "time"
    lines = [
        "",
        "[[claim]]",
        f'id = "{claim.id}"',
        f'metric = "{claim.metric}"',
        f'relation = "{claim.relation}"',
        f'value = "{claim.value!r} s"' if timed else f"value = {claim.value!r}",
        f'statistic = "{claim.statistic}"',
        f"delta = {claim.delta!r}",
    ]
    if claim.convention:
        lines.append(f'convention = "{claim.convention}"')
    if claim.scope.qubits:
        lines.append(f"scope = {{qubits = {list(claim.scope.qubits)}}}")
    if claim.scope.pairs:
        lines.append(f"scope = {{pairs = {[list(pair) for pair in claim.scope.pairs]}}}")
    return "\n".join(lines) + "\n"
