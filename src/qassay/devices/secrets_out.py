"""Words of somebody else's software, without tokens and addresses, before they are kept.

Messages of a provider end up in the journal, in the bundle and on the page, which strangers read.
Ids of jobs stay: they are what a stranger asks the provider about.
"""

from __future__ import annotations

import os
import re
from typing import Final

LEFT_OUT: Final = "(left out)"
_LONGEST: Final = 300
_WORDS: Final = r"token|api[_-]?key|apikey|secret|password|passwd|authorization|access[_-]?key|crn"
_NAMED: Final = re.compile(_WORDS, re.IGNORECASE)
_PLACES: Final = (
    re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE),  # addresses, with all behind them
    re.compile(r"\bcrn:v\d\S*", re.IGNORECASE),
    re.compile(r"\beyJ[\w-]{4,}(?:\.[\w-]*)*"),  # JSON web tokens
    re.compile(r"\bAKIA[0-9A-Z]{12,}"),
    re.compile(r"\b[A-Za-z0-9_+/=-]{44,}"),  # longer than any id of a job
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
)
_VALUE: Final = re.compile(
    rf"([\w-]*(?:{_WORDS})[\w-]*[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic)\s+)?)[^\s\"',;)}}]+",
    re.IGNORECASE,
)
_BEARER: Final = re.compile(r"\b((?:bearer|basic|apikey)\s+)[\w.+/=-]{8,}", re.IGNORECASE)


def without_secrets(text: str) -> str:
    """Take out what a stranger may not read, on one line and cut to a readable length.

    Left out are addresses, values of whatever is called a token, key or password, tokens by their
    form, and the values of all environment variables with such a name.
    """
    told = " ".join(str(text).split())
    for name, value in os.environ.items():
        if len(value) >= 8 and _NAMED.search(name):
            told = told.replace(value, LEFT_OUT)
    told = _VALUE.sub(rf"\g<1>{LEFT_OUT}", told)
    told = _BEARER.sub(rf"\g<1>{LEFT_OUT}", told)
    for place in _PLACES:
        told = place.sub(LEFT_OUT, told)
    return told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"
