"""What people write in other words is understood where it can mean one thing, and told back."""

import pytest

from qassay.claims import findings, parse_claim_sheet
from qassay.claims.claim import Scope
from qassay.claims.metrics import METRICS
from qassay.claims.quantity_text import read_quantity
from qassay.claims.usual_names import hint, usual_name
from qassay.errors import ClaimError

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'


def sheet(*lines):
    return parse_claim_sheet((HEAD + '[[claim]]\nid = "a"\n' + "\n".join(lines)).encode(), "s.toml")


def claim(*lines):
    return sheet(*lines).claims[0]


def complaints(*lines):
    with pytest.raises(ClaimError) as caught:
        sheet(*lines)
    return str(caught.value)


GATE = ('metric = "two_qubit_gate_error"', 'convention = "average_gate_infidelity"')


@pytest.mark.parametrize("relation", ["", 'relation = "at least"', 'relation = "at most"'])
def test_a_fidelity_becomes_the_error_it_leaves_and_is_told_back(relation):
    made = claim(*GATE, 'fidelity = "99.5 %"', relation)
    assert (made.value, made.relation) == (0.005, "at most")
    assert made.stated == "0.5 %"
    assert 'the fidelity "99.5 %" is read as an error of at most 0.5 %' in made.read_as[0]
    assert "average gate infidelity" in made.read_as[0]


@pytest.mark.parametrize("text", ['"99.99999 %"', "0.9999999", '"99,99999 percent"'])
def test_a_fidelity_near_one_keeps_its_last_digit(text):
    assert claim(*GATE, f"fidelity = {text}").value == 1e-7


def test_a_fidelity_of_a_metric_that_is_one_is_its_value():
    made = claim('metric = "ghz_fidelity"', 'fidelity = "70 %"')
    assert (made.value, made.relation) == (0.7, "at least")


def test_a_fidelity_of_what_has_none_and_two_figures_are_refused():
    assert "t1 is no error rate" in complaints('metric = "t1"', 'fidelity = "99 %"')
    both = complaints(*GATE, 'fidelity = "99 %"', 'value = "1 %"')
    assert "one of the two, value or fidelity" in both
    assert '"at least"' in complaints(
        'metric = "2q_fidelity"', 'value = "99 %"', GATE[1], 'relation = "at most"'
    )


@pytest.mark.parametrize(
    ("word", "metric", "fidelity"),
    [
        ("2q_fidelity", "two_qubit_gate_error", True),
        ("1q_fidelity", "one_qubit_gate_error", True),
        ("single-qubit gate fidelity", "one_qubit_gate_error", True),
        ("two-qubit gate error rate", "two_qubit_gate_error", False),
        ("CZ fidelity", "two_qubit_gate_error", True),
        ("cnot_error", "two_qubit_gate_error", False),
        ("fidelity_2q", "two_qubit_gate_error", True),
        ("F2Q", "two_qubit_gate_error", True),
        ("2q_infidelity", "two_qubit_gate_error", False),
        ("spam", "readout_error", False),
        ("SPAM fidelity", "readout_error", True),
        ("readout fidelity", "readout_error", True),
        ("assignment error", "readout_error", False),
        ("T2", "t2_echo", False),
        ("T2*", "t2_star", False),
        ("T2 Hahn", "t2_echo", False),
        ("clops", "throughput", False),
        ("CLOPS_h", "throughput", False),
        ("ghz", "ghz_fidelity", False),
        ("qv", "quantum_volume", False),
        ("QV", "quantum_volume", False),
        ("xeb", "xeb_fidelity", False),
        ("number of qubits", "qubits", False),
    ],
)
def test_usual_names_are_understood(word, metric, fidelity):
    known = usual_name(word)
    assert known is not None
    assert (known.metric, known.fidelity) == (metric, fidelity)
    assert known.metric in METRICS


