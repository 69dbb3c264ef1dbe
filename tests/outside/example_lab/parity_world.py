"""Hidden machines for the parity angle: every bit is read wrong with one chance, by itself.

The parity of n bits is then right with s = (1 + (1 - 2 e)^n) / 2, so the truth is known exactly:
arccos((1 - 2 e)^n).
"""

from __future__ import annotations

import math

import numpy as np

from qassay import assay
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.known import protocol_for
from qassay.protocols.reach import register_of
from qassay.randomness import Stream
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.wild.defined_record import defined_record
from qassay.selfcheck.wild.play import play

SHEET = """[sheet]
title = "A claim about hidden parities {number}"
vendor = "qassay selfcheck"
machine = "parities-{number}"
[[claim]]
id = "angle"
metric = "{metric}"
relation = "at most"
value = "{value!r} rad"
"""


def play_parities(settings, number, metrics):
    """Let the product judge one machine, and hold the verdict beside the truth."""
    draws = Draws.of(settings.seed, number, "parities")
    qubits = draws.one_of("qubits", (2, 3, 5, 8))
    error = draws.log_uniform("error", 0.003, 0.05)
    truth = math.acos((1 - 2 * error) ** qubits)
    ratio = draws.one_of("ratio", (0.5, 1.0, 1.25, 2.0))
    text = SHEET.format(number=number, metric=metrics[0], value=truth / ratio)
    sheet = parse_claim_sheet(text.encode(), f"parities-{number}.toml")
    device = DeviceDescription(
        name=f"parities-{number}", platform="other", qubits=qubits, connectivity="all-to-all"
    )
    root, turns = draws.root(), iter(range(1_000_000))
    rng = draws.generator("answers")
    options = Options(alpha=settings.alpha, beta=settings.alpha, multiplicity=settings.multiplicity)
    plan = make_plan(sheet, device, root, options, assay.SOFTWARE)

    def answer(x, arms):
        stream = Stream(root, f"answer {next(turns)}")
        key = protocol_for(x).draw(x.lengths[0], arms.size, x.targets, qubits, stream).key
        outcomes = np.zeros((arms.size, x.shots, qubits), dtype=np.uint8)
        register = list(register_of(x.targets))
        outcomes[:, :, register[0]] = key  # a string of the right parity
        wrong = rng.random((arms.size, x.shots, len(register))) < error
        outcomes[:, :, register] ^= wrong.astype(np.uint8)
        return key, outcomes

    (verdict,) = play(plan, answer, root).verdicts
    found = verdict.estimate
    record = defined_record(
        number=number,
        metric=metrics[0],
        form="register",
        ratio=ratio,
        delta=sheet.claims[0].delta,
        outcome=verdict.outcome,
        worse=truth / sheet.claims[0].value,
        truth=truth,
        interval=None if found is None else (found.value, found.low, found.high),
        circuits=verdict.circuits,
    )
    return (record,)
