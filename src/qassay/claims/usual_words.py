"""Other spellings of the words of a claim sheet, where their meaning is unmistakable."""

from __future__ import annotations

from typing import Final

# Key of the claim -> other spelling -> the sheet's own word.
WORDS: Final[dict[str, dict[str, str]]] = {
    "relation": {
        **dict.fromkeys(
            (
                "<=",
                "≤",
                "=<",
                "<",
                "at_most",
                "no more than",
                "not more than",
                "up to",
                "max",
                "maximum",
                "below",
                "less than",
            ),
            "at most",
        ),
        **dict.fromkeys(
            (
                ">=",
                "≥",
                "=>",
                ">",
                "at_least",
                "no less than",
                "not less than",
                "min",
                "minimum",
                "above",
                "more than",
                "exceeds",
            ),
            "at least",
        ),
    },
    "statistic": {
        **dict.fromkeys(("average", "avg", "arithmetic mean", "mean value"), "mean"),
        **dict.fromkeys(("med", "50 %", "p50"), "median"),
        **dict.fromkeys(("each", "all", "worst", "worst case", "any"), "every"),
        **dict.fromkeys(("best case", "record", "hero"), "best"),
    },
    "convention": {
        **dict.fromkeys(
            (
                "average",
                "average_infidelity",
                "average gate infidelity",
                "average gate fidelity",
                "average_gate_fidelity",
                "average_gate_error",
                "agi",
            ),
            "average_gate_infidelity",
        ),
        **dict.fromkeys(
            (
                "process",
                "process infidelity",
                "process fidelity",
                "process_fidelity",
                "entanglement_infidelity",
                "entanglement_fidelity",
                "entanglement infidelity",
            ),
            "process_infidelity",
        ),
        **dict.fromkeys(("pauli", "pauli error", "total_pauli_error"), "pauli_error"),
        **dict.fromkeys(
            ("not stated", "not_stated", "unknown", "none", "not said", "?"), "unstated"
        ),
    },
}

_ADVICE: Final[dict[str, dict[str, str]]] = {
    "relation": dict.fromkeys(
        ("=", "==", "equal", "exactly", "is", "about", "~", "approx", "±"),
        "a claim is a limit: say on which side of the figure the machine is",
    ),
    "statistic": {
        **dict.fromkeys(
            ("typical", "usual", "nominal", "representative"),
            'a typical value is a median or a mean: say which, "median" promises less',
        ),
        **dict.fromkeys(
            ("max", "min", "maximum", "minimum"),
            'write "every" for the worst member, "best" for the best',
        ),
    },
}

# Keys that people try -> what to write.
KEYS: Final[dict[str, str]] = {
    "error": 'write value = "0.5 %"',
    "infidelity": 'write value = "0.5 %"',
    "figure": 'write value = "..."',
    "threshold": 'write value = "..."',
    "limit": 'write value = "..."; the tolerance of the decision is delta',
    "target": 'write value = "..."',
    "tolerance": "write delta = 0.25, a fraction of the value",
    "uncertainty": 'write it into the value: "2.9(5)e-5"',
    "error_bar": 'write it into the value: "2.9(5)e-5"',
    "unit": 'write it into the value: "30 us"',
    "units": 'write it into the value: "30 us"',
    "name": 'write id = "..."',
    "qubits": "write scope = {qubits = [0, 1]}",
    "pairs": "write scope = {pairs = [[0, 1]]}",
    "condition": "write conditions = {simultaneous = true}",
    "simultaneous": "write conditions = {simultaneous = true}",
    "depth": "write conditions = {depth = 8}",
    "gate_time": 'write conditions = {gate_time = "200 ns"}',
    "aggregate": 'write statistic = "mean"',
    "type": 'write metric = "..."',
    "url": 'write source = {url = "..."} under [sheet]',
    "claims": "write each claim as a table of its own, [[claim]]",
}


def understood(key: str, word: str) -> str | None:
    """Give the sheet's own word for another spelling, or None."""
    known = WORDS.get(key, {})
    plain = " ".join(word[:60].split()).lower()
    return known.get(plain) or known.get(plain.replace("_", " "))


def advice(key: str, word: str) -> str:
    """Say what to write where a word is known and ambiguous, or ""."""
    return _ADVICE.get(key, {}).get(" ".join(word[:60].split()).lower(), "")
