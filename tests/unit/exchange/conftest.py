"""A small plan in rounds, its seed, and the laboratory of the examples."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from qassay.assay import request_for
from qassay.exchange.description_file import read_description
from qassay.planning.schedule import cycles, doubling_rounds

# Limits far from the claims, so that rounds are small.
MANY = b"""
[sheet]
title = "Small"
vendor = "V"
machine = "small-4"
[[claim]]
id = "t1"
metric = "t1"
value = "25 ms"
delta = 1.0
statistic = "every"
[[claim]]
id = "ro"
metric = "readout_error"
value = "1.3 %"
delta = 1.0
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "10 %"
delta = 1.0
scope = {pairs = [[0, 1]]}
"""
SHEET = MANY.partition(b'[[claim]]\nid = "2q"')[0]  # without the long circuits
DEVICE = """
[device]
name = "small-4"
platform = "superconducting"
qubits = 4
connectivity = "line"
[durations]
one_qubit_gate = "30 ns"
readout = "1 us"
"""


def example(name):
    """Import a script of examples/."""
    path = Path(__file__).parents[3] / "examples" / f"{name}.py"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def laboratory():
    return example("laboratory")


@pytest.fixture(scope="session")
def planned():
    """Plan, seed, gates, sheet and description of a small campaign."""
    device, gates = read_description(DEVICE.encode(), "device.toml")
    request = request_for(Path("sheet.toml"), device, seed=1, sheet=MANY)
    plan = replace(request.plan, rounds=doubling_rounds(cycles(request.plan), 4))
    return SimpleNamespace(
        plan=plan, root=request.root, gates=gates, sheet=MANY, description=DEVICE
    )
