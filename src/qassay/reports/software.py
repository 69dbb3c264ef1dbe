"""Which software computes the numbers and writes the page."""

from __future__ import annotations

import sys

from qassay import __version__
from qassay.reports.bundle_facts import renderer_id


def versions() -> dict[str, str]:
    """Name the software, and the datasheet's writer by the digest of its source."""
    import numpy
    import scipy

    return {
        "qassay": __version__,
        "python": sys.version.split()[0],
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
        "datasheet": renderer_id(),
    }
