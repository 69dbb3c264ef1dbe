"""A laboratory's own table of readout: `qubit,shots,wrong` a line, in a file readout.csv."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from qassay.errors import Problem, UsageError
from qassay.published.counts import PublishedCounts, PublishedFolder
from qassay.statistics.trials import Trials


def read_folder(folder: Path) -> PublishedFolder:
    """Read the table.

    Raises:
        UsageError: There is none, or a line is no count.
    """
    path = folder / "readout.csv"
    if not path.is_file():
        raise UsageError(Problem(where=str(folder), found="no readout.csv", expected="the table"))
    data = path.read_bytes()
    try:
        rows = [tuple(map(int, line.split(","))) for line in data.decode().split("\n")[1:] if line]
        qubits, shots, wrong = zip(*rows, strict=True)
    except ValueError:
        raise UsageError(
            Problem(where=str(path), found="another line", expected="qubit,shots,wrong")
        ) from None
    trials = Trials(
        lengths=np.array([0.0]),
        arms=np.zeros(1, dtype=np.intp),
        hits=np.array([wrong], dtype=np.int64),
        shots=min(shots),
    )
    one = PublishedCounts(
        protocol="published_readout",
        quantity="readout_error",
        targets=tuple((qubit,) for qubit in qubits),
        trials=trials,
        file="readout.csv",
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return PublishedFolder(counts=(one,), machine="lab")
