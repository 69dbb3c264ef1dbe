"""`--device replay:BUNDLE`: a bundle's counts played again, for its own circuits alone."""

import json
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qassay.assay.replaying import open_device
from qassay.auditing.audit import audit_bundle
from qassay.circuits.circuit import Circuit
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.replay import Recorded, Replay, circuits_id
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import JobLostError, UnrecordedError
from qassay.evidence.bundle import Bundle, open_bundle
from qassay.testing.device_conformance import failures

GOLDEN = Path(__file__).parents[2] / "golden"
BUNDLE = Path("out/small-5.qassay.zip")
SAID = "replayed from small-5.qassay.zip, nothing was measured"


@pytest.fixture(scope="module")
def sealed():
    """Hold the bundle once it has been measured."""
    return []


@pytest.fixture
def measured(qassay, sheet, machine, sealed):
    """Have a bundle that was measured in out/, and give a call of the replay."""
    Path("sheet.toml").write_text(sheet, encoding="utf-8")
    Path("machine.toml").write_text(machine, encoding="utf-8")

    def call(*words, device="machine.toml", command="run", sheet="sheet.toml"):
        return qassay(command, sheet, "--device", device, *words)

    if not sealed:
        call("--out", "out", "--seed", 1)
        sealed.append(BUNDLE.read_bytes())
    BUNDLE.parent.mkdir(exist_ok=True)
    BUNDLE.write_bytes(sealed[0])

    def replay(*words, device=f"replay:{BUNDLE}", **rest):
        return call(*words, device=device, **rest)

    replay.measure = call
    return replay


def refused(answer, code, *words):
    """Check exit code, one sentence, no traceback, and that nothing was written."""
    found, out, err = answer
    assert (found, out) == (code, "")
    assert err.count("\n") == 1
    assert err.startswith("error: ")
    for word in words:
        assert word in err, err
    assert not Path("again").exists()


def batches(path):
    bundle = open_bundle(path)
    return {name: bundle.document(name) for name in bundle.files if name.startswith("batches/")}


@pytest.mark.parametrize("words", [(), ("--seed", 1)])
def test_a_replay_gives_the_same_counts_and_verdicts(measured, words):
    code, out, err = measured("--out", "again", "--json", *words)
    told = json.loads(out)
    assert (err, told["device"], told["seed"]) == ("", f"replay:{BUNDLE}", 1)
    again, first = Path(told["bundle"]), open_bundle(BUNDLE)
    assert code in (0, 1, 3)
    assert told["verdicts"] == first.document("verdicts/verdicts.json")
    replayed = open_bundle(again)
    # a replay has no dates of its own measurement
    for name in first.files.keys() - {"report/datasheet.html", "software/run_record.json"}:
        if not name.endswith("/counts.json"):
            assert replayed.files[name] == first.files[name], name
    measured_counts, counts = batches(BUNDLE), batches(again)
    assert counts.keys() == measured_counts.keys()
    for name, one in measured_counts.items():
        if name.endswith("/counts.json"):
            one["notes"].append(SAID)
        assert counts[name] == one, name
    # marked for whoever reads the page, and it holds before an auditor
    assert SAID[1:] in Path(told["datasheet"]).read_text(encoding="utf-8")
    assert audit_bundle(again).failure is None


def test_a_bundle_without_an_integer_seed_and_its_replay_replayed(measured):
    measured.measure("--out", "random")
    device = "replay:random/small-5.qassay.zip"
    refused(measured("--out", "again", "--seed", 1, device=device), 2, "drawn at random", "--seed")
    code, out, _ = measured(device=device)
    assert "Replayed from random/small-5.qassay.zip, nothing was measured: a record of" in out
    assert "Measured on" not in out
    assert code in (0, 1, 3)
    assert measured("--out", "third", device="replay:sheet-replay/small-5.qassay.zip")[0] == code
    first, third = (open_bundle(Path(f"{name}/small-5.qassay.zip")) for name in ("random", "third"))
    for name in ("verdicts/verdicts.json", "plan/plan.json", "seeds/reveal.json"):
        assert first.files[name] == third.files[name]


def test_another_seed_is_refused(measured):
    words = "--seed: found 2, expected the seed of small-5.qassay.zip, 1"
    refused(measured("--out", "again", "--seed", 2), 2, words, "leave --seed out")
    refused(measured("--seed", 2, command="plan"), 2, words)


def test_another_sheet_is_refused(measured, sheet):
    other = sheet.replace('"10 ms"', '"40 ms"')
    assert other != sheet
    Path("other.toml").write_text(other, encoding="utf-8")
    words = ("other circuits in", "give its own sheet")
    refused(measured("--out", "again", sheet="other.toml"), 2, *words)
    refused(measured(sheet="other.toml", command="plan"), 2, *words)


def test_the_plan_of_a_replay_is_the_recorded_one(measured):
    _, out, _ = measured("--json", command="plan")
    plan = json.loads(out)
    recorded = open_bundle(BUNDLE).document("plan/plan.json")
    assert {key: plan[key] for key in recorded} == recorded


def test_more_batches_than_were_recorded_end_the_run(measured):
    bundle = open_bundle(BUNDLE)
    late = sorted(name for name in bundle.files if name.endswith("/0001/counts.json"))
    lost = late[0].removesuffix("counts.json")
    files = {name: data for name, data in bundle.files.items() if not name.startswith(lost)}
    Bundle(files).save(Path("short.zip"))
    code, _, err = measured("--out", "again", device="replay:short.zip")
    assert code == 4  # the plan is its own, so it is the bundle that is wrong
    assert f'found "{lost[8:-1]}", of which it holds no batch' in err
    assert not list(Path("again").glob("*.zip"))


