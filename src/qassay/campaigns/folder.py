"""The folder of a campaign: what is secret, what is sent, what came back.

private/campaign.json    the frozen plan and the keeper's secret; never leaves the house
private/sheet.toml       the claim sheet, byte for byte
log/entries.jsonl        every event, signed where several parties sign
to-vendor/round-01.zip   what is sent to run, and nothing else
jobs/round-01.json       the manifest that the log names
from-vendor/SHA256.json  files of counts, byte for byte
MACHINE.qassay.zip       the bundle, at the end
datasheet.html           the report, at the end

Where several parties sign, also: keys/roles.json and to-all/parcel-SIZE.zip (what every party is
sent).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from qassay.assay import Request, request_for
from qassay.canonical import canonical_bytes, content_id
from qassay.circuits.qasm import PULSES_AND_CZ, NativeGates
from qassay.devices.description import DeviceDescription
from qassay.errors import MalformedError, PlanError, Problem, UsageError
from qassay.evidence.campaign_state import CampaignRules
from qassay.evidence.commitment import draw_secret, secret_from_hex
from qassay.evidence.events import ENTRIES, ROLES_FILE
from qassay.evidence.machine import MOST_ENTRIES
from qassay.evidence.records import plan_from_json
from qassay.evidence.roles import Roles, parse_roles
from qassay.execution.run_folder import CAMPAIGN
from qassay.planning.options import Options
from qassay.planning.plan import CampaignTerms, Plan, Shares
from qassay.planning.schedule import cycles, doubling_rounds
from qassay.randomness import root_from_integer
from qassay.reading.strict_json import read_json
from qassay.whole_files import UNFINISHED, private_folder, write_whole

FORMAT: Final = 2  # 1 had a journal, or a log of events of version 1
PRIVATE, TO_VENDOR, FROM_VENDOR = "private", "to-vendor", "from-vendor"
_SHEET: Final = f"{PRIVATE}/sheet.toml"
_MOST_TURNS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedTerms:
    """What is agreed on beside the claims; all but the gates stands in the plan.

    Attributes:
        gates: In which circuits are written.
        deadline: Seconds from a round's release until its counts must be back; None for no limit.
        excused: Parts that the vendor may leave out with an excuse, where parties sign.
        shares: Whether the partner opens a share before each round, or one for all.
    """

    gates: NativeGates = PULSES_AND_CZ
    deadline: int | None = None
    excused: int = 1
    shares: Shares = "each round"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign as it was frozen.

    Attributes:
        folder: Where it is kept.
        request: Plan and sheet; the seeds of its circuits follow from the log.
        secret: The keeper's share of all seeds, 32 bytes.
        terms: What was agreed on beside them.
        roles: The parties; nobody where one party is alone.
    """

    folder: Path
    request: Request
    secret: bytes
    terms: AgreedTerms
    roles: Roles

    @property
    def plan(self) -> Plan:
        """The frozen plan."""
        return self.request.plan

    @property
    def signed(self) -> bool:
        """Whether several parties sign the log."""
        return bool(self.roles.parties)

    @property
    def log(self) -> Path:
        """The file of the log."""
        return self.folder / ENTRIES

    def pack(self, name: str) -> Path:
        """Name a file that is sent."""
        return self.folder / TO_VENDOR / name

    def returned(self, name: str) -> Path:
        """Name the copy of a file that came back, by its name in the bundle."""
        return self.folder / FROM_VENDOR / Path(name).name


def begin_campaign(
    sheet: str | Path,
    description: DeviceDescription,
    folder: str | Path,
    terms: AgreedTerms,
    *,
    seed: int | None = None,
    options: Options | None = None,
    turns: int = 4,
    roles: Roles | None = None,
) -> Campaign:
    """Freeze a plan in a new folder, or take up the campaign that was begun there by this call.

    Args:
        sheet: Path of the claim sheet.
        description: The machine.
        folder: New, empty, or of this campaign.
        terms: Gates and deadline.
        seed: Whole number, or None for a random seed.
        options: Error probabilities, rule and budget.
        turns: Rounds at most.
        roles: The parties, where several sign; then the seed is drawn by all of them later.

    Raises:
        UsageError: The folder holds another campaign or something else, or no such number of
            rounds.
    """
    place = Path(folder)
    if not 1 <= turns <= _MOST_TURNS:
        raise UsageError(
            Problem(where="--rounds", found=str(turns), expected=f"1 to {_MOST_TURNS} rounds")
        )
    if roles is not None:
        _check_joint(seed, terms, roles)
    request = request_for(Path(sheet), description, options=options, joint=True)
    plan = request.plan
    planned = doubling_rounds(cycles(plan), turns) if cycles(plan) else ()
    agreed = _agreed(terms, planned, roles)
    request = replace(request, seed=seed, plan=replace(plan, rounds=planned, campaign=agreed))
    _check_length(request.plan, roles)
    if (place / CAMPAIGN).exists():
        return _taken_up(open_campaign(place), request, terms)
    if place.exists() and (not place.is_dir() or _holds_more(place)):
        raise UsageError(
            Problem(
                where=f"--out {place}",
                found="a file, or a folder with other things in it",
                expected="a new or empty folder, or that of this campaign",
            )
        )
    for part in (PRIVATE, TO_VENDOR, FROM_VENDOR):
        private_folder(place / part)
    if roles is not None:
        (place / ROLES_FILE).parent.mkdir(exist_ok=True)
        write_whole(place / ROLES_FILE, roles.to_bytes())
    write_whole(place / _SHEET, request.sheet_bytes)
    secret = draw_secret() if seed is None else root_from_integer(seed)
    write_whole(place / CAMPAIGN, canonical_bytes(_state(request, secret, terms)), 0o600)
    return open_campaign(place)


