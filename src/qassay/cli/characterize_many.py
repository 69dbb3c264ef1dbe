"""`qassay characterize` of many machines: a line for each, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.markup import escape

from qassay.characterizing.many import (
    PAGE,
    MachineOutcome,
    characterize_many,
    devices_in,
)
from qassay.characterizing.measuring import FOUND
from qassay.claims.metric import Part
from qassay.claims.metrics import METRICS, metric_of_part
from qassay.cli.page import FittingTable, open_page
from qassay.cli.printing import print_json
from qassay.cli.progress import work
from qassay.errors import Problem, UsageError, quoted
from qassay.numerals import numeral
from qassay.units import format_quantity
from qassay.whole_files import write_whole

FOLDER, SUMMARY = "characterized", "machines.json"
_LONGEST_LIST: Final = 1 << 20  # bytes of a list of devices
_SHOWN: Final[tuple[Part, ...]] = ("entangler", "turn", "readout")


def listed_devices(named: Sequence[str], lists: Sequence[str]) -> list[str]:
    """Put the devices that are named and those of lists behind one another.

    Raises:
        UsageError: There is neither, or a list cannot be read.
    """
    if not named and not lists:
        raise UsageError(
            Problem(
                where="--device",
                found="nothing",
                expected="a device, such as virtual:prototype-50",
                advice="`qassay machines` lists built-in ones",
            )
        )
    found = list(named)
    for place in lists:
        try:
            with Path(place).open("rb") as file:
                data = file.read(_LONGEST_LIST + 1)
            found += devices_in(data.decode("utf-8-sig"))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no text in UTF-8"
            raise UsageError(
                Problem(
                    where="--devices",
                    found=f"{quoted(place, 200)}: {reason}",
                    expected="a text file with one device a line",
                )
            ) from None
        if len(data) > _LONGEST_LIST:
            expected = "a text file of at most 1 MiB"
            raise UsageError(Problem(where="--devices", found="a longer one", expected=expected))
    return found


def tell_many(
    devices: Sequence[str],
    *,
    out: str | None,
    seed: int | None,
    precision: float,
    longest_delay: float,
    workers: str,
    as_json: bool,
) -> int:
    """Characterize them all, and print what became of each."""
    folder = Path(out or FOLDER)
    terminal = open_page()
    with work("characterizing", terminal, quiet=as_json) as line:
        line.begin("characterizing", len(devices), "machines")

        def told(outcome: MachineOutcome) -> None:
            line.advance()
            if outcome.failure and not as_json:
                terminal.print(f"{outcome.name}: {outcome.failure}", markup=False)

        found = characterize_many(
            devices,
            out=folder,
            seed=seed,
            precision=precision,
            longest_delay=longest_delay,
            workers=workers,
            progress=told,
        )
    document = {"folder": str(folder), "machines": [one.as_json() for one in found]}
    write_whole(folder / SUMMARY, json.dumps(document, indent=1, ensure_ascii=False).encode())
    if as_json:
        print_json(document)
    else:
        _tell(found, folder)
    failed = next((one.exit_code for one in found if one.failure), 0)
    return failed or (0 if all(one.precise for one in found) else 3)


def _tell(found: Sequence[MachineOutcome], folder: Path) -> None:
    terminal = open_page()
    terminal.print("[yellow]SIMULATORS, every one of them: no hardware was tested.[/]")
    table = FittingTable()
    shown = [metric_of_part(part) for part in _SHOWN]
    for name in ("Machine", *(METRICS[metric].title for metric in shown), "Shots", "State"):
        table.add_column(name, justify="right" if name == "Shots" else "left")
    for one in found:
        values = {row["metric"]: row for row in (one.document or {}).get("figures", ())}
        table.add_row(
            escape(one.name),
            *(_value(metric, values.get(metric)) for metric in shown),
            "–" if one.document is None else numeral(one.document["shots"]),
            _state(one),
        )
    terminal.print(table)
    failed = [one for one in found if one.failure]
    before = sum(one.before for one in found)
    parts = [f"{len(found) - len(failed)} of {len(found)} machines characterized"]
    parts += [f"{before} of them before, and not measured again"] if before else []
    parts += [f"{len(failed)} failed, and are begun anew by the same command"] if failed else []
    terminal.print("; ".join(parts))
    terminal.print(f"each in {folder}/MACHINE: {PAGE}, {FOUND}", markup=False)
    terminal.print(f"all in {folder / SUMMARY}", markup=False)


def _value(metric: str, row: dict[str, object] | None) -> str:
    estimate = row["estimate"] if row else None
    if not isinstance(estimate, dict) or estimate.get("value") is None:
        return "–"
    return format_quantity(float(estimate["value"]), METRICS[metric].dimension)


def _state(one: MachineOutcome) -> str:
    if one.failure:
        return "failed"
    return "precise" if one.precise else "not yet precise"
