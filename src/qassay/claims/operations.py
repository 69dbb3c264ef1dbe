"""What a clock settles and no count does: durations, rates, waiting and uptime.

Such a claim stands on the sheet with `kind = "operations"`. It is judged by seconds, those that the
machine states of its jobs and those of the journal, never by counts, and stands on the datasheet
apart from them. Where no clock can settle it, it is as good as the document behind it.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from qassay.claims.declared import Declared, read_inspection
from qassay.claims.plain_words import read_word
from qassay.claims.quantity_text import read_quantity
from qassay.claims.toml_table import Table, finite_number, shown, unit_advice
from qassay.errors import did_you_mean
from qassay.languages.english import said
from qassay.languages.sentence import Figures, quantity_fact
from qassay.units import Dimension, expected_form, format_quantity

Clocked = Literal["timed jobs", "journal", "nothing"]
KEYS: Final = (
    "id",
    "kind",
    "metric",
    "operation",
    "relation",
    "value",
    "delta",
    "definition",
    "window",
    "document",
    "inspector",
    "inspected",
)
_LARGEST_DELTA: Final = 10.0
DELTA: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationMetric:
    """One figure that a clock can settle.

    Attributes:
        id: Its name on a sheet.
        title: Its name on a page.
        dimension: Of its value.
        lower_is_better: Which side helps the buyer.
        clocked: By what: jobs timed for it, the journal of the run, or nothing of either.
        definition: What is meant, in a sentence.
        without: Why nothing clocks it; empty where something does.
        definitions: Published variants that a claim may name.
    """

    id: str
    title: str
    dimension: Dimension
    lower_is_better: bool
    clocked: Clocked
    definition: str
    without: str = ""
    definitions: tuple[str, ...] = ()


_ROWS: Final = (
    OperationMetric(
        id="gate_time_1q",
        title="One-qubit gate time",
        dimension="time",
        lower_is_better=True,
        clocked="timed jobs",
        definition="What one more quarter turn adds to a shot: the difference of the seconds of two"
        " jobs of one and of many turns on one qubit, divided by turns and shots. Mean over the"
        " qubits timed.",
    ),
    OperationMetric(
        id="gate_time_2q",
        title="Two-qubit gate time",
        dimension="time",
        lower_is_better=True,
        clocked="timed jobs",
        definition="What one entangler adds to a shot: the difference of the seconds of two jobs on"
        " one pair with the same turns, one with and one without an entangler behind each, divided"
        " by entanglers and shots. Mean over the pairs timed.",
    ),
    OperationMetric(
        id="readout_time",
        title="Readout time",
        dimension="time",
        lower_is_better=True,
        clocked="timed jobs",
        definition="The time of a readout. A circuit has one, at its end, so a clock sees no more"
        " of it than a whole empty shot, which is an upper bound: preparation, waiting and readout"
        " together.",
    ),
    OperationMetric(
        id="reset_time",
        title="Reset time",
        dimension="time",
        lower_is_better=True,
        clocked="timed jobs",
        definition="The time of preparing all qubits before a shot. A clock sees no more of it than"
        " a whole empty shot, which is an upper bound.",
    ),
    OperationMetric(
        id="shot_rate",
        title="Shots a second",
        dimension="rate",
        lower_is_better=False,
        clocked="timed jobs",
        definition="Shots of a circuit of one quarter turn, divided by the seconds of its job.",
    ),
    OperationMetric(
        id="throughput",
        title="Circuit layers a second (CLOPS)",
        dimension="rate",
        lower_is_better=False,
        clocked="timed jobs",
        definition="Circuits times layers times shots, divided by the seconds of the job, of random"
        " layers (a quarter turn on each qubit, entanglers on disjoint pairs, as many as the"
        " couplings allow at once): 20 circuits of 100 layers, 100 shots each. clops_h counts"
        " layers as the hardware runs them, which is this; clops_v counts the layers of quantum"
        " volume circuits between distant qubits, each of which the hardware runs as several, with"
        " parameters renewed by the provider's own software.",
        definitions=("clops_h", "clops_v", "unstated"),
    ),
    OperationMetric(
        id="round_trip",
        title="Time from sending a job to its answer",
        dimension="time",
        lower_is_better=True,
        clocked="journal",
        definition="Mean time between sending a job and having its answer, queue included, by the"
        " clock of the computer that ran the test, in whole seconds.",
    ),
    OperationMetric(
        id="waiting_time",
        title="Waiting time of a job",
        dimension="time",
        lower_is_better=True,
        clocked="journal",
        definition="The round trip of a job less the seconds that the machine states for it: queue,"
        " network and control software.",
    ),
    OperationMetric(
        id="uptime",
        title="Uptime",
        dimension="probability",
        lower_is_better=False,
        clocked="journal",
        definition="Share of a window of the test's journal in which the machine answered. It was"
        " up while a job that it answered was out, and down while a job was out that it lost; of"
        " the rest of the window nothing is known, so the figure lies between up / window and"
        " 1 - down / window.",
    ),
    OperationMetric(
        id="calibration_share",
        title="Share of time spent on calibration",
        dimension="probability",
        lower_is_better=True,
        clocked="nothing",
        definition="Share of a window in which the machine calibrates itself and takes no jobs.",
        without="no interface tells when a machine calibrates itself; the operator's log settles"
        " it, named with its sha256 and who saw it",
    ),
)
OPERATIONS: Final[dict[str, OperationMetric]] = {row.id: row for row in _ROWS}

_GATE: Final = "gate_time"
_KINDS_OF_GATES: Final = {
    "1q": "gate_time_1q",
    "one-qubit gate": "gate_time_1q",
    "2q": "gate_time_2q",
    "two-qubit gate": "gate_time_2q",
    "readout": "readout_time",
    "reset": "reset_time",
}
_USUAL: Final = {
    "one_qubit_gate_time": "gate_time_1q",
    "1q_gate_time": "gate_time_1q",
    "single_qubit_gate_time": "gate_time_1q",
    "two_qubit_gate_time": "gate_time_2q",
    "2q_gate_time": "gate_time_2q",
    "readout_duration": "readout_time",
    "measurement_time": "readout_time",
    "initialisation_time": "reset_time",
    "initialization_time": "reset_time",
    "shots_per_second": "shot_rate",
    "sampling_rate": "shot_rate",
    "repetition_rate": "shot_rate",
    "clops": "throughput",
    "clops_h": "throughput",
    "clops_v": "throughput",
    "queue_time": "waiting_time",
    "queue": "waiting_time",
    "latency": "waiting_time",
    "availability": "uptime",
    "turnaround": "round_trip",
    "turnaround_time": "round_trip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A claim that a clock is asked about.

    Attributes:
        id: Its short name on the sheet.
        metric: Id of a row of `OPERATIONS`.
        relation: "at most" or "at least".
        value: In SI units.
        stated: The value as it stands on the sheet.
        delta: Tolerance of the decision, a fraction of the value.
        definition: Published variant that is claimed; empty where there is only one.
        window: Seconds that the journal has to cover; None where the claim names none.
        read_as: How words of the sheet were understood.
        declared: The figure as a declared one, with what is named of a document.
    """

    id: str
    metric: str
    relation: Literal["at most", "at least"]
    value: float
    stated: str
    delta: float
    declared: Declared
    definition: str = ""
    window: float | None = None
    read_as: tuple[str, ...] = ()

    @property
    def kind(self) -> OperationMetric:
        """The row of the table."""
        return OPERATIONS[self.metric]

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return asdict(self)


