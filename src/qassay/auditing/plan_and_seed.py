"""What was fixed before the first shot: claims, plan, and a seed that was committed to."""

from __future__ import annotations

from qassay.auditing.predictions import check_predictions
from qassay.auditing.problems import check_problems
from qassay.auditing.state import Audit, known
from qassay.auditing.told import ToldCampaign
from qassay.canonical import content_id
from qassay.claims.claim_file import parse_claim_sheet
from qassay.errors import (
    IncompleteError,
    MalformedError,
    NotReproducedError,
    Problem,
    QassayError,
    TamperedError,
    quoted,
)
from qassay.evidence import bundle as layout
from qassay.evidence.campaign_state import CampaignState
from qassay.evidence.campaign_v1 import check_root
from qassay.evidence.commitment import round_root, secret_from_hex
from qassay.evidence.log import ENTRIES
from qassay.evidence.plan_checks import check_plan
from qassay.evidence.records import NOTHING, TEXT, WHOLE, plan_from_json, table_from_json
from qassay.evidence.untested_reasons import by_word_alone
from qassay.languages.english import said
from qassay.planning.best_choices import chosen_again
from qassay.planning.plan import JOINT_SEED, JUDGE, Plan, commitment_to
from qassay.protocols.known import PROBLEMS, PROTOCOLS, PUBLISHED, TIMED
from qassay.randomness import root_from_integer


def check_claims_and_plan(audit: Audit) -> str:
    """Is the plan one that can be followed, for the claims of the sheet?"""
    bundle = known(audit.bundle)
    plan = plan_from_json(bundle.document(layout.PLAN), layout.PLAN)
    _check_protocols(plan)
    sheet = parse_claim_sheet(bundle.files[layout.SHEET], layout.SHEET, plan.sheet)
    sheet = chosen_again(sheet, plan.sheet, plan.device)
    audit.other_rules = plan.judge != JUDGE
    if content_id(bundle.files[layout.SHEET]) != plan.sheet.text_id or (
        sheet != plan.sheet and not audit.other_rules
    ):
        raise TamperedError(
            Problem(
                where=layout.SHEET,
                found="claims that differ from those of the plan",
                expected="the sheet that was planned for",
            )
        )
    try:
        check_plan(plan, layout.PLAN)
    except QassayError:
        if audit.other_rules:  # a protocol of another time, say: its circuits cannot be drawn here
            raise of_other_rules(plan) from None
        raise
    campaign = audit.campaign
    if campaign is not None:
        signed = {layout.SHEET: campaign.sheet, layout.PLAN: campaign.plan}
        held = {layout.SHEET: content_id(bundle.files[layout.SHEET]), layout.PLAN: plan.id}
        TamperedError.raise_if_any(
            Problem(
                where=name,
                found=f"sha256 {held[name][:16]}…",
                expected=f"{digest[:16]}…, which the parties signed",
            )
            for name, digest in signed.items()
            if held[name] != digest
        )
    audit.unproven += (*by_word_alone(plan), *check_problems(plan), *check_predictions(plan))
    audit.plan = plan
    name, claims, questions = plan.id[:16], len(sheet.claims), len(sheet.questions)
    if questions:
        return said("audited.plan_asks", plan=name, n=claims, m=questions)
    return said("audited.plan", plan=name, n=claims)


def _check_protocols(plan: Plan) -> None:
    """Tell circuits of another package from a forgery: who has it can audit the bundle."""
    here = {*PROTOCOLS, *PROBLEMS, *TIMED, *PUBLISHED}
    strange = dict.fromkeys(x.protocol for x in plan.experiments if x.protocol not in here)
    if strange:
        raise NotReproducedError(
            Problem(
                where=f"{layout.PLAN}, experiments",
                found=f"circuits of {', '.join(map(quoted, strange))}, which is none of qassay's"
                " protocols and of no package that is installed here",
                expected="protocols that `qassay protocols` lists",
                advice="nothing was found wrong so far; install the package that adds it, and"
                " audit again",
            )
        )


