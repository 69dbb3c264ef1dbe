"""The folder of a campaign: what is secret, what is sent, what came back.

private/campaign.json    the frozen plan, the seed, the terms; never leaves the house
private/sheet.toml       the claim sheet, byte for byte
private/journal.jsonl    one line an event
private/secrets.json     where parties sign: the verifier's share of the seed, and others'
to-vendor/round-01.zip   what is sent, and nothing else
from-vendor/SHA256.json  the files of counts that were taken, byte for byte
MACHINE.qassay.zip       the bundle, at the end
datasheet.html           the report, at the end

Where several parties sign, also: keys/roles.json, log/entries.jsonl, log/heads/SIZE (signed and
cosigned heads of the log), jobs/round-01.json (manifests) and to-all/parcel-SIZE.zip (what every
party is sent).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from qassay.assay import Request, options_of, request_for
from qassay.canonical import canonical_bytes
from qassay.circuits.qasm import PULSES_AND_CZ, NativeGates
from qassay.devices.description import DeviceDescription
from qassay.errors import MalformedError, PlanError, Problem, UsageError
from qassay.evidence.log import ROLES_FILE
from qassay.evidence.records import plan_from_json
from qassay.evidence.roles import Roles
from qassay.execution.journal import Journal
from qassay.planning.options import Options
from qassay.planning.schedule import cycles, doubling_rounds
from qassay.reading.strict_json import read_json
from qassay.whole_files import UNFINISHED, private_folder, write_whole

FORMAT: Final = 1
PRIVATE, TO_VENDOR, FROM_VENDOR = "private", "to-vendor", "from-vendor"
_STATE: Final = f"{PRIVATE}/campaign.json"
_SHEET: Final = f"{PRIVATE}/sheet.toml"
_JOURNAL: Final = f"{PRIVATE}/journal.jsonl"
_MOST_TURNS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was agreed on beside the plan.

    Attributes:
        gates: In which circuits are written.
        deadline: Seconds from a round's release until its counts must be back; None for no limit.
        excused: Parts that the vendor may leave out with an excuse, where parties sign.
    """

    gates: NativeGates = PULSES_AND_CZ
    deadline: int | None = None
    excused: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign as it was frozen.

    Attributes:
        folder: Where it is kept.
        request: Plan, seed and sheet.
        terms: What was agreed on beside them.
        journal: What has happened.
    """

    folder: Path
    request: Request
    terms: Terms
    journal: Journal

    @property
    def signed(self) -> bool:
        """Whether several parties sign a log."""
        return (self.folder / ROLES_FILE).exists()

    def pack(self, name: str) -> Path:
        """Name a file that is sent."""
        return self.folder / TO_VENDOR / name

    def returned(self, sha256: str) -> Path:
        """Name the copy of a file that came back."""
        return self.folder / FROM_VENDOR / f"{sha256}.json"


def begin(
    sheet: str | Path,
    description: DeviceDescription,
    folder: str | Path,
    terms: Terms,
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
    joint = roles is not None
    if joint:
        _check_joint(seed, terms, roles)
    request = request_for(Path(sheet), description, seed=seed, options=options, joint=joint)
    plan = request.plan
    planned = doubling_rounds(cycles(plan), turns) if cycles(plan) else ()
    request = replace(request, plan=replace(plan, rounds=planned))
    if (place / _STATE).exists():
        return _taken_up(open_campaign(place), request, terms)
    if place.exists() and (not place.is_dir() or _holds_more(place)):
        raise UsageError(
            Problem(where=f"--out {place}", found="a file, or a folder with other things in it",
                    expected="a new or empty folder, or that of this campaign")
        )  # fmt: skip
    for part in (PRIVATE, TO_VENDOR, FROM_VENDOR):
        private_folder(place / part)
    if roles is not None:
        (place / ROLES_FILE).parent.mkdir(exist_ok=True)
        write_whole(place / ROLES_FILE, roles.to_bytes())
    write_whole(place / _SHEET, request.sheet_bytes)
    write_whole(place / _STATE, canonical_bytes(_state(request, terms)), 0o600)
    return open_campaign(place)


def open_campaign(folder: str | Path) -> Campaign:
    """Read a campaign from its folder.

    Raises:
        UsageError: The folder holds none.
    """
    place = Path(folder)
    if not (place / _STATE).is_file():
        raise UsageError(
            Problem(where=str(place), found="no campaign", expected="a folder that "
                    "`qassay export --out` has made")
        )  # fmt: skip
    try:
        state = read_json((place / _STATE).read_bytes(), _STATE)
        plan = plan_from_json(state["plan"], _STATE)
        root, seed = bytes.fromhex(state["root"]), state["seed"]
        terms = Terms(
            gates=NativeGates(**state["gates"]), deadline=state["deadline"],
            excused=state["excused"],
        )  # fmt: skip
        if state["qassay_campaign"] != FORMAT or plan.id != state["id"]:
            raise ValueError(state["id"])
        sheet = (place / _SHEET).read_bytes()
    except (MalformedError, KeyError, TypeError, ValueError, OSError) as error:
        raise PlanError(
            Problem(where=str(place / _STATE), found=f"no frozen plan ({type(error).__name__})",
                    expected="the state that `qassay export` wrote",
                    advice="restore the folder from a copy")
        ) from None  # fmt: skip
    request = Request(sheet_bytes=sheet, plan=plan, root=root, seed=seed, findings=())
    journal = Journal.open(place / _JOURNAL)
    return Campaign(folder=place, request=request, terms=terms, journal=journal)


def _holds_more(place: Path) -> bool:
    """Whether a folder holds files other than those that are written before the plan is frozen."""
    begun = {_SHEET, _STATE, ROLES_FILE}
    files = (p.relative_to(place).as_posix() for p in place.rglob("*") if not p.is_dir())
    return any(name not in begun and not name.endswith(UNFINISHED) for name in files)


def _check_joint(seed: int | None, terms: Terms, roles: Roles | None) -> None:
    """Refuse what cannot be in a campaign of several parties."""
    problems = []
    if seed is not None:
        problems.append(
            Problem(where="--seed", found=str(seed),
                    expected="no seed: in a campaign of several parties nobody chooses it")
        )  # fmt: skip
    if terms.deadline is None:
        problems.append(
            Problem(where="--deadline", found="nothing",
                    expected='a time such as "72 h", after which a batch has expired')
        )  # fmt: skip
    for role in ("verifier", "vendor"):
        if roles is not None and len(roles.of(role)) != 1:
            problems.append(
                Problem(where="--roles", found=f"{len(roles.of(role))} keys of a {role}",
                        expected="one")
            )  # fmt: skip
    UsageError.raise_if_any(problems)


def _state(request: Request, terms: Terms) -> Mapping[str, Any]:
    return {
        "qassay_campaign": FORMAT,
        "plan": request.plan.as_json(),
        "id": request.plan.id,
        "root": request.root.hex(),
        "seed": request.seed,
        "gates": {"one_qubit": terms.gates.one_qubit, "two_qubit": terms.gates.two_qubit},
        "deadline": terms.deadline,
        "excused": terms.excused,
    }


def _taken_up(campaign: Campaign, request: Request, terms: Terms) -> Campaign:
    """Check that a folder holds the campaign of this very call."""
    begun = campaign.request
    if begun.root and request.seed is None and begun.seed is None:  # the seed drawn before
        renewed = request_for(
            campaign.folder / _SHEET, request.plan.device, options=options_of(request.plan),
            root=begun.root, sheet=request.sheet_bytes,
        )  # fmt: skip
        request = replace(renewed, plan=replace(renewed.plan, rounds=request.plan.rounds))
    differs = [
        name
        for name, same in (
            ("the claim sheet", begun.sheet_bytes == request.sheet_bytes),
            ("the plan", begun.plan.id == request.plan.id),
            ("gates or deadline", campaign.terms == terms),
        )
        if not same
    ]
    UsageError.raise_if_any(
        Problem(where=f"--out {campaign.folder}", found=f"a campaign in which {name} is another",
                expected="this campaign, or an empty folder",
                advice="what was frozen cannot be changed: choose another --out folder")
        for name in differs
    )  # fmt: skip
    return campaign
