"""Counts of a bundle in the files of other programs: the way back from an import.

What goes out is what was judged: hits of each target and circuit, not the strings behind them.
A decay that comes back in is judged the same, whichever way it went.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qassay.auditing.audit import audit_bundle
from qassay.auditing.state import Audit, known
from qassay.errors import Problem, UsageError, quoted
from qassay.evidence.roles import Pinned
from qassay.planning.plan import Plan
from qassay.protocols.interface import Experiment, Stated, Target
from qassay.protocols.joining import joined_scores
from qassay.protocols.known import estimator_of, is_published
from qassay.protocols.published import PublishedDecay
from qassay.published.converters import as_csv
from qassay.published.counts_toml import gates_of
from qassay.statistics.trials import Trials
from qassay.whole_files import write_whole

PROGRAMS: Final = ("counts", "qiskit", "pygsti")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedCounts:
    """What was written.

    Attributes:
        files: In the folder.
        left_out: Experiments that have no such form, and why.
    """

    files: tuple[Path, ...]
    left_out: tuple[str, ...]


def export_counts(
    bundle: str | Path, program: str, out: str | Path, *, trust: Pinned = None
) -> ExportedCounts:
    """Write the counts of a bundle for another program, with `counts.toml` beside them.

    Args:
        bundle: A bundle that verifies.
        program: One of `PROGRAMS`.
        out: An empty folder, or none yet.
        trust: What the reader has pinned; see `qassay.evidence.roles.trust_from`.

    Raises:
        UsageError: Another program, a folder with something in it, or no decay in the bundle.
        EvidenceError: The bundle does not verify.
    """
    if program not in PROGRAMS:
        raise UsageError(Problem(where="--to", found=quoted(program), expected=", ".join(PROGRAMS)))
    folder = Path(out)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            Problem(where=str(folder), found="something there", expected="an empty folder")
        )
    audit = audit_bundle(Path(bundle), trust=trust, page=False)
    if audit.failure is not None:
        raise audit.failure
    plan = known(audit.plan)
    text = ["\n".join(_head(plan, audit))]
    tables: dict[str, bytes] = {}
    left_out: list[str] = []
    for experiment, quantity, trials in _counted(audit.hits):
        stated = _stated(experiment, quantity)
        timed = estimator_of(experiment).model == "exponential"
        if stated is None or (timed and program != "counts"):
            left_out.append(f"{experiment.id}: {quantity} has no form in files of {program}")
            continue
        name = experiment.id.replace("/", "-")
        table = name + {"counts": ".csv", "qiskit": ".json", "pygsti": ".txt"}[program]
        tables[table] = (
            _delays(experiment.targets, trials)
            if timed
            else _written(program, experiment.targets, trials)
        )
        text.append(f'[[experiment]]\nid = "{name}"\ntable = "{table}"\n{stated}')
    if not tables:
        raise UsageError(
            Problem(
                where=str(bundle),
                found="no decay of qubits or pairs",
                expected="one at least",
                advice="; ".join(left_out),
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    tables["counts.toml"] = ("\n\n".join(text) + "\n").encode("utf-8")
    for table, data in tables.items():
        write_whole(folder / table, data)
    return ExportedCounts(files=tuple(folder / table for table in tables), left_out=tuple(left_out))


def _head(plan: Plan, audit: Audit) -> Iterator[str]:
    """Say what the counts are of; nothing that was known of them is lost on the way out."""
    yield "format = 1"
    yield f"machine = {_text(plan.sheet.machine)}"
    if plan.device.simulator:
        yield "simulator = true"
    yield 'bits = "right"'
    title = f"bundle {audit.path.name}, plan {plan.id[:16]}, measured on {plan.device.name}"
    yield f"source = {{title = {_text(title)}}}"


def _counted(
    hits: list[tuple[Experiment, int, Mapping[str, Trials]]],
) -> Iterator[tuple[Experiment, str, Trials]]:
    """Join the batches of each experiment and quantity."""
    experiments = {x.id: x for x, _, _ in hits}
    for name, quantities in joined_scores(hits).items():
        for quantity, trials in quantities.items():
            yield experiments[name], quantity, trials


def _stated(experiment: Experiment, quantity: str) -> str | None:
    """Say in TOML what was done; None where the form has no words for it."""
    estimator = estimator_of(experiment)
    fitted = isinstance(estimator, PublishedDecay) and estimator.fitted
    if isinstance(estimator, Stated):
        error_of, per_step = estimator.error_of, estimator.per_step
    elif estimator.model == "exponential":
        error_of, per_step = "step", 1.0
    else:
        return None
    key = gates_of(quantity)
    parts = {1 / 3: '"1/3"', 1 / 9: '"1/9"'}  # which no decimal number is
    asymptote = parts.get(estimator.asymptote, repr(float(estimator.asymptote)))
    timed = estimator.model == "exponential"
    lines = [
        f'kind = "{"delay" if timed else "decay"}"',
        f'metric = "{quantity}"',
        f"asymptote = {_text('fit') if fitted else asymptote}",
        *([] if timed else [f'error_of = "{error_of}"']),
    ]
    if error_of != "step":
        lines.append(f"per_step = {{{key} = {per_step!r}}}")
    if not is_published(experiment) or getattr(estimator, "together", False):
        lines.append("simultaneous = true")
    return "\n".join(lines)


def _delays(targets: tuple[Target, ...], trials: Trials) -> bytes:
    """Write a table of delays, to the last digit of each."""
    lines = ["target,delay_s,circuit,shots,hits"]
    for circuit, (arm, hits) in enumerate(zip(trials.arms, trials.hits.tolist(), strict=True)):
        for target, hit in zip(targets, hits, strict=True):
            delay = repr(float(trials.lengths[arm]))
            lines.append(f"{target[0]},{delay},{circuit},{trials.shots},{hit}")
    return ("\n".join(lines) + "\n").encode("utf-8")


def _written(program: str, targets: tuple[Target, ...], trials: Trials) -> bytes:
    """Write each target of each circuit as one row, result or line."""
    lines: list[str] = []
    rows: list[tuple[str, int, str, int, int]] = []
    results: list[object] = []
    for circuit, (arm, hits) in enumerate(zip(trials.arms, trials.hits.tolist(), strict=True)):
        length = int(trials.lengths[arm])
        for target, hit in zip(targets, hits, strict=True):
            right, wrong = "0" * len(target), "1" * len(target)
            counts = {right: hit, wrong: trials.shots - hit}
            rows.append(("-".join(map(str, target)), length, str(circuit), trials.shots, hit))
            results.append(
                {
                    "metadata": {
                        "targets": [list(target)],
                        "expected": right,
                        "length": length,
                        "circuit": circuit,
                    },
                    "counts": {bits: n for bits, n in counts.items() if n},
                }
            )
            names = ",".join(map(str, target))
            remark = f"'length': {length}, 'circuit': '{circuit}', 'expected': '{right}'"
            lines.append(f"{{}}@({names})  {right}:{hit}  {wrong}:{counts[wrong]}  # {remark}")
    if program == "counts":
        return as_csv(rows)
    if program == "qiskit":
        return (json.dumps(results, indent=1) + "\n").encode("utf-8")
    return ("\n".join(lines) + "\n").encode("utf-8")


def _text(value: str) -> str:
    return json.dumps(value)
