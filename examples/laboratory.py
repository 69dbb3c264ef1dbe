"""A laboratory without any of our software: reads a job pack, runs its text, writes counts.

Nothing here imports qassay. The reader of OpenQASM 3 is forty lines of its own, and stim runs what
it has read with the errors of an imaginary machine, so the packs are known to say what they mean.

    python examples/laboratory.py round-01.zip counts.json
"""

import json
import math
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import stim

QUARTER_TURNS = {"0": 0, "pi/2": 1, "pi": 2, "3*pi/2": 3, "-pi/2": 3, "-pi": 2}
PULSES = {  # (angle, phase) of a pulse, in quarter turns
    (1, 0): "SQRT_X",
    (1, 1): "SQRT_Y",
    (1, 2): "SQRT_X_DAG",
    (1, 3): "SQRT_Y_DAG",
    (2, 0): "X",
    (2, 1): "Y",
}
ENTANGLERS = {"cz": "CZ", "rzz": "SQRT_ZZ"}
OTHERS = {"sx": "SQRT_X", "x": "X"}
TURNS = ("I", "S", "Z", "S_DAG")
LINE = re.compile(r"(\w+)(?:\(([^)]*)\))?(?:\[([^\]]*)\])? (.*);")


@dataclass(frozen=True)
class Errors:
    """What is wrong with the machine.

    Attributes:
        one: Probability of a depolarizing error after a pulse.
        two: After an entangling gate.
        readout: Probability that a bit is read wrong.
        t1: Seconds.
    """

    one: float = 0.0
    two: float = 0.0
    readout: float = 0.0
    t1: float = math.inf


def stim_circuit(text: str, errors: Errors) -> stim.Circuit:
    """Read a circuit of OpenQASM 3 in native gates, and add the machine's errors."""
    qubits, steps = 0, []
    for line in text.splitlines():
        if line.startswith("qubit["):
            qubits = int(line[6 : line.index("]")])
        match = LINE.fullmatch(line)
        if match is None or match[1] in ("OPENQASM", "include", "qubit", "bit", "barrier", "c"):
            continue
        name, values, inside, where = match.groups()
        turns = [QUARTER_TURNS[value.strip()] for value in values.split(",")] if values else []
        on = " ".join(re.findall(r"q\[(\d+)\]", where))
        if name == "rz":  # virtual: no time, no error
            steps.append(f"{TURNS[turns[0]]} {on}")
        elif name == "delay":
            steps += wait(float(inside.removesuffix("ns")) * 1e-9, qubits, errors.t1)
        elif name in ("cz", "rzz"):
            steps += [f"{ENTANGLERS[name]} {on}", f"DEPOLARIZE2({errors.two}) {on}"]
        else:
            pulse = PULSES[turns[0], turns[1]] if name == "prx" else OTHERS[name]
            steps += [f"{pulse} {on}", f"DEPOLARIZE1({errors.one}) {on}"]
    if "c = measure q;" not in text:
        raise ValueError("no measurement")
    steps.append(f"M({errors.readout}) {' '.join(map(str, range(qubits)))}")
    return stim.Circuit("\n".join(steps))


def wait(seconds: float, qubits: int, t1: float) -> list[str]:
    """Relax for a while: amplitude damping, twirled over the Paulis."""
    if not seconds or t1 == math.inf:
        return []
    left = math.exp(-seconds / t1)
    flip = (1 - left) / 4
    phase = max(0.0, (1 - math.sqrt(left)) / 2 - flip)
    return [f"PAULI_CHANNEL_1({flip}, {flip}, {phase}) {' '.join(map(str, range(qubits)))}"]


def run_pack(path: Path, errors: Errors, parts: tuple[int, ...] = (), seed: int = 1) -> dict:
    """Run a pack, or some of its parts, and give the document of counts."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        chosen = [
            part for number, part in enumerate(manifest["parts"], 1) if not parts or number in parts
        ]
        circuits = {}
        for one in (circuit for part in chosen for circuit in part["circuits"]):
            text = archive.read(f"circuits/{one['id']}.qasm").decode()
            sampler = stim_circuit(text, errors).compile_sampler(seed=seed)
            seed += 1
            outcomes = [
                "".join("01"[int(bit)] for bit in shot) for shot in sampler.sample(one["shots"])
            ]
            counts = {outcome: outcomes.count(outcome) for outcome in outcomes}
            circuits[one["id"]] = {"shots": one["shots"], "counts": counts}
    return {"qassay_counts": 1, "round": manifest["round"], "circuits": circuits, "seconds": 1}


if __name__ == "__main__":
    ERRORS = Errors(one=1e-3, two=1e-2, readout=0.01, t1=0.02)
    Path(sys.argv[2]).write_text(json.dumps(run_pack(Path(sys.argv[1]), ERRORS)), encoding="utf-8")