def test_counts_of_other_circuits_are_refused(measured):
    """Somebody seals a bundle anew, with the counts of one batch put beside another's circuits."""
    bundle = open_bundle(BUNDLE)
    name = min(name for name in bundle.files if name.endswith("/0000/circuits.json"))
    document = bundle.document(name)
    document["circuits"][:2] = document["circuits"][1::-1]
    changed = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
    Bundle({**bundle.files, name: changed}).save(Path("changed.zip"))
    refused(measured("--out", "again", device="replay:changed.zip"), 4, "other circuits in")
    Bundle({k: v for k, v in bundle.files.items() if k != name}).save(Path("without.zip"))
    refused(measured("--out", "again", device="replay:without.zip"), 4, "other circuits in")


def test_the_folder_of_the_bundle_is_kept(measured):
    before = BUNDLE.read_bytes()
    code, _, err = measured("--out", "out")
    assert (code, BUNDLE.read_bytes()) == (2, before)
    assert "--out: found the folder of small-5.qassay.zip, which is replayed" in err


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("format-2-import", 2, "published counts"),
        ("format-2-apply", 2, "holds no batch"),
        ("format-2-exchange", 2, "came by files"),
        ("format-1-run", 4, "the rules of version 1"),
    ],
)
def test_bundles_of_another_kind(measured, name, code, words):
    commands = (("run", ("--out", "again")), ("plan", ()))
    for command, out in commands[: 1 if "exchange" in name else 2]:  # its audit takes seconds
        answer = measured(*out, device=f"replay:{GOLDEN / name}.qassay.zip", command=command)
        refused(answer, code, words)


def test_files_that_are_no_bundle(measured):
    whole = BUNDLE.read_bytes()
    middle = len(whole) // 3
    hostile = {
        "empty": b"",
        "text": b"no zip at all",
        "cut": whole[: len(whole) // 2],
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "longer": whole + b"\0",
    }
    with zipfile.ZipFile("bomb", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bundle.json", bytes(20 << 20))
    hostile["bomb"] = Path("bomb").read_bytes()
    for name, data in hostile.items():
        Path(name).write_bytes(data)
        refused(measured("--out", "again", device=f"replay:{name}"), 4)
    for name in ("absent.zip", ".", "bad\0path", ""):
        refused(measured("--out", "again", device=f"replay:{name}"), 2, "device: found", "no file")


def test_other_commands_say_that_they_do_not_replay(measured):
    code, _, err = measured(command="rcs", sheet="--out=x")
    assert code == 2
    assert "replayed by `qassay run` and `qassay plan` alone" in err


def flips(name="flips/0000", shots=1):
    """Two circuits on two qubits in turned order, or one of them repeated."""
    families = (Circuit(2, ()), Circuit(2, ()))[: 2 if shots == 1 else 1]
    return Job(id=name, families=families, order=np.arange(len(families))[::-1], shots=shots)


def replay_of(*jobs, lost=()):
    bits = np.array([[0, 1], [1, 1], [1, 0]], dtype=np.uint8)
    batches = {
        job.id: Recorded(
            circuits=circuits_id(job),
            seconds=2.0,
            notes=("so",),
            failures=lost,
            outcomes=None if lost else bits[: job.circuits * job.shots],
        )
        for job in jobs
    }
    description = open_device("virtual:perfect-50").describe()
    description = type(description)(name="two", platform="other", qubits=2)
    return Replay(path=Path("x.zip"), description=description, root=b"", seed=None, batches=batches)


def test_one_circuit_with_many_shots():
    job = flips(shots=3)
    device = pickle.loads(pickle.dumps(replay_of(job)))  # noqa: S301
    result = device.collect(device.submit(job))
    assert result.outcomes.tolist() == [[[0, 1], [1, 1], [1, 0]]]
    assert result.notes == ("so", "replayed from x.zip, nothing was measured")
    with pytest.raises(UnrecordedError, match="2 shots of .flips/0000., not 3"):
        device.submit(flips(shots=2))
    with pytest.raises(UnrecordedError, match='"flips/0001", of which it holds no batch'):
        device.submit(flips("flips/0001", shots=3))


def test_a_batch_that_was_lost_is_lost_again():
    device = replay_of(flips(), lost=("no answer", "no answer"))
    with pytest.raises(JobLostError, match="recorded as lost: no answer; no answer"):
        device.collect(device.submit(flips()))


class Recording(VirtualMachine):
    """A virtual machine that keeps a record of what it answers."""

    def __init__(self, machine):
        super().__init__(machine)
        self.batches = {}

    def submit(self, job):
        handle = super().submit(job)
        bits = super().collect(handle).outcomes.reshape(-1, job.families[0].qubits)
        self.batches[job.id] = Recorded(
            circuits=circuits_id(job), outcomes=bits, seconds=0.0, notes=(), failures=()
        )
        return handle


def test_the_conformance_suite_replayed(machine):
    """What the suite asked of a machine, asked again of the record of its answers."""
    device = Recording(read_machine(machine.encode(), "small-5.toml"))
    assert failures(lambda: device) == []
    replay = replace(replay_of(), description=device.describe(), batches=device.batches)
    assert len(replay.batches) > 3
    assert failures(lambda: replay) == []
    # and without the record there is no answer to pass with
    assert len(failures(lambda: replace(replay, batches={}))) > 3
