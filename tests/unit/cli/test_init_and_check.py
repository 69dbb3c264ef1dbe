"""A sheet is written, never over another, and checked without a device."""

import json

import pytest
from click.testing import CliRunner

from qassay.claims import parse_claim_sheet
from qassay.cli.check import check_command
from qassay.cli.init import init_command
from qassay.cli.main import cli
from qassay.devices.catalog import built_in_machines
from qassay.errors import CountsError, DeviceFileError, UsageError

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'


def called(command, *arguments):
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


def test_a_new_sheet_passes_the_check_and_is_never_overwritten(tmp_path):
    path = tmp_path / "s.toml"
    assert called(init_command, str(path)).return_value == 0
    text = path.read_text()
    assert called(check_command, str(path)).return_value == 0
    path.write_text(text + "# mine\n")
    assert isinstance(called(init_command, str(path)).exception, UsageError)
    assert path.read_text() == text + "# mine\n"


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path):
    (tmp_path / "link.toml").symlink_to(tmp_path / "target")
    assert isinstance(called(init_command, str(tmp_path / "link.toml")).exception, UsageError)
    assert not (tmp_path / "target").exists()
    assert isinstance(called(init_command, str(tmp_path / "no" / "s.toml")).exception, UsageError)


def test_without_a_name_it_goes_to_the_standard_output():
    assert parse_claim_sheet(called(init_command).output.encode()).claims


@pytest.mark.parametrize("name", built_in_machines())
def test_every_machine_makes_a_sheet_of_its_figures(name):
    text = called(init_command, "--from", "machines", name).output
    sheet = parse_claim_sheet(text.encode())
    assert sheet.claims[0].metric == "qubits"
    if name == "msu-rb-50":
        claims = {claim.id: claim for claim in sheet.claims}
        assert (claims["2q"].value, claims["2q"].statistic) == (0.10, "median")
        assert claims["t1"].value == 4.0
        # (0.01 + 0.03) / 2 turned round with probability 0.01
        assert claims["readout"].value == pytest.approx(0.02 + 0.01 - 2 * 0.02 * 0.01)
        assert all(claim.relation for claim in sheet.claims)


def test_an_unknown_machine_or_source():
    assert isinstance(called(init_command, "--from", "machines", "x").exception, DeviceFileError)
    assert isinstance(called(init_command, "--from", "moon", "x").exception, UsageError)
    virtual = called(init_command, "--from", "backend", "virtual:heron-156").exception
    assert "--from machines heron-156" in str(virtual)


RECORD = {
    "timestamp": "2026-02-18T20:46:15.4",
    "job_type": "EPLG",
    "platform": {"device": "a\n[[x]]", "provider": 'p"q', "device_metadata": {"num_qubits": 20}},
    "results": {
        "chain_lengths": [4, 6, 18],
        "chain_eplgs": [2e-16, 1e-3, 9e-3],
        "eplg_4": 2e-16,
        "eplg_10": 8e-3,
        "eplg_18": 9e-3,
        "eplg_20": 9e-3,
        "eplg_100": None,
        "score": {"value": 0.1},
    },
}


def test_a_metriq_record_becomes_claims_on_what_was_measured(tmp_path):
    path = tmp_path / "r.json"
    path.write_text(json.dumps([RECORD]))
    text = called(init_command, "--from", "metriq", str(path)).output
    sheet = parse_claim_sheet(text.encode())
    # 1e-16 is no error, 20 is beyond the longest chain, 100 has no value
    assert [claim.id for claim in sheet.claims] == ["qubits", "eplg_10", "eplg_18"]
    assert sheet.claims[1].value == 8e-3
    assert sheet.claims[1].convention == "process_infidelity"
    assert "not named" in str(sheet.claims[1].condition("chain"))
    assert sheet.source.date == "2026-02-18"
    assert sheet.vendor == 'p"q'
    assert "# score: no claim" in text


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "3", '{"results": 3}', '{"results": {"score": 1}}', "[" * 9999]
)
def test_what_is_no_record_is_refused(tmp_path, content):
    path = tmp_path / "r.json"
    path.write_text(content)
    assert isinstance(called(init_command, "--from", "metriq", str(path)).exception, CountsError)
    missing = called(init_command, "--from", "metriq", str(tmp_path / "none")).exception
    assert isinstance(missing, CountsError)


def test_a_backend_s_own_figures():
    pytest.importorskip("qiskit")
    device = "qiskit:qiskit.providers.fake_provider:GenericBackendV2"
    failed = called(init_command, "--from", "backend", device)
    assert failed.exception is not None  # this one is not made without a number of qubits


