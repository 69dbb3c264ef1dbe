"""What an honest campaign of three parties costs: processor time from the first key to the audit.

    .venv/bin/python benchmarks/campaign_time.py [--times 3] [--without CLAIM]

Plays `examples/three_parties.py`; run the same file in an older checkout to compare, without the
claims that its sheet did not have (since e97d985: readout-of-zero). Campaigns are drawn at random,
so some take a round more than others: the means of several are compared.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examples"))

import three_parties


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--without", default="", help="a claim of the sheet that is left out")
    asked = parser.parse_args()
    if asked.without:
        claims = three_parties.SHEET.split("[[claim]]")
        kept = [one for one in claims if f'id = "{asked.without}"' not in one]
        three_parties.SHEET = "[[claim]]".join(kept)
    times = []
    for _ in range(asked.times):
        with tempfile.TemporaryDirectory() as folder:
            begun = time.process_time()
            told = three_parties.campaign(Path(folder))
            times.append(time.process_time() - begun)
            if not told["audit"]["valid"]:
                raise SystemExit(told["audit"]["problems"])
    print(
        f"{len(times)} campaigns, processor time {min(times):.2f} to {max(times):.2f} s,"
        f" mean {sum(times) / len(times):.2f} s,"
        f" audit {told['audit']['trust']}"
    )


if __name__ == "__main__":
    main()
