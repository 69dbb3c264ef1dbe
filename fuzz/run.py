"""Hostile input for every parser of evidence: `python3 fuzz/run.py [--seconds 60] [--seed 1]`.

Sound inputs are mutated at random (bits, bytes, splices, numbers and words that parsers fear)
and fed to one parser after the other. Whatever is no `QassayError`, takes longer than two
seconds of processor time or more than 256 MiB is a crash; its input is written to
`fuzz/crashes/`. The last line tells executions and crashes; the exit code is 1 after a crash.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.errors import QassayError
from qassay.evidence.archive import read_archive
from qassay.evidence.bundle import MANIFEST, Bundle, is_outside, sealed_bundle
from qassay.evidence.campaign_log import follow_log, plain_line, read_entry
from qassay.evidence.campaign_state import CampaignRules, CampaignState
from qassay.evidence.campaign_v1 import follow_v1
from qassay.evidence.checkpoint import parse_checkpoint
from qassay.evidence.commitment import commit_round
from qassay.evidence.envelope import parse_envelope, read_statement
from qassay.evidence.events import (
    PLAN,
    REPORT,
    SHEET,
    VERDICTS,
    VERSIONS,
    Event,
    event_from,
    manifest_file,
    returned_file,
)
from qassay.evidence.keys import key_from_line, read_key
from qassay.evidence.log import parse_log
from qassay.evidence.machine import take
from qassay.evidence.note import parse_note, parse_vkey
from qassay.evidence.records import plan_from_json
from qassay.evidence.roles import parse_roles
from qassay.evidence.sshsig import parse_ssh
from qassay.planning.plan import CampaignTerms
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_json, read_members
from qassay.reading.strict_toml import read_toml

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent / "tests" / "golden"
SECONDS, MEBIBYTES = 2.0, 256
WORDS = (
    b"",
    b"\0",
    b"\n",
    b"\xff",
    b"\xef\xbb\xbf",
    b"null",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"9" * 400,
    b"-1",
    b"true",
    b'"',
    b"\\ud800",
    b"[" * 3000,
    b'{"a":' * 3000,
    b"{}",
    b"[]",
    b"../../x",
    b"\xd9\xa1",
    b"PK\x05\x06",
    b"PK\x01\x02",
    b"\xff" * 8,
    b"\x00" * 8,
    b"ssh-rsa",
    b"SHA256:",
    b"\xe2\x80\x94 ",
    b"=",
    b"a." * 300,
    b"[[a]]\n" * 300,
    b"'''",
    b'"""',
    b'\\"' * 300,
)
MACHINE = b"""[machine]
name = "small"
qubits = 3
connectivity = "line"
[durations]
readout = "1 us"
[noise]
t1 = {mean = "1 ms", spread = "10 %"}
readout_p01 = [0.01, 0.02, 0.03]
"""
TOML = b"""a.'b c'."d" = {e = [1, 2.5e3, 0xff, true], f = 1979-05-27 07:32:00Z}
g = \"\"\"
two ""lines\\
\"\"\" # and a remark
[[h.i]]
j = 'it'
"""
Target = Callable[[bytes], object]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change an input in one to six places."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(changed) + 1)
        length = chance.choice((0, 1, 1, 2, 4, 16, 200))
        kind = chance.randrange(6)
        if kind == 0 and place < len(changed):
            changed[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            changed[place : place + length] = chance.randbytes(length)
        elif kind == 2:
            changed[place : place + length] = chance.choice(WORDS)
        elif kind == 3:
            del changed[place : place + length]
        elif kind == 4:
            start = chance.randrange(len(changed) + 1)
            changed[place:place] = changed[start : start + length * 4]
        else:
            digits = [n for n, byte in enumerate(changed[:4000]) if 48 <= byte <= 57]
            if digits:
                changed[chance.choice(digits)] = chance.choice(b"0123456789-.eE")
    return bytes(changed)


def party_of_one() -> tuple[CampaignRules, list[bytes]]:
    """Play a small campaign of one party, whose lines nobody signs: mutants reach the machine."""
    terms = CampaignTerms(committers=("self",), deadline_seconds=60, notes=2, amendments=2)
    plan, sheet, secret = "11" * 32, "22" * 32, "33" * 32
    rules = CampaignRules(campaign=plan, sheet=sheet, sizes=(2, 1), terms=terms)
    file, made = "aa" * 32, commit_round(bytes.fromhex(secret), "self", plan, 0)
    state, lines = CampaignState(rules=rules), []
    for kind, files, facts in (
        ("opened", {SHEET: sheet, PLAN: plan}, {"keys": {"self": []}}),
        ("committed", {}, {"commitments": [made]}),
        ("amended", {}, {"text": "words", "parts": [[1, 2]]}),
        ("excused", {}, {"round": 1, "part": 2, "reason": "repair"}),
        ("called", {}, {"round": 1}),
        ("released", {manifest_file(1): "44" * 32}, {"round": 1, "parts": [1]}),
        ("noted", {}, {"text": "a note"}),
        ("counts", {returned_file(file): file}, {"round": 1, "part": 1, "circuits": 3}),
        ("called", {}, {"round": 2}),
        ("released", {manifest_file(2): "55" * 32}, {"round": 2, "parts": [1]}),
        ("failed", {}, {"round": 2, "part": 1, "reason": "power"}),
        ("revealed", {}, {"secret": secret}),
        (
            "closed",
            dict.fromkeys((VERDICTS, REPORT, VERSIONS), "66" * 32),
            {"finished": True, "why": ""},
        ),
    ):
        event = Event(
            kind=kind, by="self", campaign=plan, head=state.head, files=files, facts=facts
        )
        line = plain_line(1000 + len(lines), event)
        state = take(state, 1000 + len(lines), event, "", line)
        lines.append(line)
    return rules, lines


def campaign_log() -> Target:
    """Follow a log with a line changed, left out, doubled or moved."""
    rules, honest = party_of_one()

    def one(data: bytes) -> None:
        chance, lines = random.Random(data), list(honest)
        place = chance.randrange(len(lines))
        how = chance.randrange(6)
        if how == 0:
            lines.insert(chance.randrange(len(lines)), lines.pop(place))
        elif how == 1:
            lines.insert(place, lines[chance.randrange(len(lines))])
        else:
            changed = mutated(lines[place], chance)
            with suppress(QassayError):  # canonical again, so that more than its form is asked
                changed = canonical_bytes(read_json(changed, "line"))
            lines[place] = changed
        follow_log(lines, rules, None)

    return one


def targets(folder: Path) -> dict[str, tuple[list[bytes], Target]]:
    """Give sound inputs and the parser of each target."""
    campaign = read_archive(GOLDEN / "format-2-campaign.qassay.zip")
    run = read_archive(GOLDEN / "format-2-run.qassay.zip")
    published = read_archive(GOLDEN / "format-2-import.qassay.zip")
    roles = parse_roles((GOLDEN / "roles.json").read_bytes(), "roles.json")
    counts = [data for name, data in run.items() if name.endswith("counts.json")]
    log = campaign["log/entries.jsonl"]
    envelope = campaign["bundle.dsse.json"]
    key = roles.parties[0].key
    _, one_party = party_of_one()
    path, zipped = folder / "key", folder / "fuzzed.zip"

    def archive(data: bytes) -> None:
        zipped.write_bytes(data)
        read_archive(zipped)

    def audit(files: dict[str, bytes]) -> Target:
        names = [n for n in files if n != MANIFEST and not is_outside(n)]
        sealed = {name: files[name] for name in names}

        def one(data: bytes) -> None:
            name = names[int.from_bytes(data[-2:], "big") % len(names)]
            chance = random.Random(data)
            Bundle({**sealed, name: mutated(files[name], chance)}).save(zipped)
            failure = audit_bundle(zipped).failure
            if failure is not None and "report it" in str(failure):
                raise AssertionError(str(failure))

        return one

    def private(data: bytes) -> None:
        path.write_bytes(data)
        read_key(path)

    return {
        "zip": (
            [(GOLDEN / f"format-2-{n}.qassay.zip").read_bytes() for n in ("run", "import")],
            archive,
        ),
        "manifest": ([campaign[MANIFEST]], lambda d: sealed_bundle({**campaign, MANIFEST: d})),
        "json": ([*counts[:2], run["verdicts/verdicts.json"]], lambda d: read_json(d, "f")),
        "foreign json": (
            [b'{"shots": 9, "gates": [["u", 0, [0.5]]], "survival": {"0": {"1": 9}}}'],
            lambda d: read_members(d, "f", ("shots", "survival"), limits=FOREIGN),
        ),
        "toml": ([run["claims/sheet.toml"], MACHINE, TOML], lambda d: read_toml(d, "t")),
        "machine": ([MACHINE], lambda d: read_machine(d, "m")),
        "plan": ([run["plan/plan.json"]], lambda d: plan_from_json(read_json(d, "p"), "p")),
        "sheet": ([run["claims/sheet.toml"]], lambda d: parse_claim_sheet(d, "s")),
        "envelope": ([envelope], lambda d: parse_envelope(d, "e")),
        "statement": ([parse_envelope(envelope, "e").payload], lambda d: read_statement(d, "e")),
        "sshsig": ([campaign["bundle.sshsig"]], lambda d: parse_ssh(d, "s").check(b"", "s")),
        "note": ([campaign["log/checkpoint"]], lambda d: parse_checkpoint(parse_note(d, "n"), "n")),
        "vkey": ([b"a+b"], lambda d: parse_vkey(d.decode("latin-1"), "k")),
        "log": ([log], lambda d: follow_v1(parse_log(d).entries(roles))),
        "log of format 3": ([bytes(64)], campaign_log()),
        "event": (
            [canonical_bytes(read_json(line, "l")["statement"]) for line in one_party],
            lambda d: event_from(read_statement(d, "e"), "e"),
        ),
        "entry": (one_party, lambda d: read_entry(d, None, "l")),
        "roles": ([roles.to_bytes()], lambda d: parse_roles(d, "r")),
        "public key": (
            [key.line("vendor V").encode()],
            lambda d: key_from_line(d.decode("latin-1"), "k"),
        ),
        "private key": ([b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + b"A" * 200], private),
        "audit of a run": ([bytes(64)], audit(run)),
        "audit of an import": ([bytes(64)], audit(published)),
        "audit of a campaign": ([bytes(64)], audit(campaign)),
    }


def one_execution(target: Target, data: bytes) -> str:
    """Feed one input; say what is wrong, or nothing."""
    begun = time.process_time()
    try:
        target(data)
    except QassayError:
        pass
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:200]
    spent = time.process_time() - begun
    return f"{spent:.1f} s" if spent > SECONDS else ""


