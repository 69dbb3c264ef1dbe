"""Qubits and couplings out of order are left out by name; each pair has the entangler it has."""

import numpy as np
import pytest

pytest.importorskip("qiskit_aer")

from qiskit.circuit import Delay, Measure, Parameter
from qiskit.circuit.library import CXGate, CZGate, ECRGate, RZGate, RZZGate, SXGate, XGate
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit.transpiler import InstructionProperties, Target

from qassay import assay
from qassay.claims import parse_claim_sheet
from qassay.devices.calibration import calibration_of
from qassay.devices.qiskit_backend import QiskitDevice
from qassay.devices.qiskit_description import describe
from qassay.devices.qiskit_gates import QiskitGates
from qassay.published.backend_sheet import sheet_of

LINE = [[0, 1], [1, 2], [2, 3], [3, 4]]


def backend(qubits=5, line=LINE):
    return GenericBackendV2(qubits, basis_gates=["sx", "x", "rz", "cz"], coupling_map=line, seed=1)


def cut(made, dead, names=("sx", "x", "rz", "cz", "measure")):
    """Take the gates of some qubits out of a backend's target."""
    old = made.target
    new = Target(num_qubits=old.num_qubits, dt=old.dt, qubit_properties=old.qubit_properties)
    for name in old.operation_names:
        places = old.qargs_for_operation_name(name)
        operation = old.operation_from_name(name)
        if places is None:
            new.add_instruction(operation, name=name)
        else:
            kept = {p: old[name][p] for p in places if name not in names or not set(p) & set(dead)}
            new.add_instruction(operation, kept, name=name)
    made._target = new
    return made


def with_error(made, name, qubits, error):
    known = made.target[name][qubits]
    duration = known.duration if known else None
    made.target.update_instruction_properties(
        name, qubits, InstructionProperties(duration=duration, error=error)
    )


# calibration


@pytest.mark.parametrize("qubit", [0, 2])
@pytest.mark.parametrize(
    ("gate", "error"), [("sx", 1.0), ("sx", 0.5), ("measure", 1.0), ("measure", 0.5)]
)
def test_a_qubit_whose_error_is_a_placeholder_is_left_out_by_name(gate, error, qubit):
    made = backend()
    with_error(made, gate, (qubit,), error)
    known = calibration_of(made)
    assert known.broken_qubits == (qubit,)
    assert all(qubit not in pair for pair in known.pairs)
    text = sheet_of(made)
    assert f"out of order and left out: qubit {qubit}" in text
    claims = {claim.id: claim for claim in parse_claim_sheet(text.encode()).claims}
    rest = tuple(q for q in range(5) if q != qubit)
    for name in ("t1", "t2", "readout", "1q"):
        assert claims[name].scope.qubits == rest
    own = made.target["sx"]
    mean = np.mean([own[(q,)].error for q in rest])
    assert claims["1q"].value == pytest.approx(mean, rel=1e-3)


@pytest.mark.parametrize("error", [None, float("nan"), 0.0, -1.0, float("inf")])
def test_an_error_that_stands_for_nothing_is_left_out_of_its_mean_alone(error):
    made = backend()
    with_error(made, "sx", (1,), error)
    claims = {claim.id: claim for claim in parse_claim_sheet(sheet_of(made).encode()).claims}
    assert claims["1q"].scope.qubits == (0, 2, 3, 4)
    assert claims["t1"].scope.everything
    assert len(claims["2q"].scope.pairs) == 4
    assert "not reported by qubit: sx of 1" in sheet_of(made)


@pytest.mark.parametrize("error", [None, float("nan"), 0.0])
def test_a_coupling_whose_error_stands_for_nothing_is_named(error):
    made = backend()
    with_error(made, "cz", (1, 2), error)
    text = sheet_of(made)
    claims = {claim.id: claim for claim in parse_claim_sheet(text.encode()).claims}
    assert (1, 2) not in claims["2q"].scope.pairs
    assert len(claims["2q"].scope.pairs) == 3
    assert "not reported by coupling: (1, 2)" in text


