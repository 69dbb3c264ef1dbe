"""What goes out: blind names, texts that say what the plan says, nothing that gives it away."""

import hashlib
import json
import re
import zipfile
from itertools import pairwise

import numpy as np
import pytest

from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.circuits.qasm import NativeGates, openqasm3_text
from qassay.errors import MalformedError, NotReproducedError
from qassay.exchange.manifest import check_texts, parts_again, read_manifest
from qassay.exchange.pack import Release, time_text, write_pack
from qassay.exchange.parts import all_places, round_parts
from qassay.planning.schedule import cycles, rounds
from qassay.protocols.batches import draw_batch
from qassay.verdicts.course import asked_parts

GATES = [
    NativeGates(one_qubit=one, two_qubit=two) for one in ("prx", "sx") for two in ("cz", "rzz")
]
RELEASE = Release(number=1, at=1_700_000_000, deadline=1_700_007_200)


@pytest.fixture(scope="module")
def sent(planned, tmp_path_factory):
    """Parts, pack and manifest of the first round."""
    parts = tuple(round_parts(1, asked_parts(planned.plan, 1, {}), planned.root).values())
    path = tmp_path_factory.mktemp("pack") / "round-01.zip"
    manifest = write_pack(path, planned.plan, planned.root, planned.gates, parts, RELEASE)
    return parts, path, manifest


def test_every_circuit_of_the_round_goes_out_once_under_a_name_of_its_own(planned, sent):
    parts, path, _ = sent
    start, end = rounds(planned.plan)[0]
    assert [part.name for part in parts] == [
        f"round-01/part-{k:02d}" for k in range(1, end - start + 1)
    ]
    wanted = {
        (x.id, index, position)
        for x in planned.plan.experiments
        for index in range(start, min(end, x.batches))
        for position in range(x.batch_size(index))
    }
    places = [place for part in parts for place in part.places]
    assert {(p.slot.experiment.id, p.slot.index, p.position) for p in places} == wanted
    assert len({place.id for place in places}) == len(places) == len(wanted)
    names = all_places(planned.plan, planned.root, range(cycles(planned.plan)))
    assert all(names[place.id].id == place.slot.id for place in places)
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == len(places) + 2


def test_in_a_part_each_batch_keeps_its_order_and_batches_are_mixed(sent):
    for part in sent[0]:
        for slot in part.slots:
            mine = [place.position for place in part.places if place.slot.id == slot.id]
            assert mine == sorted(mine)
        owners = [place.slot.id for place in part.places]
        changes = sum(a != b for a, b in pairwise(owners))
        # Of 4 batches in a row there are 3 changes; of a random order nearly every other place.
        assert changes > len(owners) / 4


def test_the_texts_give_nothing_away_but_the_circuit(sent):
    _, path, manifest = sent
    with zipfile.ZipFile(path) as archive:
        texts = [archive.read(n).decode() for n in archive.namelist() if n.endswith(".qasm")]
        others = (archive.read("README.txt") + manifest).decode().lower()
    heads = {text.split("\n\n")[0] for text in texts}
    assert len(heads) == 1
    line = re.compile(
        r"(prx\([^)]*\) q\[\d+\]|cz q\[\d+\], q\[\d+\]|barrier q|delay\[[^\]]*\] q"
        r"|c = measure q);"
    )
    for text in texts:
        assert "//" not in text
        assert all(line.fullmatch(row) for row in text.split("\n\n")[1].splitlines())
    for word in ("readout_error", "t1", "two_qubit_gates", "seed", "claim", "root"):
        assert word not in others


def test_texts_mean_what_the_families_say(planned, sent, laboratory):
    """An independent reader and stim find the expected bits of every circuit without noise."""
    parts, path, _ = sent
    document = laboratory.run_pack(path, laboratory.Errors())
    for part in parts:
        for slot in part.slots:
            batch = draw_batch(slot.experiment, slot.index, 4, planned.root)
            speaks = {q for target in slot.experiment.targets for q in target}
            for place in part.places:
                if place.slot.id == slot.id:
                    (found,) = document["circuits"][place.id]["counts"]
                    expected = batch.key[place.position]
                    assert all(found[q] == str(expected[q]) for q in speaks)


