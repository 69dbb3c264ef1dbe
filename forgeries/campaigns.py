"""Forgers in a campaign of three parties: those who sign what they forge, and those who cannot."""

from __future__ import annotations

import json
from dataclasses import replace

from forgeries.archives import PLAN, VERDICTS
from forgeries.registry import Members, key_of
from forgeries.story import Story, dropped, log_edit, played
from qassay.canonical import canonical_bytes, content_id
from qassay.evidence.checkpoint import parse_checkpoint, sign_checkpoint
from qassay.evidence.commitment import commit, joint_root
from qassay.evidence.events_v1 import EventV1
from qassay.evidence.log import CHECKPOINT, EARLIER, ENTRIES, ROLES_FILE, Log
from qassay.evidence.note import parse_note

SEED = "seeds/reveal.json"


# the log


@played("log", ENTRIES)
def no_nonce_of_the_vendor(story: Story) -> None:
    """Verifier and partner choose the circuits without the vendor's share in the seed."""
    dropped(story, "nonce")


@played("log", ENTRIES)
def a_commitment_left_out(story: Story) -> None:
    """The partner chooses his secret after he has seen the vendor's nonce."""
    dropped(story, "committed")


@played("log", ENTRIES)
def a_reveal_left_out(story: Story) -> None:
    """The verifier keeps his secret, so that nobody can draw the circuits again."""
    dropped(story, "revealed")


@played("log", ENTRIES)
def counts_for_a_batch_not_released(story: Story) -> None:
    """The vendor returns counts of circuits before anybody handed them out."""
    dropped(story, "released")


@played("log", ENTRIES)
def an_end_left_out(story: Story) -> None:
    """The parties agree to forget how a released batch ended."""
    dropped(story, "counts")


@played("log", ENTRIES)
def a_log_that_goes_on(story: Story) -> None:
    """The verifier keeps the log open, to add what suits him later."""
    dropped(story, "closed")


@played("log", ENTRIES)
def no_verdicts_in_the_log(story: Story) -> None:
    """The verifier hands down verdicts that he has not signed."""
    dropped(story, "verdicts")


@played("log", ENTRIES)
def late_counts_accepted(story: Story) -> None:
    """The vendor takes a day longer than allowed, to simulate, and the verifier lets it pass."""
    story.course = [(at + (86_400 if at >= 300 else 0), one) for at, one in story.course]
    story.late += 86_400


@played("log", ENTRIES)
def counts_returned_twice(story: Story) -> None:
    """The vendor returns a second, better set of counts of one batch."""
    place = story.find("counts")
    story.course.insert(place + 1, story.course[place])


@played("log", ENTRIES)
def released_after_the_reveal(story: Story) -> None:
    """The verifier hands a batch out when the seed is known to all."""
    story.course.insert(story.find("verdicts"), (401, story.course[story.find("released")][1]))


@played("log", ENTRIES)
def an_excuse_beyond_the_limit(story: Story) -> None:
    """The vendor is excused from a batch though the plan allows no excuse."""
    place = story.find("released")
    at, one = story.course[place]
    facts = {"batch": "readout/0007", "reason": "maintenance"}
    story.course.insert(place, (at, replace(one, kind="excused", by="vendor", facts=facts)))


@played("log", ENTRIES)
def an_amendment_after_the_release(story: Story) -> None:
    """The verifier changes the plan when the batch that it touches has been handed out."""
    place = story.find("counts")
    at, one = story.course[place]
    facts = {"batches": [one.facts["batch"]], "text": "three shots less"}
    subject = {PLAN: one.subject[PLAN]}
    amended = EventV1(kind="amended", by="verifier", subject=subject, facts=facts)
    story.course.insert(place, (at, amended))


@played("log", ENTRIES)
def time_that_runs_backwards(story: Story) -> None:
    """The verifier dates an event before the one that it follows."""
    place = story.find("revealed")
    story.course[place] = (200, story.course[place][1])


@played("log", ENTRIES)
def a_secret_that_was_not_committed(story: Story) -> None:
    """The verifier reveals another secret, for circuits that suit him better."""
    place = story.find("revealed")
    at, one = story.course[place]
    story.course[place] = (at, replace(one, facts={"secret": "ab" * 32}))


@played("log", ENTRIES)
def a_commitment_for_another_plan(story: Story) -> None:
    """The verifier uses a commitment that he made for another plan."""
    place = story.find("committed")
    at, one = story.course[place]
    secret = bytes.fromhex(story.course[story.find("revealed")][1].facts["secret"])
    story.course[place] = (
        at,
        replace(one, facts={"commitment": commit(secret, one.by, "00" * 32)}),
    )
    nonce = story.find("nonce")
    at, asked = story.course[nonce]
    commitments = asked.facts["commitments"] | {one.by: commit(secret, one.by, "00" * 32)}
    story.course[nonce] = (at, replace(asked, facts=asked.facts | {"commitments": commitments}))


# files that the log speaks of


