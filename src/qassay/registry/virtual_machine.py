"""A machine file from published figures, for `virtual:ID`; what is not published is perfect.

It is the machine that the figures describe, not the machine: qubits and pairs are all alike,
since spreads are not published as such, and where no lattice is named one is assumed. The file
says in its comments which figure each number is, and what was left out.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Final

from qassay.claims.conventions import convert
from qassay.claims.metrics import METRICS
from qassay.errors import Problem, RegistryError
from qassay.registry.figure_words import evidence_words, meaning_words, value_words
from qassay.registry.missing import missing_kinds
from qassay.registry.records import PublishedFigure, RegisteredMachine
from qassay.registry.standing import likeness
from qassay.registry.vocabulary import BEST_CASE, FIGURE_KINDS

PREFIX: Final = "virtual:"
_TIMES: Final = {kind.id: kind.duration for kind in FIGURE_KINDS.values() if kind.duration}
_COHERENCE: Final = {
    kind.id: METRICS[kind.metric].noise[0]
    for kind in FIGURE_KINDS.values()
    if kind.metric and kind.dimension == "time"
}
_LEAST: Final = ("qubits", "two_qubit_fidelity")


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineText:
    """The file of a virtual machine.

    Attributes:
        text: TOML, as `qassay.devices.machine_file` reads it.
        used: The figures that it is made of.
        perfect: Titles of what was not published and is therefore perfect.
    """

    text: str
    used: tuple[PublishedFigure, ...]
    perfect: tuple[str, ...]


def lacking(machine: RegisteredMachine) -> tuple[str, ...]:
    """Say which figures a virtual machine would need and are not there; empty if they suffice."""
    if machine.kind != "gate":
        return (f"gates: it is of the kind {machine.kind}",)
    has = {
        "qubits": machine.qubits is not None,
        "two_qubit_fidelity": _spoken(machine, "two_qubit_fidelity") is not None,
    }
    return tuple(FIGURE_KINDS[one].title for one in _LEAST if not has[one])


def machine_file(machine: RegisteredMachine) -> MachineText:
    """Write the machine file of a machine's published figures.

    Raises:
        RegistryError: Its figures do not suffice; the error says which are missing and how.
    """
    missing = lacking(machine)
    if missing:
        ways = "; ".join(f"{one.words}: {', '.join(one.titles)}" for one in missing_kinds(machine))
        raise RegistryError(
            Problem(
                where=f"{PREFIX}{machine.id}",
                found=f"no figure of {', '.join(missing)}",
                expected="a machine whose published figures suffice for a virtual one",
                advice=f"write a machine file of your own with what you assume ({ways})",
            )
        )
    used: list[PublishedFigure] = []
    durations = _lines(machine, _TIMES, used)
    noise = _lines(machine, _COHERENCE, used)
    noise += _gate(machine, "one_qubit_fidelity", "one_qubit_error", used)
    noise += _gate(machine, "two_qubit_fidelity", "two_qubit_error", used)
    noise += _readout(machine, used)
    has = {one.metric for one in used}
    wanted = (*_TIMES, *_COHERENCE, "one_qubit_fidelity", "readout_fidelity")
    perfect = tuple(
        FIGURE_KINDS[one].title
        for one in wanted
        if one not in has and not (one == "readout_fidelity" and "spam_fidelity" in has)
    )
    layout, assumed = _layout(machine)
    head = [
        f"# {machine.name}, as its published figures describe it.",
        "# Qubits and pairs are all alike: spreads are not published as such. An error without a",
        "# stated convention is read as an average gate infidelity.",
        f"# Not published, and therefore perfect here: {', '.join(perfect) or 'nothing'}.",
        f"# The lattice is {assumed}.",
        "",
        "[machine]",
        f"name = {json.dumps(machine.id)}",
        f"summary = {json.dumps(_summary(machine, perfect), ensure_ascii=False)}",
        f"platform = {json.dumps(machine.platform)}",
        f"qubits = {machine.qubits}",
        f"connectivity = {layout}",
        f"seed = {sum(map(ord, machine.id))}",
        "",
        "[durations]",
        *durations,
        "",
        "[noise]",
        *noise,
        "",
    ]
    return MachineText(text="\n".join(head), used=tuple(used), perfect=perfect)


def _summary(machine: RegisteredMachine, perfect: tuple[str, ...]) -> str:
    rest = f"; perfect where not published ({', '.join(perfect)})" if perfect else ""
    return f"{machine.name}, by its published figures{rest}"


def _spoken(machine: RegisteredMachine, metric: str) -> PublishedFigure | None:
    """Choose the figure that a machine is made of: middle values, of no treated outcomes."""
    found = [
        one
        for one in machine.of(metric)
        if one.value is not None and (not one.post_selection or one.post_selection == "none")
    ]
    middle = [one for one in found if one.statistic not in BEST_CASE] or found
    if not middle:
        return None
    return max(middle, key=lambda one: (likeness(one)[0] is not None, one.dated.last))


def _said(figure: PublishedFigure) -> str:
    meaning = meaning_words(figure)
    parts = (value_words(figure), meaning, evidence_words(figure))
    return f"{', '.join(part for part in parts if part)}: {figure.source.title}"


def _lines(
    machine: RegisteredMachine, keys: dict[str, str], used: list[PublishedFigure]
) -> list[str]:
    lines = []
    for metric, key in keys.items():
        figure = _spoken(machine, metric)
        if figure is None or figure.value is None:
            continue
        value = min(figure.value, _longest(metric, used))
        lines += [f"# {_said(figure)}", f'{key} = "{value:.9g} s"']
        used.append(figure)
    return lines


def _longest(metric: str, used: list[PublishedFigure]) -> float:
    """Give the longest time that the figures before it leave: T2 is at most twice T1."""
    row = METRICS.get(FIGURE_KINDS[metric].metric)
    bound = row.bound("relaxes") if row else None
    if bound is None:
        return math.inf
    binding = (one for one in used if FIGURE_KINDS[one.metric].metric in bound.by)
    return min((bound.factor * (one.value or 0.0) for one in binding), default=math.inf)


def _gate(
    machine: RegisteredMachine, metric: str, key: str, used: list[PublishedFigure]
) -> list[str]:
    figure = _spoken(machine, metric)
    if figure is None or figure.error is None:
        return []
    used.append(figure)
    error = figure.error
    if figure.convention in ("process_infidelity", "pauli_error"):
        dimension = 2 if key == "one_qubit_error" else 4
        error = convert(error, "process_infidelity", "average_gate_infidelity", dimension)  # type: ignore[arg-type]
    return [f"# {_said(figure)}", f"{key} = {error:.9g}"]


def _readout(machine: RegisteredMachine, used: list[PublishedFigure]) -> list[str]:
    figure = _spoken(machine, "readout_fidelity") or _spoken(machine, "spam_fidelity")
    if figure is None or figure.error is None:
        return []
    used.append(figure)
    said = f"# {_said(figure)}; both directions alike"
    return [said, f"readout_p01 = {figure.error:.9g}", f"readout_p10 = {figure.error:.9g}"]


def _layout(machine: RegisteredMachine) -> tuple[str, str]:
    """Give the couplings as a machine file writes them, and how they are known."""
    if machine.layout:
        return json.dumps(machine.layout), "as published"
    if any(one.words == "all-to-all" for one in machine.of("connectivity")):
        return '"all-to-all"', "as published: all-to-all"
    if machine.platform == "trapped-ion":
        return '"all-to-all"', "assumed: all-to-all, as in ion traps"
    qubits = machine.qubits or 1
    columns = math.ceil(math.sqrt(qubits))
    pairs = [[one, one + 1] for one in range(qubits - 1) if (one + 1) % columns]
    pairs += [[one, one + columns] for one in range(qubits - columns)]
    rows = math.ceil(qubits / columns)
    return json.dumps(sorted(pairs)), f"assumed: {rows} rows of {columns}, nearest neighbours"
