"""Three parties by files: what is due is asked for, and nothing can be changed afterwards."""

import base64
import copy
import errno
import json
import os
import re
import shutil
from dataclasses import replace

import pytest
from auditor import audit_further, audit_minimal

from qassay.auditing.audit import audit_bundle
from qassay.auditing.unproven import not_proven
from qassay.campaigns import closing
from qassay.campaigns.answering import Said, answer
from qassay.campaigns.collecting import advance
from qassay.campaigns.folder import AgreedTerms, begin_campaign
from qassay.campaigns.keeping import Keeper
from qassay.canonical import canonical_bytes
from qassay.errors import (
    CountsError,
    LogBrokenError,
    NotAuditableError,
    QassayError,
    UsageError,
)
from qassay.evidence.bundle import CAMPAIGN_FORMAT, Bundle, open_bundle
from qassay.evidence.events import ENTRIES
from qassay.evidence.keys import new_key
from qassay.evidence.roles import Party, Roles, Trust
from qassay.exchange.description_file import read_description
from qassay.exchange.parcel import read_reply
from qassay.planning.plan import CampaignTerms
from qassay.protocols.weighing.decision import OPEN, Decision
from qassay.verdicts.unfinished import unfinished

NOW, HOUR = 1_700_000_000, 3600
SHEET = b"""[sheet]
title = "T"
vendor = "V"
machine = "small-3"
[[claim]]
id = "r"
metric = "readout_error"
value = "5 %"
delta = 1.0
"""
DEVICE = b'[device]\nname = "small-3"\nplatform = "other"\nqubits = 3\nconnectivity = "line"\n'


