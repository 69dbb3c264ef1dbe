"""What a run may cost: the limit holds whatever the service does, and the ledger is the bill."""

from collections import Counter
from decimal import Decimal

import numpy as np
import pytest

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.devices.interface import Job, JobResult, Order
from qassay.devices.prices import Prices, read_prices
from qassay.errors import (
    CostLimitError,
    DeviceError,
    JobLostError,
    UnavailableError,
    UsageError,
)
from qassay.execution.job_book import purchases
from qassay.execution.journal import Journal
from qassay.execution.outages import Patience
from qassay.execution.purse import Purse, paid
from qassay.execution.spine import SendingTerms, Spine

RUNS = 200


def job_of(name, circuits, shots):
    codes = np.zeros((circuits, 1, 2), np.uint8)
    family = CircuitFamily(2, circuits, (Pulses(codes),))
    return Job(id=name, families=(family,), order=np.zeros(circuits, np.intp), shots=shots)


class Service:
    """Takes jobs, now and then loses one or is away, and keeps a bill."""

    def __init__(self, prices, generator):
        self.prices, self.generator = prices, generator
        self.bill, self.jobs = [], {}

    def describe(self):
        raise NotImplementedError

    def submit(self, job):
        chance = self.generator.random()
        if chance < 0.1:
            raise UnavailableError("503")
        self.bill.append(self.prices.of(1, job.circuits, job.circuits * job.shots, 0.0))
        self.jobs[str(len(self.bill))] = job
        if chance < 0.15:
            raise UnavailableError("cut off", maybe_taken=True)
        return str(len(self.bill))

    def collect(self, handle):
        chance = self.generator.random()
        if chance < 0.1:
            raise UnavailableError("503")
        if chance < 0.3:
            raise JobLostError("gone")
        job = self.jobs[handle]
        return JobResult(job_id=job.id, outcomes=np.zeros((job.circuits, job.shots, 2), np.uint8))


def test_no_run_passes_its_limit_and_the_ledger_is_the_bill(tmp_path):
    """200 random runs of random prices, taken up again up to three times, each with a limit."""
    ends = Counter()
    for number in range(RUNS):
        generator = np.random.default_rng(number)
        some = [Decimal(int(x)) / 1000 for x in generator.integers(0, 400, 3)]
        prices = Prices(job=some[0], circuit=some[1], shot=some[2] / 10 + Decimal("0.0003"))
        sizes = generator.integers(1, 12, (6, 2)).tolist()
        orders = [
            Order(name=f"x/{place}", draw=lambda p=place, n=n, m=m: job_of(f"x/{p}", n, m))
            for place, (n, m) in enumerate(sizes)
        ]
        whole = sum(prices.of(1, n, n * m, 0.0) for n, m in sizes)
        limit = (whole * Decimal(int(generator.integers(20, 180)))) / 100
        service, journal = Service(prices, generator), Journal(tmp_path / f"{number}.jsonl")
        for _ in range(3):
            terms = SendingTerms(
                purse=Purse(prices=prices, limit=limit), patience=Patience(sleep=lambda _: None)
            )
            try:
                list(Spine(service, journal, terms).answers(orders[:3]))
                list(Spine(service, journal, terms).answers(orders))
            except DeviceError as error:
                ends[type(error).__name__] += 1
                assert sum(service.bill) <= limit
                continue
            ends["done"] += 1
            break
        rows = purchases(journal.events)
        assert sum(service.bill) <= paid(rows) <= limit
        unclear = sum(Decimal(row.price) for row in rows if row.standing == "may be out")
        assert paid(rows) - unclear <= sum(service.bill)
        assert [str(x) for x in service.bill] == [row.price for row in rows if row.owed]
    assert min(ends[kind] for kind in ("done", "CostLimitError", "JobLostError")) >= 5


def test_a_limit_without_prices_is_refused_before_anything_is_sent(tmp_path):
    service = Service(Prices(), np.random.default_rng(1))
    spine = Spine(service, Journal(tmp_path / "j"), SendingTerms(purse=Purse(limit=Decimal(5))))
    with pytest.raises(CostLimitError, match="prices are not known"):
        list(spine.answers([Order(name="a", draw=lambda: job_of("a", 1, 1))]))
    assert not service.bill


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("0.30 USD/job + 0.00035 USD/shot", Decimal("0.335")),
        ("0.01/circuit", Decimal("0.1")),
        ("1.6 USD/s", Decimal("4")),
        ("2 credits per task, 1 credits per shot", Decimal(102)),
    ],
)
def test_prices_as_people_write_them(text, cost):
    prices = read_prices(text)
    assert prices.of(1, 10, 100, 2.5) == cost
    assert read_prices(prices.words()) == prices


@pytest.mark.parametrize(
    "text",
    ["", "0.3", "0.3/hour", "-1/shot", "1/shot, 2/shot", "1 USD/shot + 1 EUR/job", "1e9/shot"],
)
def test_prices_that_are_none(text):
    with pytest.raises(UsageError, match="--price"):
        read_prices(text)