def check_rules(audit: Audit) -> str:
    """Are the numbers derived by the rules by which they were sealed?"""
    plan = known(audit.plan)
    if audit.other_rules:
        raise of_other_rules(plan)
    return said("audited.rules", n=JUDGE)


def of_other_rules(plan: Plan) -> NotReproducedError:
    """Say that a plan was made for rules of another time: told apart from a forgery."""
    return NotReproducedError(
        Problem(
            where=f"{layout.PLAN}, judge",
            found=f"the rules of version {plan.judge}: what needs no rules holds,"
            " and estimates, verdicts and datasheet were not derived again",
            expected=f"version {JUDGE}, which this program judges by",
            advice=f"audit it with {quoted(plan.software)}, which made it",
        )
    )


def check_seed(audit: Audit) -> str:
    """Is the seed of all circuits the one that was committed to before anything ran?"""
    plan = known(audit.plan)
    joint = plan.seed_commitment == JOINT_SEED
    if audit.campaign is not None:
        if not joint:
            raise MalformedError(
                Problem(
                    where=layout.PLAN,
                    found="a seed that one party chose",
                    expected=f"the seed commitment {JOINT_SEED} of a campaign",
                )
            )
        return _joint(audit, audit.campaign)
    if joint:
        raise IncompleteError(
            Problem(where=ENTRIES, found="no such file", expected="the log of the commitments")
        )
    document = table_from_json(
        known(audit.bundle).document(layout.SEED),
        layout.SEED,
        {"root": TEXT, "seed": WHOLE + NOTHING},
    )
    try:
        audit.root = bytes.fromhex(document["root"])
    except ValueError:
        raise MalformedError(
            Problem(where=layout.SEED, found="no root seed", expected="64 hexadecimal digits")
        ) from None
    named = document["seed"]
    if named is not None and (named < 0 or root_from_integer(named) != audit.root):
        raise TamperedError(
            Problem(
                where=layout.SEED,
                found=f"the seed {named}",
                expected="the number that the root seed came from",
            )
        )
    if commitment_to(audit.root) != plan.seed_commitment:
        raise TamperedError(
            Problem(
                where=layout.SEED,
                found="another seed",
                expected="the seed that the plan committed to",
            )
        )
    return said("audited.seed")


def _joint(audit: Audit, campaign: ToldCampaign) -> str:
    """Check the seed of a campaign against the shares that the log reveals."""
    if campaign.state is not None:
        return _roots(audit, campaign.state)
    document = table_from_json(
        known(audit.bundle).document(layout.SEED), layout.SEED, {"root": TEXT, "seed": NOTHING}
    )
    root = secret_from_hex(document["root"], layout.SEED)
    check_root(known(campaign.first), root, layout.SEED)
    audit.root = root
    parties = tuple(said(f"role.{one}") for one in (*campaign.committers, "vendor"))
    return said("audited.seed_shared", parties=parties)


def _roots(audit: Audit, state: CampaignState) -> str:
    """Check the seeds of all rounds against reveal, shares and the vendor's bytes."""
    document = table_from_json(
        known(audit.bundle).document(layout.SEED),
        layout.SEED,
        {"roots": (dict,), "seed": WHOLE + NOTHING},
    )
    alone, named = state.rules.terms.alone, document["seed"]
    if named is not None and not (
        alone and named >= 0 and root_from_integer(named).hex() == state.secret
    ):
        raise TamperedError(
            Problem(
                where=layout.SEED,
                found=f"the seed {named}",
                expected="the number that the secret came from",
            )
        )
    for number in state.manifests:
        share = state.share_for(number) or ""
        audit.roots[number] = round_root(
            state.secret, share, state.nonce, state.rules.campaign, number
        )
    if document["roots"] != {str(n): root.hex() for n, root in sorted(audit.roots.items())}:
        raise TamperedError(
            Problem(
                where=layout.SEED,
                found="other seeds",
                expected="those that follow from all shares and the plan",
            )
        )
    if alone:
        return said("audited.seeds_first")
    parties = tuple(said(f"role.{one}") for one in (*state.rules.terms.committers, "vendor"))
    return said("audited.seeds_shared", parties=parties)
