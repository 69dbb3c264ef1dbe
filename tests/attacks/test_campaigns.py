"""Campaigns of three parties: what stands is accepted at its level, and every forgery is named."""

import json
import random
import shutil
import subprocess
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO

import pytest

from qassay.auditing.audit import CHECKS, audit_bundle, question
from qassay.cli import main
from qassay.errors import EvidenceError
from qassay.evidence.archive import read_archive, write_archive
from qassay.evidence.bundle import Bundle, is_outside, sealed_bundle
from qassay.evidence.envelope import parse_envelope
from qassay.evidence.note import parse_note
from qassay.evidence.roles import Party, Roles, Trust, trust_from
from qassay.evidence.signing import sign_bundle, signers_of


def command(*call):
    out, err, before = StringIO(), StringIO(), sys.argv
    sys.argv = ["qassay", *map(str, call)]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = main()
    finally:
        sys.argv = before
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def trust(campaigns, tmp_path):
    path = tmp_path / "roles.json"
    path.write_bytes(campaigns.roles.to_bytes())
    return path


def test_a_sound_campaign_reaches_t2(campaign, trust):
    audit = audit_bundle(campaign, trust=trust_from([str(trust)]))
    assert audit.failure is None, audit.failure
    assert audit.level == "T2"
    assert {v.trust for v in audit.analysis.verdicts if v.shots} == {"T2"}
    code, out, _ = command("audit", campaign, "--trust", trust, "--json")
    document = json.loads(out)
    assert (code, document["valid"], document["trust"]) == (0, True, "T2")
    assert [check["check"] for check in document["checks"]] == [name for name, _ in CHECKS]
    assert all(
        check["passed"] and check["asks"] and check["sentence"] for check in document["checks"]
    )
    assert all(party["pinned"] for party in document["parties"])
    assert document["not_proven"]
    code, out, _ = command("audit", campaign, "--trust", trust)
    assert code == 0
    assert "no other, better machine" in out


def test_every_check_asks_one_question():
    asked = [question(check) for _, check in CHECKS]
    assert len(set(asked)) == len(CHECKS)
    assert all(one.endswith("?") for one in asked)


def test_an_embedded_key_alone_is_no_trust(campaign):
    code, out, _ = command("audit", campaign, "--json")
    document = json.loads(out)
    assert (code, document["valid"], document["failed"]) == (4, False, "trust")
    assert document["trust"] == "T0"
    assert "keys you have not pinned" in document["problems"][0]
    passed = [check["passed"] for check in document["checks"]]
    assert passed == [True] * (len(CHECKS) - 2) + [False, None]


def test_fingerprints_pin_what_the_bundle_brings(campaign, campaigns):
    pins = [f"{role}={key.public.fingerprint}" for role, key in campaigns.keys.items()]
    assert audit_bundle(campaign, trust=trust_from(pins), page=False).failure is None
    for left in range(3):
        some = pins[:left] + pins[left + 1 :]
        audit = audit_bundle(campaign, trust=trust_from(some), page=False)
        assert audit.failed == "trust"
        assert pins[left].partition("=")[2] in str(audit.failure)


def test_other_keys_under_the_parties_names(campaign, campaigns):
    """Somebody plays all three parties with keys of his own: sound in itself, and untrusted."""
    keys = {role: campaigns.key_of(f"false {role}") for role in campaigns.keys}
    roles = Roles(tuple(Party(role=r, name=r, key=k.public) for r, k in keys.items()))
    forged = campaigns.make(campaigns.folder / "other-keys", roles=roles, keys=keys)
    audit = audit_bundle(forged, trust=Trust(campaigns.roles))
    assert audit.failed == "trust"
    assert "no signature by a key that you pinned" in str(audit.failure)
    audit = audit_bundle(forged)
    assert audit.failed == "trust"


def test_pinned_in_another_role(campaign, campaigns):
    swapped = Roles(
        tuple(
            replace(p, role={"vendor": "partner", "partner": "vendor"}.get(p.role, p.role))
            for p in campaigns.roles.parties
        )
    )
    audit = audit_bundle(campaign, trust=Trust(swapped))
    assert audit.failed == "signatures"
    assert "as you pinned it" in str(audit.failure)


def drop(kind):
    def tweak(story):
        place = next(n for n, (_, one) in enumerate(story.course) if one.kind == kind)
        del story.course[place]
        story.fixed -= kind in ("committed", "nonce")

    return tweak


def late_counts(story):
    story.course = [(at + (800 if at >= 300 else 0), one) for at, one in story.course]
    story.late += 800


def other_counts(story):
    """Edit a batch after the vendor signed it."""
    name = sorted(n for n in story.files if n.endswith("/counts.json"))[0]
    document = json.loads(story.files[name])
    line = document["outcomes"][0]
    document["outcomes"][0] = ("1" if line[0] == "0" else "0") + line[1:]
    story.files[name] = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


