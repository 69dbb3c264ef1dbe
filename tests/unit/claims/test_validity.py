"""Claims that are tested at a time of which they do not speak."""

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.validity import Days, days_between, outside_validity

SHEET = """[sheet]
title = "T"
vendor = "V"
machine = "M"
source = {title = "News", date = 2025-02-01}
[[claim]]
id = "r"
metric = "readout_error"
value = "1 %"
"""


def told(days, *lines):
    sheet = parse_claim_sheet((SHEET + "\n".join(lines)).encode(), "sheet.toml")
    return [str(one.sentence) for one in outside_validity(sheet, days)]


@pytest.mark.parametrize(
    ("lines", "first", "last", "words"),
    [
        (["valid_until = 2025-12-31"], "2025-12-30", "2025-12-31", ""),
        (["valid_until = 2025-12-31"], "2025-12-31", "2026-01-01", "hold until 2025-12-31"),
        (["valid_from = 2025-03-01"], "2025-02-28", "2025-03-01", "hold from 2025-03-01"),
        (["valid_from = 2025-03-01"], "2025-03-01", "2025-03-01", ""),
        (["valid_from = 2025-01-01"], "2025-01-02", "2025-01-02", ""),  # before it was told
        (["date = 2025-03-01"], "2025-02-03", "2025-02-03", "made on 2025-03-01"),
        ([], "2025-01-31", "2025-02-02", "made on 2025-02-01"),
        ([], "2025-02-01", "2027-02-02", ""),
    ],
)
def test_counts_of_another_time_are_told(lines, first, last, words):
    found = told(Days(first=first, last=last), *lines)
    assert len(found) == bool(words)
    assert all(words in one and "the verdict speaks of another time" in one for one in found)


def test_before_a_run_it_is_today_that_is_looked_at():
    day = Days(first="2026-01-01", last="2026-01-01", counted=False)
    (words,) = told(day, "valid_until = 2025-12-31")
    assert "today is 2026-01-01" in words


def test_nothing_is_told_where_nobody_knows_the_time():
    assert days_between("", "") is None
    assert told(None, "valid_until = 2025-12-31") == []
    assert days_between("2026-01-01T10:00:00Z", "2026-01-02T10:00:00Z") == Days(
        first="2026-01-01", last="2026-01-02"
    )
