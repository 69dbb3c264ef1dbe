"""Files of counts: taken whole or not at all."""

import json
import time

import pytest

from qassay.errors import CountsError
from qassay.exchange.counts_file import parse_counts, read_counts_bytes

ROUNDS = {1: {"a" * 24: 1, "b" * 24: 3}, 2: {"c" * 24: 1}}
A, B, C = "a" * 24, "b" * 24, "c" * 24
ONE = {"shots": 1, "counts": {"0101": 1}}


def parse(document):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_counts(data, "counts.json", ROUNDS, 4)


def file(circuits=None, **more):
    return {"qassay_counts": 1, "round": 1, "circuits": circuits or {A: ONE}, **more}


def test_counts_and_memory_are_read():
    taken = parse(
        file(
            {A: ONE, B: {"shots": 3, "counts": {"1111": 1, "0000": 2}}},
            seconds=2,
            notes=["hot day"],
        )
    )
    assert taken.outcomes == {A: ("0101",), B: ("0000", "0000", "1111")}
    assert (taken.seconds, taken.notes, taken.failed) == (2.0, ("hot day",), {})
    memory = parse(file({B: {"shots": 3, "memory": ["1111", "0000", "0000"]}}))
    assert memory.outcomes[B] == ("1111", "0000", "0000")
    failed = parse({"qassay_counts": 1, "round": 2, "failed": {C: "a cable"}})
    assert failed.failed == {C: "a cable"}


WRONG = {
    "no JSON": b"{",
    "a list": [],
    "no version": {"round": 1, "circuits": {A: ONE}},
    "another version": file(qassay_counts=2),
    "true for one": file(qassay_counts=True),
    "another key": file(extra=1),
    "no such round": file(round=3),
    "a round in words": file(round="1"),
    "a round that is true": file(round=True),
    "nothing": {"qassay_counts": 1, "round": 1},
    "another round's circuit": file({C: ONE}),
    "an unknown circuit": file({"x": ONE}),
    "circuits in a list": file([1]),
    "a circuit that is a text": file({A: "0101"}),
    "counts and memory": file({A: {**ONE, "memory": ["0101"]}}),
    "shots missing": file({A: {"counts": {"0101": 1}}}),
    "too many shots": file({A: {"shots": 2, "counts": {"0101": 2}}}),
    "true as shots": file({A: {"shots": True, "counts": {"0101": 1}}}),
    "a sum too small": file({B: {"shots": 3, "counts": {"0101": 2}}}),
    "no outcomes": file({A: {"shots": 1, "counts": {}}}),
    "a float": file({A: {"shots": 1, "counts": {"0101": 1.0}}}),
    "true as count": file({A: {"shots": 1, "counts": {"0101": True}}}),
    "a negative count": file({B: {"shots": 3, "counts": {"0101": 4, "0000": -1}}}),
    "a zero": file({A: {"shots": 1, "counts": {"0101": 1, "0000": 0}}}),
    "too few bits": file({A: {"shots": 1, "counts": {"010": 1}}}),
    "too many bits": file({A: {"shots": 1, "counts": {"01010": 1}}}),
    "a line end": file({A: {"shots": 1, "counts": {"0101\n": 1}}}),
    "a bit of 2": file({A: {"shots": 1, "counts": {"0102": 1}}}),
    "another script's digits": file({A: {"shots": 1, "counts": {"010\u0661": 1}}}),
    "hexadecimal": file({A: {"shots": 1, "counts": {"0x5": 1}}}),
    "memory with numbers": file({A: {"shots": 1, "memory": [5]}}),
    "memory too long": file({A: {"shots": 1, "memory": ["0101", "0101"]}}),
    "counts as memory": file({A: {"shots": 1, "memory": {"0101": 1}}}),
    "counted and failed": file({A: ONE}, failed={A: "no"}),
    "an unknown failure": file(failed={"x": "no"}),
    "a failure without a reason": file(failed={B: ""}),
    "a failure with control characters": file(failed={B: "\x1b[31m"}),
    "notes in a text": file(notes="x"),
    "endless notes": file(notes=["x"] * 1000),
    "negative time": file(seconds=-1),
    "time in words": file(seconds="1"),
    "a key twice": b'{"qassay_counts":1,"round":1,"circuits":{},"circuits":{}}',
    "NaN": b'{"qassay_counts":1,"round":1,"circuits":{},"seconds":NaN}',
    "not UTF-8": b'{"qassay_counts":1,"round":1,"notes":["\xff"]}',
    "deep": b'{"qassay_counts":1,"round":1,"circuits":' + b"[" * 99_999,
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_gives_nothing(name):
    with pytest.raises(CountsError) as caught:
        parse(WRONG[name])
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith("counts.json")
    assert "\x1b" not in str(caught.value)


def test_mistakes_are_told_at_once_and_only_so_many():
    wrong = {f"x{k}": ONE for k in range(500)}
    with pytest.raises(CountsError) as caught:
        parse(file(wrong))
    assert len(caught.value.problems) == 21
    assert "480 more mistakes" in str(caught.value)


def test_files_that_are_none(tmp_path):
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(CountsError):
            read_counts_bytes(path)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 2_000_000,
        b"[" + b"1," * 1_000_000 + b"1]",
        b'{"a":' * 400_000,
        b'{"qassay_counts":1,"round":1,"circuits":{'
        + b",".join(b'"k%d":1' % k for k in range(170_000))
        + b"}}",
        b"1" * 2_000_000,
        b'"' * 30_000_000,
    ],
    ids=["brackets", "a flat list", "nested", "unknown circuits", "digits", "too large"],
)
def test_the_largest_hostile_file_is_refused_in_two_seconds(data):
    begun = time.process_time()
    with pytest.raises(CountsError):
        parse(data)
    assert time.process_time() - begun < 2
