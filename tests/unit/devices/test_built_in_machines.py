"""The machines that stand for real ones: sources, physics, and the published medians."""

import math
import re

import numpy as np
import pytest

from qassay.devices import answer_key
from qassay.devices.catalog import built_in_machines, load_machine, machine_text

# Published medians (or means, spread 0), with the spread that the machine file gives them.
PUBLISHED = {
    "heron-133": {
        "one": (2.71e-4, 0.61),
        "two": (4.19e-3, 0.50),
        "t1": (185e-6, 0.47),
        "t2": (141e-6, 0.64),
        "p10": (2.29e-2, 0.93),
    },
    "heron-156": {
        "one": (2.36e-4, 0.41),
        "two": (1.83e-3, 0.53),
        "t1": (283e-6, 0.32),
        "t2": (144e-6, 0.77),
        "p10": (1.15e-2, 0.75),
    },
    "willow-105": {
        "one": (2.70e-4, 0.52),
        "two": (2.75e-3, 0.49),
        "t1": (70.2e-6, 0.19),
        "p01": (3.72e-3, 0.40),
        "p10": (1.06e-2, 0.27),
    },
    "emerald-54": {"two": (3.01e-3, 0.5)},
    "forte-36": {"one": (2.0e-4, 0.3), "two": (4.64e-3, 0.3), "t1": (100.0, 0), "t2": (1.0, 0)},
    "h2-56": {"one": (2.9e-5, 0), "two": (1.28e-3, 0), "p01": (1.5e-3, 0), "p10": (1.5e-3, 0)},
    "msu-rb-50": {"one": (2e-3, 0.2), "two": (0.1, 0.2)},
}
STAND_FOR_NONE = {"perfect-50", "prototype-50"}


def truth(machine):
    readout = answer_key.readout_errors(machine)
    return {
        "one": answer_key.one_qubit_gate_error(machine),
        "two": answer_key.two_qubit_gate_error(machine, machine.description.pairs),
        "t1": answer_key.t1(machine),
        "t2": answer_key.t2_echo(machine),
        "p01": readout.p01,
        "p10": readout.p10,
    }


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_answer_key_has_the_published_medians(name):
    found = truth(load_machine(f"virtual:{name}"))
    for quantity, (median, spread) in PUBLISHED[name].items():
        values = found[quantity]
        # A sample median of n log-normal numbers scatters by 1.25 spread / sqrt(n).
        scatter = 1.2533 * spread / math.sqrt(values.size)
        assert abs(math.log(np.median(values) / median)) <= 4 * scatter + 1e-6, quantity


@pytest.mark.parametrize("name", sorted(set(built_in_machines()) - STAND_FOR_NONE))
def test_a_real_machine_names_its_sources(name):
    text = machine_text(name)
    assert re.search(r"https://|pkg:pypi/", text)
    assert re.search(r"20\d\d-\d\d", text)
    assert "assumed" in text  # nobody discloses everything


@pytest.mark.parametrize("name", built_in_machines())
def test_a_machine_is_physical(name):
    machine = load_machine(f"virtual:{name}")
    noise = machine.noise
    assert (noise.t2 <= 2 * noise.t1 * (1 + 1e-9)).all()
    assert (noise.t2_star <= noise.t2 * (1 + 1e-9)).all()
    assert noise.one_qubit_error.max(initial=0) < 0.5
    assert noise.two_qubit_error.max(initial=0) < 0.75
    assert max(noise.readout_p01.max(), noise.readout_p10.max()) < 0.5
    assert machine.summary


@pytest.mark.parametrize(
    ("name", "couplings", "degree"),
    [("heron-133", 150, 3), ("heron-156", 176, 3), ("willow-105", 182, 4), ("emerald-54", 90, 4)],
)
def test_couplings_are_the_chips(name, couplings, degree):
    described = load_machine(f"virtual:{name}").description
    ends = np.bincount(np.array(described.couplings).ravel(), minlength=described.qubits)
    assert len(described.couplings) == couplings
    assert ends.max() == degree
    assert ends.min() >= 1


def test_a_square_lattice_has_no_odd_ring():
    for name in ("willow-105", "emerald-54"):
        described = load_machine(f"virtual:{name}").description
        side = {0: 0}
        while len(side) < described.qubits:  # hangs if the lattice falls apart: pytest-timeout
            for a, b in described.couplings:
                for here, there in ((a, b), (b, a)):
                    if here in side:
                        assert side.setdefault(there, 1 - side[here]) == 1 - side[here]
