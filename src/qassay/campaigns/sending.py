"""Writing the pack of a round, so that what was announced is what is sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qassay.assay import Request
from qassay.campaigns.folder import Campaign
from qassay.exchange.pack import Release, pack_name, write_pack
from qassay.exchange.parts import Part


def send(
    campaign: Campaign,
    request: Request,
    parts: tuple[Part, ...],
    release: Release,
    announce: Callable[[bytes], None],
) -> Path:
    """Write a round's pack, put its manifest on record, and only then show the file.

    A call that is killed in between is completed by the next one: the pack follows from the plan,
    the seed and the release on record.

    Args:
        campaign: Where.
        request: Plan and seed.
        parts: What goes out.
        release: When.
        announce: Puts the manifest on record; called even if it is there.

    Returns:
        The pack's file.
    """
    path = campaign.pack(pack_name(release.number))
    draft = path.with_name(f".{path.name}")
    announce(write_pack(draft, request.plan, request.root, campaign.terms.gates, parts, release))
    draft.replace(path)
    return path
