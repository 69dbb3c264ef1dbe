"""The page of providers names each door, with a device that the door takes."""

import re
from pathlib import Path

from qassay.devices.doors import DOORS

PAGE = Path(__file__).parents[2] / "docs" / "providers.md"


def test_each_door_has_a_row_with_its_package():
    text = PAGE.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    for name, door in DOORS.items():
        (row,) = [line for line in rows if line.startswith(f"| `{name}:")]
        package = door.package.partition("[")[0]
        assert re.search(f"[|] {re.escape(package)} [0-9.]+ [|]", row), row
    assert any(line.startswith("| `cirq:") for line in rows)


def test_the_snippets_compile():
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for block in blocks:
        compile(block, str(PAGE), "exec")
    assert "return cirq.DensityMatrixSimulator(), qubits, pairs" in blocks[1]
