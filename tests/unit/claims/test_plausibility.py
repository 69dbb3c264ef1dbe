"""Each rule speaks where it should, and keeps silent where it should not."""

from dataclasses import dataclass

import pytest

from qassay.claims import Claim, ClaimSheet, Scope, Source, findings
from qassay.claims.metrics import METRICS
from qassay.claims.plausibility import RULES


@dataclass
class Times:
    one_qubit_gate: float = 0.0
    two_qubit_gate: float = 0.0
    readout: float = 0.0


def claim(metric, value, **more):
    row = METRICS[metric]
    usual = {
        "id": metric,
        "relation": "at most" if row.better == "lower" else "at least",
        "stated": str(value),
        "convention": row.conventions[0] if row.conventions else None,
        "conditions": (("simultaneous", True),),
    }
    return Claim(metric=metric, value=value, **{**usual, **more})


def sheet(*claims, **more):
    usual = {"title": "T", "vendor": "V", "machine": "M", "source": Source(title="S")}
    return ClaimSheet(claims=claims, **{**usual, **more})


def rules(*claims, durations=None, **more):
    return {finding.rule: finding for finding in findings(sheet(*claims, **more), durations)}


COMPLETE = (
    claim("two_qubit_gate_error", 5e-3),
    claim("one_qubit_gate_error", 5e-4),
    claim("readout_error", 5e-3),
    claim("t1", 100.0),
    claim("t2_echo", 2.0),
)


def test_a_good_sheet_gives_no_finding():
    assert findings(sheet(*COMPLETE), Times(1e-5, 2e-4, 3e-4)) == ()


def test_t2_above_twice_t1():
    finding = rules(claim("t1", 10.0), claim("t2_echo", 30.0))["t2-exceeds-twice-t1"]
    assert finding.severity == "impossible"
    assert finding.claims == ("t2_echo", "t1")
    for number in ("30.0 s", "10.0 s", "20.0 s", "15.0 s"):
        assert number in finding.sentence


@pytest.mark.parametrize(
    ("t1", "t2", "severity"),
    [
        ({}, {"statistic": "every"}, "impossible"),  # the worst T2 above twice the mean T1
        ({"statistic": "every"}, {}, None),  # the mean T1 may be far above the worst
        ({}, {"statistic": "best"}, None),  # the best T2 may sit on the best T1
        ({"statistic": "median"}, {}, "questionable"),
        ({"scope": Scope(qubits=(0,))}, {}, "questionable"),
        ({}, {"relation": "at most"}, None),
    ],
)
def test_only_like_statistics_are_compared(t1, t2, severity):
    found = rules(claim("t1", 10.0, **t1), claim("t2_star", 30.0, **t2))
    finding = found.get("t2-exceeds-twice-t1")
    assert (finding.severity if finding else None) == severity


def test_t2_equal_to_twice_t1_is_allowed():
    assert "t2-exceeds-twice-t1" not in rules(claim("t1", 0.15), claim("t2_echo", 0.3))


def test_t2_star_above_the_echo():
    found = rules(claim("t2_star", 3.0), claim("t2_echo", 2.0))
    assert found["t2-star-exceeds-echo"].severity == "questionable"
    assert "t2-star-exceeds-echo" not in rules(claim("t2_star", 2.0), claim("t2_echo", 2.0))


def test_a_gate_error_below_the_relaxation_limit():
    # 200 us on T1 = 1 s: 2 qubits lose 4/5 * (1 - F^2), F = (1 + a + 2 sqrt a)/4, a = e^-2e-4.
    gate = claim("two_qubit_gate_error", 1e-4)
    found = rules(gate, claim("t1", 1.0), durations=Times(two_qubit_gate=200e-6))
    finding = found["below-coherence-limit"]
    assert finding.severity == "impossible"
    assert "0.0160 %" in finding.sentence
    assert "200 us" in finding.sentence


def test_the_gate_time_of_the_sheet_comes_first():
    gate = claim("one_qubit_gate_error", 1e-4, conditions=(("gate_time", "20 ns"),))
    found = rules(gate, claim("t1", 50e-6), durations=Times(one_qubit_gate=1.0))
    assert found["below-coherence-limit"].severity == "impossible"  # 1.33e-4, at 20 ns
    better = claim("one_qubit_gate_error", 1.4e-4, conditions=gate.conditions)
    assert "below-coherence-limit" not in rules(better, claim("t1", 50e-6))


def test_the_convention_counts_in_the_coherence_limit():
    gate = claim("one_qubit_gate_error", 1.9e-4, convention="process_infidelity")
    found = rules(gate, claim("t1", 50e-6), durations=Times(one_qubit_gate=20e-9))
    assert "below-coherence-limit" in found  # 1.27e-4 as average gate infidelity


