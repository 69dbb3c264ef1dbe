"""A Qiskit backend whose service fails in one way: for adapters of Qiskit backends."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

BackendFault = Literal[
    "lost", "timeout", "partial", "duplicated", "wrong shots", "failed", "refused", "reversed"
]
BACKEND_FAULTS: Final[tuple[BackendFault, ...]] = get_args(BackendFault)


class FaultyBackend:
    """A good backend behind a fault; everything but `run` is the good one's."""

    def __init__(self, backend: Any, fault: BackendFault) -> None:
        """Take a good backend."""
        self._backend, self._fault = backend, fault

    def __getattr__(self, name: str) -> Any:
        """Hand on everything else."""
        return getattr(self._backend, name)

    def run(self, circuits: Any, **options: Any) -> Any:
        """Run circuits, then lose or spoil the result."""
        if self._fault == "refused":
            raise ConnectionError("the service is down")
        return _FaultyJob(self._backend.run(circuits, **options), self._fault)


class _FaultyJob:
    def __init__(self, job: Any, fault: BackendFault) -> None:
        self._job, self._fault = job, fault

    def job_id(self) -> str:
        return str(self._job.job_id())

    def in_final_state(self) -> bool:
        if self._fault == "timeout":
            return False
        return bool(self._job.in_final_state())

    def result(self) -> Any:
        if self._fault == "lost":
            raise RuntimeError("job was cancelled")
        result = self._job.result()
        parts = result.results
        if self._fault == "partial":
            result.results = parts[:-1]
        elif self._fault == "duplicated":
            result.results = [parts[0], *parts[:-1]] if len(parts) > 1 else [*parts, parts[0]]
        elif self._fault == "failed":
            result.success = False
        for part in parts:
            memory = part.data.memory
            if self._fault == "wrong shots":
                part.data.memory = memory[:-1]
            elif self._fault == "reversed":
                width = int(part.header["memory_slots"])
                part.data.memory = [
                    hex(int(f"{int(word, 16):0{width}b}"[::-1], 2)) for word in memory
                ]
        return result
