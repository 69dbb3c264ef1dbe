"""The self-check on the real product: honest when it is, alarmed when somebody lies."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from qassay.cli.main import cli
from qassay.execution.processes import SerialExecutor
from qassay.execution.workers import executor_of
from qassay.selfcheck import Settings, run_study
from qassay.selfcheck.trial import run_trial

READOUT = ("readout_error", "readout_error_0", "readout_error_1")
CHANCE = 1e-6  # of a false alarm, over all cells


@pytest.fixture(scope="module")
def readout():
    return run_study(Settings(machines=30, seed=3, metrics=READOUT, world="tame"), SerialExecutor())


def alarmed(study):
    cells = study.cells()
    return {cell.what for cell in cells if cell.p_value < CHANCE / len(cells)}


def test_the_product_keeps_its_promises_on_readout(readout):
    assert len(readout.records) == 30 * 4
    assert alarmed(readout) == set()
    assert {record.outcome for record in readout.records} >= {"supported", "refuted"}


def test_a_judge_that_always_supports_is_caught_by_the_exit_code(readout):
    def lie(settings, number):
        mine = (record for record in readout.records if record.machine == number)
        return tuple(replace(record, outcome="supported") for record in mine)

    study = run_study(readout.settings, SerialExecutor(), trial=lie)
    assert study.exit_code == 1
    assert alarmed(study) == {"wrongly supported"}


def test_intervals_a_quarter_as_wide_are_caught_by_the_exit_code(readout):
    """They hold the truth in some 45 %; 23 of 30 or more, which could be chance, in 3e-4."""

    def lie(settings, number):
        mine = (record for record in readout.records if record.machine == number)
        return tuple(
            replace(r, low=(r.low + 3 * r.value) / 4, high=(r.high + 3 * r.value) / 4) for r in mine
        )

    study = run_study(readout.settings, SerialExecutor(), trial=lie)
    assert study.exit_code == 1
    assert {cell.what for cell in study.failures()} == {"covered"}


@pytest.mark.slow  # a run in two processes, and a study on a cluster, are compared always
def test_the_number_of_workers_changes_nothing():
    settings = Settings(machines=2, first=7, metrics=("readout_error",), world="tame")
    alone = run_study(settings, SerialExecutor())
    with executor_of(2) as executor:
        together = run_study(settings, executor)
    assert repr(together.records) == repr(alone.records)  # NaN is not equal to itself


def test_machine_17_is_the_same_in_every_study():
    settings = Settings(machines=1, first=17, metrics=("readout_error",), world="tame")
    (record, *_) = run_study(settings, SerialExecutor()).records
    within = run_trial(Settings(machines=40, metrics=("readout_error",), world="tame"), 17)
    assert repr(within[0]) == repr(record)


def test_the_command_prints_one_document_and_writes_the_certificate(tmp_path):
    page = tmp_path / "calibration.md"
    words = [
        "selfcheck",
        "--world",
        "tame",
        "--machines",
        "3",
        "--metric",
        "readout_error",
        "--json",
    ]
    words += ["--write", str(page), "--keep", str(tmp_path / "kept")]
    result = CliRunner().invoke(cli, words, standalone_mode=False)
    assert result.return_value == 0, result.output
    told = json.loads(result.stdout)
    assert told["settings"]["machines"] == 3
    assert told["verdicts"] == 6
    assert told["failures"] == []
    assert (
        "qassay selfcheck --machines 3 --seed 1 --world tame --metric readout_error"
        in page.read_text()
    )
    assert (tmp_path / "kept" / "2-machine.toml").exists()


@pytest.mark.slow
def test_the_product_keeps_its_promises_on_every_metric():
    study = run_study(Settings(machines=40, seed=5, world="tame"), SerialExecutor())
    assert alarmed(study) == set()
