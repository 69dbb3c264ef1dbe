"""Fits of a maker's published raw counts against the maker's own figures.

The counts (Quantinuum hardware-specifications, Apache-2.0) are not part of the repository; they
are looked for beside it. What must hold: every two-qubit, one-qubit and SPAM value within one of
the maker's stated standard errors of the "legacy" (no leakage term) or SPAM column.
"""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest

from qassay.statistics.averages import mean_rate
from qassay.statistics.combine import highest, median_of
from qassay.statistics.decays import fit_decays
from qassay.statistics.intervals import binomial_estimate
from qassay.statistics.trials import Trials

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "quantinuum"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the maker's raw counts are not beside the repository"
)


def entangler_error(rate):
    """Average infidelity of one entangler, 1.5 of them a Clifford: 3/4 (1 - p^(2/3))."""
    return 0.75 * (1 - (1 - rate) ** (2 / 3))


def clifford_error(rate):
    return rate / 2


MODELS = {
    "TQ_RB": ("2Q error (legacy)", 0.25, entangler_error),
    "SQ_RB": ("1Q error (legacy)", 0.5, clifford_error),
}
DECAYS = [
    ("H1-1", "2022_06_09", "TQ_RB"),
    ("H1-1", "2023_01_20", "TQ_RB"),
    ("H2-1", "2024_05_20", "TQ_RB"),
    ("H2-2", "2024_12_06", "TQ_RB"),
    ("H1-1", "2023_01_20", "SQ_RB"),
    ("H2-1", "2024_05_20", "SQ_RB"),
    ("H2-2", "2024_12_06", "SQ_RB"),
]
READOUTS = [
    ("H1-1", "2022_06_09", "spam"),
    ("H1-1", "2023_01_20", "SPAM"),
    ("H2-1", "2024_05_20", "SPAM"),
    ("H2-2", "2024_12_06", "SPAM"),
]


def published(machine, date, column):
    """The maker's value and standard error: "2.40(8)E-03" is 2.40e-3 and 0.08e-3."""
    with (DATA / "spec_sheet_parameters.csv").open(encoding="utf-8") as sheet:
        rows = [r for r in csv.DictReader(sheet) if (r["Machine"], r["Date"]) == (machine, date)]
    digits, last, power = re.fullmatch(r"([\d.]+)\((\d+)\)E(-\d+)", rows[0][column]).groups()
    decimals = len(digits.partition(".")[2])
    return float(f"{digits}e{power}"), int(last) * 10.0 ** (int(power) - decimals)


def read(machine, date, test):
    return json.loads((DATA / machine / date / f"{test}.json").read_text(encoding="utf-8"))


def trials_of(machine, date, test):
    record = read(machine, date, test)
    survival = list(record["survival"].values())
    lengths = list(survival[0])
    rows = [(arm, c) for arm, length in enumerate(lengths) for c in survival[0][length]]
    return Trials(
        lengths=np.array([float(length) for length in lengths]),
        arms=np.array([arm for arm, _ in rows]),
        hits=np.array([[int(s[lengths[arm]][c]) for s in survival] for arm, c in rows]),
        shots=record["shots"],
    )


@pytest.mark.parametrize(("machine", "date", "test"), DECAYS)
def test_gate_errors(machine, date, test):
    column, asymptote, error = MODELS[test]
    value, uncertainty = published(machine, date, column)
    fit = fit_decays(trials_of(machine, date, test), asymptote=asymptote)
    mean = mean_rate(fit, transform=error)
    line = f"{machine} {date} {test}: {mean.value:.3g} [{mean.low:.3g}, {mean.high:.3g}]"
    print(f"{line}; maker {value:.3g} +- {uncertainty:.1g}")
    assert abs(mean.value - value) <= uncertainty
    assert mean.low < value < mean.high
    assert mean.low < mean.value < mean.high
    worst = highest(lambda level: fit.estimates(level, error))
    middle = median_of(lambda level: fit.estimates(level, error))
    assert middle.value <= worst.value


@pytest.mark.parametrize(("machine", "date", "test"), READOUTS)
def test_readout_errors(machine, date, test):
    value, uncertainty = published(machine, date, "SPAM error")
    record = read(machine, date, test)
    errors = [record["shots"] - int(n) for s in record["survival"].values() for n in s.values()]
    # the interval of bits that all go wrong together, as the import reckons with
    mean = binomial_estimate(sum(errors) / len(record["survival"]), 2 * record["shots"])
    line = f"{machine} {date} SPAM: {mean.value:.3g} [{mean.low:.3g}, {mean.high:.3g}]"
    print(f"{line}; maker {value:.3g} +- {uncertainty:.1g}")
    assert abs(mean.value - value) <= uncertainty
    assert mean.low < value < mean.high


def test_a_qubit_of_its_own_kind_is_set_apart():
    """Qubit 3 of H2-2: four sequences of 1024 Cliffords returned 43, 84, 96 and 78 of 100."""
    fit = fit_decays(trials_of("H2-2", "2024_12_06", "SQ_RB"), asymptote=0.5)
    assert fit.scatter.dispersion[3] > 10
    assert np.delete(fit.scatter.dispersion, 3).max() < 2
    assert fit.high[3] > 3 * fit.rate[3]
