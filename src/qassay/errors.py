"""Every exception that qassay raises on purpose, in one tree.

    QassayError                       exit code
    ├── UsageError                        2   the call itself is wrong
    ├── ClaimError                        2   a claim sheet is malformed
    ├── PlanError                         2   nothing sensible can be planned
    ├── CountsError                       2   a file of counts is malformed or contradicts another
    ├── RegistryError                     2   a page of the registry is malformed, or not there
    ├── DeviceError                       5   the device failed
    │   ├── DeviceFileError               2   a machine file is malformed
    │   ├── UnsupportedCircuitError       5   no engine or gate for this circuit
    │   ├── UnavailableError              5   the device cannot be reached
    │   ├── RefusedError                  5   the device will not take it until something is mended
    │   ├── CostLimitError                5   the next job would cost more than is allowed
    │   └── JobLostError                  5   a submitted job has no result
    ├── HostError                        70   the computer that qassay itself runs on failed it
    │   └── WorkerLostError              70   a process that ran batches has ended
    └── EvidenceError                     4   a bundle does not prove what it says
        ├── MalformedError                4   not a bundle, or not readable as one
        ├── TamperedError                 4   a file is not the one that was sealed
        ├── SignatureInvalidError         4   a signature does not verify
        ├── UntrustedKeysError            4   a claim rests on keys that the reader did not pin
        ├── LogBrokenError                4   the log departs from its grammar or its past
        ├── NotReproducedError            4   a number does not follow from the counts
        └── IncompleteError               4   a planned part is missing

An error carries one or more problems; each says where, what was found, what was
expected and what to do, so that a user can mend all mistakes in one go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake, told in one sentence.

    Attributes:
        where: File and place inside it, or the option of the command.
        found: What stands there, quoted and cut to a readable length.
        expected: What should have stood there.
        advice: What to do about it; may be empty.
    """

    where: str
    found: str
    expected: str
    advice: str = ""

    def __str__(self) -> str:
        """Give the sentence: where: found X, expected Y. Advice."""
        sentence = f"{self.where}: found {self.found}, expected {self.expected}"
        return f"{sentence}; {self.advice}" if self.advice else sentence


class QassayError(Exception):
    """Base of all errors; holds the problems and the process exit code."""

    exit_code = 2

    def __init__(self, *problems: Problem | str) -> None:
        """Take problems, or a ready sentence where no place can be named."""
        self.problems: tuple[Problem | str, ...] = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    @classmethod
    def raise_if_any(cls, problems: Iterable[Problem]) -> None:
        """Raise one error that carries all the problems, if there are any."""
        found = tuple(problems)
        if found:
            raise cls(*found)


class UsageError(QassayError):
    """The command or function was called in a way that has no meaning."""


class ClaimError(QassayError):
    """A claim sheet cannot be read as one."""


class PlanError(QassayError):
    """No plan can be made, or a frozen plan was changed."""


class CountsError(QassayError):
    """A file of counts from a laboratory cannot be taken."""


class RegistryError(QassayError):
    """A page of the registry cannot be read as one, or names an unknown machine."""


class DeviceError(QassayError):
    """The device failed, or what it says of itself is impossible."""

    exit_code = 5


class DeviceFileError(DeviceError):
    """A machine file cannot be read as one, or names an unknown machine."""

    exit_code = 2


class UnsupportedCircuitError(DeviceError):
    """The device has no gate or no engine for this circuit."""


class UnrecordedError(UnsupportedCircuitError):
    """A record of other circuits was to be replayed: a slip of the call, and no broken device."""

    exit_code = 2


class UnavailableError(DeviceError):
    """The device cannot be reached now; nothing is lost.

    Attributes:
        maybe_taken: Whether a job that was being sent may have arrived all the same.
    """

    def __init__(self, *problems: Problem | str, maybe_taken: bool = False) -> None:
        """Take problems."""
        super().__init__(*problems)
        self.maybe_taken = maybe_taken


class RefusedError(DeviceError):
    """The device refuses, and will until somebody mends it: a token, a right, a circuit."""


class CostLimitError(DeviceError):
    """The next job would pass the limit on what a run may cost; it was not sent."""


class JobLostError(DeviceError):
    """A job was submitted and no result will come."""


class HostError(QassayError):
    """The computer that qassay runs on failed it: its disk, its memory, its other processes."""

    exit_code = 70


class WorkerLostError(HostError):
    """A process in which batches ran was ended from outside."""


class EvidenceError(QassayError):
    """A bundle does not prove what it says."""

    exit_code = 4


class MalformedError(EvidenceError):
    """Not a bundle, or a file in it cannot be read."""


class TamperedError(EvidenceError):
    """A file is not the one that was sealed."""


class SignatureInvalidError(EvidenceError):
    """A signature does not verify under the trusted keys."""


class UntrustedKeysError(EvidenceError):
    """Everything follows, but from signatures of keys that the reader has not pinned."""


class LogBrokenError(EvidenceError):
    """An entry that may not stand there, or a head that is not the head of this log."""


class NotReproducedError(EvidenceError):
    """A circuit, estimate or verdict does not follow from the counts."""


class IncompleteError(EvidenceError):
    """A planned batch has no end, or a required file is missing."""


def setup_words(extra: str) -> str:
    """Say how an optional library comes into this installation.

    Args:
        extra: Of pyproject.toml.
    """
    return f"`python3 dev.py setup --with {extra}` in the folder of qassay installs it"


class NotAuditableError(QassayError):
    """The evidence would not pass its own audit; nothing was closed."""

    exit_code = 6


def quoted(value: object, limit: int = 60) -> str:
    """Show a value found in an input, on one printable line and cut to `limit` characters."""
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "?" for char in text)


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """Suggest the closest of the options, or ""."""
    from difflib import get_close_matches  # for mistakes alone

    close = get_close_matches(word[:60].lower(), list(options), n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else ""
