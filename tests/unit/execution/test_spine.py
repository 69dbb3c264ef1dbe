"""Runs on a cloud with a queue and its faults: nothing is paid twice, none lost in silence."""

from collections import Counter

import pytest

pytest.importorskip("qiskit")

from tests.kit.cloud import SHEET, Cloud

from qassay import assay
from qassay.devices.qiskit_backend import QiskitDevice
from qassay.errors import DeviceError, JobLostError, RefusedError, UnavailableError
from qassay.execution.job_book import purchases
from qassay.execution.journal import Journal
from qassay.execution.outages import Patience
from qassay.execution.spine import SendingTerms
from qassay.planning.options import Options

OPTIONS = Options(budget_shots=300)


class Clock:
    """A clock that only waiting moves."""

    def __init__(self):
        self.time = 0.0
        self.pauses = []

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.time += seconds


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "sheet.toml"
    path.write_text(SHEET, encoding="utf-8")
    return path


@pytest.fixture
def go(tmp_path, sheet):
    """Run in one folder, each time as a new client of the same service."""

    def run(patience=None, timeout=24 * 3600.0, **about):
        cloud = Cloud(tmp_path / "cloud", **about)
        run.cloud = cloud
        device = QiskitDevice(cloud, timeout_seconds=timeout)
        return assay.run(
            sheet,
            device,
            out=tmp_path / "run",
            seed=5,
            options=OPTIONS,
            terms=SendingTerms(patience=patience or Patience(seconds=0)),
        )

    return run


def rows(tmp_path):
    return purchases(Journal.open(tmp_path / "run" / "journal.jsonl").events)


def agree(tmp_path, cloud):
    """Hold the journal against the bill: each job that was taken stands in it once."""
    told = rows(tmp_path)
    taken = [row for row in told if row.standing in ("out", "done", "lost")]
    assert len(cloud.bill) == len(taken)
    assert Counter(row.circuits for row in taken) == Counter(x["circuits"] for x in cloud.bill)
    answered = [row.job for row in told if row.standing == "done"]
    assert len(set(answered)) == len(answered)
    return told


def test_a_cycle_is_sent_whole_before_anything_is_waited_for(tmp_path, go):
    result = go()
    told = agree(tmp_path, go.cloud)
    assert [row.standing for row in told] == ["done"] * len(told)
    assert told[0].job == "canary"
    events = Journal.open(tmp_path / "run" / "journal.jsonl").events
    letters = {"intent": "i", "sent": "s", "batch": "a"}
    assert events.pop(0)["kind"] == "calibration"  # of the day, beside the counts
    kinds = "".join(letters[event["kind"]] for event in events)
    experiments = len(result.analysis.plan.experiments)
    assert experiments > 1
    # the canary alone, then cycles: all of one are sent, then all are collected
    assert kinds.startswith("isa" + "is" * experiments + "a" * experiments)
    assert all("canary: X on qubit k" in " ".join(e["notes"]) for e in events[3:] if "notes" in e)


def test_the_same_command_again_asks_for_nothing(go):
    first = go()
    bill = len(go.cloud.bill)
    again = go(fault="auth")
    assert len(go.cloud.bill) == bill
    assert go.cloud.sent == go.cloud.polls == 0
    assert not again.dates.measured
    assert again.bundle.read_bytes() == first.bundle.read_bytes()


@pytest.mark.parametrize(
    "fault",
    ["lost", "wrong", *(pytest.param(k, marks=pytest.mark.slow) for k in ("error", "cancelled"))],
)
def test_three_losses_in_a_row_stop_and_the_folder_goes_on(tmp_path, go, fault):
    with pytest.raises(JobLostError, match="3 jobs in a row were lost") as caught:
        go(fault=fault)
    assert caught.value.exit_code == 5
    told = agree(tmp_path, go.cloud)
    assert [row.standing for row in told].count("lost") == 3
    assert all(row.failure for row in told if row.standing == "lost")
    result = go()
    told = agree(tmp_path, go.cloud)
    assert {row.standing for row in told} == {"done", "lost"}
    assert all(verdict.shots for verdict in result.verdicts)  # no batch was given up


def test_now_and_then_a_job_is_lost(tmp_path, go):
    result = go(fault="flaky")
    told = agree(tmp_path, go.cloud)
    assert {row.standing for row in told} == {"done", "lost"}
    assert all(verdict.shots for verdict in result.verdicts)


def test_a_job_that_hangs_is_cancelled_and_then_counts_as_lost(tmp_path, go):
    with pytest.raises(JobLostError, match="was cancelled"):
        go(fault="hang", timeout=0.05)
    assert {row.standing for row in agree(tmp_path, go.cloud)} == {"done", "lost"}
    go()
    agree(tmp_path, go.cloud)


