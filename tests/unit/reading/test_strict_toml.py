"""The TOML reader: refused with the line, in bounded time and memory, and never what is sound."""

import time
import tracemalloc

import pytest

from qassay.devices.machine_file import read_machine
from qassay.errors import ClaimError, DeviceFileError
from qassay.reading.limits import SHEET
from qassay.reading.strict_toml import read_toml

SIZE = 80_000
HOSTILE = {
    "one dotted key": b".".join([b"a"] * (SIZE // 2)) + b"=1\n",
    "one dotted key, quoted parts": b'"a"' + b' . "a"' * (SIZE // 6) + b"=1\n",
    "a dotted header": b"[" + b".".join([b"a"] * (SIZE // 2)) + b"]\n",
    "a dotted key in an inline table": b"x = {" + b".".join([b"a"] * (SIZE // 2)) + b"=1}\n",
    "arrays in arrays": b"a=" + b"[" * (SIZE // 2) + b"]" * (SIZE // 2),
    "inline tables in inline tables": b"a=" + b"{a=" * (SIZE // 4) + b"1" + b"}" * (SIZE // 4),
    "many dotted keys": b"".join(b"%x.a.a.a.a.a.a=1\n" % n for n in range(SIZE // 18)),
    "a whole number": b"a=" + b"9" * SIZE,
    "a hexadecimal number": b"a=0x" + b"f" * SIZE,
    "a long key": b"a" * SIZE + b"=1",
    "a line of brackets": b"[" * SIZE,
    "a text without an end": b'a="' + b'\\"' * (SIZE // 2),
    "a text of lines without an end": b'a="""' + b'\\"' * (SIZE // 2),
    "quotes": b'a="""' + b'""\\' * (SIZE // 3),
    "literal quotes": b"a='''" + b"''x" * (SIZE // 3),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_80_kilobytes_are_refused_with_the_line_at_once(data):
    data = b"# a comment\n" + data
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(ClaimError, match=r"s\.toml(:2)?[:,]"):
        read_toml(data, "s.toml")
    with pytest.raises(DeviceFileError, match=r"m\.toml(:2)?[:,]"):
        read_machine(data, "m.toml")
    assert time.process_time() - begun < 2
    assert tracemalloc.get_traced_memory()[1] < 64 << 20
    tracemalloc.stop()


FULL = {
    "tables": b"".join(b"[a%x]\n" % n for n in range(SHEET.tables)),
    "tables of tables": b"[[a]]\n" * SHEET.tables,
    "deep tables": b"".join(b"[%x.b.c.d.e.f.g.h.i.j.k]\n" % n for n in range(SHEET.dots // 10)),
    "dotted keys": b"".join(b"%x.b.c.d.e.f.g.h.i.j.k=1\n" % n for n in range(SHEET.dots // 10)),
    "keys": b"".join(b"%x=1\n" % n for n in range(110_000)),
    "an array": b"a=[" + b"1," * (SHEET.values - 3) + b"]",
    "arrays": b"a=[" + b"[]," * (SHEET.values // 2 - 3) + b"]",
    "inline tables": b"a=[" + b"{a=1}," * (SHEET.values // 3 - 3) + b"]",
    "a text": b'a="' + b"x" * (SHEET.size - 9) + b'"',
    "escapes": b'a="' + b"\\u0041" * (SHEET.size // 6 - 9) + b'"',
    "comments": b"#\n" * (SHEET.size // 2),
}


QUICK = ("tables of tables", "deep tables")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(x, id=k, marks=[] if k in QUICK else [pytest.mark.slow])
        for k, x in FULL.items()
    ],
)
def test_the_fullest_files_are_read_in_bounded_time_and_memory(data):
    assert len(data) <= SHEET.size
    begun = time.process_time()
    read_toml(data, "s.toml")
    assert time.process_time() - begun < 4  # 0.1 to 1.5 s; watching memory would slow it down
    tracemalloc.start()
    read_toml(data, "s.toml")
    assert tracemalloc.get_traced_memory()[1] < 128 << 20
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a=1\n" * 3 + b"b=" + b"9" * 101, 4),
        (b"a=1\n\n" + b"a" * 101 + b"=1", 3),
        (b"".join(b"[a%x]\n" % n for n in range(SHEET.tables + 1)), SHEET.tables + 1),
    ],
)
def test_a_limit_names_the_line(data, line):
    with pytest.raises(ClaimError, match=rf"s\.toml:{line}: "):
        read_toml(data, "s.toml")


def test_sound_texts_are_read_whatever_they_hold():
    text = '''\ufeff# "not a text
"quoted.key" . 'more' = """ends in two quotes """""
lines = """
[[[[ a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t \\
\\"""
"""
literal = \'\'\'it's 'a' \\\'\'\'
path = 'C:\\'
number = 1_000.000_5e-3
when = 1979-05-27 07:32:00.999999Z
nested = [[1, 2], [{a = "#", b.c = true}]]
[a.b] # why
x = +inf
[[c.d]]
y = 0x1F
'''.replace("\n", "\r\n")
    read, document = read_toml(text.encode(), "s.toml")
    assert document["quoted.key"]["more"] == 'ends in two quotes ""'
    assert "\r" not in read
    assert document["lines"].startswith("[[[[ a.b")
    assert document["literal"] == "it's 'a' \\"
    assert document["path"] == "C:\\"
    assert document["nested"][1][0] == {"a": "#", "b": {"c": True}}
    assert document["c"]["d"][0]["y"] == 31


@pytest.mark.parametrize("data", [b"a = ", b"a = 1\nb = ]", b"a = 1 b = 2", b"a=\xff", b"=1"])
def test_broken_texts_name_their_place(data):
    with pytest.raises(ClaimError, match=r"s\.toml(:\d+)?"):
        read_toml(data, "s.toml")


TYPED = {
    "a decimal comma": ("value = 0,5", "a decimal comma stands in quotes"),
    "a unit": ("value = 0.5 %", "a value with a unit stands in quotes"),
    "quotes of a letter": ("value = “1 %”", "write straight quotes"),
    "no quotes": ("statistic = mean", "a text stands in quotes"),
    "half of the quotes": ('value = "0.5 %', "a quote is not closed"),
    "another language": ("sheet:\n  title: x", 'a key and its value are parted by "="'),
    "another file": ('{"sheet": {}}', "is this the right file?"),
    "nothing usual": ("qubits = [0, 1 2]", None),
}


@pytest.mark.parametrize("typed", TYPED)
def test_a_usual_mistake_of_typing_is_told_with_what_to_write(typed):
    text, advice = TYPED[typed]
    with pytest.raises(ClaimError) as told:
        read_toml(f"a = 1\n{text}\nb = 2\n".encode(), "s.toml")
    assert str(told.value).startswith("s.toml:2, column ")
    assert (f"defines it; {advice}" if advice else "as toml.io defines it") in str(told.value)
