"""Counts in the files of other programs, turned into the form of `counts_folder`.

Each converter takes the bytes of one file and gives rows of a decay. What was done (the metric,
the formula, the asymptote) stands in none of these files: whoever imports says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from qassay.errors import MalformedError, Problem, UsageError, quoted
from qassay.published.counts import malformed
from qassay.published.foreign_text import text_problem, without_mark
from qassay.published.result_files import circuit_counts, circuits_in
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_json

HEADER: Final = ("target", "length", "circuit", "shots", "hits")
_MOST_LINES: Final = 400_000
_MOST_BYTES: Final = 32 << 20
Rows = list[tuple[str, int, str, int, int]]


def from_qiskit(data: bytes, where: str) -> Rows:
    """Read a list of `{"metadata": {...}, "counts": {...}}`, or results as programs save them.

    Metadata hold `length` and `circuit`, and the targets: `targets`, a list of lists of qubits in
    the order of the bits, with `expected`, the bits that an ideal machine answers. Strings are
    written as Qiskit writes them, the first bit rightmost.

    Raises:
        UsageError: Not such a list; every mistake with its place.
    """
    if (problem := text_problem(data, where)) is not None:
        raise UsageError(problem)
    document = read_json(without_mark(data), where, limits=FOREIGN, error=UsageError)
    try:
        circuits = list(circuits_in(document, where))
    except MalformedError as error:
        raise UsageError(*error.problems) from None
    rows: Rows = []
    read: list[Mapping[str, Any]] = []
    problems: list[Problem | str] = []
    for place, one in circuits:
        try:
            counted = circuit_counts(one, place)
            rows += _of_result(counted, place)
            read.append(counted)
        except MalformedError as error:
            problems += error.problems
    if problems:
        raise UsageError(*problems)
    if (problem := _turned_round(read, where)) is not None:
        raise UsageError(problem)
    return rows


def _turned_round(circuits: Sequence[Mapping[str, Any]], where: str) -> Problem | None:
    """Say that strings stand the other way round where the shortest circuits leave no doubt.

    Most shots of a short circuit are right. Where most are what was expected read from its other
    end, and hardly any what was expected, it is the order of the bits that is wrong.
    """
    told = [(one["metadata"], one["counts"]) for one in circuits]
    told = [(meta, counts) for meta, counts in told if meta["expected"] != meta["expected"][::-1]]
    shortest = min((meta["length"] for meta, _ in told), default=0)
    shots = right = turned = 0
    for meta, counts in told:
        if meta["length"] == shortest:
            plain = [(outcome.replace(" ", ""), count) for outcome, count in counts.items()]
            shots += sum(count for _, count in plain)
            right += sum(count for bits, count in plain if bits == meta["expected"])
            turned += sum(count for bits, count in plain if bits == meta["expected"][::-1])
    if shots < _FEWEST_SHOTS or 2 * turned <= shots or 4 * right >= shots:
        return None
    return Problem(
        where=where,
        found=f"{turned} of {shots} shots of length {shortest} as expected from the other end,"
        f" {right} as expected",
        expected="bits as Qiskit writes them, the first target rightmost",
        advice="turn strings or targets round",
    )


def _of_result(one: Any, where: str) -> Rows:
    metadata = one.get("metadata") if isinstance(one, dict) else None
    counts = one.get("counts") if isinstance(one, dict) else None
    if not isinstance(metadata, dict) or not isinstance(counts, dict) or not counts:
        raise malformed(where, quoted(one), "metadata and counts")
    targets, expected = metadata.get("targets"), metadata.get("expected")
    length, circuit = metadata.get("length"), metadata.get("circuit")
    if not isinstance(length, int) or isinstance(length, bool) or length < 0:
        raise malformed(f"{where}, metadata, length", quoted(length), "a whole number from 0")
    if isinstance(circuit, bool) or _CIRCUIT.fullmatch(str(circuit)) is None:
        expected = "a number, or a name without blanks, commas and quotes"
        raise malformed(f"{where}, metadata, circuit", quoted(circuit), expected)
    if not isinstance(targets, list) or not all(
        isinstance(t, list) and 0 < len(t) < 3 and all(type(q) is int and q >= 0 for q in t)
        for t in targets
    ):
        raise malformed(f"{where}, metadata, targets", quoted(targets), "lists of 1 or 2 qubits")
    bits = [qubit for target in targets for qubit in target]
    if not isinstance(expected, str) or re.fullmatch(f"[01]{{{len(bits)}}}", expected) is None:
        raise malformed(f"{where}, metadata, expected", quoted(expected), f"{len(bits)} bits")
    shots, hits = 0, [0] * len(targets)
    for outcome, count in counts.items():
        plain = outcome.replace(" ", "")
        if re.fullmatch(f"[01]{{{len(bits)}}}", plain) is None:
            raise malformed(f"{where}, counts", quoted(outcome), f"{len(bits)} bits")
        if type(count) is not int or count < 0:
            raise malformed(f"{where}, counts, {outcome}", quoted(count), "a whole number from 0")
        shots += count
        at = len(bits)
        for place, target in enumerate(targets):
            at -= len(target)  # the first target is rightmost
            mine = slice(at, at + len(target))
            hits[place] += count * (plain[mine] == expected[mine])
    if not shots:
        raise malformed(f"{where}, counts", "no shots", "one at least")
    return [
        ("-".join(map(str, target)), length, str(circuit), shots, hit)
        for target, hit in zip(targets, hits, strict=True)
    ]


_FEWEST_SHOTS = 20
_CIRCUIT = re.compile(r"[^\s,\"'\\]{1,100}")
_LINE_LABEL = re.compile(r"[^\s@]*@\((\d{1,4}(?:,\d{1,4})?)\)", re.ASCII)
# Behind a line pyGSTi keeps remarks as the items of a Python dictionary.
_COMMENT = re.compile(
    r"'length': (\d{1,7}), 'circuit': '([^'\\,]{1,100})', 'expected': '([01]{1,2})'", re.ASCII
)


def from_pygsti(data: bytes, where: str) -> Rows:
    """Read a text data set of pyGSTi in its sparse form, such as `{}@(0,1)  00:97 11:3`.

    A data set says which circuit was run, not which outcome was right: the remarks behind each
    line have to say `# 'length': 4, 'circuit': '7', 'expected': '00'`, as `export-counts` writes.

    Raises:
        UsageError: Not such a file; every mistake with its line.
    """
    if len(data) > _MOST_BYTES:
        raise UsageError(
            Problem(where=where, found=f"{len(data)} bytes", expected=f"at most {_MOST_BYTES}")
        )
    if (problem := text_problem(data, where)) is not None:
        raise UsageError(problem)
    lines = data.decode("utf-8-sig").splitlines()
    rows: Rows = []
    problems: list[Problem | str] = []
    for number, line in enumerate(lines[:_MOST_LINES], 1):
        body, _, comment = line.partition("#")
        if not body.strip():
            continue
        try:
            rows.append(_of_line(body.split(), comment.strip(), f"{where}:{number}"))
        except MalformedError as error:
            problems += error.problems
    if not rows and not problems:
        problems.append(Problem(where=where, found="no circuits", expected="a line at least"))
    if problems:
        raise UsageError(*problems[:50])
    return rows


def _of_line(words: list[str], comment: str, where: str) -> tuple[str, int, str, int, int]:
    label = _LINE_LABEL.fullmatch(words[0])
    if label is None:
        raise malformed(where, quoted(words[0]), "a circuit on one or two lines such as {}@(0,1)")
    said = _COMMENT.fullmatch(comment)
    target = label[1].replace(",", "-")
    if said is None:
        raise malformed(
            where, quoted(comment), "# 'length': 4, 'circuit': '7', 'expected': '00' behind it"
        )
    shots = hits = 0
    for word in words[1:]:
        outcome, _, count = word.partition(":")
        if re.fullmatch(f"[01]{{{len(said[3])}}}", outcome) is None or not count.isdecimal():
            raise malformed(where, quoted(word), f"{len(said[3])} bits and a count such as 00:97")
        if len(count) > 7 or not count.isascii():
            raise malformed(where, quoted(word), "a count of at most seven digits")
        shots, hits = shots + int(count), hits + int(count) * (outcome == said[3])
    if not shots:
        raise malformed(where, "no shots", "one at least")
    return target, int(said[1]), said[2], shots, hits


CONVERTERS: Final[Mapping[str, Callable[[bytes, str], Rows]]] = {
    "qiskit": from_qiskit,
    "pygsti": from_pygsti,
}


def as_csv(rows: Iterable[tuple[str, int, str, int, int]]) -> bytes:
    """Write rows as the table of a decay."""
    lines = [",".join(HEADER), *(",".join(map(str, row)) for row in rows)]
    return ("\n".join(lines) + "\n").encode("utf-8")
