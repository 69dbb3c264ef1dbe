"""Machines hundreds of times worse than claimed: no signal is left, and the claim is refuted."""

import pytest

from qassay import assay
from qassay.devices.catalog import device_of

MACHINE = """
[machine]
name = "hopeless-6"
platform = "trapped-ion"
qubits = 6
connectivity = "all-to-all"
seed = 3

[noise]
t1 = "10 ms"
t2 = "5 ms"
one_qubit_error = {one}
two_qubit_error = 0.2
readout_p01 = 0.01
readout_p10 = 0.02
"""
CLAIM = """
[sheet]
title = "Far from the truth"
vendor = "nobody"
machine = "hopeless-6"

[[claim]]
id = "claim"
metric = "{metric}"
{convention}
relation = "{relation}"
value = "{value}"
statistic = "{statistic}"
"""
GATE = 'convention = "average_gate_infidelity"'


# wrong with probability below exp(-20): the signal promised is tens of standard errors away
@pytest.mark.parametrize("statistic", [pytest.param("mean", marks=pytest.mark.slow), "every"])
@pytest.mark.parametrize(
    ("metric", "convention", "relation", "value", "one"),
    [
        ("t1", "", "at least", "2 s", 1e-3),
        ("t2_echo", "", "at least", "1 s", 1e-3),
        ("one_qubit_gate_error", GATE, "at most", "0.01 %", 0.03),
        ("two_qubit_gate_error", GATE, "at most", "0.5 %", 1e-3),
    ],
)
def test_a_hopeless_machine_is_refuted(
    tmp_path, metric, convention, relation, value, one, statistic
):
    machine, sheet = tmp_path / "machine.toml", tmp_path / "sheet.toml"
    machine.write_text(MACHINE.replace("{one}", str(one)), encoding="utf-8")
    sheet.write_text(
        CLAIM.format(
            metric=metric,
            convention=convention,
            relation=relation,
            value=value,
            statistic=statistic,
        ),
        encoding="utf-8",
    )
    result = assay.run(sheet, device_of(str(machine)), out=tmp_path / "out", seed=5)
    assert [verdict.outcome for verdict in result.verdicts] == ["refuted"]
