"""The world of `campaign_game.py`: parties with honest programs, their logs, and what happened.

Signatures are ideal: an event exists only if the owner of its key made it. Heads, commitments and
the grammar are the real ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from benchmarks._campaign_styles import PLACES, ROLE, SIZES, Style

from qassay.errors import EvidenceError
from qassay.evidence import reckoning
from qassay.evidence.campaign_state import CampaignRules, CampaignState, Place
from qassay.evidence.commitment import commit_round, round_root
from qassay.evidence.events import PLAN, ROLES_FILE, SHEET, Event, manifest_file
from qassay.evidence.machine import take
from qassay.evidence.reckoning import reckon


def digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def name_of(event: Event) -> str:
    """Name an event by all that it says."""
    if id(event) not in _NAMES:
        _NAMES[id(event)] = event, digest(event)  # kept, so that its place is not taken by another
    return _NAMES[id(event)][1]


_round_root = lru_cache(maxsize=4096)(round_root)
_NAMES: dict[int, tuple[Event, str]] = {}
Answer = tuple[bool, int]  # whether it speaks for the claim, and which run it was
Answers = dict[str, Answer]


@lru_cache(maxsize=4096)
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

    def __init__(self, plan: str, style: Style) -> None:
        rules = CampaignRules(campaign=plan, sheet="sheet", sizes=SIZES, terms=style.terms)
        self.style = style
        self.plan, self.states, self.entries = plan, [CampaignState(rules=rules)], []

    @property
    def state(self) -> CampaignState:
        """What it comes to now."""
        return self.states[-1]

    def fork(self, size: int) -> Book:
        """Give another log that begins with the first entries of this one."""
        other = Book(self.plan, self.style)
        other.states, other.entries = self.states[: size + 1], self.entries[:size]
        return other

    def take(self, at: int, event: Event, key: str) -> None:
        """Take an event in, if it may stand there."""
        line = f"{at} {key} {name_of(event)}".encode()
        signer = "" if self.state.rules.terms.alone else key
        self.states.append(take(self.state, at, event, signer, line))
        self.entries.append((at, event, key))

    def root(self, secret: str) -> Callable[[int], bytes]:
        state = self.state
        return lambda r: _round_root(secret, state.share_for(r) or "", state.nonce, self.plan, r)


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

    def asked(number: int, done):
        if "no_course" in world.habits:  # what went out is taken for what the plan asks for
            return sent.get(number, {})
        return canonical(root, number, done)

    told = reckon(state, asked, sent, files)
    flat = [one for came in told.answers.values() for one in (came or {}).values()]
    lost = any(came is not None and len(came) < 2 for came in told.answers.values())
    bad = sum(not good for good, _ in flat)
    verdict = (
        "refuted" if bad > 2 else ("supported" if told.finished and not lost else "inconclusive")
    )
    attested = state.attested.values()
    level = "T2" if "any_witness" in world.habits and attested else state.level
    return Found(
        level,
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
    style: Style
    bad: set[str]
    habits: frozenset[str] = frozenset()
    now: int = 0
    step: int = 0
    books: list[Book] = field(default_factory=list)
    at: int = 0
    pool: list[tuple[Event, str]] = field(default_factory=list)
    pooled: set[int] = field(default_factory=set)
    manifests: dict[str, dict[Place, tuple]] = field(default_factory=dict)
    files: dict[str, Answers] = field(default_factory=dict)
    seen: dict[tuple[str, str], object] = field(default_factory=dict)
    saw: list[tuple[str, str, object]] = field(default_factory=list)
    secrets: dict[object, str] = field(default_factory=dict)
    ground: dict[str, str] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=dict)
    known: dict[object, int] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    owned: dict[str, list[tuple[Place, tuple]]] = field(default_factory=dict)
    took: dict[str, list[str]] = field(default_factory=dict)
    said: dict[object, Event] = field(default_factory=dict)
    knew: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _NAMES.clear()
        self.begin()

    @property
    def keeper_cheats(self) -> bool:
        """Whether whoever keeps the log does."""
        return ROLE[self.style.keeper] in self.bad

    # what exists

    def draw(self, *who: object) -> str:
        """Give the secret of somebody's for something, drawn when it is first asked for."""
        if who not in self.secrets:
            self.secrets[who] = digest("secret", len(self.secrets))
            self.born[self.secrets[who]] = self.step
        return self.secrets[who]

    def file(self, answers: Answers) -> tuple[str, str]:
        """Make a file of counts; give its name and digest."""
        made = digest("file", sorted(answers.items()))
        self.files[made] = answers
        return f"returned/{made[:32]}.json", made

    def manifest(self, parts: dict[Place, tuple]) -> str:
        """Make a manifest."""
        made = digest("manifest", sorted(parts.items()))
        self.manifests[made] = parts
        return made

    def event(self, book: Book, key: str, kind: str, files=None, **facts) -> Event:
        """State something, having seen all of a log."""
        return Event(
            kind=kind,
            by=ROLE[key],
            campaign=book.plan,
            head=book.state.head,
            facts=facts,
            files=files or {},
        )

    def put(self, book: Book, event: Event | None, key: str, at: int | None = None) -> bool:
        """Sign an event, and put it into a log if it may stand there."""
        if event is None:
            return False
        self.born.setdefault(name_of(event), self.step)
        if id(event) not in self.pooled:
            self.pooled.add(id(event))
            self.pool.append((event, key))
        try:
            if not self.keeper_cheats and "no_check" not in self.habits:
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
            reckoning.joined_files(files, ids, event.facts["circuits"], "counts")

    def begin(self) -> None:
        """Begin a campaign with another plan."""
        plan, keeper = digest("plan", len({book.plan for book in self.books})), self.style.keeper
        book = Book(plan, self.style)
        self.books.append(book)
        self.at = len(self.books) - 1
        files = {SHEET: "sheet", PLAN: plan}
        if not self.style.terms.alone:
            files[ROLES_FILE] = "roles"
        self.put(book, self.event(book, keeper, "opened", files, keys=self.style.keys), keeper)

    # honest parties

    def remembers(self, key: str, book: Book) -> bool:
        """Look at a log as a party does that remembers the last one; say whether it goes on."""
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
        """Have a party sign the end."""
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
        self.knew[name_of(event)] = [] if bad else others
        self.put(book, event, key)

    def ask(self, book: Book, key: str) -> Event | None:
        """Ask a party for what is due; an honest one signs a thing once."""
        honest = ROLE[key] not in self.bad
        if honest and not self.remembers(key, book):
            return None
        if not honest and self.pick(6) == 0:
            return None  # withheld
        event = self.due(book, key, honest)
        if event is None or not honest or "sign_again" in self.habits:
            return event
        slot = tuple(event.facts.get(x) for x in ("round", "part"))
        return self.said.setdefault((key, book.plan, event.kind, slot), event)

    def due(self, book: Book, key: str, honest: bool) -> Event | None:
        """Give what a party's own program would sign."""
        state, plan = book.state, book.plan
        committers = state.rules.terms.committers
        if key == "P" and "verifier" in state.commitments and "partner" not in state.commitments:
            return self.event(book, key, "committed", commitments=self.commitments(book, "P"))
        if key == "P":
            return self.share(book)
        if key == "N":
            there = f"watched {state.called} N" in state.places
            if state.called and not there and not state.secret:
                return self.event(book, key, "watched", round=state.called, clock=self.now)
            return None
        if key == "V" and not state.nonce and all(one in state.commitments for one in committers):
            nonce = self.draw("V", plan) if honest else self.draw("V", plan, self.step)
            if honest:
                self.known.setdefault(("nonce", plan), self.step)
            files = {SHEET: "sheet", PLAN: plan, ROLES_FILE: "roles"}
            made = {role: list(one) for role, one in state.commitments.items()}
            return self.event(book, key, "agreed", files, nonce=nonce, commitments=made)
        if key == self.style.vendor and state.open_parts:
            return self.counts(book, state.open_parts[self.pick(len(state.open_parts))], honest)
        return None

    def commitments(self, book: Book, key: str, secret: str = "") -> list[str]:
        """Commit to the secrets of a party, or to one that was chosen for all rounds."""
        rules, role = book.state.rules, ROLE[key]
        return [
            commit_round(
                bytes.fromhex(secret or self.draw(key, book.plan, slot)), role, book.plan, slot
            )
            for slot in rules.secrets(role)
        ]

    def share(self, book: Book) -> Event | None:
        """Open the partner's share of the round that was called, to which it has committed."""
        state, plan, early = book.state, book.plan, "share_early" in self.habits
        number = state.called
        if early and "partner" in state.commitments and state.between_rounds:
            number = min(state.next_round, len(SIZES))
        if not number or state.secret or state.share_for(number) is not None:
            return None
        if not state.nonce and not early:
            return None
        slots = state.rules.secrets("partner")
        slot = number if number in slots else 0
        mine = self.draw("P", plan, slot)
        made = commit_round(bytes.fromhex(mine), "partner", plan, slot)
        if state.commitments.get("partner", ("",) * 9)[slots.index(slot)] != made:
            return None
        self.known.setdefault(("share", plan, slot), self.step)
        return self.event(book, "P", "shared", round=number, secret=mine, clock=self.now)

    def counts(self, book: Book, place: Place, honest: bool) -> Event | None:
        """Answer a part: an honest vendor with what its machine gave, once."""
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
            book,
            self.style.vendor,
            "counts",
            files,
            round=place[0],
            part=place[1],
            circuits=len(came),
        )

    # the keeper

    def secret_of(self, book: Book) -> str:
        """Find the keeper's secret: one that was chosen later, or that of its commitment."""
        if book.plan in self.ground:
            return self.ground[book.plan]
        keeper = book.state.rules.keeper
        (made,) = book.state.commitments.get(keeper, ("",))
        return next(
            (
                s
                for s in self.secrets.values()
                if commit_round(bytes.fromhex(s), keeper, book.plan, 0) == made
            ),
            "00",
        )

    def standing(self, book: Book):
        """Give round that is next or open, its canonical parts, and whether the course is over."""
        state, root = book.state, book.root(self.secret_of(book))
        answers: dict = {}
        for number in (1, 2):
            shared = state.share_for(number) or not state.rules.has_partner
            wanted = (
                canonical(root, number, answers)
                if shared
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

    def say(self, book: Book, kind: str, files=None, **facts) -> bool:
        """Put an event of the keeper's into its log."""
        keeper = self.style.keeper
        return self.put(book, self.event(book, keeper, kind, files, **facts), keeper)

    def next(self, book: Book) -> bool:
        """Take the next honest step; a keeper who cheats also tries what was signed elsewhere."""
        state, terms = book.state, book.state.rules.terms
        if state.closed:
            for key in self.style.parties:
                if key not in state.attested and key in "VPN":
                    self.attest(book, key)
            return False
        if state.rules.keeper not in state.commitments:
            secret = self.draw(self.style.keeper, book.plan, self.step if self.keeper_cheats else 0)
            made = self.commitments(book, self.style.keeper, secret)
            return self.say(book, "committed", commitments=made)
        if state.secret:
            return self.close(book)
        late = [p for p in state.open_parts if self.now > state.released[p].until]
        if late:
            return self.say(book, "expired", round=late[0][0], part=late[0][1])
        if "partner" in terms.committers and "partner" not in state.commitments:
            return self.asked(book, "P")
        if not state.agreed or state.open_parts:
            return self.asked(book, self.style.vendor)
        number, wanted, over = self.standing(book)
        if over:
            return self.say(book, "revealed", secret=self.secret_of(book))
        if number != state.called:
            return self.say(book, "called", round=number)
        if "partner" in terms.committers and state.share_for(number) is None:
            return self.asked(book, "P")
        watched = f"watched {number} N" in state.places or terms.alone
        if not watched and self.pick(3) and self.asked(book, "N"):
            return True
        parts = {p: ids for p, ids in wanted.items() if p not in state.ended}
        return self.release(book, number, parts)

    def release(self, book: Book, number: int, parts: dict[Place, tuple]) -> bool:
        """Hand a round out."""
        files = {manifest_file(number): self.manifest(parts)}
        return self.say(book, "released", files, round=number, parts=[p for _, p in parts])

    def close(self, book: Book) -> bool:
        """Close a log, if its audit passes on a copy."""
        try:
            copy = book.fork(len(book.entries))
            keeper = self.style.keeper
            event = self.event(copy, keeper, "closed", {"page": "p"}, finished=True, why="")
            copy.take(max(self.now, copy.state.at), event, keeper)
            done = audited(copy, self)
        except EvidenceError:
            return False
        why = "" if done.finished else "given up"
        return self.say(book, "closed", {"page": "p"}, finished=not why, why=why)

    def asked(self, book: Book, key: str) -> bool:
        """Ask a party; a keeper who cheats also tries what it has signed elsewhere."""
        if self.put(book, self.ask(book, key), key):
            return True
        return self.keeper_cheats and any(
            self.put(book, event, own)
            for event, own in self.pool[-40:]
            if own == key and event.kind in ("committed", "shared", "agreed", "watched")
        )
