"""Hostile files: what the largest ones that a bundle may hold cost an auditor.

    python benchmarks/hostile_files.py [--seconds 2] [--mebibytes 256]

Each file is audited by a fresh process; printed are the peak memory of the whole process, imports
and all, and the CPU seconds of the audit alone. Exit code 1 if one of them is over a limit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from forgeries.parties import Parties
from forgeries.registry import honest, sealed, zipped
from forgeries.story import Story

from qassay.canonical import canonical_bytes, content_id
from qassay.circuits.qasm_reader import MOST_BYTES
from qassay.evidence import events_v1
from qassay.evidence.archive import archive_bytes, read_archive
from qassay.evidence.log import MAX_ENTRIES
from qassay.evidence.machine import MOST_ENTRIES
from qassay.reading.limits import EVIDENCE

AUDIT = """
import re, sys, time
from pathlib import Path
from qassay.auditing.audit import audit_bundle
begun = time.process_time()
audit = audit_bundle(Path(sys.argv[1]))
seconds = time.process_time() - begun
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(int(peak[1]) / 1024, seconds, audit.failed or None)
"""
MINIMAL = """
import re, sys, time
from pathlib import Path
from auditor.audit_minimal import audit
begun = time.process_time()
report = audit(Path(sys.argv[1]))
seconds = time.process_time() - begun
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(int(peak[1]) / 1024, seconds,
      (report["failed"] or {}).get("check"))
"""
READER = """
import re, sys, time
from pathlib import Path
from qassay.devices.machine_file import read_machine
from qassay.protocols.accrediting.cycles import cycles_of
from qassay.circuits.qasm_reader import read_qasm
from qassay.errors import QassayError
from qassay.protocols.accreditation import read_wanted
path = Path(sys.argv[1])
begun = time.process_time()
try:
    if sys.argv[2] == "circuit":
        cycles_of(read_qasm(path.read_bytes(), path.name))
    else:
        read = {
            "machine": lambda one: read_machine(one.read_bytes(), one.name),
            "problem": lambda one: read_wanted(one.read_text(encoding="utf-8")),
        }
        read[sys.argv[2]](path)
    found = "None"
except QassayError:
    found = "refused"
seconds = time.process_time() - begun
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(int(peak[1]) / 1024, seconds, found)
"""
HONEST = "an honest bundle, for comparison"
FILLS = {"lists": b"[],", "objects": b'{"a":1},', "numbers": b"1.5,", "texts": b'"ab",'}
COUNTS, VERDICTS = "batches/readout/0000/counts.json", "verdicts/verdicts.json"
SHEET, PLAN = "claims/sheet.toml", "plan/plan.json"
DOTS = b".".join([b"a"] * 40_000) + b"=1\n"
TOMLS = {
    "one key of 40,000 parts": DOTS,
    "one key of 26,000 quoted parts": b'"a"' + b'."a"' * 26_000 + b"=1\n",
    "a header of 40,000 parts": b"[" + DOTS.replace(b"=1", b"]"),
    "4,400 keys of 7 parts": b"".join(b"%x.a.a.a.a.a.a=1\n" % n for n in range(4_400)),
    "40,000 arrays in one another": b"a=" + b"[" * 40_000 + b"]" * 40_000,
    "20,000 inline tables in one another": b"a=" + b"{a=" * 20_000 + b"1" + b"}" * 20_000,
    "9,000 tables": b"".join(b"[a%x]\n" % n for n in range(9_000)),
    "a number of 80,000 digits": b"a=" + b"9" * 80_000,
    "a text without an end": b'a="' + b'\\"' * 40_000,
    "a text of lines without an end": b'a="""' + b'""b' * 26_000,
}


def documents(limit: int) -> Iterator[tuple[str, bytes]]:
    """Fill a document with the most values of a kind that a size allows."""
    for kind, fill in FILLS.items():
        times = (limit - 4) // len(fill)
        yield f"{kind} in {limit >> 20} MiB", b"[" + fill * times + b"1]"
        most = EVIDENCE.values // sum(map(fill.count, (b",", b"[", b"{"))) - 2
        yield f"{most} {kind}", b"[" + fill * most + b"1]"
    yield "one text of 6 MiB", b'"' + b"a" * (limit - 2) + b'"'
    yield "200,000 levels", b"[" * 200_000 + b"]" * 200_000
    yield "6 MiB of spaces", b" " * (limit - 1) + b"1"
    yield "escapes", b'["' + b"\\u0041" * 900_000 + b'"]'


