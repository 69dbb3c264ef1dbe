"""A signed campaign whose calls are killed at any moment: nothing is lost, twice, or half-written."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from qassay.auditing.audit import audit_bundle
from qassay.evidence.log import parse_log, read_line
from qassay.evidence.roles import trust_from

LEAST = 10  # kills


class Victim:
    """Gives commands; kills each before it lets it end, and looks at the folders every time."""

    def __init__(self, folder):
        self.folder = folder
        self.chance = random.Random(20261126)
        self.kills = 0
        self.before = []  # lines of the log that were seen

    def call(self, *words, codes=(0,)):
        """Give a command: killed once, in the middle of its writing, and then let be."""
        process, goal = self.start(words), self.chance.randrange(4)
        seen, changes = self.snapshot(), 0
        while changes <= goal and process.poll() is None:
            time.sleep(0.001)
            now = self.snapshot()
            changes, seen = changes + (now != seen), now
        time.sleep(self.chance.uniform(0.0, 0.005))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.kills += process.returncode == -signal.SIGKILL
        self.nothing_is_half_written()
        process = self.start(words)
        out, err = process.communicate(timeout=120)
        assert process.returncode in codes, err.decode()
        return json.loads(out) if "--json" in words else {}

    def start(self, words):
        environment = os.environ | {"PYTHONPYCACHEPREFIX": str(self.folder / "pycache")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return subprocess.Popen(
            [sys.executable, "-m", "qassay", *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
        )  # fmt: skip

    def files(self):
        return [p for part in ("verifier", "vendor", "partner")
                for p in (self.folder / part).rglob("*") if p.is_file()]  # fmt: skip

    def snapshot(self):
        found = []
        for path in self.files():
            try:
                found.append((str(path), path.stat().st_size))
            except FileNotFoundError:  # renamed in between
                continue
        return sorted(found)

    def nothing_is_half_written(self):
        """Every file but a `.part` can be read whole, and the log goes on where it was."""
        for path in self.files():
            if path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    assert archive.testzip() is None, path
            elif path.suffix == ".json":
                json.loads(path.read_bytes())
        log = self.folder / "verifier" / "campaign" / "log" / "entries.jsonl"
        data = log.read_bytes() if log.exists() else b""
        lines = parse_log(data[: data.rfind(b"\n") + 1]).lines if data else ()
        assert list(lines[: len(self.before)]) == self.before
        self.before = list(lines)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.timeout(600)
@pytest.mark.slow
def test_killed_at_any_moment_a_signed_campaign_ends_whole(tmp_path, three_parties, small_files):
    from laboratory import run_pack

    victim = Victim(tmp_path)
    keys, homes = {}, {}
    for role in ("verifier", "vendor", "partner"):
        homes[role] = tmp_path / role
        homes[role].mkdir()
        keys[role] = homes[role] / "key"
        subprocess.run(
            [sys.executable, "-m", "qassay", "key", "new", "--role", role, "--name", role,
             "--out", keys[role]], check=True, capture_output=True,
        )  # fmt: skip
    roles, campaign = tmp_path / "roles.json", homes["verifier"] / "campaign"
    subprocess.run(
        [sys.executable, "-m", "qassay", "key", "roles", *(f"{k}.pub" for k in keys.values()),
         "--out", roles], check=True, capture_output=True,
    )  # fmt: skip

    def answer(role, state, *more):
        parcel = shutil.copy(state["parcel"], homes[role])
        return victim.call("answer", parcel, "--key", keys[role], "--home", homes[role] / "own",
                           *more, "--json")["reply"]  # fmt: skip

    def collect(*replies):
        return victim.call("collect", campaign, *replies, "--key", keys["verifier"], "--json",
                           codes=(0, 1, 3))  # fmt: skip

    state = victim.call(
        "export", small_files / "sheet.toml", "--device-description", small_files / "device.toml",
        "--out", campaign, "--roles", roles, "--key", keys["verifier"], "--rounds", 1,
        "--deadline", "24 h", "--json",
    )  # fmt: skip
    state = collect(answer("vendor", state))
    state = collect(answer("partner", state))
    state = collect(answer("vendor", state))
    state = collect(answer("partner", state))
    document = run_pack(state["waiting"]["pack"], three_parties.MACHINE, (), seed=1)
    counts = homes["vendor"] / "counts.json"
    counts.write_text(json.dumps(document), encoding="utf-8")
    state = collect(answer("vendor", state, "--counts", counts))
    for _ in range(2):  # the partner reveals; then both cosign the closed log
        state = collect(answer("partner", state), answer("vendor", state))

    assert victim.kills >= LEAST
    assert state["waiting"] is None
    log = parse_log((campaign / "log" / "entries.jsonl").read_bytes())
    kinds = [json.loads(line)["envelope"] for line in log.lines]
    assert len({json.dumps(one, sort_keys=True) for one in kinds}) == len(kinds)  # nothing twice
    assert all(read_line(line, "log") for line in log.lines)
    audit = audit_bundle(campaign / "small-4.qassay.zip", trust=trust_from([str(roles)]))
    assert audit.failure is None, str(audit.failure)
    assert audit.level == "T2"
    returned = {name for name in audit.bundle.files if name.startswith("returned/")}
    assert len(returned) == 1
    signed = json.loads(audit.bundle.files[returned.pop()])
    assert signed == document
    print(f"{victim.kills} calls killed")
