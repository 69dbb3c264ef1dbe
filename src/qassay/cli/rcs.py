"""`qassay rcs`: random circuits against a deadline, and what forging the counts would cost."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.markup import escape

from qassay.canonical import canonical_bytes
from qassay.cli import options
from qassay.cli.show import console, print_json
from qassay.devices.catalog import open_device
from qassay.devices.outcomes import outcome_lines
from qassay.errors import Problem, UsageError
from qassay.random_circuits.contraction import contraction_cost
from qassay.random_circuits.design import make_sampling_design
from qassay.random_circuits.ideal import MOST_QUBITS
from qassay.random_circuits.sampling import (
    Prediction,
    Sampled,
    check,
    chosen_for_check,
    plan_sampling,
    sample,
)
from qassay.randomness import root_from_integer
from qassay.whole_files import write_whole


@click.command(name="rcs")
@click.option("--qubits", type=int, default=10, show_default=True, help="The first ones.")
@click.option("--depth", type=int, default=8, show_default=True, help="Layers of CZ gates.")
@click.option("--circuits", type=int, default=100, show_default=True, help="Released circuits, K.")
@click.option("--checked", type=int, default=40, show_default=True,
              help="Checked ones, drawn after the counts are in.")  # fmt: skip
@click.option("--shots", type=int, default=100, show_default=True, help="Of each circuit.")
@click.option("--deadline", type=float, metavar="SECONDS",
              help="From release to counts; 1.5 times the device time by default.")  # fmt: skip
@click.option("--expect", metavar="E1,E2,RO",
              help="Error rates (Pauli) of pulse, CZ and readout: for the prediction.")  # fmt: skip
@click.option("--check-seed", type=int, help="Joint randomness of the check; else it is drawn.")
@click.option("--plan-only", is_flag=True, help="Say what it would prove, and run nothing.")
@options.together(options.device, options.seed, options.out, options.as_json)
def rcs_command(
    device: str,
    qubits: int,
    depth: int,
    circuits: int,
    checked: int,
    shots: int,
    deadline: float | None,
    expect: str | None,
    check_seed: int | None,
    plan_only: bool,
    seed: int | None,
    out: str | None,
    as_json: bool,
) -> int:
    """Sample random circuits on a device and price a forgery of the counts.

    The only protocol here with a computational asymmetry, and at the sizes that can be checked
    by state vector (22 qubits) there is none: the price is printed either way.

    Exit codes: 0 the counts are consistent, 3 they are not or cannot be told.
    """
    rates = _rates(expect)
    machine = open_device(device)
    description = machine.describe()
    design = make_sampling_design(
        description,
        secrets.token_bytes(32) if seed is None else root_from_integer(seed),
        qubits=qubits,
        depth=depth,
        circuits=circuits,
        shots=shots,
    )
    if not 2 <= checked <= circuits:
        raise UsageError(Problem(where="--checked", found=str(checked),
                                 expected=f"2 to {circuits}"))  # fmt: skip
    if deadline is not None and not 0 < deadline < 1e9:
        raise UsageError(Problem(where="--deadline", found=str(deadline),
                                 expected="seconds, above 0"))  # fmt: skip
    cost = contraction_cost(qubits, design.layers(0))
    told = plan_sampling(design, description, cost, checked, rates, deadline)
    if plan_only:
        _print_plan(told, as_json)
        return 0
    if qubits > MOST_QUBITS:
        raise UsageError(Problem(where="--qubits", found=str(qubits),
                                 expected=f"at most {MOST_QUBITS}, which can be checked here",
                                 advice="--plan-only prices larger ones"))  # fmt: skip
    outcomes, ids, seconds, notes = sample(design, machine)
    joint = secrets.token_bytes(32) if check_seed is None else root_from_integer(check_seed)
    digest = hashlib.sha256(np.ascontiguousarray(outcomes).tobytes()).digest()
    picked = chosen_for_check(design.circuits, checked, hashlib.sha256(joint + digest).digest())
    result = check(design, outcomes, picked, told)
    folder = Path(out) if out else Path("rcs")
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "random-circuits.json"
    write_whole(place, canonical_bytes({
        "qassay_random_circuits": 1, "device": description.as_json(), "seed": seed,
        "root": design.root.hex(), "joint": joint.hex(), "qubits": qubits, "depth": depth,
        "shots": shots, "circuits": ids, "outcomes": outcome_lines(outcomes),
        "checked": picked, "seconds": seconds, "notes": list(notes), "result": result.as_json(),
    }))  # fmt: skip
    if as_json:
        print_json({"device": device, "seed": seed, "qubits": qubits, "depth": depth,
                    "circuits": circuits, "checked": checked, "shots": shots,
                    "device_seconds": seconds, "notes": list(notes), "trust": "T0",
                    **result.as_json(), "record": str(place)})  # fmt: skip
    else:
        terminal = console()
        if description.simulator:
            terminal.print(f"[yellow]{escape(description.name)} is a SIMULATOR[/]")
        for note in notes:
            terminal.print(f"[yellow]{escape(note)}[/]")
        _tell(result)
        terminal.print(f"record  {place}", soft_wrap=True)
    return 0 if result.consistent else 3


def _tell(result: Sampled) -> None:
    terminal = console()
    for sentence in result.sentences():
        terminal.print(f"– {sentence}")


def _print_plan(told: Prediction, as_json: bool) -> None:
    if as_json:
        print_json(told.as_json())
        return
    terminal = console()
    for sentence in told.sentences():
        terminal.print(f"– {sentence}")


def _rates(text: str | None) -> tuple[float, float, float] | None:
    if text is None:
        return None
    parts: list[Any] = text.split(",")
    try:
        one, two, readout = (float(part) for part in parts)
    except ValueError:
        one = two = readout = -1.0
    if not all(0 <= rate < 1 for rate in (one, two, readout)):
        raise UsageError(Problem(where="--expect", found=f'"{text[:40]}"',
                                 expected="three probabilities, as 3e-4,3e-3,0.01"))  # fmt: skip
    return one, two, readout
