"""The contract of an acceptance: a claim sheet, and the phases in which its claims are tested.

    [sheet] ... [[claim]] ...      as in any claim sheet (docs/claim-sheet.md)
    [[phase]]
    id = "factory"                 a name of its own; also that of its folder
    title = "Factory test"
    claims = ["2q", "spam"]        those that are tested; all where left out
    runs = 1                       how many runs make the phase, each of them whole
    over = "30 d"                  over how long the runs are spread, from the first to the last
    from = 2027-01-10              not before this day
    until = 2027-02-01             not after it
    after = "factory"              only once that phase has passed
    risk = "5 %"                   largest error probabilities of a run's verdicts, of either kind
    rule = "tolerant"              or "guarded", as in `qassay run --rule`

A phase passes when all its runs are there, within its days and spread as far as it says, and every
claim of it is supported in every run. A claim left open leaves the phase open; one refuted fails
it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast, get_args

from qassay.claims.claim import ClaimSheet
from qassay.claims.claim_file import parse_claim_sheet, read_sheet_bytes
from qassay.claims.toml_places import find_places
from qassay.claims.toml_table import MistakeList, Table, finite_number, shown
from qassay.claims.toml_text import toml_text
from qassay.errors import ClaimError, quoted
from qassay.planning.options import Options
from qassay.protocols.terms import Rule
from qassay.reading.strict_toml import read_toml
from qassay.units import parse_quantity

_KEYS: Final = ("id", "title", "claims", "runs", "over", "from", "until", "after", "risk", "rule")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_DAYS: Final = re.compile(r"\s*(\d{1,5})\s*d(?:ays?)?\s*", re.ASCII)
_MOST_PHASES, _MOST_RUNS = 50, 400
RISK: Final = Options().alpha
RULES: Final[tuple[Rule, ...]] = get_args(Rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One phase.

    Attributes:
        id: Its name.
        title: For people.
        claims: Ids of the claims that it tests.
        runs: How many runs.
        over_days: Days between the first run and the last, at least.
        first_day: Not before it, "YYYY-MM-DD"; empty where it may be any.
        last_day: Not after it.
        after: Phase that has to have passed; empty for none.
        risk: Largest probability of a wrong verdict, of either kind, that a run may be planned for.
        rule: Whether the limit is the claim widened by its tolerance, or the claim itself.
        sheet: The claim sheet that each of its runs tests, byte for byte.
    """

    id: str
    title: str
    claims: tuple[str, ...]
    runs: int
    over_days: int
    first_day: str
    last_day: str
    after: str
    risk: float
    rule: Rule
    sheet: bytes

    @property
    def options(self) -> str:
        """The options of `qassay run` that its runs need, with a space before each."""
        risk = "" if self.risk == RISK else f" --alpha {self.risk:g}"
        return risk + ("" if self.rule == "tolerant" else f" --rule {self.rule}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The contract.

    Attributes:
        path: Of the file.
        sheet: All claims.
        phases: In the order of the file.
    """

    path: Path
    sheet: ClaimSheet
    phases: tuple[Phase, ...]

    @property
    def folder(self) -> Path:
        """Where the phases' folders are, beside the contract."""
        return self.path.with_name(f"{self.path.stem}-acceptance")


def load_contract(path: str | Path) -> Contract:
    """Read a contract.

    Raises:
        ClaimError: It is none; the error carries every mistake.
    """
    place = Path(path)
    data = read_sheet_bytes(place)
    text, document = read_toml(data, place.name)
    mistakes = MistakeList(place.name, find_places(text))
    rest = {key: value for key, value in document.items() if key != "phase"}
    whole = parse_claim_sheet(toml_text(rest).encode(), place.name)
    if whole.questions:
        mistakes.add(
            ("question", 0),
            f'question "{whole.questions[0].id}"',
            "a question in a contract",
            "claims alone",
            "an answer has no threshold, so no phase passes by it; ask it on a sheet of its own",
        )
    raw = document.get("phase", [])
    if not isinstance(raw, list) or not raw:
        mistakes.add(
            ("phase",),
            "phase",
            "no phase",
            "at least one table [[phase]]",
            "a phase begins with [[phase]], in double brackets",
        )
        raw = []
    if len(raw) > _MOST_PHASES:
        mistakes.add(("phase",), "phase", f"{len(raw)} phases", f"at most {_MOST_PHASES}")
        raw = []
    phases: list[Phase] = []
    for position, content in enumerate(raw):
        phase = _phase(content, position, rest, whole, phases, mistakes)
        phases += [phase] if phase is not None else []
    ClaimError.raise_if_any(mistakes.all())
    return Contract(path=place, sheet=whole, phases=tuple(phases))


def _phase(
    content: Any,
    position: int,
    rest: Mapping[str, Any],
    whole: ClaimSheet,
    earlier: Sequence[Phase],
    mistakes: MistakeList,
) -> Phase | None:
    if not isinstance(content, Mapping):
        mistakes.add(("phase", position), f"phase {position + 1}", shown(content), "a [[phase]]")
        return None
    before = len(mistakes)
    name = content.get("id")
    words = f"phase {quoted(name, 60)}" if isinstance(name, str) else f"phase {position + 1}"
    table = Table(content, known=_KEYS, path=("phase", position), words=words, mistakes=mistakes)
    if not isinstance(name, str) or _ID.fullmatch(name) is None:
        table.complain(
            "id",
            "nothing" if name is None else shown(name),
            "1 to 40 small letters, digits and dashes",
            "its folder has that name",
        )
    elif any(one.id == name for one in earlier):
        table.complain("id", f'"{name}" a second time', "an id of its own for each phase")
    claims = _claims(table, whole)
    after = table.text("after") or ""
    if after and all(one.id != after for one in earlier):
        table.complain("after", shown(after), "the id of a phase that stands before it")
    runs = _whole(table, "runs", 1, _MOST_RUNS)
    over = _days(table)
    first, last = table.day("from"), table.day("until")
    if first and last and last < first:
        table.complain("until", last, f"a day not before {first}")
    if over and runs < 2:
        table.complain("over", f"{over} d with one run", "two runs or more", "write runs = 2")
    risk = _risk(table)
    rule = table.choice("rule", RULES) if "rule" in table else "tolerant"
    if len(mistakes) > before:
        return None
    return Phase(
        id=str(name),
        title=table.text("title") or str(name),
        claims=claims,
        runs=runs,
        over_days=over,
        first_day=first,
        last_day=last,
        after=after,
        risk=risk,
        rule=cast(Rule, rule),
        sheet=_sheet_of(rest, claims, table.text("title") or str(name)),
    )


def _claims(table: Table, whole: ClaimSheet) -> tuple[str, ...]:
    known = [one.id for one in whole.claims]
    known += [one.id for one in whole.operations]
    known += [one.id for one in whole.declared]
    if "claims" not in table:
        return tuple(known)
    raw = table.value("claims")
    if not isinstance(raw, list) or not raw or not all(isinstance(one, str) for one in raw):
        table.complain("claims", shown(raw), f"ids of claims, such as {json.dumps(known[:2])}")
        return ()
    unknown = [one for one in raw if one not in known]
    if unknown:
        table.complain("claims", shown(unknown[0]), f"one of {', '.join(known)}")
    return tuple(one for one in known if one in raw)


def _whole(table: Table, key: str, usual: int, most: int) -> int:
    if key not in table:
        return usual
    number = finite_number(table.value(key))
    if number is None or number != int(number) or not 1 <= number <= most:
        table.complain(key, shown(table.value(key)), f"a whole number from 1 to {most}")
        return usual
    return int(number)


def _days(table: Table) -> int:
    if "over" not in table:
        return 0
    match = _DAYS.fullmatch(str(table.value("over"))[:40])
    if match is None:
        table.complain("over", shown(table.value("over")), 'a number of days, such as "30 d"')
        return 0
    return int(match[1])


def _risk(table: Table) -> float:
    if "risk" not in table:
        return RISK
    raw = table.value("risk")
    try:
        found = parse_quantity(raw, "probability")
    except ValueError:
        found = math.nan
    if not 0 < found < 0.5:
        table.complain("risk", shown(raw), 'a probability below one half, such as "5 %"')
        return RISK
    return found


def _sheet_of(rest: Mapping[str, Any], claims: Sequence[str], title: str) -> bytes:
    """Write the claim sheet of a phase: the contract's, with its claims alone."""
    head = dict(rest["sheet"])
    head["title"] = f"{head['title']}: {title}"
    kept = [one for one in rest.get("claim", ()) if one["id"] in claims]
    return toml_text({"sheet": head, "claim": kept}).encode()
