"""The product held against machines whose truth is known: coverage, wrong verdicts, shots.

`study` runs it, `table` prints it; `docs/calibration.md` is what it found.
"""

from qassay.selfcheck.settings import Settings
from qassay.selfcheck.study import Study, run_study

__all__ = ["Settings", "Study", "run_study"]
