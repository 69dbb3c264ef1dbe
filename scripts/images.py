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

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
DEVICE = ("--device", "virtual:prototype-50", "--seed", "1")


@dataclass(frozen=True)
class Picture:
    """One picture.

    Attributes:
        name: Of its file.
        words: The command whose datasheet is shown.
        width: Of the window, in pixels.
        ends: Selector of what ends the picture, with it; the page's beginning begins it.
    """

    name: str
    words: tuple[str, ...]
    width: int
    ends: str


PICTURES = (
    Picture("datasheet", ("run", "claims/prototype-50.toml", *DEVICE), 1000, "table >> nth=0"),
    Picture("grid-section", ("apply", "grid-section", "--qubits", "50", *DEVICE), 1100,
            "figure >> nth=1"),
)  # fmt: skip
BELOW = 24  # pixels under the end


def page_of(picture, folder):
    """Run the command and give its datasheet."""
    words = [sys.executable, "-m", "qassay", *picture.words, "--out", folder]
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
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=flags)
        for picture in PICTURES:
            if options.only not in (None, picture.name):
                continue
            with tempfile.TemporaryDirectory() as folder:
                page = chromium.new_page(viewport={"width": picture.width, "height": 900})
                page.goto(page_of(picture, folder).as_uri())
                box = page.locator(picture.ends).bounding_box()
                whole = {"x": 0, "y": 0, "width": picture.width,
                         "height": box["y"] + box["height"] + BELOW}  # fmt: skip
                place = options.out / f"{picture.name}.png"
                page.screenshot(path=place, full_page=True, clip=whole)
                page.close()
                print(place)
        chromium.close()


if __name__ == "__main__":
    main()
