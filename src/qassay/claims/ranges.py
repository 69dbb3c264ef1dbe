"""Figures that are no single number: a range, or a multiple of what another claim says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from qassay.claims.claim import Claim
from qassay.errors import did_you_mean, quoted

_LONGEST: Final = 100
_NUMBER: Final = r"(?:\d+(?:[.,]\d*)?|\.\d+)(?:[eE][+-]?\d{1,5})?"
_RANGE: Final = re.compile(
    rf"\s*(?P<first>{_NUMBER})\s*(?P<unit>(?![eE]\s*[-+])[a-zA-Z%µμ/]{{1,12}}?)?\s*"
    rf"(?:(?<![a-zA-Z])to(?![a-zA-Z])|\.\.\.?|[-\u2013\u2014])"
    rf"\s*(?P<last>{_NUMBER})\s*(?P<units>\D*)"
)
_MULTIPLE: Final = re.compile(
    rf"\s*(?P<factor>{_NUMBER})\s*(?:[x×*]|times)\s*(?:(?:the|claim)\s+)*"
    r"(?P<id>[A-Za-z0-9._-]{1,64})\s*"
)
_POWER: Final = re.compile(r"10[+-]?\d{0,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A multiple of what another claim says.

    Attributes:
        factor: How many times.
        claim: The other claim.
    """

    factor: Decimal
    claim: Claim


def range_ends(raw: object) -> tuple[str, str] | None:
    """Take a range apart, both ends with their unit; None where it is none."""
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        return None
    found = _RANGE.fullmatch(raw.replace("\u2212", "-"))
    if found is None:
        return None
    unit = found["units"].strip()
    return f"{found['first']} {found['unit'] or unit}".strip(), f"{found['last']} {unit}".strip()


def relative_figure(raw: object, earlier: Mapping[str, Claim]) -> Related | tuple[str, str] | None:
    """Understand "10 x ID": None where it is no such figure, a complaint where ID is none.

    Args:
        raw: As it stands on the sheet.
        earlier: Claims above it, by id.

    Returns:
        The multiple; or what was expected, and advice.
    """
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        return None
    found = _MULTIPLE.fullmatch(raw)
    if found is None:
        return None
    name = found["id"]
    factor = Decimal(found["factor"].replace(",", "."))
    if name in earlier and factor > 0:
        return Related(factor=factor, claim=earlier[name])
    if _POWER.fullmatch(name):
        return None
    known = ", ".join(map(quoted, list(earlier)[:8])) or "none yet"
    expected = f"a number, x and the id of a measured claim above it ({known})"
    return expected, did_you_mean(name, earlier)
