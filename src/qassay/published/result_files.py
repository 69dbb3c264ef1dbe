"""Results as other programs save them, brought to a list of circuits with their counts.

Known are Qiskit's `Result.to_dict()` (bits in hexadecimal, metadata of each circuit in its header),
sampler results that qiskit-ibm-runtime's `RuntimeEncoder` has written (arrays of packed bits), and
bits of single shots by measurement key, as IQM's client gives them. What a circuit was stands in
its metadata, which all of them carry along.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.errors import quoted
from qassay.published.counts import malformed

_MOST_BYTES: Final = 32 << 20
_MOST_BITS: Final = 4000
_HEX: Final = re.compile(r"0x[0-9a-fA-F]{1,1000}")
_IQM_KEY: Final = re.compile(r"\w{1,40}_\d{1,4}_(\d{1,4})_(\d{1,4})", re.ASCII)


def circuits_in(document: Any, where: str) -> Iterator[tuple[str, Any]]:
    """Give each circuit of a document, with its place.

    Args:
        document: What stands in the file: a list of circuits, or one of the forms above.
        where: What messages call it.

    Raises:
        MalformedError: No such document.
    """
    listed: Any = None
    if isinstance(document, list):
        listed = document
    elif isinstance(document, dict) and document.get("__type__") == "PrimitiveResult":
        listed = _inside(document, "PrimitiveResult", where).get("pub_results")
    elif isinstance(document, dict) and isinstance(document.get("results"), list):
        listed = document["results"]
    if not isinstance(listed, list) or not listed:
        expected = "a list of {metadata, counts}, or a result that Qiskit has written"
        raise malformed(where, quoted(document), expected)
    for number, one in enumerate(listed):
        yield f"{where}, [{number}]", one


def circuit_counts(one: Any, where: str) -> Any:
    """Bring one circuit to `{"metadata": ..., "counts": ...}`, whatever program wrote it.

    Raises:
        MalformedError: Its counts cannot be read.
    """
    if not isinstance(one, dict):
        return one
    if one.get("__type__") == "SamplerPubResult":
        return _of_pub(_inside(one, "SamplerPubResult", where), where)
    if "measurements" in one:
        return {
            "metadata": one.get("metadata"),
            "counts": _of_bits(_measured(one["measurements"], where)),
        }
    if "data" in one and "header" in one:
        return _of_experiment(one, where)
    return one


def _of_experiment(one: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Read a circuit of `Result.to_dict()`: counts by hexadecimal numbers."""
    if one.get("success") is False:
        raise malformed(where, quoted(one.get("status")), "a circuit that was run")
    header, data = one["header"], one["data"]
    bits = header.get("memory_slots") if isinstance(header, dict) else None
    counts = data.get("counts") if isinstance(data, dict) else None
    if not isinstance(counts, dict) or not counts:
        raise malformed(f"{where}, data", quoted(data), "counts")
    if type(bits) is not int or not 1 <= bits <= _MOST_BITS:
        raise malformed(f"{where}, header, memory_slots", quoted(bits), f"1 to {_MOST_BITS}")
    found: dict[str, Any] = {}
    for name, count in counts.items():
        if _HEX.fullmatch(name) is None or int(name, 16) >> bits:
            raise malformed(f"{where}, counts", quoted(name), f"0x and a number of {bits} bits")
        outcome = f"{int(name, 16):0{bits}b}"
        if outcome in found:
            raise malformed(f"{where}, counts", f"{quoted(name)} once more", "each outcome once")
        found[outcome] = count
    return {"metadata": header.get("metadata"), "counts": found}


