"""From what a Qiskit job gives back to outcomes in which column q is qubit q."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from qassay.errors import JobLostError

Bits = npt.NDArray[np.uint8]
SORTED = "the backend gives counts without single shots: shots of one circuit stand in sorted order"


def read_result(
    result: Any, names: Sequence[str], shots: int, qubits: int
) -> tuple[Bits, tuple[str, ...]]:
    """Read the result of a job, of `backend.run` or of a SamplerV2.

    Args:
        result: The result.
        names: Names of the circuits that were sent, in order.
        shots: Shots of each.
        qubits: Bits of each shot.

    Returns:
        Outcomes (circuits, shots, qubits), and notes.

    Raises:
        JobLostError: It is not one whole answer to these circuits: nothing of it is used.
    """
    sampled = not hasattr(result, "results")
    parts = list(result) if sampled else list(result.results)
    if len(parts) != len(names):
        raise JobLostError(f"found results of {len(parts)} circuits, expected {len(names)}")
    if not sampled:
        if not getattr(result, "success", True):
            raise JobLostError(f"the backend says the job failed: {result.status}")
        parts = _in_order(parts, names)
    outcomes = np.empty((len(names), shots, qubits), dtype=np.uint8)
    notes: set[str] = set()
    for index, part in enumerate(parts):
        found, note = _sampled(part, qubits) if sampled else _returned(part, qubits)
        if found.shape[0] != shots:
            raise JobLostError(f"{names[index]}: found {found.shape[0]} shots, expected {shots}")
        outcomes[index] = found
        notes |= {note} - {""}
    return outcomes, tuple(sorted(notes))


def _in_order(parts: list[Any], names: Sequence[str]) -> list[Any]:
    """Put results into the order of the circuits by name, where the backend keeps names."""
    headers = [getattr(part, "header", None) or {} for part in parts]
    said = [h.get("name") if isinstance(h, dict) else getattr(h, "name", None) for h in headers]
    if any(name is None for name in said):
        return parts
    by_name = dict(zip(said, parts, strict=True))
    if len(by_name) < len(parts) or not set(said) <= set(names):
        raise JobLostError("the backend gave results twice, or of circuits that were not sent")
    return [by_name[name] for name in names]


def _returned(part: Any, qubits: int) -> tuple[Bits, str]:
    """Read one experiment of a `Result`: memory, else counts; both in hexadecimal."""
    if not getattr(part, "success", True):
        raise JobLostError(f"the backend says a circuit failed: {getattr(part, 'status', '')}")
    memory = getattr(part.data, "memory", None)
    if memory is not None:
        return _bits([str(entry) for entry in memory], qubits), ""
    counts = getattr(part.data, "counts", None)
    if not counts:
        raise JobLostError("the backend gave neither memory nor counts")
    entries = [str(key) for key in sorted(counts) for _ in range(int(counts[key]))]
    return _bits(entries, qubits), SORTED if len(entries) > 1 else ""


def _bits(entries: list[str], qubits: int) -> Bits:
    """Turn texts, hexadecimal "0x5" or binary "101", into bits, lowest bit first."""
    room = -(-qubits // 8)
    try:
        whole = b"".join(
            int(x, 16 if x.startswith("0x") else 2).to_bytes(room, "little")
            for x in (entry.replace(" ", "") for entry in entries)
        )
    except (ValueError, OverflowError) as error:
        raise JobLostError(f"found outcomes that are not {qubits} bits: {error}") from error
    packed = np.frombuffer(whole, dtype=np.uint8).reshape(len(entries), room)
    unpacked = np.unpackbits(packed, axis=1, bitorder="little")
    if unpacked[:, qubits:].any():
        raise JobLostError(f"found outcomes of more than {qubits} bits")
    return unpacked[:, :qubits]


def _sampled(part: Any, qubits: int) -> tuple[Bits, str]:
    """Read one result of a SamplerV2, register `c`."""
    bits = getattr(part.data, "c", None)
    if bits is None or bits.num_bits != qubits:
        raise JobLostError(f"the sampler gave no register c of {qubits} bits")
    return bits.to_bool_array(order="little").reshape(-1, qubits).astype(np.uint8), ""
