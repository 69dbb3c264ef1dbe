"""Parties of a campaign of format 3 who bend the machine in more ways than `parties` plays.

Events said again, renamed, split, moved or dated anew; other facts than an event has; keys that
change hands; logs that are cut, split in two or joined; files that answer more or less than their
event says; plans and rounds of somewhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from forgeries.archives import PLAN, VERDICTS
from forgeries.parties import Parties, staged
from forgeries.registry import Members, forgery, honest, key_of, sealed
from forgeries.story import signed
from qassay.canonical import canonical_bytes, content_id
from qassay.evidence.archive import archive_bytes
from qassay.evidence.bundle import CAMPAIGN_FORMAT, MANIFEST, REPORT, Bundle, is_outside
from qassay.evidence.events import ENTRIES, ROLES_FILE, Head, returned_file
from qassay.evidence.roles import Party, Roles, parse_roles

ROUND, SEED = "jobs/round-01.json", "seeds/reveal.json"


# events said again, or where they may not stand


def repeated(kind: str, before: str) -> Callable[[Parties], None]:
    """Say an event a second time, right before the first of another kind."""

    def change(story: Parties) -> None:
        _, one = story.course[story.find(kind)]
        place = story.find(before)
        story.course.insert(place, (story.course[place - 1][0], one))

    return change


def enter(name: str, sentence: str, change: Callable[[Parties], None]) -> None:
    """Enter a forgery of the log alone."""

    def function(story: Parties) -> None:
        change(story)

    function.__name__, function.__doc__ = name.replace(" ", "_"), sentence
    staged("log", ENTRIES)(function)


enter(
    "opened again",
    "The verifier opens the campaign again, to change its keys.",
    repeated("opened", "called"),
)
enter(
    "committed again",
    "The verifier commits to another secret, once he has seen the vendor's bytes.",
    repeated("committed", "called"),
)
enter(
    "agreed again",
    "The vendor gives other bytes for the seed, once all have committed.",
    repeated("agreed", "called"),
)
enter(
    "called again", "The verifier calls a round that is out already.", repeated("called", "counts")
)
enter(
    "shared again",
    "The partner opens the share of a round a second time, for a second set of circuits.",
    repeated("shared", "released"),
)
enter(
    "revealed again",
    "The verifier reveals his secret twice, in case that the first was the wrong one.",
    repeated("revealed", "closed"),
)
enter(
    "attested again",
    "The partner attests twice, first with an objection and then without.",
    lambda story: story.course.append(story.course[story.find("attested")]),
)
enter(
    "failed and counted",
    "The vendor reports a part as not run, and hands its counts in when they turn out well.",
    lambda story: story.insert(
        story.find("counts"),
        "failed",
        "vendor",
        round=1,
        part=story.course[story.find("counts")][1].facts["part"],
        reason="a cable",
    ),
)
enter(
    "counts of a part that was excused",
    "The vendor answers a part from which he was excused, since the machine ran well.",
    lambda story: story.facts(story.find("counts"), part=1),
)
enter(
    "counts of a round that was not called",
    "The vendor answers a part of a later round, which is not called yet.",
    lambda story: story.facts(story.find("counts"), round=2),
)
enter(
    "a note behind the close",
    "The vendor puts an excuse on record, when he has seen the verdicts.",
    lambda story: story.insert(len(story.course), "noted", "vendor", text="it was the cryostat"),
)
enter(
    "an attestation before the close",
    "The partner attests an end that has not come.",
    lambda story: story.course.insert(
        story.find("closed"), story.course.pop(story.find("attested"))
    ),
)
enter(
    "the close before the reveal",
    "The verifier closes the log, and reveals his secret when nobody can add a word.",
    lambda story: story.course.insert(
        story.find("revealed"), story.course.pop(story.find("closed"))
    ),
)
enter(
    "a reveal while a part is open",
    "The verifier shows the seed while the vendor still holds circuits.",
    lambda story: story.course.insert(
        story.find("counts"), story.course.pop(story.find("revealed"))
    ),
)
enter(
    "an amendment when parts have ended",
    "The verifier amends the plan when he has seen the first counts.",
    lambda story: story.insert(story.find("revealed"), "amended", "verifier", text="x", parts=[]),
)
enter(
    "a release without its call",
    "The verifier hands a round out that he never called, so that excuses stay possible.",
    lambda story: story.course.pop(story.find("called")),
)
enter(
    "a campaign without an agreement",
    "The vendor never signs the claims, and his bytes are missing in the seed.",
    lambda story: story.course.pop(story.find("agreed")),
)
enter(
    "a campaign that begins in the middle",
    "The verifier leaves the opening off, which says whose keys hold.",
    lambda story: story.course.pop(0),
)


# cut, split, joined and renamed


@staged("log", ENTRIES)
def a_log_that_ends_at_the_reveal(story: Parties) -> None:
    """The verifier cuts the log off behind the reveal and keeps the verdicts to himself."""
    del story.course[story.find("closed") :]


@staged("log", ENTRIES)
def a_log_that_is_half(story: Parties) -> None:
    """The verifier hands in the second half of the log, which has all counts that suit him."""
    del story.course[: story.find("counts", 2)]


@staged("log", ENTRIES)
def a_log_with_the_worst_part_cut_out(story: Parties) -> None:
    """Verifier and vendor cut the middle of the log out, with the end of the worst part."""
    del story.course[story.find("counts")]


@staged("log", ENTRIES)
def two_campaigns_in_one_log(story: Parties) -> None:
    """The verifier goes on in the same log with the same campaign, from its opening on."""
    story.course += story.course[:5]


@staged("log", ENTRIES)
def events_of_another_campaign(story: Parties) -> None:
    """The verifier moves an answer of the vendor here from a campaign with a like plan."""
    story.change(story.find("counts"), campaign="ab" * 32)


@staged("log", ENTRIES)
def an_event_of_another_name(story: Parties) -> None:
    """The verifier names an event in a way that readers skip."""
    story.loose = True
    story.change(story.find("counts"), kind="counted")


@staged("log", ENTRIES)
def an_event_in_capitals(story: Parties) -> None:
    """The verifier names an event in capitals, which readers without care take for the same."""
    story.loose = True
    story.change(story.find("counts"), kind="Counts")


@staged("log", ENTRIES)
def a_verifier_who_answers(story: Parties) -> None:
    """The verifier signs an answer in the place of the vendor, with his own key and role."""
    story.loose = True
    story.change(story.find("counts"), by="verifier")


@staged("log", ENTRIES)
def the_partners_key_under_an_answer(story: Parties) -> None:
    """The partner signs an answer that the vendor never gave, in the vendor's role."""
    story.signers[story.find("counts")] = key_of("partner")


