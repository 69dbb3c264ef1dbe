"""What a long self-check has found so far, kept on disk: breaking it off costs nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from qassay.errors import Problem, UsageError, quoted
from qassay.execution.journal import Journal
from qassay.reading.limits import KEPT
from qassay.reading.strict_json import read_json
from qassay.reports.software import versions
from qassay.selfcheck.hidden_machines import Traits
from qassay.selfcheck.records import Record
from qassay.selfcheck.settings import Settings

_KIND = "hidden machine"


@dataclass(frozen=True, slots=True)
class Kept:
    """Verdicts on machines that are done.

    Attributes:
        journal: Its first event says of which study they are.
    """

    journal: Journal

    @classmethod
    def open(cls, path: Path, settings: Settings) -> Kept:
        """Open or begin the journal of a study; any range of its machines may be asked for.

        Raises:
            UsageError: It is of another study, or of other versions of the software.
            MalformedError: A line before the last one is not what was written.
        """
        journal = Journal.open(path)
        settled = json.dumps(asdict(replace(settings, machines=1, first=0)))
        study = read_json(settled, "settings", limits=KEPT)  # as it will be read back
        head = {"kind": "study", "settings": study, "versions": versions()}
        if not journal.events:
            journal.append(head)
        elif journal.events[0] != head:
            raise UsageError(
                Problem(
                    where="--journal",
                    found=f"{quoted(path.name)}, of other settings or versions",
                    expected="a journal of this very study",
                    advice="name another file, or repeat the study with the settings it was"
                    " begun with",
                )
            )
        return cls(journal)

    def known(self) -> dict[int, tuple[Record, ...]]:
        """Give all verdicts by machine."""
        path = self.journal.path.name
        return {
            event["number"]: tuple(
                _read(row) for row in read_json(event["records"], path, limits=KEPT)
            )
            for event in self.journal.of_kind(_KIND)
        }

    def add(self, number: int, records: tuple[Record, ...]) -> None:
        """Keep the verdicts on one machine."""
        # As a text in the event: an open end of an interval is infinite, which JSON proper lacks.
        text = json.dumps([asdict(record) for record in records])
        self.journal.append({"kind": _KIND, "number": number, "records": text})


def _read(row: dict[str, Any]) -> Record:
    traits = row.pop("traits")
    if traits is not None:
        traits["drift_of"] = tuple(traits["drift_of"])
        traits = Traits(**traits)
    kinds = tuple(row.pop("kinds"))
    return Record(traits=traits, kinds=kinds, **row)
