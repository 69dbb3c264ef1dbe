"""The figure of a decay: hits against length, the fit with its interval, and the claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.numerals import numeral
from qassay.protocols.known import is_published, quantity_of
from qassay.reports.chart import Chart
from qassay.reports.claim_data import ClaimData
from qassay.reports.decay_data import Decay
from qassay.reports.drawing import Drawing
from qassay.reports.numbers import unit_for
from qassay.reports.svg import framed
from qassay.reports.text import plural
from qassay.statistics.decays import DecayFit, fit_decays
from qassay.statistics.intervals import wilson
from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]
_POINTS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What is counted in a decay, in words.

    Attributes:
        what: What a shot gave that is counted.
        share: Name of the axis.
        lost: What is true where nothing is left of a decay to zero; empty where this is unknown.
    """

    what: str
    share: str
    lost: str


def decay_figure(data: ClaimData) -> Drawing | None:
    """Draw the decay behind a claim, all its qubits or pairs together; None without one."""
    decay = data.decay
    if decay is None:
        return None
    fit = fit_decays(decay.trials, asymptote=decay.asymptote, kind=decay.kind)
    noun, many = data.noun, plural(decay.targets, data.noun)
    seen = _seen(data)
    title = f"Decay, {many} together" if decay.targets > 1 else f"Decay of the {noun}"
    parts = [
        f"How often a shot gave {seen.what}, against the {decay.length}.",
        "Points: data with 95 % intervals"
        + (", counting noise alone." if decay.trials.shots > 1 else "."),
    ]
    if decay.spans:
        parts.append(f"Grey bars: nine of ten single {noun}s, counting noise included.")
    if np.isfinite(fit.rate[0]):
        parts.append("Line and band: fit with its 95 % interval.")
    if decay.claimed_rate is not None:
        parts.append("Dashed: a machine exactly at the claim.")
    if decay.asymptote or seen.lost:
        end = "pure chance" if decay.asymptote else seen.lost
        parts.append(f"Dotted: {end}, {_fraction(decay.asymptote)}.")
    caption = " ".join(parts)
    chart, body = _drawn(decay, fit, seen)
    described = _described(decay.trials, caption)
    svg = framed(f"{data.anchor}-decay", chart.box, title, described, chart.frame() + body)
    return Drawing(svg=svg, title=title, caption=caption)


def _seen(data: ClaimData) -> _Seen:
    """Say what the shots are that a claim's decay counts, in whose words they were counted."""
    what = "both bits as expected" if data.noun == "pair" else "the expected bit"
    own = _Seen(what=what, share="fraction as expected", lost="")
    quantity = quantity_of(data.claim.metric)
    if quantity is None or not quantity.seen:
        return own
    if any(is_published(x) for x in data.planned if x.id in data.measured_by):
        return _Seen(
            what="no loss, by the publisher's own check",
            share="fraction without a loss",
            lost="all is lost",
        )
    return _Seen(what=quantity.seen, share="fraction read as 00", lost="all has leaked")


def _drawn(decay: Decay, fit: DecayFit, words: _Seen) -> tuple[Chart, str]:
    hits, shots = (part.astype(np.float64) for part in decay.trials.totals())
    seen = shots > 0
    lengths, hits, shots = decay.trials.lengths[seen], hits[seen, 0], shots[seen]
    longest = float(lengths.max(initial=0.0)) or 1.0
    scale, unit = unit_for(longest, "time") if decay.kind == "exponential" else (1.0, "")
    low, high = wilson(hits, shots)
    lowest = min([decay.asymptote, *low.tolist(), *(span[1] for span in decay.spans)])
    top = 1.02 if decay.asymptote else 1.1 * float(high.max(initial=0.25))
    chart = Chart(
        x=(-0.04 * longest / scale, 1.06 * longest / scale),
        y=(lowest - 0.03, min(1.02, top)),
        x_label=f"{decay.length} ({unit})" if unit else decay.length,
        y_label=words.share,
    )
    grid = np.linspace(0.0, 1.04 * longest, _POINTS)
    x, at = (grid / scale).tolist(), (lengths / scale).tolist()
    parts = [
        chart.bars([(end / scale, a, b) for end, a, b in decay.spans], 9, "e spread"),
        *([chart.across(decay.asymptote, "e chance")] if decay.asymptote or words.lost else []),
    ]
    if np.isfinite(fit.rate[0]):
        under, over = (_curve(fit, end, grid).tolist() for end in (fit.low, fit.high))
        parts.append(chart.band(x, under, over, "band"))
        parts.append(chart.curve(x, _curve(fit, fit.rate, grid).tolist(), 2, "e fit"))
    if decay.claimed_rate is not None:
        claimed = _curve(fit, np.array([decay.claimed_rate]), grid).tolist()
        parts.append(chart.curve(x, claimed, 1.3, "e dashed"))
    fraction = (hits / shots).tolist()
    parts.append(chart.bars(zip(at, low.tolist(), high.tolist(), strict=True), 1.8, "bar"))
    parts.append(chart.points(zip(at, fraction, strict=True), 7, "bar"))
    return chart, "".join(parts)


def _curve(fit: DecayFit, rate: FloatArray, grid: FloatArray) -> FloatArray:
    """Give the curve of a rate, with the amplitude that fits the data best at that rate."""
    constant = np.asarray(fit.constant_of(rate), dtype=np.float64)
    amplitude = fit.likelihood.amplitude(constant)
    if fit.asymptote[0] == 0:  # a signal of 1/4 has no room for more, whatever the rate
        amplitude = np.minimum(amplitude, np.maximum(fit.amplitude, 0.25))
    with np.errstate(invalid="ignore"):
        decay = np.where(grid == 0, 1.0, np.exp(-constant[0] * grid))
    return np.asarray(fit.asymptote[0] + amplitude[0] * decay, dtype=np.float64)


def _described(trials: Trials, caption: str) -> str:
    """Say the points in words, for readers who cannot see them."""
    hits, shots = trials.totals()
    points = "; ".join(
        f"at length {length:g}: {100 * hit / shot:.1f} % of {numeral(int(shot))} shots"
        for length, hit, shot in zip(trials.lengths, hits[:, 0], shots, strict=True)
        if shot
    )
    return f"{caption} {points}."


def _fraction(value: float) -> str:
    return {0.5: "1/2", 0.25: "1/4"}.get(value, f"{value:g}")
