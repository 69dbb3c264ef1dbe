"""Forgers in a campaign of format 3: parties who play the machine with their own keys.

Each takes the honest course of events, changes it, and has every party sign it anew. Also: the
ways of format 2 into which an older log could be bent, refused by the same auditors.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from forgeries.archives import VERDICTS
from forgeries.campaigns import batches_without_counts, with_failure
from forgeries.registry import Members, forgery, key_of, unsigned
from forgeries.story import NAMES, Story, played, signed
from qassay.canonical import canonical_bytes, content_id
from qassay.evidence.bundle import CAMPAIGN_FORMAT, MANIFEST, REPORT, VERSIONS, Bundle
from qassay.evidence.campaign_log import read_entry, signed_line, split_log
from qassay.evidence.commitment import commit_round, round_root
from qassay.evidence.envelope import sign_statement
from qassay.evidence.events import ENTRIES, ROLES_FILE, Event, Head, returned_file, signed_event
from qassay.evidence.keys import SigningKey
from qassay.evidence.log import Log
from qassay.evidence.roles import parse_roles

END = (VERDICTS, REPORT, VERSIONS)


@dataclass
class Parties:
    """A campaign of format 3 that its parties play again, the way a forger wants it.

    Attributes:
        members: Files of the bundle.
        course: Times and events.
        keys: By role.
        heads: Head that an event names, by its place in the course, where it is not the whole log.
        torn: Bytes behind the last line.
        closed: Files that the close names; those of the bundle if empty.
        loose: Whether events are signed however they look.
        signers: Whose key signs an event, by its place in the course, where it is not its party's.
    """

    members: Members
    course: list[tuple[int, Event]]
    keys: dict[str, SigningKey]
    heads: dict[int, Head] = field(default_factory=dict)
    torn: bytes = b""
    closed: dict[str, str] = field(default_factory=dict)
    loose: bool = False
    signers: dict[int, SigningKey] = field(default_factory=dict)

    @classmethod
    def of(cls, members: Members) -> Parties:
        """Read the honest course."""
        roles = parse_roles(members[ROLES_FILE], ROLES_FILE)
        lines = split_log(members[ENTRIES])
        course = [read_entry(line, roles, ENTRIES)[:2] for line in lines]
        return cls(dict(members), course, {role: key_of(role) for role in NAMES})

    def find(self, kind: str, number: int = 0) -> int:
        """Give the place of an event of a kind: the first, or of another number."""
        return [n for n, (_, one) in enumerate(self.course) if one.kind == kind][number]

    def insert(
        self, place: int, kind: str, by: str, files: dict[str, str] | None = None, **facts: object
    ) -> None:
        """Have a party state something more, at the time of the event before."""
        at, before = self.course[place - 1]
        event = Event(
            kind=kind,
            by=by,
            campaign=before.campaign,
            head=before.head,
            facts=facts,
            files=files or {},
        )
        self.course.insert(place, (at, event))

    def change(self, place: int, **changes: object) -> None:
        """Change what an event says."""
        at, one = self.course[place]
        self.course[place] = (at, replace(one, **changes))  # type: ignore[arg-type]

    def facts(self, place: int, **facts: object) -> None:
        """Change some facts of an event."""
        self.change(place, facts={**self.course[place][1].facts, **facts})

    def told(self) -> bytes:
        """Sign all events anew, seal, and sign the bundle as the verifier."""
        log = Log()
        for place, (at, one) in enumerate(self.course):
            head = self.heads.get(place, _head(log))
            files = dict(one.files)
            if one.kind == "closed":
                files = self.closed or {name: content_id(self.members[name]) for name in END}
            event = replace(one, head=head, files=files)
            key = self.signers.get(place) or self.keys[one.by]
            sign = (
                sign_statement(event.statement(), key) if self.loose else signed_event(event, key)
            )
            log = Log((*log.lines, signed_line(at, sign)))
        files = {n: d for n, d in unsigned(self.members).items() if n != MANIFEST}
        files[ENTRIES] = log.to_bytes() + self.torn
        sealed = {**files, MANIFEST: Bundle(files, CAMPAIGN_FORMAT).seal()}
        return signed(sealed, self.keys["verifier"], "verifier")


def _head(log: Log) -> Head:
    head = log.head("qassay/log/x")
    return Head(head.size, head.root.hex())


def staged(
    check: str, place: str = "", *, minimal: str = ""
) -> Callable[[Callable[[Parties], None]], None]:
    """Enter a forgery by parties of a campaign of format 3 who sign what they forge."""

    def enter(function: Callable[[Parties], None]) -> None:
        def make(members: Members) -> bytes:
            story = Parties.of(members)
            function(story)
            return story.told()

        make.__name__, make.__doc__ = function.__name__, function.__doc__
        forgery("exchange", check, place, minimal=minimal, pinned=True)(make)

    return enter


# parts are places in the plan, each with one release and one end


@staged("log", ENTRIES)
def an_excuse_for_a_part_that_no_plan_has(story: Parties) -> None:
    """R3. A vendor who sees that he fails excuses a part that does not exist, to ruin the log."""
    story.insert(story.find("revealed"), "excused", "vendor", round=1, part=77, reason="sorry")


@staged("log", ENTRIES)
def excused_when_the_counts_were_bad(story: Parties) -> None:
    """R4. Vendor and verifier excuse a part whose signed counts turned out bad."""
    _, one = story.course[place := story.find("counts")]
    story.insert(
        place + 1,
        "excused",
        "vendor",
        round=one.facts["round"],
        part=one.facts["part"],
        reason="maintenance",
    )


@staged("log", ENTRIES)
def excused_when_the_circuits_could_be_known(story: Parties) -> None:
    """The vendor is excused after the call, with the verifier's word on what the circuits are."""
    event = story.course.pop(story.find("excused"))
    story.course.insert(story.find("shared") + 1, event)