class Story:
    """The three parties, their keys and folders."""

    def __init__(self, folder, laboratory):
        self.folder, self.laboratory, self.now = folder, laboratory, NOW
        self.keys = {role: new_key() for role in ("vendor", "verifier", "partner")}
        self.roles = Roles(
            tuple(Party(role=r, name=r, key=key.public) for r, key in self.keys.items())
        )
        (folder / "sheet.toml").write_bytes(SHEET)
        self.home = folder / "verifier"
        self.progress = None

    def copied(self, folder):
        """Give the same story in another folder, to go on there."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        other, old = copy.copy(self), self.progress
        other.folder, other.home = folder, folder / "verifier"
        moved = {
            name: folder / getattr(old, name).relative_to(self.folder)
            for name in ("parcel", "pack")
        }
        other.progress = replace(old, **moved)
        return other

    def campaign(self):
        device, gates = read_description(DEVICE, "d.toml")
        terms = AgreedTerms(gates=gates, deadline=HOUR)
        return begin_campaign(
            self.folder / "sheet.toml", device, self.home, terms, turns=2, roles=self.roles
        )

    def collect(self, *replies, **more):
        self.now += 1
        self.progress = advance(
            self.campaign(), replies, key=self.keys["verifier"], now=self.now, **more
        )
        return self.progress

    def answer(self, role, **more):
        own = (self.folder / "sheet.toml").read_bytes()
        more.setdefault("sheet", own if role == "vendor" else None)
        path, _ = answer(
            self.progress.parcel,
            self.keys[role],
            self.folder / role,
            now=self.now,
            trust=Trust(self.roles),
            **more,
        )
        return path

    def until_release(self):
        self.collect()
        for role in ("partner", "vendor", "partner"):
            self.collect(self.answer(role))
        return self.progress

    def counts(self, seed=7, readout=0.01):
        errors = self.laboratory.Errors(readout=readout)
        document = self.laboratory.run_pack(self.progress.pack, errors, seed=seed)
        path = self.folder / f"counts-{seed}.json"
        path.write_text(json.dumps(document))
        return path

    def to_the_end(self):
        while self.progress.standing.current is not None:
            if self.progress.pack is None:
                self.collect(self.answer("partner"))
            self.collect(self.answer("vendor", counts=[self.counts()]))
        return self.collect(self.answer("partner"), self.answer("vendor"))

    def public(self):
        return {p: p.read_bytes() for p in sorted(self.home.rglob("*")) if p.is_file()}


@pytest.fixture
def story(tmp_path, laboratory):
    return Story(tmp_path, laboratory)


@pytest.fixture(scope="module")
def released(tmp_path_factory, laboratory):
    story = Story(tmp_path_factory.mktemp("released"), laboratory)
    story.until_release()
    return story


@pytest.fixture
def begun(released, tmp_path):
    """A campaign whose first round is out, in a folder of its own."""
    return released.copied(tmp_path)


@pytest.fixture(scope="module")
def ended(tmp_path_factory, laboratory):
    """A campaign that was played to its end, for tests that leave its folder as it is."""
    story = Story(tmp_path_factory.mktemp("ended"), laboratory)
    assert story.until_release().release.number == 1
    story.to_the_end()
    return story


def audited(path, story):
    return audit_bundle(path, trust=Trust(story.roles))


def test_three_parties_come_to_t2(ended):
    story, result = ended, ended.progress.result
    assert [(v.outcome, v.trust) for v in result.verdicts] == [("supported", "T2")]
    audit = audited(result.bundle, story)
    assert audit.failure is None, audit.failure
    assert audit.level == "T2"
    before = story.public()
    assert story.collect().result.exit_code == 0
    assert story.public() == before, "a closed campaign is left as it is"


def test_what_is_not_due_or_not_theirs_is_refused_and_changes_nothing(story):
    story.collect()
    with pytest.raises(UsageError, match="verifier"):
        answer(story.progress.parcel, story.keys["verifier"], story.folder / "x")
    with pytest.raises(UsageError, match="no role"):
        answer(story.progress.parcel, new_key(), story.folder / "x")
    story.until_release()
    with pytest.raises(UsageError, match="those of the vendor"):
        story.answer("partner", counts=[story.counts()])
    reply = story.answer("vendor", counts=[story.counts()])
    before = story.public()
    forged = story.folder / "forged.zip"
    for change in (
        {"returned": {}},
        {"returned": dict.fromkeys(read_reply(reply).returned, b"{}")},
        {"role": "partner"},
    ):
        forged.write_bytes(replace(read_reply(reply), **change).to_bytes())
        with pytest.raises(QassayError):
            story.collect(forged)
        assert story.public() == before


def test_late_counts_need_a_word_and_are_put_on_record(begun):
    reply = begun.answer("vendor", counts=[begun.counts()])
    before = begun.public()
    begun.now += 2 * HOUR
    with pytest.raises(CountsError, match="counts until the deadline"):
        begun.collect(reply)
    assert begun.public() == before
    progress = begun.collect(reply, expire=True)
    assert any("came after its end" in remark for remark in progress.remarks)
    assert all(one.outcomes is None for one in progress.standing.done)


def _turned(text):
    return text[::-1]


def _shifted(text):
    return text[-1] + text[:-1]


@pytest.mark.parametrize(("write", "words"), [(_turned, "bits in reverse"), (_shifted, "bits")])
def test_signed_bits_in_another_order_are_final_and_put_on_record(begun, write, words):
    """A second attempt there is none; but a reader is told what the verdict may come from."""
    path = begun.counts()
    document = json.loads(path.read_text())
    for one in document["circuits"].values():
        one["counts"] = {write(text): count for text, count in one["counts"].items()}
    path.write_text(json.dumps(document))
    progress = begun.collect(begun.answer("vendor", counts=[path]))
    assert any(words in remark for remark in progress.remarks)
    assert any(words.encode() in line for line in _notes_of(begun))
    assert any(one.outcomes is not None for one in progress.standing.done)


def test_signed_answers_of_other_circuits_are_put_on_record(begun):
    path = begun.counts()
    document = json.loads(path.read_text())
    names = list(document["circuits"])
    given = list(document["circuits"].values())
    document["circuits"] = dict(zip(names, [*given[1:], given[0]], strict=True))
    path.write_text(json.dumps(document))
    progress = begun.collect(begun.answer("vendor", counts=[path]))
    assert any("another order of the circuits" in remark for remark in progress.remarks)
    assert sum(b"another order" in line for line in _notes_of(begun)) == 1


def _notes_of(story):
    log = (story.home / "log" / "entries.jsonl").read_bytes()
    payloads = (json.loads(line)["envelope"]["payload"] for line in log.splitlines())
    return [text for text in map(base64.b64decode, payloads) if b'"noted"' in text]


def test_excuses_come_before_the_call_and_only_so_many(story):
    story.collect()
    story.collect(story.answer("partner"))
    story.collect(story.answer("vendor"), hold=True)
    excused = {"round-01/part-01": "maintenance"}
    story.collect(story.answer("vendor", said=Said(excused=excused)))
    assert story.progress.release is None, "called, and not released before the partner's share"
    for name in ("round-01/part-02", "round-02/part-01"):
        with pytest.raises(LogBrokenError, match="which is next and not called"):
            story.answer("vendor", said=Said(excused={name: "again"}))


@pytest.mark.parametrize("name", ["nonsense", "round-99/part-01", "round-1/part-1"])
def test_a_part_has_one_name(begun, name):
    """R3, R4: no text but a part of the plan can be excused or ended."""
    with pytest.raises(UsageError, match="a part of the plan"):
        begun.answer("vendor", said=Said(excused={name: "sorry"}))


def test_claims_are_shown_before_they_are_signed(story):
    """R11: the vendor's program signs no claims that its user has not seen."""
    story.collect()
    story.collect(story.answer("partner"))
    with pytest.raises(UsageError, match="have not been shown"):
        story.answer("vendor", sheet=None)
    with pytest.raises(UsageError, match="other claims than those of the parcel"):
        story.answer("vendor", sheet=SHEET.replace(b"5 %", b"6 %"))
    shown = []
    story.answer("vendor", sheet=None, confirm=lambda sheet: shown.append(sheet) or True)
    assert [claim.value for claim in shown[0].claims] == [0.05]


