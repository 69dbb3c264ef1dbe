"""Killed at a write, or on a disk that is full: nothing is lost, nothing is counted twice."""

import json
import os
import random
import subprocess
from functools import partial

import pytest
from tests.terminal.tour import prepare

from qassay.execution.journal import Journal

SEED = ("--seed", "1", "--json")
JOBS = {
    "run": ("run", "t.toml", "--device", "five.toml", *SEED),
    "apply": (
        "apply",
        "grid-section",
        "--device",
        "five.toml",
        "--instance",
        "own.m",
        "--shots",
        "96",
        "--depths",
        "1",
        *SEED,
    ),
    "accredit": (
        "accredit",
        "ghz.qasm",
        "--device",
        "five.toml",
        "--traps",
        "200",
        "--targets",
        "50",
        *SEED,
    ),
}
QUICK_JOBS = [job if job == "run" else pytest.param(job, marks=pytest.mark.slow) for job in JOBS]
# Of a document, what says how long it took and whether it was measured now.
CLOCK = {"wall_seconds", "timings", "measured", "measured_at", "classical", "how_far"}


def asked(server, folder, words, **options):
    server.stdin.write(json.dumps({"folder": str(folder), "words": words, **options}) + "\n")
    server.stdin.flush()
    return json.loads(server.stdout.readline())


@pytest.fixture
def call(server):
    return partial(asked, server)


@pytest.fixture
def fresh(tmp_path):
    def make(name):
        folder = tmp_path / name
        folder.mkdir()
        prepare(folder)
        return folder

    return make


@pytest.fixture(scope="module")
def undisturbed(server, tmp_path_factory):
    """What a job gives whom nobody disturbs, and the events of its journal; each is run once."""
    known = {}

    def of(job):
        if job not in known:
            folder = tmp_path_factory.mktemp("whole")
            prepare(folder)
            whole = asked(server, folder, JOBS[job])
            assert whole["code"] in (0, 1, 3), whole["err"]
            journal = journal_in(folder)
            known[job] = whole, untimed(Journal.open(journal).events), journal.stat().st_size
        return known[job]

    return of


def journal_in(folder):
    (place,) = folder.glob("*/journal.jsonl")
    return place


def untimed(events):
    return [{key: value for key, value in event.items() if key != "at"} for event in events]


def lines_in(folder):
    found = list(folder.glob("*/journal.jsonl"))
    return found[0].read_bytes().splitlines(keepends=True) if found else []


def numbers(answer):
    return {key: value for key, value in json.loads(answer["out"]).items() if key not in CLOCK}


def check(call, folder, words, whole, events):
    """Give the command again: it goes on, and ends as if nothing had happened."""
    before = [line for line in lines_in(folder) if line.endswith(b"\n")]
    again = call(folder, words)
    assert again["code"] == whole["code"], again["err"]
    assert numbers(again) == numbers(whole)
    assert untimed(Journal.open(journal_in(folder)).events) == events
    assert lines_in(folder)[: len(before)] == before  # what was counted was not counted again
    assert not [path.name for path in folder.rglob("*.part")]


@pytest.mark.parametrize(
    ("job", "times"),
    [
        ("run", 3),
        ("apply", 2),
        ("accredit", 2),
        *(pytest.param(job, 20, marks=pytest.mark.slow) for job in JOBS),
    ],
)
def test_killed_at_random_writes(call, fresh, undisturbed, job, times):
    words = JOBS[job]
    whole, events, _ = undisturbed(job)
    chance = random.Random(17)
    for number, write in enumerate(sorted(chance.sample(range(1, whole["writes"] + 1), times))):
        folder = fresh(f"killed-{number}")
        killed = call(folder, words, kill=write)
        assert killed["status"] == -9, killed
        check(call, folder, words, whole, events)


@pytest.mark.parametrize("job", QUICK_JOBS)
def test_no_file_may_grow(call, fresh, undisturbed, job):
    """The system refuses every byte beyond a limit: 70, one sentence, and what fits is kept."""
    words = JOBS[job]
    whole, events, size = undisturbed(job)
    for limit in (600, size // 2, size + 100):
        folder = fresh(f"limit-{limit}")
        full = call(folder, words, limit=limit)
        assert full["out"] == "" or full["code"] != 70
        if full["code"] == 70:
            assert "found no room left on the disk" in full["err"]
            assert full["err"].count("\n") == 1
        else:
            assert full["code"] == whole["code"]
        check(call, folder, words, whole, events)


def mounted(place, size):
    call = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place]
    return subprocess.run(call, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="only root may mount a small file system",
)
@pytest.mark.parametrize("job", QUICK_JOBS)
@pytest.mark.parametrize(
    "free",
    [
        4 << 10,
        24 << 10,
        *(pytest.param(much, marks=pytest.mark.slow) for much in (80 << 10, 4 << 20)),
    ],
)
def test_on_a_file_system_of_four_mebibytes(call, undisturbed, job, free, tmp_path):
    """It ends in 70, or as ever; with room again the same command goes on."""
    words = JOBS[job]
    whole, events, _ = undisturbed(job)
    small = tmp_path / "small"
    small.mkdir()
    if not mounted(small, "4m"):
        pytest.skip("this container may not mount")
    try:
        prepare(small)
        room = os.statvfs(small)
        (small / "filler").write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - free)))
        full = call(small, words)
        assert full["code"] in (70, whole["code"]), full
        if full["code"] == 70:
            assert "found no room left on the disk" in full["err"]
            assert full["err"].count("\n") == 1
        (small / "filler").unlink()
        check(call, small, words, whole, events)
    finally:
        subprocess.run(["umount", small], check=True)
