"""The whole flow on devices whose answers are known."""

import json

import numpy as np
import pytest
from tests.unit.applications.ideal_device import IdealDevice

from qassay import assay
from qassay.applying.application_run import apply
from qassay.applying.preparing import Wish
from qassay.auditing.audit import audit_bundle
from qassay.cli.main import main
from qassay.devices.catalog import device_of
from qassay.devices.interface import JobResult
from qassay.errors import PlanError, UnsupportedCircuitError, UsageError


def run(device, folder, seed=3, **wish):
    chosen = {
        "application": "grid-section",
        "instance": "case118/8",
        "depths": (1,),
        "shots": 2400,
        **wish,
    }
    return apply(Wish(**chosen), device, out=folder, seed=seed)


@pytest.mark.parametrize(
    ("application", "instance"),
    [
        ("grid-section", "case118/8"),
        ("unit-commitment", "rts-gmlc/4x2"),
        ("docking-clique", "tace-as/8"),
    ],
)
def test_the_ideal_machine_scores_what_the_closed_form_says(application, instance, tmp_path):
    applied = run(IdealDevice(8), tmp_path, application=application, instance=instance)
    (one,) = applied.result.depths
    half = one.score.high - one.score.value
    # 23 degrees of freedom: 2.9 half widths are 6 standard errors, p < 5e-6 a case times
    # Student's tails; the seed is fixed.
    assert abs(one.score.value - one.ideal) < 2.9 * half
    assert half < 0.03
    assert one.tier >= 1
    assert audit_bundle(applied.run.bundle).failure is None


@pytest.mark.parametrize(
    ("application", "instance"),
    [
        ("grid-section", "case118/50"),
        pytest.param("unit-commitment", "rts-gmlc/10x5", marks=pytest.mark.slow),
        pytest.param("docking-clique", "tace-as/24", marks=pytest.mark.slow),
    ],
)
def test_the_perfect_simulator_agrees_with_the_closed_form_at_standard_size(
    application, instance, tmp_path
):
    device = device_of("virtual:perfect-50")
    applied = run(device, tmp_path, application=application, instance=instance, seed=5)
    (one,) = applied.result.depths
    # As above: 2.9 half widths are 6 standard errors.
    assert abs(one.score.value - one.ideal) < 2.9 * (one.score.high - one.score.value)


def test_a_coin_scores_zero_and_has_tier_zero(tmp_path):
    applied = run(IdealDevice(8, coin=True), tmp_path)
    (one,) = applied.result.depths
    assert one.score.low < 0 < one.score.high
    assert one.tier == 0
    page = applied.run.datasheet.read_text()
    assert "cannot be told from coin tossing" in page
    assert "An ordinary computer wins" in page


class SolvingDevice(IdealDevice):
    """Reads the problem off the circuit and answers its optimum."""

    def submit(self, job):
        (circuit,) = job.families
        cost = np.zeros(2**self.qubits)
        spins = 1 - 2 * (np.arange(2**self.qubits)[:, None] >> np.arange(self.qubits) & 1)
        for gate in circuit.gates:
            if gate.kind in ("rz", "zz"):
                cost += gate.angle * spins[:, list(gate.qubits)].prod(axis=1)
        answer = (int(cost.argmin()) >> np.arange(self.qubits) & 1).astype(np.uint8)
        bits = np.tile(answer, (1, job.shots, 1))
        self.results[job.id] = JobResult(job_id=job.id, outcomes=bits, seconds=0.1)
        return job.id


@pytest.mark.parametrize(
    ("application", "instance"),
    [
        ("grid-section", "case118/8"),
        ("unit-commitment", "rts-gmlc/4x2"),
        ("docking-clique", "tace-as/8"),
    ],
)
def test_an_exact_sampler_scores_one(application, instance, tmp_path):
    applied = run(SolvingDevice(8), tmp_path, application=application, instance=instance)
    (one,) = applied.result.depths
    assert one.score.value == pytest.approx(1, abs=1e-9)
    assert one.score.low == pytest.approx(1, abs=1e-9)
    assert one.tier >= 2  # on eight buses descent always ends at the optimum, too
    assert audit_bundle(applied.run.bundle).failure is None


def test_the_datasheet_of_a_bundle_is_written_again(tmp_path, monkeypatch, capsys):
    applied = run(IdealDevice(8), tmp_path / "run")
    place = tmp_path / "again.html"
    monkeypatch.setattr(
        "sys.argv", ["qassay", "report", str(applied.run.bundle), "--html", str(place)]
    )
    assert main() == 0
    capsys.readouterr()
    page = place.read_text(encoding="utf-8")
    assert page == applied.run.datasheet.read_text(encoding="utf-8")
    assert "The scores show what the test can tell" in page
    assert "verdicts" not in page.split('id="trust"')[0].split("<body")[1]


def test_json_has_the_fields_of_the_contract(tmp_path):
    document = run(IdealDevice(8), tmp_path).as_json()
    fields = "application instance qubits device seed results random device_after_repair"
    assert set(fields.split()) <= set(document)
    assert {"classical", "how_far", "bundle", "datasheet"} <= set(document)
    assert {
        "depth",
        "score",
        "ideal",
        "retention",
        "predicted_from_claims",
        "tier",
        "two_qubit_gates",
        "shots",
    } <= set(document["results"][0])
    assert set(document["results"][0]["score"]) == {"value", "low", "high", "level"}
    assert {"score", "best_after_repair", "mean_after_repair"} <= set(document["random"])
    assert {"best", "mean"} <= set(document["device_after_repair"])
    assert {"solver", "optimum", "proven", "seconds"} <= set(document["classical"])
    json.dumps(document)


