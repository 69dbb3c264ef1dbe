"""Our formulas on other tools' numbers: python benchmarks/peer_formulas.py --peers PYTHON [...].

PYTHON is an interpreter with pygsti and qiskit-experiments in an environment of their own. It draws
counts and decays, and says what the peers' own functions make of them; ours follow on the same
numbers, and the largest difference is printed. With --frames FOLDER the polarization of each mirror
circuit of pyGSTi's data frames there is held against what `qassay import` reads from its counts.
With --write FILE the peers' answers are kept for tests/oracles/test_peer_formulas.py.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

PEERS = r"""
import json, warnings
warnings.filterwarnings("ignore")
from importlib.metadata import version
import numpy as np
from pygsti.tools import mcfetools, rbtools
from qiskit_experiments.library.quantum_volume.qv_analysis import QuantumVolumeAnalysis
from qiskit_experiments.library.randomized_benchmarking import layer_fidelity_analysis
rng = np.random.default_rng(4)
cases = {"hamming": [], "mirror": [], "gates": [], "volume": [], "layers": []}
for n in [1, 2, 3, 5, 8, 13, 19, 25, 40]:
    for _ in range(4):
        counts = rng.multinomial(1000, rng.dirichlet(np.ones(n + 1))).tolist()
        found = mcfetools.effective_polarization(np.array(counts, dtype=float))
        cases["hamming"].append([counts, float(found)])
for n in [1, 2, 4, 10]:
    for _ in range(6):
        c, b, a = sorted(rng.uniform(0.05, 1, 3), reverse=True)
        found = mcfetools.polarization_to_fidelity(a / np.sqrt(b * c), n)
        whole = mcfetools.rc_predicted_process_fidelity(np.array([a]), np.array([b]),
                                                        np.array([c]), n)
        cases["mirror"].append([n, a, b, c, float(found), float(whole)])
for d in [2, 4]:
    for p in rng.uniform(0.5, 1, 5):
        cases["gates"].append([d, p, rbtools.p_to_r(p, d, "AGI"), rbtools.p_to_r(p, d, "EI")])
analysis = QuantumVolumeAnalysis()
for trials in [50, 99, 100, 101, 300, 1000]:
    for hits in [int(trials * h) for h in (0.6, 0.67, 0.7, 0.76, 0.85)]:
        hops = [1.0] * hits + [0.0] * (trials - hits)
        results = {one.name: one for one in analysis._calc_quantum_volume(hops, 5, trials)}
        cases["volume"].append([hits, trials, bool(results["quantum_volume"].extra["success"])])
for pairs, lone in [(1, 0), (3, 1), (10, 4), (49, 2)]:
    alphas = [[4, x] for x in rng.uniform(0.95, 0.999, pairs)]
    alphas += [[2, x] for x in rng.uniform(0.99, 0.9999, lone)]
    pf = [(1 + (d * d - 1) * x) / (d * d) for d, x in alphas]  # layer_fidelity_analysis, line 165
    lf = float(np.prod(pf))
    cases["layers"].append([alphas, lf, 1 - lf ** (1 / pairs)])  # line 401
