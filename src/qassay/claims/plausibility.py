"""What is wrong with a sheet before a single shot: every rule, worst findings first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from qassay.claims import physics_rules, scale_rules, wording_rules
from qassay.claims.claim import ClaimSheet
from qassay.claims.coherence_limits import coherence_limit_1q, coherence_limit_2q
from qassay.claims.finding import SEVERITIES, DurationsLike, Finding
from qassay.claims.validity import Days, outside_validity
from qassay.languages.english import said

__all__ = ["RULES", "Finding", "coherence_limit_1q", "coherence_limit_2q", "findings"]

Rule = Callable[[ClaimSheet, DurationsLike | None], Iterator[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    physics_rules.dephasing_slower_than_relaxation,
    physics_rules.ramsey_longer_than_echo,
    physics_rules.below_coherence_limit,
    physics_rules.readout_below_decay,
    physics_rules.perfection,
    physics_rules.counts_that_disagree,
    physics_rules.layered_gate_better_than_gate,
    wording_rules.looks_like_fidelity,
    scale_rules.fidelity_like_an_error,
    scale_rules.error_in_another_form,
    scale_rules.time_in_another_unit,
    scale_rules.clock_in_another_unit,
    wording_rules.convention_left_open,
    wording_rules.direction,
    wording_rules.says_nothing,
    wording_rules.best_value,
    wording_rules.simultaneity,
    wording_rules.filled_in,
    wording_rules.taken_as,
    wording_rules.two_forms,
    wording_rules.announced_alone,
    wording_rules.unsourced,
)


def findings(
    sheet: ClaimSheet,
    durations: DurationsLike | None = None,
    out_of_order: str = "",
    days: Days | None = None,
) -> tuple[Finding, ...]:
    """Check a sheet without touching a machine.

    Args:
        sheet: The claims.
        durations: Gate and readout times of the machine, where they are known; a claim's own
            `gate_time` or `readout_time` comes first.
        out_of_order: Qubits and pairs that the machine says cannot be used, in words.
        days: When the counts were taken, or today before a run; None where nobody knows.

    Returns:
        The findings, impossible ones first, then questionable ones, then notes.
    """
    claims = bool(sheet.claims or sheet.declared or sheet.operations or not sheet.questions)
    # A sheet that asks and claims nothing leaves nothing out.
    found = [finding for rule in RULES if claims for finding in rule(sheet, durations)]
    if out_of_order:
        found.append(
            Finding(
                rule="out-of-order",
                severity="questionable",
                claims=(),
                sentence=said("finding.out_of_order", what=out_of_order),
            )
        )
    found += outside_validity(sheet, days)
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))
