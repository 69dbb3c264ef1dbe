"""Counts of whole registers: each kind from its table to a verdict, and what is malformed."""

import math
import random

import numpy as np
import pytest

from qassay.assay.importing import import_counts
from qassay.auditing.audit import audit_bundle
from qassay.circuits.ideal import probabilities
from qassay.circuits.qasm_reader import read_qasm
from qassay.errors import UsageError
from qassay.protocols.published_scores import PublishedScores, hamming_polarization
from qassay.published.counts import read_published

TOP = 'format = 1\nmachine = "lab"\nbits = "{bits}"\n'
EXPERIMENT = '[[experiment]]\nid = "x"\nkind = "{kind}"\ntable = "x.csv"\n'
SHEET = """[sheet]
title = "lab"
vendor = "v"
machine = "lab"
[[claim]]
id = "one"
metric = "{metric}"
relation = "at least"
value = {value}
{more}
"""


@pytest.fixture
def lab(tmp_path):
    """A folder with one experiment."""
    folder = tmp_path / "lab"
    folder.mkdir()

    def write(kind, table, more="", bits="left", **files):
        text = TOP.format(bits=bits) + EXPERIMENT.format(kind=kind) + more
        (folder / "counts.toml").write_text(text, encoding="utf-8")
        (folder / "x.csv").write_text(table, encoding="utf-8")
        for name, content in files.items():
            (folder / name.replace("_", ".")).write_text(content, encoding="utf-8")
        return folder

    return write


def judged(folder, tmp_path, metric, value, more=""):
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET.format(metric=metric, value=value, more=more), encoding="utf-8")
    result = import_counts("counts", folder, sheet, out=tmp_path / "out")
    assert audit_bundle(result.bundle).failure is None
    return result, result.verdicts[0]


ABOUT = 'circuits = "circuits.csv"\n'
Z = {"000": 480, "111": 440, "010": 80}  # P = 0.92


def ghz_tables(order="0-1-2", parities=(0.8, -0.8, 0.8)):
    """Populations, and parities at k pi / 3: the GHZ state has (-1)^k."""
    about = ["circuit,targets,setting,angle", f"p,{order},z,"]
    rows = ["circuit,outcome,count", *(f"p,{outcome},{n}" for outcome, n in Z.items())]
    for k, mean in enumerate(parities):
        about.append(f"k{k},{order},parity,{k * math.pi / 3:.9f}")
        even = round(500 * (1 + mean))
        rows += [f"k{k},011,{even}", f"k{k},111,{1000 - even}"]
    return "\n".join(rows), "\n".join(about)


def test_a_ghz_state_from_populations_and_parities(lab, tmp_path):
    rows, about = ghz_tables()
    _, verdict = judged(lab("ghz", rows, ABOUT, circuits_csv=about), tmp_path, "ghz_fidelity", 0.8)
    assert verdict.estimate.value == pytest.approx(0.92 / 2 + 0.8 / 2)
    assert verdict.outcome == "supported"
    assert (verdict.shots, verdict.circuits) == (4000, 4)
    assert "one circuit a setting" in " ".join(verdict.assumptions)
    # each mean has its shots' own error: 0.27 / sqrt(1000) / 2, and 0.6 / sqrt(1000) / 6 thrice
    error = math.hypot(0.2713 / 2 / math.sqrt(1000), math.sqrt(3) * 0.6 / 6 / math.sqrt(1000))
    assert verdict.estimate.high - verdict.estimate.low == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_a_ghz_state_with_an_angle_missing_is_told(lab):
    rows, about = ghz_tables(parities=(0.8, -0.8))
    with pytest.raises(Exception, match="all 3 angles") as caught:
        read_published("counts", lab("ghz", rows, ABOUT, circuits_csv=about))
    assert "\n" not in str(caught.value)


def test_random_stabilizers(lab):
    about = "circuit,targets,setting,expected\na,4-2,stabilizer,1-\nb,4-2,stabilizer,00\n"
    rows = "circuit,outcome,count\na,10,90\na,01,10\nb,00,60\nb,11,20\nb,01,20"
    (one,) = read_published("counts", lab("ghz", rows, ABOUT, circuits_csv=about)).counts
    assert one.targets == ((2, 4),)
    (found,) = PublishedScores(one.problem).estimate("ghz_fidelity", one.trials, 0.95)
    assert found.value == pytest.approx((0.8 + 0.6) / 2)


