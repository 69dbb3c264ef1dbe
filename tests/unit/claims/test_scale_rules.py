"""A figure that was typed in another way than it is read is asked about; what is usual is not."""

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.metrics import METRICS
from qassay.claims.operations import OPERATIONS
from qassay.claims.plausibility import findings
from qassay.registry.catalog import all_registered
from qassay.registry.sheet_writer import published_sheet, unsayable

HEAD = '[sheet]\ntitle = "t"\nvendor = "v"\nmachine = "m"\n'
RULES = {
    "like-an-error",
    "meant-per-cent",
    "meant-fraction",
    "unusual-size",
    "looks-like-the-rest",
    "looks-like-fidelity",
}


class Times:
    one_qubit_gate = 40e-9
    two_qubit_gate = readout = 0.0


def asked(metric, value, more="", relation="", durations=None):
    """List rules and sentences on a claim, or what refuses it."""
    row = METRICS.get(metric)
    kind = "" if row else 'kind = "operations"\n'
    better = row.better == "higher" if row else not OPERATIONS[metric].lower_is_better
    relation = relation or ("at least" if better else "at most")
    raw = value if isinstance(value, float | int) else f'"{value}"'
    convention = f'convention = "{row.conventions[0]}"\n' if row and row.conventions else ""
    text = f'[[claim]]\nid = "a"\nmetric = "{metric}"\nrelation = "{relation}"\nvalue = {raw}\n'
    sheet = parse_claim_sheet((HEAD + text + kind + convention + more).encode())
    return {f.rule: str(f.sentence) for f in findings(sheet, durations) if f.rule in RULES}


REGISTER = "scope = {qubits = [0, 1, 2, 3]}\n"
FIDELITIES = [
    one.id
    for one in METRICS.values()
    if one.dimension == "probability" and one.better == "higher" and one.target == "register"
]
ERRORS = [
    one.id for one in METRICS.values() if one.dimension == "probability" and one.better == "lower"
]


def more_of(metric):
    if metric == "mirror_polarization":
        return "scope = {qubits = [0, 1, 2, 3]}\nconditions = {depth = 2}\n"
    if metric in ("circuit_fidelity", "approximation_ratio", "xeb_fidelity"):
        return None  # these need files or depths; the rule goes by the kind
    return REGISTER


@pytest.mark.parametrize("metric", [m for m in FIDELITIES if more_of(m)])
def test_every_fidelity_that_looks_like_an_error_is_asked_about(metric):
    assert "98.0 %" in asked(metric, "2 %", more_of(metric))["like-an-error"]
    assert "fraction 0.995" in asked(metric, "0.995 %", more_of(metric))["meant-fraction"]
    assert not asked(metric, "90 %", more_of(metric))


def test_what_a_state_is_prepared_for_is_asked_about():
    assert "like-an-error" in asked("ghz_fidelity", "40 %", REGISTER)
    assert "like-an-error" in asked("graph_state_fidelity", 0.02)
    assert not asked("layer_fidelity", "40 %", REGISTER)
    wide = f"scope = {{qubits = {list(range(100))}}}\n"
    assert not asked("layer_fidelity", "2 %", wide)  # 4 % a qubit


@pytest.mark.parametrize("metric", [m for m in ERRORS if METRICS[m].protocol])
def test_every_error_that_may_be_in_another_form_is_asked_about(metric):
    found = asked(metric, 0.3)
    assert "0.3 %" in found["meant-per-cent"]
    assert not asked(metric, "30 %")
    assert not asked(metric, "0.3 %")
    assert asked(metric, "0.0000009 %").keys() & {"meant-fraction", "unusual-size"}


def test_an_error_typed_with_a_sign_too_many():
    found = asked("two_qubit_gate_error", "0.00005 %")
    assert "5e-05" in found["meant-fraction"]
    assert "unusual-size" in asked("two_qubit_gate_error", 1e-9)


@pytest.mark.parametrize("metric", ["t1", "t2_echo", "t2_star"])
@pytest.mark.parametrize(
    ("value", "odd"), [("150 ns", 1), ("150 us", 0), ("150 s", 0), ("3e8 s", 1)]
)
def test_times_in_another_unit(metric, value, odd):
    assert ("unusual-size" in asked(metric, value)) == bool(odd)


def test_a_state_that_lives_for_some_gates():
    class Slow(Times):
        one_qubit_gate = 20e-6

    assert not asked("t1", "150 us", durations=Times())
    assert "200 us" in asked("t1", "150 us", durations=Slow())["unusual-size"]


@pytest.mark.parametrize(
    ("metric", "odd", "usual"),
    [
        ("gate_time_1q", "30 ms", "30 ns"),
        ("gate_time_2q", "70 s", "70 ns"),
        ("readout_time", "2 h", "2 us"),
        ("reset_time", "1 h", "250 us"),
        ("shot_rate", "0.0001 1/s", "4000 1/s"),
        ("round_trip", "1 us", "1 min"),
        ("uptime", "0.95 %", "95 %"),
        ("uptime", "2 %", "98 %"),
        ("calibration_share", "95 %", "5 %"),
    ],
)
def test_what_a_clock_settles(metric, odd, usual):
    assert asked(metric, odd)
    assert not asked(metric, usual)


def test_no_published_figure_is_asked_about():
    looked = 0
    for machine in all_registered():
        for by in ("maker", "others"):
            own = [one for one in machine.figures if one.evidence.party == by]
            if all(map(unsayable, own)):
                continue
            sheet = parse_claim_sheet(published_sheet(machine, by).encode(), machine.id)
            told = [f.sentence for f in findings(sheet) if f.rule in RULES]
            assert not told, machine.id
            looked += len(sheet.claims)
    assert looked > 100