def test_capitals_are_no_other_metric():
    assert claim('metric = "EPLG"', 'convention = "process_infidelity"', "value = 0.01").metric == (
        "eplg"
    )


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("gate_speed", "how long an operation takes"),
        ("2q_gate_duration", "how long an operation takes"),
        ("eplg_100", "belongs into the scope"),
        ("GHZ-20", "belongs into the scope"),
        ("#AQ", "algorithmic qubits"),
        ("connectivity", "how many pairs couple"),
        ("mtbf", "how long a machine is up"),
        ("logical_error_rate", "logical qubits"),
        ("two_qubit_loss", "what is lost can be claimed as loss"),
        ("T2_XY16", "the number of refocusing pulses"),
        ("fidelity", "say of what"),
        ("iswap_fidelity", "of the class of CZ"),
        ("error_per_clifford", "one to two pulses"),
    ],
)
def test_what_cannot_be_tested_is_hinted_at_and_not_at_the_closest_word(word, said):
    assert usual_name(word) is None
    message = complaints(f'metric = "{word}"', "value = 1")
    assert said in message
    assert "did you mean" not in message
    assert message.count("\n") == 0


def test_no_name_of_the_table_is_taken_for_another():
    for metric in METRICS:
        known = usual_name(metric)
        assert known is None or (known.metric, known.fidelity) == (metric, False), metric


@pytest.mark.parametrize(
    ("text", "value", "error"),
    [
        ("2.9(5)e-5", 2.9e-5, 5e-6),
        ("7.9(2)e-4", 7.9e-4, 2e-5),
        ("0.5(1) %", 0.005, 0.001),
        ("0.50(12)%", 0.005, 0.0012),
        ("(7.9 ± 0.2)e-4", 7.9e-4, 2e-5),
        ("0.5 +- 0.1 %", 0.005, 0.001),
        ("0.5 +/- 0.1 %", 0.005, 0.001),
        ("7.9×10^-4", 7.9e-4, None),
        ("7.9 x 10⁻⁴", 7.9e-4, None),
        ("10⁻³", 1e-3, None),
        ("2^-3 %", 1.25e-3, None),
        ("0,5 %", 0.005, None),
        ("0.5%", 0.005, None),
        ("0.5 percent", 0.005, None),
        ("0,005", 0.005, None),
        ("50 ppm", 5e-5, None),
    ],
)
def test_error_rates_as_people_write_them(text, value, error):
    made = claim(*GATE, f'value = "{text}"')
    assert made.value == pytest.approx(value, rel=1e-12)
    assert made.stated_error == (None if error is None else pytest.approx(error, rel=1e-12))
    plain = all(char in "0123456789.%pm " for char in text)
    assert made.stated == text if plain else made.stated.endswith(" %")
    if error is not None:
        assert "stated error" in made.read_as[0]


def test_a_fidelity_with_its_error():
    made = claim(*GATE, 'fidelity = "99.5(1) %"')
    assert (made.value, made.stated_error) == (0.005, pytest.approx(0.001))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30us", 3e-5),
        ("30 µs", 3e-5),
        ("30 μs", 3e-5),
        ("30 usec", 3e-5),
        ("30 microseconds", 3e-5),
        ("0,25 ms", 2.5e-4),
        ("250ns", 2.5e-7),
        ("1.5 min", 90.0),
        ("2 hours", 7200.0),
        ("1 200 us", 1.2e-3),
        ("278(3) us", 2.78e-4),
    ],
)
def test_times_as_people_write_them(text, seconds):
    assert claim('metric = "t1"', f'value = "{text}"').value == pytest.approx(seconds, rel=1e-12)


@pytest.mark.parametrize(
    ("metric", "text", "said"),
    [
        ("t1", "1,500 us", "1500 or 1.500"),
        ("t1", "1,5.2 us", "one decimal mark"),
        ("t1", "~30 us", "the sign belongs to relation"),
        ("t1", "100-200(5) us", "two plain ends and one unit"),
        ("t1", "30(0) us", "an error above 0"),
        ("t1", "30 mus x", "a time with its unit"),
        ("t1", "9" * 80 + " us", "a time with its unit"),
        ("readout_error", "5(1)e-99999", "a number that is not so close to it"),
    ],
)
def test_what_could_be_two_figures_is_refused(metric, text, said):
    assert said in complaints(f'metric = "{metric}"', f'value = "{text}"')