@pytest.mark.parametrize("time", [0.0, -1.0, None, float("nan"), float("inf")])
@pytest.mark.parametrize("key", ["t1", "t2"])
def test_a_time_that_stands_for_nothing_is_left_out_of_its_mean_alone(key, time):
    made = backend()
    properties = list(made.target.qubit_properties)
    setattr(properties[3], key, time)
    made.target.qubit_properties = properties
    claims = {claim.id: claim for claim in parse_claim_sheet(sheet_of(made).encode()).claims}
    assert claims[key].scope.qubits == (0, 1, 2, 4)
    assert claims["readout"].scope.everything


def test_all_out_of_order_leaves_what_is_left():
    made = backend()
    for qubit in range(5):
        with_error(made, "sx", (qubit,), 1.0)
    known = calibration_of(made)
    assert known.broken_qubits == (0, 1, 2, 3, 4)
    assert not known.pairs


def test_durations_that_stand_for_nothing_do_not_make_gates_instant():
    made = backend()
    for qubit in range(4):
        made.target.update_instruction_properties(
            "measure", (qubit,), InstructionProperties(duration=0.0, error=0.01)
        )
    said = QiskitDevice(made).describe()
    assert said.durations.readout == made.target["measure"][(4,)].duration > 0


# entanglers


def mixed_target(twos, qubits=4):
    made = Target(num_qubits=qubits, dt=1e-9)
    props = InstructionProperties
    for gate in (SXGate(), XGate()):
        made.add_instruction(gate, {(q,): props(3e-8, 3e-4) for q in range(qubits)})
    made.add_instruction(RZGate(Parameter("l")), {(q,): props(0, 0) for q in range(qubits)})
    for gate, places in twos:
        made.add_instruction(gate, {p: props(*known) for p, known in places.items()})
    made.add_instruction(Measure(), {(q,): props(1e-6, 1e-2) for q in range(qubits)})
    made.add_instruction(Delay(Parameter("t")), {(q,): None for q in range(qubits)})
    return made


class Made:
    name = "made"

    def __init__(self, target):
        self.target = target


RING = [
    (ECRGate(), {(0, 1): (3e-7, 0.01), (2, 3): (3e-7, 0.01)}),
    (CXGate(), {(1, 2): (5e-7, 0.2), (3, 0): (5e-7, 0.2)}),
]


def test_all_pairs_are_there_each_with_its_own_entangler():
    target = mixed_target(RING)
    gates = QiskitGates(target)
    said = describe(Made(target), target, gates, "made", None)
    assert said.pairs == ((0, 1), (0, 3), (1, 2), (2, 3))
    assert said.durations.two_qubit_gate == pytest.approx(4e-7)  # the median of both kinds
    assert {gates.entangler_on(p)[0].name for p in ((0, 1), (2, 3))} == {"ecr"}
    assert gates.entangler_on((0, 3)) == (gates.entangler_on((1, 2))[0], (3, 0))
    assert sum("on 2 pairs" in note for note in gates.notes) == 2
    known = calibration_of(Made(target))
    assert known.two_qubit == {(0, 1): 0.01, (2, 3): 0.01, (1, 2): 0.2, (0, 3): 0.2}
    assert known.entanglers == ("cx", "ecr")


def test_a_layer_of_two_kinds_of_entanglers_is_the_layer_of_cz():
    """Three layers of random pulses on the mixed ring have the unitary of pulses and CZ."""
    from qiskit.quantum_info import Operator

    from qassay.circuits.family import CircuitFamily, Pulses
    from qassay.devices.qiskit_circuits import CircuitWriter

    rng = np.random.default_rng(5)
    codes = rng.integers(1, 5, (6, 3, 4)).astype(np.uint8)
    family = CircuitFamily(4, 6, (Pulses(codes, ((0, 1), (2, 3))), Pulses(codes, ((0, 3), (1, 2)))))
    plain = mixed_target(
        [
            (
                CZGate(),
                {
                    (0, 1): (1e-7, 0.01),
                    (1, 2): (1e-7, 0.01),
                    (2, 3): (1e-7, 0.01),
                    (0, 3): (1e-7, 0.01),
                },
            )
        ]
    )
    for index in range(6):
        made = []
        for target in (mixed_target(RING), plain):
            circuit = CircuitWriter(QiskitGates(target), 4).write(family, index, "c")
            circuit.remove_final_measurements()
            made.append(np.abs(Operator(circuit).data) ** 2)
        # Turns about Z before the readout may differ, outcomes of every basis state may not.
        assert np.abs(made[0] - made[1]).max() < 1e-9


