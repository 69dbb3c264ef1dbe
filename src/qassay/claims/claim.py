"""A claim, and a sheet of claims, as frozen records in SI units."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from qassay.claims.best_of import BestOf
from qassay.claims.declared import Declared
from qassay.claims.operations import Operation
from qassay.claims.questions import Question

Pair = tuple[int, int]
Relation = Literal["at most", "at least"]
Statistic = Literal["mean", "median", "quantile", "share above", "every", "best"]
Test = Literal["usual", "counted"]
RANKED: Final[tuple[Statistic, ...]] = ("median", "quantile", "share above")
Convention = Literal["average_gate_infidelity", "process_infidelity", "pauli_error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which qubits or pairs a claim speaks of; everything where both are empty."""

    qubits: tuple[int, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether the claim speaks of all qubits or pairs of the machine."""
        return not self.qubits and not self.pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of a vendor that an experiment could settle.

    Attributes:
        id: The claim's short name on its sheet.
        metric: Id of a row in `claims.metrics.METRICS`.
        relation: Which side of the value the vendor says the machine is on.
        value: The claimed number in SI units (seconds, probability, count), in the claim's
            own convention.
        stated: The value as it stands on the sheet, for people.
        statistic: Over the scope: its mean, median, a quantile, every member, or the best member.
            "share above": at least a share of the members meet the value.
        scope: Qubits or pairs.
        convention: How an error rate is defined; None where the metric has one reading only.
        delta: Tolerance of the decision rule, as a fraction of the value.
        conditions: What the vendor says of the circumstances, sorted by name.
        unstated: Keys the sheet leaves out, which its reader filled in with the usual reading; a
            convention is filled in with the reading that favours the vendor.
        share: Of the targets, the better part that a quantile or "share above" speaks of.
        test: Of a median, quantile or "share above": "usual" takes the targets as one bulk and
            counts them besides; "counted" counts them only, without any assumption.
        read_as: What the sheet says in other words than its page, and how it was understood.
        stated_error: Standard error of the value as the vendor states it, in the same units.
        date: When it was claimed, where that is not the date of the source.
        valid_from: First day on which it is to hold, "YYYY-MM-DD"; empty where not said.
        valid_until: Last such day.
        best: Of a claim on the best chain or set of the machine: by which rule and figures the
            scope is chosen; the scope is everything until it is.
    """

    id: str
    metric: str
    relation: Relation
    value: float
    stated: str
    statistic: Statistic = "mean"
    scope: Scope = Scope()
    convention: Convention | None = None
    delta: float = 0.25
    conditions: tuple[tuple[str, str | float | bool], ...] = ()
    unstated: tuple[str, ...] = ()
    share: float | None = None
    test: Test = "usual"
    read_as: tuple[str, ...] = ()
    stated_error: float | None = None
    date: str = ""
    valid_from: str = ""
    valid_until: str = ""
    best: BestOf | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the claim as plain JSON values, without what few claims say."""
        return claim_document(asdict(self))

    def condition(self, name: str) -> str | float | bool | None:
        """Give what the vendor says of one circumstance, or None where it says nothing."""
        return dict(self.conditions).get(name)

    @property
    def statistic_name(self) -> str:
        """Name the statistic as a sheet does: "median", "quantile 95 %"."""
        return self.statistic if self.share is None else f"{self.statistic} {100 * self.share:g} %"

    def meeting(self, targets: int) -> int:
        """Count the targets that have to meet the value, of a quantile or "share above"."""
        return min(max(math.ceil((self.share or 0.5) * targets - 1e-9), 1), targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a vendor said it."""

    title: str = ""
    publisher: str = ""
    date: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSheet:
    """All the claims of one announcement.

    Attributes:
        title: What the datasheet calls it.
        vendor: Who says it.
        machine: Of which machine.
        claims: In the order of the sheet; at least one, or a question.
        source: Where it was said.
        notes: Remarks of the sheet's author, shown on the datasheet.
        declared: Figures that no counts can settle, beside the claims.
        operations: Claims that a clock is asked about, apart from those that counts settle.
        questions: What is asked beside the claims, without a threshold.
        text_id: sha256 of the sheet's bytes.
    """

    title: str
    vendor: str
    machine: str
    claims: tuple[Claim, ...]
    source: Source = Source()
    notes: tuple[str, ...] = ()
    declared: tuple[Declared, ...] = ()
    operations: tuple[Operation, ...] = ()
    questions: tuple[Question, ...] = ()
    text_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give the sheet as plain JSON values, as it goes into a bundle."""
        document = asdict(self)
        if not self.declared:
            del document["declared"]  # so that the plans of all other sheets keep their names
        if not self.operations:
            del document["operations"]
        if not self.questions:
            del document["questions"]
        document["claims"] = [claim_document(claim) for claim in document["claims"]]
        return document


def claim_document(claim: dict[str, Any]) -> dict[str, Any]:
    """Leave out what few claims have, so that the plans of all others keep their names."""
    usual: dict[str, object] = {
        "share": None,
        "test": "usual",
        "read_as": (),
        "stated_error": None,
        "date": "",
        "valid_from": "",
        "valid_until": "",
        "best": None,
    }
    return {key: value for key, value in claim.items() if key not in usual or value != usual[key]}
