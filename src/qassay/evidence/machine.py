"""The campaign machine: what may come next in a log, and what the log comes to.

`take` is the grammar. It is a pure function: a state, a time and an event give the next state,
or a refusal. The keeper of the log uses it before it appends, every party before it answers, and
the audit afterwards; nothing else decides what a campaign is.

Parts are places in the plan (round, part), never texts. A round is called, then opened by the
partner's share, then released whole, once; each of its parts ends once. An excuse must come
before the call, when the circuits cannot exist yet. Rules and reasons: docs/decisions/0015.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from qassay.errors import LogBrokenError, Problem, quoted
from qassay.evidence import merkle
from qassay.evidence.campaign_state import (
    Attestation,
    CampaignState,
    PartEnd,
    PartOut,
    Place,
)
from qassay.evidence.commitment import opens_round
from qassay.evidence.events import KINDS, PLAN, ROLES_FILE, SELF, SHEET, Event
from qassay.evidence.events_v1 import LATEST

MOST_ENTRIES: Final = 1_000  # twice what plans come to; a stranger has to check each signature


def take(
    state: CampaignState, at: int, event: Event, signer: str, line: bytes, where: str = "log"
) -> CampaignState:
    """Take in the next entry of a log.

    Args:
        state: What the log came to before.
        at: When the keeper takes it in, in seconds since 1970.
        event: What happened.
        signer: Fingerprint of the key that signed it; empty for a party of one.
        line: The entry's bytes, which the next head covers.
        where: What messages call the entry.

    Raises:
        LogBrokenError: It may not stand there. The state is as it was.
    """
    step = LogStep(state, at, event, signer, where)
    step.general()
    changes = _RULES[event.kind](step)
    peaks = merkle.grown(state.peaks, state.size, merkle.leaf_hash(line))
    return replace(
        state,
        at=at,
        times=(*state.times, at),
        peaks=peaks,
        heads=(*state.heads, merkle.root_of_peaks(peaks).hex()),
        **changes,
    )


@dataclass(slots=True)
class LogStep:
    """One event on its way into the log."""

    state: CampaignState
    at: int
    event: Event
    signer: str
    where: str

    def must(self, holds: object, found: str, expected: str) -> None:
        """Refuse the event unless a condition holds."""
        if not holds:
            raise LogBrokenError(
                Problem(
                    where=self.where, found=f"{quoted(self.event.kind)} {found}", expected=expected
                )
            )

    def general(self) -> None:
        """Check what holds for every event."""
        state, event, rules = self.state, self.event, self.state.rules
        self.must(state.size < MOST_ENTRIES, "in a full log", f"at most {MOST_ENTRIES} entries")
        self.must(self.at >= state.at, f"of time {self.at}", f"{state.at} or later")
        self.must(
            (event.kind == "opened") == (state.size == 0), "out of its place", "one opening, first"
        )
        self.must(
            bool(state.closed) == (event.kind == "attested"),
            "after the close" if state.closed else "before the close",
            "attestations alone after the log was closed",
        )
        self.must(
            event.campaign == rules.campaign,
            "of another campaign",
            f"the plan {rules.campaign[:16]}",
        )
        self.must(
            rules.terms.alone == (event.by == SELF), f"by the {event.by}", "parties of this plan"
        )
        self.must(
            event.by in KINDS[event.kind].by,
            f"by the {event.by}",
            "the " + " or ".join(sorted(KINDS[event.kind].by)),
        )
        keys = event.facts["keys"] if event.kind == "opened" else state.keys
        own = keys.get(event.by, ())
        self.must(
            rules.terms.alone or self.signer in own,
            f"by the key {self.signer or 'none'}",
            f"the one key of the {event.by} in this campaign",
        )
        self.must(
            state.extends(event.head),
            "that names the head of another log",
            "a head of this log, which its signer saw",
        )
        if event.by == rules.keeper:
            self.must(
                event.head.size == state.size,
                "that does not name the whole log before it",
                f"the head of {state.size} entries",
            )

    def seen(self, *happened: str) -> None:
        """Check that the signer had seen what happened before."""
        for what in happened:
            place = self.state.places.get(what)
            self.must(
                place is not None and self.event.head.size > place,
                f"by one who had not seen: {what}",
                f"a head that holds: {what}",
            )

    def place(self) -> Place:
        """Give the part that the event speaks of; it must be one that the plan can have."""
        number, part = self.event.facts["round"], self.event.facts["part"]
        sizes = self.state.rules.sizes
        self.must(
            number <= len(sizes) and part <= sizes[number - 1],
            f"of round {number}, part {part}",
            "a part of the plan",
        )
        return number, part

    def marked(self, what: str) -> Mapping[str, int]:
        """Give the places with one more."""
        return {**self.state.places, what: self.state.size}


Changes = dict[str, Any]


def _opened(step: LogStep) -> Changes:
    rules, files, keys = step.state.rules, step.event.files, step.event.facts["keys"]
    terms = rules.terms
    wanted = {SHEET: rules.sheet, PLAN: rules.campaign, ROLES_FILE: terms.roles}
    if terms.alone:
        del wanted[ROLES_FILE]
    step.must(dict(files) == wanted, "with other files", "sheet, roles and plan of this campaign")
    roles = {"vendor", *terms.committers} if not terms.alone else {SELF}
    step.must(
        keys.keys() - {"witness"} == roles,
        "with keys of " + ", ".join(sorted(keys)),
        "keys of " + ", ".join(sorted(roles)),
    )
    single = all(len(keys[role]) == (not terms.alone) for role in roles)
    every = [key for own in keys.values() for key in own]
    step.must(
        single and len(set(every)) == len(every),
        "with several keys of a role",
        "one key a role, and a key in one role",
    )
    return {
        "keys": {role: tuple(own) for role, own in keys.items()},
        "places": step.marked("opened"),
    }


def _committed(step: LogStep) -> Changes:
    state, role, made = step.state, step.event.by, tuple(step.event.facts["commitments"])
    rules = state.rules
    step.must(
        role in rules.terms.committers and role not in state.commitments,
        f"by the {role}",
        "one of each: " + ", ".join(rules.terms.committers),
    )
    step.must(not state.nonce, "after the vendor's bytes", "commitments before them")
    step.must(
        len(made) == len(rules.secrets(role)),
        f"to {len(made)} secrets",
        f"{len(rules.secrets(role))}",
    )
    if role == "partner":
        step.seen("committed verifier")
    return {
        "commitments": {**state.commitments, role: made},
        "places": step.marked(f"committed {role}"),
    }


def _agreed(step: LogStep) -> Changes:
    state, facts = step.state, step.event.facts
    committers = state.rules.terms.committers
    step.must(not state.nonce, "twice", "one agreement")
    step.must(
        all(role in state.commitments for role in committers),
        "before all commitments",
        ", ".join(committers),
    )
    step.seen(*(f"committed {role}" for role in committers))
    named = {role: tuple(made) for role, made in facts["commitments"].items()}
    step.must(named == dict(state.commitments), "to other commitments", "those in the log")
    opened = {
        SHEET: state.rules.sheet,
        PLAN: state.rules.campaign,
        ROLES_FILE: state.rules.terms.roles,
    }
    step.must(dict(step.event.files) == opened, "to other claims", "what was opened")
    return {"nonce": facts["nonce"], "places": step.marked("agreed")}


def _amended(step: LogStep) -> Changes:
    state, facts = step.state, step.event.facts
    parts = tuple((number, part) for number, part in facts["parts"])
    sizes = state.rules.sizes
    step.must(
        all(n <= len(sizes) and p <= sizes[n - 1] for n, p in parts),
        "of no part",
        "parts of the plan",
    )
    step.must(
        not state.ended
        and not state.secret
        and all(n > state.called for n, _ in parts)
        and (parts or not state.called),
        "of what was called",
        "amendments before the call of what they touch; later only notes",
    )
    most = state.rules.terms.amendments
    step.must(len(state.amendments) < most, f"number {most + 1}", f"at most {most}")
    return {"amendments": (*state.amendments, (facts["text"], parts))}


def _excused(step: LogStep) -> Changes:
    state, place = step.state, step.place()
    step.must(state.agreed and not state.secret, "out of its time", "the time between rounds")
    step.must(
        state.between_rounds and place[0] == state.next_round and place not in state.ended,
        f"of round {place[0]}, part {place[1]}",
        f"a part of round {state.next_round}, which is next and not called",
    )
    most = state.rules.terms.excused_limit
    step.must(state.excused < most, f"number {state.excused + 1}", f"at most {most} excuses")
    return {
        "ended": {
            **state.ended,
            place: PartEnd("excused", step.at, state.size, {}, step.event.facts["reason"]),
        }
    }


def _called(step: LogStep) -> Changes:
    state, number = step.state, step.event.facts["round"]
    step.must(state.agreed and not state.secret, "out of its time", "a seed that nobody chose")
    step.must(
        state.between_rounds,
        f"of round {number} too early",
        "a call when every part that went out has ended",
    )
    step.must(
        number == state.next_round <= len(state.rules.sizes),
        f"of round {number}",
        f"round {state.next_round}, which is next",
    )
    return {"places": step.marked(f"called {number}")}


def _shared(step: LogStep) -> Changes:
    state, facts = step.state, step.event.facts
    number, rules = facts["round"], state.rules
    step.must(
        rules.has_partner
        and number == state.called
        and number not in state.manifests
        and not state.secret,
        f"of round {number}",
        "the share of the round that was called",
    )
    step.must(state.share_for(number) is None, "twice", "one share")
    step.seen(f"called {number}")
    slot = number if rules.terms.shares == "each round" else 0
    made = state.commitments["partner"][rules.secrets("partner").index(slot)]
    step.must(
        opens_round(made, facts["secret"], "partner", rules.campaign, slot),
        "of another secret",
        "the secret that was committed to",
    )
    return {
        "shares": {**state.shares, slot: facts["secret"]},
        "clocks": {**state.clocks, number: facts["clock"]},
        "places": step.marked(f"shared {number}"),
    }


def _watched(step: LogStep) -> Changes:
    state, number = step.state, step.event.facts["round"]
    ended = any(place in state.released for place in state.ended if place[0] == number)
    step.must(
        number == state.called and not ended,
        f"of round {number}",
        "the round that was called, before any of it has ended",
    )
    what = f"watched {number} {step.signer}"
    step.must(what not in state.places, "twice", "one a witness and round")
    step.seen(f"called {number}")
    return {"places": step.marked(what)}


def _released(step: LogStep) -> Changes:
    state, rules = step.state, step.state.rules
    number, parts = step.event.facts["round"], step.event.facts["parts"]
    step.must(
        number == state.called and number not in state.manifests and not state.secret,
        f"of round {number}",
        "the round that was called, once",
    )
    step.must(
        not rules.has_partner or state.share_for(number) is not None,
        f"of round {number} before the partner's share",
        "the share first",
    )
    places = [(number, part) for part in parts]
    step.must(
        all(part <= rules.sizes[number - 1] for part in parts)
        and not any(place in state.ended for place in places),
        f"of round {number} with other parts",
        "parts of the plan, none excused",
    )
    limit = rules.terms.deadline_seconds
    until = LATEST if limit is None else step.at + limit
    (digest,) = step.event.files.values()
    return {
        "released": {
            **state.released,
            **{place: PartOut(step.at, until, state.size) for place in places},
        },
        "manifests": {**state.manifests, number: digest},
        "places": step.marked(f"released {number}"),
    }


def _ended(step: LogStep) -> Changes:
    state, place, how = step.state, step.place(), step.event.kind
    out, words = state.released.get(place), f"of round {place[0]}, part {place[1]}"
    step.must(
        out is not None and place not in state.ended,
        f"{words}, which is not open",
        "exactly one end of a part that went out",
    )
    until = out.until if out else 0
    if how == "expired":
        over = step.at > until or state.rules.terms.deadline_seconds is None
        step.must(over, f"{words} before its deadline", f"a time after {until}")
    else:
        step.seen(f"released {place[0]}")
    if how == "counts":
        step.must(step.at <= until, f"{words} after its deadline", f"a time until {until}")
    facts = step.event.facts
    end = PartEnd(
        how,
        step.at,
        state.size,
        dict(step.event.files),
        facts.get("reason", ""),
        facts.get("circuits", 0),
    )
    return {"ended": {**state.ended, place: end}}


def _noted(step: LogStep) -> Changes:
    state, most = step.state, step.state.rules.terms.notes
    mine = sum(key == step.signer for _, key, _ in state.notes)
    step.must(mine < most, f"number {mine + 1} of this party", f"at most {most} notes a party")
    return {"notes": (*state.notes, (step.event.by, step.signer, step.event.facts["text"]))}


def _revealed(step: LogStep) -> Changes:
    state, secret = step.state, step.event.facts["secret"]
    step.must(state.agreed and not state.secret, "out of its time", "one reveal, at the end")
    step.must(not state.open_parts, "while parts are open", "a reveal after all ends")
    (made,) = state.commitments[state.rules.keeper]
    step.must(
        opens_round(made, secret, state.rules.keeper, state.rules.campaign, 0),
        "of another secret",
        "the secret that was committed to",
    )
    return {"secret": secret, "places": step.marked("revealed")}


def _closed(step: LogStep) -> Changes:
    state, facts = step.state, step.event.facts
    step.must(state.secret, "before the reveal", "a reveal first")
    step.must(
        facts["finished"] == (facts["why"] == ""),
        "without saying why, or why not",
        "a reason where the campaign was not finished",
    )
    return {
        "closed": dict(step.event.files),
        "finished": facts["finished"],
        "why": facts["why"],
        "places": step.marked("closed"),
    }


def _attested(step: LogStep) -> Changes:
    state, facts = step.state, step.event.facts
    step.must(step.signer not in state.attested, "twice", "one a key")
    step.seen("closed")
    said = Attestation(
        step.event.by,
        step.signer,
        tuple(facts["campaigns"]),
        tuple(facts["objections"]),
        facts["clock"],
    )
    return {"attested": {**state.attested, step.signer: said}}


_RULES: Mapping[str, Callable[[LogStep], Changes]] = {
    "opened": _opened,
    "committed": _committed,
    "agreed": _agreed,
    "amended": _amended,
    "excused": _excused,
    "called": _called,
    "shared": _shared,
    "watched": _watched,
    "released": _released,
    "counts": _ended,
    "failed": _ended,
    "expired": _ended,
    "noted": _noted,
    "revealed": _revealed,
    "closed": _closed,
    "attested": _attested,
}
