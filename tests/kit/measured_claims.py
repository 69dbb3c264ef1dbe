"""Claims on every metric that something measures, and a small machine whose truth is known.

Of a metric that nobody has thought of here, as of a package that is not ours, a claim is made from
its row in the table alone: it is planned, judged, shown and audited like the rest, without a truth.
"""

from __future__ import annotations

import math

import numpy as np

from qassay.claims.metrics import METRICS
from qassay.devices import answer_key
from qassay.devices.machine_file import read_machine
from qassay.devices.noise import one_qubit_coherence_limit
from qassay.protocols.known import QUANTITIES, mark_of, told_as

NOISY = """
[machine]
name = "kit"
platform = "trapped-ion"
qubits = 4
connectivity = "all-to-all"
seed = 8
[durations]
one_qubit_gate = "1 us"
two_qubit_gate = "10 us"
readout = "100 us"
shot_overhead = "1 ms"
[noise]
t1 = "40 ms"
t2 = "30 ms"
one_qubit_error = 3e-3
two_qubit_error = 2e-2
readout_p01 = 0.02
readout_p10 = 0.02
"""
# Where the answer key has no formula for a register, or for neighbours, the truth is that of a
# machine without errors; leakage and crosstalk are switched on for their own metrics.
CLEAN = NOISY.partition("[noise]")[0] + "[noise]\npreparation_error = 0\n"
OTHERS = {
    "leakage": NOISY + "leakage = 0.03\n",
    "crosstalk": NOISY.replace("2e-2", "5e-3") + "crosstalk_error = 0.05\n",
    "ghz_fidelity": CLEAN,
    "mirror_polarization": CLEAN,
    "graph_state_fidelity": CLEAN,
    "approximation_ratio": CLEAN,
    "xeb_fidelity": CLEAN,
}
UNITS = {"probability": "%", "time": "s", "rate": "1/s", "angle": "rad", "count": ""}
_COUNTS = {"qubits": 4, "coupled_pairs": 6, "connected_qubits": 4}  # of the kit's four qubits
_TIMES = ("t1", "t2_star", "t2_echo")


def measured_metrics():
    """List the metrics that something measures, those of other packages as well."""
    return [name for name in METRICS if METRICS[name].protocol and name in QUANTITIES]


def machine_of(metric):
    text = OTHERS.get(metric, NOISY)
    if mark_of(metric) is not None:
        text = CLEAN
    return read_machine(text.encode(), "kit.toml")


def truth_of(metric, machine):
    """Give the value of the whole machine in the terms of its estimate; None where unknown."""
    if mark_of(metric) is not None:
        return None  # of a few qubits it differs from circuit to circuit
    if metric in ("ghz_fidelity", "mirror_polarization", "graph_state_fidelity", "xeb_fidelity"):
        return 1.0
    if metric in _COUNTS:
        return float(_COUNTS[metric])
    if metric == "t2_cpmg":  # noise without memory: echoes add nothing
        metric = "t2_echo"
    errors = answer_key.preparation_and_readout_errors(machine)
    values = {
        "readout_error": lambda: errors.mean,
        "readout_error_0": lambda: errors.p01,
        "readout_error_1": lambda: errors.p10,
    }
    if metric in values:
        return float(np.mean(values[metric]()))
    if metric in (*_TIMES, "one_qubit_gate_error"):
        return float(np.mean(getattr(answer_key, metric)(machine)))
    if metric in ("two_qubit_gate_error", "leakage", "crosstalk"):
        return float(np.mean(_of_pairs(metric, machine)))
    if metric in ("layer_fidelity", "eplg"):
        return _layered(metric, machine)
    return None


def _of_pairs(metric, machine):
    pairs = machine.description.pairs
    if metric == "leakage":
        return answer_key.leakage(machine, pairs)
    matchings = [((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))]
    busy = [answer_key.two_qubit_gate_error(machine, both, both) for both in matchings]
    if metric == "two_qubit_gate_error":
        return busy
    alone = [answer_key.two_qubit_gate_error(machine, both, None) for both in matchings]
    return np.subtract(busy, alone)


def _layered(metric, machine):
    """Multiply the fidelities of the chain 0-1-2-3: two layers, one with two qubits that wait."""
    one = 1.5 * float(np.mean(answer_key.one_qubit_gate_error(machine)))
    two = 1.25 * float(np.mean(_of_pairs("two_qubit_gate_error", machine)))
    noise, time = machine.noise, machine.description.durations.two_qubit_gate
    rest = 1.5 * float(np.mean(one_qubit_coherence_limit(noise.t1, noise.t2, time)))
    pair, idle = (1 - one) ** 2 * (1 - two), (1 - one) * (1 - rest)
    fidelity = pair**3 * idle**2
    return fidelity if metric == "layer_fidelity" else 1 - fidelity ** (1 / 3)


def values_for(metric, truth):
    """Give a value that the machine meets with ease, and one that it misses by far.

    The second is None where a machine without errors cannot miss it, or nothing is known.
    """
    row, mark = METRICS[metric], mark_of(metric)
    if mark is not None:
        return next(2.0**k for k in range(1, 6) if mark.width(2.0**k)), None
    if metric in _COUNTS:
        return _COUNTS[metric], _COUNTS[metric] + 1
    if metric == "approximation_ratio":
        return 0.15, None
    if truth is None:  # a metric of another package
        easy = {"angle": 0.9, "time": 1e-6, "rate": 1.0, "count": 2.0}.get(row.dimension, 0.3)
        return easy, None
    if metric == "leakage":  # what is missed by far takes long circuits
        return 3 * truth, None
    if row.better == "lower":
        return min(2.5 * truth, 0.4), truth / 3
    if row.dimension == "time":
        return truth / 2.5, 3 * truth
    return (0.7 * truth, None) if truth == 1 else (truth**2.5, truth**0.3)


def sheet_for(metric, truth):
    """Write a sheet with an easy claim and, where there is one, a strict claim."""
    lines = ['[sheet]\ntitle = "K"\nvendor = "V"\nmachine = "kit"\n']
    row = METRICS[metric]
    for name, value in zip(("easy", "strict"), values_for(metric, truth), strict=True):
        if value is None:
            continue
        unit = UNITS[row.dimension]
        written = f'"{value!r} {unit}"' if unit and unit != "%" else f"{value!r}"
        lines.append(
            f'[[claim]]\nid = "{name}"\nmetric = "{metric}"\nvalue = {written}\n'
            f'relation = "{"at most" if row.better == "lower" else "at least"}"\n'
        )
        if row.target != "register":
            lines.append('statistic = "mean"\n')
        if row.conventions:
            lines.append(f'convention = "{row.conventions[0]}"\n')
        if QUANTITIES[metric].named_layer:
            lines.append("scope = {pairs = [[0, 1], [2, 3]]}\n")
        if "depth" in QUANTITIES[metric].conditions and metric != "approximation_ratio":
            lines.append("conditions = {depth = 6}\n")
        if metric == "approximation_ratio":
            lines.append(
                'conditions = {application = "unit-commitment", instance = "INSTANCE", depth = 1}\n'
            )
    return "\n".join(lines)


def unit_of(metric):
    """Give the unit in which the estimate of a metric is shown."""
    return UNITS[told_as(metric)]


def within(value, low, high, truth):
    """Whether a truth lies within three times an interval of 95 %: 4e-9 beyond, were it normal."""
    below, above = value - low, high - value
    return value - 3 * below - 1e-9 <= truth <= value + 3 * above + 1e-9 or math.isinf(value)
