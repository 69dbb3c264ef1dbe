"""The choice of a best chain or set when a plan is made, and the same choice made again.

The plan holds what was chosen and what it was chosen by, so an auditor repeats the choice from the
plan alone; with the file in hand he compares its sha256, and with the bundle that it was written
from its every number.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from qassay.canonical import content_id
from qassay.circuits.best_registers import best_chain, best_set, choosing_steps
from qassay.circuits.layouts import Pair
from qassay.claims.best_of import BestOf
from qassay.claims.claim import Claim, ClaimSheet, Scope
from qassay.claims.metrics import metric_of_part
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem, quoted
from qassay.languages.english import said
from qassay.languages.sentence import Fact
from qassay.protocols.designs.register_designs import is_given
from qassay.protocols.known import kind_of

UNIT: Final = 1e-9  # of a loss
MOST_STEPS: Final = 30_000_000
_EXPECTED: Final = (
    'a CSV with the columns "target" and "value" (and "quantity", where there are several), as'
    " `qassay results FIRST.zip --csv FILE.csv` writes it"
)
_ROW: Final = 'a target such as "3-4" or "3", and an error of at most 1, or nothing if unknown'
_LARGEST_LOSS: Final = 30.0  # -ln of what is left


def choose_best(
    sheet: ClaimSheet, device: DeviceDescription, files: Mapping[str, bytes]
) -> tuple[ClaimSheet, dict[str, str]]:
    """Make the choices that a sheet leaves to the plan.

    Args:
        sheet: Its claims on a best chain or set have no scope yet, or one that was chosen before.
        device: Says which pairs are coupled.
        files: What the claims name beside their sheet, by name.

    Returns:
        The sheet with the chosen scopes, and why a claim has none, by its id.

    Raises:
        PlanError: A file is none that can be read, with each mistake and its line.
    """
    claims, reasons = [], {}
    for claim in sheet.claims:
        made = _chosen(claim, device, files) if claim.best is not None else claim
        if isinstance(made, str):
            reasons[claim.id] = made
            made = claim
        claims.append(made)
    return replace(sheet, claims=tuple(claims)), reasons


def chosen_again(sheet: ClaimSheet, planned: ClaimSheet, device: DeviceDescription) -> ClaimSheet:
    """Make the choices of a plan again, from what it says that they were made by.

    Args:
        sheet: As its text is read.
        planned: The sheet in the plan.
        device: The plan's.

    Returns:
        The sheet with the scopes that follow; equal to the planned one if that is honest.
    """
    by_id = {claim.id: claim.best for claim in planned.claims}
    claims = []
    for claim in sheet.claims:
        told = by_id.get(claim.id)
        if claim.best is not None and told is not None and told.sha256:
            asked = replace(claim.best, sha256=told.sha256, losses=told.losses)
            scope = _scope(asked, device)
            if not isinstance(scope, str):
                claims.append(replace(claim, scope=scope, best=asked))
                continue
        claims.append(claim)
    return replace(sheet, claims=tuple(claims))


def _chosen(claim: Claim, device: DeviceDescription, files: Mapping[str, bytes]) -> Claim | str:
    """Choose the scope of one claim, or say why there is none."""
    best = claim.best
    if best is None or best.sha256:
        return claim
    if kind_of(claim.metric) not in ("register", "layered") or is_given(claim):
        return said(f"untested.best_{best.rule}_other", metric=claim.metric)
    if best.file not in files:
        return said("untested.no_file", file=quoted(best.file))
    readout = kind_of(claim.metric) == "register"
    losses = _losses(files[best.file], best.file, readout=readout)
    best = replace(best, sha256=content_id(files[best.file]), losses=losses)
    scope = _scope(best, device)
    return scope if isinstance(scope, str) else replace(claim, scope=scope, best=best)


def _scope(best: BestOf, device: DeviceDescription) -> Scope | str:
    """Apply the rule to what is coupled and works; say why where it finds nothing."""
    coupled = set(device.pairs)
    own = {a: lost for a, b, lost in best.losses if a == b}
    pairs: dict[Pair, int] = {
        (a, b): lost for a, b, lost in best.losses if a != b and (a, b) in coupled
    }
    qubits = {q for pair in pairs for q in pair}
    if choosing_steps(len(pairs), len(qubits), best.size) > MOST_STEPS:
        return said("untested.best_too_long", size=best.size, n=len(qubits), pairs=len(pairs))
    chosen = best_chain(pairs, best.size, own) if best.rule == "chain" else ()
    members = best_set(pairs, best.size, own) if best.rule == "set" else ()
    if not chosen and not members:
        facts: dict[str, Fact] = {"size": best.size, "pairs": len(pairs), "machine": device.name}
        return said(f"untested.no_best_{best.rule}", file=quoted(best.file), **facts)
    return Scope(qubits=members, pairs=chosen)


def _losses(data: bytes, name: str, *, readout: bool) -> tuple[tuple[int, int, int], ...]:
    """Read the losses of pairs and, where readout counts, of qubits."""
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise PlanError(Problem(where=name, found="no text in UTF-8", expected=_EXPECTED)) from None
    rows = csv.DictReader(lines)
    head = rows.fieldnames or ()
    if "target" not in head or "value" not in head:
        found = f"the first line {quoted(lines[0])}" if lines else "an empty file"
        raise PlanError(Problem(where=name, found=found, expected=_EXPECTED))
    wanted: dict[str, dict[tuple[int, int], tuple[int, float]]] = {}
    problems = []
    of_qubits = metric_of_part("readout")
    of_pairs = (metric_of_part("entangler"), "layer_error")  # the first that the file has
    for row in rows:
        quantity = (row.get("quantity") or "").strip()
        if quantity not in ("", *of_pairs, of_qubits):
            continue
        where = f"{name}:{rows.line_num}"
        try:
            target, error = _row(row)
        except ValueError as mistake:
            problems.append(Problem(where=where, found=str(mistake), expected=_ROW))
            continue
        of_pair = target[0] != target[1]
        if quantity == "":
            quantity = of_pairs[0] if of_pair else of_qubits
        if of_pair == (quantity == of_qubits):
            continue  # a layer's idle qubits, say
        known = wanted.setdefault(quantity, {})
        if target in known:
            problems.append(
                Problem(
                    where=where,
                    found=f"{row['target']} once more, as in line {known[target][0]}",
                    expected="each pair and qubit in one row",
                )
            )
            continue
        known[target] = (rows.line_num, error)
    PlanError.raise_if_any(problems[:20])
    quantities = [q for q in of_pairs if q in wanted][:1] + [of_qubits] * readout
    errors = {t: e for q in quantities for t, (_, e) in wanted.get(q, {}).items()}
    if not any(a != b for a, b in errors):
        raise PlanError(Problem(where=name, found="no error of any pair", expected=_EXPECTED))
    return tuple(_whole(errors))


def _row(row: Mapping[str, str | None]) -> tuple[tuple[int, int], float]:
    """Read one target and its error; nan where there is none."""
    named = (row.get("target") or "").strip()
    parts = named.split("-")
    if not 1 <= len(parts) <= 2 or not all(
        p.isascii() and p.isdigit() and len(p) < 7 for p in parts
    ):
        raise ValueError(f"target {quoted(named)}")
    a, b = min(int(parts[0]), int(parts[-1])), max(int(parts[0]), int(parts[-1]))
    written = (row.get("value") or "").strip()
    if not written:
        return (a, b), math.nan
    try:
        value = float(written)
    except ValueError:
        raise ValueError(f"value {quoted(written)}") from None
    if not value <= 1:
        raise ValueError(f"value {quoted(written)}")
    return (a, b), max(value, 0.0)


def _whole(errors: Mapping[tuple[int, int], float]) -> Iterator[tuple[int, int, int]]:
    """Write losses in whole steps; what has no known error, or nothing left, cannot be chosen."""
    for (a, b), error in sorted(errors.items()):
        if math.isnan(error) or error >= 1:
            if a == b:
                yield a, b, round(_LARGEST_LOSS / UNIT)
            continue
        yield a, b, round(min(-math.log1p(-error), _LARGEST_LOSS) / UNIT)
