"""Applications: times and memory, coverage of scores, predictions from claims, error rates, trap.

python3 dev.py bench applications sizes        every standard size: seconds, memory, scores
python3 dev.py bench applications coverage     intervals of r over simulated runs with drift
python3 dev.py bench applications prediction   claims true, and twice the two-qubit error
python3 dev.py bench applications errors       score at 0.1 %, 0.5 % and 3.5 %
python3 dev.py bench applications trap         docking after repair, device against random
python3 dev.py bench applications own-test     error rates of the bets behind verdicts
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from qassay.applications.catalog import frozen
from qassay.applications.ramp import ideal_mean, ideal_probabilities
from qassay.applying.predicting import ROUNDS_OF_ONE_LAYER, claimed_machine
from qassay.devices.catalog import machine_text
from qassay.devices.description import DeviceDescription, Durations
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.execution.runner import job_of
from qassay.planning.application_designs import application_experiment
from qassay.protocols.approximation_ratio import RATIO, batch_values
from qassay.protocols.batches import draw_batch, score_batches
from qassay.randomness import root_from_integer
from qassay.statistics.batch_means import batch_mean_estimate
from qassay.statistics.bounded_bets import log_e_mean_above, log_e_mean_below
from qassay.verdicts.application_results import random_control

BATCHES, SHOTS = 24, 4800
IONS = Durations(one_qubit_gate=1e-5, two_qubit_gate=2e-4, readout=3e-4, shot_overhead=5e-3)


SIZES = (
    *(("grid-section", f"case118/{n}") for n in (8, 16, 24, 50, 118)),
    *(("unit-commitment", f"rts-gmlc/{name}") for name in ("4x2", "4x4", "6x6", "8x6", "10x5")),
    *(("docking-clique", f"tace-as/{n}") for n in (8, 12, 16, 20, 24)),
)


def sizes() -> None:
    """Run the commands as a user does, each in a fresh process, and take time and memory.

    Wall seconds are of the whole process, CPU seconds and memory of it and its workers: the
    memory is that of the largest process.
    """
    print("| instance | qubits | wall s | CPU s | MiB | p | score | ideal | tier | HiGHS s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for application, name in SIZES:
        begun = time.perf_counter()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with tempfile.TemporaryDirectory() as folder:
            device = "virtual:prototype-50"
            if frozen(application, name).qubits > 50:
                device = wider_machine(Path(folder))
            command = [
                sys.executable,
                "-c",
                _MEASURED,
                "apply",
                application,
                "--instance",
                name,
                "--device",
                device,
                "--seed",
                "1",
                "--out",
                f"{folder}/run",
                "--json",
            ]
            done = subprocess.run(command, capture_output=True, check=False, text=True)
            wall = time.perf_counter() - begun
            told = json.loads(done.stdout)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        peak = int(done.stderr.split()[-1]) / 1024
        for number, result in enumerate(told["results"]):
            score, ideal = result["score"], result["ideal"]
            head = (name, told["qubits"], f"{wall:.1f}", f"{spent:.1f}", f"{peak:.0f}")
            row = (
                *(head if number == 0 else ("", "", "", "", "")),
                result["depth"],
                f"{score['value']:.3f} [{score['low']:.3f}, {score['high']:.3f}]",
                "-" if ideal is None else f"{ideal:.3f}",
                result["tier"],
                told["classical"]["seconds"],
            )
            print("| " + " | ".join(map(str, row)) + " |", flush=True)


# The command, and then the memory of the largest process in KiB.
_MEASURED = """
import resource, sys
from qassay.cli.main import main
if __name__ == "__main__":
    code = main()
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    sys.stdout.flush()
    print(max(resource.getrusage(kind).ru_maxrss for kind in kinds), file=sys.stderr)
    sys.exit(code)
