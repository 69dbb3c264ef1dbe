"""The estimator's model: what it is told of a machine, and a table that its makers published."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from qassay.cli import registry_security
from qassay.cli.main import cli
from qassay.registry.catalog import registered
from qassay.registry.codebreaking import attack_estimates
from qassay.registry.resource_model import (
    _modelled,
    model_version,
    modelled,
    qubit_parameters,
    stated_machine,
    usual_machine,
)

needs_model = pytest.mark.skipif(not model_version(), reason="without the extra `estimator`")


def test_what_was_published_is_told_and_what_was_not_is_named():
    heron = stated_machine(registered("ibm-heron-r2"))
    assert heron.like == "qubit_gate_ns_e3"
    assert heron.taken == ()
    told = qubit_parameters(heron)
    assert told["twoQubitGateTime"] == "68 ns"
    assert told["twoQubitGateErrorRate"] == pytest.approx(1.8277e-3, rel=1e-3)
    helios = stated_machine(registered("quantinuum-helios"))
    assert helios.like == "qubit_gate_us_e3"  # ions: nothing was published of its times
    assert helios.taken == ("one_qubit_time", "two_qubit_time", "readout_time")
    assert helios.times == usual_machine("qubit_gate_us_e3").times
    assert stated_machine(registered("fujitsu-riken-256")) is None


@needs_model
@pytest.mark.parametrize(
    ("like", "millions"), [("qubit_gate_ns_e3", 37.65), ("qubit_gate_us_e3", 37.38)]
)
def test_the_model_gives_what_its_makers_printed(like, millions):
    """Logical counts and table of the estimator's documentation, "Extract resource estimates from
    logical resource counts": 12 581 qubits, 3 731 607 428 CCZ; measurements, which only lengthen
    the program, are left out here.
    """
    attack = replace(attack_estimates()[0], logical=12_581, toffolis=3_731_607_428)
    found = _modelled(attack, usual_machine(like))
    assert found.qubits / 1e6 == pytest.approx(millions, rel=0.01)


@needs_model
def test_better_gates_ask_for_fewer_qubits_and_bad_ones_for_no_number():
    usual = usual_machine("qubit_gate_ns_e3")
    better = replace(usual, errors=(1e-4,) * 3)
    for one, two in zip(modelled(better), modelled(usual), strict=True):
        assert one.qubits < two.qubits
        assert one.seconds < two.seconds
    bad = replace(usual, errors=(1e-3, 2e-2, 1e-3))
    assert [one.qubits for one in modelled(bad)] == [None] * len(modelled(usual))


@needs_model
@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_figure_stands_beside_the_published_ones(language):
    done = CliRunner().invoke(
        cli, ["registry", "security", "ibm-heron-r2", "--lang", language], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert "arXiv:2211.07629" in done.output
    assert "qubit_gate_ns_e3" in done.output
    bad = CliRunner().invoke(cli, ["registry", "security", "ru-msu-rqc-rb-50"])
    assert "no number that the model knows" in " ".join(bad.output.split())


def test_without_the_package_the_way_to_it_is_told(monkeypatch):
    monkeypatch.setattr(registry_security, "model_version", str)
    done = CliRunner().invoke(cli, ["registry", "security", "ibm-heron-r2"], catch_exceptions=False)
    assert "qassay[estimator]" in done.output
    assert "2211.07629" not in done.output
