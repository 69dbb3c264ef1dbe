"""What a poor readout does to the error of a pair's gate: value, interval, closed loop.

    .venv/bin/python benchmarks/poor_readout.py [--seeds 40] [--shots 20000]

The chances of layers and reference are exact: the mean over random layers of the Pauli vectors of
all 60 states (as `two_qubit_bias`), each read out after its way out with bits that err with a
probability r, which for expected bits drawn at random is the mean of both directions. Hits are
drawn from them and given to the product's estimator, as many as its plans take at most. "turns"
is the decay of the one-qubit gates of a layer over the entangler's. "too low" and "too high" are
the runs whose interval lies wholly on one side of the truth.
"""

from __future__ import annotations

import argparse
import math

import numpy as np
from two_qubit_bias import cases, pulses, states_after

from qassay.circuits.gates import controlled_z, pulse_rotations
from qassay.circuits.states import two_qubit_states
from qassay.protocols.two_qubit_gates import TwoQubitGates
from qassay.statistics.estimate import Estimate
from qassay.statistics.trials import Trials

PROTOCOL = TwoQubitGates()
ERROR = 0.01  # of the entangler, average; its process infidelity is 5 / 4 of it
SHARES = (0.06, 0.3, 1.0)
READOUTS = ((0.0, 0.0), (0.1, 0.1), (0.2, 0.2), (0.3, 0.3), (0.4, 0.4), (0.45, 0.45), (0.05, 0.75))


def chance(held: np.ndarray, ideal: np.ndarray, way: np.ndarray, wrong: float) -> float:
    """Give the chance of both bits right, of states held and then led out to |00> and read.

    Args:
        held: Pauli vectors, shape (60, 16), each over 60.
        ideal: What they should be.
        way: Which of Z on the first, on the second and on both bits each stabilizer is led to.
        wrong: Chance that a bit is misread.
    """
    kept = np.array([1.0, 1 - 2 * wrong, 1 - 2 * wrong, (1 - 2 * wrong) ** 2])
    return float((held * ideal * kept[way]).sum() / 4)


def ways() -> np.ndarray:
    """Find which Z each stabilizer of the 60 states comes from: 1, 2, or 3 of both."""
    turns = [
        np.block([[np.ones((1, 1)), np.zeros((1, 3))], [np.zeros((3, 1)), turn]])
        for turn in pulse_rotations()
    ]
    table, weights = two_qubit_states(), np.zeros((60, 16), dtype=np.intp)
    for state, (a, b, meets, c, d) in enumerate(table.enter):
        maps = np.kron(turns[c], turns[d])
        maps = maps @ controlled_z() if meets else maps
        maps = maps @ np.kron(turns[a], turns[b])
        for index, operator in ((1, 12), (2, 3), (3, 15)):  # ZI, IZ, ZZ of the two bits
            weights[state, int(np.argmax(np.abs(maps[:, operator])))] = index
    return weights


def estimate(layers: int, hits: np.ndarray, shots: int = 1) -> Estimate:
    """Let the product estimate the gate of the pair from hits of reference and layers."""
    arms = np.repeat([0, 1], [len(part) for part in hits])
    trials = Trials(
        lengths=np.array([0.0, layers]),
        arms=arms,
        hits=np.concatenate(hits).astype(np.int64)[:, None],
        shots=shots,
    )
    (one,) = PROTOCOL.estimate(PROTOCOL.gate_quantity, trials, 0.95)
    return one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--shots", type=int, default=20_000)
    chosen = parser.parse_args()
    gate, way = cases(1.25 * ERROR)["depolarizing"], ways()
    layers = max(1, round(0.85 / -math.log1p(-4 / 3 * ERROR)))
    print(f"truth {ERROR}, {layers} layers, {chosen.shots} shots, a fifth of them the reference")
    print("| readout | turns | without luck | mean | held | too low | too high | no information |")
    print("|---" * 8 + "|")
    for share in SHARES:
        each = pulses(share * ERROR * 25 / 32)["depolarizing"]
        ended = [states_after(kind, each, [layers])[0] for kind in (None, gate)]
        for up, down in READOUTS:
            chances = [chance(*states, way, (up + down) / 2) for states in ended]
            exact = estimate(layers, [np.array([round(1e9 * p)]) for p in chances], 10**9)
            rng = np.random.default_rng([20261201, *(round(100 * x) for x in (up, down, share))])
            split = chosen.shots // 5, chosen.shots - chosen.shots // 5
            runs = [
                estimate(layers, [rng.random(n) < p for n, p in zip(split, chances, strict=True)])
                for _ in range(chosen.seeds)
            ]
            told = [one for one in runs if one.informative]
            low = sum(one.high < ERROR for one in told)
            high = sum(one.low > ERROR for one in told)
            mean = np.mean([one.value for one in told]) if told else math.nan
            print(
                f"| {up:.0%}, {down:.0%} | {share:g} | {exact.value:.4f} | {mean:.4f} |"
                f" {len(told) - low - high} of {len(told)} | {low} | {high} |"
                f" {len(runs) - len(told)} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
