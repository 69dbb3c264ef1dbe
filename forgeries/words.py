"""Forgers who bend other words of the page than those in the table of verdicts.

What a person reads beside it: who took part, which machine and plan, when, how many shots, the
section of each claim, every estimate, what failed; and what only a screen reader, a phone or a
style sheet tells. Some are strangers to a bundle that nobody signed; some are a verifier who signs
the page and has the close of the log name it.
"""

from __future__ import annotations

import re
from typing import Any

from forgeries.pages import (
    BIDI,
    REPORT,
    Change,
    entry,
    exchanged,
    other_digit,
    replaced,
    without,
)
from forgeries.parties import Parties, staged
from forgeries.registry import Members, forgery, sealed, zipped

LOOKS = str.maketrans("aeopcxy", "\u0430\u0435\u043e\u0440\u0441\u0445\u0443")


def in_fact(name: str, change: Change) -> Change:
    """Change the value beside a name in the lists of facts, where it stands first."""
    return exchanged(rf"(?<=<dt>{name}</dt><dd>).*?(?=</dd>)", change)


def in_section(number: int, pattern: str, change: Change) -> Change:
    """Change the first place of a pattern in the section of a claim."""

    def done(page: str) -> str:
        begin = page.index(f'id="claim-{number}"')
        found = re.search(pattern, page[begin:], re.DOTALL)
        assert found, pattern
        start, end = (begin + place for place in found.span())
        return page[:start] + change(page[start:end]) + page[end:]

    return done


def inserted(before: str, words: str) -> Change:
    """Put something before the first place of a text."""
    return replaced(before, words + before, 1)


# what was tested, by whom, and when


entry(
    "another machine in the list of facts",
    "A vendor names a better machine as the one tested.",
    in_fact("Tested", replaced("small-4", "large-4")),
)
entry(
    "more qubits in the list of facts",
    "A vendor says that a larger machine was tested.",
    in_fact("Tested", replaced("4 qubits", "9 qubits")),
)
entry(
    "another name of the device",
    "A vendor writes another name where the device tells of itself.",
    in_fact("Name", replaced("small-4", "small-5")),
)
entry(
    "another platform",
    "A vendor calls his superconducting machine a trapped-ion one.",
    in_fact("Platform", lambda _: "trapped-ion"),
)
entry(
    "another vendor",
    "A vendor puts a name of better repute over the claims.",
    in_fact("Claims made by", lambda _: "PTB"),
)
entry(
    "another plan",
    "A tester writes the id of another plan under the report.",
    in_fact("Plan", exchanged(r"[0-9a-f]{6}", lambda x: x[::-1])),
)
entry(
    "another short plan",
    "A tester names another plan at the head of the report.",
    in_fact("Report", exchanged(r"[0-9a-f]{6}", lambda x: x[::-1])),
)
entry(
    "another claim sheet",
    "A vendor writes the digest of another sheet under the report.",
    in_fact("Claim sheet", exchanged(r"[0-9a-f]{6}", lambda x: x[::-1])),
)
entry(
    "another version of the program",
    "A tester says that a later qassay made the report.",
    in_fact("Software", replaced("0.2.0", "9.2.0")),
)
entry(
    "another day of the test",
    "A vendor dates the test to a day on which the machine was new.",
    in_fact("Date of the test", exchanged(r"\d{4}", lambda _: "2031")),
)
entry(
    "more shots at the head",
    "A vendor writes ten times the shots at the head of the report.",
    in_fact("Effort", other_digit),
)
entry(
    "more shots in what was run",
    "A vendor writes more shots where it is told what was run.",
    in_fact("Shots", other_digit),
)
entry(
    "another title in the tab",
    "A vendor has the tab of the browser tell another title.",
    replaced("<title>Simulation: ", "<title>", 1),
)
entry(
    "the warning on every page unsaid",
    "A vendor has the line on every page call it a test.",
    replaced("Simulation: no quantum hardware was tested", "qassay, test report", 1),
)
entry(
    "a warning in other words",
    "A vendor has the banner say that hardware was tested.",
    replaced("No quantum hardware was tested.", "Quantum hardware was tested.", 1),
)

