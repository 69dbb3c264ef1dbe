"""The sheets that ship with qassay can be read, and say what their sources say."""

from pathlib import Path

import pytest

from qassay.claims import findings, load_claim_sheet

CLAIMS = Path(__file__).parents[3] / "claims"
SHEETS = sorted(CLAIMS.glob("*.toml"))
QUANTINUUM = {
    # machine-date: two-qubit (legacy), one-qubit (legacy), SPAM; from spec_sheet_parameters.csv
    "quantinuum-h1-1-2022-06-09": (2.40e-3, 3.8e-5, 2.8e-3),
    "quantinuum-h1-1-2023-01-20": (2.05e-3, 4.5e-5, 3.1e-3),
    "quantinuum-h2-1-2024-05-20": (1.28e-3, 2.9e-5, 1.5e-3),
    "quantinuum-h2-2-2024-12-06": (1.3e-3, 7e-5, 1.33e-3),
}


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_a_sheet_reads_and_has_a_source(path):
    sheet = load_claim_sheet(path)
    assert sheet.source.title
    assert sheet.notes
    assert not any(claim.unstated for claim in sheet.claims)
    assert not [f for f in findings(sheet) if f.severity == "impossible"]


@pytest.mark.parametrize("name", QUANTINUUM)
def test_the_figures_of_the_maker(name):
    sheet = load_claim_sheet(CLAIMS / f"{name}.toml")
    assert {claim.id: claim.value for claim in sheet.claims} == pytest.approx(
        dict(zip(("2q", "1q", "spam"), QUANTINUUM[name], strict=True))
    )
    assert {claim.id: claim.delta for claim in sheet.claims} == {
        "2q": 0.25,
        "1q": 0.25,
        "spam": 0.5,
    }
    assert "best estimate with its standard error" in sheet.notes[0]


def test_the_announced_prototypes():
    atoms = load_claim_sheet(CLAIMS / "msu-rb-50.toml")
    assert [(claim.id, claim.value) for claim in atoms.claims] == [
        ("qubits", 50.0),
        ("1q", pytest.approx(0.002)),
        ("2q", pytest.approx(0.1)),
    ]
    assert any("not stated by the makers" in note for note in atoms.notes)
    ions = load_claim_sheet(CLAIMS / "fian-ion-50.toml")
    assert [claim.metric for claim in ions.claims] == ["qubits"]


def test_the_illustration_is_labelled():
    sheet = load_claim_sheet(CLAIMS / "prototype-50.toml")
    assert "Illustrative" in sheet.title
    assert sheet.machine == "virtual:prototype-50"
