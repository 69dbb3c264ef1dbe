"""Which qubits of a machine are coupled: from a word in its file to a list of pairs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qassay.devices.description import Pair
from qassay.errors import Problem, quoted

WORDS = '"all-to-all", "line", "ring", "grid:RxC", "heavy-hex" or a list of pairs [[0, 1], ...]'
_A_PAIR = "a pair such as [0, 1]"
_HEAVY_HEX_ROW = 15  # as on IBM's Eagle and Heron r1; "heavy-hex:16" is Heron r2


def read_connectivity(
    raw: object, qubits: int, where: str
) -> tuple[str, tuple[Pair, ...], list[int], list[Problem]]:
    """Read the `connectivity` of a machine file.

    Args:
        raw: The value in the file.
        qubits: Number of qubits of the machine.
        where: Place in the file, for the problems.

    Returns:
        The word for the description ("listed" for an explicit list); the couplings, each
        a < b, sorted, empty for all-to-all; for an explicit list, the place of each sorted
        coupling in the file (else empty); the problems.
    """
    if isinstance(raw, list):
        return _listed(raw, qubits, where)
    if raw == "all-to-all":
        return raw, (), [], []
    if isinstance(raw, str):
        couplings, problem = _by_word(raw.strip(), qubits, where)
        return raw.strip(), couplings, [], [problem] if problem else []
    return "", (), [], [Problem(where=where, found=quoted(raw), expected=WORDS)]


def _by_word(word: str, qubits: int, where: str) -> tuple[tuple[Pair, ...], Problem | None]:
    line = [(a, a + 1) for a in range(qubits - 1)]
    if word == "line":
        return tuple(line), None
    if word == "ring":
        closing = [(0, qubits - 1)] if qubits > 2 else []
        return _sorted(line + closing), None
    grid = re.fullmatch(r"grid:(\d{1,4})x(\d{1,4})", word)
    if grid:
        rows, columns = int(grid[1]), int(grid[2])
        if rows * columns == qubits:
            return _grid(rows, columns), None
        expected = f"a grid of {qubits} places, rows times columns"
        return (), Problem(where=where, found=quoted(word), expected=expected)
    heavy = re.fullmatch(r"heavy-hex(?::(\d{1,3}))?", word)
    if heavy and int(heavy[1] or _HEAVY_HEX_ROW) >= 3:
        return _heavy_hex(qubits, int(heavy[1] or _HEAVY_HEX_ROW)), None
    return (), Problem(where=where, found=quoted(word), expected=WORDS)


def _sorted(pairs: Iterable[tuple[int, int]]) -> tuple[Pair, ...]:
    return tuple(sorted((min(pair), max(pair)) for pair in pairs))


def _grid(rows: int, columns: int) -> tuple[Pair, ...]:
    """Couple nearest neighbours; qubits are numbered row by row."""
    across = [
        (r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)
    ]
    down = [
        (r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)
    ]
    return _sorted(across + down)


def _heavy_hex(qubits: int, row: int) -> tuple[Pair, ...]:
    """Couple rows of `row` qubits by single qubits at every fourth place.

    Numbered as on IBM's machines: a row, the qubits that lead to the next row, that row, ...
    The places shift by two from one gap to the next. The lattice ends after `qubits` qubits.
    """
    pairs: list[tuple[int, int]] = []
    start, gap = 0, 0
    shifts = (0, 2) if row % 4 == 3 else (3, 1)
    while start < qubits:
        pairs += [(start + c, start + c + 1) for c in range(row - 1)]
        places = range(shifts[gap % 2], row, 4)
        bridges = start + row
        following = bridges + len(places)
        for number, place in enumerate(places):
            pairs += [(start + place, bridges + number), (bridges + number, following + place)]
        start, gap = following, gap + 1
    return _sorted(pair for pair in pairs if max(pair) < qubits)


def _listed(
    raw: list[object], qubits: int, where: str
) -> tuple[str, tuple[Pair, ...], list[int], list[Problem]]:
    places: dict[Pair, int] = {}
    problems: list[Problem] = []
    for number, entry in enumerate(raw):
        spot = f"{where}[{number}]"
        if not (
            isinstance(entry, list)
            and len(entry) == 2
            and all(isinstance(q, int) and not isinstance(q, bool) for q in entry)
        ):
            problems.append(Problem(where=spot, found=quoted(entry), expected=_A_PAIR))
            continue
        pair = (min(entry), max(entry))
        if pair[0] < 0 or pair[1] >= qubits:
            expected = f"two of the qubits 0 .. {qubits - 1}"
            problems.append(Problem(where=spot, found=quoted(entry), expected=expected))
        elif pair[0] == pair[1]:
            problems.append(
                Problem(where=spot, found=quoted(entry), expected="two different qubits")
            )
        elif pair in places:
            expected = f"each pair once (it is also entry {places[pair]})"
            problems.append(Problem(where=spot, found=quoted(entry), expected=expected))
        else:
            places[pair] = number
    couplings = tuple(sorted(places))
    return "listed", couplings, [places[pair] for pair in couplings], problems
