"""How many published figures get a true answer from qassay today, found by trying each.

A true answer is a verdict on a machine of the published figures, an inspection of what no counts
settle, or a refusal that says why no counts could. What qassay cannot test yet is none, although
it says so, nor is a figure that could be declared only because a protocol is missing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal, cast

from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.metrics import METRICS
from qassay.claims.operations import OPERATIONS
from qassay.devices.description import DeviceDescription, Platform
from qassay.devices.machine_file import read_machine
from qassay.errors import RegistryError
from qassay.headway import walked
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.planning.timed_jobs import untimed
from qassay.registry.catalog import all_registered, figures_left_out
from qassay.registry.records import PublishedFigure, RegisteredMachine
from qassay.registry.sheet_writer import By, needs_a_reading, published_sheet, unsayable
from qassay.registry.virtual_machine import machine_file

Answer = Literal["verdict", "verdict under a reading", "inspection", "refusal", "not yet"]
ANSWERS: Final[tuple[Answer, ...]] = (
    "verdict",
    "verdict under a reading",
    "inspection",
    "refusal",
    "not yet",
)
TRUE_ANSWERS: Final = ANSWERS[:-1]

_ROOT: Final = bytes(32)
# Needs that no counts of circuits will settle: they are inspected, or refused with the reason.
_INSPECTED: Final = (
    "formats and software",
    "power, site, price and installation",
    "uptime and calibration",
)
_REFUSED: Final = (
    "other classes of machines",
    "promises and comparisons without a number",
    "carriers that are counted apart from qubits",
    "sizes of sampling without a fidelity",
    "figures of which the source names no quantity",
)
# Reasons of a plan that will stay: they follow from what was published, not from qassay.
_LASTING: Final = ("hopeless", "platform", "every raw shot", "contradicts its metric")
_NEED_OF_REASON: Final = (
    ("chain =", "best chain"),
    ("entangler =", "entanglers other than CZ"),
    ("mitigation =", "mitigation as a condition"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One figure or statement, and what qassay says to it today.

    Attributes:
        subject: Machine, or who states it.
        figure: Id of the figure; the statement itself where it is one.
        party: "maker", "others" or "statement".
        answer: What comes back.
        need: What would have to be built, of "not yet"; what it is about, of the others.
        reason: In a sentence.
    """

    subject: str
    figure: str
    party: str
    answer: Answer
    need: str
    reason: str


def figure_answers(chosen: Sequence[RegisteredMachine] | None = None) -> tuple[Answered, ...]:
    """Try every collected figure, those that were left out included.

    Args:
        chosen: Of these machines; of all where None.
    """
    found: list[Answered] = []
    machines = all_registered() if chosen is None else chosen
    names = {one.id for one in machines}
    for machine in walked(machines, "machines"):
        found += _of_machine(machine)
        found += [
            Answered(
                subject=machine.id,
                figure=gap.id,
                party="maker",
                answer="refusal",
                need="figures without a number",
                reason=gap.why,
            )
            for gap in machine.gaps
            if gap.id
        ]
    found += [
        Answered(
            subject=one.machine,
            figure=one.id,
            party="others" if one.reason == "emulator" else "maker",
            answer="refusal",
            need="figures without a source or a machine",
            reason=one.why,
        )
        for one in figures_left_out()
        if chosen is None or one.machine in names
    ]
    return tuple(found)


def statement_answers() -> tuple[Answered, ...]:
    """Look at the further statements of makers and buyers, which have no machine to be tried on."""
    text = files("qassay.registry").joinpath("statements.csv").read_text(encoding="utf-8")
    found = []
    for row in csv.DictReader(text.splitlines()):
        metric = METRICS.get(row["metric"])
        answer: Answer = "not yet"
        need = row["need"] or row["metric"]
        if (metric is not None and metric.protocol) or row["metric"] in OPERATIONS:
            answer = "verdict" if row["reading"] == "as stated" else "verdict under a reading"
        elif need in _INSPECTED:
            answer = "inspection"
        elif need in _REFUSED:
            answer = "refusal"
        found.append(
            Answered(
                subject=row["who"],
                figure=row["statement"],
                party="statement",
                answer=answer,
                need=need,
                reason=row["source"],
            )
        )
    return tuple(found)


def _of_machine(machine: RegisteredMachine) -> list[Answered]:
    planned = {by: _reasons(machine, by) for by in ("maker", "others")}
    return [_answer(machine, one, planned[one.evidence.party]) for one in machine.figures]


def _answer(
    machine: RegisteredMachine, figure: PublishedFigure, reasons: dict[str, str]
) -> Answered:
    name = f"{figure.metric}-{figure.id}"
    silent = unsayable(figure)
    need = figure.kind.need or figure.kind.title
    answer: Answer
    if machine.kind != "gate":
        answer, why = "refusal", f"a machine of the kind {machine.kind} runs no such circuits"
        need = "other classes of machines"
    elif silent:
        answer, why = "not yet", silent
        if need in _REFUSED or figure.kind.metric:  # a number that says nothing, or none at all
            answer = "refusal"
    elif name in reasons:
        why = reasons[name]
        lasting = any(word in why for word in _LASTING)
        answer = "refusal" if lasting or figure.kind.clocked else "not yet"
        need = next((to for part, to in _NEED_OF_REASON if part in why), need)
    elif figure.kind.clocked in ("readout_time", "reset_time"):
        # No clock outside tells the parts of a shot apart: most such figures end with a document.
        answer, why = "inspection", needs_a_reading(figure)
    else:
        read = needs_a_reading(figure)
        answer, why = ("verdict under a reading", read) if read else ("verdict", "as published")
        need = figure.kind.title
    return Answered(
        subject=machine.id,
        figure=figure.id,
        party=figure.evidence.party,
        answer=answer,
        need=need,
        reason=why,
    )


def _reasons(machine: RegisteredMachine, by: By) -> dict[str, str]:
    """Plan the machine's sheet on a machine of its figures: why claims would not be tested."""
    try:
        text = published_sheet(machine, by)
    except RegistryError:
        return {}
    sheet = parse_claim_sheet(text.encode(), machine.id)
    device = _device(machine)
    plan = make_plan(sheet, device, _ROOT, Options(), "registry coverage")
    timed = ((one.id, untimed(one, device)) for one in sheet.operations)
    return {one.claim: one.reason for one in plan.untested} | {
        name: why for name, why in timed if why
    }


def _device(machine: RegisteredMachine) -> DeviceDescription:
    try:
        return read_machine(machine_file(machine).text.encode(), machine.id).description
    except RegistryError:
        # Figures do not suffice: any machine of its size will do to see what a plan says.
        qubits, platform = machine.qubits or 64, cast("Platform", machine.platform)
        return DeviceDescription(name=machine.id, platform=platform, qubits=qubits)


def by_need(answers: Iterable[Answered]) -> dict[str, dict[str, int]]:
    """Count the answers of each need, the most without a true answer first."""
    table: dict[str, dict[str, int]] = {}
    for one in answers:
        row = table.setdefault(one.need, dict.fromkeys(ANSWERS, 0))
        row[one.answer] += 1
    return dict(sorted(table.items(), key=lambda item: (-item[1]["not yet"], item[0])))


def share_true(answers: Iterable[Answered]) -> float:
    """Give the share with a true answer."""
    found = list(answers)
    return sum(one.answer in TRUE_ANSWERS for one in found) / len(found)
