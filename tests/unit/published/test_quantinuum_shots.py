"""Single shots that a maker published say whether the bits of a shot go wrong together."""

import json

import numpy as np
import pytest

from qassay.protocols.published import PublishedReadout
from qassay.published.counts import read_published
from qassay.published.quantinuum_shots import wrong_bits
from qassay.reading.limits import JsonLimits
from qassay.statistics.trials import Trials

TARGETS = tuple((q,) for q in range(4))


def of_strings(missed, ideal, step=1):
    """Write strings as the maker does, and the totals of each qubit."""
    strings = [
        "".join(str(int(b) ^ int(m)) for b, m in zip(ideal, row, strict=True))[::step]
        for row in missed
    ]
    document = {
        "raw_data": {"SPAM (0, 1)": {"c": strings}},
        "expected_output": {"SPAM: (0, 1)": {str(q): str(b) for q, b in enumerate(ideal)}},
    }
    hits = missed.sum(axis=0)[None].astype(np.int64)
    trials = Trials(
        lengths=np.zeros(1), arms=np.zeros(1, dtype=np.intp), hits=hits, shots=len(missed)
    )
    return document, trials


@pytest.mark.parametrize("step", [1, -1])
def test_either_order_of_bits_is_found_by_the_totals(step):
    missed = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [1, 0, 1, 0]])
    document, trials = of_strings(missed, "1011", step)
    assert wrong_bits(document, TARGETS, trials) == (1, 1, 2, 0, 0)


def test_strings_that_are_no_such_are_left_alone():
    missed = np.array([[1, 0, 0, 0], [0, 0, 0, 0]])
    document, trials = of_strings(missed, "1011")
    assert wrong_bits({}, TARGETS, trials) is None
    assert wrong_bits({**document, "expected_output": {}}, TARGETS, trials) is None
    assert (
        wrong_bits({**document, "raw_data": {"SPAM (0, 1)": {"c": [3]}}}, TARGETS, trials) is None
    )
    more = {"raw_data": {"SPAM (0, 1)": {"c": ["1011"] * 2}}}
    assert wrong_bits({**document, **more}, TARGETS, trials) is None


def width(missed):
    document, trials = of_strings(missed, "0000")
    listed = list(wrong_bits(document, TARGETS, trials))
    one = PublishedReadout(f'{{"wrong_bits":{listed}}}').mean("readout_error", trials, 0.95)
    none = PublishedReadout().mean("readout_error", trials, 0.95)
    assert one.value == pytest.approx(none.value, rel=1e-3)
    return (one.high - one.low) / (none.high - none.low)


def test_independent_bits_have_the_shorter_interval_and_others_have_not():
    rng = np.random.default_rng(2)
    apart = rng.random((20_000, 4)) < 0.02
    together = np.repeat(rng.random((20_000, 1)) < 0.02, 4, axis=1)
    assert 0.5 < width(apart) < 0.54  # the root of 1/4, and a little for what is not known
    assert width(together) > 0.99


def test_strings_that_are_too_many_never_cost_the_counts(tmp_path, monkeypatch):
    limits = JsonLimits(size=1 << 20, values=40)
    monkeypatch.setattr("qassay.published.quantinuum.FOREIGN", limits)
    document = {
        "shots": 50,
        "survival": {"0": {"0": 49, "1": 48}, "1": {"0": 49, "1": 50}},
        "raw_data": {"SPAM (0, 0)": {"c": ["00"] * 50}, "SPAM (0, 1)": {"c": ["11"] * 50}},
    }
    (tmp_path / "SPAM.json").write_text(json.dumps(document), encoding="utf-8")
    (one,) = read_published("quantinuum", tmp_path).counts
    assert (one.trials.hits.sum(), one.problem) == (4, "")
