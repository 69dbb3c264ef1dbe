"""Numbers out of bundles, and what changed between them."""

import csv
import io
import json

import numpy as np
import pytest

import qassay
from qassay.cli.main import cli
from qassay.errors import EvidenceError, UsageError
from qassay.results.comparing import p_value
from qassay.results.rows import Result, Results, estimate_of
from qassay.statistics.estimate import Estimate, no_information

MACHINE = """
[machine]
name = "small-4"
platform = "trapped-ion"
qubits = 4
connectivity = "all-to-all"

[noise]
readout_p01 = {p}
readout_p10 = {p}
"""
SHEET = """
[sheet]
title = "Four ions"
vendor = "A vendor"
machine = "Small 4"
source = {title = "A page", publisher = "A publisher", date = 2026-01-01}

[[claim]]
id = "readout"
metric = "readout_error"
relation = "at most"
value = "1 %"
statistic = "every"
"""


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    """Three runs: twice the same machine, and one that reads worse."""
    folder = tmp_path_factory.mktemp("results")
    (folder / "sheet.toml").write_text(SHEET, encoding="utf-8")
    made = []
    for name, p, seed in (("june", 0.002, 1), ("july", 0.002, 2), ("august", 0.08, 3)):
        machine = folder / f"{name}.toml"
        machine.write_text(MACHINE.replace("{p}", str(p)), encoding="utf-8")
        result = qassay.run(folder / "sheet.toml", str(machine), out=folder / name, seed=seed)
        made.append(result.bundle)
    return made


def test_the_rows_are_the_estimates_of_the_bundle(bundles):
    found = qassay.load(bundles[0])
    audit = qassay.audit(bundles[0])
    rows = [row for row in found.rows if row.quantity == "readout_error"]
    assert [row.target for row in rows] == ["0", "1", "2", "3"]
    (part,) = [p for p in audit.analysis.measured["readout"] if p.quantity == "readout_error"]
    assert [row.value for row in rows] == [one.value for one in part.estimates]
    assert [row.shots for row in rows] == [one.shots for one in part.estimates]
    assert found.simulator
    assert found.trust == "T0"
    assert len(repr(found)) < 300
    assert qassay.audit(str(bundles[0])).failure is None
    assert len(repr(qassay.compare(*bundles))) < 300


def test_csv_reads_back_as_it_was_written(bundles):
    found = qassay.load(bundles[2])
    rows = list(csv.DictReader(io.StringIO(found.csv())))
    assert len(rows) == len(found.rows)
    for row, one in zip(rows, found.rows, strict=True):
        assert float(row["value"]) == one.value
        assert row["target"] == one.target


def test_a_bundle_that_does_not_hold_gives_no_numbers(bundles, tmp_path):
    bad = tmp_path / "bad.qassay.zip"
    data = bytearray(bundles[0].read_bytes())
    data[len(data) // 2] ^= 1
    bad.write_bytes(bytes(data))
    with pytest.raises(EvidenceError):
        qassay.load(bad)


def test_a_worse_machine_is_told_and_the_same_one_is_not(bundles):
    same = qassay.compare(bundles[0], bundles[1])
    assert same.changed == ()
    assert "None of" in same.sentence()
    worse = qassay.compare(*bundles)
    assert {one.other for one in worse.changed} == {2}
    assert "readout_error" in {one.quantity for one in worse.changed}
    assert worse.verdicts == (("readout", ("supported", "supported", "refuted")),)
    assert len(worse.differences) > len(same.differences)


def test_the_same_counts_are_told_to_be_the_same(bundles):
    """A night compared with itself would have it that nothing changed."""
    assert qassay.compare(*bundles).repeated == ()
    again = qassay.compare(bundles[0], bundles[1], bundles[0])
    assert again.repeated == ((3, 1),)
    assert "3. holds counts of 1." in again.sentence()


@pytest.mark.parametrize("few", [(), ("one.zip",)])
def test_one_bundle_cannot_be_compared(few):
    with pytest.raises(UsageError, match="two or more"):
        qassay.compare(*few)


def made_of(values, errors):
    rows = tuple(
        Result(
            experiment="x",
            quantity="t1",
            target=str(q),
            value=v,
            low=v - 1.96 * e,
            high=v + 1.96 * e,
            level=0.95,
            shots=9,
            circuits=9,
            seconds=1.0,
            method="",
        )
        for q, (v, e) in enumerate(zip(values, errors, strict=True))
    )
    return Results(
        bundle="x.zip",
        title="",
        device="",
        simulator=True,
        trust="T0",
        verdicts=(),
        answers=(),
        rows=rows,
    )


def test_without_a_change_any_is_told_in_one_of_twenty():
    """300 pairs of runs, 50 targets each: 5 %, and never beyond 10.6 % (4.4 s.d., p < 1e-4)."""
    draw = np.random.default_rng(5)
    errors = np.full(50, 1.0)
    told = 0
    for _ in range(300):
        first, other = (made_of(100 + draw.standard_normal(50), errors) for _ in range(2))
        told += bool(qassay.compare(first, other).changed)
    assert 0.01 * 300 < told < 0.106 * 300


def test_no_information_is_no_difference():
    sharp = Estimate(value=1.0, low=0.9, high=1.1)
    assert p_value(sharp, no_information()) == 1.0
    open_up = Estimate(value=5.0, low=-np.inf, high=6.0)
    assert p_value(sharp, open_up) == 1.0
    assert p_value(sharp, Estimate(value=2.0, low=1.9, high=2.1)) < 1e-12
    assert np.isnan(
        estimate_of(
            Result(
                experiment="",
                quantity="",
                target="0",
                value=None,
                low=None,
                high=None,
                level=0.95,
                shots=0,
                circuits=0,
                seconds=None,
                method="",
            )
        ).value
    )


def test_the_commands(bundles, tmp_path, capsys):
    def call(*words):
        code = cli.main(list(map(str, words)), standalone_mode=False)
        return code, capsys.readouterr().out

    table = tmp_path / "rows.csv"
    assert call("results", bundles[0], "--csv", table) == (0, f"{table}\n")
    assert table.read_bytes() == qassay.load(bundles[0]).csv().encode()
    code, text = call("results", bundles[0])
    assert code == 0
    assert "SIMULATOR" in text
    page = tmp_path / "page.html"
    code, text = call("compare", *bundles, "--html", page)
    assert code == 0
    assert "beyond chance" in text
    assert "a SIMULATOR" in page.read_text()
    code, text = call("compare", *bundles, "--json")
    found = json.loads(text)
    assert found["comparisons"] == len(qassay.compare(*bundles).differences)
    assert found["verdicts"][0]["claim"] == "readout"