def test_a_job_that_hangs_and_cannot_be_cancelled_is_still_out(tmp_path, go):
    with pytest.raises(UnavailableError, match="cannot be cancelled"):
        go(delay=3600.0, timeout=0.05)
    assert [row.standing for row in agree(tmp_path, go.cloud)] == ["out"]


@pytest.mark.parametrize("fault", ["auth", "token expires"])
def test_a_wrong_token_stops_within_one_attempt(tmp_path, go, fault):
    with pytest.raises(RefusedError, match="401") as caught:
        go(fault=fault)
    assert caught.value.exit_code == 5
    assert go.cloud.sent == 1 + (go.cloud.after if fault == "token expires" else 0)
    said = str(caught.value) + (tmp_path / "run" / "journal.jsonl").read_text()
    assert "eyJ" not in said
    assert "https:" not in said
    assert [row.standing for row in rows(tmp_path)][-1] == "not sent"
    go()
    agree(tmp_path, go.cloud)


@pytest.mark.parametrize("fault", ["down", "down at collecting"])
def test_a_service_that_is_down_is_waited_for_and_nothing_is_bought_again(tmp_path, go, fault):
    clock = Clock()
    with pytest.raises(UnavailableError, match="could not be reached for 10 minutes") as caught:
        go(Patience(seconds=600, clock=clock.now, sleep=clock.sleep), fault=fault)
    assert caught.value.exit_code == 5
    assert sum(clock.pauses) == pytest.approx(600)
    assert clock.pauses[:4] == [1, 2, 4, 8]
    assert len(clock.pauses) < 25
    told = agree(tmp_path, go.cloud)
    assert "lost" not in {row.standing for row in told}
    bill = len(go.cloud.bill)
    standing = Counter(row.standing for row in told)
    go()
    assert "lost" not in {row.standing for row in agree(tmp_path, go.cloud)}
    assert standing["out"] + standing["done"] == bill


def test_ten_minutes_without_a_service_are_survived(tmp_path, go):
    clock = Clock()

    class Away(Cloud):
        def run(self, *words, **options):
            if clock.time < 600 and len(self.bill) >= 2:
                raise ConnectionError("503 service unavailable")
            return super().run(*words, **options)

    cloud = Away(tmp_path / "cloud")
    sheet = tmp_path / "sheet.toml"
    patience = Patience(clock=clock.now, sleep=clock.sleep)
    result = assay.run(
        sheet,
        QiskitDevice(cloud),
        out=tmp_path / "run",
        seed=5,
        options=OPTIONS,
        terms=SendingTerms(patience=patience),
    )
    assert 600 <= clock.time < 700
    assert all(verdict.shots for verdict in result.verdicts)
    assert {row.standing for row in rows(tmp_path)} == {"done", "not sent"}
    agree(tmp_path, cloud)


def test_a_job_that_was_taken_although_nobody_said_so_is_told(tmp_path, go, caplog):
    go(fault="taken, then cut off", patience=Patience(sleep=lambda _: None))
    told = rows(tmp_path)
    assert [row.standing for row in told].count("may be out") == 1
    assert len(go.cloud.bill) == sum(row.owed for row in told)
    assert "look for the first one where you are billed" in caplog.text


def test_ctrl_c_in_flight_keeps_all_handles(tmp_path, go, monkeypatch):
    def pressed(self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tests.kit.cloud.CloudJob.result", pressed)
        with pytest.raises(KeyboardInterrupt) as caught:
            go()
    assert "1 job is out" in "".join(caught.value.__notes__)
    assert [row.standing for row in agree(tmp_path, go.cloud)] == ["out"]
    go()
    agree(tmp_path, go.cloud)


def test_a_large_job_in_parts_is_paid_part_by_part(tmp_path, go):
    """The service goes down between two parts of a job: the first one is not bought again."""
    with pytest.raises(UnavailableError):
        go(most=20, fault="down", after=3)
    go(most=20)
    told = rows(tmp_path)
    assert {row.standing for row in told} == {"done"}
    parts = sum(-(-row.circuits // 20) for row in told)
    assert len(go.cloud.bill) == parts > len(told)
    assert sum(line["circuits"] for line in go.cloud.bill) == sum(row.circuits for row in told)


def test_bits_in_another_order_stop_the_run_before_the_first_cycle(tmp_path, go, monkeypatch):
    from qassay.testing.faulty_backend import _FaultyJob

    whole = Cloud.run
    monkeypatch.setattr(Cloud, "run", lambda *a, **k: _FaultyJob(whole(*a, **k), "reversed"))
    with pytest.raises(DeviceError, match="they come in reverse"):
        go()
    assert len(go.cloud.bill) == 1
    monkeypatch.undo()
    with pytest.raises(DeviceError, match="they come in reverse"):  # as the journal has it
        go()
    assert len(go.cloud.bill) == 1
