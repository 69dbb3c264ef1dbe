"""`counts.toml`: what was done, as whoever took the counts states it; every mistake with its place.

docs/counts.md defines the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from qassay.canonical import content_id
from qassay.claims.metrics import METRICS
from qassay.claims.toml_table import text_mistake
from qassay.errors import MalformedError, Problem, quoted
from qassay.protocols.published_interleaved import PublishedInterleaved
from qassay.protocols.published_scores import OF_CIRCUITS, SCORED
from qassay.published.joint_records import POLARIZATIONS
from qassay.published.table_kinds import TABLE_KINDS

NAME: Final = "counts.toml"
FORMAT: Final = 1
FILE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,99}", re.ASCII)
_METRICS: Final[dict[str, tuple[str, ...]]] = {
    **{kind: one.metrics for kind, one in TABLE_KINDS.items()},
    **{kind: (metric,) for kind, metric in SCORED.items()},
}
_ERRORS: Final = ("clifford", "direct", "su4", "step", "interleaved")
_TOP: Final = ("format", "machine", "simulator", "measured", "source", "bits", "experiment")
_KEYS: Final = (
    "id",
    "kind",
    "metric",
    "table",
    "per_step",
    "error_of",
    "asymptote",
    "why_asymptote",
    "simultaneous",
    "postselected",
    "reference",
    "rows",
    "shots",
)
_JOINT_KEYS: Final = (
    *("id", "kind", "metric", "table", "circuits", "polarization", "rows", "postselected"),
)
_MOST_EXPERIMENTS: Final = 100
_MOST_WORDS: Final = 300
_LONGEST_WORDS: Final = 5_000  # that are read; of longer ones than that the first are shown
_MOST_SHOTS: Final = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsStated:
    """One experiment of `counts.toml`, checked.

    Attributes:
        id: Its name.
        kind: Kind of the table.
        metric: What it is counted for.
        table: Name of the file.
        parameters: What its estimator has to know.
        postselected: Which shots were removed, in words.
        circuits: Of strings, the file that tells their circuits.
        rows: Values that columns must have.
        shots: Of each circuit, where a table of another program does not say it; else 0.
        reference: Of interleaved sequences, the table of those without the gate.
    """

    id: str
    kind: str
    metric: str
    table: str
    parameters: Mapping[str, Any]
    postselected: str
    circuits: str = ""
    rows: Mapping[str, str] = field(default_factory=dict)
    reference: str = ""
    shots: int = 0


def gates_of(metric: object) -> str:
    """Say in the words of the form which gates of a step a metric is the error of."""
    row = METRICS.get(str(metric))
    return "entanglers" if row is not None and row.target == "pair" else "pulses"


def top_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Say what is wrong with the keys above all experiments."""
    for key in document.keys() - set(_TOP):
        yield Problem(where=NAME, found=f"the key {quoted(key, 40)}", expected=", ".join(_TOP))
    if document.get("format") != FORMAT or isinstance(document.get("format"), bool):
        found = quoted(document.get("format"))
        yield Problem(where=f"{NAME}, format", found=found, expected=str(FORMAT))
    listed = document.get("experiment")
    if not isinstance(listed, list) or not listed or not all(isinstance(x, dict) for x in listed):
        yield Problem(where=NAME, found="no [[experiment]]", expected="at least one table of them")
    elif len(listed) > _MOST_EXPERIMENTS:
        yield Problem(
            where=NAME, found=f"{len(listed)} experiments", expected=f"at most {_MOST_EXPERIMENTS}"
        )
    if document.get("bits", "left") not in ("left", "right"):
        found = quoted(document["bits"])
        yield Problem(where=f"{NAME}, bits", found=found, expected='"left" or "right"')
    if not isinstance(document.get("simulator", False), bool):
        found = quoted(document["simulator"])
        yield Problem(where=f"{NAME}, simulator", found=found, expected="true or false")
    if mistake := _mistake(document.get("machine", "")):
        yield Problem(where=f"{NAME}, machine", found=mistake, expected="a name")
    source = document.get("source", {})
    if not isinstance(source, dict):
        yield Problem(where=f"{NAME}, source", found=quoted(source), expected="a table of texts")
    else:
        for key, text in source.items():
            if mistake := _mistake(text):
                where = f"{NAME}, source, {quoted(key, 40)}"
                yield Problem(where=where, found=mistake, expected="a line of text")
    measured = document.get("measured")
    times = measured if isinstance(measured, list) else [measured]
    if measured is not None and not (
        len(times) in (1, 2) and all(isinstance(x, date | datetime) for x in times)
    ):
        yield Problem(
            where=f"{NAME}, measured", found=quoted(measured), expected="a date, or [from, to]"
        )
    elif measured is not None and str(times[0])[:10] > str(times[-1])[:10]:
        found = f"{times[0]} to {times[-1]}"
        yield Problem(where=f"{NAME}, measured", found=found, expected="[from, to], in this order")