# the section of a claim, the list above it, and every estimate


entry(
    "a verdict turned in its section",
    "A vendor writes Supported in the section of a claim.",
    in_section(2, "Refuted", lambda _: "Supported"),
)
entry(
    "a verdict turned by its colour",
    "A vendor paints a refuted claim in the colour of success.",
    replaced('class="chip refuted"', 'class="chip supported"', 1),
)
entry(
    "a value in a section",
    "A vendor improves a measured value in the section of a claim.",
    in_section(3, r'class="measured">[^<]*', other_digit),
)
entry(
    "a limit in a section",
    "A vendor loosens the limit in the section of a claim.",
    in_section(2, r"<dt>Limit</dt><dd>[^<]*", other_digit),
)
entry(
    "a level in a section",
    "A vendor raises the trust level in the section of a claim.",
    in_section(3, r"trust level T0", replaced("T0", "T3")),
)
entry(
    "shots in a section",
    "A vendor adds shots to the evidence in the section of a claim.",
    in_section(3, r"<dt>Evidence</dt><dd>\d+", other_digit),
)
entry(
    "another scope in a section",
    "A vendor has a claim on some qubits speak of all of them.",
    in_section(3, r"named 3 qubits", replaced("named 3", "whole 4")),
)
entry(
    "a verdict turned in the list of what was found",
    "A vendor turns a verdict in the summary.",
    exchanged(r"<li>Relaxation time.*?</li>", replaced("refuted", "supported")),
)
entry(
    "a single estimate",
    "A vendor improves the estimate of one qubit in the table of all.",
    exchanged(r'(?<=<tr><th scope="row">3<td>)[\d.]+', lambda _: "0.1"),
)
entry(
    "an interval of a single estimate",
    "A vendor narrows the interval of one qubit.",
    exchanged(r'<tr><th scope="row">1<td>[^<]*<td>[^<]*', exchanged(r"(?<=–)\d+", lambda _: "4")),
)
entry(
    "a qubit under another name",
    "A vendor gives the number of a good qubit to a bad one.",
    lambda page: (
        page[: (at := page.rindex('<th scope="row">0<td>'))]
        + page[at:].replace('<th scope="row">0<td>', '<th scope="row">1<td>', 1)
    ),
)
entry(
    "a qubit left out of the estimates",
    "A vendor leaves the row of his worst qubit out.",
    without(r'<tr><th scope="row">3<td>[^\n]*\n'),
)
entry(
    "a table of estimates left out",
    "A vendor leaves all estimates of one quantity out.",
    without(r"<details>\n<summary>Readout error of a qubit prepared in 1.*?</details>\n"),
)
entry(
    "another level on the ladder",
    "A vendor marks a higher rung of the ladder as this report's.",
    lambda page: page.replace(
        '<tr class="here"><th scope="row">T0<span class="under">this report</span>',
        '<tr><th scope="row">T0',
    ).replace(
        '<tr><th scope="row">T3',
        '<tr class="here"><th scope="row">T3<span class="under">this report</span>',
    ),
)

# what not everybody sees