def operation_name(word: object) -> str | None:
    """Find the metric that a word names; None where a clock has no say in it."""
    if not isinstance(word, str):
        return None
    plain = word[:60].strip().lower().replace(" ", "_").replace("-", "_")
    if plain == _GATE or plain in OPERATIONS:
        return plain
    return _USUAL.get(plain)


def read_operation(table: Table, sheet_delta: float | None) -> Operation | None:
    """Read a `[[claim]]` of kind "operations", whose id is checked already.

    Returns:
        The claim, or None where anything was wrong.
    """
    before = len(table.mistakes)
    told: list[str] = []
    metric = _metric(table, told)
    relation = ""
    if "relation" in table:
        relation = read_word(table, "relation", ("at most", "at least"), told) or ""
    value, stated = _value(table, metric, told)
    delta = _delta(table)
    definition = _definition(table, metric, told)
    window = _seconds(table, "window")
    inspection = read_inspection(table)
    if metric is None or value is None or len(table.mistakes) > before:
        return None
    better: Literal["at most", "at least"] = "at most" if metric.lower_is_better else "at least"
    side: Literal["at most", "at least"] = (
        better if not relation else "at most" if relation == "at most" else "at least"
    )
    name = str(table.content.get("id"))
    return Operation(
        id=name,
        metric=metric.id,
        relation=side,
        value=value,
        stated=stated,
        delta=delta or sheet_delta or DELTA,
        definition=definition,
        window=window,
        read_as=tuple(told),
        declared=replace(inspection, id=name, figure=metric.title, relation=side, stated=stated),
    )


