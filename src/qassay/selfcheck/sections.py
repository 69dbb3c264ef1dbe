"""All tables of a study, for the terminal and for the certificate."""

from __future__ import annotations

from qassay.selfcheck.study import Study
from qassay.selfcheck.table import Section, intervals, tame_sections, wrong_verdicts
from qassay.selfcheck.wild.table import kinds_of_machines, still_open


def sections(study: Study) -> list[Section]:
    """Make all tables of a study that have rows."""
    if study.settings.world == "tame":
        return tame_sections(study)
    made = [intervals(study), wrong_verdicts(study), still_open(study), kinds_of_machines(study)]
    return [section for section in made if section.rows]