def test_the_same_plan_and_seed_give_the_same_manifest_and_an_auditor_finds_it_again(planned, sent):
    parts, path, manifest = sent
    read = read_manifest(manifest, "manifest.json")
    again = parts_again(read, "manifest.json", planned.plan, planned.root)
    assert again == parts
    where = "manifest.json"
    count = check_texts(manifest, where, planned.plan, planned.root, again, RELEASE)
    assert count == sum(len(part.places) for part in parts)
    with zipfile.ZipFile(path) as archive:
        for part in json.loads(manifest)["parts"]:
            for one in part["circuits"]:
                text = archive.read(f"circuits/{one['id']}.qasm")
                assert hashlib.sha256(text).hexdigest() == one["sha256"]
    assert time_text(RELEASE.deadline) == json.loads(manifest)["deadline"] == "2023-11-15T00:13:20Z"


def test_another_seed_order_or_text_is_found_out(planned, sent):
    _, _, manifest = sent
    document = json.loads(manifest)
    read = read_manifest(manifest, "m")
    with pytest.raises(NotReproducedError):
        parts_again(read, "m", planned.plan, bytes(32))
    circuits = document["parts"][0]["circuits"]
    circuits[0], circuits[1] = circuits[1], circuits[0]
    swapped = read_manifest(json.dumps(document).encode(), "m")
    with pytest.raises(NotReproducedError):
        parts_again(swapped, "m", planned.plan, planned.root)
    forged = manifest.replace(circuits[0]["sha256"].encode(), b"0" * 64)
    parts = parts_again(read, "m", planned.plan, planned.root)
    with pytest.raises(NotReproducedError):
        check_texts(forged, "m", planned.plan, planned.root, parts, RELEASE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"qassay_pack":1}',
        b'{"qassay_pack":1,"round":1,"gates":["prx","cz"],"parts":[1]}',
    ],
)
def test_manifests_that_are_none(data):
    with pytest.raises(MalformedError):
        read_manifest(data, "m")


@pytest.mark.parametrize("gates", GATES, ids=lambda g: f"{g.one_qubit}-{g.two_qubit}")
def test_every_gate_set_writes_the_same_unitary(gates):
    """Read by qiskit's importer: equal to the first gate set, up to a global phase."""
    from qiskit import qasm3
    from qiskit.quantum_info import Operator

    codes = np.random.default_rng(5).integers(0, 7, (1, 6, 3)).astype(np.uint8)
    family = CircuitFamily(3, 1, (Pulses(codes, ((0, 1),)), Pulses(codes[:, ::-1], ((1, 2),))))

    def operator(one):
        circuit = qasm3.loads(openqasm3_text(family, 0, one))
        circuit.remove_final_measurements()
        return Operator(circuit)

    assert operator(gates).equiv(operator(GATES[0]))


def test_a_stock_optimiser_removes_no_entangler():
    """TRUST 6.4: transpile(level 3) keeps all CZ gates of a mirror circuit, thanks to barriers."""
    from qiskit import qasm3, transpile

    rng = np.random.default_rng(3)
    codes = rng.integers(1, 5, (1, 10, 6)).astype(np.uint8)
    inverse = np.where(codes > 2, codes - 2, codes + 2)[:, ::-1]
    pairs = ((0, 1), (2, 3), (4, 5))
    family = CircuitFamily(
        6,
        1,
        (
            Pulses(codes, pairs),
            Pulses(np.zeros_like(codes[:, :1]), pairs),
            Pulses(inverse, pairs),
            Delay(1e-6),
        ),
    )
    text = openqasm3_text(family, 0, GATES[2])
    kept = transpile(qasm3.loads(text), basis_gates=["rz", "sx", "x", "cz"], optimization_level=3)
    assert text.count("cz q[") == 63
    assert kept.count_ops()["cz"] == 63
    bare = "\n".join(line for line in text.splitlines() if not line.startswith("barrier"))
    cut = transpile(qasm3.loads(bare), basis_gates=["rz", "sx", "x", "cz"], optimization_level=3)
    assert cut.count_ops().get("cz", 0) < 63, "the optimiser did nothing: the test proves nothing"
