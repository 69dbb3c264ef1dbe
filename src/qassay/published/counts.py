"""What every reader of published counts gives back, and the readers there are."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qassay.errors import Problem, UsageError, quoted
from qassay.protocols.interface import Target
from qassay.statistics.trials import Trials

FORMATS: Final = {"quantinuum": "qassay.published.quantinuum"}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PublishedCounts:
    """One published experiment.

    Attributes:
        protocol: Id of the estimator in `protocols.published`.
        quantity: What it estimates.
        targets: Qubits or pairs, as the publisher numbers them.
        trials: The counts.
        file: Where they stood, for people.
        sha256: Of that file.
    """

    protocol: str
    quantity: str
    targets: tuple[Target, ...]
    trials: Trials
    file: str
    sha256: str


def read_published(format_name: str, folder: Path) -> tuple[PublishedCounts, ...]:
    """Read a folder of published counts.

    Raises:
        UsageError: An unknown format, a folder without counts, or files that are not what the
            format says; all of them at once.
    """
    if format_name not in FORMATS:
        raise UsageError(
            Problem(where="import", found=quoted(format_name), expected=", ".join(FORMATS))
        )
    if not folder.is_dir():
        found = "a file" if folder.exists() else "no such folder"
        raise UsageError(
            Problem(where=str(folder), found=found, expected="a folder with published counts")
        )
    reader = importlib.import_module(FORMATS[format_name])
    counts: tuple[PublishedCounts, ...] = reader.read_folder(folder)
    return counts
