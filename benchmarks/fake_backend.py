"""A fake backend with a real calibration snapshot, tested against its own calibration.

    .venv/bin/python benchmarks/fake_backend.py [--backend FakeTorino] [--qubits 12] [--delta 0.5]
    .venv/bin/python benchmarks/fake_backend.py --touched 5 [--rounds 6]
    .venv/bin/python benchmarks/fake_backend.py --queue 5 [--rounds 6]

A line of the backend's qubits is simulated with the noise that Aer makes of the snapshot
(`qassay.devices.qiskit_patch`); the claim sheet is written from the same snapshot
(`qassay.devices.calibration`). For every verdict the script derives what Aer's channels
really are, by running each gate alone, and explains those that are not "supported".

With `--touched N` a claim on N qubits of the whole backend is planned, and its first circuits are
written and simulated with all qubits driven and with the claimed ones alone.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import warnings
from itertools import pairwise
from math import prod
from pathlib import Path
from statistics import fmean

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
LEVEL = 0.05  # alpha and beta of a plan that is not told others


def line_of(backend, wanted):
    """Find a line of coupled qubits whose gates and readout the snapshot calls working."""
    from qassay.devices.calibration import calibration_of

    beside = {}
    for a, b in calibration_of(backend).pairs:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    reading = {q[0]: p.error for q, p in backend.target["measure"].items()}

    def grown(line):
        if len(line) == wanted:
            return line
        for other in sorted(beside.get(line[-1], ())):
            if other not in line and reading[other] < 0.2:
                longer = grown([*line, other])
                if longer:
                    return longer
        return None

    lines = (grown([start]) for start in sorted(beside) if reading[start] < 0.2)
    return next(line for line in lines if line)


def channel_error(backend, qubits, gate):
    """Average infidelity of a gate in Aer's noise, from the superoperator of a patch of its own."""
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import Operator, SuperOp, average_gate_fidelity
    from qiskit_aer import AerSimulator

    from qassay.devices.qiskit_patch import patch_of

    circuit = QuantumCircuit(len(qubits))
    getattr(circuit, gate)(*range(len(qubits)))
    ideal = Operator(circuit)
    circuit.save_superop()
    simulator = AerSimulator(method="superop", noise_model=patch_of(backend, qubits).noise_model())
    found = SuperOp(simulator.run(circuit).result().data(0)["superop"])
    return 1 - average_gate_fidelity(found, ideal)


def truths(backend, line):
    """What each claim's quantity really is in Aer's noise, by claim id."""
    from qassay.circuits.layouts import edge_colouring
    from qassay.devices.calibration import calibration_of
    from qassay.devices.qiskit_patch import patch_of

    known = calibration_of(patch_of(backend, line))
    properties = [backend.target.qubit_properties[q] for q in line]
    ones = [channel_error(backend, [q], known.pulse) for q in line]
    twos = [channel_error(backend, [line[a], line[b]], known.entangler) for a, b in known.pairs]
    layers = len(edge_colouring(known.pairs))  # in each of which every qubit turns once
    kept = prod(1 - 1.25 * two for two in twos) * prod(1 - 1.5 * one for one in ones) ** layers
    return {
        "t1": fmean(p.t1 for p in properties),
        "t2": fmean(min(p.t2, 2 * p.t1) for p in properties),
        "readout": known.readout,
        "1q": fmean(ones),
        "2q": fmean(twos),
        "layers": 1 - kept ** (1 / len(known.pairs)),
    }


