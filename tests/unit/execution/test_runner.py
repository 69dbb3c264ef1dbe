"""The runner beside devices that lose, double, mix up and spoil their jobs."""

import json
import os
import re
import time
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.devices.interface import JobResult
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import (
    DeviceError,
    JobLostError,
    QassayError,
    UnavailableError,
    UnsupportedCircuitError,
    WorkerLostError,
)
from qassay.execution.journal import Journal
from qassay.execution.processes import SerialExecutor
from qassay.execution.runner import run_plan
from qassay.execution.spine import MAX_ATTEMPTS, checked
from qassay.execution.workers import executor_of, in_order
from qassay.planning.schedule import cycle, cycles
from qassay.protocols.batches import draw_batch


def slots_of(plan):
    return [slot for number in range(cycles(plan)) for slot in cycle(plan, number)]


def run(plan, device, root, path, settled=lambda _: frozenset()):
    journal = Journal.open(path)
    return list(run_plan(plan, device, root, journal, SerialExecutor(), settled))


KEYS = {}  # of each plan, which is drawn once


@pytest.fixture
def ideal(plan, root):
    """Give the ideal outcomes of a job of the small plan."""
    if (plan.id, root) not in KEYS:
        KEYS[plan.id, root] = {
            slot.id: draw_batch(slot.experiment, slot.index, 4, root).key for slot in slots_of(plan)
        }
    expected = KEYS[plan.id, root]
    return lambda job: expected[job.id][:, None, :].copy()


def test_every_batch_runs_once_in_the_order_of_the_plan(plan, root, fake_device, ideal, tmp_path):
    device = fake_device(lambda job, _: ideal(job))
    done = run(plan, device, root, tmp_path / "j")
    slots = slots_of(plan)
    assert [job.id for job in device.jobs] == [slot.id for slot in slots]
    assert [(f.experiment.id, f.index) for f in done] == [
        (slot.experiment.id, slot.index) for slot in slots
    ]
    assert [job.start_seconds for job in device.jobs] == sorted(
        job.start_seconds for job in device.jobs
    )
    assert sum(len(f.circuit_ids) for f in done) == plan.cost.shots
    assert all(f.failures == () and f.seconds == 1.5 for f in done)
    for finished in done:
        for quantity, trials in finished.scored.items():
            wanted = 0 if quantity.startswith("readout") else 1  # errors there, hits elsewhere
            assert (trials.hits == wanted).all()


def test_a_finished_journal_needs_no_device(plan, root, fake_device, ideal, tmp_path):
    first = run(plan, fake_device(lambda job, _: ideal(job)), root, tmp_path / "j")
    data = (tmp_path / "j").read_bytes()
    idle = fake_device(None)
    again = run(plan, idle, root, tmp_path / "j")
    assert idle.jobs == []
    assert (tmp_path / "j").read_bytes() == data
    for one, other in zip(first, again, strict=True):
        assert (one.outcomes == other.outcomes).all()
        assert one.circuit_ids == other.circuit_ids
        assert (one.seconds, one.notes, one.failures) == (
            other.seconds,
            other.notes,
            other.failures,
        )


def wrong_id(job):
    return JobResult(job_id="t1/9999", outcomes=np.ones((job.circuits, 1, 4), np.uint8))


def shaped(circuits=0, shots=1, qubits=4, dtype=np.uint8, value=1):
    def answer(job):
        return np.full((job.circuits + circuits, shots, qubits), value, dtype=dtype)

    return answer


