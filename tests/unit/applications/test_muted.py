"""What a library prints behind Python's back does not come out; all else does."""

import ctypes
import json
import os
import subprocess
import sys
import textwrap

import pytest

from qassay.applications.catalog import application_of, frozen
from qassay.applications.muted import muted

LIBRARY = ctypes.CDLL(None)


def test_what_c_prints_is_lost_and_what_python_prints_is_not(capfd):
    with muted():
        LIBRARY.puts(b"a line of the library")
        os.write(1, b"another, past all buffers\n")
    print("after")
    assert capfd.readouterr().out == "after\n"


def test_it_ends_with_an_error_too(capfd):
    def fails():
        with muted():
            LIBRARY.puts(b"a line of the library")
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fails()
    LIBRARY.puts(b"heard again")
    LIBRARY.fflush(None)
    assert capfd.readouterr().out == "heard again\n"


@pytest.mark.parametrize("closed", [False, True])
def test_in_a_program_of_its_own(closed):
    """Buffered as into a pipe; a moving line is printed while the library works; or no stdout."""
    program = """
    import ctypes, json, os, sys
    if CLOSED:
        os.close(1)
    from qassay.applications.muted import muted
    with muted(), muted():
        ctypes.CDLL(None).puts(b"noise")
        if not CLOSED:
            print(json.dumps({"a": 1}), flush=True)
    if not CLOSED:
        print(json.dumps({"b": 2}))
    """
    text = textwrap.dedent(program).replace("CLOSED", str(closed))
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 120 if closed else 0), done.stderr  # 120: its stdout was closed
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines == ([] if closed else [{"a": 1}, {"b": 2}])


def test_the_solver_is_kept_off_the_standard_output(capfd, monkeypatch):
    """A document of `--json` began with a line of HiGHS, on one problem in eighty."""
    import scipy.optimize

    real = scipy.optimize.milp

    def noisy(*args, **options):
        LIBRARY.puts(b"HighsMipSolverData::transformNewIntegerFeasibleSolution tmpSolver.run();")
        return real(*args, **options)

    monkeypatch.setattr(scipy.optimize, "milp", noisy)
    instance = frozen("grid-section", "case118/8")
    assert application_of("grid-section").solve(instance).proven
    assert capfd.readouterr() == ("", "")
