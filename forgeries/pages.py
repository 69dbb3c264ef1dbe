"""Forgers who leave the evidence as it is and write another page over it.

A person reads the page and nothing else. Some of these forgers have no key; some are verifiers who
sign a page that says something else than the evidence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from forgeries.archives import ESTIMATES, PLAN, SHEET, VERDICTS, VERSIONS
from forgeries.contents import put
from forgeries.registry import Members, edited, forgery, honest, key_of, sealed
from forgeries.story import signed
from qassay.canonical import canonical_bytes, content_id
from qassay.evidence.archive import archive_bytes

REPORT = "report/datasheet.html"
Change = Callable[[str], str]
BIDI = "\u202e"
WIDE = {48 + digit: 0xFF10 + digit for digit in range(10)}


def painted(members: Members, change: Change) -> Members:
    """Change the page and seal again, without a key."""
    page = members[REPORT].decode()
    done = change(page)
    assert done != page
    members[REPORT] = done.encode()
    return sealed(members)


def replaced(old: str, new: str, times: int = -1) -> Change:
    """Write one text over another, once or everywhere."""

    def change(page: str) -> str:
        assert old in page, old
        return page.replace(old, new, times)

    return change


def other_digit(text: str) -> str:
    """Raise the first digit by one."""
    return re.sub(r"\d", lambda found: str((int(found[0]) + 1) % 10), text, count=1)


def lower(digit: str) -> str:
    """Lower a digit by one."""
    return str((int(digit) - 1) % 10)


def exchanged(pattern: str, by: Change) -> Change:
    """Exchange the first place of a pattern."""
    return lambda page: re.sub(pattern, lambda found: by(found[0]), page, count=1)


def without(pattern: str) -> Change:
    """Take the first place of a pattern off."""
    return lambda page: re.sub(pattern, "", page, count=1, flags=re.DOTALL)


def better_table(page: str) -> str:
    """Copy the table of verdicts, every claim supported."""
    found = re.findall(r'<table class="verdicts">.*?</table>', page, re.DOTALL)
    return str(found[0]).replace("Refuted", "Supported")


def in_cell(label: str, row: int, change: Change) -> Change:
    """Change a cell of the table of verdicts."""

    def done(page: str) -> str:
        begin = page.index('<table class="verdicts">')
        cells = list(re.finditer(rf'<td[^>]*data-label="{label}".*?</td>', page[begin:], re.DOTALL))
        start, end = (begin + place for place in cells[row].span())
        return page[:start] + change(page[start:end]) + page[end:]

    return done


def by_the_verifier(members: Members, change: Change) -> bytes:
    """Change the page, seal, and sign it with the verifier's key."""
    return signed(painted(members, change), key_of("verifier"), "verifier")


def entry(
    name: str,
    sentence: str,
    change: Change,
    *,
    base: str = "run",
    check: str = "datasheet",
    minimal: str = "",
    signs: bool = False,
    versions: dict[str, str] | None = None,
    place: str = REPORT,
) -> None:
    """Enter a forgery of the page alone."""

    def make(members: Members) -> bytes | Members:
        if versions is not None:
            told = json.loads(members[VERSIONS]) | versions
            members[VERSIONS] = canonical_bytes(told)
        return by_the_verifier(members, change) if signs else painted(members, change)

    make.__name__, make.__doc__ = name.replace(" ", "_"), sentence
    pinned = base == "campaign"
    forgery(base, check, place, minimal=minimal, pinned=pinned)(make)


# a page that nobody signed: every cell that a person reads


