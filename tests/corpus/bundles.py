"""Whole bundles of the corpus: runs on small machines, of applications, and of published counts.

The software's versions are set to fixed words while they are made, and so is the digest of the
page's writer: a bundle then depends on the rules and on nothing else.
"""

import json
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from qassay import assay
from qassay.applying import application_run as applying
from qassay.applying import preparing
from qassay.assay.importing import import_counts
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.evidence.bundle import open_bundle
from qassay.planning.options import Options

from .sheets import _FAST, claim, machine, sheet

_VERSIONS = dict.fromkeys(("python", "numpy", "scipy", "datasheet"), "of the corpus")
_COHERENT = """[noise]
t1 = "150 us"
t2 = "100 us"
one_qubit_error = 2e-3
two_qubit_error = 2e-2
readout_p01 = 0.01
readout_p10 = 0.03
one_qubit_overrotation = "0.05 rad"
leakage = 2e-3
"""
_BAD = """[noise]
t1 = "60 us"
t2 = "20 us"
one_qubit_error = 1e-2
two_qubit_error = 6e-2
readout_p01 = 0.04
readout_p10 = 0.06
"""
_SMALL = {
    "three": machine("three", 3, "line"),
    "four": machine("four", 4, "line"),
    "coherent": machine("coherent", 4, "line", noise=_COHERENT),
    "bad": machine("bad", 3, "line", noise=_BAD),
    "dear": machine("dear", 2, "line", _FAST + 'circuit_overhead = "20 ms"\n'),
}
_TWO, _ONE = "two_qubit_gate_error", "one_qubit_gate_error"
_READ = "readout_error"
RUNS = {  # name: (machine, sheet, options)
    "times": (
        "three",
        sheet(
            claim("t1", "every", value='"60 us"'),
            claim("t2_echo", "median", value='"80 us"'),
            claim("t2_star", "mean", value='"50 us"', name="star"),
        ),
        {},
    ),
    "readout": (
        "four",
        sheet(
            claim("qubits", value="4"),
            claim(_READ, "every", value='"3 %"'),
            claim(_READ, name="mean", value='"2 %"'),
            claim("readout_error_1", "median", value='"1 %"'),
            claim("readout_error_0", "best", value='"2 %"'),
        ),
        {},
    ),
    "gates": (
        "four",
        sheet(
            claim(_ONE, value='"0.3 %"'),
            claim(_TWO, "every", value='"5 %"'),
            claim(_TWO, "mean", name="mean", value='"4 %"'),
            claim("layer_fidelity", value="0.75"),
            claim("eplg", value='"6 %"'),
            claim("leakage", value='"1 %"'),
        ),
        {},
    ),
    "registers": (
        "four",
        sheet(
            claim("ghz_fidelity", value="0.85"),
            claim("mirror_polarization", value="0.75"),
            claim("quantum_volume"),
        ),
        {},
    ),
    "crosstalk": (
        "four",
        sheet(
            claim("crosstalk", value='"1 %"', scope="{pairs = [[0, 1], [2, 3]]}"),
            claim(_TWO, value='"2 %"'),
        ),
        {"budget_shots": 4000},
    ),
    "alone": (
        "coherent",
        sheet(
            claim(_TWO, value='"6 %"', more="conditions = {simultaneous = false}\n"),
            claim(_READ, value='"1 %"'),
        ),
        {"rule": "guarded"},
    ),
    "false": (
        "bad",
        sheet(
            claim(_ONE, value='"0.2 %"'),
            claim(_TWO, value='"1 %"'),
            claim("t1", value='"500 us"'),
            claim(_READ, value='"1 %"'),
            claim("ghz_fidelity", value="0.9"),
        ),
        {"multiplicity": "family-wise"},
    ),
    "dear": (
        "dear",
        sheet(
            claim("t1", "every", value='"80 us"'),
            claim(_TWO, value='"4 %"'),
        ),
        {},
    ),
    "ratio": (
        "ratio",
        sheet(
            '[[claim]]\nid = "a"\nmetric = "approximation_ratio"\nvalue = 0.3\n'
            'conditions = {application = "grid-section", qubits = 8, depth = 1}\n'
        ),
        {},
    ),
}
_SMALL["ratio"] = machine("ratio", 8, "line")


def _run(name, folder):
    where, text, options = RUNS[name]
    (folder / "sheet.toml").write_text(text, encoding="utf-8")
    device = VirtualMachine(read_machine(_SMALL[where].encode(), "m.toml"))
    options = Options(**options)
    return assay.run(folder / "sheet.toml", device, out=folder / "run", seed=1, options=options)


def _applied(folder):
    device = VirtualMachine(read_machine(_SMALL["ratio"].encode(), "m.toml"))
    wish = preparing.Wish(
        application="unit-commitment", qubits=8, depths=(1,), shots=240, batches=20
    )
    return applying.apply(wish, device, out=folder / "run", seed=1, workers=1).run


def _imported(folder):
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
    for file, shots, table in (("TQ_RB", 100, survival), ("SPAM", 1000, spam)):
        document = json.dumps({"shots": shots, "survival": table})
        (counts / f"{file}.json").write_text(document, encoding="utf-8")
    text = sheet(claim(_TWO, value='"0.4 %"'), claim(_READ, value='"1 %"'), claim("t1"))
    (folder / "sheet.toml").write_text(text, encoding="utf-8")
    return import_counts("quantinuum", counts, folder / "sheet.toml", out=folder / "run")


BUNDLES = (*RUNS, "apply", "import")


def files_of(name):
    """Make a bundle and give its files, by name."""
    with TemporaryDirectory() as scratch, ExitStack() as fixed:
        versions = {"qassay": "of the corpus", **_VERSIONS}
        fixed.enter_context(mock.patch("qassay.assay.sealing.versions", return_value=versions))
        for module in ("assay", "assay.importing"):
            fixed.enter_context(mock.patch(f"qassay.{module}.SOFTWARE", "qassay of the corpus"))
        fixed.enter_context(mock.patch("qassay.applications.exact.time", perf_counter=lambda: 0.0))
        fixed.enter_context(mock.patch.dict("os.environ", SOURCE_DATE_EPOCH="1796000000"))
        folder = Path(scratch)
        made = {"apply": _applied, "import": _imported}.get(name)
        result = _run(name, folder) if made is None else made(folder)
        return dict(open_bundle(result.bundle).files)
