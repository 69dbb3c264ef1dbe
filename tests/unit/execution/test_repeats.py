"""A device on which a new circuit is dear: from the plan to the auditors."""

import json
import re

import numpy as np
import pytest
from auditor import audit_further, audit_minimal

from qassay import assay
from qassay.assay.replaying import open_device
from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.evidence.bundle import Bundle, open_bundle

MACHINE = """
[machine]
name = "dear-4"
qubits = 4
connectivity = "line"
seed = 3
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "100 ns"
readout = "1 us"
shot_overhead = "100 us"
circuit_overhead = "10 ms"
[noise]
t1 = "2 ms"
one_qubit_error = 2e-3
two_qubit_error = 8e-3
readout_p01 = 0.01
readout_p10 = 0.02
one_qubit_overrotation = "0.05 rad"
"""
SHEET = """[sheet]
title = "Dear circuits"
vendor = "V"
machine = "dear-4"
[[claim]]
id = "1q"
metric = "one_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.5 %"
statistic = "every"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "2 %"
scope = {pairs = [[0, 1]]}
[[claim]]
id = "pairs"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "2 %"
[[claim]]
id = "t1"
metric = "t1"
value = "1 ms"
statistic = "every"
[[claim]]
id = "ro"
metric = "readout_error"
value = "3 %"
"""


def run(folder, device=None):
    sheet = folder.parent / f"{folder.name}.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    device = device or VirtualMachine(read_machine(MACHINE.encode(), "dear.toml"))
    return assay.run(sheet, device, out=folder, seed=1)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return run(tmp_path_factory.mktemp("dear") / "out")


def test_all_is_settled_with_a_quarter_of_the_circuits(result, tmp_path):
    assert {v.outcome for v in result.verdicts} == {"supported"}
    plan = result.analysis.plan
    assert all((x.shots > 1) == (x.protocol != "readout") for x in plan.experiments)
    assert result.shots > 4 * result.circuits
    free = MACHINE.replace('circuit_overhead = "10 ms"\n', "")
    single = run(tmp_path / "free", VirtualMachine(read_machine(free.encode(), "free.toml")))
    assert single.shots == single.circuits
    assert result.circuits < single.circuits / 2
    dear = single.device_seconds + 0.01 * single.circuits  # single shots on the dear machine
    assert result.device_seconds < dear / 2


def test_shots_and_time_add_up(result):
    bundle = open_bundle(result.bundle)
    counts = [bundle.document(n) for n in bundle.files if n.endswith("/counts.json")]
    circuits = [bundle.document(n) for n in bundle.files if n.endswith("/circuits.json")]
    assert result.shots == sum(len(one["outcomes"]) for one in counts)
    assert result.circuits == sum(len(one["circuits"]) for one in circuits)
    assert sum(len(x["outcomes"]) // x["shots"] for x in counts) == result.circuits
    assert result.device_seconds == pytest.approx(sum(x["seconds"] for x in counts))
    assert result.device_seconds > 0.01 * result.circuits


def test_intervals_allow_for_the_luck_of_circuits(result):
    inside = []
    for name, truth in (("t1", 2e-3), ("one_qubit_gates", 2e-3 + 0.05**2 / 6)):
        for estimate in result.analysis.measured[name][0].estimates:
            assert re.search("scatter between circuits|shape of the decay", estimate.method)
            inside.append(estimate.low < truth < estimate.high)
    assert sum(inside) >= 6  # of 8 at 95 %: fewer has probability 0.006


def test_all_auditors_accept_it(result):
    assert audit_bundle(result.bundle).failure is None
    for kind in (audit_minimal.Audit, audit_further.Further):
        report = audit_minimal.audit(result.bundle, [], kind)
        assert report["valid"], report["failed"]


def forged(result, path, change, experiment="t1"):
    files = dict(open_bundle(result.bundle).files)
    begin = f"batches/{experiment}/"
    name = next(n for n in files if n.startswith(begin) and n.endswith("/counts.json"))
    document = json.loads(files[name])
    change(document)
    files[name] = canonical_bytes(document)
    Bundle(files).save(path)
    return path


FORGERIES = {
    "one shot less": lambda document: document["outcomes"].pop(),
    "shots of a circuit left out": lambda document: document.update(
        outcomes=document["outcomes"][: len(document["outcomes"]) // document["shots"]], shots=1
    ),
    "another number of shots": lambda document: document.update(shots=document["shots"] + 1),
    "shots of two circuits changed places": lambda document: document["outcomes"].reverse(),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_shots_are_refused_by_all(result, tmp_path, name):
    # Values of T1 over the shape of a decay are derived by qassay alone.
    experiment = "one_qubit_gates" if "places" in name else "t1"
    path = forged(result, tmp_path / "forged.zip", FORGERIES[name], experiment)
    assert audit_bundle(path).failure is not None
    for kind in (audit_minimal.Audit, audit_further.Further):
        assert not audit_minimal.audit(path, [], kind)["valid"]


class Breaking(VirtualMachine):
    """A machine whose program dies at the fourth job."""

    jobs = 0

    def submit(self, job):
        self.jobs += 1
        if self.jobs == 4:
            raise KeyboardInterrupt
        return super().submit(job)


def test_a_broken_run_goes_on_where_it_was(result, tmp_path):
    machine = read_machine(MACHINE.encode(), "dear.toml")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "out", Breaking(machine))
    again = run(tmp_path / "out")
    assert again.bundle.read_bytes() == result.bundle.read_bytes()


def test_it_can_be_replayed(result, tmp_path):
    device = open_device(f"replay:{result.bundle}")
    again = run(tmp_path / "again", device)
    assert [v.outcome for v in again.verdicts] == [v.outcome for v in result.verdicts]
    assert again.shots == result.shots


def test_a_device_that_takes_too_few_shots_is_lost_and_told(tmp_path):
    class Short(VirtualMachine):
        def collect(self, handle):
            found = super().collect(handle)
            if handle.startswith("t1/"):
                cut = np.ascontiguousarray(found.outcomes[:, :-1])
                return type(found)(job_id=found.job_id, outcomes=cut, seconds=found.seconds)
            return found

    made = run(tmp_path / "out", Short(read_machine(MACHINE.encode(), "dear.toml")))
    verdicts = {v.claim: v.outcome for v in made.verdicts}
    assert verdicts["t1"] == "not tested"
    assert verdicts["1q"] == "supported"
