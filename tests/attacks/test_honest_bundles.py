"""Who accuses an honest tester is as wrong as who passes a forgery: random sheets and machines."""

import pytest
from benchmarks.honest_bundles import played

# Games once refused, or crashed: a share above of one pair, no room in a budget, an empty arm.
ONCE_REFUSED = (15, 32, 332, 443, 510)


@pytest.mark.parametrize(
    "number",
    [
        *ONCE_REFUSED[1::3],  # guarded claims on times and two maxima; few shots
        *(
            pytest.param(n, marks=pytest.mark.slow)
            for n in (*ONCE_REFUSED[::3], ONCE_REFUSED[2], 5, 454, *range(200, 230))
        ),
    ],
)
def test_every_auditor_accepts_what_was_honestly_made(number):
    sheet, said, against = played(number)
    assert "refused" not in said
    assert against == {}, sheet


@pytest.mark.parametrize("statistic", ["every", "best"])
@pytest.mark.parametrize("value", ["20 us", "400 us"])
def test_times_of_two_delays(tmp_path, statistic, value):
    """Their ends hold for any shape of decay, and an auditor has to take that back."""
    from auditor import audit_further, audit_minimal

    from qassay import assay
    from qassay.assay.replaying import open_device
    from qassay.planning.options import Options

    sheet = tmp_path / "sheet.toml"
    sheet.write_text(
        '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n\n[[claim]]\nid = "t1"\nmetric = "t1"\n'
        f'relation = "at least"\nvalue = "{value}"\nstatistic = "{statistic}"\n'
        "scope = {qubits = [0, 1, 2]}\n"
    )
    options = Options(rule="guarded", budget_shots=2000)
    run = assay.run(
        sheet, open_device("virtual:willow-105"), out=tmp_path / "run", seed=1, options=options
    )
    for kind in (audit_minimal.Audit, audit_further.Further):
        assert audit_minimal.audit(run.bundle, kind=kind)["failed"] is None