entry(
    "a verdict painted over",
    "A vendor writes Supported over Refuted in the table, once.",
    in_cell("Verdict", 1, replaced("Refuted", "Supported")),
)
entry(
    "a verdict in letters of another alphabet",
    "A vendor writes Supported with a Cyrillic o.",
    in_cell("Verdict", 2, replaced("Supported", "Supp\u043erted")),
)
entry(
    "a trust level painted over",
    "A vendor writes T2 beside counts that nobody signed.",
    in_cell("Trust", 1, replaced("T0", "T2")),
)
entry(
    "shots painted over",
    "A vendor writes ten times the shots beside a verdict.",
    in_cell("Shots", 1, other_digit),
)
entry(
    "a measured value painted over",
    "A vendor writes another first digit of what was measured.",
    in_cell("Measured", 1, other_digit),
)
entry(
    "a last digit painted over",
    "A vendor improves a measured value by its last digit.",
    in_cell("Measured", 2, exchanged(r"(?<=[\d.])\d(?=[^\d.]*?</span>)", lower)),
)
entry(
    "an interval painted narrower",
    "A vendor writes a narrower interval beside his number.",
    in_cell("Measured", 2, exchanged(r"(?<=–)\d", lower)),
)
entry(
    "a level painted over",
    "A vendor writes 99 % beside an interval that holds at 95 %.",
    in_cell("Measured", 1, replaced("95", "99")),
)
entry(
    "an interval wiped off",
    "A vendor takes the interval off and leaves a number that looks certain.",
    in_cell("Measured", 1, without(r'<span class="under">.*?</span>')),
)
entry(
    "a unit painted over",
    "A vendor writes seconds where milliseconds were measured.",
    in_cell("Measured", 1, lambda c: re.sub(r"[^\d]ms", " s", c)),
)
entry(
    "a claim painted smaller",
    "A vendor shows a smaller claim than the one that was tested.",
    in_cell("Claimed", 1, replaced("100", "10")),
)
entry(
    "a limit painted over",
    "A vendor shows a limit that his machine would have kept.",
    in_cell("Claimed", 1, exchanged(r"(?<=limit )\d+", lambda _: "8")),
)
entry(
    "digits of another width",
    "A vendor writes digits of another alphabet, which readers of numbers pass over.",
    in_cell("Measured", 1, exchanged(r"\d+", lambda n: n.translate(WIDE))),
)
entry(
    "digits turned round",
    "A vendor turns digits round by a mark of direction.",
    in_cell("Measured", 3, exchanged(r"\d\.\d", lambda digits: BIDI + digits[::-1])),
)
entry(
    "the head sentence painted over",
    "A vendor counts no refuted claim in the sentence at the head.",
    exchanged(r"\d+ is refuted", lambda _: "0 are refuted"),
)
entry(
    "more claims supported at the head",
    "A vendor counts one more supported claim at the head.",
    exchanged(r"\d+(?= of \d+ claims)", lambda many: str(int(many) + 1)),
)
entry(
    "a refuted claim taken off the page",
    "A vendor takes the row of his refuted claim out.",
    without(r'<tr>\s*<th scope="row"><a href="#claim-2">.*?</tr>'),
)
entry(
    "the table in a comment",
    "A vendor hides the table in a comment.",
    lambda page: page.replace('<table class="verdicts">', '<!--<table class="verdicts">').replace(
        "</table>", "</table>-->", 1
    ),
)
entry(
    "a second table",
    "A vendor sets a better table of verdicts before the real one.",
    lambda page: page.replace("<main>", "<main>" + better_table(page), 1),
)
entry(
    "a script on the page",
    "An outsider puts a script on the page, to change it as it is read.",
    replaced("</main>", "<script>document.title='T4'</script></main>"),
)
entry(
    "a page that calls on events",
    "An outsider puts a handler of events on the page.",
    replaced("<main>", '<main onclick="alert(1)">'),
)
entry(
    "a picture from elsewhere",
    "An outsider has the page load a picture, to see who reads it.",
    replaced("</main>", '<img src="https://example.org/seen"></main>'),
)
entry(
    "any page at all",
    "An outsider seals a page of his own in the place of the datasheet.",
    lambda _: "<h1>All claims supported, T4</h1><style></style>",
)


@forgery("run", "datasheet", REPORT)
def a_page_in_another_encoding(members: Members) -> Members:
    """A vendor writes the page in UTF-16, which a browser reads and a careless auditor does not."""
    page = members[REPORT].decode().replace("Refuted", "Supported")
    members[REPORT] = page.replace('charset="utf-8"', 'charset="utf-16"').encode("utf-16")
    return sealed(members)


@forgery("run", "datasheet", REPORT)
def a_page_that_is_no_text(members: Members) -> Members:
    """An outsider puts bytes that are no text into the page."""
    members[REPORT] = members[REPORT].replace(b"Refuted", b"Supp\xff\xfeorted", 1)
    return sealed(members)


# a signed campaign, by somebody without a key: what is under the verifier's signature may not move

