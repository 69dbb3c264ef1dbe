"""Make all forged bundles, or list them: `python -m forgeries.make FOLDER | --list | --shown`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from forgeries import (
    archives,
    campaigns,
    containers,
    contents,
    keys,
    pages,
    parties,
    turns,
    undetectable,
    words,
)
from forgeries.registry import CORPUS, ROLES, Forgery
from forgeries.shown import table

MODULES = (
    archives,
    containers,
    contents,
    campaigns,
    keys,
    pages,
    parties,
    turns,
    words,
    undetectable,
)


def told(one: Forgery) -> dict[str, object]:
    """Describe a forgery as the index of the corpus does."""
    return {
        "name": one.name,
        "file": one.name.replace(" ", "-") + ".qassay.zip",
        "made_of": one.base,
        "forger": one.sentence,
        "exit_code": 4,
        "check": one.check,
        "check_of_the_minimal_auditor": one.minimal,
        "trust": ROLES.name if one.pinned else None,
    }


def main(arguments: list[str]) -> int:
    """Write bundles and `index.json` into a folder, or print the list."""
    if arguments == ["--list"]:
        for one in CORPUS.values():
            print(f"{one.check:16} {one.name}: {one.sentence}")
        for one in undetectable.UNDETECTABLE.values():
            print(f"{'(undetectable)':16} {one.name}: {one.sentence}")
        print(
            f"{len(CORPUS)} forgeries; {len(undetectable.UNDETECTABLE)} more that nobody can detect"
        )
        return 0
    if arguments == ["--shown"]:
        sys.stdout.write(table())
        return 0
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for one in CORPUS.values():
        (folder / str(told(one)["file"])).write_bytes(one.data())
    (folder / ROLES.name).write_bytes(ROLES.read_bytes())
    (folder / "index.json").write_text(json.dumps([told(x) for x in CORPUS.values()], indent=1))
    print(f"{len(CORPUS)} forged bundles in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
