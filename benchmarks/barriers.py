"""Mirror batches under a stock optimiser, and a machine that ignores barriers.

    python benchmarks/barriers.py [--games 2000] [--runs 1]

First: mirror batches as they are sent, through Qiskit's transpile at level 3, and the same without
their barriers; the share of two-qubit gates that is left. Then a machine of 20 qubits on a line
whose gates err in 1 % and whose software leaves all gates of mirror circuits out: how often
`qassay forensics` notices, beside an honest one. Games draw what the question sees (parities, gate
errors, readout); runs go through device, bundle and audit.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

QUBITS, DEPTH, ERROR, READOUT = 20, 10, 0.01, 0.01
MACHINE = """[machine]
name = "line-20"
qubits = {qubits}
connectivity = "line"
seed = 1
[noise]
one_qubit_error = 1e-4
two_qubit_error = {error}
readout_p01 = {readout}
readout_p10 = {readout}
"""
SHEET = """[sheet]
title = "Mirrors"
vendor = "V"
machine = "M"
[[claim]]
id = "gates"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
relation = "at most"
value = "1 %"
statistic = "mean"
[[claim]]
id = "readout"
metric = "readout_error"
relation = "at most"
value = "1 %"
statistic = "mean"
[[claim]]
id = "mirror"
metric = "mirror_polarization"
relation = "at least"
value = {value}
conditions = {{depth = {depth}}}
"""


def optimised(circuits):
    """Print what a stock optimiser leaves of mirror batches."""
    from qiskit import qasm3, transpile

    from qassay.circuits.qasm import NativeGates, openqasm3_text
    from qassay.protocols.mirror import PROTOCOL
    from qassay.randomness import Stream, root_from_integer

    print("| qubits | depth | circuits | two-qubit gates left | of them without barriers |")
    print("|---|---|---|---|---|")
    for qubits, depth in ((4, 8), (10, 10), (20, 10)):
        targets = tuple((q, q + 1) for q in range(qubits - 1))
        stream = Stream(root_from_integer(1), f"{qubits}")
        family = PROTOCOL.draw(float(depth), circuits, targets, qubits, stream).circuits
        sent = kept = bare = 0
        for index in range(circuits):
            text = openqasm3_text(family, index, NativeGates(one_qubit="sx", two_qubit="cz"))
            without = "\n".join(x for x in text.splitlines() if not x.startswith("barrier"))
            left = [
                transpile(
                    qasm3.loads(one),
                    basis_gates=["rz", "sx", "x", "cz"],
                    optimization_level=3,
                    seed_transpiler=1,
                ).count_ops()
                for one in (text, without)
            ]
            sent += text.count("cz q[")
            kept, bare = kept + left[0].get("cz", 0), bare + left[1].get("cz", 0)
        print(
            f"| {qubits} | {depth} | {circuits} | {kept} of {sent} ({kept / sent:.1%}) | {bare} |"
        )


def kept_by_gates(gates):
    return (1 - 1.25 * ERROR) ** gates


def games(count, shots):
    """Play what the question sees."""
    from qassay.forensics.mirrors import kept_by_readout, least_loss, too_flat

    rng = np.random.default_rng(3)
    gates = DEPTH * (QUBITS - 1) // 2  # two colours of a line in turn
    each = ERROR * np.ones(gates)
    read = 1.5 * READOUT
    print("\n| shots | honest, suspected | gates left out, suspected |\n|---|---|---|")
    for number in shots:
        told = {}
        for name, polarization in (("honest", kept_by_gates(gates)), ("cheat", 1.0)):
            share = (1 + polarization * (1 - read) ** QUBITS) / 2
            seen = 0
            for _ in range(count):
                spread = 0.1 * ERROR * gates**0.5
                errors = each.sum() + spread * rng.standard_normal()
                loss = least_loss(errors, spread)
                found = too_flat(
                    int(rng.binomial(number, share)),
                    number,
                    loss,
                    kept_by_readout([READOUT] * QUBITS),
                )
                seen += found.suspicious
            told[name] = seen / count
        print(f"| {number} | {told['honest']:.2%} | {told['cheat']:.2%} |")


def runs(count):
    """Run honest machines and such that leave the gates of mirror circuits out."""
    from qassay import assay
    from qassay.auditing.audit import audit_bundle
    from qassay.devices.machine_file import read_machine
    from qassay.devices.simulated.machine import VirtualMachine
    from qassay.forensics.examine import examine
    from qassay.forensics.mirrors import FLAT

    def machine(error):
        text = MACHINE.format(qubits=QUBITS, error=error, readout=READOUT)
        return VirtualMachine(read_machine(text.encode(), "line.toml"))

    class Optimising(VirtualMachine):
        """Runs mirror circuits as if their gates were not there."""

        def submit(self, job):
            if job.id.startswith("mirror"):
                return bare.submit(job)
            return super().submit(job)

        def collect(self, handle):
            asked = bare if handle.startswith("mirror") else super()
            return asked.collect(handle)

    bare = machine(0.0)
    value = 0.9 * kept_by_gates(DEPTH * (QUBITS - 1) // 2) * (1 - 1.5 * READOUT) ** QUBITS
    print("\n| run | machine | mirror shots | suspected | p | power |\n|---|---|---|---|---|---|")
    for seed in range(1, count + 1):
        honest = machine(ERROR)
        for name, device in (("honest", honest), ("gates left out", Optimising(honest.machine))):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "sheet.toml"
                path.write_text(SHEET.format(value=round(value, 4), depth=DEPTH))
                done = assay.run(path, device, out=Path(folder) / "run", seed=seed)
                audit = audit_bundle(done.bundle)
                found = next(one for one in examine(audit) if one.name.startswith(FLAT))
            shots = next(v.shots for v in done.verdicts if v.claim == "mirror")
            power = found.power[0][1] if found.power else float("nan")
            print(
                f"| {seed} | {name} | {shots} | {found.suspicious} | {found.p_value} |"
                f" {power:.4f} |",
                flush=True,
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--circuits", type=int, default=10)
    chosen = parser.parse_args()
    optimised(chosen.circuits)
    games(chosen.games, (50, 100, 200, 400, 1000))
    runs(chosen.runs)


if __name__ == "__main__":
    main()
