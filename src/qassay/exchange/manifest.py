"""Reading a pack's manifest: by the vendor to sign its counts, by an auditor to follow them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from qassay.circuits.qasm import NativeGates
from qassay.errors import MalformedError, NotReproducedError, Problem, quoted
from qassay.exchange.pack import FORMAT, Release, circuit_texts, entry, manifest_bytes
from qassay.exchange.parts import Part, all_places, part_of
from qassay.planning.plan import Plan
from qassay.planning.schedule import rounds
from qassay.protocols.interface import MOST_SHOTS
from qassay.reading.strict_json import read_json

_PART: Final = re.compile(r"round-(\d{2,4})/part-\d{2,4}", re.ASCII)
_ID: Final = re.compile(r"[0-9a-f]{24}", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_GATES: Final = tuple(
    NativeGates(one_qubit=one, two_qubit=two) for one in ("prx", "sx") for two in ("cz", "rzz")
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Manifest:
    """What a manifest says.

    Attributes:
        number: Of the round.
        parts: Names of circuits by name of the part, in order of execution.
        shots: Of every circuit, by its name.
        gates: In which the circuits are written.
    """

    number: int
    parts: Mapping[str, tuple[str, ...]]
    shots: Mapping[str, int]
    gates: NativeGates


def read_manifest(data: bytes, where: str) -> Manifest:
    """Read a manifest.

    Raises:
        MalformedError: Not one that `write_pack` could have written.
    """
    document = read_json(data, where)
    MalformedError.raise_if_any(
        Problem(where=where, found=found, expected=expected)
        for found, expected in _mistakes(document)
    )
    return Manifest(
        number=document["round"],
        parts={
            part["part"]: tuple(circuit["id"] for circuit in part["circuits"])
            for part in document["parts"]
        },
        shots={
            circuit["id"]: circuit["shots"]
            for part in document["parts"]
            for circuit in part["circuits"]
        },
        gates=next(one for one in _GATES if list(one.names) == document["gates"]),
    )


def _mistakes(document: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(document, dict) or document.get("qassay_pack") != FORMAT:
        yield quoted(document), "the manifest of a job pack"
        return
    if type(document.get("round")) is not int or not 1 <= document["round"] <= 9999:
        yield quoted(document.get("round")), "the number of a round"
    if document.get("gates") not in [list(gates.names) for gates in _GATES]:
        yield quoted(document.get("gates")), "gates that qassay writes"
    parts = document.get("parts")
    if not isinstance(parts, list) or not all(map(_is_part, parts)):
        yield quoted(parts), "parts with their circuits"
        return
    names = [part["part"] for part in parts]
    ids = [circuit["id"] for part in parts for circuit in part["circuits"]]
    if len(set(names)) != len(names) or len(set(ids)) != len(ids):
        yield "a part or circuit twice", "each once"


def _is_part(part: Any) -> bool:
    return (
        isinstance(part, dict)
        and part.keys() == {"part", "circuits"}
        and isinstance(part["part"], str)
        and _PART.fullmatch(part["part"]) is not None
        and isinstance(part["circuits"], list)
        and all(map(_is_circuit, part["circuits"]))
    )


def _is_circuit(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and one.keys() == {"id", "sha256", "shots"}
        and isinstance(one["id"], str)
        and _ID.fullmatch(one["id"]) is not None
        and isinstance(one["sha256"], str)
        and _HEX.fullmatch(one["sha256"]) is not None
        and type(one["shots"]) is int
        and 1 <= one["shots"] <= MOST_SHOTS
    )


def parts_again(manifest: Manifest, where: str, plan: Plan, root: bytes) -> tuple[Part, ...]:
    """Draw the parts of a manifest again, names and order of all circuits included.

    Raises:
        NotReproducedError: They do not follow from the plan and the seed.
    """
    places = all_places(plan, root, range(*rounds(plan)[manifest.number - 1]))
    order = {id(slot): slot for slot in places.values()}  # a batch stands there once a circuit
    parts = []
    for name, ids in manifest.parts.items():
        found = {id(places[one]) for one in ids if one in places}
        part = part_of(name, [slot for which, slot in order.items() if which in found], root)
        if part.ids != ids:
            raise NotReproducedError(
                Problem(
                    where=f"{where}, {name}",
                    found="other circuits, or another order",
                    expected="those that follow from the plan and the seed",
                )
            )
        parts.append(part)
    return tuple(parts)


def check_texts(
    data: bytes, where: str, plan: Plan, root: bytes, parts: tuple[Part, ...], release: Release
) -> int:
    """Write every circuit of a manifest again and compare: the vendor ran these texts.

    Returns:
        How many circuits.

    Raises:
        NotReproducedError: The manifest is not the one that follows.
    """
    gates = read_manifest(data, where).gates
    listed = [
        {
            "part": part.name,
            "circuits": [
                entry(place, text) for place, text in circuit_texts(plan, root, gates, part)
            ],
        }
        for part in parts
    ]
    if manifest_bytes(plan, gates, listed, release) != data:
        raise NotReproducedError(
            Problem(
                where=where,
                found="texts of other circuits, or other dates",
                expected="the manifest that follows from plan, seed and log",
            )
        )
    return sum(len(part.places) for part in parts)
