"""The pictures in docs/images, made anew from the product as it is.

    .venv/bin/python scripts/images.py [--only datasheet|grid-section] [--out docs/images]

Runs what the README shows, the sheet of the demo and a section of a transmission grid, on
a virtual machine, opens the datasheets in Chromium and keeps the part that the README tells of.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DEVICE = ("--device", "virtual:prototype-50", "--seed", "1")


@dataclass(frozen=True)
class Picture:
    """One picture.

    Attributes:
        name: Of its file.
        words: The command whose datasheet is shown.
        size: Width and height of the window, in pixels; the page's beginning is shown.
    """

    name: str
    words: tuple[str, ...]
    size: tuple[int, int]


PICTURES = (
    Picture("datasheet", ("run", "claims/prototype-50.toml", *DEVICE), (1000, 1560)),
    Picture("grid-section", ("apply", "grid-section", "--qubits", "50", *DEVICE), (1100, 1900)),
)


def page_of(picture, folder):
    """Run the command and give its datasheet."""
    words = [sys.executable, "-m", "qassay", *picture.words, "--out", str(folder)]
    done = subprocess.run(words, cwd=ROOT, check=False)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"{' '.join(picture.words)} ended with {done.returncode}")
    return Path(folder, "datasheet.html")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=[one.name for one in PICTURES])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    options = parser.parse_args()
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if browser is None:
        sys.exit("no Chromium on this machine (Debian: apt-get install chromium)")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    for picture in PICTURES:
        if options.only not in (None, picture.name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            place = options.out.resolve() / f"{picture.name}.png"
            width, height = picture.size
            words = [browser, "--headless", "--disable-gpu", "--hide-scrollbars"]
            words += ["--no-sandbox"] if root else []
            words += [f"--user-data-dir={folder}/profile", f"--window-size={width},{height}"]
            words += [f"--screenshot={place}"]
            page = page_of(picture, Path(folder, "run"))
            subprocess.run([*words, page.as_uri()], check=True, stderr=subprocess.DEVNULL)
            print(place)


if __name__ == "__main__":
    main()
