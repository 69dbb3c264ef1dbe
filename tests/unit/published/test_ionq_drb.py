"""IonQ's data frames of direct benchmarking become decays, once shots and ratio are said."""

import json

import pytest

from qassay.errors import UsageError
from qassay.protocols.published import PublishedDecay
from qassay.published.counts import read_published
from qassay.published.ionq_drb import from_ionq, is_ionq

TOML = """
format = 1
[[experiment]]
id = "drb"
kind = "decay"
metric = "two_qubit_gate_error"
table = "drb.json"
rows = {two_qubit_gate_ratio = "0.75"}
shots = 100
per_step = {entanglers = 0.75}
error_of = "direct"
asymptote = "1/4"
"""
DEPTHS = [1, 20, 100]


def decay(kept):
    """Give the same two circuits at each depth, rounded as in the files."""
    return [[round(0.25 + 0.75 * kept**depth, 2)] * 2 for depth in DEPTHS]


FRAME = {
    "qubit_pair": {"0": [6, 2], "1": [2, 6], "2": [2, 6]},
    "two_qubit_gate_ratio": {"0": 0.25, "1": 0.75, "2": 0.75},
    "depths": {"0": DEPTHS, "1": DEPTHS, "2": DEPTHS[:1]},
    "success_probs_by_depth": {"0": decay(0.999), "1": decay(0.99), "2": decay(0.99)[:1]},
    "truncated": {"0": False, "1": False, "2": True},
}


@pytest.fixture
def folder(tmp_path):
    def write(frame=FRAME, toml=TOML):
        (tmp_path / "counts.toml").write_text(toml, encoding="utf-8")
        (tmp_path / "drb.json").write_text(json.dumps(frame), encoding="utf-8")
        return tmp_path

    return write


def test_one_ratio_is_one_decay(folder):
    (one,) = read_published("ionq", folder()).counts
    assert (one.targets, one.trials.shots, one.trials.circuits) == (((2, 6),), 100, 6)
    (found,) = PublishedDecay(one.problem).estimate(one.quantity, one.trials, 0.95)
    # A layer has 3/4 of an entangler: 3/4 (1 - p^(4/3)), and probabilities of two digits.
    assert found.value == pytest.approx(0.75 * (1 - 0.99 ** (4 / 3)), rel=0.03)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("shots = 100\n", "", "success probabilities, and not of how many shots"),
        ("shots = 100", "shots = -1", "a whole number from 1"),
        ("shots = 100", "shots = 7", "a share of 7 shots"),
        ('rows = {two_qubit_gate_ratio = "0.75"}\n', "", "decays of one ratio"),
        ("entanglers = 0.75", "entanglers = 1.5", "as many as the rows have a layer"),
        ('"0.75"', '"much"', "as many as the rows have a layer"),
        ('rows = {two_qubit_gate_ratio = "0.75"}', "rows = 3", "a table of texts"),
    ],
)
def test_what_is_not_said_is_not_guessed(folder, old, new, words):
    with pytest.raises(UsageError) as caught:
        read_published("ionq", folder(toml=TOML.replace(old, new)))
    assert words in str(caught.value)


def test_a_ratio_that_is_not_there(folder):
    toml = TOML.replace("0.75", "0.5")
    with pytest.raises(UsageError, match=r"of the ratios 0\.25, 0\.75"):
        read_published("ionq", folder(toml=toml))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("qubit_pair", [1, 2, 3], "qubit_pair, a list of two"),
        ("qubit_pair", None, "qubit_pair, a list of two"),
        ("qubit_pair", [2, 2], "qubit_pair, a list of two"),
        ("depths", [1, 2], "as many depths as lists"),
        ("depths", [1.5, 2, 3], "a whole number, and probabilities"),
        ("success_probs_by_depth", [[0.5], [1.2], [0.5]], "a share of 100 shots"),
        ("success_probs_by_depth", [[0.5], ["x"], [0.5]], "a share of 100 shots"),
        ("success_probs_by_depth", [[0.5], [0.123], [0.5]], "a share of 100 shots"),
        ("success_probs_by_depth", 3, "as many depths as lists"),
    ],
)
def test_rows_that_cannot_be_read(folder, column, value, words):
    frame = {**FRAME, column: {**FRAME[column], "1": value}}
    with pytest.raises(UsageError) as caught:
        read_published("ionq", folder(frame))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_shots_of_a_table_that_has_its_own(folder):
    toml = TOML.replace("drb.json", "t.csv")
    path = folder(toml=toml)
    (path / "t.csv").write_text("target,length,circuit,shots,hits\n0-1,1,0,9,9\n", encoding="utf-8")
    with pytest.raises(UsageError, match="neither: each row of such a table has its own"):
        read_published("counts", path)


def test_a_frame_is_told_from_other_files():
    assert not is_ionq(b'[{"metadata": {}, "counts": {}}]')
    for rest in ("3}", '{}, "depths": 1}'):
        document = ('{"success_probs_by_depth": ' + rest).encode()
        assert is_ionq(document)
        with pytest.raises(UsageError, match="columns over rows"):
            from_ionq(document, "f", 100, {})