def test_a_party_signs_a_thing_once_and_sends_the_same_bytes_again(story):
    story.collect()
    first = read_reply(story.answer("partner")).events
    assert read_reply(story.answer("partner")).events == first
    story.until_release()
    counts = [story.counts()]
    signed = read_reply(story.answer("vendor", counts=counts))
    assert read_reply(story.answer("vendor", counts=counts)).events == signed.events
    lost = read_reply(story.answer("vendor"))  # the reply was lost: it goes out again by itself
    assert (lost.events, lost.returned) == (signed.events, signed.returned)
    with pytest.raises(CountsError, match="answered otherwise"):
        story.answer("vendor", counts=[story.counts(seed=8)])


def test_a_part_comes_in_several_files(begun):
    """R7: two files for one part are as good as one; nine, or an answer twice, are not."""
    document = json.loads(begun.counts().read_bytes())
    names = list(document["circuits"])
    paths = []
    for turn in range(3):
        part = {name: document["circuits"][name] for name in names[turn::3]}
        paths.append(begun.folder / f"third-{turn}.json")
        paths[-1].write_text(json.dumps(document | {"circuits": part}))
    progress = begun.collect(begun.answer("vendor", counts=paths))
    assert not any(place[0] == 1 for place in progress.missing)


def test_a_log_that_was_rewritten_is_refused_by_whoever_saw_it(begun):
    begun.collect(begun.answer("vendor", said=Said(note="we are ready")))
    begun.answer("partner")
    # the verifier forgets the note: another past of the same campaign
    entries = begun.home / ENTRIES
    lines = entries.read_bytes().splitlines(keepends=True)
    entries.write_bytes(b"".join(lines[:-1]))
    for path in begun.home.glob("to-all/*"):
        path.unlink()
    begun.now += 2 * HOUR
    begun.collect(expire=True)
    with pytest.raises(LogBrokenError, match="continue"):
        begun.answer("partner")


