"""`qassay jobs` and the money of a run, on a cloud with a queue."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("qiskit")

from click.testing import CliRunner
from tests.kit.cloud import MACHINE, SHEET, Cloud

from qassay.auditing.audit import audit_bundle
from qassay.cli.main import cli
from qassay.errors import CostLimitError, UsageError

DEVICE = "qiskit:tests.kit.cloud:cloud"
PRICES = "0.30 USD/job + 0.002 USD/circuit + 0.00035 USD/shot"


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOUD_STORE", str(tmp_path / "cloud"))
    (tmp_path / "sheet.toml").write_text(SHEET, encoding="utf-8")

    def invoke(*words, **environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        result = CliRunner().invoke(cli, list(words), standalone_mode=False)
        if result.exception is not None:
            raise result.exception
        return json.loads(result.stdout) if "--json" in words else result.stdout

    return invoke


def run(call, tmp_path, *words, out="run", **environment):
    sheet, folder = str(tmp_path / "sheet.toml"), str(tmp_path / out)
    own = ("--device", DEVICE, "--seed", "5", "--budget-shots", "300", "--price", PRICES)
    told = ("--out", folder, "--patience", "0", "--json")
    return call("run", sheet, *own, *told, *words, **environment)


def test_a_run_is_left_looked_at_and_taken_up_elsewhere(call, tmp_path):
    with pytest.raises(Exception, match="503"):
        run(call, tmp_path, CLOUD_FAULT="down at collecting")
    told = call("jobs", str(tmp_path / "run"), "--json")
    assert told["counts"]["out"] == 2
    assert told["device"] == DEVICE
    assert [bool(job["ids"]) for job in told["jobs"]] == [True] * 3
    bill = Cloud(tmp_path / "cloud").bill
    assert {i for job in told["jobs"] for i in job["ids"]} == {line["id"] for line in bill}
    page = call("jobs", str(tmp_path / "run"), "--ask", CLOUD_FAULT="")
    assert "2 out" in page
    assert "done" in page  # as the provider says
    # another machine, with a copy of the folder
    shutil.copytree(tmp_path / "run", tmp_path / "elsewhere")
    document = run(call, tmp_path, out="elsewhere")
    assert document["shots"]
    told = call("jobs", str(tmp_path / "elsewhere"), "--json")
    assert told["counts"]["done"] == len(told["jobs"]) == len(Cloud(tmp_path / "cloud").bill)
    # what it cost: on the page and in the bundle, in a form that an audit takes
    assert audit_bundle(Path(document["bundle"])).failure is None
    page = (tmp_path / "elsewhere" / "datasheet.html").read_text()
    assert f"{told['cost']} USD" in page
    assert sum(Decimal(job["price"]) for job in told["jobs"]) == Decimal(told["cost"])


def test_the_money_of_a_plan_is_that_of_its_run(call, tmp_path):
    """A budget that decides nothing early: all planned jobs are sent; both within 5 %."""
    words = (
        "--device",
        DEVICE,
        "--seed",
        "5",
        "--budget-shots",
        "120",
        "--price",
        PRICES,
        "--json",
    )
    planned = call("plan", str(tmp_path / "sheet.toml"), *words)["jobs"]
    out = ("--out", str(tmp_path / "run"), "--patience", "0")
    call("run", str(tmp_path / "sheet.toml"), *words, *out)
    told = call("jobs", str(tmp_path / "run"), "--json")
    assert len(told["jobs"]) == planned["jobs"]
    assert float(told["cost"]) == pytest.approx(float(planned["money"]), rel=0.05)


def test_a_limit_stops_the_run_and_a_larger_one_goes_on(call, tmp_path):
    with pytest.raises(Exception, match="more than --max-cost 2 in all") as caught:
        run(call, tmp_path, "--max-cost", "2")
    assert caught.value.exit_code == 5
    assert 0 < Decimal(call("jobs", str(tmp_path / "run"), "--json")["cost"]) <= 2
    assert run(call, tmp_path, "--max-cost", "100 USD")["shots"]


def test_jobs_of_a_folder_without_a_run(call, tmp_path):
    with pytest.raises(Exception, match="no run, expected the folder of a run"):
        call("jobs", str(tmp_path))


CIRCUIT = """OPENQASM 3.0;
include "stdgates.inc";
qubit[2] q;
h q[0];
cx q[0], q[1];
"""
OTHERS = {
    "rcs": ("--qubits", "3", "--depth", "2", "--circuits", "4", "--checked", "2", "--shots", "5"),
    "accredit": ("c.qasm", "--traps", "12", "--targets", "6"),
    "apply": ("grid-section", "--qubits", "8", "--depths", "1", "--shots", "60", "--batches", "20"),
}


@pytest.mark.parametrize(
    "command", ["rcs", "accredit", pytest.param("apply", marks=pytest.mark.slow)]
)
def test_what_is_not_a_sheet_has_prices_and_a_limit_as_well(call, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.qasm").write_text(CIRCUIT, encoding="utf-8")
    wider = MACHINE.replace(b"qubits = 3", b"qubits = 8").replace(b'"line"', b'"all-to-all"')
    monkeypatch.setattr("tests.kit.cloud.MACHINE", wider)
    own = ("--device", DEVICE, "--seed", "1", "--price", "1 USD/job", "--out", "out", "--json")
    with pytest.raises(CostLimitError, match="more than --max-cost 1 in all"):
        call(command, *OTHERS[command], *own, "--max-cost", "1")
    assert len(Cloud(tmp_path / "cloud").bill) == 1
    document = call(command, *OTHERS[command], *own, "--max-cost", "60")
    bill = Cloud(tmp_path / "cloud").bill
    assert (document["cost"], document["currency"]) == (str(len(bill)), "USD")
    with pytest.raises(UsageError, match="no prices of this device"):
        call(command, *OTHERS[command], *own[:4], "--out", "other", "--max-cost", "2")


CHARACTERIZE = ("characterize", "--seed", "1", "--precision", "0.5", "--longest-delay", "1e-4")


def test_a_characterization_sends_nothing_beyond_its_limit(call, tmp_path):
    own = ("--device", DEVICE, "--price", "1 USD/job", "--out", str(tmp_path / "out"), "--json")
    with pytest.raises(CostLimitError, match=r"and 1\.00 USD are spent: more than --max-cost 1"):
        call(*CHARACTERIZE, *own, "--max-cost", "1")
    assert len(Cloud(tmp_path / "cloud").bill) == 1
    with pytest.raises(UsageError, match="no prices of this device"):
        call(*CHARACTERIZE, *own[:2], "--out", str(tmp_path / "other"), "--max-cost", "2")
    with pytest.raises(UsageError, match="many machines are simulators, which cost nothing"):
        call(*CHARACTERIZE, *own, "--device", DEVICE, "--max-cost", "1")


@pytest.mark.slow
def test_figures_are_paid_from_what_the_first_look_has_left(call, tmp_path):
    own = ("--device", DEVICE, "--price", "1 USD/job", "--out", str(tmp_path / "out"), "--json")
    with pytest.raises(CostLimitError, match=r"job figure_.* and 12\.00 USD are spent"):
        call(*CHARACTERIZE, *own, "--max-cost", "12")
    assert len(Cloud(tmp_path / "cloud").bill) == 12


def test_a_second_that_has_a_price_counts_before_a_job_is_sent(call, tmp_path):
    """Of random circuits as well, whose jobs no plan has timed."""
    own = ("--device", DEVICE, "--seed", "1", "--price", "1000000 USD/s", "--max-cost", "1")
    with pytest.raises(CostLimitError, match="job canary costs"):
        call("rcs", *OTHERS["rcs"], *own, "--out", str(tmp_path / "out"), "--json")
    assert not Cloud(tmp_path / "cloud").bill
