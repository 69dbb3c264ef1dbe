"""Ranges, multiples of other claims, windows and files: what is read, and what is refused."""

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.errors import ClaimError
from qassay.planning.conditions import unmet

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
ERROR = 'metric = "two_qubit_gate_error"\nconvention = "average_gate_infidelity"\n'
FIRST = f'[[claim]]\nid = "1q"\n{ERROR.replace("two_q", "one_q")}value = "0.05 %"\n'


def read(*claims):
    text = HEAD + "".join(f'[[claim]]\nid = "c{i}"\n{one}\n' for i, one in enumerate(claims))
    return parse_claim_sheet(text.encode(), "s.toml").claims


def below(value, more=ERROR):
    return parse_claim_sheet(
        f'{HEAD}{FIRST}[[claim]]\nid = "2q"\n{more}value = "{value}"\n'.encode(), "s.toml"
    ).claims[1]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('value = "0.1 % to 0.3 %"', 0.003),
        ('value = "0.1-0.3 %"', 0.003),
        ('value = "0,1 – 0,3 %"', 0.003),
        ('value = "1e-3 .. 3e-3"', 0.003),
        ('value = "1e-3-3e-3"', 0.003),
        ('value = "0.1 to 0.3 %"\nrelation = "at least"', 0.001),
        ('fidelity = "99.7 % to 99.9 %"', 0.003),
    ],
)
def test_the_weaker_end_of_a_range_is_claimed_and_told(written, value):
    (claim,) = read(ERROR + written)
    assert claim.value == pytest.approx(value, rel=1e-12)
    assert "weaker end" in claim.read_as[0]
    assert not any(sign in claim.stated for sign in ("to", "–", ".."))


def test_a_range_of_times_promises_its_shorter_end():
    (claim,) = read('metric = "t1"\nvalue = "60 us to 0.1 ms"')
    assert claim.value == pytest.approx(60e-6)


def test_a_number_with_an_exponent_is_no_range():
    (claim,) = read(ERROR + 'value = "2e-3"')
    assert (claim.value, claim.read_as) == (0.002, ())


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('value = "0.3 % to 0.1 %"', "from its smaller to its larger end"),
        ('value = "0.1 % to 0.1 %"', "from its smaller to its larger end"),
        ('value = "0.1 us to 0.3 %"', "found .*0.1 us to 0.3 %"),
        ('value = "0.1 % to 300 %"', "value"),
    ],
)
def test_a_range_without_meaning_is_refused_with_its_place(written, words):
    with pytest.raises(ClaimError, match=words) as caught:
        read(ERROR + written)
    assert len(caught.value.problems) == 1
    assert 'claim "c0"' in str(caught.value)


@pytest.mark.parametrize("value", ["10 x 1q", "10 × 1q", "10 times 1q", "10*claim 1q"])
def test_a_multiple_of_another_claim_is_a_number_and_told(value):
    claim = below(value)
    assert claim.value == pytest.approx(0.005, rel=1e-12)
    assert claim.stated == "0.5 %"
    assert 'times what claim "1q" says, 0.05 %: 0.5 %' in claim.read_as[0]


@pytest.mark.parametrize(
    ("value", "more", "words"),
    [
        ("10 x 1Q", ERROR, 'the id of a measured claim above it .*did you mean "1q"'),
        ("10 x 2q", ERROR, "above it"),
        ("10 x 1q", 'metric = "t1"\n', "another kind of figure"),
        ("10 x 1q", ERROR.replace("average_gate", "process"), "it is a average_gate_infidelity"),
        ("10 x 1q", 'metric = "2q_fidelity"\n' + ERROR.partition("\n")[2], "claim the error"),
        ("3000 x 1q", ERROR, "found .*3000 x 1q"),
    ],
)
def test_a_multiple_that_means_nothing_is_refused(value, more, words):
    with pytest.raises(ClaimError, match=words):
        below(value, more)


def test_powers_of_ten_are_no_multiples():
    assert below("2.9×10^-4").value == pytest.approx(2.9e-4)


def test_a_window_is_refused_with_its_reason_and_way_out():
    (claim,) = read(ERROR + 'value = "1 %"\nconditions = {window = "24 h"}')
    device = DeviceDescription(name="d", platform="other", qubits=2, couplings=((0, 1),))
    reason = unmet(claim, device)
    assert 'window = "24 h" is not met' in reason
    assert "qassay stability" in reason
    with pytest.raises(ClaimError, match='such as "24 h"'):
        read(ERROR + 'value = "1 %"\nconditions = {window = "long"}')


@pytest.mark.parametrize("words", ["best chain of 10", "the best 8 qubits", "best tree of 4"])
def test_a_best_choice_without_earlier_errors_is_refused_with_the_way_to_choose(words):
    with pytest.raises(ClaimError, match="qassay results FIRST.zip") as caught:
        read(f'metric = "layer_fidelity"\nvalue = 0.5\nscope = "{words}"')
    assert len(caught.value.problems) == 1


def test_the_best_of_single_pairs_is_a_statistic():
    with pytest.raises(ClaimError, match='statistic = "best"'):
        read(ERROR + 'value = "1 %"\nscope = "best chain of 4"')


@pytest.mark.parametrize(
    ("words", "rule", "size"),
    [
        ("best chain of 10", "chain", 10),
        ("The best path of 4 qubits", "chain", 4),
        ("best 8 qubits", "set", 8),
        ("best connected set of 5", "set", 5),
    ],
)
def test_a_best_choice_is_told_back(words, rule, size):
    (claim,) = read(
        f'metric = "layer_fidelity"\nvalue = 0.5\nscope = "{words}"\n'
        'conditions = {chosen_from = "first.csv"}'
    )
    assert (claim.best.rule, claim.best.size, claim.best.file) == (rule, size, "first.csv")
    assert f"the {rule} of {size} qubits" in claim.read_as[-1]
