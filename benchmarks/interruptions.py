"""Kills and full disks at every write of every command that keeps something.

    .venv/bin/python benchmarks/interruptions.py [--folder /dev/shm]

A signed campaign of three parties (export, answer, collect, sign) and a run, an application and an
accreditation on a virtual machine are played once undisturbed. Then each of their calls is made
again, from the files as they stood before it, in a process that kills itself at the k-th change of
the disk (with half of what it was writing there), or whose disk is full from there on, for up to
`--most` values of k; then the same command again, undisturbed. Lost is whatever differs then from
what there is without the interruption: documents on stdout (but for durations), files of a campaign
byte for byte, whole lines of logs and journals that were on the disk when the process ended.
`--real` also kills that many calls of the installed program from outside, at random times.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import io
import json
import os
import pkgutil
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examples"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._faults import FULL, KILL, Faults
from laboratory import Errors, run_pack
from tests.terminal.tour import CIRCUIT, MACHINE

import qassay
from qassay.cli import main as command

NOW = 1_795_000_000.0
SHEET = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "{}"\n[[claim]]\nid = "r"\n'
SHEET += 'metric = "readout_error"\nvalue = "20 %"\ndelta = 1.0\n'
DEVICE = '[device]\nname = "small-3"\nplatform = "other"\nqubits = 3\nconnectivity = "line"\n'
GRID = """function mpc = own
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
 1 3 0  0 0 0 1 1 0 110 1 1.1 0.9;
 2 1 50 0 0 0 1 1 0 110 1 1.1 0.9;
 3 1 40 0 0 0 1 1 0 110 1 1.1 0.9;
 4 2 0  0 0 0 1 1 0 110 1 1.1 0.9;
];
mpc.gen = [
 1 60 0 50 -50 1 100 1 200 0;
 4 30 0 50 -50 1 100 1 100 0;
];
mpc.branch = [
 1 2 0 0.1 0 100 100 100 0 0 1 -360 360;
 2 3 0 0.1 0 100 100 100 0 0 1 -360 360;
 3 4 0 0.1 0 100 100 100 0 0 1 -360 360;
 4 1 0 0.1 0 100 100 100 0 0 1 -360 360;
];
"""
CLOCK = {"wall_seconds", "timings", "measured", "measured_at", "classical", "how_far"}
CLOCK |= {"says", "remarks"}  # words on this very call
SECRETS = ("campaigns.answering", "campaigns.folder")
LINES = ("entries.jsonl", "journal.jsonl")
VERDICT = (0, 1, 3)
FAILED = 70  # full disk, in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a command.

    Attributes:
        words: Of the command, with `{}` for the folder.
        codes: How it may end undisturbed.
        exact: Whether all files must be the same afterwards, byte for byte.
    """

    words: tuple[str, ...]
    codes: tuple[int, ...] = (0,)
    exact: bool = True


@dataclass(slots=True)
class Told:
    """What was counted."""

    interrupted: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)

    def loss(self, words: str) -> None:
        """Tell of something that was lost."""
        print(f"LOST {words[:400]}", flush=True)
        self.lost.append(words)


def forked(call: Call, folder: Path, at: int = 0, how: str = KILL) -> tuple[int, Any, int]:
    """Make a call in a fork of this process; give its exit code, its document and its changes."""
    answer = Path(tempfile.mkstemp()[1])
    pid = os.fork()
    if pid == 0:
        os.chdir(folder)
        out, err = io.StringIO(), io.StringIO()
        faults = Faults(at, how)
        back = os.open(answer, os.O_WRONLY)
        write = os.write
        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(sys, "argv", ["qassay", *call.words]))
            stack.enter_context(mock.patch("time.time", return_value=NOW))
            for module in SECRETS:  # the same each time, so that results can be compared
                drawn = mock.patch(f"qassay.{module}.draw_secret", return_value=bytes(32))
                stack.enter_context(drawn)
            stack.enter_context(redirect_stdout(out))
            stack.enter_context(redirect_stderr(err))
            faults.install()
            code = command()
        said = {"code": code, "out": out.getvalue(), "err": err.getvalue(), "n": faults.count}
        write(back, json.dumps(said).encode())
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    data = answer.read_bytes()
    answer.unlink()
    if os.WIFSIGNALED(status) or not data:
        return -1, None, 0
    said = json.loads(data)
    if "Traceback" in said["err"]:
        raise SystemExit(f"{' '.join(call.words)}, change {at}, {how}:\n{said['err']}")
    document = json.loads(said["out"]) if said["out"].startswith("{") else said["out"]
    return said["code"], document, said["n"]