def _of_pub(one: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Read one result of a sampler."""
    about = one.get("metadata")
    metadata = about.get("circuit_metadata") if isinstance(about, dict) else None
    fields = _inside(one.get("data"), "DataBin", f"{where}, data").get("fields")
    if not isinstance(fields, dict) or len(fields) != 1:
        found = f"{len(fields)} registers" if isinstance(fields, dict) else quoted(fields)
        raise malformed(f"{where}, data", found, "one register of bits")
    (name,) = fields
    place = f"{where}, data, {name[:40]}"
    array = _inside(fields[name], "BitArray", place)
    bits = array.get("num_bits")
    packed = _array(array.get("array"), place)
    if type(bits) is not int or not 1 <= bits <= _MOST_BITS:
        raise malformed(f"{place}, num_bits", quoted(bits), f"1 to {_MOST_BITS}")
    if packed.dtype != np.uint8 or packed.ndim != 2 or packed.shape[1] != -(-bits // 8):
        raise malformed(place, f"{packed.dtype} of shape {packed.shape}", "shots of packed bits")
    shots = np.unpackbits(packed, axis=1)[:, -bits:]  # the first bit rightmost, as counts have it
    return {"metadata": metadata, "counts": _of_bits(shots)}


def _inside(value: Any, kind: str, where: str) -> Mapping[str, Any]:
    """Open what `RuntimeEncoder` has wrapped."""
    wrapped = isinstance(value, dict) and value.get("__type__") == kind
    inside = value.get("__value__") if wrapped else None
    if not isinstance(inside, dict):
        raise malformed(where, quoted(value), f"a {kind}")
    return inside


def _array(value: Any, where: str) -> npt.NDArray[Any]:
    """Read an array: numpy's own format, compressed, in base 64; never an object."""
    text = value.get("__value__") if isinstance(value, dict) else None
    if not isinstance(text, str) or value.get("__type__") != "ndarray":
        raise malformed(where, quoted(value), "an ndarray")
    try:
        squeezed = zlib.decompressobj()
        data = squeezed.decompress(base64.b64decode(text, validate=True), _MOST_BYTES)
        if squeezed.unconsumed_tail:
            raise malformed(where, f"more than {_MOST_BYTES} bytes", "an array that fits")
        return np.asarray(np.lib.format.read_array(io.BytesIO(data), allow_pickle=False))
    except (binascii.Error, zlib.error, ValueError, EOFError, SyntaxError, MemoryError) as error:
        raise malformed(where, f"no array ({type(error).__name__})", "an array of numpy") from None


def _measured(keys: Any, where: str) -> npt.NDArray[np.uint8]:
    """Join the bits of measurement keys, as counts have them: the first bit rightmost."""
    if not isinstance(keys, dict) or not keys:
        raise malformed(f"{where}, measurements", quoted(keys), "bits of each shot by key")
    named = {name: _IQM_KEY.fullmatch(name) for name in keys}
    if len(keys) > 1 and not all(named.values()):
        raise malformed(
            f"{where}, measurements",
            f"the keys {', '.join(sorted(keys))[:60]}",
            "one key, or keys such as c_2_0_1 (register, its size, its place, the bit)",
        )
    order = sorted(
        keys, key=lambda name: tuple(map(int, m.groups())) if (m := named[name]) else (0, 0)
    )
    columns = []
    for name in order:
        rows = keys[name]
        sound = isinstance(rows, list) and rows and all(isinstance(row, list) for row in rows)
        width = len(rows[0]) if sound else 0
        if not width or any(
            len(row) != width or not all(type(bit) in (int, bool) and bit in (0, 1) for bit in row)
            for row in rows
        ):
            raise malformed(f"{where}, measurements, {name[:40]}", quoted(rows), "lists of bits")
        columns.append(np.array(rows, dtype=np.uint8))
    if len({column.shape[0] for column in columns}) != 1:
        raise malformed(f"{where}, measurements", "keys of unlike shots", "as many of each key")
    return np.asarray(np.concatenate(columns, axis=1)[:, ::-1])


def _of_bits(shots: npt.NDArray[np.uint8]) -> dict[str, int]:
    """Count strings, each shot a row."""
    strings, counts = np.unique(shots, axis=0, return_counts=True)
    return {
        "".join("01"[bit] for bit in row): int(count)
        for row, count in zip(strings.tolist(), counts, strict=True)
    }
