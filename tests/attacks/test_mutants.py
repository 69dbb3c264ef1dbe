"""Any field of any record of an honest bundle, changed and sealed again with all keys.

What is accepted has to be what nobody could know better than who seals: words of his own in their
form, seconds within the rounding of the page, the order of lines in a table of a sheet, and
outcomes that enter nothing.
"""

import pytest
from forgeries.mutants import events, mutants, resealed
from forgeries.registry import ROLES, honest

from qassay.auditing.audit import audit_bundle
from qassay.errors import QassayError
from qassay.evidence.roles import trust_from

SIGNED = ("run", "campaign", "exchange")
# By the beginning of a change's name. At T0 whoever seals says with which programs, and takes the
# spectators' outcomes; of two equal spellings of a sheet either is his.
FREE = (
    "software/versions.json ",
    "plan/plan.json device/connectivity",
    "claims/sheet.toml line exchanged",
    "claims/sheet.toml line twice",
    "claims/sheet.toml line left out",
    "claims/sheet.toml line torn",
    "claims/sheet.toml end ",
    "batches/readout/*/counts.json seconds",
    "batches/t1/*/counts.json seconds",
    "batches/application/*/*/counts.json seconds",
    "batches/application/*/*/counts.json outcomes",
    "batches/two_qubit_gates/*/counts.json seconds",
    "batches/two_qubit_gates/*/counts.json outcomes",
    "published/readout_error.json counts/hits",
    "published/two_qubit_gate_error.json counts/hits",
    "published/readout_error.json sha",
    "published/two_qubit_gate_error.json sha",
    "published/readout_error.json  without notes",
    "published/two_qubit_gate_error.json  without notes",
)
# Within the tolerance of numbers (1e-6): one more where an e-value has seven digits.
WITHIN = ("verdicts/verdicts.json */e_", "analysis/checks.json */p_value")
# A party's own clock is its word; the log begins when its keeper says; two parts may be answered
# in either order; and who attests first of two, or beside the partner, adds nothing to the level.
FREE_EVENTS = (
    "counts by vendor: event, exchanged",
    "shared by partner: clock",
    "attested by partner: clock",
    "attested by vendor: clock",
    "attested by vendor: event",
    "attested by vendor: at",
    "attested by partner: at",
    "attested by partner: event, exchanged",
    "opened by verifier: at",
)


def accepted(made, pinned, path):
    """Audit forged bundles; give how many there were and the names of those accepted."""
    names, tried = [], 0
    for name, make in made:
        try:
            path.write_bytes(make())
        except (QassayError, TypeError, ValueError, KeyError):
            continue  # what no writer of ours can seal
        tried += 1
        audit = audit_bundle(path, trust=trust_from(pinned))
        if audit.failure is None:
            names.append(name)
        else:
            assert audit.failure.exit_code == 4, name
            assert "report it" not in str(audit.failure), name
    return tried, names


def changes(base, seed, share):
    return (
        (str(x), lambda x=x: resealed(x.members)) for x in mutants(honest(base), seed, 1, share)
    )


def check(base, path, seed, share, least):
    pinned = [str(ROLES)] if base in SIGNED else []
    tried, names = accepted(changes(base, seed, share), pinned, path)
    assert tried >= least
    assert [name for name in names if not name.startswith(FREE + WITHIN)] == []


@pytest.mark.parametrize(
    ("base", "share", "least"), [("run", 0.01, 10), ("import", 0.02, 10), ("repeats", 0.01, 8)]
)
def test_some_fields_are_tried_always(tmp_path, base, share, least):
    check(base, tmp_path / "mutant.zip", 11, share, least)


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize(
    ("base", "share", "least"),
    [
        ("run", 1, 1900),
        ("import", 1, 900),
        ("apply", 1, 1100),
        ("repeats", 1, 1300),
        ("exchange", 0.1, 300),
    ],
)
def test_no_field_of_a_bundle_can_be_changed(tmp_path, base, share, least):
    check(base, tmp_path / "mutant.zip", 1, share, least)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_no_event_of_a_campaign_can_be_changed(tmp_path):
    made = (
        (f"{place}, {what}", story.told) for place, what, story in events(honest("exchange"), 1)
    )
    tried, names = accepted(made, [str(ROLES)], tmp_path / "mutant.zip")
    assert tried > 400
    assert [name for name in names if not name.startswith(FREE_EVENTS)] == []
