"""How good a gate can be at best, given how long its qubits live.

A qubit that relaxes with T1 and dephases with T2 for a time t passes through a channel whose
Pauli transfer matrix has the diagonal (1, e^-t/T2, e^-t/T2, e^-t/T1), so its process fidelity
is F = (1 + e^-t/T1 + 2 e^-t/T2) / 4. Independent qubits multiply, and the average gate
infidelity is r = d / (d + 1) (1 - F) (Nielsen, Phys. Lett. A 303, 249 (2002),
arXiv:quant-ph/0205035). Written out, one qubit has r = 1/2 - e^-t/T1 / 6 - e^-t/T2 / 3. To
first order in t the limit holds for every gate, whatever it does meanwhile (Abad et al., PRL
129, 150504 (2022), arXiv:2110.15883).
"""

from __future__ import annotations

import math

Times = float | tuple[float, float]


def relaxation_process_fidelity(gate_time: float, t1: float, t2: float) -> float:
    """Give the process fidelity of waiting `gate_time` with T1 and T2, in seconds.

    `math.inf` stands for no decay. The caller sees to T2 <= 2 T1.
    """
    return (1.0 + math.exp(-gate_time / t1) + 2.0 * math.exp(-gate_time / t2)) / 4.0


def coherence_limit_1q(gate_time: float, t1: float, t2: float) -> float:
    """Give the least average gate infidelity of a one-qubit gate.

    Args:
        gate_time: Seconds.
        t1: Relaxation time in seconds; `math.inf` for none.
        t2: Coherence time in seconds, at most 2 T1.
    """
    return 2.0 / 3.0 * (1.0 - relaxation_process_fidelity(gate_time, t1, t2))


def coherence_limit_2q(gate_time: float, t1: Times, t2: Times) -> float:
    """Give the least average gate infidelity of a two-qubit gate.

    Args:
        gate_time: Seconds.
        t1: Relaxation time of both qubits, or one of each, in seconds.
        t2: Coherence time of both qubits, or one of each, in seconds.
    """
    t1_first, t1_second = t1 if isinstance(t1, tuple) else (t1, t1)
    t2_first, t2_second = t2 if isinstance(t2, tuple) else (t2, t2)
    fidelity = relaxation_process_fidelity(
        gate_time, t1_first, t2_first
    ) * relaxation_process_fidelity(gate_time, t1_second, t2_second)
    return 4.0 / 5.0 * (1.0 - fidelity)


def readout_decay(readout_time: float, t1: float) -> float:
    """Give the usual share of ones that read as zero because they decay during the readout.

    A decay in the first half of the window tips a plain average of the signal to the wrong
    side; cleverer filters do better, so this is a rule of thumb and no bound.
    """
    return -math.expm1(-readout_time / (2.0 * t1))
