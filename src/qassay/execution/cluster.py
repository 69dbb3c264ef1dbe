"""A Dask cluster as an executor that never waits for nobody."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from typing import Any, Final

from qassay.errors import HostError, Problem, UsageError, WorkerLostError

ANSWER_SECONDS: Final = 10.0  # in which a scheduler has to answer and to have a worker
_VANISHED_SECONDS: Final = 30.0  # without any worker before a run is given up
_GONE: Final = ("KilledWorker", "FutureCancelledError", "FuturesCancelledError", "CommClosedError")


class Cluster(Executor):
    """Hands calls to the workers of a Dask scheduler."""

    def __init__(self, address: str) -> None:
        """Connect.

        Args:
            address: Such as "host:8786".

        Raises:
            UsageError: Dask is not installed.
            HostError: No scheduler answers there, or it has no worker.
        """
        try:
            from distributed import Client  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            raise UsageError(
                Problem(
                    where="--workers",
                    found=f"dask://{address}",
                    expected="an installed Dask",
                    advice="install the package distributed into the same environment",
                )
            ) from None
        self._address = address
        self._alone_since: float | None = None
        try:
            self._client = Client(address, timeout=ANSWER_SECONDS)
        except Exception as error:  # each transport has exceptions of its own
            raise self._refused("no scheduler that answers", error) from None
        try:
            self._client.wait_for_workers(1, timeout=ANSWER_SECONDS)
        except Exception as error:
            self._client.close(ANSWER_SECONDS)
            raise self._refused("a scheduler without a worker", error) from None
        self._executor: Executor = self._client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand a call to the scheduler."""
        return self._executor.submit(fn, *args, **kwargs)

    def result(self, future: Future[Any]) -> Any:
        """Wait for a result as long as there is somebody who can bring it.

        Raises:
            WorkerLostError: Scheduler or workers are gone.
        """
        while True:
            try:
                return future.result(timeout=1.0)
            except TimeoutError:
                if future.done():  # the call's own
                    raise
                self._check()
            except CancelledError:
                raise self._lost("gave the work up") from None
            except Exception as error:
                if type(error).__name__ in _GONE:
                    raise self._lost("lost its workers") from None
                raise

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster."""
        self._executor.shutdown(wait=False)
        self._client.close(ANSWER_SECONDS)

    def _check(self) -> None:
        """Give up where nobody has been there to work for a while."""
        try:
            present = self._client.status == "running" and bool(self._client.nthreads())
        except Exception:  # the scheduler does not answer
            present = False
        now = time.monotonic()
        if present:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now
        elif now - self._alone_since > _VANISHED_SECONDS:
            raise self._lost(f"has had no worker for {_VANISHED_SECONDS:.0f} s")

    def _lost(self, what: str) -> WorkerLostError:
        return WorkerLostError(
            f"the Dask cluster at {self._address} {what}; see to its workers, or give a number of"
            " processes, as in --workers 2"
        )

    def _refused(self, what: str, error: Exception) -> HostError:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:160]
        return HostError(
            Problem(
                where="--workers",
                found=f"{what} at {self._address} within {ANSWER_SECONDS:.0f} s ({reason})",
                expected="a running Dask cluster",
                advice="start scheduler and workers, or give a number of processes, as in"
                " --workers 2",
            )
        )
