"""Runs a design on a device, and the record: enough to derive every number again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from qassay import __version__
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Asking, Job, Order
from qassay.devices.outcomes import outcome_lines
from qassay.fragments.ansatz import VERSION
from qassay.fragments.design import FragmentDesign
from qassay.fragments.molecule import (
    APPLICATION,
    MILLI,
    Bits,
    Fragment,
    digest_of,
    hamiltonian,
    lowest_eigenvalue,
)
from qassay.fragments.sampled import LEVEL, Mean, SampledEnergies

FORMAT: Final = 1
NAME: Final = "fragment-energy.json"
WARNING: Final = (
    "This is no evidence that the machine is useful: an ordinary computer needs no strings of it,"
    " and random strings of the right numbers of electrons lead to an energy in the same way."
    " What counts is the difference from them at the same size, not the energy."
)
NOT_PROVEN: Final = (
    "that the counts came from the machine: nobody signed them (trust level T0)",
    "that the circuits were unknown to the vendor before they ran",
    "that no other run was made and thrown away",
    "the time that the ordinary computer took: it was measured once",
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Answers:
    """What a device answered.

    Attributes:
        circuit_ids: Content ids, one a batch.
        outcomes: Bits, shape (batches, shots, register).
        seconds: Device time.
        notes: What the device says a reader must know.
    """

    circuit_ids: tuple[str, ...]
    outcomes: Bits
    seconds: float
    notes: tuple[str, ...]


def run_fragment(
    design: FragmentDesign, ask: Asking, progress: Callable[[int], None] = lambda _: None
) -> Answers:
    """Run all batches.

    Args:
        design: What to run.
        ask: Where.
        progress: Told how many batches are done.

    Raises:
        DeviceError: The device failed, or answered with another number of bits.
    """
    ids = [design.circuit(batch).circuit_ids()[0] for batch in range(design.batches)]
    parts: list[Bits] = []
    seconds, notes = 0.0, dict[str, None]()

    def job(batch: int, name: str) -> Job:
        return Job(
            id=name,
            families=(design.circuit(batch),),
            order=np.zeros(1, dtype=np.intp),
            shots=design.shots,
            start_seconds=seconds,
        )

    names = [f"fragment-{own[:16]}/{batch:04d}" for batch, own in enumerate(ids)]
    orders = [Order(name=name, draw=partial(job, k, name)) for k, name in enumerate(names)]
    for batch, result in enumerate(ask(orders)):
        parts.append(result.outcomes[0])
        seconds += result.seconds
        notes |= dict.fromkeys(result.notes)
        progress(batch + 1)
    return Answers(
        circuit_ids=tuple(ids), outcomes=np.stack(parts), seconds=seconds, notes=tuple(notes)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """What an ordinary computer finds.

    Attributes:
        hartree: The exact energy.
        seconds: To write the whole Hamiltonian and diagonalise it, here and now.
    """

    hartree: float
    seconds: float


def solve(fragment: Fragment) -> Exact:
    """Diagonalise on all determinants, and take the time."""
    begun = time.perf_counter()
    energy = lowest_eigenvalue(hamiltonian(fragment))
    return Exact(hartree=energy, seconds=time.perf_counter() - begun)


def result_json(
    design: FragmentDesign, result: SampledEnergies, exact: Exact, gates: int
) -> dict[str, Any]:
    """Give the document of `qassay apply fragment-energy --json`, less the run's own facts."""
    fragment, found = design.fragment, result.as_json()
    return {
        "application": APPLICATION,
        "optional": True,
        "instance": fragment.name,
        "title": fragment.title,
        "qubits": fragment.qubits,
        "two_qubit_gates": gates,
        "circuit": VERSION,
        "level": LEVEL,
        "results": {
            "kept": found["kept"],
            "kept_by_chance": found["kept_by_chance"],
            "error_mha": found["error"],
            "gain_mha": found["gain"],
            "drawn": found["drawn"],
            "strings": fragment.strings,
            "determinants": found["determinants"],
        },
        "random": {"error_mha": found["random_error"], "determinants": found["determinants"]},
        "ideal": {"error_mha": found["ideal_error"], "determinants": found["determinants"]},
        "classical": {
            "solver": "diagonalisation on all determinants",
            "determinants": found["all_determinants"],
            "hartree": exact.hartree,
            "seconds": round(exact.seconds, 4),
            "hartree_fock_error_mha": found["hartree_fock_error"],
            "ranked_error_mha": found["ranked_error"],
            "source": fragment.source,
        },
        "how_far": " ".join(energy_sentences(result, exact)),
        "warning": WARNING,
    }


def energy_sentences(result: SampledEnergies, exact: Exact) -> tuple[str, ...]:
    """Say what was found, plainly."""
    gain = result.gain
    if gain.low > 0:
        told = f"lead {_span(gain)} mHa lower than random strings at the same size"
    elif gain.high < 0:
        worse = Mean(value=-gain.value, low=-gain.high, high=-gain.low)
        told = f"lead {_span(worse)} mHa higher than random strings: worse than a coin"
    else:
        told = "cannot be told from random strings at the same size"
    better = "less" if result.ranked_error < result.error.value else "more"
    return (
        f"An ordinary computer solves this exactly in {MILLI * exact.seconds:.0f} milliseconds.",
        f"The machine's strings {told}.",
        f"As many strings that an ordinary computer ranks first are {result.ranked_error:.1f} mHa"
        f" above exact, {better} than the machine's {result.error.value:.1f}.",
    )


def _span(mean: Mean) -> str:
    return f"{mean.value:.1f} ({mean.low:.1f} to {mean.high:.1f})"


def fragment_json(
    device: DeviceDescription,
    design: FragmentDesign,
    seed: int | None,
    answers: Answers,
    result: SampledEnergies,
    exact: Exact,
) -> dict[str, Any]:
    """Collect the record as plain JSON values.

    Args:
        device: What the device says of itself.
        design: What was run.
        seed: The integer seed, if there was one.
        answers: What came back.
        result: What follows.
        exact: What the ordinary computer found, and in which time.
    """
    return {
        "qassay_fragment_energy": FORMAT,
        "software": f"qassay {__version__}",
        "device": device.as_json(),
        "instance": design.fragment.name,
        "instance_sha256": digest_of(design.fragment.name),
        "circuit": VERSION,
        "patch": list(design.patch),
        "batches": design.batches,
        "shots": design.shots,
        "seed": seed,
        "root": design.root.hex(),
        "circuits": list(answers.circuit_ids),
        "outcomes": outcome_lines(answers.outcomes),
        "seconds": answers.seconds,
        "notes": list(answers.notes),
        "classical_hartree": exact.hartree,
        "classical_seconds": exact.seconds,
        "result": result.as_json(),
    }
