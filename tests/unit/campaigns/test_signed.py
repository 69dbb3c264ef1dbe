"""Three parties by files: what is due is asked for, and nothing can be changed afterwards."""

import json
from dataclasses import replace

import pytest
from auditor import audit_further, audit_minimal

from qassay.auditing.audit import audit_bundle
from qassay.campaigns.answering import Said, answer
from qassay.campaigns.folder import Terms, begin
from qassay.campaigns.signed import advance_signed
from qassay.canonical import canonical_bytes
from qassay.errors import CountsError, LogBrokenError, QassayError, UsageError
from qassay.evidence.archive import write_archive
from qassay.evidence.bundle import Bundle, open_bundle
from qassay.evidence.keys import new_key
from qassay.evidence.log import ENTRIES
from qassay.evidence.roles import Party, Roles, Trust
from qassay.exchange.description_file import read_description
from qassay.exchange.parcel import read_reply

NOW, HOUR = 1_700_000_000, 3600
SHEET = b"""[sheet]
title = "T"
vendor = "V"
machine = "small-3"
[[claim]]
id = "r"
metric = "readout_error"
value = "5 %"
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

    def campaign(self):
        device, gates = read_description(DEVICE, "d.toml")
        terms = Terms(gates=gates, deadline=HOUR)
        return begin(self.folder / "sheet.toml", device, self.home, terms, turns=2,
                     roles=self.roles)  # fmt: skip

    def collect(self, *replies, **more):
        self.now += 1
        self.progress = advance_signed(
            self.campaign(), self.keys["verifier"], replies, now=self.now, **more
        )
        return self.progress

    def answer(self, role, **more):
        path, _ = answer(self.progress.parcel, self.keys[role], self.folder / role,
                         now=self.now, trust=Trust(self.roles), **more)  # fmt: skip
        return path

    def until_release(self):
        self.collect()
        for role in ("vendor", "partner", "vendor", "partner"):
            self.collect(self.answer(role))
        return self.progress

    def counts(self, seed=7):
        errors = self.laboratory.Errors(readout=0.01)
        document = self.laboratory.run_pack(self.progress.pack, errors, seed=seed)
        path = self.folder / f"counts-{seed}.json"
        path.write_text(json.dumps(document))
        return path

    def to_the_end(self):
        while self.progress.standing.current is not None:
            self.collect(self.answer("vendor", counts=[self.counts()]))
        self.collect(self.answer("partner"))
        return self.collect(self.answer("partner"))

    def public(self):
        return {p: p.read_bytes() for p in sorted(self.home.rglob("*")) if p.is_file()}


@pytest.fixture
def story(tmp_path, laboratory):
    return Story(tmp_path, laboratory)


def audited(path, story):
    return audit_bundle(path, trust=Trust(story.roles))


def test_three_parties_come_to_t2(story):
    progress = story.until_release()
    assert progress.release.number == 1
    result = story.to_the_end().result
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
        {"share": bytes(32), "role": "partner"},
    ):
        replace(read_reply(reply), **change).save(forged)
        with pytest.raises(QassayError):
            story.collect(forged)
        assert story.public() == before


def test_late_counts_need_a_word_and_are_put_on_record(story):
    story.until_release()
    reply = story.answer("vendor", counts=[story.counts()])
    before = story.public()
    story.now += 2 * HOUR
    with pytest.raises(CountsError, match="counts until the deadline"):
        story.collect(reply)
    assert story.public() == before
    progress = story.collect(reply, expire=True)
    assert any("came after its end" in remark for remark in progress.remarks)
    assert all(one.outcomes is None for one in progress.standing.done)


def test_excuses_come_before_the_release_and_only_so_many(story):
    story.collect()
    for role in ("vendor", "partner", "vendor"):
        story.collect(story.answer(role))
    story.collect(story.answer("partner"), hold=True)
    excused = {"round-01/part-01": "maintenance"}
    story.collect(story.answer("vendor", said=Said(excused=excused)))
    assert story.progress.release is not None
    with pytest.raises(LogBrokenError):
        story.collect(story.answer("vendor", said=Said(excused={"round-01/part-02": "again"})))


def test_a_log_that_was_rewritten_is_refused_by_whoever_saw_it(story):
    story.until_release()
    story.collect(story.answer("vendor", said=Said(note="we are ready")))
    story.answer("partner")
    # the verifier forgets the note: another past of the same campaign
    entries = story.home / ENTRIES
    lines = entries.read_bytes().splitlines(keepends=True)
    entries.write_bytes(b"".join(lines[:-1]))
    for path in [*story.home.glob("to-all/*"), *story.home.glob("log/heads/*")]:
        path.unlink()
    story.collect(amend="another past")
    with pytest.raises(LogBrokenError, match="continue"):
        story.answer("partner")


def test_counts_that_were_changed_after_signing_do_not_follow(story):
    story.until_release()
    result = story.to_the_end().result
    bundle = open_bundle(result.bundle)
    forged = story.folder / "forged.zip"

    def refused(files):
        write_archive(forged, {**files, "bundle.json": Bundle(files).seal()})
        failure = audited(forged, story).failure
        assert failure is not None
        assert "report it" not in str(failure)
        return str(failure)

    (name,) = [n for n in bundle.files if n.startswith("returned/")][:1]
    changed = bundle.files[name].replace(b"000", b"001", 1)
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


def test_both_auditors_follow_the_signed_files_to_the_batches(story):
    story.until_release()
    path = story.to_the_end().result.bundle
    roles = story.folder / "roles.json"
    roles.write_bytes(story.roles.to_bytes())
    assert audit_minimal.audit(path, [str(roles)])["valid"]
    files = dict(open_bundle(path).files)
    batch = json.loads(files["batches/readout/0000/counts.json"])
    lines = batch["outcomes"]
    swapped = [lines[1], lines[0], *lines[2:]]
    lost = {"outcomes": None, "failures": ["lost"]}
    returned = next(name for name in files if name.startswith("returned/"))
    forged = story.folder / "forged.zip"
    for name, data, check in (
        ("batches/readout/0000/counts.json", batch | {"outcomes": swapped}, "counts"),
        ("batches/readout/0000/counts.json", batch | lost, "counts"),
        (returned, json.loads(files[returned]) | {"notes": ["x"]}, "log"),
    ):
        Bundle({**files, name: canonical_bytes(data)}).save(forged)
        audit = audited(forged, story)
        assert (audit.failed, audit.failure.exit_code) == (check, 4), str(audit.failure)
        assert audit_minimal.audit(forged, [str(roles)])["failed"]["check"] == check


def test_a_vendor_who_signs_only_the_good_parts_is_not_supported(story):
    """He runs all of a round, looks, and returns what suits him: the rest "was not run"."""
    story.until_release()
    while story.progress.standing.current is not None:
        path = story.counts()
        document = json.loads(path.read_bytes())
        wrong = {
            part: sum("000" not in c["counts"] for n, c in document["circuits"].items() if n in ids)
            for part, ids in story.progress.missing.items()
        }
        worst = max(wrong, key=wrong.get)  # as he may well see it
        gone = set(story.progress.missing[worst])
        kept = {n: c for n, c in document["circuits"].items() if n not in gone}
        path.write_text(json.dumps(document | {"circuits": kept}))
        said = Said(failed={worst: "a power cut"})
        story.collect(story.answer("vendor", counts=[path], said=said))
    story.collect(story.answer("partner"))
    result = story.collect(story.answer("partner")).result
    (verdict,) = result.verdicts
    assert (verdict.outcome, verdict.trust) == ("inconclusive", "T2")
    assert "missing counts count as failure" in verdict.reasons[0]
    roles = story.folder / "roles.json"
    roles.write_bytes(story.roles.to_bytes())
    assert audited(result.bundle, story).failure is None
    assert audit_minimal.audit(result.bundle, [str(roles)])["valid"]
    assert audit_minimal.audit(result.bundle, [str(roles)], audit_further.Further)["valid"]
