"""Forgeries that no auditor can tell from the truth, kept so that nobody forgets them.

They are not part of the corpus: both auditors accept them, and a test holds that they do, since
what cannot be detected must be said and not hoped for.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from forgeries.archives import PLAN, VERDICTS
from forgeries.registry import Forgery, Members, forgery, sealed
from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes
from qassay.evidence.archive import archive_bytes
from qassay.evidence.bundle import REPORT, Bundle, bundle_name
from qassay.evidence.records import plan_from_json
from qassay.planning.plan import commitment_to
from qassay.reports.bundle_facts import facts_of
from qassay.reports.datasheet import render_datasheet

UNDETECTABLE: dict[str, Forgery] = {}


def resealed_whole(members: Members) -> Members:
    """Render the datasheet anew and seal: the most that somebody with all of qassay can do."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "b.zip"
        path.write_bytes(archive_bytes(sealed(members)))
        audit = audit_bundle(path)
    assert audit.bundle is not None
    assert audit.analysis is not None, str(audit.failure)
    bundle = Bundle(audit.bundle.files)
    facts = facts_of(bundle, audit.analysis.plan, bundle_name(audit.analysis.plan.sheet.machine))
    members[REPORT] = render_datasheet(audit.analysis, facts).encode()
    return sealed(members)


@forgery("run", "", corpus=UNDETECTABLE)
def a_simulator_called_hardware_before_anybody_signed(members: Members) -> Members:
    """A vendor relabels his simulator in a bundle that nobody signed, and seals all of it again."""
    plan = json.loads(members[PLAN])
    plan["device"]["simulator"] = False
    members[PLAN] = canonical_bytes(plan)
    return resealed_whole(members)


@forgery("run", "", corpus=UNDETECTABLE)
def a_seed_chosen_after_many_runs(members: Members) -> Members:
    """A tester runs a hundred seeds on his own and shows the run that he likes best (trust T0).

    What is in the bundle is then an honest run; only a log could show the ninety-nine others.
    """
    plan = plan_from_json(json.loads(members[PLAN]), PLAN)
    assert plan.seed_commitment == commitment_to(
        bytes.fromhex(json.loads(members["seeds/reveal.json"])["root"])
    )
    return sealed(members)


@forgery("run", "", corpus=UNDETECTABLE)
def a_perfect_simulation(members: Members) -> Members:
    """A vendor computes the counts: simulating a noisy stabilizer circuit takes milliseconds.

    The honest bundle of this corpus is one, made by qassay's own simulator; nothing in its
    counts shows it. Deadlines and a witness at the machine are what helps (trust T3 and T4).
    """
    assert json.loads(members[VERDICTS])
    return sealed(members)
