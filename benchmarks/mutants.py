"""Change every field of every record of an honest bundle, seal it again, and ask all auditors.

    python benchmarks/mutants.py BASE [--tries 400] [--seed 1] [--each 1] [--own-page] [--events]
                                 [--second]

BASE is one of run, import, apply, repeats, campaign, exchange (tests/golden/make.py), or the path
of an unsigned bundle. Whoever seals holds all keys. With --own-page the forger writes his page
anew with qassay, so that it is not the page that gives him away; with --events facts, times, names
and order of the events of a campaign are changed instead of files; with --second the second
auditors are asked too, each of whom checks less (docs/auditor.md). Printed are the changes that
were accepted, and how many of how many.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from auditor import audit_further, audit_minimal
from forgeries.mutants import events, mutants, resealed
from forgeries.registry import ROLES, honest

from qassay.auditing.audit import audit_bundle
from qassay.errors import QassayError
from qassay.evidence.archive import read_archive
from qassay.evidence.roles import trust_from

SIGNED = ("run", "campaign", "exchange")
SLOW = 10.0  # seconds of processor time


def forged(
    base: str, seed: int, each: int, of_events: bool
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Give names of changes, and what seals each."""
    members = dict(read_archive(Path(base))) if Path(base).is_file() else honest(base)
    if of_events:
        for place, what, story in events(members, seed):
            yield f"{place}, {what}", story.told
        return
    for one in mutants(members, seed, each):
        yield str(one), partial(resealed, one.members)


def main() -> int:
    """Play them and print what was accepted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", metavar="BASE")
    parser.add_argument("--tries", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=1)
    for flag in ("--own-page", "--events", "--second"):
        parser.add_argument(flag, action="store_true")
    given = parser.parse_args()
    pinned = [str(ROLES)] if given.base in SIGNED else []
    kinds = (audit_minimal.Audit, audit_further.Further) if given.second else ()
    told: Counter[str] = Counter()
    every = list(forged(given.base, given.seed, given.each, given.events))
    some = random.Random(given.seed).sample(every, min(given.tries, len(every)))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mutant.zip"
        for name, make in some:
            if given.own_page and ".html" in name:
                continue
            try:
                path.write_bytes(make())
            except (QassayError, TypeError, ValueError, KeyError):
                told["that no writer of ours can seal"] += 1
                continue
            told["tried"] += 1
            begun = time.process_time()
            audit = audit_bundle(path, trust=trust_from(pinned), page=not given.own_page)
            if audit.failure is None:
                told["accepted by qassay audit"] += 1
                print(f"accepted at {audit.level}: {name}", flush=True)
            elif audit.failure.exit_code != 4 or "report it" in str(audit.failure):
                told["crashed"] += 1
                print(f"crashed: {name}: {audit.failure}", flush=True)
            for kind in kinds:
                report = audit_minimal.audit(path, pinned, kind)
                if not report["failed"]:
                    told[f"accepted by {kind.__name__}"] += 1
                    print(f"accepted by {kind.__name__}: {name}", flush=True)
            told["slower than 10 s"] += time.process_time() - begun > SLOW
    print(f"{given.base}: {len(every)} changes; " + ", ".join(f"{n} {w}" for w, n in told.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
