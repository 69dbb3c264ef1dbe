"""Options of commands that send jobs to somebody's machine: prices, a limit, patience."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from rich.console import Console
from rich.markup import escape

from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Device, computes_here
from qassay.devices.prices import Prices, prices_of, read_prices
from qassay.errors import Problem, UsageError
from qassay.execution.foretold import foretold
from qassay.execution.job_book import purchases
from qassay.execution.journal import Event
from qassay.execution.outages import Patience
from qassay.execution.purse import Purse, money_words, paid
from qassay.execution.spine import SendingTerms
from qassay.languages.english import said
from qassay.languages.sentence import Figures
from qassay.languages.speaker import speaker_of
from qassay.planning.plan import Plan


def prices_from(text: str | None, device: DeviceDescription) -> Prices:
    """Give the prices that the user or else the device states.

    Raises:
        UsageError: The user's are none.
    """
    return prices_of(device) if text is None else read_prices(text)


def terms_from(
    text: str | None, limit: str | None, minutes: float, device: DeviceDescription
) -> SendingTerms:
    """Make the terms of a run from what the user typed.

    Args:
        text: Of `--price`.
        limit: Of `--max-cost`.
        minutes: Of `--patience`.
        device: Which may have prices of its own.

    Raises:
        UsageError: One of them has no meaning, or there is a limit and no price.
    """
    prices = prices_from(text, device)
    most = None if limit is None else _amount(limit)
    if most is not None and not prices.known:
        raise UsageError(
            Problem(
                where="--max-cost",
                found="no prices of this device",
                expected="prices",
                advice='add them, as in --price "0.01 USD/shot"',
            )
        )
    return SendingTerms(
        patience=Patience(seconds=60 * minutes), purse=Purse(prices=prices, limit=most)
    )


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text.split(" ", maxsplit=1)[0])
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and amount >= 0):
        raise UsageError(
            Problem(where="--max-cost", found=f'"{text[:40]}"', expected="an amount, as in 25.50")
        )
    return amount


def tell_money(
    terminal: Console, plan: Plan, device: Device, prices: Prices, language: str = "en"
) -> None:
    """Say before the first shot what the jobs of a plan cost at most; nothing of what is free."""
    if computes_here(device) and not prices.known:
        return
    told = foretold(plan, device, prices)
    words = said("plan.jobs_unpriced", n=told.jobs)
    if prices.known:
        amount, _, currency = money_words(told.money, prices.currency).partition(" ")
        money = Figures(number=amount, unit=currency, joint=" ")
        words = said("plan.jobs_priced", n=told.jobs, money=money, prices=prices.words())
    terminal.print(escape(speaker_of(language).say(words)))


def bill_json(events: Sequence[Event]) -> dict[str, Any]:
    """Give what the jobs of a run have cost, lost ones included; null where nobody knows."""
    rows = purchases(events)
    priced = any(row.price for row in rows)
    currency = next((row.currency for row in rows if row.currency), None)
    return {"cost": format(paid(rows), "f") if priced else None, "currency": currency}


def tell_bill(terminal: Console, events: Sequence[Event]) -> None:
    """Say what the jobs of a run have cost; nothing where none was sent or all is free."""
    rows = purchases(events)
    if any(row.price for row in rows):
        currency = next((row.currency for row in rows if row.currency), "")
        sent = sum(row.owed for row in rows)
        money = escape(money_words(paid(rows), currency))
        terminal.print(f"{sent} jobs, {money} in all, lost ones included")


def jobs_json(plan: Plan, device: Device, prices: Prices) -> dict[str, Any]:
    """Give the same as plain JSON values."""
    told = foretold(plan, device, prices)
    return {
        "jobs": told.jobs,
        "circuits": told.circuits,
        "shots": told.shots,
        "money": format(told.money, "f") if prices.known else None,
        "currency": prices.currency or None,
        "prices": prices.words() or None,
    }