CAMPAIGN: dict[str, Any] = {"base": "campaign", "minimal": "trust", "place": ""}  # seen by one
SEEN: dict[str, Any] = {"base": "campaign"}  # seen by all auditors before they ask who signed
entry(
    "numbers on a signed page",
    "A stranger raises T2 to T3 and blames another numpy for it.",
    replaced("T2", "T3"),
    base="campaign",
    versions={"numpy": "2.0.0"},
)
entry(
    "a digit for another scipy",
    "A stranger moves a digit and blames another scipy for it.",
    in_cell("Measured", 1, other_digit),
    base="campaign",
    versions={"scipy": "1.0"},
)
entry(
    "a comparison switched off",
    "A stranger seals any page and says that another version wrote it.",
    lambda _: "<h1>All claims supported, T4</h1><style></style>",
    base="campaign",
    versions={"datasheet": "0" * 64},
)
entry(
    "a comparison switched off for one word",
    "A stranger turns one verdict and says that another version wrote the page.",
    in_cell("Verdict", 1, replaced("Refuted", "Supported")),
    base="campaign",
    versions={"datasheet": "f" * 64},
)
entry(
    "a point of a drawing moved",
    "A stranger moves a point of a figure by one place.",
    lambda page: re.sub(r'(cx=")(\d+)', lambda m: f"{m[1]}{int(m[2]) + 1}", page, count=1),
    **CAMPAIGN,
)
entry(
    "a number in a drawing",
    "A stranger writes another number into the words of a figure.",
    lambda page: re.sub(r"(Best: \d with )", r"\g<1>9", page, count=1),
    **CAMPAIGN,
)
entry(
    "a single estimate painted over",
    "A stranger improves one qubit in the table of estimates.",
    lambda page: re.sub(r'(<tr><th scope="row">1<td>)[\d.]+', r"\g<1>0.1", page, count=1),
    **SEEN,
)
entry(
    "an e-value painted over",
    "A stranger makes a stake grow a million-fold.",
    lambda page: re.sub(
        r"Its stake grew [\d.\u202f]+-fold", "Its stake grew 999-fold", page, count=1
    ),
    **CAMPAIGN,
)
entry(
    "a check called passed",
    "A stranger writes another number of checks that passed.",
    lambda page: re.sub(r": (\d+) checks, all passed", ": 99 checks, all passed", page, count=1),
    **CAMPAIGN,
)
entry(
    "another title",
    "A stranger renames the sheet on the page.",
    lambda page: page.replace("Small [/bold] machine", "Large machine"),
    **SEEN,
)
entry(
    "a simulator unsaid",
    "A stranger takes the warning off that no hardware was tested.",
    without(r'<p class="banner">.*?</p>'),
    **SEEN,
)
entry(
    "words by the style sheet",
    "A stranger has the style sheet print T4 behind every T2.",
    replaced("</style>", '[href]::after{content:" T4"}</style>', 1),
    **SEEN,
)
entry(
    "the table hidden by the style sheet",
    "A stranger hides the verdicts by a line of style.",
    replaced("</style>", ".outcome{visibility:hidden}</style>", 1),
    **SEEN,
)
entry(
    "the same letters by their numbers",
    "A stranger writes a digit as an entity: the same look, other bytes.",
    replaced("T2", "T&#50;", 1),
    **SEEN,
)
entry(
    "words behind the end",
    "A stranger appends a sentence behind the end of the page.",
    lambda page: page + "<p>Confirmed at T4.</p>\n",
    **SEEN,
)


@forgery("campaign", "documents", VERSIONS, pinned=True)
def words_in_a_version(members: Members) -> Members:
    """A stranger writes a sentence where the version of qassay stands, which the page prints."""
    told = "0.2.0. ALL CLAIMS WERE LATER CONFIRMED AT T4"
    return edited(members, VERSIONS, put("qassay", told))


@forgery("campaign", "documents", VERSIONS, pinned=True)
def words_in_a_version_under_the_verifiers_key(members: Members) -> bytes:
    """A verifier signs a page on which a version is a sentence."""
    made = edited(members, VERSIONS, put("qassay", "0.2.0+CONFIRMED"))
    return signed(made, key_of("verifier"), "verifier")


# who signs the page


@forgery("campaign", "trust", pinned=True)
def the_signature_under_the_page_taken_off(members: Members) -> bytes:
    """A stranger takes the verifier's signature off, to be free to write another page."""
    return archive_bytes(sealed(members))


@forgery("campaign", "trust", pinned=True)
def the_page_signed_by_the_vendor(members: Members) -> bytes:
    """A vendor signs the bundle in the place of the verifier."""
    return signed(sealed(members), key_of("vendor"), "vendor")


