"""The form that anybody can write: what is malformed is told in one sentence, the rest judged."""

import gzip
import math
import random

import pytest

from qassay.assay import importing
from qassay.assay.importing import import_counts
from qassay.auditing.audit import audit_bundle
from qassay.errors import MalformedError, UsageError
from qassay.protocols.published import PublishedDecay
from qassay.protocols.published_interleaved import PublishedInterleaved
from qassay.published.counts import read_published
from qassay.reading.limits import JsonLimits

GOOD = """
[[experiment]]
id = "good"
kind = "decay"
metric = "one_qubit_gate_error"
table = "good.csv"
per_step = {pulses = 1}
error_of = "clifford"
asymptote = "1/2"
"""
PAIR = GOOD.replace("good", "two").replace("one_qubit", "two_qubit").replace("pulses", "entanglers")
HEADER = "target,length,circuit,shots,hits"
SHEET = """[sheet]
title = "lab"
vendor = "v"
machine = "lab"
[[claim]]
id = "1q"
metric = "one_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.1 %"
"""


def table(targets=("3",), rate=0.002, end=0.5, lengths=(2, 40, 160), shots=200, seed=1):
    """Draw a decay from its formula, in the standard library alone."""
    rng, lines = random.Random(seed), [HEADER]
    for target in targets:
        for length in lengths:
            for circuit in range(4):
                chance = end + (0.98 - end) * (1 - rate) ** length
                hits = sum(rng.random() < chance for _ in range(shots))
                lines.append(f"{target},{length},{circuit},{shots},{hits}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def lab(tmp_path):
    """A folder with one good experiment, and a writer of further files."""
    folder = tmp_path / "lab"
    folder.mkdir()

    def write(more="", top='format = 1\nmachine = "lab"\n', **files):
        (folder / "counts.toml").write_text(top + GOOD + more, encoding="utf-8")
        for name, text in {"good": table(), **files}.items():
            data = text if isinstance(text, bytes) else text.encode("utf-8")
            (folder / f"{name}.csv").write_bytes(data)
        return folder

    return write


def found(folder):
    return read_published("counts", folder)


def test_a_good_folder_is_judged_and_audits(lab, tmp_path):
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    result = import_counts("counts", lab(), sheet, out=tmp_path / "out")
    (verdict,) = result.verdicts
    assert verdict.estimate.low < 1e-3 < verdict.estimate.high  # half of the rate
    assert audit_bundle(result.bundle).failure is None
    assert "survival decays to 0.5, as the publisher states" in verdict.assumptions


def of_pairs(text):
    return PAIR, {"two": text}


ROWS = table(("0-1",), end=0.25).splitlines()
REJECTED = {  # what stands beside the good experiment, and the sentence it gets
    "no such table": (PAIR, {}, "two.csv: found no such file"),
    "an empty table": (*of_pairs(""), "two.csv: found no header"),
    "only a header": (*of_pairs(HEADER), "two.csv: found no counts"),
    "no text": (*of_pairs(b"\xf8\xfe\x00"), "two.csv: found byte 0 is not UTF-8"),
    "packed": (*of_pairs(gzip.compress(b"x")), "a file that gzip has packed, expected UTF-8 text"),
    "a workbook": (*of_pairs(b"PK\x03\x04\x14\0"), "a ZIP archive, as workbooks are too"),
    "UTF-16": (*of_pairs("\n".join(ROWS).encode("utf-16")), "text in UTF-16, expected UTF-8 text"),
    "zero bytes": (*of_pairs(HEADER + "\n0-1,\0,1,1,1"), "two.csv: found a zero byte"),
    "semicolons": (*of_pairs("\n".join(ROWS).replace(",", ";")), "something else than commas"),
    "a column missing": (*of_pairs("target,length,circuit,hits\n0-1,1,1,1"), "no column shots"),
    "a column twice": (*of_pairs(HEADER + ",hits\n"), 'the column "hits" twice'),
    "a long line": (*of_pairs(HEADER + "\n" + "9" * 5000), "a line of 5000 characters"),
    "many rows": (*of_pairs(HEADER + "\n" * 400_001), "expected at most 400000"),
    "a row cut off": (*of_pairs("\n".join([*ROWS, "0-1,2"])), "row 14: found 2 cells"),
    "quotes without end": (*of_pairs("\n".join([*ROWS, '"0-1,2,9,1,1'])), "row 14: found quotes"),
    "more hits than shots": (*of_pairs("\n".join([*ROWS, "0-1,2,9,10,11"])), "row 14, column hits"),
    "half a hit": (*of_pairs("\n".join([*ROWS, "0-1,2,9,10,9.5"])), "a fraction is no count"),
    "a fraction of no shots": (*of_pairs("\n".join([*ROWS, "0-1,2,9,10,0.55"])), "no count"),
    "words": (*of_pairs("\n".join([*ROWS, "0-1,2,9,ten,9"])), 'column shots: found "ten"'),
    "NaN": (*of_pairs("\n".join([*ROWS, "0-1,2,9,10,nan"])), 'column hits: found "nan"'),
    "a huge number": (*of_pairs("\n".join([*ROWS, "0-1,2,9,1e99,9"])), "from 1 to 1000000"),
    "a negative length": (*of_pairs("\n".join([*ROWS, "0-1,-2,9,10,9"])), "column length"),
    "a cell twice": (*of_pairs("\n".join([*ROWS, ROWS[1]])), "the cell of two.csv, row 2 once"),
    "shots of two kinds": (
        *of_pairs("\n".join([*ROWS, "0-1,2,9,10,9"])),
        "found 10 shots beside 200",
    ),
    "a qubit among pairs": (*of_pairs("\n".join([*ROWS, "3,2,9,10,9"])), "a pair such as 0-1"),
    "a pair of one qubit": (*of_pairs("\n".join([*ROWS, "1-1,2,9,10,9"])), "a pair such as 0-1"),
    "a path": (PAIR.replace("two.csv", "../two.csv"), {}, "the plain name of a file"),
    "no asymptote": (PAIR.replace('asymptote = "1/2"\n', ""), {}, "it is never assumed"),
    "another formula": (PAIR.replace("clifford", "magic"), {}, "clifford, direct, su4, step"),
    "no reference": (
        PAIR.replace("clifford", "interleaved").replace("per_step = {entanglers = 1}\n", ""),
        {},
        "the table of the sequences without the gate",
    ),
    "a typing error": (PAIR + "simultanous = true\n", {}, 'found "simultanous"'),
    "no gates a step": (PAIR.replace("{entanglers = 1}", "{}"), {}, "{entanglers = ...}"),
    "an unknown kind": (PAIR.replace('"decay"', '"volume"'), {}, 'found "volume"'),
    "too steep an end": (PAIR.replace('"1/2"', '"9/8"'), {}, 'found "9/8"'),
    "division by zero": (PAIR.replace('"1/2"', '"1/0"'), {}, 'found "1/0"'),
}


@pytest.mark.parametrize("name", REJECTED)
def test_what_is_malformed_is_told_in_one_sentence_and_the_rest_judged(lab, name):
    more, files, words = REJECTED[name]
    folder = found(lab(more, **files))
    assert folder.counts[0].quantity == "one_qubit_gate_error"
    told = [note for note in folder.notes if words in note]
    assert len(told) == 1, folder.notes
    assert told[0].startswith("Not judged: ")
    assert "\n" not in told[0]
    assert len(told[0]) < 300


@pytest.mark.parametrize("key", ["kind", "circuits", "postselected"])
@pytest.mark.parametrize("value", ["[]", "{}", '["x"]'])
def test_no_value_of_another_kind_is_a_crash(lab, key, value):
    mirror = '[[experiment]]\nid = "m"\ntable = "m.csv"\nkind = "mirror"\ncircuits = "c.csv"\n'
    bad = "".join(line + "\n" for line in mirror.splitlines() if not line.startswith(f"{key} ="))
    told = [note for note in found(lab(f"{bad}{key} = {value}\n")).notes if "Not judged" in note]
    assert f", {key}: found" in told[0]


def test_two_experiments_of_one_name_are_refused(lab):
    with pytest.raises(UsageError, match="a name of its own"):
        found(lab(PAIR.replace('"two"', '"good"', 1)))


TOP = {
    "no format": ("", "counts.toml, format: found"),
    "another format": ("format = 2\n", "expected 1"),
    "an unknown key": ("format = 1\nmashine = 1\n", 'the key "mashine"'),
    "bits": ('format = 1\nbits = "up"\n', '"left" or "right"'),
    "a time in words": ('format = 1\nmeasured = "May"\n', "a date, or [from, to]"),
    "a time that ends before it begins": (
        "format = 1\nmeasured = [2024-05-02, 2024-05-01]\n",
        "in this order",
    ),
    "a name that turns the line round": (
        'format = 1\nmachine = "a\\u202eb"\n',
        "direction of writing",
    ),
    "a source with controls": (
        'format = 1\nsource = {title = "a\\u001b[31m"}\n',
        "control characters",
    ),
    "no TOML": ("format 1\n", "counts.toml"),
}


@pytest.mark.parametrize("name", TOP)
def test_a_malformed_counts_toml_is_refused(lab, name):
    top, words = TOP[name]
    with pytest.raises(UsageError) as raised:
        found(lab(top=top))
    assert words in str(raised.value)


def test_all_mistakes_are_told_at_once_where_nothing_is_left(lab):
    bad = "\n".join([HEADER, "3,2,1,10,11", "x,2,1,10,9", "4,2,1,0,0"])
    with pytest.raises(UsageError) as raised:
        found(lab(good=bad))
    text = str(raised.value)
    assert all(f"good.csv, row {row}, column" in text for row in (2, 3, 4))


def test_a_byte_order_mark_further_columns_files_and_missing_cells(lab):
    lines = table(("3", "4")).splitlines()
    lines[0] += ",lost,room"
    lines[1:] = [f"{line},0,lab 2" for line in lines[1:]]
    cells = lines[-1].split(",")
    lines[-1] = ",".join([*cells[:4], "", *cells[5:]])
    folder = lab(good=b"\xef\xbb\xbf" + "\r\n".join(lines).encode(), other="a,b\n")
    got = found(folder)
    assert [one.targets for one in got.counts] == [((3,),), ((4,),)]
    assert [one.trials.circuits for one in got.counts] == [12, 11]
    assert 'good.csv: columns not used: "room"' in got.notes
    assert "Missing, and left so: good.csv, row 25, column hits" in got.notes
    assert 'Not used: "other.csv"' in got.notes


def test_lost_shots_are_told(lab):
    lines = table().splitlines()
    rows = [lines[0] + ",lost", *(f"{line},{place}" for place, line in enumerate(lines[1:]))]
    got = found(lab(good="\n".join(rows)))
    (told,) = [note for note in got.notes if "were lost" in note]
    assert told.startswith("good.csv: 66 shots were lost, as its column says; hits are of the")
    assert "were every lost shot wrong" in told


def test_whole_fractions_are_counts_and_that_is_told(lab):
    lines = table().splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join([*cells[:4], "0.985"])
    got = found(lab(good="\n".join(lines)))
    assert got.counts[0].trials.hits[0, 0] == 197
    assert any("1 counts stood as fractions" in note for note in got.notes)


def test_times_and_assignments(lab):
    delays = ["target,delay_s,circuit,shots,hits"]
    delays += [
        f"0,{t},{c},100000,{round(1e5 * 0.97 * math.exp(-t / 9e-5))}"
        for t in (0, 2e-5, 2e-4)
        for c in range(2)
    ]
    more = """
[[experiment]]
id = "t1"
kind = "delay"
metric = "t1"
table = "t1.csv"
asymptote = 0
[[experiment]]
id = "zero"
kind = "assignment"
metric = "readout_error_0"
table = "ro.csv"
postselected = "shots without an atom"
"""
    ro = "target,prepared,circuit,shots,ones\n0,0,a,1000,7\n0,1,b,1000,950\n"
    got = found(lab(more, t1="\n".join(delays), ro=ro))
    by_name = {one.quantity: one for one in got.counts}
    assert by_name["readout_error_0"].trials.hits.tolist() == [[7]]
    assert "zero: shots were removed before they were counted: shots without an atom" in got.notes
    assert by_name["t1"].trials.lengths.tolist() == [0.0, 2e-5, 2e-4]
    one = by_name["t1"]
    (estimate,) = PublishedDecay(one.problem).estimate("t1", one.trials, 0.95)
    assert estimate.value == pytest.approx(9e-5, rel=1e-3)


@pytest.mark.parametrize(
    ("error_of", "gates", "metric", "end", "right"),
    [
        ("clifford", 1.5, "two_qubit_gate_error", "1/4", 0.75 * (1 - 0.99 ** (1 / 1.5))),
        ("direct", 0.5, "two_qubit_gate_error", "1/4", 0.75 * (1 - 0.99 ** (1 / 0.5))),
        ("su4", 3, "two_qubit_gate_error", "1/4", 0.75 * (1 - 0.99 ** (1 / 3))),
        ("clifford", 1, "one_qubit_gate_error", "1/2", 0.005),
        ("clifford", 1.5, "leakage", "0", 0.01 / 1.5),
    ],
)
def test_the_closed_list_of_formulas(lab, error_of, gates, metric, end, right):
    """Counts from the exact curve with p = 0.99, a million shots."""
    pair = metric != "one_qubit_gate_error"
    ends = {"1/4": 0.25, "1/2": 0.5, "0": 0.0}[end]
    lines = [HEADER]
    for m in (1, 60):
        hits = round(5e5 * (ends + (0.97 - ends) * 0.99**m))
        lines.append(f"{'0-1' if pair else '0'},{m},0,500000,{hits}")
    more = PAIR if pair else GOOD.replace("good", "two")
    more = more.replace("= 1}", f"= {gates}}}").replace('"1/2"', f'"{end}"')
    more = more.replace("clifford", error_of).replace("two_qubit_gate_error", metric)
    got = found(lab(more, two="\n".join(lines)))
    one = got.counts[-1]
    (estimate,) = PublishedDecay(one.problem).estimate(metric, one.trials, 0.95)
    assert estimate.value == pytest.approx(right, rel=2e-3)


INTERLEAVED = PAIR.replace("clifford", "interleaved").replace("per_step = {entanglers = 1}\n", "")
INTERLEAVED = INTERLEAVED.replace('"1/2"', '"1/4"') + 'reference = "ref.csv"\n'


def test_a_gate_between_others(lab, tmp_path):
    """Exact curves with p = 0.99 and q = 0.98, many shots; and a drawn one audits."""
    texts = []
    for kept in (0.98, 0.99):
        rows = [f"0-1,{m},0,200000,{round(2e5 * (0.25 + 0.7 * kept**m))}" for m in (1, 60)]
        texts.append("\n".join([HEADER, *rows]))
    got = found(lab(INTERLEAVED, two=texts[0], ref=texts[1]))
    one = got.counts[-1]
    assert one.protocol == "published_interleaved"
    (estimate,) = PublishedInterleaved(one.problem).estimate(one.quantity, one.trials, 0.95)
    assert estimate.value == pytest.approx(0.75 * (1 - 0.98 / 0.99), rel=2e-3)
    assert estimate.low < estimate.value < estimate.high
    pairs = ("0-1", "2-3")
    drawn = [
        table(pairs, rate=rate, end=0.25, lengths=(2, 20, 60), seed=seed)
        for rate, seed in ((0.02, 1), (0.01, 2))
    ]
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET.replace("one_qubit", "two_qubit").replace("0.1 %", "1 %"), "utf-8")
    folder = lab(INTERLEAVED, two=drawn[0], ref=drawn[1])
    result = import_counts("counts", folder, sheet, out=tmp_path / "out")
    (verdict,) = result.verdicts
    assert verdict.estimate.low < 0.75 * (1 - 0.98 / 0.99) < verdict.estimate.high
    assert (verdict.circuits, verdict.shots) == (24, 4800)
    assert audit_bundle(result.bundle).failure is None
    assert "coherent ones may do more, or cancel" in " ".join(verdict.assumptions)


