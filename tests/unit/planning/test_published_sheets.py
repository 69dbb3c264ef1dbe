"""Published claim sheets are planned whole: a claim is served, or says why it is not."""

import importlib.util
import os
from pathlib import Path

import pytest

from qassay.claims import findings, parse_claim_sheet
from qassay.claims.meaning import meaning, missed_from

ROOT = Path(__file__).parents[3]
_SPEC = importlib.util.spec_from_file_location("sheets", ROOT / "benchmarks" / "sheets.py")
sheets = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(sheets)
REGISTRY = Path(os.environ.get("QASSAY_REGISTRY", ROOT.parent / "shared" / "registry" / "sheets"))
OWN = sorted((ROOT / "claims").glob("*.toml"))
# Of the kinds that published figures are: what is not tested must say why.
HEAD = b'[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
KINDS = {
    b'id = "a"\nmetric = "clops"\nkind = "measured"\nvalue = 340000\n': "no protocol yet",
    b'id = "a"\nmetric = "xeb"\nvalue = 0.5\nconditions = {depth = 20}\n': "is computed for",
    b'id = "a"\nmetric = "2q_fidelity"\nconvention = "unstated"\nvalue = "99.8 %"\n'
    b'statistic = "average"\nconditions = {mitigation = "none known"}\n': "condition",
}


def checked(data, name):
    sheet = parse_claim_sheet(data, name)
    assert all(meaning(claim) and missed_from(claim) for claim in sheet.claims)
    findings(sheet)
    return sheets.planned(data, name)


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_the_sheets_of_this_repository(path):
    count, untested = checked(path.read_bytes(), path.name)
    assert count > len(untested)


@pytest.mark.parametrize(("text", "why"), KINDS.items(), ids=range(len(KINDS)))
def test_what_is_not_tested_says_why(text, why):
    count, untested = checked(HEAD + b"[[claim]]\n" + text, "s.toml")
    assert count == len(untested) == 1
    assert why in untested[0][1]


def test_the_registry_s_sheets():
    paths = sorted(REGISTRY.glob("*.toml"))
    if not paths:
        pytest.skip(f"no folder of published sheets at {REGISTRY}: set QASSAY_REGISTRY")
    claims = sum(checked(path.read_bytes(), path.name)[0] for path in paths)
    assert claims > len(paths)
