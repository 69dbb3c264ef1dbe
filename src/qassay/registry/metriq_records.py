"""Records of metriq-data (Unitary Foundation, CC BY 4.0) as figures of a page of the registry.

Of a record of "EPLG" each published length that was really measured becomes a figure. Records of
simulators are refused, and so are values that are no more than rounding errors of a fit, and those
that repeat the last value beyond the chain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from qassay.errors import Problem, RegistryError, quoted
from qassay.reading.strict_json import read_json

_MOST_BYTES: Final = 4 << 20
_LEAST: Final = 1e-6  # below it an EPLG is a rounding error of its fit
_LENGTH: Final = re.compile(r"eplg_(\d{1,4})")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_HOME: Final = "https://github.com/unitaryfoundation/metriq-data"


def metriq_figures(path: str | Path, source: str = "metriq", first: int = 0) -> str:
    """Write the figures of one record, with their source, as TOML for a machine's page.

    Args:
        path: Of the record.
        source: What the source is called on the page.
        first: Number of the first figure.

    Raises:
        RegistryError: No record of metriq-data, one of a simulator, or one without a figure.
    """
    place = Path(path)
    record = _record(place)
    platform = _table(record.get("platform"))
    if _table(platform.get("device_metadata")).get("simulator") is True:
        raise _refusal(place, "a record of a simulator", "one of hardware")
    day = str(record.get("timestamp"))[:10]
    if not _DAY.fullmatch(day):
        raise _refusal(place, "no day in timestamp", "a day such as 2026-01-23")
    figures = _figures(_table(record.get("results")))
    if not figures:
        kind = record.get("job_type")
        raise _refusal(
            place, f"a record of {quoted(kind)} without eplg_N", "one with an error per layer"
        )
    lines = [
        f"[sources.{source}]",
        f"title = {json.dumps(f'metriq-gym benchmark record {place.stem}'[:400])}",
        'publisher = "Unitary Foundation (metriq-data, CC BY 4.0)"',
        f'date = "{day}"',
        f'url = "{_HOME}"',
        "primary = true",
    ]
    for number, (width, value) in enumerate(figures, start=first):
        lines += [
            "",
            "[[figure]]",
            f'id = "f{number}"',
            'metric = "eplg"',
            f"value = {value!r}",
            f"width = {width}",
            'statistic = "single"',
            'method = "layer fidelity (metriq-gym), chain of the tester"',
            'convention = "process_infidelity"',
            'verification = "third_party_benchmark"',
            f'source = "{source}"',
        ]
    return "\n".join(lines) + "\n"


def _record(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal(path, reason, "a record of metriq-data, a JSON file") from None
    if len(data) > _MOST_BYTES:
        raise _refusal(path, "more than 4 MiB", "a record of metriq-data, a JSON file")
    document = read_json(data, path.name, error=RegistryError)
    record = document[0] if isinstance(document, list) and document else document
    if not isinstance(record, dict) or not isinstance(record.get("results"), dict):
        raise _refusal(path, quoted(document), "a record of metriq-data, with results")
    return _table(record)


def _figures(results: Mapping[str, Any]) -> list[tuple[int, float]]:
    lengths = results.get("chain_lengths")
    sound = isinstance(lengths, list) and lengths and all(type(one) is int for one in lengths)
    longest = max(lengths) if sound and isinstance(lengths, list) else 0
    found = []
    for key, value in results.items():
        match = _LENGTH.fullmatch(key)
        if match is None or not isinstance(value, float) or not _LEAST <= value < 0.5:
            continue
        if not longest or int(match[1]) <= longest:
            found.append((int(match[1]), value))
    return sorted(found)


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _refusal(path: Path, found: str, expected: str) -> RegistryError:
    return RegistryError(Problem(where=quoted(path.name, 200), found=found, expected=expected))
