"""How openly a machine is documented: a score of disclosure, never of performance.

Four parts: which figures there are (coverage), how well they are verified (evidence), how much
is said of each (reporting), and what outsiders can get at (access). No value of any figure is
looked at, and no country. Of a group the best figure counts, so that saying more, or the same
again, never lowers the score, and repeating never raises it. See decision page 0028.

The score is a band: what was found, and what it would be if all that was not found existed at
its best. Only what a maker is on record as having left out lowers the upper end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from qassay.languages.english import commas, said
from qassay.languages.sentence import Sentence
from qassay.registry.figure_words import rung_title
from qassay.registry.notes import note_words
from qassay.registry.records import PublishedFigure, RegisteredMachine
from qassay.registry.vocabulary import FIGURE_KINDS, GROUPS, LADDER, NOT_APPLICABLE
from qassay.registry.weights import ScoreWeights, current_weights

PartName = Literal["coverage", "evidence", "reporting", "access"]
Why = Literal["withheld", "unread", "mentioned", "not found", "weak evidence", "unsaid", "part"]

CALIBRATION: Final = "vendor_calibration_data"
_OUTSIDE: Final = ("third_party_joint", "third_party_benchmark", "sealed_bundle")
_ACCESS: Final[dict[str, tuple[str, ...]]] = {
    "calibration": (CALIBRATION,),
    "counts": ("raw_data_rederived", "sealed_bundle"),
    "outside": _OUTSIDE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPoints:
    """Points that a machine does not have, and why.

    Attributes:
        part: Of the score.
        group: Group of figures; the item, of access.
        points: How many.
        why: The reason in one word.
        detail: What would have to be said or done.
    """

    part: PartName
    group: str
    points: float
    why: Why
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureScore:
    """The transparency of a machine on one day.

    Attributes:
        machine: Its id.
        day: Of which day.
        low: Points for what was found.
        high: What it would be if all that was not found existed at its best.
        parts: Points of each part that were found.
        lost: Every lost point, the most first; they and `low` make 100.
        applicable: Groups that apply to the machine.
        found: Groups of which a figure was found, with the letter of its best evidence.
        weights: Version of the weights.
    """

    machine: str
    day: date
    low: float
    high: float
    parts: dict[PartName, float]
    lost: tuple[LostPoints, ...]
    applicable: tuple[str, ...]
    found: dict[str, str]
    weights: str


def disclosure(
    machine: RegisteredMachine, day: date, weights: ScoreWeights | None = None
) -> DisclosureScore | None:
    """Score a machine as of a day.

    Args:
        machine: The machine.
        day: Figures that are certainly later do not count.
        weights: Those that are shipped, where None.

    Returns:
        The score; None where there is no machine whose figures could be disclosed.
    """
    chosen = weights or current_weights()
    applicable = tuple(name for name in GROUPS if name not in NOT_APPLICABLE[machine.kind])
    if not applicable:
        return None
    known = [
        one
        for one in machine.figures
        if one.dated.first <= day and chosen.ladder[one.verification] > 0
    ]
    worth = _worth(machine, day, chosen)
    total = sum(chosen.groups[name] for name in applicable)
    parts: dict[PartName, float] = {"coverage": 0.0, "evidence": 0.0, "reporting": 0.0}
    lost: list[LostPoints] = []
    found: dict[str, str] = {}
    for name in applicable:
        share = chosen.groups[name] / total
        figures = _of_group(known, name)
        if figures:
            found[name] = LADDER[max(figures, key=worth).verification].letter
        got = _shares(figures, name, worth)
        absent = None if figures else _absence(machine, name)
        for part, (reached, why, detail) in got.items():
            points = chosen.parts[part] * share
            parts[part] += points * reached
            if reached < 1:
                lost.append(
                    LostPoints(
                        part=part,
                        group=name,
                        points=points * (1 - reached),
                        why=absent[0] if absent else why,
                        detail=absent[1] if absent else detail,
                    )
                )
    parts["access"], more = _access(known, chosen)
    lost = [one for one in (*lost, *more) if one.points > 0]
    low = sum(parts.values())
    could = sum(one.points for one in lost if one.why in ("not found", "unread", "mentioned"))
    return DisclosureScore(
        machine=machine.id,
        day=day,
        low=low,
        high=min(low + could, 100.0),
        parts=parts,
        lost=tuple(sorted(lost, key=lambda one: (-round(one.points, 9), one.part, one.group))),
        applicable=applicable,
        found=found,
        weights=chosen.version,
    )


def announced_until(machine: RegisteredMachine, weights: ScoreWeights | None = None) -> date | None:
    """Give the last day on which a figure still counts as announced; None without a date."""
    chosen = weights or current_weights()
    if machine.announced is None:
        return None
    return machine.announced.last + timedelta(days=chosen.days["announcement"])


def _worth(
    machine: RegisteredMachine, day: date, weights: ScoreWeights
) -> Callable[[PublishedFigure], float]:
    """Give what the evidence of a figure is worth; old calibration drops a step in service."""
    steps = sorted(set(weights.ladder.values()))

    def worth(figure: PublishedFigure) -> float:
        value = weights.ladder[figure.verification]
        age = (day - figure.dated.last).days
        if figure.verification == CALIBRATION and not machine.status and age > weights.days["old"]:
            return steps[max(steps.index(value) - 1, 0)]
        return value

    return worth


def _of_group(figures: Iterable[PublishedFigure], group: str) -> list[PublishedFigure]:
    if group == "spread":
        return [one for one in figures if spread_of(one) > 0]
    return [one for one in figures if FIGURE_KINDS[one.metric].group == group]


def spread_of(figure: PublishedFigure) -> float:
    """Say how much of the spread over gates and qubits is disclosed with a figure, 0 to 1."""
    if FIGURE_KINDS[figure.metric].group not in ("one_qubit", "two_qubit", "readout"):
        return 0.0
    if figure.verification == CALIBRATION and figure.n is not None:
        return 1.0  # a value for each of them is in the file
    return ((figure.best is not None) + (figure.worst is not None)) / 2


def _shares(
    figures: list[PublishedFigure],
    group: str,
    worth: Callable[[PublishedFigure], float],
) -> dict[PartName, tuple[float, Why, str]]:
    """Give what was reached of each part of a group, 0 to 1, and what more could be."""
    if not figures:
        return dict.fromkeys(("coverage", "evidence", "reporting"), (0.0, "not found", ""))
    covered, lacking = _covered(figures, group)
    best = max(figures, key=worth)
    told, unsaid = max((_told(one, group) for one in figures), key=lambda one: one[0])
    return {
        "coverage": (covered, "part", lacking),
        "evidence": (worth(best), "weak evidence", _best_evidence(best)),
        "reporting": (told, "unsaid", said("lost.unsaid", what=commas(unsaid))),
    }


def _covered(figures: list[PublishedFigure], group: str) -> tuple[float, str]:
    if group == "qubits" and all(one.encoded for one in figures):
        return 0.5, said("lost.encoded")
    if group == "logical" and not any(one.post_selection for one in figures):
        return 0.5, said("lost.kept")
    if group == "spread":
        best = max(map(spread_of, figures))
        return best, said("lost.spread")
    return 1.0, ""


def _best_evidence(figure: PublishedFigure) -> Sentence:
    return said("lost.best_evidence", rung=rung_title(figure.evidence))


def _told(figure: PublishedFigure, group: str) -> tuple[float, list[str]]:
    """Give the share of what a reader needs that is said of a figure, and the rest."""
    needed = {"day": len(figure.dated.text) == 10}
    if group not in ("qubits", "connectivity", "logical"):
        needed["statistic"] = figure.statistic != "unstated"
        needed["method"] = bool(figure.method)
    if group not in ("qubits", "connectivity", "logical", "spread"):
        needed["sample"] = figure.n is not None
        needed["uncertainty"] = figure.uncertainty is not None
    if group in ("one_qubit", "two_qubit"):
        needed["convention"] = figure.convention not in ("", "unstated")
    if group in ("one_qubit", "two_qubit", "readout"):
        needed["at_once"] = figure.simultaneous is not None
    if group in ("one_qubit", "two_qubit", "readout", "system", "logical"):
        needed["treatment"] = bool(figure.post_selection or figure.mitigation)
    return sum(needed.values()) / len(needed), [
        said(f"needs.{name}") for name, done in needed.items() if not done
    ]


def _absence(machine: RegisteredMachine, group: str) -> tuple[Why, str]:
    """Say how a group is missing: on record as left out, existing and unread, or not found."""
    kinds = {kind.id for kind in FIGURE_KINDS.values() if kind.group == group}
    if group == "spread":
        kinds = set()
    for why in ("withheld", "unread", "mentioned"):
        for gap in machine.gaps:
            if gap.kind == why and kinds & set(gap.figures):
                return why, note_words(gap.why)
    return "not found", said("lost.no_figure")


def _access(known: list[PublishedFigure], weights: ScoreWeights) -> tuple[float, list[LostPoints]]:
    points, lost = 0.0, []
    total = sum(weights.access.values())
    levels = {one.verification for one in known}
    for name, levels_of in _ACCESS.items():
        worth = weights.parts["access"] * weights.access[name] / total
        if levels & set(levels_of):
            points += worth
        else:
            lost.append(
                LostPoints(
                    part="access",
                    group=name,
                    points=worth,
                    why="not found",
                    detail=said(f"lost.no_{name}"),
                )
            )
    return points, lost
