"""Of one target the mean, the median, the worst and the best are one figure."""

import pytest
from auditor import audit_further, audit_minimal

from qassay import assay
from qassay.assay.replaying import open_device

METRICS = {
    "t1": 'relation = "at least"\nvalue = "50 us"\nscope = {qubits = [3]}',
    "t2_echo": 'relation = "at least"\nvalue = "50 us"\nscope = {qubits = [3]}',
    "t2_star": 'relation = "at least"\nvalue = "20 us"\nscope = {qubits = [3]}',
    "one_qubit_gate_error": (
        'relation = "at most"\nvalue = "1e-3"\nscope = {qubits = [3]}\nconvention = "pauli_error"'
    ),
    "readout_error": 'relation = "at most"\nvalue = "1e-2"\nscope = {qubits = [3]}',
    "two_qubit_gate_error": (
        'relation = "at most"\nvalue = "1e-2"\nscope = {pairs = [[3, 4]]}\n'
        'convention = "average_gate_infidelity"'
    ),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Every metric claimed of one target, by each statistic; on a machine far from its claims."""
    folder = tmp_path_factory.mktemp("one")
    claims = [
        f'[[claim]]\nid = "{metric}_{statistic}"\nmetric = "{metric}"\n{text}\n'
        f'statistic = "{statistic}"\n'
        for metric, text in METRICS.items()
        for statistic in ("mean", "every", "best", "median")
    ]
    sheet = folder / "sheet.toml"
    sheet.write_text('[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n\n' + "\n".join(claims))
    return assay.run(sheet, open_device("virtual:willow-105"), out=folder / "run", seed=3)


@pytest.mark.parametrize("metric", METRICS)
def test_every_statistic_tells_the_same(run, metric):
    told = {v.claim: v for v in run.verdicts}
    every = told[f"{metric}_every"]
    for statistic in ("mean", "best", "median"):
        other = told[f"{metric}_{statistic}"]
        assert other.estimate.value == pytest.approx(every.estimate.value, rel=1e-9)
        assert other.estimate.low == pytest.approx(every.estimate.low, rel=1e-9)
        assert other.estimate.high == pytest.approx(every.estimate.high, rel=1e-9)
        assert other.outcome == every.outcome


@pytest.mark.parametrize(
    "kind",
    # The further one makes all checks of the other, which is asked alone in the slow tests.
    [pytest.param(audit_minimal.Audit, marks=pytest.mark.slow), audit_further.Further],
)
def test_the_second_auditors_agree(run, kind):
    report = audit_minimal.audit(run.bundle, kind=kind)
    assert report["valid"], report["failed"]
