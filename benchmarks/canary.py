"""The canary at the file door: how many circuits it takes, and how often a good file is refused.

    python3 dev.py bench canary

For registers of some sizes and machines of some error a bit, prints the share of 200 files with
reversed bits that are told after 10, 30, 100 and 300 circuits, and the share of files in the right
order that are refused.
"""

from __future__ import annotations

import numpy as np

from qassay.exchange.bit_order import other_order

_FILES = 200


def shares(qubits: int, circuits: int, error: float, seed: int) -> tuple[float, float]:
    """Give the shares of reversed files that are told, and of right ones that are refused."""
    rng = np.random.default_rng(seed)
    told = refused = 0
    for _ in range(_FILES):
        expected = rng.integers(0, 2, (circuits, qubits), dtype=np.uint8)
        found = (expected ^ (rng.random((circuits, qubits)) < error)).astype(float)
        told += bool(other_order(expected, found[:, ::-1]))
        refused += bool(other_order(expected, found))
    return told / _FILES, refused / _FILES


def main() -> None:
    """Print the table."""
    print("qubits  error  circuits  reversed told  right refused")
    for qubits in (2, 5, 20, 50):
        for error in (0.01, 0.2, 0.4):
            for circuits in (10, 30, 100, 300):
                told, refused = shares(qubits, circuits, error, 1)
                print(f"{qubits:6}  {error:5.2f}  {circuits:8}  {told:13.1%}  {refused:13.1%}")


if __name__ == "__main__":
    main()
