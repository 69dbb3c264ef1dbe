"""The figure of a decay: hits against length, the fit with its interval, and the claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from qassay.reports.claim_data import ClaimData
from qassay.reports.decay_data import Decay
from qassay.reports.figures import DATA, INK, LINE, SOFT, Drawing, drawn, place, strokes
from qassay.reports.numbers import unit_for
from qassay.reports.text import grouped, plural
from qassay.statistics.decays import DecayFit, fit_decays
from qassay.statistics.intervals import wilson
from qassay.statistics.trials import Trials

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = npt.NDArray[np.float64]
HEIGHT: Final = 290
_POINTS: Final = 60


def decay_figure(data: ClaimData) -> Drawing | None:
    """Draw the decay behind a claim, all its qubits or pairs together; None without one."""
    decay = data.decay
    if decay is None:
        return None
    fit = fit_decays(decay.trials, asymptote=decay.asymptote, kind=decay.kind)
    noun, many = data.noun, plural(decay.targets, data.noun)
    what = "both bits as expected" if noun == "pair" else "the expected bit"
    title = f"Decay, {many} together" if decay.targets > 1 else f"Decay of the {noun}"
    parts = [
        f"How often a shot gave {what}, against the {decay.length}.",
        "Points: data with 95 % intervals.",
    ]
    if decay.spans:
        parts.append(f"Grey bars: nine of ten single {noun}s, counting noise included.")
    if np.isfinite(fit.rate[0]):
        parts.append("Line and band: fit with its 95 % interval.")
    if decay.claimed_rate is not None:
        parts.append("Dashed: a machine exactly at the claim.")
    parts.append(f"Dotted: pure chance, {_fraction(decay.asymptote)}.")
    caption = " ".join(parts)

    def draw(axes: Axes) -> None:
        _draw(axes, decay, fit)

    svg = drawn(f"{data.anchor}-decay", HEIGHT, title, _described(decay.trials, caption), draw)
    return Drawing(svg=svg, title=title, caption=caption)


def _draw(axes: Axes, decay: Decay, fit: DecayFit) -> None:
    trials = decay.trials
    hits, shots = (part.astype(np.float64) for part in trials.totals())
    seen = shots > 0
    lengths, hits, shots = trials.lengths[seen], hits[seen, 0], shots[seen]
    longest = float(lengths.max(initial=0.0)) or 1.0
    scale, unit = unit_for(longest, "time") if decay.kind == "exponential" else (1.0, "")
    grid = np.linspace(0.0, 1.04 * longest, _POINTS)
    x = grid / scale
    strokes(axes, [(at / scale, low, at / scale, high) for at, low, high in decay.spans],
            color=LINE, linewidth=9)  # fmt: skip
    axes.axhline(decay.asymptote, color=SOFT, linewidth=1.0, linestyle=(0, (1, 2.5)))
    if np.isfinite(fit.rate[0]):
        ends = [_curve(fit, end, grid) for end in (fit.low, fit.high)]
        axes.fill_between(x, ends[0], ends[1], color=DATA, alpha=0.2, linewidth=0)
        axes.plot(x, _curve(fit, fit.rate, grid), color=DATA, linewidth=2)
    if decay.claimed_rate is not None:
        claimed = _curve(fit, np.array([decay.claimed_rate]), grid)
        axes.plot(x, claimed, color=INK, linewidth=1.3, linestyle=(0, (5, 3)))
    low, high = wilson(hits, shots)
    fraction = hits / shots
    at = lengths / scale
    strokes(axes, zip(at, low, at, high, strict=True), color=INK, linewidth=1.8)
    strokes(axes, zip(at, fraction, at, fraction, strict=True), color=INK, linewidth=7)
    axes.set_xlim(-0.04 * longest / scale, 1.06 * longest / scale)
    lowest = min([decay.asymptote, *low, *(span[1] for span in decay.spans)])
    axes.set_ylim(lowest - 0.03, 1.02)
    axes.set_xlabel(f"{decay.length} ({unit})" if unit else decay.length)
    axes.set_ylabel("fraction as expected")
    axes.locator_params(axis="both", nbins=6)
    axes.xaxis.set_major_formatter(_tick)
    place(axes, HEIGHT, left=50, bottom=42)


def _tick(value: float, _: object = None) -> str:
    return grouped(round(value)) if abs(value) >= 10_000 else f"{value:g}"


def _curve(fit: DecayFit, rate: FloatArray, grid: FloatArray) -> FloatArray:
    """Give the curve of a rate, with the amplitude that fits the data best at that rate."""
    constant = np.asarray(fit.constant_of(rate), dtype=np.float64)
    amplitude = fit.likelihood.amplitude(constant)
    with np.errstate(invalid="ignore"):
        decay = np.where(grid == 0, 1.0, np.exp(-constant[0] * grid))
    return np.asarray(fit.asymptote[0] + amplitude[0] * decay, dtype=np.float64)


def _described(trials: Trials, caption: str) -> str:
    """Say the points in words, for readers who cannot see them."""
    hits, shots = trials.totals()
    points = "; ".join(
        f"at length {length:g}: {100 * hit / shot:.1f} % of {grouped(int(shot))} shots"
        for length, hit, shot in zip(trials.lengths, hits[:, 0], shots, strict=True)
        if shot
    )
    return f"{caption} {points}."


def _fraction(value: float) -> str:
    return {0.5: "1/2", 0.25: "1/4"}.get(value, f"{value:g}")
