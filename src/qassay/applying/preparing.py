"""The sheet of `qassay apply`: it asks for a problem at each depth, with what is known beforehand.

instance -> classical answer -> circuits -> prediction from claims -> sheet, and a file a depth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from qassay.applications.catalog import application_of, find_instance
from qassay.applications.instance import Instance
from qassay.applications.prepared import Prepared
from qassay.applications.ramp import MOST_DEPTH
from qassay.applying.predicting import predicted_from_sheet
from qassay.assay.stopwatch import Stopwatch
from qassay.claims.attached import LARGEST_ATTACHED
from qassay.claims.claim_file import parse_claim_sheet, read_sheet_bytes
from qassay.claims.toml_text import toml_text
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Device, Job
from qassay.errors import Problem, UnsupportedCircuitError, UsageError
from qassay.numerals import numeral
from qassay.planning.application_designs import (
    FEWEST_BATCHES,
    application_experiment,
    solution_notes,
)
from qassay.protocols.approximation_ratio import ApproximationRatio
from qassay.protocols.interface import Experiment
from qassay.randomness import Stream

DEPTHS: Final = (1, 3, 8)
SIMULATED_DEPTHS: Final = (1, 3)  # deeper ones take a simulator minutes: they must be asked for
_MOST_SIMULATED: Final = 16  # qubits on which several layers are simulated without being asked
SHOTS: Final = 4800
BATCHES: Final = 24
SHEET: Final = "sheet.toml"
_MOST_SHOTS: Final = 1_000_000
_LONGEST: Final = 190  # of a title or name on a sheet
_LONGEST_NOTE: Final = 1900


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the user asks for.

    Attributes:
        application: Id.
        instance: Name of a frozen instance, path of a file, or None for the standard one.
        receptor: Path of the receptor's structure where `instance` is that of a ligand, or None.
        qubits: Size, or None.
        depths: Layers; empty for what the device can do of 1, 3 and, on hardware, 8.
        shots: Of each depth.
        batches: Of each depth.
        claims: Claim sheet whose error rates are taken at their word, or None.
    """

    application: str
    instance: str | None = None
    receptor: str | None = None
    qubits: int | None = None
    depths: tuple[int, ...] = ()
    shots: int = SHOTS
    batches: int = BATCHES
    claims: str | None = None


def wish_problems(wish: Wish) -> list[Problem]:
    """Name what of a wish has no meaning, in the words of the command line."""
    problems = []
    wrong = [depth for depth in wish.depths if not 1 <= depth <= MOST_DEPTH]
    if wrong or len(set(wish.depths)) != len(wish.depths):
        found = str(wrong[0]) if wrong else "a depth twice"
        problems.append(
            Problem(
                where="--depths", found=found, expected=f"different depths from 1 to {MOST_DEPTH}"
            )
        )
    if not FEWEST_BATCHES <= wish.batches <= 4096:
        problems.append(
            Problem(
                where="--batches",
                found=str(wish.batches),
                expected=f"{FEWEST_BATCHES} to 4096",
                advice="fewer say too little about drift",
            )
        )
    if not wish.batches <= wish.shots <= _MOST_SHOTS:
        problems.append(
            Problem(
                where="--shots", found=str(wish.shots), expected=f"{wish.batches} to {_MOST_SHOTS}"
            )
        )
    return problems


def prepared_sheet(
    wish: Wish,
    device: Device,
    name: str,
    clock: Stopwatch,
    helpers: Executor,
    stage: Callable[[str, int], None],
    progress: Callable[[], None],
) -> dict[str, bytes]:
    """Find the instance, ask the classical solver, probe, predict, and write the sheet that asks.

    Returns:
        The sheet and the files beside it, by name.
    """
    description = device.describe()
    application = application_of(wish.application)
    text = None if wish.claims is None else read_sheet_bytes(wish.claims)
    claims = None if text is None else parse_claim_sheet(text, str(wish.claims))
    instance = find_instance(
        wish.application, wish.instance, wish.qubits, description.qubits, wish.receptor
    )
    stage("looking for the best answer", 0)
    classical = solution_notes(application.solve(instance))
    clock.lap("instance and classical answer")
    stage("writing the circuits", 0)
    experiments, notes = _experiments(wish, instance, device, description, classical)
    clock.lap("circuits")
    predicted: dict[int, dict[str, Any]] = {}
    if claims is not None and text is not None:
        stage("predicting", sum(x.batches for x in experiments.values()))
        for depth, experiment in experiments.items():
            found = predicted_from_sheet(
                experiment, description, text.decode("utf-8-sig"), progress, helpers
            )
            if isinstance(found, str):
                notes.append(f"depth {depth} has no prediction: {found}")
            else:
                predicted[depth] = found
        clock.lap("prediction from claims")
        notes.append(f"the prediction follows from the claims of: {claims.title}")
    files = {
        f"depth_{depth}.json": Prepared(
            instance=instance, classical=classical, predicted=predicted.get(depth)
        ).to_bytes()
        for depth in experiments
    }
    _check_size(files, instance)
    return {**files, SHEET: _sheet(wish, instance, name, notes, list(experiments))}


