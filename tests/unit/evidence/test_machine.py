"""The grammar of a campaign: what may stand where, and that a refusal changes nothing."""

import hashlib
from dataclasses import replace

import pytest

from qassay.errors import LogBrokenError, MalformedError
from qassay.evidence import merkle
from qassay.evidence.campaign_log import append_lines, follow_log, plain_line, whole_lines
from qassay.evidence.campaign_state import CampaignRules, CampaignState
from qassay.evidence.commitment import commit_round, round_root
from qassay.evidence.events import Event, Head, checked_event
from qassay.evidence.machine import take
from qassay.planning.plan import CampaignTerms

PLAN = "ab" * 32
SHEET = "cd" * 32
SECRET = "11" * 32
TERMS = CampaignTerms(committers=("self",), deadline_seconds=100, excused_limit=1)
RULES = CampaignRules(campaign=PLAN, sheet=SHEET, sizes=(2, 1), terms=TERMS)
MADE = commit_round(bytes.fromhex(SECRET), "self", PLAN, 0)
FILES = {"returned/" + "ee" * 16 + ".json": "ee" * 32}
JOBS = {"jobs/round-01.json": "aa" * 32}
END = {
    "verdicts/verdicts.json": "01" * 32,
    "report/datasheet.html": "02" * 32,
    "software/versions.json": "03" * 32,
}
COURSE = [
    ("opened", {"claims/sheet.toml": SHEET, "plan/plan.json": PLAN}, {"keys": {"self": []}}),
    ("committed", {}, {"commitments": [MADE]}),
    ("called", {}, {"round": 1}),
    ("released", JOBS, {"round": 1, "parts": [1, 2]}),
    ("counts", FILES, {"round": 1, "part": 1, "circuits": 3}),
    ("failed", {}, {"round": 1, "part": 2, "reason": "a cable"}),
    ("revealed", {}, {"secret": SECRET}),
    ("closed", END, {"finished": True, "why": ""}),
]


def said(state, kind, files, facts, at):
    event = Event(kind=kind, by="self", campaign=PLAN, head=state.head, facts=facts, files=files)
    line = plain_line(at, checked_event(event))
    return line, take(state, at, event, "", line)


def played(course=COURSE, at=1000):
    state, lines = CampaignState(rules=RULES), []
    for kind, files, facts in course:
        line, state = said(state, kind, files, facts, at)
        lines.append(line)
        at += 1
    return lines, state


def test_a_party_of_one_comes_to_its_close():
    lines, state = played()
    assert state.closed == END
    assert state.level == "T0"
    assert follow_log(lines, RULES, None).heads == state.heads
    assert state.head.root == merkle.root_of([merkle.leaf_hash(one) for one in lines]).hex()
    assert [end.how for end in state.ended.values()] == ["counts", "failed"]


@pytest.mark.parametrize("size", range(20))
def test_a_growing_tree_has_the_roots_of_the_whole(size):
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(size)]
    peaks = ()
    for n, leaf in enumerate(leaves):
        peaks = merkle.grown(peaks, n, leaf)
    assert merkle.root_of_peaks(peaks) == merkle.root_of(leaves)


@pytest.mark.parametrize(
    ("place", "kind", "files", "facts", "words"),
    [
        (4, "called", {}, {"round": 2}, "every part that went out has ended"),
        (4, "excused", {}, {"round": 2, "part": 1, "reason": "x"}, "next and not called"),
        (3, "excused", {}, {"round": 1, "part": 1, "reason": "x"}, "next and not called"),
        (6, "counts", FILES, {"round": 1, "part": 1, "circuits": 3}, "exactly one end"),
        (6, "released", JOBS, {"round": 1, "parts": [1]}, "the round that was called, once"),
        (6, "called", {}, {"round": 3}, "round 2, which is next"),
        (4, "expired", {}, {"round": 1, "part": 1}, "a time after"),
        (4, "counts", FILES, {"round": 2, "part": 2, "circuits": 3}, "a part of the plan"),
        (5, "revealed", {}, {"secret": SECRET}, "after all ends"),
        (6, "revealed", {}, {"secret": "22" * 32}, "committed to"),
        (6, "closed", END, {"finished": True, "why": ""}, "a reveal first"),
        (7, "called", {}, {"round": 2}, "seed that nobody chose"),
        (8, "noted", {}, {"text": "x"}, "after the log was closed"),
        (5, "amended", {}, {"text": "x", "parts": []}, "before the call"),
        (0, "committed", {}, {"commitments": [MADE]}, "one opening, first"),
        (2, "committed", {}, {"commitments": [MADE]}, "one of each"),
    ],
)
def test_what_may_not_stand_there_is_refused_and_changes_nothing(place, kind, files, facts, words):
    _, state = played(COURSE[:place])
    before = (state.head, dict(state.ended), dict(state.released))
    with pytest.raises(LogBrokenError, match=words):
        said(state, kind, files, facts, 1000 + place)
    assert (state.head, dict(state.ended), dict(state.released)) == before