SPOILT = {
    "lost": (lambda _: JobLostError("the laser was off"), "the laser was off"),
    "unreachable": (lambda _: UnavailableError("timed out after 60 s"), "timed out"),
    "a timeout of the system": (lambda _: TimeoutError("60 s are over"), "60 s are over"),
    "a broken connection": (lambda _: ConnectionResetError("reset by peer"), "reset by peer"),
    "another job": (wrong_id, "t1/9999"),
    "one circuit too few": (shaped(circuits=-1), "expected ("),
    "one circuit too many": (shaped(circuits=1), "expected ("),
    "two shots": (shaped(shots=2), "expected ("),
    "no shot": (shaped(shots=0), "expected ("),
    "a qubit too few": (shaped(qubits=3), "expected ("),
    "flat": (lambda job: np.ones(job.circuits * 4, np.uint8), "expected ("),
    "a two": (shaped(value=2), "other than 0 and 1"),
    "minus one": (shaped(value=-1, dtype=np.int8), "other than 0 and 1"),
    "half a bit": (shaped(value=0.5, dtype=np.float64), "other than 0 and 1"),
    "not a number": (shaped(value=np.nan, dtype=np.float64), "other than 0 and 1"),
    "letters": (shaped(value="1", dtype="U1"), "other than 0 and 1"),
    "objects": (shaped(value=None, dtype=object), "other than 0 and 1"),
}


# One of each kind is played in whole runs; that a result is refused is asked of all of them.
PLAYED = ("lost", "unreachable", "another job", "one circuit too few", "a two", "letters")


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_answer_is_refused(name):
    answer, words = SPOILT[name]
    made = answer(SimpleNamespace(circuits=3))
    if isinstance(made, Exception):
        return  # nothing comes back
    result = made if isinstance(made, JobResult) else JobResult(job_id="t1/0", outcomes=made)
    with pytest.raises(JobLostError, match=re.escape(words)):
        checked("t1/0", result, (3, 1, 4))


@pytest.mark.parametrize(
    "name", [*PLAYED, *(pytest.param(k, marks=pytest.mark.slow) for k in SPOILT if k not in PLAYED)]
)
def test_a_spoilt_answer_is_not_used_and_the_job_is_sent_again(
    plan, root, fake_device, ideal, tmp_path, name
):
    """All wrong answers hold ones; only the right one, which comes last, may be counted."""
    answer, words = SPOILT[name]
    spoilt = slots_of(plan)[1].id
    device = fake_device(
        lambda job, attempt: (
            answer(job) if job.id == spoilt and attempt < MAX_ATTEMPTS - 1 else ideal(job)
        )
    )
    done = run(plan, device, root, tmp_path / "j")
    assert [(f.experiment.id, f.index) for f in done] == [
        (slot.experiment.id, slot.index) for slot in slots_of(plan)
    ]
    (failed,) = [f for f in done if f.failures]
    assert f"{failed.experiment.id}/{failed.index:04d}" == spoilt
    assert len(failed.failures) == MAX_ATTEMPTS - 1
    assert all(words in failure for failure in failed.failures)
    assert device.attempts[spoilt] == MAX_ATTEMPTS - 1
    assert len(device.jobs) == len(done) + MAX_ATTEMPTS - 1
    assert sum(len(f.outcomes) for f in done) == plan.cost.shots
    sent = [job for job in device.jobs if job.id == spoilt]
    ids = [[i for family in job.families for i in family.circuit_ids()] for job in sent]
    assert ids[0] == ids[1] == ids[2]
    for finished in done:
        for quantity, trials in finished.scored.items():
            assert (trials.hits == (0 if quantity.startswith("readout") else 1)).all()
    # and what was journaled is what was used
    again = run(plan, fake_device(None), root, tmp_path / "j")
    assert [f.failures for f in again] == [f.failures for f in done]
    assert all((a.outcomes == b.outcomes).all() for a, b in zip(done, again, strict=True))


@pytest.mark.parametrize("dtype", [np.uint8, np.bool_, np.int64, np.float64])
def test_bits_of_any_type_are_the_same_bits(plan, root, fake_device, ideal, tmp_path, dtype):
    device = fake_device(lambda job, _: ideal(job).astype(dtype))
    done = run(plan, device, root, tmp_path / "j")
    again = run(plan, fake_device(None), root, tmp_path / "j")
    for one, other in zip(done, again, strict=True):
        assert one.failures == ()
        assert one.outcomes.dtype == other.outcomes.dtype == np.uint8
        assert (one.outcomes == other.outcomes).all()


