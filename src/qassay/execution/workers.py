"""Where batches are executed: in this process, in others, or on a Dask cluster.

Everything is behind `concurrent.futures.Executor`, and every batch draws from streams of its
own name, so the results are the same on all of them.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any

from qassay.errors import Problem, UsageError


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


def executor_of(workers: int | str) -> Executor:
    """Open the executor that `--workers` names.

    Args:
        workers: A number of processes, or "dask://host:port".

    Raises:
        UsageError: Neither, or Dask is not installed.
    """
    text = str(workers)
    if text.isdecimal() and int(text) >= 1:
        if int(text) == 1:
            return SerialExecutor()
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(max_workers=int(text), mp_context=context)
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
        Problem(where="--workers", found=text, expected='a number from 1, or "dask://host:port"')
    )
