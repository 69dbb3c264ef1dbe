"""The table of metrics: what a claim can speak of, defined once and precisely.

A metric that no protocol measures yet stands here all the same: a claim on it is read,
checked for plausibility and judged "not tested", never dropped.
"""

from __future__ import annotations

from typing import Final

from qassay.claims.metric import Metric, Part
from qassay.claims.rows import disturbances, elements, registers, times, uses
from qassay.units import Dimension

_ROWS: Final = (
    *elements.ROWS,
    *times.ROWS,
    *registers.ROWS,
    *disturbances.ROWS,
    *uses.ROWS,
)
METRICS: Final[dict[str, Metric]] = {metric.id: metric for metric in _ROWS}

_DIMENSION_WORDS: Final[dict[Dimension, str]] = {
    "time": "a time with its unit (`ns`, `us`, `ms`, `s`, `min`, `h`)",
    "rate": "a rate with its unit (`1/s`, `Hz`, `kHz`)",
    "angle": "an angle with its unit (`rad`, `deg`)",
    "probability": "a number between 0 and 1, or with `%` or `ppm`",
    "count": "a whole number without a unit",
}

_STATISTICS: Final = (
    "",
    "## Statistics over qubits and pairs",
    "",
    "Of a metric that each qubit or pair has for itself, a claim says what is taken over those of"
    " its scope. The *better* side is the one on which the claim is met: small values for `at"
    " most`, large ones for `at least`.",
    "",
    "| `statistic` | is |",
    "|---|---|",
    "| `mean` | their mean |",
    "| `median` | their median; of an even number the mean of the middle two |",
    "| `quantile 0.95` (or `quantile 95 %`) | the k-th value from the better side, k = 0.95 n"
    " rounded up: the value that the better 95 % of the n targets meet |",
    '| `share above`, with `share = "95 %"` | at least this share of the targets, rounded up to'
    " whole ones, meets the value: the same as that quantile meeting it |",
    "| `every` | the worst of them |",
    "| `best` | the best of them |",
    "",
    "A mean of errors is supported only if every single target is bounded: the data must exclude"
    " that any of them, or all together, are so bad that the mean misses its limit. So the circuits"
    " of a mean have four lengths (the shortest, and 0.1, 0.3 and 0.6 of what loses all but 1/e of"
    " the signal at the claim), and a target that may have lost its signal is named. Whatever is"
    " measured in one circuit counts as one observation, however many targets and shots it has. The"
    " error probabilities of means are approximate, checked on simulated machines unlike one"
    " another (`docs/decisions/0011-means.md`); preparation and readout errors are taken not to go"
    " with the size of a target's error.",
    "",
    "Medians, quantiles and shares are tested in two ways at once: counted, target by target, which"
    " is exact whatever the targets are and however they depend on one another, but dear close to"
    " the claim; and with all targets taken as one bulk, which needs few shots, is asymptotic, and"
    " is deceived by two groups of unlike targets (`docs/decisions/0014-medians.md`). A claim with"
    ' `test = "counted"` is settled by the first alone.',
)


def metric_of_part(part: Part) -> str:
    """Find the metric that is the figure of a part of a layer.

    Raises:
        StopIteration: No metric is.
    """
    return next(row.id for row in METRICS.values() if row.part == part)


def announced_figures() -> dict[str, tuple[str, ...]]:
    """List what an announcement should not leave out, and the metrics that any one of it gives.

    What links qubits comes first; else they stand in the order of the table.
    """
    found: dict[str, tuple[str, ...]] = {}
    for row in sorted(METRICS.values(), key=lambda row: row.target == "qubit"):
        if row.announced:
            found[row.announced] = (*found.get(row.announced, ()), row.id)
    return found


def metrics_as_markdown() -> str:
    """Write the table as the page `docs/metrics.md`."""
    lines = [
        "# Metrics",
        "",
        "<!-- Written from src/qassay/claims/rows; change it there. -->",
        "",
        "What a claim sheet can speak of. A claim on a metric without a protocol is read, checked",
        "for plausibility and judged *not tested*.",
        "",
        "| id | name | better | of each | measured by |",
        "|---|---|---|---|---|",
    ]
    for metric in METRICS.values():
        protocol = f"`{metric.protocol}`" if metric.protocol else "nothing yet"
        lines.append(
            f"| [`{metric.id}`](#{metric.id}) | {metric.title} | {metric.better}"
            f" | {metric.target} | {protocol} |"
        )
    lines += _STATISTICS
    for metric in METRICS.values():
        lines += ["", f"## {metric.id}", "", f"**{metric.title}.** {metric.plain}", ""]
        lines += [f"- Definition: {metric.definition}"]
        if metric.conventions:
            names = ", ".join(f"`{name}`" for name in metric.conventions)
            lines += [f"- Convention, to be stated on the sheet: {names}"]
        lines += [
            f"- Written as: {_DIMENSION_WORDS[metric.dimension]}",
            f"- Better: {metric.better}",
            f"- Tolerance where the sheet sets none: {metric.natural_delta:g} of the value",
            f"- Reference: {metric.reference}",
        ]
    return "\n".join(lines) + "\n"