def _agreed(terms: AgreedTerms, rounds: tuple[int, ...], roles: Roles | None) -> CampaignTerms:
    """Give what stands in the plan."""
    if roles is None:
        return CampaignTerms(
            committers=("self",), deadline_seconds=terms.deadline, excused_limit=sum(rounds)
        )
    return CampaignTerms(
        committers=("verifier", "partner") if roles.of("partner") else ("verifier",),
        shares=terms.shares,
        deadline_seconds=terms.deadline,
        excused_limit=terms.excused,
        roles=content_id(roles.to_bytes()),
    )


def _check_length(plan: Plan, roles: Roles | None) -> None:
    """Refuse a plan whose log could become longer than any reader takes."""
    parties = roles.parties if roles else ()
    witnesses = sum(party.role == "witness" for party in parties)
    longest = CampaignRules.of(plan).longest(max(len(parties), 1), witnesses)
    if longest > MOST_ENTRIES:
        raise UsageError(
            Problem(
                where="--roles",
                found=f"a campaign of up to {longest} events",
                expected=f"at most {MOST_ENTRIES}",
                advice="fewer rounds, claims or witnesses",
            )
        )


def open_campaign(folder: str | Path) -> Campaign:
    """Read a campaign from its folder.

    Raises:
        UsageError: The folder holds none.
    """
    place = Path(folder)
    if not (place / CAMPAIGN).is_file():
        raise UsageError(
            Problem(
                where=str(place),
                found="no campaign",
                expected="a folder that `qassay export --out` has made",
            )
        )
    try:
        state = read_json((place / CAMPAIGN).read_bytes(), CAMPAIGN)
        if state["qassay_campaign"] == 1:
            raise UsageError(
                Problem(
                    where=str(place),
                    found="a campaign that an earlier version of qassay began",
                    expected="one of this version",
                    advice="finish it with the version that began it",
                )
            )
        plan = plan_from_json(state["plan"], CAMPAIGN)
        secret, seed = secret_from_hex(state["secret"], CAMPAIGN), state["seed"]
        terms = AgreedTerms(
            gates=NativeGates(**state["gates"]),
            deadline=state["deadline"],
            excused=state["excused"],
            shares=state["shares"],
        )
        if state["qassay_campaign"] != FORMAT or plan.id != state["id"] or plan.campaign is None:
            raise ValueError(state["id"])
        sheet = (place / _SHEET).read_bytes()
        roles = Roles()
        if not plan.campaign.alone:
            roles = parse_roles((place / ROLES_FILE).read_bytes(), ROLES_FILE)
            if content_id(roles.to_bytes()) != plan.campaign.roles:
                raise ValueError(ROLES_FILE)
    except (MalformedError, KeyError, TypeError, ValueError, OSError) as error:
        raise PlanError(
            Problem(
                where=str(place / CAMPAIGN),
                found=f"no frozen plan ({type(error).__name__})",
                expected="the state that `qassay export` wrote",
                advice="restore the folder from a copy",
            )
        ) from None
    request = Request(sheet_bytes=sheet, plan=plan, root=b"", seed=seed, findings=())
    return Campaign(folder=place, request=request, secret=secret, terms=terms, roles=roles)


def _holds_more(place: Path) -> bool:
    """Whether a folder holds files other than those that are written before the plan is frozen."""
    begun = {_SHEET, CAMPAIGN, ROLES_FILE}
    files = (p.relative_to(place).as_posix() for p in place.rglob("*") if not p.is_dir())
    return any(name not in begun and not name.endswith(UNFINISHED) for name in files)


def _check_joint(seed: int | None, terms: AgreedTerms, roles: Roles | None) -> None:
    """Refuse what cannot be in a campaign of several parties."""
    problems = []
    if seed is not None:
        problems.append(
            Problem(
                where="--seed",
                found=str(seed),
                expected="no seed: in a campaign of several parties nobody chooses it",
            )
        )
    if terms.deadline is None:
        problems.append(
            Problem(
                where="--deadline",
                found="nothing",
                expected='a time such as "72 h", after which a batch has expired',
            )
        )
    for role, most in (("verifier", 1), ("vendor", 1), ("partner", 0)):
        found = len(roles.of(role)) if roles is not None else most
        if found != most and (most or found > 1):
            problems.append(
                Problem(
                    where="--roles",
                    found=f"{found} keys of a {role}",
                    expected="one" if most else "one, or none",
                )
            )
    UsageError.raise_if_any(problems)


def _state(request: Request, secret: bytes, terms: AgreedTerms) -> Mapping[str, Any]:
    return {
        "qassay_campaign": FORMAT,
        "plan": request.plan.as_json(),
        "id": request.plan.id,
        "secret": secret.hex(),
        "seed": request.seed,
        "gates": {"one_qubit": terms.gates.one_qubit, "two_qubit": terms.gates.two_qubit},
        "deadline": terms.deadline,
        "excused": terms.excused,
        "shares": terms.shares,
    }


def _taken_up(campaign: Campaign, request: Request, terms: AgreedTerms) -> Campaign:
    """Check that a folder holds the campaign of this very call."""
    begun = campaign.request
    differs = [
        name
        for name, same in (
            ("the claim sheet", begun.sheet_bytes == request.sheet_bytes),
            ("the plan", begun.plan.id == request.plan.id),
            ("the seed", begun.seed == request.seed),
            ("gates or deadline", campaign.terms == terms),
        )
        if not same
    ]
    UsageError.raise_if_any(
        Problem(
            where=f"--out {campaign.folder}",
            found=f"a campaign in which {name} is another",
            expected="this campaign, or an empty folder",
            advice="what was frozen cannot be changed: choose another --out folder",
        )
        for name in differs
    )
    return campaign
