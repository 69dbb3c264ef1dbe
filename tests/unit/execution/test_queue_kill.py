"""`kill -9` while jobs wait in a queue: the same folder takes them up, and buys none again."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("qiskit")

from tests.kit.cloud import SHEET, Cloud

from qassay.execution.job_book import purchases
from qassay.execution.journal import Journal

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_killed_while_jobs_are_queued(tmp_path):
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    folder, store = tmp_path / "run", tmp_path / "cloud"
    call = [
        sys.executable,
        "-m",
        "qassay",
        "run",
        str(sheet),
        "--device",
        "qiskit:tests.kit.cloud:cloud",
        "--seed",
        "5",
        "--budget-shots",
        "300",
        "--out",
        str(folder),
        "--json",
    ]
    environment = os.environ | {
        "CLOUD_STORE": str(store),
        "CLOUD_DELAY": "3",
    }

    def start(**more):
        return subprocess.Popen(
            call, cwd=ROOT, env=environment | more, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def standing():
        path = folder / "journal.jsonl"
        data = path.read_bytes() if path.exists() else b""
        events = [json.loads(line)["event"] for line in data.splitlines() if line.endswith(b"}}")]
        return [row.standing for row in purchases(events)]

    for answered in (0, 1, 3):  # the canary is out; a cycle is out; a later one is
        process = start()
        # all of a cycle is out: between an intent and its handle a job is told, see test_spine.py
        while not (
            "out" in (now := standing())
            and "may be out" not in now
            and now.count("done") >= answered
        ):
            time.sleep(0.02)
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
    last = start(CLOUD_DELAY="0")
    stdout, stderr = last.communicate(timeout=200)
    assert last.returncode in (0, 1, 3), stderr.decode()
    assert json.loads(stdout)["shots"]
    told = purchases(Journal.open(folder / "journal.jsonl").events)
    assert {row.standing for row in told} == {"done"}
    assert len(Cloud(store).bill) == len(told) == len({row.job for row in told})
