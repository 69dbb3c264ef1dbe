"""What is foretold of crosstalk of every pair: the verdict waits for the last of them."""

from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.verdicts.expectations import expectations


def foretold(statistic):
    text = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n\n[[claim]]\nid = "c"\n'
    text += 'metric = "crosstalk"\nrelation = "at most"\nvalue = 0.005\n'
    text += f'convention = "average_gate_infidelity"\nstatistic = "{statistic}"\n'
    sheet = parse_claim_sheet(text.encode(), "sheet.toml")
    couplings = tuple(sorted((min(q, (q + 1) % 6), max(q, (q + 1) % 6)) for q in range(6)))
    device = DeviceDescription(
        name="M", platform="superconducting", qubits=6, connectivity="listed", couplings=couplings
    )
    (told,) = expectations(make_plan(sheet, device, bytes(32), Options(), "test"))
    return told


def test_the_last_of_six_pairs_is_waited_for():
    """Games took twice what one pair takes (`benchmarks/expected_shots.py crosstalk every`)."""
    every, one = foretold("every").better.shots, foretold("best").better.shots
    assert 1.3 * one < every < 4 * one
    assert foretold("mean").better.shots < one
