"""What the checks of the model do to verdicts: they can only turn one into "inconclusive"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from qassay.languages.english import said
from qassay.languages.sentence import Fact, Figures, Sentence
from qassay.planning.plan import Plan
from qassay.protocols.designs.contrast_designs import settles
from qassay.protocols.designs.decay_designs import FEWEST_CHECKED
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.interface import Experiment
from qassay.protocols.known import estimator_of, is_published, is_timed, kind_of
from qassay.protocols.weighing.counted import Counted
from qassay.statistics.check_batches import TOO_GOOD
from qassay.statistics.check_independence import SHOTS, TARGETS
from qassay.statistics.check_sentinels import LEAKAGE, SHAPE
from qassay.statistics.model_check import ModelCheck
from qassay.statistics.model_checks import (
    REPLAYED_HITS,
    REPLAYED_OUTCOMES,
    CheckedModel,
    check_model,
)
from qassay.statistics.trials import Trials
from qassay.verdicts.agreement import reopened
from qassay.verdicts.verdict import Verdict

# Codes of checks that failed, where their names are none; "drift" is a check of a course in time.
_CODES: Final = {
    SHAPE: "shape",
    TOO_GOOD: "too_good",
    SHOTS: "shots",
    TARGETS: "targets",
    REPLAYED_HITS: "replayed",
    REPLAYED_OUTCOMES: "replayed",
}
_NAMED: Final = (LEAKAGE, "drift")
LEVEL = 1e-3  # largest probability that an honest sheet fails any check


def check_models(plan: Plan, counted: Counted) -> dict[str, CheckedModel]:
    """Check the model behind every experiment that has enough circuits for it.

    All experiments of a sheet share one error probability.
    """
    own = [
        x
        for x in plan.experiments
        if not (is_published(x) or is_timed(x) or x.problem) and x.rounds >= FEWEST_CHECKED
    ]
    joined = counted.joined(own)
    with_data = [x for x in own if x.id in joined]
    return {
        x.id: _checked(x, next(iter(joined[x.id].values())), counted, LEVEL / len(with_data))
        for x in with_data
    }


def _checked(
    experiment: Experiment, trials: Trials, counted: Counted, level: float
) -> CheckedModel:
    estimator = estimator_of(experiment)
    sizes = [
        next(iter(scored.values())).circuits
        for _, scored in sorted(counted.batches[experiment.id].items())
    ]
    return check_model(
        trials,
        asymptote=None if estimator.model == "probability" else estimator.asymptote,
        batches=np.repeat(np.arange(len(sizes)), sizes) if len(sizes) > 1 else None,
        level=level,
    )


def capped(verdict: Verdict, plan: Plan, checks: Mapping[str, CheckedModel]) -> Verdict:
    """Turn a verdict into "inconclusive" where a check that it rests on has failed.

    A mean readout error takes the shot as its unit, so qubits that go wrong together spoil nothing;
    and the shape of a decay nothing where a time is judged by the contrast at the claim.
    """
    word = {"supported": "confirmed", "refuted": "refuted"}.get(verdict.outcome)
    if word is None:
        return verdict
    claim = next(one for one in plan.sheet.claims if one.id == verdict.claim)
    targets = len(targets_of(claim, plan.device))
    lawless = settles(claim, targets)
    together = claim.statistic in ("mean", "median") and kind_of(claim.metric) != "share"
    words = {word} | ({f"mean {word}"} if together else set())
    failed = [
        _failed(name, check)
        for name in verdict.experiments
        if name in checks
        for check in checks[name].failed
        if words & set(check.caps) and not (lawless and check.name in (SHAPE, LEAKAGE))
    ]
    if not failed:
        return verdict
    reason = said("model.against", outcome=said(f"outcome.{verdict.outcome}"))
    return reopened(verdict, plan, (reason, *failed))


def _failed(experiment: str, check: ModelCheck) -> Sentence:
    """Tell what a check found; other languages name what is wrong, the numbers are in English."""
    name = check.name.partition(",")[0]
    code = name if name in _NAMED else _CODES.get(name, "other")
    size = 0.0 if check.p_value is None else check.p_value
    facts: dict[str, Fact] = {"experiment": experiment, "p": Figures(number=f"{size:.2g}")}
    return Sentence(f"{experiment}: {check.sentence}", f"model.{code}", facts)
