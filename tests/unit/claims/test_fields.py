"""The page of the claim sheet and the sheet to fill in have the fields that the reader knows."""

import re
import tomllib
from pathlib import Path

import pytest

from qassay.claims import parse_claim_sheet
from qassay.claims.blank_sheet import blank_sheet
from qassay.claims.claim_table import CLAIM_KEYS
from qassay.claims.fields import CLAIM_FIELDS, SHEET_FIELDS, example_sheet, fields_as_markdown
from qassay.claims.sheet_table import SHEET_KEYS

PAGE = Path(__file__).parents[3] / "docs" / "claim-sheet.md"
HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
BESIDE = {
    "share": 'statistic = "share above"\n',
    "test": 'statistic = "median"\n',
    "valid_until": "",
}
USUAL = {
    "id": 'id = "a"',
    "metric": 'metric = "two_qubit_gate_error"',
    "convention": 'convention = "average_gate_infidelity"',
    "value": 'value = "0.5 %"',
}


def test_the_page_is_the_one_that_the_table_writes():
    assert PAGE.read_text(encoding="utf-8") == fields_as_markdown(), (
        "write it again: python -c 'from qassay.claims.fields import fields_as_markdown; "
        'print(fields_as_markdown(), end="")\' > docs/claim-sheet.md'
    )


def test_every_field_of_the_reader_is_explained_and_no_other():
    assert sorted(field.name for field in SHEET_FIELDS) == sorted(SHEET_KEYS)
    assert sorted(field.name for field in CLAIM_FIELDS) == sorted(CLAIM_KEYS)


@pytest.mark.parametrize("field", SHEET_FIELDS, ids=lambda field: field.name)
def test_examples_of_the_head_are_read(field):
    (key,) = tomllib.loads(field.example)
    assert key == field.name
    head = HEAD.replace(f"{key} = ", "x = ") if key in HEAD else HEAD
    kept = "\n".join(line for line in head.splitlines() if not line.startswith("x = "))
    claim = "" if key == "application" else '[[claim]]\nid = "a"\nmetric = "t1"\nvalue = "1 s"\n'
    assert parse_claim_sheet(f"{kept}\n{field.example}\n{claim}".encode())


@pytest.mark.parametrize("field", CLAIM_FIELDS, ids=lambda field: field.name)
def test_examples_of_claims_are_read(field):
    (key,) = tomllib.loads(field.example)
    assert key == field.name
    left = "value" if key == "fidelity" else key
    lines = [line for name, line in USUAL.items() if name not in (key, left)]
    text = HEAD + "[[claim]]\n" + "\n".join(lines) + f"\n{BESIDE.get(key, '')}{field.example}\n"
    (claim,) = parse_claim_sheet(text.encode()).claims
    assert claim.metric == "two_qubit_gate_error"


@pytest.mark.parametrize("field", [f for f in CLAIM_FIELDS if f.required], ids=lambda f: f.name)
def test_what_is_called_required_is(field):
    from qassay.errors import ClaimError

    lines = [line for name, line in USUAL.items() if name != field.name]
    with pytest.raises(ClaimError, match=field.name):
        parse_claim_sheet((HEAD + "[[claim]]\n" + "\n".join(lines)).encode())


def test_the_example_of_the_page_is_a_sheet_without_mistakes():
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert text == example_sheet()
    gate, spam = parse_claim_sheet(text.encode()).claims
    assert (gate.value, spam.value, spam.stated_error) == (0.005, 0.003, 0.001)


def test_the_blank_sheet_is_accepted_and_explains_every_field():
    text = blank_sheet()
    sheet = parse_claim_sheet(text.encode())
    assert [claim.metric for claim in sheet.claims] == ["two_qubit_gate_error", "t1", "qubits"]
    for field in (*SHEET_FIELDS, *CLAIM_FIELDS):
        if field.name != "application":
            assert re.search(rf"^#?{field.name} = ", text, re.MULTILINE), field.name
    assert max(len(line) for line in text.splitlines() if line.startswith("# ")) <= 100


def test_every_field_of_the_blank_sheet_can_be_put_in_force():
    from qassay.claims.blank_sheet import _EXAMPLE

    text = blank_sheet()
    for field in CLAIM_FIELDS:
        if field.name in _EXAMPLE or field.name in ("share", "test"):
            continue
        forced = text.replace(f"\n#{field.example}", f"\n{field.example}", 1)
        if field.name == "fidelity":
            forced = forced.replace('value = "0.5 %"\n', "", 1)
        if field.name == "delta":
            continue  # of the head, whose line comes first
        parse_claim_sheet(forced.encode())
