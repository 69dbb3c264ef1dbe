"""A small plan, and a device that answers as a test tells it to."""

import numpy as np
import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription, Durations
from qassay.devices.interface import JobResult
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.randomness import root_from_integer

# Limits far from the claims, so that the plan is small.
SHEET = """
[sheet]
title = "Small"
vendor = "V"
machine = "fake-4"
[[claim]]
id = "t1"
metric = "t1"
value = "10 ms"
delta = 3.0
statistic = "every"
[[claim]]
id = "ro"
metric = "readout_error"
value = "3 %"
delta = 3.0
[[claim]]
id = "1q"
metric = "one_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1 %"
delta = 3.0
"""
ROOT = root_from_integer(7)


class FakeDevice:
    """Answers each job with `answer(job, attempt)`: outcomes, a whole result, or an error."""

    computes_here = True

    def __init__(self, answer):
        self.answer = answer
        self.attempts = {}
        self.jobs = []
        self.waiting = {}

    def describe(self):
        return DeviceDescription(
            name="fake-4",
            platform="other",
            qubits=4,
            durations=Durations(one_qubit_gate=1e-6, readout=1e-6, shot_overhead=1e-3),
        )

    def submit(self, job):
        self.jobs.append(job)
        attempt = self.attempts[job.id] = self.attempts.get(job.id, -1) + 1
        self.waiting[job.id] = job, attempt
        return job.id

    def collect(self, handle):
        job, attempt = self.waiting.pop(handle)
        given = self.answer(job, attempt)
        if isinstance(given, Exception):
            raise given
        if isinstance(given, np.ndarray):
            return JobResult(job_id=job.id, outcomes=given, seconds=1.5)
        return given


@pytest.fixture
def fake_device():
    return FakeDevice


@pytest.fixture
def root():
    return ROOT


@pytest.fixture
def sheet_file(tmp_path):
    path = tmp_path / "sheet.toml"
    path.write_text(SHEET, encoding="utf-8")
    return path


@pytest.fixture
def plan():
    sheet = parse_claim_sheet(SHEET.encode())
    return make_plan(sheet, FakeDevice(None).describe(), ROOT, Options(), "test")
