"""A scope such as "best chain of 10", read from a claim's table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from qassay.claims.best_of import CHOSEN_FROM, BestOf, BestRule
from qassay.claims.metric import Metric
from qassay.claims.toml_table import Table, shown
from qassay.languages.english import said

_LARGEST: Final = 10_000
_BEST: Final = re.compile(
    r"(?:the )?best (?P<shape>chain|line|path|set|connected set|register|qubits|(?=\d))"
    r"(?: ?of)? ?(?P<size>\d{1,5})(?: qubits)?"
)
_CHAINS: Final = ("chain", "line", "path")
_FILE: Final = (
    f'conditions = {{{CHOSEN_FROM} = "FILE.csv"}}, errors of an earlier run or of the vendor'
)
_WAY_OUT: Final = (
    "what is chosen on the shots it is judged by looks better than it is: `qassay results FIRST.zip"
    " --csv FILE.csv` writes the errors of an earlier run; or name the qubits or pairs here"
)


def read_best(table: Table, metric: Metric | None, told: list[str]) -> BestOf | None:
    """Read a scope such as "best chain of 10"; None where a scope says nothing of a best.

    Args:
        table: The claim's table; mistakes are noted there.
        metric: The claim's metric, or None where it is unknown.
        told: Where to note how it was understood.
    """
    raw = table.value("scope") if "scope" in table else None
    words = " ".join(raw[:100].lower().split()) if isinstance(raw, str) else ""
    if re.match(r"(?:the )?best\b", words) is None:
        return None
    found = _BEST.fullmatch(words)
    size = int(found["size"]) if found else 0
    if found is None or not 2 <= size <= _LARGEST:
        table.complain("scope", shown(raw), '"best chain of 10" or "best set of 10"', _WAY_OUT)
        return None
    if metric is not None and metric.target != "register":
        table.complain(
            "scope",
            shown(raw),
            f"a metric of a whole register; {metric.id} is measured on each {metric.target}",
            'of single qubits or pairs, statistic = "best" speaks of the best one',
        )
        return None
    conditions = table.value("conditions") if "conditions" in table else None
    file = conditions.get(CHOSEN_FROM) if isinstance(conditions, Mapping) else None
    if not isinstance(file, str):
        table.complain("scope", f"{shown(raw)} without a file to choose by", _FILE, _WAY_OUT)
        return None
    rule: BestRule = "chain" if found["shape"] in _CHAINS else "set"
    told.append(said(f"read.best_{rule}", found=shown(raw), size=size, file=file))
    return BestOf(rule=rule, size=size, file=file)
