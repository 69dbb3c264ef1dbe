"""Where batches are executed: in this process, in others, or on a Dask cluster.

Everything is behind `concurrent.futures.Executor`, and every batch draws from streams of its
own name, so the results are the same on all of them.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from queue import Empty, SimpleQueue
from typing import Any, Final

from qassay.errors import Problem, UsageError, WorkerLostError
from qassay.execution.cluster import Cluster
from qassay.execution.processes import Processes, SerialExecutor

AUTO: Final = "auto"
# Seconds of work after which other processes, that take one to begin, are worth their while.
_PATIENCE: Final = 2.0
_MOST: Final = 1024  # processes
_SCHEDULERS: Final = ("dask://", "tcp://", "tls://")  # the last two as Dask itself prints them


class PatientExecutor(SerialExecutor):
    """Works in this process for a while, and then in one process a core."""

    def __init__(self) -> None:
        """Begin alone."""
        self._spent = 0.0
        self._pool: Processes | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call here or hand out."""
        if self._pool is None and self._spent > _PATIENCE:
            self._pool = Processes(cores())
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

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool | None:
        """End them at once where something went wrong."""
        if error is not None and self._pool is not None:
            self._pool.stop()
        return super().__exit__(kind, error, trace)


def cores() -> int:
    """Count the cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def in_order(
    executor: Executor,
    calls: Iterable[tuple[Callable[..., Any], tuple[Any, ...]]],
    keep: Callable[[int, Any], None] = lambda _place, _result: None,
) -> Iterator[Any]:
    """Hand out calls that do not wait for one another; give their results in order.

    A result is given as soon as it and all before it are there, so that in this process each
    is dealt with before the next call begins.

    Args:
        executor: Where to.
        calls: Functions and their arguments.
        keep: Told each result with its place, once, before it is given; also those behind one
            that failed, which are not given, so that nothing that is finished is lost.

    Raises:
        WorkerLostError: A process was ended from outside.
    """
    waiting: deque[tuple[int, Future[Any]]] = deque()
    patient = False

    def first() -> Any:
        place, future = waiting[0]
        result = executor.result(future) if isinstance(executor, Cluster) else future.result()
        waiting.popleft()
        keep(place, result)
        return result

    try:
        for place, (function, arguments) in enumerate(calls):
            waiting.append((place, executor.submit(function, *arguments)))
            while waiting and waiting[0][1].done():
                yield first()
        while waiting:
            yield first()
    except BrokenExecutor:
        raise WorkerLostError(
            "a worker process was ended from outside, most often for want of memory: give the"
            " same command again, with fewer --workers"
        ) from None
    except Exception:
        patient = not isinstance(executor, Cluster)
        raise
    finally:
        # Ctrl-C waits for nobody; where one call has failed, those that run have been paid for.
        for place, future in [each for each in waiting if not each[1].cancel()]:
            if (future.done() or patient) and not future.exception():
                keep(place, future.result())


def as_done(
    executor: Executor, calls: Iterable[tuple[Callable[..., Any], tuple[Any, ...]]]
) -> Iterator[tuple[int, Any]]:
    """Hand out calls and give each result with its call's place when it is there, in any order.

    What works in this process gives each result before the next call begins.

    Args:
        executor: Where to.
        calls: Functions and their arguments.

    Raises:
        WorkerLostError: A cluster is gone.
        BrokenExecutor: A process of this computer was ended from outside.
    """
    waiting: dict[Future[Any], int] = {}
    finished: SimpleQueue[Future[Any]] = SimpleQueue()
    try:
        for place, (function, arguments) in enumerate(calls):
            future = executor.submit(function, *arguments)
            if isinstance(executor, SerialExecutor) and future.done():
                yield place, future.result()
                continue
            waiting[future] = place
            future.add_done_callback(finished.put)
        while waiting:
            try:
                future = finished.get(timeout=1.0)
            except Empty:
                if isinstance(executor, Cluster):
                    executor.check()
                continue
            result = executor.result(future) if isinstance(executor, Cluster) else future.result()
            yield waiting.pop(future), result
    finally:
        for future in waiting:
            future.cancel()


def executor_of(workers: int | str) -> Executor:
    """Open the executor that `--workers` names.

    Args:
        workers: A number of processes, "auto" for one a core once it is worth it, or a Dask
            scheduler: "dask://host:port", "tls://host:port", "dask://scheduler.json".

    Raises:
        UsageError: Neither, or Dask is not installed.
        HostError: No Dask cluster answers there.
    """
    text = str(workers)
    if text.isdecimal() and 1 <= int(text) <= _MOST:
        return SerialExecutor() if int(text) == 1 else Processes(int(text))
    if text == AUTO:
        return PatientExecutor() if cores() > 1 else SerialExecutor()
    if text.startswith(_SCHEDULERS):
        return Cluster(text.removeprefix("dask://"))
    raise UsageError(
        Problem(
            where="--workers",
            found=text,
            expected=f'a number from 1 to {_MOST}, "auto", or "dask://host:port"',
        )
    )
