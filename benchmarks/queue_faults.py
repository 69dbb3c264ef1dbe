"""Whole runs on a small asynchronous cloud, each fault it can play, held against its bill.

    python3 dev.py bench queue_faults ../shared/providers/fakeasync.py [--killed]

The argument is a file that defines AsyncBackend with module settings STORE, DELAY, FAULT, AFTER and
a `time` that its jobs wait by, beside `good5.toml` (its machine) and `small5.toml` (a sheet). It is
no part of the repository; `tests/kit/cloud.py` is our own, which the tests play the same faults on.

Each row is one folder: a run while the fault lasts, and the same command once it is mended. `twice`
are jobs bought again although nobody said that the first was lost; `silent` are jobs on the bill
that the journal does not know. Both have to be 0. Outages are waited through on a clock that only
waiting moves. --killed kills a run in its own process while jobs are queued (half a minute).
"""

import argparse
import importlib.util
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

OUTAGE = 600.0  # seconds
BUDGET = 200  # shots: what is looked at is jobs, not verdicts


class Clock:
    """A clock that only waiting moves."""

    def __init__(self):
        self.seconds = 0.0

    def time(self):
        return self.seconds

    def sleep(self, seconds):
        self.seconds += seconds


def loaded(path, store):
    """Import the cloud; it makes its store where the environment says."""
    os.environ["QSTORE"] = str(store)
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Folder:
    """One run's folder, and the cloud that it is sent to."""

    def __init__(self, module, path, place):
        self.module, self.path, self.place = module, path, place
        self.store = place / "cloud"
        self.store.mkdir(parents=True)
        self.tries = 0

    def go(self, fault="", delay=0.0, away=0.0, timeout=24 * 3600.0):
        """Give the command once; returns how it ended, in words."""
        from qassay import assay
        from qassay.devices.qiskit_backend import QiskitDevice
        from qassay.errors import DeviceError
        from qassay.execution.outages import Patience
        from qassay.execution.spine import SendingTerms
        from qassay.planning.options import Options

        module, clock = self.module, Clock()
        module.STORE, module.FAULT, module.DELAY, module.AFTER = self.store, fault, delay, 3
        backend = module.AsyncBackend(machine=str(self.path.parent / "good5.toml"))
        send = backend.run

        def counted(*words, **options):
            self.tries += 1
            if clock.seconds < away and module.count() >= 3:
                raise ConnectionError("503 service unavailable")
            return send(*words, **options)

        backend.run = counted
        begun = time.perf_counter()
        try:
            result = assay.run(
                self.path.parent / "small5.toml",
                QiskitDevice(backend, timeout_seconds=timeout),
                out=self.place / "run",
                seed=5,
                options=Options(budget_shots=BUDGET),
                terms=SendingTerms(
                    patience=Patience(seconds=2 * OUTAGE, clock=clock.time, sleep=clock.sleep)
                ),
            )
            words = f"{result.exit_code}"
        except DeviceError as error:
            words = f"{error.exit_code} {type(error).__name__}"
        return SimpleNamespace(
            words=words, waited=clock.seconds, wall=time.perf_counter() - begun, bill=self.bill()
        )

    def bill(self):
        path = self.store / "bill.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def rows(self):
        from qassay.execution.job_book import purchases
        from qassay.execution.journal import Journal

        path = self.place / "run" / "journal.jsonl"
        return purchases(Journal.open(path).events) if path.exists() else []


def twice(rows):
    """Count jobs that were bought again although the purchase before stands."""
    again = 0
    for name in {row.job for row in rows}:
        mine = [row.standing for row in rows if row.job == name]
        again += sum(standing in ("out", "done") for standing in mine[:-1])
    return again


def silent(bill, rows):
    """Count jobs on the bill, by their number of circuits, that the journal does not have."""
    told = Counter(row.circuits for row in rows if row.owed)
    return sum((Counter(line["circuits"] for line in bill) - told).values())


def told(rows):
    counts = Counter(row.standing for row in rows)
    return ", ".join(f"{counts[kind]} {kind}" for kind in counts)


