"""What ends badly ends in one sentence, and never with the exit code of a verdict."""

import errno
import json
import socket
import subprocess
import sys
import types
from pathlib import Path

import pytest

import qassay.assay
from qassay.execution import processes, runner
from qassay.execution.journal import Journal

RUN = ("run", "sheet.toml", "--device", "machine.toml", "--seed", 1, "--out", "out")
FAULTS = {
    "overflow": (OverflowError("math range error"), ["qassay itself failed: OverflowError"]),
    "memory": (MemoryError(), ["no memory left", "--workers"]),
    "recursion": (RecursionError("too deep"), ["qassay itself failed: RecursionError"]),
    "full disk": (OSError(errno.ENOSPC, "x", "out/f"), ["out/f: found no room left on the disk"]),
    "quota": (OSError(errno.EDQUOT, "x", "out/f"), ["no room left on the disk"]),
    "read-only": (OSError(errno.EROFS, "x", "out/f"), ["a place that qassay may not use"]),
    "rights": (PermissionError(errno.EACCES, "x", "out/f"), ["choose another folder"]),
    "too many files": (OSError(errno.EMFILE, "x"), ["a limit of the system"]),
    "a sick disk": (OSError(errno.EIO, "x", "out/f"), ["out/f: found Input/output error"]),
    "nothing said": (AssertionError(), ["qassay itself failed: AssertionError (assay/"]),
}


@pytest.fixture
def ready(qassay, sheet, machine):
    Path("machine.toml").write_text(machine, encoding="utf-8")
    Path("sheet.toml").write_text(sheet, encoding="utf-8")
    return qassay


def failing(error):
    def fail(*_args, **_options):
        raise error

    return fail


OFTEN = ("memory", "full disk", "nothing said")  # each by a way of its own


@pytest.mark.parametrize(
    "fault",
    [one if one in OFTEN else pytest.param(one, marks=pytest.mark.slow) for one in FAULTS],
)
def test_a_fault_of_the_judge_leaves_the_counts(ready, monkeypatch, fault):
    error, words = FAULTS[fault]
    with monkeypatch.context() as broken:
        broken.setattr(qassay.assay, "analyse", failing(error))
        code, out, err = ready(*RUN, "--json")
    assert (code, out) == (70, "")
    assert "Traceback" not in err
    (line,) = err.splitlines()
    for word in [*words, "kept in out: the same command goes on from there"]:
        assert word in line
    before = Path("out/journal.jsonl").read_bytes()
    code, out, _ = ready(*RUN, "--json")
    assert code in (0, 1, 3)
    assert json.loads(out)["measured"] is False
    assert Path("out/journal.jsonl").read_bytes() == before


def test_a_crash_prints_its_traceback_to_whoever_asks(ready, monkeypatch):
    monkeypatch.setattr(qassay.assay, "analyse", failing(ZeroDivisionError("division by zero")))
    monkeypatch.setenv("QASSAY_TRACEBACK", "1")
    code, _, err = ready(*RUN, "--json")
    assert code == 70
    assert "Traceback (most recent call last)" in err
    assert "qassay itself failed: ZeroDivisionError: division by zero" in err


def test_counts_that_cannot_be_scored_are_kept(ready, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(runner, "score_batches", failing(ValueError("no score")))
        code, _, err = ready(*RUN, "--json")
    assert code == 70
    assert "ValueError: no score" in err
    events = Journal.open(Path("out/journal.jsonl")).events
    assert len(events) == 1
    assert events[0]["outcomes"]
    assert ready(*RUN, "--json")[0] in (0, 1, 3)
    assert Journal.open(Path("out/journal.jsonl")).events[0] == events[0]


def test_a_disk_that_fills_up_in_the_middle(ready, monkeypatch):
    """The line that does not fit leaves no half of it, and none is written behind it."""
    ready(*RUN, "--json")
    whole = Journal.open(Path("out/journal.jsonl")).events
    real = Journal.append

    def append(self, event):
        if len(self.events) == 2:
            with self.path.open("ab") as file:
                file.write(b'{"sha256":"torn')
            raise OSError(errno.ENOSPC, "No space left on device", str(self.path))
        real(self, event)

    with monkeypatch.context() as full:
        full.setattr(Journal, "append", append)
        code, out, err = ready(*RUN[:-1], "full", "--json")
    assert (code, out) == (70, "")
    assert "found no room left on the disk" in err
    assert "2 counted batches are kept in full" in err
    assert ready(*RUN[:-1], "full", "--json")[0] in (0, 1, 3)
    again = Journal.open(Path("full/journal.jsonl")).events
    assert [event["outcomes"] for event in again] == [event["outcomes"] for event in whole]


@pytest.mark.parametrize(
    "words",
    [("--help",), pytest.param(("machines",), marks=pytest.mark.slow), ("machines", "--json")],
)
def test_a_reader_who_leaves_is_met_in_silence(words):
    """`qassay ... | head -0`: neither a traceback nor the code of a verdict."""
    call = [sys.executable, "-m", "qassay", *words]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        err = process.stderr.read()
        assert (process.wait(), err) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that Linux has")
@pytest.mark.parametrize("words", [("--help",), ("machines", "--json")])
def test_an_output_that_takes_nothing(words):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "qassay", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 70
    assert done.stderr.startswith("error: standard output: found no room left on the disk")
    assert done.stderr.count("\n") == 1


def test_where_no_process_may_begin_the_work_is_done_in_one(ready, monkeypatch):
    plain = json.loads(ready(*RUN, "--json")[1])
    barred = failing(OSError(errno.ENOSYS, "Function not implemented"))
    monkeypatch.setattr(processes, "ProcessPoolExecutor", barred)
    code, out, err = ready(*RUN[:-1], "alone", "--workers", 2, "--json")
    assert code in (0, 1, 3)
    assert err.startswith("note: this system lets no worker processes begin")
    assert "in one process" in err
    assert json.loads(out)["verdicts"] == plain["verdicts"]


class NoScheduler:
    def __init__(self, address, timeout, set_as_default):
        raise OSError(f"Timed out trying to connect to tcp://{address} after {timeout} s")


class NoWorkers:
    closed = False

    def __init__(self, address, timeout, set_as_default):
        pass

    def wait_for_workers(self, count, timeout):
        raise TimeoutError(f"Only 0/{count} workers arrived after {timeout}")

    def close(self, timeout):
        NoWorkers.closed = True


@pytest.mark.parametrize(
    ("client", "words"),
    [(NoScheduler, "no scheduler that answers"), (NoWorkers, "a scheduler without a worker")],
)
def test_a_cluster_that_is_not_there(ready, monkeypatch, client, words):
    monkeypatch.setitem(sys.modules, "distributed", types.SimpleNamespace(Client=client))
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        address = f"127.0.0.1:{somebody.getsockname()[1]}"
        code, out, err = ready(*RUN, "--workers", f"dask://{address}", "--json")
    assert (code, out) == (70, "")
    assert err.startswith(f"error: --workers: found {words} at {address} within 10 s")
    assert err.count("\n") == 1
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("closed", "words", "code"),
    [
        (">&-", "machines", 0),
        pytest.param("2>&-", "check nope.toml", 2, marks=pytest.mark.slow),
        ("<&- >&- 2>&-", "check nope.toml", 2),
    ],
)
def test_streams_that_are_closed_are_no_verdict(tmp_path, closed, words, code):
    """As a timer or a service begins commands: the next file would take the number 1 or 2."""
    line = f"{sys.executable} -m qassay {words} {closed}"
    done = subprocess.run(
        ["sh", "-c", line], check=False, cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
