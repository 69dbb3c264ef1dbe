"""No room knows a metric or a protocol by its name: what belongs to one stands in its row or file.

A literal that equals an id is counted in every module but the rows, the protocols and the
applications. What is left has a reason, and its number is a ceiling: the first group names metrics,
all others hold words of their own that happen to be spelled like one.
"""

import ast
import re
from collections import Counter
from pathlib import Path

import qassay
from qassay.claims.metrics import METRICS
from qassay.protocols import catalog
from qassay.protocols.known import PROBLEMS, PROTOCOLS, PUBLISHED

SRC = Path(qassay.__file__).parent
AT_HOME = ("protocols/", "applications/", "claims/metrics.py", "claims/rows/")
COMMON = {"qubits", "readout", "application"}  # words of every room
LEFT = {
    "a maker's files: figures that are of no part of a layer, and have no estimator of their own": {
        "published/backend_sheet.py": 1,
        "published/quantinuum.py": 2,
    },
    "keys of machine files, and what Qiskit calls the times of a qubit": {
        "devices/calibration.py": 1,
        "devices/noise_file.py": 4,
    },
    "a kind of table in counts.toml": {"published/table_kinds.py": 1},
    "a page": {"site/documentation/shelf.py": 1},
    "the name of a check, a code of words, a key of JSON": {
        "registry/resource_model.py": 1,
        "statistics/check_sentinels.py": 1,
        "verdicts/application_results.py": 1,
    },
}


def test_no_room_knows_a_metric_by_its_name():
    assert catalog.PROTOCOLS  # which fills the tables
    ids = {*METRICS, *PROTOCOLS, *PROBLEMS, *PUBLISHED} - COMMON
    quoted = re.compile(rf"""["']({"|".join(sorted(ids))})["']""")
    found = Counter()
    for path in sorted(SRC.rglob("*.py")):
        name = path.relative_to(SRC).as_posix()
        text = path.read_text(encoding="utf-8")
        if not name.startswith(AT_HOME) and quoted.search(text):
            found[name] = sum(
                isinstance(node, ast.Constant) and node.value in ids
                for node in ast.walk(ast.parse(text))
            )
    allowed = {name: most for group in LEFT.values() for name, most in group.items()}
    more = {name: n for name, n in found.items() if n > allowed.get(name, 0)}
    assert not more, "put it into the metric's row, its protocol, or the kind of its figure"
    assert set(allowed) <= set(found), "a file of the list names none any more: take it out"
