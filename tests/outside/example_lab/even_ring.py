"""An application of another package: colour a ring so that no neighbours are alike."""

from __future__ import annotations

from importlib.resources import files

import numpy as np

from qassay.applications.exact import Solution
from qassay.applications.interface import Words
from qassay.errors import Problem, UsageError


class EvenRing:
    """Two colours on a ring of an even number of places."""

    id = "even-ring"
    higher_is_better = True
    standard = "ring/6"
    instances = files("example_lab").joinpath("instances")
    words = Words(
        title="Two colours on a ring",
        field="energy",
        question="How can a ring be coloured so that no neighbours are alike?",
        merit="unlike neighbours",
        unit="pairs",
        repair="nothing is repaired",
        truth="An ordinary computer, or a child, colours it at once.",
    )

    def repaired(self, instance, bits):
        """Leave strings as they are."""
        return bits

    def merit(self, instance, bits):
        """Count unlike neighbours."""
        return np.asarray(-instance.ising.energies(bits))

    def solve(self, instance):
        """Colour in turns."""
        bits = tuple(int(bit) for bit in instance.optimum.bits)
        return Solution(
            value=float(len(bits)), bits=bits, proven=True, gap=0.0, seconds=0.0, solver="a child"
        )

    def own(self, data, name, qubits):
        """Take no files."""
        raise UsageError(Problem(where=name, found="a file", expected="one of its own rings"))


APPLICATION = EvenRing()
