"""What is planned can be sealed and read again, however much a claim asks for."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay import assay
from qassay.assay.replaying import open_device
from qassay.auditing.audit import audit_bundle
from qassay.canonical import canonical_bytes
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.outcomes import outcome_lines
from qassay.errors import MalformedError, PlanError
from qassay.evidence import bundle as layout
from qassay.planning import evidence_room
from qassay.planning.evidence_room import MOST_BATCHES, is_held, with_room
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.interface import Experiment
from qassay.reading.limits import ALL_EVIDENCE_FILES
from qassay.reading.strict_json import read_json, values_in

SHEET = """
[sheet]
title = "Fine readout"
vendor = "V"
machine = "M"

[[claim]]
id = "readout"
metric = "readout_error"
relation = "at most"
value = "%s"
scope = {qubits = [0]}
"""
READOUT = Experiment(
    id="readout",
    protocol="readout",
    version=1,
    targets=((0,),),
    lengths=(0.0,),
    block=(1,),
    rounds=1,
    batch=1,
)


def written(experiment, qubits):
    """The documents of the first batch, as a run would seal them, with the longest ids."""
    circuits = experiment.batch_size(0)
    lines = outcome_lines(np.ones((circuits, experiment.shots, qubits), dtype=np.uint8))
    return (
        canonical_bytes({"batch": experiment.id, "circuits": ["f" * 64] * circuits}),
        canonical_bytes({"batch": experiment.id, "outcomes": lines, "seconds": 1.5, "notes": []}),
    )


@settings(max_examples=examples(12), deadline=None)
@given(
    qubits=st.sampled_from((1, 50, 156, 1121)),
    shots=st.sampled_from((1, 7, 1000)),
    rounds=st.integers(1, 10**8),
    wanted=st.integers(1, 10**6),
)
def test_documents_of_a_batch_can_be_read(qubits, shots, rounds, wanted):
    device = replace(open_device("virtual:perfect-50").describe(), qubits=qubits)
    wish = replace(READOUT, rounds=rounds, batch=min(wanted, rounds), shots=shots)
    (planned,) = with_room([wish], device, returned=False)
    many = 2 * planned.rounds > wish.batch * int(0.85 * ALL_EVIDENCE_FILES)
    assert planned.batch <= wish.batch or many or planned.rounds > wish.batch * MOST_BATCHES
    documents = written(planned, qubits)
    for document in documents:
        assert read_json(document, "here")
    # All batches together, by what the first one takes.
    batches = planned.rounds / planned.batch_size(0)
    assert sum(map(values_in, documents)) * batches < 1_000_000
    assert sum(map(len, documents)) * batches < 128 << 20
    assert 2 * planned.batches < 20_000


def test_what_has_room_is_left_as_it_is_and_the_dearest_give_way():
    device = open_device("virtual:perfect-50").describe()
    cheap = [
        replace(READOUT, id=f"readout/{i:02d}", rounds=r, batch=1000)
        for i, r in enumerate((2000, 50_000))
    ]
    assert with_room(cheap, device, returned=False) == tuple(cheap)
    dear = [
        replace(READOUT, id=f"readout/{i:02d}", rounds=r, batch=9000)
        for i, r in enumerate((10**6, 3 * 10**6), 2)
    ]
    both = with_room([*cheap, *dear], device, returned=False)
    assert both[:2] == tuple(cheap)
    assert both[2].rounds == both[3].rounds > 100_000
    # Counts that are sealed a second time, in the files that they came in, take twice the room.
    signed = with_room([*cheap, *dear], device, returned=True)
    assert signed[3].rounds < both[3].rounds / 1.8


def test_many_experiments_take_fewer_files():
    device = open_device("virtual:perfect-50").describe()
    many = [replace(READOUT, id=f"readout/{i:04d}", rounds=100, batch=2) for i in range(1000)]
    planned = with_room(many, device, returned=False)
    assert 2 * sum(x.batches for x in planned) < 20_000
    assert sum(x.rounds for x in planned) == 100_000


def test_what_no_document_can_hold_is_refused_with_a_way_out():
    device = replace(open_device("virtual:perfect-50").describe(), qubits=1121)
    huge = replace(READOUT, rounds=1, batch=1, shots=20_000)
    with pytest.raises(
        PlanError, match=r"found 20.000 outcomes of 1121 qubits at a time, expected at most 5317"
    ):
        with_room([huge], device, returned=False)


def small(monkeypatch, values):
    """Let bundles hold little, for all who write and read them."""
    for module in (evidence_room, layout):
        monkeypatch.setattr(module, "ALL_EVIDENCE_VALUES", values)


def test_a_run_that_fills_its_bundle_is_audited(monkeypatch, tmp_path):
    small(monkeypatch, 12_000)
    device = open_device("virtual:perfect-50")
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET % "1e-3")
    free = make_plan(
        parse_claim_sheet(sheet.read_bytes(), "s"),
        device.describe(),
        b"r" * 32,
        Options(alpha=0.001, beta=0.001),
        "test",
    )
    assert is_held(free)
    done = assay.run(
        sheet, device, out=tmp_path / "run", seed=1, options=Options(alpha=0.001, beta=0.001)
    )
    assert done.analysis.plan.cost.circuits == free.cost.circuits < 6000
    assert audit_bundle(done.bundle).failure is None
    told = json.loads(canonical_bytes(done.analysis.verdicts_json()))
    assert told


def test_evidence_that_nobody_would_read_is_not_written(monkeypatch, tmp_path):
    device = open_device("virtual:perfect-50")
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET % "1e-2")
    monkeypatch.setattr(layout, "ALL_EVIDENCE_VALUES", 300)
    with pytest.raises(MalformedError, match="values in all its documents, expected at most 300"):
        assay.run(sheet, device, out=tmp_path / "run", seed=1)
    assert not list((tmp_path / "run").glob("*.zip"))
    monkeypatch.undo()
    again = assay.run(sheet, device, out=tmp_path / "run", seed=1)
    assert audit_bundle(again.bundle).failure is None
