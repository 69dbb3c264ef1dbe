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
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qassay.applications.prepared import LONGEST_SHEET
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.devices.machine_file import read_machine
from qassay.errors import DeviceFileError, UnsupportedCircuitError
from qassay.execution.processes import SerialExecutor
from qassay.execution.runner import job_of
from qassay.execution.workers import in_order
from qassay.languages.english import said
from qassay.numerals import numeral
from qassay.planning.application_designs import EXPERIMENT
from qassay.planning.plan import Plan
from qassay.protocols.approximation_ratio import RATIO, batch_values, read_problem
from qassay.protocols.batches import draw_batch, score_batches
from qassay.protocols.interface import Experiment
from qassay.reports.claimed_rates import (
    assumed,
    claimed_rates,
    predictions_of,
    rates_in_words,
    silent_on,
    without_times,
)

if TYPE_CHECKING:
    from qassay.devices.simulated.machine import VirtualMachine

_ROOT: Final = hashlib.sha256(b"qassay-prediction-v1").digest()
# One layer is cheap to simulate: a sharper prediction finds a smaller shortfall.
ROUNDS_OF_ONE_LAYER: Final = 4
_ROUNDED_SHOTS: Final = 0.05  # standard errors of a prediction


def claimed_machine(rates: dict[str, float], device: DeviceDescription) -> bytes:
    """Write the machine file of a device exactly as claimed."""
    durations, plain = device.durations, without_times(rates)
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
            f"{name} = {value!r}" if name in plain else f'{name} = "{value!r} s"'
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
        rates = without_times(rates)
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
        "claims": rates_in_words(rates),
        "assumed": list(beyond),
        "two_qubit_error": rates.get("two_qubit_error"),
    }


def predicted_from_sheet(
    experiment: Experiment,
    device: DeviceDescription,
    text: str,
    progress: Callable[[], None] = lambda: None,
    executor: Executor | None = None,
) -> dict[str, Any] | str:
    """Simulate an experiment on a machine exactly as a claim sheet says.

    Args:
        experiment: One circuit of an application.
        device: The device that will run it.
        text: The claim sheet, which has been read before.
        progress: Told each finished batch.
        executor: Where batches run side by side; in this process without one.

    Returns:
        What `predict` gives, with the sheet, so that a stranger can do the same; or why there is no
        prediction.
    """
    if len(text) > LONGEST_SHEET:
        return (
            f"the claims that it would follow from take {numeral(len(text))} characters, and"
            f" {numeral(LONGEST_SHEET)} can be sealed beside it"
        )
    sheet = parse_claim_sheet(text.encode(), "claims")
    rates = claimed_rates(sheet)
    told = silent_on(rates) or predict(
        experiment, device, rates, progress, executor, assumed(sheet, rates)
    )
    return told if isinstance(told, str) else {**told, "sheet": text}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForetoldAgain:
    """A prediction of a plan, and what its claim sheet leads to when it is simulated again.

    Attributes:
        experiment: Id.
        said: Score, standard error and batches, as the plan has them.
        again: The same, simulated; why there is none in their place.
    """

    experiment: str
    said: tuple[float, float, int]
    again: tuple[float, float, int] | str

    @property
    def same(self) -> bool:
        """Whether both are one prediction; another library may round a shot the other way."""
        if isinstance(self.again, str):
            return False
        slack = _ROUNDED_SHOTS * self.again[1]
        return all(abs(a - b) <= slack for a, b in zip(self.said, self.again, strict=True))


def foretold_again(
    plan: Plan, executor: Executor | None = None, progress: Callable[[], None] = lambda: None
) -> Iterator[ForetoldAgain]:
    """Simulate again what a stranger's plan says that claims lead to, a second to minutes each.

    Args:
        plan: One that has passed an audit.
        executor: Where batches run side by side.
        progress: Told each finished batch.
    """
    questions = {one.id: one for one in plan.sheet.questions}
    for x, told in predictions_of(plan):
        question = questions.get(read_problem(x.problem).question)
        if "sheet" not in told or question is None:
            continue
        # As it was before a budget, and by the name that it had before the sheet was written.
        each = -(-int(question.setting("shots")) // (batches := int(question.setting("batches"))))
        whole = replace(x, id=EXPERIMENT, rounds=each * batches, batch=each)
        found = predicted_from_sheet(whole, plan.device, told["sheet"], progress, executor)
        yield ForetoldAgain(
            experiment=x.id,
            said=_numbers(told),
            again=found if isinstance(found, str) else _numbers(found),
        )


def _numbers(told: Mapping[str, Any]) -> tuple[float, float, int]:
    return float(told["value"]), float(told["error"]), int(told["batches"])


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
