"""A machine and its published figures, as frozen records in SI units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from qassay.registry.vocabulary import FIGURE_KINDS, LADDER, FigureKind, Rung


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseDate:
    """A day, a month or a year, as sources are dated.

    Attributes:
        text: As it is written: "2024", "2024-12" or "2024-12-19".
        first: The first day that it can be.
        last: The last day that it can be.
    """

    text: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSource:
    """Where a figure stands.

    Attributes:
        title: Of the page, paper or file.
        publisher: Who published it.
        dated: When.
        url: An address that begins with https://, http://, doi:, arXiv: or pkg:.
        primary: Whether it is the maker's or measurer's own document.
        seen_via: Where it was read, if not there.
    """

    title: str
    publisher: str
    dated: LooseDate
    url: str
    primary: bool
    seen_via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigure:
    """One published figure.

    Attributes:
        id: Of its own in the file of its machine.
        metric: Id of a kind in `vocabulary.FIGURE_KINDS`.
        value: In SI units; None where it is words.
        words: What was published in the place of a number.
        statistic: Over the qubits, pairs or runs.
        verification: Id of a rung in `vocabulary.LADDER`.
        source: Where it stands.
        dated: When it was said or measured; the date of the source unless the file says.
        width: Qubits of the circuits, where the kind has several.
        depth: Layers of the circuits, likewise.
        over: What the statistic is taken over, where not all qubits or pairs.
        n: How many qubits, pairs or runs are in the statistic.
        uncertainty: Standard error, in the units of the value.
        best: Best single value, in the same units.
        worst: Worst single value.
        method: How it was measured.
        operation: Which gate, where there are several.
        convention: How an error rate is defined; "unstated" where the source does not say.
        simultaneous: Whether everything was at work at once; None where it is not said.
        post_selection: What was left out, "none", or "" where it is not said.
        mitigation: Likewise.
        encoded: Whether qubits are counted that are encoded in fewer carriers.
        specimen: Which of several machines or chips of this entry.
        note: What else must be known.
    """

    id: str
    metric: str
    value: float | None
    words: str = ""
    statistic: str
    verification: str
    source: FigureSource
    dated: LooseDate
    width: int | None = None
    depth: int | None = None
    over: str = ""
    n: int | None = None
    uncertainty: float | None = None
    best: float | None = None
    worst: float | None = None
    method: str = ""
    operation: str = ""
    convention: str = ""
    simultaneous: bool | None = None
    post_selection: str = ""
    mitigation: str = ""
    encoded: bool = False
    specimen: str = ""
    note: str = ""

    @property
    def kind(self) -> FigureKind:
        """What it is a figure of."""
        return FIGURE_KINDS[self.metric]

    @property
    def evidence(self) -> Rung:
        """How well it is verified."""
        return LADDER[self.verification]

    @property
    def error(self) -> float | None:
        """One less the value, of a fidelity; the value itself, of everything else."""
        if self.value is None or self.kind.dimension != "fidelity":
            return self.value
        return round(1.0 - self.value, 15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Figures that are not here, of which more is known than that they were not found.

    Attributes:
        kind: "withheld" where the maker left them out and that is on record, "unread" where they
            exist and have not been read, "mentioned" where somebody says that they were measured.
        figures: Ids of kinds of figures.
        why: What is known.
        source: Where it is said, if anywhere.
        id: Of a figure that was collected without a value; else empty.
    """

    kind: str
    figures: tuple[str, ...]
    why: str
    source: FigureSource | None = None
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredMachine:
    """One machine of the registry.

    Attributes:
        id: Its name on the command line.
        name: Its name for people.
        makers: Who built it.
        countries: Two letters each; nothing reckons with them.
        kind: "gate", or what it is instead.
        platform: In one word.
        technology: In a few words.
        announced: When, or None.
        announced_sourced: Whether the date has a source.
        announced_note: What the date is the date of.
        status: Empty while in service.
        programme: Under which it was built.
        layout: Couplings as a machine file writes them; empty where they are not published.
        checked: The last day on which somebody looked for figures.
        notes: What must be known.
        figures: In the order of the file.
        gaps: What is known to be missing.
    """

    id: str
    name: str
    makers: tuple[str, ...]
    countries: tuple[str, ...]
    kind: str
    platform: str
    technology: str
    announced: LooseDate | None
    announced_sourced: bool
    announced_note: str
    status: str
    programme: str
    layout: str
    checked: LooseDate
    notes: tuple[str, ...]
    figures: tuple[PublishedFigure, ...]
    gaps: tuple[Gap, ...]

    def of(self, *metrics: str) -> Iterator[PublishedFigure]:
        """Give its figures of some kinds, in the order of the file."""
        return (figure for figure in self.figures if figure.metric in metrics)

    @property
    def qubits(self) -> int | None:
        """The largest published count of qubits; None where there is none."""
        found = [f.value for f in self.of("qubits") if f.value is not None]
        return int(max(found)) if found else None
