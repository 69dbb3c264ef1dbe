"""Bad pages: refused at their place, with the reason, all mistakes at once."""

from datetime import date

import pytest

from qassay.errors import RegistryError
from qassay.registry.reader import parse_machine

PAGE = """[machine]
id = "two-ions"
name = "Two ions"
makers = ["A maker"]
countries = ["XX"]
kind = "gate"
platform = "trapped-ion"
announced = "2024-05"
checked = "2026-01-10"

[sources.a]
title = "A paper"
publisher = "A journal"
date = "2025-03-02"
url = "arXiv:2503.00001"
primary = true

[[figure]]
id = "f0"
metric = "two_qubit_fidelity"
value = 0.99
statistic = "mean"
convention = "average_gate_infidelity"
verification = "preprint"
source = "a"
"""


def refused(text, **options):
    with pytest.raises(RegistryError) as caught:
        parse_machine(text.encode(), "page.toml", **options)
    return str(caught.value)


def test_a_sound_page_is_read():
    machine = parse_machine(PAGE.encode(), "page.toml", today=date(2026, 1, 10))
    figure = machine.figures[0]
    assert figure.error == pytest.approx(0.01)
    assert figure.dated.text == "2025-03-02"  # of its source
    assert machine.announced.first == date(2024, 5, 1)
    assert machine.announced.last == date(2024, 5, 31)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'metric = "two_qubit_fidelity"',
            'metric = "two_qubit_fidelty"',
            'page.toml:20: figure "f0", metric: found "two_qubit_fidelty", expected a kind of'
            ' figure of the registry; did you mean "two_qubit_fidelity"?',
        ),
        (
            'date = "2025-03-02"',
            'date = "2026-03-02"',
            'source "a", date: found 2026-03-02,'
            " expected a date not after 2026-01-10, when the page was checked",
        ),
        ('date = "2025-03-02"', 'date = "2025-02-30"', "expected a day, a month or a year"),
        ('checked = "2026-01-10"', 'checked = "2027-01-10"', "a date not after 2026-06-01"),
        (
            'name = "Two ions"',
            'name = "<img src=x onerror=alert(1)>"',
            "expected plain text; a page may not carry markup",
        ),
        ('makers = ["A maker"]', 'makers = ["A &lt;maker&gt;"]', "may not carry markup"),
        ('title = "A paper"', 'publisher2 = "x"', 'source "a", title: found nothing'),
        ('title = "A paper"', 'title = " "', "title: found an empty text"),
        ('source = "a"\n', "", "a figure without a source is not published"),
        ('source = "a"\n', 'source = "b"\n', 'source: found "b", expected one of a'),
        ('url = "arXiv:2503.00001"', 'url = "javascript:alert(1)"', "an address that begins with"),
        ("value = 0.99", "value = 0.01", "expected a fidelity; this looks like an error"),
        ("value = 0.99", 'words = "good"', "value: found none, expected a value"),
        ("value = 0.99", "value = 1.2", "a probability between 0 and 1"),
        ('convention = "average_gate_infidelity"\n', "", "convention: found nothing"),
        ('verification = "preprint"', 'verification = "sealed_bundle"', "verification: found"),
        (
            'statistic = "mean"',
            'statistic = "mean"\nspecimen = "H1-1E emulator"',
            "figures of emulators and synthetic files are not published",
        ),
        ('title = "A paper"', 'title = "fake_nighthawk in a package"', "expected hardware"),
        ("primary = true", "", "primary: found nothing"),
        ('kind = "gate"', 'kind = "gates"', 'did you mean "gate"?'),
    ],
)
def test_what_may_not_enter_is_refused(old, new, said):
    assert old in PAGE
    assert said in refused(PAGE.replace(old, new, 1), today=date(2026, 6, 1))


def test_two_values_for_one_quantity_and_day_are_refused():
    second = PAGE[PAGE.index("[[figure]]") :].replace('"f0"', '"f1"').replace("0.99", "0.98")
    said = refused(PAGE + "\n" + second)
    assert "a second value of two_qubit_fidelity for 2025-03-02" in said
    assert 'the other is figure "f0"' in said
    other = second.replace('source = "a"', 'source = "a"\ndate = "2025-02-01"')
    assert len(parse_machine((PAGE + "\n" + other).encode(), "page.toml").figures) == 2


def test_all_mistakes_come_at_once():
    said = refused(PAGE.replace("gate", "gates", 1).replace("0.99", "7").replace("A paper", ""))
    assert len(said.splitlines()) >= 3
