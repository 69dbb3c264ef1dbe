"""What it takes to test figures of whole registers, beside what peers' own settings take.

    python benchmarks/full_width.py [GAMES]

GHZ states of 50 qubits: a machine of fidelity 0.7 against a limit of 0.5. Quantum volume 2^10: a
machine of mean heavy output probability 0.75, in single-shot circuits. Each game is a plan of ours
played to its end on answers of that probability: planner, looks and verdict are the product's. No
circuit is drawn, since a shot of either is a hit or a miss whatever the circuit.

Peers: iqm-benchmarks takes 2 n + 2 phases and the population, 1024 shots each (its GHZ benchmark,
`fidelity_routine = "coherences"`, after Mooney et al., arXiv:2101.08946), and gives no uncertainty.
qiskit-experiments takes 100 circuits by default, 1000 shots each in its documentation's example,
and passes where h - 2 sqrt(h (1 - h) / circuits) > 2/3 (Cross et al., arXiv:1811.12926): below 108
circuits that rule cannot pass a machine of 0.75, and with single shots it needs more to do so in 95
of 100 tries.
"""

from __future__ import annotations

import math
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.stats import binom

SHEET = """[sheet]
title = "T"
vendor = "V"
machine = "M"
[[claim]]
id = "r"
metric = "{metric}"
relation = "at least"
value = {value}
{more}
"""
GHZ_QUBITS, GHZ_SHOTS = 50, 1024
VOLUME_QUBITS, VOLUME_SHOTS, VOLUME_CIRCUITS = 10, 1000, 100


def planned(metric, value, qubits, more=""):
    from qassay.claims.claim_file import parse_claim_sheet
    from qassay.devices.description import DeviceDescription
    from qassay.planning.options import Options
    from qassay.planning.planner import make_plan

    text = SHEET.format(metric=metric, value=value, more=more)
    sheet = parse_claim_sheet(text.encode(), "s.toml")
    device = DeviceDescription(
        name="d", platform="other", qubits=qubits, couplings=(), connectivity="all-to-all"
    )
    return make_plan(sheet, device, bytes(32), Options(), "benchmark")


def games(plan, share, count, seed):
    """Play a plan; gives shots and outcome of each game."""
    from qassay.protocols.known import protocol_for
    from qassay.selfcheck.wild.play import play

    rng = np.random.default_rng(seed)

    def answer(x, arms):
        qubits = 1 + max(q for target in x.targets for q in target)
        hit = rng.random(arms.size) < share
        outcomes = np.zeros((arms.size, 1, qubits), dtype=np.uint8)
        if protocol_for(x).id == "quantum_volume":  # the string of zeros alone is heavy
            key = np.zeros((arms.size, 2**qubits), dtype=np.uint8)
            key[:, 0] = 1
        else:
            key = np.zeros((arms.size, qubits), dtype=np.uint8)
        outcomes[:, 0, 0] = ~hit
        return key, outcomes

    shots, told = [], []
    for _ in range(count):
        (verdict,) = play(plan, answer, bytes(32)).verdicts
        shots.append(verdict.shots)
        told.append(verdict.outcome)
    return np.array(shots), told


def row(name, shots, told):
    right = sum(word == "supported" for word in told) / len(told)
    print(
        f"| {name} | {shots.mean():.0f} +- {1.96 * shots.std() / math.sqrt(len(told)):.0f}"
        f" | {np.quantile(shots, 0.9):.0f} | {right:.1%} |",
        flush=True,
    )


def standard_circuits(share, power):
    """Find the fewest single-shot circuits with which the standard's rule passes so often."""
    for circuits in range(100, 2000):
        h = np.arange(circuits + 1) / circuits
        passes = h - 2 * np.sqrt(h * (1 - h) / circuits) > 2 / 3
        if binom.pmf(np.arange(circuits + 1), circuits, share)[passes].sum() >= power:
            return circuits
    return math.nan


def main(count=400):
    print("| design | shots | 9 of 10 within | supported |\n|---|---|---|---|")
    ghz = planned("ghz_fidelity", 0.7, GHZ_QUBITS, "delta = 0.4  # limit 0.5")
    row("qassay, GHZ-50, F = 0.7 against 0.5", *games(ghz, (1 + 0.7) / 2, count, 1))
    phases = 2 * GHZ_QUBITS + 3
    print(
        f"| iqm-benchmarks, GHZ-50: {phases} circuits of {GHZ_SHOTS} shots |"
        f" {phases * GHZ_SHOTS} | - | no uncertainty |"
    )
    volume = planned("quantum_volume", 2**VOLUME_QUBITS, VOLUME_QUBITS)
    row("qassay, quantum volume 2^10, h = 0.75", *games(volume, 0.75, count, 2))
    more = "conditions = {heavy_output_probability = 0.75}"
    stated = planned("quantum_volume", 2**VOLUME_QUBITS, VOLUME_QUBITS, more)
    row("the same, h stated on the sheet", *games(stated, 0.75, count, 3))
    for power in (0.5, 0.95):
        print(
            f"| the standard's rule, single shots, passing in {power:.0%} |"
            f" {standard_circuits(0.75, power)} | - | {power:.0%} |"
        )
    fewest = math.ceil(4 * 0.75 * 0.25 / (0.75 - 2 / 3) ** 2)
    print(
        f"| qiskit-experiments, {VOLUME_CIRCUITS} circuits of {VOLUME_SHOTS} shots |"
        f" {VOLUME_CIRCUITS * VOLUME_SHOTS} | - | 0 %: the rule asks for {fewest} circuits |"
    )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