def mirrors(widths=(2, 3), depths=(4, 8), circuits=12, seed=5):
    """Draw strings with independent wrong bits; circuits differ."""
    rng = random.Random(seed)
    about, rows, distances = ["circuit,targets,depth,expected"], ["circuit,outcome,count"], []
    for width in widths:
        for depth in depths:
            for number in range(circuits):
                name = f"w{width}d{depth}c{number}"
                expected = "".join(rng.choice("01") for _ in range(width))
                wrong = 0.01 * depth * rng.uniform(0.3, 1.7)
                counts, by_distance = {}, [0] * (width + 1)
                for _ in range(200):
                    flips = [rng.random() < wrong for _ in range(width)]
                    text = "".join(str(int(b) ^ f) for b, f in zip(expected, flips, strict=True))
                    counts[text] = counts.get(text, 0) + 1
                    by_distance[sum(flips)] += 1
                targets = "-".join(map(str, range(width)))
                about.append(f"{name},{targets},{depth},{expected}")
                rows += [f"{name},{text},{n}" for text, n in counts.items()]
                distances.append((name, targets, depth, by_distance))
    return "\n".join(rows), "\n".join(about), distances


def test_mirror_circuits_by_strings_and_by_distances_are_the_same(lab, tmp_path):
    rows, about, distances = mirrors()
    first = read_published("counts", lab("mirror", rows, ABOUT, circuits_csv=about)).counts
    lines = ["circuit,qubits,depth,shots,d0,d1,d2,d3"]
    for name, targets, depth, d in distances:
        lines.append(f"{name},{targets},{depth},200,{','.join(map(str, d + [''] * (4 - len(d))))}")
    second = read_published("counts", lab("mirror", "\n".join(lines))).counts
    assert len(first) == len(second) == 4  # each width and depth by itself
    for one, other in zip(first, second, strict=True):
        assert one.targets == other.targets
        assert one.problem == other.problem
        assert (one.trials.hits == other.trials.hits).all()
    scope = "scope = {qubits = [0, 1, 2]}\nconditions = {depth = 8}"
    _, verdict = judged(
        lab("mirror", "\n".join(lines)), tmp_path, "mirror_polarization", 0.5, scope
    )
    own = [
        hamming_polarization(d)[0] for name, _, depth, d in distances if depth == 8 and len(d) == 4
    ]
    assert verdict.estimate.value == pytest.approx(np.mean(own), abs=1e-8)
    assert verdict.outcome == "supported"
    assert (verdict.shots, verdict.circuits) == (2400, 12)
    said = " ".join(verdict.assumptions)
    assert "of 8 layers" in said
    assert "12 circuits: a rare one that is far worse than these would not show" in said


def test_a_claim_that_names_no_single_register_is_not_tested(lab, tmp_path):
    rows, about, _ = mirrors(circuits=3)
    folder = lab("mirror", rows, ABOUT, circuits_csv=about)
    _, verdict = judged(folder, tmp_path, "mirror_polarization", 0.5, "conditions = {depth = 8}")
    assert verdict.outcome == "not tested"
    assert "2 qubits at depth 4, 2 qubits at depth 8" in verdict.reasons[0]


FRAME = """,Path,Qubits,BenchmarkType,Depth,Width,CircuitIndex,success_counts,total_counts
0,p,"('Q3', 'Q1')",random,8,2,0,900.0,1024.0
1,p,"('Q3', 'Q1')",random,8,2,1,1800.0,2048.0
2,p,"('Q3', 'Q1')",periodic,8,2,0,100.0,1024.0
3,p,"('Q3', 'Q1')",random,8,2,2,0.0,0.0
"""


def test_a_frame_of_pygsti(lab):
    more = 'polarization = "success"\nrows = {BenchmarkType = "random"}\n'
    found = read_published("counts", lab("mirror", FRAME, more))
    (one,) = found.counts
    assert one.targets == ((1, 3),)
    terms = PublishedScores(one.problem).terms
    assert (terms.shots, terms.depth) == ((1024, 2048), 8)
    (told,) = PublishedScores(one.problem).estimate("mirror_polarization", one.trials, 0.95)
    shares = [900 / 1024, 1800 / 2048]
    assert told.value == pytest.approx(np.mean([(p - 0.25) / 0.75 for p in shares]), abs=1e-8)
    text = " ".join(found.notes)
    assert "1 rows left out, those without BenchmarkType = random" in text
    assert "1 circuits have no counts, and are missing" in text


