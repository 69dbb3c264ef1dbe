"""The record of one verdict."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Protocol

from qassay.claims.declared import Declared
from qassay.planning.plan import TrustLevel
from qassay.protocols.asked import Answer
from qassay.protocols.weighing.decision import Outcome
from qassay.statistics.estimate import Estimate

EXIT_CODES = {"supported": 0, "refuted": 1, "inconclusive": 3, "not tested": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the data say of one claim.

    Attributes:
        claim: Id on the sheet.
        metric: Id of the metric.
        outcome: The verdict.
        estimate: Of the claimed statistic, in the claim's own convention; None without data.
        claimed: The claimed value, in the same convention.
        limit: The limit that the data must stay on the good side of to support the claim.
        shots: Executions that entered; a shot may serve many claims.
        circuits: Different circuits that entered.
        reasons: Why, in sentences; the first is the verdict's own.
        assumptions: What was assumed, in sentences.
        experiments: Ids of the experiments that entered.
        trust: How far the counts themselves can be trusted.
        e_support: Largest e-value against "the claim misses its limit"; None where no
            sequential test was run.
        e_refute: Largest e-value against "the claim holds".
        sequence: Interval that holds at all moments of the run at once; None without one.
    """

    claim: str
    metric: str
    outcome: Outcome
    estimate: Estimate | None
    claimed: float
    limit: float
    shots: int
    circuits: int
    reasons: tuple[str, ...]
    assumptions: tuple[str, ...] = ()
    experiments: tuple[str, ...] = ()
    trust: TrustLevel = "T0"
    e_support: float | None = None
    e_refute: float | None = None
    sequence: Estimate | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the verdict in the form of the contract, as plain JSON values."""
        document = asdict(self)
        document["verdict"] = document.pop("outcome")
        document["reasons"] = [str(one) for one in self.reasons]  # evidence is text alone
        for name, one in (("estimate", self.estimate), ("sequence", self.sequence)):
            document[name] = None if one is None else one.as_json()
        return document


class HasOutcome(Protocol):
    """Any verdict, of counts or of seconds."""

    @property
    def outcome(self) -> Outcome:
        """The verdict."""
        ...


def exit_code(
    verdicts: tuple[Verdict, ...],
    declared: tuple[Declared, ...] = (),
    operations: tuple[HasOutcome, ...] = (),
    answers: tuple[Answer, ...] = (),
) -> int:
    """Give the process exit code: 1 if anything is refuted, 3 if anything is open, else 0.

    A figure that is declared only is as open as a claim that was not tested, and so is a question
    whose answer says nothing.
    """
    codes = {EXIT_CODES[verdict.outcome] for verdict in (*verdicts, *operations)}
    codes |= {3 for figure in declared if figure.standing == "declared only"}
    codes |= {0 if one.telling else 3 for one in answers}
    return 1 if 1 in codes else max(codes, default=3)
