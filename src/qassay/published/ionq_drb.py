"""IonQ's direct randomized benchmarking, as published beside arXiv:2308.05071.

`data_DRB2Q_decaydata.json` and `data_DRB1Q_decaydata.json` are data frames as pandas writes them:
columns over rows, each row one qubit or pair with `depths` and, for each of them, the success
probabilities of its circuits. A layer of the two-qubit circuits has an entangler with probability
`two_qubit_gate_ratio`, and one-qubit gates otherwise: the loss of a layer is spread over as many
entanglers as it has on average, so the one-qubit gates between them are counted with them. How many
shots a probability is of stands nowhere in the file: whoever imports says it.
Reference: T. Proctor et al., PRL 123, 030503 (2019), arXiv:1807.07975 (direct randomized
benchmarking).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from qassay.errors import MalformedError, Problem, UsageError, quoted
from qassay.published.converters import Rows
from qassay.published.counts import malformed
from qassay.published.foreign_text import without_mark
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_json

RATIO: Final = "two_qubit_gate_ratio"
_KEY: Final = b'"success_probs_by_depth"'
_NEAR_WHOLE: Final = 1e-6
_MOST_ROWS: Final = 400_000


def is_ionq(data: bytes) -> bool:
    """Whether a JSON file is such a data frame, as far as its first bytes tell."""
    return data.lstrip()[:1] == b"{" and _KEY in data


def from_ionq(data: bytes, where: str, shots: int, wanted: Mapping[str, str]) -> Rows:
    """Read a data frame of decays.

    Args:
        data: The file.
        where: What messages call it.
        shots: Of each circuit, as whoever imports states; 0 if nobody does.
        wanted: Values that columns must have, as texts, such as {two_qubit_gate_ratio = "0.75"}.

    Returns:
        Rows of a decay. Those that the file marks as truncated repeat others, and are left out.

    Raises:
        UsageError: Not such a file, or no shots; every mistake with its place.
    """
    if not shots:
        raise UsageError(
            Problem(
                where=f"{where}, shots",
                found="success probabilities, and not of how many shots",
                expected="shots = 100, or as many as each circuit had, in counts.toml",
            )
        )
    document = read_json(without_mark(data), where, limits=FOREIGN, error=UsageError)
    rows: Rows = []
    problems: list[Problem | str] = []
    for number, row in _frame(document, where):
        place = f"{where}, row {number}"
        try:
            if row.get("truncated") is not True and _is_wanted(row, wanted, place):
                rows += _of_row(number, row, shots, place)
        except MalformedError as error:
            problems += error.problems
        if len(rows) > _MOST_ROWS:
            problems.append(f"{place}: more than {_MOST_ROWS} circuits")
            break
    if not rows and not problems:
        seen = sorted({str(row.get(RATIO)) for _, row in _frame(document, where)})
        problems.append(
            Problem(
                where=where,
                found=f"no row with {dict(wanted)}, of the ratios {', '.join(seen[:10])}",
                expected="one at least",
            )
        )
    if problems:
        raise UsageError(*problems[:50])
    return rows


def _frame(document: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Turn columns over rows into rows."""
    columns = document if isinstance(document, dict) else {}
    probabilities = columns.get("success_probs_by_depth")
    if not isinstance(probabilities, dict) or not all(
        isinstance(x, dict) for x in columns.values()
    ):
        raise UsageError(
            Problem(where=where, found=quoted(document), expected="a data frame, columns over rows")
        )
    for number in probabilities:
        yield number[:20], {name: column.get(number) for name, column in columns.items()}


def _is_wanted(row: Mapping[str, Any], wanted: Mapping[str, str], where: str) -> bool:
    """Compare numbers as numbers, all else as text; two ratios in one decay mean nothing."""
    if RATIO in row and RATIO not in wanted:
        expected = f'rows = {{{RATIO} = "0.75"}} in counts.toml: decays of one ratio'
        raise malformed(f"{where}, {RATIO}", quoted(row[RATIO]), expected)
    for name, text in wanted.items():
        value = row.get(name)
        try:
            same = float(text) == value
        except ValueError:
            same = text == value
        if not same:
            return False
    return True


def _of_row(number: str, row: Mapping[str, Any], shots: int, where: str) -> Rows:
    target = row.get("qubit_pair", row.get("qubit"))
    qubits = target if isinstance(target, list) else [target]
    sound = all(type(q) is int and 0 <= q < 10_000 for q in qubits)
    if not sound or not 1 <= len(qubits) == len(set(qubits)) <= 2:
        raise malformed(where, quoted(target), "qubit_pair, a list of two, or qubit, a number")
    depths, tables = row.get("depths"), row["success_probs_by_depth"]
    if not isinstance(depths, list) or not isinstance(tables, list) or len(depths) != len(tables):
        raise malformed(where, quoted(depths), "as many depths as lists of probabilities")
    rows: Rows = []
    for depth, table in zip(depths, tables, strict=True):
        if type(depth) is not int or not 0 <= depth <= 10**6 or not isinstance(table, list):
            raise malformed(f"{where}, depths", quoted(depth), "a whole number, and probabilities")
        for place, share in enumerate(table):
            rows.append(
                (
                    "-".join(map(str, qubits)),
                    depth,
                    f"{number}.{place}",
                    shots,
                    _hits(share, shots, f"{where}, depth {depth}"),
                )
            )
    return rows


def _hits(share: Any, shots: int, where: str) -> int:
    number = isinstance(share, int | float) and not isinstance(share, bool)
    if not number or not 0 <= share <= 1 or abs(share * shots - round(share * shots)) > _NEAR_WHOLE:
        raise malformed(where, quoted(share), f"a share of {shots} shots that is a whole number")
    hits: int = round(share * shots)
    return hits
