"""What a provider charges: for a job, a circuit, a shot, a second of device time.

Amounts are decimal numbers, as bills are: sums are exact to the last digit that a price has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from qassay.devices.description import DeviceDescription
from qassay.errors import Problem, UsageError, quoted

_UNITS: Final = {
    "job": "job",
    "jobs": "job",
    "task": "job",
    "circuit": "circuit",
    "circuits": "circuit",
    "shot": "shot",
    "shots": "shot",
    "s": "second",
    "second": "second",
    "seconds": "second",
}
_PRICE: Final = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)\s*([A-Za-z]{1,12})?\s*(?:/|per)\s*([a-z]+)")
_BETWEEN: Final = re.compile(r"[,+;]")
_EXPECTED: Final = (
    'prices with a unit, as in "0.30 USD/job + 0.00035 USD/shot"; units are job, circuit, shot, s'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What is charged, each 0 where it is free or part of another price.

    Attributes:
        job: For a job that is sent.
        circuit: For each circuit of it.
        shot: For each shot of each circuit.
        second: For a second of device time.
        currency: Of all of them, such as "USD" or "credits".
    """

    job: Decimal = Decimal(0)
    circuit: Decimal = Decimal(0)
    shot: Decimal = Decimal(0)
    second: Decimal = Decimal(0)
    currency: str = ""

    @property
    def known(self) -> bool:
        """Whether anything is charged at all, as far as anybody has said."""
        return any((self.job, self.circuit, self.shot, self.second))

    def of(self, jobs: int, circuits: int, shots: int, seconds: float) -> Decimal:
        """Give what so much costs.

        Args:
            jobs: Jobs.
            circuits: Circuits in all of them.
            shots: Shots of all circuits.
            seconds: Device time.
        """
        paid = jobs * self.job + circuits * self.circuit + shots * self.shot
        return paid + self.second * Decimal(repr(round(seconds, 6))) if self.second else paid

    def words(self) -> str:
        """Say them, as `--price` takes them."""
        named = (
            ("job", self.job),
            ("circuit", self.circuit),
            ("shot", self.shot),
            ("s", self.second),
        )
        money = f" {self.currency}" if self.currency else ""
        return " + ".join(f"{amount:f}{money}/{unit}" for unit, amount in named if amount)


def read_prices(text: str, where: str = "--price") -> Prices:
    """Read prices as a user types them.

    Args:
        text: Such as "0.30 USD/job + 0.00035 USD/shot"; each has its unit, all one currency.
        where: What to call it in a message.

    Raises:
        UsageError: They are none.
    """
    amounts: dict[str, Decimal] = {}
    currencies: set[str] = set()
    for part in _BETWEEN.split(text):
        found = _PRICE.fullmatch(part.strip())
        unit = _UNITS.get(found[3]) if found else None
        if found is None or unit is None or unit in amounts:
            raise UsageError(Problem(where=where, found=quoted(part), expected=_EXPECTED))
        amounts[unit] = Decimal(found[1])
        currencies |= {found[2]} - {None}
    if len(currencies) > 1:
        raise UsageError(
            Problem(where=where, found=" and ".join(sorted(currencies)), expected="one currency")
        )
    return Prices(**amounts, currency=next(iter(currencies), ""))


def prices_of(device: DeviceDescription) -> Prices:
    """Give what a device says it charges."""
    return Prices(
        circuit=Decimal(repr(device.cost_per_circuit)),
        shot=Decimal(repr(device.cost_per_shot)),
        currency=device.currency,
    )