@staged("log", ENTRIES)
def more_excuses_than_agreed_on(story: Parties) -> None:
    """The vendor is excused from two parts, though the plan allows one."""
    story.insert(story.find("called"), "excused", "vendor", round=1, part=3, reason="again")


@staged("log", ENTRIES)
def a_part_without_an_end(story: Parties) -> None:
    """R5. The counts of one part are left out of the log; another event names its files."""
    place = story.find("counts")
    files = story.course[place][1].files
    del story.course[place]
    story.change(place, files={**story.course[place][1].files, **files})


@staged("counts", "returned/")
def one_event_for_the_files_of_two_parts(story: Parties) -> None:
    """R5. One event names the files of two parts, and the other part is called not run."""
    first, second = story.find("counts"), story.find("counts", 1)
    files = {**story.course[first][1].files, **story.course[second][1].files}
    story.change(first, files=files)
    _, one = story.course[second]
    facts = {"round": one.facts["round"], "part": one.facts["part"], "reason": "a cable"}
    story.change(second, kind="failed", facts=facts, files={})


@staged("log", ENTRIES)
def a_second_end_of_a_part(story: Parties) -> None:
    """R26. The vendor answers a part again, better; the second answer is to replace the first."""
    place = story.find("counts")
    at, one = story.course[place]
    story.course.insert(place + 1, (at, one))


@staged("log", ENTRIES)
def a_round_released_twice(story: Parties) -> None:
    """R26. Vendor and verifier hand a round out again when its counts are bad."""
    place = story.find("released")
    at, one = story.course[place]
    story.course.insert(story.find("revealed"), (story.course[-1][0], replace(one)))
    assert at


@staged("log", ENTRIES)
def a_round_called_out_of_turn(story: Parties) -> None:
    """R26. The verifier calls a later round, to hand the circuits of the first out once more."""
    story.facts(story.find("called"), round=2)


@staged("counts", "jobs/round-01.json")
def circuits_of_one_part_in_another(story: Parties) -> None:
    """R26. The circuits of a bad part go out again in the place of another part of the plan."""
    name = "jobs/round-01.json"
    manifest = json.loads(story.members[name])
    manifest["parts"][1]["circuits"] = manifest["parts"][0]["circuits"]
    story.members[name] = canonical_bytes(manifest)
    story.change(story.find("released"), files={name: content_id(story.members[name])})


@staged("counts", "jobs/round-01.json")
def a_part_that_the_log_did_not_release(story: Parties) -> None:
    """A batch is handed out beside the log, which knows nothing of it."""
    name = "jobs/round-01.json"
    manifest = json.loads(story.members[name])
    manifest["parts"] = manifest["parts"][:-1]
    story.members[name] = canonical_bytes(manifest)
    story.change(story.find("released"), files={name: content_id(story.members[name])})


