"""Doors by the makers' names: what is there, what ran, how long, and what the page calls it.

    python benchmarks/providers.py aqt:ideal ibm:fake_manila cirq:simulator-3 [--shots 300]

Makers' packages pin versions of Qiskit that contradict one another, so each is tried in an
environment of its own: `pip install qassay PACKAGE`. Needs no network.
"""

import argparse
import importlib.metadata
import sys
import tempfile
import time
import warnings
from pathlib import Path

# A file of this folder is called `coverage`, which makers' packages import.
sys.path = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
PACKAGES = {
    "ibm": "qiskit-ibm-runtime",
    "ionq": "qiskit-ionq",
    "iqm": "iqm-client",
    "aqt": "qiskit-aqt-provider",
    "braket": "qiskit-braket-provider",
    "azure": "azure-quantum",
    "cirq": "cirq-core",
    "aer": "qiskit-aer",
}
SHEET = """[sheet]
title = "Two qubits"
vendor = "nobody"
machine = "{name}"
[[claim]]
id = "readout"
metric = "readout_error"
value = "5 %"
scope = {{qubits = [{a}, {b}]}}
[[claim]]
id = "pair"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "2 %"
scope = {{pairs = [[{a}, {b}]]}}
"""


def played(text, shots):
    """Run a small sheet on a device; gives the line that says how it went."""
    from qassay import assay
    from qassay.devices.catalog import device_of
    from qassay.devices.interface import computes_here
    from qassay.planning.options import Options

    package = PACKAGES[text.partition(":")[0]]
    version = f"{package} {importlib.metadata.version(package)}"
    begun = time.process_time()
    device = device_of(text)
    described = device.describe()
    a, b = (described.pairs or ((0, 1),))[0]
    head = (
        f"{text:26} {version:30} {described.qubits:3} qubits"
        f" {'SIMULATOR' if described.simulator else 'not known to be a simulator':10}"
        f" {'here' if computes_here(device) else 'queue':5}"
        f" {'no ' + described.lacks[0] if described.lacks else '':8}"
    )
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "sheet.toml"
        sheet.write_text(SHEET.format(name=text, a=a, b=b), encoding="utf-8")
        result = assay.run(
            sheet, device, out=Path(folder) / "run", seed=1, options=Options(budget_shots=shots)
        )
        named = "<title>Simulation: " in result.datasheet.read_text(encoding="utf-8")
    outcomes = ", ".join(f"{v.claim} {v.outcome}" for v in result.verdicts)
    seconds = time.process_time() - begun
    page = "the page says Simulation" if named else "the page calls it no simulation"
    return f"{head} {result.shots:5} shots, {seconds:5.1f} CPU s: {outcomes}; {page}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("devices", nargs="+", metavar="DEVICE")
    parser.add_argument("--shots", type=int, default=300)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    from qassay.errors import QassayError

    for text in given.devices:
        try:
            print(played(text, given.shots), flush=True)
        except QassayError as error:
            print(f"{text:26} {type(error).__name__}: {str(error)[:200]}", flush=True)


if __name__ == "__main__":
    main()
