"""The report of an acceptance: one page over all phases, from evidence that was audited.

No script, no request to anywhere, the same bytes for the same input.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from qassay.acceptance.contract import Contract
from qassay.acceptance.standing import PhaseStanding
from qassay.reports.standing import operation_title
from qassay.reports.text import sentence
from qassay.reports.words import claimed, metric_of, metric_title
from qassay.results.comparing import Comparison

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#222}table{border-collapse:collapse;width:100%}th,td{padding:.3rem .6rem;"
    "text-align:left;border-bottom:1px solid #ddd;vertical-align:top}"
    ".simulated{background:#f8eccb;color:#222;padding:.6rem .9rem;border-left:4px solid #7a5c00}"
    ".wide{overflow-x:auto}small{font-weight:normal}"
    "@media (prefers-color-scheme:dark){body{background:#151515;color:#ddd}}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def accepted(standings: Sequence[PhaseStanding]) -> str:
    """Say in one sentence how the acceptance stands."""
    failed = [one.phase.title for one in standings if one.state == "failed"]
    passed = sum(one.state == "passed" for one in standings)
    simulator = simulated_by(standings)
    if failed:
        return f"Not accepted: {', '.join(failed)} failed."
    if passed < len(standings):
        return f"Not yet: {passed} of {len(standings)} phases passed, none failed."
    if simulator:
        return "A rehearsal on a simulator: every phase passed, and no machine was accepted."
    return "Accepted: every phase passed."


def simulated_by(standings: Sequence[PhaseStanding]) -> str:
    """Name the simulator that runs were made on; empty where they were made on hardware."""
    runs = (run for one in standings for run in one.counted if run.simulator)
    return next((run.device for run in runs), "")


def simulation_words(standings: Sequence[PhaseStanding]) -> str:
    """Say that no hardware was tested, where none was; empty otherwise."""
    simulator = simulated_by(standings)
    return f"Simulation. No quantum hardware was tested: {simulator}." if simulator else ""


def render_acceptance(
    contract: Contract, standings: Sequence[PhaseStanding], changes: Comparison | None
) -> str:
    """Write the whole page."""
    title = html.escape(contract.sheet.title)
    body = [
        f"<h1>{title}</h1>",
        f"<p><strong>{html.escape(accepted(standings))}</strong>"
        f" {html.escape(contract.sheet.vendor)}, {html.escape(contract.sheet.machine)}.</p>",
    ]
    simulated = simulation_words(standings)
    if simulated:
        body.insert(0, f'<p class="simulated"><strong>{html.escape(simulated)}</strong></p>')
    for one in standings:
        body += _phase(contract, one)
    body += _changes(changes)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: acceptance</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _phase(contract: Contract, one: PhaseStanding) -> list[str]:
    lines = [
        f"<h2>{html.escape(one.phase.title)}: {one.state}</h2>",
        f"<p>{html.escape(sentence(one.next))}</p>",
    ]
    if not one.runs:
        return lines
    head = "".join(f"<th scope=col>{html.escape(run.folder.name)}</th>" for run in one.runs)
    rows = [
        _row("Day", "", [run.day for run in one.runs]),
        _row("Device", "", [run.device for run in one.runs]),
        _row("Trust", "", [run.trust for run in one.runs]),
        _row("Counts", "", [f"no: {run.wrong}" if run.wrong else "yes" for run in one.runs]),
    ]
    words = _claims_in_words(contract)
    for claim in one.phase.claims:
        # What does not count has no say, whatever it found.
        found = ["" if run.wrong else dict(run.outcomes).get(claim, "") for run in one.runs]
        rows.append(_row(claim, words.get(claim, ""), found))
    lines.append(
        f'<div class="wide"><table><thead><tr><th scope=col>Claim</th>{head}</tr></thead><tbody>'
        f"{''.join(rows)}</tbody></table></div>"
    )
    return lines


def _row(name: str, words: str, cells: Sequence[str]) -> str:
    note = f"<br><small>{html.escape(words)}</small>" if words else ""
    told = "".join(f"<td>{html.escape(one or '–')}</td>" for one in cells)
    return f"<tr><th scope=row>{html.escape(name)}{note}</th>{told}</tr>"


def _claims_in_words(contract: Contract) -> dict[str, str]:
    """Say what each claim by its id is about, and its value."""
    sheet = contract.sheet
    told = {one.id: f"{metric_title(metric_of(one))}, {claimed(one)}" for one in sheet.claims}
    return told | {one.id: str(operation_title(one)) for one in sheet.operations}


def _changes(changes: Comparison | None) -> list[str]:
    if changes is None:
        return []
    told = [
        f"<li>{html.escape(one.quantity.replace('_', ' '))} of {html.escape(one.target)}:"
        f" {one.earlier.value:.3g}, later {one.later.value:.3g}</li>"
        for one in changes.changed[:50]
    ]
    words = (
        f"<p>The first run that counts beside the later ones. {html.escape(changes.sentence())}</p>"
    )
    return ["<h2>What changed</h2>", words, *([f"<ul>{''.join(told)}</ul>"] if told else [])]
