"""Hostile documents in little memory: what a bundle can hold at the most, in a fresh process."""

import subprocess
import sys

import pytest

from qassay.evidence.archive import read_archive, write_archive
from qassay.evidence.bundle import MANIFEST, Bundle
from qassay.evidence.strict_json import MAX_BYTES

AUDIT = """
import resource, sys, time
from pathlib import Path
from qassay.auditing.audit import audit_bundle
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, begun = peak(), time.process_time()
failure = audit_bundle(Path(sys.argv[1])).failure
print(peak() - before, time.process_time() - begun, failure is not None)
"""
FILLS = {"lists": b"[],", "tables": b"{},", "numbers": b"1,", "texts": b'"a",'}


@pytest.mark.parametrize("fill", FILLS)
def test_the_largest_documents(sealed, tmp_path, fill):
    members = read_archive(sealed["run"])
    files = {name: data for name, data in members.items() if name != MANIFEST}
    times = (MAX_BYTES - 4) // len(FILLS[fill])
    huge = b"[" + FILLS[fill] * times + b"1]"
    path = tmp_path / "huge.zip"
    Bundle(files | {"batches/readout/0000/counts.json": huge}).save(path)
    out = subprocess.run([sys.executable, "-c", AUDIT, path], capture_output=True, text=True,
                         check=True).stdout.split()  # fmt: skip
    memory, seconds, refused = float(out[0]), float(out[1]), out[2] == "True"
    assert refused
    assert memory < 256
    assert seconds < 10  # two on a quiet machine


def test_a_document_beyond_the_limit(sealed, tmp_path):
    members = read_archive(sealed["run"])
    files = {name: data for name, data in members.items() if name != MANIFEST}
    path = tmp_path / "huge.zip"
    Bundle(files | {"batches/readout/0000/counts.json": b" " * (MAX_BYTES + 1)}).save(path)
    assert path.stat().st_size > MAX_BYTES
    assert read_archive(path)
    write_archive(path, read_archive(path))
