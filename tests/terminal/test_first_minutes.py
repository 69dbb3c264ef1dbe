"""What a person does first, on a terminal, narrow and wide."""

import pytest

SHEET = """[sheet]
title = "T"
vendor = "V"
machine = "M"
[[claim]]
id = "1q"
metric = "one_qubit_gate_error"
value = "1 %"
convention = "average_gate_infidelity"
"""


@pytest.fixture
def sheet(tmp_path):
    (tmp_path / "t.toml").write_text(SHEET)
    return "t.toml"


@pytest.mark.parametrize("columns", [60, pytest.param(80, marks=pytest.mark.slow), 200])
@pytest.mark.parametrize(
    "words",
    [
        ("run", "t.toml", "--device", "virtual:msu-rb-50", "--seed", "1"),
        (
            "apply",
            "grid-section",
            "--device",
            "virtual:msu-rb-50",
            "--qubits",
            "8",
            "--shots",
            "96",
            "--depths",
            "1",
            "--seed",
            "1",
        ),
    ],
    ids=["run", "apply"],
)
def test_a_job_of_seconds_shows_how_far_it_is(terminal, sheet, words, columns):
    seen = terminal(*words, columns=columns)
    assert seen.code in (0, 1, 3), seen.raw
    assert "Traceback" not in seen.raw
    assert "measuring" in seen.raw
    assert "measuring" not in seen.screen
    assert not seen.wide
