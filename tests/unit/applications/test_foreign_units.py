"""Units as PGLib-UC writes them, and what its keys may not hold."""

import json

import pytest

from qassay.applications.unit_files import read_fleet
from qassay.errors import UsageError

UNIT = {
    "power_output_minimum": 50,
    "power_output_maximum": 200,
    "startup": [{"lag": 1, "cost": 100}],
    "piecewise_production": [{"mw": 50, "cost": 100}, {"mw": 200, "cost": 900}],
}
FILE = {
    "time_periods": 2,
    "demand": [100, 200],
    "reserves": [0, 0],
    "thermal_generators": {"A": UNIT},
    "renewable_generators": {},
}


def read(unit=None, **file):
    document = FILE | {"thermal_generators": {"A": UNIT | (unit or {})}} | file
    return read_fleet(json.dumps(document).encode(), "u.json")


def test_a_sound_file_is_read():
    assert read()["units"][0]["cost_at_minimum"] == 100


@pytest.mark.parametrize(
    ("unit", "file", "says"),
    [
        ({"power_output_minimum": 80}, {}, "rising ones from 80 to 200 MW"),
        ({"power_output_maximum": 300}, {}, "rising ones from 50 to 300 MW"),
        ({"piecewise_production": UNIT["piecewise_production"][::-1]}, {}, "outputs"),
        ({}, {"reserves": True}, "u.json, reserves: found True"),
        ({}, {"renewable_generators": 1}, "u.json, renewable_generators: found 1"),
        ({}, {"time_periods": "\u202e"}, "demand: found"),
    ],
)
def test_what_does_not_fit_is_refused(unit, file, says):
    with pytest.raises(UsageError, match=says) as told:
        read(unit, **file)
    assert "\u202e" not in str(told.value)
