"""Quantiles and shares of targets, as a sheet writes them and as they are counted."""

import pytest

from qassay.claims import parse_claim_sheet
from qassay.errors import ClaimError

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
GATE = '[[claim]]\nid = "a"\nmetric = "readout_error"\nvalue = "1 %"\n'
LAYERS = '[[claim]]\nid = "a"\nmetric = "layer_fidelity"\nvalue = "80 %"\n'


def claim_of(text, table=GATE):
    return parse_claim_sheet((HEAD + table + text).encode(), "sheet.toml").claims[0]


@pytest.mark.parametrize(
    ("text", "statistic", "share", "name"),
    [
        ('statistic = "quantile 0.95"', "quantile", 0.95, "quantile 95 %"),
        ('statistic = "quantile 95 %"', "quantile", 0.95, "quantile 95 %"),
        ('statistic = "quantile"\nshare = 0.9', "quantile", 0.9, "quantile 90 %"),
        ('statistic = "share above"\nshare = "95 %"', "share above", 0.95, "share above 95 %"),
        ('statistic = "median"\ntest = "counted"', "median", None, "median"),
    ],
)
def test_statistics_are_read(text, statistic, share, name):
    claim = claim_of(text)
    assert (claim.statistic, claim.share, claim.statistic_name) == (statistic, share, name)
    assert claim.test == ("counted" if "counted" in text else "usual")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('statistic = "quantile 1.0"', 'of all targets is statistic = "every"'),
        ('statistic = "quantile 0"', "a share above 0 and below 1"),
        ('statistic = "quantile 95"', "a share above 0 and below 1"),
        ('statistic = "quantile"', "statistic: found nothing, expected a share"),
        ('statistic = "share above"', "share: found nothing, expected a share"),
        ('statistic = "quantile 0.9"\nshare = 0.9', "the quantile stands in `statistic`"),
        ("share = 0.9", 'it belongs to statistic = "share above"'),
        ('statistic = "mean"\ntest = "counted"', '"median", "quantile", "share above"'),
        ('statistic = "median"\ntest = "exact"', 'expected "usual" or "counted"'),
    ],
)
def test_what_makes_no_statistic_is_told(text, told):
    with pytest.raises(ClaimError) as caught:
        claim_of(text)
    assert told in str(caught.value)


def test_a_register_has_no_quantile():
    with pytest.raises(ClaimError, match="layer_fidelity is one value"):
        claim_of('statistic = "quantile 0.9"', LAYERS)


def test_a_difference_of_errors_is_not_counted():
    crosstalk = GATE.replace("readout_error", "crosstalk")
    crosstalk += 'convention = "average_gate_infidelity"\n'
    assert claim_of('statistic = "median"', crosstalk).test == "usual"
    with pytest.raises(ClaimError, match="no exact test counts"):
        claim_of('statistic = "median"\ntest = "counted"', crosstalk)


@pytest.mark.parametrize(
    ("share", "targets", "meeting"),
    [
        (0.95, 20, 19),
        (0.95, 156, 149),
        (0.9, 10, 9),
        (0.7, 10, 7),
        (0.01, 20, 1),
        (0.99, 20, 20),
    ],
)
def test_targets_that_have_to_meet_a_value(share, targets, meeting):
    assert claim_of(f'statistic = "share above"\nshare = {share}').meeting(targets) == meeting


def test_plans_of_other_claims_keep_their_names():
    """What is not said is not written, so that older plans have the same bytes."""
    written = parse_claim_sheet((HEAD + GATE).encode(), "sheet.toml").as_json()["claims"][0]
    assert not {"share", "test"} & written.keys()
