"""The datasheet: what was claimed, measured and decided, as one self-contained HTML page.

A reader who decides finds the verdicts first; a reader who doubts finds the data below them.
"""

from qassay.reports.datasheet import render_datasheet
from qassay.reports.facts import FindingLike, RunFacts

__all__ = ["FindingLike", "RunFacts", "render_datasheet"]
