"""The nouns of the command line, in Python, and no word with two meanings."""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

import qassay

SRC = Path(qassay.__file__).parent
DEFINED = re.compile(r"^(?:class|def) ([^\W_]\w*)", re.MULTILINE)

SHEET = """[sheet]
title = "T"
vendor = "V"
machine = "perfect"
[[claim]]
id = "n"
metric = "qubits"
value = 50
"""


def test_from_a_sheet_to_an_audit(tmp_path):
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    device = qassay.open_device("virtual:perfect-50")
    request = qassay.plan(sheet, device, seed=1, options=qassay.Options(alpha=0.01, beta=0.01))
    assert request.plan.alpha == 0.01
    result = qassay.run(sheet, device, out=tmp_path / "run", seed=1)
    assert [verdict.outcome for verdict in result.verdicts] == ["supported"]
    shown = result._repr_html_()
    assert shown.startswith("<iframe")
    assert "&lt;html" in shown
    assert "<script" not in shown
    assert qassay.audit(result.bundle).failure is None


def test_names_are_loaded_when_asked_for():
    code = "import sys, qassay; print([x for x in ('numpy', 'pydantic') if x in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert set(qassay.__all__) <= set(dir(qassay))
    for name in qassay.__all__:
        assert callable(getattr(qassay, name))
    with pytest.raises(AttributeError, match="no attribute 'certify'"):
        _ = qassay.certify


def test_every_public_name_is_defined_once():
    """Who knows a word from one room need not ask what it means in the next."""
    places = defaultdict(list)
    for path in SRC.rglob("*.py"):
        for name in DEFINED.findall(path.read_text(encoding="utf-8")):
            places[name].append(path.relative_to(SRC).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
