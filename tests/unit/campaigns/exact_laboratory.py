"""A laboratory of few qubits that runs any pack on exact states, with readout errors."""

import json
import math
import re
import zipfile

import numpy as np

from qassay.circuits.circuit import Circuit, Gate
from qassay.circuits.ideal import probabilities

READOUT = 0.1  # probability that a bit is read wrongly
_GATE = re.compile(r"^(prx|rz|cz)(?:\(([-+0-9.e, pi*/]*)\))? (.*);", re.MULTILINE)


def run_pack(pack, qubits, chance, readout=READOUT):
    """Run a pack; give the document of counts."""
    with zipfile.ZipFile(pack) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        circuits = {}
        for one in (circuit for part in manifest["parts"] for circuit in part["circuits"]):
            text = archive.read(f"circuits/{one['id']}.qasm").decode()
            ideal = probabilities(_circuit_of(text, qubits))
            numbers = chance.choice(1 << qubits, size=one["shots"], p=ideal / ideal.sum())
            bits = numbers[:, None] >> np.arange(qubits)[::-1] & 1
            bits ^= chance.random(bits.shape) < readout
            outcomes = ["".join(map(str, shot)) for shot in bits]
            counts = {outcome: outcomes.count(outcome) for outcome in outcomes}
            circuits[one["id"]] = {"shots": one["shots"], "counts": counts}
    return {"qassay_counts": 1, "round": manifest["round"], "circuits": circuits, "seconds": 1}


def _circuit_of(text, qubits):
    gates = []
    for name, values, where in _GATE.findall(text):
        turns = [_angle(each) for each in values.split(",")] if values else []
        on = tuple(map(int, re.findall(r"q\[(\d+)\]", where)))
        gates.append(Gate(name, on, *turns))
    return Circuit(qubits, tuple(gates))


def _angle(text):
    """Read "3*pi/2", "-pi" or a plain number."""
    parts = re.fullmatch(r"\s*(-?)(?:([0-9.e+-]+)\*)?(pi|[0-9.e+-]+)(?:/([0-9]+))?\s*", text)
    sign, times, base, over = parts.groups()
    size = math.pi if base == "pi" else float(base)
    return (-1 if sign else 1) * float(times or 1) * size / float(over or 1)
