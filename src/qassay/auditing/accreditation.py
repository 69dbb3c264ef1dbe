"""Derives every number of an accreditation record again, offline, from its seed and outcomes."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np

from qassay.accreditation.cycles import Cycles, cycles_of
from qassay.accreditation.design import (
    MOST_CIRCUITS,
    AccreditationDesign,
    DrawnDesign,
    circuit_ids,
    draw_design,
    size_problems,
)
from qassay.accreditation.measure import Accreditation, bounded_target
from qassay.accreditation.record import FORMAT
from qassay.accreditation.turns import FULL
from qassay.auditing.single_files import as_evidence, read_record
from qassay.circuits.qasm_reader import MOST_QUBITS, read_qasm
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
    table_from_json,
    texts_from_json,
)
from qassay.randomness import root_from_integer

_TABLE: Final = (dict,)
_RECORD: Final = {
    "qassay_accreditation": WHOLE,
    "software": TEXT,
    "source": _TABLE + NOTHING,
    "device": _TABLE,
    "design": _TABLE,
    "seed": WHOLE + NOTHING,
    "root": TEXT,
    "alpha": TEXT,
    "circuits": LIST,
    "outcomes": LIST,
    "seconds": NUMBER,
    "notes": LIST,
    "result": _TABLE,
}
_ALPHA: Final = re.compile(r"[0-9]{1,18}(/[1-9][0-9]{0,17})?", re.ASCII)  # 1e-9999999 would not end
_DESIGN: Final = {
    "rounds": LIST,
    "layers": LIST,
    "patch": LIST,
    "register": WHOLE,
    "spectators": TEXT,
    "spectator_pairs": LIST,
    "targets": WHOLE,
    "traps": WHOLE,
    "traps_a_run": WHOLE,
}
_GRID: Final = 1  # steps of 2^-24 turns that another processor's arithmetic may differ by


def recheck_accreditation(path: Path) -> tuple[list[str], Accreditation]:
    """Check a record.

    Args:
        path: The file.

    Returns:
        One sentence a passed check, and the result as it follows from the outcomes.

    Raises:
        EvidenceError: The first thing that is wrong.
    """
    with as_evidence(path.name, "a record of an accreditation"):
        document = read_record(path, _RECORD, {"qassay_accreditation": FORMAT})
        return _rechecked(document, path.name)


def _rechecked(document: dict[str, Any], where: str) -> tuple[list[str], Accreditation]:
    passed = []
    design = _design(document, where)
    passed.append(_seed(document, where))
    if document["source"] is not None:
        passed.append(_source(document["source"], design.cycles, where))
    drawn = draw_design(design)
    passed.append(_circuits(texts_from_json(document["circuits"], where), drawn, where))
    outcomes = read_outcome_lines(
        document["outcomes"], f"{where}, outcomes", design.circuits, 1, design.register
    )[:, 0]
    passed.append(f"every one of {design.circuits} shots is there once")
    if not _ALPHA.fullmatch(document["alpha"]):
        raise MalformedError(
            Problem(
                where=f"{where}, alpha",
                found=quoted(document["alpha"]),
                expected="a fraction such as 1/20",
            )
        )
    result = bounded_target(drawn, outcomes, Fraction(document["alpha"]))
    if document["result"] != result.as_json():
        ours = result.as_json()
        found = document["result"]
        place = next((key for key in ours if found.get(key) != ours[key]), "another key")
        raise NotReproducedError(
            Problem(
                where=f"{where}, result, {place}",
                found=quoted(str(found.get(place)), 80),
                expected=f"{quoted(str(ours.get(place)), 80)}, which follows from the outcomes",
            )
        )
    passed.append("bounds and counts follow from the outcomes, in whole numbers")
    return passed, result


def _design(document: dict[str, Any], where: str) -> AccreditationDesign:
    """Build the design from its JSON form, bounded before anything is drawn."""
    table = table_from_json(document["design"], f"{where}, design", _DESIGN)
    rounds = np.array(table["rounds"])
    layers = tuple(tuple(_pair(pair) for pair in layer) for layer in table["layers"])
    patch = tuple(table["patch"])
    beside = tuple(_pair(pair) for pair in table["spectator_pairs"])
    qubits = rounds.shape[1] if rounds.ndim == 3 else 0
    sound = (
        rounds.dtype == np.int64
        and rounds.shape == (len(layers) + 1, qubits, 3)
        and 0 < qubits <= MOST_QUBITS
        and bool(((rounds >= 0) & (rounds < FULL)).all())
        and all(_disjoint(layer, qubits) for layer in layers)
        and _disjoint(beside, table["register"])
        and not ({qubit for pair in beside for qubit in pair} & set(patch))
        and (not beside or table["spectators"] == "gates")
        and _places(patch, qubits, table["register"])
        and table["spectators"] in ("gates", "pulses", "idle")
        and 0 < table["traps"] + table["targets"] <= 2 * MOST_CIRCUITS
        and min(table["traps"] - 1, table["targets"], table["traps_a_run"]) >= 0
        and (not table["traps_a_run"] or table["traps"] == table["traps_a_run"] * table["targets"])
    )
    if not sound:
        raise MalformedError(
            Problem(
                where=f"{where}, design",
                found="numbers that no design has",
                expected="cycles, a patch and numbers that belong together",
            )
        )
    design = AccreditationDesign(
        cycles=Cycles(rounds, layers),
        patch=patch,
        register=table["register"],
        spectators=table["spectators"],
        spectator_pairs=beside,
        targets=table["targets"],
        traps=table["traps"],
        traps_a_run=table["traps_a_run"],
        root=bytes.fromhex(document["root"]),
    )
    # Each number alone may be large; what they come to is what drawing them costs.
    MalformedError.raise_if_any(
        replace(problem, where=f"{where}, design", advice="") for problem in size_problems(design)
    )
    return design


def _pair(pair: Any) -> tuple[int, int]:
    a, b = pair
    if type(a) is not int or type(b) is not int:
        raise ValueError("a pair that is not two qubits")
    return a, b


def _disjoint(layer: tuple[tuple[int, int], ...], qubits: int) -> bool:
    met = [qubit for pair in layer for qubit in pair]
    return len(set(met)) == len(met) and all(0 <= qubit < qubits for qubit in met)


def _places(patch: tuple[Any, ...], qubits: int, register: int) -> bool:
    return (
        len(set(patch)) == len(patch) == qubits
        and register <= 1 << 16
        and all(type(qubit) is int and 0 <= qubit < register for qubit in patch)
    )


def _seed(document: dict[str, Any], where: str) -> str:
    seed, root = document["seed"], bytes.fromhex(document["root"])
    if len(root) != 32 or (seed is not None and root_from_integer(seed) != root):
        raise TamperedError(
            Problem(
                where=f"{where}, root",
                found="another root seed",
                expected="32 bytes that come from the seed",
            )
        )
    return "the root seed is sound" if seed is None else f"the root seed comes from seed {seed}"


def _source(table: dict[str, Any], cycles: Cycles, where: str) -> str:
    source = table_from_json(table, f"{where}, source", {"name": TEXT, "openqasm3": TEXT})
    wanted = cycles_of(read_qasm(source["openqasm3"].encode(), quoted(source["name"])))
    away = np.abs(wanted.rounds - cycles.rounds) if wanted.layers == cycles.layers else None
    if away is None or int(np.minimum(away, FULL - away).max(initial=0)) > _GRID:
        raise NotReproducedError(
            Problem(
                where=f"{where}, design",
                found="another circuit",
                expected="the circuit of the partner's file",
            )
        )
    return "the cycles are those of the partner's circuit"


def _circuits(listed: tuple[str, ...], drawn: DrawnDesign, where: str) -> str:
    count = drawn.design.circuits
    for index, own in enumerate(circuit_ids(drawn)):
        if index >= len(listed) or listed[index] != own:
            found = quoted(listed[index], 66) if index < len(listed) else "nothing"
            raise NotReproducedError(
                Problem(
                    where=f"{where}, circuits [{index}]",
                    found=found,
                    expected=f"{own}, which follows from the seed",
                )
            )
    if len(listed) > count:
        raise TamperedError(
            Problem(where=f"{where}, circuits", found=f"{len(listed)}", expected=str(count))
        )
    return f"all {count} circuits follow from the seed"
