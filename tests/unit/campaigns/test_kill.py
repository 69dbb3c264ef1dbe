"""A signed campaign whose calls are killed at any moment: nothing is lost or half-written."""

import json
import os
import random
import shutil
import signal
import sys
import time
import zipfile

import numpy as np
import pytest
from tests.unit.campaigns.exact_laboratory import run_pack

from qassay.auditing.audit import audit_bundle
from qassay.cli import main
from qassay.evidence.log import parse_log, read_line
from qassay.evidence.roles import trust_from

SHEET = """[sheet]
title = "T"
vendor = "V"
machine = "small-3"
[[claim]]
id = "r"
metric = "readout_error"
value = "5 %"
"""
DEVICE = """[device]
name = "small-3"
platform = "other"
qubits = 3
connectivity = "line"
"""
ASKED = """[[question]]
id = "far"
ask = "accreditation"
circuit = "bell.qasm"
traps = 60
targets = 20
"""
BELL = "OPENQASM 3.0;\nqubit[2] q;\nh q[0];\ncx q[0], q[1];\n"
LEAST = 10  # kills


def has_ended(child):
    """Whether a process has ended, without taking note of it."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


class Victim:
    """Gives commands; kills each before it lets it end, and looks at the folders every time."""

    def __init__(self, folder):
        self.folder = folder
        self.chance = random.Random(20261126)
        self.kills = 0
        self.before = []  # lines of the log that were seen
        self.said = folder / "said"

    def call(self, *words, codes=(0,)):
        """Give a command: killed at any time, then in the middle of its writing; then let be."""
        for goal in (-1, -1, self.chance.choice((0, 0, 1))):
            self.killed(self.start(words), goal)
            self.nothing_is_half_written()
        return self.let_be(*words, codes=codes)

    def killed(self, child, goal):
        """Kill a process when the folders have changed so often, or (-1) somewhere in its time."""
        seen, left = self.snapshot(), goal + 1
        if goal < 0:
            time.sleep(self.chance.uniform(0.0, 0.1))
        while left and not has_ended(child):
            now = self.snapshot()
            left, seen = left - (now != seen), now
        time.sleep(self.chance.uniform(0.0, 0.002))
        os.kill(child, signal.SIGKILL)
        self.kills += os.WIFSIGNALED(os.waitpid(child, 0)[1])

    def let_be(self, *words, codes=(0,)):
        """Give a command that may come to its end."""
        status = os.waitpid(self.start(words), 0)[1]
        assert os.waitstatus_to_exitcode(status) in codes, self.said.read_text()
        return json.loads(self.said.read_text()) if "--json" in words else {}

    def start(self, words):
        """Give a command in a process of its own, which need not load any library again."""
        child = os.fork()
        if child:
            return child
        with self.said.open("w", encoding="utf-8") as out:
            sys.stdout = out
            sys.stderr = out
            sys.argv = ["qassay", *map(str, words)]
            code = main()
        os._exit(code)

    def files(self):
        return [
            p
            for part in ("verifier", "vendor", "partner")
            for p in (self.folder / part).rglob("*")
            if p.is_file()
        ]

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
            elif path.suffix == ".json" and not path.name.startswith("."):
                json.loads(path.read_bytes())
        log = self.folder / "verifier" / "campaign" / "log" / "entries.jsonl"
        data = log.read_bytes() if log.exists() else b""
        lines = parse_log(data[: data.rfind(b"\n") + 1]).lines if data else ()
        assert list(lines[: len(self.before)]) == self.before
        self.before = list(lines)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.timeout(600)
@pytest.mark.slow
@pytest.mark.parametrize("asked", ["", ASKED], ids=["claims", "claims and a question"])
def test_killed_at_any_moment_a_signed_campaign_ends_whole(tmp_path, laboratory, asked):
    victim = Victim(tmp_path)
    (tmp_path / "sheet.toml").write_text(SHEET + asked, encoding="utf-8")
    (tmp_path / "bell.qasm").write_text(BELL, encoding="utf-8")
    (tmp_path / "device.toml").write_text(DEVICE, encoding="utf-8")
    keys, homes = {}, {}
    for role in ("verifier", "vendor", "partner"):
        homes[role] = tmp_path / role
        homes[role].mkdir()
        keys[role] = homes[role] / "key"
        victim.let_be("key", "new", "--role", role, "--name", role, "--out", keys[role])
    roles, campaign = tmp_path / "roles.json", homes["verifier"] / "campaign"
    victim.let_be("key", "roles", *(f"{k}.pub" for k in keys.values()), "--out", roles)

    def answer(role, state, *more):
        parcel = shutil.copy(state["parcel"], homes[role])
        return victim.call(
            "answer", parcel, "--key", keys[role], "--home", homes[role] / "own", *more, "--json"
        )["reply"]

    def collect(*replies):
        return victim.call(
            "collect", campaign, *replies, "--key", keys["verifier"], "--json", codes=(0, 1, 3)
        )

    state = victim.call(
        "export",
        tmp_path / "sheet.toml",
        "--device-description",
        tmp_path / "device.toml",
        "--out",
        campaign,
        "--roles",
        roles,
        "--key",
        keys["verifier"],
        "--rounds",
        2,
        "--deadline",
        "24 h",
        "--json",
    )
    state = collect(answer("partner", state))
    state = collect(answer("vendor", state, "--sheet", tmp_path / "sheet.toml"))
    state = collect(answer("partner", state))
    if asked:
        chance = np.random.default_rng(1)
        document = run_pack(state["waiting"]["pack"], 3, chance, 0.01)
    else:
        errors = laboratory.Errors(readout=0.01)
        document = laboratory.run_pack(state["waiting"]["pack"], errors, (), seed=1)
    counts = homes["vendor"] / "counts.json"
    counts.write_text(json.dumps(document), encoding="utf-8")
    state = collect(answer("vendor", state, "--counts", counts))
    state = collect(answer("partner", state), answer("vendor", state))  # both attest the end

    assert victim.kills >= LEAST
    assert state["waiting"] is None
    log = parse_log((campaign / "log" / "entries.jsonl").read_bytes())
    kinds = [json.loads(line)["envelope"] for line in log.lines]
    assert len({json.dumps(one, sort_keys=True) for one in kinds}) == len(kinds)  # nothing twice
    assert all(read_line(line, "log") for line in log.lines)
    audit = audit_bundle(campaign / "small-3.qassay.zip", trust=trust_from([str(roles)]))
    assert audit.failure is None, str(audit.failure)
    assert audit.level == "T2"
    returned = {name for name in audit.bundle.files if name.startswith("returned/")}
    signed = {
        name: one
        for file in returned
        for name, one in json.loads(audit.bundle.files[file])["circuits"].items()
    }
    assert signed == document["circuits"]
    print(f"{victim.kills} calls killed")
