"""Games against the campaign machine: any subset of parties cheats with its own keys.

    .venv/bin/python benchmarks/campaign_game.py [--games 20000] [--seed 7] [--faults]

Plays `qassay.evidence.machine.take` and `reckoning.reckon`, the functions that keeper, parties and
audit run, with ideal signatures (an event exists only if the owner of its key made it), real log
heads and real commitments. A style of campaign and a coalition are drawn; the others run honest
programs. Every move is the next honest step on some log, or a cheat (`_campaign_cheats.py`):
forks, events moved between logs, withheld, asked for out of turn, or made anew with other facts,
heads, secrets and times, second answers, other keys, late excuses, early expiry, files of other
parts, floods of notes, clocks, secrets chosen when more is known, second campaigns, early ends.
Then all logs are driven to their close and audited, and `judge` asks of every accepted one: do the
first signed answers to the committed circuits count, and nothing else? No log may be longer than
the longest that an honest campaign of this plan can have.

With `--faults` rules are left out in turn, of the machine, the audit and the habits of honest
parties, and the number of the game is printed in which each is found. A rule that another one
doubles is left out together with it, and then also by itself.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._campaign_cheats import cheat
from benchmarks._campaign_styles import DEADLINE, EXCUSED, PLACES, ROLE, STYLES, Style
from benchmarks._campaign_world import (
    Answers,
    Found,
    World,
    audited,
    canonical,
    circuits,
    name_of,
)

from qassay.errors import EvidenceError
from qassay.evidence import machine, reckoning

TURNS = (*["a share a round"] * 3, "one share", "a witness", "alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is left out.

    Attributes:
        words: Of what `take` says was expected when it refuses.
        habits: Of honest parties or of the audit, see `_campaign_world`.
        joined: Stands in for `reckoning.joined_files`.
        doubled: Why a fault of one rule alone harms nobody; empty where it does.
    """

    words: tuple[str, ...] = ()
    habits: frozenset[str] = frozenset()
    joined: Callable[..., Any] | None = None
    doubled: str = ""


def _overwriting(files, ids, circuits, _where):
    """Join files as if the last answer to a circuit were the one that counts."""
    together: dict[str, Any] = {}
    for answers in files.values():
        together |= answers
    if not together.keys() <= set(ids) or len(together) != circuits:
        raise EvidenceError("circuits of another part")
    return together


def _of_any_part(files, ids, _circuits, where):
    """Join files as if they might hold circuits of other parts."""
    honest = {name: {c: a for c, a in one.items() if c in set(ids)} for name, one in files.items()}
    return _JOINED(honest, ids, sum(map(len, honest.values())), where)


_JOINED = reckoning.joined_files
_EARLY = ("the share of the round", "a head that holds: called")
FAULTS = {
    "a part may end twice": Fault(words=("exactly one end of a part that went out",)),
    "a round may go out twice": Fault(words=("the round that was called, once",)),
    "a round may be called while parts are open": Fault(
        words=("a call when every part that went out",)
    ),
    "excuses may be late": Fault(words=("a part of round", "which is next and not called")),
    "any number of excuses": Fault(words=("excuses",)),
    "counts may be late": Fault(words=("a time until",)),
    "expired without a look at the clock": Fault(words=("a time after",)),
    "events name any head": Fault(
        words=("a head of this log, which its signer saw", "a head that holds", "the head of")
    ),
    "any key of the role": Fault(words=("the one key of",)),
    "no quota of notes": Fault(words=("notes a party",)),
    "another secret may be revealed": Fault(words=("the secret that was committed to",)),
    "secrets may be committed to again": Fault(
        words=("one of each", "commitments before them", "those in the log")
    ),
    "the vendor may agree again": Fault(words=("one agreement",)),
    "circuits before the share": Fault(words=("the share first",)),
    "a share before its call": Fault(
        words=_EARLY,
        habits=frozenset({"share_early"}),
        doubled="machine and partner's program both refuse it",
    ),
    "the course is not followed": Fault(habits=frozenset({"no_course"})),
    "a second file overwrites the first": Fault(joined=_overwriting),
    "files may hold circuits of other parts": Fault(joined=_of_any_part),
    "anybody's attestation makes T2": Fault(habits=frozenset({"any_witness"})),
    "parties do not remember heads": Fault(habits=frozenset({"forget"})),
    "the vendor attests a log without its own counts": Fault(habits=frozenset({"forget_own"})),
    "nobody names other campaigns": Fault(habits=frozenset({"forget_campaigns"})),
    "a party asked twice signs twice, perhaps something else": Fault(
        habits=frozenset({"sign_again"})
    ),
    "the keeper takes files without a look at them": Fault(habits=frozenset({"no_check"})),
}


