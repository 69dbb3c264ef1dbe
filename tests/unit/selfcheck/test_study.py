"""A study must catch a liar, and must not cry wolf: on verdicts made up for the purpose."""

import json
import math
import os
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from qassay.errors import UsageError, WorkerLostError
from qassay.execution.workers import executor_of
from qassay.selfcheck import Settings, Study, run_study
from qassay.selfcheck.cells import Cell, Share
from qassay.selfcheck.certificate import certificate, command_line
from qassay.selfcheck.hidden_machines import Traits
from qassay.selfcheck.kept import Kept
from qassay.selfcheck.records import Record
from qassay.selfcheck.sections import sections

TRAITS = Traits(
    connectivity="line",
    coherent=0.0,
    drift="none",
    drift_of=(),
    leakage=0.0,
    crosstalk=0.0,
    one_qubit_error=1e-3,
    two_qubit_error=1e-2,
)


def record(number, generator):
    """A verdict of an honest product: 5 % wrong where it can be, 95 % intervals."""
    ratio = (0.5, 0.7, 1.0, 1.25, 1.5, 2.5)[number % 6]
    right, false = ("supported", "refuted") if ratio <= 1 else ("refuted", "supported")
    error = 0.1 * generator.normal()
    return Record(
        machine=number,
        traits=TRAITS,
        metric="t1",
        form="every",
        ratio=ratio,
        delta=0.25,
        outcome=false if generator.random() < 0.05 else right,
        meets=ratio <= 1,
        misses=ratio >= 1.25,
        truth=1.0,
        value=1 + error,
        low=1 + error - 0.196,
        high=1 + error + 0.196,
        in_sequence=abs(error) < 0.25,
        capped=False,
        circuits=100,
        bound=80.0,
        one_qubit_share=math.nan,
    )


@pytest.fixture
def honest():
    generator = np.random.default_rng(11)
    records = tuple(record(number, generator) for number in range(120))
    return Study(settings=Settings(machines=120, world="tame"), records=records)


def lied(study, **changes):
    records = (replace(r, **{k: f(r) for k, f in changes.items()}) for r in study.records)
    return replace(study, records=tuple(records))


def test_an_honest_product_passes(honest):
    # An alarm has a probability of 1e-3 by construction; the seed is fixed.
    assert honest.exit_code == 0
    assert honest.failures() == []


def test_a_judge_that_always_supports_is_caught(honest):
    study = lied(honest, outcome=lambda _: "supported")
    assert study.exit_code == 1
    assert {cell.what for cell in study.failures()} == {"wrongly supported"}


def test_a_judge_that_always_refutes_is_caught(honest):
    study = lied(honest, outcome=lambda _: "refuted")
    assert study.exit_code == 1
    assert {cell.what for cell in study.failures()} == {"wrongly refuted"}


def test_intervals_half_as_wide_are_caught(honest):
    study = lied(
        honest,
        low=lambda r: (r.low + r.value) / 2,
        high=lambda r: (r.high + r.value) / 2,
    )
    assert study.exit_code == 1
    assert {cell.what for cell in study.failures()} == {"covered"}


def test_a_sequence_that_holds_too_rarely_is_caught(honest):
    study = lied(honest, in_sequence=lambda r: r.covered and r.machine % 5 > 0)
    assert {cell.what for cell in study.failures()} == {"covered at all times"}


def test_a_verdict_between_claim_and_limit_is_never_wrong(honest):
    study = lied(honest, meets=lambda _: False, misses=lambda _: False)
    assert {cell.what for cell in study.cells()} == {"covered", "covered at all times"}


def test_no_interval_is_no_miss(honest):
    study = lied(honest, value=lambda _: math.nan)
    assert "covered" not in {cell.what for cell in study.cells()}


