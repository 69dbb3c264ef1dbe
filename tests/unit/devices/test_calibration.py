"""Sheets from calibration data, and patches simulated group by group."""

import numpy as np
import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.errors import DeviceFileError, UnsupportedCircuitError

pytest.importorskip("qiskit_aer")

from qiskit import ClassicalRegister, QuantumCircuit
from qiskit.providers.fake_provider import GenericBackendV2

from qassay.devices.aer_channels import AerChannels, _chances, _groups, run_in_groups
from qassay.devices.calibration import calibration_of
from qassay.devices.qiskit_backend import QiskitDevice
from qassay.devices.qiskit_patch import patch_of
from qassay.published.backend_sheet import sheet_of


@pytest.fixture(scope="module")
def backend():
    return GenericBackendV2(
        6, basis_gates=["sx", "x", "rz", "cz"], coupling_map=[[q, q + 1] for q in range(5)], seed=4
    )


def test_a_sheet_says_what_the_target_reports(backend):
    sheet = parse_claim_sheet(sheet_of(backend, delta=0.5).encode())
    claims = {claim.id: claim for claim in sheet.claims}
    assert set(claims) == {"t1", "t2", "readout", "1q", "2q", "layers"}
    target = backend.target
    mean = np.mean([target["sx"][(q,)].error for q in range(6)])
    assert claims["1q"].value == pytest.approx(mean, rel=1e-3)
    assert claims["1q"].convention == "average_gate_infidelity"
    t1 = np.mean([p.t1 for p in target.qubit_properties])
    assert claims["t1"].value == pytest.approx(t1, rel=1e-3)
    assert claims["2q"].scope.pairs == tuple((q, q + 1) for q in range(5))
    assert all(claim.delta == 0.5 for claim in sheet.claims)


def test_couplings_out_of_order_are_left_out_by_name(backend):
    broken = patch_of(backend, range(6))
    properties = broken.target["cz"][2, 3]
    properties.error = 1.0
    known = calibration_of(broken)
    assert known.broken == ((2, 3),)
    assert (2, 3) not in known.pairs
    assert "[(2, 3)]" in sheet_of(broken)
    properties.error = 0.01


def test_a_target_without_calibration_makes_no_sheet():
    silent = GenericBackendV2(2, noise_info=False)
    with pytest.raises(DeviceFileError, match="without errors and times"):
        sheet_of(silent)


def test_a_patch_is_numbered_anew_and_keeps_its_calibration(backend):
    patch = patch_of(backend, [4, 3, 2])
    assert patch.num_qubits == 3
    assert patch.target["sx"][(0,)].error == backend.target["sx"][(4,)].error
    assert set(patch.target["cz"]) <= {(0, 1), (1, 0), (1, 2), (2, 1)}
    assert QiskitDevice(patch).describe().pairs == ((0, 1), (1, 2))


@pytest.mark.parametrize("qubits", [[], [0, 0], [5, 6]])
def test_a_patch_of_what_is_not_there_is_refused(backend, qubits):
    with pytest.raises(UnsupportedCircuitError, match="expected different qubits"):
        patch_of(backend, qubits)


def test_groups_have_the_density_matrices_of_aer(backend):
    """A chain of three, a pair and a lone qubit, with delays: every chance as Aer's."""
    from qiskit_aer import AerSimulator

    patch = patch_of(backend, range(6))
    generator = np.random.default_rng(3)
    circuit = QuantumCircuit(6, name="c")
    for _ in range(12):
        for q in range(6):
            circuit.rz(float(generator.uniform(-3, 3)), q)
            circuit.sx(q)
        circuit.x(5)
        circuit.delay(3e-6, 5, "s")
        circuit.delay(2e-6, 1, "s")
        circuit.cz(0, 1)
        circuit.barrier()
        circuit.cz(1, 2)
        circuit.cz(4, 3)
    read = circuit.copy()
    read.add_register(ClassicalRegister(6))
    read.measure(range(6), range(6))
    channels = AerChannels(lambda some: patch_of(patch, some).noise_model())
    circuit.save_probabilities()
    simulator = AerSimulator(method="density_matrix", noise_model=patch.noise_model())
    expected = simulator.run(circuit).result().data(0)["probabilities"].reshape((2,) * 6)
    whole = expected.transpose(range(5, -1, -1))  # an axis a qubit, from 0
    sizes = []
    for qubits, operations, _ in _groups(read):
        found = _chances(channels, qubits, operations)
        others = tuple(q for q in range(6) if q not in qubits)
        assert np.abs(found - whole.sum(axis=others)).max() < 1e-12
        sizes.append(len(qubits))
    assert sorted(sizes) == [1, 2, 3]


def test_bits_are_read_as_aer_reads_them(backend):
    """Bits of two Bell pairs and a lone qubit, in another order.

    4096 shots each; five bits and two parities, so 14 numbers beyond 5.5 standard errors: 5e-7.
    """
    from qiskit_aer import AerSimulator

    patch = patch_of(backend, range(5))
    circuit = QuantumCircuit(5, 5, name="c")
    for a, b in ((0, 1), (3, 4)):
        circuit.sx(a)
        circuit.rz(np.pi / 2, a)
        circuit.cz(a, b)
        circuit.sx(b)
    circuit.x(2)
    circuit.barrier()
    circuit.measure(range(5), [1, 0, 2, 4, 3])
    simulator = AerSimulator(method="density_matrix", noise_model=patch.noise_model())
    whole = simulator.run(circuit, shots=4096, memory=True, seed_simulator=1).result()
    parts = patch.run([circuit], shots=4096, seed_simulator=2).result()
    found = [
        np.array([[int(entry, 16) >> q & 1 for q in range(5)] for entry in memory])
        for memory in (whole.results[0].data.memory, parts.results[0].data.memory)
    ]
    for select in ([0], [1], [2], [3], [4], [0, 1], [3, 4]):
        means = [(bits[:, select].sum(axis=1) % 2).mean() for bits in found]
        assert abs(means[0] - means[1]) < 5.5 * (0.5 / 4096) ** 0.5


def test_a_gate_behind_a_measurement_is_refused(backend):
    circuit = QuantumCircuit(1, 1)
    circuit.measure(0, 0)
    circuit.x(0)
    with pytest.raises(UnsupportedCircuitError, match="only measurements at the end"):
        patch_of(backend, [0]).run([circuit], shots=1)


def test_too_many_qubits_together_are_refused(backend):
    circuit = QuantumCircuit(12, 12, name="long")
    for q in range(11):
        circuit.cz(q, q + 1)
    with pytest.raises(UnsupportedCircuitError, match="12 qubits hang together"):
        run_in_groups(None, [circuit], 1, None)
