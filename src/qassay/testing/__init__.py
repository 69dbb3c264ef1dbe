"""For authors of devices: a suite that a device passes or fails, and devices that fail it."""

from qassay.testing.broken import FAULTS, BrokenDevice
from qassay.testing.device_conformance import ConformanceError, DeviceConformance
from qassay.testing.faulty_backend import BACKEND_FAULTS, FaultyBackend

__all__ = [
    "BACKEND_FAULTS",
    "FAULTS",
    "BrokenDevice",
    "ConformanceError",
    "DeviceConformance",
    "FaultyBackend",
]
