"""What a study found, as tables: the same rows for the terminal and for the certificate."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from qassay.claims.metrics import METRICS, metric_of_part
from qassay.claims.operations import OPERATIONS
from qassay.devices.noise_file import CROSSTALK, LEAKAGE
from qassay.numerals import numeral
from qassay.protocols.known import QUANTITIES
from qassay.selfcheck.cells import Share, share_of_flags
from qassay.selfcheck.hidden_machines import Traits
from qassay.selfcheck.records import Record
from qassay.selfcheck.study import Study

_PLACES = ("0.5", "0.7", "claim", "limit", "1.5", "2.5")


def metric_words(metric: str) -> str:
    """Name a metric in a table: in few words, or as its row has it."""
    if metric not in QUANTITIES:
        return OPERATIONS[metric].title
    return METRICS[metric].short or METRICS[metric].title


FORM_WORDS = {
    "mean": "mean",
    "median": "median",
    "quantile": "quantile",
    "share above": "share above",
    "every": "every target",
    "best": "best target",
    "single": "one target",
    "register": "register",
    "count": "count",
    "clock": "by the clock",
    "all": "all metrics and statistics",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table.

    Attributes:
        title: Its heading.
        text: What stands above it, in sentences.
        header: Names of the columns; the first `words` of them hold words, the rest numbers.
        rows: The cells, as texts.
        words: How many columns hold words.
    """

    title: str
    text: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 2


def tame_sections(study: Study) -> list[Section]:
    """Make all tables of a study of virtual machines like our own."""
    made = [intervals(study), wrong_verdicts(study), _costs(study)]
    if not study.settings.circuit_price:  # the bound is one of shots
        made.append(_bounds(study))
    made += [_kinds(study), _bias(study)]
    return [section for section in made if section.rows]


def intervals(study: Study) -> Section:
    """Table the coverage of the intervals."""
    rows = []
    groups = [(metric, FORM_WORDS[form], group) for metric, form, group in study.groups()]
    for metric in dict.fromkeys(metric for metric, _, _ in groups):
        own = [record for record in study.records if record.metric == metric]
        groups.append((metric, "all of these", own))
    for metric, words, group in groups:
        known = [record for record in group if record.informative]
        rows.append(
            (
                metric_words(metric),
                words,
                str(len(known)),
                percent_with_interval(share_of_flags([record.covered for record in known])),
                str(sum(record.truth > record.high for record in known)),
                str(sum(record.truth < record.low for record in known)),
                percent_with_interval(
                    share_of_flags([r.in_sequence for r in group if r.in_sequence is not None])
                ),
            )
        )
    return Section(
        title="Coverage of the 95 % intervals",
        text="How often the interval that the product reports holds the truth. Promised: 94 % or"
        " more. Intervals for `every target` are cautious on one side by construction, so they"
        " may hold it more often. In brackets: the 95 % interval of the share itself. The"
        " confidence sequence, in the last column, holds at all moments of a run at once, so at"
        f" its end in {100 * (1 - study.settings.alpha):g} % of runs or more.",
        header=(
            "Metric",
            "Statistic",
            "Intervals",
            "Truth inside",
            "Above",
            "Below",
            "In the sequence",
        ),
        rows=tuple(rows),
    )


def wrong_verdicts(study: Study) -> Section:
    """Table the wrong verdicts by metric and statistic."""
    rows = []
    for metric, form, group in study.groups():
        met = [record for record in group if record.meets]
        missed = [record for record in group if record.misses]
        rows.append(
            (
                metric_words(metric),
                FORM_WORDS[form],
                _counted(met, lambda r: r.outcome == "refuted"),
                _counted([r for r in met if r.ratio == 1.0], lambda r: r.outcome == "refuted"),
                _counted(missed, lambda r: r.outcome == "supported"),
                _counted([r for r in missed if _at_limit(r)], lambda r: r.outcome == "supported"),
            )
        )
    met = [record for record in study.records if record.meets]
    missed = [record for record in study.records if record.misses]
    wrong = share_of_flags([r.outcome == "refuted" for r in met])
    false = share_of_flags([r.outcome == "supported" for r in missed])
    return Section(
        title="Wrong verdicts",
        text=f"Promised: at most {100 * study.settings.alpha:g} % of claims that are met are"
        f" refuted, and at most {100 * study.settings.alpha:g} % of those that miss their limit"
        f" are supported. Over everything: {count_with_interval(wrong)} were refuted"
        f" wrongly, {count_with_interval(false)} were supported wrongly."
        " Most of the risk is in claims that are met exactly, and in machines exactly at the"
        " limit; both have columns of their own.",
        header=(
            "Metric",
            "Statistic",
            "Wrongly refuted",
            "of those exactly met",
            "Wrongly supported",
            "of those exactly at the limit",
        ),
        rows=tuple(rows),
    )


def _costs(study: Study) -> Section:
    rows = []
    for metric, form, group in study.groups():
        cells = []
        for place in _PLACES:
            there = [record for record in group if _place(record) == place]
            still_open = share_of_flags([record.outcome == "inconclusive" for record in there])
            mean = sum(record.circuits for record in there) / max(len(there), 1)
            cells.append(f"{numeral(mean)} ({100 * still_open.rate:.0f} %)" if there else "")
        rows.append((metric_words(metric), FORM_WORDS[form], *cells))
    each = "run several times" if study.settings.circuit_price else "of one shot each"
    return Section(
        title="Circuits to the verdict",
        text=f"Mean circuits, {each}, until the verdict on the experiment that holds the"
        " claim's worst target; in brackets the share that stayed inconclusive when the planned"
        " circuits were used up. Columns: error of the machine over the claim; `claim` is a"
        " machine exactly at it, `limit` one exactly at the limit of the rule.",
        header=("Metric", "Statistic", *_PLACES),
        rows=tuple(rows),
    )


