"""Wherever verdicts or numbers from a simulator stand, it is named one: a page may travel alone."""

import csv
import json

import pytest

from qassay import assay

MACHINE = """
[machine]
name = "model-2"
qubits = 2
[noise]
readout_p01 = 0.005
readout_p10 = 0.005
"""
SHEET = (
    '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "Two"\n[[claim]]\nid = "r"\n'
    'metric = "readout_error"\nvalue = "2 %"\n'
)
CONTRACT = SHEET + '[[phase]]\nid = "factory"\n'


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("named")
    (folder / "sheet.toml").write_text(SHEET, encoding="utf-8")
    (folder / "machine.toml").write_text(MACHINE, encoding="utf-8")
    device = str(folder / "machine.toml")
    return [
        str(assay.run(folder / "sheet.toml", device, out=folder / f"{n}", seed=n).bundle)
        for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("words", "bundles"),
    [
        (("audit",), 1),
        (("audit",), 2),
        (("results",), 1),
        (("compare",), 2),
        (("stability",), 3),
        (("forensics",), 1),
    ],
)
def test_a_command_names_it(qassay, runs, words, bundles):
    _, out, _ = qassay(*words, *runs[:bundles])
    assert "SIMULATOR" in out.upper()
    _, out, _ = qassay(*words, *runs[:bundles], "--json")
    assert '"simulator": true' in json.dumps(json.loads(out))


@pytest.mark.parametrize("language", ["en", "ru", "ar", "vi"])
def test_an_audit_names_it_in_every_language(qassay, runs, language):
    _, out, _ = qassay("audit", runs[0], "--lang", language)
    assert "model-2" in out


@pytest.mark.parametrize("page", ["report", "compare"])
def test_a_page_names_it(qassay, runs, tmp_path, page):
    place = tmp_path / "page.html"
    code, _, _ = qassay(page, *runs[: 1 + (page == "compare")], "--html", str(place))
    assert code == 0
    assert "imulat" in place.read_text(encoding="utf-8").partition("<body")[2]


def test_a_row_of_a_table_names_it(qassay, runs, tmp_path):
    place = tmp_path / "rows.csv"
    qassay("results", runs[0], "--csv", str(place))
    with place.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {row["simulator"] for row in rows} <= {"True", "true"}