def test_thousands_are_no_decimals():
    counted = 'kind = "measured"'
    assert claim('metric = "quantum_volume"', 'value = "1,048,576"').value == 2**20
    assert claim('metric = "throughput"', 'value = "340 000 1/s"', counted).value == 340_000
    assert claim('metric = "clops"', "value = 340000", counted).value == 340_000


@pytest.mark.parametrize(
    ("key", "word", "meant"),
    [
        ("relation", "<=", "at most"),
        ("relation", "≥", "at least"),
        ("relation", "At Most", "at most"),
        ("relation", "at_least", "at least"),
        ("statistic", "average", "mean"),
        ("statistic", "Median", "median"),
        ("statistic", "worst", "every"),
    ],
)
def test_other_spellings_of_words(key, word, meant):
    made = claim(*GATE, "value = 0.005", f'{key} = "{word}"')
    assert getattr(made, key) == meant
    assert made.read_as == (f'{key} "{word}" is read as {meant}',)


@pytest.mark.parametrize(
    ("key", "word", "said"),
    [
        ("relation", "=", "a claim is a limit"),
        ("statistic", "typical", "a median or a mean"),
        ("statistic", "max", '"every" for the worst'),
    ],
)
def test_words_that_mean_two_things_are_refused_with_the_way_out(key, word, said):
    assert said in complaints(*GATE, "value = 0.005", f'{key} = "{word}"')


@pytest.mark.parametrize(
    ("scope", "qubits"),
    [
        ('"0-9"', tuple(range(10))),
        ('"0-2, 7, 9-10"', (0, 1, 2, 7, 9, 10)),
        ('"q0..q3"', (0, 1, 2, 3)),
        ("[3, 1]", (1, 3)),
        ('{qubits = "0-2"}', (0, 1, 2)),
        ('"all qubits"', ()),
        ('"All"', ()),
    ],
)
def test_scopes_of_qubits(scope, qubits):
    assert claim('metric = "t1"', 'value = "1 s"', f"scope = {scope}").scope == Scope(qubits=qubits)


def test_a_dash_between_pairs_is_not_guessed():
    assert "list the pairs" in complaints(*GATE, "value = 0.01", 'scope = "0-1"')
    made = claim(*GATE, "value = 0.01", "scope = [[1, 0], [2, 3]]")
    assert made.scope.pairs == ((0, 1), (2, 3))


@pytest.mark.parametrize("scope", ['"9-0"', '"0-999999"', '"0,0"', '"0-"', '"-1"', "[true]"])
def test_bad_scopes_stay_mistakes(scope):
    assert "scope" in complaints('metric = "t1"', 'value = "1 s"', f"scope = {scope}")


def test_an_unstated_convention_is_read_in_the_vendor_s_favour_and_both_are_told():
    both = sheet(GATE[0], 'convention = "unstated"', 'value = "0.5 %"')
    made = both.claims[0]
    assert (made.convention, made.unstated) == (
        "average_gate_infidelity",
        ("relation", "statistic", "convention"),
    )
    told = {f.rule: f.sentence for f in findings(both)}["convention-unstated"]
    assert "0.500 %" in told
    assert "0.400 %" in told  # 0.5 % of process infidelity is 0.4 % of average gate infidelity
    against = claim(GATE[0], 'convention = "not stated"', "value = 0.005", 'relation = ">="')
    assert against.convention == "process_infidelity"
    layered = claim('metric = "eplg"', 'convention = "unstated"', "value = 0.01")
    assert layered.convention == "average_gate_infidelity"
    assert claim('metric = "t1"', 'convention = "unstated"', 'value = "1 s"').convention is None


