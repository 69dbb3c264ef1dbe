"""What a bundle does not prove, however many checks it passes."""

from __future__ import annotations

from datetime import UTC, datetime

from qassay.auditing.state import Audit
from qassay.evidence.campaign_state import CampaignState
from qassay.languages.english import said, semicolons
from qassay.languages.sentence import DayFact, Sentence

# No counts alone can show these: an ideal forger can always compute what qassay can check.
UNDETECTABLE = (
    said("unproven.computed"),
    said("unproven.better_machine"),
    said("unproven.more_shots"),
    said("unproven.daily_use"),
)


def not_proven(audit: Audit) -> tuple[str, ...]:
    """List what the audit leaves open, for the trust level that it found."""
    open_points = list(audit.unproven)
    state = audit.campaign.state if audit.campaign is not None else None
    if state is not None:
        open_points += other_campaigns(state)
    if audit.level == "T0":
        names = ("from_machine", "circuits_unknown", "no_other_run")
        return (*open_points, *(said(f"unproven.{name}") for name in names))
    if state is not None:
        return (*open_points, *_of_parties(state), *UNDETECTABLE)
    if audit.level == "T1":
        open_points.append(said("unproven.one_log"))
    if audit.campaign is not None:
        if "partner" not in audit.campaign.committers:
            open_points.append(said("unproven.no_agreement"))
        open_points += [said("unproven.other_campaigns_old"), said("unproven.excused_old")]
    return (*open_points, *UNDETECTABLE)


def other_campaigns(state: CampaignState) -> list[Sentence]:
    """Say which other campaigns are on record; what nobody put there stays unknown."""
    if state.rules.terms.alone:
        return []
    named = {
        one["campaign"]: (told.role, one)
        for told in state.attested.values()
        for one in told.campaigns
    }
    if not named:
        return [said("unproven.none_on_record")]
    words = [
        said(
            "unproven.campaign",
            plan=plan[:16],
            state=one["state"],
            role=said(f"role.the_{role}"),
            first=_day(one["first"]),
            last=_day(one["last"]),
        )
        for plan, (role, one) in sorted(named.items())
    ]
    many = len(named)
    return [said("unproven.among_several", n=many, named=semicolons(words), times=many + 1)]


def _of_parties(state: CampaignState) -> list[Sentence]:
    """Say what coalitions of the parties could still do, in the words of docs/evidence.md."""
    terms = state.rules.terms
    points = [
        said("unproven.objection", role=said(f"role.the_{one.role}"), text=text)
        for one in state.attested.values()
        for text in one.objections
    ]
    roles = {one.role for one in state.attested.values()}
    if "vendor" not in roles:
        points.append(said("unproven.vendor_silent"))
    if not state.rules.has_partner:
        points.append(said("unproven.no_partner"))
    elif "partner" not in roles:
        points.append(said("unproven.partner_silent"))
    elif terms.shares == "once":
        points.append(said("unproven.one_share"))
    else:
        points.append(said("unproven.private_round", windows=_windows(state)))
    if state.excused:
        rounds = max(place[0] for place, end in state.ended.items() if end.how == "excused") - 1
        points.append(said("unproven.excused", n=state.excused, rounds=rounds))
    points.append(said("unproven.numbering"))
    resting = tuple(said(f"role.{one}") for one in sorted(roles - {"vendor"}))
    points.append(said("unproven.independent", parties=resting or said("role.nobody")))
    return points


def _windows(state: CampaignState) -> Sentence:
    """Tell the partner's time of each share, and when the last answer to the round came."""
    words = []
    for number, clock in sorted(state.clocks.items()):
        ends = [end.at for place, end in state.ended.items() if place[0] == number]
        start = _time(clock)
        words.append(
            said("unproven.window", round=number, start=start, end=_time(max(ends)))
            if ends
            else said("unproven.window_open", round=number, start=start)
        )
    return semicolons(words)


def _time(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(at: int) -> DayFact:
    return DayFact(iso=datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d"))
