"""What makes a measurement one: circuits and what came back of them, whoever seals it how often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from qassay.auditing.state import Audit, known
from qassay.canonical import canonical_bytes, content_id
from qassay.evidence.bundle import Bundle
from qassay.protocols.known import is_timed

_COUNTS, _CIRCUITS = "counts.json", "circuits.json"
_PUBLISHED, _BATCHES = "published/", "batches/"


def counted_parts(audit: Audit) -> frozenset[str]:
    """Name the batches of a bundle by what was counted, and nothing else.

    Two runs of the same sheet have no part in common, since each draws circuits of its own; jobs
    that are timed, and run fixed circuits, are left out. Names, days, seals, and the claims that
    are judged by the counts make no difference.

    Args:
        audit: One that holds.
    """
    timed = {x.id for x in known(audit.plan).experiments if is_timed(x)}
    parts = _parts(known(audit.bundle), timed)
    return frozenset(content_id(canonical_bytes(one)) for one in parts)


def _parts(bundle: Bundle, timed: Set[str]) -> Iterator[object]:
    for name in sorted(bundle.files):
        if name.startswith(_PUBLISHED) and name.endswith(".json"):
            yield bundle.document(name)["counts"]
        elif name.startswith(_BATCHES) and name.endswith(f"/{_COUNTS}"):
            if name.removeprefix(_BATCHES).rsplit("/", 2)[0] in timed:
                continue
            circuits = name.removesuffix(_COUNTS) + _CIRCUITS
            told = bundle.document(name)["outcomes"]
            if told:
                yield [bundle.document(circuits) if circuits in bundle.files else [], told]


def counted_twice(audits: Sequence[Audit]) -> Iterator[tuple[Audit, Audit]]:
    """Name bundles that hold counts of an earlier one of the list, each with that one."""
    seen: dict[str, Audit] = {}
    for audit in audits:
        parts = counted_parts(audit)
        earlier = next((seen[part] for part in sorted(parts) if part in seen), None)
        if earlier is not None:
            yield audit, earlier
        seen |= dict.fromkeys(parts - seen.keys(), audit)
