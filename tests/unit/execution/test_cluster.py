"""A real Dask cluster: the same results as without, and one sentence for each way it can fail."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile

import pytest

from qassay import open_device
from qassay.applying.application_run import apply
from qassay.applying.preparing import Wish
from qassay.characterizing.measuring import characterize
from qassay.errors import HostError, UsageError, WorkerLostError
from qassay.evidence.bundle import MANIFEST, RUN_RECORD
from qassay.execution import cluster as cluster_module
from qassay.execution import cluster_address
from qassay.execution.cluster import Cluster
from qassay.execution.processes import SerialExecutor
from qassay.execution.workers import as_done, executor_of, in_order
from qassay.selfcheck import Settings, run_study
from qassay.selfcheck.kept import Kept

distributed = pytest.importorskip("distributed")

# Sockets and loops that Dask leaves to the collector are no fault of ours.
pytestmark = pytest.mark.filterwarnings("ignore")


def local(workers, threads=1):
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=threads,
        processes=False,
        dashboard_address=None,
        protocol="tcp://",
        host="127.0.0.1",
    )


@pytest.fixture(scope="module")
def address():
    with local(2) as running:
        yield running.scheduler_address


@pytest.fixture
def impatient(monkeypatch):
    for module in (cluster_module, cluster_address):
        monkeypatch.setattr(module, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(cluster_module, "_VANISHED_SECONDS", 0.5)


def times(number, by=2):
    return number * by


def broken(number):
    raise ValueError(f"number {number}")


def test_results_and_their_order_are_those_of_one_process(address):
    calls = [(times, (number,)) for number in range(8)]
    with executor_of(address) as executor:  # as Dask prints it, tcp://HOST:PORT
        assert list(in_order(executor, calls)) == [2 * number for number in range(8)]
        assert sorted(as_done(executor, calls)) == [(x, 2 * x) for x in range(8)]
        assert executor.result(executor.submit(times, 3, by=5)) == 15


def test_an_error_of_a_call_is_the_callers(address):
    with executor_of(address) as executor, pytest.raises(ValueError, match="number 7"):
        list(in_order(executor, [(broken, (7,))]))


def test_a_study_is_the_same_wherever_machines_are_judged(address):
    settings = Settings(machines=2, seed=3, metrics=("readout_error",))
    counted = []
    with executor_of(address) as executor:
        there = run_study(settings, executor, progress=lambda: counted.append(1))
    here = run_study(settings, SerialExecutor())
    assert repr(there.records) == repr(here.records)
    assert len(counted) == 2


SMALL = """
[machine]
name = "small-{number}"
platform = "superconducting"
qubits = 3
connectivity = "line"
seed = {number}
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "100 ns"
readout = "1 us"
[noise]
t1 = "120 us"
t2 = "90 us"
one_qubit_error = 2e-3
two_qubit_error = 2e-2
readout_p01 = 0.02
readout_p10 = 0.04
"""


def files_of(folder):
    """All that a run leaves, bundles taken apart; without what tells when it was run."""
    found = {}
    for one in folder.iterdir():
        if one.suffix == ".zip":
            with zipfile.ZipFile(one) as bundle:
                inside = {name: bundle.read(name) for name in bundle.namelist()}
            timed = (RUN_RECORD, MANIFEST)
            found |= {name: data for name, data in inside.items() if name not in timed}
        elif one.is_file() and one.suffix != ".jsonl" and one.name != "plan.json":
            found[one.name] = one.read_bytes()
    return found


@pytest.mark.slow
def test_datasheets_of_several_machines_are_the_same_bytes_wherever_they_are_measured(
    address, tmp_path
):
    found = []
    for workers in (1, address):
        for number in (1, 2):
            device = tmp_path / f"{number}.toml"
            device.write_text(SMALL.format(number=number))
            out = tmp_path / f"{workers != 1}-{number}"
            characterize(str(device), out=out, seed=number, precision=0.5, workers=workers)
            found.append(files_of(out))
    assert [*found[0]] == [*found[2]]
    for here, there in zip(found[:2], found[2:], strict=True):
        assert [name for name in here if here[name] != there[name]] == []


@pytest.mark.slow
def test_an_application_is_the_same_bytes_wherever_it_is_run(address, tmp_path):
    """But for the seconds that the classical solver takes, which plan and page tell."""
    device = tmp_path / "m.toml"
    device.write_text(SMALL.format(number=1).replace("qubits = 3", "qubits = 8"))
    wish = Wish(application="docking-clique", instance="tace-as/8", shots=40, batches=20)
    found = []
    for workers in (1, address):
        out = tmp_path / str(workers != 1)
        apply(wish, open_device(str(device)), out=out, seed=1, workers=workers)
        files = files_of(out)
        timed = [name for name in files if name.endswith(("datasheet.html", "plan/plan.json"))]
        assert len(timed) == 3
        found.append({name: data for name, data in files.items() if name not in timed})
    assert found[0] == found[1]
    assert sum(name.endswith("counts.json") for name in found[0]) == 40


def test_workers_with_other_software_are_refused(address, monkeypatch):
    monkeypatch.setattr(cluster_module, "software", lambda: "qassay 0.0, numpy 9")
    with executor_of(address) as executor, pytest.raises(HostError) as caught:
        list(in_order(executor, [(times, (1,))]))
    assert "expected qassay 0.0, numpy 9, as here" in str(caught.value)
    assert "sources" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_workers_without_qassay_are_refused(address):
    class Missing(SerialExecutor):
        def submit(self, *_):
            try:
                raise ModuleNotFoundError("No module named 'qassay'", name="qassay")
            except ModuleNotFoundError as error:
                wrapped = RuntimeError("Error during deserialization")
                wrapped.__cause__ = error
            return super().submit(self._raise, wrapped)

        @staticmethod
        def _raise(error):
            raise error

        def shutdown(self, wait=True):
            pass

    executor = Cluster(address)
    executor._executor.shutdown(wait=False)
    executor._executor = Missing()
    with executor, pytest.raises(HostError, match="no qassay that can be loaded"):
        executor.result(executor.submit(times, 1))


def test_threads_of_a_worker_take_turns_and_that_is_said(caplog):
    with local(1, threads=3) as running, executor_of(running.scheduler_address) as executor:
        assert list(in_order(executor, [(turn, (x,)) for x in range(6)])) == [1] * 6
    assert "begin them with --nthreads 1" in caplog.text


_inside = []


def turn(number):
    """Count who is inside at once."""
    _inside.append(number)
    time.sleep(0.01)
    together = len(_inside)
    _inside.remove(number)
    return together


def waits(_):
    _begun.set()
    _end.wait(20)


_begun, _end = threading.Event(), threading.Event()


def test_a_scheduler_that_goes_in_the_middle(impatient):
    _begun.clear()
    _end.clear()
    running = local(1)
    executor = executor_of(running.scheduler_address)
    future = executor.submit(waits, 0)
    assert _begun.wait(20)
    end = threading.Thread(target=running.close)
    end.start()
    try:
        with pytest.raises(WorkerLostError, match="see to its scheduler") as caught:
            executor.result(future)
        assert caught.value.exit_code == 70
        with pytest.raises(WorkerLostError, match="see to its scheduler"):
            list(as_done(executor, [(times, (1,))]))
    finally:
        _end.set()
        end.join()
        executor.shutdown()


def test_workers_that_all_go_are_not_waited_for(impatient):
    with local(1) as running, executor_of(running.scheduler_address) as executor:
        running.scale(0)
        deadline = time.monotonic() + 20
        while executor._workers() and time.monotonic() < deadline:
            time.sleep(0.02)
        with pytest.raises(WorkerLostError, match="has had no worker for"):
            list(as_done(executor, [(times, (1,))]))


def test_a_scheduler_without_workers(impatient):
    with local(0) as running, pytest.raises(HostError, match="a scheduler without a worker"):
        executor_of(running.scheduler_address)


def test_where_nobody_listens_nothing_is_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(HostError, match=f"nobody who listens at 127.0.0.1:{port}") as caught:
        executor_of(f"dask://127.0.0.1:{port}")
    assert caught.value.exit_code == 70


def test_somebody_else_who_listens_there(impatient):
    with (
        socket.create_server(("127.0.0.1", 0)) as mute,
        pytest.raises(HostError, match="no scheduler that answers"),
    ):
        executor_of(f"dask://127.0.0.1:{mute.getsockname()[1]}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "host",
        "host:",
        "host:0",
        "host:99999",
        "host:port",
        "http://host:80",
        "a b:1",
        "x/y:1",
        "\0:1",
    ],
)
def test_addresses_that_are_none(text):
    with pytest.raises(UsageError, match="HOST:PORT"):
        executor_of(f"dask://{text}")


def test_the_file_of_a_scheduler(address, tmp_path):
    path = tmp_path / "scheduler.json"
    path.write_text(f'{{"type": "Scheduler", "address": "{address}"}}', encoding="utf-8")
    with executor_of(f"dask://{path}") as executor:
        assert list(in_order(executor, [(times, (4,))])) == [8]
    for text in ("[]", "{}", '{"address": 7}', '{"address": "nowhere"}', "{"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UsageError):
            executor_of(f"dask://{path}")
    with pytest.raises(UsageError, match="no file"):
        executor_of(f"dask://{tmp_path / 'none.json'}")


@pytest.mark.slow
def test_a_worker_that_is_killed_changes_nothing(tmp_path, monkeypatch):
    """In processes of their own: one of two workers ends by signal 9 in the middle of a study."""
    settings = Settings(machines=8, seed=2, metrics=("readout_error",))
    path = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    far = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file"]
    near = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--scheduler-file"]
    running = [subprocess.Popen([*dask, "scheduler", *far, str(path)], **quiet)]
    try:
        deadline = time.monotonic() + 100
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        for _ in range(2):
            running.append(subprocess.Popen([*dask, "worker", *near, str(path)], **quiet))
        monkeypatch.setattr(cluster_module, "ANSWER_SECONDS", 100)
        with executor_of(f"dask://{path}") as executor:
            executor._client.wait_for_workers(2, timeout=100)
            done = []

            def killed():
                done.append(1)
                if len(done) == 2:
                    os.kill(running[1].pid, signal.SIGKILL)

            kept = Kept.open(tmp_path / "study.jsonl", settings)
            there = run_study(settings, executor, progress=killed, kept=kept)
            assert repr(there.records) == repr(run_study(settings, SerialExecutor()).records)
            # And with all of them gone it is said, and what was finished is kept.
            more = Settings(machines=10, seed=2, metrics=("readout_error",))
            os.kill(running[2].pid, signal.SIGKILL)
            with pytest.raises(WorkerLostError, match="--journal keeps what was finished"):
                run_study(more, executor, kept=Kept.open(tmp_path / "study.jsonl", more))
    finally:
        for each in running:
            each.kill()
            each.wait()
