"""`qassay audit`: a stranger re-derives every number of a bundle, offline."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from qassay.auditing.audit import CHECKS, audit_bundle, question
from qassay.auditing.several import combined_audits
from qassay.auditing.state import Audit
from qassay.auditing.unproven import not_proven
from qassay.cli import options
from qassay.cli.answers import tell_answers
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.progress import work
from qassay.cli.show import tell_simulator, verdict_table
from qassay.cli.unreviewed import tell_unreviewed
from qassay.errors import Problem, UsageError
from qassay.evidence.roles import trust_from
from qassay.languages.english import said
from qassay.languages.speaker import speaker_of
from qassay.reports.bundle_facts import facts_of
from qassay.verdicts.operations import OperationVerdict


@click.command(name="audit")
@click.argument("bundles", metavar="BUNDLE.zip...", nargs=-1, required=True)
@options.together(options.trust, options.language, options.as_json)
@click.option(
    "--deep",
    is_flag=True,
    help="Solve problems of a tester's own again, and simulate predictions; seconds to minutes.",
)
def audit_command(
    bundles: tuple[str, ...],
    trust: tuple[str, ...],
    language: str,
    as_json: bool,
    deep: bool,
) -> int:
    """Re-derive circuits, estimates, verdicts and datasheet of a bundle from its counts, offline.

    Signatures are checked against the keys that you pin with --trust. A key that only the
    bundle brings is no ground for trust, and is said to be one that you have not pinned.

    Several bundles, each of another campaign for the same vendor and machine: each is audited,
    and the e-values of claims that they share are multiplied.

    Exit codes: 0 everything follows, 4 something does not.
    """
    speaker = speaker_of(language)
    if len(bundles) > 1:
        UsageError.raise_if_any(
            Problem(where="--deep", found="several bundles", expected="one at a time")
            for _ in (bundles if deep else ())[:1]
        )
        return _audit_several(bundles, trust, as_json)
    (bundle,) = bundles
    terminal = open_page()
    places = {name: place for place, (name, _) in enumerate(CHECKS, 1)}
    with work("opening", terminal, quiet=as_json) as line:

        def begun(name: str) -> None:
            line.begin(f"check {places[name]} of {len(CHECKS)}: {name}")

        audit = audit_bundle(Path(bundle), begun, trust_from(trust))
        if deep and audit.failure is None:
            from qassay.cli.deep_audit import audit_deeper  # others need no simulator

            audit_deeper(audit, line)
    code = 0 if audit.failure is None else audit.failure.exit_code
    if as_json:
        print_json({"bundle": bundle} | _report(audit))
        return code
    for check in audit.passed:
        mark = "[yellow]–[/]" if check.absent else "[green]✔[/]"
        terminal.print(f"{mark} {escape(speaker.say(check.sentence))}")
    if audit.failure is not None:
        for problem in audit.failure.problems:
            terminal.print(f"[bold red]✘[/] {escape(str(problem))}")
        return code
    if audit.analysis is not None:
        sheet, device = audit.analysis.plan.sheet, audit.analysis.plan.device
        if device.simulator:
            tell_simulator(terminal, device.name, speaker)
        tell_answers(terminal, audit.analysis.answers, speaker)
        terminal.print(verdict_table(sheet, audit.analysis.verdicts, _timed(audit), speaker))
    for text, touched in audit.campaign.amendments if audit.campaign else ():
        batches = ", ".join(touched) or speaker.say(said("audited.all_batches"))
        word = speaker.say(said("audited.amendment"))
        terminal.print(f"[yellow]{word}[/] ({escape(batches)}): {escape(text)}")
    terminal.print(f"\n{speaker.say(said('audited.not_proven'))}")
    for sentence in not_proven(audit):
        terminal.print(f"  – {escape(speaker.say(sentence))}")
    tell_unreviewed(terminal, speaker)
    return code


def _timed(audit: Audit) -> tuple[OperationVerdict, ...]:
    """Judge again by the seconds in the bundle what a clock is asked about."""
    if audit.bundle is None or audit.analysis is None:
        return ()
    plan = audit.analysis.plan
    return facts_of(audit.bundle, plan, "").operations if plan.sheet.operations else ()


def _answers(audit: Audit) -> dict[str, Any]:
    """Give the answers to the questions of the sheet, where there are any."""
    found = () if audit.failure or not audit.analysis else audit.analysis.answers
    return {"answers": [one.as_json() for one in found]} if found else {}


def _audit_several(bundles: tuple[str, ...], trust: tuple[str, ...], as_json: bool) -> int:
    """Audit several campaigns, and multiply the e-values of what they share."""
    pinned = trust_from(trust)
    audits = [audit_bundle(Path(bundle), trust=pinned) for bundle in bundles]
    failed = [audit for audit in audits if audit.failure is not None]
    together = () if failed else combined_audits(audits)
    if as_json:
        print_json(
            {
                "bundles": [
                    {"bundle": bundle} | _report(audit)
                    for bundle, audit in zip(bundles, audits, strict=True)
                ],
                "together": [asdict(one) | {"sentence": one.sentence} for one in together],
            }
        )
        return 4 if failed else 0
    terminal = open_page()
    for bundle, audit in zip(bundles, audits, strict=True):
        if audit.failure is None:
            terminal.print(f"[green]✔[/] {escape(bundle)}: {audit.level}")
            if audit.plan is not None and audit.plan.device.simulator:
                tell_simulator(terminal, audit.plan.device.name)
            continue
        for problem in audit.failure.problems:
            terminal.print(f"[bold red]✘[/] {escape(bundle)}: {escape(str(problem))}")
    for one in together:
        terminal.print(escape(one.sentence))
    return 4 if failed else 0


def _report(audit: Audit) -> dict[str, Any]:
    """Give the audit as the document of `--json`, with every check."""
    found = {check.name: check for check in audit.passed}
    problems = [] if audit.failure is None else list(map(str, audit.failure.problems))
    timed = () if audit.failure else _timed(audit)
    held = [party.key.fingerprint for party in audit.trust.pinned(audit.roles).parties]
    return {
        "valid": audit.failure is None,
        "failed": audit.failed or None,
        "problems": problems,
        "checks": [
            {
                "check": name,
                "asks": question(check),
                "passed": True if name in found else False if name == audit.failed else None,
                "absent": name in found and found[name].absent,
                "sentence": found[name].sentence if name in found else "",
            }
            for name, check in CHECKS
        ],
        "passed": [{"check": c.name, "sentence": c.sentence} for c in audit.passed],
        "trust": audit.level if audit.failure is None else "T0",
        "device": None if audit.plan is None else audit.plan.device.name,
        "simulator": None if audit.plan is None else audit.plan.device.simulator,
        "parties": [
            {
                "role": p.role,
                "name": p.name,
                "fingerprint": p.key.fingerprint,
                "pinned": p.key.fingerprint in held,
            }
            for p in audit.roles.parties
        ],
        "signed_by": [
            {"fingerprint": key.fingerprint, "pinned": key.fingerprint in held}
            for key in audit.signers
        ],
        "verdicts": [] if audit.failure or not audit.analysis else audit.analysis.verdicts_json(),
        **_answers(audit),
        **({} if audit.failure or not timed else {"operations": [x.as_json() for x in timed]}),
        "amendments": [
            {"text": text, "batches": list(touched)}
            for text, touched in (audit.campaign.amendments if audit.campaign else ())
        ],
        "not_proven": list(not_proven(audit)),
    }