def explanation(verdict, claim, truth):
    """Say why a verdict is not "supported", from the numbers."""
    if verdict.outcome == "supported":
        return ""
    if verdict.outcome == "not tested":
        return verdict.reasons[0]
    found = verdict.estimate
    ratio = truth / claim.value
    side = "worse" if (ratio > 1) == (claim.relation == "at most") else "better"
    words = [
        f"Aer's own channels have {truth:.4g}, {abs(100 * (ratio - 1)):.0f} % {side} than the"
        f" reported {claim.value:.4g}"
    ]
    if any("do not obey the model" in reason for reason in verdict.reasons):
        words.append(verdict.reasons[1])
    elif verdict.outcome == "inconclusive":
        words.append(
            f"all {verdict.shots} planned shots are used up, and the evidence is"
            f" {verdict.e_support:.2g} against the limit {verdict.limit:.4g} and"
            f" {verdict.e_refute:.2g} against the claim, where a verdict on it alone needs"
            f" {1 / LEVEL:.0f}, and more beside open ones"
        )
    inside = found.low <= truth <= found.high
    words.append(f"the interval {'holds' if inside else 'misses'} what the channels have")
    return "; ".join(words)


SCOPED = """
[sheet]
title = "A few qubits of {name}"
vendor = "nobody"
machine = "{name}"
[[claim]]
id = "readout"
metric = "readout_error"
value = "5 %"
statistic = "mean"
scope = {{qubits = {qubits}}}
[[claim]]
id = "t1"
metric = "t1"
value = "100 us"
statistic = "mean"
scope = {{qubits = {qubits}}}
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1 %"
statistic = "mean"
scope = {{pairs = {pairs}}}
"""


def touched(backend, wanted, rounds, seed):
    """Compare circuits on all qubits with circuits on the claimed ones, and count queue waits."""
    from qassay import assay
    from qassay.devices.qiskit_backend import QiskitDevice
    from qassay.execution.runner import job_from
    from qassay.planning.schedule import cycle, cycles
    from qassay.planning.schedule import rounds as rounds_of

    line = sorted(line_of(backend, wanted))
    coupled = set(QiskitDevice(backend).describe().pairs)
    pairs = [list(pair) for pair in pairwise(line) if pair in coupled]
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "sheet.toml"
        sheet.write_text(SCOPED.format(name=backend.name, qubits=line, pairs=pairs))
        device = QiskitDevice(backend, canary=False)
        plan = assay.plan(sheet, device, seed=seed, rounds=rounds)
        wide = QiskitDevice(backend, canary=False)
        slots = list(cycle(plan.plan, 0))
        print(f"{backend.name}: {len(slots)} experiments on qubits {line} of {backend.num_qubits}")
        waits = len(rounds_of(plan.plan))
        batches = sum(len(list(cycle(plan.plan, k))) for k in range(cycles(plan.plan)))
        print(
            f"jobs at most {batches}; queue waits: one a job {batches}, one a cycle"
            f" {cycles(plan.plan)}, as planned here {waits}"
        )
        for name, one in (("all qubits driven", wide), ("claimed ones alone", device)):
            size = seconds = qubits = 0
            for slot in slots:
                job = job_from(slot, backend.num_qubits, plan.root)
                circuits = one.circuits(job)[:2]
                begun = time.perf_counter()
                try:
                    one.send_circuits(circuits, job).result()
                except Exception as error:  # of Aer's own
                    print(f"{name}: {slot.id} fails: {str(error)[:100]}")
                seconds += time.perf_counter() - begun
                size += sum(circuit.size() for circuit in circuits)
                qubits = max(qubits, *(c.count_ops().get("measure", 0) for c in circuits))
            count = 2 * len(slots)
            print(
                f"{name}: {qubits} qubits measured, {size / count:.0f} operations and"
                f" {seconds / count:.2f} s a circuit"
            )


