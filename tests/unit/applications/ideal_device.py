"""A device that answers from the exact distribution, its state computed gate by gate."""

import math

import numpy as np

from qassay.devices.description import DeviceDescription, Durations
from qassay.devices.interface import JobResult
from qassay.errors import JobLostError, UnsupportedCircuitError
from qassay.randomness import Stream


def state_of(circuit):
    n = circuit.qubits
    state = np.zeros(2**n, dtype=complex)
    state[0] = 1
    for gate in circuit.gates:
        if gate.kind in ("prx", "rz"):
            view = state.reshape(-1, 2, 2 ** gate.qubits[0])
            c, s = math.cos(gate.angle / 2), math.sin(gate.angle / 2)
            zero, one = view[:, 0].copy(), view[:, 1].copy()
            if gate.kind == "rz":
                view[:, 0], view[:, 1] = (c - 1j * s) * zero, (c + 1j * s) * one
            else:
                e = complex(math.cos(gate.phase), math.sin(gate.phase))
                view[:, 0] = c * zero - 1j * s * e.conjugate() * one
                view[:, 1] = -1j * s * e * zero + c * one
        else:
            i, j = sorted(gate.qubits)
            view = state.reshape(-1, 2, 2 ** (j - i - 1), 2, 2**i)
            if gate.kind == "cz":
                view[:, 1, :, 1] *= -1
            else:
                same = complex(math.cos(gate.angle / 2), -math.sin(gate.angle / 2))
                view[:, 0, :, 0] *= same
                view[:, 1, :, 1] *= same
                view[:, 0, :, 1] *= same.conjugate()
                view[:, 1, :, 0] *= same.conjugate()
    return state


class IdealDevice:
    """Samples of the exact state, or of coin tossing; it can lose jobs and refuse circuits."""

    computes_here = True

    def __init__(self, qubits, couplings=(), *, coin=False, lost=(), most_gates=10**9):
        self.qubits, self.couplings, self.coin = qubits, couplings, coin
        self.lost, self.most_gates = set(lost), most_gates
        self.results, self.submitted = {}, []

    def describe(self):
        return DeviceDescription(
            name="ideal",
            platform="other",
            qubits=self.qubits,
            connectivity="listed" if self.couplings else "all-to-all",
            couplings=tuple(self.couplings),
            simulator=True,
            durations=Durations(one_qubit_gate=1e-5, two_qubit_gate=2e-4, shot_overhead=5e-3),
        )

    def submit(self, job):
        (circuit,) = job.families
        if circuit.two_qubit_gates() > self.most_gates:
            raise UnsupportedCircuitError("too many gates for this simulator")
        if self.couplings:
            assert set(circuit.pairs) <= set(self.couplings)
        self.submitted.append(job.id)
        if job.id in self.lost:
            raise JobLostError(f"{job.id} is lost")
        seed = int.from_bytes(
            Stream(bytes(32), job.id + circuit.circuit_ids()[0]).take(8).tobytes()
        )
        generator = np.random.default_rng(seed)
        chance = np.abs(state_of(circuit)) ** 2
        if self.coin:
            chance = np.full(chance.size, 1 / chance.size)
        drawn = generator.choice(chance.size, size=job.shots, p=chance / chance.sum())
        bits = (drawn[:, None] >> np.arange(self.qubits) & 1).astype(np.uint8)
        self.results[job.id] = JobResult(job_id=job.id, outcomes=bits[None], seconds=0.1)
        return job.id

    def collect(self, handle):
        return self.results[handle]
