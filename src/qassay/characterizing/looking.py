"""Running the first look, round after round, until what was seen is enough to plan with.

A round is a small run of its own, with a plan and a journal: which circuits it has follows from
the counts of the rounds before, so that whoever goes on with it makes the same plan again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from qassay.assay import SOFTWARE
from qassay.characterizing.first_look import Look, look_again, looks_at
from qassay.characterizing.sights import Sight, sight_of
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Device, contents_id
from qassay.execution.alone import only_call
from qassay.execution.job_book import purchases
from qassay.execution.purse import paid
from qassay.execution.run_folder import CONTENTS, RunFolder, freeze, fresh_root, kept
from qassay.execution.runner import Finished, run_plan
from qassay.execution.spine import SendingTerms
from qassay.execution.workers import executor_of
from qassay.planning.options import Options
from qassay.planning.plan import Plan, commitment_to
from qassay.planning.planner import cost_of
from qassay.statistics.trials import Trials

_ROUNDS: Final = 4  # the last of them with 64 times the circuits of the first
_AROUND: Final = 3.0  # times the lengths between which a decay lies


def look_at(
    device: Device,
    folder: Path,
    *,
    seed: int | None,
    workers: int | str,
    device_name: str,
    longest_delay: float,
    progress: Callable[[Finished], None],
    terms: SendingTerms,
) -> tuple[tuple[Sight, ...], SendingTerms]:
    """Look at a machine, or go on with it; the journals are its own.

    Args:
        device: The machine.
        folder: Of the first round; further ones stand beside it.
        seed: Whole number, or None for a random one.
        workers: Number of processes, or "dask://host:port".
        device_name: What the user called the device.
        longest_delay: Seconds.
        progress: Told each finished batch.
        terms: How long to wait for the machine, and what may be paid.

    Returns:
        What was seen, the most telling first, nothing of what brought no counts; and the terms for
        what comes after it: what it has cost is spent.
    """
    looks = looks_at(device.describe(), longest_delay)
    order = [look.metric for look in looks]
    counts: dict[str, list[Trials]] = {}
    sights: dict[str, Sight] = {}
    for number in range(1, _ROUNDS + 1):
        place = folder if number == 1 else folder.with_name(f"{folder.name}-{number}")
        done, terms = _round(looks, device, place, seed, workers, device_name, progress, terms)
        for finished in done:
            look = next(x for x in looks if x.experiment.id == finished.experiment.id)
            if look.rate in finished.scored:
                counts.setdefault(look.metric, []).append(finished.scored[look.rate])
                sights[look.metric] = sight_of(look, counts[look.metric])
        looks = tuple(
            look_again(look, number + 1, _span(sights[look.metric]), longest_delay)
            for look in looks
            if look.metric in sights and _goes_on(sights[look.metric], number)
        )
        if not looks:
            break
    return tuple(sights[metric] for metric in order if metric in sights), terms


def _goes_on(sight: Sight, number: int) -> bool:
    """Whether another round tells more: where not even the deepest circuits lost anything, it may.

    Longer delays than the first round's are not for us to choose, deeper circuits are.
    """
    layers = sight.longest > 0 and not sight.timed
    deeper = layers and sight.end == "slow" and number == 1
    return number < _ROUNDS and (deeper or not sight.settled)


def _span(sight: Sight) -> tuple[float, float]:
    """Give the lengths between which a decay lies, and some more on both sides."""
    return sight.within[0] / _AROUND, sight.within[1] * _AROUND


def _round(
    looks: Sequence[Look],
    device: Device,
    folder: Path,
    seed: int | None,
    workers: int | str,
    device_name: str,
    progress: Callable[[Finished], None],
    terms: SendingTerms,
) -> tuple[tuple[Finished, ...], SendingTerms]:
    """Run one round, or what is left of it; give its batches, and the terms for what follows."""
    done: list[Finished] = []
    folder.parent.mkdir(parents=True, exist_ok=True)
    with only_call(folder):
        place = RunFolder.at(folder)
        root = place.root(seed) or fresh_root(seed)
        plan = _plan_of(looks, device.describe(), root)
        contents = {CONTENTS: contents_id(device) or None}
        place.check(plan.as_json(), contents)
        origin = {"device": device_name or None, **contents}
        journal = freeze(folder, root, seed, origin, plan=plan.as_json(), id=plan.id)
        with kept(journal, folder.parent), executor_of(workers) as executor:
            for finished in run_plan(plan, device, root, journal, executor, None, terms):
                done.append(finished)
                progress(finished)
    spent = terms.purse.spent + paid(purchases(journal.events))
    return tuple(done), replace(terms, purse=replace(terms.purse, spent=spent))


def _plan_of(looks: Sequence[Look], device: DeviceDescription, root: bytes) -> Plan:
    """Put the looks into a plan of their own, of a sheet without claims."""
    text = '[sheet]\ntitle = "first look"\nvendor = "nobody"\nmachine = "m"\napplication = "none"\n'
    options = Options()
    experiments = tuple(look.experiment for look in looks)
    return Plan(
        software=SOFTWARE,
        sheet=parse_claim_sheet(text.encode(), "first look"),
        device=device,
        seed_commitment=commitment_to(root),
        alpha=options.alpha,
        beta=options.beta,
        rule=options.rule,
        multiplicity=options.multiplicity,
        experiments=experiments,
        cost=cost_of(experiments, device),
    )
