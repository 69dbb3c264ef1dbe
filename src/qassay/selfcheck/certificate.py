"""The calibration certificate: what a study found, as a page that anyone can make again."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from qassay.reports.software import versions
from qassay.selfcheck.cells import Cell
from qassay.selfcheck.settings import MEASURED, Settings
from qassay.selfcheck.study import CHANCE, Study
from qassay.selfcheck.table import FORM_WORDS, Section, sections

_HEAD: Final = """\
# Calibration

<!-- Written by `qassay selfcheck --write`; make it again with the command below. -->

How often is qassay wrong? This page holds it against {machines} machines whose truth is
known: drawn from a seed, hidden from the planner and the judge, each with a claim sheet of its
own whose claims are true, exactly met, exactly at the limit or false. Every machine went
through the whole product: sheet, plan, circuits, simulated device, sequential verdicts,
estimates. {verdicts} verdicts came back.

    {command}

{versions}. The same command gives the same numbers on any number of workers.

**Result.** {result}
"""

_PRICE: Final = """

**Circuits.** A new circuit costs as much as {:g} shots here, so circuits of gates and times are run
several times, and the circuit is the unit of their tests. Readout keeps single shots."""
_TAIL: Final = """\
## How it was done

**Machines.** {qubits} qubits on a line, a ring, a grid or coupled all-to-all. One-qubit errors
log-uniform from {smallest:g} to 1e-2, two-qubit errors from 1e-3 (and no less than the
one-qubit error) to 5e-2, each readout direction from 1e-2 to 1e-1, T1 and T2 such that they
explain up to a quarter of the gate errors; spread over qubits and pairs up to 0.4 (log-normal).
Over-rotation makes none of the gate error in two machines of five, all of it in one, and a
uniform part in two. In half of the machines gate errors, readout or both drift by 5 to 30 % (a
sine or a step); one in eight leaks 2 to 20 % of its two-qubit error; one in four has crosstalk.

**Claims.** A sheet speaks of two of the four families (one-qubit gates, two-qubit gates, times,
readout). Each claim's truth is 0.5, 0.7, 1, 1 + delta, 1.5 or 2.5 times the claim (for times:
the rate is), delta being the metric's own, {deltas}. For `every target` that is the worst
target. Conventions of gate errors are drawn. Each claim is judged with both error probabilities
at {alpha:g} {many}.{price}

**Truth.** From the answer key of the simulated machines: the mean over the batches that were
really run, by their circuits; up to the verdict where a verdict is held against it, all of them
for an interval. A verdict is wrong if it refutes a claim that was met in that sense, or supports
one whose limit was missed. Readout errors include the preparation of the state with its pulse,
and leakage counts as far as it changes the readout, as the metrics are defined.

**What it cannot show.** The machines obey the simulator's model: noise that depends on the
history of a circuit, other than leakage, is not in it. Rates much smaller than these are not
drawn, because a claim is settled by rate times length and longer circuits only take longer
(`--smallest-error`).
"""


def certificate(study: Study) -> str:
    """Write a study as a page in Markdown."""
    settings = study.settings
    parts = [
        _HEAD.format(
            machines=settings.machines,
            verdicts=f"{len(study.records):,}",
            command=command_line(settings),
            versions=", ".join(f"{name} {version}" for name, version in versions().items()),
            result=result_words(study),
        )
    ]
    parts += [_markdown(section) for section in sections(study)]
    many = {
        "none": "by itself",
        "fdr": "under the false discovery rate of its sheet",
        "family-wise": "family-wise over its sheet",
    }
    parts.append(
        _TAIL.format(
            qubits=settings.qubits,
            smallest=settings.smallest_error,
            deltas="0.5 for readout and 0.25 for the rest",
            alpha=settings.alpha,
            many=many[settings.multiplicity],
            price=_PRICE.format(settings.circuit_price) if settings.circuit_price else "",
        )
    )
    return "\n".join(parts)


def command_line(settings: Settings) -> str:
    """Write the command that gives this study."""
    names = {
        "machines": "--machines", "first": "--from", "seed": "--seed", "qubits": "--qubits",
        "alpha": "--alpha", "multiplicity": "--multiplicity",
        "smallest_error": "--smallest-error", "circuit_price": "--circuit-price",
    }  # fmt: skip
    words = ["qassay", "selfcheck"]
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name in names and (field.name in ("machines", "seed") or value != field.default):
            words += [names[field.name], f"{value}"]
    if settings.metrics != MEASURED:
        words += [word for metric in settings.metrics for word in ("--metric", metric)]
    return " ".join(words)


def result_words(study: Study) -> str:
    """Say in sentences whether the promises are kept."""
    cells, failures = study.cells(), study.failures()
    if not failures:
        return (
            f"All {len(cells)} promises are kept as far as {study.settings.machines} machines can"
            f" tell: no count is worse than chance explains (probability {CHANCE:g} over all of"
            " them together)."
        )
    said = "; ".join(cell_words(cell) for cell in failures)
    return (
        f"{len(failures)} of {len(cells)} promises are broken beyond what chance explains"
        f" (probability {CHANCE:g} over all of them together): {said}."
    )


def cell_words(cell: Cell) -> str:
    """Say what was counted in a cell."""
    where = "" if cell.ratio is None else f" at {cell.ratio:g} times the claim"
    share = f"{cell.share.events} of {cell.share.of}"
    return (
        f"{cell.metric}, {FORM_WORDS[cell.form]}{where}: {share} {cell.what}, promised"
        f" {cell.side} {100 * cell.limit:g} % (p = {cell.p_value:.1e})"
    )


def _markdown(section: Section) -> str:
    rule = ["---"] * section.words + ["--:"] * (len(section.header) - section.words)
    lines = [f"## {section.title}", "", section.text, ""]
    lines += ["| " + " | ".join(row) + " |" for row in (section.header, rule, *section.rows)]
    return "\n".join(lines) + "\n"
