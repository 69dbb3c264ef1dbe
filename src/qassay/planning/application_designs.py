"""Experiments on applications: for a claim of a sheet, and for `qassay apply`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from qassay.applications.catalog import APPLICATIONS, find_instance
from qassay.applications.instance import Instance
from qassay.applications.ramp import MOST_DEPTH, ideal_mean
from qassay.applications.routing import route_of
from qassay.canonical import canonical_bytes
from qassay.claims.claim import Claim
from qassay.devices.description import DeviceDescription
from qassay.errors import Problem, QassayError, quoted
from qassay.protocols.approximation_ratio import ApproximationRatio
from qassay.protocols.interface import Experiment
from qassay.protocols.known import kind_of

CLAIM_BATCHES: Final = 128  # bets are made batch by batch: many small ones settle a claim sooner
CLAIM_SHOTS: Final = 50  # a batch
FEWEST_BATCHES: Final = 20


def application_experiment(
    instance: Instance,
    device: DeviceDescription,
    depth: int,
    *,
    shots: int,
    batches: int,
    notes: Mapping[str, Any] | None = None,
) -> Experiment:
    """Plan one circuit of an application.

    Args:
        instance: The instance.
        device: The device.
        depth: Layers.
        shots: In all; rounded up to whole batches.
        batches: Jobs; each has a gauge of its own.
        notes: What was computed before the run: "ideal", "predicted", "classical".

    Raises:
        PlanError: The device is too small.
    """
    each = -(-shots // batches)
    problem = {
        "instance": instance.as_json(),
        "route": route_of(instance.ising, device).as_json(),
        **{key: (notes or {}).get(key) for key in ("ideal", "predicted", "classical")},
    }
    if problem["ideal"] is None:
        mean = ideal_mean(instance.ising, depth)
        problem["ideal"] = None if mean is None else instance.ratio(mean)
    return Experiment(
        id="application",
        protocol=ApproximationRatio.id,
        version=ApproximationRatio.version,
        targets=((0,),),
        lengths=(float(depth),),
        block=(1,),
        rounds=each * batches,
        batch=each,
        problem=canonical_bytes(problem).decode("utf-8"),
    )


def claimed_experiments(claims: list[Claim], device: DeviceDescription) -> list[Experiment]:
    """Plan the experiments of a sheet's claims on applications; alike claims share one."""
    made: dict[tuple[str, str, int], Experiment] = {}
    for claim in claims:
        if kind_of(claim.metric) != "score":
            continue
        instance = claimed_instance(claim, device)
        key = (instance.application, instance.name, claimed_depth(claim))
        if key not in made:
            made[key] = application_experiment(
                instance, device, key[2], shots=CLAIM_BATCHES * CLAIM_SHOTS, batches=CLAIM_BATCHES
            )
        made[key] = replace(made[key], claims=(*made[key].claims, claim.id))
    return list(made.values())


def claimed_instance(claim: Claim, device: DeviceDescription) -> Instance:
    """Find the frozen instance that a claim names.

    Raises:
        PlanError: There is none, or it does not fit on the device.
    """
    name, qubits = claim.condition("instance"), claim.condition("qubits")
    size = int(qubits) if isinstance(qubits, float | int) else None
    application = str(claim.condition("application"))
    return find_instance(application, str(name) if name else None, size, device.qubits)


def claimed_depth(claim: Claim) -> int:
    """Give the layers that a claim states."""
    return int(float(claim.condition("depth") or 0))


def condition_problems(claims: list[Claim], device: DeviceDescription) -> Iterator[Problem]:
    """Find claims on applications whose conditions do not name a circuit that fits."""
    for claim in claims:
        if kind_of(claim.metric) != "score":
            continue
        where = f'claim "{claim.id}", conditions'
        if claim.condition("application") not in APPLICATIONS:
            yield Problem(
                where=where,
                found=quoted(claim.condition("application")),
                expected="application = one of " + ", ".join(APPLICATIONS),
            )
            continue
        depth = claim.condition("depth")
        whole = isinstance(depth, int | float) and not isinstance(depth, bool)
        layers = float(depth) if whole and depth is not None else 0.0
        if layers != int(layers) or not 1 <= layers <= MOST_DEPTH:
            yield Problem(
                where=where,
                found=f"depth {quoted(depth)}",
                expected=f"depth = 1 to {MOST_DEPTH} layers",
            )
        name = str(claim.condition("instance") or "")
        if name and ("." in name or "/" not in name):
            yield Problem(
                where=where, found=quoted(name), expected="a frozen instance, or qubits = its size"
            )
            continue
        try:
            route_of(claimed_instance(claim, device).ising, device)
        except QassayError as error:
            for problem in error.problems:
                if isinstance(problem, Problem):
                    yield replace(problem, where=where)
