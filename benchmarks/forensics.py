"""False alarms and power of the forensic questions: python benchmarks/forensics.py [--runs N].

A fleet of honest machines (qubits differ by 15 to 50 %, single qubits drift, relaxation during
readout) and of inventors of counts, each asked every question at the level of 1 %. Suspicion only.
"""

import argparse

import numpy as np

from qassay.forensics.questions import (
    against_calibration,
    faster_than_clock,
    too_alike,
    unsteady,
    without_relaxation,
)
from qassay.forensics.suspicion import Suspicion
from qassay.statistics.check_batches import too_good_check
from qassay.statistics.check_replays import replay_check
from qassay.statistics.intervals import clopper_pearson
from qassay.statistics.trials import Trials

QUBITS, LEVEL = 50, 0.01


def rates(rng, spread, mean=0.02):
    return mean * np.exp(rng.normal(0, spread, QUBITS))


def alike(rng, honest, shots):
    chance = rates(rng, rng.uniform(0.15, 0.5)) if honest else np.full(QUBITS, 0.02)
    return too_alike(rng.binomial(shots, chance), shots)


def lasting(rng, honest, shots):
    first = rates(rng, rng.uniform(0.2, 0.5))
    second = first.copy()
    if honest:
        moved = rng.random(QUBITS) < 0.1  # a tenth of the qubits doubles its error
        second[moved] *= 2
    else:
        second = rng.permutation(first)
    return unsteady(rng.binomial(shots // 2, first), rng.binomial(shots // 2, second))


def readout(rng, honest, shots):
    """Half a readout at T1 / 50 decays before it is over, on top of 1 % either way."""
    t1, duration = 100e-6, 2e-6
    wrong_zero = 0.01
    wrong_one = 0.01 + -np.expm1(-duration / (2 * t1)) if honest else 0.01
    n = shots * QUBITS // 2
    return without_relaxation(
        rng.binomial(n, wrong_one), n, rng.binomial(n, wrong_zero), n, duration, t1
    )


def smooth(rng, honest, shots):
    """Ten batches of single shots; an inventor rounds the expected counts of every batch."""
    chance = rates(rng, 0.3, 0.2).clip(0, 0.9)
    each = shots // 10
    hits = (rng.random((10 * each, QUBITS)) >= chance).astype(np.int64)
    if not honest:
        hits[:] = 1
        for batch in range(10):
            for qubit in range(QUBITS):
                wrong = round(each * chance[qubit])
                hits[batch * each + rng.permutation(each)[:wrong], qubit] = 0
    trials = Trials(lengths=np.array([1.0]), arms=np.zeros(10 * each, np.intp), hits=hits)
    check = too_good_check(trials, level=LEVEL, batches=np.repeat(np.arange(10), each))
    return Suspicion(name=check.name, p_value=check.p_value, sentence=check.sentence)


def copies(rng, honest, shots):
    bits = (rng.random((shots, QUBITS)) < 0.5).astype(np.uint8)
    if not honest:
        bits[shots // 2 : shots // 2 + 20] = bits[10:30]
    check = replay_check(bits, level=LEVEL, name="copied shots")
    return Suspicion(name=check.name, p_value=check.p_value, sentence=check.sentence)


def clock(rng, honest, shots):
    least = shots * 1e-3
    return faster_than_clock(
        least * (1 + rng.uniform(0, 1) if honest else rng.uniform(0.5, 0.98)), least
    )


def calibration(rng, honest, shots):
    truth = rates(rng, 0.3)
    measured = rng.binomial(shots, truth) / shots
    errors = np.sqrt(np.maximum(measured, 1 / shots) / shots)
    moved = truth * (1 + rng.normal(0, 0.1, QUBITS))
    return against_calibration(moved if honest else truth / 2, measured, errors)


def copied_calibration(rng, honest, shots):
    truth = rates(rng, 0.3)
    measured = rng.binomial(shots, truth) / shots
    errors = np.sqrt(np.maximum(measured, 1 / shots) / shots)
    return against_calibration(
        truth if honest else measured * (1 + rng.normal(0, 0.01, QUBITS)), measured, errors
    )


QUESTIONS = {
    "qubits too alike, against equal qubits": (alike, (500, 2000, 10000)),
    "differences that do not last, against new ones in each half": (lasting, (1000, 4000, 20000)),
    "readout without relaxation, against equal misreading": (readout, (100, 400, 2000)),
    "too good to be true, against expected counts, rounded": (smooth, (400,)),
    "copied shots, against a block of 20": (copies, (200,)),
    "faster than the clock, against 2 to 50 % of shots not taken": (clock, (1000,)),
    "reported calibration, against half the truth": (calibration, (500, 2000)),
    "reported calibration, against counts copied from it": (copied_calibration, (500, 2000)),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--only", default="", help="rows whose name holds this")
    chosen = parser.parse_args()
    runs = chosen.runs
    print(
        f"{QUBITS} qubits, level {LEVEL:.0%}, {runs} honest machines and {runs} inventors a row",
        flush=True,
    )
    for row, (name, (ask, sizes)) in enumerate(QUESTIONS.items()):
        if chosen.only not in name:
            continue
        rng = np.random.default_rng([1, row])
        for shots in sizes:
            cells = []
            for honest in (True, False):
                answers = [ask(rng, honest, shots) for _ in range(runs)]
                odd = sum(answer.suspicious for answer in answers)
                silent = sum(answer.p_value is None for answer in answers)
                low, high = (float(x) for x in clopper_pearson(odd, runs))
                label = "false alarms" if honest else "power"
                mute = f" (cannot tell {silent / runs:.0%})" if silent else ""
                cells.append(f"{label} {odd / runs:.1%} [{low:.1%}, {high:.1%}]{mute}")
            print(f"   {name}, {shots} shots: " + ", ".join(cells), flush=True)


if __name__ == "__main__":
    main()
