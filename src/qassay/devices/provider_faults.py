"""Which kind of fault an exception of a provider's library is: each wants another answer.

Permanent (a wrong token, an unknown gate): stop. Passing (a service that is down, a poll that
failed): wait and ask again; nothing is lost, and nothing may be bought again. Lost: the provider
says that the job failed, was cancelled or is not known. What cannot be told is taken as permanent
while a job is sent, since nothing is out then, and as passing while its answer is awaited, since
the job has been paid for.
"""

from __future__ import annotations

import re
from typing import Any, Final

from qassay.devices.secrets_out import without_secrets
from qassay.errors import DeviceError, JobLostError, RefusedError, UnavailableError

_STATUS: Final = re.compile(
    r"(?:^|\bstatus\b|\bcode\b|\berror\b|\bhttp\S*)[\s:=(\[]*([45]\d\d)\b", re.IGNORECASE
)
_BARRED: Final = re.compile(
    r"unauthori[sz]ed|not authori[sz]ed|forbidden|authenticat|access denied|permission denied"
    r"|(?:invalid|wrong|bad|expired|missing) (?:api )?(?:token|key|credential)"
    r"|(?:token|key|credentials?) (?:is |are |has |have )?(?:invalid|expired|wrong|missing)",
    re.IGNORECASE,
)
_LOST: Final = re.compile(
    r"(?:no such|unknown) job|job\b.{0,80}\b(?:not found|does not exist|deleted|failed"
    r"|cancell?ed)",
    re.IGNORECASE,
)
_PASSING: Final = re.compile(
    r"unavailable|timed? ?out|temporar|connection|too many|rate limit|try again|network"
    r"|name resolution|queue is full|maintenance|pending jobs",
    re.IGNORECASE,
)
_BARRED_CODES: Final = frozenset({401, 402, 403, 407, 451})
_PASSING_CODES: Final = frozenset({408, 423, 425, 429, *range(500, 600)})
_GONE_CODES: Final = frozenset({404, 410})
_ANSWERED: Final = frozenset({429, 503})  # the service has said that it took nothing


def sorted_fault(error: BaseException, what: str, *, sending: bool) -> DeviceError:
    """Make the error that says what is to be done about an exception.

    Args:
        error: Of a provider's library.
        what: What was tried, for the sentence.
        sending: Whether a job was being sent; else its answer was awaited.

    Returns:
        RefusedError (stop), UnavailableError (wait; `maybe_taken` where a job that was being sent
        may have arrived), or JobLostError.
    """
    code = _status(error)
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    text = str(error)
    said = f"{what}: {type(error).__name__}" + (f": {without_secrets(text)}" if text else "")
    gone = code in _GONE_CODES or (code is None and _LOST.search(text) is not None)
    if code in _BARRED_CODES or "PermissionError" in kinds or "Authenti" in kinds:
        return RefusedError(said)
    if code is None and _BARRED.search(text):
        return RefusedError(said)
    if gone:
        return RefusedError(said) if sending else JobLostError(said)
    weak = any(word in kinds for word in ("Timeout", "Connection", "Network", "Unavailable"))
    if code in _PASSING_CODES or (code is None and (weak or _PASSING.search(text))):
        refused = code in _ANSWERED or "ConnectionRefused" in kinds
        return UnavailableError(said, maybe_taken=sending and not refused)
    if sending or code is not None:  # a request that the service calls wrong stays wrong
        return RefusedError(said)
    return UnavailableError(said)


def _status(error: BaseException) -> int | None:
    """Find the number by which a service answers, in the exception or in what it came from."""
    seen: BaseException | None = error
    for _ in range(5):
        if seen is None:
            break
        response: Any = getattr(seen, "response", None)
        for owner, name in (
            (seen, "status_code"),
            (seen, "code"),
            (seen, "http_status"),
            (response, "status_code"),
            (response, "status"),
        ):
            value = getattr(owner, name, None)
            if isinstance(value, int) and 400 <= value < 600:
                return value
        found = _STATUS.search(str(seen))
        if found:
            return int(found[1])
        seen = seen.__cause__ or seen.__context__
    return None
