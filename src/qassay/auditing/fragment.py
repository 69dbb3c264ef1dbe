"""Derives every energy of a fragment's record again, offline, from its seed and outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from qassay.auditing.single_files import as_evidence, read_record
from qassay.devices.outcomes import read_outcome_lines
from qassay.errors import (
    MalformedError,
    NotReproducedError,
    Problem,
    TamperedError,
    quoted,
)
from qassay.evidence.records import (
    LIST,
    NOTHING,
    NUMBER,
    TEXT,
    WHOLE,
    texts_from_json,
)
from qassay.fragments.ansatz import VERSION
from qassay.fragments.design import MOST_BATCHES, MOST_SHOTS, FragmentDesign
from qassay.fragments.molecule import digest_of, fragment
from qassay.fragments.record import FORMAT, Exact
from qassay.fragments.sampled import SampledEnergies, energies_of
from qassay.randomness import root_from_integer

_CLOSE: Final = 1e-4  # millihartree, or shares, that another processor's arithmetic may differ by
_RECORD: Final = {
    "qassay_fragment_energy": WHOLE,
    "software": TEXT,
    "device": (dict,),
    "instance": TEXT,
    "instance_sha256": TEXT,
    "circuit": WHOLE,
    "patch": LIST,
    "batches": WHOLE,
    "shots": WHOLE,
    "seed": WHOLE + NOTHING,
    "root": TEXT,
    "circuits": LIST,
    "outcomes": LIST,
    "seconds": NUMBER,
    "notes": LIST,
    "classical_hartree": NUMBER,
    "classical_seconds": NUMBER,
    "result": (dict,),
}


def recheck_fragment(path: Path) -> tuple[list[str], SampledEnergies, Exact]:
    """Check a record.

    Args:
        path: The file.

    Returns:
        One sentence a passed check, the result as it follows from the outcomes, and what the
        ordinary computer found.

    Raises:
        EvidenceError: The first thing that is wrong.
    """
    with as_evidence(path.name, "a record of fragment-energy"):
        document = read_record(
            path, _RECORD, {"qassay_fragment_energy": FORMAT, "circuit": VERSION}
        )
        return _rechecked(document, path.name)


def _rechecked(document: dict[str, Any], where: str) -> tuple[list[str], SampledEnergies, Exact]:
    design = _design(document, where)
    seed = document["seed"]
    if seed is not None and root_from_integer(seed) != design.root:
        raise TamperedError(
            Problem(
                where=f"{where}, root",
                found="another root seed",
                expected="32 bytes that come from the seed",
            )
        )
    listed = texts_from_json(document["circuits"], where)
    own = tuple(design.circuit(batch).circuit_ids()[0] for batch in range(design.batches))
    if listed != own:
        raise NotReproducedError(
            Problem(
                where=f"{where}, circuits",
                found="others",
                expected=f"{design.batches} circuits that follow from the seed",
            )
        )
    outcomes = read_outcome_lines(
        document["outcomes"], f"{where}, outcomes", design.batches, design.shots, design.register
    )
    result = energies_of(design, outcomes)
    _compare(document["result"], result.as_json(), f"{where}, result")
    exact = Exact(hartree=document["classical_hartree"], seconds=document["classical_seconds"])
    _compare({"exact": exact.hartree}, {"exact": design.fragment.exact}, where)
    passed = [
        f"the integrals are those of {design.fragment.name} as frozen",
        f"all {design.batches} circuits follow from the seed",
        f"every one of {design.batches * design.shots} shots is there once",
        "energies, control and intervals follow from the outcomes",
    ]
    return passed, result, exact


def _design(document: dict[str, Any], where: str) -> FragmentDesign:
    """Build the design, bounded before anything is drawn."""
    found = fragment(document["instance"])
    if document["instance_sha256"] != digest_of(found.name):
        raise TamperedError(
            Problem(
                where=f"{where}, instance_sha256",
                found="other integrals",
                expected=f"those of {found.name} as frozen",
            )
        )
    patch, root = document["patch"], bytes.fromhex(document["root"])
    sound = (
        len(root) == 32
        and 2 <= document["batches"] <= MOST_BATCHES
        and document["shots"] >= 1
        and document["batches"] * document["shots"] <= 2 * MOST_SHOTS
        and len(set(patch)) == len(patch) == found.qubits
        and all(type(qubit) is int and 0 <= qubit < 1 << 16 for qubit in patch)
    )
    if not sound:
        raise MalformedError(
            Problem(
                where=where,
                found="numbers that no design has",
                expected="patch, batches, shots and root",
            )
        )
    return FragmentDesign(
        fragment=found,
        patch=tuple(patch),
        batches=document["batches"],
        shots=document["shots"],
        root=root,
    )


def _compare(found: Any, ours: Any, where: str) -> None:
    """Compare tables of numbers.

    Raises:
        NotReproducedError: A number does not follow.
    """
    if isinstance(ours, dict):
        if not isinstance(found, dict) or found.keys() != ours.keys():
            raise NotReproducedError(
                Problem(where=where, found=quoted(found), expected=", ".join(ours))
            )
        for key, value in ours.items():
            _compare(found[key], value, f"{where}, {key}")
    elif type(found) not in (int, float) or not np.isclose(found, ours, rtol=0, atol=_CLOSE):
        raise NotReproducedError(
            Problem(where=where, found=quoted(found), expected=f"{ours}, which follows")
        )