names = ("pygsti", "qiskit-experiments", "qiskit")
print(json.dumps({"versions": {n: version(n) for n in names}, "cases": cases}))
"""
FRAMES = """format = 1
machine = "not named"
[[experiment]]
id = "x"
kind = "mirror"
polarization = "success"
table = "x.csv"
rows = {rows}
"""


def differences(cases):
    """Give name, number of cases and largest difference of each formula."""
    from qassay.claims.conventions import convert
    from qassay.protocols.given_circuit import fidelity_of
    from qassay.protocols.published_scores import hamming_polarization
    from qassay.protocols.quantum_volume import QUANTITIES
    from qassay.statistics.target_groups import DecayValue

    rule = QUANTITIES[0].mark.beside
    found = {
        "hamming": [hamming_polarization(c)[0] - said for c, said in cases["hamming"]],
        "mirror": [
            fidelity_of(a / math.sqrt(b * c), n) - said for n, a, b, c, said, _ in cases["mirror"]
        ],
    }
    gates = []
    for d, p, average, process in cases["gates"]:
        ours = float(DecayValue(meaning="infidelity", factor=1 - 1 / d).of(-math.log(p)))
        turned = convert(ours, "average_gate_infidelity", "process_infidelity", d)
        gates += [ours - average, turned - process]
    found["gates"] = gates
    found["volume"] = [
        float((", above 2/3" in rule(hits, trials)) != said)
        for hits, trials, said in cases["volume"]
    ]
    layers = []
    for alphas, fidelity, each in cases["layers"]:
        pairs = sum(d == 4 for d, _ in alphas)
        loss = sum(
            float(DecayValue(meaning="log fidelity", factor=1 - d**-2.0).of(-math.log(x)))
            for d, x in alphas
        )
        layers += [math.exp(-loss) - fidelity, -math.expm1(-loss / pairs) - each]
    found["layers"] = layers
    return {name: (len(one), max(map(abs, one))) for name, one in found.items()}


TITLES = {
    "hamming": "polarization by Hamming distances (pyGSTi effective_polarization)",
    "mirror": "mirror fidelity a / sqrt(b c), before clamping (pyGSTi polarization_to_fidelity)",
    "gates": "gate errors by decays, both conventions (pyGSTi p_to_r)",
    "volume": "quantum volume passed or not (qiskit-experiments QuantumVolumeAnalysis)",
    "layers": "layer fidelity and EPLG by decays (qiskit-experiments LayerFidelityAnalysis)",
}


def frames(folder):
    """Hold every circuit of the data frames against what an import makes of its counts."""
    from qassay.protocols.published_scores import UNIT, read_terms
    from qassay.published.counts import read_published

    print("\n| data frame | circuits | read | largest difference |\n|---|---|---|---|")
    for path in sorted(Path(folder).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        columns = [name for name in ("Pass", "BenchmarkType") if name in rows[0]]
        for kind in sorted({tuple(row[name] for name in columns) for row in rows}):
            here = [r for r in rows if tuple(r[name] for name in columns) == kind]
            wanted = ", ".join(f'{c} = "{v}"' for c, v in zip(columns, kind, strict=True))
            with tempfile.TemporaryDirectory() as name:
                toml = FRAMES.format(rows=f"{{{wanted}}}")
                (Path(name) / "counts.toml").write_text(toml, encoding="utf-8")
                (Path(name) / "x.csv").write_bytes(path.read_bytes())
                found = read_published("counts", Path(name)).counts
            ours = [read_terms(x.problem).least + x.trials.hits[:, 0] / UNIT for x in found]
            scores = np.sort(np.concatenate(ours))
            said = np.sort([float(row["polarization"]) for row in here if row["polarization"]])
            off = f"{np.abs(scores - said).max():.1e}" if scores.size == said.size else "-"
            print(f"| {path.name}, {' '.join(kind)} | {len(here)} | {scores.size} | {off} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="an interpreter that has them")
    parser.add_argument("--kept", type=Path, help="their answers, kept earlier")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--frames", type=Path)
    chosen = parser.parse_args()
    if chosen.peers:
        done = subprocess.run([chosen.peers, "-c", PEERS], check=True, capture_output=True)
        said = json.loads(done.stdout.splitlines()[-1])
    elif chosen.kept:
        said = json.loads(chosen.kept.read_text())
    else:
        said = None
    if said is not None:
        print(", ".join(f"{name} {number}" for name, number in said["versions"].items()))
        print("| formula | numbers | largest difference |\n|---|---|---|")
        for name, (count, most) in differences(said["cases"]).items():
            print(f"| {TITLES[name]} | {count} | {most:.1e} |")
        if chosen.write:
            chosen.write.write_text(json.dumps(said, sort_keys=True) + "\n")
    if chosen.frames:
        frames(chosen.frames)


if __name__ == "__main__":
    sys.exit(main())
