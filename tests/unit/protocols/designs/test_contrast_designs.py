"""Circuits of a claim on a time are where the claim speaks."""

import pytest

from qassay.claims.claim import Claim
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.designs.contrast_designs import block_of, dearer, delays_of, settles

HEAD = '[sheet]\ntitle = "x"\nvendor = "v"\nmachine = "m"\n'


def time(value, delta=0.25, **more):
    given = {"id": "c", "metric": "t1", "relation": "at least", "value": value, "stated": ""}
    return Claim(**(given | {"statistic": "every", "delta": delta} | more))


def test_one_claim_has_circuits_at_its_time_and_at_its_limit():
    assert delays_of([time(1.0)], Options()) == (1.0, pytest.approx(0.8))
    assert delays_of([time(1.0)], Options(rule="guarded")) == (1.0,)
    assert block_of((1.0, 0.8)) == (1, 5, 5)


def test_claims_of_almost_one_time_share_delays_on_the_safe_side():
    claims = [time(1.0), time(1.02), time(1.3)]
    delays = delays_of(claims, Options())
    assert delays[0] == max(delays) == 1.3
    for claim in claims:
        limit = claim.value / 1.25
        later = min(t for t in delays if t >= limit * (1 - 1e-9))
        earlier = max(t for t in delays if t <= claim.value * (1 + 1e-9))
        assert later / limit <= 1.25 ** (1 / 8) * (1 + 1e-9)
        assert claim.value / earlier <= 1.25 ** (1 / 8) * (1 + 1e-9)
    assert len(delays) < 6


def test_what_no_law_costs():
    """Twice the circuits of a test that trusts an exponential: each delay serves one side."""
    assert 1.6 < dearer((1.0, 0.8), 0.25) < 2.2
    assert dearer((1.0, 0.8, 2.0, 1.6), 0.25) == pytest.approx(
        2 * dearer((1.0, 0.8), 0.25), rel=0.05
    )


@pytest.mark.parametrize(
    ("more", "targets", "expected"),
    [
        ({}, 50, True),
        ({"statistic": "mean"}, 1, True),
        ({"statistic": "mean"}, 2, False),
        ({"relation": "at most"}, 1, False),
        ({"metric": "one_qubit_gate_error"}, 1, False),
    ],
)
def test_which_claims_need_no_law(more, targets, expected):
    assert settles(time(1.0, **more), targets) is expected


def test_a_plan_measures_at_the_claimed_time_and_at_its_limit():
    sheet = HEAD + '[[claim]]\nid = "a"\nmetric = "t2_star"\nvalue = "1 s"\nstatistic = "every"\n'
    claims = parse_claim_sheet(sheet.encode(), "s.toml")
    device = DeviceDescription(name="m", platform="other", qubits=2)
    (x,) = make_plan(claims, device, bytes(32), Options(), "test").experiments
    assert x.lengths == (0.0, 1.0, pytest.approx(0.8))
    assert x.coin
