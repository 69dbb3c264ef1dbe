"""The peers' side of shots_to_verdict.py: their circuits and their analysis, nothing of ours.

Started by that script in an environment that holds the peers and not qassay. It reads one
JSON request a line and answers with one JSON line each:

    {"do": "versions"}
    {"do": "circuits", "kind": ..., "qubits": n, "lengths": [...], "samples": k, "seed": s}
    {"do": "fit", "kind": ..., "qubits": n, "lengths": [...], "shots": S, "ops": ..., "games": ...}

A circuit is a text of three characters a layer: the pulse on qubit 0, the pulse on qubit 1
(0 idle, 1 to 4 quarter turns about +x +y -x -y, 5 half turn about x, 6 about y), and whether a
CZ follows. A game is the number of ideal answers of each circuit, [sample][length].
"""

import json
import math
import os
import sys
import warnings
from collections import Counter
from importlib.metadata import version
from types import SimpleNamespace

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # one core a worker
    os.environ.setdefault(threads, "1")
warnings.filterwarnings("ignore")

BASIS = ["rz", "sx", "x"]
PYGSTI_CODES = {"Gxpi2": "1", "Gypi2": "2", "Gxmpi2": "3", "Gympi2": "4"}


# ---- circuits --------------------------------------------------------------------------------


class Layers:
    """Pulses and CZ in layers, as early as they fit."""

    def __init__(self):
        self.layers, self.waiting = [], ("", "")

    def pulse(self, qubit, code):
        self.waiting = tuple(w + code * (q == qubit) for q, w in enumerate(self.waiting))

    def flush(self, cz):
        depth = max(*map(len, self.waiting), int(cz))
        rows = [w.ljust(depth, "0") for w in self.waiting]
        marks = "0" * (depth - 1) + str(int(cz)) if depth else ""
        self.layers += [a + b + c for a, b, c in zip(*rows, marks, strict=True)]
        self.waiting = ("", "")

    def text(self):
        self.flush(cz=False)
        return "".join(self.layers)


def qexp_circuits(request):
    """StandardRB's own sequences in its own decompositions.

    The experiment's transpiled circuits are the decompositions of its Cliffords one after the
    other with barriers between; they are put together here from the same parts, because the
    general way takes 30 ms a circuit.
    """
    from qiskit_experiments.library import StandardRB

    qubits, lengths = request["qubits"], request["lengths"]
    experiment = StandardRB(
        tuple(range(qubits)), lengths, num_samples=request["samples"], seed=request["seed"]
    )
    experiment.set_transpile_options(basis_gates=[*BASIS, "cz"][: 3 + (qubits == 2)])
    options = experiment._get_synthesis_options()
    sequences, known = experiment._sample_sequences(), {}

    def parts(element):
        if element not in known:
            circuit = experiment._to_instruction(element, options).definition
            known[element] = [
                (
                    x.operation.name,
                    [circuit.find_bit(q).index for q in x.qubits],
                    [float(p) for p in x.operation.params],
                )
                for x in circuit.data
            ]
        return known[element]

    found = []
    for sequence in sequences:
        whole = [int(x) for x in sequence]
        product = experiment._compose_clifford_seq(experiment._identity_clifford(), whole)
        whole.append(int(experiment._adjoint_clifford(product)))
        found.append(_with_virtual_z([g for element in whole for g in parts(element)]))
    count = len(lengths)
    rows = [found[i : i + count] for i in range(0, len(found), count)]
    return {
        "circuits": [[text for text, _ in row] for row in rows],
        "ops": [[ops for _, ops in row] for row in rows],
        "answers": [["0" * qubits] * count for _ in rows],
    }


def _with_virtual_z(gates):
    """Turn rz, sx, x, cz into pulses whose phases carry the rz, and count the gates."""
    layers, turns, ops = Layers(), [0, 0], Counter()
    for name, qubits, params in gates:
        ops[json.dumps([sorted(qubits), name])] += 1
        if name == "rz":
            quarters = round(params[0] / (math.pi / 2))
            assert abs(params[0] - quarters * math.pi / 2) < 1e-9
            turns[qubits[0]] += quarters
        elif name == "sx":
            layers.pulse(qubits[0], str(1 + (-turns[qubits[0]]) % 4))
        elif name == "x":
            layers.pulse(qubits[0], str(5 + turns[qubits[0]] % 2))
        elif name == "cz":
            layers.flush(cz=True)
        else:
            raise ValueError(name)
    return layers.text(), [[json.loads(key), count] for key, count in ops.items()]


def pygsti_circuits(request):
    """Direct RB with random outcomes on one qubit with four quarter turns."""
    import pygsti
    from pygsti.processors import CliffordCompilationRules, QubitProcessorSpec

    spec = QubitProcessorSpec(1, list(PYGSTI_CODES), qubit_labels=["Q0"])
    rules = {
        kind: CliffordCompilationRules.create_standard(spec, kind, what, verbosity=0)
        for kind, what in (("absolute", ("paulis", "1Qcliffords")), ("paulieq", ("1Qcliffords",)))
    }
    design = pygsti.protocols.DirectRBDesign(
        spec,
        rules,
        request["lengths"],
        request["samples"],
        qubit_labels=["Q0"],
        randomizeout=True,
        seed=request["seed"],
        verbosity=0,
    )
    texts = [
        ["".join(PYGSTI_CODES[str(layer.name)] + "00" for layer in circuit) for circuit in circuits]
        for circuits in design.circuit_lists
    ]
    answers = [["".join(ideal) for ideal in ideals] for ideals in design.idealout_lists]
    by_sample = [list(row) for row in zip(*texts, strict=True)]
    return {
        "circuits": by_sample,
        "ops": [[None] * len(row) for row in by_sample],
        "answers": [list(row) for row in zip(*answers, strict=True)],
    }


