"""Many machines by one call: same bytes wherever, each by itself, what is finished stays."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.unit.characterizing.test_characterize import SMALL

from qassay.characterizing import measuring
from qassay.characterizing.many import PAGE, RESULT, characterize_many, devices_in
from qassay.cli.characterize import characterize_command
from qassay.errors import DeviceError, DeviceFileError, UsageError, WorkerLostError

TIMES = 't1 = "120 us"\nt2 = "90 us"\n'
ROUGH = {"precision": 0.5, "seed": 7}


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    """Two machine files of one qubit each; the second reads much worse."""
    home, places = tmp_path_factory.mktemp("machines"), []
    for name, error in (("good", "0.02"), ("bad", "0.15")):
        place = home / f"{name}.toml"
        place.write_text(
            SMALL.replace("0.02\n", f"{error}\n")
            .replace("qubits = 4", "qubits = 1")
            .replace(TIMES, "")
        )
        places.append(str(place))
    return places


class Remembering:
    """Characterizes a machine once; asked for the same again it copies what it found."""

    def __init__(self, home):
        self.home, self.known, self.measure = home, {}, measuring.characterize

    def __call__(self, device, *, out, **options):
        key = Path(device).read_bytes(), *sorted(options.items())
        if key in self.known:
            found, kept = self.known[key]
            shutil.copytree(kept, out)
            return found
        found, kept = self.measure(device, out=out, **options), self.home / str(len(self.known))
        shutil.copytree(out, kept)
        self.known[key] = found, kept
        return found


@pytest.fixture(scope="module")
def remembering(tmp_path_factory):
    return Remembering(tmp_path_factory.mktemp("remembered"))


@pytest.fixture(scope="module")
def here(machines, remembering, tmp_path_factory):
    """Both characterized in this process: their folder, and what is said of them."""
    folder = tmp_path_factory.mktemp("here") / "o"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "characterize", remembering)
        return folder, characterize_many(machines, out=folder, **ROUGH)


def files_in(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for name in (PAGE, measuring.FOUND, RESULT)
        for path in folder.rglob(name)
    }


def test_each_machine_has_a_folder_and_its_own_figures(here):
    folder, found = here
    assert set(files_in(folder)) == {
        f"{one}/{name}" for one in ("good", "bad") for name in (PAGE, measuring.FOUND, RESULT)
    }
    good, bad = (one.document["figures"][0] for one in found)
    assert good["metric"] == bad["metric"] == "readout_error"
    assert bad["estimate"]["value"] > 2 * good["estimate"]["value"]


@pytest.mark.slow
def test_processes_give_the_same_bytes(machines, here, tmp_path):
    characterize_many(machines, out=tmp_path / "two", workers=2, **ROUGH)
    assert files_in(tmp_path / "two") == files_in(here[0])


@pytest.mark.parametrize("anew", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_cluster_gives_the_same_bytes(machines, here, remembering, tmp_path, monkeypatch, anew):
    """Its workers, threads of this process, are asked for the same; anew, they measure it."""
    if not anew:
        monkeypatch.setattr(measuring, "characterize", remembering)
    distributed = pytest.importorskip("distributed")
    local = distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        dashboard_address=None,
        protocol="tcp://",
        host="127.0.0.1",
    )
    with local as running:
        address = f"dask://{running.scheduler_address.removeprefix('tcp://')}"
        there = characterize_many(machines, out=tmp_path / "there", workers=address, **ROUGH)
    assert [one.document for one in here[1]] == [one.document for one in there]
    assert files_in(tmp_path / "there") == files_in(here[0])


def test_one_machine_fails_and_the_others_stay(machines, here, remembering, tmp_path, monkeypatch):
    def failing(device, **options):
        if "bad" in device:
            raise DeviceError("the fridge is warm")
        return remembering(device, **options)

    folder = tmp_path / "o"
    shutil.copytree(here[0], folder)
    (folder / "bad" / RESULT).unlink()  # as if it had been broken off
    monkeypatch.setattr(measuring, "characterize", failing)
    seen = []
    good, bad = characterize_many(machines, out=folder, precision=0.5, progress=seen.append)
    assert (good.before, good.document) == (True, here[1][0].document)
    assert good.seed == here[1][0].seed  # the folder keeps the seed of its first call
    assert (bad.failure, bad.exit_code, bad.document) == ("the fridge is warm", 5, None)
    assert len(seen) == 2
    monkeypatch.setattr(measuring, "characterize", remembering)
    again = characterize_many(machines, out=folder, precision=0.5)
    assert [one.before for one in again] == [True, False]
    assert files_in(folder) == files_in(here[0])
    with pytest.raises(UsageError, match="made with another precision"):
        characterize_many(machines, out=folder, precision=0.4)
    with pytest.raises(UsageError, match="with which"):
        characterize_many(machines, out=folder, precision=0.5, seed=8)


def test_a_fault_of_ours_and_lost_workers_are_sentences(machines, tmp_path, monkeypatch):
    def faulty(device, **options):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(measuring, "characterize", faulty)
    (one, _) = characterize_many(machines, out=tmp_path / "o", **ROUGH)
    assert (one.failure, one.exit_code) == (
        "qassay itself failed: ZeroDivisionError: by nothing",
        70,
    )

    def lost(executor, calls):
        raise WorkerLostError("the scheduler is gone")

    monkeypatch.setattr("qassay.characterizing.many.as_done", lost)
    with pytest.raises(WorkerLostError, match="is gone; what was finished is kept in"):
        characterize_many(machines, out=tmp_path / "o", **ROUGH)


def test_a_list_is_refused_with_all_its_mistakes(machines, tmp_path):
    (tmp_path / "sub").mkdir()
    again = tmp_path / "sub" / "good.toml"
    again.write_text(SMALL)
    wrong = [*machines, str(again), "virtual:prototype-5O", "ibm:ibm_fez", "nowhere.toml"]
    with pytest.raises(DeviceFileError) as told:
        characterize_many(wrong, out=tmp_path / "o", **ROUGH)
    assert len(told.value.problems) == 4
    assert not (tmp_path / "o").exists()
    assert devices_in("# all\nvirtual:a\n\n  b.toml # ours\n") == ("virtual:a", "b.toml")
    with pytest.raises(UsageError, match="no device"):
        characterize_many([], out=tmp_path / "o")


def test_the_command_tells_each_machine(machines, here, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(here[0], tmp_path / "o")
    (tmp_path / "list.txt").write_text("\n".join(machines))
    words = ["--devices", "list.txt", "--precision", "0.5", "--seed", "7", "--out", "o"]
    done = CliRunner().invoke(characterize_command, words, standalone_mode=False)
    assert done.exception is None, done.output
    assert done.return_value in (0, 3)
    assert "2 of 2 machines characterized; 2 of them before, and not measured" in done.output
    kept = json.loads((tmp_path / "o" / "machines.json").read_text())
    assert [one["name"] for one in kept["machines"]] == ["good", "bad"]
    absent = CliRunner().invoke(characterize_command, ["--devices", "none.txt"])
    assert "one device a line" in str(absent.exception)