def other_verdicts(story):
    name = "verdicts/verdicts.json"
    story.files[name] = story.files[name].replace(b'"supported"', b'"refuted"', 1)


def earlier_seed(story):
    root = b"00" * 32
    seed = json.loads(story.files["seeds/reveal.json"])
    seed["root"] = root.decode()
    story.files["seeds/reveal.json"] = json.dumps(seed).encode()


def late_watch(story):
    story.early = 350


def early_stamp(story):
    story.late = 350


def watch_too_little(story):
    story.fixed = 3


def watch_too_much(story):
    story.fixed = len(story.course) - 2
    story.early = 450


def hidden_batch(story):
    """Release a batch more than the plan has, and let it expire in silence."""
    release = next(one for _, one in story.course if one.kind == "released")
    more = replace(release, facts={"batch": "extra/0000", "deadline": 250})
    gone = replace(release, kind="expired", facts={"batch": "extra/0000"})
    place = next(n for n, (at, _) in enumerate(story.course) if at == 300)
    story.course[place:place] = [(200, more), (300, gone)]


def failed_though_counted(story):
    place = next(n for n, (_, one) in enumerate(story.course) if one.kind == "counts")
    at, one = story.course[place]
    facts = {"batch": one.facts["batch"], "reason": "a cable"}
    plan = {"plan/plan.json": one.subject["plan/plan.json"]}
    story.course[place] = (at, replace(one, kind="failed", facts=facts, subject=plan))


def unlisted_file(story):
    story.files["returned/extra.json"] = b"{}"


