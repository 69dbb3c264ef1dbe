"""Jobs of a Qiskit backend: found again after a restart, waited for, cancelled when it is too late.

Providers differ in how a job is found: by their service, by the backend or its provider, or by
restoring it. What a poll ends with is sorted by `qassay.devices.provider_faults`: a failed poll
is no lost job.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from qassay.devices.provider_faults import sorted_fault
from qassay.errors import JobLostError, QassayError, UnavailableError

_FIRST_POLL, _LONGEST_POLL = 0.002, 5.0  # seconds, growing by half each time
_FAILED: Final = ("error", "failed", "fail", "cancelled", "canceled")


class BackendJobs:
    """The jobs that one backend has taken."""

    def __init__(self, backend: Any, name: str, timeout_seconds: float) -> None:
        """Take a backend.

        Args:
            backend: A BackendV2.
            name: What messages call it.
            timeout_seconds: A job that takes longer is cancelled.
        """
        self._backend, self._name, self._timeout = backend, name, timeout_seconds
        self._jobs: dict[str, Any] = {}
        self._since: dict[str, float] = {}

    def add(self, job: Any) -> str:
        """Take a job that was sent; gives its id."""
        key = str(job.job_id())
        self._jobs[key] = job
        return key

    def result(self, key: str) -> Any:
        """Wait for a job and give its result.

        Raises:
            JobLostError: It failed, was cancelled, or is unknown.
            UnavailableError: The provider cannot be asked now, or a job that took too long could
                not be cancelled: it is still out.
            RefusedError: The provider refuses to answer.
        """
        try:
            return self._result(key)
        except QassayError:
            raise
        except Exception as error:  # each provider has exceptions of its own
            self._jobs.pop(key, None)  # a job object may keep a broken connection
            raise sorted_fault(error, f"{self._name}: job {key}", sending=False) from error

    def _result(self, key: str) -> Any:
        if key not in self._jobs:
            self._jobs[key] = self._found(key)
        job = self._jobs[key]
        since, pause = self._since.setdefault(key, time.monotonic()), _FIRST_POLL
        while not job.in_final_state():
            if time.monotonic() > since + self._timeout:
                self._cancel(key, job)
            time.sleep(pause)
            pause = min(1.5 * pause, _LONGEST_POLL)
        self._since.pop(key, None)
        if status_of(job) not in _FAILED:
            return job.result()
        try:
            said = getattr(job, "error_message", lambda: None)() or job.result()
        except Exception as error:
            said = error
        raise JobLostError(f"{self._name}: job {key} is {status_of(job)}: {str(said)[:200]}")

    def _cancel(self, key: str, job: Any) -> None:
        """End a job that takes too long, and say what has become of it.

        Raises:
            JobLostError: It is cancelled.
            UnavailableError: It could not be: it is still out, and is not bought again.
        """
        waited = f"{self._name}: job {key} gave no result within {self._timeout:g} s"
        self._since.pop(key, None)
        try:
            ended = bool(job.cancel())
        except Exception as error:
            ended, waited = False, f"{waited} ({type(error).__name__})"
        if job.in_final_state():  # which may be its result
            return
        if ended:
            raise JobLostError(f"{waited} and was cancelled")
        raise UnavailableError(f"{waited} and cannot be cancelled")

    def _found(self, key: str) -> Any:
        """Find a job again after a restart, by whichever way the provider offers."""
        for find in self._ways():
            return find(key)
        raise JobLostError(
            f"{self._name} has no job {key}: it was sent before a restart, and this"
            " backend offers no way to find it again; send it again"
        )

    def _ways(self) -> list[Callable[[str], Any]]:
        service = getattr(self._backend, "service", None)
        provider = getattr(self._backend, "provider", None)
        places = (
            (service, "job"),
            (self._backend, "retrieve_job"),
            (self._backend, "restore_job"),
            (provider, "retrieve_job"),
            (provider, "get_job"),
        )
        return [getattr(owner, name) for owner, name in places if hasattr(owner, name)]

    def standing(self, key: str) -> str:
        """Say how far a job is, without waiting for it."""
        try:
            return status_of(self._jobs.get(key) or self._found(key))
        except QassayError:
            raise
        except Exception as error:
            raise sorted_fault(error, f"{self._name}: job {key}", sending=False) from error

    @property
    def can_search(self) -> bool:
        """Whether the provider's service can be asked for jobs by their tags."""
        return hasattr(getattr(self._backend, "service", None), "jobs")

    def with_tag(self, tag: str) -> Sequence[str]:
        """Find the ids of jobs by their tag, oldest first."""
        try:
            found = list(self._backend.service.jobs(job_tags=[tag], descending=False))
        except Exception as error:
            raise sorted_fault(error, f"{self._name}: looking for {tag}", sending=True) from error
        return [self.add(job) for job in found]


def status_of(job: Any) -> str:
    """Name the state of a job, in lower case; providers give an enumeration or a word."""
    status = job.status() if callable(getattr(job, "status", None)) else ""
    return str(getattr(status, "name", status)).lower()
