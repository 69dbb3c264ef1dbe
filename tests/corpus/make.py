"""Make the corpus anew, and list what moved.

    python -m tests.corpus.make              # makes it anew; prints what moved
    python -m tests.corpus.make --list       # prints what moved, and changes nothing
    python -m tests.corpus.make --files DIR  # writes every file of the bundles, to be compared

From the top of the checkout. Whoever changes a rule on purpose makes it anew in the same commit and
says there what moved, and why; a move of code alone moves nothing.
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tests.corpus.bundles import BUNDLES, files_of
from tests.corpus.fingerprints import KEPT, PARTS, kept, moved

HEAD = (
    "# Written by tests/corpus/make.py; what a line says stands in tests/corpus/fingerprints.py.\n"
)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="change nothing")
    parser.add_argument("--files", type=Path, help="write the bundles' files there")
    chosen = parser.parse_args()
    if chosen.files:
        for name in BUNDLES:
            for path, data in files_of(name).items():
                place = chosen.files / name / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
        return
    before = kept() if KEPT.exists() else {}
    after = {}
    for make, name in PARTS.values():
        after |= make(name)
    said = moved(before, after)
    print(*said, f"{len(said)} of {len(after)} fingerprints moved", sep="\n")
    if not chosen.list:
        lines = (f"{name} | {value}\n" for name, value in sorted(after.items()))
        KEPT.write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
