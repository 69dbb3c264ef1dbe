"""A page printed to a PDF file by the browser that is on this machine.

The datasheet is laid out for print already, so a browser's own printing is the one way that gives
what a reader sees. The page holds no script and asks for nothing from outside.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from qassay.errors import Problem, UsageError
from qassay.whole_files import write_whole

_BROWSERS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_OPTIONS: Final = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-pdf-header-footer",
)
_SECONDS: Final = 120.0
_BEGINS: Final = b"%PDF-"
_ADVICE: Final = "or open the page in any browser and print it to a file"


def print_page(page: str, place: Path) -> None:
    """Print a page to a PDF file, which is there whole or not at all.

    Raises:
        UsageError: No browser of the Chromium family is on the path, or it printed nothing.
        OSError: The file cannot be written.
    """
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise _cannot("no Chromium, Chrome or Edge", f"install one (Debian: chromium), {_ADVICE}")
    with TemporaryDirectory(prefix="qassay-pdf-", ignore_cleanup_errors=True) as scratch:
        source, printed = Path(scratch, "page.html"), Path(scratch, "page.pdf")
        source.write_text(page, encoding="utf-8")
        profile = f"--user-data-dir={Path(scratch, 'profile')}"
        command = [found, *_OPTIONS, *_as_root(), profile, f"--print-to-pdf={printed}"]
        try:
            subprocess.run(  # noqa: S603 - a browser by its own name, on a page of ours
                [*command, source.as_uri()],
                timeout=_SECONDS,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            raise _cannot(
                f"{Path(found).name}, which did not end in {_SECONDS:g} s", _ADVICE
            ) from None
        data = printed.read_bytes() if printed.is_file() else b""
    if not data.startswith(_BEGINS):
        raise _cannot(f"{Path(found).name}, which printed nothing", _ADVICE)
    write_whole(place, data)


def _as_root() -> tuple[str, ...]:
    """Chromium refuses to run as root inside its sandbox; containers often do."""
    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()


def _cannot(found: str, advice: str) -> UsageError:
    return UsageError(
        Problem(where="--pdf", found=found, expected="a browser that prints", advice=advice)
    )