def _metric(table: Table, told: list[str]) -> OperationMetric | None:
    word = table.value("metric") if "metric" in table else None
    name = operation_name(word)
    if name == _GATE:
        found = table.choice(
            "operation", _KINDS_OF_GATES, "a gate time is of one kind of operation"
        )
        return OPERATIONS[_KINDS_OF_GATES[found]] if found else None
    if "operation" in table:
        table.complain(
            "operation",
            shown(table.value("operation")),
            "no operation",
            f'it goes with metric = "{_GATE}" alone',
        )
    if name is None:
        table.complain(
            "metric",
            "nothing" if word is None else shown(word),
            f"one of {_GATE}, {', '.join(OPERATIONS)}",
            did_you_mean(word, OPERATIONS) if isinstance(word, str) else "",
        )
        return None
    if word != name:
        told.append(said("read.word", key="metric", found=shown(word), meant=name))
    return OPERATIONS[name]


def _value(
    table: Table, metric: OperationMetric | None, told: list[str]
) -> tuple[float | None, str]:
    raw = table.value("value") if "value" in table else None
    if metric is None:
        return None, ""
    expected = expected_form(metric.dimension)
    if raw is None:
        table.complain("value", "nothing", expected)
        return None, ""
    # CLOPS and shots a second are published as bare numbers, and can mean nothing else.
    number = finite_number(raw)
    if metric.dimension == "rate" and number is not None:
        raw = f"{number!r} 1/s"
        rate = Figures(number=f"{number:g}", unit="1/s", joint=" ")
        told.append(said("read.word", key="value", found=f"{number:g}", meant=rate))
    try:
        read = read_quantity(raw, metric.dimension)
    except ValueError as error:
        table.complain("value", shown(raw), str(error), unit_advice(raw, metric.dimension))
        return None, ""
    if read.value <= 0:
        table.complain("value", shown(raw), f"{expected}, above zero")
        return None, ""
    if not read.plain:
        meant = quantity_fact(format_quantity(read.value, metric.dimension))
        told.append(said("read.word", key="value", found=shown(raw), meant=meant))
    return read.value, str(raw).strip()


def _delta(table: Table) -> float | None:
    if "delta" not in table:
        return None
    number = finite_number(table.value("delta"))
    if number is not None and 0.0 < number <= _LARGEST_DELTA:
        return number
    table.complain(
        "delta", shown(table.value("delta")), f"a number above 0 and at most {_LARGEST_DELTA:g}"
    )
    return None


def _definition(table: Table, metric: OperationMetric | None, told: list[str]) -> str:
    word = str(table.content.get("metric", "")).strip().lower()
    known = metric.definitions if metric else ()
    if "definition" not in table:
        if word in known:
            return word
        return "unstated" if known else ""
    if not known:
        table.complain(
            "definition",
            shown(table.value("definition")),
            "no definition",
            "this figure has one only",
        )
        return ""
    return read_word(table, "definition", known, told) or ""


def _seconds(table: Table, key: str) -> float | None:
    if key not in table:
        return None
    raw = table.value(key)
    days = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*d(?:ays?)?\s*", str(raw)[:40], re.ASCII)
    try:
        return 86_400.0 * float(days[1]) if days else read_quantity(raw, "time").value
    except ValueError:
        table.complain(key, shown(raw), 'a time with its unit, such as "24 h" or "30 d"')
        return None
