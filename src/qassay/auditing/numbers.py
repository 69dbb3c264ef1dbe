"""Estimates and verdicts computed anew from the counts, and compared."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from qassay.auditing.state import Absent, Audit, known
from qassay.errors import NotReproducedError, Problem, quoted
from qassay.evidence import bundle as layout
from qassay.languages.english import said
from qassay.verdicts.analysis import analyse
from qassay.verdicts.unfinished import unfinished

_RELATIVE = 1e-6  # what other processors and library versions may differ by
_ABSOLUTE = 1e-12


def check_estimates(audit: Audit) -> str:
    """Do all estimates, and all checks of the models behind them, follow from the counts?"""
    if audit.other_rules:
        return Absent(said("audited.estimates_rules"))
    analysis = analyse(known(audit.plan), known(audit.counted), audit.decisions or None)
    if audit.campaign is not None and not audit.campaign.finished:
        analysis = unfinished(analysis, audit.decisions or {}, audit.campaign.why)
    audit.analysis = analysis.at_level(audit.written)
    derived = audit.analysis.estimates_json()
    _compare(known(audit.bundle).document(layout.ESTIMATES), derived, layout.ESTIMATES)
    checks = audit.analysis.checks_json()
    _compare(known(audit.bundle).document(layout.CHECKS), checks, layout.CHECKS)
    return said("audited.estimates", n=len(derived), checks=len(checks))


def check_verdicts(audit: Audit) -> str:
    """Do all verdicts follow from the counts and the plan, and trust levels from the signatures?"""
    bundle = known(audit.bundle)
    if audit.other_rules:
        return Absent(said("audited.verdicts_rules"))
    derived = known(audit.analysis).verdicts_json()
    _compare(bundle.document(layout.VERDICTS), derived, layout.VERDICTS)
    answers = known(audit.analysis).answers
    if answers:
        return said("audited.verdicts_answers", n=len(derived), m=len(answers))
    return said("audited.verdicts", n=len(derived))


def _compare(found: Any, derived: Any, where: str) -> None:
    """Compare two JSON values, numbers to a relative 1e-6; the first difference is named.

    Raises:
        NotReproducedError: They differ.
    """
    for place, ours, theirs in _differences(derived, found, ""):
        ground = "signatures" if place.endswith(", trust") else "counts"
        raise NotReproducedError(
            Problem(
                where=f"{where}{place}",
                found=_short(theirs),
                expected=f"{_short(ours)}, which follows from the {ground}",
            )
        )


def _differences(ours: Any, theirs: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        for key in ours:
            yield from _differences(ours[key], theirs[key], f"{place}, {key}")
    elif isinstance(ours, list | tuple) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _differences(one, other, f"{place} [{index}]")
    elif isinstance(ours, float) and type(theirs) in (int, float):
        if not math.isclose(ours, theirs, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE):
            yield place, ours, theirs
    elif type(ours) is not type(theirs) or ours != theirs:
        yield place, ours, theirs


def _short(value: Any) -> str:
    return quoted(value, 80) if isinstance(value, str) else quoted(str(value), 80).strip('"')
