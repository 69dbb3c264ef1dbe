"""The calibration certificate: what a study found, as a page that anyone can make again."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from qassay.numerals import numeral
from qassay.planning.plan import JUDGE
from qassay.reports.software import versions
from qassay.selfcheck.cells import Cell
from qassay.selfcheck.sections import sections
from qassay.selfcheck.settings import Settings
from qassay.selfcheck.study import CHANCE, Study
from qassay.selfcheck.table import FORM_WORDS, Section
from qassay.selfcheck.wild.trial import MOST_BATCHES, MOST_BITS, MOST_SHOTS
from qassay.selfcheck.wild.world import FEWEST, MOST

_HEAD: Final = """\
# Calibration

<!-- Written by `qassay selfcheck --write`; make it again with the command below. -->

How often is qassay wrong? This page holds it against {machines} machines whose truth is
known: drawn from a seed, hidden from the planner and the judge, each with a claim sheet of its
own whose claims are true, exactly met, exactly at the limit or false. Every machine went
through {product}. {verdicts} verdicts came back.

**Of the rules of judge {judge}.** Another judge gives other numbers.

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


_WILD_TAIL: Final = """\
## How it was done

**Machines.** {least} to {most} qubits, the logarithm of the number uniform (registers of GHZ
states and mirror circuits to 20, crosstalk to 40, layers to 80). One-qubit errors log-uniform
from 1e-7 to 0.05 before a log-normal spread over targets of 0 to 1.5, two-qubit errors from 1e-6
to 0.1, readout errors to 0.25, times from 1 us to 30 s. Each trouble is in some machines and
absent from most: a target that is dead, 30 times as bad, or as bad as all others together; bits
that flip together; shots that are random for all qubits; a reset that fails; leakage that
persists for several shots; rates that differ from shot to shot or circuit to circuit, for all
targets alike or for each by itself; decays exp(-(x)^p) with p from 0.6 to 3; drift with a period
of nine circuits, one batch, one cycle or the run, steps, slopes, jumps; crosstalk; circuits that
are dear and run many times; targets driven alone. Plans of more than {batches} batches, {shots}
shots or {bits} bits cost too much here: another machine is drawn in their place.

**What answers** is a law of the wrong bits in place of circuits, so that sizes and errors of all
decades can be played. Plan, secret order, scoring, looks, verdicts, checks of the model and
intervals are the product's. Circuits themselves are the matter of `qassay selfcheck --world tame`
and of the tests of the engines.

**Claims.** One to three of one family of metrics, truth over claim (of rates) from 0.01 to 15,
half of them exactly at the claim or at its limit; for fidelities from 0.8 to 1.3. Conventions of
gate errors are drawn. Each claim is judged with both error probabilities at {alpha:g} {many}.

**Truth.** By the words of `docs/metrics.md`, from the machine's numbers and not from anything
that was drawn: the decay over the length of the long circuits, the delay that leaves 1/e of the
mean contrast, the chance of a wrong bit; in the mean over the circuits that were really executed,
up to the verdict where a verdict is held against it, all of them for an interval. Where a check
of the model held a verdict back, the page says that the counts do not obey the model behind the
interval, and the interval is not counted. A verdict is wrong if it refutes a claim that was met
in that sense, or supports one whose limit was missed. `qassay selfcheck --only N` gives machine N
alone.
"""


def certificate(study: Study) -> str:
    """Write a study as a page in Markdown."""
    settings = study.settings
    wild = settings.world == "wild"
    way = "sheet, plan, secret order, a law of its bits, sequential verdicts, estimates"
    if not wild:
        way = (
            "the whole product: sheet, plan, circuits, simulated device, sequential verdicts,"
            " estimates"
        )
    parts = [
        _HEAD.format(
            judge=JUDGE,
            product=way,
            machines=settings.machines,
            verdicts=numeral(len(study.records)),
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
    if wild:
        words = many[settings.multiplicity]
        tail = _WILD_TAIL.format(
            least=FEWEST,
            most=MOST,
            alpha=settings.alpha,
            many=words,
            batches=MOST_BATCHES,
            shots=numeral(MOST_SHOTS),
            bits=numeral(MOST_BITS),
        )
        parts.append(tail)
        return "\n".join(parts)
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
        "machines": "--machines",
        "first": "--from",
        "seed": "--seed",
        "qubits": "--qubits",
        "alpha": "--alpha",
        "multiplicity": "--multiplicity",
        "smallest_error": "--smallest-error",
        "circuit_price": "--circuit-price",
        "world": "--world",
    }
    words = ["qassay", "selfcheck"]
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name in names and (field.name in ("machines", "seed") or value != field.default):
            words += [names[field.name], f"{value}"]
    if settings.metrics:
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
