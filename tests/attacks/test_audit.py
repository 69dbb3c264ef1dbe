"""Bundles from forgers: nothing that was changed is accepted, and nothing ends in a traceback."""

import json
import random
import subprocess
import sys
import time
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO
from math import isclose

import pytest

from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes, content_id
from qassay.cli import main

MANIFEST = "bundle.json"
KINDS = {
    "claims": "claims/",
    "plan": "plan/",
    "seed": "seeds/",
    "circuits": "circuits.json",
    "counts": "counts.json",
    "published": "published/",
    "estimates": "analysis/",
    "verdicts": "verdicts/",
}
FORGERIES = [
    (bundle, kind)
    for bundle in ("run", "import")
    for kind in KINDS
    if not (bundle == "run" and kind == "published")
    and not (bundle == "import" and kind in ("circuits", "counts"))
]


@pytest.fixture(scope="session")
def contents(sealed):
    made = {}
    for kind, path in sealed.items():
        with zipfile.ZipFile(path) as archive:
            made[kind] = {name: archive.read(name) for name in archive.namelist()}
    return made


def zipped(files):
    """Write an archive in the form that bundles have, names that none would have included."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr = 3, 0o644 << 16
            archive.writestr(member, files[name])
    return data.getvalue()


def resealed(files):
    """Repair the manifest, as a forger would."""
    listed = [
        {"path": name, "bytes": len(data), "sha256": content_id(data)}
        for name, data in sorted(files.items())
        if name != MANIFEST
    ]
    manifest = canonical_bytes({"qassay_bundle": 2, "files": listed})
    return zipped({**files, MANIFEST: manifest})


def of_kind(files, kind):
    return sorted(name for name in files if KINDS[kind] in name and files[name].strip(b"[]{}"))


def refused(path, data, seconds=2.0):
    """Audit bytes, which must fail in time and without a mistake in the audit itself."""
    path.write_bytes(data)
    begun = time.process_time()
    failure = audit_bundle(path).failure
    assert time.process_time() - begun < seconds
    assert failure is not None
    assert failure.exit_code == 4
    assert "report it" not in str(failure), "the audit broke off"
    return str(failure)


def on_the_command_line(*call):
    """Run `qassay ...` in this process; give exit code, stdout and stderr."""
    out, err, before = StringIO(), StringIO(), sys.argv
    sys.argv = ["qassay", *map(str, call)]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = main()
    finally:
        sys.argv = before
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("kind", ["run", "import"])
def test_what_was_sealed_is_accepted(sealed, kind):
    audit = audit_bundle(sealed[kind])
    assert audit.failure is None, audit.failure
    assert len(audit.passed) == 16
    code, out, _ = on_the_command_line("audit", sealed[kind], "--json")
    document = json.loads(out)
    assert code == 0
    assert document["valid"] is True
    assert document["problems"] == []
    assert [check["sentence"] for check in document["passed"]] == [
        check.sentence for check in audit.passed
    ]
    code, out, _ = on_the_command_line("audit", sealed[kind])
    assert code == 0
    assert out.count("✔") >= 11
    assert "Not proven by this bundle" in out


# one changed byte


@pytest.mark.parametrize(("bundle", "kind"), FORGERIES)
def test_any_changed_byte_is_named(contents, tmp_path, bundle, kind):
    files = contents[bundle]
    chance = random.Random(f"{bundle} {kind}")
    for _ in range(12):
        name = chance.choice(of_kind(files, kind))
        data = bytearray(files[name])
        data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        words = refused(tmp_path / "forged.zip", zipped({**files, name: bytes(data)}))
        size = f"{len(data)} bytes with sha256"
        assert f"{name}: found {size} {content_id(bytes(data))[:16]}…" in words
        assert f"expected the sealed content, {size} {content_id(files[name])[:16]}…" in words
        assert len(words.splitlines()) == 1


def test_the_command_line_names_file_and_reason_and_exits_4(contents, tmp_path):
    files = contents["run"]
    name = of_kind(files, "verdicts")[0]
    path = tmp_path / "forged.zip"
    path.write_bytes(zipped({**files, name: files[name].replace(b"supported", b"SUPPORTED")}))
    code, out, _ = on_the_command_line("audit", path)
    assert code == 4
    assert f"✘ {name}: found {len(files[name])} bytes with sha256" in out
    code, out, _ = on_the_command_line("audit", path, "--json")
    document = json.loads(out)
    assert code == 4
    assert document["valid"] is False
    assert document["problems"][0].startswith(f"{name}: found {len(files[name])} bytes with")


def test_all_changed_files_are_named_at_once(contents, tmp_path):
    files = contents["run"]
    names = [of_kind(files, kind)[0] for kind in ("claims", "plan", "verdicts")]
    forged = {**files, **{name: files[name] + b" " for name in names}}
    words = refused(tmp_path / "forged.zip", zipped(forged)).splitlines()
    assert [line.partition(":")[0] for line in words] == sorted(names)


def changed(files, name, change):
    """Give a bundle whose document `name` was changed by a function, and sealed again."""
    document = json.loads(files[name])
    done = change(document)
    return resealed({**files, name: json.dumps(document if done is None else done).encode()})


def put(*keys_and_value):
    *keys, last, value = keys_and_value

    def change(document):
        for key in keys:
            document = document[key]
        if isinstance(document, list) and last == len(document):
            document.append(value)
        else:
            assert document[last] != value
            document[last] = value

    return change


def without(*keys):
    *keys, last = keys

    def change(document):
        for key in keys:
            document = document[key]
        del document[last]

    return change


def flipped(document):
    """Turn the first bit of the first outcome over."""
    line = document["outcomes"][0]
    document["outcomes"][0] = ("1" if line[0] == "0" else "0") + line[1:]


PLAN, SEED = "plan/plan.json", "seeds/reveal.json"
ESTIMATES, VERDICTS = "analysis/estimates.json", "verdicts/verdicts.json"
COUNTS, CIRCUITS = "batches/readout/0000/counts.json", "batches/readout/0000/circuits.json"
RESEALED = {  # name: (bundle, file, change, the complaint's place and words)
    "a claim's value": ("run", PLAN, put("sheet", "claims", 1, "value", 0.02), "claims/sheet.toml"),
    "an error probability": ("run", PLAN, put("alpha", 0.06), "other circuits"),
    "an error probability of 2": ("run", PLAN, put("alpha", 2.0), f"{PLAN}, alpha"),
    "the rule": ("run", PLAN, put("rule", "guarded"), "found"),
    "no such rule": ("run", PLAN, put("rule", "[/kind]"), f"{PLAN}, rule"),
    "the commitment": ("run", PLAN, put("seed_commitment", "0" * 64), SEED),
    "the cost": ("run", PLAN, put("cost", "shots", 3), f"{PLAN}, cost"),
    "a duration": ("run", PLAN, put("device", "durations", "readout", 0.5), f"{PLAN}, cost"),
    "a coupling off the chip": ("run", PLAN, put("device", "couplings", 0, [0, 9]), "couplings"),
    "no qubits": ("run", PLAN, put("device", "qubits", 0), f"{PLAN}, device"),
    "many qubits": ("run", PLAN, put("device", "qubits", 10**9), f"{PLAN}, device"),
    "another version": ("run", PLAN, put("experiments", 0, "version", 9), "no protocol"),
    "another protocol": ("run", PLAN, put("experiments", 0, "protocol", "x"), "none of qassay's"),
    "another target": ("run", PLAN, put("experiments", 1, "targets", 0, [3]), "targets"),
    "a target off the chip": ("run", PLAN, put("experiments", 1, "targets", 0, [7]), "targets"),
    "a negative target": ("run", PLAN, put("experiments", 1, "targets", 0, [-1]), "targets"),
    "a pair for a qubit": ("run", PLAN, put("experiments", 0, "targets", 0, [0, 1]), "targets"),
    "no targets": ("run", PLAN, put("experiments", 0, "targets", []), "targets"),
    "a longer circuit": ("run", PLAN, put("experiments", 1, "lengths", 1, 0.02), "found"),
    "an endless circuit": ("run", PLAN, put("experiments", 2, "lengths", 1, 1e9), "lengths"),
    "half a layer": ("run", PLAN, put("experiments", 2, "lengths", 1, 50.5), "lengths"),
    "a negative delay": ("run", PLAN, put("experiments", 1, "lengths", 0, -1.0), "lengths"),
    "one length": ("run", PLAN, put("experiments", 1, "lengths", [0.0]), "lengths"),
    "an empty block": ("run", PLAN, put("experiments", 1, "block", []), "block"),
    "a block of nothing": ("run", PLAN, put("experiments", 1, "block", [0, 8]), "block"),
    "a batch of nothing": ("run", PLAN, put("experiments", 1, "batch", 0), "rounds and batch"),
    "no rounds": ("run", PLAN, put("experiments", 1, "rounds", 0), "rounds and batch"),
    "rounds for ever": ("run", PLAN, put("experiments", 1, "rounds", 8 * 10**14), "rounds"),
    "a huge batch": ("run", PLAN, put("experiments", 1, "batch", 8 * 10**14), "batch"),
    "an experiment twice": ("run", PLAN, put("experiments", 0, "id", "t1"), "experiments"),
    "an experiment outside": ("run", PLAN, put("experiments", 0, "id", "../x"), "id: found"),
    "a stranger's claim": ("run", PLAN, put("experiments", 0, "claims", 0, "zz"), "claims: found"),
    "counts of t1 for qubits": ("run", PLAN, put("experiments", 1, "claims", 0, "n"), "claims: f"),
    "a key too many": ("run", PLAN, lambda d: d | {"x": 1}, PLAN),
    "a key too few": ("run", PLAN, without("rule"), f"{PLAN}, rule"),
    "a text for a number": ("run", PLAN, put("alpha", "0.05"), PLAN),
    "a tested claim untested": (
        "run",
        PLAN,
        put("untested", 0, "claim", "t1"),
        'untested, "t1"',
    ),
    "another reason": ("run", PLAN, put("untested", 0, "reason", "none"), VERDICTS),
    "a plan that is a list": ("run", PLAN, lambda d: [d], PLAN),
    "another root": ("run", SEED, put("root", "00" * 32), SEED),
    "a root of no digits": ("run", SEED, put("root", "zz"), SEED),
    "another seed": ("run", SEED, put("seed", 2), SEED),
    "a negative seed": ("run", SEED, put("seed", -1), SEED),
    "no seed table": ("run", SEED, lambda _: [], SEED),
    "a circuit's id": ("run", CIRCUITS, put("circuits", 0, "0" * 64), CIRCUITS),
    "a circuit too few": ("run", CIRCUITS, without("circuits", 0), CIRCUITS),
    "circuits of another batch": ("run", CIRCUITS, put("batch", "readout/0001"), CIRCUITS),
    "no circuits": ("run", CIRCUITS, without("circuits"), CIRCUITS),
    "a flipped bit": ("run", COUNTS, flipped, "found"),
    "an outcome too few": ("run", COUNTS, without("outcomes", 0), COUNTS),
    "a bit too many": ("run", COUNTS, put("outcomes", 0, "00000"), f"{COUNTS}, outcome 0"),
    "a bit of 2": ("run", COUNTS, put("outcomes", 0, "0002"), f"{COUNTS}, outcome 0"),
    "an Arabic digit": ("run", COUNTS, put("outcomes", 0, "000\u0661"), f"{COUNTS}, outcome 0"),
    "a number as outcome": ("run", COUNTS, put("outcomes", 0, 0), f"{COUNTS}, outcome 0"),
    "outcomes gone": ("run", COUNTS, put("outcomes", None), COUNTS),
    "outcomes lost, with a reason": (
        "run",
        COUNTS,
        lambda d: d | {"outcomes": None, "failures": ["lost"]},
        "found",
    ),
    "two shots": ("run", COUNTS, put("shots", 2), COUNTS),
    "negative time": ("run", COUNTS, put("seconds", -1), COUNTS),
    "time in words": ("run", COUNTS, put("seconds", "[/x]"), COUNTS),
    "a number as note": ("run", COUNTS, put("notes", [1]), f"{COUNTS}, notes"),
    "counts of another batch": ("run", COUNTS, put("batch", "readout/0001"), COUNTS),
    "counts with a key too many": ("run", COUNTS, lambda d: d | {"x": 1}, COUNTS),
    "an estimate": (
        "run",
        ESTIMATES,
        lambda d: d[0]["estimate"].update(value=0.5),
        f"{ESTIMATES} [0], estimate, value: found 0.5",
    ),
    "an interval": ("run", ESTIMATES, put(1, "estimate", "low", -1.0), f"{ESTIMATES} [1], est"),
    "an estimate's target": ("run", ESTIMATES, put(0, "target", [2]), f"{ESTIMATES} [0], target"),
    "an estimate too few": ("run", ESTIMATES, without(-1), ESTIMATES),
    "a verdict": ("run", VERDICTS, put(1, "verdict", "supported"), f"{VERDICTS} [1], verdict"),
    "a reason": ("run", VERDICTS, put(0, "reasons", 0, "\x1b[31m[/b]"), f"{VERDICTS} [0], reasons"),
    "shots of a verdict": ("run", VERDICTS, put(1, "shots", 9999), f"{VERDICTS} [1], shots"),
    "the order of verdicts": ("run", VERDICTS, lambda d: d[::-1], f"{VERDICTS} [0]"),
    "a verdict too few": ("run", VERDICTS, without(0), VERDICTS),
    "trust": ("run", VERDICTS, put(0, "trust", "T4"), f"{VERDICTS} [0], trust"),
    "no versions": ("run", "software/versions.json", lambda _: [], "software/versions.json"),
    "published hits": (
        "import",
        "published/two_qubit_gate_error.json",
        put("counts", "hits", 0, 0, 3),
        ESTIMATES,
    ),
    "published hits beyond the shots": (
        "import",
        "published/two_qubit_gate_error.json",
        put("counts", "hits", 0, 0, 101),
        "published/two_qubit_gate_error.json",
    ),
    "published shots": (
        "import",
        "published/two_qubit_gate_error.json",
        put("counts", "shots", 101),
        "plan/plan.json, cost",
    ),
    "a published length": (
        "import",
        "published/two_qubit_gate_error.json",
        put("counts", "lengths", 0, 3.0),
        "published/two_qubit_gate_error.json",
    ),
    "a published arm": (
        "import",
        "published/two_qubit_gate_error.json",
        put("counts", "arms", 0, -1),
        "published/two_qubit_gate_error.json",
    ),
    "ragged hits": (
        "import",
        "published/two_qubit_gate_error.json",
        put("counts", "hits", 0, [3]),
        "published/two_qubit_gate_error.json",
    ),
    "hits in words": (
        "import",
        "published/two_qubit_gate_error.json",
        put("counts", "hits", "many"),
        "published/two_qubit_gate_error.json",
    ),
    "another quantity": (
        "import",
        "published/two_qubit_gate_error.json",
        put("quantity", "t1"),
        "published/two_qubit_gate_error.json",
    ),
    "a published target": (
        "import",
        PLAN,
        put("experiments", 1, "targets", 0, [0, 0]),
        "targets",
    ),
    "a published target twice": (
        "import",
        PLAN,
        put("experiments", 1, "targets", 0, [2, 3]),
        "targets",
    ),
    "a published protocol": (
        "import",
        PLAN,
        put("experiments", 1, "protocol", "published_readout"),
        "found",
    ),
}


DEAR = (  # found at the end of an audit
    "the rule",
    "another reason",
    "a flipped bit",
    "outcomes lost, with a reason",
)


@pytest.mark.parametrize(
    "name",
    # Every second is for the slow tests: neighbours change the same file in another place.
    [k if n % 2 == 0 else pytest.param(k, marks=pytest.mark.slow) for n, k in enumerate(RESEALED)],
)
def test_what_was_changed_and_sealed_again_does_not_follow(contents, tmp_path, name):
    bundle, file, change, words = RESEALED[name]
    data = changed(contents[bundle], file, change)
    found = refused(tmp_path / "forged.zip", data, seconds=5.0)
    assert words in found
    if name in DEAR or (file in (ESTIMATES, VERDICTS) and name != "a reason"):
        return  # a whole audit more would show no other words
    code, out, err = on_the_command_line("audit", tmp_path / "forged.zip")
    assert code == 4
    assert err == ""
    assert "✘" in out
    assert "\x1b" not in out


# Numbers that nothing in a bundle contradicts: nobody signed them (trust level T0). A
# signature, and a plan that was published before the run, are what will hold them.
UNPROVEN = (
    ("plan/plan.json", "software"),
    ("plan/plan.json", "device"),
    ("plan/plan.json", "budget_shots"),
    ("plan/plan.json", "beta"),
    ("plan/plan.json", "multiplicity"),
    ("plan/plan.json", "cost"),
    ("counts.json", "seconds"),
    ("counts.json", "notes"),
    ("counts.json", "failures"),
    ("published/", "file"),
    ("published/", "sha256"),
)


def differences(one, other, path=()):
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from differences(one[key], other[key], (*path, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from differences(a, b, (*path, place))
    elif isinstance(one, int | float) and isinstance(other, int | float):
        if not isclose(one, other, rel_tol=1e-6, abs_tol=1e-12):
            yield path
    elif one != other:
        yield path


@pytest.mark.parametrize(("bundle", "kind"), FORGERIES)
def test_a_changed_character_sealed_again_is_refused_or_proves_nothing(
    contents, tmp_path, bundle, kind
):
    """Digits for digits and letters for letters, so that most forgeries are well-formed."""
    files = contents[bundle]
    chance = random.Random(f"{kind} of {bundle}")
    path = tmp_path / "forged.zip"
    accepted = 0
    for _ in range({"plan": 12, "circuits": 12, "counts": 10, "claims": 20}.get(kind, 4)):
        name = chance.choice(of_kind(files, kind))
        data = bytearray(files[name])
        places = [k for k, byte in enumerate(data) if chr(byte).isalnum()]
        place = chance.choice(places)
        alike = b"0123456789" if chr(data[place]).isdigit() else b"abcdefghijklmnopqrstuvwxyzE"
        data[place] = chance.choice([byte for byte in alike if byte != data[place]])
        path.write_bytes(resealed({**files, name: bytes(data)}))
        begun = time.process_time()
        failure = audit_bundle(path).failure
        assert time.process_time() - begun < 10
        if failure is not None:
            assert failure.exit_code == 4
            assert "report it" not in str(failure), (name, bytes(data), str(failure))
            continue
        accepted += 1
        for where in differences(json.loads(files[name]), json.loads(bytes(data))):
            idle = kind == "counts" and where[0] == "outcomes"
            known = any(part in name and where[0] == key for part, key in UNPROVEN)
            assert known or (idle and untargeted(files, name, bytes(data))), (name, where)
    if kind in ("claims", "circuits", "seed"):
        assert accepted == 0


def untargeted(files, name, data):
    """Whether only bits of qubits that the experiment does not speak of were changed."""
    plan = json.loads(files[PLAN])
    experiment = name.removeprefix("batches/").rpartition("/")[0].rpartition("/")[0]
    targets = next(x["targets"] for x in plan["experiments"] if x["id"] == experiment)
    speaks = {qubit for target in targets for qubit in target}
    before, after = json.loads(files[name])["outcomes"], json.loads(data)["outcomes"]
    moved = {q for a, b in zip(before, after, strict=True) for q in range(4) if a[q] != b[q]}
    return moved and not moved & speaks


# files that are missing, doubled or out of place


def test_missing_files_are_named(contents, tmp_path):
    for bundle, files in contents.items():
        for name in files:
            left = {key: data for key, data in files.items() if key != name}
            words = refused(tmp_path / "forged.zip", zipped(left))
            if name == MANIFEST:
                assert words.startswith(f"{MANIFEST}: found no manifest")
            else:
                assert words.startswith(f"{name}: found no such file, expected the sealed file")
            if "/circuits" in name or bundle == "import":
                continue
            if name.endswith(("counts.json", "sheet.toml", "plan.json", "reveal.json")):
                words = refused(tmp_path / "forged.zip", resealed(left))
                assert f"{name}: found no such file" in words


def test_a_batch_left_out_with_its_circuits_is_missed(contents, tmp_path):
    """Whoever drops a whole batch that he does not like must drop what follows from it, too."""
    files = contents["run"]
    batches = sorted({name.rpartition("/")[0] for name in files if name.startswith("batches/")})
    assert len(batches) >= 4
    for batch in batches[::3]:
        left = {key: data for key, data in files.items() if not key.startswith(f"{batch}/")}
        words = refused(tmp_path / "forged.zip", resealed(left))
        assert f"{batch}/counts.json: found no such file" in words or "stopping rule" in words


def test_extra_files_are_named(contents, tmp_path):
    files = contents["run"]
    words = refused(tmp_path / "forged.zip", zipped({**files, "extra.txt": b"x"}))
    assert words == "extra.txt: found a file, expected no file: none is sealed"
    more = {
        "batches/readout/9999/counts.json": "found a batch",
        "batches/other/0000/counts.json": "found a batch",
        "batches/other/0000/circuits.json": "found a file",
        "published/readout_error.json": "found a file",
        "extra/notes.txt": "found a file",
    }
    for name, words in more.items():
        forged = {**files, name: files[COUNTS]}
        assert f"{name}: {words}" in refused(tmp_path / "forged.zip", resealed(forged), 5.0)


def test_manifests_that_are_none(contents, tmp_path):
    files = contents["run"]
    for manifest in (
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"qassay_bundle":1}',
        b'{"qassay_bundle":3}',
        b'{"qassay_bundle":true}',
        b'{"qassay_bundle":1,"files":{}}',
        b'{"qassay_bundle":1,"files":[1]}',
        b'{"qassay_bundle":1,"files":[{"path":1}]}',
        b'{"qassay_bundle":1,"files":[]}',
    ):
        words = refused(tmp_path / "forged.zip", zipped({**files, MANIFEST: manifest}))
        assert MANIFEST in words or "none is sealed" in words
    doubled = json.loads(files[MANIFEST])
    doubled["files"].append({**doubled["files"][0], "sha256": "0" * 64})
    forged = {**files, MANIFEST: json.dumps(doubled).encode()}
    assert MANIFEST in refused(tmp_path / "forged.zip", zipped(forged))
    sized = json.loads(files[MANIFEST])
    sized["files"][0]["bytes"] += 1
    forged = {**files, MANIFEST: json.dumps(sized).encode()}
    assert sized["files"][0]["path"] in refused(tmp_path / "forged.zip", zipped(forged))


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "a/../b",
        "a//b",
        "C:\\x",
        "a\\b",
        "a/./b",
        "~/x",
        "con:",
        "a b",
        "Ä",
        "a" * 5000,
        "a/b/c/d/e/f/g/h",
        "batches/",
        ".hidden",
        "x\n",
        "e\u0301",
        "-rf",
    ],
)
def test_unsafe_names_are_refused(contents, tmp_path, name):
    words = refused(tmp_path / "forged.zip", resealed({**contents["run"], name: b"x"}))
    assert "a plain relative path" in words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["forged.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_stands_twice_is_refused(contents, tmp_path):
    data = BytesIO(zipped(contents["run"]))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(VERDICTS, b"[]")
    assert f"{VERDICTS} twice" in refused(tmp_path / "forged.zip", data.getvalue())


def test_names_that_a_null_byte_hides_are_refused(contents, tmp_path):
    data = zipped({**contents["run"], "extra_json_x": b"[]"})
    data = data.replace(b"extra_json_x", b"extra.json\0x")
    refused(tmp_path / "forged.zip", data)


# zip archives that are bombs, or none


def bomb(size):
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("bundle.json", bytes(size))
    return data.getvalue()


def lying(real, told):
    """Tell another unpacked size in both headers of a member."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bundle.json", bytes(real))
    return data.getvalue().replace(real.to_bytes(4, "little"), told.to_bytes(4, "little"))


