"""Declared figures on the page: a table and words of their own, and no markup of theirs."""

import re

import pytest

import qassay
from qassay.auditing.audit import audit_bundle

SHEET = """[sheet]
title = "t"
vendor = "v"
machine = "m"
[[claim]]
id = "ro"
metric = "readout_error"
value = "20 %"
[[claim]]
id = "up"
kind = "declared"
metric = "up<b>time"
value = "98 % over a month"
document = {title = "Protocol <script>", sha256 = "DIGEST"}
inspector = "N. N."
inspected = 2026-10-03
[[claim]]
id = "power"
kind = "declared"
metric = "power"
relation = "at most"
value = "25 kW"
""".replace("DIGEST", "0" * 64)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("declared")
    path = folder / "sheet.toml"
    path.write_text(SHEET)
    return qassay.run(path, "virtual:prototype-50", seed=1, out=folder / "out")


def test_they_stand_apart_from_the_verdicts(result):
    page = result.datasheet.read_text(encoding="utf-8")
    table = re.search(r'<table class="declared">(.*?)</table>', page, re.DOTALL)[1]
    assert table.count("<tr>") == 3
    assert "inspected" in table
    assert "declared only" in table
    assert "<script>" not in page
    assert "up&lt;b&gt;time" in table
    verdicts = re.search(r'<table class="verdicts">(.*?)</table>', page, re.DOTALL)[1]
    assert "power" not in verdicts
    assert '<a href="#declared">' in page
    assert "1 further figure: inspected, not measured." in page
    assert "1 further figure: declared only, not measured." in page


def test_they_leave_the_answer_open_and_the_evidence_whole(result):
    assert result.verdicts[0].outcome == "supported"
    assert result.exit_code == 3
    assert [one["verdict"] for one in result.as_json()["declared"]] == [
        "inspected",
        "declared only",
    ]
    assert audit_bundle(result.bundle).failure is None