@pytest.mark.parametrize(
    ("cx", "rzz", "chosen"),
    [
        (0.005, 0.05, "cx"),
        (0.05, 0.005, "rzz"),
        (0.010, 0.012, "rzz"),
        (None, None, "rzz"),
    ],
)
def test_sheet_and_device_choose_the_same_of_two_on_the_same_pairs(cx, rzz, chosen):
    pairs = [(0, 1), (1, 2), (2, 3)]
    target = mixed_target(
        [
            (CXGate(), dict.fromkeys(pairs, (4e-07, cx))),
            (RZZGate(Parameter("a")), dict.fromkeys(pairs, (2e-07, rzz))),
        ]
    )
    assert {e.name for e in QiskitGates(target).entanglers} == {chosen}
    known = calibration_of(Made(target))
    if cx is not None:
        assert known.entanglers == (chosen,)
        assert set(known.two_qubit.values()) == {cx if chosen == "cx" else rzz}


# qubits out of order on the device

SHEET = b"""
[sheet]
title = "five"
vendor = "v"
machine = "m"
[[claim]]
id = "n"
metric = "qubits"
value = 4
[[claim]]
id = "ro"
metric = "readout_error"
value = "20 %"
[[claim]]
id = "two"
metric = "readout_error"
value = "20 %"
scope = [2]
[[claim]]
id = "pair"
metric = "two_qubit_gate_error"
convention = "unstated"
value = "20 %"
scope = [[1, 2]]
"""


@pytest.mark.parametrize("names", [("sx", "x", "rz", "cz"), ("measure", "cz"), ("sx", "measure")])
def test_a_qubit_without_gates_or_readout_is_named_and_the_others_are_tested(tmp_path, names):
    device = QiskitDevice(cut(backend(), {2}, names))
    said = device.describe()
    assert said.out_of_order == (2,)
    assert said.pairs == ((0, 1), (3, 4))
    (tmp_path / "s.toml").write_bytes(SHEET)
    result = assay.run(tmp_path / "s.toml", device, out=tmp_path / "out", seed=1)
    held = {verdict.claim: verdict for verdict in result.verdicts}
    assert held["n"].outcome == held["ro"].outcome == "supported"
    assert any("qubit 2 cannot be used" in reason for reason in held["ro"].reasons)
    for name in ("two", "pair"):
        assert held[name].outcome == "not tested"
        assert held[name].reasons == (
            "it speaks of qubit 2, out of order as the device says itself",
        )
    page = result.datasheet.read_text(encoding="utf-8")
    assert "qubit 2 cannot be used now" in " ".join(page.split())


def test_faulty_qubits_and_gates_of_a_provider_s_own_properties():
    class Gate:
        qubits = (3, 4)

    class Properties:
        def faulty_qubits(self):
            return [1]

        def faulty_gates(self):
            return [Gate()]

    made = backend()
    made.properties = Properties
    said = QiskitDevice(made).describe()
    assert (said.out_of_order, said.pairs_out_of_order) == ((1,), ((3, 4),))
    assert said.pairs == ((2, 3),)
    made.properties = lambda: 1 / 0
    assert QiskitDevice(made).describe().out_of_order == ()


def test_a_device_in_order_says_nothing_of_it():
    assert "out_of_order" not in QiskitDevice(backend()).describe().as_json()