QASM = """OPENQASM 3.0;
include "stdgates.inc";
qubit[3] q;
h q[0]; cx q[0], q[1]; ry(0.4) q[2]; cx q[1], q[2]; rx(1.1) q[0];
"""


@pytest.mark.parametrize("bits", ["left", "right"])
def test_cross_entropy_with_ideal_probabilities_given_and_computed(lab, bits):
    chances = probabilities(read_qasm(QASM.encode(), "c"))
    rng = np.random.default_rng(3)
    drawn = rng.choice(8, 400, p=0.7 * chances + 0.3 / 8)
    step = 1 if bits == "left" else -1
    counts = [(f"{i:03b}"[::step], int((drawn == i).sum()), chances[i]) for i in range(8)]
    given = ["circuit,outcome,count,p_ideal", *(f"a,{o},{n},{p!r}" for o, n, p in counts)]
    given = "\n".join(given).replace("np.float64(", "").replace(")", "")
    about = "circuit,targets,depth\na,0-1-2,3"
    first = read_published("counts", lab("crossentropy", given, ABOUT, bits, circuits_csv=about))
    computed = "\n".join(["circuit,outcome,count", *(f"a,{o},{n}" for o, n, _ in counts)])
    about = "circuit,targets,depth,qasm\na,0-1-2,3,c.qasm"
    second = read_published(
        "counts", lab("crossentropy", computed, ABOUT, bits, circuits_csv=about, c_qasm=QASM)
    )
    assert not [note for note in second.notes if note.startswith("Not")]
    words = []
    for folder in (first, second):
        (one,) = folder.counts
        (told,) = PublishedScores(one.problem).estimate("xeb_fidelity", one.trials, 0.95)
        assert told.value == pytest.approx((8 * chances[drawn] - 1).mean(), abs=1e-8)
        words.append(" ".join(PublishedScores(one.problem).assumptions))
    assert "are the publisher's" in words[0]
    assert "were computed here" in words[1]


def heavy(width=3, circuits=30, shots=100, good=0.8, seed=8):
    rng, qubits = random.Random(seed), "-".join(map(str, range(width)))
    lines = ["circuit,qubits,shots,heavy"]
    for number in range(circuits):
        chance = good + rng.uniform(-0.08, 0.08)
        lines.append(
            f"c{number},{qubits},{shots},{sum(rng.random() < chance for _ in range(shots))}"
        )
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("value", "good", "outcome"),
    [(8, 0.8, "supported"), (8, 0.6, "refuted"), (16, 0.8, "not tested")],
)
def test_quantum_volume_from_heavy_outputs(lab, tmp_path, value, good, outcome):
    """Thirty circuits at 0.8 or 0.6 beside the mark of 2/3: 7 or 4 standard errors away."""
    result, verdict = judged(lab("heavy", heavy(good=good)), tmp_path, "quantum_volume", value)
    assert verdict.outcome == outcome
    if outcome == "not tested":
        assert "are of 3 qubits" in verdict.reasons[0]
        return
    assert verdict.estimate.value == pytest.approx(good, abs=0.03)
    assert (verdict.shots, verdict.circuits) == (3000, 30)
    assert "one-sided" in " ".join(verdict.reasons)
    assert "is the publisher's word" in " ".join(verdict.assumptions)
    assert result.datasheet.is_file()


def test_heavy_outputs_from_strings_and_circuits(lab):
    chances = probabilities(read_qasm(QASM.encode(), "c"))
    rows = ["circuit,outcome,count", *(f"a,{i:03b},{10 + i}" for i in range(8))]
    about = "circuit,targets,qasm\na,0-1-2,c.qasm"
    folder = lab("heavy", "\n".join(rows), ABOUT, circuits_csv=about, c_qasm=QASM)
    (one,) = read_published("counts", folder).counts
    (told,) = PublishedScores(one.problem).estimate("heavy_outputs", one.trials, 0.95)
    right = sum(10 + i for i in range(8) if chances[i] > np.median(chances))
    assert told.value == pytest.approx(right / 108, abs=1e-8)


