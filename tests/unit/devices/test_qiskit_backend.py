"""Any Qiskit backend as a device."""

import json
import pickle
import sys

import numpy as np
import pytest

pytest.importorskip("qiskit_aer")

from qiskit.providers.fake_provider import GenericBackendV2

from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.devices import virtual_backend
from qassay.devices.catalog import device_of
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.qiskit_backend import QiskitDevice
from qassay.devices.qiskit_results import read_result
from qassay.errors import JobLostError, UnavailableError, UnsupportedCircuitError

BACKEND = "qiskit:qiskit.providers.fake_provider:GenericBackendV2"


def job_of(codes, shots=3, pairs=(), extra=()):
    codes = np.array(codes, dtype=np.uint8)
    family = CircuitFamily(codes.shape[2], codes.shape[0], (Pulses(codes, pairs), *extra))
    order = np.zeros(codes.shape[0], np.intp)
    return Job(id="j", families=(family,), order=order, shots=shots)


def test_description_from_the_target():
    said = QiskitDevice(
        GenericBackendV2(4, coupling_map=[[0, 1], [1, 0], [3, 1]], seed=1)
    ).describe()
    assert (said.qubits, said.connectivity, said.simulator) == (4, "listed", True)
    assert said.couplings == ((0, 1), (1, 3))
    assert said.durations.two_qubit_gate > said.durations.one_qubit_gate > 0
    assert said.platform == "other"
    assert QiskitDevice(GenericBackendV2(4, seed=1)).describe().connectivity == "all-to-all"


def test_large_jobs_are_split_and_put_together_again():
    from qassay.devices.qiskit_virtual import VirtualBackend

    class Small(VirtualBackend):
        max_circuits = 2

    machine = read_machine(b'[machine]\nname = "m"\nqubits = 2\n', "m.toml")
    device = QiskitDevice(Small(machine, gates="sx", errors=False, seed=1), canary=False)
    bits = np.array([[0, 1], [1, 0], [1, 1], [0, 0], [0, 1]])
    handle = device.submit(job_of(5 * bits[:, None, :]))
    assert len(json.loads(handle)["ids"]) == 3
    result = device.collect(handle)
    assert result.outcomes.tolist() == np.repeat(bits[:, None], 3, axis=1).tolist()


def test_circuits_are_verbatim_and_counted():
    def lose_the_last(circuits):
        for circuit in circuits:
            circuit.data = [x for x in circuit.data if x.operation.name != "cx"]
        return circuits

    device = QiskitDevice(GenericBackendV2(2, seed=1), canary=False, prepare=lose_the_last)
    with pytest.raises(UnsupportedCircuitError, match="0 two-qubit gates where 2 were asked for"):
        device.submit(job_of([[[1, 2], [3, 4]]], pairs=((0, 1),)))


def test_a_job_that_another_session_sent():
    first = QiskitDevice(virtual_backend("perfect-50"), canary=False)
    handle = first.submit(job_of(np.zeros((1, 1, 3))))
    second = QiskitDevice(virtual_backend("perfect-50"), canary=False)
    with pytest.raises(JobLostError, match="sent before a restart"):
        second.collect(handle)
    second.backend.retrieve_job = lambda key: first._jobs._jobs[key]
    assert second.collect(handle).outcomes.shape == (1, 3, 3)


def test_delays_reach_the_backend_in_its_clock():
    backend = GenericBackendV2(2, seed=1)
    device = QiskitDevice(backend, canary=False)
    job = job_of([[[5, 5]]], extra=(Delay(1.0001e-6),))
    assert "in the backend's clock" in device.collect(device.submit(job)).notes[-1]


def test_counts_without_memory_are_taken_and_noted():
    backend = virtual_backend("perfect-50")
    device = QiskitDevice(backend, canary=False)
    [circuit] = device.circuits(job_of([[[5, 0]]]))
    result = backend.run(circuit, shots=3).result()
    found, notes = read_result(result, [circuit.name], 3, 50)
    assert found[0, :, :2].tolist() == [[1, 0]] * 3
    assert "sorted order" in notes[0]


def test_opened_by_name_and_in_another_process(monkeypatch, tmp_path):
    (tmp_path / "my_machine.py").write_text(
        "from qassay.devices import virtual_backend\n"
        "def quiet():\n    return virtual_backend('perfect-50')\n"
        "loud = virtual_backend('perfect-50')\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for attribute in ("quiet", "loud"):
        device = device_of(f"qiskit:my_machine:{attribute}")
        assert device.describe().qubits == 50
        assert device.describe().name == f"qiskit:my_machine:{attribute}"
        assert pickle.loads(pickle.dumps(device)).describe() == device.describe()  # noqa: S301
    with pytest.raises(TypeError, match="opened by its name"):
        pickle.dumps(QiskitDevice(virtual_backend("perfect-50")))


@pytest.mark.parametrize("text", ["aer:ideal-3", BACKEND])
def test_a_missing_qiskit_is_one_sentence(monkeypatch, text):
    for module in [name for name in sys.modules if name.split(".")[0] in ("qiskit", "qiskit_aer")]:
        monkeypatch.delitem(sys.modules, module)
    for module in ("qiskit", "qiskit_aer"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UnavailableError, match="python3 dev.py setup --with qiskit"):
        device_of(text)
