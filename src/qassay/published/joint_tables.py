"""Tables of whole registers: strings, distances, successes, and what an ideal machine gives.

A circuit gets one score (`protocols.published_scores`); circuits of one register and one depth
become one experiment. A circuit that cannot be read costs itself alone, and is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from qassay.canonical import canonical_bytes
from qassay.errors import MalformedError, Problem, quoted
from qassay.protocols.interface import Target
from qassay.protocols.published_scores import MEASURED, UNIT, ScoreTerms, hamming_polarization
from qassay.published.csv_table import CsvTable, TableRow, read_csv, whole
from qassay.published.joint_records import (
    DEEPEST,
    MOST_SHOTS,
    STRINGS,
    Ideal,
    JointStated,
    Scored,
    bad_table,
    register_in,
    success_polarization,
)
from qassay.published.joint_strings import of_strings
from qassay.statistics.trials import Trials

_TABLE: Final = ("circuit", "qubits", "depth", "shots")
_HEAVY: Final = ("circuit", "qubits", "shots", "heavy")
_FRAME: Final = ("Qubits", "Depth", "CircuitIndex", "success_counts", "total_counts")
_FEW: Final = 20  # circuits below which rare bad ones often do not show
_FRAME_QUBITS: Final = re.compile(r"Q?(\d{1,4})", re.ASCII)


def read_joint(
    stated: JointStated, data: bytes, about: bytes | None, ideal: Ideal, only: Mapping[str, str]
) -> tuple[list[tuple[Target, Trials, str]], list[Problem | str], list[str]]:
    """Read one table, and the circuits behind its strings.

    Args:
        stated: What was done.
        data: The table.
        about: `circuits.csv`, or what takes its place; None where there is none.
        ideal: Gives the probabilities of an ideal machine.
        only: Values that columns of the table must have; other rows are left out.

    Returns:
        Register, counts and terms of each experiment; what is wrong; what is to be told.

    Raises:
        MalformedError: The table as a whole cannot be read.
    """
    table = read_csv(data, stated.table, ())
    problems: list[Problem | str] = list(table.problems)
    told: list[str] = []
    rows = [row for row in table.rows if all(row.cells.get(k) == v for k, v in only.items())]
    for column in only:
        if column not in table.columns:
            raise MalformedError(
                bad_table(stated, f"no column {quoted(column, 40)}", "that of `rows`")
            )
    if len(rows) < len(table.rows):
        told.append(
            f"{stated.table}: {len(table.rows) - len(rows)} rows left out, those without"
            f" {', '.join(f'{k} = {v}' for k, v in sorted(only.items()))}"
        )
    scored: list[Scored] = []
    columns = set(table.columns)
    if set(_FRAME) <= columns:
        each: Iterator[Scored | Problem | str] = _of_frame(stated, rows, told)
    elif set(STRINGS) <= columns:
        each = of_strings(stated, rows, about, ideal, ideal_given="p_ideal" in columns)
    elif set(_HEAVY) <= columns and stated.splits_strings:
        each = _of_heavy(rows)
    elif set(_TABLE) <= columns and stated.expects_a_string:
        each = _of_table(stated, rows, table)
    else:
        raise MalformedError(
            bad_table(stated, f"the columns {', '.join(table.columns)[:80]}", _expected(stated))
        )
    for one in each:
        if isinstance(one, Scored):
            scored.append(one)
        else:
            problems.append(one)
    return list(_experiments(stated, scored, problems)), problems, told


def _expected(stated: JointStated) -> str:
    strings = f"{','.join(STRINGS)}, with circuits.csv"
    if stated.splits_strings:
        return f"{','.join(_HEAVY)}; or {strings} and a column qasm"
    if not stated.expects_a_string:
        return strings + ("" if stated.in_settings else " and p_ideal or a column qasm")
    return f"{strings}; or {','.join(_TABLE)} with success, or d0,d1,...; or a frame of pyGSTi"


def _of_table(
    stated: JointStated, rows: Sequence[TableRow], table: CsvTable
) -> Iterator[Scored | Problem | str]:
    """Score mirror circuits of which distances or successes were counted."""
    places = sorted(
        (int(name[1:]), name) for name in table.columns if re.fullmatch(r"d\d{1,4}", name)
    )
    by_distance = bool(places) and stated.polarization == "hamming"
    if not by_distance and "success" not in table.columns and (0, "d0") not in places:
        raise MalformedError(
            bad_table(stated, "neither distances nor successes", "columns d0,d1,... or success")
        )
    if not by_distance and stated.polarization == "hamming":
        raise MalformedError(
            bad_table(stated, "successes alone", 'd0,d1,..., or polarization = "success"')
        )
    for row in rows:
        try:
            targets = register_in(row, "qubits")
            depth = whole(row, "depth", 0, DEEPEST)
            shots = whole(row, "shots", 1, MOST_SHOTS)
            if by_distance:
                wanted = [name for k, name in places if k <= len(targets)]
                distances = [
                    whole(row, n, 0, shots, shots=shots) if row.cells[n] else 0 for n in wanted
                ]
                distances += [0] * (len(targets) + 1 - len(distances))
                if sum(distances) != shots:
                    raise MalformedError(
                        Problem(
                            where=row.place(),
                            found=f"{sum(distances)} shots by distance",
                            expected=f"the {shots} of the row",
                        )
                    )
                score, spread = hamming_polarization(distances)
            else:
                column = "success" if "success" in table.columns else "d0"
                hits = whole(row, column, 0, shots, shots=shots)
                score, spread = success_polarization(hits, shots, len(targets)), None
            yield Scored(
                targets=tuple(sorted(targets)),
                depth=depth,
                arm=0,
                shots=shots,
                score=score,
                spread=spread,
                place=row.place(),
            )
        except MalformedError as error:
            yield from error.problems


def _of_heavy(rows: Sequence[TableRow]) -> Iterator[Scored | Problem | str]:
    """Score square circuits of which heavy outputs were counted."""
    for row in rows:
        try:
            targets = register_in(row, "qubits")
            shots = whole(row, "shots", 1, MOST_SHOTS)
            hits = whole(row, "heavy", 0, shots, shots=shots)
            yield Scored(
                targets=tuple(sorted(targets)),
                depth=None,
                arm=0,
                shots=shots,
                score=hits / shots,
                spread=None,
                place=row.place(),
            )
        except MalformedError as error:
            yield from error.problems


def _of_frame(
    stated: JointStated, rows: Sequence[TableRow], told: list[str]
) -> Iterator[Scored | Problem | str]:
    """Score circuits of a data frame of pyGSTi's volumetric benchmarks: successes alone."""
    if not stated.expects_a_string or stated.polarization != "success":
        raise MalformedError(
            bad_table(
                stated,
                "a frame of pyGSTi, with successes alone",
                'kind = "mirror" with polarization = "success"',
            )
        )
    empty = 0
    for row in rows:
        try:
            shots = whole(row, "total_counts", 0, MOST_SHOTS)
            if not shots:
                empty += 1
                continue
            names = [part.strip(" '\"()") for part in row.cells["Qubits"].split(",")]
            found = [_FRAME_QUBITS.fullmatch(name) for name in names if name]
            targets = tuple(int(one[1]) for one in found if one)
            if not found or len(targets) != len(found) or len(set(targets)) != len(targets):
                raise MalformedError(row.problem("Qubits", "names such as ('Q0', 'Q1')"))
            hits = whole(row, "success_counts", 0, shots)
            yield Scored(
                targets=tuple(sorted(targets)),
                depth=whole(row, "Depth", 0, DEEPEST),
                arm=0,
                shots=shots,
                score=success_polarization(hits, shots, len(targets)),
                spread=None,
                place=row.place(),
            )
        except MalformedError as error:
            yield from error.problems
    if empty:
        told.append(f"{stated.table}: {empty} circuits have no counts, and are missing")