def fuzz(seconds: float, seed: int, executions: int | None = None) -> tuple[int, int]:
    """Fuzz all targets in turn.

    Args:
        seconds: For all targets together.
        seed: Of the mutations.
        executions: Of each target at most; None for no limit but time.

    Returns:
        Executions and crashes.
    """
    total = crashes = 0
    with tempfile.TemporaryDirectory() as name:
        table = targets(Path(name))
        for title, (sound, target) in table.items():
            chance = random.Random(f"{seed} {title}")
            done = bad = 0
            tracemalloc.start()
            one_execution(target, sound[0])
            tracemalloc.reset_peak()
            for _ in range(5):  # memory is watched on a few, since watching is slow
                one_execution(target, mutated(chance.choice(sound), chance))
            peak = tracemalloc.get_traced_memory()[1] / 2**20
            tracemalloc.stop()
            bad += peak > MEBIBYTES
            end = time.monotonic() + seconds / len(table)
            while time.monotonic() < end and (executions is None or done < executions):
                data = mutated(chance.choice(sound), chance)
                found = one_execution(target, data)
                done += 1
                if found:
                    bad += 1
                    place = HERE / "crashes" / f"{title.replace(' ', '-')}-{seed}-{done}"
                    place.parent.mkdir(exist_ok=True)
                    place.write_bytes(data)
                    print(f"  {title}: {found} ({place.name})")
            print(f"{title:20} {done:8} executions, {bad} crashes, peak {peak:.0f} MiB")
            total, crashes = total + done, crashes + bad
    return total, crashes


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    total, crashes = fuzz(options.seconds, options.seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{total} executions, {crashes} crashes; at most {peak:.0f} MiB, libraries included")
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
