"""How far the counts can be trusted, and what no test of counts alone can detect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qassay.verdicts.analysis import Analysis

LEVELS: Final = (
    (
        "T0",
        "The counts are as the vendor, a publisher or a simulator reports them; nobody signed"
        " for them and nobody watched.",
    ),
    ("T1", "The vendor signed the counts, and the circuits were the verifier's."),
    (
        "T2",
        "Also: circuits nobody could know before, a plan fixed in advance, and a complete log"
        " with an independent witness, so that no run of this campaign was dropped in silence.",
    ),
    (
        "T3",
        "Also: forging the counts before the deadline would have taken a stated amount of"
        " computing, or an independent machine agrees.",
    ),
    ("T4", "Also: a witness stood at the machine, and its lines to the outside were cut."),
)

WHY: Final = {
    "T0": "This report is at T0 because nobody signed the counts in a log. T1 takes a campaign of"
    " several parties: a log, closed, in which the vendor signs the counts of every batch"
    " (`qassay export --roles`).",
    "T1": "This report is at T1 because the vendor signed the counts of every batch in a closed"
    " log, for circuits from a joint seed. T2 takes a partner who opened a share of every"
    " seed and attests the end of the log without objection (without a partner: a witness who"
    " watched every round and does). Whoever attests does so after this page was closed, so"
    " `qassay audit` says whether it was done.",
    "T2": "This report is at T2 because an independent party watched the log from before the"
    " first counts and attested its end. T3 takes a bound on the computing that a forgery"
    " before the deadline would need: the circuits of these tests can be computed in seconds,"
    " so there is none, and no evidence of this version can earn T3 or T4.",
}

UNDETECTABLE: Final = (
    (
        "A perfect forgery",
        "someone with enough classical computing computes the answers, and adds"
        " believable errors, before the deadline.",
    ),
    ("Another machine", "the circuits are run on a better quantum computer elsewhere."),
    (
        "Hidden repetition",
        "more shots are taken than reported and only the good ones handed over,"
        " in the right number.",
    ),
    (
        "Special care",
        "the operators tune and watch the machine during the test as they never do in daily use.",
    ),
    (
        "Collusion",
        "vendor and verifier agree before the circuits are drawn; a share of the seed"
        " held by a partner is the remedy.",
    ),
)


COALITIONS: Final = (
    (
        "The vendor",
        "cannot answer twice, under another name or after the deadline, nor be excused"
        " once a round was called; can compute the answers, use another machine or more"
        " shots, say which qubit bears which number, or fall silent, which counts as"
        " failure.",
    ),
    (
        "The verifier",
        "cannot forge counts, change circuits or deadlines, or stop early as if"
        " finished; can hide an answer and write it off as expired (then the vendor"
        " objects, or does not attest the end), and give up after a look at the"
        " counts.",
    ),
    (
        "Vendor and verifier",
        "cannot choose the seed, try a part twice, or excuse what they know,"
        " past an honest partner; can run a round privately between the"
        " partner's share and their answers, and begin again: other campaigns"
        " that the partner knows are named at its attestation.",
    ),
    (
        "All of them",
        "can tell any story with the form of the highest level: no file shows that the"
        " parties are independent.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustSection:
    """What the section on trust prints.

    Attributes:
        levels: Name, meaning, and whether a verdict here rests on it.
        why: Why this level and not the next one, in sentences; one for each level that occurs.
        undetectable: Short name and explanation.
    """

    levels: tuple[tuple[str, str, bool], ...]
    why: tuple[str, ...]
    undetectable: tuple[tuple[str, str], ...]


def why_levels(analysis: Analysis) -> tuple[str, ...]:
    """Say why the verdicts have the trust level that they have, and what the next one lacks."""
    here = {verdict.trust for verdict in analysis.verdicts if verdict.shots}
    return tuple(WHY[level] for level in sorted(here) if level in WHY)


def trust_of(analysis: Analysis) -> TrustSection:
    """Explain the trust levels, marking those that occur."""
    here = {verdict.trust for verdict in analysis.verdicts if verdict.shots}
    return TrustSection(
        levels=tuple((name, meaning, name in here) for name, meaning in LEVELS),
        why=why_levels(analysis),
        undetectable=(*UNDETECTABLE, *_coalitions(analysis)),
    )


def _coalitions(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """Say what coalitions of the parties can and cannot do, where several sign a log."""
    plan = getattr(analysis, "plan", None)
    terms = plan.campaign if plan is not None else None
    if terms is None or terms.alone:
        return ()
    told = list(COALITIONS)
    if "partner" not in terms.committers:
        told[2] = ("Vendor and verifier", "know all circuits from the start: there is no partner.")
    elif terms.shares == "once":
        told[2] = (
            "Vendor and verifier",
            "could know the circuits of all rounds from the partner's"
            " one share on, so that excuses and giving up may have been chosen by private"
            " runs.",
        )
    return tuple(told)
