"""Rows of plain values as files that other programs read: CSV and Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qassay.errors import UnavailableError, setup_words


def csv_of_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows as CSV (RFC 4180) with a header; an absent value is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_parquet(rows: Sequence[Mapping[str, Any]], path: str | Path) -> None:
    """Write rows as a Parquet file.

    Raises:
        UnavailableError: pyarrow is not installed.
    """
    try:
        import pyarrow  # type: ignore[import-not-found,unused-ignore]
        from pyarrow import parquet
    except ImportError:
        raise UnavailableError(
            f"Parquet files need pyarrow, which is not installed; {setup_words('parquet')};"
            " `--csv` needs nothing"
        ) from None
    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), str(path))
