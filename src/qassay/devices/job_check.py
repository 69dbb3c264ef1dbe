"""What every device asks of a job before it takes it."""

from __future__ import annotations

import numpy as np

from qassay.circuits.circuit import Circuit
from qassay.circuits.family import Pulses
from qassay.circuits.gates import PULSES
from qassay.devices.interface import Job
from qassay.errors import UnsupportedCircuitError


def check_job(job: Job, qubits: int) -> int:
    """Refuse a job that no device can take.

    Args:
        job: The job.
        qubits: Of the device.

    Returns:
        The number of qubits of its circuits.

    Raises:
        UnsupportedCircuitError: Circuits of several widths or too wide, no shots, an unknown
            pulse, or an order that does not mention each circuit once.
    """
    widths = {family.qubits for family in job.families}
    if len(widths) > 1:
        raise UnsupportedCircuitError(f"circuits of {sorted(widths)} qubits in one job")
    width = max(widths, default=0)
    if width > qubits:
        raise UnsupportedCircuitError(f"a circuit on {width} qubits does not fit on {qubits}")
    if job.shots < 1:
        raise UnsupportedCircuitError(f"a job of {job.shots} shots has no meaning")
    for family in job.families:
        if isinstance(family, Circuit):
            continue  # checked when it was made, and nothing in it can be written to
        for run in family.elements:
            # A family checks its codes when it is made, but its arrays can be written to.
            if isinstance(run, Pulses) and run.codes.size and int(run.codes.max()) >= len(PULSES):
                raise UnsupportedCircuitError(f"unknown pulse code {int(run.codes.max())}")
    counted = np.bincount(np.maximum(job.order, -1) + 1, minlength=len(job.families) + 1)
    if counted.tolist() != [0, *(family.size for family in job.families)]:
        raise UnsupportedCircuitError(
            f"the order of job {job.id} does not mention each circuit of its families once"
        )
    return width
