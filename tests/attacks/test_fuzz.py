"""A bounded run of `fuzz/run.py`: every parser of evidence, a few hundred hostile inputs each."""

import importlib.util
from pathlib import Path

import pytest


def harness():
    path = Path(__file__).parents[2] / "fuzz" / "run.py"
    spec = importlib.util.spec_from_file_location("fuzz_run", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_parser_crashes():
    executions, crashes = harness().fuzz(10.0, seed=7, executions=30)
    assert crashes == 0
    assert executions > 100


@pytest.mark.slow
@pytest.mark.timeout(1200)  # 300 s of fuzzing, on a machine that may do other things
def test_no_parser_crashes_for_long():
    assert harness().fuzz(300.0, seed=8)[1] == 0