def test_a_missing_convention_is_still_a_mistake_that_names_the_way_out():
    assert '"unstated"' in complaints(GATE[0], "value = 0.005")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((*GATE, 'value = "99.5 %"'), "99.5 % as an error looks like a fidelity"),
        ((*GATE, "value = 0.75"), "well below 75 %"),
        ((GATE[0], 'convention = "process_infidelity"', "value = 0.9375"), "well below 93.75 %"),
        (('metric = "readout_error"', 'value = "99.5 %"'), "well below 50 %"),
        (('metric = "spam"', 'value = "99.9 %"'), 'write fidelity = "99.9 %"'),
        (('metric = "1q_error"', GATE[1], "value = 0.5"), "well below 50 %"),
        (('metric = "2q_fidelity"', GATE[1], 'value = "0.5 %"'), "looks like an error"),
        ((*GATE, "value = 1e-300"), "1e-12 or more"),
        (('metric = "t1"', 'value = "1e300 s"'), "between 1 ns and 1e10 s"),
        (('metric = "t1"', 'value = "1e-300 s"'), "between 1 ns and 1e10 s"),
        (('metric = "qubits"', "value = 1e30"), "at most 1\u202f000\u202f000 qubits"),
        (('metric = "clops"', 'value = "1e300 1/s"', 'kind = "measured"'), "at most 1e18"),
        ((*GATE, "fidelity = nan"), "a finite number"),
        ((*GATE, "fidelity = -0.5"), "between 0 and 1"),
    ],
)
def test_impossible_figures_meet_one_sentence(lines, said):
    message = complaints(*lines)
    assert said in message
    assert message.count("\n") == 0


def test_an_error_just_below_pure_noise_is_still_a_claim():
    assert claim(*GATE, "value = 0.7").value == 0.7


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("error = 0.1", 'write value = "0.5 %"'),
        ("tolerance = 0.1", "write delta"),
        ("qubits = [1]", "write scope"),
        ("simultaneous = true", "write conditions"),
        ('unit = "us"', "write it into the value"),
    ],
)
def test_keys_that_people_try(key, said):
    assert said in complaints('metric = "t1"', 'value = "1 s"', key)


def test_days_of_claim_and_validity():
    made = claim(
        'metric = "t1"',
        'value = "1 s"',
        "date = 2024-12-19",
        'valid_from = "2025-01-01"',
        "valid_until = 2026-01-01",
    )
    assert (made.date, made.valid_from, made.valid_until) == (
        "2024-12-19",
        "2025-01-01",
        "2026-01-01",
    )
    assert "a day" in complaints('metric = "t1"', 'value = "1 s"', 'date = "2024-13-01"')
    turned = ("valid_from = 2026-01-01", "valid_until = 2025-01-01")
    assert "not before" in complaints('metric = "t1"', 'value = "1 s"', *turned)


@pytest.mark.parametrize(
    "url",
    [
        "doi:10.1038/s41586-019-1666-5",
        "arXiv:2411.05983",
        "arXiv:quant-ph/0205035v1",
        "pkg:pypi/qiskit-ibm-runtime@0.51.0",
        "https://a.example/b",
    ],
)
def test_sources(url):
    for source in (f'{{url = "{url}"}}', f'"{url}"'):
        text = HEAD + f'source = {source}\n[[claim]]\nid = "a"\nmetric = "t1"\nvalue = "1 s"\n'
        assert parse_claim_sheet(text.encode()).source.url == url


def test_what_is_written_in_the_page_s_own_words_is_not_told_back():
    made = claim(*GATE, 'value = "0.5 %"', 'relation = "at most"', 'statistic = "mean"')
    assert made.read_as == ()
    assert "read_as" not in made.as_json()


def test_hints_are_quick_on_hostile_names():
    assert hint("_" * 50_000) == ""
    assert usual_name("1q_" * 50_000) is None


@pytest.mark.parametrize(
    ("raw", "dimension", "value"),
    [
        ("2⁵", "count", 32),  # and not 25
        ("2^20", "count", 1048576),
        ("2**{10} qubits", "count", 1024),
        ("1900 s⁻¹", "rate", 1900),
    ],
)
def test_a_power_is_worked_out(raw, dimension, value):
    assert read_quantity(raw, dimension).value == value


@pytest.mark.parametrize(
    ("raw", "dimension"),
    [("1e-400", "probability"), ("2^9999", "count"), ("0^-1", "count"), ("5 mHz", "rate")],
)
def test_what_no_number_holds_or_two_units_could_be_is_refused(raw, dimension):
    with pytest.raises(ValueError, match="number|rate"):
        read_quantity(raw, dimension)
