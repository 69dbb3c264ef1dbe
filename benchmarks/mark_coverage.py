"""Quantum volume's verdicts and intervals, counted out: no machine is drawn, luck has no part.

    .venv/bin/python benchmarks/mark_coverage.py [--width 3]

A claim with a pass mark stops a run where its hits cross a line, and how many hits there are by
then is a walk of one step a circuit. So the probability of every end is added up from the binomial
law, look by look: how often the run ends supported, refuted or open, and how often its interval,
widened for stopping, holds the truth. The lines are the product's (`alternatives`), as are the
looks of its plan and its intervals. Machines are as far from the mark as those of the wild
self-check, claims state what those state; the last line is the mean over them, which `qassay
selfcheck --metric quantum_volume` has to come near.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

import numpy as np

METRIC = "quantum_volume"
ERROR = 0.05
_RARE = 1e-13  # ends that are not asked for their interval; 1000 of them are 1e-10


class Ended(NamedTuple):
    """How often runs end in which way."""

    stated: float
    circuits: int
    off: float
    covered: float
    supported: float
    refuted: float

    def row(self) -> str:
        left = 1 - self.supported - self.refuted
        return (
            f"| {self.stated:.0%} | {self.circuits} | {100 * self.off:+.0f} | "
            f"{100 * self.covered:.1f} % | {100 * self.supported:.2f} % | "
            f"{100 * self.refuted:.2f} % | {100 * abs(left):.2f} % |"
        )


def planned(width, stated):
    """Plan a claim that states part of the way from the mark to the ideal; claim and looks."""
    from qassay import assay
    from qassay.claims.claim_file import parse_claim_sheet
    from qassay.devices.description import DeviceDescription
    from qassay.planning.options import Options
    from qassay.planning.planner import make_plan
    from qassay.protocols.known import mark_of

    mark = mark_of(METRIC)
    text = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n[[claim]]\nid = "v"\n'
    text += f'metric = "{METRIC}"\nrelation = "at least"\nvalue = {2.0**width!r}\n'
    if stated:
        share = mark.share + stated * (mark.ideal - mark.share)
        text += f"conditions = {{{mark.stated} = {share:.4f}}}\n"
    sheet = parse_claim_sheet(text.encode(), "sheet.toml")
    device = DeviceDescription(name="M", platform="other", qubits=width, connectivity="all-to-all")
    options = Options(alpha=ERROR, beta=ERROR, multiplicity="none")
    (x,) = make_plan(sheet, device, bytes(32), options, assay.SOFTWARE).experiments
    looks = tuple(accumulate(x.batch_size(number) for number in range(x.batches)))
    return sheet.claims[0], mark, looks


def crossed(claim, mark, circuits, *, better):
    """Say for 0, 1, ... hits of so many circuits whether they settle the claim to one side."""
    from qassay.protocols.weighing.mark_tests import alternatives
    from qassay.statistics.sequential import WEIGHTS

    hits = np.arange(circuits + 1)
    logs = [
        math.log(weight)
        + hits * math.log(other / mark.share)
        + (circuits - hits) * math.log((1 - other) / (1 - mark.share))
        for other, weight in zip(alternatives(claim, mark, better=better), WEIGHTS, strict=True)
    ]
    return np.logaddexp.reduce(logs, axis=0) >= -math.log(ERROR)


def covered(chances, circuits, outcome, mark, truth):
    """Add up the probabilities of ends whose interval holds the truth."""
    from qassay.statistics.intervals import binomial_estimate
    from qassay.verdicts.after_stopping import after_stopping

    total = 0.0
    for hits in np.flatnonzero(chances > _RARE):
        told = binomial_estimate(int(hits), circuits, level=0.95, circuits=circuits)
        told = after_stopping(told, outcome, mark.share, mark.share, lower_is_better=False)
        total += chances[hits] * (told.low <= truth <= told.high)
    return total


def ended(width: int, stated: float, offs: tuple[float, ...]) -> Iterator[Ended]:
    """Count out the ends of one claim for machines off the mark by given shares."""
    from scipy.stats import binom

    claim, mark, looks = planned(width, stated)
    lines = [
        tuple(crossed(claim, mark, n, better=better) for better in (True, False)) for n in looks
    ]
    for off in offs:
        truth = min(mark.share + off, mark.ideal)
        state, before, held, ends = np.ones(1), 0, 0.0, [0.0, 0.0]
        for now, (good, bad) in zip(looks, lines, strict=True):
            step = now - before
            state, before = np.convolve(state, binom.pmf(np.arange(step + 1), step, truth)), now
            for side, mask in enumerate((good & ~bad, bad & ~good)):
                came, outcome = state * mask, ("supported", "refuted")[side]
                ends[side] += came.sum()
                held += covered(came, now, outcome, mark, truth)
                state = state * ~mask
        held += covered(state, looks[-1], "inconclusive", mark, truth)
        yield Ended(stated, looks[-1], off, float(held), float(ends[0]), float(ends[1]))


def main() -> None:
    from qassay.selfcheck.wild.by_definition import DISTANCES, STATED

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=3)
    width = parser.parse_args().width
    print("| stated of the way | circuits | off, % | covered | supported | refuted | open |")
    print("|---" * 7 + "|", flush=True)
    means, total = np.zeros(3), len(STATED) * len(DISTANCES)
    for stated in STATED:
        for one in ended(width, stated, tuple(sorted(set(DISTANCES)))):
            print(one.row(), flush=True)
            wrong = one.refuted * (one.off >= 0) + one.supported * (one.off <= 0)
            many = DISTANCES.count(one.off)
            means += many / total * np.array([one.covered, wrong, (one.off != 0) * wrong])
    said = ", ".join(f"{100 * x:.2f} %" for x in means)
    print(f"mean: covered, wrong, wrong away from the mark: {said}")


if __name__ == "__main__":
    main()
