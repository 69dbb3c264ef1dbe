"""Names that read alike are one name; others are not."""

import pytest

from qassay.lookalikes import folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IBM Torino", "ibm_torino"),
        ("IBM Torino", "ІВМ Тоrіnо"),
        ("NEPTUNE", "ΝΕΡΤUΝΕ"),
        ("IBM Torino", "ＩＢＭ Ｔｏｒｉｎｏ"),
        ("H1-1", "Hl\u2011l"),
        ("Ion\u200bQ", "IonQ"),
        ("Ångström", "Angstrom"),
        ("\u202eQnoI", "QnoI"),
        ("Кубит-50", "кубит 50"),
    ],
)
def test_what_reads_alike_is_the_same(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("H1-1", "H2-1"), ("Кубит-50", "Кубит-25"), ("Aria", "Forte"), ("量子-3", "量子-4")],
)
def test_other_names_stay_others(one, other):
    assert folded(one) != folded(other)
    assert folded(one)
