"""One decay in the files of three programs is judged the same, whichever way it came."""

import base64
import io
import json
import zlib

import numpy as np
import pytest

from qassay.assay.importing import import_counts
from qassay.errors import UsageError
from qassay.published.converters import from_pygsti, from_qiskit
from qassay.results.exporting import export_counts

SHEET = """[sheet]
title = "lab"
vendor = "v"
machine = "lab"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.3 %"
[[claim]]
id = "mem"
metric = "memory_error"
convention = "average_gate_infidelity"
value = "0.03 %"
[[claim]]
id = "lost"
metric = "leakage"
value = "0.1 %"
"""
VERDICTS = ("estimate", "verdict", "shots", "circuits", "limit")


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A folder in a maker's format, judged."""
    folder = tmp_path_factory.mktemp("maker")
    rng = np.random.default_rng(4)

    def survival(targets, rate, end, lengths):
        return {
            target: {
                str(m): {
                    str(c): int(rng.binomial(100, end + (0.98 - end) * (1 - rate) ** m))
                    for c in range(5)
                }
                for m in lengths
            }
            for target in targets
        }

    two = {
        "shots": 100,
        "survival": survival(("0, 1", "(2, 3)"), 4e-3, 0.25, (2, 30, 90)),
        "leakage_postselect": survival(("0, 1", "(2, 3)"), 6e-4, 0.0, (2, 30, 90)),
    }
    memory = {"shots": 100, "survival": survival(("0", "1", "2"), 5e-4, 0.5, (2, 100, 400))}
    for name, document in (("TQ_RB", two), ("Memory_RB", memory)):
        (folder / f"{name}.json").write_text(json.dumps(document))
    sheet = folder / "sheet.toml"
    sheet.write_text(SHEET)
    return sheet, import_counts("quantinuum", folder, sheet, out=folder / "out")


def as_result(circuits):
    """The circuits as `Result.to_dict()` of Qiskit writes them."""
    return {
        "backend_name": "lab",
        "success": True,
        "results": [
            {
                "shots": sum(one["counts"].values()),
                "success": True,
                "data": {"counts": {hex(int(b, 2)): n for b, n in one["counts"].items()}},
                "header": {
                    "memory_slots": len(one["metadata"]["expected"]),
                    "metadata": one["metadata"],
                },
            }
            for one in circuits
        ],
    }


def as_primitive(circuits):
    """The circuits as qiskit-ibm-runtime's encoder writes a sampler's result."""

    def wrapped(kind, value):
        return {"__type__": kind, "__value__": value}

    pubs = []
    for one in circuits:
        rows = [
            [int(bits, 2)] for bits, count in sorted(one["counts"].items()) for _ in range(count)
        ]
        buffer = io.BytesIO()
        np.save(buffer, np.array(rows, dtype=np.uint8))
        text = base64.b64encode(zlib.compress(buffer.getvalue())).decode()
        array = {"array": wrapped("ndarray", text), "num_bits": len(one["metadata"]["expected"])}
        fields = {"field_names": ["c"], "shape": [], "fields": {"c": wrapped("BitArray", array)}}
        about = {"circuit_metadata": one["metadata"]}
        pub = {"data": wrapped("DataBin", fields), "metadata": about}
        pubs.append(wrapped("SamplerPubResult", pub))
    return wrapped("PrimitiveResult", {"pub_results": pubs, "metadata": {"version": 2}})


def as_bits(circuits):
    """The circuits as bits of single shots, the first bit first, a key a register."""
    return [
        {
            "metadata": one["metadata"],
            "measurements": {
                f"c_{len(bits)}_0_{place}": [
                    [int(row[::-1][place])] for row, n in one["counts"].items() for _ in range(n)
                ]
                for bits in [one["metadata"]["expected"]]
                for place in range(len(bits))
            },
        }
        for one in circuits
    ]


WAYS = {
    "counts": None,
    "qiskit": None,
    "pygsti": None,
    "a result of Qiskit": as_result,
    "a sampler's result": as_primitive,
    "bits of single shots": as_bits,
}


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(k, marks=pytest.mark.slow)
        if k in ("qiskit", "a sampler's result", "a result of Qiskit")
        else k
        for k in WAYS
    ],
)
def test_the_same_decay_is_judged_the_same_whichever_way_it_came(first, way, tmp_path):
    """With the maker's own format these are seven ways."""
    sheet, result = first
    program = way if WAYS[way] is None else "qiskit"
    written = export_counts(result.bundle, program, tmp_path / "there")
    assert written.left_out == ()
    for path in written.files:
        if WAYS[way] is not None and path.suffix == ".json":
            path.write_text(json.dumps(WAYS[way](json.loads(path.read_text()))))
    again = import_counts(program, tmp_path / "there", sheet, out=tmp_path / "again")
    for before, after in zip(result.verdicts, again.verdicts, strict=True):
        old, new = before.as_json(), after.as_json()
        for key in VERDICTS:
            if key == "estimate":
                ends = ("value", "low", "high")
                expected = pytest.approx([old[key][x] for x in ends], rel=1e-12)
                assert [new[key][x] for x in ends] == expected
            else:
                assert old[key] == new[key]
        assert before.estimate.informative


