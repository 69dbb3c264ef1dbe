"""Whatever the bytes: counts, descriptions, manifests, parcels and replies are read or refused."""

import contextlib
import json
import time
import zipfile
from io import BytesIO

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay.errors import CountsError, DeviceFileError, EvidenceError
from qassay.exchange.counts_file import parse_counts
from qassay.exchange.description_file import read_description
from qassay.exchange.manifest import read_manifest
from qassay.exchange.parcel import read_parcel, read_reply

A, B = "a" * 24, "b" * 24
ROUNDS = {1: {A: 1, B: 2}}
texts = st.sampled_from([A, B, "0101", "01", "shots", "counts", "memory", "round", "circuits", "x"])
leaves = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | texts
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)
files = st.fixed_dictionaries(
    {"qassay_counts": st.just(1) | trees, "round": st.just(1) | trees},
    optional={
        "circuits": st.dictionaries(texts, trees) | trees,
        "failed": trees,
        "notes": trees,
        "seconds": trees,
    },
)
right = st.fixed_dictionaries(
    {
        "shots": st.integers(1, 2),
        "counts": st.dictionaries(
            st.sampled_from(["0101", "1111", "000"]), st.integers(0, 2), max_size=2
        ),
    }
)


def quick(call, *args):
    begun = time.process_time()
    with contextlib.suppress(CountsError, DeviceFileError, EvidenceError):
        return call(*args)
    assert time.process_time() - begun < 2
    return None


@settings(max_examples=examples(100), deadline=None)
@given(
    files
    | st.builds(
        lambda c: {"qassay_counts": 1, "round": 1, "circuits": c},
        st.dictionaries(st.sampled_from([A, B]), right),
    )
)
@example({"qassay_counts": 1, "round": 1, "circuits": {A: {"shots": 1, "counts": {"0101": 1}}}})
def test_counts(document):
    taken = quick(parse_counts, json.dumps(document).encode(), "c.json", ROUNDS, 4)
    if taken is not None:
        for name, outcomes in taken.outcomes.items():
            assert len(outcomes) == ROUNDS[1][name]
            assert all(len(one) == 4 and not one.strip("01") for one in outcomes)


@settings(max_examples=examples(100), deadline=None)
@given(st.binary(max_size=300))
def test_bytes(data):
    quick(parse_counts, data, "c.json", ROUNDS, 4)
    quick(read_description, data, "d.toml")
    quick(read_manifest, data, "m.json")


@settings(max_examples=examples(100), deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "[device]",
                "[durations]",
                "[machine]",
                "[noise]",
                'name = "x"',
                "name = 1",
                'platform = "other"',
                "qubits = 5",
                "qubits = -1",
                "qubits = 1e400",
                "qubits = 4097",
                'connectivity = "line"',
                "connectivity = [[0, 9]]",
                'connectivity = "grid:0x0"',
                'native_gates = ["prx", "cz"]',
                "native_gates = [[]]",
                "native_gates = 1",
                'readout = "1 us"',
                'readout = "-1 us"',
                "readout = nan",
                "cost_per_shot = inf",
                'currency = "\u202e"',
            ]
        ),
        max_size=12,
    ).map("\n".join)
)
def test_descriptions(text):
    taken = quick(read_description, text.encode(), "d.toml")
    if taken is not None:
        assert 1 <= taken[0].qubits <= 4096


@settings(deadline=None, max_examples=examples(50))
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "reply.json",
                "returned/x.json",
                "claims/sheet.toml",
                "plan/plan.json",
                "keys/roles.json",
                "log/entries.jsonl",
                "log/checkpoint",
                "../x",
            ]
        ),
        st.binary(max_size=80) | trees.map(lambda tree: json.dumps(tree).encode()),
    )
)
def test_zip_files(tmp_path_factory, members):
    path = tmp_path_factory.mktemp("zip") / "x.zip"
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    path.write_bytes(data.getvalue())
    quick(read_reply, path)
    quick(read_parcel, path)