_SUCCESS_SAID: Final = (
    "the polarization is that of the share p of expected strings, (p - 2^-n) / (1 - 2^-n): that of"
    " the metric's definition on one qubit, and elsewhere where errors leave any string alike"
)
_HEAVY_GIVEN: Final = "which outputs are heavy is the publisher's word; nobody here computed it"
_HEAVY_COMPUTED: Final = "which outputs are heavy was computed here, from the publisher's circuits"
_GIVEN_SAID: Final = "the ideal probabilities are the publisher's; nobody here computed them"
_COMPUTED_SAID: Final = "the ideal probabilities were computed here, from the publisher's circuits"


def _experiments(
    stated: JointStated, scored: Sequence[Scored], problems: list[Problem | str]
) -> Iterator[tuple[Target, Trials, str]]:
    """Put the circuits of each register and depth together."""
    groups: dict[tuple[Target, int | None], list[Scored]] = {}
    for one in scored:
        groups.setdefault((one.targets, one.depth), []).append(one)
    for (targets, depth), own in groups.items():
        width = len(targets)
        arms = [one.arm for one in own]
        weights, offset = (1.0,), 0.0
        said = (
            [f"circuits of {depth} layers, as the publisher counts them"]
            if depth is not None
            else []
        )
        least, most = -1.0, 1.0
        if stated.in_settings:
            if set(arms) == {-1}:
                arms = [0] * len(arms)
                said.append("stabilizers drawn at random from all of the state, as it states")
            elif set(arms) == set(range(width + 1)):
                signs = [(-1) ** k / (2 * width) for k in range(width)]
                weights, offset = (0.25, *signs), 0.25
                said.append(f"populations, and parities at {width} angles: the fidelity exactly")
            else:
                problems.append(
                    Problem(
                        where=own[0].place,
                        found=f"settings {_settings(arms)} on {width} qubits",
                        expected=f"z and parity at all {width} angles k pi / {width}, or"
                        " stabilizers alone",
                    )
                )
                continue
        elif stated.expects_a_string:
            scale = 1 / (1 - 0.25**width)
            least = 1 - 1.5 * scale
            if stated.polarization == "success":
                least = -1 / (2.0**width - 1)
                said.append(_SUCCESS_SAID)
        elif stated.splits_strings:
            least = 0.0
            said.append(_HEAVY_COMPUTED if all(one.ideal_here for one in own) else _HEAVY_GIVEN)
        else:
            most = 2.0**width - 1
            said.append(_COMPUTED_SAID if all(one.ideal_here for one in own) else _GIVEN_SAID)
        counted = [sum(arm == k for arm in arms) for k in range(len(weights))]
        if 1 < min(counted) < _FEW and not stated.in_settings:
            said.append(
                f"{min(counted)} circuits: a rare one that is far worse than these would not show"
                " in the interval"
            )
        if min(counted) == 1:
            said.append(
                "one circuit a setting: how circuits differ cannot be told, and its shots"
                " are the unit"
            )
        terms = ScoreTerms(
            metric=MEASURED[stated.kind],
            least=least,
            most=most,
            shots=tuple(one.shots for one in own),
            spreads=tuple(round(one.spread, 9) for one in own if one.spread is not None),
            weights=weights,
            offset=offset,
            depth=depth,
            said=tuple(said),
        )
        top = round((most - least) * UNIT)
        hits = [min(max(round((one.score - least) * UNIT), 0), top) for one in own]
        trials = Trials(
            lengths=np.arange(len(weights), dtype=np.float64),
            arms=np.array(arms, dtype=np.intp),
            hits=np.array(hits, dtype=np.int64)[:, None],
            shots=top,
        )
        yield targets, trials, canonical_bytes(terms.as_json()).decode()


def _settings(arms: Sequence[int]) -> str:
    names = {-1: "stabilizer", 0: "z"}
    return ", ".join(names.get(arm, f"parity {arm - 1}") for arm in sorted(set(arms)))[:80]
