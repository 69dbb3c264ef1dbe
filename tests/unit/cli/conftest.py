"""The command line, called in this process: exit code, stdout, stderr."""

import sys

import pytest

from qassay.cli import main

SHEET = """[sheet]
title = "T"
vendor = "V"
machine = "small-5"
delta = 1.0
[[claim]]
id = "t1"
metric = "t1"
value = "10 ms"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "2 %"
scope = {pairs = [[0, 1]]}
"""
MACHINE = """[machine]
name = "small-5"
platform = "superconducting"
qubits = 5
connectivity = "line"
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "200 ns"
[noise]
t1 = "30 ms"
one_qubit_error = 2e-3
two_qubit_error = 1e-2
readout_p01 = 0.01
readout_p10 = 0.01
"""


@pytest.fixture
def qassay(monkeypatch, capsys, tmp_path):
    """Call `qassay ...` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["qassay", *map(str, words)])
        code = main()
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def sheet():
    return SHEET


@pytest.fixture
def machine():
    return MACHINE