BAD = {  # what stands in the tables of a mirror experiment, and the sentence it gets
    "a string too short": ("a,0,5", "a,0-1,4,00", "expected 2 bits"),
    "a string twice": ("a,00,5\na,00,6", "a,0-1,4,00", "each string of a circuit once"),
    "no shots": ("a,00,0", "a,0-1,4,00", "found 0 shots"),
    "a circuit without strings": ("b,00,5", "a,0-1,4,00", "no strings of circuit"),
    "strings without a circuit": ("a,00,5\nb,00,5", "a,0-1,4,00", 'has no circuit "b"'),
    "a qubit twice": ("a,00,5", "a,1-1,4,00", "each once"),
    "no qubit": ("a,00,5", "a,x-1,4,00", "qubits such as 0-1-2"),
    "half a layer": ("a,00,5", "a,0-1,4.5,00", "column depth"),
    "no expected string": ("a,00,5", "a,0-1,4,0x", "column expected"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_circuit_that_cannot_be_read_costs_itself(lab, name):
    rows, about, words = BAD[name]
    rows = f"circuit,outcome,count\n{rows}\ngood,01,90\ngood,11,10"
    about = f"circuit,targets,depth,expected\n{about}\ngood,5-6,4,01"
    found = read_published("counts", lab("mirror", rows, ABOUT, circuits_csv=about))
    assert ((5, 6),) in [one.targets for one in found.counts]
    told = [note for note in found.notes if words in note]
    assert len(told) == 1, found.notes
    assert told[0].startswith("Not judged: ")
    assert "\n" not in told[0]


def test_the_error_of_a_mean_is_that_of_circuits():
    """Twelve circuits that differ by 0.1: shots alone would give a tenth of the width."""
    from qassay.protocols.published_scores import mean_score

    scores, shots = np.tile([0.7, 0.9], 6), np.full(12, 100_000.0)
    found = mean_score(scores, shots, (-1.0, 1.0), None, 0.95)
    wanted = 2.201 * scores.std(ddof=1) / math.sqrt(12)  # Student's t with 11 degrees of freedom
    assert (found.high - found.low) / 2 == pytest.approx(wanted, rel=0.06)
    alone = mean_score(scores[:1], shots[:1], (-1.0, 1.0), None, 0.95)
    assert alone.high - alone.low < 0.02


def mirror_tables(turned, right=95, width=4):
    rng = random.Random(3)
    rows, about = ["circuit,outcome,count"], ["circuit,targets,depth,expected"]
    for number in range(12):
        expected = "".join(rng.choice("01") for _ in range(width))
        about.append(f"c{number},0-1-2-3,4,{expected}")
        noise = "".join(rng.choice("01") for _ in range(width))
        answers = {expected: right} | ({noise: 100 - right} if noise != expected else {})
        rows += [
            f"c{number},{bits[::-1] if turned else bits},{count}" for bits, count in answers.items()
        ]
    return "\n".join(rows), "\n".join(about)


@pytest.mark.parametrize("right", [95, 70])
def test_strings_from_the_other_end_are_no_physics(lab, right):
    """They would refute a good machine for good."""
    table, about = mirror_tables(True, right)
    folder = lab("mirror", table, ABOUT, circuits_csv=about)
    with pytest.raises(UsageError, match="read from the other end"):
        read_published("counts", folder)
    table, about = mirror_tables(False, right)
    good = lab("mirror", table, ABOUT, circuits_csv=about)
    assert len(read_published("counts", good).counts) == 1


def test_heavy_strings_from_the_other_end_are_told(lab):
    qasm = "OPENQASM 3;\nqubit[3] q;\nU(0.6, 0, 0) q[0];\nU(2.2, 0, 0) q[1];\nU(2.8, 0, 0) q[2];\n"
    chances = probabilities(read_qasm(qasm.encode(), "c.qasm"))
    rows, about = ["circuit,outcome,count"], ["circuit,targets,qasm"]
    for number in range(6):
        about.append(f"c{number},0-1-2,c.qasm")
        counts = [(f"{k:03b}", round(1000 * chance)) for k, chance in enumerate(chances)]
        rows += [f"c{number},{bits},{count}" for bits, count in counts]
    files = {"circuits_csv": "\n".join(about), "c_qasm": qasm}
    good = lab("heavy", "\n".join(rows), ABOUT, bits="left", **files)
    assert len(read_published("counts", good).counts) == 1
    with pytest.raises(UsageError, match='write bits = "right" where Qiskit wrote them'):
        read_published("counts", lab("heavy", "\n".join(rows), ABOUT, bits="right", **files))