@pytest.mark.parametrize(("events", "of"), [(0, 10), (3, 10), (10, 10), (57, 400)])
def test_probabilities_are_those_of_the_binomial(events, of):
    share = Share(events=events, of=of)
    above = Cell(
        what="wrongly refuted",
        metric="t1",
        form="mean",
        ratio=None,
        share=share,
        limit=0.05,
        side="at most",
    )
    below = replace(above, what="covered", limit=0.94, side="at least")
    assert above.p_value == pytest.approx(binom.sf(events - 1, of, 0.05), rel=1e-9)
    assert below.p_value == pytest.approx(binom.cdf(events, of, 0.94), rel=1e-9)


def test_the_documents_say_what_was_found(honest):
    page = certificate(honest)
    assert "| 0 of 120 (0.0 to 3.0 %) |" in page  # nothing was held back
    assert "    qassay selfcheck --machines 120 --seed 1 --world tame\n" in page
    assert "promises are kept" in page
    titles = [section.title for section in sections(honest)]
    assert all(f"## {title}\n" in page for title in titles)
    inside = sum(r.covered for r in honest.records)
    assert f"| 120 | {100 * inside / 120:.1f} % (" in page
    told = json.loads(json.dumps(honest.as_json()))
    covered = next(cell for cell in told["cells"] if cell["what"] == "covered")
    assert (covered["events"], covered["of"]) == (inside, 120)
    broken = certificate(lied(honest, outcome=lambda _: "refuted"))
    assert "are broken beyond what chance explains" in broken


def test_the_command_line_holds_all_that_the_numbers_depend_on():
    settings = Settings(machines=9, first=3, seed=8, alpha=0.01, metrics=("t1",), world="tame")
    words = command_line(settings)
    assert (
        words
        == "qassay selfcheck --machines 9 --from 3 --seed 8 --alpha 0.01 --world tame --metric t1"
    )


def test_settings_without_meaning_are_refused_all_at_once():
    with pytest.raises(UsageError) as caught:
        Settings(machines=0, alpha=0.7, qubits=2, metrics=("t3",), world="tame")
    assert len(caught.value.problems) == 4


def made_up(settings, number):
    """A trial without a machine; an interval of it has an open end."""
    generator = np.random.default_rng(number)
    return (replace(record(number, generator), high=math.inf),)


def test_a_study_that_was_broken_off_goes_on_where_it_was(tmp_path):
    settings, path, asked = (
        Settings(machines=6, qubits=4, world="tame"),
        tmp_path / "study.jsonl",
        [],
    )

    def breaks(settings, number):
        if number == 3:
            raise KeyboardInterrupt
        return made_up(settings, number)

    def counts(settings, number):
        asked.append(number)
        return made_up(settings, number)

    with executor_of(1) as executor:
        whole = run_study(settings, executor, trial=made_up)
        with pytest.raises(KeyboardInterrupt):
            run_study(settings, executor, trial=breaks, kept=Kept.open(path, settings))
        again = run_study(settings, executor, trial=counts, kept=Kept.open(path, settings))
        fewer = replace(settings, machines=2)
        part = run_study(fewer, executor, trial=breaks, kept=Kept.open(path, fewer))
    assert asked == [3, 4, 5]
    assert repr(again.records) == repr(whole.records)  # NaN is not equal to itself
    assert repr(part.records) == repr(whole.records[:2])


def test_a_journal_of_another_study_is_refused(tmp_path):
    path = tmp_path / "study.jsonl"
    Kept.open(path, Settings(machines=6, world="tame"))
    before = path.read_bytes()
    with pytest.raises(UsageError) as caught:
        Kept.open(path, Settings(machines=6, seed=2, world="tame"))
    assert caught.value.problems[0].where == "--journal"
    assert path.read_bytes() == before


def ended(settings, number):
    """Judge no machine: the process goes."""
    os._exit(9)


@pytest.mark.slow  # tests/unit/execution/test_runner.py ends one of a run
def test_a_process_that_is_ended_from_outside_is_told_in_a_sentence():
    with executor_of(2) as executor, pytest.raises(WorkerLostError, match="--journal") as caught:
        run_study(Settings(machines=4, world="tame"), executor, trial=ended)
    assert caught.value.exit_code == 70
    assert "\n" not in str(caught.value)
