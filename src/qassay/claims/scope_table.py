"""Which qubits or pairs a claim speaks of, read from its table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final, TypeVar, cast

from qassay.claims.claim import Pair, Scope
from qassay.claims.metric import Metric, Target
from qassay.claims.toml_table import Table, shown
from qassay.errors import quoted
from qassay.languages.english import said
from qassay.languages.sentence import Sentence

Item = TypeVar("Item", int, Pair)
LARGEST_QUBIT: Final = 999_999
_NAMED: Final = 4  # mistakes of one kind that a sentence names
_LONGEST_RANGE: Final = 10_000
_RANGE: Final = re.compile(r"\s*q?(\d{1,6})(?:\s*(?:-|\u2013|\.\.\.?|to)\s*q?(\d{1,6}))?\s*")
_EVERYTHING: Final = (
    "all",
    "all qubits",
    "all pairs",
    "all couplers",
    "all couplings",
    "every qubit",
    "every pair",
    "everything",
    "whole machine",
    "the whole machine",
    "*",
)
_SCOPES: Final[dict[Target, tuple[str, ...]]] = {
    "qubit": ("qubits",),
    "pair": ("pairs",),
    "register": ("qubits", "pairs"),
}


def read_scope(table: Table, metric: Metric | None, told: list[str]) -> Scope:
    """Read a claim's scope: "all", {qubits = [..]} or {pairs = [[..]]}.

    Args:
        table: The claim's table; mistakes are noted there.
        metric: The claim's metric, or None where it is unknown.
        told: Where to note how another spelling was understood.

    Returns:
        The scope, qubits and pairs sorted and each pair with its lower qubit first; everything
        after a complaint. Whether the machine has the qubits, the planner will see.
    """
    if "scope" not in table or table.value("scope") == "all":
        return Scope()
    raw = table.value("scope")
    allowed = _SCOPES[metric.target] if metric else ("qubits", "pairs")
    expected = '"all"' + "".join(
        " or {qubits = [0, 1]}" if kind == "qubits" else " or {pairs = [[0, 1]]}"
        for kind in allowed
    )
    plain = _spelled_out(raw, allowed)
    if isinstance(plain, ValueError):
        table.complain("scope", shown(raw), expected, str(plain))
        return Scope()
    if plain is not raw:
        told.append(said("read.word", key="scope", found=_written(raw), meant=_in_words(plain)))
        if plain == "all":
            return Scope()
    raw = plain
    if not isinstance(raw, Mapping) or len(raw) != 1 or next(iter(raw)) not in ("qubits", "pairs"):
        table.complain("scope", shown(raw), expected)
        return Scope()
    kind, listed = next(iter(raw.items()))
    if metric is not None and kind not in allowed:
        table.complain(
            "scope",
            f"a list of {kind}",
            expected,
            f"{metric.id} is measured on each {metric.target}",
        )
        return Scope()
    if not isinstance(listed, list) or not listed:
        table.complain("scope", f"{kind} = {shown(listed)}", expected)
        return Scope()
    if kind == "qubits":
        return Scope(qubits=_read_qubits(table, listed))
    return Scope(pairs=_read_pairs(table, listed))


def _spelled_out(raw: object, allowed: tuple[str, ...]) -> object:
    """Write other spellings of a scope as a table; what is none comes back as it is.

    Returns:
        A ValueError where a spelling could mean two things.
    """
    if isinstance(raw, list) and raw:
        if all(isinstance(one, list) for one in raw):
            return {"pairs": raw}
        return {"qubits": raw} if all(type(one) is int for one in raw) else raw
    if isinstance(raw, Mapping) and len(raw) == 1:
        kind, listed = next(iter(raw.items()))
        if kind == "qubits" and isinstance(listed, str):
            qubits = _ranges(listed)
            return raw if qubits is None else {"qubits": qubits}
        return raw
    if not isinstance(raw, str):
        return raw
    words = " ".join(raw[:100].lower().split())
    if words in _EVERYTHING:
        return "all"
    qubits = _ranges(raw)
    if qubits is None:
        return raw
    if "qubits" in allowed:
        return {"qubits": qubits}
    return ValueError("of pairs, a dash could join two qubits or span a range: list the pairs")


def _ranges(text: str) -> list[int] | None:
    """Read "0-9, 12": qubits and ranges of them; None where it is something else."""
    found: list[int] = []
    for part in text[:2000].split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last <= LARGEST_QUBIT or last - first > _LONGEST_RANGE:
            return None
        found += range(first, last + 1)
        if len(found) > _LONGEST_RANGE:
            return None
    return found


def _written(raw: object) -> str:
    return quoted(raw) if isinstance(raw, str) else said("read.as_written")


def _in_words(plain: object) -> Sentence:
    if not isinstance(plain, Mapping):
        return said("read.all")
    kind, listed = next(iter(plain.items()))
    return said(f"read.named_{kind}", n=len(listed))


def _is_qubit(value: object) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_QUBIT


def _read_qubits(table: Table, listed: list[object]) -> tuple[int, ...]:
    odd = [value for value in listed if not _is_qubit(value)]
    _complain_of(table, [f"qubit {shown(value)}" for value in odd], "a whole number from 0")
    if odd:
        return ()
    qubits = cast("list[int]", listed)
    _complain_of(table, [f"qubit {one} twice" for one in _twice(qubits)], "each qubit once")
    return tuple(sorted(qubits))


def _read_pairs(table: Table, listed: list[object]) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    odd, alone = [], []
    for value in listed:
        if not isinstance(value, list) or len(value) != 2 or not all(map(_is_qubit, value)):
            odd.append(quoted(str(value), 40) if isinstance(value, list) else shown(value))
        elif value[0] == value[1]:
            alone.append(f"a pair of qubit {value[0]} with itself")
        else:
            pairs.append((min(value), max(value)))
    _complain_of(table, odd, "two qubits, such as [0, 1]")
    _complain_of(table, alone, "two qubits")
    _complain_of(table, [f"pair {list(pair)} twice" for pair in _twice(pairs)], "each pair once")
    return () if odd or alone else tuple(sorted(pairs))


def _twice(listed: list[Item]) -> list[Item]:
    return [one for one, count in Counter(listed).items() if count > 1]


def _complain_of(table: Table, found: list[str], expected: str) -> None:
    """Complain of mistakes of one kind in a list, all in one sentence; a few are named."""
    if found:
        named = "; ".join(found[:_NAMED])
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        table.complain("scope", named + more, expected)
