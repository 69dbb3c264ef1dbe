"""From a sheet to a verdict, a page and an audit, for every metric that something measures.

A metric is added by its row and one protocol file, and is tested here without a line of its own.
The machine has errors 2.5 times better than one claim and 3 times worse than the other, so that a
wrong verdict has a probability far below that of the test, 5 %; seeds are fixed.
"""

import re

import pytest
from auditor import audit_further, audit_minimal
from tests.kit.measured_claims import (
    machine_of,
    measured_metrics,
    sheet_for,
    truth_of,
    unit_of,
    within,
)

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.claims.metrics import METRICS
from qassay.devices.simulated.machine import VirtualMachine
from qassay.protocols.known import mark_for, quantity_of, told_as
from qassay.reports.numbers import quantity

PLAIN = [
    name
    for name in measured_metrics()
    if quantity_of(name).kind != "score" and not quantity_of(name).of_file  # a file's own tests
]


def sections_of(page):
    """Take the words of each claim's section: what is claimed, measured, and its limit."""
    text = re.sub(r"<(style|svg).*?</\1>", " ", page, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text).replace("\u00a0", " "))
    found = re.findall(r"Claim \d+ · (\S+) .*? Measured (.*?) Limit (.*?) Evidence", text)
    return {name: (measured, limit) for name, measured, limit in found}


@pytest.mark.parametrize("metric", PLAIN)
def test_a_metric_goes_from_sheet_to_verdict_to_page(metric, tmp_path):
    machine = machine_of(metric)
    truth, path = truth_of(metric, machine), tmp_path / "sheet.toml"
    path.write_text(sheet_for(metric, truth), encoding="utf-8")
    result = assay.run(path, VirtualMachine(machine), out=tmp_path / "run", seed=4)
    verdicts = {verdict.claim: verdict for verdict in result.verdicts}
    assert verdicts["easy"].outcome == "supported"
    assert verdicts.get("strict") is None or verdicts["strict"].outcome == "refuted"
    shown = sections_of(result.datasheet.read_text(encoding="utf-8"))
    assert shown.keys() == verdicts.keys()
    for claim in result.analysis.plan.sheet.claims:
        verdict, (measured, limit) = verdicts[claim.id], shown[claim.id]
        one, mark = verdict.estimate, mark_for(claim)
        assert one.low <= one.value <= one.high
        assert truth is None or within(one.value, one.low, one.high, truth)
        assert re.search(rf"\d \w?{re.escape(unit_of(metric))}(?!\w)", measured), measured
        border = quantity(verdict.limit if mark is None else mark.share, told_as(metric))
        assert border.replace("\u00a0", " ") in limit
        # a count or a mark is met or missed; all else has its tolerance beside it
        assert verdict.limit != claim.value or METRICS[metric].dimension == "count"
        assert verdict.shots >= verdict.circuits > 0
        assert verdict.experiments
    assert audit_bundle(result.bundle).failure is None
    for kind in (audit_minimal.Audit, audit_further.Further):
        assert audit_minimal.audit(result.bundle, [], kind)["failed"] is None