def test_an_asymptote_that_is_fitted_widens_the_interval(lab):
    text = table(lengths=(1, 100, 400, 1600), seed=3)
    ends = []
    for asymptote in ('"1/2"', '"fit"'):
        more = GOOD.replace('"good"', '"two"').replace('"1/2"', asymptote)
        one = found(lab(more, good=text)).counts[-1]
        (estimate,) = PublishedDecay(one.problem).estimate(one.quantity, one.trials, 0.95)
        assert estimate.low < 1e-3 < estimate.high
        ends.append(estimate)
    known, fitted = ends
    assert fitted.high - fitted.low > 1.02 * (known.high - known.low)


def test_a_hundred_ragged_targets_are_quick(lab):
    """A part of its own for each target: none of the steps is quadratic."""
    lines = [HEADER]
    for q in range(100):
        lines += [f"{q},{m},{c},100,{95 - (m > 2) * 9}" for m in (2, 50) for c in range(2 + q % 5)]
    got = found(lab(good="\n".join(lines)))
    assert sum(len(one.targets) for one in got.counts) == 100
    assert len(got.counts) == 5


def test_more_lists_of_circuits_than_any_laboratory_has_are_refused(lab):
    lines = [HEADER, *(f"{q},1,{q},10,9" for q in range(300))]
    got = found(lab(good="\n".join(lines)))
    assert len(got.counts) == 200
    assert "found one more list of circuits, expected at most 200" in got.notes[0]