def _bounds(study: Study) -> Section:
    rows = []
    for metric, form, group in study.groups():
        cells = []
        for place in _PLACES:
            there = [
                record.circuits / record.bound
                for record in group
                if _place(record) == place and record.bound > 0
            ]
            cells.append(_mean(there, 1))
        if any(cells):
            rows.append((metric_words(metric), FORM_WORDS[form], *cells))
    return Section(
        title="Circuits over the bound",
        text="The same circuits over the Chernoff-Wald bound, the least mean that any test with"
        " these error probabilities can take on the worst target, which an oracle knows. Whole"
        " batches are counted, since a run ends with a batch; all targets of `every target` have"
        " to be settled, the bound is for one. Plus or minus: the 95 % interval of the mean.",
        header=("Metric", "Statistic", *_PLACES),
        rows=tuple(rows),
    )


_KINDS: tuple[tuple[str, Callable[[Traits], bool]], ...] = (
    ("all", lambda _: True),
    ("incoherent errors, still", lambda t: t.coherent == 0 and t.drift == "none"),
    ("half or more of the error coherent", lambda t: t.coherent >= 0.5),
    ("gate errors drift (sine)", lambda t: _drifts(t, "sine", "gate errors")),
    ("gate errors drift (step)", lambda t: _drifts(t, "step", "gate errors")),
    ("readout drifts (sine)", lambda t: _drifts(t, "sine", "readout")),
    ("readout drifts (step)", lambda t: _drifts(t, "step", "readout")),
    (LEAKAGE, lambda t: t.leakage > 0),
    (CROSSTALK, lambda t: t.crosstalk > 0),
)


def _drifts(traits: Traits, kind: str, of: str) -> bool:
    return traits.drift == kind and of in traits.drift_of


def _kinds(study: Study) -> Section:
    rows = []
    for name, belongs in _KINDS:
        group = [r for r in study.records if r.traits and belongs(r.traits)]
        known = [record for record in group if record.informative]
        if group:
            rows.append(
                (
                    name,
                    str(len({record.machine for record in group})),
                    percent_with_interval(share_of_flags([record.covered for record in known])),
                    _counted([r for r in group if r.meets], lambda r: r.outcome == "refuted"),
                    _counted([r for r in group if r.misses], lambda r: r.outcome == "supported"),
                    _counted(
                        [r for r in group if r.outcome != "inconclusive" or r.capped],
                        lambda r: r.capped,
                    ),
                )
            )
    return Section(
        title="By kind of machine",
        text="Over all metrics and statistics. A machine may be of several kinds. Held back:"
        " claims that were settled, but stayed inconclusive because a check of the model failed.",
        header=(
            "Kind",
            "Machines",
            "Truth inside",
            "Wrongly refuted",
            "Wrongly supported",
            "Held back",
        ),
        rows=tuple(rows),
        words=1,
    )


def _bias(study: Study) -> Section:
    gates, turns = metric_of_part("entangler"), metric_of_part("turn")
    pairs = [r for r in study.records if r.metric == gates and r.informative]
    helped = {r.machine for r in study.records if r.metric == turns}
    rows = []
    for low, high in ((0.0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 1.0)):
        for claimed in (True, False):
            group = [
                record
                for record in pairs
                if record.form == "mean"
                and low <= record.one_qubit_share < high
                and (record.machine in helped) == claimed
            ]
            off = [(record.value / record.truth - 1) / record.delta for record in group]
            if group:
                rows.append(
                    (
                        f"{100 * low:.0f} to {100 * high:.0f} %",
                        "yes" if claimed else "no",
                        str(len(group)),
                        percent_with_interval(share_of_flags([record.covered for record in group])),
                        _mean(off, 2, sign=True),
                        f"{median(off):+.2f}",
                    )
                )
    return Section(
        title="Bias of the two-qubit gate error",
        text="Of the mean over pairs: mean and median of (estimate / truth - 1), in units of the"
        " tolerance delta, by the share of the one-qubit gates in the error of a layer, and by"
        " whether one-qubit gates are claimed on the same sheet, so that they are measured with"
        " as much care. A run stops when a claim is settled, so estimates of short runs lean to"
        " the side that settled it.",
        header=("One-qubit share", "Claimed too", "Estimates", "Truth inside", "Mean", "Median"),
        rows=tuple(rows),
    )


def percent_with_interval(share: Share) -> str:
    """Write a share in percent with its interval."""
    if not share.of:
        return ""
    low, high = (100 * end for end in share.interval)
    return f"{100 * share.rate:.1f} % ({low:.1f} to {high:.1f})"


def count_with_interval(share: Share) -> str:
    """Write a count with the interval of its share."""
    if not share.of:
        return ""
    low, high = (100 * end for end in share.interval)
    return f"{share.events} of {share.of} ({low:.1f} to {high:.1f} %)"


def _counted(group: Iterable[Record], happened: Callable[[Record], bool]) -> str:
    return count_with_interval(share_of_flags([happened(record) for record in group]))


def _mean(values: Sequence[float], digits: int, *, sign: bool = False) -> str:
    """Write a mean with the half width of its 95 % interval."""
    if not values:
        return ""
    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return f"{mean:{'+' if sign else ''}.{digits}f}"
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    half = 1.96 * math.sqrt(variance / len(values))
    return f"{mean:{'+' if sign else ''}.{digits}f} ± {half:.{digits}f}"


def _at_limit(record: Record) -> bool:
    return math.isclose(record.ratio, 1 + record.delta)


def _place(record: Record) -> str:
    """Name the column of a record."""
    if record.ratio == 1.0:
        return "claim"
    return "limit" if _at_limit(record) else f"{record.ratio:g}"