@staged("counts")
def two_answers_to_one_circuit(story: Parties) -> None:
    """R26. A part comes in two files that answer the same circuits differently."""
    place = story.find("counts")
    _, one = story.course[place]
    (name,) = one.files
    document = json.loads(story.members[name])
    for circuit in document["circuits"].values():
        circuit["counts"] = {
            "".join("10"[int(bit)] for bit in text): n for text, n in circuit["counts"].items()
        }
    data = canonical_bytes(document)
    more = returned_file(content_id(data))
    story.members[more] = data
    story.change(place, files={**one.files, more: content_id(data)})


@staged("counts")
def fewer_circuits_than_were_signed_for(story: Parties) -> None:
    """The vendor signs that he answered more circuits than his file holds."""
    place = story.find("counts")
    story.facts(place, circuits=story.course[place][1].facts["circuits"] + 1)


# heads, keys, seeds


@staged("log", ENTRIES)
def an_event_moved_from_another_log(story: Parties) -> None:
    """R9. Vendor and verifier move what the partner signed into a log that he never saw."""
    story.heads[story.find("shared")] = Head(3, "ab" * 32)


@staged("log", ENTRIES)
def a_share_before_its_call(story: Parties) -> None:
    """R9. The partner's share is taken before the round is called, while excuses are possible."""
    call, share = story.find("called"), story.find("shared")
    story.course.insert(call, story.course.pop(share))


@staged("log", ENTRIES)
def a_share_that_was_not_committed_to(story: Parties) -> None:
    """R9. The partner opens another secret than the one committed to, chosen with the circuits."""
    story.facts(story.find("shared"), secret="cd" * 32)


@staged("log", ENTRIES)
def circuits_before_the_share(story: Parties) -> None:
    """The verifier hands circuits out that lack the partner's share of the seed."""
    share = story.course.pop(story.find("shared"))
    story.course.insert(story.find("released") + 1, share)


@staged("log", ENTRIES)
def an_agreement_that_did_not_see_the_commitments(story: Parties) -> None:
    """R9. The vendor's bytes for the seed come before the partner has committed."""
    agreed = story.course.pop(story.find("agreed"))
    story.course.insert(story.find("committed", 1), agreed)


@staged("log", ENTRIES)
def a_secret_of_the_verifier_changed_afterwards(story: Parties) -> None:
    """The verifier reveals another secret than the one committed to."""
    story.facts(story.find("revealed"), secret="ef" * 32)


@staged("seed", "seeds/reveal.json")
def seeds_that_follow_from_no_share(story: Parties) -> None:
    """The verifier writes seeds into the bundle that no share leads to."""
    document = json.loads(story.members["seeds/reveal.json"])
    document["roots"]["1"] = "00" * 32
    story.members["seeds/reveal.json"] = canonical_bytes(document)


@staged("counts")
def a_commitment_made_when_all_was_over(story: Parties) -> None:
    """All parties agree on another secret afterwards; the circuits that ran are others."""
    plan = story.course[0][1].campaign
    secret = b"\7" * 32
    made = [commit_round(secret, "verifier", plan, 0)]
    story.facts(story.find("committed"), commitments=made)
    commitments = story.course[story.find("agreed")][1].facts["commitments"]
    story.facts(story.find("agreed"), commitments={**commitments, "verifier": made})
    story.facts(story.find("revealed"), secret=secret.hex())
    share = story.course[story.find("shared")][1].facts["secret"]
    nonce = story.course[story.find("agreed")][1].facts["nonce"]
    roots = {"1": round_root(secret.hex(), share, nonce, plan, 1).hex()}
    story.members["seeds/reveal.json"] = canonical_bytes({"roots": roots, "seed": None})