def judge(world: World, got: Found) -> str:
    """Say what is wrong with an accepted log, against what truly happened; empty: nothing."""
    book, state = got.book, got.book.state
    first: Answers = {}
    for _, event, key in book.entries:
        if event.kind != "counts":
            continue
        if key != world.style.vendor:
            return "counts under a key that is not the vendor's of this campaign"
        for made in event.files.values():
            for circuit, answer in world.files[made].items():
                first.setdefault(circuit, answer)
    root = book.root(state.secret)
    honest_vendor = ROLE[world.style.vendor] not in world.bad
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
            and world.born[name_of(end)] > known
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
    if world.style.terms.alone or len(world.bad) == 4:
        return ""
    return _judge_times(world, got) or _judge_seed(world, got)


def _judge_times(world: World, got: Found) -> str:
    """Say whether somebody could know circuits before their time, past an honest partner."""
    book, state = got.book, got.book.state
    if not state.rules.has_partner or "partner" in world.bad:
        return ""
    for number in state.manifests:
        counted = any(place[0] == number for place in got.counted)
        if counted and state.share_for(number) is None:
            return "circuits went out without the partner's share"
        known = world.known.get(("share", book.plan, number), math.inf)
        for _, event, _ in book.entries:
            ends = event.kind in ("counts", "failed", "excused", "expired")
            if ends and event.facts["round"] < number and world.born[name_of(event)] > known:
                return "an earlier round ended when the circuits of a later one could be known"
    return ""


def _judge_seed(world: World, got: Found) -> str:
    """Say whether somebody chose the seed, or attested what he had not seen."""
    book, state = got.book, got.book.state
    for number in state.manifests:
        if not any(place[0] == number for place in got.counted):
            continue
        slot = number if state.rules.terms.shares == "each round" else 0
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
                ("share", book.plan, slot), math.inf
            ):
                return "the seed was chosen after the partner's share was known"
            if (
                "vendor" not in world.bad
                and role != "vendor"
                and born > world.known.get(("nonce", book.plan), math.inf)
            ):
                return "the seed was chosen after the vendor's bytes were known"
    end = state.places["closed"] + 1  # behind it stand attestations alone, which may be left off
    for key, plan, head in world.saw:
        if plan != book.plan or head.size > end or state.extends(head):
            continue
        if key in state.attested:
            return f"{key} had seen another log"
        if got.level == "T2" and key == "P" and "partner" not in world.bad:
            return "T2, though the partner had seen another log"
    for _, event, _ in book.entries:
        if event.kind == "attested" and not set(world.knew.get(name_of(event), [])) <= got.others:
            return "another campaign is not named"
    return ""


def game(pick: Callable[[int], int], habits: frozenset[str] = frozenset()) -> tuple[str, Counter]:
    """Play one game; give what is wrong, and what was counted."""
    name = TURNS[pick(len(TURNS))]
    style = STYLES[name]
    with mock.patch.object(machine, "MOST_ENTRIES", longest(style)):
        return _game(pick, name, style, habits)


def longest(style: Style) -> int:
    """Count the entries of the longest log that a plan of a style allows, its quotas used up."""
    rules = World(lambda _: 0, style, set()).books[0].state.rules
    parties = max(len([key for own in style.keys.values() for key in own]), 1)
    return rules.longest(parties, len(style.keys.get("witness", ())))


