"""Honest bundles of sheets that nobody wrote: every auditor has to accept them.

    .venv/bin/python benchmarks/honest_bundles.py [--first 1] [--games 100]

A game is a machine of 3 to 14 qubits with random figures and a sheet of one to five claims near
them, with random statistics, scopes, conventions, tolerances, rules and budgets. It is run, and
`qassay audit` and both second auditors look at the bundle. Who accuses an honest tester is as wrong
as who passes a forgery. Prints a line a game, and at the end how many were refused by whom; ends
with 1 if any was.
"""

import argparse
import itertools
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

STATISTICS = ("mean", "every", "best", "median", "quantile", "share above")
CONVENTIONS = ("average_gate_infidelity", "process_infidelity", "pauli_error")
# Side, lowest and highest claim, whether a convention is asked for, and what a scope names.
METRICS = {
    "readout_error": ("at most", 3e-3, 5e-2, False, "qubits"),
    "readout_error_1": ("at most", 3e-3, 5e-2, False, "qubits"),
    "one_qubit_gate_error": ("at most", 2e-4, 5e-3, True, "qubits"),
    "two_qubit_gate_error": ("at most", 2e-3, 5e-2, True, "pairs"),
    "random_layer_error": ("at most", 2e-3, 5e-2, False, "pairs"),
    "t1": ("at least", 2e-5, 3e-4, False, "qubits"),
    "t2_echo": ("at least", 1e-5, 3e-4, False, "qubits"),
    "t2_star": ("at least", 5e-6, 1e-4, False, "qubits"),
    "t2_cpmg": ("at least", 1e-5, 3e-4, False, "qubits"),
    "eplg": ("at most", 2e-3, 5e-2, True, "path"),
    "ghz_fidelity": ("at least", 0.2, 0.95, False, "path"),
    "mirror_polarization": ("at least", 0.2, 0.95, False, "path"),
    "crosstalk": ("at most", 1e-3, 2e-2, True, "pairs"),
}
WHOLE = ("path",)
ONE_VALUE = ("random_layer_error",)  # of the layer as a whole, though it is claimed of pairs


def machine(draw):
    """Write a machine file: a ring or a line of qubits with figures of their own."""
    qubits = draw.randint(3, 14)
    ring = [(q, (q + 1) % qubits) for q in range(qubits if draw.random() < 0.5 else qubits - 1)]
    pairs = sorted(tuple(sorted(pair)) for pair in set(ring))
    t1 = 10 ** draw.uniform(-4.3, -3.5)
    spread = draw.choice((0.0, 0.1, 0.3))

    def figure(low, high):
        value = low * (high / low) ** draw.random()
        return f"{{median = {value:.3g}, spread = {spread}}}"

    text = f"""
[machine]
name = "ring"
summary = "drawn"
platform = "superconducting"
qubits = {qubits}
seed = {draw.randint(1, 999)}
connectivity = {[list(pair) for pair in pairs]}

[durations]
one_qubit_gate = "{draw.choice((10, 20))} ns"
two_qubit_gate = "{draw.choice((20, 40))} ns"
readout = "1 us"
shot_overhead = "{draw.choice((1, 100))} us"

[noise]
t1 = {{median = "{t1 * 1e6:.3g} us", spread = {spread}}}
t2 = {{median = "{t1 * draw.uniform(0.3, 1.2) * 1e6:.3g} us", spread = 0.1}}
one_qubit_error = {figure(8e-4, 5e-3)}
two_qubit_error = {figure(6e-3, 4e-2)}
readout_p01 = {figure(2e-3, 4e-2)}
readout_p10 = {figure(2e-3, 4e-2)}
"""
    return text, qubits, pairs


def path(draw, pairs):
    """Walk along couplings without meeting oneself."""
    beside = {}
    for a, b in pairs:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    walk = [draw.choice(sorted(beside))]
    for _ in range(draw.randint(1, 6)):
        free = [q for q in beside[walk[-1]] if q not in walk]
        if not free:
            break
        walk.append(draw.choice(free))
    return [sorted(pair) for pair in itertools.pairwise(walk)]


