"""Kinds of tables of single qubits and pairs in `counts.toml`: columns, and who estimates them.

docs/counts.md defines them. Tables of whole registers are in `joint_records`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qassay.protocols.published import PublishedDecay, PublishedReadout
from qassay.protocols.published_loss import PublishedLoss


@dataclass(frozen=True, slots=True, kw_only=True)
class TableKind:
    """One kind of table.

    Attributes:
        id: Its word in `counts.toml`.
        metrics: What can be counted with it.
        protocol: Id of what estimates it.
        columns: Those that it must have.
        hits: The column with what is counted.
        length: The column with the length of a circuit, or with what was prepared; empty where
            neither has a meaning.
        decays: Whether what is counted decays with the length; else it is a share of the shots.
    """

    id: str
    metrics: tuple[str, ...]
    protocol: str
    columns: tuple[str, ...]
    hits: str
    length: str = ""
    decays: bool = False


TABLE_KINDS: Final[dict[str, TableKind]] = {
    one.id: one
    for one in (
        TableKind(
            id="decay",
            metrics=PublishedDecay.errors,
            protocol=PublishedDecay.id,
            columns=("target", "length", "circuit", "shots", "hits"),
            hits="hits",
            length="length",
            decays=True,
        ),
        TableKind(
            id="delay",
            metrics=PublishedDecay.times,
            protocol=PublishedDecay.id,
            columns=("target", "delay_s", "circuit", "shots", "hits"),
            hits="hits",
            length="delay_s",
            decays=True,
        ),
        TableKind(
            id="assignment",
            metrics=PublishedReadout.quantities,
            protocol=PublishedReadout.id,
            columns=("target", "prepared", "circuit", "shots", "ones"),
            hits="ones",
            length="prepared",
        ),
        TableKind(
            id="loss",
            metrics=PublishedLoss.quantities,
            protocol=PublishedLoss.id,
            columns=("target", "circuit", "shots", "lost"),
            hits="lost",
        ),
    )
}