@played("log", "counts.json")
def counts_edited_after_signing(story: Story) -> None:
    """The verifier corrects counts that the vendor has signed."""
    name = next(name for name in story.members if name.endswith("readout/0000/counts.json"))
    document = json.loads(story.members[name])
    line = document["outcomes"][0]
    document["outcomes"][0] = ("1" if line[0] == "0" else "0") + line[1:]
    story.members[name] = canonical_bytes(document)


@played("counts", "counts.json")
def failed_though_counted(story: Story) -> None:
    """The vendor says that a batch failed whose counts are there."""
    place = story.find("counts")
    at, one = story.course[place]
    facts = {"batch": one.facts["batch"], "reason": "a cable"}
    story.course[place] = (
        at,
        replace(one, kind="failed", facts=facts, subject={PLAN: one.subject[PLAN]}),
    )


@played("counts", "extra/0000")
def a_hidden_batch(story: Story) -> None:
    """Verifier and vendor try a batch that the plan does not have, and let it expire in silence."""
    release = next(one for _, one in story.course if one.kind == "released")
    more = replace(release, facts={"batch": "extra/0000", "deadline": 250})
    gone = replace(release, kind="expired", facts={"batch": "extra/0000"})
    place = story.find("counts")
    story.course[place:place] = [(200, more), (300, gone)]


@played("seed", SEED)
def a_seed_that_follows_from_no_share(story: Story) -> None:
    """The verifier draws the circuits from a seed of his own."""
    story.members[SEED] = canonical_bytes({"root": "00" * 32, "seed": None})


@played("circuits", "circuits.json")
def shares_of_another_seed(story: Story) -> None:
    """Verifier and partner agree on secrets after the run; the circuits that ran are others."""
    plan = content_id(story.members[PLAN])
    secrets = {"verifier": b"\7" * 32, "partner": b"\7" * 32}
    nonce = bytes.fromhex(story.course[story.find("nonce")][1].facts["nonce"])
    made = {role: commit(secret, role, plan) for role, secret in secrets.items()}
    for n, (at, one) in enumerate(story.course):
        changed = {
            "committed": lambda o: {"commitment": made[o.by]},
            "nonce": lambda o: o.facts | {"commitments": made},
            "revealed": lambda o: {"secret": secrets[o.by].hex()},
        }.get(one.kind)
        if changed is not None:
            story.course[n] = (at, replace(one, facts=changed(one)))
    root = joint_root(secrets, nonce, plan)
    story.members[SEED] = canonical_bytes({"root": root.hex(), "seed": None})


@played("claims and plan", PLAN)
def a_plan_edited_after_signing(story: Story) -> None:
    """The verifier makes the plan end where the numbers were best."""
    plan = json.loads(story.members[PLAN])
    before = plan["experiments"][0]["rounds"]
    plan["experiments"][0]["rounds"] = 64
    for key in ("shots", "circuits"):
        plan["cost"][key] -= before - 64
    seconds = plan["device"]["durations"]
    each = seconds["shot_overhead"] + seconds["readout"] + seconds["one_qubit_gate"]
    plan["cost"]["seconds"] -= (before - 64) * each
    story.members[PLAN] = canonical_bytes(plan)


@played("claims and plan", PLAN)
def simulator_relabelled_as_hardware(story: Story) -> None:
    """A vendor calls his simulator a machine, when the plan is signed (accepted by veriqant)."""
    plan = json.loads(story.members[PLAN])
    plan["device"]["simulator"] = False
    plan["device"]["name"] = "real-4"
    story.members[PLAN] = canonical_bytes(plan)


@played("log", VERDICTS)
def verdicts_that_nobody_signed(story: Story) -> None:
    """The verifier hands in other verdicts than those that he signed."""
    story.members[VERDICTS] = story.members[VERDICTS].replace(b'"supported"', b'"refuted"', 1)


@played("log", VERDICTS)
def last_digits_of_signed_verdicts(story: Story) -> None:
    """The verifier changes last digits of a signed number, within the tolerance of the audit."""
    verdicts = json.loads(story.members[VERDICTS])
    verdicts[2]["e_support"] *= 1 + 1e-9
    story.members[VERDICTS] = canonical_bytes(verdicts)


@played("completeness", "returned/best.json")
def a_file_that_no_event_names(story: Story) -> None:
    """The vendor adds counts that he never handed in."""
    story.members["returned/best.json"] = b"{}"


# trust levels and witnesses


def raised(story: Story, level: str) -> None:
    """Print another trust level, in verdicts that the verifier signs."""
    verdicts = [
        one | ({"trust": level} if one["shots"] else {})
        for one in json.loads(story.members[VERDICTS])
    ]
    story.members[VERDICTS] = canonical_bytes(verdicts)
    place = story.find("verdicts")
    at, one = story.course[place]
    subject = dict(one.subject) | {VERDICTS: content_id(story.members[VERDICTS])}
    story.course[place] = (at, replace(one, subject=subject))


@played("verdicts", VERDICTS)
def t4_that_nobody_witnessed(story: Story) -> None:
    """All parties sign that they stood beside the machine; nothing in the bundle shows it."""
    raised(story, "T4")


