"""What is shipped: everything that was collected is there, or listed with the reason."""

import csv
from pathlib import Path

import pytest

from qassay.registry.catalog import all_registered, figures_left_out, registered, registered_names
from qassay.registry.vocabulary import FIGURE_KINDS, GROUPS

TABLE = Path(__file__).with_name("collected.csv")
COLLECTED = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
SCALES = {"ns": 1e-9, "us": 1e-6, "s": 1.0, "min": 60.0}


def test_every_collected_figure_is_there_or_left_out_with_a_reason():
    """368 figures of 44 machines were collected by hand, with their sources."""
    assert len(COLLECTED) == 368
    published = {(m.id, f.id): f for m in all_registered() for f in m.figures}
    gaps = {(m.id, gap.id) for m in all_registered() for gap in m.gaps if gap.id}
    kept_back = {(one.machine, one.id): one for one in figures_left_out()}
    for row in COLLECTED:
        place = (row["machine"], row["figure"])
        assert (place in published) + (place in gaps) + (place in kept_back) == 1, place
        if place in kept_back:
            assert kept_back[place].why
            continue
        if place in gaps:
            assert row["value"] == ""
            continue
        figure = published[place]
        try:
            number = float(row["value"])
        except ValueError:
            assert (
                figure.words
                or "/" in row["value"]
                or "range" in figure.statistic
                or row["machine"] in ("xanadu-borealis", "ibm-heron-r1")
            ), place
            continue
        assert figure.value == pytest.approx(number * SCALES.get(row["unit"], 1.0), rel=1e-9), place
    assert len(published) + len(gaps) + len(kept_back) == 368


def test_nothing_from_memory_and_no_emulator_is_published():
    reasons = [one.reason for one in figures_left_out()]
    assert sorted(set(reasons)) == ["emulator", "from-memory"]
    assert "ru-msu-rb-72" not in registered_names()  # nothing of it has a source
    assert not any("H1-1E" in f.method + f.note for m in all_registered() for f in m.figures)


def test_every_figure_has_a_source_with_title_date_and_address():
    for machine in all_registered():
        for figure in machine.figures:
            assert figure.source.title
            assert figure.source.url
            assert figure.source.dated.text


def test_every_kind_is_of_a_group_that_exists():
    assert {kind.group for kind in FIGURE_KINDS.values()} <= {"", *GROUPS}
    assert all(kind.metric or kind.need for kind in FIGURE_KINDS.values())


def test_the_three_kinds_of_absence_stand_apart():
    gaps = {gap.kind for machine in all_registered() for gap in machine.gaps}
    assert gaps == {"withheld", "unread", "mentioned"}
    withheld = registered("ru-msu-rqc-rb-50").gaps[0]
    assert withheld.kind == "withheld"
    assert "t1" in withheld.figures
