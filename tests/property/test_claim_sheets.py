"""Whatever the bytes, a claim sheet is read or refused with a ClaimError."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay.canonical import canonical_bytes
from qassay.claims import findings, parse_claim_sheet
from qassay.claims.metrics import METRICS
from qassay.errors import ClaimError

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'

scalars = st.one_of(
    st.integers(-3, 3).map(str),
    st.integers().map(str),
    st.floats().map(repr),
    st.booleans().map(lambda value: str(value).lower()),
    st.sampled_from(
        [
            '"0.5 %"',
            '"3 s"',
            '"all"',
            '"at most"',
            '"at least"',
            '"best"',
            '"mean"',
            '"every"',
            '"process_infidelity"',
            '"pauli_error"',
            "2024-12-19",
            "07:32:00",
            '"10 us"',
            "1e308",
            '"1e308 h"',
            '"1e-320 s"',
        ]
    ),
    st.text(max_size=8).map(lambda text: '"' + text.encode("unicode_escape").decode() + '"'),
    st.sampled_from(sorted(METRICS)).map('"{}"'.format),
)
keys = st.sampled_from(
    [
        "id",
        "metric",
        "convention",
        "relation",
        "value",
        "statistic",
        "scope",
        "delta",
        "conditions",
        "conditions.gate_time",
        "conditions.simultaneous",
        "scope.qubits",
        "scope.pairs",
        "title",
        "source.date",
        "notes",
        "x",
    ]
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | inner.map("{{qubits = {}}}".format)
        | inner.map("{{pairs = {}}}".format)
    ),
    max_leaves=6,
)
lines = st.tuples(keys, values).map(lambda pair: f"{pair[0]} = {pair[1]}")
tables = st.sampled_from(
    ["[sheet]", "[[claim]]", "[claim]", "[sheet.source]", "[claim.conditions]"]
)
documents = st.lists(lines | tables, max_size=12).map("\n".join)


def read(data):
    with contextlib.suppress(ClaimError):
        sheet = parse_claim_sheet(data, "any.toml")
        canonical_bytes(sheet.as_json())
        for finding in findings(sheet):
            assert finding.sentence
    with contextlib.suppress(ClaimError):
        parse_claim_sheet(HEAD.encode() + data, "any.toml")


@settings(max_examples=examples(100), deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data):
    read(data)


@settings(max_examples=examples(100), deadline=None)
@given(st.text(alphabet="[]{}=\"'.,#\n \t\\ab1-+:\u202e", max_size=60))
def test_any_text_of_toml_signs(text):
    read(text.encode())


@settings(max_examples=examples(50), deadline=None)
@given(documents)
def test_any_document(text):
    read(text.encode("utf-8", "replace"))


@settings(max_examples=examples(80), deadline=None)
@given(
    st.sampled_from(sorted(METRICS)), st.lists(lines, max_size=6, unique_by=lambda line: line[:4])
)
def test_any_claim(metric, extra):
    claim = f'[[claim]]\nid = "a"\nmetric = "{metric}"\n'
    read((HEAD + claim + "\n".join(extra)).encode("utf-8", "replace"))


@st.composite
def good_claims(draw):
    """Draw the lines of a claim without mistakes, its value anywhere that has a meaning."""
    metric = METRICS[draw(st.sampled_from(sorted(METRICS)))]
    most = 1.0 if metric.better == "higher" else 0.47  # a coin is wrong half of the time
    number = draw(st.floats(1e-12, most) | st.just(0.0))
    value = {
        "probability": repr(number),
        "time": f'"{draw(st.floats(1e-9, 1e10))!r} s"',
        "rate": f'"{draw(st.floats(0, 1e18))!r} Hz"',
        "count": str(draw(st.integers(1, 10**6))),
    }[metric.dimension]
    kind = {"pair": "{pairs = [[7, 2]]}", "qubit": "{qubits = [7]}"}.get(metric.target, '"all"')
    text = [f'metric = "{metric.id}"', f"value = {value}"]
    if metric.conventions:
        text.append(f'convention = "{draw(st.sampled_from(metric.conventions))}"')
    text += draw(
        st.tuples(
            st.sampled_from(['relation = "at most"', 'relation = "at least"', ""]),
            st.sampled_from(['statistic = "every"', 'statistic = "best"', ""]),
            st.sampled_from([f"scope = {kind}", ""]),
            st.sampled_from(["delta = 0.1", "delta = 10", ""]),
            st.sampled_from(
                [
                    "conditions = {simultaneous = false}",
                    'conditions = {gate_time = "0 s"}',
                    'conditions = {gate_time = "1e300 h", readout_time = "1e-300 ns"}',
                    "",
                ]
            ),
        )
    )
    return "\n".join(text)


@settings(max_examples=examples(50), deadline=None)
@given(st.lists(good_claims(), min_size=1, max_size=5))
def test_a_sheet_without_mistakes_is_read_and_checked(claims):
    text = "".join(f'[[claim]]\nid = "c{i}"\n{claim}\n' for i, claim in enumerate(claims))
    sheet = parse_claim_sheet((HEAD + text).encode())
    assert len(sheet.claims) == len(claims)
    canonical_bytes(sheet.as_json())
    ids = {claim.id for claim in sheet.claims}
    for finding in findings(sheet):
        assert finding.sentence.endswith((".", "?"))
        assert "nan" not in finding.sentence
        assert ids.issuperset(finding.claims)
