"""Scores by depth: measured, ideal, predicted, and the simple classical rules to beat."""

from __future__ import annotations

from typing import Final

from qassay.reports.drawing import Drawing
from qassay.reports.svg import WIDTH, framed, lettered, lines, number, text
from qassay.verdicts.application_results import ApplicationResult

_LEFT: Final = 104.0
_ROW: Final = 40.0
_TOP: Final = 26.0


def score_figure(result: ApplicationResult, name: str) -> Drawing:
    """Draw one row for each depth on a scale from coin tossing to the optimum."""
    lows = [one.score.low for one in result.depths if one.score is not None]
    low = min(0.0, *lows, 0.0) - 0.03

    def x(score: float) -> float:
        return _LEFT + (score - low) / (1.02 - low) * (WIDTH - _LEFT - 8)

    bottom = _TOP + _ROW * len(result.depths)
    known = result.instance.thresholds
    rules = (
        (0.0, "coin", "dashed"),
        (known.one_step, "one step", "dotted"),
        (known.descent, "", "dotted"),
        (1.0, "optimum", "dashed"),
    )
    body = ""
    for score, label, css in rules:
        body += lines([((x(score), _TOP - 4), (x(score), bottom))], 1, f"e {css}")
        # The rule of a laptop may be close to the optimum: its name stands above.
        y = _TOP - 10 if score == known.one_step else bottom + 14
        body += lettered(text((x(score), y), label, "soft mid" if score < 1 else "soft end"))
    for place, one in enumerate(result.depths):
        y = _TOP + _ROW * (place + 0.5)
        body += lettered(text((_LEFT - 10, y + 4), f"depth {one.depth}", "end"))
        if one.predicted is not None:
            body += lines(
                [((x(one.predicted.low), y + 9), (x(one.predicted.high), y + 9))], 4, "e v-between"
            )
        if one.ideal is not None:
            body += lines([((x(one.ideal), y - 9), (x(one.ideal), y + 5))], 2, "e v-good")
        if one.score is not None:
            body += lines([((x(one.score.low), y), (x(one.score.high), y))], 4, "bar")
            body += lines([((x(one.score.value), y), (x(one.score.value), y))], 9, "bar")
    told = []
    if any(one.predicted for one in result.depths):
        told.append("the bar below it where the vendor's claims put the score")
    caption = (
        "Bar and dot: measured, with 95 % interval; green stroke: the same circuit without any"
        " error" + "".join(f"; {words}" for words in told) + ". Dotted: the best one-step rule of"
        f" a laptop ({result.instance.thresholds.one_step:.2f}) and descent from random strings"
        f" ({result.instance.thresholds.descent:.2f})."
    )
    title = "Score between coin tossing and the best answer"
    svg = framed(name, f"0 0 {WIDTH} {number(bottom + 22)}", title, caption, body)
    return Drawing(svg=svg, title=title, caption=caption)
