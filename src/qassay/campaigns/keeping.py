"""The keeper of a campaign's log: what stands on disk, and what is appended to it.

Everything that happens is an event of the log. Where several parties sign, the verifier keeps
it; alone, one party keeps it for itself, and the same machine decides what may come next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qassay.campaigns.folder import Campaign
from qassay.campaigns.standing import Standing, follow
from qassay.canonical import canonical_bytes, content_id
from qassay.errors import CountsError, Problem, UsageError
from qassay.evidence.archive import archive_bytes
from qassay.evidence.campaign_log import (
    append_lines,
    follow_log,
    plain_line,
    signed_line,
    whole_lines,
)
from qassay.evidence.campaign_state import CampaignRules, CampaignState, Place
from qassay.evidence.commitment import commit_round, round_root
from qassay.evidence.events import (
    ENTRIES,
    PLAN,
    ROLES_FILE,
    SELF,
    SHEET,
    Event,
    checked_event,
    manifest_file,
    signed_event,
)
from qassay.evidence.keys import SigningKey
from qassay.evidence.machine import take
from qassay.exchange.counts_file import Returned, parse_counts
from qassay.exchange.parts import Part
from qassay.exchange.returns import shots_of
from qassay.whole_files import write_whole


@dataclass(slots=True, eq=False)
class Keeper:
    """The log's keeper at work.

    Attributes:
        campaign: The campaign's folder and plan.
        key: The verifier's key; None where one party is alone.
        now: Time of what happens in this call, in seconds since 1970.
        lines: Of the log.
        state: What they come to.
    """

    campaign: Campaign
    key: SigningKey | None
    now: int
    lines: tuple[bytes, ...] = ()
    state: CampaignState = field(init=False)

    @classmethod
    def open(cls, campaign: Campaign, key: SigningKey | None, now: int) -> Keeper:
        """Read the log and follow it; a torn last line is cut off.

        Raises:
            UsageError: The key is not the verifier's.
        """
        if campaign.signed:
            holder = campaign.roles.holder(key.public) if key else None
            if key is None or holder is None or holder.role != "verifier":
                raise UsageError(
                    Problem(
                        where="--key",
                        found=key.public.fingerprint if key else "nothing",
                        expected="the verifier's key: "
                        + ", ".join(p.key.fingerprint for p in campaign.roles.of("verifier")),
                    )
                )
        keeper = cls(campaign, key, now, whole_lines(campaign.log))
        rules = CampaignRules.of(campaign.plan)
        keeper.state = follow_log(keeper.lines, rules, campaign.roles)
        keeper.now = max(now, keeper.state.at)
        return keeper

    @property
    def role(self) -> str:
        """In which the keeper speaks."""
        return self.state.rules.keeper

    # what is written

    def append(self, lines: Sequence[bytes], state: CampaignState) -> None:
        """Put lines on disk that come to a state."""
        if lines:
            append_lines(self.campaign.log, self.lines, lines)
            self.lines, self.state = (*self.lines, *lines), state

    def said(
        self,
        state: CampaignState,
        kind: str,
        files: Mapping[str, str] | None = None,
        *,
        at: int | None = None,
        **facts: Any,
    ) -> tuple[bytes, CampaignState]:
        """Give an event of the keeper's own as a line, and the state after it."""
        event = Event(
            kind=kind,
            by=self.role,
            campaign=state.rules.campaign,
            head=state.head,
            facts=facts,
            files=files or {},
        )
        when = max(self.now if at is None else at, state.at)
        if self.key is None or not self.campaign.signed:
            line, signer = plain_line(when, checked_event(event)), ""
        else:
            line, signer = signed_line(when, signed_event(event, self.key)), ""
            signer = self.key.public.fingerprint
        return line, take(state, when, event, signer, line)

    def write(
        self,
        kind: str,
        files: Mapping[str, str] | None = None,
        *,
        at: int | None = None,
        **facts: Any,
    ) -> None:
        """Append an event of the keeper's own."""
        line, state = self.said(self.state, kind, files, at=at, **facts)
        self.append([line], state)

    def begin(self) -> None:
        """Open the log and commit to the secret, unless it has been done."""
        campaign, plan = self.campaign, self.campaign.plan
        if "opened" not in self.state.places:
            files = {SHEET: plan.sheet.text_id, PLAN: plan.id}
            keys: dict[str, list[str]] = {SELF: []}
            if plan.campaign is not None and not plan.campaign.alone:
                files[ROLES_FILE] = plan.campaign.roles
                keys = {}
                for party in campaign.roles.parties:
                    keys.setdefault(party.role, []).append(party.key.fingerprint)
            self.write("opened", files, keys=keys)
        if self.role not in self.state.commitments:
            made = commit_round(campaign.secret, self.role, plan.id, 0)
            self.write("committed", commitments=[made])

    # what follows from the log

    def root(self, number: int) -> bytes | None:
        """Give the seed of a round; None while the partner has not opened its share."""
        state = self.state
        share = state.share_for(number)
        if not state.agreed or (state.rules.has_partner and share is None):
            return None
        secret = self.campaign.secret.hex()
        return round_root(secret, share or "", state.nonce, state.rules.campaign, number)

    def roots(self) -> dict[int, bytes]:
        """Give the seeds of all rounds that went out."""
        found = {number: self.root(number) for number in sorted(self.state.manifests)}
        return {number: root for number, root in found.items() if root is not None}

    def follow(self, before: Standing | None = None) -> Standing:
        """Replay the campaign, or go on with a replay."""
        return follow(self.campaign.plan, self.state, self.root, self._files_of, before)

    def _files_of(self, place: Place, part: Part) -> list[Returned]:
        files = self.state.ended[place].files
        return [self.parsed(self.read(n, made), n, place[0], part) for n, made in files.items()]

    def parsed(self, data: bytes, where: str, number: int, part: Part) -> Returned:
        """Read a file of counts of one part."""
        qubits = self.campaign.plan.device.qubits
        return parse_counts(data, where, {number: shots_of([part])}, qubits)

    def read(self, name: str, digest: str) -> bytes:
        """Read a file that came back, as the log names it."""
        place = self.campaign.returned(name)
        data = place.read_bytes() if place.is_file() else b""
        if content_id(data) != digest:
            raise CountsError(
                Problem(
                    where=str(place),
                    found="another content than was taken",
                    expected=f"the file with sha256 {digest[:16]}…",
                    advice="restore the file from the vendor's message",
                )
            )
        return data

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Keep files that came back, before any event that names them is in the log."""
        for name, data in files.items():
            place = self.campaign.returned(name)
            if not place.exists() or place.read_bytes() != data:
                write_whole(place, data)

    def evidence_files(self) -> dict[str, bytes]:
        """Collect what a bundle holds of the log, manifests and returned files beside it."""
        folder, state = self.campaign.folder, self.state
        files = {ENTRIES: b"".join(line + b"\n" for line in self.lines)}
        if self.campaign.signed:
            files[ROLES_FILE] = self.campaign.roles.to_bytes()
        for number in state.manifests:
            files[manifest_file(number)] = (folder / manifest_file(number)).read_bytes()
        for end in state.ended.values():
            for name, digest in end.files.items():
                files[name] = self.read(name, digest)
        return files

    def parcel(self, closed: Mapping[str, bytes]) -> bytes:
        """Write what all parties are sent, for the log as it is now.

        Args:
            closed: Verdicts, page and versions, once the log is closed.
        """
        files = {
            SHEET: self.campaign.request.sheet_bytes,
            PLAN: canonical_bytes(self.campaign.plan.as_json()),
            **{n: d for n, d in self.evidence_files().items() if not n.startswith("returned/")},
            **closed,
        }
        return archive_bytes(files)
