"""Wall time of a piece of work, by part."""

from __future__ import annotations

import time


class Stopwatch:
    """Wall time by part."""

    def __init__(self) -> None:
        self.begun = self.last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, part: str) -> None:
        """Note the time since the last lap."""
        now = time.perf_counter()
        self.laps[part] = round(now - self.last, 4)
        self.last = now

    def total(self) -> float:
        """Give the time since the start."""
        return round(time.perf_counter() - self.begun, 4)