def test_a_gate_error_below_the_dephasing_limit_is_questionable():
    gate = claim("two_qubit_gate_error", 1e-3)
    found = rules(gate, claim("t1", 10.0), claim("t2_echo", 0.01), durations=Times(0, 200e-6))
    assert found["below-coherence-limit"].severity == "questionable"
    alone = rules(gate, claim("t2_star", 0.01), durations=Times(0, 200e-6))
    assert "better than idling" in alone["below-coherence-limit"].sentence


def test_without_a_gate_time_nothing_is_said_of_coherence():
    assert "below-coherence-limit" not in rules(
        claim("two_qubit_gate_error", 1e-9), claim("t1", 1e-9)
    )


def test_a_readout_below_the_decay_during_it():
    found = rules(claim("readout_error", 1e-3), claim("t1", 50e-6), durations=Times(readout=1e-6))
    assert "0.498 %" in found["readout-below-decay"].sentence
    fast = claim("readout_error_1", 1e-2, conditions=(("readout_time", "0.5 us"),))
    assert "readout-below-decay" not in rules(fast, claim("t1", 50e-6))


def test_perfection_is_impossible():
    assert rules(claim("two_qubit_gate_error", 0.0))["perfection"].severity == "impossible"
    assert rules(claim("ghz_fidelity", 1.0))["perfection"].severity == "impossible"
    assert "perfection" not in rules(claim("readout_error", 0.0, relation="at least"))


def test_counts_that_disagree():
    found = rules(
        claim("qubits", 8.0),
        claim("quantum_volume", 512.0),
        claim("t1", 1.0, scope=Scope(qubits=(8,))),
    )
    assert "needs 9 qubits" in found["volume-exceeds-qubits"].sentence
    assert "qubit 8" in found["qubit-beyond-count"].sentence
    assert "volume-exceeds-qubits" not in rules(
        claim("qubits", 9.0), claim("quantum_volume", 512.0)
    )


def test_eplg_has_two_forms():
    found = rules(claim("eplg", 0.01, convention="process_infidelity"))
    assert "1.00 % as process" in found["eplg-convention"].sentence
    assert "0.800 % with the factor 4/5" in found["eplg-convention"].sentence


def test_eplg_below_the_gate_error():
    found = rules(claim("eplg", 4e-3), claim("two_qubit_gate_error", 5e-3))
    assert found["eplg-below-gate-error"].severity == "questionable"


def test_an_error_that_looks_like_a_fidelity():
    found = rules(claim("two_qubit_gate_error", 0.995))
    assert "the error is 0.500 %" in found["looks-like-fidelity"].sentence


def test_a_direction_against_the_buyer():
    found = rules(claim("t1", 1.0, relation="at most"))
    assert "lower" not in found["direction-against-buyer"].sentence
    assert "direction-against-buyer" in rules(claim("readout_error", 0.01, relation="at least"))


def test_claims_that_say_nothing():
    assert "says-nothing" in rules(claim("t1", 0.0))
    assert "says-nothing" in rules(claim("readout_error", 1.0))
    assert "wide-tolerance" in rules(claim("t1", 1.0, delta=2.0))


def test_a_best_value_is_no_average():
    found = rules(claim("two_qubit_gate_error", 1e-3, statistic="best"))
    assert "one pair of the machine" in found["best-value"].sentence


def test_simultaneity_is_asked_for():
    found = rules(claim("readout_error", 0.01, conditions=()))
    assert found["simultaneity-unstated"].claims == ("readout_error",)
    alone = claim("readout_error", 0.01, conditions=(("simultaneous", False),))
    assert "measured-alone" in rules(alone)
    assert "simultaneity-unstated" not in rules(alone)


def test_what_the_reader_filled_in_is_said():
    found = rules(claim("t1", 1.0, unstated=("relation", "statistic")))
    assert {"relation-unstated", "statistic-unstated"} <= set(found)


def test_what_an_announcement_leaves_out():
    found = rules(claim("qubits", 50.0), source=Source())
    assert "two-qubit gate error" in found["key-figures-missing"].sentence
    assert found["no-source"].claims == ()


def test_the_worst_comes_first():
    found = findings(sheet(claim("eplg", 0.0), claim("t1", 0.0), source=Source()))
    severities = [finding.severity for finding in found]
    assert severities == sorted(severities, key=["impossible", "questionable", "note"].index)
    assert set(found[0].as_json()) == {"rule", "severity", "claims", "sentence"}


def test_every_rule_says_what_it_is_for():
    assert all(rule.__doc__ for rule in RULES)