def test_an_answer_given_twice_is_counted_once(plan, root, fake_device, ideal, tmp_path):
    """A device that repeats its last result answers with the wrong job, and is asked again."""
    last = []

    def answer(job, attempt):
        if last and attempt == 0:
            return last[-1]
        last.append(JobResult(job_id=job.id, outcomes=ideal(job)))
        return last[-1]

    done = run(plan, fake_device(answer), root, tmp_path / "j")
    assert sum(len(f.outcomes) for f in done) == plan.cost.shots
    assert [len(f.failures) for f in done] == [0] + [1] * (len(done) - 1)
    batches = [event["batch"] for event in Journal.open(tmp_path / "j").of_kind("batch")]
    assert len(set(batches)) == len(batches) == len(done)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: None,
        lambda _: "0101",
        lambda job: JobResult(job_id=job.id, outcomes=[[0]]),
        lambda job: JobResult(
            job_id=job.id, outcomes=np.zeros((job.circuits, 1, 4), np.uint8), seconds=float("nan")
        ),
        lambda job: JobResult(
            job_id=job.id, outcomes=np.zeros((job.circuits, 1, 4), np.uint8), seconds=-1.0
        ),
        lambda job: JobResult(
            job_id=job.id, outcomes=np.zeros((job.circuits, 1, 4), np.uint8), notes=(b"\xff",)
        ),
        lambda _: UnsupportedCircuitError("no delay longer than 1 ms"),
    ],
    ids=["nothing", "text", "a list", "seconds NaN", "seconds negative", "notes", "unsupported"],
)
def test_a_device_that_breaks_the_interface_ends_the_run(
    plan, root, fake_device, ideal, tmp_path, answer
):
    """Nothing half-read is journaled, and the batches before it are kept."""
    third = slots_of(plan)[2].id
    device = fake_device(lambda job, _: answer(job) if job.id == third else ideal(job))
    with pytest.raises(DeviceError) as caught:
        run(plan, device, root, tmp_path / "j")
    assert caught.value.exit_code == 5
    assert len(Journal.open(tmp_path / "j").events) == 2
    done = run(plan, fake_device(lambda job, _: ideal(job)), root, tmp_path / "j")
    assert len(done) == len(slots_of(plan))


def test_a_stopped_experiment_asks_for_no_more(plan, root, fake_device, ideal, tmp_path):
    seen = []

    def settled(done):
        seen.append(len(done))
        return frozenset({"t1"})

    device = fake_device(lambda job, _: ideal(job))
    done = run(plan, device, root, tmp_path / "j", settled)
    assert [f.index for f in done if f.experiment.id == "t1"] == [0]
    others = [slot.id for slot in slots_of(plan) if slot.experiment.id != "t1"]
    assert [job.id for job in device.jobs if not job.id.startswith("t1/")] == others
    # asked after each cycle, of all batches so far
    assert seen[0] == len(plan.experiments)
    assert seen == sorted(seen)
    assert seen[-1] == len(done)


MACHINE = b"""
[machine]
name = "fake-4"
qubits = 4
seed = 2
[durations]
one_qubit_gate = "1 us"
readout = "1 us"
[noise]
t1 = "25 ms"
one_qubit_error = 4e-3
readout_p01 = 0.01
readout_p10 = 0.01
"""


class Lossy:
    """A virtual machine that loses the jobs it is told to lose."""

    computes_here = True

    def __init__(self, lost, error=JobLostError):
        self.machine = VirtualMachine(read_machine(MACHINE, "m.toml"))
        self.lost, self.error = lost, error
        self.jobs = []

    def describe(self):
        return self.machine.describe()

    def submit(self, job):
        self.jobs.append(job.id)
        return self.machine.submit(job)

    def collect(self, handle):
        if self.lost(handle):
            raise self.error(f"{handle}: trap emptied")
        return self.machine.collect(handle)


def files_of(bundle):
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def counts_in(files):
    return [json.loads(data) for name, data in files.items() if name.endswith("counts.json")]


