"""The examples for laboratories run as they stand."""

import importlib
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def example(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))

    def load(name):
        return importlib.import_module(name)

    return load


def test_from_a_laboratorys_csv_to_a_datasheet(example, tmp_path, capsys):
    example("csv_to_datasheet").main(tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("cz: 0.00")
    assert lines[0].endswith("supported")
    assert lines[1].endswith("refuted")
    assert 'rb.csv: columns not used: "cryostat"' in lines
    assert "measured 2026-04-17" in " ".join(lines)
    assert Path(lines[-1]).is_file()


def test_a_laboratory_with_its_own_control_software(example, tmp_path, capsys):
    example("own_control").main(tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == ["readout", "cz"]
    assert all(line.endswith(("supported", "inconclusive")) for line in lines[:2])
    assert "SIMULATOR" in Path(lines[-1]).read_text(encoding="utf-8").upper()