FORGED = {  # name: (how, which check finds it, words)
    "no nonce": ({"tweak": drop("nonce")}, "log", "before the vendor's nonce"),
    "no partner's commitment": ({"tweak": drop("committed")}, "log", "before all commitments"),
    "a reveal left out": ({"tweak": drop("revealed")}, "log", "before all reveals"),
    "a release left out": ({"tweak": drop("released")}, "log", "not released"),
    "an end left out": ({"tweak": drop("counts")}, "log", "is open"),
    "no verdicts": ({"tweak": drop("verdicts")}, "log", "before the verdicts"),
    "a log that goes on": ({"tweak": drop("closed")}, "log", "goes on"),
    "late counts": ({"tweak": late_counts}, "log", "after its deadline"),
    "counts that nobody signed": ({"tweak": other_counts}, "log", "another file than the log"),
    "verdicts that nobody signed": ({"tweak": other_verdicts}, "log", "another file than the log"),
    "another seed": ({"tweak": earlier_seed}, "seed", "another seed"),
    "failed, with counts": ({"tweak": failed_though_counted}, "counts", "expected none"),
    "a file that nothing names": ({"tweak": unlisted_file}, "completeness", "accounts for it"),
    "T3 that nothing shows": ({"level": "T3"}, "verdicts", 'trust: found "T3"'),
    "T4 that nothing shows": ({"level": "T4"}, "verdicts", 'trust: found "T4"'),
    "T2 without a witness": ({"witness": ""}, "verdicts", 'expected "T1"'),
    "T2 watched by the vendor": ({"witness": "vendor"}, "verdicts", 'expected "T1"'),
    "T2 watched by the verifier": ({"witness": "verifier"}, "verdicts", 'expected "T1"'),
    "T2 watched too late": ({"tweak": late_watch}, "verdicts", 'expected "T1"'),
    "T2 watched before the seed was fixed": (
        {"tweak": watch_too_little},
        "verdicts",
        'expected "T1"',
    ),
    "T2 watched when all was over": ({"tweak": watch_too_much}, "verdicts", 'expected "T1"'),
    "a cosignature before its entries": ({"tweak": early_stamp}, "witnesses", "after its last"),
    "a batch too many": ({"tweak": hidden_batch}, "counts", "extra/0000"),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_by_parties_who_sign(campaigns, name):
    how, check, words = FORGED[name]
    bundle = campaigns.make(campaigns.folder / name.replace(" ", "-"), **how)
    audit = audit_bundle(bundle, trust=Trust(campaigns.roles))
    assert (audit.failed, words in str(audit.failure)) == (check, True), str(audit.failure)
    assert audit.failure.exit_code == 4
    assert "report it" not in str(audit.failure)


def test_an_amendment_is_shown(campaigns):
    def tweak(story):
        release = next(one for _, one in story.course if one.kind == "released")
        facts = {"batches": [release.facts["batch"]], "text": "runs on <b>Tuesday</b>"}
        amended = replace(release, kind="amended", facts=facts)
        story.course.insert(story.fixed, (110, amended))

    bundle = campaigns.make(campaigns.folder / "amended", tweak=tweak)
    audit = audit_bundle(bundle, trust=Trust(campaigns.roles))
    assert audit.failure is None, audit.failure
    page = audit.bundle.files["report/datasheet.html"].decode()
    assert "runs on &lt;b&gt;Tuesday&lt;/b&gt;" in page
    pins = [f"--trust={p.role}={p.key.fingerprint}" for p in campaigns.roles.parties]
    assert "runs on <b>Tuesday</b>" in command("audit", bundle, *pins)[1]


def test_t1_without_a_witness(campaigns):
    bundle = campaigns.make(campaigns.folder / "t1", witness="", level="T1")
    audit = audit_bundle(bundle, trust=Trust(campaigns.roles))
    assert audit.failure is None, audit.failure
    assert audit.level == "T1"


def resealed(members, path):
    files = {n: d for n, d in members.items() if n != "bundle.json" and not is_outside(n)}
    Bundle(files).save(path)
    return path


def edited_log(lines):
    return [line.replace(b'"at":300', b'"at":301', 1) for line in lines]


def edits(members):
    log = members["log/entries.jsonl"]
    lines = log.splitlines(keepends=True)
    note = members["log/checkpoint"]
    other = parse_note(note, "n")
    roles = json.loads(members["keys/roles.json"])
    yield "an entry's time", {"log/entries.jsonl": b"".join(edited_log(lines))}, "witnesses"
    yield (
        "two entries swapped",
        {"log/entries.jsonl": b"".join([*lines[:5], lines[6], lines[5], *lines[7:]])},
        "witnesses",
    )
    yield "the last entry cut", {"log/entries.jsonl": b"".join(lines[:-1])}, "log"
    yield "half an entry", {"log/entries.jsonl": log[:-20]}, "log"
    yield "no log", {"log/entries.jsonl": None}, "log"
    yield "no head", {"log/checkpoint": None}, "log"
    yield "no roles", {"keys/roles.json": None}, "log"
    yield (
        "no log at all",
        dict.fromkeys(
            ("log/entries.jsonl", "log/checkpoint", "log/checkpoints/0000005", "keys/roles.json")
        ),
        "seed",
    )
    yield (
        "no keeper's signature",
        {"log/checkpoint": replace(other, signatures=other.signatures[1:]).to_bytes()},
        "witnesses",
    )
    yield (
        "no cosignature",
        {"log/checkpoint": replace(other, signatures=other.signatures[:1]).to_bytes()},
        "verdicts",
    )
    yield (
        "an older head as the last",
        {"log/checkpoint": members["log/checkpoints/0000005"]},
        "witnesses",
    )
    yield (
        "a head under another size",
        {
            "log/checkpoints/0000005": None,
            "log/checkpoints/0000006": members["log/checkpoints/0000005"],
        },
        "witnesses",
    )
    yield "another root", {"log/checkpoint": note[:70] + b"A" + note[71:]}, "witnesses"
    yield (
        "a name changed in the roles",
        {"keys/roles.json": json.dumps(roles | {"roles": roles["roles"][:2]}).encode()},
        "log",
    )
    yield "no datasheet", {"report/datasheet.html": None}, "seals"
    yield (
        "a datasheet with another number",
        {"report/datasheet.html": members["report/datasheet.html"].replace(b"T2", b"T4", 1)},
        "datasheet",
    )
    yield (
        "a datasheet with a script",
        {"report/datasheet.html": members["report/datasheet.html"] + b"<script>1</script>"},
        "datasheet",
    )


def test_forged_by_outsiders_who_seal_again(campaign, campaigns, tmp_path):
    members = read_archive(campaign)
    names = set()
    for name, change, check in edits(members):
        forged = {n: d for n, d in (members | change).items() if d is not None}
        assert forged != members, name
        audit = audit_bundle(resealed(forged, tmp_path / "f.zip"), trust=Trust(campaigns.roles))
        assert audit.failed == check, (name, audit.failed, str(audit.failure))
        assert audit.failure.exit_code == 4
        assert "report it" not in str(audit.failure), name
        names.add(name)
    assert len(names) == 17


# signatures beside the sealed files


def signed(campaign, tmp_path, *roles, keys):
    path = tmp_path / "signed.zip"
    shutil.copy(campaign, path)
    for role in roles:
        sign_bundle(path, keys[role], role)
    return path


def test_several_parties_sign_and_the_sealed_files_stay(campaign, campaigns, tmp_path, trust):
    path = signed(campaign, tmp_path, "vendor", "partner", "vendor", keys=campaigns.keys)
    before, after = read_archive(campaign), read_archive(path)
    assert {n: after[n] for n in before if not is_outside(n)} == {
        n: before[n] for n in before if not is_outside(n)
    }
    assert sorted(after.keys() - before.keys()) == ["bundle.partner.sshsig", "bundle.vendor.sshsig"]
    audit = audit_bundle(path, trust=trust_from([str(trust)]))
    assert audit.failure is None
    assert {campaigns.roles.holder(key).role for key in audit.signers} == set(campaigns.keys)


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not there")
def test_stock_openssh_verifies_a_bundle(campaign, campaigns, tmp_path):
    with zipfile.ZipFile(campaign) as archive:
        for name in ("bundle.json", "bundle.sshsig"):
            archive.extract(name, tmp_path)
    (tmp_path / "allowed").write_text(campaigns.roles.allowed_signers(), encoding="utf-8")
    done = subprocess.run(
        [
            "ssh-keygen",
            "-Y",
            "verify",
            "-f",
            tmp_path / "allowed",
            "-I",
            "verifier",
            "-n",
            "qassay-bundle@v1",
            "-s",
            tmp_path / "bundle.sshsig",
        ],
        input=(tmp_path / "bundle.json").read_bytes(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_signatures_of_another_bundle(campaign, campaigns, sealed, tmp_path, trust):
    members = read_archive(campaign)
    path = tmp_path / "moved.zip"
    other = read_archive(sealed["run"])
    pinned = trust_from([str(trust)])
    for names in (["bundle.dsse.json"], ["bundle.sshsig"]):
        write_archive(path, {**other, **{name: members[name] for name in names}})
        audit = audit_bundle(path, trust=pinned)
        assert audit.failed == "signatures"
    write_archive(path, {n: d for n, d in members.items() if not is_outside(n)})
    audit = audit_bundle(path, trust=pinned)  # the log's signatures are still there
    assert audit.failed == "trust"
    assert "no signature of the verifier over the bundle as a whole" in str(audit.failure)
    audit = audit_bundle(sealed["run"], trust=pinned)
    assert audit.failed == "trust"
    assert "no signature by a key that you pinned" in str(audit.failure)


def test_every_flipped_byte_of_the_signatures(campaign, campaigns, tmp_path):
    members = read_archive(campaign)
    path = tmp_path / "flipped.zip"
    for name in ("bundle.dsse.json", "bundle.sshsig"):
        for place in range(0, len(members[name]), 11):
            data = bytearray(members[name])
            data[place] ^= 1 << place % 8
            write_archive(path, {**members, name: bytes(data)})
            audit = audit_bundle(path, trust=Trust(campaigns.roles))
            assert audit.failed == "signatures", (name, place)


@pytest.mark.slow
def test_ten_thousand_flipped_bytes(campaign, campaigns):
    """Any byte of any file of a bundle: the seals or the signatures detect every change of it."""
    members = read_archive(campaign)
    names = sorted(members)
    sizes = [len(members[name]) for name in names]
    chance = random.Random(5)
    detected = 0
    for _ in range(10_000):
        name = chance.choices(names, sizes)[0] if chance.random() < 0.5 else chance.choice(names)
        data = bytearray(members[name])
        data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        try:
            signers_of(sealed_bundle({**members, name: bytes(data)}), campaigns.roles.keys)
        except EvidenceError:
            detected += 1
    print(f"{detected} of 10000 flipped bytes detected")
    assert detected == 10_000


def test_a_run_that_was_signed(sealed, campaigns, tmp_path):
    """No log, so T0; the signature says who stands by it, and whether you know him."""
    path = tmp_path / "run.zip"
    shutil.copy(sealed["run"], path)
    (tmp_path / "k").write_bytes(b"")
    sign_bundle(path, campaigns.keys["verifier"], "verifier")
    audit = audit_bundle(path)
    assert audit.failure is None
    assert "keys you have not pinned" in audit.passed[-2].sentence
    audit = audit_bundle(path, trust=Trust(campaigns.roles))
    assert audit.failure is None
    assert "signed by verifier SHA256:" in audit.passed[-2].sentence


def test_the_sign_command(sealed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(sealed["run"], "b.zip")
    assert command("key", "new", "--role", "verifier", "--name", "Lab", "--out", "v.key")[0] == 0
    assert command("key", "roles", "v.key.pub", "--out", "roles.json")[0] == 0
    code, out, _ = command("sign", "b.zip", "--key", "v.key", "--role", "verifier")
    assert code == 0
    assert "bundle.sshsig" in out
    assert command("audit", "b.zip", "--trust", "roles.json")[0] == 0
    envelope = parse_envelope(read_archive(tmp_path / "b.zip")["bundle.dsse.json"], "e")
    assert json.loads(envelope.payload)["subject"][0]["name"] == "bundle.json"
    assert command("sign", "none.zip", "--key", "v.key", "--role", "verifier")[0] == 2
    assert command("sign", "b.zip", "--key", "none", "--role", "verifier")[0] == 2
    assert command("audit", "b.zip", "--trust", "none.json")[0] == 2
