"""A small cloud with a queue: its jobs and its bill lie on disk and outlive whoever sent them.

It behaves like a maker's service seen through Qiskit: a job waits, is run, and can be asked for by
its id from another process. Each fault is one that services have had. The bill has a line for every
job that was taken, whatever became of it.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path

from qiskit.providers import BackendV2, JobStatus, JobV1, Options
from qiskit.result import Result

from qassay.devices import virtual_backend
from qassay.devices.machine_file import read_machine

MACHINE = b"""
[machine]
name = "cloud-3"
platform = "superconducting"
qubits = 3
connectivity = "line"
[durations]
one_qubit_gate = "36 ns"
two_qubit_gate = "400 ns"
readout = "5 us"
shot_overhead = "250 us"
[noise]
t1 = "200 us"
t2 = "150 us"
one_qubit_error = 4e-4
two_qubit_error = 1e-2
readout_p01 = 0.02
readout_p10 = 0.03
"""
SHEET = """
[sheet]
title = "Small"
vendor = "v"
machine = "m"
[[claim]]
id = "readout"
metric = "readout_error"
value = "4 %"
conditions = {simultaneous = true}
[[claim]]
id = "t1"
metric = "t1"
value = "100 us"
"""
# After these many jobs the fault begins; others begin at once.
LATER = ("lost", "error", "cancelled", "wrong", "hang", "down")
FAULTS = (*LATER, "auth", "flaky", "down at collecting", "taken, then cut off", "token expires")


class Cloud(BackendV2):
    """The service, as one client sees it.

    Attributes:
        store: Folder of its jobs and its bill.
        delay: Seconds that a job waits.
        fault: One of `FAULTS`, or nothing.
        after: Jobs that go well before the fault begins.
        now: Its clock.
        most: Circuits it takes in one job.
        polls: How often this client has asked for a state.
        sent: How often this client has tried to send.
    """

    def __init__(self, store, *, delay=0.0, fault="", after=2, now=time.time, most=None):
        super().__init__(name="cloud-qpu")
        self.inner = virtual_backend(read_machine(MACHINE, "cloud-3.toml"))
        self.store, self.delay, self.fault, self.after = Path(store), delay, fault, after
        self.now, self.most = now, most
        self.polls = self.sent = 0
        self.store.mkdir(exist_ok=True)

    @property
    def target(self):
        return self.inner.target

    @property
    def max_circuits(self):
        return self.most

    @classmethod
    def _default_options(cls):
        return Options()

    @property
    def bill(self):
        path = self.store / "bill.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def run(self, circuits, shots=1, memory=True, **options):
        del memory, options
        self.sent += 1
        taken = len(self.bill)
        if self.fault == "auth":
            raise PermissionError("401 invalid token eyJhbGciOi.secret at https://cloud/api?key=1")
        if self.fault == "token expires" and taken >= self.after:
            raise RuntimeError("HTTP 401: unauthorized")
        if self.fault == "down" and taken >= self.after:
            raise ConnectionError("503 service unavailable")
        kind = self.fault if self.fault in LATER and taken >= self.after else ""
        if self.fault == "flaky" and taken % 3 == 2:
            kind = "lost"
        key = uuid.uuid4().hex
        result = self.inner.run(circuits, shots=shots, memory=True).result()
        (self.store / f"{key}.result").write_text(json.dumps(result.to_dict(), default=str))
        about = {"ready": self.now() + self.delay, "fault": kind}
        (self.store / f"{key}.json").write_text(json.dumps(about))
        size = sum(circuit.size() for circuit in circuits)
        names = sorted({circuit.name for circuit in circuits})
        line = {
            "id": key,
            "circuits": len(circuits),
            "shots": shots,
            "size": size,
            "measured": max(len(c.clbits) for c in circuits),
            "names": names,
        }
        with (self.store / "bill.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
        if self.fault == "taken, then cut off" and taken == self.after:
            raise TimeoutError("read timed out")
        return CloudJob(self, key)

    def retrieve_job(self, key):
        return CloudJob(self, key)


class CloudJob(JobV1):
    def __init__(self, cloud, key):
        super().__init__(cloud, key)
        self.cloud, self.key = cloud, key

    def submit(self):
        raise NotImplementedError

    def _about(self):
        path = self.cloud.store / f"{self.key}.json"
        if not path.exists():
            raise RuntimeError("404 no such job")
        return json.loads(path.read_text())

    def cancel(self):
        about = self._about()
        if about["fault"] != "hang":
            return False
        (self.cloud.store / f"{self.key}.json").write_text(
            json.dumps(about | {"fault": "cancelled", "ready": 0})
        )
        return True

    def status(self):
        self.cloud.polls += 1
        if self.cloud.fault == "down at collecting" and len(self.cloud.bill) > self.cloud.after:
            raise ConnectionError("503 service unavailable")
        about = self._about()
        if about["fault"] == "hang" or self.cloud.now() < about["ready"]:
            return JobStatus.QUEUED
        ends = {"error": JobStatus.ERROR, "cancelled": JobStatus.CANCELLED}
        return ends.get(about["fault"], JobStatus.DONE)

    def result(self):
        about = self._about()
        if about["fault"] == "lost":
            raise RuntimeError("404 no such job")
        if about["fault"] == "error":
            raise RuntimeError("job has failed: calibration in progress")
        if about["fault"] == "cancelled":
            raise RuntimeError("job was cancelled by the operator")
        result = Result.from_dict(json.loads((self.cloud.store / f"{self.key}.result").read_text()))
        if about["fault"] == "wrong":
            for part in result.results:
                part.data.memory = part.data.memory[:-1]
        return result


def cloud():
    """Open what the environment names: for commands in processes of their own."""
    found = os.environ
    delay, after = float(found.get("CLOUD_DELAY", "0")), int(found.get("CLOUD_AFTER", "2"))
    return Cloud(found["CLOUD_STORE"], delay=delay, after=after, fault=found.get("CLOUD_FAULT", ""))
