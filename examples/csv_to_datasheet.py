"""From a laboratory's CSV to a datasheet: counts that were taken long before anybody asked.

    python examples/csv_to_datasheet.py FOLDER

Cell by cell as in a notebook: the table as it lies on a laboratory's disk, what was done in nine
lines of TOML, the claims, the verdicts.
"""

import csv
import random
import sys
from pathlib import Path

import qassay

# %% The table of last spring: two pairs, three lengths, ten random circuits each, 100 shots.


def table(path: Path) -> None:
    """Write what the laboratory has; here it is drawn, with an error of 0.6 % an entangler."""
    draw = random.Random(4)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["target", "length", "circuit", "shots", "hits", "cryostat"])
        for target in ("0-1", "2-3"):
            for length in (1, 20, 60):
                for circuit in range(10):
                    survival = 0.25 + 0.72 * (1 - 4 / 3 * 0.006) ** (1.5 * length)
                    hits = sum(draw.random() < survival for _ in range(100))
                    rows.writerow([target, length, circuit, 100, hits, "B"])


# %% What was done.

COUNTS = """format = 1
machine = "rack 2"
measured = 2026-04-17
[[experiment]]
id = "rb"
kind = "decay"
metric = "two_qubit_gate_error"
table = "rb.csv"
per_step = {entanglers = 1.5}
error_of = "clifford"
asymptote = "1/4"
why_asymptote = "the last Clifford brings back a random string"
"""

# %% What is claimed of it.

SHEET = """[sheet]
title = "Rack 2 as it was in April"
vendor = "us"
machine = "rack 2"
[[claim]]
id = "cz"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.7 %"
[[claim]]
id = "best"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.1 %"
statistic = "best"
"""


# %% The verdicts.


def main(folder: Path) -> None:
    """Write the three files, and judge."""
    data = folder / "april"
    data.mkdir(parents=True, exist_ok=True)
    table(data / "rb.csv")
    (data / "counts.toml").write_text(COUNTS, encoding="utf-8")
    sheet = folder / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    result = qassay.import_counts("counts", data, sheet, out=folder / "out")
    for verdict in result.verdicts:
        one = verdict.estimate
        print(f"{verdict.claim}: {one.value:.4f} [{one.low:.4f}, {one.high:.4f}] {verdict.outcome}")
    for note in result.notes:
        print(note)
    print(result.datasheet)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
