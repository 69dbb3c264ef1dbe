"""Every mistake in a sheet gets a sentence with its place, and all come at once."""

import os
import time

import pytest

from qassay.claims import load_claim_sheet, parse_claim_sheet
from qassay.claims.claim_file import LARGEST_FILE
from qassay.errors import ClaimError

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
T1 = '[[claim]]\nid = "a"\nmetric = "t1"\nvalue = "30 s"\n'
GATE = (
    '[[claim]]\nid = "2q"\nmetric = "two_qubit_gate_error"\nvalue = "0.5 %"\n'
    'convention = "average_gate_infidelity"\n'
)


def complaints(text):
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ClaimError) as caught:
        parse_claim_sheet(data, "bad.toml")
    return str(caught.value)


def changed(old, new, base=GATE):
    assert old in HEAD + base
    return (HEAD + base).replace(old, new)


BAD = {
    "no finite number": (
        changed('"30 s"', "nan", T1),
        ['claim "a", value: found nan', "expected a finite number with its unit"],
    ),
    "too close to zero": (
        changed('"30 s"', '"1e-500 s"', T1),
        ['claim "a", value: found "1e-500 s"', "expected zero, or a number that is not so close"],
    ),
    "all that is odd of a list of pairs": (
        HEAD + GATE + "scope = {pairs = [[0, 0], [1, 2], [2, 1], [5, 'x'], 7]}\n",
        ["[5, 'x']", "; 7", "qubit 0 with itself", "pair [1, 2] twice"],
    ),
    "all that is odd of a list of qubits": (
        HEAD + T1 + "scope = {qubits = [-1, 2.5, 'x', true, -2, 1]}\n",
        ['qubit -1; qubit 2.5; qubit "x"; qubit true and 1 more'],
    ),
    "unknown metric": (
        changed("two_qubit_gate_error", "two_qbit_gate_error"),
        ["bad.toml:7:", 'claim "2q", metric', "qassay metrics", 'did you mean "two_qubit_gate_er'],
    ),
    "no metric": (changed('metric = "t1"\n', "", T1), ['claim "a", metric: found nothing']),
    "missing unit": (
        changed('"30 s"', "30", T1),
        ['bad.toml:8: claim "a", value: found 30', 'such as "30 s"', "the unit is missing"],
    ),
    "missing unit in text": (changed("30 s", "30", T1), ['found "30"', "a time with its unit"]),
    "another dimension": (
        changed("30 s", "30 Hz", T1),
        ['found "30 Hz"', "a time with its unit", '"Hz" is a unit of rate'],
    ),
    "time for a probability": (
        changed("0.5 %", "5 ms"),
        ["a probability between 0 and 1", '"ms" is a unit of time'],
    ),
    "no value": (changed('value = "0.5 %"\n', ""), ["value: found nothing", "a probability"]),
    "missing convention": (
        changed('convention = "average_gate_infidelity"\n', ""),
        ['claim "2q", convention: found nothing', '"process_infidelity"', "factor of 1.25"],
    ),
    "missing convention of one qubit": (
        changed(
            '"two_qubit_gate_error"\nvalue = "0.5 %"\nconvention = "average_gate_infidelity"',
            '"one_qubit_gate_error"\nvalue = 1e-3',
        ),
        ["factor of 1.5 for one qubit"],
    ),
    "missing convention of EPLG": (
        changed(
            '"two_qubit_gate_error"\nvalue = "0.5 %"\nconvention = "average_gate_infidelity"',
            '"eplg"\nvalue = 1e-2',
        ),
        ["with and without a factor 4/5"],
    ),
    "unknown convention": (
        changed("average_gate_infidelity", "average_gate_infidelty"),
        ['found "average_gate_infidelty"', 'did you mean "average_gate_infidelity"?'],
    ),
    "needless convention": (
        changed('"30 s"\n', '"30 s"\nconvention = "pauli_error"\n', T1),
        ["expected no convention", "t1 has one definition only"],
    ),
    "NaN": (changed('"0.5 %"', "nan"), ["found nan, expected a finite number"]),
    "infinity": (changed('"0.5 %"', "inf"), ["found inf, expected a finite number"]),
    "NaN in text": (changed("0.5 %", "nan %"), ['found "nan %"', "a probability"]),
    "negative probability": (changed('"0.5 %"', "-0.005"), ["found -0.005", "between 0 and 1"]),
    "probability above one": (changed("0.5 %", "150 %"), ['found "150 %"', "between 0 and 1"]),
    "negative time": (changed("30 s", "-30 s", T1), ["zero or more"]),
    "boolean value": (changed('"0.5 %"', "true"), ["value: found true, expected a probability"]),
    "huge integer": (changed('"0.5 %"', "1" + 400 * "0"), ["bad.toml:8: found a number or a key"]),
    "huge hexadecimal": (changed('"0.5 %"', "0x" + 5000 * "f"), ["a key of 5002 characters"]),
    "integer of too many digits": (changed('"0.5 %"', 5000 * "1"), ["a key of 5000 characters"]),
    "fraction of a qubit": (
        changed('"t1"\nvalue = "30 s"', '"qubits"\nvalue = 49.5', T1),
        ["found 49.5, expected a whole number"],
    ),
    "no qubit": (
        changed('"t1"\nvalue = "30 s"', '"qubits"\nvalue = 0', T1),
        ["found 0, expected a whole number, 1 or more"],
    ),
    "unknown relation": (HEAD + GATE + 'relation = "<>"\n', ['"at most" or "at least"']),
    "unknown statistic": (
        HEAD + GATE + 'statistic = "mode"\n',
        ['statistic: found "mode"', '"mean" or "median" or "quantile" or "share above"'],
    ),
    "statistic of a wrong type": (HEAD + GATE + "statistic = [1]\n", ["found an array of 1"]),
    "unknown key": (
        HEAD + GATE + 'sttistic = "mean"\n',
        ["bad.toml:10:", "sttistic: found an unknown key", 'did you mean "statistic"?'],
    ),
    "unknown key of the sheet": (
        changed("vendor", "vendr"),
        ["bad.toml:3: [sheet], vendr", 'did you mean "vendor"?', "vendor: found nothing"],
    ),
    "unknown top-level key": ("claims = []\n" + HEAD + T1, ["claims: found an unknown key"]),
    "unknown key of the source": (
        changed('"M"\n', '"M"\nsource = {link = "https://a.b"}\n'),
        ["bad.toml:5: [sheet], source, link", "one of title, publisher, date, url"],
    ),
    "source that is a number": (changed('"M"\n', '"M"\nsource = 7\n'), ["source", "a table"]),
    "source that is a script": (
        changed('"M"\n', '"M"\nsource = {url = "javascript:alert(1)"}\n'),
        ["source, url", "begins with https://"],
    ),
    "scope of a wrong word": (HEAD + T1 + 'scope = "some"\n', ['found "some"', '"all" or {qubits']),
    "empty scope": (HEAD + T1 + "scope = {qubits = []}\n", ["found qubits = an empty array"]),
    "scope of two kinds": (
        HEAD + GATE + "scope = {pairs = [[0, 1]], qubits = [0]}\n",
        ["found a table", '"all" or {pairs'],
    ),
    "negative qubit": (HEAD + T1 + "scope = {qubits = [0, -1]}\n", ["qubit -1", "from 0"]),
    "qubit that is a text": (HEAD + T1 + 'scope = {qubits = ["0"]}\n', ['qubit "0"']),
    "qubit that is true": (HEAD + T1 + "scope = {qubits = [true]}\n", ["qubit true"]),
    "duplicate qubits": (HEAD + T1 + "scope = {qubits = [3, 3]}\n", ["qubit 3 twice"]),
    "pair with itself": (HEAD + GATE + "scope = {pairs = [[1, 1]]}\n", ["of qubit 1 with itself"]),
    "pair turned round": (
        HEAD + GATE + "scope = {pairs = [[0, 1], [1, 0]]}\n",
        ["pair [0, 1] twice"],
    ),
    "pair of three": (HEAD + GATE + "scope = {pairs = [[0, 1, 2]]}\n", ["[0, 1, 2]"]),
    "qubits for a pair metric": (
        HEAD + GATE + "scope = {qubits = [0, 1]}\n",
        ["found a list of qubits", "two_qubit_gate_error is measured on each pair"],
    ),
    "pairs for a qubit metric": (
        HEAD + T1 + "scope = {pairs = [[0, 1]]}\n",
        ["found a list of pairs", "t1 is measured on each qubit"],
    ),
    "duplicate ids": (
        HEAD + T1 + T1,
        ["bad.toml:10:", '"a" a second time', "an id of its own"],
    ),
    "no id": (changed('id = "a"\n', "", T1), ["claim 1, id: found nothing"]),
    "id with a blank": (changed('"a"', '"a b"', T1), ['found "a b"', "1 to 64 letters"]),
    "id too long": (changed('"a"', f'"{65 * "a"}"', T1), ["1 to 64 letters", "…"]),
    "id of a wrong type": (changed('"a"', "7", T1), ["claim 1, id: found 7"]),
    "an empty sheet": (HEAD, ["claim: found no claim", "at least one", "double brackets"]),
    "an empty list of claims": ("claim = []\n" + HEAD, ["found no claim"]),
    "an empty file": ("", ["[sheet]", "claim: found no claim"]),
    "single brackets": (HEAD + T1.replace("[[claim]]", "[claim]"), ["found a table", "double"]),
    "claims that are numbers": ("claim = [1]\n" + HEAD, ["claim 1: found 1"]),
    "too many claims": (
        HEAD + "".join(T1.replace('"a"', f'"a{i}"') for i in range(1001)),
        ["found 1001 claims, expected at most 1000"],
    ),
    "no sheet": (T1, ["sheet: found nothing", "[sheet] with title, vendor and machine"]),
    "sheet that is a number": ("sheet = 3\n" + T1, ["sheet: found 3"]),
    "no title": (changed('title = "T"\n', ""), ["[sheet], title: found nothing"]),
    "empty title": (changed('"T"', '" "'), ["title: found an empty text"]),
    "title that is a number": (changed('"T"', "5"), ["bad.toml:2: [sheet], title: found 5"]),
    "title with controls": (
        changed('"T"', '"a\\u001b[31m"'),
        ['found "a?[31m", with control characters'],
    ),
    "title that turns round": (changed('"T"', '"a\\u202e"'), ["direction of writing"]),
    "title too long": (changed('"T"', f'"{5000 * "x"}"'), ["5000 characters long", "at most 200"]),
    "notes that are a text": (changed('"M"\n', '"M"\nnotes = "x"\n'), ["an array of texts"]),
    "note that is a number": (changed('"M"\n', '"M"\nnotes = [1]\n'), ["notes: found 1"]),
    "delta of zero": (changed('"M"\n', '"M"\ndelta = 0\n'), ["toml:5: [sheet], delta", "above 0"]),
    "absurd delta": (HEAD + GATE + "delta = 11\n", ['claim "2q", delta: found 11', "at most 10"]),
    "delta that is a text": (HEAD + GATE + 'delta = "25 %"\n', ['found "25 %"', "a quarter"]),
    "delta NaN": (HEAD + GATE + "delta = nan\n", ["delta: found nan"]),
    "conditions that are a list": (HEAD + GATE + "conditions = []\n", ["found an empty array"]),
    "condition of a wrong type": (
        HEAD + GATE + "conditions = {simultaneous = 1}\n",
        ["conditions, simultaneous: found 1, expected true or false"],
    ),
    "gate time without unit": (
        HEAD + GATE + "conditions = {gate_time = 200}\n",
        ["conditions, gate_time: found 200", "the unit is missing"],
    ),
    "condition that nests": (HEAD + GATE + "conditions = {x = {y = 1}}\n", ["x: found a table"]),
    "condition that is infinite": (HEAD + GATE + "conditions = {x = inf}\n", ["a finite number"]),
    "condition with a bad name": (HEAD + GATE + 'conditions = {"a b" = 1}\n', ["a letter, then"]),
    "broken TOML": (HEAD + "value 3\n", ["bad.toml:5, column 7", "broken TOML", "toml.io"]),
    "broken TOML at the end": (HEAD + 'x = "', ["bad.toml", "broken TOML"]),
    "a key twice": (changed('vendor = "V"', 'title = "U"'), ["bad.toml:3", "broken TOML"]),
    "not UTF-8": (HEAD.encode() + b'x = "\xff"\n', ["bad.toml:5", "0xff", "save the file"]),
    "a binary file": (b"\x7fELF\x02\x01\x00\x00", ["broken TOML"]),
    "nested arrays": ("x = " + 200_000 * "[", ["nested too deeply"]),
    "nested tables": ("x = " + 100_000 * "{a=", ["nested too deeply"]),
    "an endless dotted key": (
        HEAD + 300_000 * "a." + "a = 1",
        ["bad.toml:5: found a dotted key of more than 16 parts"],
    ),
    "an endless quoted key": (HEAD + 100_000 * "'a'. " + "a = 1", ["more than 16 parts"]),
    "an endless escaped key": (HEAD + 100_000 * r'"\"".' + "a = 1", ["more than 16 parts"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_sheet_is_told_in_a_sentence(case):
    text, fragments = BAD[case]
    message = complaints(text)
    for fragment in fragments:
        assert fragment in message
    assert all(len(line) < 500 for line in message.splitlines())
    assert all(char.isprintable() or char == "\n" for char in message)


def test_the_bases_of_the_table_are_good():
    assert len(parse_claim_sheet((HEAD + T1 + GATE).encode()).claims) == 2


def test_one_mistake_gives_one_sentence():
    for case in ("missing unit", "missing convention", "NaN", "unknown metric", "duplicate ids"):
        assert len(complaints(BAD[case][0]).splitlines()) == 1


def test_all_mistakes_come_at_once_in_the_order_of_the_file():
    text = """\
[sheet]
title = 5
machine = "M"
delta = -1

[[claim]]
id = "one"
metric = "t9"
value = "30 s"

[[claim]]
id = "one"
metric = "two_qubit_gate_error"
value = 3
scope = {qubits = [1]}
"""
    lines = complaints(text).splitlines()
    assert [line.split(":")[1] for line in lines] == [*"1248", "11", "12", "14", "15"]
    assert "vendor" in lines[0]
    assert "convention" in lines[4]


def test_after_fifty_mistakes_they_are_only_counted():
    text = HEAD + "".join(f"x{i} = 1\n" for i in range(80)) + T1
    lines = complaints(text).splitlines()
    assert len(lines) == 51
    assert "30 more mistakes" in lines[-1]


@pytest.mark.parametrize(
    "text",
    [
        LARGEST_FILE * "a",
        LARGEST_FILE // 2 * "a ",
        LARGEST_FILE // 2 * '"a',
        LARGEST_FILE // 4 * "a=1\n",
        LARGEST_FILE // 8 * "[[claim]",
        LARGEST_FILE // 10 * "[[claim]]\n",
        "[" + (LARGEST_FILE - 1) * " ",
        HEAD + "".join(f"sttistic{i:06d}=1\n" for i in range(LARGEST_FILE // 20)) + T1,
        HEAD + "[[claim]]\nscope = {qubits = [" + LARGEST_FILE // 4 * "0, " + "]}",
    ],
)
def test_a_hostile_megabyte_costs_seconds_at_the_most(text):
    start = time.process_time()
    complaints(text[:LARGEST_FILE])
    assert time.process_time() - start < 20


def test_a_sheet_of_ten_megabytes_is_refused_unread(tmp_path):
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(10 * 2**20)
    with pytest.raises(ClaimError, match="10\u202f485\u202f760 bytes"):
        load_claim_sheet(path)
    with pytest.raises(ClaimError, match="at most 1\u202f048\u202f576 bytes"):
        parse_claim_sheet(b" " * (LARGEST_FILE + 1))


def test_a_directory_is_no_sheet(tmp_path):
    with pytest.raises(ClaimError, match="found a directory"):
        load_claim_sheet(tmp_path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ClaimError, match="found no such file"):
        load_claim_sheet(tmp_path / "none.toml")
    with pytest.raises(ClaimError, match="cannot be read"):
        load_claim_sheet("a\0b.toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(ClaimError, match="no regular file"):
        load_claim_sheet(tmp_path / "pipe.toml")