@staged("log", ENTRIES)
def a_vendor_who_attests_for_the_partner(story: Parties) -> None:
    """The vendor attests the end in the role of the partner, who is not there any more."""
    place = next(
        n
        for n, (_, one) in enumerate(story.course)
        if (one.kind, one.by) == ("attested", "partner")
    )
    story.signers[place] = key_of("vendor")


@staged("log", ENTRIES)
def a_stranger_who_attests(story: Parties) -> None:
    """A stranger attests the end in the role of the partner, by a key that nobody listed."""
    story.signers[story.find("attested")] = key_of("stranger")


# facts that an event does not have


def odd(name: str, sentence: str, kind: str, check: str = "log", **facts: Any) -> None:
    """Enter a forgery in which an event says what it cannot say."""

    def function(story: Parties) -> None:
        story.loose = True
        story.facts(story.find(kind), **facts)

    function.__name__, function.__doc__ = name.replace(" ", "_"), sentence
    staged(check, ENTRIES)(function)


odd(
    "a part by its text",
    "The vendor names a part by a text, which readers parse as they like.",
    "counts",
    part="02",
)
odd("a part that is true", "The vendor names part true, which counts as one.", "counts", part=True)
odd("a part that is a fraction", "The vendor answers part two and nothing.", "counts", part=2.0)
odd("a part below one", "The vendor answers a part that comes before all others.", "counts", part=0)
odd("a part beyond all", "The vendor answers a part of a number beyond all.", "counts", part=10**15)
odd("a round below one", "The verifier calls a round before the first.", "called", round=0)
odd("circuits that are true", "The vendor signs for true circuits.", "counts", circuits=True)
odd(
    "circuits below nothing",
    "The vendor signs for fewer circuits than none.",
    "counts",
    circuits=-1,
)
odd(
    "an answer with more facts",
    "The vendor adds a deadline of his own to an answer.",
    "counts",
    until=10**11,
)
odd(
    "a clock that is a text",
    "The partner gives a day where a time belongs.",
    "shared",
    clock="yesterday",
)
odd("a clock before all time", "The partner dates a share before all time.", "shared", clock=-1)
odd(
    "a clock of the partner beyond time",
    "The partner dates a share past all calendars.",
    "shared",
    clock=10**12,
)
odd(
    "a share in capitals",
    "The partner opens a secret in capitals, which readers compare differently.",
    "shared",
    secret="AB" * 32,
)
odd(
    "a short nonce",
    "The vendor gives one byte for the seed, so that others can guess it.",
    "agreed",
    nonce="00",
)
odd(
    "a nonce of blanks",
    "The vendor gives blanks between his bytes, which some readers skip.",
    "agreed",
    nonce="0 " * 32,
)
odd(
    "parts that are released twice",
    "The verifier names a part twice in one release.",
    "released",
    parts=[2, 2, 3],
)
odd(
    "parts in another order",
    "The verifier releases parts in an order of his own.",
    "released",
    parts=[3, 2],
)
odd(
    "a close that is neither",
    "The verifier closes the log as 1, neither finished nor not.",
    "closed",
    finished=1,
)
odd(
    "a close that says why",
    "The verifier closes a finished campaign and says why it was not.",
    "closed",
    why="enough",
)
odd(
    "objections that are none",
    "The partner's objections are a text, which readers take for none.",
    "attested",
    objections="",
)
odd(
    "an objection that drives a terminal",
    "The vendor objects in escapes that paint another report.",
    "attested",
    objections=["\x1b[2JALL SUPPORTED"],
)
odd(
    "an objection without an end",
    "A party objects in twenty thousand letters, to bury the rest.",
    "attested",
    objections=["x" * 20_000],
)
odd(
    "a thousand objections",
    "A party objects a thousand times, so that nobody reads the first.",
    "attested",
    objections=["x"] * 1000,
)
odd(
    "another campaign that is a text",
    "The partner names another campaign by a word.",
    "attested",
    campaigns=["none"],
)
odd(
    "other campaigns without their facts",
    "The partner names another campaign and not how it ended.",
    "attested",
    campaigns=[{"campaign": "ab" * 32}],
)
odd("an excuse without a reason", "The vendor is excused without a word.", "excused", reason="")
odd(
    "a reason of many lines",
    "The vendor's reason goes over lines, and writes lines of a log.",
    "excused",
    reason="ok\n{}",
)
odd(
    "a reason that turns",
    "The vendor's reason turns what stands behind it.",
    "excused",
    reason="ok \u202e t4",
)
odd(
    "a reason of six hundred letters",
    "The vendor's reason is longer than reasons may be.",
    "excused",
    reason="x" * 600,
)
odd(
    "a reason that is no text",
    "The vendor's reason is a list, which readers print as they like.",
    "excused",
    reason=["x"],
)