def _mistake(value: object) -> str:
    """Say what is wrong with a text of several lines, or ""."""
    plain = " ".join(value.split()) if isinstance(value, str) else value
    return text_mistake(plain, _LONGEST_WORDS)


def told_of_source(document: Mapping[str, Any], sheet: bytes) -> Iterator[str]:
    """Say where the counts come from, as their writer states it."""
    machine, measured = document.get("machine", ""), document.get("measured")
    times = measured if isinstance(measured, list) else [measured] if measured else []
    if machine or times:
        when = " to ".join(str(one) for one in times)
        yield (
            f"Counts of {' '.join(machine.split())[:_MOST_WORDS] or 'a machine without a name'}"
            + (", a simulator" if document.get("simulator") else "")
            + (f", measured {when}" if when else "")
            + ", as their writer states"
        )
    source = document.get("source", {})
    if source:
        yield "Source: " + ", ".join(
            " ".join(source[key].split())[:_MOST_WORDS] for key in sorted(source)
        )
    yield f"{NAME} has the sha256 {content_id(sheet)}"


def stated_in(one: Mapping[str, Any], number: int, names: list[str]) -> CountsStated:
    """Check one [[experiment]].

    Raises:
        MalformedError: With every mistake in it.
    """
    name = one.get("id")
    where = f"{NAME}, experiment {quoted(name, 40) if isinstance(name, str) else number}"
    wrong: list[Problem] = []

    def note(key: str, found: object, expected: str) -> None:
        wrong.append(Problem(where=f"{where}, {key}", found=quoted(found), expected=expected))

    if not isinstance(one.get("kind"), str):
        note("kind", one.get("kind"), ", ".join(_METRICS))
        raise MalformedError(*wrong)
    keys = _JOINT_KEYS if one["kind"] in SCORED else _KEYS
    for key in one.keys() - set(keys):
        note(key, key, f"one of {', '.join(keys)}")
    if not isinstance(name, str) or not name or names.count(name) > 1:
        note("id", name, "a name of its own")
    kind, metric, table = one.get("kind"), one.get("metric"), one.get("table")
    if kind not in _METRICS:
        note("kind", kind, ", ".join(_METRICS))
        raise MalformedError(*wrong)
    if kind in SCORED and metric is None:
        metric = SCORED[kind]
    if metric not in _METRICS[kind]:
        note("metric", metric, f"of a {kind}: {', '.join(_METRICS[kind])}")
    if not isinstance(table, str) or FILE.fullmatch(table) is None:
        note("table", table, "the plain name of a file in the folder")
    for key in ("postselected", "why_asymptote"):
        if mistake := _mistake(one.get(key, "")):
            wrong.append(Problem(where=f"{where}, {key}", found=mistake, expected="a line of text"))
    if not isinstance(one.get("simultaneous", True), bool):
        note("simultaneous", one["simultaneous"], "true or false")
    if kind in SCORED:
        return _joint_stated(one, wrong, note)
    parameters: dict[str, Any] = {"metric": metric}
    if TABLE_KINDS[kind].decays:
        parameters["asymptote"] = _asymptote(one.get("asymptote"), note)
    if kind == "decay":
        error_of = one.get("error_of")
        if error_of not in _ERRORS:
            note("error_of", error_of, ", ".join(_ERRORS))
        parameters |= {"error_of": error_of, "per_step": _per_step(one, metric, note)}
    reference = one.get("reference", "")
    if one.get("error_of") == "interleaved":
        if metric not in (gates := PublishedInterleaved().quantities):
            note("metric", metric, f"of a gate between others: {', '.join(gates)}")
        if parameters.get("asymptote") == "fit":
            note("asymptote", "fit", "a number: two decays with unknown ends compare nothing")
        if not isinstance(reference, str) or FILE.fullmatch(reference) is None:
            note("reference", reference, "the table of the sequences without the gate")
    elif reference:
        note("reference", reference, 'none, but with error_of = "interleaved"')
    if one.get("simultaneous") is True:
        parameters["together"] = True
    shots, rows = one.get("shots", 0), one.get("rows", {})
    if type(shots) is not int or not 0 <= shots <= _MOST_SHOTS:
        note("shots", shots, f"a whole number from 1 to {_MOST_SHOTS}")
    _check_rows(rows, note)
    ratio = rows.get("two_qubit_gate_ratio") if isinstance(rows, dict) else None
    if ratio is not None and not _is_number(ratio, parameters.get("per_step")):
        found = one.get("per_step")
        note("per_step", found, f"{{entanglers = {ratio}}}: as many as the rows have a layer")
    MalformedError.raise_if_any(wrong)
    return CountsStated(
        id=str(name),
        kind=str(kind),
        metric=str(metric),
        table=str(table),
        parameters=parameters,
        postselected=one.get("postselected", "")[:_MOST_WORDS],
        reference=reference,
        rows=rows,
        shots=shots,
    )


