"""A campaign between three parties, by files alone, in three directories.

A vendor claims; a verifier plans, keeps the log and judges; a partner holds a share of the seed
and is witness. True and false claims, a part that is lost, one that comes late, one that is
excused and an amendment. What went out and did not come back counts as failure: a claim whose
verdict stood before the loss keeps it, one that was still open is not supported past it (which of
the two the readout is depends on the seed). At the end the partner, who trusts nobody, audits
the bundle offline.

    python examples/three_parties.py [FOLDER]

Every step is a command that people type; files are copied between the folders as mail would.
"""

import json
import shutil
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent))

from laboratory import Errors, run_pack

from qassay.cli import main

SHEET = """\
[sheet]
title = "Four qubits, as announced"
vendor = "Vendor"
machine = "small-4"
[[claim]]                            # true: they are there, and that stands before a part is lost
id = "qubits"
metric = "qubits"
value = 4
[[claim]]                            # true: the machine has 1 %; but parts go missing
id = "readout"
metric = "readout_error"
value = "1.3 %"
[[claim]]                            # false: the machine has 20 ms
id = "t1"
metric = "t1"
value = "25 ms"
statistic = "every"
[[claim]]                            # the machine lies between claim and limit: open to the end
id = "readout-of-zero"
metric = "readout_error_0"
value = "0.8 %"
"""
DEVICE = """\
[device]
name = "small-4"
platform = "superconducting"
qubits = 4
connectivity = "line"
native_gates = ["rz", "sx", "x", "cz"]
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "200 ns"
readout = "1 us"
shot_overhead = "100 us"
"""
MACHINE = Errors(one=1e-4, two=5e-3, readout=0.01, t1=0.02)
HOURS = 24  # from a release to its counts


class Party:
    """A party with a folder and a key of its own."""

    def __init__(self, folder: Path, role: str) -> None:
        self.role, self.home = role, folder / role
        self.home.mkdir(parents=True)
        self.key = self.home / "key"
        qassay("key", "new", "--role", role, "--name", role.title(), "--out", self.key)
        self.sent = 0

    def answer(self, parcel: Path, *more: object) -> Path:
        """Take a parcel in, answer it, and give the reply."""
        mine = shutil.copy(parcel, self.home)
        said = qassay(
            "answer", mine, "--key", self.key, "--home", self.home / "campaign", *more, "--json"
        )
        return Path(said["reply"])


class Clock:
    """The story's own clock, so that days pass in seconds."""

    now = int(time.time())


