"""The folder of a run: what it was begun from, what was counted in it, and when.

plan.json        frozen before the first shot: plan, seed, and what the run was made from
journal.jsonl    one line a finished batch

`RunFolder.at` is the one door: it says what stands in a folder before anybody goes on.

What a run was made from is named by its contents, not by its file's name: a machine file with
other noise is another run. That stands here, where the judge never looks, and not in the plan.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from qassay.canonical import canonical_bytes
from qassay.errors import MalformedError, PlanError, Problem, UsageError
from qassay.execution.job_book import events_of_counts, purchases
from qassay.execution.journal import Event, Journal, now_text, written_events
from qassay.languages.english import said
from qassay.randomness import root_from_integer
from qassay.reading.limits import KEPT
from qassay.reading.strict_json import read_json
from qassay.whole_files import PRIVATE, clear_unfinished, write_whole

PLAN: Final = "plan.json"
CONTENTS: Final = "machine file or backend of the same name"  # by its digest
JOURNAL: Final = "journal.jsonl"
CAMPAIGN: Final = "private/campaign.json"  # what the folder of a campaign holds
_ADVICE: Final = "a frozen plan cannot be changed: choose another --out folder"
# What a plan is made of, in the words of the command line.
_PARTS: Final = (
    ("sheet", "another claim sheet"),
    ("device", "another device"),
    ("software", "another qassay"),
    ("judge", "other rules of judging"),
    ("seed_commitment", "another seed"),
    ("alpha", "another --alpha"),
    ("beta", "another --beta"),
    ("rule", "another --rule"),
    ("multiplicity", "another --multiplicity"),
    ("budget_shots", "another --budget-shots"),
    ("rounds", "another --rounds"),
    ("experiments", "another plan"),
)
Origin = Mapping[str, str | int | float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A run that was begun in a folder.

    Attributes:
        folder: The folder.
        document: What was frozen.
        root: The seed of the circuits.
        seed: The integer it came from, if any.
    """

    folder: Path
    document: Mapping[str, Any]
    root: bytes
    seed: int | None

    def check_origin(self, origin: Origin) -> None:
        """Refuse to go on from anything but what the run was made from.

        Args:
            origin: What the call names, in words, with digests of contents; what the folder
                does not know of, from an earlier qassay, is not compared.

        Raises:
            UsageError: Something differs; all of it is named.
        """
        known = self.document.get("made_from", {})
        self._refuse(
            name for name, value in origin.items() if name in known and known[name] != value
        )

    def check_plan(self, plan: Mapping[str, Any]) -> None:
        """Refuse to go on with another plan.

        Args:
            plan: The plan of this call as JSON.

        Raises:
            UsageError: It differs; what it differs in is named.
        """
        frozen = self.document.get("plan", {})
        # through JSON, so that it compares equal to what is read back
        wanted = read_json(canonical_bytes(dict(plan)), PLAN, limits=KEPT)
        others = [words for key, words in _PARTS if frozen.get(key) != wanted.get(key)]
        if len(others) > 1 and others[-1] == "another plan":
            others.pop()  # which follows from the rest
        if frozen != wanted:
            self._refuse(iter(others or ["another plan"]))

    def _refuse(self, names: Iterator[str]) -> None:
        found = [
            name if name.startswith(("another", "other")) else f"another {name}" for name in names
        ]
        if found:
            raise UsageError(
                Problem(
                    where=f"--out {self.folder}",
                    found=f"{self.words()}: {', '.join(found)}",
                    expected="the same command as then, or an empty folder",
                    advice=_ADVICE,
                )
            )

    def words(self) -> str:
        """Say what the folder holds: what was asked, of which device, when, and how far it is."""
        made = self.document.get("made_from", {})
        plan = self.document.get("plan", {})
        title = str(made.get("question") or plan.get("sheet", {}).get("title") or "a run")
        device = made.get("device") or plan.get("device", {}).get("name")
        times = when(events_of_counts(events_in(self.folder)))
        told = f'the run "{title[:60]}"' + (f" on {device}" if device else "")
        told += f", seed {self.seed}" if self.seed is not None else ""
        return told + (f", counted {times}" if times else ", of which nothing is counted yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """What stands in a folder: nothing, or a run that was begun. The one door to both.

    Attributes:
        path: The folder, which need not be there.
        begun: What was begun in it; None where nothing was.
    """

    path: Path
    begun: Begun | None

    @classmethod
    def at(cls, path: Path) -> RunFolder:
        """Look at a folder; nothing is changed.

        Raises:
            UsageError: It is no folder, or that of a campaign.
            PlanError: It holds something else by the name of a plan.
        """
        if path.exists() and not path.is_dir():
            raise UsageError(
                Problem(where="--out", found="a file", expected="a folder, new or of this run")
            )
        if (path / CAMPAIGN).exists():
            raise UsageError(
                Problem(
                    where=str(path),
                    found="a campaign, whose rounds go by files (`qassay collect`)",
                    expected="the folder of a run, or a new one",
                )
            )
        return cls(path=path, begun=_begun_in(path))

    def root(self, seed: int | None) -> bytes | None:
        """Give the seed of the circuits that were begun, if neither run names one."""
        begun = self.begun
        return begun.root if begun is not None and begun.seed is None and seed is None else None

    def check(self, plan: Mapping[str, Any], origin: Origin) -> None:
        """Refuse to go on with anything but what was begun, if anything was.

        Raises:
            UsageError: Plan or origin differs; what differs is named.
        """
        if self.begun is not None:
            self.begun.check_plan(plan)
            self.begun.check_origin(origin)

    def holds(self, origin: Origin, mark: str) -> bool:
        """Whether a run of a kind was begun here, by this very call.

        Args:
            origin: What the call names, in words, with digests of contents.
            mark: One of these words, which only runs of the kind are made from.

        Raises:
            UsageError: Another run was.
        """
        if self.begun is None:
            return False
        if mark not in self.begun.document.get("made_from", {}):
            raise UsageError(
                Problem(
                    where=f"--out {self.path}",
                    found=f"{self.begun.words()}: another plan",
                    expected="the same command, or an empty folder",
                    advice=_ADVICE,
                )
            )
        self.begun.check_origin(origin)
        return True


def events_in(folder: Path) -> list[Event]:
    """Read what has happened in a run so far; it may be at work meanwhile."""
    return written_events(folder / JOURNAL)


def _begun_in(folder: Path) -> Begun | None:
    place = folder / PLAN
    if not place.exists():
        return None
    try:
        document = read_json(place.read_bytes(), str(place), limits=KEPT)
        root, seed = bytes.fromhex(document["root"]), document.get("seed")
        if not isinstance(document.get("made_from", {}), dict):
            raise TypeError("made_from")
        return Begun(folder=folder, document=document, root=root, seed=seed)
    except (MalformedError, ValueError, KeyError, TypeError, AttributeError):
        raise PlanError(
            Problem(
                where=str(place),
                found="no frozen plan",
                expected="the plan of a run",
                advice="choose another --out folder",
            )
        ) from None


def freeze(folder: Path, root: bytes, seed: int | None, origin: Origin, **more: Any) -> Journal:
    """Write down what is run before the first shot, unless it was written before.

    Args:
        folder: Made if it is not there.
        root: The seed of the circuits.
        seed: The integer it came from, if any.
        origin: What the run is made from, in words, with digests of contents.
        more: What else is frozen, such as the plan.
    """
    folder.mkdir(parents=True, exist_ok=True)
    clear_unfinished(folder)
    if not (folder / PLAN).exists():
        document = {
            **more,
            "root": root.hex(),
            "seed": seed,
            "made_from": dict(origin),
            "begun_at": now_text(),
        }
        write_whole(folder / PLAN, canonical_bytes(document), PRIVATE)  # holds the seed
    return Journal.open(folder / JOURNAL)


@contextmanager
def kept(journal: Journal, where: Path | None = None) -> Iterator[None]:
    """Say of whatever ends a run that nothing which was counted is lost.

    Args:
        journal: Which keeps it.
        where: Place to name, where that is not the journal's folder.
    """
    try:
        yield
    except BaseException as error:
        if not isinstance(error, GeneratorExit):
            count, place = len(events_of_counts(journal.events)), where or journal.path.parent
            what = f"{count} counted batches are" if count > 1 else "what was counted is"
            out = sum(one.standing == "out" for one in purchases(journal.events))
            jobs = "1 job is" if out == 1 else f"{out} jobs are"
            also = f"; {jobs} out: `qassay jobs {place}` shows it" if out else ""
            error.add_note(f"{what} kept in {place}: the same command goes on from there{also}")
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """Whether something was measured by this call, and when.

    Attributes:
        before: What an earlier call in the same folder had counted, in batches or jobs.
        at: When the last counts came, in UTC; empty where that is not known.
        measured: Whether this call has counted anything.
    """

    before: int = 0
    at: str = ""
    measured: bool = True

    def as_json(self) -> dict[str, Any]:
        """Give the two fields that every command with a folder of a run prints."""
        return {"measured": self.measured, "measured_at": self.at or None}

    def words(self, folder: Path) -> str:
        """Say what of a result was measured before this call; nothing if all is new.

        Args:
            folder: Of the run, as the user calls it.
        """
        if not self.before:
            return ""
        where = str(folder)
        if self.measured:
            if self.before == 1:
                return said("ran.resumed_one", folder=where)
            return said("ran.resumed", n=self.before, folder=where)
        at = self.at.replace("T", " ").replace("Z", " UTC") or said("ran.an_earlier_day")
        return said("ran.earlier", at=at, folder=where)


def dates_of(journal: Journal, before: int) -> Dates:
    """Compare a journal at the end with what it held at the beginning."""
    known, new = (
        events_of_counts(journal.events[:before]),
        events_of_counts(journal.events[before:]),
    )
    at = str([*known, *new][-1].get("at", "")) if known or new else ""
    return Dates(before=len(known), at=at, measured=bool(new))


def fresh_root(seed: int | None) -> bytes:
    """Make the seed of all circuits of a whole number, or draw it."""
    return secrets.token_bytes(32) if seed is None else root_from_integer(seed)


def when(events: Sequence[Mapping[str, Any]]) -> str:
    """Say when events happened, from the first to the last; empty where nobody wrote it down."""
    times = [str(event["at"]) for event in events if event.get("at")]
    if not times:
        return ""
    first, last = times[0], times[-1]
    return first if first == last else f"{first} to {last}"