@staged("log", ENTRIES)
def a_note_that_drives_a_terminal(story: Parties) -> None:
    """R13. The verifier's note erases the screen of whoever audits, and paints another report."""
    story.loose = True
    story.insert(story.find("revealed"), "noted", "verifier", text="\x1b[2J\x1b[HALL SUPPORTED, T4")


@staged("log", ENTRIES)
def an_amendment_that_drives_a_terminal(story: Parties) -> None:
    """R13. The verifier's amendment erases the screen of whoever audits, and paints another."""
    story.loose = True
    text = "\x1b]0;owned\x07ALL 9 CLAIMS SUPPORTED, T4\x1b[8m"
    story.insert(story.find("called"), "amended", "verifier", text=text, parts=[])


@staged("log", ENTRIES)
def a_note_of_three_kilobytes(story: Parties) -> None:
    """A party puts a note on record that is longer than notes may be."""
    story.loose = True
    story.insert(story.find("revealed"), "noted", "vendor", text="x" * 3000)


# heads and clocks


@staged("log", ENTRIES)
def a_head_beyond_the_log(story: Parties) -> None:
    """The partner signs a head of more entries than the log had, so that it fits any log."""
    story.heads[story.find("shared")] = Head(500, "ab" * 32)


@staged("log", ENTRIES)
def a_call_that_saw_less_than_the_log(story: Parties) -> None:
    """The verifier signs a call on an older head, and moves an excuse before it afterwards."""
    place = story.find("called")
    story.heads[place] = Head(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


@staged("log", ENTRIES)
def an_answer_that_did_not_see_its_release(story: Parties) -> None:
    """The vendor signs an answer before the circuits went out, and the verifier keeps it."""
    place = story.find("counts")
    story.heads[place] = Head(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


@staged("log", ENTRIES)
def a_clock_set_back_for_the_counts(story: Parties) -> None:
    """The verifier dates late counts to the second before the release, within the deadline."""
    place = story.find("counts")
    at = story.course[story.find("released")][0]
    story.course[place] = (at - 1, story.course[place][1])


@staged("log", ENTRIES)
def a_time_past_all_calendars(story: Parties) -> None:
    """The verifier dates the close to a year that no calendar writes."""
    place = story.find("closed")
    story.course[place:] = [(10**15, one) for _, one in story.course[place:]]


def ended_keys(story: Parties, role: str, day: str) -> None:
    """Have a key end on a day, in the list of the bundle."""
    parties = parse_roles(story.members[ROLES_FILE], ROLES_FILE).parties
    document = json.loads(Roles(parties).to_bytes())
    for one in document["roles"]:
        if one["role"] == role:
            one["valid_to"] = day
    story.members[ROLES_FILE] = canonical_bytes(document)


@staged("log", ROLES_FILE)
def roles_exchanged_between_sheet_and_counts(story: Parties) -> None:
    """The verifier exchanges the list of keys after the vendor has agreed to another one."""
    ended_keys(story, "partner", "2099-01-01")


@staged("log")
def a_party_more_between_sheet_and_counts(story: Parties) -> None:
    """The verifier adds a vendor to the list of keys after the campaign was opened."""
    parties = parse_roles(story.members[ROLES_FILE], ROLES_FILE).parties
    more = Party(role="vendor", name="second", key=key_of("second").public)
    story.members[ROLES_FILE] = Roles((*parties, more)).to_bytes()


# files


def other_file(story: Parties, change: Callable[[Any], object], number: int = 0) -> None:
    """Change what a file of counts says, and have the vendor sign the new one."""
    place = story.find("counts", number)
    _, one = story.course[place]
    (name,) = one.files
    document = json.loads(story.members.pop(name))
    change(document)
    data = canonical_bytes(document)
    more = returned_file(content_id(data))
    story.members[more] = data
    story.change(place, files={more: content_id(data)})


@staged("counts", "counts.json", minimal="counts")
def other_outcomes_than_the_batch_has(story: Parties) -> None:
    """The vendor signs other outcomes than those that the verifier put into the batch."""

    def change(document: Any) -> None:
        circuit = next(iter(document["circuits"].values()))
        circuit["counts"] = {
            "".join("10"[int(bit)] for bit in text): n for text, n in circuit["counts"].items()
        }

    other_file(story, change)


@staged("counts", "returned/")
def an_answer_to_a_circuit_of_another_plan(story: Parties) -> None:
    """The vendor answers a circuit that never went out, from another plan of the same shape."""

    def change(document: Any) -> None:
        first = next(iter(document["circuits"]))
        document["circuits"]["ab" * 12] = document["circuits"].pop(first)

    other_file(story, change)


@staged("counts")
def an_answer_short_of_a_circuit(story: Parties) -> None:
    """The vendor hands in all circuits of a part but the one that went wrong."""

    def change(document: Any) -> None:
        document["circuits"].pop(next(iter(document["circuits"])))

    other_file(story, change)
    place = story.find("counts")
    story.facts(place, circuits=story.course[place][1].facts["circuits"] - 1)


@staged("counts")
def a_circuit_answered_and_failed(story: Parties) -> None:
    """The vendor answers a circuit and calls it failed, to choose later which of them holds."""

    def change(document: Any) -> None:
        document["failed"] = {next(iter(document["circuits"])): "a cable"}

    other_file(story, change)


@staged("counts")
def shots_below_nothing(story: Parties) -> None:
    """The vendor counts an outcome less than no time, to take others away."""

    def change(document: Any) -> None:
        circuit = next(iter(document["circuits"].values()))
        circuit["counts"] = {**circuit["counts"], "111": -1}

    other_file(story, change)


@staged("counts")
def outcomes_of_another_register(story: Parties) -> None:
    """The vendor returns outcomes of a wider register, and says nothing of the rest."""

    def change(document: Any) -> None:
        circuit = next(iter(document["circuits"].values()))
        circuit["counts"] = {f"{text}0": n for text, n in circuit["counts"].items()}

    other_file(story, change)


@staged("counts")
def counts_of_another_round(story: Parties) -> None:
    """The vendor writes another round into the file that he signs for this one."""
    other_file(story, lambda document: document.update(round=2))


@staged("counts")
def overlapping_files_of_a_part(story: Parties) -> None:
    """The vendor hands a part in in two files that share some circuits, with the same answers."""
    place = story.find("counts")
    _, one = story.course[place]
    (name,) = one.files
    document = json.loads(story.members[name])
    some = dict(list(document["circuits"].items())[:2])
    data = canonical_bytes({**document, "circuits": some})
    more = returned_file(content_id(data))
    story.members[more] = data
    story.change(place, files={**one.files, more: content_id(data)})


@staged("log", ENTRIES)
def nine_files_of_a_part(story: Parties) -> None:
    """The vendor hands a part in in nine files, one more than a part may have."""
    story.loose = True
    place = story.find("counts")
    _, one = story.course[place]
    files = dict(one.files)
    for number in range(8):
        data = canonical_bytes({"qassay_counts": 1, "round": 1, "circuits": {}, "seconds": number})
        story.members[returned_file(content_id(data))] = data
        files[returned_file(content_id(data))] = content_id(data)
    story.change(place, files=files)


@staged("log", ENTRIES)
def a_file_under_another_digest(story: Parties) -> None:
    """The vendor names a file by another digest than that of its content."""
    story.loose = True
    place = story.find("counts")
    _, one = story.course[place]
    ((name, digest),) = one.files.items()
    story.change(place, files={name: digest[::-1]})


@staged("log", ENTRIES)
def a_file_of_the_bundle_as_an_answer(story: Parties) -> None:
    """The vendor names the plan itself as a file of his answer, so that both fit."""
    story.loose = True
    place = story.find("counts")
    _, one = story.course[place]
    story.change(place, files={**one.files, PLAN: content_id(story.members[PLAN])})


@staged("counts", "counts.json")
def a_batch_put_in_by_the_verifier(story: Parties) -> None:
    """The verifier writes outcomes into a batch of the part that never came back."""
    name = next(
        n
        for n in sorted(story.members)
        if n.endswith("/counts.json")
        and json.loads(story.members[n])["outcomes"] is None
        and not json.loads(story.members[n])["failures"][0].startswith("excused")
    )
    document = json.loads(story.members[name])
    full = next(
        json.loads(story.members[n])
        for n in sorted(story.members)
        if n.endswith("/counts.json") and json.loads(story.members[n])["outcomes"]
    )
    document |= {"outcomes": full["outcomes"], "failures": []}
    story.members[name] = canonical_bytes(document)


@staged("counts")
def a_manifest_with_other_names(story: Parties) -> None:
    """The verifier hands circuits out under names that do not follow from the seed."""
    manifest = json.loads(story.members[ROUND])
    for one in manifest["parts"][0]["circuits"]:
        one["id"] = one["id"][::-1]
    story.members[ROUND] = canonical_bytes(manifest)
    story.change(story.find("released"), files={ROUND: content_id(story.members[ROUND])})


@staged("counts", ROUND)
def a_manifest_of_another_round(story: Parties) -> None:
    """The verifier hands the circuits of another round out under the name of this one."""
    manifest = json.loads(story.members[ROUND])
    manifest["round"] = 2
    story.members[ROUND] = canonical_bytes(manifest)
    story.change(story.find("released"), files={ROUND: content_id(story.members[ROUND])})


@staged("seed", SEED)
def seeds_of_a_round_that_was_not_played(story: Parties) -> None:
    """The verifier writes the seed of a round into the bundle that nobody called."""
    document = json.loads(story.members[SEED])
    document["roots"]["2"] = "ab" * 32
    story.members[SEED] = canonical_bytes(document)


@staged("log", ENTRIES)
def a_partner_who_withholds_his_share(story: Parties) -> None:
    """The partner keeps his share, and the verifier hands circuits out all the same."""
    del story.course[story.find("shared")]


@forgery("exchange", "log", pinned=True)
def a_log_of_another_campaign(_: Members) -> bytes:
    """A verifier puts the log of another campaign of the same parties into the bundle."""
    files = {n: d for n, d in honest("exchange").items() if n != MANIFEST and not is_outside(n)}
    files[ENTRIES] = honest("campaign")[ENTRIES]
    made = {**files, MANIFEST: Bundle(files, CAMPAIGN_FORMAT).seal()}
    return signed(made, key_of("verifier"), "verifier")


@forgery("exchange", "log", pinned=True)
def a_campaign_called_one_of_an_older_format(members: Members) -> bytes:
    """A verifier seals a campaign in an older format, whose rules ask for less."""
    return archive_bytes(sealed(members))


@forgery("exchange", "trust", pinned=True)
def a_campaign_whose_partner_signs_the_page(members: Members) -> bytes:
    """A partner seals and signs the bundle in the place of the verifier."""
    files = {n: d for n, d in members.items() if n != MANIFEST and not is_outside(n)}
    made = {**files, MANIFEST: Bundle(files, CAMPAIGN_FORMAT).seal()}
    return signed(made, key_of("partner"), "partner")


@staged("log", VERDICTS)
def verdicts_that_the_close_does_not_name(story: Parties) -> None:
    """The verifier hands other verdicts in than those that the close of the log names."""
    place = story.find("closed")
    story.closed = dict(story.course[place][1].files)
    verdicts = json.loads(story.members[VERDICTS])
    verdicts[0]["verdict"] = "supported"
    story.members[VERDICTS] = canonical_bytes(verdicts)


@staged("log", REPORT)
def another_page_than_the_vendor_attested(story: Parties) -> None:
    """The verifier exchanges the page when vendor and partner have attested the end."""
    place = story.find("closed")
    story.closed = dict(story.course[place][1].files)
    story.members[REPORT] = story.members[REPORT].replace(b"T1", b"T2")