@forgery("campaign", "trust", pinned=True)
def the_page_signed_by_the_partner(members: Members) -> bytes:
    """A partner signs the bundle in the place of the verifier, who knows nothing of it."""
    return signed(sealed(members), key_of("partner"), "partner")


VERIFIER: dict[str, Any] = {"base": "campaign", "signs": True}
entry(
    "a verdict turned under the verifiers key",
    "A verifier signs a page with a turned verdict.",
    in_cell("Verdict", 1, replaced("Refuted", "Supported")),
    **VERIFIER,
)
entry(
    "a level raised under the verifiers key",
    "A verifier signs a page that says T3.",
    in_cell("Trust", 2, replaced("T2", "T3")),
    **VERIFIER,
)
entry(
    "shots added under the verifiers key",
    "A verifier signs a page with more shots than ran.",
    in_cell("Shots", 0, other_digit),
    **VERIFIER,
)
entry(
    "a claim lowered under the verifiers key",
    "A verifier signs a page with a smaller claim.",
    in_cell("Claimed", 2, other_digit),
    **VERIFIER,
)
entry(
    "another page under the verifiers key",
    "A verifier signs a page of another campaign.",
    lambda _: honest("exchange")[REPORT].decode(),
    **VERIFIER,
)
entry(
    "a comparison switched off under the verifiers key",
    "A verifier signs a turned verdict and says that another version wrote the page.",
    in_cell("Verdict", 1, replaced("Refuted", "Supported")),
    versions={"datasheet": "0" * 64},
    **VERIFIER,
)


# documents that no reader finishes, and rules that nobody asks for


def sheet_of(members: Members, more: bytes) -> Members:
    """Add to the sheet, and have the plan name it."""
    members[SHEET] += more
    return edited(members, PLAN, put("sheet", "text_id", content_id(members[SHEET])))


@forgery("run", "claims and plan", SHEET)
def a_key_of_forty_thousand_parts(members: Members) -> Members:
    """An outsider writes a dotted key without an end: 80 kB of it took 6 GB (the R22 attack)."""
    return sheet_of(members, b".".join([b"a"] * 40_000) + b"=1\n")


@forgery("run", "claims and plan", SHEET)
def many_keys_of_many_parts(members: Members) -> Members:
    """An outsider writes keys that are each short enough, and together fill the memory."""
    return sheet_of(members, b"".join(b"k%d.a.a.a.a.a.a.a.a=1\n" % n for n in range(4_000)))


@forgery("run", "claims and plan", SHEET)
def tables_without_end(members: Members) -> Members:
    """An outsider opens table after table in a sheet, each of which costs a reader memory."""
    return sheet_of(members, b"".join(b"[t%d]\n" % n for n in range(30_000)))


@forgery("run", "claims and plan")
def a_text_without_an_end(members: Members) -> Members:
    """An outsider begins a text that never ends, full of what could be its end."""
    return sheet_of(members, b'x = "' + b'\\"' * 400_000)


@forgery("run", "documents", ESTIMATES)
def a_fraction_without_end(members: Members) -> Members:
    """An outsider writes a fraction of five thousand digits, which readers round differently."""
    data = members[ESTIMATES].replace(b'"level":0.95', b'"level":0.95' + b"0" * 5000, 1)
    return sealed({**members, ESTIMATES: data})


@forgery("run", "documents", VERDICTS)
def a_key_twice_by_an_escape(members: Members) -> Members:
    """A vendor writes a key a second time, with a letter as its number."""
    data = members[VERDICTS].replace(
        b'"verdict":"refuted"', b'"verdict":"refuted","verdic\\u0074":"supported"', 1
    )
    assert data != members[VERDICTS]
    return sealed({**members, VERDICTS: data})


@forgery("run", "documents", VERDICTS)
def quotes_without_an_end(members: Members) -> Members:
    """An outsider writes quotes behind strokes, which a careless search begins again at each."""
    return sealed({**members, VERDICTS: b'["' + b'\\"' * 2_000_000})


@forgery("run", "rules", PLAN)
def rules_of_another_time_claimed(members: Members) -> Members:
    """A vendor turns a verdict and says that rules of another time gave it."""
    members = edited(members, VERDICTS, put(1, "verdict", "supported"))
    return edited(members, PLAN, put("judge", 2))


@forgery("run", "rules", PLAN)
def rules_that_nobody_has_yet(members: Members) -> Members:
    """A vendor names rules of a judge to come, so that no auditor of today may derive anything."""
    return edited(members, PLAN, put("judge", 99))
