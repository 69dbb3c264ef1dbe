"""Two sealed bundles to attack, one of a run and one of published counts."""

import json

import pytest

from qassay import assay
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.importing import import_counts

MACHINE = b"""
[machine]
name = "small-4"
platform = "superconducting"
qubits = 4
connectivity = "line"
seed = 5
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "200 ns"
readout = "1 us"
shot_overhead = "100 us"
[noise]
t1 = "20 ms"
one_qubit_error = 4e-3
two_qubit_error = 1e-2
readout_p01 = 0.01
readout_p10 = 0.02
"""
SHEET = """# Claims of a small machine.
[sheet]
title = "Small [/bold] machine"
vendor = "V"
machine = "small-4"
[[claim]]
id = "n"
metric = "qubits"
value = 4
[[claim]]
id = "t1"
metric = "t1"
value = "100 ms"
statistic = "every"
[[claim]]
id = "ro"
metric = "readout_error"
value = "5 %"
scope = {qubits = [0, 1, 3]}
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "6 %"
scope = {pairs = [[0, 1]]}
[[claim]]
id = "ghz"
metric = "xeb_fidelity"
value = 0.9
"""
PUBLISHED = """[sheet]
title = "Published"
vendor = "V"
machine = "ions"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.4 %"
[[claim]]
id = "spam"
metric = "readout_error"
value = "1 %"
"""


@pytest.fixture(scope="session")
def sealed(tmp_path_factory):
    """Paths of both bundles by kind; nobody may write to them."""
    folder = tmp_path_factory.mktemp("sealed")
    sheet = folder / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    device = VirtualMachine(read_machine(MACHINE, "m.toml"))
    run = assay.run(sheet, device, out=folder / "run", seed=1)
    counts = folder / "counts"
    counts.mkdir()
    survival = {
        pair: {
            length: {str(k): 100 - int(length) // 4 - (k * 3 + turn) % 4 for k in range(5)}
            for length in ("2", "20", "60")
        }
        for turn, pair in enumerate(("0, 1", "2, 3"))
    }
    spam = {str(q): {"0": 995, "1": 990 + q} for q in range(4)}
    (counts / "TQ_RB.json").write_text(json.dumps({"shots": 100, "survival": survival}))
    (counts / "SPAM.json").write_text(json.dumps({"shots": 1000, "survival": spam}))
    published = folder / "published.toml"
    published.write_text(PUBLISHED, encoding="utf-8")
    imported = import_counts("quantinuum", counts, published, out=folder / "import")
    return {"run": run.bundle, "import": imported.bundle}
