"""A plan played to its end on a law of bits: order, scoring, cycles and verdicts are the product's.

What answers is given by a function, so that any law can be judged: the wild machines of the
self-check, and those of the benchmarks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.planning.plan import Plan
from qassay.planning.schedule import round_slots, rounds
from qassay.protocols.batches import draw_order
from qassay.protocols.interface import Bits, Experiment
from qassay.protocols.known import protocol_for
from qassay.protocols.weighing.counted import Counted
from qassay.protocols.weighing.decision import Decision
from qassay.selfcheck.wild.truth import Executed
from qassay.verdicts.analysis import analyse
from qassay.verdicts.course import stopped_experiments
from qassay.verdicts.judge import decisions
from qassay.verdicts.verdict import Verdict

# Of an experiment and the arms of a batch: expected bits and outcomes.
Answer = Callable[[Experiment, npt.NDArray[np.intp]], tuple[Bits, Bits]]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Played:
    """What came of a plan.

    Attributes:
        known: Decisions, by claim.
        verdicts: In the order of the sheet.
        done: Which batches were executed, and when.
    """

    known: dict[str, Decision]
    verdicts: tuple[Verdict, ...]
    done: tuple[Executed, ...]


def play(plan: Plan, answer: Answer, root: bytes) -> Played:
    """Play a plan.

    Args:
        plan: The frozen plan.
        answer: What the machine answers.
        root: Seed of the secret order, 32 bytes.
    """
    known: dict[str, Decision] = {}
    parts, done, stopped, end, clock = [], list[Executed](), frozenset[str](), 0, 0
    for span in rounds(plan):
        slots = round_slots(plan, span, stopped)
        if not slots:
            break
        for slot in slots:
            x = slot.experiment
            arms = draw_order(x, slot.index, root)
            expected, bits = answer(x, arms)
            parts.append((x, slot.index, protocol_for(x).score(expected, bits, x, arms)))
            done.append(Executed(experiment=x, index=slot.index, clock=clock))
            clock += arms.size
        end = span[1]
        known.update(decisions(plan, Counted.of(parts, end), known))
        stopped = stopped_experiments(plan, known)
    verdicts = analyse(plan, Counted.of(parts, end), known).verdicts
    return Played(known=known, verdicts=verdicts, done=tuple(done))
