"""Strings of single shots that the maker published: how many bits of a shot were wrong at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qassay.protocols.interface import Target
from qassay.statistics.trials import Trials

RAW = ("raw_data", "raw data")
EXPECTED = "expected_output"


def wrong_bits(
    document: Mapping[str, Any], targets: tuple[Target, ...], trials: Trials
) -> tuple[int, ...] | None:
    """Count the shots by their number of wrong bits.

    Which bit of a string is which qubit is not said: the order is taken in which the strings give
    the totals of every qubit.

    Args:
        document: The file, with strings and expected bits by circuit.
        targets: The qubits.
        trials: Their wrong shots.

    Returns:
        Shots with 0, 1, ... wrong bits; None where there are no strings, or others.
    """
    raw = next((document[key] for key in RAW if isinstance(document.get(key), dict)), None)
    expected = document.get(EXPECTED)
    if raw is None or not isinstance(expected, dict):
        return None
    right = {_name(key): value for key, value in expected.items()}
    totals = trials.hits.sum(axis=0).tolist()
    for step in (1, -1):
        shots = [0] * (len(targets) + 1)
        wrong = [0] * len(targets)
        for name, under in raw.items():
            strings = under.get("c") if isinstance(under, dict) else under
            bits = right.get(_name(name))
            if not isinstance(strings, list) or not isinstance(bits, dict):
                return None
            ideal = [bits.get(str(qubit)) for (qubit,) in targets]
            for string in strings:
                if not isinstance(string, str) or len(string) != len(targets):
                    return None
                missed = [a != b for a, b in zip(string[::step], ideal, strict=True)]
                shots[sum(missed)] += 1
                wrong = [n + m for n, m in zip(wrong, missed, strict=True)]
        if wrong == totals and sum(shots) == int(trials.totals()[1].sum()):
            return tuple(shots)
    return None


def _name(key: str) -> str:
    """Name a circuit alike in both tables: "SPAM: (0, 1)" and "SPAM (0, 1)"."""
    return re.sub(r"[:\s]", "", key[:200])