def claim(draw, number, qubits, pairs):
    """Write one claim."""
    metric = draw.choice(sorted(METRICS))
    side, low, high, asks, scope = METRICS[metric]
    value = low * (high / low) ** draw.random()
    shown = f"{value * 1e6:.3g} us" if high < 1e-3 and side == "at least" else f"{value:.3g}"
    lines = [f'id = "c{number}"', f'metric = "{metric}"', f'relation = "{side}"']
    lines += [f'value = "{shown}"']
    if asks:
        usual = CONVENTIONS[: 2 if metric == "eplg" else 3]
        lines.append(f'convention = "{draw.choice(usual)}"')
    if scope not in WHOLE and draw.random() < 0.7:
        statistic = draw.choice(STATISTICS)
        if metric not in ONE_VALUE:
            lines.append(f'statistic = "{statistic}"')
        if statistic in ("quantile", "share above"):
            share = draw.choice((60, 80, 90))
            lines += [f'share = "{share} %"'] if metric not in ONE_VALUE else []
    if scope == "path":
        lines.append(f"scope = {{pairs = {path(draw, pairs)}}}")
    elif draw.random() < 0.5:
        named = range(qubits) if scope == "qubits" else [list(pair) for pair in pairs]
        some = draw.sample(list(named), min(len(named), draw.choice((1, 1, 2, 4))))
        lines.append(f"scope = {{{scope} = {sorted(some)}}}")
    if metric == "mirror_polarization":
        lines.append(f"conditions = {{depth = {draw.choice((2, 4, 8, 16))}}}")
    if draw.random() < 0.3:
        lines.append(f"delta = {draw.choice((0.1, 0.25, 1.0))}")
    return "[[claim]]\n" + "\n".join(lines) + "\n"


def played(number):
    """Play one game; gives the sheet, the outcomes, and what each auditor says against it."""
    from auditor import audit_further, audit_minimal

    from qassay import assay
    from qassay.assay.replaying import open_device
    from qassay.auditing.audit import audit_bundle
    from qassay.errors import QassayError
    from qassay.planning.options import Options

    draw = random.Random(number)
    text, qubits, pairs = machine(draw)
    claims = [claim(draw, i, qubits, pairs) for i in range(draw.randint(1, 5))]
    sheet = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n\n' + "\n".join(claims)
    options = Options(
        budget_shots=draw.choice((500, 4000, 30_000)),
        rule=draw.choice(("tolerant", "guarded")),
        multiplicity=draw.choice(("fdr", "family-wise", "none")),
        alpha=draw.choice((0.05, 0.01)),
    )
    told = f"{sheet}\n{text}\n{options}"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "sheet.toml").write_text(sheet)
        (place / "machine.toml").write_text(text)
        try:
            device = open_device(str(place / "machine.toml"))
            run = assay.run(
                place / "sheet.toml", device, out=place / "run", seed=number, options=options
            )
        except QassayError as error:
            return told, f"refused: {str(error).splitlines()[0][-150:]}", {}
        against = {}
        failure = audit_bundle(run.bundle).failure
        if failure is not None:
            against["qassay audit"] = str(failure)
        for kind in (audit_minimal.Audit, audit_further.Further):
            report = audit_minimal.audit(run.bundle, kind=kind)
            if report["failed"]:
                against[kind.__module__] = str(report["failed"])
        outcomes = " ".join(f"{one.metric}: {one.outcome};" for one in run.verdicts)
        return told, f"{outcomes} {run.shots} shots", against


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--games", type=int, default=100)
    chosen = parser.parse_args()
    refused = Counter()
    for number in range(chosen.first, chosen.first + chosen.games):
        start = time.monotonic()
        try:
            told, said, against = played(number)
        except Exception:
            told, said, against = "", "", {"crash": traceback.format_exc()}
        print(f"{number:5} {time.monotonic() - start:5.1f} s  {said}", flush=True)
        if against:
            print(told, *(f"AGAINST {who}: {why}" for who, why in against.items()), sep="\n")
        refused.update(against.keys())
    print(f"{chosen.games} games; refused by: {dict(refused) or 'nobody'}")
    return bool(refused)


if __name__ == "__main__":
    sys.exit(main())
