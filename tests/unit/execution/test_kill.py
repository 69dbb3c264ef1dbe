"""A run that is killed at any moment is taken up again, and nothing is lost or counted twice.

A sheet of all protocols, killed ten times, and one of two, twice, in the slow tests; always a run
that is killed at four of its writes, in tests/terminal/test_interrupted.py.
"""

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

# Every protocol. The truth of t1 and of t2-star lies between claim and limit, where little can
# be settled, so that the run has many cycles.
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
value = "110 s"
statistic = "every"
scope = {qubits = [0, 1]}
[[claim]]
id = "t2-star"
metric = "t2_star"
value = "1.05 s"
statistic = "every"
scope = {qubits = [3, 7]}
[[claim]]
id = "t2-echo"
metric = "t2_echo"
value = "1.5 s"
scope = {qubits = [0, 1, 2, 3]}
[[claim]]
id = "1q"
metric = "one_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.2 %"
statistic = "every"
scope = {qubits = [0, 1, 49]}
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1.5 %"
scope = {pairs = [[0, 1], [1, 2], [2, 3], [10, 20], [30, 40]]}
"""
HEAD, *CLAIMS = SHEET.split("[[claim]]")
SMALL = "[[claim]]".join((HEAD, CLAIMS[1], CLAIMS[2]))


@pytest.fixture
def command(tmp_path, kills):
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SMALL if kills < 3 else SHEET, encoding="utf-8")

    def start(out):
        call = [
            sys.executable,
            "-m",
            "qassay",
            "run",
            str(sheet),
            "--device",
            "virtual:prototype-50",
            "--seed",
            "3",
            "--out",
            str(out),
            "--json",
        ]
        environment = dict(os.environ)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return subprocess.Popen(
            call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )

    return start


def finish(process):
    stdout, stderr = process.communicate(timeout=250)
    assert process.returncode in (0, 1, 3), stderr.decode()
    return json.loads(stdout)


def untimed(events):
    return [{key: value for key, value in event.items() if key != "at"} for event in events]


def lines_in(path):
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes().count(b"\n")
    return 0


@pytest.mark.slow
@pytest.mark.parametrize("kills", [2, 10])
def test_killed_again_and_again_a_run_ends_with_the_same_verdicts(command, tmp_path, kills):
    whole = finish(command(tmp_path / "whole"))
    untouched = Journal.open(tmp_path / "whole" / "journal.jsonl").events
    batches = len(untouched)
    assert batches >= 2 * kills

    chance = random.Random(20241219)
    # While libraries are loaded, when so many batches are on disk, and when all of them are.
    first = -1 if kills > 2 else batches // 4
    moments = [first, *sorted(chance.sample(range(batches - 1), kills - 2)), batches - 1]
    folder = tmp_path / "killed"
    journal = folder / "journal.jsonl"
    seen = []
    for moment in moments:
        goal = moment if moment < 0 else min(max(moment, lines_in(journal)), batches - 1)
        process = command(folder)
        while lines_in(journal) <= goal and process.poll() is None:
            time.sleep(0.002)
        # at once, or in the middle of what follows
        time.sleep(chance.uniform(0.0, 0.3 if moment < 0 else 0.03))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        seen.append(lines_in(journal))
        for bundle in folder.glob("*.zip"):  # whole or not there
            assert bundle.read_bytes() == Path(whole["bundle"]).read_bytes()
    assert seen == sorted(seen)
    assert seen[0] < batches // 2 < seen[-1] == batches

    resumed = finish(command(folder))
    events = Journal.open(journal).events
    assert untimed(events) == untimed(untouched)  # none lost, none twice, in the same order
    assert len({event["batch"] for event in events}) == batches
    for key in ("verdicts", "shots", "circuits", "device_seconds", "seed", "alpha"):
        assert resumed[key] == whole[key], key
    one, other = (Path(document["bundle"]).read_bytes() for document in (whole, resumed))
    assert one == other
