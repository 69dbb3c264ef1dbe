"""Worker processes on this computer, or none where its system allows none.

Restricted containers give no shared memory, no semaphores or no further processes. The results
do not depend on where batches run, so the work is then done in this process, and that is said.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from qassay.execution.threads import keep_to_one_thread

_log = logging.getLogger(__name__)


class SerialExecutor(Executor):
    """Runs each call at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call and give a finished future."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # raised again by result()
            future.set_exception(error)
        return future


class Processes(SerialExecutor):
    """So many processes, begun together; this one alone where that cannot be."""

    def __init__(self, number: int) -> None:
        """Begin the processes."""
        self._pool: ProcessPoolExecutor | None = None
        self._at_home: dict[Callable[..., Any], bool] = {}
        try:
            self._pool = _begun(number)
        except (OSError, ImportError, NotImplementedError, RuntimeError) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            _log.warning(
                "this system lets no worker processes begin (%s): the work is done in one process,"
                " with the same results",
                reason,
            )

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand out a call, or make it here: what the caller's own script defines stays in it."""
        if self._pool is None or self._is_at_home(fn, args, kwargs):
            return super().submit(fn, *args, **kwargs)
        return self._pool.submit(fn, *args, **kwargs)

    def _is_at_home(self, fn: Callable[..., Any], *given: Any) -> bool:
        """Look at a function's first call: calls of one function are of one kind."""
        if fn not in self._at_home:
            try:
                self._at_home[fn] = b"__main__" in pickle.dumps((fn, given))
            except (pickle.PicklingError, AttributeError, TypeError):  # nothing that could be sent
                self._at_home[fn] = True
        return self._at_home[fn]

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes when they have done what they have."""
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def stop(self) -> None:
        """End the processes now, in the middle of their work."""
        if self._pool is None:
            return
        children = list((getattr(self._pool, "_processes", None) or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            with suppress(OSError, ValueError):
                child.terminate()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool | None:
        """Do not let somebody who has pressed Ctrl-C wait for batches that nobody will take."""
        if error is not None:
            self.stop()
        return super().__exit__(kind, error, trace)


_QUIET = "ignore:resource_tracker:UserWarning"


def _begun(number: int) -> ProcessPoolExecutor:
    """Begin all processes at once, so that what fails here fails before any work is handed out."""
    # The semaphores of a pool that Ctrl-C ends are removed by their tracker, which need not say so.
    if _QUIET not in sys.warnoptions:
        sys.warnoptions.append(_QUIET)
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(number, mp_context=context, initializer=keep_to_one_thread)
    try:
        with _no_interrupt(), _script_left_alone():
            for _ in range(number):
                pool.submit(os.getpid)
    except BrokenExecutor:
        raise OSError("they end as soon as they begin") from None
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    return pool


@contextmanager
def _script_left_alone() -> Iterator[None]:
    """Let processes begin that do not run the script of whoever calls again from its first line.

    `multiprocessing` would, unless the script has an `if __name__ == "__main__":`; one that has
    none would measure, and pay, once a process.
    """
    main = vars(sys.modules["__main__"])
    hidden: dict[str, Any] = {n: main[n] for n in ("__spec__", "__file__") if n in main}
    main["__spec__"] = None
    main.pop("__file__", None)
    try:
        yield
    finally:
        main.update(hidden)


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Let processes begin that Ctrl-C does not reach: the one that began them deals with it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
