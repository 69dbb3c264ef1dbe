"""The log's grammar: a whole campaign passes, and the first departure is named."""

import hashlib
from dataclasses import replace

import pytest

from qassay.errors import LogBrokenError, MalformedError, SignatureInvalidError, TamperedError
from qassay.evidence.campaign_v1 import CampaignV1, check_root, follow_v1
from qassay.evidence.commitment import joint_root
from qassay.evidence.envelope import Statement, sign_statement
from qassay.evidence.events_v1 import KINDS, EventV1, sign_event
from qassay.evidence.log import Log, parse_log
from qassay.evidence.roles import Roles


def test_a_whole_campaign(parties):
    log = parties.log_of(parties.course)
    entries = log.entries(parties.roles)
    assert [entry.event.kind for entry in entries] == [one.kind for _, one in parties.course]
    assert {entry.event.kind for entry in entries} == set(KINDS)
    campaign = follow_v1(entries)
    assert campaign.closed
    assert campaign.open_batches == ()
    assert {batch: ended.how for batch, ended in campaign.ended.items()} == {
        "b1": "counts",
        "b2": "expired",
        "b3": "excused",
        "b4": "failed",
    }
    assert campaign.ended["b1"].files == {"returned/b1.json": "b" * 64}
    assert campaign.released["b1"].files == {"jobs/b1.zip": "a" * 64}
    assert campaign.seed_fixed == 5
    assert campaign.fixed_in_advance(7, 7)
    assert not campaign.fixed_in_advance(4, 7)
    assert not campaign.fixed_in_advance(9, 7)
    assert not campaign.fixed_in_advance(7, 9)
    root = joint_root(parties.secrets, parties.nonce, parties.plan_id)
    check_root(campaign, root, "seed")
    with pytest.raises(TamperedError):
        check_root(campaign, bytes(32), "seed")
    with pytest.raises(LogBrokenError):
        check_root(CampaignV1(), root, "seed")


def taken(parties, course):
    return follow_v1(parties.log_of(course).entries(parties.roles))


def test_every_beginning_of_a_campaign_is_one(parties):
    for end in range(len(parties.course) + 1):
        assert taken(parties, parties.course[:end]).taken == end


def test_no_event_can_be_left_out_unseen(parties):
    """Each event that is left out is missed, or the course says so by itself (what it tells)."""
    whole = taken(parties, parties.course)
    for place, (_, one) in enumerate(parties.course[:-1]):
        left = parties.course[:place] + parties.course[place + 1 :]
        if one.kind in ("amended", "noted", "excused"):
            assert taken(parties, left) != whole
            continue
        with pytest.raises(LogBrokenError):
            taken(parties, left)


def test_no_event_but_statements_may_come_twice(parties):
    for place, (at, one) in enumerate(parties.course):
        twice = [*parties.course[: place + 1], (at, one)]
        if one.kind in ("noted", "amended"):
            taken(parties, twice)
            continue
        with pytest.raises(LogBrokenError) as caught:
            taken(parties, twice)
        assert str(caught.value).startswith(f"log/entries.jsonl line {place + 2}: found {one.kind}")


def changed(parties, kind, at=None, **facts):
    """Give the course up to the first event of a kind, and that event with other facts."""
    place = next(n for n, (_, one) in enumerate(parties.course) if one.kind == kind)
    when, one = parties.course[place]
    other = replace(one, facts={**one.facts, **facts})
    return [*parties.course[:place], (when if at is None else at, other)]


def departures(parties):
    event, course = parties.event, parties.course
    other = {"plan/plan.json": "c" * 64}
    yield "another plan", [*course[:2], (2, replace(course[2][1], subject=other))]
    yield (
        "another sheet",
        [
            course[0],
            (1, replace(course[1][1], subject={"claims/sheet.toml": "d" * 64, **other})),
        ],
    )
    yield "b1 after its deadline", changed(parties, "counts", at=101)
    yield "b2 before its deadline", changed(parties, "expired", at=50)
    yield "deadline that lies ahead", changed(parties, "released", deadline=5)
    yield "not released", changed(parties, "counts", batch="b9")
    yield (
        "after the release of b1",
        [*course[:7], (7, event("amended", "verifier", batches=["b1"], text="x"))],
    )
    yield (
        "after the release of b1",
        [*course[:7], (7, event("amended", "verifier", batches=[], text="x"))],
    )
    yield "excuses before the release", changed(parties, "excused", batch="b1")
    yield "at most 1", [*course[:10], (9, event("excused", "vendor", batch="b5", reason="x"))]
    yield "b2 is open", [*course[:11], (53, course[14][1])]
    yield (
        "after a reveal",
        [*course[:15], (53, event("released", "verifier", batch="b8", deadline=99))],
    )
    yield "those in the log", changed(parties, "nonce", commitments={"verifier": "0" * 64})
    yield "before the vendor's nonce", [*course[:4], (6, course[6][1])]
    yield "before all commitments", [*course[:3], (4, course[4][1])]
    yield "before all reveals", [*course[:15], (54, course[16][1])]
    yield "before the verdicts", [*course[:16], (55, course[17][1])]
    yield "after the log was closed", [*course, (56, event("noted", "vendor", text="more"))]
    yield "before any plan", [course[0], (2, course[2][1])]
    yield "before any sheet", course[1:2]
    yield "or later", [*course[:2], (0, course[2][1])]