def waits(place):
    """Count how often a run turned from sending to waiting."""
    from qassay.execution.journal import Journal

    kinds = [e["kind"] for e in Journal.open(place / "journal.jsonl").events]
    turns = [kind for kind in kinds if kind in ("sent", "batch")]
    return sum(a == "sent" and b == "batch" for a, b in itertools.pairwise(turns))


def table(module, path, root):
    """Print a row a fault."""
    faults = (
        "",
        "lost",
        "error",
        "cancelled",
        "wrong",
        "hang",
        "flaky",
        "auth",
        "down",
        "downatcollect",
        "down 10 minutes",
    )
    print(
        f"{'fault':16} {'while it lasts':20} {'tries':>5} {'bill':>4}  {'jobs':26}"
        f" {'waited':>7}  {'mended':6} {'bill':>4}  {'jobs':18} {'twice':>5} {'silent':>6}"
    )
    wrong = 0
    for fault in faults:
        folder = Folder(module, path, root / (fault.replace(" ", "-") or "none"))
        outage = OUTAGE if fault.startswith("down 10") else 0.0
        first = folder.go(
            "" if outage else fault, away=outage, timeout=0.05 if fault == "hang" else 24 * 3600.0
        )
        tries, before = folder.tries, told(folder.rows())
        last = folder.go(timeout=0.05 if fault == "hang" else 24 * 3600.0)
        rows = folder.rows()
        bad = twice(rows), silent(last.bill, rows)
        wrong += sum(bad) + (last.words not in ("0", "1", "3"))
        print(
            f"{fault or 'none':16} {first.words:20} {tries:5} {len(first.bill):4}  {before:26}"
            f" {first.waited:5.0f} s  {last.words:6} {len(last.bill):4}  {told(rows):18}"
            f" {bad[0]:5} {bad[1]:6}",
            flush=True,
        )
    return wrong


def queue(module, path, root):
    """Print what a queue of a second costs: one wait a cycle."""
    folder = Folder(module, path, root / "queue")
    made = folder.go(delay=1.0)
    jobs = sum(row.standing == "done" for row in folder.rows())
    print(
        f"a queue of 1 s: {jobs} jobs, {waits(folder.place / 'run')} waits (the check of the bit"
        f" order and one a cycle), {made.wall:.1f} s of wall time"
    )


def killed(path, root):
    """Print how a run that is killed twice while jobs are queued ends."""
    folder = Folder(None, path, root / "killed")
    call = [
        sys.executable,
        "-m",
        "qassay",
        "run",
        str(path.parent / "small5.toml"),
        "--device",
        f"qiskit:{path.stem}:cloud",
        "--seed",
        "5",
        "--budget-shots",
        str(BUDGET),
        "--out",
        str(folder.place / "run"),
        "--json",
    ]
    about = os.environ | {
        "QSTORE": str(folder.store),
        "QDELAY": "3",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    kills = 0
    for done in (1, 3):
        process = subprocess.Popen(
            call, cwd=path.parent, env=about, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        while process.poll() is None:
            now = [row.standing for row in folder.rows()]
            if now.count("out") > 1 and now.count("done") >= done and "may be out" not in now:
                process.send_signal(signal.SIGKILL)
                kills += 1
                break
            time.sleep(0.05)
        process.communicate()
    last = subprocess.run(
        call,
        check=False,
        cwd=path.parent,
        env=about | {"QDELAY": "0"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    rows = folder.rows()
    bad = twice(rows), silent(folder.bill(), rows)
    print(
        f"killed {kills} times while jobs were queued: exit {last.returncode}, {told(rows)}, bill"
        f" {len(folder.bill())}, twice {bad[0]}, silent {bad[1]}"
    )
    return sum(bad) + (last.returncode not in (0, 1, 3))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cloud", type=Path)
    parser.add_argument("--killed", action="store_true")
    given = parser.parse_args()
    if not given.cloud.is_file():
        raise SystemExit(f"{given.cloud}: no such file; that cloud is not in this repository")
    path = given.cloud.resolve()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        module = loaded(path, root / "unused")
        wrong = table(module, path, root)
        queue(module, path, root)
        if given.killed:
            wrong += killed(path, root)
    print("no job paid twice, none lost without a word" if not wrong else f"{wrong} WRONG")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