"""


def wider_machine(folder: Path) -> str:
    """Write prototype-50 with 128 qubits."""
    text = machine_text("prototype-50").replace("qubits = 50", "qubits = 128")
    path = folder / "prototype-128.toml"
    path.write_text(text.replace('name = "prototype-50"', 'name = "prototype-128"'))
    return str(path)


def rates(two: float, readout: float) -> dict[str, float]:
    return {
        "two_qubit_error": two,
        "one_qubit_error": two / 10,
        "readout_p01": readout,
        "readout_p10": readout,
    }


def pool(
    application: str,
    name: str,
    depth: int,
    noise: dict[str, float],
    batches: int,
    root: int,
    shots: int = SHOTS // BATCHES,
    device: VirtualMachine | None = None,
):
    """Score many batches of one circuit on one machine."""
    instance = frozen(application, name)
    description = DeviceDescription(
        name="bench", platform="trapped-ion", qubits=instance.qubits, durations=IONS, simulator=True
    )
    if device is None:
        device = VirtualMachine(read_machine(claimed_machine(noise, description), "bench"))
    x = application_experiment(instance, description, depth, shots=shots * batches, batches=batches)
    values = []
    for index in range(batches):
        batch = draw_batch(x, index, instance.qubits, root_from_integer(root))
        result = device.collect(device.submit(job_of(batch, float(index))))
        outcomes = result.outcomes.reshape(batch.order.size, 1, -1)
        values.append(float(batch_values(score_batches(x, [(batch, outcomes)])[RATIO])[0]))
    return np.array(values)


def coverage() -> None:
    """Count how often intervals hold the run's true mean, drift included.

    A machine that keeps a share f of the ideal state. Slow drift: f = 0.8 + 0.15 sin over the run,
    with a random phase; the truth is the mean over the run. Jumps: f is 0.8 with a spread of 0.1
    anew in each batch; the truth is the mean over all batches that could be.
    """
    runs = 1000
    generator = np.random.default_rng(2026)
    for application, name in (
        ("grid-section", "case118/16"),
        ("unit-commitment", "rts-gmlc/4x4"),
        ("docking-clique", "tace-as/16"),
    ):
        instance = frozen(application, name)
        ratio = instance.ratios(instance.ising.all_energies())
        ideal = ideal_probabilities(instance.ising, 1)
        cumulative = np.cumsum(ideal / ideal.sum())
        for words, drift, jumps in (
            ("no drift", 0.0, 0.0),
            ("slow drift", 0.15, 0.0),
            ("jumps", 0.0, 0.1),
        ):
            held = np.zeros(2)
            for _ in range(runs):
                phase = generator.random()
                share = 0.8 + drift * np.sin(2 * np.pi * (np.arange(BATCHES) / BATCHES + phase))
                truth = float((share * (ideal @ ratio)).mean())  # random strings score 0
                share = share + jumps * generator.standard_normal(BATCHES)
                quantum = generator.random((BATCHES, SHOTS // BATCHES)) < share[:, None]
                drawn = np.searchsorted(cumulative, generator.random(quantum.shape))
                noise = generator.integers(0, ratio.size, quantum.shape)
                scores = ratio[np.where(quantum, np.minimum(drawn, ratio.size - 1), noise)]
                means = scores.mean(axis=1)
                one = batch_mean_estimate(means, level=0.95)
                again = means[generator.integers(0, BATCHES, (400, BATCHES))].mean(axis=1)
                low, high = np.quantile(again, [0.025, 0.975])
                held += one.low <= truth <= one.high, low <= truth <= high
            share_held = held / runs
            print(
                f"{name}, {words}: {runs} runs, Student's t over {BATCHES} batches covers"
                f" {100 * share_held[0]:.1f} %, batch bootstrap {100 * share_held[1]:.1f} %",
                flush=True,
            )


CASES = (
    ("docking-clique", "tace-as/16", 1),
    ("docking-clique", "tace-as/24", 1),
    ("unit-commitment", "rts-gmlc/4x4", 1),
    ("unit-commitment", "rts-gmlc/10x5", 1),
    ("grid-section", "case118/50", 1),
)


def prediction(batches: int = 72, runs: int = 2000) -> None:
    """Cover true claims, and flag twice the claimed two-qubit error, at the default shots.

    Pools of batches are measured once; runs of 24 batches are drawn from them.
    """
    generator = np.random.default_rng(7)
    for application, name, depth in CASES:
        two = 5e-3
        claimed = pool(application, name, depth, rates(two, 3e-3), 2 * batches, 1)
        true = pool(application, name, depth, rates(two, 3e-3), batches, 2)
        double = pool(
            application, name, depth, {**rates(two, 3e-3), "two_qubit_error": 2 * two}, batches, 3
        )
        covered = flagged = false = 0
        for _ in range(runs):
            one = generator.choice(claimed, ROUNDS_OF_ONE_LAYER * BATCHES, replace=False)
            own, bad = (generator.choice(p, BATCHES, replace=False) for p in (true, double))

            def half(values, one=one):
                errors = (p.std(ddof=1) / math.sqrt(p.size) for p in (one, values))
                spread = math.hypot(*errors)
                estimate = batch_mean_estimate(values, level=0.95)
                quantile = (estimate.high - estimate.value) / (
                    values.std(ddof=1) / math.sqrt(BATCHES)
                )
                return quantile * spread

            covered += abs(own.mean() - one.mean()) <= half(own)
            false += own.mean() < one.mean() - half(own)
            flagged += bad.mean() < one.mean() - half(bad)
        print(
            f"{name}, p={depth}, claimed two-qubit error {100 * two} %: score"
            f" {true.mean():.4f}, at twice the error {double.mean():.4f}; prediction covers"
            f" {100 * covered / runs:.1f} %, false flags {100 * false / runs:.1f} %, power"
            f" {flagged / runs:.3f} ({runs} runs drawn from {batches} batches)",
            flush=True,
        )


def errors() -> None:
    """Show that the score falls with the error rate."""
    for application, name, depth in (
        ("grid-section", "case118/16", 1),
        ("unit-commitment", "rts-gmlc/4x4", 1),
        ("docking-clique", "tace-as/16", 1),
        ("grid-section", "case118/8", 3),
        ("unit-commitment", "rts-gmlc/4x2", 3),
        ("docking-clique", "tace-as/8", 3),
    ):
        instance = frozen(application, name)
        ideal = instance.ratio(ideal_mean(instance.ising, depth) or 0.0)
        told = []
        for two, readout in ((0.0, 0.0), (1e-3, 5e-3), (5e-3, 1e-2), (3.5e-2, 3e-2)):
            one = batch_mean_estimate(
                pool(application, name, depth, rates(two, readout), BATCHES, 5), level=0.95
            )
            told.append(f"{100 * two:g} % {one.value:.3f} [{one.low:.3f}, {one.high:.3f}]")
        print(f"{name}, p={depth}, exact ideal {ideal:.4f}: " + ", ".join(told), flush=True)


def trap() -> None:
    """Print docking after repair, device against random, as it is."""
    for name, depth in (("tace-as/24", 1), ("tace-as/16", 1), ("tace-as/8", 3)):
        trap_of(name, depth)


def trap_of(name: str, depth: int) -> None:
    instance = frozen("docking-clique", name)
    random = random_control(instance, SHOTS)
    share = 100 * random["repaired_optimal_share"]
    print(f"{name}: random strings: r 0, after repair best pose in {share:.1f} %", flush=True)
    description = DeviceDescription(
        name="bench", platform="trapped-ion", qubits=instance.qubits, durations=IONS, simulator=True
    )
    for two, readout in ((1e-3, 5e-3), (5e-3, 1e-2), (3.5e-2, 3e-2)):
        device = VirtualMachine(
            read_machine(claimed_machine(rates(two, readout), description), "bench")
        )
        x = application_experiment(instance, description, depth, shots=SHOTS, batches=BATCHES)
        found = {"approximation_ratio": [], "repaired_optimal_share": []}
        for index in range(BATCHES):
            batch = draw_batch(x, index, instance.qubits, root_from_integer(9))
            result = device.collect(device.submit(job_of(batch, 0.0)))
            outcomes = result.outcomes.reshape(batch.order.size, 1, -1)
            scored = score_batches(x, [(batch, outcomes)])
            for key, values in found.items():
                values.append(float(batch_values(scored[key])[0]))
        print(
            f"{name}, p={depth}, two-qubit error {100 * two:g} %: r"
            f" {np.mean(found[RATIO]):.3f}, after repair best pose in"
            f" {100 * np.mean(found['repaired_optimal_share']):.1f} %",
            flush=True,
        )


def own_test() -> None:
    """Count wrong verdicts of the bets at the border, and how many batches right ones take."""
    generator = np.random.default_rng(11)
    runs, batches, each = 1000, 128, 50
    for application, name in (
        ("grid-section", "case118/16"),
        ("unit-commitment", "rts-gmlc/4x4"),
        ("docking-clique", "tace-as/16"),
    ):
        instance = frozen(application, name)
        ratio = instance.ratios(instance.ising.all_energies())
        ideal = ideal_probabilities(instance.ising, 1)
        truth = float(ideal @ ratio)
        drawn = generator.choice(ratio.size, size=(runs, batches, each), p=ideal / ideal.sum())
        means = ratio[drawn].mean(axis=2)
        low, threshold = instance.lowest_ratio, math.log(20)
        told = []
        for words, border in (("claim at the truth", truth), ("claim 30 % too high", 1.3 * truth)):
            wealth = np.array([log_e_mean_below(m, border, 1.0) for m in means])
            hit = (wealth >= threshold).any(axis=1)
            when = np.median((wealth >= threshold).argmax(axis=1)[hit] + 1) if hit.any() else 0
            told.append(f"{words}: refuted in {100 * hit.mean():.1f} % (median {when:.0f} batches)")
        for words, border in (("limit at the truth", truth), ("limit 30 % below", truth / 1.3)):
            wealth = np.array([log_e_mean_above(m, border, low) for m in means])
            hit = (wealth >= threshold).any(axis=1)
            when = np.median((wealth >= threshold).argmax(axis=1)[hit] + 1) if hit.any() else 0
            told.append(
                f"{words}: supported in {100 * hit.mean():.1f} % (median {when:.0f} batches)"
            )
        print(f"{name}, r {truth:.3f}: " + "; ".join(told), flush=True)


PARTS = {
    "sizes": sizes,
    "coverage": coverage,
    "prediction": prediction,
    "errors": errors,
    "trap": trap,
    "own-test": own_test,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        print(f"== {part}", flush=True)
        PARTS[part]()
