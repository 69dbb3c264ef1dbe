"""CSV tables from strangers: bounded, every mistake with its row and column, nothing guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from qassay.errors import MalformedError, Problem, quoted
from qassay.published.foreign_text import text_problem

_MOST_BYTES: Final = 32 << 20
_MOST_ROWS: Final = 400_000
_MOST_COLUMNS: Final = 64
_LONGEST_LINE: Final = 4_000
_NEAR_WHOLE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row of a table.

    Attributes:
        number: Its line in the file, the header being 1.
        cells: Texts by column, without blanks around them.
        table: Name of the file.
    """

    number: int
    cells: Mapping[str, str]
    table: str

    def place(self, column: str = "") -> str:
        """Say where, for people."""
        where = f"{self.table}, row {self.number}"
        return f"{where}, column {column}" if column else where

    def problem(self, column: str, expected: str) -> Problem:
        """Say what is wrong with a cell."""
        found = quoted(self.cells[column], 40)
        return Problem(where=self.place(column), found=found, expected=expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
    """A table, and what was not used of it.

    Attributes:
        rows: In the order of the file.
        columns: Names of the header.
        problems: Rows that could not be cut into cells.
    """

    rows: tuple[TableRow, ...]
    columns: tuple[str, ...]
    problems: tuple[Problem, ...] = field(default=())


def read_csv(data: bytes, name: str, needed: tuple[str, ...], between: str = ",") -> CsvTable:
    """Read a table with a header.

    Args:
        data: The file; UTF-8 with or without a byte order mark.
        name: What messages call it.
        needed: Columns without which nothing can be read.
        between: What separates cells.

    Raises:
        MalformedError: Too large, no text, no header, or a needed column missing or twice.
    """
    if len(data) > _MOST_BYTES:
        raise _bad(name, f"{len(data)} bytes", f"at most {_MOST_BYTES}")
    if (problem := text_problem(data, name)) is not None:
        raise MalformedError(problem)
    text = data.decode("utf-8-sig")
    if "\0" in text:
        raise _bad(name, "a zero byte", "text")
    lines = text.splitlines()
    if len(lines) > _MOST_ROWS:
        raise _bad(name, f"{len(lines)} rows", f"at most {_MOST_ROWS}")
    longest = max(map(len, lines), default=0)
    if longest > _LONGEST_LINE:
        raise _bad(name, f"a line of {longest} characters", f"at most {_LONGEST_LINE}")
    header = _cells(lines[0], between) if lines else None
    if not header or not any(header):
        raise _bad(name, "no header", f"a first row with {', '.join(needed)}")
    if len(header) > _MOST_COLUMNS:
        raise _bad(name, f"{len(header)} columns", f"at most {_MOST_COLUMNS}")
    missing = [column for column in needed if column not in header]
    if missing:
        separated = " (are the cells separated by something else than commas?)"
        hint = separated if len(header) == 1 else ""
        raise _bad(
            f"{name}, row 1",
            f"no column {', '.join(missing)}",
            f"the columns {', '.join(needed)}{hint}",
        )
    twice = next((one for one in header if one and header.count(one) > 1), None)
    if twice is not None:
        raise _bad(f"{name}, row 1", f"the column {quoted(twice, 40)} twice", "each column once")
    rows, problems = [], []
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        cells = _cells(line, between)
        if cells is None or len(cells) != len(header):
            found = "quotes that do not end" if cells is None else f"{len(cells)} cells"
            problems.append(
                Problem(where=f"{name}, row {number}", found=found, expected=f"{len(header)} cells")
            )
            continue
        rows.append(
            TableRow(number=number, cells=dict(zip(header, cells, strict=True)), table=name)
        )
    return CsvTable(rows=tuple(rows), columns=tuple(header), problems=tuple(problems))


def whole(row: TableRow, column: str, least: int, most: int, *, shots: int | None = None) -> int:
    """Read a whole number; a fraction only where `shots` makes it whole.

    Raises:
        MalformedError: Something else.
    """
    text = row.cells[column]
    expected = f"a whole number from {least} to {most}"
    number = _number(text)
    if number is None:
        raise MalformedError(row.problem(column, expected))
    if number != int(number):
        times = number * shots if shots and 0 <= number <= 1 else None
        if times is None or abs(times - round(times)) > _NEAR_WHOLE:
            raise MalformedError(row.problem(column, f"{expected}; a fraction is no count"))
        number = round(times)
    if not least <= number <= most:
        raise MalformedError(row.problem(column, expected))
    return int(number)


def positive(row: TableRow, column: str, most: float) -> float:
    """Read a number from 0.

    Raises:
        MalformedError: Something else.
    """
    number = _number(row.cells[column])
    if number is None or not 0 <= number <= most:
        raise MalformedError(row.problem(column, f"a number from 0 to {most:g}"))
    return number


def is_fraction(row: TableRow, column: str) -> bool:
    """Whether a cell holds a number that is not whole."""
    number = _number(row.cells[column])
    return number is not None and number != int(number)


def _number(text: str) -> float | None:
    """Read a number as programs write them; no NaN, no infinity, nothing in words."""
    plain = text.isascii() and len(text) <= 30 and set(text) <= set("0123456789+-.eE")
    try:
        number = float(text) if plain else None
    except ValueError:
        return None
    return None if number is None or abs(number) > 1e300 else number


def _cells(line: str, between: str) -> list[str] | None:
    try:
        lines = io.StringIO(line)
        read: Iterator[list[str]] = csv.reader(lines, delimiter=between, strict=True)
        return [cell.strip() for cell in next(read, [])]
    except csv.Error:
        return None


def _bad(where: str, found: str, expected: str) -> MalformedError:
    return MalformedError(Problem(where=where, found=found, expected=expected))