@staged("log", ENTRIES)
def attested_by_one_who_did_not_see_the_end(story: Parties) -> None:
    """The partner's signature under the end is one that he gave before it was there."""
    place = story.find("attested")
    story.heads[place] = Head(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


@staged("log", ENTRIES)
def a_campaign_that_names_another_key_of_the_vendor(story: Parties) -> None:
    """R18. The campaign is opened with another vendor's key than the one that signs the counts."""
    keys = story.course[0][1].facts["keys"]
    story.facts(0, keys={**keys, "vendor": [key_of("another").public.fingerprint]})


# what a losing party may do to the evidence, and when it ends


@staged("log", ENTRIES)
def a_flood_of_notes(story: Parties) -> None:
    """R6. A party that loses floods the log, so that nobody can read it any more."""
    for turn in range(21):
        story.insert(story.find("revealed"), "noted", "vendor", text=f"note {turn}")


@staged("counts", "returned/")
def a_file_padded_with_commas(story: Parties) -> None:
    """R6. A vendor pads his files with commas, which count as values of the evidence."""
    place = story.find("counts")
    _, one = story.course[place]
    (name,) = one.files
    document = json.loads(story.members[name])
    document["notes"] = ["," * 399] * 30
    data = canonical_bytes(document)
    more = returned_file(content_id(data))
    del story.members[name]
    story.members[more] = data
    story.change(place, files={more: content_id(data)})


@staged("log", ENTRIES)
def a_torn_last_line(story: Parties) -> None:
    """R25. A full disk tore the last line of the log, and somebody sealed it so."""
    story.torn = b'{"at":17900'


@staged("log", ENTRIES)
def a_log_closed_twice(story: Parties) -> None:
    """The verifier adds what suits him after the close."""
    story.insert(len(story.course), "noted", "verifier", text="all is well")


@staged("log", ENTRIES)
def expired_before_its_deadline(story: Parties) -> None:
    """The verifier writes a part off before its time, since he saw what it would say."""
    place = story.find("counts")
    _, one = story.course[place]
    facts = {"round": one.facts["round"], "part": one.facts["part"]}
    story.change(place, kind="expired", by="verifier", facts=facts, files={})


@staged("log", ENTRIES)
def counts_after_the_deadline_of_the_plan(story: Parties) -> None:
    """The vendor takes a day longer than the plan allows, to simulate, and the verifier agrees."""
    place = story.find("counts")
    story.course = [
        (at + (86_400 if n >= place else 0), one) for n, (at, one) in enumerate(story.course)
    ]


@staged("log", ENTRIES)
def given_up_without_a_word(story: Parties) -> None:
    """The verifier closes a campaign as given up and does not say why."""
    story.facts(story.find("closed"), finished=False, why="")


@staged("log", REPORT)
def a_page_that_the_close_does_not_name(story: Parties) -> None:
    """Somebody writes the page anew after the log was closed on another."""
    story.members[REPORT] = story.members[REPORT].replace(b"</body>", b"<p>T4</p></body>")
    place = story.find("closed")
    story.closed = dict(story.course[place][1].files)


@staged("counts", "counts.json")
def an_excuse_that_the_machine_never_took(story: Parties) -> None:
    """The verifier writes in a batch that it was excused; the log says that it was not run."""
    name = batches_without_counts(story.members)[0]
    words = "excused before its release: maintenance"
    story.members[name] = with_failure(story.members[name], words)


@staged("verdicts", VERDICTS)
def supported_in_spite_of_missing_counts(story: Parties) -> None:
    """Verifier and vendor sign "supported", though a part that went out never came back."""
    verdicts = json.loads(story.members[VERDICTS])
    verdicts[0] |= {"verdict": "supported", "reasons": verdicts[0]["reasons"][1:]}
    story.members[VERDICTS] = canonical_bytes(verdicts)


# logs of format 2, bent the same ways


@played("counts", ENTRIES)
def batches_that_the_log_does_not_know(story: Story) -> None:
    """R5. One batch is released and ended; its one event names the files of all the others."""
    counts = [one for _, one in story.course if one.kind == "counts"]
    files = {name: made for one in counts for name, made in one.subject.items()}
    first = counts[0].facts["batch"]
    story.course = [
        (at, replace(one, subject=files) if one.kind == "counts" else one)
        for at, one in story.course
        if one.kind not in ("released", "counts") or one.facts["batch"] == first
    ]


@played("counts", ENTRIES)
def a_batch_of_the_plan_under_another_name(story: Story) -> None:
    """R4. A batch that went badly is measured again under a second name of its own."""
    release = story.course[story.find("released")][1]
    counts = story.course[story.find("counts")][1]
    place = story.find("revealed")
    more = {"batch": "round-01/part-1"}
    story.course[place:place] = [
        (350, replace(release, facts={**release.facts, **more})),
        (350, replace(counts, facts=more)),
    ]
