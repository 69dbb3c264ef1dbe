"""The line of a machine at its claim: the loss whose value, by the protocol's law, is the claim."""

import json

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.protocols.interface import Foretelling
from qassay.protocols.known import PROTOCOLS, PUBLISHED
from qassay.protocols.published import PublishedDecay
from qassay.reports.decay_data import rate_at

SHEET = (
    '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "m"\n[[claim]]\nid = "c"\nmetric = "{}"\n'
    "value = {}\n{}\n"
)


@pytest.mark.parametrize("metric", [*PublishedDecay.errors, *PublishedDecay.times])
def test_of_counts_with_stated_parameters(metric):
    text = json.dumps(
        {"metric": metric, "asymptote": 0.25, "per_step": 1.5, "error_of": "clifford"}
    )
    estimator = PublishedDecay(text)
    for value in (1e-4, 0.01, 0.2):
        rate = estimator.claimed_rate(value)
        assert float(estimator.transform(rate)) == pytest.approx(value, rel=1e-12)
    assert estimator.claimed_rate(0.0) in (None, 0.0)


def test_of_each_maker():
    own = [one for one in PUBLISHED.values() if isinstance(one, Foretelling)]
    assert len(own) > 4
    for estimator in own:
        rate = estimator.claimed_rate(0.01)
        assert float(estimator.transform(rate)) == pytest.approx(0.01, rel=1e-12)


@pytest.mark.parametrize(
    ("metric", "value", "more", "rate"),
    [
        ("t1", '"50 us"', "", 2e4),
        ("one_qubit_gate_error", 0.001, 'convention = "average_gate_infidelity"', 0.002),
        ("two_qubit_gate_error", 0.015, 'convention = "average_gate_infidelity"', 0.02),
        ("random_layer_error", 0.05, "", None),
        ("crosstalk", 0.01, 'convention = "average_gate_infidelity"', ""),
        ("ghz_fidelity", 0.9, "", ""),
    ],
)
def test_of_our_own(metric, value, more, rate):
    """No line of a difference, nor of what does not decay; of random layers by their own law."""
    sheet = parse_claim_sheet(SHEET.format(metric, value, more).encode(), "s.toml")
    (claim,) = sheet.claims
    protocol = next(p for p in PROTOCOLS.values() if metric in (*p.quantities, *_counts(p)))
    found = rate_at(claim, protocol, 3)
    if rate == "":
        assert found is None
    elif rate is None:
        law = protocol.laws[metric]
        assert found == pytest.approx(claim.value / law.value.factor)
    else:
        assert found == pytest.approx(rate)


def _counts(protocol):
    return ("crosstalk",) if protocol.id == "isolated_pairs" else ()