def _game(
    pick: Callable[[int], int], name: str, style: Style, habits: frozenset[str]
) -> tuple[str, Counter]:
    world = World(pick, style, set(style.coalitions[pick(len(style.coalitions))]), habits)
    told: Counter = Counter()
    for _ in range(12 + pick(30)):
        world.step += 1
        book = world.books[world.at]
        if pick(10) < 6:
            world.next(book)
        else:
            cheat(world, book)
    for book in world.books:
        for turn in range(60):
            world.step += 1
            state = book.state
            if not world.next(book):
                if state.closed:
                    break
                world.now = max(world.now, state.at) + DEADLINE + 1
                if turn > 30 and state.agreed and not state.open_parts and not state.secret:
                    world.say(book, "revealed", secret=world.secret_of(book))
        told["logs"] += 1
        try:
            got = audited(book, world)
        except EvidenceError as no:
            told["refused"] += 1
            begun = book.state.agreed or not world.bad & {"vendor", "partner"}
            if not world.keeper_cheats and begun:
                return f"an honest verifier's campaign never audits: {no}", told
            continue
        told[f"accepted {got.level} {got.verdict}, {name}"] += 1
        wrong = judge(world, got)
        if wrong:
            return f"{wrong} [{'+'.join(sorted(world.bad))}; {name}]", told
    return "", told


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    """Leave out the rules of the machine that a fault names."""
    honest = machine.LogStep.must

    def must(step, holds, found, words):
        if not any(text in words for text in fault.words):
            honest(step, holds, found, words)

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(machine.LogStep, "must", must))
        if fault.joined is not None:
            stack.enter_context(mock.patch.object(reckoning, "joined_files", fault.joined))
        yield


def search(
    games: int, seed: int = 1, fault: Fault | None = None, stop: bool = True, tell: int = 0
) -> tuple[int, Counter[str], Counter[str]]:
    """Play games; give how many, what was found, and what was counted."""
    found: Counter = Counter()
    told: Counter = Counter()
    habits = fault.habits if fault else frozenset()
    for number in range(1, games + 1):
        wrong, more = game(random.Random(seed * 10**6 + number).randrange, habits)
        told += more
        if wrong:
            found[wrong.split(": ")[0]] += 1
            if stop:
                return number, found, told
        if tell and number % tell == 0:
            print(f"{number} games, {told['logs']} logs, violations {dict(found)}", flush=True)
    return games, found, told


def look_for(fault: Fault, games: int, seed: int) -> str:
    """Say in which game a fault is found."""
    with planted(fault):
        number, found, _ = search(games, seed, fault)
    if not found:
        return f"not found in {games} games"
    return f"found in game {number}: {next(iter(found))}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--games", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--faults", action="store_true", help="leave each rule out in turn")
    parser.add_argument("--tell", type=int, default=0, help="say so after every so many games")
    given = parser.parse_args()
    begun = time.perf_counter()
    if given.faults:
        missed = 0
        for name, fault in FAULTS.items():
            said = look_for(fault, given.games, given.seed)
            missed += said.startswith("not")
            print(f"{name}: {said}", flush=True)
            if fault.doubled:
                for alone in (Fault(words=fault.words), Fault(habits=fault.habits)):
                    which = "in the machine" if alone.words else "by a party"
                    print(
                        f"  only {which}: {look_for(alone, given.games, given.seed)}"
                        f" ({fault.doubled})",
                        flush=True,
                    )
        seconds = time.perf_counter() - begun
        print(f"{len(FAULTS)} planted faults, {missed} not found, {seconds:.0f} s")
        return
    games, found, told = search(given.games, given.seed, stop=False, tell=given.tell)
    seconds = time.perf_counter() - begun
    accepted = sum(n for name, n in told.items() if name.startswith("accepted"))
    print(
        f"{games} games, {told['logs']} logs, {accepted} accepted,"
        f" {sum(found.values())} violations {dict(found)}, {seconds:.0f} s"
    )
    for name, number in sorted(told.items()):
        print(f"  {name}: {number}")


if __name__ == "__main__":
    main()
