"""A peer's client on our machine: qiskit-experiments, unmodified, on a virtual backend.

    python benchmarks/peer_client.py

makes an environment of its own in a temporary folder, installs qiskit-experiments and this
checkout there (a few minutes, network needed), and compares T1, StandardRB (one and two
qubits) and LayerFidelity on prototype-50 with the answer key. Then qassay tests the peer's
numbers as claims on the same machine, with a tolerance of 50 %: it should support them. Not
in CI. With a folder as
argument, the environment is made there and kept for the next time.
"""

import os
import subprocess
import sys
import tempfile
import time
import venv
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MACHINE = "prototype-50"
QUBIT, PAIRS = 3, ((0, 1), (2, 3))


def main():
    if "--inside" in sys.argv:
        return inside()
    with tempfile.TemporaryDirectory() as fresh:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else fresh)
        python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if not python.exists():
            print("making an environment with qiskit-experiments ...", flush=True)
            venv.create(folder, with_pip=True)
            packages = ["qiskit-experiments", "qiskit-aer", str(ROOT)]
            subprocess.check_call([python, "-m", "pip", "install", "-q", *packages])
        path = {"PYTHONPATH": str(ROOT / "src"), "OPENBLAS_NUM_THREADS": "1"}
        return subprocess.call([python, "-u", __file__, "--inside"], env={**os.environ, **path})


def inside():
    warnings.simplefilter("ignore")
    import numpy as np
    from qiskit_experiments.library import T1, StandardRB
    from qiskit_experiments.library.randomized_benchmarking import LayerFidelity

    from qassay.devices import answer_key, virtual_backend

    backend = virtual_backend(MACHINE)
    machine = backend.machine
    one = answer_key.one_qubit_gate_error(machine)
    delays = np.linspace(1e-3, 2.5 * answer_key.t1(machine)[QUBIT], 20).tolist()
    rows = []

    def run(experiment, shots, names):
        start, begun = time.perf_counter(), time.process_time()
        experiment.set_run_options(shots=shots)
        data = experiment.run().block_for_results()
        results = data.analysis_results(dataframe=False)
        seconds, worked = time.perf_counter() - start, time.process_time() - begun
        name = type(experiment).__name__
        print(f"{name}: {worked:.0f} CPU s, {seconds:.0f} s of wall time", flush=True)
        return [result for result in results if result.name in names]

    def row(what, measured, truth):
        rows.append((what, measured.nominal_value, measured.std_dev, truth))

    found = run(T1([QUBIT], delays=delays, backend=backend), 4000, ["T1"])
    row("T1 (s)", found[0].value, answer_key.t1(machine)[QUBIT])

    experiment = StandardRB(
        [QUBIT], lengths=[1, 500, 1000, 2000], num_samples=15, seed=1, backend=backend
    )
    found = run(experiment, 1000, ["EPC"])
    # Of the 24 Clifford gates, 4 are virtual and 20 take one pulse.
    row("error per 1q Clifford", found[0].value, 20 / 24 * one[QUBIT])

    pair = PAIRS[0]
    gate = answer_key.two_qubit_gate_error(machine, [pair]).item()
    experiment = StandardRB(
        pair, lengths=[1, 10, 20, 40, 80], num_samples=20, seed=1, backend=backend
    )
    counts = [c.count_ops() for c in experiment._transpiled_circuits()]
    cliffords = sum(c.metadata["xval"] + 1 for c in experiment.circuits())
    pulses = sum(c.get("sx", 0) + c.get("x", 0) for c in counts) / cliffords
    entanglers = sum(c.get("cz", 0) for c in counts) / cliffords
    # Process infidelities (3/2 and 5/4 of the average ones) add up, to first order.
    process = entanglers * 1.25 * gate + pulses * 1.5 * one[list(pair)].mean()
    found = run(experiment, 1000, ["EPC"])
    row(
        f"error per 2q Clifford ({entanglers:.2f} CZ, {pulses:.1f} pulses)",
        found[0].value,
        0.8 * process,
    )

    qubits = [qubit for pair in PAIRS for qubit in pair]
    experiment = LayerFidelity(
        physical_qubits=qubits,
        two_qubit_layers=[list(PAIRS)],
        lengths=[2, 20, 60, 120],
        num_samples=12,
        seed=1,
        backend=backend,
    )
    for result, ends in zip(run(experiment, 1000, ["ProcessFidelity"]), PAIRS, strict=False):
        # A layer is a random Clifford gate on each qubit (20/24 pulses), then CZ.
        gate = answer_key.two_qubit_gate_error(machine, [ends]).item()
        lost = 1.25 * gate + 20 / 24 * 1.5 * one[list(ends)].sum()
        row(f"layer process infidelity, pair {ends}", 1 - result.value, lost)

    print(f"\n{MACHINE}: {'':36} measured   (stated s.d.)      truth   (deviation)")
    for what, value, deviation, truth in rows:
        sigmas = (value - truth) / deviation
        print(f"{what:50} {value:10.4g} {deviation:12.2g} {truth:12.4g} {sigmas:+9.1f} s.d.")
    values = [value for _, value, _, _ in rows]
    singles = 1.5 * 20 / 24 * one[[q for pair in PAIRS for q in pair]].reshape(-1, 2).sum(axis=1)
    verdicts_on_the_peer(
        machine,
        {
            "T1": ("t1", "at least", f'"{values[0]:.6g} s"', f"qubits = [{QUBIT}]"),
            "1q": ("one_qubit_gate_error", "at most", values[1] * 24 / 20, f"qubits = [{QUBIT}]"),
        }
        | {
            f"2q {pair}": (
                "two_qubit_gate_error",
                "at most",
                0.8 * (layer - lost),
                f"pairs = [{list(pair)}]",
            )
            for pair, layer, lost in zip(PAIRS, values[3:], singles, strict=True)
        },
    )
    return 0


def verdicts_on_the_peer(machine, claims):
    """Test the peer's numbers as claims, each on its qubit or pair alone."""
    from qassay import assay
    from qassay.devices.simulated.machine import VirtualMachine

    text = '[sheet]\ntitle = "Numbers of qiskit-experiments"\nvendor = "peer"\nmachine = "m"\n'
    for number, (metric, relation, value, scope) in enumerate(claims.values()):
        convention = '"average_gate_infidelity"'
        text += f'[[claim]]\nid = "c{number}"\nmetric = "{metric}"\nrelation = "{relation}"\n'
        text += f'value = {value}\nstatistic = "every"\ndelta = 0.5\nscope = {{{scope}}}\n'
        text += f"convention = {convention}\n" if metric.endswith("error") else ""
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "sheet.toml"
        sheet.write_text(text, encoding="utf-8")
        result = assay.run(sheet, VirtualMachine(machine), out=Path(folder) / "run", seed=1)
    print(
        f"\nqassay's verdicts on these numbers (tolerance 50 %): "
        f"{time.process_time() - begun:.0f} CPU s"
    )
    for name, verdict in zip(claims, result.verdicts, strict=True):
        one = verdict.estimate
        print(
            f"{name:12} peer {verdict.claimed:10.4g}   qassay {one.value:10.4g}"
            f" [{one.low:.4g}, {one.high:.4g}]   {verdict.shots:6} shots   {verdict.outcome}"
        )


if __name__ == "__main__":
    sys.exit(main())
