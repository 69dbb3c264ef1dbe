"""The checks of the model behind the verdicts, each with what it would have noticed."""

from __future__ import annotations

from dataclasses import dataclass

from qassay.protocols.known import estimator_of
from qassay.reports.text import plural
from qassay.reports.words import percent
from qassay.statistics.model_checks import CheckedModel, ModelCheck
from qassay.verdicts.analysis import Analysis

_LIKELY = 0.5  # power from which a report says that a check would have noticed something


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check.

    Attributes:
        name: Which check.
        result: "passed" or "failed".
        sentence: What was found.
        power: What it would have noticed, and with which probability.
    """

    name: str
    result: str
    sentence: str
    power: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTable:
    """The checks of one experiment.

    Attributes:
        title: The experiment in words.
        rows: Checks that could be made.
        left_out: Names of those that could not, with the reason.
    """

    title: str
    rows: tuple[CheckRow, ...]
    left_out: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether any check failed."""
        return any(row.result == "failed" for row in self.rows)

    @property
    def summary(self) -> str:
        """Count the checks in a few words."""
        failed = sum(row.result == "failed" for row in self.rows)
        made = plural(len(self.rows), "check")
        return f"{made}, {failed} failed" if failed else f"{made}, all passed"


def check_tables(analysis: Analysis) -> tuple[CheckTable, ...]:
    """Make one table an experiment, in the order of the plan."""
    experiments = {x.id: x for x in analysis.plan.experiments}
    return tuple(
        CheckTable(
            title=estimator_of(experiments[name]).title,
            rows=tuple(_row(checked, check) for check in checked.checks if check.applicable),
            left_out=tuple(
                f"{check.name}: {check.sentence.removeprefix('not applicable: ')}"
                for check in checked.checks
                if not check.applicable
            ),
        )
        for name, checked in analysis.checks.items()
        if any(check.applicable for check in checked.checks)
    )


def _row(checked: CheckedModel, check: ModelCheck) -> CheckRow:
    return CheckRow(
        name=check.name,
        result="failed" if check in checked.failed else "passed",
        sentence=check.sentence,
        power=_power(check),
    )


def _power(check: ModelCheck) -> str:
    """Name the mildest thing the check would probably have noticed, or say that it is blind."""
    if not check.power:
        return ""
    seen = [entry for entry in check.power if entry[1] >= _LIKELY]
    words, power = min(seen, key=lambda e: e[1]) if seen else max(check.power, key=lambda e: e[1])
    verb = "would notice" if seen else "would hardly notice"
    return f"{verb} {words} ({percent(round(power, 2))})"
