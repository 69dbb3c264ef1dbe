"""A run that is killed at any moment is taken up again, and nothing is lost or counted twice."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qassay.execution.journal import Journal

# Every protocol. The truth of t1 and t2-star lies between claim and limit, where nothing can be
# settled, so that the run has as many cycles as a run can have.
SHEET = """
[sheet]
title = "All protocols"
vendor = "V"
machine = "virtual:prototype-50"
[[claim]]
id = "n"
metric = "qubits"
value = 50
[[claim]]
id = "readout"
metric = "readout_error"
value = "0.5 %"
[[claim]]
id = "t1"
metric = "t1"
value = "112 s"
[[claim]]
id = "t2-star"
metric = "t2_star"
value = "1.1 s"
[[claim]]
id = "t2-echo"
metric = "t2_echo"
value = "1.9 s"
[[claim]]
id = "1q"
metric = "one_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.2 %"
statistic = "every"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1.5 %"
scope = {pairs = [[0, 1], [1, 2], [2, 3], [10, 20], [30, 40]]}
"""
KILLS = 10


@pytest.fixture
def command(tmp_path):
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")

    def start(out):
        call = [sys.executable, "-m", "qassay", "run", str(sheet), "--device",
                "virtual:prototype-50", "--seed", "3", "--out", str(out), "--json"]  # fmt: skip
        # one thread, so that the moments of the kills do not depend on the cores
        environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        return subprocess.Popen(
            call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )

    return start


def finish(process):
    stdout, stderr = process.communicate(timeout=250)
    assert process.returncode in (0, 1, 3), stderr.decode()
    return json.loads(stdout)


def lines_in(path):
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes().count(b"\n")
    return 0


def test_killed_ten_times_a_run_ends_with_the_same_verdicts(command, tmp_path):
    whole = finish(command(tmp_path / "whole"))
    untouched = Journal.open(tmp_path / "whole" / "journal.jsonl").events
    batches = len(untouched)
    assert batches >= 3 * KILLS

    chance = random.Random(20241219)
    # before the plan is frozen, and after the moments at which so many batches are on disk
    moments = [-1, *sorted(chance.sample(range(batches - 1), KILLS - 1))]
    journal = tmp_path / "killed" / "journal.jsonl"
    killed = 0
    for moment in moments:
        process = command(tmp_path / "killed")
        while lines_in(journal) <= moment and process.poll() is None:
            time.sleep(0.002)
        # at once, or in the middle of what follows; the first one while libraries are loaded
        time.sleep(chance.uniform(0.0, 0.02 if moment >= 0 else 1.0))
        alive = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert not list(Path(tmp_path / "killed").glob("*.zip")) or not alive
        killed += alive and process.returncode == -signal.SIGKILL
    assert killed == KILLS

    before = lines_in(journal)
    resumed = finish(command(tmp_path / "killed"))
    events = Journal.open(journal).events
    assert 0 < before < batches
    assert events == untouched  # none lost, none twice, in the same order, with the same counts
    assert len({event["batch"] for event in events}) == batches
    for key in ("verdicts", "shots", "circuits", "device_seconds", "seed", "alpha"):
        assert resumed[key] == whole[key], key
    one, other = (Path(document["bundle"]).read_bytes() for document in (whole, resumed))
    assert one == other
