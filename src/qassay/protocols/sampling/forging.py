"""The price of forging the counts within the deadline, and the words that may be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from qassay.languages.english import named, said
from qassay.languages.sentence import Figures
from qassay.protocols.sampling.contraction import DATE, METHOD, ContractionCost

GPU: Final = 1e14  # FLOP/s that a forger gets out of one
# A search of 12 s by cotengra found up to 10^3.6 times cheaper ways than our greedy order on the
# circuits of docs/accreditation.md: what is called hard must be so after this allowance.
ALLOWANCE: Final = 1e4
_DESKTOP: Final = 1e12
_CLUSTER: Final = 100 * GPU


@dataclass(frozen=True, slots=True, kw_only=True)
class Forging:
    """What a forger needs.

    Attributes:
        work: W = F_L K C, FLOP: the share F_L of all K circuits simulated, the rest made up.
        deadline: Seconds.
        rate: W / deadline, FLOP/s.
        sparse: Whether the machine couples neighbours of a line or grid only.
        two_qubit_error: Expected or measured; None if not known.
    """

    work: float
    deadline: float
    sparse: bool
    two_qubit_error: float | None

    @property
    def rate(self) -> float:
        """Operations a second that forging takes."""
        return self.work / self.deadline

    @property
    def gpus(self) -> float:
        """About how many GPUs."""
        return self.rate / GPU

    @property
    def counted_rate(self) -> float:
        """Rate less the allowance for better orders, on which the words stand."""
        return self.rate / ALLOWANCE

    @property
    def refusal(self) -> str:
        """Say why this cannot be called hard to forge; empty if it can."""
        if self.sparse and self.two_qubit_error is not None and self.two_qubit_error >= 0.01:
            return said("answer.forging.sparse")
        if self.counted_rate < _DESKTOP:
            return said("answer.forging.desktop")
        if self.counted_rate < GPU:
            return said("answer.forging.gpu")
        if self.counted_rate < _CLUSTER:
            return said("answer.forging.gpus", n=round(self.counted_rate / GPU))
        return ""

    @property
    def sentences(self) -> tuple[str, str]:
        """Say the price, and what may be said of it."""
        price = said(
            "answer.forging.price",
            flop=Figures(number=f"{self.work:.1e}"),
            rate=Figures(number=f"{self.rate:.1e}"),
            time=Figures(number=f"{self.deadline:.0f}"),
            gpus=Figures(number=f"{self.gpus:.2g}"),
            method=named("answer.forging.method", METHOD),
            date=DATE,
            times=int(ALLOWANCE),
        )
        return price, self.refusal or said("answer.forging.hard")

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "flop": self.work,
            "deadline_seconds": self.deadline,
            "flop_per_second": self.rate,
            "gpus": self.gpus,
            "allowance": ALLOWANCE,
            "hard": not self.refusal,
            "refusal": str(self.refusal),
            "method": METHOD,
            "date": DATE,
            "sentence": " ".join(self.sentences),
        }


def forging(
    fidelity_low: float,
    circuits: int,
    cost: ContractionCost,
    deadline: float,
    *,
    sparse: bool,
    two_qubit_error: float | None,
) -> Forging:
    """Price a forgery.

    Args:
        fidelity_low: Lower limit of the fidelity.
        circuits: All released circuits, since nobody knew which would be checked.
        cost: Of one circuit.
        deadline: Seconds from release to the signed counts.
        sparse: See `Forging`.
        two_qubit_error: See `Forging`.
    """
    work = max(fidelity_low, 0.0) * circuits * cost.cheapest
    return Forging(work=work, deadline=deadline, sparse=sparse, two_qubit_error=two_qubit_error)