def test_a_depth_that_a_simulator_refuses_is_said_and_the_rest_runs(tmp_path):
    applied = run(IdealDevice(8, most_gates=20), tmp_path, depths=())
    assert [one.depth for one in applied.result.depths] == [1]
    assert [depth for depth, _ in applied.not_run] == [3]
    assert "depth 3 was not run" in applied.run.datasheet.read_text()
    with pytest.raises(UnsupportedCircuitError, match="too many gates"):
        run(IdealDevice(8, most_gates=1), tmp_path / "other")


def test_lost_jobs_are_recorded_and_the_rest_counts(tmp_path):
    applied = run(IdealDevice(8, lost=["application/00/0003"]), tmp_path)
    (one,) = applied.result.depths
    assert one.batches == 23
    assert applied.as_json()["results"][0]["lost_batches"] == 1
    assert "is lost" in applied.run.datasheet.read_text()
    assert audit_bundle(applied.run.bundle).failure is None


def test_a_killed_run_goes_on_where_it_was(tmp_path):
    first = IdealDevice(8)
    whole = run(first, tmp_path / "whole")
    folder = tmp_path / "killed"
    stopping = IdealDevice(8)
    submit = stopping.submit

    def dies(job):
        if job.id.endswith("0010"):
            raise KeyboardInterrupt
        return submit(job)

    stopping.submit = dies
    with pytest.raises(KeyboardInterrupt):
        run(stopping, folder)
    again = IdealDevice(8)
    resumed = run(again, folder)
    assert len(again.submitted) == 14
    assert resumed.as_json()["results"] == whole.as_json()["results"]
    with pytest.raises(UsageError, match="another --instance"):
        run(IdealDevice(8), folder, instance="case118/12")


@pytest.mark.slow  # a claim's run in tests/unit/execution/test_runner.py does it always
def test_processes_give_what_one_process_gives(tmp_path):
    """Prediction and run on a virtual machine, in this process and in two others."""
    sheet = tmp_path / "claims.toml"
    sheet.write_text("""[sheet]
title = "t"
vendor = "v"
machine = "m"
[[claim]]
id = "a"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
relation = "at most"
value = 0.01
scope = "all"
""")
    wish = Wish(application="docking-clique", instance="tace-as/8", shots=480, claims=str(sheet))
    found = [
        apply(
            wish,
            device_of("virtual:prototype-50"),
            out=tmp_path / f"{workers}",
            seed=1,
            workers=workers,
        )
        for workers in (1, 2)
    ]
    one, two = (applied.as_json()["results"] for applied in found)
    assert one == two
    assert one[0]["predicted_from_claims"] is not None


def test_its_sheet_is_one_that_run_takes_and_replays(tmp_path):
    """The sheet beside the bundle asks by itself: run gives the same counts, and so does replay."""
    wish = Wish(application="max-cut", instance="complete/6", depths=(1, 2), shots=60, batches=20)
    machine = device_of("virtual:perfect-50")
    applied = apply(wish, machine, out=tmp_path / "applied", seed=4)
    assert [one.question for one in applied.run.answers] == ["depth_1", "depth_2"]
    sheet = tmp_path / "applied" / "sheet.toml"
    again = assay.run(sheet, machine, out=tmp_path / "run", seed=4)
    replayed = assay.run(sheet, f"replay:{applied.run.bundle}", out=tmp_path / "replay")
    for one in (again, replayed):
        assert [x.as_json() for x in one.answers] == [x.as_json() for x in applied.run.answers]
        assert audit_bundle(one.bundle).failure is None
    assert again.analysis.plan.id == applied.run.analysis.plan.id
    scores = [one.score.value for one in applied.result.depths]
    told = [x.numbers["results"][0]["score"]["value"] for x in replayed.answers]
    assert scores == told


def test_a_simulator_runs_several_layers_on_many_qubits_only_when_asked(tmp_path, monkeypatch):
    monkeypatch.setattr("qassay.applying.preparing._MOST_SIMULATED", 6)
    applied = run(IdealDevice(8), tmp_path, depths=(), shots=48)
    assert [one.depth for one in applied.result.depths] == [1]
    assert [depth for depth, _ in applied.not_run] == [3]
    assert "ask for it by --depths" in applied.run.datasheet.read_text()


def test_the_seed_changes_circuits_and_nothing_else(tmp_path):
    one = run(IdealDevice(8), tmp_path / "a", seed=1)
    other = run(IdealDevice(8), tmp_path / "b", seed=2)
    assert one.result.depths[0].score.value != other.result.depths[0].score.value
    assert one.result.depths[0].ideal == other.result.depths[0].ideal


def test_too_small_a_device_and_wishes_without_a_meaning(tmp_path):
    with pytest.raises(PlanError, match="at most the 6"):
        run(IdealDevice(6), tmp_path)
    with pytest.raises(UsageError) as caught:
        run(IdealDevice(8), tmp_path, depths=(0,), batches=3, shots=1)
    assert len(caught.value.problems) == 3
    assert not list(tmp_path.iterdir())


def test_the_command_line_exits_two_without_a_traceback(tmp_path, monkeypatch, capsys):
    for arguments in (
        ["nothing"],
        ["grid-section", "--instance", "absent.m"],
        ["grid-section", "--depths", "x"],
    ):
        where = ["--device", "virtual:perfect-50", "--out", str(tmp_path / "o")]
        monkeypatch.setattr("sys.argv", ["qassay", "apply", *arguments, *where])
        assert main() == 2
        assert capsys.readouterr().err.startswith("error: ")
    assert not (tmp_path / "o").exists()


def test_applications_are_listed(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["qassay", "applications", "--json"])
    assert main() == 0
    assert {one["id"] for one in json.loads(capsys.readouterr().out)} == {
        "grid-section",
        "unit-commitment",
        "docking-clique",
        "max-cut",
    }
