"""The digest that names the page's writer covers every file that the page can take a word from."""

import subprocess
import sys
from pathlib import Path

from qassay.reports.bundle_facts import SPEAKING

# Loaded with the page, and without a word of its own on it: circuits, bytes, random streams.
SILENT = (
    "__init__.py",
    "additions.py",
    "canonical.py",
    "circuits",
    "devices",
    "randomness.py",
    "reading",
    "whole_files.py",
)
LOADED = """
import sys
import qassay.reports.datasheet, qassay.reports.bundle_facts
print(*(m.__file__ for n, m in sys.modules.items() if n == "qassay" or n.startswith("qassay.")),
      sep="\\n")
"""


def test_every_module_of_the_page_is_covered():
    import qassay

    home = Path(qassay.__file__).parent
    told = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    places = {Path(file).relative_to(home).parts[0] for file in told if file}
    assert places - set(SILENT) <= set(SPEAKING)


def test_what_is_covered_is_there():
    import qassay

    assert all((Path(qassay.__file__).parent / place).exists() for place in SPEAKING)
