"""The JSON reader: one meaning, bounds, places, and time that grows with the size alone."""

import json
import time

import pytest

from qassay.errors import MalformedError, UsageError
from qassay.reading.limits import EVIDENCE, FOREIGN, JsonLimits
from qassay.reading.strict_json import read_json, read_members, values_in

REFUSED = {
    "a key twice": (b'{"x":1,"x":2}', '"x", which stands twice'),
    "a key twice, once by escapes": (b'{"x":1,"\\u0078":2}', "stands twice"),
    "deep keys twice": (b'{"a":[{"y":1,"y":1}]}', '"y", which stands twice'),
    "NaN": (b"[NaN]", "the value NaN"),
    "Infinity": (b"[-Infinity]", "the value -Infinity"),
    "too large a float": (b"[1e999]", "too large"),
    "a whole number past 2^53": (b"[9007199254740993]", "an integer beyond"),
    "a long whole number": (b"[" + b"9" * 5000 + b"]", "a number of 5000 characters"),
    "a long fraction": (b"[0." + b"0" * 5000 + b"1]", "a number of 5003 characters"),
    "a byte order mark": (b"\xef\xbb\xbf[]", "broken JSON"),
    "no UTF-8": (b'["\xff"]', "byte 2 is not UTF-8"),
    "half of a character": (b'["\\ud800"]', "half of a character"),
    "half of a character, other letters": (b'["\\uDBFF"]', "half of a character"),
    "many levels": (b"[" * 25 + b"]" * 25, "more than 24 levels"),
    "very many levels": (b"[" * 200_000, "more than 24 levels"),
    "too many values": (b"[" + b"1," * EVIDENCE.values + b"1]", "values"),
    "too many bytes": (b" " * EVIDENCE.size + b"1", "bytes"),
    "no end": (b'{"a": [1,\n 2', "line 2, column 3"),
    "two documents": (b"{} {}", "Extra data, line 1, column 4"),
    "nothing": (b"", "broken JSON"),
}


@pytest.mark.parametrize(("data", "found"), REFUSED.values(), ids=REFUSED)
def test_what_has_two_meanings_or_no_end_is_refused(data, found):
    with pytest.raises(MalformedError, match="a.json: found") as caught:
        read_json(data, "a.json")
    assert found in str(caught.value)


def test_brackets_in_texts_are_no_levels_and_sound_documents_pass():
    document = {"a": ["[" * 500 + '"\\' + "{" * 500, 1, 2.5, None, True], "b": {"c": -3e-9}}
    assert read_json(json.dumps(document).encode(), "x") == document
    assert read_json(json.dumps(document), "x") == document
    assert read_json("1e21", "x") == 1e21
    assert read_json("295147905179352830000", "x") == 2.9514790517935283e20  # RFC 8785 of 2^68


def test_the_kind_of_the_error_is_the_callers():
    with pytest.raises(UsageError, match="grid.json: found broken JSON"):
        read_json("{", "grid.json", error=UsageError)
    with pytest.raises(UsageError, match="half of a character"):
        read_json("\ud800", "grid.json", error=UsageError)


def test_other_programs_numbers_are_read_where_they_may_be():
    read = read_json("[NaN, Infinity, 123456789012345678901234567890]", "x", limits=FOREIGN)
    assert read[0] != read[0]
    assert read[1:] == [float("inf"), 123456789012345678901234567890]
    with pytest.raises(MalformedError, match="a number of 401 characters"):
        read_json("[" + "1" * 401 + "]", "x", limits=FOREIGN)


@pytest.mark.parametrize(
    "data",
    [
        b'["' + b'\\"' * (3 << 20),  # a text without an end, begun again at each escaped quote
        b'{"' + b'\\"' * (3 << 20),
        b"[" * 30 + b'"\\' * (3 << 20),
        b'["' + b"\\\\" * (3 << 20) + b'"' + b"[" * 30,
        b"-" * (6 << 20),
        b"[" + b"1" * ((6 << 20) - 2) + b"]",
        b"[1." + b"1" * ((6 << 20) - 4) + b"]",
        b'[{"a":1},' * 90_000,
    ],
)
def test_time_grows_with_the_size_alone(data):
    begun = time.process_time()
    with pytest.raises(MalformedError):
        read_json(data, "x")
    with pytest.raises(MalformedError):
        read_members(b'{"a":' + data, "x", ("b",), limits=JsonLimits(size=99 << 20, values=9))
    assert time.process_time() - begun < 2


SMALL = JsonLimits(size=100, values=9)


def test_limits_hold_for_the_members_that_are_read():
    data = b' {"gates" : [[["u", 0, [0.5]]],"]}"] , "shots":7,"survival" :{"0":[1,2]}, "z":"\\""}\n'
    assert values_in(data) > SMALL.values - 4
    big = data.replace(b"0.5", b"0.5," * 500 + b"1")
    read = read_members(big, "SQ_RB.json", ("shots", "survival"), limits=SMALL)
    assert read == {"gates": None, "shots": 7, "survival": {"0": [1, 2]}, "z": None}
    with pytest.raises(MalformedError, match="SQ_RB.json: found"):
        read_members(big, "SQ_RB.json", ("gates",), limits=SMALL)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"shots":1,"sh\\u006fts":2}',
        b'{"a":1,}',
        b'{,"a":1}',
        b'{"a":1,,"b":2}',
        b'{"a":1 "b":2}',
        b'{"a":}',
        b'{"a":[1}',
        b'{"a":1',
        b'{"a":1}{}',
    ],
)
def test_broken_objects_stay_broken_when_members_are_left_out(data):
    with pytest.raises(MalformedError):
        read_members(data, "x", ("shots",), limits=SMALL)


def test_what_is_no_object_is_read_as_it_is():
    assert read_members(b"[1]", "x", ("a",), limits=SMALL) == [1]
