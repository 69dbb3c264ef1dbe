"""Change single bytes anywhere in bundles: how many does each auditor refuse?

    python benchmarks/flipped_bytes.py [--tries 10000] [--seed 1]

Every try takes one byte of one honest bundle (run, import or campaign, by size) and changes it to
another value: in turns a byte of the archive, wherever it lies (content, names, sizes, dates,
checksums), and a byte of a file, packed again with right checksums (the manifest and signatures
are files too). Both auditors have the parties' keys pinned where the bundle has any.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from auditor import audit_minimal
from forgeries.registry import ROLES, archive_bytes, honest, honest_path

from qassay.auditing.audit import audit_bundle
from qassay.evidence.roles import trust_from

BASES = {"run": True, "import": False, "campaign": True}  # and whether keys are pinned


def tried(tries: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Flip, audit twice, and count the checks that refused; "accepted" where none did."""
    chance = random.Random(seed)
    bundles = {base: honest_path(base).read_bytes() for base in BASES}
    sizes = [len(data) for data in bundles.values()]
    full: Counter[str] = Counter()
    small: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flipped.zip"
        for number in range(tries):
            base = chance.choices(list(bundles), sizes)[0]
            path.write_bytes(
                flipped(bundles[base], chance)
                if number % 2
                else archive_bytes(with_one_flipped(honest(base), chance))
            )
            trusted = [str(ROLES)] if BASES[base] else []
            audit = audit_bundle(path, trust=trust_from(trusted))
            assert "report it" not in str(audit.failure), str(audit.failure)
            full[audit.failed if audit.failure else "accepted"] += 1
            report = audit_minimal.audit(path, trusted)
            small[report["failed"]["check"] if report["failed"] else "accepted"] += 1
    return full, small


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Change one byte."""
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ chance.randrange(1, 256)]) + data[place + 1 :]


def with_one_flipped(members: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """Change one byte of one file: the small ones as often as the large."""
    name = chance.choice(sorted(members))
    return members | {name: flipped(members[name], chance)}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    begun = time.perf_counter()
    counted = tried(given.tries, given.seed)
    for name, counts in zip(("qassay audit", "audit_minimal.py"), counted, strict=True):
        refused = given.tries - counts["accepted"]
        told = ", ".join(f"{check} {n}" for check, n in counts.most_common())
        print(f"{name:17} refused {refused} of {given.tries} ({told})")
    print(f"{time.perf_counter() - begun:.0f} s, seed {given.seed}")
    return 0 if all(counts["accepted"] == 0 for counts in counted) else 1


if __name__ == "__main__":
    sys.exit(main())
