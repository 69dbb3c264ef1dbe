"""The sealed job pack of a round: a zip file that a laboratory can run without any of our software.

    README.txt          what to do, in a page
    manifest.json       every circuit in order of execution: id, sha256 of its text, shots; deadline
    circuits/ID.qasm    OpenQASM 3, in the machine's own gates

One file a circuit: a laboratory sends single files to its control software, and it costs little
against one long file (`benchmarks/exchange_pack.py` prints both). The same
plan, seed and dates give the same manifest, byte for byte.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from qassay.canonical import canonical_bytes, content_id
from qassay.circuits.qasm import NativeGates, openqasm3_bytes
from qassay.exchange.parts import Part, Place
from qassay.planning.plan import Plan
from qassay.planning.schedule import round_name
from qassay.protocols.batches import Batch, draw_batch
from qassay.whole_files import PRIVATE, whole_file

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
README: Final = "README.txt"
BITS: Final = "character q, from the left, of an outcome is qubit q"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """When a round went out.

    Attributes:
        number: Of the round, from 1.
        at: Seconds since 1970.
        deadline: Until when the counts must be back, in seconds since 1970; None for no limit.
    """

    number: int
    at: int
    deadline: int | None


def pack_name(number: int) -> str:
    """Name the file of a round's pack."""
    return f"{round_name(number)}.zip"


def time_text(at: int | None) -> str | None:
    """Write a time for people and programs, such as 2026-11-26T08:30:00Z."""
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_pack(
    path: Path,
    plan: Plan,
    root: bytes,
    gates: NativeGates,
    parts: tuple[Part, ...],
    release: Release,
) -> bytes:
    """Write the pack of a round, whole or not at all.

    Args:
        path: The zip file.
        plan: The plan.
        root: The seed.
        gates: What the machine runs.
        parts: What goes out.
        release: When.

    Returns:
        The manifest's bytes.
    """
    listed: list[dict[str, Any]] = []
    with (
        whole_file(path, PRIVATE) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):

        def add(name: str, data: bytes) -> None:
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, data)

        for part in parts:
            circuits = []
            for place, text in circuit_texts(plan, root, gates, part):
                circuits.append(entry(place, text))
                add(f"circuits/{place.id}.qasm", text)
            listed.append({"part": part.name, "circuits": circuits})
        manifest = manifest_bytes(plan, gates, listed, release)
        add(MANIFEST, manifest)
        add(README, _readme(plan, gates, parts, release).encode())
    return manifest


def manifest_bytes(
    plan: Plan, gates: NativeGates, listed: list[dict[str, Any]], release: Release
) -> bytes:
    """Write the manifest."""
    return canonical_bytes(
        {
            "qassay_pack": FORMAT,
            "plan": plan.id,
            "round": release.number,
            "machine": plan.device.name,
            "qubits": plan.device.qubits,
            "gates": list(gates.names),
            "verbatim": True,
            "bits": BITS,
            "released": time_text(release.at),
            "deadline": time_text(release.deadline),
            "parts": listed,
        }
    )


def entry(place: Place, text: bytes) -> dict[str, Any]:
    """List one circuit in a manifest."""
    shots = place.slot.experiment.shots
    return {"id": place.id, "sha256": content_id(text), "shots": shots}


def circuit_texts(
    plan: Plan, root: bytes, gates: NativeGates, part: Part
) -> Iterator[tuple[Place, bytes]]:
    """Draw the circuits of a part and write them, in order of execution."""
    drawn: dict[str, tuple[Batch, list[int]]] = {}
    for slot in part.slots:
        batch = draw_batch(slot.experiment, slot.index, plan.device.qubits, root)
        indices = [0] * batch.order.size  # of each circuit in its family
        for number in range(len(batch.families)):
            for index, position in enumerate(np.flatnonzero(batch.order == number).tolist()):
                indices[position] = index
        drawn[slot.id] = batch, indices
    for place in part.places:
        batch, indices = drawn[place.slot.id]
        family = batch.families[int(batch.order[place.position])]
        index = indices[place.position]
        yield place, openqasm3_bytes(family, index, gates, plan.device.out_of_order)


def _readme(plan: Plan, gates: NativeGates, parts: tuple[Part, ...], release: Release) -> str:
    count = sum(len(part.places) for part in parts)
    until = time_text(release.deadline)
    limit = (
        f"The counts must be back by {until} (UTC). What is not back by then\n"
        "counts as not run, and no second attempt is made."
        if until
        else "There is no deadline."
    )
    return f"""\
Job pack of {round_name(release.number)}, released {time_text(release.at)}

{count} circuits on {plan.device.qubits} qubits, in {len(parts)} parts. {limit}

1. Run every circuit of manifest.json, in its order, each as often as "shots" says. The text of
   a circuit is circuits/ID.qasm, OpenQASM 3 in the gates {", ".join(gates.names)};
   q[k] is qubit k of your machine's description.
2. Run them as they stand: no optimisation, no merging or cancelling of gates, nothing moved
   across a barrier. Turn your compiler's optimisation off. Virtual turns about Z take no pulse.
3. Return every shot. No error mitigation, no post-selection, no second attempts, no corrections.
4. Write a file counts.json (or several, with any share of the circuits in each):

   {{"qassay_counts": 1, "round": {release.number},
    "circuits": {{"ID": {{"shots": 1, "counts": {{"0110...": 1}}}}, ...}},
    "failed": {{"ID": "reason why it was not run", ...}},
    "notes": ["anything that the reader should know"],
    "seconds": 123}}

   The first character of an outcome is qubit 0, the last is qubit {plan.device.qubits - 1}.
   In place of "counts" you may give "memory": ["0110...", ...], one text a shot in their order.
   "failed", "notes" and "seconds" (time on the machine) may be left out.
5. Send counts.json back. Nothing else is needed, and none of our software.
"""
