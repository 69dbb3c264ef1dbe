"""What a budget settles: shared by what it settles, and cut in proportion as it once was.

    .venv/bin/python benchmarks/budgets.py [--first 1] [--games 40] [--budgets 500 2000 8000]

The games are those of `honest_bundles.py`: random machines, and sheets of one to five claims near
their figures, most of them with cheap claims beside dear ones. Each is run with every budget and
without any, and by the same seed where a budget is cut in proportion. Prints a line a game and
budget with the claims settled (supported or refuted) before and after, and the sums at the end.
"""

import argparse
import os
import random
import sys
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.honest_bundles import claim, machine

from qassay import assay
from qassay.assay.replaying import open_device
from qassay.errors import QassayError
from qassay.planning import planner
from qassay.planning.arranged import arranged
from qassay.planning.options import Options

IN_PROPORTION, SETTLING = 1, 2


def drawn(number):
    """Draw a machine and a sheet for it."""
    draw = random.Random(number)
    text, qubits, pairs = machine(draw)
    claims = [claim(draw, i, qubits, pairs) for i in range(draw.randint(2, 5))]
    return text, '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n\n' + "\n".join(claims)


def settled(place, number, budget, rules):
    """Run a game; give the claims that came to a verdict, and the shots that it took."""
    planner.arranged = partial(arranged, planner=rules)
    with tempfile.TemporaryDirectory(dir=place) as out:
        run = assay.run(
            place / "sheet.toml",
            open_device(str(place / "machine.toml")),
            out=Path(out) / "run",
            seed=number,
            options=Options(budget_shots=budget),
        )
    return sum(one.outcome in ("supported", "refuted") for one in run.verdicts), run.shots


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--games", type=int, default=40)
    parser.add_argument("--budgets", type=int, nargs="+", default=[500, 2000, 8000])
    chosen = parser.parse_args()
    before, after, worse, better = Counter(), Counter(), Counter(), Counter()
    for number in range(chosen.first, chosen.first + chosen.games):
        text, sheet = drawn(number)
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "sheet.toml").write_text(sheet)
            (place / "machine.toml").write_text(text)
            for budget in chosen.budgets:
                try:
                    one, cut = settled(place, number, budget, IN_PROPORTION)
                    other, shared = settled(place, number, budget, SETTLING)
                except QassayError as error:
                    print(f"{number:5} {budget:6}  refused: {str(error).splitlines()[0][-90:]}")
                    continue
                mark = "fewer" if other < one else "more" if other > one else ""
                print(
                    f"{number:5} {budget:6}  {one} with {cut} shots, {other} with {shared}  {mark}",
                    flush=True,
                )
                before[budget] += one
                after[budget] += other
                worse[budget] += other < one
                better[budget] += other > one
    for budget in chosen.budgets:
        print(
            f"budget {budget}: {before[budget]} claims settled in proportion, {after[budget]} by"
            f" what it settles; more in {better[budget]} games, fewer in {worse[budget]}"
        )


if __name__ == "__main__":
    main()