def _check_size(files: Mapping[str, bytes], instance: Instance) -> None:
    """Refuse an instance that no sheet could name: what stands beside one is bounded."""
    largest = max(map(len, files.values()))
    if largest > LARGEST_ATTACHED:
        raise UsageError(
            Problem(
                where="--instance",
                found=f"{instance.name}, a problem of {numeral(largest)} bytes",
                expected=f"at most {LARGEST_ATTACHED >> 10} KiB, with"
                f" {len(instance.ising.couplings)} couplings",
                advice="take fewer qubits of it with --qubits",
            )
        )


def _experiments(
    wish: Wish,
    instance: Instance,
    device: Device,
    description: DeviceDescription,
    classical: Mapping[str, Any],
) -> tuple[dict[int, Experiment], list[str]]:
    """Plan the depths that the device does not refuse; the reasons of the others go on the sheet.

    Depths that were not asked for and are slow on a simulator are left out.

    Raises:
        UnsupportedCircuitError: It can run none.
    """
    made: dict[int, Experiment] = {}
    refused: list[str] = []
    usual: tuple[int, ...] = SIMULATED_DEPTHS if description.simulator else DEPTHS
    if description.simulator and instance.qubits > _MOST_SIMULATED and not wish.depths:
        refused += [
            f"depth {depth} was not run: a simulator takes minutes over several layers on more"
            f" than {_MOST_SIMULATED} qubits; ask for it by --depths"
            for depth in usual[1:]
        ]
        usual = usual[:1]
    for depth in sorted(wish.depths or usual):
        experiment = application_experiment(
            instance,
            description,
            depth,
            shots=wish.shots,
            batches=wish.batches,
            notes={"classical": classical},
        )
        reason = _refusal(experiment, device, description)
        if reason:
            refused.append(f"depth {depth} was not run: {reason}")
        else:
            made[depth] = experiment
    if not made:
        raise UnsupportedCircuitError(*refused)
    return made, refused


def _refusal(experiment: Experiment, device: Device, description: DeviceDescription) -> str:
    """Ask a simulator by one shot; hardware is not asked, its refusal is an error of the run."""
    if not description.simulator:
        return ""
    protocol = ApproximationRatio(experiment.problem)
    drawn = protocol.draw(
        experiment.lengths[0], 1, experiment.targets, description.qubits, Stream(bytes(32), "probe")
    )  # public: no part of the run
    job = Job(id="probe", families=drawn.families, order=np.zeros(1, dtype=np.intp))
    try:
        device.submit(job)
    except UnsupportedCircuitError as error:
        return " ".join(str(error).split())
    return ""


def _line(text: str, longest: int) -> str:
    """Write a name of somebody's file as a sheet can hold it: printable, and on one line."""
    plain = " ".join(text.split())[:longest]
    return "".join(char if char.isprintable() else "?" for char in plain)


def _sheet(wish: Wish, instance: Instance, name: str, notes: list[str], depths: list[int]) -> bytes:
    """Write the sheet that asks for each depth, and claims nothing."""
    head = {
        "title": _line(
            f"{application_of(wish.application).words.title}: {instance.title}", _LONGEST
        ),
        "vendor": "nobody: an application, not a claim",
        "machine": _line(name, _LONGEST),
        "notes": [_line(note, _LONGEST_NOTE) for note in notes],
    }
    asked = [
        {
            "id": f"depth_{depth}",
            "ask": ApproximationRatio.id,
            "application": wish.application,
            "file": f"depth_{depth}.json",
            "depth": depth,
            "shots": wish.shots,
            "batches": wish.batches,
        }
        for depth in depths
    ]
    return toml_text({"sheet": head, "question": asked}).encode()