# ---- analysis --------------------------------------------------------------------------------


def qexp_fits(request):
    """Run the analysis classes of qiskit-experiments, figures and tables for them left out."""
    rb = request["kind"] == "qexp_rb"
    analysis, name, metadata = (_qexp_rb if rb else _qexp_t1)(request["qubits"])
    if request.get("one_qubit_error"):
        analysis.set_options(epg_1_qubit=_known_one_qubit_errors(request["one_qubit_error"]))
    shots, ideal = request["shots"], "0" * request["qubits"] if rb else "1"
    other = ("1" if rb else "0") * request["qubits"]
    for game, chosen in zip(request["games"], request["chosen"], strict=True):
        rows = []
        for hits, sample in zip(game, chosen, strict=True):
            for place, (x, count) in enumerate(zip(request["lengths"], hits, strict=True)):
                described = {"xval": x}
                if rb:
                    ops = request["ops"][sample][place]
                    described["count_ops"] = [((tuple(q), g), n) for (q, g), n in ops]
                    described["group"] = "Clifford"
                counts = {ideal: count, other: shots - count}
                rows.append({"counts": counts, "metadata": described, "shots": shots})
        data = SimpleNamespace(data=lambda rows=rows: rows, metadata=metadata)
        analysis._initialize(data)
        table = analysis._format_data(analysis._run_data_processing(data.data()))
        fit = analysis._run_curve_fit(table.filter(category=analysis.options.fit_category))
        value = None
        if fit.success and rb:
            results = {r.name: r.value for r in analysis._create_analysis_results(fit, "")}
            value = results[name]
        elif fit.success:
            value = fit.ufloat_params[name]
        yield {name: [None, None] if value is None else [value.n, value.s]}


def _qexp_rb(qubits):
    from qiskit_experiments.library import StandardRB

    experiment = StandardRB(tuple(range(qubits)), [1, 2, 3])
    experiment.analysis.set_options(plot=False)
    metadata = {"physical_qubits": list(range(qubits))}
    return experiment.analysis, "EPG_sx" if qubits == 1 else "EPG_cz", metadata


def _qexp_t1(qubits):
    from qiskit_experiments.library import T1

    experiment = T1((0,), [1e-6, 2e-6, 3e-6])
    experiment.analysis.set_options(plot=False)
    return experiment.analysis, "tau", {"physical_qubits": list(range(qubits))}


def _known_one_qubit_errors(error):
    """Give one-qubit errors as the option epg_1_qubit takes results of earlier experiments."""
    from qiskit_experiments.database_service import Qubit
    from uncertainties import ufloat

    return [
        SimpleNamespace(name=f"EPG_{g}", device_components=[Qubit(q)], value=ufloat(error, 0))
        for q in range(2)
        for g in ("sx", "x")
    ]


def pygsti_fits(request):
    """Run pyGSTi's RB protocol, both of its fits; or, where asked, the better one alone."""
    import numpy as np
    import pygsti
    from pygsti.algorithms.rbfit import std_least_squares_fit
    from pygsti.data import DataSet
    from pygsti.protocols.protocol import ProtocolData

    shots, lengths, bootstraps = request["shots"], request["lengths"], request["bootstraps"]
    design = pygsti.protocols.DirectRBDesign.from_existing_circuits(
        {m: [] for m in lengths}, qubit_labels=["Q0"]
    )
    protocol = pygsti.protocols.RB(rtype="AGI", bootstrap_samples=bootstraps)
    np.random.seed(request["seed"])  # noqa: NPY002 - its bootstrap draws from the global state
    generator = np.random.default_rng(request["seed"])

    def fixed(means):
        fit = std_least_squares_fit(
            lengths, means, 1, seed=protocol.seed, asymptote=0.5, ftype="FA", rtype="AGI"
        )
        return float(fit["estimates"].get("r", math.nan))

    for game in request["games"]:
        hits = {m: [row[place] for row in game] for place, m in enumerate(lengths)}
        if request.get("fixed_only"):  # the same fit and bootstrap without the free fit's time
            shares = np.array(game) / shots
            drawn = generator.integers(len(game), size=(bootstraps, *shares.shape))
            again = [fixed(np.take_along_axis(shares, d, axis=0).mean(axis=0)) for d in drawn]
            yield {"A-fixed": [fixed(shares.mean(axis=0)), float(np.std(again))]}
            continue
        data = ProtocolData(design, DataSet(outcome_labels=["0", "1"]))
        data.cache["success_probabilities"] = {m: [h / shots for h in hits[m]] for m in lengths}
        data.cache["total_counts"] = {m: [shots] * len(hits[m]) for m in lengths}
        data.cache["hamming_distance_counts"] = {
            m: [[h, shots - h] for h in hits[m]] for m in lengths
        }
        fits = protocol.run(data).fits
        yield {
            kind: [float(fits[kind].estimates.get("r", math.nan)), float(fits[kind].stds["r"])]
            for kind in ("full", "A-fixed")
        }


def answer(request):
    if request["do"] == "versions":
        names = ("qiskit-experiments", "qiskit", "lmfit", "pygsti", "numpy", "scipy")
        return {name: version(name) for name in names}
    if request["do"] == "circuits":
        make = pygsti_circuits if request["kind"] == "pygsti_drb" else qexp_circuits
        return make(request)
    fits = pygsti_fits if request["kind"] == "pygsti_drb" else qexp_fits
    return {"fits": list(fits(request))}


def main():
    talk, sys.stdout = sys.stdout, sys.stderr  # what a library prints must not get between
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        talk.write(json.dumps(reply) + "\n")
        talk.flush()


if __name__ == "__main__":
    main()
