"""Quantum volume's intervals and errors, added up from the binomial law in place of being drawn."""

import pytest
from benchmarks.mark_coverage import ended


@pytest.mark.parametrize("off", [-0.1, 0.0, 0.06])
def test_promises_hold_exactly(off):
    (one,) = ended(3, 0.8, (off,))
    assert 0.94 <= one.covered <= 0.99
    assert off < 0 or one.refuted <= 0.05
    assert off > 0 or one.supported <= 0.05
    assert one.supported + one.refuted <= 1
