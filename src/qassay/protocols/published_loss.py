"""Qubits that were lost in shots which somebody else took: atoms that had left, photons not seen.

A shot of a qubit is lost or kept, as its publisher says. What a loss does to other figures depends
on what was done with it: shots that are left out of a figure are post-selected, and the share that
was kept stands beside it.
"""

from __future__ import annotations

from qassay.protocols.published import PublishedReadout


class PublishedLoss(PublishedReadout):
    """The share of shots in which a qubit was lost; shots of qubits may be lost together."""

    id = "published_loss"
    title = "Published losses"
    quantities = ("loss",)
    assumptions = (
        "a qubit of a shot was lost if its publisher says so; losses that look like a reading are"
        " not among them",
    )

    def with_problem(self, problem: str) -> PublishedLoss:
        """Give the one of an experiment, with its single shots."""
        return PublishedLoss(problem)
