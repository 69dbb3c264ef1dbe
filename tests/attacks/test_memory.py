"""Hostile documents in little memory: what a bundle can hold at the most, in a fresh process.

Memory is bounded by refusing too many values before anything is parsed; how long each file takes is
printed by `python benchmarks/hostile_files.py`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from qassay.errors import MalformedError
from qassay.evidence.archive import archive_bytes, read_archive, write_archive
from qassay.evidence.bundle import MANIFEST, Bundle
from qassay.numerals import numeral
from qassay.reading.limits import ALL_EVIDENCE_VALUES, EVIDENCE
from qassay.reading.strict_json import read_json, values_in

AUDIT = """
import re, sys
from pathlib import Path
from qassay.auditing.audit import audit_bundle
failed = audit_bundle(Path(sys.argv[1])).failed
# Not ru_maxrss: that of a child begins with what its parent held when it was forked.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(int(peak[1]) / 1024, failed)
"""
LIMIT = 256  # MiB, of the whole process
FILLS = {"lists": b"[],", "objects": b'{"a":1},', "numbers": b"1.5,", "texts": b'"ab",'}
COUNTS = "batches/readout/0000/counts.json"


def full(fill):
    """The most values of a kind that a document may hold."""
    times = EVIDENCE.values // values_in(fill) - 2
    return b"[" + fill * times + b"1]"


def audited(path):
    out = subprocess.run(
        [sys.executable, "-c", AUDIT, path], capture_output=True, text=True, check=True
    ).stdout.split()
    return float(out[0]), out[1]


pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc"
)


@pytest.fixture
def files(sealed):
    return {n: d for n, d in read_archive(sealed["run"]).items() if n != MANIFEST}


@pytest.mark.parametrize(
    "fill",
    [
        "objects",  # the costliest
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("lists", "numbers", "texts")),
    ],
)
def test_the_fullest_documents(files, tmp_path, fill):
    path = tmp_path / "huge.zip"
    Bundle(files | {COUNTS: full(FILLS[fill])}).save(path)
    memory, check = audited(path)
    assert check == "counts"
    assert memory < LIMIT


@pytest.mark.parametrize(
    "size",
    [EVIDENCE.values // 4 - 10, pytest.param(EVIDENCE.size // 48, marks=pytest.mark.slow)],
)
def test_a_full_manifest_is_refused_before_it_is_parsed(files, tmp_path, size):
    path = tmp_path / "huge.zip"
    entry = b'{"bytes":1,"path":"a","sha256":"0"},'
    manifest = b'{"files":[' + entry * size + b'{}],"qassay_bundle":2}'
    path.write_bytes(archive_bytes({**files, MANIFEST: manifest}))
    memory, check = audited(path)
    assert check == "seals"
    assert memory < LIMIT


def test_many_full_documents_are_too_many(files, tmp_path):
    path = tmp_path / "huge.zip"
    more = {f"batches/readout/{k:04d}/counts.json": full(FILLS["objects"]) for k in range(5)}
    Bundle(files | more).save(path)
    assert sum(map(values_in, more.values())) > ALL_EVIDENCE_VALUES
    memory, check = audited(path)
    assert check == "documents"
    assert memory < LIMIT


@pytest.mark.parametrize("fill", FILLS)
def test_the_limit_on_values_is_met_without_parsing(fill, monkeypatch):
    monkeypatch.setattr("json.JSONDecoder.decode", None)
    one = FILLS[fill]
    with pytest.raises(MalformedError, match=f"at most {numeral(EVIDENCE.values)}"):
        read_json(b"[" + one * (EVIDENCE.values // values_in(one) + 1) + b"1]", "x")


def test_a_document_beyond_the_limit(files, tmp_path):
    path = tmp_path / "huge.zip"
    Bundle(files | {COUNTS: b" " * (EVIDENCE.size + 1)}).save(path)
    assert path.stat().st_size > EVIDENCE.size
    assert read_archive(path)
    write_archive(path, read_archive(path))
