"""The published figures of a machine as a claim sheet, each with its date and reading.

A figure that no claim can say stands as a comment with the reason, so that nothing is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

from qassay.claims.metrics import METRICS
from qassay.claims.operations import OPERATIONS
from qassay.claims.usual_names import usual_name
from qassay.devices.machine_file import read_machine
from qassay.errors import Problem, RegistryError
from qassay.protocols.known import kind_of
from qassay.registry.chains import Pair, coupled_chain
from qassay.registry.figure_words import evidence_words, meaning_words, title_words, value_words
from qassay.registry.records import PublishedFigure, RegisteredMachine
from qassay.registry.virtual_machine import machine_file

By = Literal["maker", "others"]

_STATISTICS: Final = {
    "mean": "mean",
    "median": "median",
    "mean of medians": "mean",
    "typical": "median",  # promises less than a mean
    "unstated": "median",
    "at least": "mean",
    "range": "every",
    "best": "best",
    "demonstrated": "best",
}
_READ_AS: Final = {
    "mean of medians": "a mean of medians, read as a mean",
    "typical": "typical, read as a median, which promises less than a mean",
    "unstated": "no statistic stated, read as a median, which promises less than a mean",
    "at least": "a lower bound without a statistic, read as one of the mean",
    "range": "a range, read as every qubit being above its lower end",
    "demonstrated": "one demonstrated gate, read as the best",
}
_ALL: Final = "all-to-all"
_COUPLED: Final = {
    "connectivity": "read as every pair of its qubits",
    "couplers": "",
    "directed_edges": "each pair may stand there in both directions, so read as half as many",
    "neighbours": "read as half as many pairs a qubit",
}
_TIMED_MEAN: Final = "read as the mean over those that are timed"
# Entanglers that differ from CZ by more than one-qubit gates.
_OTHER_GATES: Final = ("SYC", "iSWAP-like")
_PLATFORMS: Final = {
    "analog": "an analog machine",
    "annealer": "an annealer",
    "boson-sampling": "a photonic machine (boson sampling)",
    "cat": "cat qubits",
}


def published_sheet(machine: RegisteredMachine, by: By = "maker") -> str:
    """Write the sheet of a machine.

    Args:
        machine: The machine.
        by: Whose figures: the maker's own, or those of others.

    Raises:
        RegistryError: There is none of which a claim could be made.
    """
    qubits, couplings = _lattice(machine)
    chosen = [one for one in machine.figures if one.evidence.party == by]
    parts, remarks = [], []
    for figure in chosen:
        reason = unsayable(figure)
        if reason:
            remarks.append(f"# {title_words(figure)}, {value_words(figure)}: {reason}")
        else:
            parts.append(_claim(machine, figure, qubits, couplings))
    if not parts:
        raise RegistryError(
            Problem(
                where=f"registry sheet {machine.id}",
                found=f"{len(chosen)} figures of {'its maker' if by == 'maker' else 'others'}",
                expected="at least one that a claim could say",
                advice=_other_sheet(machine, by),
            )
        )
    whose = "published by its maker" if by == "maker" else "measured by others"
    source = chosen[0].source
    lines = [
        f"# {machine.name}: figures {whose}, from the registry (`qassay registry show"
        f" {machine.id}`),",
        f"# as of {machine.checked.text}.",
        *(["#", "# Without a claim, and why:", *remarks] if remarks else []),
        "",
        "[sheet]",
        f"title = {_text(f'{machine.name}, figures {whose}')}",
        f"vendor = {_text(', '.join(machine.makers))}",
        f"machine = {_text(machine.id)}",
    ]
    lines.append(
        f"source = {{title = {_text(source.title)}, publisher = {_text(source.publisher)},"
        f" date = {_text(source.dated.text)}, url = {_text(source.url)}}}"
    )
    return "\n".join(lines) + "\n\n" + "\n".join(parts)


def _other_sheet(machine: RegisteredMachine, by: By) -> str:
    other: By = "others" if by == "maker" else "maker"
    if any(one.evidence.party == other and not unsayable(one) for one in machine.figures):
        return f"there are some with --by {other}"
    return f"`qassay registry show {machine.id}` says what was published"


def unsayable(figure: PublishedFigure) -> str:
    """Say why no claim can be made of a figure; empty where one can."""
    kind = figure.kind
    if kind.clocked:
        return "no number" if figure.value is None else ""
    if not kind.metric:
        return f"no metric of a claim sheet says it ({kind.need})"
    if figure.metric in _COUPLED:
        return "" if figure.value is not None or figure.words == _ALL else "no number of pairs"
    if figure.value is None:
        return "no number"
    if kind.better == "higher" and figure.value == 0:
        return 'a claim of "at least 0" says nothing'
    return ""


def needs_a_reading(figure: PublishedFigure) -> str:
    """Say what a claim reads into a figure; empty where it is as published."""
    if figure.kind.clocked:
        return _read_by_the_clock(figure)
    if figure.metric in _COUPLED:
        return _COUPLED[figure.metric]
    if figure.convention == "unstated":
        return "the convention is unstated"
    if figure.metric == "t2" and figure.method == "CPMG":
        return "CPMG without the number of pulses, read as eight"
    if METRICS[figure.kind.metric].target != "register" and figure.statistic in _READ_AS:
        return _READ_AS[figure.statistic]
    if figure.kind.on_chain:
        return "the qubits are not named"
    return "over zones, not over all pairs" if figure.over == "zones" else ""


def _read_by_the_clock(figure: PublishedFigure) -> str:
    """Say what a claim on seconds reads into a figure."""
    if OPERATIONS[figure.kind.clocked].definitions:
        return "" if _clops(figure) != "unstated" else "layers as the hardware runs them"
    if figure.kind.clocked in ("readout_time", "reset_time"):
        return "a whole empty shot bounds it from above"
    return "" if figure.statistic in ("mean", "exact", "nominal") else _TIMED_MEAN


def _clops(figure: PublishedFigure) -> str:
    """Name the published definition of a throughput, by what its source says."""
    method = figure.method.lower()
    if "clops_h" in method:
        return "clops_h"
    return "unstated" if "twirled" in method else "clops_v"


def _timed_claim(figure: PublishedFigure) -> str:
    """Write the claim of a figure that a clock is asked about."""
    clocked = figure.kind.clocked
    side = "at most" if figure.kind.better == "lower" else "at least"
    unit = "s" if figure.kind.dimension == "time" else "1/s"
    lines = [
        "[[claim]]",
        f"id = {_text(f'{figure.metric}-{figure.id}')}",
        'kind = "operations"',
        f'metric = "{clocked}"',
        f'relation = "{side}"',
        f'value = "{figure.value:.9g} {unit}"',
    ]
    if OPERATIONS[clocked].definitions:
        lines.append(f'definition = "{_clops(figure)}"')
    reading = _read_by_the_clock(figure)
    said = ", ".join(
        part for part in (meaning_words(figure), evidence_words(figure), reading) if part
    )
    lines.append(f"# published: {value_words(figure)}, {said}")
    return "\n".join(lines) + "\n"


def _claim(
    machine: RegisteredMachine, figure: PublishedFigure, qubits: int, couplings: Sequence[Pair]
) -> str:
    if figure.kind.clocked:
        return _timed_claim(figure)
    # A method may be a metric of its own: many echoes are no single one.
    by_method = usual_name(figure.method) if figure.kind.dimension == "time" else None
    metric = METRICS[by_method.metric if by_method else figure.kind.metric]
    lines = [
        "[[claim]]",
        f"id = {_text(f'{figure.metric}-{figure.id}')}",
        f'metric = "{metric.id}"',
    ]
    if metric.conventions:
        lines.append(f'convention = "{figure.convention or "unstated"}"')
    lines += _value(figure) if figure.metric not in _COUPLED else _pairs(figure, qubits)
    reading = _COUPLED.get(figure.metric, "")
    if metric.target != "register":
        lines.append(f'statistic = "{_STATISTICS.get(figure.statistic, "mean")}"')
        reading = _READ_AS.get(figure.statistic, "")
    conditions, remark = _conditions(machine, figure)
    if figure.kind.on_chain:
        scope, said = _scope(figure, qubits, couplings)
        lines += scope
        remark = remark or said
    if conditions:
        written = ", ".join(f"{key} = {json.dumps(value)}" for key, value in conditions.items())
        lines.append(f"conditions = {{{written}}}")
    if len(figure.dated.text) == 10:
        lines.append(f"date = {figure.dated.text}")
    said = ", ".join(
        part for part in (meaning_words(figure), evidence_words(figure), reading, remark) if part
    )
    lines.append(f"# published: {value_words(figure)}, {said}")
    return "\n".join(lines) + "\n"


def _pairs(figure: PublishedFigure, qubits: int) -> list[str]:
    """Write a published connectivity as the number of pairs that it speaks of, at the least."""
    number = figure.value or 0.0
    pairs = {
        "connectivity": qubits * (qubits - 1) // 2,
        "couplers": round(number),
        "directed_edges": int(number) // 2,
        "neighbours": int(number * qubits / 2),
    }
    return ['relation = "at least"', f"value = {pairs[figure.metric]}"]


def _value(figure: PublishedFigure) -> list[str]:
    value, error = figure.value, figure.uncertainty
    number = 0.0 if value is None else value
    dimension = figure.kind.dimension
    if figure.kind.passed:
        return ['relation = "at least"', f"value = {figure.kind.passed}"]
    if dimension == "fidelity":
        stated = f" ± {_decimal(100 * error)}" if error else ""
        return ['relation = "at most"', f'fidelity = "{100 * number:.12g}{stated} %"']
    side = "at most" if figure.kind.better == "lower" else "at least"
    unit = {"time": " s", "rate": " 1/s"}.get(str(dimension), "")
    written = f'"{number:.9g}{unit}"' if unit else f"{number:.9g}"
    if dimension == "count":
        written = str(round(number))
    return [f'relation = "{side}"', f"value = {written}"]


def _conditions(
    machine: RegisteredMachine, figure: PublishedFigure
) -> tuple[dict[str, str | bool | int], str]:
    """Give what a claim must say of its circumstances, and a remark on it."""
    found: dict[str, str | bool | int] = {}
    if machine.kind in _PLATFORMS:
        found["platform"] = _PLATFORMS[machine.kind]
    if figure.kind.on_chain and figure.depth:
        found["depth"] = figure.depth
    if figure.simultaneous is not None and figure.metric != "readout_fidelity":
        found["simultaneous"] = figure.simultaneous
    for key in ("post_selection", "mitigation"):
        told = getattr(figure, key)
        if told and told != "none":
            found[key] = told
    if figure.operation in _OTHER_GATES:
        found["entangler"] = figure.operation
    layered = kind_of(figure.kind.metric) == "layered"
    if layered and figure.statistic == "best":
        found["chain"] = "the best chain of the maker, which is not named"
    return found, "the source does not name the qubits" if "chain" in found else ""


def _scope(
    figure: PublishedFigure, qubits: int, couplings: Sequence[Pair]
) -> tuple[list[str], str]:
    width = figure.width or 0
    chain = coupled_chain(qubits, couplings, width)
    if chain is None:
        return [], f"no chain of {width} qubits was found on the assumed lattice"
    remark = "the qubits are not named: any chain of that length"
    if kind_of(figure.kind.metric) == "layered":
        pairs = [[min(a, b), max(a, b)] for a, b in pairwise(chain)]
        return [f"scope = {{pairs = {json.dumps(pairs)}}}"], remark
    return [f"scope = {{qubits = {json.dumps(sorted(chain))}}}"], remark


def _lattice(machine: RegisteredMachine) -> tuple[int, Sequence[Pair]]:
    """Give the couplings of the virtual machine, or everything coupled where there is none."""
    try:
        made = read_machine(machine_file(machine).text.encode(), machine.id)
    except RegistryError:
        return machine.qubits or 4096, ()
    return made.description.qubits, made.description.couplings


def _decimal(value: float) -> str:
    return f"{value:.12f}".rstrip("0").rstrip(".")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
