"""Counts in another order of bits are told at the door, before anything is taken or judged."""

import pytest

from qassay.errors import CountsError

TURNS = {
    "in reverse": lambda bits: bits[::-1],
    "upside down": lambda bits: bits.translate({48: 49, 49: 48}),
    "in another order": lambda bits: bits[2] + bits[0] + bits[1] + bits[3:],
}


@pytest.mark.parametrize(
    "words",
    [k if k == "in reverse" else pytest.param(k, marks=pytest.mark.slow) for k in TURNS],
)
def test_nothing_is_taken_and_the_right_file_still_is(campaign, words):
    def turned(document):
        for one in document["circuits"].values():
            one["counts"] = {TURNS[words](bits): n for bits, n in one["counts"].items()}

    campaign.step()
    before = campaign.snapshot()
    with pytest.raises(CountsError, match=f"bits {words}.* nothing was taken and nothing judged"):
        campaign.step(campaign.counts(1, change=turned))
    assert campaign.snapshot() == before
    progress = campaign.step(campaign.counts(1))
    assert any("counts of" in remark for remark in progress.remarks)
