"""A sampler of Cirq as a device: our layers as moments, native gates only, nothing compiled.

`cirq:simulator-N` is Cirq's own state vector on N qubits, `cirq:MODULE:ATTRIBUTE` whatever gives a
`cirq.Sampler` and its qubits. A sampler answers when it is asked and has no jobs that outlive the
program, so such a machine counts as one that computes here.
"""

from __future__ import annotations

import hashlib
import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from qassay.circuits.circuit import Circuit, Circuits
from qassay.circuits.family import Pulses
from qassay.circuits.gates import ANGLES, PHASES
from qassay.circuits.translate import active_pairs
from qassay.devices.description import DeviceDescription, Pair
from qassay.devices.interface import Job, JobResult
from qassay.devices.job_check import check_job
from qassay.errors import DeviceFileError, JobLostError, Problem, UnavailableError, quoted

_IDEAL: Final = re.compile(r"simulator-(\d{1,2})")
_MOST_QUBITS: Final = 24
_KEY: Final = "m"


class CirqDevice:
    """A device behind a `cirq.Sampler`."""

    computes_here = True

    def __init__(
        self, sampler: Any, qubits: Sequence[Any], *, name: str, pairs: Sequence[Pair] | None = None
    ) -> None:
        """Take a sampler.

        Args:
            sampler: A `cirq.Sampler`; None for a state vector of Cirq, seeded by each job.
            qubits: Its qubits, in our order.
            name: What it is called.
            pairs: Which of them can meet, by their places; None for all.
        """
        self._cirq = _needed(name)
        self._sampler, self._qubits = sampler, tuple(qubits)
        own = sampler is None or isinstance(sampler, self._cirq.SimulatorBase)
        self._description = DeviceDescription(
            name=name,
            platform="other",
            qubits=len(self._qubits),
            connectivity="all-to-all" if pairs is None else "listed",
            couplings=() if pairs is None else tuple(sorted((min(p), max(p)) for p in pairs)),
            simulator=own,
        )
        self._done: dict[str, JobResult] = {}

    def describe(self) -> DeviceDescription:
        """Say what the device is."""
        return self._description

    def submit(self, job: Job) -> str:
        """Run a job; gives its id.

        Raises:
            UnsupportedCircuitError: A circuit does not fit.
        """
        width = check_job(job, self._description.qubits)
        sampler = self._sampler or self._cirq.Simulator(seed=_seed(job))
        counters = [0] * len(job.families)
        outcomes = []
        for number in job.order.tolist():
            circuit = self.circuit(job.families[number], counters[number])
            counters[number] += 1
            found = sampler.run(circuit, repetitions=job.shots).measurements[_KEY]
            outcomes.append(np.asarray(found, dtype=np.uint8)[:, :width])
        self._done[job.id] = JobResult(job_id=job.id, outcomes=np.stack(outcomes))
        return job.id

    def collect(self, handle: str) -> JobResult:
        """Give the result of a job that this object has run.

        Raises:
            JobLostError: It has run none of that name.
        """
        if handle not in self._done:
            raise JobLostError(f"{self._description.name} has no job {handle[:80]}: it keeps none")
        return self._done[handle]

    def circuit(self, circuits: Circuits, index: int) -> Any:
        """Write one circuit: a moment for each layer of pulses, entanglers or waiting."""
        steps = self._free(circuits) if isinstance(circuits, Circuit) else self._of(circuits, index)
        moments = [self._cirq.Moment(step) for step in steps if step]
        return self._cirq.Circuit(*moments, self._cirq.measure(*self._qubits, key=_KEY))

    def _of(self, family: Any, index: int) -> Iterator[list[Any]]:
        for run in family.elements:
            if not isinstance(run, Pulses):
                yield [self._wait(range(family.qubits), run.seconds)]
                continue
            pairs = active_pairs(run, index)
            for layer in run.codes[index].tolist():
                yield [self._pulse(q, ANGLES[c], PHASES[c]) for q, c in enumerate(layer) if c]
                yield [self._cirq.CZ(self._qubits[a], self._qubits[b]) for a, b in pairs]

    def _free(self, circuit: Circuit) -> Iterator[list[Any]]:
        """Write a circuit of any angles, one gate a moment: its order is kept as it stands."""
        for gate in circuit.gates:
            on = [self._qubits[q] for q in gate.qubits]
            if gate.kind == "prx":
                yield [self._pulse(gate.qubits[0], gate.angle, gate.phase)]
            elif gate.kind == "rz":
                yield [self._cirq.rz(gate.angle)(*on)]
            elif gate.kind == "cz":
                yield [self._cirq.CZ(*on)]
            elif gate.kind == "zz":
                half = gate.angle / np.pi
                yield [self._cirq.ZZPowGate(exponent=half, global_shift=-0.5)(*on)]
            elif gate.kind == "delay":
                yield [self._wait(gate.qubits, gate.seconds)]

    def _pulse(self, qubit: int, angle: float, phase: float) -> Any:
        gate = self._cirq.PhasedXPowGate(
            phase_exponent=phase / np.pi, exponent=angle / np.pi, global_shift=-0.5
        )
        return gate(self._qubits[qubit])

    def _wait(self, qubits: Sequence[int], seconds: float) -> Any:
        return self._cirq.wait(*(self._qubits[q] for q in qubits), nanos=1e9 * seconds)


def open_cirq(rest: str) -> CirqDevice:
    """Open what stands behind `cirq:`.

    Args:
        rest: `simulator-N`, or MODULE:ATTRIBUTE, which gives (sampler, qubits) or (sampler, qubits,
            pairs) itself or when it is called. The current folder is searched as well.

    Raises:
        DeviceFileError: There is no such thing.
        UnavailableError: Cirq is not installed.
    """
    name = f"cirq:{rest}"
    expected = "cirq:simulator-N, or cirq:MODULE:ATTRIBUTE that gives (sampler, qubits[, pairs])"
    cirq = _needed(name)
    ideal = _IDEAL.fullmatch(rest)
    if ideal and 1 <= int(ideal[1]) <= _MOST_QUBITS:
        return CirqDevice(None, cirq.LineQubit.range(int(ideal[1])), name=name)
    module, _, attribute = rest.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        found: Any = getattr(importlib.import_module(module), attribute)
        found = found() if callable(found) else found
        sampler, qubits, *more = found
        pairs = more[0] if more else None
        if not isinstance(sampler, cirq.Sampler):
            raise TypeError(f"{type(sampler).__name__} is no cirq.Sampler")
        return CirqDevice(sampler, qubits, name=name, pairs=pairs)
    except Exception as error:  # whatever somebody's code raises
        said = f"{type(error).__name__}: {error}"
        raise DeviceFileError(
            Problem(where=f"device {name}", found=quoted(said, 200), expected=expected)
        ) from error


def _needed(name: str) -> Any:
    try:
        return importlib.import_module("cirq")
    except ImportError as error:
        raise UnavailableError(
            f"{name} needs cirq-core, which is not installed ({error}); pip install cirq-core"
        ) from error


def _seed(job: Job) -> int:
    digest = hashlib.sha256(f"cirq\n{job.id}\n{job.shots}".encode())
    digest.update(job.order.astype("<i8").tobytes())
    for family in job.families:
        digest.update("".join(family.circuit_ids()[:1]).encode())
    return int.from_bytes(digest.digest()[:4], "big") >> 1