def test_what_cannot_be_written_is_refused(first, tmp_path):
    _, result = first
    with pytest.raises(UsageError, match="counts, qiskit, pygsti"):
        export_counts(result.bundle, "excel", tmp_path / "there")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("")
    with pytest.raises(UsageError, match="an empty folder"):
        export_counts(result.bundle, "counts", tmp_path / "full")


RESULT = {
    "metadata": {"targets": [[0, 1], [2]], "expected": "001", "length": 4, "circuit": 7},
    "counts": {"0 01": 90, "101": 6, "000": 4},
}


def test_results_of_qiskit_have_the_first_target_rightmost():
    rows = from_qiskit(json.dumps([RESULT]).encode(), "r.json")
    assert rows == [("0-1", 4, "7", 100, 96), ("2", 4, "7", 100, 94)]
    marked = b"\xef\xbb\xbf" + json.dumps([RESULT]).encode()
    assert from_qiskit(marked, "r.json") == rows


def test_strings_that_stand_the_other_way_round_are_refused():
    """Only where short circuits leave no doubt: a bad machine alone is no reason."""

    def told(right, turned):
        short = {"targets": [[0], [1]], "expected": "01", "length": 1, "circuit": 0}
        counts = {"01": right, "10": turned, "11": 100 - right - turned}
        return from_qiskit(json.dumps([{"metadata": short, "counts": counts}]).encode(), "r.json")

    with pytest.raises(UsageError, match="96 of 100 shots of length 1 as expected from the other"):
        told(2, 96)
    assert told(96, 2) == [("0", 1, "0", 100, 98), ("1", 1, "0", 100, 96)]
    assert told(30, 60)[0][4] == 40


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"metadata": None}, "metadata and counts"),
        ({"counts": {}}, "metadata and counts"),
        ({"counts": {"01": 3}}, 'found "01", expected 3 bits'),
        ({"counts": {"001": 1.5}}, "a whole number from 0"),
        ({"counts": {"001": 0}}, "no shots"),
        ({"metadata": {**RESULT["metadata"], "length": True}}, "metadata, length"),
        ({"metadata": {**RESULT["metadata"], "targets": [[0, 1, 2]]}}, "lists of 1 or 2 qubits"),
        ({"metadata": {**RESULT["metadata"], "expected": "0"}}, "expected 3 bits"),
        ({"metadata": {**RESULT["metadata"], "circuit": "7\n0-1,4,8,9,9"}}, "without blanks"),
    ],
)
def test_results_that_say_too_little(change, words):
    with pytest.raises(UsageError) as raised:
        from_qiskit(json.dumps([RESULT, {**RESULT, **change}]).encode(), "r.json")
    assert str(raised.value).startswith("r.json, [1]")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


GOOD = [
    {
        "metadata": {**RESULT["metadata"], "targets": [[0]], "expected": "0"},
        "counts": {"0": 9, "1": 1},
    }
]


def changed(make, change):
    document = make(GOOD)
    change(document)
    return json.dumps(document).encode()


def pub(document):
    return document["__value__"]["pub_results"][0]["__value__"]


def bit_array(document):
    return pub(document)["data"]["__value__"]["fields"]["c"]["__value__"]


