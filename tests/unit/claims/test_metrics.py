"""The table of metrics is complete, and the page written from it is up to date."""

from pathlib import Path

import pytest

from qassay.claims.metric import CONVENTIONS
from qassay.claims.metrics import METRICS, metrics_as_markdown
from qassay.protocols.known import PROBLEMS, PROTOCOLS
from qassay.units import SCALES

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"
CONTRACT = {
    "qubits",
    "one_qubit_gate_error",
    "two_qubit_gate_error",
    "readout_error",
    "readout_error_0",
    "readout_error_1",
    "t1",
    "t2_star",
    "t2_echo",
    "layer_fidelity",
    "eplg",
    "ghz_fidelity",
    "mirror_polarization",
    "quantum_volume",
    "xeb_fidelity",
    "crosstalk",
    "leakage",
    "throughput",
}


def test_all_metrics_of_the_contract_are_there():
    assert set(METRICS) >= CONTRACT


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.id)
def test_a_row_is_complete(metric):
    assert METRICS[metric.id] is metric
    assert metric.dimension in SCALES
    assert metric.plain.endswith(".")
    assert metric.definition.endswith(".")
    assert "arXiv" in metric.reference or "doi" in metric.reference
    assert metric.protocol is None or metric.protocol in {*PROTOCOLS, *PROBLEMS}
    # what is passed or not, as a mark is, has no tolerance
    assert 0 <= metric.natural_delta < 1
    assert metric.natural_delta > 0 or metric.dimension == "count"
    assert set(metric.conventions) <= set(CONVENTIONS)


def test_gate_errors_need_a_convention():
    assert METRICS["one_qubit_gate_error"].conventions == CONVENTIONS
    assert METRICS["two_qubit_gate_error"].conventions == CONVENTIONS
    assert len(METRICS["eplg"].conventions) == 2


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == metrics_as_markdown(), (
        "write it anew: python -c 'from qassay.claims.metrics import metrics_as_markdown;"
        ' print(metrics_as_markdown(), end="")\' > docs/metrics.md'
    )