@played("verdicts", VERDICTS)
def t2_without_a_witness(story: Story) -> None:
    """The verifier claims a witness for a log that nobody watched."""
    story.witness = ""


@played("verdicts", VERDICTS)
def t2_watched_by_the_vendor(story: Story) -> None:
    """The vendor is his own witness."""
    story.witness = "vendor"


@played("verdicts", VERDICTS)
def t2_watched_too_late(story: Story) -> None:
    """The partner cosigns the first head when the counts are in."""
    story.early = 350


@played("witnesses")
def a_cosignature_before_its_entries(story: Story) -> None:
    """The partner dates his cosignature before the events that it covers."""
    story.late = 350


# outsiders who have no key


def lines_of(members: Members) -> list[bytes]:
    """Split the log."""
    return members[ENTRIES].splitlines(keepends=True)


@log_edit("log", ENTRIES)
def a_log_entry_dropped(members: Members) -> None:
    """Somebody drops the release of a batch from the log."""
    lines = lines_of(members)
    del lines[6]
    members[ENTRIES] = b"".join(lines)


@log_edit("witnesses", CHECKPOINT, minimal="witnesses")
def a_log_entry_edited(members: Members) -> None:
    """Somebody moves the times of the counts by a second; they stand beside what is signed."""
    members[ENTRIES] = members[ENTRIES].replace(b'"at":300', b'"at":301')


@log_edit("witnesses", CHECKPOINT)
def log_entries_reordered(members: Members) -> None:
    """Somebody exchanges two releases, to hide which batch was asked for first."""
    lines = lines_of(members)
    lines[5], lines[6] = lines[6], lines[5]
    members[ENTRIES] = b"".join(lines)


@log_edit("log", ENTRIES)
def a_log_cut_short(members: Members) -> None:
    """Somebody cuts the end of the log off."""
    members[ENTRIES] = b"".join(lines_of(members)[:-1])


@log_edit("log", ENTRIES)
def an_event_with_other_bytes(members: Members) -> None:
    """Somebody changes a signed event and leaves the signature under it."""
    lines = lines_of(members)
    entry = json.loads(lines[5])
    entry["envelope"]["payload"] = json.loads(lines[6])["envelope"]["payload"]
    lines[5] = canonical_bytes(entry) + b"\n"
    members[ENTRIES] = b"".join(lines)


@log_edit("witnesses", CHECKPOINT)
def a_checkpoint_of_another_log(members: Members) -> None:
    """The verifier keeps two logs and shows the head of the other."""
    head = parse_checkpoint(parse_note(members[CHECKPOINT], CHECKPOINT), CHECKPOINT)
    other = Log(tuple(b"{}" for _ in range(head.size))).head(head.origin)
    members[CHECKPOINT] = sign_checkpoint(other, key_of("verifier")).to_bytes()


@log_edit("witnesses", CHECKPOINT)
def a_checkpoint_without_its_keeper(members: Members) -> None:
    """Somebody takes the keeper's signature off the last head."""
    note = parse_note(members[CHECKPOINT], CHECKPOINT)
    members[CHECKPOINT] = replace(note, signatures=note.signatures[1:]).to_bytes()


@log_edit("witnesses", CHECKPOINT)
def an_older_head_as_the_last(members: Members) -> None:
    """Somebody shows the head that was cosigned before the counts came."""
    members[CHECKPOINT] = next(d for n, d in members.items() if n.startswith(EARLIER))


@log_edit("seed")
def the_whole_log_gone(members: Members) -> Members:
    """A vendor passes a bundle on without the log which shows what was left out."""
    return {n: d for n, d in members.items() if not n.startswith(("log/", "keys/"))}


@log_edit("log", ROLES_FILE)
def the_roles_gone(members: Members) -> None:
    """A vendor takes the list of keys away, so that nobody can tell whose signatures these are."""
    del members[ROLES_FILE]


# missing counts


def batches_without_counts(members: Members) -> list[str]:
    """Name the batches that went out and brought nothing."""
    named = [name for name in members if name.endswith("/counts.json")]
    return [
        name
        for name in named
        if (one := json.loads(members[name]))["outcomes"] is None
        and not any(text.startswith("excused") for text in one["failures"])
    ]


def with_failure(document: bytes, words: str, **more: object) -> bytes:
    """Give another reason why a batch has no counts."""
    return canonical_bytes(json.loads(document) | {"failures": [words], **more})


@played("counts", "counts.json")
def an_excuse_that_is_not_in_the_log(story: Story) -> None:
    """A vendor reports a released batch as failed, and has the bundle call it excused."""
    place = story.find("counts")
    at, one = story.course[place]
    name = f"batches/{one.facts['batch']}/counts.json"
    facts = {"batch": one.facts["batch"], "reason": "a power cut"}
    subject = {PLAN: one.subject[PLAN]}
    story.course[place] = (at, replace(one, kind="failed", facts=facts, subject=subject))
    words = "excused before its release: maintenance"
    story.members[name] = with_failure(story.members[name], words, outcomes=None, seconds=0)
