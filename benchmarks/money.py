"""What a plan says it costs beside what the ledger and the bill say, and a limit that holds.

    python3 dev.py bench money [--runs 200]

Runs whole sheets on a cloud with a queue (`tests/kit/cloud.py`): claims at exactly what the machine
has, so that no verdict ends a run early, and lenient ones, which end it as soon as they are
supported. Then random runs on a service that loses, refuses and cuts off, each with random prices
and a random limit, taken up again up to three times.
"""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

PRICES = (
    "0.30 USD/job + 0.00035 USD/shot",
    "0.97 USD/circuit",
    "1.60 USD/s",
    "2 credits/job + 0.01 credits/circuit + 0.001 credits/shot",
)
SHEET = """[sheet]
title = "Small"
vendor = "v"
machine = "m"
[[claim]]
id = "readout"
metric = "readout_error"
value = "{readout} %"
[[claim]]
id = "t1"
metric = "t1"
value = "{t1} us"
"""


def whole_run(text, kind, readout, t1):
    """Print plan, ledger and bill of one run."""
    from tests.kit.cloud import Cloud

    from qassay import assay
    from qassay.devices.prices import read_prices
    from qassay.devices.qiskit_backend import QiskitDevice
    from qassay.execution.foretold import foretold
    from qassay.execution.job_book import purchases
    from qassay.execution.journal import Journal
    from qassay.execution.purse import Purse, paid
    from qassay.execution.spine import SendingTerms
    from qassay.planning.options import Options

    prices = read_prices(text)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheet = folder / "sheet.toml"
        sheet.write_text(SHEET.format(readout=readout, t1=t1), encoding="utf-8")
        cloud = Cloud(folder / "cloud")
        device = QiskitDevice(cloud)
        told = []
        assay.run(
            sheet,
            device,
            out=folder / "run",
            seed=3,
            options=Options(budget_shots=240),
            prices=prices,
            planned=lambda request: told.append(foretold(request.plan, device, prices)),
            terms=SendingTerms(purse=Purse(prices=prices)),
        )
        rows = purchases(Journal.open(folder / "run" / "journal.jsonl").events)
        jobs, circuits = len(cloud.bill), sum(line["circuits"] for line in cloud.bill)
        shots = sum(line["circuits"] * line["shots"] for line in cloud.bill)
        seconds = sum(row.seconds for row in rows)
        bill = prices.of(jobs, circuits, shots, seconds)
        plan, ledger = told[0].money, paid(rows)
        print(
            f"{text:58} {kind:8} plan {plan:10.4f}  ledger {ledger:10.4f}  bill {bill:10.4f}"
            f"  ledger over plan {100 * (ledger / plan - 1):+6.1f} %",
            flush=True,
        )


def limits(runs):
    """Print how often random runs passed their limit, and how they ended."""
    from tests.unit.execution.test_purse import Service, job_of

    from qassay.devices.interface import Order
    from qassay.devices.prices import Prices
    from qassay.errors import DeviceError
    from qassay.execution.job_book import purchases
    from qassay.execution.journal import Journal
    from qassay.execution.outages import Patience
    from qassay.execution.purse import Purse, paid
    from qassay.execution.spine import SendingTerms, Spine

    ends, passed, unlike, closest = Counter(), 0, 0, Decimal(0)
    with tempfile.TemporaryDirectory() as name:
        for number in range(runs):
            generator = np.random.default_rng(10_000 + number)
            some = [Decimal(int(x)) / 1000 for x in generator.integers(0, 400, 3)]
            prices = Prices(job=some[0], circuit=some[1], shot=some[2] / 10 + Decimal("0.0003"))
            sizes = generator.integers(1, 12, (6, 2)).tolist()
            orders = [
                Order(name=f"x/{place}", draw=lambda p=place, n=n, m=m: job_of(f"x/{p}", n, m))
                for place, (n, m) in enumerate(sizes)
            ]
            whole = sum(prices.of(1, n, n * m, 0.0) for n, m in sizes)
            limit = whole * Decimal(int(generator.integers(20, 180))) / 100
            service, journal = Service(prices, generator), Journal(Path(name) / f"{number}.jsonl")
            for _ in range(3):
                terms = SendingTerms(
                    purse=Purse(prices=prices, limit=limit), patience=Patience(sleep=lambda _: None)
                )
                try:
                    list(Spine(service, journal, terms).answers(orders))
                except DeviceError as error:
                    ends[type(error).__name__] += 1
                    continue
                ends["done"] += 1
                break
            bill = sum(service.bill, Decimal(0))
            passed += bill > limit
            unlike += bill > paid(purchases(journal.events))
            closest = max(closest, bill / limit)
    print(
        f"{runs} random runs: {passed} passed their limit, {unlike} with a bill above the ledger;"
        f" the closest bill was {100 * closest:.1f} % of its limit; ends:"
        f" {', '.join(f'{n} {kind}' for kind, n in sorted(ends.items()))}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    given = parser.parse_args()
    logging.disable(logging.WARNING)  # each loss and outage is told
    limits(given.runs)
    for text in PRICES:
        whole_run(text, "open", "2.5", "200")
    whole_run(PRICES[0], "lenient", "10", "40")


if __name__ == "__main__":
    main()