def qassay(*words: object, codes: tuple[int, ...] = (0,)) -> dict:
    """Give a command, as on a terminal; return its JSON document where it prints one."""
    out, err = StringIO(), StringIO()
    call = ["qassay", *map(str, words)]
    with (
        mock.patch.object(sys, "argv", call),
        mock.patch("time.time", return_value=float(Clock.now)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = main()
    if code not in codes:
        raise SystemExit(f"{' '.join(call)}: {code}\n{err.getvalue()}")
    Clock.now += 60
    return json.loads(out.getvalue()) if "--json" in words else {}


class Verifier(Party):
    """The party that plans, keeps the log and judges."""

    def begin(self, roles: Path) -> dict:
        """Freeze the plan."""
        (self.home / "sheet.toml").write_text(SHEET, encoding="utf-8")
        (self.home / "device.toml").write_text(DEVICE, encoding="utf-8")
        self.folder = self.home / "campaign"
        return qassay(
            "export",
            self.home / "sheet.toml",
            "--device-description",
            self.home / "device.toml",
            "--out",
            self.folder,
            "--roles",
            roles,
            "--key",
            self.key,
            "--rounds",
            5,
            "--deadline",
            f"{HOURS} h",
            "--excused",
            1,
            "--json",
        )

    def collect(self, *replies: object) -> dict:
        """Take replies in."""
        return qassay(
            "collect", self.folder, *replies, "--key", self.key, "--json", codes=(0, 1, 3)
        )


def campaign(folder: Path) -> dict:
    """Play it from the first key to the audit; give what was said on the way."""
    verifier = Verifier(folder, "verifier")
    vendor, partner = Party(folder, "vendor"), Party(folder, "partner")
    roles = folder / "roles.json"
    qassay(
        "key",
        "roles",
        *(party.home / "key.pub" for party in (vendor, verifier, partner)),
        "--out",
        roles,
    )
    told: dict = {}

    # The seed: two commitments, then the vendor's bytes, with its signature on claims and plan.
    state = verifier.begin(roles)
    sheet = shutil.copy(verifier.home / "sheet.toml", vendor.home)  # the vendor's own claims
    state = verifier.collect(partner.answer(state["parcel"]))
    agreed = vendor.answer(state["parcel"], "--sheet", sheet)
    state = verifier.collect("--hold", agreed)
    state = verifier.collect("--amend", "from round 2 on the vendor may recalibrate between parts")

    while state["waiting"]:
        if state["waiting"]["pack"] is None:  # called: the partner opens its share of this round
            state = verifier.collect(partner.answer(state["parcel"]))
        told[f"round {state['waiting']['round']}"] = state["waiting"]["circuits"]
        state = play_round(verifier, vendor, state)
    replies = [party.answer(state["parcel"]) for party in (partner, vendor)]
    state = verifier.collect(*replies)  # both attest the end

    # The partner has pinned the others' keys when they met, and audits what he is sent.
    bundle = shutil.copy(state["bundle"], partner.home)
    audit = qassay("audit", bundle, "--trust", roles, "--json", codes=(0, 4))
    told |= {"verdicts": {v["claim"]: (v["verdict"], v["trust"]) for v in state["verdicts"]}}
    return told | {"bundle": bundle, "audit": audit, "state": state}


def play_round(verifier: Verifier, vendor: Party, state: dict) -> dict:
    """Let the laboratory run a round, with the mishaps of the story."""
    number, parts = state["waiting"]["round"], list(state["waiting"]["missing"])
    pack = Path(shutil.copy(state["waiting"]["pack"], vendor.home))

    def counts_of(*chosen: int) -> Path:
        """Run some parts on the machine, which knows nothing of qassay."""
        document = run_pack(pack, MACHINE, chosen, seed=1000 * number)
        path = vendor.home / f"counts-{number}-{chosen[0]}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    every = range(1, len(parts) + 1)
    if number == 2:  # the first part in time, the last one long after the deadline
        first = vendor.answer(state["parcel"], "--counts", counts_of(*every[:-1]))
        state = verifier.collect(first)
        Clock.now += 2 * HOURS * 3600
        late = vendor.answer(
            state["parcel"],
            "--counts",
            counts_of(every[-1]),
            "--note",
            "the mail of the last part was forgotten",
        )
        state = verifier.collect("--expire", "--hold", late)
        if state["waiting"] is None:  # all was settled by then: nothing is left to be excused
            return state
        excuse = "round-03/part-01=maintenance of the cryostat"  # before its round is called
        return verifier.collect(vendor.answer(state["parcel"], "--excuse", excuse))
    if number == 3:  # one part is lost, and the vendor says so
        lost = f"{parts[-1]}=the control computer broke down"
        reply = vendor.answer(state["parcel"], "--counts", counts_of(*every[:-1]), "--failed", lost)
        return verifier.collect(reply)
    return verifier.collect(vendor.answer(state["parcel"], "--counts", counts_of(*every)))


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    result = campaign(where)
    for name, value in result.items():
        if name not in ("audit", "state"):
            print(f"{name}: {value}")
    for check in result["audit"]["passed"]:
        print(f"  {check['check']}: {check['sentence']}")
    print("audit:", "valid" if result["audit"]["valid"] else result["audit"]["problems"])
