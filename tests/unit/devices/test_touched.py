"""A claim on some qubits wakes no others: neither on a chip nor on a fake backend."""

import pytest

pytest.importorskip("qiskit_aer")

from qiskit.providers.fake_provider import GenericBackendV2
from tests.kit.cloud import SHEET as CLOUD_SHEET
from tests.kit.cloud import Cloud

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.devices.qiskit_backend import QiskitDevice
from qassay.devices.qiskit_description import is_simulator
from qassay.execution.runner import job_from
from qassay.planning.options import Options
from qassay.planning.schedule import cycle, cycles

LINE = [[0, 1], [1, 0], [1, 2], [2, 1], [2, 3], [3, 2], [3, 4], [4, 3]]
SHEET = """
[sheet]
title = "Some"
vendor = "v"
machine = "m"
[[claim]]
id = "readout"
metric = "readout_error"
value = "20 %"
{scope}
[[claim]]
id = "pair"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "20 %"
scope = {{pairs = [[1, 2]]}}
"""


@pytest.fixture
def some(tmp_path):
    def write(scope="scope = {qubits = [2, 1]}"):
        path = tmp_path / "sheet.toml"
        path.write_text(SHEET.format(scope=scope), encoding="utf-8")
        return path

    return write


def chip():
    return QiskitDevice(GenericBackendV2(5, coupling_map=LINE, seed=1), canary=False)


def test_circuits_drive_and_measure_what_is_claimed(some):
    device = chip()
    made = assay.plan(some(), device, seed=1)
    assert made.plan.device.left_alone == device.describe().left_alone == (0, 3, 4)
    for slot in cycle(made.plan, 0):
        for circuit in device.circuits(job_from(slot, 5, made.root)):
            touched = {circuit.find_bit(q).index for x in circuit.data for q in x.qubits}
            assert touched <= {1, 2}
            assert circuit.count_ops()["measure"] == 2


def test_all_is_never_narrowed(some):
    device = chip()
    made = assay.plan(some(scope=""), device, seed=1)
    assert made.plan.device.left_alone == device.describe().left_alone == ()
    assert "left_alone" not in made.plan.as_json()["device"]
    # and a device that was narrowed for one sheet is whole again for the next
    assay.plan(some(), device, seed=1)
    assert assay.plan(some(scope=""), device, seed=1).plan.id == made.plan.id


def test_a_run_on_some_qubits_says_so_and_is_audited(some, tmp_path):
    """In rounds: 2 waits of the queue at most, which the audit replays."""
    result = assay.run(
        some(), chip(), out=tmp_path / "run", seed=1, rounds=2, options=Options(budget_shots=600)
    )
    assert len(result.analysis.plan.rounds) == 2
    assert sum(result.analysis.plan.rounds) == cycles(result.analysis.plan)
    assert audit_bundle(result.bundle).failure is None
    assert all(verdict.shots for verdict in result.verdicts)
    page = result.datasheet.read_text()
    assert "only the 2 of 5 qubits that the claims need" in page.lower().replace("\n", " ")


def test_on_a_chip_the_others_are_not_measured(tmp_path, some):
    """The canary as well asks the claimed ones alone."""
    path = some(scope="scope = {qubits = [1, 2]}")
    path.write_text(path.read_text().split('[[claim]]\nid = "pair"')[0])
    cloud = Cloud(tmp_path / "cloud")
    result = assay.run(
        path, QiskitDevice(cloud), out=tmp_path / "run", seed=1, options=Options(budget_shots=60)
    )
    assert result.analysis.plan.device.left_alone == (0,)
    assert result.shots
    events = (tmp_path / "run" / "journal.jsonl").read_text()
    assert '"job":"canary"' in events


def test_a_machine_without_delays_is_told_before_anything_is_sent(tmp_path):
    """The rest of the sheet goes on."""
    path = tmp_path / "sheet.toml"
    path.write_text(CLOUD_SHEET, encoding="utf-8")
    cloud = Cloud(tmp_path / "cloud")
    cloud.inner._target._gate_map.pop("delay")
    made = assay.plan(path, QiskitDevice(cloud), seed=1)
    (one,) = made.plan.untested
    assert one.claim == "t1"
    assert "no delay" in one.reason
    assert [x.protocol for x in made.plan.experiments] == ["readout"]


@pytest.mark.parametrize(
    ("name", "simulator"),
    [
        ("ibm_torino", False),
        ("Aria 1", False),
        ("Simba", False),
        ("ionq.simulator", True),
        ("quantinuum.sim.h1-1e", True),
        ("SV1", True),
        ("IQMFakeAdonis", True),
        ("ideal", True),
    ],
)
def test_simulators_are_known_by_their_names(name, simulator):
    class Backend:
        pass

    backend = Backend()
    backend.name = name
    assert is_simulator(backend) is simulator
