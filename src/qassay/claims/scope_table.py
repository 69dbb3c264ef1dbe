"""Which qubits or pairs a claim speaks of, read from its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final, cast

from qassay.claims.claim import Pair, Scope
from qassay.claims.metrics import Metric, Target
from qassay.claims.toml_table import Table, shown

LARGEST_QUBIT: Final = 999_999
_SCOPES: Final[dict[Target, tuple[str, ...]]] = {
    "qubit": ("qubits",),
    "pair": ("pairs",),
    "register": ("qubits", "pairs"),
}


def read_scope(table: Table, metric: Metric | None) -> Scope:
    """Read a claim's scope: "all", {qubits = [..]} or {pairs = [[..]]}.

    Args:
        table: The claim's table; mistakes are noted there.
        metric: The claim's metric, or None where it is unknown.

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


def _is_qubit(value: object) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_QUBIT


def _read_qubits(table: Table, listed: list[object]) -> tuple[int, ...]:
    for value in listed:
        if not _is_qubit(value):
            table.complain("scope", f"qubit {shown(value)}", "a whole number from 0")
            return ()
    qubits = cast("list[int]", listed)
    if len(set(qubits)) != len(qubits):
        table.complain(
            "scope", f"qubit {Counter(qubits).most_common(1)[0][0]} twice", "each qubit once"
        )
    return tuple(sorted(qubits))


def _read_pairs(table: Table, listed: list[object]) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    for value in listed:
        if not isinstance(value, list) or len(value) != 2 or not all(map(_is_qubit, value)):
            table.complain("scope", f"pair {shown(value)}", "two qubits, such as [0, 1]")
            return ()
        if value[0] == value[1]:
            table.complain("scope", f"a pair of qubit {value[0]} with itself", "two qubits")
            return ()
        pairs.append((min(value), max(value)))
    if len(set(pairs)) != len(pairs):
        table.complain(
            "scope", f"pair {list(Counter(pairs).most_common(1)[0][0])} twice", "each pair once"
        )
    return tuple(sorted(pairs))
