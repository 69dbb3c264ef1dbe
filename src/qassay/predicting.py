"""What a vendor's claimed error rates lead one to expect of an application.

The claims are taken at their word: a virtual machine with exactly those error rates runs the
same circuits as the device will, in gauges of its own, and is scored by the same code. What
no claim speaks of is taken to be perfect, and named: a machine that stays below a prediction in
which anything had to be assumed has not been shown to fall short of what was claimed.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from concurrent.futures import Executor
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qassay.claims.claim import ClaimSheet
from qassay.claims.conventions import canonical_value
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.devices.machine_file import read_machine
from qassay.devices.noise_file import QUANTITIES
from qassay.errors import DeviceFileError, UnsupportedCircuitError
from qassay.execution.processes import SerialExecutor
from qassay.execution.runner import job_of
from qassay.execution.workers import in_order
from qassay.languages.english import said
from qassay.protocols.approximation_ratio import RATIO, batch_values
from qassay.protocols.batches import draw_batch, score_batches
from qassay.protocols.interface import Experiment
from qassay.reports.numbers import quantity
from qassay.reports.text import listed
from qassay.verdicts.application_words import noise_rates, rate_words

if TYPE_CHECKING:
    from qassay.devices.simulated.machine import VirtualMachine

_ROOT: Final = hashlib.sha256(b"qassay-prediction-v1").digest()
# One layer is cheap to simulate: a sharper prediction finds a smaller shortfall.
ROUNDS_OF_ONE_LAYER: Final = 4


def claimed_rates(sheet: ClaimSheet) -> dict[str, float]:
    """Read from a sheet the error rates that a machine file can hold, in SI units.

    Claims on everything are preferred to those on some qubits or pairs, which then stand for
    all, and claims on the mean to others; of several alike the last in order of value counts.
    """
    found: dict[str, float] = {}
    order = sorted(
        sheet.claims, key=lambda c: (c.scope.everything, c.statistic == "mean", canonical_value(c))
    )
    order.sort(key=lambda c: -len(METRICS[c.metric].noise))  # one key of a row beats its two
    for claim in order:
        found |= dict.fromkeys(METRICS[claim.metric].noise, canonical_value(claim))
    return found


def assumed(sheet: ClaimSheet, rates: dict[str, float]) -> tuple[str, ...]:
    """Name what a prediction assumes beyond the claims themselves, in words."""
    told = []
    silent = [rate_words(name) for name in noise_rates() if name not in rates]
    if silent:
        told.append(said("assumed.silent", names=listed(silent)))
    used = [c for c in sheet.claims if METRICS[c.metric].noise]
    part = [c.id for c in used if not c.scope.everything]
    if part:
        told.append(said("assumed.part", claims=", ".join(part)))
    typical = sorted({str(c.statistic) for c in used} - {"mean", "every"})
    if typical:
        told.append(said("assumed.typical", statistics=listed(typical)))
    return tuple(map(str, told))


def silent_on(rates: dict[str, float]) -> str:
    """Say why a sheet predicts nothing of circuits with two-qubit gates; empty if it does.

    Every other error that no claim speaks of is small beside theirs, and is taken to be nil.
    """
    if "two_qubit_error" in rates:
        return ""
    return "the sheet claims no two-qubit gate error, so nothing follows from it"


def _timed(name: str) -> bool:
    return QUANTITIES[name].dimension == "time"


def claimed_machine(rates: dict[str, float], device: DeviceDescription) -> bytes:
    """Write the machine file of a device exactly as claimed."""
    durations = device.durations
    wired: Any = device.connectivity
    if wired != "all-to-all":
        wired = [list(pair) for pair in device.couplings]
    lines = [
        "[machine]",
        'name = "as-claimed"',
        f'platform = "{device.platform}"',
        f"qubits = {device.qubits}",
        f"connectivity = {json.dumps(wired)}",
        "seed = 1",
        "[durations]",
        *(
            f'{name} = "{getattr(durations, name)!r} s"'
            for name in (
                "one_qubit_gate",
                "two_qubit_gate",
                "readout",
                "shot_overhead",
                "circuit_overhead",
            )
        ),
        "[noise]",
        *(
            f'{name} = "{value!r} s"' if _timed(name) else f"{name} = {value!r}"
            for name, value in sorted(rates.items())
        ),
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def predict(
    experiment: Experiment,
    device: DeviceDescription,
    rates: dict[str, float],
    progress: Callable[[], None] = lambda: None,
    executor: Executor | None = None,
    beyond: tuple[str, ...] = (),
) -> dict[str, Any] | str:
    """Simulate an experiment on a machine exactly as claimed.

    Args:
        experiment: One circuit of an application.
        device: The device that will run it.
        rates: Claimed error rates.
        progress: Told each finished batch.
        executor: Where batches run side by side; in this process without one.
        beyond: What is assumed beyond the claims, in words.

    Returns:
        Score, its standard error, batches and the claims in words; or why there is none.
    """
    text = claimed_machine(rates, device)
    try:
        read_machine(text, "claims")
    except DeviceFileError:
        # Claimed times that contradict the claimed gate errors: the gate errors count.
        rates = {name: value for name, value in rates.items() if not _timed(name)}
        beyond = (*beyond, str(said("assumed.times")))
        text = claimed_machine(rates, device)
    rounds = ROUNDS_OF_ONE_LAYER if experiment.lengths[0] == 1 else 1
    calls = (
        (score_of_batch, (experiment, text, number))
        for number in range(experiment.batches * rounds)
    )
    scores = np.empty(experiment.batches * rounds)
    try:
        for number, score in enumerate(in_order(executor or SerialExecutor(), calls)):
            scores[number] = score
            if number % rounds == 0:
                progress()
    except UnsupportedCircuitError as error:
        return str(error)
    return {
        "value": float(scores.mean()),
        "error": float(scores.std(ddof=1)) / math.sqrt(scores.size),
        "batches": int(scores.size),
        "shots": experiment.rounds * rounds,
        "claims": _words(rates),
        "assumed": list(beyond),
        "two_qubit_error": rates.get("two_qubit_error"),
    }


def score_of_batch(experiment: Experiment, text: bytes, number: int) -> float:
    """Score one batch on the machine of a file; later turns have gauges of their own.

    Args:
        experiment: One circuit of an application.
        text: The machine file.
        number: Of the batch, counted on through all turns.
    """
    turn, index = divmod(number, experiment.batches)
    root = hashlib.sha256(_ROOT + bytes([turn])).digest()
    virtual = _virtual(text)
    batch = draw_batch(experiment, index, virtual.machine.description.qubits, root)
    result = virtual.collect(virtual.submit(job_of(batch, experiment, 0.0)))
    outcomes = result.outcomes.reshape(batch.order.size, 1, -1)
    scored = score_batches(experiment, [(batch, outcomes)])
    return float(batch_values(scored[RATIO])[0])


@lru_cache(maxsize=1)
def _virtual(text: bytes) -> VirtualMachine:
    # The simulators are loaded for predictions only.
    from qassay.devices.simulated.machine import VirtualMachine

    return VirtualMachine(read_machine(text, "claims"))


def _words(rates: dict[str, float]) -> str:
    told, known = [], noise_rates()
    for name, value in sorted(rates.items()):
        words = rate_words(name) if name in known else name
        told.append(f"{words} {quantity(value, QUANTITIES[name].dimension)}")
    return ", ".join(told)