entry(
    "a drawing described otherwise",
    "A vendor has a screen reader tell a better measured value.",
    exchanged(r'(?<=-ruler-d">Claimed at least 100)[^<]*', other_digit),
)
entry(
    "a name for narrow screens",
    "A vendor has phones show Claimed where the limit stands.",
    replaced('data-label="Verdict"', 'data-label="Confirmed"', 1),
)
entry(
    "words in an attribute",
    "A vendor has a tooltip tell of another level.",
    replaced('<td data-label="Trust">', '<td data-label="Trust" title="T4">', 1),
)
entry(
    "an alternative text",
    "A vendor has a picture without a picture tell that all is supported.",
    inserted("</main>", '<img alt="All claims supported, T4">'),
)
entry(
    "hidden words",
    "A vendor tells those who listen to the page, and not those who look.",
    inserted("</main>", '<p class="hidden">All 5 claims are supported at T4.</p>'),
)
entry(
    "a style of an element",
    "A vendor hides a cell by a style of its own.",
    replaced('<td class="outcome"', '<td style="opacity:0" class="outcome"', 1),
)
entry(
    "an element that hides",
    "A vendor hides the row of his refuted claim by an attribute.",
    exchanged(r'<tr>\s*<th scope="row"><a href="#claim-2">', replaced("<tr>", "<tr hidden>")),
)
entry(
    "a line of style",
    "A vendor makes the letters of refuted claims as white as the paper.",
    replaced("</style>", ".refuted, .refuted + .under { color: var(--paper); }\n</style>", 1),
)
entry(
    "a colour exchanged",
    "A vendor exchanges the colours of success and failure.",
    lambda page: (
        page.replace("--good:", "--x:").replace("--bad:", "--good:").replace("--x:", "--bad:")
    ),
)
entry(
    "a page that reads JSON of its own",
    "A vendor gives programs another table than people.",
    inserted("</body>", '<script type="application/ld+json">{"verdict":"supported"}</script>'),
)
entry(
    "a page that goes elsewhere",
    "A vendor has the browser leave for a page of his.",
    inserted("<title>", '<meta http-equiv="refresh" content="0;url=https://example.org">\n'),
)
entry(
    "a link to a page of his own",
    "A vendor puts a link to a better report on the page.",
    inserted("</main>", '<p><a href="https://example.org/t4">Newer report</a></p>'),
)
entry(
    "a policy loosened",
    "A vendor lets the page load what it likes.",
    replaced("default-src 'none'", "default-src *", 1),
)
entry(
    "a form on the page",
    "A vendor asks the reader for his key.",
    inserted("</main>", '<form><input name="key"></form>'),
)
entry(
    "a drawing that moves",
    "A vendor has a drawing change a second after it is seen.",
    replaced("</svg>", '<animate attributeName="opacity" to="0" dur="1s"/></svg>', 1),
)

# letters


entry(
    "look-alikes in the name of a machine",
    "A vendor spells his machine with other letters.",
    lambda page: page.replace("small-4", "small-4".translate(LOOKS)),
)
entry(
    "look-alikes in the words of a verdict",
    "A vendor spells a sentence with other letters.",
    in_section(2, "The data exclude that the machine", lambda x: x.translate(LOOKS)),
)
entry(
    "a mark that turns a sentence",
    "A vendor turns the end of a sentence round.",
    in_section(2, "The data exclude that", lambda x: x + BIDI),
)
entry(
    "a mark without a width",
    "A vendor breaks a word where no reader sees it.",
    in_section(2, "Refuted", lambda _: "Refu\u200bted"),
)
entry(
    "an isolate around a number",
    "A vendor isolates digits, which some programs then show last.",
    in_section(3, r'class="measured">[\d.]+', lambda x: x.replace(">", ">\u2067") + "\u2069"),
)
entry(
    "a letter by its number",
    "A vendor writes a letter of a verdict by its number.",
    in_section(2, "Refuted", lambda _: "&#82;efuted"),
)
entry(
    "combining strokes",
    "A vendor strikes a verdict through by combining marks.",
    in_section(2, "Refuted", lambda x: "".join(f"{c}\u0336" for c in x)),
)


@forgery("run", "archive")
def two_pages(members: Members) -> bytes:
    """A vendor adds a second page, whose name differs by one capital letter."""
    return zipped({**members, "report/Datasheet.html": members[REPORT]})


# a verifier who signs the page: of format 2 ...


