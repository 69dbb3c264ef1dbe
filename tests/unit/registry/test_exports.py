"""Tables for other programs, and records of Metriq."""

import csv
import io
import json

import pytest

from qassay.errors import RegistryError
from qassay.registry.catalog import all_registered
from qassay.registry.exports import COLUMNS, figures_csv, write_parquet_table
from qassay.registry.metriq_records import metriq_figures
from qassay.registry.reader import parse_machine

RECORD = {
    "timestamp": "2026-01-23T17:05:44",
    "job_type": "EPLG",
    "results": {
        "chain_lengths": [4, 10, 20],
        "eplg_10": 0.0018,
        "eplg_20": 0.0017,
        "eplg_50": 0.0017,
        "eplg_4": 3e-9,
        "eplg_100": None,
    },
    "platform": {"device": "D", "device_metadata": {"num_qubits": 56, "simulator": False}},
}
HEAD = """[machine]
id = "d"
name = "D"
makers = ["M"]
kind = "gate"
platform = "trapped-ion"
checked = "2026-02-01"

"""


def test_every_figure_is_a_row():
    rows = list(csv.DictReader(io.StringIO(figures_csv(all_registered()))))
    assert len(rows) == sum(len(one.figures) for one in all_registered())
    assert tuple(rows[0]) == COLUMNS
    row = next(r for r in rows if r["machine"] == "ru-msu-rqc-rb-50" and r["figure"] == "f2")
    assert (row["value"], row["statistic"], row["source_date"]) == ("0.9", "typical", "2025-04-01")


def test_parquet_holds_the_same(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="an extra")
    write_parquet_table(all_registered(), tmp_path / "f.parquet")
    table = parquet.read_table(tmp_path / "f.parquet")
    assert table.num_rows == sum(len(one.figures) for one in all_registered())
    assert tuple(table.column_names) == COLUMNS


def test_a_record_becomes_figures_of_a_page(tmp_path):
    path = tmp_path / "r.json"
    path.write_text(json.dumps([RECORD]))
    machine = parse_machine((HEAD + metriq_figures(path)).encode(), "page.toml")
    assert [(one.width, one.value) for one in machine.figures] == [(10, 0.0018), (20, 0.0017)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"platform": {"device_metadata": {"simulator": True}}}, "a record of a simulator"),
        ({"results": {"value": 1}}, "without eplg_N"),
        ({"timestamp": "now"}, "no day"),
        ({"results": []}, "with results"),
    ],
)
def test_what_is_no_figure_is_refused(tmp_path, change, said):
    path = tmp_path / "r.json"
    path.write_text(json.dumps([RECORD | change]))
    with pytest.raises(RegistryError, match=said):
        metriq_figures(path)