def _check_rows(rows: Any, note: Any) -> None:
    if not isinstance(rows, dict) or not all(isinstance(x, str) for x in rows.values()):
        note("rows", rows, 'a table of texts such as {BenchmarkType = "random"}')


def _is_number(text: str, number: Any) -> bool:
    try:
        return bool(float(text) == number)
    except ValueError:
        return False


def _joint_stated(one: Mapping[str, Any], wrong: list[Problem], note: Any) -> CountsStated:
    """Check an experiment on registers.

    Raises:
        MalformedError: With every mistake in it.
    """
    kind, circuits, rows = one["kind"], one.get("circuits", ""), one.get("rows", {})
    polarization = one.get("polarization", "hamming")
    if circuits != "" and (not isinstance(circuits, str) or FILE.fullmatch(circuits) is None):
        note("circuits", circuits, "the plain name of a file in the folder")
    if polarization not in POLARIZATIONS or (
        "polarization" in one and "expected" not in OF_CIRCUITS[kind]
    ):
        note("polarization", polarization, f"of a mirror: {', '.join(POLARIZATIONS)}")
    _check_rows(rows, note)
    MalformedError.raise_if_any(wrong)
    return CountsStated(
        id=one["id"],
        kind=kind,
        metric=SCORED[kind],
        table=one["table"],
        parameters={"polarization": polarization},
        postselected=one.get("postselected", "")[:_MOST_WORDS],
        circuits=circuits,
        rows=rows,
    )


def _asymptote(value: Any, note: Any) -> float | str:
    """Read "1/4", 0.25 or "fit"; it is never assumed."""
    if value == "fit":
        return "fit"
    text = value if isinstance(value, str) else repr(value)
    plain = not isinstance(value, bool) and re.fullmatch(r"\d{1,4}/\d{1,4}|\d?\.?\d{1,12}", text)
    try:
        number = float(Fraction(text)) if plain else -1.0
    except ZeroDivisionError:
        number = -1.0
    if not 0 <= number <= 0.75:
        note(
            "asymptote",
            value,
            'a number from 0 to 3/4 such as "1/4", or "fit": it is never assumed',
        )
    return number


def _per_step(one: Mapping[str, Any], metric: Any, note: Any) -> float:
    """Read how many of the gates in question a step has."""
    per_step, key = one.get("per_step"), gates_of(metric)
    if one.get("error_of") in ("step", "interleaved"):
        if per_step is not None:
            note("per_step", per_step, "none: the error is that of a whole step, or of the gate")
        return 1.0
    value = per_step.get(key) if isinstance(per_step, dict) else None
    if isinstance(per_step, dict) and per_step.keys() - {"entanglers", "pulses"}:
        note("per_step", per_step, "{entanglers = ..., pulses = ...}")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.01 <= value <= 100:
        note("per_step", per_step, f"{{{key} = ...}}, from 0.01 to 100 a step on average")
        return 1.0
    return float(value)
