"""Maximum cut of a graph from a file: reading, the proven cut, a claim from sheet to audit."""

import json

import numpy as np
import pytest
from tests.kit.measured_claims import CLEAN

from qassay import assay
from qassay.applications.catalog import frozen, frozen_names, own_instance
from qassay.applications.max_cut import MaxCut, read_edges
from qassay.auditing.audit import audit_bundle
from qassay.canonical import content_id
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import PlanError, UsageError
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.randomness import root_from_integer

RING = b"a,b,weight\n0,1,1\n1,2,0.5  # a comment\n2,3\n0,3,2\n"
HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n[[claim]]\nid = "a"\n'


def sheet(conditions, value=0.15):
    text = f'{HEAD}metric = "approximation_ratio"\nvalue = {value}\n'
    return f'{text}conditions = {{application = "max-cut", depth = 1, {conditions}}}\n'


def planned(conditions, files):
    claims = parse_claim_sheet(sheet(conditions).encode(), "s.toml")
    device = read_machine(CLEAN.encode(), "m.toml").description
    return make_plan(claims, device, root_from_integer(1), Options(), "test", files)


@pytest.mark.parametrize(
    "data",
    [
        RING,
        b"0 1\n1 2 .5\n2 3 1\n0 3 2\n",
        json.dumps({"vertices": 4, "edges": [[0, 1], [2, 1, 0.5], [2, 3], [0, 3, 2]]}).encode(),
    ],
)
def test_a_graph_is_read_from_lines_and_from_json(data):
    vertices, edges = read_edges(data, "g")
    assert vertices == 4
    assert sorted(edges) == [(0, 1, 1.0), (0, 3, 2.0), (1, 2, 0.5), (2, 3, 1.0)]


def test_the_cut_is_weighed_edge_by_edge_and_the_best_is_proven():
    instance = own_instance(MaxCut(), RING, "g.csv", None)
    bits = np.array([[k >> q & 1 for q in range(4)] for k in range(16)], dtype=np.uint8)
    cuts = [
        sum(w for a, b, w in read_edges(RING, "g")[1] if one[a] != one[b]) for one in bits.tolist()
    ]
    assert MaxCut().merit(instance, bits) == pytest.approx(cuts)
    assert max(cuts) == -instance.optimum.energy == 4.5
    assert instance.ising.constant == pytest.approx(-np.mean(cuts))
    better = MaxCut().merit(instance, MaxCut().repaired(instance, bits))
    assert (better >= np.array(cuts) - 1e-9).all()
    assert f"sha256 {content_id(RING)}" in instance.source.notes


def test_what_is_built_in_is_as_it_is_read():
    names = frozen_names("max-cut")
    assert [frozen("max-cut", name).qubits for name in names] == [6, 8, 10, 12, 16]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "an empty file"),
        (b"\xff\xfe", "an empty file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no text"),
        (b"0,1\n1\n", "g:2: .*expected a graph"),
        (b"0,0,1\n", "g:1: .*two different vertices"),
        (b"0,1\n1,0\n", "g:2: .*each edge once"),
        (b"0,1,nan\n", "a finite weight"),
        (b"0,900\n", "two different vertices"),
        (b"0,1,0\n", "that of a coin"),
        (b'{"edges": [[0]]}', "other JSON"),
        (b'{"vertices": 2, "edges": []}', "2 vertices and 0 edges"),
        (b'{"vertices": true, "edges": [[0, 1]]}', "other JSON"),
        (b'{"edges": [[0, 1, "x"]]}', "a finite weight"),
    ],
)
def test_a_file_that_is_no_graph_is_refused_with_its_place(data, words):
    with pytest.raises(UsageError, match=words):
        MaxCut().own(data, "g", None)


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ('graph = "other.csv"', "not given"),
        ('graph = "g.csv", qubits = 4', "without instance or qubits"),
        (f'graph = "g.csv", sha256 = "{"0" * 64}"', "as the claim states"),
        ('graph = "large.csv"', "6 qubits|qubits"),
    ],
)
def test_a_claim_on_another_file_is_refused(conditions, words):
    with pytest.raises(PlanError, match=words):
        planned(conditions, {"g.csv": RING, "large.csv": b"0,1\n1,5\n"})


def test_a_graph_goes_from_its_file_to_the_audit(tmp_path):
    """A machine without errors scores 0.4 or more of a ring of four, far above the claim."""
    (tmp_path / "g.csv").write_bytes(RING)
    (tmp_path / "s.toml").write_text(sheet(f'graph = "g.csv", sha256 = "{content_id(RING)}"'))
    device = VirtualMachine(read_machine(CLEAN.encode(), "m.toml"))
    result = assay.run(tmp_path / "s.toml", device, out=tmp_path / "o", seed=2)
    assert [verdict.outcome for verdict in result.verdicts] == ["supported"]
    assert audit_bundle(result.bundle).failure is None


@pytest.mark.parametrize(
    "first", ["-1,0,1", "a,b,1", "0.0,1.0,1", "q0,q1,2", "0,1,1_0"], ids=lambda text: text
)
def test_a_first_edge_that_cannot_be_read_is_no_header(first):
    """The edge would be gone without a word."""
    with pytest.raises(UsageError, match="g.csv:1: found"):
        read_edges(f"{first}\n0,1,1\n1,2,1\n".encode(), "g.csv")


def test_a_first_row_that_counts_the_others_is_none_of_them():
    """Files of rudy, as the G-set has: vertices and edges, then edges from 1."""
    wanted = (4, [(0, 1, 1.0), (1, 2, 2.0), (2, 3, 5.0)])
    assert read_edges(b"4 3\n1 2 1\n2 3 2\n3 4 5\n", "g.txt") == wanted
    assert read_edges(b"4 3\r\n\r\n1 2 1\r\n2 3 2\r\n3 4 5\r\n", "g.txt") == wanted
    # Without weights, or where it counts something else, it is an edge.
    assert read_edges(b"0 2\n1 2\n0 1\n", "g.txt")[0] == 3
    assert read_edges(b"0 2\n1 2 1\n", "g.txt")[1] == [(0, 2, 1.0), (1, 2, 1.0)]


def test_vertices_without_an_edge_are_told():
    """Who counts from 1 pays for a qubit that does nothing."""
    notes = MaxCut().own(b"1,2,1\n2,3,1\n", "g.csv", None).source.notes
    assert notes == ("vertices without an edge: 0",)
    assert MaxCut().own(b"0,1,1\n1,2,1\n", "g.csv", None).source.notes == ()
