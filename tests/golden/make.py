"""Make the golden bundles of a new format or a new version of the judge.

    python tests/golden/make.py

Once released, a golden bundle is never made again: an auditor of the future has to read it. Until
then a change of the judge makes new ones. The campaign's keys are those of `roles.json`.
"""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from qassay.evidence.bundle import CAMPAIGN_FORMAT, FORMAT
from qassay.evidence.signing import sign_bundle

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))  # what it loads of the tests is found from there
EXCHANGE_SHEET = """[sheet]
title = "Three qubits by mail"
vendor = "V"
machine = "small-3"
[[claim]]
id = "r"
metric = "readout_error"
value = "2 %"
"""
EXCHANGE_DEVICE = """[device]
name = "small-3"
platform = "other"
qubits = 3
connectivity = "line"
"""
REPEATED_MACHINE = """[machine]
name = "small-2"
qubits = 2
connectivity = "line"
seed = 1
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "100 ns"
readout = "1 us"
shot_overhead = "100 us"
circuit_overhead = "10 ms"
[noise]
t1 = "1 ms"
one_qubit_error = 4e-3
two_qubit_error = 2e-2
readout_p01 = 0.01
readout_p10 = 0.01
one_qubit_overrotation = "0.1 rad"
"""
REPEATED_SHEET = """[sheet]
title = "Two qubits, dear circuits"
vendor = "V"
machine = "small-2"
[[claim]]
id = "t1"
metric = "t1"
value = "0.5 ms"
statistic = "every"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "5 %"
"""


def small_world():
    """Load the machine, sheets and parties that the attacks are made on."""
    place = HERE.parent / "attacks" / "conftest.py"
    spec = importlib.util.spec_from_file_location("small_world", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def exchange(world, folder):
    """Play a campaign of job packs: a part excused before its release, another one not returned.

    The claim on readout would be supported by what came back, and is not (missing counts).
    """
    from qassay.campaigns.answering import Said, answer
    from qassay.campaigns.collecting import advance
    from qassay.campaigns.folder import AgreedTerms, begin_campaign
    from qassay.exchange.description_file import read_description

    sys.path.insert(0, str(HERE.parents[1] / "examples"))
    from laboratory import Errors, run_pack

    folder.mkdir()
    sheet = folder / "sheet.toml"
    sheet.write_text(EXCHANGE_SHEET, encoding="utf-8")
    device, gates = read_description(EXCHANGE_DEVICE.encode(), "device.toml")
    terms, now = AgreedTerms(gates=gates, deadline=3600), 1_790_000_000

    def campaign():
        return begin_campaign(sheet, device, folder / "verifier", terms, turns=2, roles=world.ROLES)

    def collect(*replies, **more):
        return advance(campaign(), replies, key=world.KEYS["verifier"], now=now, **more)

    def reply(role, **more):
        return answer(progress.parcel, world.KEYS[role], folder / role, now=now, **more)[0]

    progress = collect()
    progress = collect(reply("partner"))
    progress = collect(reply("vendor", sheet=sheet.read_bytes()), hold=True)
    excused = Said(excused={"round-01/part-01": "maintenance"})
    progress = collect(reply("vendor", said=excused))
    number = 0
    while progress.standing.current is not None:
        number += 1
        progress = collect(reply("partner"))
        document = run_pack(progress.pack, Errors(readout=0.004), (), seed=number)
        lost = {}
        if number == 1:
            lost = {"round-01/part-02": "the control computer broke down"}
        gone = {name for part in lost for name in progress.missing[part]}
        document["circuits"] = {n: c for n, c in document["circuits"].items() if n not in gone}
        counts = folder / f"counts-{number}.json"
        counts.write_text(json.dumps(document), encoding="utf-8")
        progress = collect(reply("vendor", counts=[counts], said=Said(failed=lost)))
    progress = collect(reply("partner"), reply("vendor"))
    assert [(v.outcome, v.trust) for v in progress.result.verdicts] == [("inconclusive", "T2")]
    return progress.result.bundle


def applied(folder):
    """Run an application on a simulated machine."""
    code = main_of_qassay(
        [
            "apply",
            "unit-commitment",
            "--device",
            "virtual:prototype-50",
            "--qubits",
            "8",
            "--seed",
            "1",
            "--depths",
            "1",
            "--shots",
            "240",
            "--batches",
            "20",
            "--out",
            str(folder),
        ]
    )
    assert code in (0, 1, 3)
    return next(folder.glob("*.qassay.zip"))


def repeated(folder):
    """Run claims on a machine on which new circuits are dear, so that each is run several times."""
    folder.mkdir()
    (folder / "sheet.toml").write_text(REPEATED_SHEET, encoding="utf-8")
    (folder / "machine.toml").write_text(REPEATED_MACHINE, encoding="utf-8")
    code = main_of_qassay(
        [
            "run",
            str(folder / "sheet.toml"),
            "--device",
            str(folder / "machine.toml"),
            "--seed",
            "1",
            "--out",
            str(folder / "out"),
        ]
    )
    assert code in (0, 1, 3)
    return next((folder / "out").glob("*.qassay.zip"))


def main_of_qassay(words):
    """Give a command, as on a terminal."""
    from qassay.cli import main as command

    with mock.patch.object(sys, "argv", ["qassay", *words]):
        return command()


KINDS = ("run", "import", "campaign", "exchange", "apply", "repeats")


def make(kind, folder):
    """Make an honest bundle of a kind in a folder that is there and empty; give its path."""
    world = small_world()
    if kind in ("run", "import"):
        made = world.seal_both(folder)
        if kind == "run":
            sign_bundle(made["run"], world.KEYS["verifier"], "verifier")
        return made[kind]
    if kind == "campaign":
        return world.make_campaign(folder / kind)
    if kind == "exchange":
        return exchange(world, folder / kind)
    return (applied if kind == "apply" else repeated)(folder / kind)


def main():
    for kind in KINDS:
        with TemporaryDirectory() as scratch:
            made = make(kind, Path(scratch))
            version = CAMPAIGN_FORMAT if kind == "exchange" else FORMAT
            shutil.copyfile(made, HERE / f"format-{version}-{kind}.qassay.zip")
    (HERE / "roles.json").write_bytes(small_world().ROLES.to_bytes())


if __name__ == "__main__":
    main()