def queued(backend, wanted, rounds, seed):
    """Run a sheet on a few qubits as on a machine with a queue: jobs, waits, what is touched."""
    from itertools import pairwise

    from qassay import assay
    from qassay.devices.qiskit_backend import QiskitDevice
    from qassay.execution.journal import Journal
    from qassay.planning.options import Options

    class Queued(QiskitDevice):
        """The fake, sent to as if its jobs outlived this program."""

        computes_here = False
        touched = frozenset()

        def send_circuits(self, circuits, job):
            for circuit in circuits:
                used = {circuit.find_bit(q).index for x in circuit.data for q in x.qubits}
                self.touched = self.touched | used
            return super().send_circuits(circuits, job)

    line = sorted(line_of(backend, wanted))
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "sheet.toml"
        text = SCOPED.format(name=backend.name, qubits=line, pairs=[])
        sheet.write_text(text.partition('[[claim]]\nid = "2q"')[0])
        device = Queued(backend)
        begun = time.perf_counter()
        result = assay.run(
            sheet,
            device,
            out=Path(folder) / "run",
            seed=seed,
            rounds=rounds,
            options=Options(budget_shots=4000),
        )
        seconds = time.perf_counter() - begun
        events = Journal.open(Path(folder) / "run" / "journal.jsonl").events
        kinds = [event["kind"] for event in events if event["kind"] in ("sent", "batch")]
        waits = sum(a == "sent" and b == "batch" for a, b in pairwise(kinds))
        print(
            f"{backend.name}: claims on qubits {line} of {backend.num_qubits}; touched"
            f" {sorted(device.touched)}"
        )
        errors = fmean(backend.target["measure"][(qubit,)].error for qubit in line)
        print(f"their readout error by the snapshot: {100 * errors:.1f} % on average")
        print(
            f"{kinds.count('sent')} jobs, {waits} queue waits, {result.shots} shots,"
            f" {seconds:.0f} s of wall time: {', '.join(v.outcome for v in result.verdicts)}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend", default="FakeTorino")
    parser.add_argument("--qubits", type=int, default=12)
    parser.add_argument("--delta", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--touched", type=int, default=0)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--queue", type=int, default=0)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    from qiskit_ibm_runtime import fake_provider

    from qassay import assay
    from qassay.devices.qiskit_backend import QiskitDevice, seed_of
    from qassay.devices.qiskit_patch import patch_of
    from qassay.published.backend_sheet import sheet_of

    backend = getattr(fake_provider, options.backend)()
    if options.queue:
        queued(backend, options.queue, options.rounds, options.seed)
        return
    if options.touched:
        touched(backend, options.touched, options.rounds, options.seed)
        return
    line = line_of(backend, options.qubits)
    patch = patch_of(backend, line)
    print(f"{options.backend}: qubits {line} of {backend.num_qubits}, in this order")
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "sheet.toml"
        sheet.write_text(sheet_of(patch, delta=options.delta), encoding="utf-8")
        begun, worked = time.perf_counter(), time.process_time()
        device = QiskitDevice(
            patch, options=lambda job: {"seed_simulator": seed_of(job, f"{options.seed}")}
        )
        result = assay.run(sheet, device, out=Path(folder) / "run", seed=options.seed)
        seconds, worked = time.perf_counter() - begun, time.process_time() - worked
    truth = truths(backend, line)
    claims = {claim.id: claim for claim in result.analysis.plan.sheet.claims}
    print(
        f"{'claim':9}{'reported':>11}{'in Aer':>11}{'measured':>11}{'95 % interval':>26}"
        f"{'shots':>7}  verdict"
    )
    notes = []
    for verdict in result.verdicts:
        claim, one = claims[verdict.claim], verdict.estimate
        told = f"[{one.low:.4g}, {one.high:.4g}]" if one else "-"
        value = f"{one.value:.4g}" if one else "-"
        print(
            f"{claim.id:9}{claim.value:11.4g}{truth[claim.id]:11.4g}{value:>11}{told:>26}"
            f"{verdict.shots:7d}  {verdict.outcome}"
        )
        reason = explanation(verdict, claim, truth[claim.id])
        if reason:
            notes.append(f"{claim.id}: {reason}.")
    print("\n".join(notes) or "Every claim is supported.")
    print(f"{result.shots} shots in all, {worked:.0f} CPU s, {seconds:.0f} s of wall time")


if __name__ == "__main__":
    main()