SIGNED: dict[str, Any] = {"base": "campaign", "signs": True}
entry(
    "another partner under the verifiers key",
    "A verifier names a partner of better repute.",
    replaced("<bdi>partner</bdi>", "<bdi>METAS</bdi>", 1),
    **SIGNED,
)
entry(
    "roles exchanged under the verifiers key",
    "A verifier calls his partner a witness.",
    replaced('<th scope="row">Partner</th>', '<th scope="row">Witness</th>', 1),
    **SIGNED,
)
entry(
    "a party left out under the verifiers key",
    "A verifier leaves the vendor off the page.",
    without(r'<tr><th scope="row">Vendor</th>.*?</tr>\n'),
    **SIGNED,
)
entry(
    "a party more under the verifiers key",
    "A verifier names a witness who was not there.",
    lambda page: re.sub(
        r'(<tr><th scope="row">)Partner(</th><td><bdi>)partner(</bdi>.*?</tr>\n)',
        r"\g<0>\1Witness\2PTB\3",
        page,
        count=1,
    ),
    **SIGNED,
)
entry(
    "a fingerprint under the verifiers key",
    "A verifier prints another key of the vendor.",
    exchanged(r"(?<=SHA256:)\w{4}", lambda x: x[::-1]),
    **SIGNED,
)
entry(
    "a machine under the verifiers key",
    "A verifier signs a page on another machine.",
    in_fact("Machine", lambda _: "large-4"),
    **SIGNED,
)
entry(
    "an estimate under the verifiers key",
    "A verifier improves the estimate of one pair.",
    exchanged(r'(?<=<tr><th scope="row">0–1<td>)[\d.]+', lambda _: "3"),
    **SIGNED,
)


# ... and of format 3, where the close names it


def repainted(story: Parties, change: Change) -> None:
    """Change the page before the log is closed on it."""
    page = story.members[REPORT].decode()
    done = change(page)
    assert done != page
    story.members[REPORT] = done.encode()


@staged("datasheet", REPORT)
def a_day_that_the_log_does_not_know(story: Parties) -> None:
    """The verifier dates the round to a day on which the machine was new, and closes on it."""
    repainted(story, in_fact("Circuits went out", exchanged(r"\d{4}", lambda _: "2031")))


@staged("datasheet", REPORT)
def a_clock_of_somebody_else(story: Parties) -> None:
    """The verifier says when counts came in, an hour before they did."""
    repainted(story, in_fact("Counts were taken in", exchanged(r"\d\d:\d\d", lambda _: "03:04")))


@staged("datasheet", REPORT)
def a_lost_part_unsaid(story: Parties) -> None:
    """The verifier leaves the part that never came back out of what failed."""
    repainted(story, without(r"<li>[^<]*not run: the control computer[^<]*</li>\n"))


@staged("datasheet", REPORT)
def a_partner_of_another_name(story: Parties) -> None:
    """The verifier prints a name of better repute for his partner, and closes the log on it."""
    repainted(story, replaced("<bdi>partner</bdi>", "<bdi>PTB</bdi>", 1))


@staged("datasheet", REPORT)
def a_level_on_the_page_of_the_close(story: Parties) -> None:
    """The verifier prints T2 on a page that is written before anybody attested it."""
    repainted(story, replaced('<a href="#trust">T1</a>', '<a href="#trust">T2</a>'))


@staged("datasheet", REPORT)
def a_verdict_on_the_page_of_the_close(story: Parties) -> None:
    """The verifier turns a verdict in the claim's own section, and closes the log on it."""
    repainted(story, in_section(1, "Inconclusive", lambda _: "Supported"))


@staged("datasheet", REPORT)
def shots_on_the_page_of_the_close(story: Parties) -> None:
    """The verifier prints shots that never came back, and closes the log on them."""
    repainted(story, in_fact("Effort", other_digit))


@forgery("run", "datasheet", REPORT)
def bytes_before_the_page(members: Members) -> Members:
    """A vendor sets a mark of byte order and a line before the page."""
    members[REPORT] = b"\xef\xbb\xbf" + members[REPORT]
    return sealed(members)
