"""Problems that somebody brings are, after a way through a file, what an audit makes of them."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay.applications.catalog import application_of, own_instance
from qassay.applications.instance import instance_from_json
from qassay.auditing.problems import OwnProblem, solved_again
from qassay.canonical import canonical_bytes
from qassay.errors import UsageError

WEIGHTS = st.floats(-1e4, 1e4).filter(lambda x: x == 0 or abs(x) > 1e-3)


@st.composite
def graphs(draw):
    pairs = [(i, j) for i in range(6) for j in range(i + 1, 6)]
    edges = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=9, unique=True))
    return "max-cut", "g.csv", "\n".join(f"{i},{j},{draw(WEIGHTS)!r}" for i, j in edges)


@st.composite
def cliques(draw):
    pairs = [(i, j) for i in range(6) for j in range(i + 1, 6)]
    edges = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=14, unique=True))
    return "docking-clique", "c.csv", "\n".join(f"v{i} v{j}" for i, j in edges)


@st.composite
def fleets(draw):
    rows = []
    for name in ("coal", "gas", "oil")[: draw(st.integers(1, 3))]:
        low = draw(st.floats(0, 200))
        high = low + draw(st.floats(1, 400))
        costs = ",".join(repr(draw(st.floats(0, 1e5))) for _ in range(3))
        rows.append(f"unit,{name},{low!r},{high!r},{costs}")
    load = draw(st.lists(st.floats(1, 900), min_size=1, max_size=3))
    return (
        "unit-commitment",
        "u.csv",
        "\n".join([*rows, f"load,{','.join(map(repr, load))}", "hours,1"]),
    )


@settings(max_examples=examples(60), deadline=None)
@given(st.one_of(graphs(), cliques(), fleets()))
def test_an_audit_agrees_with_whoever_brought_a_problem(problem):
    application, name, text = problem
    try:
        made = own_instance(application_of(application), text.encode(), name, None)
    except UsageError:
        return  # what is no problem is refused before it is run
    again = instance_from_json(json.loads(canonical_bytes(made.as_json())), "a file")
    assert solved_again(OwnProblem(instance=again, classical=None)) == ()