def test_departures_are_named(parties):
    for words, course in departures(parties):
        with pytest.raises(LogBrokenError) as caught:
            taken(parties, course)
        assert words in str(caught.value), words
        assert f"line {len(course)}" in str(caught.value)


def test_a_secret_that_was_not_committed_to(parties):
    with pytest.raises(TamperedError, match="another secret of the verifier"):
        taken(parties, changed(parties, "revealed", secret="00" * 32))


def test_events_are_signed_by_whom_they_come_from(parties):
    counts = parties.course[8][1]
    line = sign_event(counts, parties.keys["verifier"])
    with pytest.raises(SignatureInvalidError, match="signed by the verifier"):
        Log().appended(0, line).entries(parties.roles)
    with pytest.raises(SignatureInvalidError, match="no signature of a known key"):
        Log().appended(0, sign_event(counts, parties.keys["vendor"])).entries(Roles())
    both = sign_event(counts, parties.keys["vendor"]).signed(parties.keys["verifier"])
    with pytest.raises(SignatureInvalidError, match="one signature"):
        Log().appended(0, both).entries(parties.roles)


def test_a_key_counts_while_it_is_valid(parties):
    late = Roles(tuple(replace(p, valid_from="1970-01-02") for p in parties.roles.parties))
    log = parties.log_of(parties.course)
    with pytest.raises(LogBrokenError, match="not valid"):
        log.entries(late)
    early = Roles(tuple(replace(p, valid_to="1970-01-01") for p in parties.roles.parties))
    assert log.entries(early)


BAD_EVENTS = (
    {"kind": "counts", "by": "verifier"},
    {"kind": "won", "by": "vendor"},
    {"kind": "counts", "by": "vendor", "facts": {}},
    {"kind": "counts", "by": "vendor", "subject": {}},
    {"kind": "counts", "by": "vendor", "facts": {"batch": "../x"}},
    {"kind": "counts", "by": "vendor", "facts": {"batch": "b", "more": 1}},
    {"kind": "counts", "by": "vendor", "facts": {"batch": "b" * 400}},
    {"kind": "counts", "by": "vendor", "subject": {"plan/plan.json": "xyz"}},
    {
        "kind": "counts",
        "by": "vendor",
        "subject": {"plan/plan.json": "a" * 64, "../../x": "a" * 64},
    },
    {"kind": "released", "by": "verifier", "facts": {"batch": "b", "deadline": -1}},
    {"kind": "released", "by": "verifier", "facts": {"batch": "b", "deadline": 10**15}},
    {"kind": "noted", "by": "vendor", "facts": {"text": "x" * 20_000}},
)


@pytest.mark.parametrize("parts", BAD_EVENTS)
def test_events_that_no_kind_has(parties, parts):
    sound = {"subject": {"plan/plan.json": "a" * 64}, "facts": {"batch": "b"}}
    event = EventV1(**(sound | parts))
    with pytest.raises(MalformedError):
        sign_event(event, parties.keys["vendor"])
    envelope = sign_statement(event.statement(), parties.keys["vendor"])
    with pytest.raises(MalformedError):
        Log().appended(0, envelope).entries(parties.roles)


def test_statements_that_are_no_events(parties):
    for kind, predicate in (
        ("other", {}),
        ("qassay:event/v1", {"event": 1}),
        ("qassay:event/v1", {"event": [], "by": {}, "facts": {}}),
        ("qassay:event/v1", {"event": "sheet", "by": "vendor", "facts": 1}),
    ):
        statement = Statement({"x": hashlib.sha256().hexdigest()}, kind, predicate)
        envelope = sign_statement(statement, parties.keys["vendor"])
        with pytest.raises(MalformedError):
            Log().appended(0, envelope).entries(parties.roles)


def test_the_file_of_a_log(parties):
    log = parties.log_of(parties.course)
    data = log.to_bytes()
    assert parse_log(data).lines == log.lines
    assert parse_log(b"").lines == ()
    for bad in (data[:-1], data[:-5], b"\n" + data, data.replace(b"\n", b"\n\n", 1), b"x"):
        with pytest.raises(MalformedError):
            parse_log(bad)
