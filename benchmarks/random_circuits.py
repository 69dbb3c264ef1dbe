"""Is a forger who simulates some circuits caught? python benchmarks/random_circuits.py [--runs N].

1. 40 checked random circuits of 10 qubits, ideal distributions by state vector. Honest: every
   shot of every circuit is ideal with probability F. Forger: a share F of the circuits is
   simulated, the others get random bits, so that the mean fidelity is the same.
2. The price of forging at 50 qubits, for graphs and depths of the literature.
"""

import argparse
import math

import numpy as np

from qassay.circuits.ideal import probabilities
from qassay.circuits.layouts import edge_colouring
from qassay.protocols.random_circuits import PROTOCOL
from qassay.protocols.sampling.contraction import contraction_cost
from qassay.protocols.sampling.forging import ALLOWANCE, forging
from qassay.protocols.sampling.xeb import Checked, predicted_fidelity
from qassay.randomness import Stream
from qassay.statistics.intervals import clopper_pearson

QUBITS, CHECKED = 10, 40
LEVEL = 0.01


def chances():
    pairs = tuple((a, b) for b in range(QUBITS) for a in range(b))
    drawn = PROTOCOL.draw(12.0, 400, pairs, QUBITS, Stream(bytes(32), "chances"))
    return [probabilities(circuit) for circuit in drawn.circuits]


def run(pool, fidelity, shots, forger, rng):
    picked = [pool[i] for i in rng.choice(len(pool), CHECKED, replace=False)]
    drawn = []
    for chance in picked:
        edges = np.cumsum(chance)
        ideal = np.searchsorted(edges, rng.random(shots) * edges[-1])
        made_up = rng.integers(0, chance.size, shots)
        real = np.full(shots, rng.random() < fidelity) if forger else rng.random(shots) < fidelity
        drawn.append(np.where(real, np.minimum(ideal, chance.size - 1), made_up))
    checked = Checked.of(picked, drawn)
    estimate = checked.fidelity()
    return checked.uniformity().p_value < LEVEL, estimate.low <= fidelity <= estimate.high


def power(runs):
    print(
        f"1. Uniformity test at level {LEVEL:.0%}, {CHECKED} checked circuits of {QUBITS} qubits,"
        f" {runs} runs each"
    )
    pool, rng = chances(), np.random.default_rng(2)
    second = np.mean([(p**2).sum() * p.size for p in pool])
    print(f"   sum of D p^2 is {second:.3f} on average (Porter-Thomas: 1.998)")
    for fidelity, shots in (
        (0.5, 100),
        (0.3, 100),
        (0.2, 100),
        (0.1, 300),
        (0.1, 1000),
        (0.05, 1000),
        (0.03, 3000),
        (0.3, 20),
    ):
        cells = []
        for forger in (True, False):
            flagged, covered = np.array(
                [run(pool, fidelity, shots, forger, rng) for _ in range(runs)]
            ).sum(0)
            low, high = (float(x) for x in clopper_pearson(flagged, runs))
            name = "power" if forger else "false alarms"
            cells.append(f"{name} {flagged / runs:.1%} [{low:.1%}, {high:.1%}]")
            if not forger:
                cells.append(f"95 % interval of F covers {covered / runs:.1%}")
        none = (1 - fidelity) ** CHECKED
        print(
            f"   F {fidelity:.2f}, {shots} shots a circuit: "
            + ", ".join(cells)
            + f"; forger has no simulated circuit among the checked in {none:.1%}"
        )


def grid(rows, columns):
    across = [
        (r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)
    ]
    down = [
        (r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)
    ]
    return across + down


def price():
    print(
        "2. One circuit of 50 qubits; forging K = 3000 circuits in 1 h at e1 = e2 / 10, readout"
        f" 1 %; judged after an allowance of {ALLOWANCE:.0f}"
    )
    rng = np.random.default_rng(3)
    graphs = {"line": [(q, q + 1) for q in range(49)], "grid 5x10": grid(5, 10), "all-to-all": None}
    for name, depth in (
        ("line", 20),
        ("grid 5x10", 12),
        ("grid 5x10", 16),
        ("all-to-all", 6),
        ("all-to-all", 8),
        ("all-to-all", 10),
    ):
        if graphs[name] is None:
            orders = [rng.permutation(50).tolist() for _ in range(depth)]
            layers = tuple(tuple(zip(o[::2], o[1::2], strict=True)) for o in orders)
        else:
            colours = edge_colouring(graphs[name])
            layers = tuple(colours[k % len(colours)] for k in range(depth))
        cost = contraction_cost(50, layers)
        gates = sum(map(len, layers))
        one, whole = math.log10(cost.amplitude), math.log10(cost.state_vector)
        print(
            f"   {name}, {depth} layers ({gates} CZ): amplitude 10^{one:.1f} FLOP,"
            f" state vector 10^{whole:.1f}"
        )
        for e2 in (0.003, 0.01):
            fidelity = predicted_fidelity(50 * (depth + 1), gates, 50, (e2 / 10, e2, 0.01))
            told = forging(
                fidelity, 3000, cost, 3600.0, sparse=graphs[name] is not None, two_qubit_error=e2
            )
            shots = 25 * (1 + 2 * fidelity) / fidelity**2
            print(
                f"      e2 {e2:.1%}: F {fidelity:.3g}, {shots:.0f} checked shots for 5 sigma;"
                f" {told.rate:.1e} FLOP/s, {told.gpus:.2g} GPUs;"
                f" {told.refusal or 'hard by this method'}"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    chosen = parser.parse_args()
    power(chosen.runs)
    price()


if __name__ == "__main__":
    main()
