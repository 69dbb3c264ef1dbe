"""Doors for counts: one decay in six forms, and files that no honest program writes.

    python3 dev.py bench counts_doors

First the same decay comes in as a table, as files of Qiskit, IQM, pyGSTi and IonQ, and in the form
of Quantinuum: how far apart the estimates and interval ends are. Then malformed, ragged, oversized
and foreign files lie beside a good table: the sentence of each, and whether the good part was
judged.
"""

import argparse
import gzip
import json
import tempfile
from pathlib import Path

import numpy as np

from qassay.errors import QassayError
from qassay.protocols.known import PUBLISHED
from qassay.published.counts import read_published

LENGTHS, CIRCUITS, SHOTS = (2, 30, 90), 6, 100
TOML = """format = 1
[[experiment]]
id = "{name}"
kind = "decay"
metric = "two_qubit_gate_error"
table = "{table}"
per_step = {{entanglers = 1.5}}
error_of = "clifford"
asymptote = "1/4"
"""
HEADER = "target,length,circuit,shots,hits"


def drawn():
    """Draw hits of circuits of one pair: by length, then circuit."""
    rng = np.random.default_rng(5)
    chance = {m: 0.25 + 0.73 * 0.994**m for m in LENGTHS}
    return [(m, c, int(rng.binomial(SHOTS, chance[m]))) for m in LENGTHS for c in range(CIRCUITS)]


def as_table(rows):
    return "\n".join([HEADER, *(f"0-1,{m},{c},{SHOTS},{hits}" for m, c, hits in rows)])


def results(rows):
    """Give lists of metadata and counts; the wrong shots are anywhere but in 00."""
    return [
        {
            "metadata": {"targets": [[0, 1]], "expected": "00", "length": m, "circuit": c},
            "counts": {"00": hits, "11": SHOTS - hits},
        }
        for m, c, hits in rows
    ]


def single_shots(rows):
    """Give the bits of single shots, as IQM's client does."""
    made = results(rows)
    for one in made:
        counts = one.pop("counts")
        shots = [[int(bit)] for bits, n in counts.items() for bit in [bits[0]] * n]
        one["measurements"] = {"c_2_0_0": shots, "c_2_0_1": shots}
    return made


def as_pygsti(rows):
    return "\n".join(
        f"{{}}@(0,1)  00:{hits} 11:{SHOTS - hits}"
        f"  # 'length': {m}, 'circuit': '{c}', 'expected': '00'"
        for m, c, hits in rows
    )


def as_ionq(rows):
    """Give success probabilities by depth; with a ratio, an entangler in each second layer."""
    return {
        "qubit_pair": {"0": [0, 1]},
        "two_qubit_gate_ratio": {"0": 1.5},
        "depths": {"0": list(LENGTHS)},
        "success_probs_by_depth": {
            "0": [[hits / SHOTS for m, _, hits in rows if m == length] for length in LENGTHS]
        },
    }


def as_quantinuum(rows):
    table = {str(m): {str(c): h for n, c, h in rows if n == m} for m in LENGTHS}
    return {"shots": SHOTS, "survival": {"0, 1": table}}


def forms():
    """List the forms: name, format, files."""
    rows = drawn()
    ionq = TOML.format(name="tq", table="d.json").replace("clifford", "direct")
    ionq += f'shots = {SHOTS}\nrows = {{two_qubit_gate_ratio = "1.5"}}\n'
    for name, table, text in (
        ("table", "d.csv", as_table(rows)),
        ("Qiskit", "d.json", json.dumps(results(rows))),
        ("IQM, single shots", "d.json", json.dumps(single_shots(rows))),
        ("pyGSTi", "d.txt", as_pygsti(rows)),
    ):
        yield name, "counts", {"counts.toml": TOML.format(name="tq", table=table), table: text}
    yield "IonQ", "ionq", {"counts.toml": ionq, "d.json": json.dumps(as_ionq(rows))}
    yield "Quantinuum", "quantinuum", {"TQ_RB.json": json.dumps(as_quantinuum(rows))}


def read(program, files):
    with tempfile.TemporaryDirectory() as place:
        for name, data in files.items():
            text = data if isinstance(data, bytes) else data.encode("utf-8")
            (Path(place) / name).write_bytes(text)
        return read_published(program, Path(place))


def mean(one):
    estimator = PUBLISHED[one.protocol]
    estimator = type(estimator)(one.problem) if one.problem else estimator
    found = estimator.mean(one.quantity, one.trials, 0.95)
    return np.array([found.value, found.low, found.high])


def turned_round(rows):
    """Write results whose ideal machine answers 01, and this one 10."""
    listed = results(rows)
    for each in listed:
        each["metadata"]["expected"] = "01"
        each["counts"] = {"10" if k == "00" else k: n for k, n in each["counts"].items()}
    return json.dumps(listed)


