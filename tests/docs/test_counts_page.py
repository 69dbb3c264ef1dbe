"""The examples of docs/counts.md are read as they stand."""

import json
import re
from pathlib import Path

from qassay.published.converters import from_qiskit
from qassay.published.counts import read_published

PAGE = Path(__file__).parents[2] / "docs" / "counts.md"


def test_the_example_is_read(tmp_path):
    text = PAGE.read_text(encoding="utf-8")
    sheet, *_ = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    table, _ = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)
    (tmp_path / "counts.toml").write_text(sheet, encoding="utf-8")
    (tmp_path / "tq.csv").write_text(table, encoding="utf-8")
    (tmp_path / "t1.csv").write_text(
        "target,delay_s,circuit,shots,hits\n0,0,a,100,99\n0,1e-4,b,100,40\n", encoding="utf-8"
    )
    (tmp_path / "readout.csv").write_text(
        "target,prepared,circuit,shots,ones\n0,0,a,100,1\n0,1,b,100,98\n", encoding="utf-8"
    )
    found = read_published("counts", tmp_path)
    assert [one.quantity for one in found.counts] == ["two_qubit_gate_error", "t1", "readout_error"]
    assert not [note for note in found.notes if note.startswith("Not")]


def test_the_example_of_registers_is_read(tmp_path):
    text = PAGE.read_text(encoding="utf-8")
    *_, sheet = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    _, table = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)
    (tmp_path / "counts.toml").write_text(sheet, encoding="utf-8")
    (tmp_path / "strings.csv").write_text(table, encoding="utf-8")
    (tmp_path / "circuits.csv").write_text(
        "circuit,targets,depth,expected\na,0-1-2-3,8,0110\nb,0-1-2-3,8,1100\n", encoding="utf-8"
    )
    found = read_published("counts", tmp_path)
    assert [(one.quantity, one.trials.circuits) for one in found.counts] == [
        ("mirror_polarization", 2)
    ]
    assert not [note for note in found.notes if note.startswith("Not")]


def test_the_example_of_ionq_is_read(tmp_path):
    _, sheet, _ = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "counts.toml").write_text(sheet, encoding="utf-8")
    frame = {
        "qubit_pair": {"0": [0, 1]},
        "two_qubit_gate_ratio": {"0": 0.75},
        "depths": {"0": [1, 100]},
        "success_probs_by_depth": {"0": [[0.99, 0.98], [0.62, 0.66]]},
    }
    path = tmp_path / "data_DRB2Q_decaydata.json"
    path.write_text(json.dumps(frame), encoding="utf-8")
    assert len(read_published("ionq", tmp_path).counts) == 1


def test_the_list_in_the_text_is_a_result():
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    (result,) = re.findall(r'lists of `(\{"metadata".*?\}\})`', text)
    assert from_qiskit(f"[{result}]".encode(), "x.json") == [("0-1", 2, "0", 100, 97)]
