"""Circuits to a verdict on quantum volume: python benchmarks/quantum_volume.py [GAMES].

A claim of 2^10 on machines of a given mean heavy output probability, by single-shot circuits: how
many are run until the claim is supported or refuted, in batches as planned, and how often the
verdict misleads. The fixed sample is the standard's rule with as few circuits as give the same
chance of passing. Then what it takes to draw circuits with their heavy sets, and to simulate them.
"""

import math
import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from qassay.circuits.ideal import string_indices
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.catalog import load_machine
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Job
from qassay.devices.simulated.machine import VirtualMachine
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.quantum_volume import PROTOCOL, QUANTITIES
from qassay.protocols.weighing.mark_tests import marked_wealth
from qassay.protocols.weighing.measurands import ClaimPart, Measurand
from qassay.randomness import Stream, root_from_integer
from qassay.statistics.trials import Trials

MARK = QUANTITIES[0].mark
SHEET = """[sheet]
title = "T"
vendor = "V"
machine = "M"
[[claim]]
id = "v"
metric = "quantum_volume"
relation = "at least"
value = 1024
{more}
"""


def planned(more):
    sheet = parse_claim_sheet(SHEET.format(more=more).encode(), "s.toml")
    device = DeviceDescription(
        name="d", platform="other", qubits=10, couplings=(), connectivity="all-to-all"
    )
    return make_plan(sheet, device, bytes(32), Options(), "benchmark")


def games(plan, share, count):
    (x,), (claim,) = plan.experiments, plan.sheet.claims
    random, found = np.random.default_rng(7), []
    for _ in range(count):
        hits = (random.random((x.rounds, 1)) < share).astype(np.int64)
        arms = np.zeros(x.rounds, dtype=np.intp)
        trials = Trials(lengths=np.array(x.lengths), arms=arms, hits=hits)
        part = ClaimPart(experiment=x, quantity="heavy_outputs", columns=(0,), trials=trials)
        wealth = marked_wealth(claim, MARK, Measurand(claim=claim, parts=(part,)))
        first = [int(np.argmax(w >= math.log(20))) or x.rounds for w in wealth]
        end = min(x.rounds, -(-(min(first) + 1) // x.batch) * x.batch)
        word = "open" if min(first) == x.rounds else ("good", "bad")[int(np.argmin(first))]
        found.append((word, end))
    return found


def main(count=400):
    words = ("h", "stated", "circuits", "9 of 10", "good", "bad", "open")
    print("{:>6} {:>7} {:>9} {:>8} {:>6} {:>6} {:>6}".format(*words))
    for share, stated in (
        (0.85, ""),
        (0.80, ""),
        (0.75, ""),
        (0.75, "0.75"),
        (0.70, ""),
        (2 / 3, ""),
        (0.60, ""),
        (0.50, ""),
    ):
        plan = planned(f"conditions = {{heavy_output_probability = {stated}}}" if stated else "")
        played = games(plan, share, count)
        ends = np.array([end for _, end in played])
        words = [sum(word == one for word, _ in played) / count for one in ("good", "bad", "open")]
        print(
            f"{share:6.3f} {stated or '-':>7} {ends.mean():9.0f} {np.quantile(ends, 0.9):8.0f}"
            f" {words[0]:6.1%} {words[1]:6.1%} {words[2]:6.1%}"
        )
    print("\nqubits  circuits  drawn with key  simulated (virtual:prototype-50)  heavy outputs")
    for qubits, circuits in ((8, 200), (10, 20)):
        targets = tuple((a, b) for b in range(qubits) for a in range(b))
        start = time.process_time()
        drawn = PROTOCOL.draw(
            float(qubits), circuits, targets, qubits, Stream(root_from_integer(1), "b")
        )
        middle = time.process_time()
        machine = VirtualMachine(load_machine("virtual:prototype-50"))
        job = Job(id="b", families=drawn.families, order=np.arange(circuits))
        outcomes = machine.collect(machine.submit(job)).outcomes[:, 0, :qubits]
        end = time.process_time()
        hits = drawn.key[np.arange(circuits), string_indices(outcomes)].mean()
        each = [1e3 * t / circuits for t in (middle - start, end - middle)]
        print(f"{qubits:6} {circuits:9} {each[0]:9.1f} ms CPU {each[1]:20.1f} ms CPU {hits:19.1%}")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
