"""Games against the campaign machine: any subset of parties cheats with its own keys.

    .venv/bin/python benchmarks/campaign_game.py [--games 20000] [--seed 7] [--faults]

Plays `qassay.evidence.machine.take` and `reckoning.reckon`, the functions that keeper, parties and
audit run, with ideal signatures (an event exists only if the owner of its key made it), real log
heads and real commitments. A coalition is drawn; the others run honest programs. Every move is
the next honest step on some log, or a cheat: forks, events moved between logs or made anew with
other facts, heads, secrets and times, second answers, other keys, late excuses, early expiry,
files of other parts, notes, clocks, second campaigns, early ends. Then all logs are driven to
their close and audited, and `judge` asks of every accepted one: do the first signed answers to
the committed circuits count, and nothing else? With `--faults` each condition of the machine, and
each habit of an honest party, is left out in turn.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from unittest import mock

from qassay.errors import EvidenceError
from qassay.evidence import machine
from qassay.evidence.campaign_state import CampaignRules, CampaignState, Place
from qassay.evidence.commitment import commit_round, round_root
from qassay.evidence.events import PLAN, ROLES_FILE, SHEET, Event, manifest_file
from qassay.evidence.machine import take
from qassay.evidence.reckoning import joined, reckon
from qassay.planning.plan import CampaignTerms

SIZES, EXCUSED, DEADLINE, NOTES = (2, 2), 1, 10, 3
ROLE = {"V": "vendor", "W": "vendor", "S": "verifier", "P": "partner", "N": "witness"}
KEYS = {"vendor": ["V"], "verifier": ["S"], "partner": ["P"], "witness": ["N"]}
COALITIONS = (
    ("vendor",),
    ("verifier",),
    ("partner",),
    ("vendor", "verifier"),
    ("vendor", "partner"),
    ("verifier", "partner"),
    ("vendor", "verifier", "partner", "witness"),
)
PLACES = tuple((r, p) for r, n in enumerate(SIZES, 1) for p in range(1, n + 1))
TERMS = CampaignTerms(
    committers=("verifier", "partner"),
    deadline_seconds=DEADLINE,
    excused_limit=EXCUSED,
    notes=NOTES,
    amendments=2,
    roles="roles",
)
HABITS = {
    "forget": "parties do not remember heads",
    "forget_own": "the vendor attests a log without its own counts",
    "forget_campaigns": "nobody names other campaigns",
    "sign_again": "a party asked twice signs twice, perhaps something else",
    "no_check": "the keeper takes files without a look at them",
    "share_early": "the partner opens a share before the call of its round",
}
CONDITIONS = {  # what `take` says when it refuses, and the fault it is when it does not
    "a part may end twice": ("exactly one end of a part that went out",),
    "a round may be called while parts are open": ("a call when every part that went out",),
    "excuses may be late": ("a part of round", "which is next and not called"),
    "any number of excuses": ("excuses",),
    "counts may be late": ("a time until",),
    "expired without a look at the clock": ("a time after",),
    "events name any head": (
        "a head of this log, which its signer saw",
        "a head that holds",
        "the head of",
    ),
    "any key of the role": ("the one key of",),
    "no quota of notes": ("notes a party",),
    "another secret may be revealed": ("the secret that was committed to",),
    "a share before its call": ("the share of the round", "a head that holds", "one share"),
    "circuits before the share": ("the share first",),
}


def digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


Answer = tuple[bool, int]  # whether it speaks for the claim, and which run it was
Answers = dict[str, Answer]


def circuits(root: bytes, place: Place) -> tuple[str, ...]:
    """Name the circuits of a part: two, which only the root tells."""
    return tuple(digest("circuit", root, place, k)[:24] for k in range(2))


def canonical(root_of: Callable[[int], bytes], number: int, answers) -> dict[Place, tuple]:
    """Give the course: round 2 only if round 1 brought a bad answer, its last part only then."""

    def good(place: Place) -> bool:
        ids = circuits(root_of(place[0]), place)
        came = answers.get(place)
        return bool(came) and all(one in came and came[one][0] for one in ids)

    if number > 1 and all(good(place) for place in PLACES if place[0] == 1):
        return {}
    wanted = [place for place in PLACES if place[0] == number]
    if number > 1 and good((1, 1)):
        wanted = wanted[:1]
    return {place: circuits(root_of(number), place) for place in wanted}


class Book:
    """A log, and what it comes to."""

    def __init__(self, plan: str, entries=()) -> None:
        rules = CampaignRules(campaign=plan, sheet="sheet", sizes=SIZES, terms=TERMS)
        self.plan, self.state, self.entries = plan, CampaignState(rules=rules), []
        for at, event, key in entries:
            self.take(at, event, key)

    def take(self, at: int, event: Event, key: str) -> None:
        line = repr((at, event, key)).encode()
        self.state = take(self.state, at, event, key, line)
        self.entries.append((at, event, key))

    def root(self, secret: str) -> Callable[[int], bytes]:
        state = self.state
        return lambda r: round_root(secret, state.share_for(r) or "", state.nonce, self.plan, r)


@dataclass
class Found:
    """What an audit made of a log."""

    level: str
    finished: bool
    verdict: str
    counted: dict[Place, Answers | None]
    others: set[str]
    book: Book
    vendor_signed: bool


def audited(book: Book, world: World) -> Found:
    """Audit a log, as `qassay audit` does: take, roots, manifests, answers, course, level."""
    state = book.state
    if not state.closed:
        raise EvidenceError("a log that goes on")
    root = book.root(state.secret)
    sent = {number: world.manifests[made] for number, made in state.manifests.items()}
    files = {
        name: world.files[made] for end in state.ended.values() for name, made in end.files.items()
    }
    told = reckon(state, lambda r, done: canonical(root, r, done), sent, files)
    flat = [one for came in told.answers.values() for one in (came or {}).values()]
    lost = any(came is not None and len(came) < 2 for came in told.answers.values())
    bad = sum(not good for good, _ in flat)
    verdict = (
        "refuted" if bad > 2 else ("supported" if told.finished and not lost else "inconclusive")
    )
    attested = state.attested.values()
    return Found(
        state.level,
        told.finished,
        verdict,
        dict(told.answers),
        {one["campaign"] for said in attested for one in said.campaigns},
        book,
        any(said.role == "vendor" and not said.objections for said in attested),
    )


@dataclass
class World:
    """All parties, all logs, and what truly happened."""

    pick: Callable[[int], int]
    bad: set[str]
    habits: frozenset[str] = frozenset()
    now: int = 0
    step: int = 0
    books: list[Book] = field(default_factory=list)
    at: int = 0
    pool: list[tuple[Event, str]] = field(default_factory=list)
    manifests: dict[str, dict[Place, tuple]] = field(default_factory=dict)
    files: dict[str, Answers] = field(default_factory=dict)
    seen: dict[tuple[str, str], object] = field(default_factory=dict)
    saw: list[tuple[str, str, object]] = field(default_factory=list)
    secrets: dict[object, str] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=dict)
    known: dict[object, int] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    owned: dict[str, list[tuple[Place, tuple]]] = field(default_factory=dict)
    took: dict[str, list[str]] = field(default_factory=dict)
    said: dict[object, Event] = field(default_factory=dict)
    knew: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.begin()

    # what exists

    def draw(self, *who: object) -> str:
        if who not in self.secrets:
            self.secrets[who] = digest("secret", len(self.secrets))
            self.born[self.secrets[who]] = self.step
        return self.secrets[who]

    def file(self, answers: Answers) -> tuple[str, str]:
        made = digest("file", sorted(answers.items()))
        self.files[made] = answers
        return f"returned/{made[:32]}.json", made

    def manifest(self, parts: dict[Place, tuple]) -> str:
        made = digest("manifest", sorted(parts.items()))
        self.manifests[made] = parts
        return made

    def event(self, book: Book, key: str, kind: str, files=None, **facts) -> Event:
        return Event(
            kind=kind,
            by=ROLE[key],
            campaign=book.plan,
            head=book.state.head,
            facts=facts,
            files=files or {},
        )

    def put(self, book: Book, event: Event | None, key: str, at: int | None = None) -> bool:
        if event is None:
            return False
        self.born.setdefault(digest(event), self.step)
        if not any(event is one for one, _ in self.pool):
            self.pool.append((event, key))
        try:
            if "verifier" not in self.bad and "no_check" not in self.habits:
                self.checked(book, event)
            book.take(max(self.now, book.state.at) if at is None else at, event, key)
        except (EvidenceError, KeyError, ValueError, IndexError):
            return False
        return True

    def checked(self, book: Book, event: Event) -> None:
        """Check the files of an answer before it enters the log, as an honest keeper does."""
        if event.kind == "counts":
            place = event.facts["round"], event.facts["part"]
            ids = self.manifests[book.state.manifests[place[0]]].get(place, ())
            files = {name: self.files[made] for name, made in event.files.items()}
            joined(files, ids, event.facts["circuits"], "counts")

    def begin(self) -> None:
        plan = digest("plan", len({book.plan for book in self.books}))
        book = Book(plan)
        self.books.append(book)
        self.at = len(self.books) - 1
        files = {SHEET: "sheet", PLAN: plan, ROLES_FILE: "roles"}
        self.put(book, self.event(book, "S", "opened", files, keys=KEYS), "S")

    # honest parties

    def remembers(self, key: str, book: Book) -> bool:
        last = self.seen.get((key, book.plan))
        if last and not book.state.extends(last) and "forget" not in self.habits:
            return False
        if book.state.at > self.now:
            return False
        self.seen[key, book.plan] = book.state.head
        self.saw.append((key, book.plan, book.state.head))
        if book.plan not in self.took.setdefault(key, []):
            self.took[key].append(book.plan)
        return True

    def attest(self, book: Book, key: str) -> None:
        bad = ROLE[key] in self.bad
        if not bad and not self.remembers(key, book):
            return
        ended = book.state.ended
        lost = (
            key == "V"
            and not bad
            and any(
                place not in ended or ended[place].how != "counts"
                for place, _ in self.owned.get(book.plan, [])
            )
        )
        others = [x for x in self.took.get(key, []) if x != book.plan]
        named = (
            [] if bad or "forget_campaigns" in self.habits else [{"campaign": x} for x in others]
        )
        objections = ["counts of mine are missing"] if lost else []
        if "forget_own" in self.habits:
            objections = []
        event = self.event(
            book, key, "attested", campaigns=named, objections=objections, clock=self.now
        )
        self.knew[digest(event)] = [] if bad else others
        self.put(book, event, key)

    def ask(self, book: Book, key: str) -> Event | None:
        honest = ROLE[key] not in self.bad
        if honest and not self.remembers(key, book):
            return None
        event = self.due(book, key, honest)
        if event is None or not honest or "sign_again" in self.habits:
            return event
        slot = tuple(event.facts.get(x) for x in ("round", "part"))
        return self.said.setdefault((key, book.plan, event.kind, slot), event)

    def due(self, book: Book, key: str, honest: bool) -> Event | None:
        state, plan = book.state, book.plan
        if key == "P" and "verifier" in state.commitments and "partner" not in state.commitments:
            made = [
                commit_round(bytes.fromhex(self.draw("P", plan, r)), "partner", plan, r)
                for r in (1, 2)
            ]
            return self.event(book, key, "committed", commitments=made)
        number = state.called
        if "share_early" in self.habits and "partner" in state.commitments:
            number = number or 1
        if key == "P" and number and (state.nonce or "share_early" in self.habits):
            mine = self.draw("P", plan, number)
            made = commit_round(bytes.fromhex(mine), "partner", plan, number)
            if (
                state.share_for(number) is None
                and not state.secret
                and state.commitments.get("partner", ("", ""))[number - 1] == made
            ):
                self.known.setdefault(("share", plan, number), self.step)
                return self.event(book, key, "shared", round=number, secret=mine, clock=self.now)
        if key == "V" and len(state.commitments) == 2 and not state.nonce:
            nonce = self.draw("V", plan) if honest else self.draw("V", plan, self.step)
            if honest:
                self.known.setdefault(("nonce", plan), self.step)
            files = {SHEET: "sheet", PLAN: plan, ROLES_FILE: "roles"}
            made = {role: list(one) for role, one in state.commitments.items()}
            return self.event(book, key, "agreed", files, nonce=nonce, commitments=made)
        if key == "V" and state.open_parts:
            return self.counts(book, state.open_parts[self.pick(len(state.open_parts))], honest)
        return None

    def counts(self, book: Book, place: Place, honest: bool) -> Event | None:
        state = book.state
        if honest and self.now > state.released[place].until:
            return None
        ids = self.manifests[state.manifests[place[0]]].get(place, ())
        fresh = {one: (self.pick(4) > 0, self.step) for one in ids}
        came = {c: self.answers.setdefault(c, fresh[c]) for c in ids} if honest else fresh
        if "sign_again" in self.habits:
            came = fresh
        halves = [came] if self.pick(3) else [{c: a} for c, a in came.items()]
        files = dict(map(self.file, halves))
        if honest:
            self.owned.setdefault(book.plan, []).append((place, ids))
        return self.event(
            book, "V", "counts", files, round=place[0], part=place[1], circuits=len(came)
        )

    # the keeper

    def secret_of(self, book: Book) -> str:
        (made,) = book.state.commitments.get("verifier", ("",))
        return next(
            (
                s
                for s in self.secrets.values()
                if commit_round(bytes.fromhex(s), "verifier", book.plan, 0) == made
            ),
            "00",
        )

    def standing(self, book: Book):
        """Give round that is next or open, its canonical parts, and whether the course is over."""
        state, root = book.state, book.root(self.secret_of(book))
        answers: dict = {}
        for number in (1, 2):
            wanted = (
                canonical(root, number, answers)
                if state.share_for(number)
                else {place: () for place in PLACES if place[0] == number}
            )
            if number > 1 and not canonical(root, number, answers):
                return number, {}, True
            due = [p for p in wanted if p not in state.ended]
            if due or number not in state.manifests:
                return number, wanted, False
            for place in wanted:
                came: Answers = {}
                for made in state.ended[place].files.values():
                    came |= self.files[made]
                answers[place] = None if state.ended[place].how == "excused" else came
        return 3, {}, True

    def next(self, book: Book) -> bool:
        """Take the next honest step; a keeper who cheats also tries what was signed elsewhere."""
        state, bad = book.state, "verifier" in self.bad
        if state.closed:
            for key in "PNV":
                if key not in state.attested:
                    self.attest(book, key)
            return False
        if "verifier" not in state.commitments:
            secret = self.draw("S", book.plan, self.step if bad else 0)
            made = [commit_round(bytes.fromhex(secret), "verifier", book.plan, 0)]
            return self.put(book, self.event(book, "S", "committed", commitments=made), "S")
        if state.secret:
            return self.close(book)
        late = [p for p in state.open_parts if self.now > state.released[p].until]
        if late:
            event = self.event(book, "S", "expired", round=late[0][0], part=late[0][1])
            return self.put(book, event, "S")
        if "partner" not in state.commitments:
            return self.asked(book, "P")
        if not state.nonce or state.open_parts:
            return self.asked(book, "V")
        number, wanted, over = self.standing(book)
        if over:
            event = self.event(book, "S", "revealed", secret=self.secret_of(book))
            return self.put(book, event, "S")
        if number != state.called:
            return self.put(book, self.event(book, "S", "called", round=number), "S")
        if state.share_for(number) is None:
            return self.asked(book, "P")
        parts = {p: ids for p, ids in wanted.items() if p not in state.ended}
        return self.release(book, number, parts)

    def release(self, book: Book, number: int, parts: dict[Place, tuple]) -> bool:
        files = {manifest_file(number): self.manifest(parts)}
        facts = {"round": number, "parts": [p for _, p in parts]}
        return self.put(book, self.event(book, "S", "released", files, **facts), "S")

    def close(self, book: Book) -> bool:
        try:
            world = Book(book.plan, book.entries)
            event = self.event(world, "S", "closed", {"page": "p"}, finished=True, why="")
            world.take(max(self.now, world.state.at), event, "S")
            done = audited(world, self)
        except EvidenceError:
            return False
        why = "" if done.finished else "given up"
        event = self.event(book, "S", "closed", {"page": "p"}, finished=not why, why=why)
        return self.put(book, event, "S")

    def asked(self, book: Book, key: str) -> bool:
        if self.put(book, self.ask(book, key), key):
            return True
        return "verifier" in self.bad and any(
            self.put(book, event, own)
            for event, own in self.pool[-40:]
            if own == key and event.kind in ("committed", "shared", "agreed")
        )

    # cheats

    def cheat(self, book: Book) -> None:
        pick, state = self.pick, book.state
        own = [key for key in "VWSPN" if ROLE[key] in self.bad]
        keeper, move = "verifier" in self.bad, pick(18)
        vendor = [key for key in own if key in "VW"]
        key = vendor[pick(len(vendor))] if vendor else own[pick(len(own))]
        places = (*PLACES, *state.released, (2, 77), (1, 9), (3, 1))
        place = places[pick(len(places))]
        facts = {"round": place[0], "part": place[1]}

        def say(kind: str, files=None, key: str = key, **more) -> bool:
            return self.put(book, self.event(book, key, kind, files, **more), key, self.now)

        if move == 0:
            self.now += (1, DEADLINE + 1, 4, 30)[pick(4)]
        elif move == 1 and keeper and book.entries:
            cut = 1 + pick(len(book.entries))
            self.books.append(Book(book.plan, book.entries[:cut]))
            self.at = len(self.books) - 1
        elif move == 2 and self.pool:
            self.put(book, *self.pool[pick(len(self.pool))])
        elif move in (3, 4) and vendor and state.released:
            self.answer_otherwise(book, key, keeper)
        elif move in (5, 6) and vendor:
            for where in [place] if pick(2) else [p for p in PLACES if p[0] == state.next_round]:
                say("excused", round=where[0], part=where[1], reason="x")
        elif move == 7 and vendor:
            say("failed", **facts, reason="x")
        elif move == 8 and keeper and state.shares:
            root, number = book.root(self.secret_of(book)), 1 + pick(2)
            parts = {
                p: circuits(root(p[0] if pick(4) else 1), p)
                for p in PLACES
                if p[0] == number and pick(4)
            }
            self.release(book, number, parts)
        elif move == 9 and keeper:
            say("expired", None, "S", **facts)
        elif move == 10:
            for _ in range(1 + 9 * pick(2)):
                say("noted", text=str(pick(1000)))
        elif move == 11 and len({one.plan for one in self.books}) < 2:
            self.begin()
        elif move == 12 and len(self.books) > 1:
            self.at = pick(len(self.books))
        elif move == 13 and keeper and state.nonce:
            say("revealed", None, "S", secret=self.secret_of(book))
            say("closed", {"page": "p"}, "S", finished=pick(2) > 0, why="")
            say("closed", {"page": "p"}, "S", finished=False, why="x")
        elif move == 14 and keeper:
            say("called", None, "S", round=1 + pick(3))
        elif move > 14 and self.pool:
            self.anew(book, own, keeper)

    def answer_otherwise(self, book: Book, key: str, keeper: bool) -> None:
        """Answer a part again, better, in part, or with the circuits of others."""
        pick, state = self.pick, book.state
        where = [*state.released][pick(len(state.released))]
        every = [
            c
            for made in state.manifests.values()
            for ids in self.manifests[made].values()
            for c in ids
        ]
        ids = self.manifests[state.manifests[where[0]]].get(where, ())
        chosen = (ids, ids[:1], every, ("others", *ids[1:]))[pick(4)]
        came = {c: (pick(5) > 0, self.step) for c in chosen}
        files = [self.file(came)]
        if pick(3) == 0:
            files.append(self.file(dict.fromkeys(ids, (True, self.step + 1))))
        event = self.event(
            book, key, "counts", dict(files), round=where[0], part=where[1], circuits=len(came)
        )
        self.put(book, event, key, None if pick(2) else self.now)

    def anew(self, book: Book, own: list[str], keeper: bool) -> None:
        """Make an event that was signed once with other facts, key, head, secret or time."""
        pick, state = self.pick, book.state
        old, _ = self.pool[pick(len(self.pool))]
        same = [one for one, _ in self.pool if one.kind == old.kind]
        mine = [key for key in own if ROLE[key] == old.by] or own
        key, facts = mine[pick(len(mine))], same[pick(len(same))].facts
        fresh, role = self.draw(key, self.step, "fresh"), ROLE[key]
        if pick(2):
            made = {role: list(one) for role, one in state.commitments.items()}
            slots = (1, 2) if key == "P" else (0,)
            facts = {
                "shared": {"round": state.called, "secret": fresh, "clock": 0},
                "revealed": {"secret": fresh},
                "agreed": {"nonce": fresh, "commitments": made},
                "committed": {
                    "commitments": [
                        commit_round(bytes.fromhex(fresh), role, book.plan, r) for r in slots
                    ]
                },
            }.get(old.kind, facts)
        size = pick(len(state.heads))
        head = replace(state.head, size=size, root=state.heads[size]) if pick(2) else state.head
        event = replace(
            old, by=role, campaign=(old.campaign, book.plan)[pick(2)], head=head, facts=facts
        )
        self.put(book, event, key, max(0, self.now - pick(9)) if keeper else self.now)


def judge(world: World, got: Found) -> str:
    """Say what is wrong with an accepted log, against what truly happened; empty: nothing."""
    book, state = got.book, got.book.state
    first: Answers = {}
    for _, event, key in book.entries:
        if event.kind != "counts":
            continue
        if key != "V":
            return "counts under a key that is not the vendor's of this campaign"
        for made in event.files.values():
            for circuit, answer in world.files[made].items():
                first.setdefault(circuit, answer)
    root = book.root(state.secret)
    honest_vendor = "vendor" not in world.bad
    for place in PLACES:
        if place not in got.counted:
            continue
        ids, came = circuits(root(place[0]), place), got.counted[place]
        ends = [
            (i, e)
            for i, (_, e, _) in enumerate(book.entries)
            if e.kind in ("counts", "failed", "expired", "excused")
            and (e.facts["round"], e.facts["part"]) == place
        ]
        if len(ends) != 1:
            return "a counted part without its one end"
        ((index, end),) = ends
        at = book.entries[index][0]
        if came != {c: first[c] for c in ids if c in first} and came is not None:
            return "not the first signed answer counts"
        if came is None and end.kind != "excused":
            return "a part called excused that was not"
        if honest_vendor and came and any(world.answers.get(c) != a for c, a in came.items()):
            return "an answer that the vendor did not give"
        outs = [
            (i, a)
            for i, (a, e, _) in enumerate(book.entries)
            if e.kind == "released" and e.facts["round"] == place[0]
        ]
        if end.kind == "excused" and outs and index > outs[0][0]:
            return "excused after the circuits went out"
        known = world.known.get(("share", book.plan, place[0]), math.inf)
        if (
            end.kind == "excused"
            and got.level == "T2"
            and "partner" not in world.bad
            and "verifier" in world.bad
            and world.born[digest(end)] > known
        ):
            return "excused when vendor and verifier could know the circuits"
        if end.kind == "counts" and at > outs[0][1] + DEADLINE:
            return "counts after the deadline count"
        if end.kind == "expired" and at <= outs[0][1] + DEADLINE:
            return "expired before the deadline"
        if (
            end.kind != "counts"
            and got.vendor_signed
            and honest_vendor
            and any(ids == own for _, own in world.owned.get(book.plan, []))
        ):
            return "the vendor attested a log without its own counts"
    if state.excused > EXCUSED:
        return "more excuses than the plan allows"
    due, answers = set(), {}
    for number in (1, 2):
        wanted = canonical(root, number, answers)
        due |= wanted.keys()
        answers |= {p: got.counted.get(p) for p in wanted}
    # a round that never went out has no root; its parts are all that the plan could ask for
    whole = due <= got.counted.keys()
    if got.finished != whole or (got.verdict == "supported" and not whole):
        return "ended early, and passed as finished"
    return "" if len(world.bad) == 4 else _judge_seed(world, got)


def _judge_seed(world: World, got: Found) -> str:
    book, state = got.book, got.book.state
    for number in state.manifests:
        if not any(place[0] == number for place in got.counted):
            continue
        theirs = (
            (state.secret, "verifier"),
            (state.nonce, "vendor"),
            (state.share_for(number), "partner"),
        )
        for secret, role in theirs:
            if role not in world.bad:
                continue
            born = world.born.get(secret, 0)
            if "partner" not in world.bad and born > world.known.get(
                ("share", book.plan, number), math.inf
            ):
                return "the seed was chosen after the partner's share was known"
            if (
                "vendor" not in world.bad
                and role != "vendor"
                and born > world.known.get(("nonce", book.plan), math.inf)
            ):
                return "the seed was chosen after the vendor's bytes were known"
    for key, plan, head in world.saw:
        if plan == book.plan and key in state.attested and not state.extends(head):
            return f"{key} had seen another log"
        if (
            got.level == "T2"
            and "partner" not in world.bad
            and plan == book.plan
            and key == "P"
            and not state.extends(head)
        ):
            return "T2, though the partner had seen another log"
    for _, event, _ in book.entries:
        if event.kind == "attested" and not set(world.knew.get(digest(event), [])) <= got.others:
            return "another campaign is not named"
    return ""


def game(pick: Callable[[int], int], habits: frozenset[str] = frozenset()) -> tuple[str, Counter]:
    """Play one game; give what is wrong, and what was counted."""
    world = World(pick, set(COALITIONS[pick(len(COALITIONS))]), habits)
    told: Counter = Counter()
    for _ in range(12 + pick(30)):
        world.step += 1
        book = world.books[world.at]
        if pick(10) < 6:
            world.next(book)
        else:
            world.cheat(book)
    for book in world.books:
        for turn in range(60):
            world.step += 1
            state = book.state
            if not world.next(book):
                if state.closed:
                    break
                world.now = max(world.now, state.at) + DEADLINE + 1
                if turn > 30 and state.agreed and not state.open_parts and not state.secret:
                    secret = world.secret_of(book)
                    world.put(book, world.event(book, "S", "revealed", secret=secret), "S")
        told["logs"] += 1
        try:
            got = audited(book, world)
        except EvidenceError as no:
            told["refused"] += 1
            begun = book.state.agreed or not world.bad & {"vendor", "partner"}
            if "verifier" not in world.bad and begun:
                return f"an honest verifier's campaign never audits: {no}", told
            continue
        told[f"accepted {got.level} {got.verdict}"] += 1
        wrong = judge(world, got)
        if wrong:
            return f"{wrong} [{'+'.join(sorted(world.bad))}]", told
    return "", told


@contextmanager
def without(*expected: str) -> Iterator[None]:
    """Leave conditions of the machine out: those whose refusal says what was expected."""
    honest = machine.LogStep.must

    def must(step, holds, found, words):
        if not any(text in words for text in expected):
            honest(step, holds, found, words)

    with mock.patch.object(machine.LogStep, "must", must):
        yield


def search(games: int, seed: int = 1, habits: frozenset[str] = frozenset(), stop: bool = True):
    """Play games; give how many, what was found, and what was counted."""
    found: Counter = Counter()
    told: Counter = Counter()
    for number in range(1, games + 1):
        wrong, more = game(random.Random(seed * 10**6 + number).randrange, habits)
        told += more
        if wrong:
            found[wrong.split(": ")[0]] += 1
            if stop:
                return number, found, told
    return games, found, told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--games", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--faults", action="store_true", help="leave each rule out in turn")
    given = parser.parse_args()
    if given.faults:
        for name, words in CONDITIONS.items():
            with without(*words):
                number, found, _ = search(given.games, given.seed)
            print(f"{name}: {f'found in game {number}, {[*found]}' if found else 'not found'}")
        for name, words in HABITS.items():
            number, found, _ = search(given.games, given.seed, frozenset({name}))
            print(f"{words}: {f'found in game {number}, {[*found]}' if found else 'not found'}")
        return
    begun = time.perf_counter()
    games, found, told = search(given.games, given.seed, stop=False)
    seconds = time.perf_counter() - begun
    print(f"{games} games, {sum(found.values())} violations {dict(found)}, {seconds:.0f} s")
    print(dict(told))


if __name__ == "__main__":
    main()
