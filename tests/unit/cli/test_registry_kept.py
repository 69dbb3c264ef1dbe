"""What may be kept beside a machine of the registry: its own counts, once, of a day that can be."""

import json
import shutil

import pytest

from qassay.evidence.archive import read_archive, write_archive
from qassay.evidence.bundle import MANIFEST, sealed_bundle
from qassay.evidence.keys import new_key
from qassay.evidence.signing import sign_bundle

PAIRS = ("0, 1", "2, 3")


@pytest.fixture
def bundle(qassay, tmp_path):
    """Published counts of an H1-1, as `import` seals them."""
    (tmp_path / "s.toml").write_text(qassay("registry", "sheet", "quantinuum-h1-1")[1])
    (tmp_path / "counts").mkdir()
    survival = {
        pair: {n: {str(k): 100 - int(n) // 2 - k % 4 for k in range(10)} for n in ("2", "30", "80")}
        for pair in PAIRS
    }
    (tmp_path / "counts" / "TQ_RB.json").write_text(
        json.dumps({"shots": 100, "survival": survival})
    )
    code, out, err = qassay("import", "quantinuum", "counts", "--sheet", "s.toml", "--json")
    assert code in (0, 1, 3), err
    return tmp_path / json.loads(out)["bundle"]


@pytest.fixture
def add(qassay):
    def call(path, machine="quantinuum-h1-1", *more):
        code, _, err = qassay("registry", "add", path, "--machine", machine, "--into", "m", *more)
        return code, " ".join(err.split())

    return call


def resealed(path, folder):
    """The same counts in a bundle of other bytes, as whoever seals once more gets them."""
    members = dict(read_archive(path))
    record = json.loads(members["software/run_record.json"])
    members["software/run_record.json"] = json.dumps(
        record | {"version": "another"}, sort_keys=True, separators=(",", ":")
    ).encode()
    held = sealed_bundle(read_archive(path))
    del members[MANIFEST]
    members[MANIFEST] = type(held)(members, held.format).seal()
    write_archive(folder / "again.qassay.zip", members)
    return folder / "again.qassay.zip"


def signed(path, folder):
    place = folder / "signed.qassay.zip"
    shutil.copyfile(path, place)
    sign_bundle(place, new_key(), "vendor")
    return place


def test_the_same_call_again_keeps_one(add, bundle, tmp_path):
    assert add(bundle)[0] == 0
    assert add(bundle)[0] == 0
    assert len(list((tmp_path / "m").rglob("*.zip"))) == 1


@pytest.mark.parametrize("change", [resealed, signed])
def test_counts_are_kept_once_however_they_are_sealed(add, bundle, tmp_path, change):
    assert add(bundle)[0] == 0
    code, err = add(change(bundle, tmp_path))
    assert code == 2
    assert "each measurement once" in err


def test_counts_are_kept_once_whatever_day_or_machine(add, bundle, qassay, tmp_path):
    assert add(bundle)[0] == 0
    for more in (("quantinuum-h1-1", "--taken", "2023-01-20"), ("quantinuum-h2",)):
        code, err = add(bundle, *more)
        assert code == 2
        assert "each measurement once" in err or "which the bundle speaks of" in err
    kept = next((tmp_path / "m").rglob("*.zip"))
    shutil.copyfile(kept, kept.with_name(f"2023-01-20-{kept.name}"))  # by hand
    code, _, err = qassay("registry", "score", "quantinuum-h1-1", "--measured", "m")
    assert code == 2
    assert "each measurement once" in " ".join(err.split())


@pytest.mark.parametrize("machine", ["quantinuum-h2", "ibm-heron-r2", "aqt-ibex-q1"])
def test_a_bundle_of_another_machine_is_refused(add, bundle, machine):
    code, err = add(bundle, machine)
    assert code == 2
    assert "--machine quantinuum-h1-1, which the bundle speaks of" in err


def test_a_bundle_of_more_qubits_than_the_machine_has_is_refused(add, bundle, monkeypatch):
    monkeypatch.setattr("qassay.cli.registry_add._names", lambda machine: {machine.id})
    assert add(bundle, "ru-bmstu-vniia-sc-4")[0] == 0, "it has the four qubits of the counts"
    code, err = add(bundle, "alice-bob-boson-4")
    assert code == 2
    assert "this one has 2" in err


def test_a_day_after_the_seal_is_refused(add, bundle):
    code, err = add(bundle, "quantinuum-h1-1", "--taken", "2093-01-20")
    assert code == 2
    assert "after the bundle's own day" in err


def test_a_folder_that_is_not_there_is_told(qassay):
    """A slip in its name showed what was published alone, as if nothing had been measured."""
    code, _, err = qassay("registry", "compare", "quantinuum-h2", "--measured", "mesured")
    assert code == 2
    assert "which is no folder" in err
