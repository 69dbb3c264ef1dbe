"""How often `qassay characterize` ends within its stated precision, and what it takes.

    .venv/bin/python benchmarks/characterize.py [--device virtual:prototype-50] [--seeds 20]
    .venv/bin/python benchmarks/characterize.py --command [--beside OTHER/.venv/bin/qassay]

Each seed is one machine's datasheet from nothing; each figure is compared with the answer key over
the batches that were really run. A seed counts as within its precision if every figure is.

With `--command` the command itself is timed, from its start to its exit, as somebody waits for it;
`--beside` runs another installation by turns, and says whether both measured and told the same.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does


TOLD = ("claims/", "plan/", "seeds/", "batches/", "analysis/", "verdicts/")  # no version, no date


def timed_call(program, device, seed):
    """Run the command once; give seconds of the clock, of the processor, and what it sealed."""
    with tempfile.TemporaryDirectory() as folder:
        words = ("characterize", "--device", device, "--seed", str(seed), "--out", folder)
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run([*program, *words], stdout=subprocess.DEVNULL, check=False)
        wall = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in (0, 3):
            sys.exit(f"seed {seed}: exit code {done.returncode}")
        (bundle,) = Path(folder).glob("*.qassay.zip")
        with zipfile.ZipFile(bundle) as sealed:
            told = {n: sealed.read(n) for n in sealed.namelist() if n.startswith(TOLD)}
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, told


def time_command(chosen):
    """Print what the command takes, seed by seed, and what all seeds took."""
    ours = [sys.executable, "-m", "qassay"]
    programs = {"this one": ours} | ({"beside": [chosen.beside]} if chosen.beside else {})
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    unlike = []
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        told = []
        for name, program in programs.items():
            wall, used, files = timed_call(program, chosen.device, seed)
            taken[name].append((wall, used))
            told.append(files)
        unlike += [seed] * any(one != told[0] for one in told)
        every = ", ".join(f"{name} {a[-1][0]:.1f} s" for name, a in taken.items())
        print(f"seed {seed}: {every}", flush=True)
    for name, rows in taken.items():
        walls, used = (sorted(column) for column in zip(*rows, strict=True))
        half = len(walls) // 2
        print(
            f"{name}: median {walls[half]:.1f} s, longest {walls[-1]:.1f} s;"
            f" of processor {used[half]:.1f} and {used[-1]:.1f} s"
        )
    if chosen.beside:
        print(f"plans, counts and figures: {f'unlike in seeds {unlike}' if unlike else 'the same'}")


def crosstalk_of(machine, pairs):
    """Give what pairs that work side by side add to each other's error."""
    from qassay.devices import answer_key

    both = answer_key.two_qubit_gate_error(machine, pairs, pairs)
    return float((both - answer_key.two_qubit_gate_error(machine, pairs, None)).mean())


def main() -> None:
    from qassay.assay.replaying import open_device
    from qassay.characterizing.measuring import characterize
    from qassay.claims.figures import wanted_figures
    from qassay.selfcheck.truth import true_value, window_of

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="virtual:prototype-50")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--precision", type=float, default=0.2)
    parser.add_argument("--workers", default="1")
    parser.add_argument("--command", action="store_true", help="time the command alone")
    parser.add_argument("--beside", metavar="QASSAY", help="another installation's command")
    chosen = parser.parse_args()
    if chosen.command:
        time_command(chosen)
        return
    device = open_device(chosen.device)
    within, shots, wall, cpu = 0, [], [], []
    missed: dict[str, int] = {}
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        with tempfile.TemporaryDirectory() as folder:
            begun, used = time.perf_counter(), time.process_time()
            found = characterize(
                device,
                out=Path(folder) / "out",
                seed=seed,
                precision=chosen.precision,
                workers=chosen.workers,
            )
            wall.append(time.perf_counter() - begun)
            cpu.append(time.process_time() - used)
        shots.append(found.shots)
        asked = wanted_figures(found.plan.sheet.questions)
        claims = {one.claim.metric: one.claim for one in asked}
        own = list(found.done)
        bad = []
        for figure in found.figures:
            claim = claims[figure.metric]
            if figure.metric == "crosstalk":
                truth = crosstalk_of(device.machine, list(figure.targets))
            else:
                window = window_of(found.plan, claim, own, None)
                truth = true_value(device.machine, claim, window)
            off = abs(figure.estimate.value - truth)
            if not figure.precise:
                bad.append(f"{figure.metric} is +- {figure.half_width:.3g} of {figure.wanted:.3g}")
            if off > max(figure.wanted, figure.half_width):
                bad.append(f"{figure.metric} {figure.estimate.value:.3g} for {truth:.3g}")
                missed[figure.metric] = missed.get(figure.metric, 0) + 1
        within += found.precise and not bad
        print(
            f"seed {seed}: {found.shots} shots, {wall[-1]:.1f} s, {cpu[-1]:.1f} s of processor,"
            f" {'within' if found.precise and not bad else 'NOT within'} {', '.join(bad)}",
            flush=True,
        )
    count = chosen.seeds
    print(
        f"{within} of {count} within {100 * chosen.precision:g} %;"
        f" shots {sorted(shots)[count // 2]}, seconds {sorted(wall)[count // 2]:.1f},"
        f" of processor {sorted(cpu)[count // 2]:.1f} (medians); missed: {missed or 'none'}"
    )


if __name__ == "__main__":
    main()