def bundles() -> Iterator[tuple[str, bytes]]:
    """Give hostile archives, each with a name."""
    run = honest("run")
    yield HONEST, archive_bytes(sealed(run))
    for name, data in documents(EVIDENCE.size):
        yield f"{VERDICTS}: {name}", archive_bytes(sealed({**run, VERDICTS: data}))
        yield f"bundle.json: {name}", archive_bytes({**run, "bundle.json": data})
    files = [b'{"bytes":1,"path":"a%d","sha256":"%064d"}' % (k, k) for k in range(50_000)]
    manifest = b'{"files":[' + b",".join(files) + b'],"qassay_bundle":2}'
    yield "bundle.json: 50,000 files", archive_bytes({**run, "bundle.json": manifest})
    full = b"[" + FILLS["objects"] * (EVIDENCE.values // 2 - 2) + b"1]"
    yield (
        "12 full documents",
        archive_bytes(
            sealed({**run, **{f"batches/readout/{k:04d}/counts.json": full for k in range(12)}})
        ),
    )
    yield "20,000 files", zipped({f"a{k}": b"" for k in range(20_000)})
    for size in (1 << 20, 16 << 20):
        tables = b"[[claim]]\nid = 1\n" * (size // 17)
        yield f"{SHEET}: tables in {size >> 20} MiB", archive_bytes(sealed({**run, SHEET: tables}))
        text = b'a = "' + b"x" * size + b'"\n'
        yield f"{SHEET}: a text of {size >> 20} MiB", archive_bytes(sealed({**run, SHEET: text}))
    for name, data in TOMLS.items():
        sheet = run[SHEET] + data
        plan = json.loads(run[PLAN])
        plan["sheet"]["text_id"] = content_id(sheet)
        yield (
            f"{SHEET}: {name}",
            archive_bytes(sealed({**run, SHEET: sheet, PLAN: canonical_bytes(plan)})),
        )
    campaign = honest("campaign")
    for name, data in {
        "log/entries.jsonl": b"{}\n" * (10 << 20),
        "log/checkpoint": "\u2014 a b\n".encode() * (4 << 20),
        "keys/roles.json": b'{"roles":[' + b"{}," * 100_000 + b"{}]}",
        "bundle.sshsig": b"A" * (30 << 20),
        "bundle.dsse.json": b'{"payload":"' + b"A" * (5 << 20) + b'"}',
    }.items():
        hostile = {**campaign, name: data}
        yield (
            f"{name}: {len(data) >> 10} KiB",
            archive_bytes(hostile if name.startswith("bundle") else sealed(hostile)),
        )
    yield from logs()
    yield "60 MB of zeros, packed", zipped({"bundle.json": bytes(60_000_000)}, method=8)


def logs() -> Iterator[tuple[str, bytes]]:
    """Fill logs to the last line with notes that their parties have truly signed."""
    parties = Parties.of(honest("exchange"))
    place = len(parties.course) - 4
    while len(parties.course) < MOST_ENTRIES:
        parties.insert(place, "noted", "partner", text=f"{len(parties.course)}")
    data = parties.told()
    yield f"a log of {MOST_ENTRIES} signed events", data
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        members = read_archive(Path(file.name))
    *lines, last = members["log/entries.jsonl"].splitlines()
    for name, place in (("last", len(lines) - 1), ("middle", len(lines) // 2)):
        entry = json.loads(lines[place])
        entry["envelope"]["signatures"] = json.loads(last)["envelope"]["signatures"]
        bad = [*lines[:place], canonical_bytes(entry), *lines[place + 1 :], last]
        forged = {**members, "log/entries.jsonl": b"".join(line + b"\n" for line in bad)}
        yield (
            f"the same log, a signature in the {name} not of its own",
            archive_bytes(sealed(forged)),
        )
    story = Story.of(honest("campaign"))
    subject = {PLAN: content_id(story.members[PLAN])}
    note = events_v1.EventV1(kind="noted", by="partner", subject=subject, facts={"text": "a"})
    at = story.course[-3][0]
    story.course[-2:-2] = [(at, note)] * (MAX_ENTRIES - len(story.course))
    yield f"a log of format 2 of {MAX_ENTRIES} signed events", story.told()


def problems() -> Iterator[tuple[str, bytes]]:
    """Give hostile problems of an accreditation, each number of which may stand there."""
    for rounds, alpha in ((200_000, "1/20"), (20, "1e-99999999"), (20, "1/" + "9" * 200_000)):
        problem = {
            "question": "q",
            "file": "f",
            "qasm": "OPENQASM 3.0;\nqubit[1] q;\n",
            "rounds": [[[0, 0, 0]]] * (rounds + 1),
            "layers": [[]] * rounds,
            "patch": [0],
            "spectators": "idle",
            "others": [],
            "pairs": [],
            "traps_a_block": 1,
            "targets_a_block": 1,
            "alpha": alpha,
            "runs": False,
            "expect": None,
        }
        yield f"{rounds} rounds, alpha {alpha[:12]}", canonical_bytes(problem)


def circuits() -> Iterator[tuple[str, bytes]]:
    """Fill a circuit's file with one kind of statement, up to the bytes that it may have."""
    for name, fill in {
        "one turn": b"rz(pi/3) q[0];\n",
        "gates of a register": b"x q;\n",
        "entanglers": b"cz q[0],q[1];\n",
        "barriers": b"barrier q;\n",
        "angles in brackets": b"rz(" + b"(1+" * 15 + b"1" + b")" * 15 + b") q[0];\n",
        "empty statements": b";",
        "comments": b"/**/",
        "comments that do not end": b"/*",
        "words without an end": b"a ",
    }.items():
        head = b'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[2] q;\n'
        yield name, head + fill * ((MOST_BYTES - len(head)) // len(fill))


def cost(path: Path, program: str = AUDIT, *more: str) -> tuple[float, float, str]:
    """Audit in a fresh process; give peak MiB, CPU seconds and the check that refused."""
    out = subprocess.run(
        [sys.executable, "-c", program, str(path), *more],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    ).stdout.split()
    return float(out[0]), float(out[1]), " ".join(out[2:])


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--mebibytes", type=float, default=256.0)
    parser.add_argument("--only", default="", help="files whose names have this in them")
    given = parser.parse_args()
    over = 0

    def told(reader: str, name: str, found: tuple[float, float, str]) -> bool:
        memory, seconds, check = found
        sound = name == HONEST or reader == "circuit"  # what is read in time may be a circuit
        bad = (
            memory > given.mebibytes
            or seconds > given.seconds
            or (check == "None" and not sound)
            or (check != "None" and name == HONEST)
        )
        print(
            f"{reader:12} {memory:6.0f} MiB {seconds:6.2f} s  {check:16} {name}"
            f"{'   OVER' if bad else ''}",
            flush=True,
        )
        return bad

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile.zip"
        found = {"log": logs, "circuit": tuple, "problem": tuple}.get(given.only, bundles)
        for name, data in found():
            if given.only not in name:
                continue
            path.write_bytes(data)
            for auditor, program in (("qassay audit", AUDIT), ("minimal", MINIMAL)):
                over += told(auditor, name, cost(path, program))
        for name, data in TOMLS.items() if not given.only else ():
            path.write_bytes(data)
            over += told("machine file", name, cost(path, READER, "machine"))
        for name, data in problems() if given.only in ("", "problem") else ():
            path.write_bytes(data)
            over += told("problem", f"{name}, {len(data) >> 10} KiB", cost(path, READER, "problem"))
        for name, data in circuits() if given.only in ("", "circuit") else ():
            path.write_bytes(data)
            told_name = f"{name}, {len(data) >> 10} KiB"
            over += told("circuit", told_name, cost(path, READER, "circuit"))
    print(f"{over} over the limits of {given.seconds:g} s and {given.mebibytes:g} MiB")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
