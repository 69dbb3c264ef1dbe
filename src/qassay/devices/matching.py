"""Pairs of a machine that can work side by side."""

from __future__ import annotations

from qassay.circuits.layouts import edge_colouring
from qassay.devices.description import DeviceDescription, Pair


def matching(device: DeviceDescription) -> tuple[Pair, ...]:
    """Give as many pairs as can work side by side; none where none are coupled."""
    if device.connectivity == "all-to-all":
        usable = device.usable
        return tuple(zip(usable[::2], usable[1::2], strict=False))
    return tuple(edge_colouring(device.pairs)[0]) if device.pairs else ()
