"""The styles of campaign that `campaign_game.py` plays.

A partner who opens a share a round, or one for all; a witness in place of a partner; a party of
one. Two rounds of two parts each.
"""

from __future__ import annotations

from dataclasses import dataclass

from qassay.planning.plan import CampaignTerms

SIZES, EXCUSED, DEADLINE, NOTES = (2, 2), 1, 10, 3
ROLE = {"V": "vendor", "W": "vendor", "S": "verifier", "P": "partner", "N": "witness", "A": "self"}
PLACES = tuple((r, p) for r, n in enumerate(SIZES, 1) for p in range(1, n + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What kind of campaign is played.

    Attributes:
        terms: Of the plan.
        keys: The one key of each role; W is another vendor's, whom the reader has pinned too.
        coalitions: Roles that may cheat together.
        vendor: Key of whoever answers.
        keeper: Key of whoever keeps the log.
    """

    terms: CampaignTerms
    keys: dict[str, list[str]]
    coalitions: tuple[tuple[str, ...], ...]
    vendor: str = "V"
    keeper: str = "S"

    @property
    def parties(self) -> str:
        """Name the keys of all who take part."""
        every = "".join(key for own in self.keys.values() for key in own)
        return "A" if self.terms.alone else every


def _style(committers: tuple[str, ...], coalitions: str, shares: str = "each round") -> Style:
    alone = committers == ("self",)
    roles = ("self",) if alone else ("vendor", *committers, "witness")
    names = {"vendor": "V", "verifier": "S", "partner": "P", "witness": "N"}
    return Style(
        terms=CampaignTerms(
            committers=committers,
            shares=shares,
            deadline_seconds=DEADLINE,
            excused_limit=EXCUSED,
            notes=NOTES,
            amendments=2,
            roles="" if alone else "roles",
        ),
        keys={role: [] if alone else [names[role]] for role in roles},
        coalitions=tuple(tuple(one.split()) for one in coalitions.split(", ")),
        vendor="A" if alone else "V",
        keeper="A" if alone else "S",
    )


_PAIRS = "vendor, verifier, partner, vendor verifier, vendor partner, verifier partner, "
STYLES = {
    "a share a round": _style(
        ("verifier", "partner"),
        _PAIRS + "vendor verifier, vendor verifier witness, vendor verifier partner witness",
    ),
    "one share": _style(
        ("verifier", "partner"),
        _PAIRS + "vendor verifier partner witness",
        "once",
    ),
    "a witness": _style(
        ("verifier",), "vendor, verifier, vendor verifier, vendor verifier witness"
    ),
    "alone": _style(("self",), "self"),
}
