"""Writing the pack of a round, so that what was announced is what is sent."""

from __future__ import annotations

from qassay.campaigns.keeping import Keeper
from qassay.canonical import content_id
from qassay.evidence.events import manifest_file
from qassay.exchange.pack import Release, pack_name, write_pack
from qassay.exchange.parts import Part
from qassay.whole_files import write_whole


def release_of(keeper: Keeper, number: int) -> Release:
    """Say when a round went out, or goes out now."""
    state = keeper.state
    place = state.places.get(f"released {number}")
    at = keeper.now if place is None else state.times[place]
    limit = state.rules.terms.deadline_seconds
    return Release(number=number, at=at, deadline=None if limit is None else at + limit)


def _went(keeper: Keeper, number: int) -> bool:
    """Say whether any part of a round went out."""
    return any(place[0] == number for place in keeper.state.released)


def send(keeper: Keeper, number: int, parts: dict[int, Part], root: bytes) -> Release:
    """Write a round's pack, put its manifest on record, and only then show the file.

    A call that is killed in between is completed by the next one: the pack follows from the plan,
    the seed and the release on record.

    Args:
        keeper: Where.
        number: Of the round.
        parts: What goes out, by number of the part; excused ones are left out.
        root: The seed of the round.
    """
    campaign, release = keeper.campaign, release_of(keeper, number)
    path, place = campaign.pack(pack_name(number)), campaign.folder / manifest_file(number)
    known = number in keeper.state.manifests
    if known and place.exists() and (path.exists() or not _went(keeper, number)):
        return release
    draft = path.with_name(f".{path.name}")
    state = keeper.state
    chosen = {
        index: part
        for index, part in parts.items()
        if ((number, index) in state.released if known else (number, index) not in state.ended)
    }
    gates = campaign.terms.gates
    manifest = write_pack(draft, campaign.plan, root, gates, tuple(chosen.values()), release)
    place.parent.mkdir(exist_ok=True)
    write_whole(place, manifest)
    if not known:
        keeper.write(
            "released",
            {manifest_file(number): content_id(manifest)},
            round=number,
            parts=list(chosen),
        )
    if chosen:
        draft.replace(path)
    else:  # all of it was excused: there is nothing to run
        draft.unlink()
    return release
