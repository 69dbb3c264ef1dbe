"""Claim sheets whose truth is known: each claim a chosen distance from its machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qassay.circuits.layouts import edge_colouring
from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.metrics import METRICS
from qassay.devices.machine_file import Machine
from qassay.protocols.interface import Target
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.truth import Window, true_value

Form = Literal["mean", "median", "every", "single"]
_TIMES = ("t1", "t2_star", "t2_echo")


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
    window = _now(machine)
    wanted, lines = [], [_head(number)]
    for metric, form in forms(number):
        if metric not in metrics:
            continue
        targets = sorted(window.moments, key=lambda t: (len(t), t))
        kind = 2 if METRICS[metric].target == "pair" else 1
        target = draws.one_of(f"target of {metric}", [t for t in targets if len(t) == kind])
        ratio = draws.one_of(f"ratio of {metric}, {form}", ratios(METRICS[metric].natural_delta))
        conventions = METRICS[metric].conventions
        convention = draws.one_of(f"convention of {metric}", conventions) if conventions else ""
        text = _claim(metric, form, target, convention)
        # A claim of any value tells the statistic's truth; then the value is put in its place.
        probe = parse_claim_sheet((lines[0] + text.format(value=_written(metric, 0.5))).encode())
        truth = true_value(machine, probe.claims[0], window)
        value = truth * ratio if metric in _TIMES else truth / ratio
        lines.append(text.format(value=_written(metric, value)))
        wanted.append((form, ratio))
    data = "".join(lines).encode()
    sheet = parse_claim_sheet(data, f"hidden-{number}.toml")
    placed = (
        Placement(claim=claim, form=form, ratio=ratio)
        for claim, (form, ratio) in zip(sheet.claims, wanted, strict=True)
    )
    return data, sheet, tuple(placed)


def forms(number: int) -> Iterator[tuple[str, Form]]:
    """Give the claims of machine `number`: what shares its shots is claimed twice."""
    turn: tuple[Form, ...] = ("every", "single")
    for metric in ("one_qubit_gate_error", "two_qubit_gate_error"):
        yield metric, "mean"
        yield metric, turn[number % 2]
    turns: tuple[Form, ...] = ("every", "mean", "single", "median")
    for place, metric in enumerate(_TIMES):
        yield metric, turns[(number + place) % 4]
    yield "readout_error", "mean"
    yield "readout_error", turn[number % 2]
    directions: tuple[Form, ...] = ("every", "mean")
    for place, metric in enumerate(("readout_error_0", "readout_error_1")):
        yield metric, directions[(number // 2 + place) % 2]


def _now(machine: Machine) -> Window:
    """Look at every qubit and pair at time zero; pairs work in the planner's matchings."""
    matchings = edge_colouring(machine.description.pairs)
    of = {pair: matching for matching in matchings for pair in matching}
    qubits: list[Target] = [(qubit,) for qubit in range(machine.description.qubits)]
    return Window(
        moments={target: [(0.0, 1)] for target in [*qubits, *of]}, matchings=dict(of.items())
    )


def _head(number: int) -> str:
    return (
        f'[sheet]\ntitle = "Claims about hidden machine {number}"\nvendor = "qassay selfcheck"\n'
        f'machine = "hidden-{number}"\n'
    )


def _claim(metric: str, form: Form, target: Target, convention: str) -> str:
    better = METRICS[metric].better
    lines = [
        "",
        "[[claim]]",
        f'id = "{metric}-{form}"',
        f'metric = "{metric}"',
        f'relation = "{"at most" if better == "lower" else "at least"}"',
        "value = {value}",
        f'statistic = "{"every" if form == "single" else form}"',
    ]
    if convention:
        lines.append(f'convention = "{convention}"')
    if form == "single":
        key, inner = ("qubits", str(target[0])) if len(target) == 1 else ("pairs", str(list(target)))
        lines.append(f"scope = {{{{{key} = [{inner}]}}}}")
    return "\n".join(lines) + "\n"


def _written(metric: str, value: float) -> str:
    """Write a value so that reading gives the very same number."""
    return f'"{value!r} s"' if METRICS[metric].dimension == "time" else repr(float(value))