def with_method(method):
    data = BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        archive.writestr("bundle.json", b"{}")
    return data.getvalue()


def encrypted():
    data = bytearray(zipped({"bundle.json": b"{}"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


NOT_BUNDLES = {
    "empty": (lambda _: b"", "a sound zip archive"),
    "text": (lambda _: b"this is no zip file\n" * 50, "a sound zip archive"),
    "html": (lambda _: b"<!doctype html><html></html>", "a sound zip archive"),
    "only the end record": (lambda _: b"PK\x05\x06" + bytes(18), "no manifest"),
    "a wrong end record": (lambda _: b"PK\x05\x06" + b"\xff" * 18, "found"),
    "half": (lambda data: data[: len(data) // 2], "a sound zip archive"),
    "cut by a byte": (lambda data: data[:-1], "found"),
    "head cut off": (lambda data: data[100:], "found"),
    "zeros": (lambda data: bytes(len(data)), "a sound zip archive"),
    "a bomb": (lambda _: bomb(60_000_000), "unpacked"),
    "a giant": (lambda _: bomb(70_000_000), "unpacked"),
    "a lie that is small": (lambda _: lying(5_000_000, 100), "found"),
    "a lie that is large": (lambda _: lying(100_000, 200_000), "found"),
    "bzip2": (lambda _: with_method(zipfile.ZIP_BZIP2), "deflate"),
    "lzma": (lambda _: with_method(zipfile.ZIP_LZMA), "deflate"),
    "encrypted": (lambda _: encrypted(), "deflate"),
    "many files": (lambda _: zipped({f"x{k}": b"" for k in range(20_001)}), "at most 20000"),
}


@pytest.mark.parametrize("name", NOT_BUNDLES)
def test_what_is_no_bundle_is_refused(sealed, tmp_path, name):
    forge, words = NOT_BUNDLES[name]
    path = tmp_path / "forged.zip"
    assert words in refused(path, forge(sealed["run"].read_bytes()))
    code, out, err = on_the_command_line("audit", path)
    assert (code, err) == (4, "")
    assert "✘" in out


def test_no_file_and_a_folder(tmp_path):
    """A name that was mistyped says nothing of any evidence."""
    for path, words in ((tmp_path / "none.zip", "no such file"), (tmp_path, "a folder")):
        for command in ("audit", "report"):
            code, out, err = on_the_command_line(command, path)
            assert (code, out) == (2, "")
            assert words in err


# JSON that means two things, or too much

HOSTILE = {
    "duplicate keys": lambda _: b'{"x":1,"x":2}',
    "the same key again": lambda data: data.replace(b"{", b'{"qassay":1,"qassay":1,', 1),
    "NaN": lambda data: _number(data, b"NaN"),
    "Infinity": lambda data: _number(data, b"-Infinity"),
    "a number too large": lambda data: _number(data, b"1e999"),
    "5000 digits": lambda data: _number(data, b"9" * 5000),
    "5000 digits and a point": lambda data: _number(data, b"9" * 5000 + b".5"),
    "an integer beyond 2^53": lambda data: _number(data, b"9007199254740993"),
    "deep lists": lambda _: b"[" * 200_000 + b"]" * 200_000,
    "deep lists without end": lambda _: b"[" * 200_000,
    "deep tables": lambda _: b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "deep behind a text of brackets": lambda _: (
        b'["' + b"]" * 200_000 + b'",' + b"[" * 200_000 + b"]" * 200_001
    ),
    "not UTF-8": lambda data: data.replace(b'"', b'"\xe4', 1),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "half a character": lambda data: data.replace(b'"', b'"\\ud800', 1),
    "a null byte": lambda data: data + b"\0",
    "two documents": lambda data: data + data,
    "nothing": lambda _: b"",
    "a control character": lambda data: data.replace(b'"', b'"\x01', 1),
    "endless spaces": lambda data: data + b" " * 100_000 + b"x",
}


def _number(data, text):
    """Put a number in the place of the first value."""
    head, colon, rest = data.partition(b":")
    value = rest.partition(b",")[0]
    return head + colon + text + rest[len(value) :]


HOSTILE_FILES = (
    MANIFEST,
    PLAN,
    SEED,
    ESTIMATES,
    VERDICTS,
    COUNTS,
    CIRCUITS,
    "published/readout_error.json",
    "software/versions.json",
)


@pytest.mark.parametrize("all_files", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_refused_in_time(contents, tmp_path, name, all_files):
    """Of every kind, and in every file: one reader reads them all, so they take turns."""
    path, turn = tmp_path / "forged.zip", list(HOSTILE).index(name)
    for bundle, files in contents.items():
        there = [file for file in HOSTILE_FILES if file in files]
        assert len(there) < len(HOSTILE) / 2  # so that each has its turn twice
        chosen = there if all_files else dict.fromkeys((MANIFEST, there[turn % len(there)]))
        for file in chosen:
            data = HOSTILE[name](files[file])
            assert data != files[file]
            forged = {**files, file: data}
            seal = zipped if file == MANIFEST else resealed
            words = refused(path, seal(forged))
            assert words.startswith((file, "the audit")), (bundle, file, words)
            assert "Traceback" not in words
    code, out, err = on_the_command_line("audit", path)
    assert (code, err) == (4, "")
    assert "✘" in out


def test_a_hostile_sheet_is_refused(contents, tmp_path):
    files = contents["run"]
    sheets = {
        "no TOML": b"[[[",
        "not UTF-8": b"\xff\xfe",
        "nothing": b"",
        "deep": b"x = " + b"[" * 200_000,
        "digits": b"x = " + b"9" * 5000,
        "large": b"#" * 2_000_000,
        "another sheet": files["claims/sheet.toml"].replace(b"100 ms", b"101 ms"),
        "another comment": files["claims/sheet.toml"].replace(b"# Claims", b"# claims"),
    }
    for name, data in sheets.items():
        words = refused(
            tmp_path / "forged.zip", resealed({**files, "claims/sheet.toml": data}), 4.0
        )
        assert "claims/sheet.toml" in words, name


# every byte of the archive


@pytest.mark.parametrize("kind", ["run", "import"])
def test_flipped_bits_anywhere_are_refused(sealed, tmp_path, kind):
    data = sealed[kind].read_bytes()
    chance = random.Random(f"flips of {kind}")
    for _ in range(200):
        forged = bytearray(data)
        forged[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        refused(tmp_path / "forged.zip", bytes(forged))


def test_an_archive_in_another_form_is_refused(contents, tmp_path):
    """The same files zipped again leave room for bytes that nobody accounts for."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents["run"].items():
            archive.writestr(name, content)
    forged = zipped(contents["run"])
    commented = forged[:-2] + b"\1\0x"
    for one in (data.getvalue(), b"x" + forged, forged + b"x", commented):
        words = refused(tmp_path / "forged.zip", one)
        assert "in another form, or with data beside it" in words or "zip archive" in words


def test_the_audit_needs_neither_stim_nor_qiskit(sealed):
    code = """
import sys
from pathlib import Path
from qassay.auditing.audit import audit_bundle
assert all(audit_bundle(Path(name)).failure is None for name in sys.argv[1:])
heavy = {"stim", "qiskit", "qiskit_aer", "matplotlib", "fastapi", "pandas"} & sys.modules.keys()
simulated = [name for name in sys.modules if name.startswith("qassay.devices.simulated")]
sys.exit(f"{sorted(heavy)} {simulated}" if heavy or simulated else 0)
"""
    call = [sys.executable, "-c", code, *map(str, sealed.values())]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
