"""A Dask cluster as an executor that never waits for nobody.

The workers are other people's processes: they may hold another qassay, run several threads, end,
or lose their scheduler. Each call therefore says which software it is of, runs alone in its
process, and is waited for as long as somebody is there who can bring its result.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from typing import Any, Final

from qassay.errors import HostError, Problem, UsageError, WorkerLostError
from qassay.execution.cluster_address import ANSWER_SECONDS, reached
from qassay.execution.cluster_calls import Otherwise, call_there, software

_VANISHED_SECONDS: Final = 30.0  # without any worker before a run is given up
_MARGIN_SECONDS: Final = 1.0  # in which Dask's own time-out is to be the one that is told
_POLL_SECONDS: Final = 5.0  # in which a scheduler says how many workers it has
# What Dask raises, of whatever version, where scheduler or workers have ended.
_GONE: Final = frozenset(
    {
        "CommClosedError",
        "FutureCancelledError",
        "FuturesCancelledError",
        "ClosedClientError",
        "CancelledError",
    }
)
_TIRED: Final = "KilledWorker"  # of a call whose workers ended again and again
_log = logging.getLogger(__name__)


class Cluster(Executor):
    """Hands calls to the workers of a Dask scheduler."""

    def __init__(self, text: str) -> None:
        """Connect.

        Args:
            text: Such as "host:8786", "tls://host:8786", or the path of a scheduler's file.

        Raises:
            UsageError: Dask is not installed, or this is no address.
            HostError: No scheduler answers there, or it has no worker.
        """
        # Dask takes seconds to load and more to give up: whether anybody listens is asked before.
        address = reached(text)
        self._address = address
        self._alone_since: float | None = None
        self._client = _client_of(address)
        try:
            self._client.wait_for_workers(1, timeout=ANSWER_SECONDS)
        except Exception as error:
            self._client.close(ANSWER_SECONDS)
            raise refused(address, "a scheduler without a worker", error) from None
        self._executor: Executor = self._client.get_executor(pure=False)
        self._warn_of_threads()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand a call to the scheduler.

        Raises:
            WorkerLostError: The scheduler is gone.
        """
        try:
            return self._executor.submit(call_there, software(), fn, args, kwargs)
        except Exception as error:
            if type(error).__name__ in _GONE or self._client.status != "running":
                raise self._lost("is gone") from None
            raise

    def result(self, future: Future[Any]) -> Any:
        """Wait for a result as long as there is somebody who can bring it.

        Raises:
            HostError: The worker has other software than this process.
            WorkerLostError: Scheduler or workers are gone.
        """
        while True:
            try:
                result = future.result(timeout=1.0)
            except TimeoutError:
                if future.done():  # the call's own
                    raise
                self.check()
            except CancelledError:
                raise self._lost("gave the work up, as where its scheduler has ended") from None
            except Exception as error:
                name = type(error).__name__
                if name in _GONE:
                    raise self._lost("is gone") from None
                if name == _TIRED:
                    raise self._lost(
                        "lost one worker after another to the same call, most often for want of"
                        " memory"
                    ) from None
                if _lacks_qassay(error):
                    raise self._other("no qassay that can be loaded") from None
                raise
            else:
                self._alone_since = None
                if isinstance(result, Otherwise):
                    raise self._other(result.software)
                return result

    def check(self) -> None:
        """Give up where nobody has been there to work for a while.

        Raises:
            WorkerLostError: Neither scheduler nor workers have been seen for long enough.
        """
        if self._workers():
            self._alone_since = None
            return
        if self._client.status == "closed":  # it has tried to come back in vain
            raise self._lost("is gone")
        now = time.monotonic()
        if self._alone_since is None:
            self._alone_since = now
        elif now - self._alone_since > _VANISHED_SECONDS:
            raise self._lost(f"has had no worker for {_VANISHED_SECONDS:.0f} s")

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which drops what it still has of ours."""
        try:
            self._executor.shutdown(wait=False)
            self._client.close(ANSWER_SECONDS)
        except Exception as error:  # it is gone, and that was said where it mattered
            _log.debug("leaving the cluster: %s", error)

    def _workers(self) -> dict[str, int]:
        """Ask how many threads each worker has; none where nobody answers."""
        if self._client.status != "running":
            return {}
        try:
            asked = self._client.scheduler.ncores
            return dict(self._client.sync(asked, callback_timeout=_POLL_SECONDS))
        except Exception:  # each transport has exceptions of its own
            return {}

    def _warn_of_threads(self) -> None:
        threads = max(self._workers().values(), default=1)
        if threads > 1:
            _log.warning(
                "workers of the Dask cluster have up to %d threads, of which qassay uses one at a"
                " time: begin them with --nthreads 1, one for each core",
                threads,
            )

    def _lost(self, what: str) -> WorkerLostError:
        return WorkerLostError(
            f"the Dask cluster at {self._address} {what}; see to its scheduler and workers, or give"
            " a number of processes, as in --workers 2"
        )

    def _other(self, found: str) -> HostError:
        return HostError(
            Problem(
                where="--workers",
                found=f"a worker of the Dask cluster at {self._address} with {found}",
                expected=f"{software()}, as here, since results must not depend on where they are"
                " computed",
                advice="install the same packages where the workers run, and begin them anew",
            )
        )


def refused(address: str, what: str, error: BaseException) -> HostError:
    """Say that there is no cluster to work with."""
    reason = (str(error).splitlines() or [type(error).__name__])[0][:160]
    reason = "".join(char if char.isprintable() else "?" for char in reason)
    return HostError(
        Problem(
            where="--workers",
            found=f"{what} at {address} within {ANSWER_SECONDS:.0f} s ({reason})",
            expected="a running Dask cluster",
            advice="start scheduler and workers, or give a number of processes, as in --workers 2",
        )
    )


def _client_of(address: str) -> Any:
    """Connect to a scheduler."""
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            Problem(
                where="--workers",
                found=f"the Dask cluster at {address}",
                expected="an installed Dask",
                advice="pip install 'qassay[dask]' into the same environment",
            )
        ) from None
    _hush()
    make: Any = Client  # it has no types
    found: Future[Any] = Future()

    def connect() -> None:
        try:
            with warnings.catch_warnings():  # of versions that differ: each call tells its own
                warnings.simplefilter("ignore")
                found.set_result(make(address, timeout=ANSWER_SECONDS, set_as_default=False))
        except BaseException as error:  # each transport has exceptions of its own
            found.set_exception(error)

    # Whoever takes the connection and says nothing keeps Dask's client for ever, in spite of its
    # own time-out; a thread of this kind keeps nobody from ending.
    threading.Thread(target=connect, daemon=True).start()
    try:
        return found.result(timeout=ANSWER_SECONDS + _MARGIN_SECONDS)
    except TimeoutError as error:
        silent = TimeoutError("somebody listens, and says nothing") if not found.done() else error
        raise refused(address, "no scheduler that answers", silent) from None
    except Exception as error:
        raise refused(address, "no scheduler that answers", error) from None


def _hush() -> None:
    """Keep Dask's own log off the terminal: what matters of it is said in one sentence."""
    if os.environ.get("QASSAY_TRACEBACK"):
        return
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _lacks_qassay(error: BaseException | None) -> bool:
    """Whether a worker could not load qassay, or a part of it that this version has."""
    while error is not None:
        missing = isinstance(error, ImportError) and (error.name or "").startswith("qassay")
        if missing or (isinstance(error, AttributeError) and "module 'qassay" in str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False
