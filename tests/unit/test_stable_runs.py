"""Runs over hours: what held at all of them, typically, what drifts, and what cannot be said."""

import json
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import qassay
from qassay.cli.main import cli
from qassay.errors import EvidenceError, UsageError
from qassay.planning.options import Options
from qassay.results import stable_runs
from qassay.results.stable_runs import Drifting, _holm, stability_of
from qassay.statistics.runs_in_time import drift_tests, judged_together

MACHINE = """
[machine]
name = "small-3"
platform = "trapped-ion"
qubits = 3
connectivity = "all-to-all"

[noise]
readout_p01 = {p}
readout_p10 = {p}
"""
SHEET = """
[sheet]
title = "Three ions"
vendor = "A vendor"
machine = "Small 3"

[[claim]]
id = "readout"
metric = "readout_error"
relation = "at most"
value = "1 %"
statistic = "every"
"""
NIGHT = 1_796_000_000  # seconds since 1970


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    """Runs an hour apart: the third reads badly, the others well."""
    folder = tmp_path_factory.mktemp("stable")
    (folder / "sheet.toml").write_text(SHEET, encoding="utf-8")
    made = []
    for hour, p in enumerate((0.001, 0.001, 0.1, 0.001)):
        machine = folder / "small-3.toml"
        machine.write_text(MACHINE.replace("{p}", str(p)), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOURCE_DATE_EPOCH", str(NIGHT + 3600 * hour))
            result = qassay.run(
                folder / "sheet.toml", str(machine), out=folder / f"run-{hour}", seed=hour
            )
        made.append(Path(result.bundle).rename(folder / f"hour-{hour}.qassay.zip"))
    return made


def test_one_bad_hour_is_missed_by_always_and_not_by_typically(nights):
    """Each wrong verdict has a probability of 5 % at the border, and far less this far from it."""
    found = stability_of(nights[3], nights[0], nights[2], nights[1])
    assert [one.bundle.name for one in found.moments] == [f"hour-{k}.qassay.zip" for k in range(4)]
    (claim,) = found.claims
    assert claim.outcomes == ("supported", "supported", "refuted", "supported")
    assert claim.always == "refuted"
    assert claim.missed == (3,)
    assert claim.typically == "inconclusive"  # three of four could be, at the border: 9.75 %
    assert (found.span, found.gap, found.exit_code) == (10_800.0, 3600.0, 1)
    assert {(one.quantity, one.test) for one in found.drifting} >= {
        ("readout_error", "runs differ")
    }
    assert "4 runs over 3 h" in found.sentences()[0]


def test_runs_are_counted_against_what_chance_explains():
    """At the median, half of the runs may be right by themselves: k = 5, one bad, 3 x 0.05^2."""
    sure, lost = 4.0, -9.0
    good = np.array([sure, sure, sure, sure, lost])
    bad = np.array([lost, lost, lost, lost, sure])
    assert judged_together(good, bad, 0.05, 0.05) == ("inconclusive", "supported")
    assert judged_together(bad, good, 0.05, 0.05) == ("refuted", "refuted")
    assert judged_together(np.full(3, sure), np.full(3, lost), 0.05, 0.05) == (
        "supported",
        "supported",
    )
    strong = np.array([lost, lost, 9.0])
    assert judged_together(np.array([sure, sure, lost]), strong, 0.05, 0.05)[0] == "refuted"


def test_a_claim_that_holds_at_its_border_is_refuted_as_rarely_as_promised():
    """Fair bets of both kinds, four runs: wrong in at most 5 % of 2000 games, 5 deviations beyond.

    An e-value that is 1 / x with probability x, else 0, is as dangerous as one can be.
    """
    rng = np.random.default_rng(8)
    wrong = 0
    for _ in range(2000):
        odds = rng.choice([0.05, 0.025, 0.0125], 4)
        refute = np.where(rng.random(4) < odds, -np.log(odds), -60.0)
        wrong += judged_together(np.full(4, -9.0), refute, 0.05, 0.05)[0] == "refuted"
    assert wrong < 100 + 5 * 10


def test_three_good_hours_hold_and_nothing_drifts(nights):
    found = stability_of(nights[0], nights[1], nights[3], window=3 * 3600)
    (claim,) = found.claims
    assert (claim.always, claim.typically, claim.missed) == ("supported", "supported", ())
    assert not found.drifting
    assert found.tests > 0
    assert found.exit_code == 0
    longer = stability_of(nights[0], nights[1], nights[3], window=86_400)
    assert longer.exit_code == 3
    assert "do not span the window of 24 h" in longer.sentences()[1]


def test_what_does_not_belong_together_is_refused(nights, tmp_path):
    with pytest.raises(UsageError, match="3 or more runs"):
        stability_of(nights[0], nights[1])
    with pytest.raises(UsageError, match="twice") as caught:
        stability_of(nights[0], nights[0], nights[1])
    assert len(caught.value.problems) == 2
    bad = tmp_path / "bad.qassay.zip"
    data = bytearray(nights[0].read_bytes())
    data[len(data) // 2] ^= 1
    bad.write_bytes(bytes(data))
    with pytest.raises(EvidenceError):
        stability_of(bad, nights[0], nights[1])


def run_of(nights, tmp_path, **options):
    sheet, machine = (nights[0].parent / name for name in ("sheet.toml", "small-3.toml"))
    out = tmp_path / "out"
    return qassay.run(sheet, str(machine), out=out, seed=9, options=Options(**options)).bundle


def test_limits_by_different_rules_do_not_go_together(nights, tmp_path):
    guarded = run_of(nights, tmp_path, rule="guarded")
    with pytest.raises(UsageError, match="limits by the guarded rule"):
        stability_of(nights[0], nights[1], guarded)


def test_a_lax_run_lowers_no_threshold(nights, tmp_path, monkeypatch):
    """An e-value of 4 is enough for errors of 45 %, and not for those of 5 %."""
    lax = run_of(nights, tmp_path, alpha=0.45, beta=0.45)
    owned = SimpleNamespace(support=math.log(4.0), refute=-1.0)
    monkeypatch.setattr(stable_runs, "wealth_of", lambda *_: owned)
    for order in ((lax, nights[0], nights[1]), (nights[0], nights[1], lax)):
        (claim,) = stability_of(*order).claims
        assert (claim.always, claim.typically) == ("inconclusive", "inconclusive")


def test_a_machine_that_stands_still_is_told_to_drift_as_rarely_as_the_level_says():
    """Of 4000 normal series both tests are below 5 % in 200 each: 5 standard deviations of 14."""
    rng = np.random.default_rng(3)
    times, errors = np.array([0.0, 1.0, 2.5, 4.0, 9.0]), np.array([1.0, 2.0, 1.0, 0.5, 1.5])
    found = [
        dict(drift_tests(times, 7 + errors * rng.standard_normal(5), errors)) for _ in range(4000)
    ]
    for test in ("runs differ", "moves with time"):
        assert abs(sum(one[test] < 0.05 for one in found) - 200) < 70


def test_a_slope_is_seen_in_time_and_runs_of_one_time_have_none():
    times, errors = np.arange(6.0), np.full(6, 0.3)
    steep = dict(drift_tests(times, 0.5 * times, errors))
    assert steep["moves with time"] < 1e-6
    assert [name for name, _ in drift_tests(np.zeros(6), times, errors)] == ["runs differ"]


def test_p_values_are_reckoned_with_all_tests():
    made = [
        Drifting(quantity="q", target=str(k), test="t", values=(), adjusted=p)
        for k, p in enumerate((0.04, 0.01, 0.5))
    ]
    assert [one.adjusted for one in _holm(made)] == [0.03, 0.08, 0.5]


def test_the_command_says_it_and_has_its_exit_codes(nights, capsys):
    def call(*words):
        code = cli.main(list(map(str, words)), standalone_mode=False)
        return code, capsys.readouterr().out

    code, text = call("stability", *nights)
    assert code == 1
    assert "In every run" in text
    assert "runs differ" in text
    code, text = call("stability", nights[0], nights[1], nights[3], "--json")
    assert code == 0
    assert json.loads(text)["claims"][0]["always"] == "supported"
    with pytest.raises(UsageError, match="24 h"):
        call("stability", *nights, "--window", "soon")
