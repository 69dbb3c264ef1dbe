"""Hostile files: what the largest ones that a bundle may hold cost an auditor.

    python benchmarks/hostile_files.py [--seconds 2] [--mebibytes 256]

Each file is audited by a fresh process; printed are the peak memory of the whole process, imports
and all, and the CPU seconds of the audit alone. Exit code 1 if one of them is over a limit.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from forgeries.registry import honest, sealed, zipped

from qassay.evidence.archive import archive_bytes
from qassay.reading.limits import EVIDENCE

AUDIT = """
import re, sys, time
from pathlib import Path
from qassay.auditing.audit import audit_bundle
begun = time.process_time()
audit = audit_bundle(Path(sys.argv[1]))
seconds = time.process_time() - begun
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(int(peak[1]) / 1024, seconds, audit.failed)
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
HONEST = "an honest bundle, for comparison"
FILLS = {"lists": b"[],", "objects": b'{"a":1},', "numbers": b"1.5,", "texts": b'"ab",'}
COUNTS, VERDICTS = "batches/readout/0000/counts.json", "verdicts/verdicts.json"
SHEET = "claims/sheet.toml"


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
    yield "60 MB of zeros, packed", zipped({"bundle.json": bytes(60_000_000)}, method=8)


def cost(path: Path, program: str = AUDIT) -> tuple[float, float, str]:
    """Audit in a fresh process; give peak MiB, CPU seconds and the check that refused."""
    out = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[1],
    ).stdout.split()  # fmt: skip
    return float(out[0]), float(out[1]), " ".join(out[2:])


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--mebibytes", type=float, default=256.0)
    given = parser.parse_args()
    over = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile.zip"
        for name, data in bundles():
            path.write_bytes(data)
            for auditor, program in (("qassay audit", AUDIT), ("minimal", MINIMAL)):
                memory, seconds, check = cost(path, program)
                bad = (
                    memory > given.mebibytes
                    or seconds > given.seconds
                    or (check == "None") != (name == HONEST)
                )
                over += bad
                print(f"{auditor:12} {memory:6.0f} MiB {seconds:6.2f} s  {check:16} {name}"
                      f"{'   OVER' if bad else ''}", flush=True)  # fmt: skip
    print(f"{over} over the limits of {given.seconds:g} s and {given.mebibytes:g} MiB")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
