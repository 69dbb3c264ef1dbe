"""What `qassay characterize` says of machines that are unlike the ones it was made for.

    .venv/bin/python benchmarks/odd_machines.py [--seeds 3] [--only WORD...] [--precision 0.2]

Small machines whose times are far shorter or longer than any guess or have no end, whose readout is
perfect or hardly tells anything, or of which a part is dead. Each figure is compared with the
answer key. A figure is right if its interval holds the truth; it is open where its interval is
wider than was asked for, and then the page says why. At the end a row a machine: how many figures
are right, open, wrong, and not asked for with the reason.
"""

from __future__ import annotations

import argparse
import itertools
import math
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does

ORDINARY = {
    "t1": '"100 us"',
    "t2": '"80 us"',
    "one_qubit_error": "1e-3",
    "two_qubit_error": "1e-2",
    "readout_p01": "0.01",
    "readout_p10": "0.02",
}
TIMED = 'one_qubit_gate = "30 ns"\ntwo_qubit_gate = "100 ns"\nreadout = "1 us"\n'
NO_TIMES = {"t1": None, "t2": None}
PERFECT = {"readout_p01": None, "readout_p10": None}


def times(t1: str, t2: str) -> dict[str, str]:
    return {"t1": f'"{t1}"', "t2": f'"{t2}"'}


# Name, qubits, couplings, noise beside the ordinary one, whether durations are stated.
Machine = tuple[str, int, str, dict[str, str | None], bool]
MACHINES: tuple[Machine, ...] = (
    *((f"{n}q", n, "line", {}, True) for n in (1, 2, 3)),
    *((f"{n}q no durations", n, "line", {}, False) for n in (1, 2, 3)),
    *((f"{n}q no times", n, "line", NO_TIMES, True) for n in (1, 2, 3)),
    *((f"{n}q no times nor durations", n, "line", NO_TIMES, False) for n in (1, 2, 3)),
    ("3q no couplings", 3, "none", {}, True),
    ("3q all-to-all", 3, "all-to-all", {}, True),
    ("2q times 100 ns", 2, "line", times("100 ns", "100 ns"), False),
    ("2q times 1 us", 2, "line", times("1 us", "500 ns"), False),
    ("2q times 10 ms", 2, "line", times("10 ms", "5 ms"), True),
    ("2q times 1 s", 2, "line", times("1 s", "0.5 s"), True),
    ("2q times 100 s", 2, "line", times("100 s", "100 s"), True),
    ("2q T1 long, T2 short", 2, "line", times("10 s", "200 ns"), False),
    (
        "3q times of three scales",
        3,
        "line",
        {"t1": '["1 us", "100 us", "10 ms"]', "t2": '["1 us", "100 us", "10 ms"]'},
        False,
    ),
    *((f"{n}q perfect readout", n, "line", PERFECT, True) for n in (1, 3)),
    *(
        (f"{n}q readout at 40 %", n, "line", {"readout_p01": "0.4", "readout_p10": "0.4"}, True)
        for n in (1, 3)
    ),
    ("2q readout at 40 % one way", 2, "line", {"readout_p01": "0.0", "readout_p10": "0.4"}, True),
    ("2q readout of nothing", 2, "line", {"readout_p01": "0.5", "readout_p10": "0.5"}, True),
    ("2q gates at 10 %", 2, "line", {"one_qubit_error": "0.1", "two_qubit_error": "0.1"}, True),
    ("3q two-qubit gates at 40 %", 3, "line", {"two_qubit_error": "0.4"}, True),
    (
        "2q gates that do nothing",
        2,
        "line",
        {"one_qubit_error": "0.5", "two_qubit_error": "0.75"},
        True,
    ),
    (
        "2q gates at 1e-6",
        2,
        "line",
        {**NO_TIMES, "one_qubit_error": "1e-6", "two_qubit_error": "1e-6"},
        True,
    ),
    (
        "2q perfect gates",
        2,
        "line",
        {**NO_TIMES, "one_qubit_error": None, "two_qubit_error": None},
        True,
    ),
    ("2q all perfect", 2, "line", dict.fromkeys(ORDINARY), True),
    (
        "3q dead readout of one",
        3,
        "line",
        {"readout_p01": "[0.01, 0.5, 0.01]", "readout_p10": "[0.02, 0.5, 0.02]"},
        True,
    ),
    ("3q dead gates of one", 3, "line", {"one_qubit_error": "[1e-3, 0.5, 1e-3]"}, True),
    ("3q dead pair", 3, "line", {"two_qubit_error": "[1e-2, 0.75]"}, True),
    ("4q dead pair of a layer", 4, "line", {"two_qubit_error": "[1e-2, 1e-2, 0.75]"}, True),
)


