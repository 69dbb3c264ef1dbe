"""The claim sheet that says what was found: each figure with what its interval leaves open."""

from __future__ import annotations

import json
from collections.abc import Container, Sequence

from qassay.assay import SOFTWARE
from qassay.characterizing.questions import CONVENTION, plain
from qassay.claims.metrics import METRICS
from qassay.verdicts.figures import FoundFigure


def found_sheet(machine: str, figures: Sequence[FoundFigure], narrowed: Container[str] = ()) -> str:
    """Write the sheet; figures of which nothing is known are left out.

    Args:
        machine: Its name.
        figures: What was found.
        narrowed: Metrics of figures that leave out targets without a signal.
    """
    lines = [
        f"# Found by `qassay characterize`, {SOFTWARE}; the tolerance of each claim is the",
        "# precision of its figure.",
        "[sheet]",
        f'title = "As characterized: {plain(machine)}"',
        f'vendor = "{plain(machine)}"',
        f'machine = "{plain(machine)}"',
        "",
    ]
    for one in figures:
        value = one.estimate.value
        if not one.estimate.informative or value <= 0:
            continue
        timed = METRICS[one.metric].dimension == "time"
        lines += [
            "[[claim]]",
            f'id = "{one.metric}"',
            f'metric = "{one.metric}"',
            *([f'convention = "{CONVENTION}"'] if METRICS[one.metric].conventions else []),
            f'relation = "{"at least" if timed else "at most"}"',
            f'value = "{value:.6g} s"' if timed else f"value = {value:.6g}",
            'statistic = "mean"',
            f"delta = {min(max(one.half_width / value, 0.01), 10.0):g}",
        ]
        if METRICS[one.metric].difference or one.metric in narrowed:
            single = METRICS[one.metric].target == "qubit"
            targets = json.dumps([x[0] if single else list(x) for x in one.targets])
            lines.append(f"scope = {{{'qubits' if single else 'pairs'} = {targets}}}")
        lines.append("")
    return "\n".join(lines)
