"""Published figures beside published estimates: the arithmetic, by hand."""

import math
from dataclasses import replace

import pytest

from qassay.cli.registry_security import distance_words, instead_words, sober_words
from qassay.registry.catalog import registered
from qassay.registry.codebreaking import (
    attack_estimates,
    distances,
    gate_reach,
    within_reach,
)


def test_every_estimate_is_cited_and_of_one_of_two_keys():
    for one in attack_estimates():
        assert one.reference.startswith("arXiv:")
        assert one.target in ("rsa-2048", "p-256")
        assert one.assumes
    assert {one.target for one in attack_estimates()} == {"rsa-2048", "p-256"}


def test_the_prototype_has_too_few_qubits_that_err_too_often():
    rows = {one.estimate.reference: one for one in distances(registered("ru-msu-rqc-rb-50"))}
    million = rows["arXiv:2505.15917"]
    assert million.qubits_times == 20_000  # a million over fifty
    assert million.error_times == pytest.approx(100)  # 10 % over 0.1 %
    plain = distance_words(million).replace("\u202f", " ")
    assert plain == "20 000 times too few qubits; gates err 100 times too often"


def test_without_a_published_error_nothing_is_said_of_gates():
    machine = registered("fujitsu-riken-256")
    assert all(one.error_times is None for one in distances(machine))
    assert "unknown" in distance_words(distances(machine)[0])
    assert instead_words(machine)[0].startswith("cannot be said")
    none = replace(machine, figures=())
    assert distance_words(distances(none)[0]).startswith("cannot be said")


def test_half_of_the_signal_is_left_after_so_many_gates():
    gates = gate_reach(registered("ru-msu-rqc-rb-50")).gates
    assert gates == math.floor(math.log(2) / -math.log(1 - 0.125)) == 5
    helios = gate_reach(registered("quantinuum-helios")).gates
    assert (1 - 1.25 * 7.9e-4) ** helios == pytest.approx(0.5, abs=1e-3)


def test_what_it_could_run_fits_into_qubits_and_gates():
    machine = registered("quantinuum-helios")
    gates = gate_reach(machine).gates
    rows = within_reach(machine)
    assert {row[0] for row in rows} >= {"grid-section", "unit-commitment", "docking-clique"}
    for _, _, qubits, needed in rows:
        assert qubits <= machine.qubits
        assert needed <= gates
    assert within_reach(registered("ru-msu-rqc-rb-50")) == ()


def test_no_machine_of_the_registry_breaks_a_key():
    said = sober_words(registered("ibm-heron-r2"))
    assert said[0].startswith("By none of these estimates")