def test_other_campaigns_of_the_vendor_and_machine_are_named(tmp_path, laboratory):
    """R10: whoever knows another campaign puts it on record, and every level says what it is."""
    first = Story(tmp_path, laboratory)
    first.until_release()
    abandoned = first.campaign().plan.id
    (tmp_path / "verifier").rename(tmp_path / "abandoned")
    first.now += 2 * HOUR
    (tmp_path / "sheet.toml").write_bytes(SHEET + b" ")
    first.collect()
    first.collect(first.answer("partner"))
    first.collect(first.answer("vendor"))
    first.collect(first.answer("partner"))
    result = first.to_the_end().result
    audit = audited(result.bundle, first)
    assert audit.failure is None, audit.failure
    told = " ".join(not_proven(audit))
    assert abandoned[:16] in told
    assert "1 other campaign" in told


def test_a_torn_last_line_is_cut_off(begun):
    """R25: a full disk in the middle of a line; the sender's bytes come again."""
    reply = begun.answer("vendor", counts=[begun.counts()])
    entries = begun.home / ENTRIES
    whole = entries.read_bytes()
    entries.write_bytes(whole + b'{"at":17000')
    progress = begun.collect(reply)
    assert entries.read_bytes().startswith(whole)
    assert entries.read_bytes().endswith(b"\n")
    assert progress.standing.over >= 1


