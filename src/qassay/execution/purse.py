"""The money of a run: what each job costs, and the limit that no job may pass.

A job is paid for when it is sent, whatever becomes of it; one that may be out counts as paid. So
the limit holds before a job is sent, and not when its bill comes. Where a second has a price, a job
is counted with its planned seconds until its answer says how many it took.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from qassay.devices.prices import Prices
from qassay.errors import CostLimitError, Problem
from qassay.execution.job_book import Purchase


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """Prices and a limit.

    Attributes:
        prices: What is charged.
        limit: The most that may be paid for a run; None for no limit.
        spent: What was paid under the same limit before, for another run.
    """

    prices: Prices = field(default_factory=Prices)
    limit: Decimal | None = None
    spent: Decimal = Decimal(0)

    def price(self, parts: int, circuits: int, shots: int, seconds: float) -> str | None:
        """Give what a job costs, as text; None where nobody knows.

        Args:
            parts: Jobs as the provider counts them.
            circuits: Circuits of the job.
            shots: Of each circuit.
            seconds: Device time, planned or told.
        """
        if not self.prices.known:
            return None
        return format(self.prices.of(parts, circuits, circuits * shots, seconds), "f")

    def check(self, rows: Iterable[Purchase], price: str | None, name: str) -> None:
        """Refuse to send a job that would pass the limit.

        Args:
            rows: What was sent before.
            price: Of the job.
            name: Of the job.

        Raises:
            CostLimitError: It would, or nobody knows what it costs.
        """
        if price is None:
            raise CostLimitError(
                Problem(
                    where="--max-cost",
                    found="a device whose prices are not known",
                    expected="prices",
                    advice='give them, as in --price "0.01 USD/shot"',
                )
            )
        spent = self.spent + paid(rows)
        if self.limit is not None and spent + Decimal(price) > self.limit:
            money = self.prices.currency
            raise CostLimitError(
                f"job {name} costs {money_words(Decimal(price), money)} and"
                f" {money_words(spent, money)} are spent: more than --max-cost {self.limit:f} in"
                " all. Nothing more is sent; the same command with a larger --max-cost goes on"
            )


def paid(rows: Iterable[Purchase]) -> Decimal:
    """Add up what has been paid, or may have been."""
    return sum((Decimal(row.price) for row in rows if row.owed and row.price), Decimal(0))


def money_words(amount: Decimal, currency: str) -> str:
    """Say an amount, to the cent and further where prices are smaller."""
    cents = amount.quantize(Decimal("0.01"))
    shown = cents if cents == amount else amount.normalize()
    return f"{shown:f} {currency}".strip()
