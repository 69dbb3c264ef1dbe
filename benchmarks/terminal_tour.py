"""Every command under pseudo-terminals of 60 and 200 columns: code, seconds, widest line.

`python3 dev.py bench terminal_tour` prints the table of what `tests/terminal` checks.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.terminal.conftest import Seen, cells  # noqa: E402  the folder above is found first
from tests.terminal.tour import TOUR, prepare, words_of  # noqa: E402

COLUMNS = (60, 200)


def toured(columns):
    """Run the tour on one terminal, all commands in one folder."""
    server = [sys.executable, str(ROOT / "tests" / "terminal" / "terminals.py")]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run,
    ):
        prepare(Path(folder))
        for stop in TOUR:
            request = {
                "words": words_of(stop, Path(folder)),
                "columns": columns,
                "interrupt": None,
                "patience": 300,
                "folder": folder,
                "environment": {},
            }
            run.stdin.write(json.dumps(request) + "\n")
            run.stdin.flush()
            answer = json.loads(run.stdout.readline())
            yield Seen(answer["code"], answer["raw"], columns, answer["seconds"])
        run.stdin.close()


def main():
    print("| command | " + " | ".join(f"{c} columns: code, s, widest" for c in COLUMNS) + " |")
    print("|---|" + "---|" * len(COLUMNS))
    broken = 0
    for stop, *seen in zip(TOUR, *(list(toured(columns)) for columns in COLUMNS), strict=True):
        shown = [f"{one.code}, {one.seconds:.1f}, {max(map(cells, one.written))}" for one in seen]
        for one in seen:
            broken += "Traceback" in one.raw or one.code not in stop.codes
            broken += bool(one.wide) and not stop.lines
        print(f"| {stop.path} | " + " | ".join(shown) + " |")
    print(f"\n{len(TOUR)} calls at each width, {broken} with a traceback or a line too wide")
    return broken > 0


if __name__ == "__main__":
    sys.exit(main())
