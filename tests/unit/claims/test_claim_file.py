"""A good sheet becomes records in SI units."""

import hashlib
import json

import pytest

from qassay.canonical import canonical_bytes
from qassay.claims import load_claim_sheet, parse_claim_sheet
from qassay.claims.claim import Scope, Source
from qassay.claims.toml_places import find_places

SHEET = """\
[sheet]
title = "50-qubit prototype, as announced"
vendor = "Vendor"
machine = "M-50"
source = {title = "Announcement", publisher = "Press", date = 2024-12-19, url = "https://a.example/b"}
delta = 0.3
notes = [
  \"\"\"two
  lines\"\"\",
]

[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "process_infidelity"
relation = "at most"
value = "0.5 %"
statistic = "median"
scope = {pairs = [[3, 2], [0, 1]]}
delta = 0.1
[claim.conditions]
simultaneous = true
gate_time = "200 us"
temperature = 4

[[claim]]
id = "t1"
metric = "t1"
value = "1.5 min"

[[claim]]
id = "n"
metric = "qubits"
value = 50
"""


def test_a_sheet_is_read_into_si_units():
    sheet = parse_claim_sheet(SHEET.encode(), "good.toml")
    assert (sheet.title, sheet.vendor, sheet.machine) == (
        "50-qubit prototype, as announced",
        "Vendor",
        "M-50",
    )
    assert sheet.source == Source(
        title="Announcement", publisher="Press", date="2024-12-19", url="https://a.example/b"
    )
    assert sheet.notes == ("two lines",)
    assert sheet.text_id == hashlib.sha256(SHEET.encode()).hexdigest()
    gate, t1, qubits = sheet.claims
    assert gate.value == pytest.approx(0.005)
    assert gate.stated == "0.5 %"
    assert (gate.convention, gate.statistic, gate.delta) == ("process_infidelity", "median", 0.1)
    assert gate.scope == Scope(pairs=((0, 1), (2, 3)))
    assert gate.conditions == (
        ("gate_time", "200 us"),
        ("simultaneous", True),
        ("temperature", 4.0),
    )
    assert gate.condition("simultaneous") is True
    assert gate.condition("nothing") is None
    assert gate.unstated == ()
    assert (t1.value, t1.relation, t1.statistic, t1.delta) == (90.0, "at least", "mean", 0.3)
    assert t1.scope.everything
    assert t1.unstated == ("relation", "statistic")
    assert (qubits.value, qubits.stated) == (50.0, "50")


def test_the_tolerance_of_the_sheet_does_not_forgive_missing_qubits():
    qubits = parse_claim_sheet(SHEET.encode()).claims[2]
    assert qubits.value / (1 + qubits.delta) > 49


def test_without_a_tolerance_the_metric_s_own_holds():
    sheet = parse_claim_sheet(SHEET.replace("delta = 0.3\n", "").encode())
    assert sheet.claims[1].delta == 0.25


def test_a_date_may_be_text_and_a_byte_order_mark_is_forgiven():
    text = "\ufeff" + SHEET.replace("2024-12-19", '"December 2024"').replace("\n", "\r\n")
    assert parse_claim_sheet(text.encode()).source.date == "December 2024"


def test_a_sheet_goes_into_a_bundle_as_canonical_json():
    document = parse_claim_sheet(SHEET.encode()).as_json()
    assert json.loads(canonical_bytes(document))["claims"][0]["scope"]["pairs"] == [[0, 1], [2, 3]]


def test_a_file_is_read(tmp_path):
    (tmp_path / "good.toml").write_text(SHEET, encoding="utf-8", newline="")
    assert load_claim_sheet(tmp_path / "good.toml") == parse_claim_sheet(SHEET.encode())


def test_places_of_keys():
    places = find_places(SHEET)
    assert places.line(("sheet", "vendor")) == 3
    assert places.line(("sheet", "source", "url")) == 5
    assert places.line(("claim", 0, "value")) == 17
    assert places.line(("claim", 0, "conditions", "gate_time")) == 23
    assert places.line(("claim", 1, "value")) == 29
    assert places.line(("claim", 1, "scope")) == 26
    assert places.line(("nowhere",)) is None
