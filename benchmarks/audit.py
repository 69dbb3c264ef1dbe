"""How long an audit takes, and what it imports: `python3 benchmarks/audit.py [--circuits 1000]`.

A run on a virtual 50-qubit machine is sealed and signed; the audit then runs in a process of its
own, without a network, and is timed from the start of Python to the verdict.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.devices.catalog import device_of
from qassay.evidence.keys import new_key
from qassay.evidence.signing import sign_bundle
from qassay.planning.options import Options

SHEET = """[sheet]
title = "50 qubits"
vendor = "V"
machine = "m"
[[claim]]
id = "ro"
metric = "readout_error"
value = "1 %"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1 %"
"""
MINIMAL = Path(__file__).parents[1] / "auditor" / "audit_minimal.py"
ALONE = """
import resource, socket, sys, time, json
from pathlib import Path
def closed(*_, **__):
    raise OSError("the audit opened a socket")
socket.socket = closed
begun = time.perf_counter()
from qassay.auditing.audit import audit_bundle
ready = time.perf_counter()
audit = audit_bundle(Path(sys.argv[1]))
done = time.perf_counter()
heavy = {"stim", "qiskit", "qiskit_aer", "matplotlib", "fastapi"} & sys.modules.keys()
print(json.dumps({
    "failure": str(audit.failure), "circuits": audit.circuits, "import": ready - begun,
    "audit": done - ready, "heavy": sorted(heavy),
    "MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "cpu": time.process_time(),
}))
"""


def made(folder: Path, circuits: int) -> Path:
    sheet = folder / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    device = device_of("virtual:prototype-50")
    run = assay.run(sheet, device, out=folder, seed=1, options=Options(budget_shots=circuits))
    sign_bundle(run.bundle, new_key(), "verifier")
    return run.bundle


def by_check(bundle: Path) -> list[tuple[str, float]]:
    begun = [("", time.perf_counter())]
    audit_bundle(bundle, lambda name: begun.append((name, time.perf_counter())))
    begun.append(("", time.perf_counter()))
    return [(name, end - start) for (name, start), (_, end) in itertools.pairwise(begun)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--circuits", type=int, default=1100)  # at most: a plan takes whole blocks
    wanted = parser.parse_args().circuits
    with tempfile.TemporaryDirectory() as folder:
        bundle = made(Path(folder), wanted)
        begun = time.perf_counter()
        out = subprocess.run(
            [sys.executable, "-c", ALONE, str(bundle)], capture_output=True, text=True, check=True
        ).stdout
        wall = time.perf_counter() - begun
        found = json.loads(out)
        size = bundle.stat().st_size
        print(f"bundle: {found['circuits']} circuits on 50 qubits, {size} bytes")
        print(
            f"audit alone, no network: {wall:.2f} s ({found['cpu']:.2f} s of processor) in all,"
            f" of which {found['import']:.2f} s imports and {found['audit']:.2f} s checks;"
            f" {found['MiB']:.0f} MiB"
        )
        print(
            f"heavy libraries loaded: {', '.join(found['heavy']) or 'none'}; failure: "
            f"{found['failure']}"
        )
        for name, seconds in by_check(bundle):
            print(f"  {name:18} {seconds:7.3f} s")
        begun = time.perf_counter()
        small = subprocess.run([sys.executable, "-I", "-S", MINIMAL, bundle], check=False)
        wall = time.perf_counter() - begun
        print(f"audit_minimal.py: {wall:.2f} s, exit code {small.returncode}")
    return 0 if found["failure"] == "None" and not found["heavy"] else 1


if __name__ == "__main__":
    sys.exit(main())
