"""Claim sheets about wild machines: every statistic, at chosen distances from the truth."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

from qassay.claims.claim import Claim, ClaimSheet, Convention, Scope, Statistic
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.metrics import METRICS, metric_of_part
from qassay.protocols.known import QUANTITIES
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.families import Family, family_for, metrics_in
from qassay.selfcheck.wild.world import SteadyMachine

Form = Literal[
    "mean", "median", "quantile", "share above", "every", "best", "single", "register", "count"
]
_FORMS: Final[tuple[Form, ...]] = (
    "mean",
    "mean",
    "mean",
    "median",
    "quantile",
    "share above",
    "every",
    "every",
    "single",
    "single",
    "best",
)
_LEAST, _MOST = 1e-8, 0.45  # of a claimed error, and of its limit


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClaim:
    """A claim whose value is still open.

    Attributes:
        claim: The claim.
        form: Its statistic, or "single" of one target, "register", "count".
        ratio: Truth over claim, of rates: above 1 the machine is worse than claimed.
    """

    claim: Claim
    form: Form
    ratio: float


def metrics_of(family: Family, asked: tuple[str, ...]) -> tuple[str, ...]:
    """List the metrics of a family, with further times where they are asked for.

    The error of either bit comes twice, beside those of one and the other.
    """
    known = metrics_in(family)
    if family == "readout":
        return (metric_of_part("readout"), *known)
    if family != "times":
        return known
    return (*known, *(n for n in asked if family_for(n) == family and n not in known))


def wishes(draws: Draws, drawn: SteadyMachine, asked: tuple[str, ...]) -> list[OpenClaim]:
    """Choose one to three claims about a machine; of `asked`, times that others do not speak of."""
    metrics = metrics_of(drawn.family, asked)
    count = draws.one_of("claims", (1, 1, 2, 3))
    if drawn.family in ("register", "beside", "layers"):
        count = draws.one_of("few claims", (1, 1, 2))
    made: dict[str, OpenClaim] = {}
    for turn in range(count):
        metric = draws.one_of(f"metric {turn}", metrics)
        wish = _wish(draws, drawn, metric, turn)
        made.setdefault(wish.claim.id, wish)
    return list(made.values())


def _wish(draws: Draws, drawn: SteadyMachine, metric: str, turn: int) -> OpenClaim:
    row = METRICS[metric]
    device = drawn.machine.device
    form: Form = "register"
    if metric == "qubits":
        form = "count"
    elif row.target != "register":
        form = draws.one_of(f"form {turn}", _FORMS)
    share = None
    if form in ("quantile", "share above"):
        share = draws.one_of(f"share {turn}", (0.25, 0.75, 0.8, 0.9, 0.95))
    scope = Scope()
    if form == "single":
        if row.target == "pair":
            scope = Scope(pairs=(draws.one_of(f"pair {turn}", device.pairs),))
        else:
            scope = Scope(qubits=(draws.one_of(f"qubit {turn}", range(device.qubits)),))
    statistic: Statistic = "mean"
    if form in ("every", "single"):
        statistic = "every"
    elif form not in ("register", "count"):
        statistic = form  # type: ignore[assignment]
    convention: Convention | None = None
    if row.conventions:
        convention = draws.one_of(f"convention {turn}", row.conventions)
    delta = row.natural_delta
    conditions: list[tuple[str, str | float | bool]] = []
    if drawn.alone:
        conditions.append(("simultaneous", False))
    if "depth" in QUANTITIES[metric].conditions:
        conditions.append(("depth", 2.0 * draws.one_of("depth", (1, 2, 4))))
    claim = Claim(
        id=f"{metric}-{form.replace(' ', '-')}",
        metric=metric,
        relation="at most" if row.better == "lower" else "at least",
        value=0.0,
        stated="",
        statistic=statistic,
        scope=scope,
        convention=convention,
        delta=delta,
        share=share,
        conditions=tuple(conditions),
    )
    return OpenClaim(
        claim=claim, form=form, ratio=draws.one_of(f"ratio {turn}", _ratios(metric, delta))
    )


def _is_fidelity(metric: str) -> bool:
    row = METRICS[metric]
    return row.dimension == "probability" and row.better == "higher"


def _ratios(metric: str, delta: float) -> tuple[float, ...]:
    """List places around claim and limit, and far from both; the two edges come often."""
    if metric == "qubits":
        return (1.0,)
    if _is_fidelity(metric):
        return (0.8, 0.95, 1.0, 1.0, 1.0, 1 + delta, 1 + delta, 1 + delta, 1 + 2 * delta, 1.3)
    edge = 1 + delta
    return (0.01, 0.1, 0.5, 0.7, 1.0, 1.0, 1.0, 1.0, edge, edge, edge, edge, 1.5, 2.5, 5.0, 15.0)


def value_at(wish: OpenClaim, truth: float, draws: Draws) -> float | None:
    """Give the value that is claimed of a truth; None where none of that distance is possible."""
    claim = wish.claim
    if not math.isfinite(truth) or truth <= 0:
        return None
    if claim.metric == "qubits":
        off = draws.one_of("count off", (-1, 0, 1, 1))
        return truth + off if truth + off >= 1 else None
    if claim.relation == "at least":
        value = truth * wish.ratio
        low, high = (1e-3, 0.999) if _is_fidelity(claim.metric) else (2e-9, 1e6)
        return value if low < value < high else None
    value = truth / wish.ratio
    return value if value >= _LEAST and value * (1 + claim.delta) <= _MOST else None


_HEAD: Final = """\
[sheet]
title = "Claims about wild machine {number}"
vendor = "qassay selfcheck"
machine = "wild-{number}"
"""


def wild_sheet(number: int, wanted: list[OpenClaim], values: list[float]) -> ClaimSheet:
    """Write a sheet and read it as the product does."""
    parts = [_HEAD.format(number=number)]
    parts += [
        _written(replace(wish.claim, value=value))
        for wish, value in zip(wanted, values, strict=True)
    ]
    return parse_claim_sheet("".join(parts).encode(), f"wild-{number}.toml")


def _written(claim: Claim) -> str:
    """Write a claim such that reading it gives the very same number."""
    timed = METRICS[claim.metric].dimension == "time"
    number = f"{round(claim.value)}" if claim.metric == "qubits" else f"{claim.value!r}"
    statistic = f"quantile {claim.share}" if claim.statistic == "quantile" else claim.statistic
    lines = [
        "",
        "[[claim]]",
        f'id = "{claim.id}"',
        f'metric = "{claim.metric}"',
        f'relation = "{claim.relation}"',
        f'value = "{number} s"' if timed else f"value = {number}",
        f"delta = {claim.delta!r}",
    ]
    if METRICS[claim.metric].target != "register":
        lines.append(f'statistic = "{statistic}"')
    if claim.statistic == "share above":
        lines.append(f"share = {claim.share}")
    if claim.convention:
        lines.append(f'convention = "{claim.convention}"')
    if claim.scope.qubits:
        lines.append(f"scope = {{qubits = {list(claim.scope.qubits)}}}")
    if claim.scope.pairs:
        lines.append(f"scope = {{pairs = {[list(pair) for pair in claim.scope.pairs]}}}")
    if claim.conditions:
        said = [
            f"{name} = {str(value).lower() if isinstance(value, bool) else value:g}"
            if not isinstance(value, bool)
            else f"{name} = {str(value).lower()}"
            for name, value in claim.conditions
        ]
        lines.append(f"conditions = {{{', '.join(said)}}}")
    return "\n".join(lines) + "\n"