def test_an_experiment_that_is_always_lost_leaves_its_claim_untested(sheet_file, tmp_path):
    device = Lossy(lambda name: name.startswith("t1/"))
    result = assay.run(sheet_file, device, out=tmp_path / "out", seed=7)
    verdicts = {v.claim: v for v in result.verdicts}
    assert verdicts["t1"].outcome == "not tested"
    assert verdicts["t1"].estimate is None
    assert verdicts["t1"].shots == 0
    assert "brought no counts" in verdicts["t1"].reasons[0]
    assert verdicts["ro"].outcome == verdicts["1q"].outcome == "supported"
    assert result.exit_code == 3
    counts = counts_in(files_of(result.bundle))
    failed = [document for document in counts if document["batch"].startswith("t1/")]
    assert failed
    for document in failed:
        assert document["outcomes"] is None
        assert document["failures"] == [f"{document['batch']}: trap emptied"] * MAX_ATTEMPTS
    counted = sum(len(document["outcomes"] or ()) for document in counts)
    assert result.shots == counted == verdicts["ro"].shots + verdicts["1q"].shots
    audit = audit_bundle(result.bundle)
    assert audit.failure is None, audit.failure
    # the same command again finds everything done, and does not ask the device
    silent = Lossy(lambda _: True)
    again = assay.run(sheet_file, silent, out=tmp_path / "out", seed=7)
    assert silent.jobs == []
    assert again.analysis.verdicts_json() == result.analysis.verdicts_json()
    assert again.shots == result.shots


def test_a_device_that_loses_everything(sheet_file, tmp_path):
    device = Lossy(lambda _: True, UnavailableError)
    result = assay.run(sheet_file, device, out=tmp_path / "out", seed=7)
    assert {v.outcome for v in result.verdicts} == {"not tested"}
    assert result.shots == 0
    assert result.exit_code == 3
    audit = audit_bundle(result.bundle)
    assert audit.failure is None, audit.failure


def test_lost_batches_in_the_middle_are_neither_hidden_nor_counted(sheet_file, tmp_path):
    """Every second batch is lost; the claims are settled by the others, and the audit agrees."""

    def lost(name):
        return int(name[-1]) % 2 == 0

    result = assay.run(sheet_file, Lossy(lost), out=tmp_path / "out", seed=7)
    assert {v.outcome for v in result.verdicts} == {"supported"}
    counts = counts_in(files_of(result.bundle))
    assert {(document["outcomes"] is None) == lost(document["batch"]) for document in counts} == {
        True
    }
    assert any(lost(document["batch"]) for document in counts)
    audit = audit_bundle(result.bundle)
    assert audit.failure is None, audit.failure


def test_processes_give_what_one_process_gives(sheet_file, tmp_path):
    """Batches draw from streams of their own name, so the number of workers changes nothing."""
    runs = [
        assay.run(
            sheet_file,
            VirtualMachine(read_machine(MACHINE, "m.toml")),
            out=tmp_path / f"{workers}",
            seed=7,
            workers=workers,
        )
        for workers in (1, 2)
    ]
    one, two = (result.bundle.read_bytes() for result in runs)
    assert one == two


def test_a_process_that_is_ended_from_outside_is_told_in_a_sentence():
    calls = [(os.getpid, ()), (os._exit, (9,)), (os.getpid, ())]
    with executor_of(2) as executor, pytest.raises(WorkerLostError, match="was ended") as caught:
        list(in_order(executor, calls))
    assert caught.value.exit_code == 70
    assert "\n" not in str(caught.value)


def test_work_is_handed_out_once_it_has_taken_long_enough(monkeypatch):
    monkeypatch.setattr("qassay.execution.workers._PATIENCE", 0.05)
    monkeypatch.setattr("qassay.execution.workers.cores", lambda: 2)
    calls = [(os.getpid, ()), (time.sleep, (0.1,)), (os.getpid, ())]
    with executor_of("auto") as executor:
        first, _, last = in_order(executor, calls)
    assert first == os.getpid() != last


def test_results_come_in_order_and_none_is_asked_for_ahead_in_one_process():
    begun = []
    results = in_order(SerialExecutor(), ((begun.append, (n,)) for n in range(3)))
    next(results)
    assert begun == [0]
    list(results)
    assert begun == [0, 1, 2]


@pytest.mark.parametrize("workers", ["0", "-1", "many", "", "1.5", "dask://"])
def test_workers_that_are_none_are_refused(workers):
    with pytest.raises(QassayError) as caught, executor_of(workers):
        pass
    assert caught.value.exit_code == 2
    assert "--workers" in str(caught.value)
