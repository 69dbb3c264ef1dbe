"""Plans whose evidence can be read again: whatever is run has to be sealed, sent and audited.

Who audits a bundle may have it from anybody, so no document of it, and not all of them together,
may be larger than bounds that protect him (`reading.limits`). A batch writes a document with the
ids of its circuits and one with their outcomes; batches are kept so small that both can be read.
A plan that could fill more than one bundle is held to what fits: the dearest experiments get less
until all have room, and the cheap ones keep what they need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem
from qassay.numerals import numeral
from qassay.planning.plan import JOINT_SEED, Plan
from qassay.protocols.interface import Experiment
from qassay.protocols.known import is_asked, is_timed
from qassay.reading.limits import (
    ALL_EVIDENCE_BYTES,
    ALL_EVIDENCE_FILES,
    ALL_EVIDENCE_VALUES,
    EVIDENCE,
)

# Of each bound; the rest is for what a batch and a bundle say besides: times, notes, estimates.
_FOR_A_BATCH: Final = 0.95
_FOR_BATCHES: Final = 0.85
MOST_BATCHES: Final = 4096  # of an experiment
_ID: Final = 67  # bytes: 64 digits, two quotation marks and a comma
_QUOTED: Final = 3  # bytes around the text of one outcome
_RETURNED: Final = 90  # bytes of a circuit in a file of counts that a vendor sends, about


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What circuits of one experiment leave behind, each of them.

    Attributes:
        circuits: Share of the largest document that the id of one takes.
        outcomes: Share of the largest document that its outcomes take.
        share: Share of a bundle that both take.
    """

    circuits: float
    outcomes: float
    share: float


def with_room(
    experiments: Sequence[Experiment], device: DeviceDescription, *, returned: bool
) -> tuple[Experiment, ...]:
    """Bound batches and rounds so that all that is measured can be sealed and audited.

    Args:
        experiments: As they are wanted; what questions ask for stays as it is asked.
        device: Every outcome is a text of all its qubits.
        returned: Whether the files that counts come in are sealed beside them, as in a campaign.

    Raises:
        PlanError: A question asks for more than a bundle holds, or so many claims do.
    """
    PlanError.raise_if_any(
        problem
        for x in experiments
        for problem in _too_large(x, _written(x, device, returned), device.qubits)
    )
    bounded = [_readable(x, _written(x, device, returned)) for x in experiments]
    shares = [x.rounds * _written(x, device, returned).share for x in bounded]
    fixed = sum(s for x, s in zip(bounded, shares, strict=True) if _is_fixed(x))
    level = _level([s for x, s in zip(bounded, shares, strict=True) if not _is_fixed(x)], 1 - fixed)
    held = [
        x if s <= level or _is_fixed(x) else _held(x, level / s * x.rounds)
        for x, s in zip(bounded, shares, strict=True)
    ]
    filled = sum(x.rounds * _written(x, device, returned).share for x in held)
    if filled > 1:
        raise PlanError(
            Problem(
                where="sheet",
                found=f"{len(held)} experiments that take {numeral(sum(shares))} times the room",
                expected="evidence that one bundle can hold",
                advice="put the claims into several sheets, or ask for fewer circuits",
            )
        )
    return tuple(_in_fewer_files(held, device, returned))


def is_held(plan: Plan) -> bool:
    """Say whether a plan reaches as far as one bundle can hold, but for a block of each."""
    returned = plan.seed_commitment == JOINT_SEED
    one_more = ((x, x.rounds + sum(x.block)) for x in plan.experiments)
    return sum(n * _written(x, plan.device, returned).share for x, n in one_more) > 1


def _is_fixed(x: Experiment) -> bool:
    return is_asked(x) or is_timed(x)


def _written(x: Experiment, device: DeviceDescription, returned: bool) -> _Written:
    outcomes = x.shots * (device.qubits + _QUOTED)
    values, size = 1 + x.shots, _ID + outcomes
    if returned:
        values, size = values + 2 * x.shots, size + _RETURNED + outcomes
    share = max(values / ALL_EVIDENCE_VALUES, size / ALL_EVIDENCE_BYTES) / _FOR_BATCHES
    return _Written(
        circuits=max(1 / EVIDENCE.values, _ID / EVIDENCE.size) / _FOR_A_BATCH,
        outcomes=max(x.shots / EVIDENCE.values, outcomes / EVIDENCE.size) / _FOR_A_BATCH,
        share=share,
    )


def _most_circuits(written: _Written) -> int:
    return int(1 / max(written.circuits, written.outcomes))


def _too_large(x: Experiment, written: _Written, qubits: int) -> list[Problem]:
    least = min(x.batch if _is_fixed(x) else sum(x.block), x.rounds)
    if least <= _most_circuits(written):
        return []
    by_id, by_outcome = int(1 / written.circuits), int(x.shots / written.outcomes)
    what = f"outcomes of {numeral(qubits)} qubits" if x.shots > 1 else "circuits"
    return [
        Problem(
            where=f"experiment {x.id}",
            found=f"{numeral(least * x.shots)} {what} at a time",
            expected=f"at most {numeral(by_outcome if x.shots > 1 else min(by_id, by_outcome))},"
            " which is what a document of evidence can hold",
            advice="ask for fewer shots or circuits",
        )
    ]


def _readable(x: Experiment, written: _Written) -> Experiment:
    """Keep batches so small that each of their documents can be read."""
    block = sum(x.block)
    most = max(_most_circuits(written) // block, 1) * block
    return x if x.batch <= most or _is_fixed(x) else replace(x, batch=most)


def _level(shares: Sequence[float], room: float) -> float:
    """Give the largest share that every experiment may have, so that together they fit."""
    left = len(shares)
    for share in sorted(shares):
        if share * left > room:
            return room / left
        room, left = room - share, left - 1
    return float("inf")


def _held(x: Experiment, circuits: float) -> Experiment:
    """Cut an experiment to so many circuits, in whole blocks, and at least one."""
    block = sum(x.block)
    rounds = max(int(circuits + 1e-6) // block, 1) * block
    return replace(x, rounds=rounds, batch=min(x.batch, rounds))


def _in_fewer_files(
    experiments: Sequence[Experiment], device: DeviceDescription, returned: bool
) -> list[Experiment]:
    """Take larger batches where an experiment, or all together, would have too many of them."""
    files = (3 if returned else 2) * sum(x.batches for x in experiments)
    together = -(-files // int(_FOR_BATCHES * ALL_EVIDENCE_FILES))
    larger = []
    for x in experiments:
        factor = max(together, -(-x.batches // MOST_BATCHES))
        if factor <= 1:
            larger.append(x)
            continue
        block = sum(x.block)
        most = max(_most_circuits(_written(x, device, returned)) // block, 1) * block
        batch = min(x.batch * factor, x.rounds, most)
        larger.append(x if _is_fixed(x) else replace(x, batch=max(batch, x.batch)))
    return larger