def test_a_full_disk_leaves_the_log_as_it_was(begun, monkeypatch):
    reply = begun.answer("vendor", counts=[begun.counts()])
    entries = begun.home / ENTRIES
    before = entries.read_bytes()

    def full(handle, data, place):
        os.lseek(handle, place, os.SEEK_SET)
        os.write(handle, data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space"):
            begun.collect(reply)
    assert entries.read_bytes() == before
    assert begun.collect(reply).standing.over >= 1


def test_a_bundle_that_is_sealed_again_is_signed_before_it_is_there(begun, monkeypatch):
    """Attestations come after the close; a power cut between seal and signature leaves neither."""
    while begun.progress.standing.current is not None:
        if begun.progress.pack is None:
            begun.collect(begun.answer("partner"))
        begun.collect(begun.answer("vendor", counts=[begun.counts()]))
    replies = begun.answer("partner"), begun.answer("vendor")

    def cut(*_):
        raise OSError(errno.EIO, "a power cut")

    with monkeypatch.context() as patch:
        patch.setattr(closing, "sign_bundle", cut)
        with pytest.raises(OSError, match="a power cut"):
            begun.collect(*replies)
    result = begun.collect(*replies).result
    audit = audited(result.bundle, begun)
    assert audit.failure is None, str(audit.failure)
    assert audit.level == "T2"


def test_notes_have_a_quota_and_cannot_fill_the_log(story, monkeypatch):
    """R6: no party can lock the others out; the plan says how many notes are on record."""
    monkeypatch.setitem(CampaignTerms.__init__.__kwdefaults__, "notes", 3)
    story.until_release()
    for turn in range(3):
        story.collect(story.answer("partner", said=Said(note=f"note {turn}")))
    with pytest.raises(LogBrokenError, match="at most 3 notes"):
        story.answer("partner", said=Said(note="one more"))
    result = story.to_the_end().result
    assert audited(result.bundle, story).failure is None


def test_padding_in_a_file_of_counts_is_refused(begun):
    """R6b: commas in notes count as values of the evidence; a file has no room for them."""
    document = json.loads(begun.counts().read_bytes())
    document["notes"] = [f"{k:02d}" + "," * 390 for k in range(100)]
    path = begun.folder / "padded.json"
    path.write_text(json.dumps(document))
    with pytest.raises(CountsError, match="commas and brackets"):
        begun.answer("vendor", counts=[path])


def test_a_campaign_can_be_given_up_and_says_so(begun):
    with pytest.raises(UsageError, match="parts that are open"):
        begun.collect(give_up="out of money")
    begun.collect(begun.answer("vendor", counts=[begun.counts(readout=0.06)]), hold=True)
    result = begun.collect(give_up="out of money").result
    audit = audited(result.bundle, begun)
    assert audit.failure is None, audit.failure
    (verdict,) = audit.analysis.verdicts
    assert audit.level == "T1"
    if audit.campaign.finished:  # the circuits are drawn at random: one round may have been enough
        assert verdict.outcome == audit.decisions["r"].outcome
    else:
        assert verdict.outcome == "inconclusive"
        assert "not finished: out of money" in verdict.reasons[0]


def test_what_no_whole_round_settled_stays_open_in_a_campaign_that_was_given_up(ended):
    analysis = replace(ended.progress.result.analysis)
    (verdict,) = analysis.verdicts
    settled = Decision(outcome=verdict.outcome, cycle=3)
    assert unfinished(analysis, {"r": settled}, "x").verdicts == (verdict,)
    (left,) = unfinished(analysis, {"r": OPEN}, "out of money").verdicts
    assert left.outcome == "inconclusive"
    assert left.reasons[0] == "the campaign was not finished: out of money"


def test_a_bundle_that_would_not_pass_is_never_closed(begun, monkeypatch):
    before = (begun.home / ENTRIES).read_bytes()

    def refusing(*args, **kwargs):
        audit = audit_bundle(*args, **kwargs)
        audit.failure, audit.failed = LogBrokenError("it does not hold"), "log"
        return audit

    monkeypatch.setattr(closing, "audit_bundle", refusing)
    with pytest.raises(NotAuditableError, match="nothing was revealed or closed") as caught:
        begun.to_the_end()
    assert caught.value.exit_code == 6
    log = (begun.home / ENTRIES).read_bytes()
    assert log.startswith(before)
    state = Keeper.open(begun.campaign(), begun.keys["verifier"], begun.now).state
    assert not state.secret
    assert not state.closed


@pytest.mark.parametrize(
    "budgets",
    [
        pytest.param((67,), id="one"),
        pytest.param(range(400), id="all", marks=pytest.mark.slow),
    ],
)
@pytest.mark.timeout(1200)
def test_kills_at_every_write_of_answer_and_collect(
    tmp_path, laboratory, kill_at_every_write, budgets
):
    """Whatever write a power cut takes away, the same commands go on; nothing is signed twice."""
    kills = 0
    for budget in budgets:
        place = tmp_path / f"{budget}"
        place.mkdir()
        story = Story(place, laboratory)
        with kill_at_every_write(budget) as kill:
            if not kill(_play, story):
                break
        kills += 1
        result = _play(story)
        audit = audited(result.bundle, story)
        assert audit.failure is None, (budget, str(audit.failure))
        assert [(v.outcome, v.trust) for v in result.verdicts] == [("supported", "T2")]
    assert kills >= min(60, len(budgets))
    print(f"{kills} campaigns killed at a write, all ended whole")


def _play(story):
    """Play a campaign to its end; what has been done is done again in vain."""
    story.until_release()
    return story.to_the_end().result


def test_counts_that_were_changed_after_signing_do_not_follow(ended, tmp_path):
    story = ended
    bundle = open_bundle(story.progress.result.bundle)
    forged = tmp_path / "forged.zip"

    def refused(files):
        Bundle(files, CAMPAIGN_FORMAT).save(forged)
        failure = audited(forged, story).failure
        assert failure is not None
        assert "report it" not in str(failure)
        return str(failure)

    (name,) = [n for n in bundle.files if n.startswith("returned/")][:1]
    changed = re.sub(
        rb"[01]{3}", lambda m: bytes([m[0][0] ^ 1]) + m[0][1:], bundle.files[name], count=1
    )
    assert changed != bundle.files[name]
    assert name in refused({**bundle.files, name: changed})
    (counts,) = [n for n in bundle.files if n.endswith("counts.json")][:1]
    document = json.loads(bundle.files[counts])
    line = document["outcomes"][0]
    document["outcomes"][0] = ("1" if line[0] == "0" else "0") + line[1:]
    words = refused({**bundle.files, counts: json.dumps(document).encode()})
    assert f"{counts}, outcomes" in words
    assert "jobs/round-01.json" in refused(
        {n: d for n, d in bundle.files.items() if n != "jobs/round-01.json"}
    )


def test_both_auditors_follow_the_signed_files_to_the_batches(ended, tmp_path):
    story, path = ended, ended.progress.result.bundle
    roles = tmp_path / "roles.json"
    roles.write_bytes(story.roles.to_bytes())
    assert audit_minimal.audit(path, [str(roles)])["valid"]
    files = dict(open_bundle(path).files)
    batch = json.loads(files["batches/readout/0000/counts.json"])
    lines = batch["outcomes"]
    other = next(place for place, line in enumerate(lines) if line != lines[0])
    swapped = [lines[other], *lines[1:other], lines[0], *lines[other + 1 :]]
    lost = {"outcomes": None, "failures": ["lost"]}
    returned = next(name for name in files if name.startswith("returned/"))
    forged = tmp_path / "forged.zip"
    for name, data, check in (
        ("batches/readout/0000/counts.json", batch | {"outcomes": swapped}, "counts"),
        ("batches/readout/0000/counts.json", batch | lost, "counts"),
        (returned, json.loads(files[returned]) | {"notes": ["x"]}, "log"),
    ):
        Bundle({**files, name: canonical_bytes(data)}, CAMPAIGN_FORMAT).save(forged)
        audit = audited(forged, story)
        assert (audit.failed, audit.failure.exit_code) == (check, 4), str(audit.failure)
        assert audit_minimal.audit(forged, [str(roles)])["failed"]["check"] == check


def test_a_vendor_who_signs_only_the_good_parts_is_not_supported(begun):
    """He runs all of a round, looks, and returns what suits him: the rest "was not run"."""
    while begun.progress.standing.current is not None:
        path = begun.counts()
        document = json.loads(path.read_bytes())
        wrong = {
            part: sum("000" not in c["counts"] for n, c in document["circuits"].items() if n in ids)
            for part, ids in begun.progress.missing.items()
        }
        worst = max(wrong, key=wrong.get)  # as he may well see it
        gone = set(begun.progress.missing[worst])
        kept = {n: c for n, c in document["circuits"].items() if n not in gone}
        path.write_text(json.dumps(document | {"circuits": kept}))
        said = Said(failed={worst: "a power cut"})
        begun.collect(begun.answer("vendor", counts=[path], said=said))
        if begun.progress.standing.current is not None:
            begun.collect(begun.answer("partner"))
    result = begun.collect(begun.answer("partner")).result
    (verdict,) = result.verdicts
    assert (verdict.outcome, verdict.trust) == ("inconclusive", "T2")
    assert "missing counts count as failure" in verdict.reasons[0]
    roles = begun.folder / "roles.json"
    roles.write_bytes(begun.roles.to_bytes())
    assert audited(result.bundle, begun).failure is None
    assert audit_minimal.audit(result.bundle, [str(roles)])["valid"]
    assert audit_minimal.audit(result.bundle, [str(roles)], audit_further.Further)["valid"]


def test_a_folder_of_two_parties_mixes_no_secrets(story):
    """Each draws for itself: one home for both would give the one's secret to the other."""
    story.collect()
    home = story.folder / "shared"
    path, _ = answer(story.progress.parcel, story.keys["partner"], home, now=story.now)
    story.collect(path)
    with pytest.raises(UsageError, match="--home of its own"):
        answer(story.progress.parcel, story.keys["vendor"], home, sheet=SHEET, now=story.now)


@pytest.mark.parametrize("name", ["small-3", "Ѕmall 3", "ｓｍａｌｌ–３", "small-4"])
def test_a_machine_is_the_same_under_a_name_that_reads_alike(tmp_path, name):
    """A vendor with a new key begins again on a machine that did badly, and renames it."""
    from qassay.campaigns.memory import Memory, others

    def memory(number, machine, vendor, maker="Maker A"):
        return Memory(
            path=tmp_path / f"campaign-{number}.json",
            campaign=f"{number:064x}",
            roles="",
            vendor=vendor,
            machine=machine,
            maker=maker,
        )

    memory(1, "small-3", "SHA256:first").save()
    alike = [] if name == "small-4" else [f"{1:064x}"]
    assert [x.campaign for x in others(tmp_path, memory(2, name, "SHA256:second"))] == alike
    assert [x.campaign for x in others(tmp_path, memory(2, name, "SHA256:first", "B"))] == alike
    assert others(tmp_path, memory(2, name, "SHA256:second", "B")) == []
