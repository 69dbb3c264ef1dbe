"""A campaign that its parties play again the way a forger wants it, signed with their own keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from forgeries.registry import Members, forgery, key_of, sealed, unsigned
from qassay.evidence.archive import archive_bytes, write_archive
from qassay.evidence.checkpoint import cosign, parse_checkpoint, sign_checkpoint
from qassay.evidence.events_v1 import EventV1, read_event, sign_event
from qassay.evidence.keys import SigningKey
from qassay.evidence.log import CHECKPOINT, EARLIER, ENTRIES, ROLES_FILE, Log, parse_log, read_line
from qassay.evidence.note import parse_note
from qassay.evidence.roles import parse_roles
from qassay.evidence.signing import sign_bundle

SEED = "seeds/reveal.json"


@dataclass
class Story:
    """A campaign that its parties play again, with their own keys, the way a forger wants it.

    Attributes:
        members: Files of the bundle.
        course: Times and events.
        keys: By role.
        witness: Who cosigns the heads; nobody if empty.
        fixed: Entries of the first head.
        early: When it is cosigned.
        late: When the last head is.
        origin: Name of the log.
    """

    members: Members
    course: list[tuple[int, EventV1]]
    keys: dict[str, SigningKey]
    witness: str
    fixed: int
    early: int
    late: int
    origin: str

    @classmethod
    def of(cls, members: Members) -> Story:
        """Read the honest course."""
        roles = parse_roles(members[ROLES_FILE], ROLES_FILE)
        course = []
        for line in parse_log(members[ENTRIES]).lines:
            at, envelope = read_line(line, ENTRIES)
            course.append((at, read_event(envelope, roles, ENTRIES)[0]))
        head = parse_checkpoint(parse_note(members[CHECKPOINT], CHECKPOINT), CHECKPOINT)
        first = next(name for name in members if name.startswith(EARLIER))
        return cls(
            members=members,
            course=course,
            keys={role: key_of(role) for role in NAMES},
            witness="partner",
            fixed=int(first.removeprefix(EARLIER)),
            early=max(150, course[int(first.removeprefix(EARLIER)) - 1][0]),
            late=course[-1][0] + 100,
            origin=head.origin,
        )

    def find(self, kind: str) -> int:
        """Give the place of the first event of a kind."""
        return next(n for n, (_, one) in enumerate(self.course) if one.kind == kind)

    def told(self) -> bytes:
        """Sign all events and heads anew, seal, and sign the bundle as the verifier."""
        log = Log()
        for at, one in self.course:
            log = log.appended(at, sign_event(one, self.keys[one.by]))
        members = {n: d for n, d in unsigned(self.members).items() if not n.startswith(EARLIER)}
        keeper = self.keys["verifier"]
        first = sign_checkpoint(log.head(self.origin, self.fixed), keeper)
        last = sign_checkpoint(log.head(self.origin), keeper)
        if self.witness:
            key, proof = self.keys[self.witness], log.consistency(self.fixed)
            first = cosign(first, keeper.public, None, [], key, self.witness, self.early)
            seen = parse_checkpoint(first, "first")
            last = cosign(last, keeper.public, seen, proof, key, self.witness, self.late)
        members |= {
            ENTRIES: log.to_bytes(),
            CHECKPOINT: last.to_bytes(),
            f"{EARLIER}{self.fixed:07d}": first.to_bytes(),
        }
        return signed(sealed(members), self.keys["verifier"], "verifier")


NAMES = ("vendor", "verifier", "partner")


def signed(members: Members, key: SigningKey, role: str) -> bytes:
    """Sign a sealed bundle."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "b.zip"
        write_archive(path, members)
        sign_bundle(path, key, role)
        return path.read_bytes()


def played(
    check: str, place: str = "", *, minimal: str = "", base: str = "campaign"
) -> Callable[[Callable[[Story], None]], None]:
    """Enter a forgery by parties who sign what they forge."""

    def enter(function: Callable[[Story], None]) -> None:
        def make(members: Members) -> bytes:
            story = Story.of(members)
            function(story)
            return story.told()

        make.__name__, make.__doc__ = function.__name__, function.__doc__
        forgery(base, check, place, minimal=minimal, pinned=True)(make)

    return enter


def dropped(story: Story, kind: str) -> None:
    """Leave the first event of a kind out."""
    place = story.find(kind)
    del story.course[place]
    story.fixed -= place < story.fixed


def log_edit(
    check: str, place: str = "", *, minimal: str = ""
) -> Callable[[Callable[[Members], Members | None]], None]:
    """Enter a forgery by somebody without a key, who seals the bundle again."""

    def enter(function: Callable[[Members], Members | None]) -> None:
        def make(members: Members) -> bytes:
            done = function(members)
            return archive_bytes(sealed(members if done is None else done))

        make.__name__, make.__doc__ = function.__name__, function.__doc__
        forgery("campaign", check, place, minimal=minimal, pinned=True)(make)

    return enter
