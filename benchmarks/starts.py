"""How long a command takes before it does anything: with byte code on disk, and without.

`python3 dev.py bench starts`. Best of several starts, each a process of its own; "without" is
what a fresh installation pays that writes none, as where PYTHONDONTWRITEBYTECODE is set.
"""

import os
import subprocess
import sys
import tempfile
import time

TIMES = 7
WORDS = (("--help",), ("run", "--help"), ("machines",), ("audit", "--help"))


def best(words, environment):
    """Time a command, in seconds of wall clock and of processor; the least of several."""
    walls, processors = [], []
    for _ in range(TIMES):
        begun, before = time.perf_counter(), os.times()
        subprocess.run(
            [sys.executable, "-m", "qassay", *words],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        after = os.times()
        walls.append(time.perf_counter() - begun)
        processors.append(
            after.children_user
            - before.children_user
            + after.children_system
            - before.children_system
        )
    return min(walls), min(processors)


def main():
    plain = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    }
    print("| command | with byte code, s (processor) | without, s (processor) |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as kept, tempfile.TemporaryDirectory() as empty:
        warm = plain | {"PYTHONPYCACHEPREFIX": kept}
        cold = plain | {"PYTHONPYCACHEPREFIX": empty, "PYTHONDONTWRITEBYTECODE": "1"}
        for words in WORDS:
            best(words, warm)
            times = (*best(words, warm), *best(words, cold))
            shown = "{:.2f} ({:.2f}) | {:.2f} ({:.2f})".format(*times)
            print(f"| `qassay {' '.join(words)}` | {shown} |", flush=True)


if __name__ == "__main__":
    main()
