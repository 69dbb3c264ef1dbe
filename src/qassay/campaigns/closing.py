"""The end of a campaign: tried on a copy, then revealed, closed and sealed.

Before the secret is shown the keeper builds the bundle as it would be and audits it. If that
fails nothing is appended, so that a log which nobody could audit never comes to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from qassay.assay import RunResult
from qassay.assay.sealing import batch_files, common_files
from qassay.assay.stopwatch import Stopwatch
from qassay.auditing.audit import audit_bundle
from qassay.campaigns.keeping import Keeper
from qassay.campaigns.standing import Standing
from qassay.canonical import canonical_bytes, content_id
from qassay.errors import NotAuditableError, Problem
from qassay.evidence import bundle as layout
from qassay.evidence.archive import archive_bytes, read_archive
from qassay.evidence.bundle import CAMPAIGN_FORMAT, ENVELOPE, Bundle, bundle_name, open_bundle
from qassay.evidence.campaign_state import CampaignState
from qassay.evidence.events import ENTRIES
from qassay.evidence.roles import Trust
from qassay.evidence.signing import sign_bundle
from qassay.reports.bundle_facts import facts_of
from qassay.reports.datasheet import render_datasheet
from qassay.verdicts.analysis import Analysis
from qassay.whole_files import write_whole

END_FILES = (layout.VERDICTS, layout.REPORT, layout.VERSIONS)


@dataclass(frozen=True, slots=True)
class ClosedCampaign:
    """What a campaign leaves behind.

    Attributes:
        result: Verdicts at the level that the log has earned by now, and where the files lie.
        files: Verdicts, page and versions, on which the log was closed.
    """

    result: RunResult
    files: Mapping[str, bytes]


def close(
    keeper: Keeper, standing: Standing, analysis: Analysis, why: str, clock: Stopwatch
) -> ClosedCampaign:
    """Reveal, close and seal; or seal again what has been attested since.

    Args:
        keeper: Of the log.
        standing: The batches of all rounds that are over.
        analysis: What follows from them.
        why: Why the campaign was not finished; empty if it was.
        clock: Started with the call.

    Raises:
        NotAuditableError: The bundle would not pass its audit; nothing was appended.
    """
    campaign = keeper.campaign
    written = analysis.at_level("T0" if keeper.state.rules.terms.alone else "T1")
    place = campaign.folder / bundle_name(campaign.plan.sheet.machine)
    if keeper.state.closed and place.exists():
        files = dict(open_bundle(place).files)
        attested = keeper.evidence_files()[ENTRIES]
        if files[ENTRIES] != attested or (_signs(keeper) and ENVELOPE not in read_archive(place)):
            files[ENTRIES] = attested
            with _draft(campaign.folder, place.name) as draft:
                _seal(keeper, files, draft)
                draft.replace(place)
    else:
        files = _files(keeper, standing, written)
        lines, state = _last_lines(keeper, files, why)
        files[ENTRIES] = b"".join(line + b"\n" for line in (*keeper.lines, *lines))
        with _draft(campaign.folder, place.name) as draft:
            _seal(keeper, files, draft)
            _try(keeper, draft)
            keeper.append(lines, state)
            draft.replace(place)
    page = campaign.folder / "datasheet.html"
    if not page.exists() or page.read_bytes() != files[layout.REPORT]:
        write_whole(page, files[layout.REPORT])
    facts = facts_of(Bundle(files), campaign.plan, place.name)
    clock.lap("bundle and datasheet")
    result = RunResult(
        analysis=analysis.at_level(keeper.state.level),
        device=campaign.plan.device.name,
        seed=campaign.request.seed,
        shots=facts.shots,
        circuits=facts.circuits,
        device_seconds=facts.device_seconds,
        wall_seconds=clock.total(),
        timings=clock.laps,
        bundle=place,
        datasheet=page,
        operations=facts.operations,
    )
    return ClosedCampaign(result, {name: files[name] for name in END_FILES})


def _files(keeper: Keeper, standing: Standing, analysis: Analysis) -> dict[str, bytes]:
    """Collect everything in the bundle, with the log as it is now."""
    request = keeper.campaign.request
    roots = {str(number): root.hex() for number, root in keeper.roots().items()}
    files = {
        **common_files(request.sheet_bytes, request.plan, b"", request.seed, analysis),
        layout.SEED: canonical_bytes({"roots": roots, "seed": request.seed}),
        **batch_files(standing.done),
        **keeper.evidence_files(),
    }
    name = bundle_name(request.plan.sheet.machine)
    facts = facts_of(Bundle(files), request.plan, name)
    return {**files, layout.REPORT: render_datasheet(analysis, facts).encode()}


def _last_lines(
    keeper: Keeper, files: Mapping[str, bytes], why: str
) -> tuple[list[bytes], CampaignState]:
    """Write the last events of the keeper, as far as they are not in the log."""
    lines, state = [], keeper.state
    if not state.secret:
        line, state = keeper.said(state, "revealed", secret=keeper.campaign.secret.hex())
        lines.append(line)
    if not state.closed:
        named = {name: content_id(files[name]) for name in END_FILES}
        line, state = keeper.said(state, "closed", named, finished=not why, why=why)
        lines.append(line)
    return lines, state


@contextmanager
def _draft(folder: Path, name: str) -> Iterator[Path]:
    """Give a place for a bundle that is sealed, then signed, and only then the campaign's own."""
    with TemporaryDirectory(dir=folder, prefix=".closing-") as scratch:
        yield Path(scratch) / name


def _signs(keeper: Keeper) -> bool:
    return keeper.key is not None and keeper.campaign.signed


def _seal(keeper: Keeper, files: Mapping[str, bytes], place: Path) -> None:
    bundle = Bundle(files, CAMPAIGN_FORMAT)
    write_whole(place, archive_bytes({**files, layout.MANIFEST: bundle.seal()}))
    if keeper.key is not None and _signs(keeper):
        sign_bundle(place, keeper.key, "verifier")


def _try(keeper: Keeper, draft: Path) -> None:
    audit = audit_bundle(draft, trust=Trust(keeper.campaign.roles))
    if audit.failure is not None:
        raise NotAuditableError(
            Problem(
                where=str(keeper.campaign.folder),
                found=f"a campaign whose bundle would not pass its audit ({audit.failed})",
                expected="evidence that holds; nothing was revealed or closed",
                advice="this is a mistake in qassay, or a file in the folder was changed",
            ),
            *audit.failure.problems,
        )
