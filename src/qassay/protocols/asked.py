"""What answers a question of a sheet: a protocol with circuits of its own, and no claimed value.

Its circuits are planned from the question, run and scored as all others are; all its counts
together are one answer, which is sealed and stands on the datasheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Protocol, Self, runtime_checkable

from qassay.claims.questions import Question
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem, quoted
from qassay.languages.english import named, said
from qassay.protocols.interface import Experiment
from qassay.reading.limits import JsonLimits
from qassay.reading.strict_json import read_json
from qassay.statistics.estimate import Estimate, no_information
from qassay.statistics.trials import Trials

_PROBLEM: Final = JsonLimits(size=8 << 20, values=2_500_000)  # of an experiment that answers


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTable:
    """A table of an answer.

    Attributes:
        lead: What it shows, in a sentence.
        head: Names of its columns.
        rows: One cell a column; the first names its row.
    """

    lead: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What counts say to a question.

    Attributes:
        question: Its id on the sheet; of all figures of a sheet together, "figure".
        experiment: Id of the experiment that it rests on; empty where nothing came back, and where
            estimates of single targets stand behind it, which have a place of their own.
        ask: Of which kind it is.
        title: For people.
        telling: Whether the answer says something: no bound of 1, no signal that is not there.
        headline: The answer in one sentence.
        rows: Names and values, for a table.
        tables: What takes more columns.
        sentences: What else there is to know.
        assumptions: What is assumed.
        unproven: What no counts of such circuits prove.
        numbers: The answer as plain JSON values.
        shots: Executions behind it.
        circuits: Different circuits behind it.
    """

    question: str
    experiment: str
    ask: str
    title: str
    telling: bool
    headline: str
    rows: tuple[tuple[str, str], ...]
    tables: tuple[AnswerTable, ...] = ()
    sentences: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)
    shots: int = 0
    circuits: int = 0

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values, without tables where there are none."""
        document = asdict(self)
        if not self.tables:
            del document["tables"]
        return document


@runtime_checkable
class Asked(Protocol):
    """A protocol that answers a kind of question.

    Attributes:
        counts_lost: Whether its answer counts what was lost against the machine. Where it does not,
            what a vendor may have kept back leaves no answer standing (`verdicts.missing`).
    """

    counts_lost: bool

    def planned(
        self, question: Question, device: DeviceDescription, files: Mapping[str, bytes]
    ) -> Experiment:
        """Plan the circuits.

        Raises:
            QassayError: What is asked cannot be run on the device, or a file has mistakes; all of
                them at once.
        """
        ...

    def foretold(self, experiment: Experiment) -> tuple[str, ...]:
        """Say before a shot what the answer will be like, as far as anything is expected."""
        ...

    def answer(self, experiment: Experiment, scored: Mapping[str, Trials], lost: int) -> Answer:
        """Answer from all that came back.

        Args:
            experiment: Whose counts these are.
            scored: Its hits; something came back.
            lost: Circuits that were handed out and brought nothing.
        """
        ...


@runtime_checkable
class ReadsFiles(Protocol):
    """A protocol whose question names files, which can be wrong on any machine."""

    def misread(self, question: Question, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
        """Name the mistakes in the files of a question; all of them are given."""
        ...

    def files_of(self, experiment: Experiment) -> Mapping[str, bytes]:
        """Give the files of a question back, from the experiment that was planned with them."""
        ...

    def same_problem(self, planned: str, given: str) -> bool:
        """Whether two problems ask the same; what another library rounds otherwise may differ."""
        ...


def question_of(experiment: Experiment) -> str:
    """Name the question of the sheet that an experiment answers."""
    document = _document(experiment.problem)
    return str(document.get("question")) if isinstance(document, dict) else ""


def problem_document(text: str, keys: Set[str]) -> dict[str, Any]:
    """Read the problem of an experiment that answers a question, bounded before it is parsed.

    Args:
        text: As it stands in the plan.
        keys: That it has to have, and no other.

    Raises:
        PlanError: It is no JSON of a size that a problem has.
        TypeError: It is another document.
    """
    document = _document(text)
    if not isinstance(document, dict) or document.keys() != keys:
        raise TypeError("another problem")
    return document


def _document(text: str) -> Any:
    return read_json(text, "plan, problem", error=PlanError, limits=_PROBLEM)


def planned_again(
    protocol: Asked, experiment: Experiment, question: Question, device: DeviceDescription
) -> Experiment:
    """Plan what answers a question as a stranger should have planned it.

    Args:
        protocol: Which answers it.
        experiment: The stranger's, sound by itself; it holds the files of the question.
        question: The one of the sheet.
        device: The machine of the plan.

    Raises:
        QassayError: The question cannot be asked of this machine, or of these files.
    """
    reader: object = protocol
    files = reader.files_of(experiment) if isinstance(reader, ReadsFiles) else {}
    return protocol.planned(question, device, files)


def deviations(
    experiment: Experiment,
    again: Experiment,
    *,
    cut: bool,
    same: Callable[[str, str], bool] | None = None,
) -> Iterator[tuple[str, object, str]]:
    """Name what a stranger's experiment has otherwise than its question asks.

    Args:
        experiment: The stranger's.
        again: The one that was planned anew.
        cut: Whether a budget may have cut the experiment short.
        same: Whether two problems ask the same; equal texts where None.

    Yields:
        What, as it was found, and as it was expected.
    """
    if not (same or str.__eq__)(again.problem, experiment.problem):
        asked = quoted(question_of(experiment))
        yield "problem", "other settings", f"those of the question {asked}"
        return
    rounds = experiment.rounds if cut else again.rounds
    own = replace(again, id=experiment.id, problem=experiment.problem)
    own = replace(own, rounds=rounds, batch=min(again.batch, rounds))
    if own != experiment or rounds > again.rounds:
        yield "rounds", experiment.rounds, f"{again.rounds} circuits, planned as the question asks"


def without_answer(question: Question) -> Answer:
    """Give the answer to a question of which nothing came back."""
    title = named(f"ask.{question.ask}", question.kind.title)
    return Answer(
        question=question.id,
        experiment="",
        ask=question.ask,
        title=title,
        telling=False,
        headline=said("answer.none", title=title),
        rows=(),
    )


class ReadsProblem:
    """For protocols that need the text of a problem, which the plan holds."""

    def __init__(self, problem: str = "") -> None:
        """Take the problem's text; without one, nothing can be drawn."""
        self._text = problem

    def with_problem(self, problem: str) -> Self:
        """Give the one of an experiment, with its problem."""
        return type(self)(problem)


class Unestimated:
    """For protocols whose counts are one answer: no target has an estimate of its own."""

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Say that there is none."""
        return (no_information(),) * trials.targets

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Say that there is none."""
        return no_information()
