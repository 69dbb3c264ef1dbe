"""Where batches are executed: in this process, in others, or on a Dask cluster.

Everything is behind `concurrent.futures.Executor`, and every batch draws from streams of its
own name, so the results are the same on all of them.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import Any, Final

from qassay.errors import Problem, UsageError, WorkerLostError
from qassay.execution.threads import keep_to_one_thread

AUTO: Final = "auto"
# Seconds of work after which other processes, that take one to begin, are worth their while.
_PATIENCE: Final = 2.0


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


class PatientExecutor(SerialExecutor):
    """Works in this process for a while, and then in one process a core."""

    def __init__(self) -> None:
        """Begin alone."""
        self._spent = 0.0
        self._pool: Executor | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call here or hand out."""
        if self._pool is None and self._spent > _PATIENCE:
            self._pool = _processes(cores())
        if self._pool is not None:
            return self._pool.submit(fn, *args, **kwargs)
        begun = time.perf_counter()
        future = super().submit(fn, *args, **kwargs)
        self._spent += time.perf_counter() - begun
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the other processes."""
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)


def cores() -> int:
    """Count the cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def _processes(number: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(number, mp_context=context, initializer=keep_to_one_thread)


def in_order(
    executor: Executor, calls: Iterable[tuple[Callable[..., Any], tuple[Any, ...]]]
) -> Iterator[Any]:
    """Hand out calls that do not wait for one another; give their results in order.

    A result is given as soon as it and all before it are there, so that in this process each
    is dealt with before the next call begins.

    Raises:
        WorkerLostError: A process was ended from outside.
    """
    waiting: deque[Future[Any]] = deque()
    try:
        for function, arguments in calls:
            waiting.append(executor.submit(function, *arguments))
            while waiting and waiting[0].done():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenExecutor:
        raise WorkerLostError(
            "a worker process was ended from outside, most often for want of memory; what was"
            " finished is kept: give the same command again, with fewer --workers"
        ) from None
    finally:
        for future in waiting:
            future.cancel()


def executor_of(workers: int | str) -> Executor:
    """Open the executor that `--workers` names.

    Args:
        workers: A number of processes, "auto" for one a core once it is worth it, or
            "dask://host:port".

    Raises:
        UsageError: Neither, or Dask is not installed.
    """
    text = str(workers)
    if text.isdecimal() and int(text) >= 1:
        if int(text) == 1:
            return SerialExecutor()
        return _processes(int(text))
    if text == AUTO:
        return PatientExecutor() if cores() > 1 else SerialExecutor()
    if text.startswith("dask://"):
        try:
            from distributed import Client  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            raise UsageError(
                Problem(where="--workers", found=text, expected="an installed Dask",
                        advice="install the package distributed")
            ) from None  # fmt: skip
        executor: Executor = Client(text.removeprefix("dask://")).get_executor(pure=False)
        return executor
    raise UsageError(
        Problem(
            where="--workers", found=text, expected='a number from 1, "auto", or "dask://host:port"'
        )
    )
