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
from qassay.circuits.ideal import MOST_QUBITS
from qassay.cli import options, sending, sending_options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.progress import work
from qassay.cli.show import tell_earlier
from qassay.devices.interface import contents_id
from qassay.devices.outcomes import outcome_lines
from qassay.errors import Problem, UsageError
from qassay.execution.alone import only_call
from qassay.execution.journal import Journal, now_text
from qassay.execution.run_folder import CONTENTS, dates_of, freeze, fresh_root, kept, root_in
from qassay.execution.spine import Spine
from qassay.random_circuits.contraction import contraction_cost
from qassay.random_circuits.design import make_sampling_design
from qassay.random_circuits.sampling import (
    Sampled,
    SamplingPrediction,
    check,
    chosen_for_check,
    plan_sampling,
    run_sampling,
)
from qassay.randomness import root_from_integer
from qassay.replaying import open_machine
from qassay.whole_files import write_whole


@click.command(name="rcs")
@click.option("--qubits", type=int, default=10, show_default=True, help="The first ones.")
@click.option("--depth", type=int, default=8, show_default=True, help="Layers of CZ gates.")
@click.option("--circuits", type=int, default=100, show_default=True, help="Released circuits, K.")
@click.option(
    "--checked",
    type=int,
    default=40,
    show_default=True,
    help="Checked ones, drawn after the counts are in.",
)
@click.option("--shots", type=int, default=100, show_default=True, help="Of each circuit.")
@click.option(
    "--deadline",
    type=float,
    metavar="SECONDS",
    help="From release to counts; 1.5 times the device time by default.",
)
@click.option(
    "--expect",
    metavar="E1,E2,RO",
    help="Error rates (Pauli) of pulse, CZ and readout: for the prediction.",
)
@click.option("--check-seed", type=int, help="Joint randomness of the check; else it is drawn.")
@click.option("--plan-only", is_flag=True, help="Say what it would prove, and run nothing.")
@options.together(
    options.device, options.seed, options.out, sending_options.paying, options.as_json
)
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
    price: str | None,
    max_cost: str | None,
    patience: float,
    as_json: bool,
) -> int:
    """Sample random circuits on a device and price a forgery of the counts.

    The only protocol here with a computational asymmetry, and at the sizes that can be checked
    by state vector (22 qubits) there is none: the price is printed either way.

    Exit codes: 0 the counts are consistent, 3 they are not or cannot be told.
    """
    rates = _rates(expect)
    machine = open_machine(device)
    description = machine.describe()
    terms = sending.terms_from(price, max_cost, patience, description)
    folder = Path(out) if out else Path("rcs")
    place = folder / "random-circuits.json"
    origin = {
        "question": f"random circuits of {qubits} qubits",
        "device": device,
        CONTENTS: contents_id(machine) or None,
        "--seed": seed,
        "--qubits": qubits,
        "--depth": depth,
        "--circuits": circuits,
        "--checked": checked,
        "--shots": shots,
        "--check-seed": check_seed,
    }
    root = (None if plan_only else root_in(folder, origin)) or fresh_root(seed)
    design = make_sampling_design(
        description,
        root,
        qubits=qubits,
        depth=depth,
        circuits=circuits,
        shots=shots,
    )
    if not 2 <= checked <= circuits:
        raise UsageError(
            Problem(where="--checked", found=str(checked), expected=f"2 to {circuits}")
        )
    if deadline is not None and not 0 < deadline < 1e9:
        raise UsageError(
            Problem(where="--deadline", found=str(deadline), expected="seconds, above 0")
        )
    cost = contraction_cost(qubits, design.layers(0))
    told = plan_sampling(design, description, cost, checked, rates, deadline)
    if plan_only:
        _print_plan(told, as_json)
        return 0
    if qubits > MOST_QUBITS:
        raise UsageError(
            Problem(
                where="--qubits",
                found=str(qubits),
                expected=f"at most {MOST_QUBITS}, which can be checked here",
                advice="--plan-only prices larger ones",
            )
        )
    terminal = open_page()
    with only_call(folder), work("measuring", terminal, quiet=as_json) as line:
        journal = freeze(folder, root, seed, origin)
        before = len(journal.events)
        with kept(journal):
            line.begin("measuring", design.circuits, "circuits")
            outcomes, ids, seconds, notes = run_sampling(
                design, Spine(machine, journal, terms).results, line.reached
            )
            dates = dates_of(journal, before)
            joint = _joint(journal, check_seed)
            digest = hashlib.sha256(np.ascontiguousarray(outcomes).tobytes()).digest()
            chance = hashlib.sha256(joint + digest).digest()
            picked = chosen_for_check(design.circuits, checked, chance)
            line.begin("checking", len(picked), "circuits")
            result = check(design, outcomes, picked, told, line.advance)
            document = {
                "qassay_random_circuits": 1,
                "device": description.as_json(),
                "seed": seed,
                "root": design.root.hex(),
                "joint": joint.hex(),
                "qubits": qubits,
                "depth": depth,
                "shots": shots,
                "circuits": ids,
                "outcomes": outcome_lines(outcomes),
                "checked": picked,
                "seconds": seconds,
                "notes": list(notes),
                "result": result.as_json(),
            }
            if not place.exists():
                write_whole(place, canonical_bytes(document))
    if as_json:
        print_json(
            {
                "device": device,
                "seed": seed,
                "qubits": qubits,
                "depth": depth,
                "circuits": circuits,
                "checked": checked,
                "shots": shots,
                "device_seconds": seconds,
                "notes": list(notes),
                "trust": "T0",
                **result.as_json(),
                "record": str(place),
                **sending.bill_json(journal),
                **dates.as_json(),
            }
        )
    else:
        tell_earlier(terminal, dates, folder)
        if description.simulator:
            terminal.print(f"[yellow]{escape(description.name)} is a SIMULATOR[/]")
        for note in notes:
            terminal.print(f"[yellow]{escape(note)}[/]")
        _tell(result)
        terminal.print(f"record  {place}", soft_wrap=True)
        sending.tell_bill(terminal, journal)
    return 0 if result.consistent else 3


def _joint(journal: Journal, seed: int | None) -> bytes:
    """Draw the joint randomness once the counts are in, and never again for the same counts."""
    if seed is not None:
        return root_from_integer(seed)
    drawn = next(journal.of_kind("check"), None)
    if drawn is None:
        drawn = {"kind": "check", "joint": secrets.token_hex(32), "at": now_text()}
        journal.append(drawn)
    return bytes.fromhex(drawn["joint"])


def _tell(result: Sampled) -> None:
    terminal = open_page()
    for sentence in result.sentences():
        terminal.print(f"– {sentence}")


def _print_plan(told: SamplingPrediction, as_json: bool) -> None:
    if as_json:
        print_json(told.as_json())
        return
    terminal = open_page()
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
        raise UsageError(
            Problem(
                where="--expect",
                found=f'"{text[:40]}"',
                expected="three probabilities, as 3e-4,3e-3,0.01",
            )
        )
    return one, two, readout
