"""The shipped conformance suite over our devices, and over devices broken on purpose."""

import numpy as np
import pytest

from qassay.devices.catalog import device_of
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import DeviceError
from qassay.testing import (
    BACKEND_FAULTS,
    FAULTS,
    BrokenDevice,
    ConformanceError,
    DeviceConformance,
    FaultyBackend,
)
from qassay.testing.device_conformance import SERVICE_FAULTS, failures

SMALL = b"""
[machine]
name = "small"
qubits = 4
connectivity = "line"
seed = 3
[durations]
one_qubit_gate = "50 ns"
two_qubit_gate = "200 ns"
[noise]
t1 = "50 us"
one_qubit_error = 2e-3
two_qubit_error = 2e-2
readout_p01 = 0.02
readout_p10 = 0.04
"""


def small():
    return VirtualMachine(read_machine(SMALL, "small.toml"))


class TestVirtualMachine(DeviceConformance):
    def open_device(self):
        return small()


class TestWideVirtualMachine(DeviceConformance):
    def open_device(self):
        return device_of("virtual:heron-156")

    DEAD_QUBITS = 5


class TestIdealAer(DeviceConformance):
    def open_device(self):
        pytest.importorskip("qiskit_aer")
        return device_of("aer:ideal-6")


class TestNoisyAer(DeviceConformance):
    def open_device(self):
        pytest.importorskip("qiskit_aer")
        from qassay.devices.aer import noisy_aer

        return noisy_aer(read_machine(SMALL, "small.toml"))


def generic(**settings):
    pytest.importorskip("qiskit_aer")
    from qiskit.providers.fake_provider import GenericBackendV2

    # Five qubits in a line that is not in the order of their numbers; cx in one direction.
    return GenericBackendV2(5, coupling_map=[[0, 2], [2, 4], [4, 1], [1, 3]], seed=7, **settings)


class TestQiskitBackend(DeviceConformance):
    def open_device(self):
        from qassay.devices.qiskit_backend import QiskitDevice

        return QiskitDevice(generic())

    def faulty_device(self, fault):
        from qassay.devices.qiskit_backend import QiskitDevice

        backend = FaultyBackend(generic(), fault)
        return QiskitDevice(backend, timeout_seconds=0.2, canary=False)


class TestQiskitBackendInR(DeviceConformance):
    def open_device(self):
        from qassay.devices.qiskit_backend import QiskitDevice

        return QiskitDevice(generic(basis_gates=["r", "cz", "id"]))


class TestOurOwnBackend(DeviceConformance):
    def open_device(self):
        pytest.importorskip("qiskit")
        from qassay.devices import virtual_backend
        from qassay.devices.qiskit_backend import QiskitDevice

        return QiskitDevice(virtual_backend(read_machine(SMALL, "small.toml")))


class TestSampler(DeviceConformance):
    def open_device(self):
        pytest.importorskip("qiskit")
        from qiskit.primitives import BackendSamplerV2

        from qassay.devices import virtual_backend
        from qassay.devices.qiskit_backend import QiskitDevice

        backend = virtual_backend(read_machine(SMALL, "small.toml"))
        return QiskitDevice(backend, sampler=BackendSamplerV2(backend=backend))


def test_a_good_device_has_no_failures():
    assert failures(small) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_the_suite_catches(fault):
    patience = 0.1 if fault == "hangs" else 0.5  # it hangs longer than anybody waits
    said = failures(lambda: BrokenDevice(small(), fault), SECONDS_AT_MOST=patience)
    assert said, f"a device with {fault} passed"
    assert all("Error" in sentence for sentence in said)


def test_every_fault_of_a_service_is_exercised():
    assert set(SERVICE_FAULTS) <= set(BACKEND_FAULTS)


def test_the_suite_catches_an_adapter_that_lets_faults_through():
    class Careless(TestQiskitBackend):
        def faulty_device(self, fault):
            return small()

    with pytest.raises(ConformanceError, match="found an answer"):
        Careless().test_faults_of_the_service()


def test_the_canary_hears_reversed_bits():
    from qassay.devices.qiskit_backend import QiskitDevice, heard

    device = QiskitDevice(FaultyBackend(generic(), "reversed"))
    suite = TestVirtualMachine()
    suite.open_device = lambda: device
    with pytest.raises(DeviceError, match="they come in reverse"):
        suite.test_shots_add_up()
    asked = np.array([[1, 0, 1], [0, 1, 1]], dtype=np.uint8)
    assert "3 of 3" in heard(asked, np.repeat(asked[:, None], 5, axis=1), "x")
