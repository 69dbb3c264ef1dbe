"""What a bundle does not prove, however many checks it passes."""

from __future__ import annotations

from datetime import UTC, datetime

from qassay.auditing.state import Audit
from qassay.evidence.campaign_state import CampaignState

# No counts alone can show these: an ideal forger can always compute what qassay can check.
UNDETECTABLE = (
    "that nobody computed the counts classically before the deadline, with believable errors",
    "that no other, better machine ran the circuits",
    "that no more shots were taken than reported, and the good ones kept",
    "that the operators treat the machine like this in daily use",
)


def not_proven(audit: Audit) -> tuple[str, ...]:
    """List what the audit leaves open, for the trust level that it found."""
    open_points = list(audit.unproven)
    state = audit.campaign.state if audit.campaign is not None else None
    if state is not None:
        open_points += other_campaigns(state)
    if audit.level == "T0":
        open_points += [
            "that the counts came from the machine: nobody signed them (trust level T0)",
            "that the circuits were unknown to the vendor before they ran",
            "that no other run was made and thrown away",
        ]
        return tuple(open_points)
    if state is not None:
        return (*open_points, *_of_parties(state), *UNDETECTABLE)
    if audit.level == "T1":
        open_points.append(
            "that the verifier's log is the only one: no independent party watched it"
        )
    if audit.campaign is not None:
        if "partner" not in audit.campaign.committers:
            open_points.append(
                "that vendor and verifier did not agree before the circuits were drawn"
            )
        open_points += [
            "that no other campaign of these parties went worse: logs of format 2 name none",
            "that no part was excused by one who knew its circuits: in format 2 one share opened"
            " all rounds",
        ]
    return (*open_points, *UNDETECTABLE)


def other_campaigns(state: CampaignState) -> list[str]:
    """Say which other campaigns are on record; what nobody put there stays unknown."""
    if state.rules.terms.alone:
        return []
    named = {
        one["campaign"]: (said.role, one)
        for said in state.attested.values()
        for one in said.campaigns
    }
    if not named:
        return [
            "that no other campaign of this machine was run and thrown away: none is on"
            " record, and campaigns with other partners are not known"
        ]
    words = [
        f"{plan[:16]} ({one['state']}, known to the {role}, {_day(one['first'])} to"
        f" {_day(one['last'])})"
        for plan, (role, one) in sorted(named.items())
    ]
    count = len(named)
    campaigns = "1 other campaign" if count == 1 else f"{count} other campaigns"
    return [
        f"that this campaign was not chosen among several: {campaigns} of this vendor key and"
        f" machine on record: {'; '.join(words)}. By the union bound the risk of a wrong verdict"
        f" is at most {count + 1} times that of one; `qassay audit A B ...` multiplies their"
        " e-values. Campaigns with other partners are not known"
    ]


def _of_parties(state: CampaignState) -> list[str]:
    """Say what coalitions of the parties could still do, in the words of docs/evidence.md."""
    terms, points = state.rules.terms, []
    against = [(one.role, text) for one in state.attested.values() for text in one.objections]
    points += [f"what the {role} objects to: {text}" for role, text in against]
    roles = {one.role for one in state.attested.values()}
    if "vendor" not in roles:
        points.append("that every answer of the vendor is here: the vendor did not attest the end")
    if not state.rules.has_partner:
        points += [
            "that vendor and verifier did not agree before the circuits were drawn: there is no"
            " partner, and the verifier knew all circuits from the start",
        ]
    elif "partner" not in roles:
        points.append("that the log is the only one: the partner did not attest its end")
    elif terms.shares == "once":
        points.append(
            "that no excuse, and no giving up, was chosen by private runs: vendor and verifier"
            " could know the circuits of all rounds from the one share on"
        )
    else:
        points.append(
            "that vendor and verifier did not run a round privately between the partner's share"
            f" and their answers ({_windows(state)})"
        )
    if state.excused:
        rounds = max(place[0] for place, end in state.ended.items() if end.how == "excused") - 1
        points.append(
            f"what {state.excused} excused parts would have said: they were left out when"
            f" {rounds} rounds were known"
        )
    points.append("which physical qubit bears which number: that is the vendor's word")
    names = " and ".join(sorted(roles - {"vendor"})) or "nobody"
    points.append(f"that {names}, on whom the level rests, is independent of the others")
    return points


def _windows(state: CampaignState) -> str:
    """Tell the partner's time of each share, and when the last answer to the round came."""
    words = []
    for number, clock in sorted(state.clocks.items()):
        ends = [end.at for place, end in state.ended.items() if place[0] == number]
        until = f" to {_time(max(ends))}" if ends else ""
        words.append(f"round {number}: {_time(clock)}{until}")
    return "; ".join(words)


def _time(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
