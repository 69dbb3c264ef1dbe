"""How long a run waits for a device that cannot be reached: growing pauses, then the end.

An outage is no loss: the job is out, and its handle is kept. Nothing is bought again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from qassay.errors import UnavailableError

USUAL_SECONDS: Final = 1800.0
_FIRST, _LONGEST, _GROWTH = 1.0, 60.0, 2.0  # pauses, seconds
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Patience:
    """Waits through an outage, and gives up when it has lasted too long.

    Attributes:
        seconds: The longest outage that is waited through.
        clock: Gives a time in seconds that never goes back.
        sleep: Waits so many seconds.
    """

    seconds: float = USUAL_SECONDS
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _since: float | None = field(default=None, init=False)
    _pause: float = field(default=_FIRST, init=False)

    def answered(self) -> None:
        """Note that the device can be reached."""
        self._since, self._pause = None, _FIRST

    def wait(self, error: UnavailableError) -> None:
        """Wait before the next try.

        Args:
            error: What the try ended with.

        Raises:
            UnavailableError: The outage has lasted too long.
        """
        now = self.clock()
        if self._since is None:
            self._since = now
            if self.seconds > 0:
                _log.warning(
                    "%s; waiting up to %s for it. Ctrl-C leaves: what is out stays out, and the"
                    " same command goes on",
                    " ".join(str(error).split()),
                    _told(self.seconds),
                )
        left = self.seconds - (now - self._since)
        if left <= 0:
            raise UnavailableError(
                f"the device could not be reached for {_told(now - self._since)} ({error});"
                " give the same command again once it can"
            ) from error
        self.sleep(min(self._pause, left))
        self._pause = min(_GROWTH * self._pause, _LONGEST)


def _told(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
