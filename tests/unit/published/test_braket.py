"""Device properties of Amazon Braket become claims, and nothing that stands for nothing does."""

import json

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.errors import CountsError
from qassay.published.braket import braket_sheet


def fidelity(value, name="RANDOMIZED_BENCHMARKING"):
    return {"fidelityType": {"name": name}, "fidelity": value}


def qubit(t1, gate, readout, unit="us"):
    return {
        "T1": {"value": t1, "unit": unit},
        "T2": {"value": t1 / 2, "standardError": None, "unit": unit},
        "oneQubitFidelity": [fidelity(gate), fidelity(readout, "READOUT")],
    }


def pair(**gates):
    listed = [{"gateName": gate, **fidelity(value)} for gate, value in gates.items()]
    return {"twoQubitGateFidelity": listed}


def properties(**parts):
    return {
        "braketSchemaHeader": {
            "name": "braket.device_schema.iqm.iqm_device_capabilities",
            "version": "1",
        },
        "service": {"updatedAt": "2026-07-01T12:00:00"},
        "paradigm": {"qubitCount": 3},
        **parts,
    }


STANDARD = {
    "oneQubitProperties": {
        "0": qubit(30, 0.999, 0.98),
        "1": qubit(50, 0.997, 0.96),
        "2": qubit(40, 0.998, 0.5),
    },
    "twoQubitProperties": {
        "1-0": pair(CZ=0.99),
        "1-2": pair(CZ=0.97, ISWAP=0.9),
        "0-2": pair(CZ=0.2),
    },
}


@pytest.fixture
def sheet(tmp_path):
    def read(document):
        path = tmp_path / "garnet.json"
        text = document if isinstance(document, str) else json.dumps(document)
        path.write_text(text, encoding="utf-8")
        return braket_sheet(path)

    return read


def claims(text):
    return {claim.id: claim for claim in parse_claim_sheet(text.encode(), "braket").claims}


def test_what_is_reported_by_qubit_becomes_means(sheet):
    text = sheet(properties(standardized=STANDARD))
    found = claims(text)
    assert list(found) == ["qubits", "t1", "t2", "readout", "1q", "2q"]
    assert found["t1"].value == pytest.approx(40e-6)
    assert found["t2"].metric == "t2_echo"
    assert found["readout"].value == pytest.approx(0.03)
    assert found["1q"].value == pytest.approx(0.002)
    assert found["2q"].value == pytest.approx(0.02)
    assert "scope = {qubits = [0, 1]}" in text  # of the readout alone: qubit 2 is noise
    assert "scope = {pairs = [[0, 1], [1, 2]]}  # CZ" in text
    assert "left out: 2, 0-2" in text
    assert "date = " in text


def test_means_of_ionq(sheet):
    document = properties(
        provider={
            "fidelity": {"1Q": {"mean": 0.9998}, "2Q": {"mean": 0.994}, "spam": {"mean": 0.995}},
            "timing": {"T1": 100, "T2": 1, "readout": 1e-4},
        }
    )
    document["braketSchemaHeader"]["name"] = "braket.device_schema.ionq.ionq_device_capabilities"
    found = claims(sheet(document))
    assert found["t1"].value == 100
    assert found["2q"].value == pytest.approx(0.006)
    assert found["spam"].metric == "readout_error"


def test_fidelities_in_per_cent_are_left_out_by_name(sheet):
    document = properties(provider={"fidelity": {"1Q": {"mean": 0.9998}, "2Q": {"mean": 99.4}}})
    text = sheet(document)
    assert "A fidelity above 1 (per cent?) was left out: 2Q" in text
    assert list(claims(text)) == ["qubits", "1q"]
    ones = {"0": qubit(30, 0.999, 98.0), "1": qubit(50, 0.997, 0.96)}
    text = sheet(properties(standardized={"oneQubitProperties": ones}))
    assert "A fidelity above 1 (per cent?) was left out: 0" in text
    assert claims(text)["readout"].value == pytest.approx(0.04)


@pytest.mark.parametrize("name", [None, 7, [], {}, "READOUT"])
def test_a_fidelity_of_no_kind_is_none_of_a_gate(sheet, name):
    ones = {"0": {"T1": {"value": 3, "unit": "ms"}, "oneQubitFidelity": [fidelity(0.9, name)]}}
    found = claims(sheet(properties(standardized={"oneQubitProperties": ones})))
    assert "1q" not in found
    assert ("readout" in found) == (name == "READOUT")


def test_placeholders_are_no_claims(sheet):
    broken = {"0": {**qubit(0, 1.0, 1.0), "T2": {"value": 5, "unit": "weeks"}}}
    with pytest.raises(CountsError, match="without times and fidelities"):
        sheet(properties(standardized={"oneQubitProperties": broken}))


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("", "garnet.json"),
        ("[]", "expected device properties of Amazon Braket"),
        ("{}", "expected device properties of Amazon Braket"),
        ('{"braketSchemaHeader": {"name": "braket.task_result"}}', 'found "braket.task_result"'),
        ('{"braketSchemaHeader": 7}', "expected device properties"),
        (properties(), "without times and fidelities"),
        (properties(standardized=[]), "without times and fidelities"),
        (properties(standardized={"oneQubitProperties": {"0": []}}), "without times"),
        (properties(standardized={"oneQubitProperties": {"0": {"T1": "long"}}}), "without times"),
        (properties(standardized={"twoQubitProperties": {"0-0": pair(CZ=0.9)}}), "without times"),
        (properties(provider={"fidelity": {"1Q": {"mean": "good"}}}), "without times"),
    ],
)
def test_what_is_none_is_told_in_a_sentence(sheet, document, words):
    with pytest.raises(CountsError) as caught:
        sheet(document)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_such_file(tmp_path):
    with pytest.raises(CountsError, match="No such file"):
        braket_sheet(tmp_path / "absent.json")
