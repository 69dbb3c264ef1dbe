"""Records of metriq-data (Unitary Foundation, CC BY 4.0), written as claim sheets.

A record gives values without counts. Of "EPLG" records (1 - LF^(1/n) of growing chains, the form
without the factor 4/5) each published length that was really measured becomes a claim: the
records repeat the last value for lengths beyond their chain, and hold values that are no more
than rounding errors. The chain itself is not in a record, so its pairs are to be filled in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from qassay.errors import CountsError, Problem, quoted
from qassay.reading.strict_json import read_json

_MOST_BYTES: Final = 4 << 20
_LEAST: Final = 1e-6  # below it a published EPLG is a rounding error of its fit
_LENGTH: Final = re.compile(r"eplg_(\d{1,4})")


def metriq_sheet(path: Path) -> str:
    """Write the sheet of one record.

    Raises:
        CountsError: No record of metriq-data, or none with a figure that can be claimed.
    """
    where = path.name
    expected = "a record of metriq-data, a JSON file"
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CountsError(
            Problem(where=quoted(str(path), 200), found=reason, expected=expected)
        ) from None
    if len(data) > _MOST_BYTES:
        raise CountsError(Problem(where=where, found="more than 4 MiB", expected=expected))
    document = read_json(data, where, error=CountsError)
    record = document[0] if isinstance(document, list) and document else document
    if not isinstance(record, dict) or not isinstance(record.get("results"), dict):
        raise CountsError(
            Problem(where=where, found=quoted(document), expected=f"{expected} with results")
        )
    return _sheet(record, where)


def _sheet(record: Mapping[str, Any], where: str) -> str:
    platform = record["platform"] if isinstance(record.get("platform"), dict) else {}
    metadata = platform.get("device_metadata")
    device, provider = _line(platform.get("device")), _line(platform.get("provider"))
    kind, day = _line(record.get("job_type")), _line(record.get("timestamp"))[:10]
    claims = []
    qubits = metadata.get("num_qubits") if isinstance(metadata, dict) else None
    if type(qubits) is int and 1 <= qubits <= 1_000_000:
        claims.append(f'[[claim]]\nid = "qubits"\nmetric = "qubits"\nvalue = {qubits}\n')
    claims += list(_chains(record["results"]))
    told = [key for key in sorted(record["results"]) if not key.startswith(("eplg_", "chain_"))]
    if not claims:
        raise CountsError(
            Problem(
                where=where,
                found=f"a record of {kind or 'no kind'}, with {', '.join(told)}",
                expected="eplg_N, or the number of qubits",
            )
        )
    dated = f"date = {_text(day)}, " if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else ""
    notes = [f"# {key}: no claim is made of it\n" for key in map(_line, told)]
    return (
        f"# Written from {_line(where)}, a record of metriq-data (CC BY 4.0):\n"
        "# values without counts.\n"
        + "".join(notes)
        + f"\n[sheet]\ntitle = {_text(f'{device or where}, as measured for Metriq')}\n"
        f"vendor = {_text(provider or 'not named')}\nmachine = {_text(device or 'not named')}\n"
        f'source = {{title = "metriq-data", publisher = "Unitary Foundation", {dated}'
        'url = "https://github.com/unitaryfoundation/metriq-data"}\n\n' + "\n".join(claims)
    )


def _chains(results: Mapping[str, Any]) -> list[str]:
    """Write a claim for each published chain length that was measured."""
    lengths = results.get("chain_lengths")
    sound = isinstance(lengths, list) and lengths and all(type(n) is int for n in lengths)
    longest = max(lengths) if sound and isinstance(lengths, list) else 0
    claims = []
    for key in sorted(results, key=lambda name: (len(name), name)):
        match, value = _LENGTH.fullmatch(key), results[key]
        if match is None or not isinstance(value, float) or not _LEAST <= value < 0.5:
            continue
        if longest and int(match[1]) > longest:
            continue
        claims.append(
            f'[[claim]]\nid = "{key}"\nmetric = "eplg"\nconvention = "process_infidelity"\n'
            f'relation = "at most"\nvalue = {value!r}\n'
            f'conditions = {{chain = "the best of {match[1]} qubits, not named by the record"}}\n'
            "# Not tested as it stands: put the chain's pairs here, and take the condition away.\n"
            "#scope = {pairs = [[0, 1], [1, 2]]}\n"
        )
    return claims


def _line(value: Any) -> str:
    """Take a text of the record as one printable line; "" for anything else."""
    text = value if isinstance(value, str) else ""
    return "".join(char if char.isprintable() else "?" for char in text)[:120]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
