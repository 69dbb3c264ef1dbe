"""The page of a characterization: figures, the parts of a layer's error, pictures of the machine.

No script, no request to anywhere, the same bytes for the same input.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Final

from qassay.characterizing.measuring import Characterization, FoundFigure, figure_words
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.numerals import numeral
from qassay.reports.places import in_rows, places
from qassay.statistics.estimate import Estimate
from qassay.units import format_quantity

_STEP: Final = 40.0
_SHADES: Final = ("#f1eef6", "#bdc9e1", "#74a9cf", "#2b8cbe", "#045a8d")
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;"
    "color:#222}table{border-collapse:collapse;width:100%}td,th{padding:.3rem .6rem;"
    "text-align:left;border-bottom:1px solid #ddd}td.n{text-align:right;"
    "font-variant-numeric:tabular-nums}"
    ".bar{height:1rem;background:#2b8cbe}td.share{width:40%}.note{color:#555}"
    ".simulated{border:2px solid;padding:.4rem .8rem;font-weight:bold}"
    # A light rim keeps a number legible on every shade, and on a dark page.
    "svg{max-width:100%;height:auto}svg text{fill:#111;stroke:#fff;stroke-width:3px;"
    "paint-order:stroke}@media (prefers-color-scheme:dark){body{background:#151515;color:#ddd}"
    ".note{color:#aaa}td,th{border-color:#444}}"
    "@media (max-width:34rem){body{margin:1rem auto;padding:0 .6rem}"
    "td,th{padding:.3rem .2rem;font-size:.75rem}td.n{white-space:nowrap}td.share{width:20%}}"
)
_SIMULATED: Final = (
    "<p class=simulated>Measured on a SIMULATOR: no hardware stands behind these numbers.</p>",
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def render_characterization(found: Characterization) -> str:
    """Write the whole page."""
    name = html.escape(found.device.name)
    body = [
        f"<h1>{name}, characterized</h1>",
        *_SIMULATED[: found.device.simulator],
        f"<p>{_opening(found)}</p>",
        "<h2>What was found</h2>",
        _figures(found),
        "<h2>Where a layer goes wrong</h2>",
        _budget(found),
    ]
    for one in found.figures:
        drawn = _picture(one, found.device)
        if drawn:
            body += [f"<h2>{html.escape(METRICS[one.metric].title)}</h2>", drawn]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}, characterized</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _opening(found: Characterization) -> str:
    state = (
        "Every figure is as precise as was asked for."
        if found.precise
        else "It was stopped before every figure was as precise as was asked for."
        if found.interrupted
        else "Not every figure came as close as was asked for; the table says which."
    )
    return html.escape(
        f"{numeral(found.shots)} shots, no claim to test. Wanted: intervals of"
        f" {100 * found.precision:g} % around each figure, all of them together at 95 %. {state}"
    )


def _figures(found: Characterization) -> str:
    rows = [
        f"<tr><th scope=row>{html.escape(METRICS[one.metric].title)}</th>"
        f"<td>{html.escape(figure_words(one))}</td><td class=n>{len(one.each)}</td>"
        f"<td class=n>{numeral(one.shots)}</td><td>{'yes' if one.precise else 'not yet'}</td></tr>"
        for one in found.figures
    ]
    rows += [
        f"<tr><th scope=row>{html.escape(METRICS[metric].title)}</th>"
        f"<td>at least {html.escape(format_quantity(seconds, 'time'))}, the longest delay tried"
        "</td><td class=n></td><td class=n></td><td></td></tr>"
        for metric, seconds in found.bounds.items()
    ]
    head = "".join(
        f"<th scope=col>{one}</th>"
        for one in ("Figure", "Mean (interval)", "Targets", "Shots", "Precise")
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _budget(found: Characterization) -> str:
    rows = "".join(
        f"<tr><th scope=row>{html.escape(one.part)}</th><td class=n>{one.error:.3g}</td>"
        f"<td class=n>{100 * one.share:.0f}\u00a0%</td>"
        f'<td class=share><div class=bar style="width:{100 * one.share:.1f}%"></div></td></tr>'
        for one in found.budget
    )
    return (
        "<p>Expected errors of one layer of the whole machine: a quarter turn on every qubit, an"
        " entangler on as many pairs as can work side by side, one readout of all qubits.</p>"
        f"<table><tbody>{rows}</tbody></table>"
    )


def _picture(one: FoundFigure, device: DeviceDescription) -> str:
    """Draw qubits or pairs, darker where the figure is worse; empty without single estimates."""
    known = [(target, e) for target, e in one.each if e.informative]
    if not known or one.metric == "crosstalk":
        return ""
    qubits = sorted({q for target, _ in one.each for q in target})
    spots = places(device) or in_rows(qubits)
    if not all(q in spots for q in qubits):
        return ""
    worse_high = METRICS[one.metric].better == "lower"
    ordered = sorted((e.value for _, e in known), reverse=not worse_high)
    cuts = [ordered[k * (len(ordered) - 1) // len(_SHADES)] for k in range(1, len(_SHADES))]
    width = max(x for x, _ in spots.values()) + 1
    height = max(y for _, y in spots.values()) + 1
    parts = list(_marks(known, spots, cuts, worse_high=worse_high))
    legend = ", ".join(format_quantity(cut, METRICS[one.metric].dimension) for cut in cuts)
    return (
        f'<svg role="img" viewBox="0 0 {width * _STEP:g} {height * _STEP:g}">'
        f"<title>{html.escape(METRICS[one.metric].title)} of each target</title>"
        f"{''.join(parts)}</svg><p class=note>Darker is worse; borders of the shades: {legend}."
        " Single estimates are rough; the mean above is what was measured to the wanted precision."
        "</p>"
    )


def _marks(
    known: Sequence[tuple[tuple[int, ...], Estimate]],
    spots: dict[int, tuple[float, float]],
    cuts: Sequence[float],
    *,
    worse_high: bool,
) -> Iterator[str]:
    def at(qubit: int) -> tuple[float, float]:
        x, y = spots[qubit]
        return (x + 0.5) * _STEP, (y + 0.5) * _STEP

    for target, estimate in known:
        worse = sum((estimate.value > cut) == worse_high for cut in cuts)
        colour = _SHADES[worse]
        (x, y) = at(target[0])
        if len(target) == 2:
            (u, v) = at(target[1])
            yield (
                f'<line x1="{x:g}" y1="{y:g}" x2="{u:g}" y2="{v:g}" stroke="{colour}"'
                ' stroke-width="6"/>'
            )
        else:
            yield f'<circle cx="{x:g}" cy="{y:g}" r="14" fill="{colour}" stroke="#888"/>'
    for qubit in sorted({q for target, _ in known for q in target}):
        x, y = at(qubit)
        yield f'<text x="{x:g}" y="{y + 4:g}" font-size="10" text-anchor="middle">{qubit}</text>'