def text_of(name: str, qubits: int, coupled: str, noise: dict[str, str | None], timed: bool) -> str:
    """Write the machine file."""
    from qassay.devices.noise_file import QUANTITIES

    values = {key: value for key, value in {**ORDINARY, **noise}.items() if value is not None}
    lone = qubits == 1 or coupled == "none"
    values = {k: v for k, v in values.items() if not lone or QUANTITIES[k].per == "qubit"}
    connectivity = "[]" if lone else f'"{coupled}"'
    return (
        f'[machine]\nname = "{name}"\nplatform = "superconducting"\nqubits = {qubits}\n'
        f"connectivity = {connectivity}\nseed = 7\n"
        + f'[durations]\nshot_overhead = "50 us"\n{TIMED if timed else ""}'
        + "[noise]\n"
        + "".join(f"{key} = {value}\n" for key, value in values.items())
    )


def judged(found, machine) -> Iterator[tuple[str, str, float, float, float]]:
    """Give each figure: name, how it came out, value, half width, truth."""
    from qassay.claims.figures import wanted_figures
    from qassay.devices import answer_key
    from qassay.selfcheck.truth import true_value, window_of

    if found.plan is None:  # nothing was left to ask for
        return
    claims = {one.claim.id: one.claim for one in wanted_figures(found.plan.sheet.questions)}
    for figure in found.figures:
        claim, value = claims[figure.id], figure.estimate
        if figure.metric == "crosstalk":
            pairs = list(figure.targets)
            both = answer_key.two_qubit_gate_error(machine, pairs, pairs)
            alone = answer_key.two_qubit_gate_error(machine, pairs, None)
            truth = float((both - alone).mean())
        else:
            truth = true_value(machine, claim, window_of(found.plan, claim, found.done, None))
        if any(math.isnan(x) for x in (value.value, value.low, value.high)):
            how = "NAN"
        elif value.informative and not value.low <= truth <= value.high:
            how = "WRONG"
        else:
            how = "ok" if figure.precise else "open"
        yield figure.metric, how, value.value, figure.half_width, truth
    for name in claims.keys() - {one.id for one in found.figures}:
        yield name, "NOTHING", float("nan"), float("nan"), float("nan")


def chosen_machines(words: list[str]) -> list[Machine]:
    return [one for one in MACHINES if any(word in one[0] for word in words)]


def main() -> None:
    from qassay.characterizing.measuring import characterize
    from qassay.devices.machine_file import read_machine
    from qassay.devices.simulated.machine import VirtualMachine

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[""], metavar="WORD")
    parser.add_argument("--precision", type=float, default=0.2)
    parser.add_argument("--keep", type=Path, default=None, help="a folder for pages")
    chosen = parser.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    kinds: Counter[str] = Counter()
    table = []
    for row, seed in itertools.product(chosen_machines(chosen.only), seeds):
        machine = read_machine(text_of(*row).encode(), row[0])
        used = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            out = (chosen.keep or Path(folder)) / f"{row[0].replace(' ', '-')}-{seed}"
            try:
                found = characterize(
                    VirtualMachine(machine), out=out, seed=seed, precision=chosen.precision
                )
            except Exception as error:  # the table tells of all machines
                kinds["FAILED"] += 1
                print(f"{row[0]}, seed {seed}: FAILED {type(error).__name__}: {error}", flush=True)
                continue
        used = time.process_time() - used
        print(f"{row[0]}, seed {seed}: {found.shots} shots, {used:.1f} s", flush=True)
        own: Counter[str] = Counter()
        for name, how, value, half, truth in judged(found, machine):
            own[how] += 1
            print(f"    {name:22} {how:7} {value:.4g} +- {half:.2g}, truth {truth:.4g}", flush=True)
        for one in found.unasked:
            own["told why not"] += 1
            print(f"    {one.told}")
        kinds += own
        wrong = own["WRONG"] + own["NAN"] + own["NOTHING"]
        counts = (own["ok"], own["open"], wrong, own["told why not"])
        table.append(f"| {row[0]} | {found.shots} | {' | '.join(map(str, counts))} |")
    print("| machine | shots | right | open | wrong | not asked, and why |")
    print("|---" * 6 + "|", *table, sep="\n")
    print(", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))


if __name__ == "__main__":
    main()