def test_an_event_names_the_whole_log_that_its_keeper_saw():
    _, state = played(COURSE[:4])
    for head in (Head(3, state.heads[3]), Head(4, "00" * 32), Head(9, state.head.root)):
        event = Event(kind="noted", by="self", campaign=PLAN, head=head, facts={"text": "x"})
        with pytest.raises(LogBrokenError, match="head"):
            take(state, 2000, event, "", b"x")


def test_deadlines_are_those_of_the_plan():
    _, state = played(COURSE[:4])
    with pytest.raises(LogBrokenError, match="a time until 1103"):
        said(state, *COURSE[4], 1104)
    _, late = said(state, "expired", {}, {"round": 1, "part": 1}, 1104)
    assert late.ended[1, 1].how == "expired"
    with pytest.raises(LogBrokenError, match="or later"):
        said(state, *COURSE[4], 900)


@pytest.mark.parametrize(
    ("kind", "files", "facts"),
    [
        ("noted", {}, {"text": "\x1b[2J"}),
        ("noted", {}, {"text": "x" * 2049}),
        ("excused", {}, {"round": 1, "part": 0, "reason": "x"}),
        ("excused", {}, {"round": True, "part": 1, "reason": "x"}),
        ("counts", {}, {"round": 1, "part": 1, "circuits": 3}),
        (
            "counts",
            {f"returned/{n:032x}.json": f"{n:032x}" * 2 for n in range(9)},
            {"round": 1, "part": 1, "circuits": 3},
        ),
        ("counts", {"returned/x.json": "aa" * 32}, {"round": 1, "part": 1, "circuits": 3}),
        ("called", JOBS, {"round": 1}),
        ("called", {}, {"round": 1, "more": 1}),
        ("released", JOBS, {"round": 1, "parts": [2, 1]}),
        ("unheard", {}, {}),
    ],
)
def test_an_event_has_one_form(kind, files, facts):
    event = Event(
        kind=kind, by="self", campaign=PLAN, head=Head(0, "00" * 32), facts=facts, files=files
    )
    with pytest.raises(MalformedError):
        checked_event(event)


def test_the_seed_of_a_round_is_as_the_page_says():
    def hashed(*parts):
        data = b"".join(len(one).to_bytes(4, "big") + one for one in parts)
        return hashlib.sha256(data).digest()

    secret, share, nonce, plan = (bytes([n]) * 32 for n in range(1, 5))
    assert (
        commit_round(secret, "partner", plan.hex(), 3)
        == hashed(
            b"qassay-round-commitment-v2", b"partner", plan, (3).to_bytes(4, "big"), secret
        ).hex()
    )
    assert round_root(secret.hex(), share.hex(), nonce.hex(), plan.hex(), 2) == hashed(
        b"qassay-round-seed-v2", secret, share, nonce, plan, (2).to_bytes(4, "big")
    )


def test_a_torn_line_is_cut_off_and_written_again(tmp_path):
    lines, _ = played()
    path = tmp_path / "log" / "entries.jsonl"
    append_lines(path, (), lines[:2])
    with path.open("ab") as file:
        file.write(b'{"at":10')
    assert whole_lines(path) == tuple(lines[:2])
    append_lines(path, lines[:2], lines[2:])
    assert whole_lines(path) == tuple(lines)


def test_the_longest_log_is_counted():
    rules = replace(RULES, terms=replace(TERMS, notes=20, amendments=20))
    assert rules.longest(parties=1, witnesses=0) == 6 + 3 * 2 + 3 + 20 + 21