def test_the_check_tells_what_was_understood(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(
        HEAD + '[[claim]]\nid = "a"\nmetric = "2q_fidelity"\nconvention = "unstated"\n'
        'value = "99.5 %"\n[[claim]]\nid = "v"\nmetric = "memory_error"\n'
        'convention = "pauli_error"\nvalue = 0.1\n'
    )
    result = called(check_command, str(path))
    assert result.return_value == 0
    words = " ".join(result.output.split())
    for part in (
        'metric "2q_fidelity" is read as two_qubit_gate_error',
        "0.625 %",
        "not tested: v, qassay has no protocol yet that measures memory_error",
        "no mistakes: 2 claims are understood",
    ):
        assert part in words
    document = json.loads(called(check_command, str(path), "--json").output)
    assert document["valid"]
    assert document["claims"][0]["value"] == 0.005
    assert "two-qubit gate error is at most 0.500 %" in document["claims"][0]["meaning"]
    assert document["not_tested"][0]["claim"] == "v"


def test_mistakes_come_all_at_once_with_their_lines_and_exit_code_2(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(HEAD + '[[claim]]\nid = "a"\nmetric = "t1"\nvalu = "1 s"\nerror = 3\n')
    result = called(check_command, str(path), "--json")
    assert result.return_value == 2
    document = json.loads(result.output)
    assert not document["valid"]
    assert len(document["mistakes"]) == 3
    assert any(":8:" in one["where"] for one in document["mistakes"])
    assert any('did you mean "value"?' in one["advice"] for one in document["mistakes"])


def test_both_commands_are_in_the_help():
    assert "init" in cli.list_commands(None)
    assert "check" in cli.list_commands(None)


def test_an_export_says_what_it_will_not_test(tmp_path):
    (tmp_path / "s.toml").write_text(
        HEAD + '[[claim]]\nid = "ro"\nmetric = "spam"\nvalue = "2 %"\n'
        '[[claim]]\nid = "v"\nmetric = "memory_error"\nconvention = "pauli_error"\nvalue = 0.1\n'
    )
    (tmp_path / "d.toml").write_text(
        '[device]\nname = "M"\nplatform = "other"\nqubits = 3\nconnectivity = "line"\n'
        "out_of_order = [1]\n"
    )
    call = ("export", str(tmp_path / "s.toml"), "--device-description", str(tmp_path / "d.toml"))
    result = called(cli, *call, "--out", str(tmp_path / "c"), "--seed", "1", "--rounds", "1")
    words = " ".join(result.output.split())
    assert "not tested: v, qassay has no protocol yet that measures memory_error" in words
    assert 'metric "spam" is read as readout_error' in words
    assert "qubit 1 cannot be used now" in words


def test_the_check_names_conditions_that_no_machine_could_meet(tmp_path):
    path = tmp_path / "s.toml"
    claim = '[[claim]]\nid = "{}"\nmetric = "spam"\nvalue = "2 %"\nconditions = {{{}}}\n'
    path.write_text(
        HEAD
        + claim.format("a", 'mitigation = "yes"')
        + claim.format("b", "altitude = 3")
        + claim.format("c", 'readout_time = "1 us", simultaneous = true')
    )
    told = json.loads(called(check_command, str(path), "--json").output)["not_tested"]
    assert [one["claim"] for one in told] == ["a", "b"]
    assert "altitude" in told[1]["reason"]


def claim(name, metric, value, more=""):
    return f'[[claim]]\nid = "{name}"\nmetric = "{metric}"\nvalue = {value}\n{more}\n'


def test_the_check_tells_what_every_plan_would_refuse(tmp_path):
    """Depths, applications and sizes that no machine could make right are told before any plan."""
    path = tmp_path / "s.toml"
    path.write_text(
        HEAD
        + claim("odd", "mirror_polarization", 0.5, "conditions = {depth = 3}")
        + claim("none", "approximation_ratio", 0.5)
        + claim("sudoku", "approximation_ratio", 0.5, 'conditions = {application = "sudoku"}')
    )
    told = str(called(check_command, str(path)).exception)
    for words in ("depth = 3, expected an even", "no application", '"sudoku"', "found no depth"):
        assert words in told
    sized = claim("a", "quantum_volume", 1000) + claim("b", "xeb_fidelity", 0.5)
    path.write_text(HEAD + sized + claim("c", "throughput", 340000, 'kind = "measured"'))
    asked = called(check_command, str(path), "--json")
    document = json.loads(asked.output)
    reasons = {one["claim"]: one["reason"] for one in document["not_tested"]}
    assert "not a power of two" in reasons["a"]
    assert "states no depth" in reasons["b"]
    assert 'kind = "operations"' in reasons["c"]