FOREIGN = {
    "a job that failed": (as_result, lambda d: d["results"][0].update(success=False), "was run"),
    "no counts": (as_result, lambda d: d["results"][0].update(data={}), "expected counts"),
    "no bits": (as_result, lambda d: d["results"][0]["header"].pop("memory_slots"), "memory_slots"),
    "too large a number": (
        as_result,
        lambda d: d["results"][0]["data"].update(counts={"0x2": 3}),
        "of 1 bits",
    ),
    "an outcome in two spellings": (
        as_result,
        lambda d: d["results"][0]["data"].update(counts={"0x1": 3, "0x01": 4}),
        '"0x01" once more',
    ),
    "lists in place of bits": (
        as_bits,
        lambda d: d[0].update(measurements={"m": [[[1]]]}),
        "lists of bits",
    ),
    "tables in place of bits": (
        as_bits,
        lambda d: d[0].update(measurements={"m": [[{}]]}),
        "lists of bits",
    ),
    "no header": (as_result, lambda d: d["results"][0].update(header=None), "memory_slots"),
    "two registers": (
        as_primitive,
        lambda d: pub(d)["data"]["__value__"]["fields"].update(d={}),
        "2 registers",
    ),
    "no array": (as_primitive, lambda d: bit_array(d).update(array=3), "an ndarray"),
    "no base 64": (
        as_primitive,
        lambda d: bit_array(d)["array"].update(__value__="%"),
        "no array (Error)",
    ),
    "nothing compressed": (
        as_primitive,
        lambda d: bit_array(d)["array"].update(__value__="AAAA"),
        "no array",
    ),
    "bits that do not fit": (as_primitive, lambda d: bit_array(d).update(num_bits=17), "packed"),
    "keys of many kinds": (
        as_bits,
        lambda d: d[0]["measurements"].update(m=[[0]]),
        "one key, or keys such as",
    ),
    "no bits in a shot": (
        as_bits,
        lambda d: d[0].update(measurements={"m": [[2]]}),
        "lists of bits",
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_results_of_programs_that_cannot_be_read(name):
    make, change, words = FOREIGN[name]
    with pytest.raises(UsageError) as raised:
        from_qiskit(changed(make, change), "r.json")
    assert words in str(raised.value)
    assert str(raised.value).startswith("r.json, [0]")
    assert "\n" not in str(raised.value)


@pytest.mark.slow  # for what the package loads: `as_primitive` writes what it does
def test_what_qiskits_own_encoders_write_is_read():
    pytest.importorskip("qiskit_ibm_runtime")
    from qiskit import QuantumCircuit
    from qiskit.primitives import BitArray, DataBin, PrimitiveResult, SamplerPubResult
    from qiskit_aer import AerSimulator
    from qiskit_ibm_runtime import RuntimeEncoder

    metadata = RESULT["metadata"]
    bits = BitArray.from_counts({"001": 90, "101": 6, "000": 4})
    one = SamplerPubResult(DataBin(c=bits), metadata={"circuit_metadata": metadata})
    text = json.dumps(PrimitiveResult([one]), cls=RuntimeEncoder)
    assert from_qiskit(text.encode(), "r") == [("0-1", 4, "7", 100, 96), ("2", 4, "7", 100, 94)]
    circuit = QuantumCircuit(3, 3, metadata=metadata)
    circuit.x(0)
    circuit.measure(range(3), range(3))
    found = AerSimulator().run(circuit, shots=50).result().to_dict()
    rows = from_qiskit(json.dumps(found, default=str).encode(), "r")
    assert rows == [("0-1", 4, "7", 50, 50), ("2", 4, "7", 50, 50)]


LINE = "{}@(0,1)  00:97  11:3  # 'length': 4, 'circuit': '7', 'expected': '00'"


def test_data_sets_of_pygsti():
    head = "## Columns = 00 count, 11 count"
    assert from_pygsti(f"{head}\n{LINE}\n\n".encode(), "d.txt") == [("0-1", 4, "7", 100, 97)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (LINE.partition("#")[0], "behind it"),
        (LINE.replace("97", "-97"), "bits and a count"),
        (LINE.replace("00:97", "00 97"), "bits and a count"),
        (LINE.replace("@(0,1)", ""), "a circuit on one or two lines"),
        ("# nothing", "no circuits"),
        (LINE.replace("00:97  11:3", ""), "no shots"),
    ],
)
def test_data_sets_that_say_too_little(line, words):
    with pytest.raises(UsageError) as raised:
        from_pygsti(line.encode(), "d.txt")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_delays_go_out_and_come_back(tmp_path):
    folder = tmp_path / "lab"
    folder.mkdir()
    (folder / "counts.toml").write_text(
        'format = 1\n[[experiment]]\nid = "t"\nkind = "delay"\nmetric = "t1"\ntable = "t.csv"\n'
        "asymptote = 0\n"
    )
    rows = [
        f"{q},{t},{c},500,{n - q}"
        for q in (0, 1)
        for c in (0, 1)
        for t, n in ((0, 490 + c), (1.7e-5, 405 - c), (8e-5, 203))
    ]
    (folder / "t.csv").write_text("\n".join(["target,delay_s,circuit,shots,hits", *rows]))
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(
        SHEET.partition("[[claim]]")[0] + '[[claim]]\nid = "t"\nmetric = "t1"\nvalue = "80 us"\n'
    )
    first = import_counts("counts", folder, sheet, out=tmp_path / "first")
    assert export_counts(first.bundle, "counts", tmp_path / "there").left_out == ()
    again = import_counts("counts", tmp_path / "there", sheet, out=tmp_path / "again")
    one, two = (x.verdicts[0].estimate for x in (first, again))
    assert one.informative
    assert (two.value, two.low, two.high) == pytest.approx(
        (one.value, one.low, one.high), rel=1e-12
    )
    with pytest.raises(UsageError, match="no form in files of qiskit"):
        export_counts(first.bundle, "qiskit", tmp_path / "no")