def plain(document: Any) -> Any:
    """Take away what says how long something took."""
    if isinstance(document, dict):
        return {key: plain(value) for key, value in document.items() if key not in CLOCK}
    if isinstance(document, list):
        return [plain(one) for one in document]
    return document


def files(folder: Path) -> dict[str, bytes]:
    """Read all files but the unfinished ones of a process that was killed."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.parts[-2:])
    }


def whole_lines(folder: Path) -> dict[str, bytes]:
    """Read the whole lines of logs and journals."""
    return {
        name: data[: data.rfind(b"\n") + 1]
        for name, data in files(folder).items()
        if name.endswith(LINES)
    }


def disturb(call: Call, before: Path, told: Told, most: int) -> None:
    """Interrupt a call at every change, give it again, and compare."""
    name = call.words[0]
    folder = before.with_name("work")  # always the same name, which stands in some documents

    def again() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(before, folder)

    again()
    code, wanted, changes = forked(call, folder)
    if code not in call.codes:
        raise SystemExit(f"{' '.join(call.words)}: {code} {wanted}")
    after, lines_after = files(folder), whole_lines(folder)
    for how in (KILL, FULL):
        for at in sorted({1 + k * changes // most for k in range(most)} & {*range(1, changes + 1)}):
            again()
            code, said, _ = forked(call, folder, at, how)
            where = f"{' '.join(call.words[:2])}, change {at} of {changes}, {how}"
            if code not in (-1, FAILED, *call.codes):
                told.loss(f"{where}: ended with {code} {str(said)[:200]}")
            if code in call.codes and plain(said) != plain(wanted):  # nothing was hit
                told.loss(f"{where}: another document")
            told.interrupted[f"{name}, {how}"] += code in (-1, FAILED)
            kept = whole_lines(folder)
            code, found, _ = forked(call, folder)
            now = whole_lines(folder)
            if code not in call.codes or plain(found) != plain(wanted):
                told.loss(f"{where}: then {code}, {str(found)[:200]}")
            elif call.exact and files(folder) != after:
                other = {n for n, data in files(folder).items() if after.get(n) != data}
                told.loss(
                    f"{where}: other files {sorted(other | after.keys() - files(folder).keys())}"
                )
            elif not call.exact and now.keys() != lines_after.keys():
                told.loss(f"{where}: other logs")
            gone = [n for n, data in kept.items() if n in now and not now[n].startswith(data)]
            for name_of_log in gone:
                told.loss(f"{where}: lines of {name_of_log} gone")
    total = sum(told.interrupted.values())
    words = " ".join(call.words[:3])
    print(
        f"{words}: {changes} changes; {total} interruptions so far, {len(told.lost)} lost",
        flush=True,
    )
    again()
    forked(call, folder)
    shutil.rmtree(before)
    folder.rename(before)


def single(folder: Path) -> list[Call]:
    """Prepare a run, an application and an accreditation."""
    (folder / "t.toml").write_text(SHEET.format("five"), encoding="utf-8")
    (folder / "five.toml").write_text(MACHINE, encoding="utf-8")
    (folder / "ghz.qasm").write_text(CIRCUIT, encoding="utf-8")
    (folder / "own.m").write_text(GRID, encoding="utf-8")
    device = ("--device", "five.toml", "--seed", "1", "--json")
    grid = ("--instance", "own.m", "--shots", "96", "--depths", "1")
    sizes = ("--traps", "200", "--targets", "100")
    return [
        Call(words=("run", "t.toml", *device), codes=VERDICT, exact=False),
        Call(words=("apply", "grid-section", *grid, *device), codes=VERDICT, exact=False),
        Call(words=("accredit", "ghz.qasm", *sizes, *device), codes=VERDICT, exact=False),
    ]


class Story:
    """A campaign of three parties, each of whose calls is disturbed."""

    def __init__(self, folder: Path, told: Told, most: int) -> None:
        self.before, self.told, self.most = folder, told, most

    def call(self, *words: str, codes: tuple[int, ...] = (0,)) -> Any:
        """Disturb a call, then take its result."""
        made = Call(words=words, codes=codes)
        disturb(made, self.before, self.told, self.most)
        shutil.copytree(self.before, self.before.with_name("look"), dirs_exist_ok=True)
        _, document, _ = forked(made, self.before)  # the same call twice changes nothing
        return document

    def play(self) -> None:
        """Play it from the first key to the signature of a reader."""
        home = self.before
        (home / "sheet.toml").write_text(SHEET.format("small-3"), encoding="utf-8")
        (home / "device.toml").write_text(DEVICE, encoding="utf-8")
        for role in ("verifier", "vendor", "partner"):
            forked(Call(words=("key", "new", "--role", role, "--name", role, "--out", role)), home)
        pins = [f"{role}.pub" for role in ("verifier", "vendor", "partner")]
        self.call("key", "roles", *pins, "--out", "roles.json")
        given = (
            "--roles",
            "roles.json",
            "--key",
            "verifier",
            "--rounds",
            "2",
            "--deadline",
            "24 h",
        )
        state = self.call(
            "export",
            "sheet.toml",
            "--device-description",
            "device.toml",
            "--out",
            "campaign",
            *given,
            "--deadline",
            "24 h",
            "--json",
        )

        def answer(role: str, *more: str) -> str:
            said = self.call(
                "answer", state["parcel"], "--key", role, "--home", f"home-{role}", *more, "--json"
            )
            return str(said["reply"])

        def collect(*replies: str) -> Any:
            return self.call(
                "collect", "campaign", *replies, "--key", "verifier", "--json", codes=VERDICT
            )

        state = collect(answer("partner"))
        state = collect(answer("vendor", "--sheet", "sheet.toml"))
        while state["waiting"]:
            if state["waiting"]["pack"] is None:
                state = collect(answer("partner"))
                continue
            pack, number = home / state["waiting"]["pack"], state["waiting"]["round"]
            document = run_pack(pack, Errors(readout=0.01), (), seed=number)
            (home / "counts.json").write_text(json.dumps(document), encoding="utf-8")
            state = collect(answer("vendor", "--counts", "counts.json"))
        state = collect(answer("partner"), answer("vendor"))
        if {one["trust"] for one in state["verdicts"]} != {"T2"}:
            raise SystemExit(f"no T2: {state['verdicts']}")
        shutil.copy(home / state["bundle"], home / "mine.qassay.zip")
        self.call("sign", "mine.qassay.zip", "--key", "partner", "--role", "partner")


def from_outside(times: int, folder: Path, told: Told) -> None:
    """Kill the installed program at random times, then let it come to its end."""
    chance = random.Random(7)
    calls = single(folder)
    program = [sys.executable, "-m", "qassay"]
    for number in range(times):
        call = calls[number % len(calls)]
        place = folder / f"real-{number}"
        words = [*program, *call.words, "--out", str(place)]
        process = subprocess.Popen(
            words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while not place.exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.6))
        process.send_signal(signal.SIGKILL)
        told.interrupted[f"{call.words[0]}, kill -9"] += process.wait() == -signal.SIGKILL
        kept = whole_lines(place) if place.exists() else {}
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        fresh = forked(call, folder)[1]
        now = whole_lines(place)
        same = done.returncode in call.codes and _verdicts(json.loads(done.stdout)) == _verdicts(
            fresh
        )
        if not same or any(not now[n].startswith(data) for n, data in kept.items()):
            told.loss(f"{call.words[0]}, killed from outside: {done.stdout[:300]}")


def _verdicts(document: Any) -> Any:
    return plain({key: document.get(key) for key in ("verdicts", "outcome", "bounds", "score")})


def load() -> None:
    """Load all of the product here, so that no fork has to."""
    for one in pkgutil.walk_packages(qassay.__path__, "qassay."):
        if "qiskit" not in one.name and "__main__" not in one.name:
            with suppress(ImportError):
                importlib.import_module(one.name)
    gc.collect()
    gc.freeze()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--most", type=int, default=24, help="of a call and a kind, evenly spread")
    parser.add_argument("--real", type=int, default=20, help="kills of the installed program")
    parser.add_argument("--only", choices=("campaign", "single"), help="one half of it")
    parser.add_argument("--folder", help="where files are written; one in memory is quickest")
    given = parser.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = str(int(NOW))
    load()
    begun, told = time.perf_counter(), Told()
    with tempfile.TemporaryDirectory(dir=given.folder) as scratch:
        if given.only != "single":
            home = Path(scratch) / "campaign-of-three"
            home.mkdir()
            Story(home, told, given.most).play()
        if given.only != "campaign":
            home = Path(scratch) / "one"
            home.mkdir()
            for call in single(home):
                disturb(call, home, told, given.most)
            shutil.rmtree(home)
            home.mkdir()
            from_outside(given.real, home, told)
    for name, number in sorted(told.interrupted.items()):
        print(f"  {name}: {number}")
    total = sum(told.interrupted.values())
    print(f"{total} interruptions, {len(told.lost)} lost, {time.perf_counter() - begun:.0f} s")
    raise SystemExit(bool(told.lost))


if __name__ == "__main__":
    main()