def malformed():
    """List files beside a good table: name, ending of the file, content."""
    table = as_table(drawn())
    lines = table.splitlines()
    one = json.dumps(results(drawn())[:1])
    frame = as_ionq(drawn())
    yield from (
        ("nothing", "csv", ""),
        ("a header alone", "csv", HEADER),
        ("no text", "csv", b"\xff\xfe\x00\x01"),
        ("zero bytes", "csv", table.replace("0-1", "0\0-1", 1)),
        ("packed by gzip", "csv", gzip.compress(table.encode())),
        ("a workbook", "csv", b"PK\x03\x04\x14\0\6\0" + table.encode()),
        ("UTF-16", "csv", table.encode("utf-16")),
        ("a list as numpy prints it", "csv", table.replace(",100,", ",np.int64(100),")),
        ("targets as tuples", "csv", table.replace("0-1", '"(0, 1)"')),
        ("outcomes in hexadecimal", "json", one.replace('"00"', '"0x0"')),
        ("probabilities for counts", "json", one.replace('"00": ', '"00": 0.')),
        ("one line a circuit", "json", "\n".join(map(json.dumps, results(drawn())))),
        ("strings the other way round", "json", turned_round(drawn())),
        ("a picture", "csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("a web page", "csv", "<!DOCTYPE html><html><body>404</body></html>"),
        ("semicolons", "csv", table.replace(",", ";")),
        ("tabs", "csv", table.replace(",", "\t")),
        ("commas as decimals", "csv", table.replace(",100,", ',"100,0",')),
        ("a row cut off", "csv", table[:-3].rpartition(",")[0]),
        ("a column missing", "csv", table.replace("shots", "shoots")),
        ("a column twice", "csv", table.replace("circuit", "shots")),
        ("negative hits", "csv", "\n".join([*lines, "0-1,2,x,100,-3"])),
        ("hits beyond shots", "csv", "\n".join([*lines, "0-1,2,x,100,101"])),
        ("infinite shots", "csv", "\n".join([*lines, "0-1,2,x,inf,9"])),
        ("digits of another script", "csv", "\n".join([*lines, "0-1,2,x,١٠٠,9"])),
        ("a formula", "csv", "\n".join([*lines, '0-1,2,x,100,"=cmd()"'])),
        ("a cell twice", "csv", "\n".join([*lines, lines[1]])),
        ("ten shots beside a hundred", "csv", "\n".join([*lines, "0-1,2,x,10,9"])),
        ("a million shots beside a hundred", "csv", "\n".join([*lines, "0-1,2,x,1000000,9"])),
        ("a line of 5 MB", "csv", "9" * 5_000_000),
        ("500,000 rows", "csv", "\n".join([HEADER, *(["0-1,1,0,1,1"] * 500_000)])),
        ("40 MB", "csv", b"," * 40_000_000),
        ("open quotes", "csv", "\n".join([*lines, '"0-1,2,x,1,1'])),
        ("a terminal's escapes", "csv", "\n".join([*lines, "\x1b[2J0-1,2,x,1,1"])),
        ("no JSON", "json", "{"),
        ("a number", "json", "7"),
        ("keys twice", "json", '[{"counts": {}, "counts": {}}]'),
        ("100,000 brackets", "json", "[" * 100_000),
        ("NaN", "json", one.replace('"11": ', '"11": NaN, "10": ')),
        ("counts of text", "json", one.replace('"11": ', '"11": "').replace("}}", '"}}')),
        ("no metadata", "json", '[{"counts": {"00": 3}}]'),
        ("a list of nothing", "json", "[]"),
        ("a notebook", "json", '{"cells": [], "nbformat": 4}'),
        ("IonQ without shots", "json", json.dumps(frame)),
        (
            "IonQ, columns as lists",
            "json",
            json.dumps({k: [*v.values()] for k, v in frame.items()}),
        ),
        ("no data set", "txt", "once upon a time"),
        ("a data set of three lines", "txt", as_pygsti(drawn()).replace("(0,1)", "(0,1,2)")),
        ("a data set without remarks", "txt", "{}@(0,1)  00:97 11:3"),
        ("an ending of no program", "xlsx", b"PK\x03\x04" + bytes(100)),
    )


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    first = None
    for name, program, files in forms():
        (one,) = read(program, files).counts
        found = mean(one)
        first = found if first is None else first
        apart = float(np.abs(found / first - 1).max())
        print(f"{name:20} {found[0]:.9g} [{found[1]:.9g}, {found[2]:.9g}]  apart {apart:.1e}")
    told = judged = total = 0
    good = TOML.format(name="good", table="good.csv")
    for name, ending, data in malformed():
        more = TOML.format(name="bad", table=f"bad.{ending}").partition("\n")[2]
        files = {"counts.toml": good + more, "good.csv": as_table(drawn()), f"bad.{ending}": data}
        try:
            found = read("counts", files)
        except QassayError as error:
            print(f"{name}: NOTHING JUDGED: {error}")
            total += 1
            continue
        notes = [x for x in found.notes if x.startswith("Not judged: ")]
        clean = bool(notes) and all(note.isprintable() for note in notes)
        whole = [x.trials.circuits for x in found.counts if x.file == "good.csv"] == [len(drawn())]
        total, told, judged = total + 1, told + clean, judged + whole
        shown = notes[0] if notes else "no sentence"
        print(f"{name}: {shown[:150]}{f' and {len(notes) - 1} more' if notes[1:] else ''}")
    print(f"{total} files: {told} told in printable sentences, {judged} with the good table judged")


if __name__ == "__main__":
    main()
