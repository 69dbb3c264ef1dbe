"""What cheats try in `campaign_game.py`, with the keys of their own."""

from __future__ import annotations

from dataclasses import replace

from benchmarks._campaign_styles import DEADLINE, PLACES, ROLE
from benchmarks._campaign_world import Book, World, circuits

MOVES = 24


def cheat(world: World, book: Book) -> None:
    """Make a move that no honest party would make."""
    pick, state, style = world.pick, book.state, world.style
    own = [key for key in "VWSPNA" if ROLE[key] in world.bad]
    if not own:
        return
    keeper, move = world.keeper_cheats, pick(MOVES)
    vendor = [key for key in own if key in "VWA"]
    key = vendor[pick(len(vendor))] if vendor else own[pick(len(own))]
    places = (*PLACES, *state.released, (2, 77), (1, 9), (3, 1))
    place = places[pick(len(places))]
    facts = {"round": place[0], "part": place[1]}

    def say(kind: str, files=None, key: str = key, **more) -> bool:
        return world.put(book, world.event(book, key, kind, files, **more), key, world.now)

    if move == 0:
        world.now += (1, DEADLINE + 1, 4, 30)[pick(4)]
    elif move in (1, 2) and keeper and book.entries:
        cut = 1 + pick(len(book.entries))
        world.books.append(book.fork(cut))
        world.at = len(world.books) - 1
    elif move == 3 and world.pool:
        world.put(book, *world.pool[pick(len(world.pool))])
    elif move in (4, 5) and vendor and state.released:
        answer_otherwise(world, book, key)
    elif move in (6, 7) and vendor:
        for where in [place] if pick(2) else [p for p in PLACES if p[0] == state.next_round]:
            say("excused", round=where[0], part=where[1], reason="x")
    elif move == 8 and vendor:
        say("failed", **facts, reason="x")
    elif move == 9 and keeper and state.agreed:
        root, number = book.root(world.secret_of(book)), 1 + pick(2)
        parts = {
            p: circuits(root(p[0] if pick(4) else 1), p)
            for p in PLACES
            if p[0] == number and pick(4)
        }
        world.release(book, number, parts)
    elif move == 10 and keeper:
        say("expired", None, style.keeper, **facts)
    elif move == 11:
        for _ in range(1 + 40 * pick(2)):
            say("noted", key=own[pick(len(own))], text=str(pick(1000)))
    elif move == 12 and len({one.plan for one in world.books}) < 2:
        world.begin()
    elif move == 13 and len(world.books) > 1:
        world.at = pick(len(world.books))
    elif move == 14 and keeper and state.agreed:
        say("revealed", None, style.keeper, secret=world.secret_of(book))
        say("closed", {"page": "p"}, style.keeper, finished=pick(2) > 0, why="")
        say("closed", {"page": "p"}, style.keeper, finished=False, why="x")
    elif move == 15 and keeper:
        number = (state.called + 1, 1 + pick(3))[pick(2)]
        if say("called", None, style.keeper, round=number) and state.commitments:
            world.asked(book, "P" if "P" in style.parties else style.vendor)
    elif move == 16 and keeper and state.commitments:  # another secret, now that more is known
        grind(world, book)
    elif move == 17 and keeper:  # ask out of turn, for this log
        parties = [one for one in "PVNA" if one in style.parties]
        asked = parties[pick(len(parties))]
        if pick(2):
            world.asked(book, asked)
        else:  # the answer is lost on the way, perhaps for good
            world.ask(book, asked)
            world.now += pick(2) * (DEADLINE + 1)
    elif move == 18 and keeper:
        parts = [list(p) for p in PLACES if pick(2)]
        say("amended", None, style.keeper, text="x", parts=parts)
    elif move == 19 and keeper and state.called:
        if state.called in state.manifests:
            again(world, book)
        else:
            before_the_share(world, book)
    elif move > 19 and world.pool:
        anew(world, book, own, keeper)


def grind(world: World, book: Book) -> None:
    """Choose the keeper's secret anew, and commit to it again if the log lets that be."""
    keeper, state = world.style.keeper, book.state
    fresh = world.draw(keeper, world.step, "ground")
    if world.pick(2):
        made = world.commitments(book, keeper, fresh)
        world.put(book, world.event(book, keeper, "committed", commitments=made), keeper)
    elif state.agreed:
        world.ground[book.plan] = fresh


def before_the_share(world: World, book: Book) -> None:
    """Hand the round that was called out as if there were no partner."""
    number = book.state.called
    root = book.root(world.secret_of(book))
    parts = {
        p: circuits(root(number), p) for p in PLACES if p[0] == number and p not in book.state.ended
    }
    world.release(book, number, parts)


def again(world: World, book: Book) -> None:
    """Hand a round out once more, perhaps after its deadline."""
    number = 1 + world.pick(book.state.called)
    if number in book.state.manifests:
        world.now += world.pick(2) * (DEADLINE + 1)
        world.release(book, number, world.manifests[book.state.manifests[number]])


def answer_otherwise(world: World, book: Book, key: str) -> None:
    """Answer a part again, better, in part, or with the circuits of others."""
    pick, state = world.pick, book.state
    parts = (state.open_parts if pick(3) else ()) or tuple(state.released)
    where = parts[pick(len(parts))]
    sent = [world.manifests[made] for made in state.manifests.values()]
    every = [circuit for parts in sent for ids in parts.values() for circuit in ids]
    ids = world.manifests[state.manifests[where[0]]].get(where, ())
    chosen = (ids, ids, ids[:1], every, ("others", *ids[1:]))[pick(5)]
    came = {c: (pick(5) > 0, world.step) for c in chosen}
    files = [world.file(came)]
    if pick(2):
        files.append(world.file(dict.fromkeys(ids, (True, world.step + 1))))
    if pick(6) == 0:
        world.now += DEADLINE + 1
    event = world.event(
        book, key, "counts", dict(files), round=where[0], part=where[1], circuits=len(came)
    )
    world.put(book, event, key, None if pick(2) else world.now)


def anew(world: World, book: Book, own: list[str], keeper: bool) -> None:
    """Make an event that was signed once with other facts, key, head, secret or time."""
    pick, state = world.pick, book.state
    old, _ = world.pool[pick(len(world.pool))]
    same = [one for one, _ in world.pool if one.kind == old.kind]
    mine = [key for key in own if ROLE[key] == old.by] or own
    key, facts = mine[pick(len(mine))], same[pick(len(same))].facts
    fresh, role = world.draw(key, world.step, "fresh"), ROLE[key]
    if pick(2):
        made = {role: list(one) for role, one in state.commitments.items()}
        facts = {
            "shared": {"round": state.called, "secret": fresh, "clock": 0},
            "revealed": {"secret": fresh},
            "agreed": {"nonce": fresh, "commitments": made},
            "committed": {"commitments": world.commitments(book, key, fresh)},
        }.get(old.kind, facts)
    size = pick(len(state.heads))
    head = replace(state.head, size=size, root=state.heads[size]) if pick(2) else state.head
    event = replace(
        old, by=role, campaign=(old.campaign, book.plan)[pick(2)], head=head, facts=facts
    )
    world.put(book, event, key, max(0, world.now - pick(9)) if keeper else world.now)
