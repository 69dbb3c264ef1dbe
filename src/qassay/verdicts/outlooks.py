"""What a claim is expected to take, on imagined machines from good to bad."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a claim takes on one imagined machine.

    Attributes:
        error: Of the machine, over the claimed one.
        shots: Expected shots to the verdict; None where the planned ones would not be enough.
        seconds: Expected device time, likewise.
        most: Shots where the targets differ as on chips, of medians and quantiles; `shots` are
            for targets alike then. Of a gate of pairs, where nothing is claimed of one-qubit
            gates: where these take half as much signal as the entangler.
        between: Nine of ten runs end between so many shots.
    """

    error: float
    shots: int | None
    seconds: float | None
    most: int | None = None
    between: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What one claim is expected to take.

    Attributes:
        claim: Its id.
        better: On a machine of 0.7 times the claimed error.
        at_claim: On a machine exactly as claimed.
        at_limit: On a machine exactly at the limit.
        worse: On a machine of 1.5 times the claimed error; None for a tolerance beyond it.
        far: On a machine of 2.5 times the claimed error; None likewise.
        planned: Shots at most, by the plan.
        planned_seconds: Device time at most.
        marked: Whether claim and limit are one mark, at which only luck could decide.
    """

    claim: str
    better: Outlook
    at_claim: Outlook
    at_limit: Outlook
    worse: Outlook | None
    far: Outlook | None
    planned: int
    planned_seconds: float
    marked: bool = False

    @property
    def outlooks(self) -> tuple[Outlook | None, ...]:
        """All of them, from good to bad."""
        return (self.better, self.at_claim, self.at_limit, self.worse, self.far)

    @property
    def unsettled(self) -> bool:
        """Whether a machine exactly as claimed, or at the limit, would stay without a verdict."""
        at_limit = self.at_limit.shots is None and not self.marked
        return self.at_claim.shots is None or at_limit

    @property
    def hopeless(self) -> bool:
        """Whether none of the machines would be told from the others."""
        return all(one is None or one.shots is None for one in self.outlooks)