def test_what_no_document_of_evidence_holds_is_told_before_anything_is_judged(
    lab, tmp_path, monkeypatch
):
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    monkeypatch.setattr(importing, "EVIDENCE", JsonLimits(size=6 << 20, values=40))
    with pytest.raises(MalformedError, match="expected at most 40 values.* a table of its own"):
        import_counts("counts", lab(good=table(("3", "4"))), sheet, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_links_and_folders_are_no_tables(lab, tmp_path):
    (tmp_path / "secret.csv").write_text(table(), encoding="utf-8")
    folder = lab(PAIR + GOOD.replace("good", "three"))
    (folder / "two.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "three.csv").mkdir()
    got = found(folder)
    assert len(got.counts) == 1
    assert sum("a file that lies in the folder itself" in note for note in got.notes) == 2


def test_wrong_answers_in_place_of_right_ones_are_told(lab):
    """A fit of what rises finds no error at all, and would support any claim."""
    lines = table(("3", "4")).splitlines()
    wrong = [
        f"{t},{length},{c},{shots},{int(shots) - int(hits)}" if t == "4" else line
        for line in lines[1:]
        for t, length, c, shots, hits in (line.split(","),)
    ]
    got = found(lab(good="\n".join([HEADER, *wrong])))
    assert [one.targets for one in got.counts] == [((3,),)]
    (told,) = [note for note in got.notes if "rise with length" in note]
    assert told.startswith("Not judged: good.csv, row 14, target 4: found hits that rise")


@pytest.mark.parametrize("seed", range(6))
def test_no_honest_decay_is_said_to_rise(lab, seed):
    """Six standard errors: 1e-9 a target, here 40 of them with hardly any error."""
    targets = [str(q) for q in range(40)]
    got = found(lab(good=table(targets, rate=1e-5, shots=20, seed=seed)))
    assert sum(len(one.targets) for one in got.counts) == len(targets)


READOUT = """
[[experiment]]
id = "readout"
kind = "assignment"
metric = "readout_error"
table = "readout.csv"
"""


SOUND, TURNED, DEAF = (15, 980), (980, 15), (15, 15)


@pytest.mark.parametrize(
    ("ones", "told"),
    [
        ([SOUND] * 5, ""),
        ([TURNED] * 5, "read 1 where 0 was prepared"),
        ([DEAF] * 5, "as many ones whatever was prepared"),
        ([(985, 985)] * 5, "as many ones whatever was prepared"),
        # A few qubits may be as bad as they are, and a machine hardly better than a coin.
        ([TURNED, TURNED, SOUND, SOUND, SOUND], ""),
        ([SOUND, DEAF, SOUND, SOUND, SOUND], ""),
        ([(440, 560)] * 5, ""),
        ([(500, 500)] * 5, ""),
    ],
)
def test_a_convention_is_no_readout_error(lab, ones, told):
    rows = [
        f"{qubit},{prepared},{circuit},1000,{both[prepared]}"
        for qubit, both in enumerate(ones)
        for prepared in (0, 1)
        for circuit in range(2)
    ]
    got = found(lab(READOUT, readout="\n".join(["target,prepared,circuit,shots,ones", *rows])))
    notes = [note for note in got.notes if "column ones" in note]
    assert len(notes) == bool(told)
    assert told in "".join(notes)
    assert len(got.counts) == 1 + (not told)


T1 = """
[[experiment]]
id = "t1"
kind = "delay"
metric = "t1"
table = "t1.csv"
asymptote = 0
"""
T1_CLAIM = '[[claim]]\nid = "t1"\nmetric = "t1"\nvalue = "100 us"\n'


@pytest.mark.parametrize(("unit", "verdict"), [(1.0, "supported"), (1e6, "not tested")])
def test_microseconds_in_a_column_of_seconds_support_nothing(lab, tmp_path, unit, verdict):
    rows = [
        f"0,{unit * delay:.6g},{circuit},1000,{round(980 * math.exp(-delay / 120e-6))}"
        for delay in (0, 5e-5, 1e-4, 2e-4, 4e-4)
        for circuit in range(3)
    ]
    folder = lab(T1, t1="\n".join(["target,delay_s,circuit,shots,hits", *rows]))
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET + T1_CLAIM, encoding="utf-8")
    result = import_counts("counts", folder, sheet, out=tmp_path / "out")
    assert result.verdicts[-1].outcome == verdict
    assert audit_bundle(result.bundle).failure is None
    sheet.write_text(SHEET[: SHEET.index("[[claim]]")] + T1_CLAIM, encoding="utf-8")
    if verdict == "not tested":
        (folder / "counts.toml").write_text(f"format = 1\n{T1}", encoding="utf-8")
        with pytest.raises(UsageError, match="delays from 50.0 s beside a claim of 100 us"):
            import_counts("counts", folder, sheet, out=tmp_path / "other")
