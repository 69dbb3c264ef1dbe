"""A device of another package: a ring of so many qubits, `example:5`."""

from __future__ import annotations

from qassay.devices.interface import Device
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import DeviceFileError, Problem

_TEXT = """
[machine]
name = "example ring"
platform = "other"
qubits = {qubits}
connectivity = "ring"
seed = 1
[durations]
one_qubit_gate = "10 us"
two_qubit_gate = "100 us"
readout = "100 us"
shot_overhead = "1 ms"
[noise]
one_qubit_error = 1e-3
two_qubit_error = 1e-2
readout_p01 = 0.01
readout_p10 = 0.01
"""


def open_device(rest: str) -> Device:
    """Open the ring.

    Raises:
        DeviceFileError: `rest` is no number of qubits.
    """
    if not rest.isdecimal() or not 3 <= int(rest) <= 20:
        raise DeviceFileError(
            Problem(where="device", found=f"example:{rest}", expected="example:3 to example:20")
        )
    text = _TEXT.format(qubits=rest)
    return VirtualMachine(read_machine(text.encode(), "ring.toml", f"example:{rest}"))
