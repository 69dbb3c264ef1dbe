"""`kill -9` while a question is answered: taken up again, with the same result.

Once in the middle of each and ten times, in the slow tests; always a request that is killed between
two writes, in tests/terminal/test_interrupted.py.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

TEN = tuple(number / 10 for number in range(10))
BELL = """OPENQASM 3.0;
include "stdgates.inc";
qubit[3] q;
bit[3] c;
h q[0];
cx q[0], q[1];
cx q[1], q[2];
c = measure q;
"""
CALLS = {
    "accredit": ("accredit", "bell.qasm", "--traps", "4000", "--targets", "400"),
    "rcs": (
        "rcs",
        "--qubits",
        "6",
        "--depth",
        "4",
        "--circuits",
        "2000",
        "--checked",
        "4",
        "--shots",
        "2",
    ),
    "characterize": ("characterize", "--precision", "0.4"),
    "apply": ("apply", "max-cut", "--qubits", "6", "--depths", "1,2", "--batches", "60"),
    "fragment-energy": ("apply", "fragment-energy", "--instance", "h4", "--batches", "60"),
}
SMALL = {"4000": "800", "400": "60", "2000": "300", "60": "20"}  # where one kill will do
# times and places of here
UNLIKE = (
    *("bundle", "datasheet", "page", "sheet", "folder"),
    *("measured", "measured_at", "wall_seconds", "timings", "classical", "how_far"),
)


@pytest.mark.slow
@pytest.mark.parametrize("goals", [(0.5,), TEN], ids=len)
@pytest.mark.parametrize("name", CALLS)
def test_a_killed_question_is_taken_up_again(tmp_path, name, goals):
    (tmp_path / "bell.qasm").write_text(BELL, encoding="utf-8")
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def start(folder):
        words = CALLS[name] if len(goals) > 1 else [SMALL.get(word, word) for word in CALLS[name]]
        call = [
            sys.executable,
            "-m",
            "qassay",
            *words,
            "--device",
            "virtual:prototype-50",
            "--seed",
            "3",
            "--out",
            str(tmp_path / folder),
            "--json",
        ]
        return subprocess.Popen(
            call, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def finish(process):
        stdout, stderr = process.communicate(timeout=250)
        assert process.returncode in (0, 1, 3), stderr.decode()
        return {key: value for key, value in json.loads(stdout).items() if key not in UNLIKE}

    def lines(folder):
        path = tmp_path / folder / "journal.jsonl"
        return path.read_bytes().count(b"\n") if path.exists() else 0

    whole = finish(start("whole"))
    jobs = lines("whole")
    assert jobs > 2
    chance = random.Random(7)
    for part in goals:
        goal = min(jobs - 1, round(part * jobs))
        process = start("killed")
        while lines("killed") <= goal and process.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert finish(start("killed")) == whole
    assert lines("killed") == jobs
