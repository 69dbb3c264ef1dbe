"""Experiments on applications: for a claim of a sheet, and for `qassay apply`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from qassay.applications.catalog import APPLICATIONS, application_of, find_instance
from qassay.applications.instance import Instance
from qassay.applications.ramp import MOST_DEPTH, ideal_mean
from qassay.applications.routing import route_of
from qassay.canonical import canonical_bytes, content_id
from qassay.claims.claim import Claim
from qassay.claims.questions import Question
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem, QassayError, quoted
from qassay.protocols.approximation_ratio import ApproximationRatio, read_problem
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


def claimed_experiments(
    claims: list[Claim], device: DeviceDescription, files: Mapping[str, bytes]
) -> list[Experiment]:
    """Plan the experiments of a sheet's claims on applications; alike claims share one."""
    made: dict[tuple[str, str, int], Experiment] = {}
    for claim in claims:
        if kind_of(claim.metric) != "score":
            continue
        instance = claimed_instance(claim, device, files)
        key = (instance.application, instance.name, claimed_depth(claim))
        if key not in made:
            made[key] = application_experiment(
                instance, device, key[2], shots=CLAIM_BATCHES * CLAIM_SHOTS, batches=CLAIM_BATCHES
            )
        made[key] = replace(made[key], claims=(*made[key].claims, claim.id))
    return list(made.values())


def is_asked_for(
    experiment: Experiment, question: Question, device: DeviceDescription, *, cut: bool
) -> bool:
    """Whether a stranger's experiment runs the circuit that a question asks for.

    Args:
        experiment: On an application, sound by itself.
        question: The one of the sheet.
        device: The machine of the plan.
        cut: Whether a budget may have cut the experiment short.
    """
    try:
        instance = _asked_instance(question, device)
    except QassayError:
        return False
    rounds, each = asked_circuits(question)
    whole = experiment.rounds == rounds and experiment.batch == each
    return (
        read_problem(experiment.problem).instance.as_json() == instance.as_json()
        and experiment.lengths == (float(question.setting("depth")),)
        and (whole or (cut and experiment.rounds <= rounds))
    )


def asked_circuits(question: Question) -> tuple[int, int]:
    """Give the circuits that a question asks an application for: in all, and of a batch."""
    shots, batches = int(question.setting("shots")), int(question.setting("batches"))
    each = -(-shots // batches)
    return each * batches, each


def asked_experiment(question: Question, device: DeviceDescription) -> Experiment:
    """Plan the circuit that a question asks an application for; no solver's time enters a plan.

    Raises:
        QassayError: There is no such instance, or it does not fit on the device.
    """
    instance = _asked_instance(question, device)
    solution = application_of(instance.application).solve(instance)
    classical = {
        "solver": solution.solver,
        "optimum": solution.value,
        "proven": solution.proven,
        "gap": solution.gap,
        "seconds": None,  # no two computers would freeze the same plan
        "answer": "".join(map(str, solution.bits)),
    }
    return application_experiment(
        instance,
        device,
        int(question.setting("depth")),
        shots=int(question.setting("shots")),
        batches=int(question.setting("batches")),
        notes={"classical": classical},
    )


def _asked_instance(question: Question, device: DeviceDescription) -> Instance:
    name = question.setting("instance")
    if name is not None and ("." in name or "/" not in name):
        raise PlanError(
            Problem(
                where=f'question "{question.id}", instance',
                found=quoted(name),
                expected="a frozen instance, or qubits = its size",
            )
        )
    kind = str(question.setting("application"))
    return find_instance(kind, name, question.setting("qubits"), len(device.usable))


def claimed_instance(
    claim: Claim, device: DeviceDescription, files: Mapping[str, bytes]
) -> Instance:
    """Find the frozen instance that a claim names, or make one of its file.

    Raises:
        PlanError: There is none, or it does not fit on the device.
        UsageError: The file has mistakes, all of them named.
    """
    graph = claim.condition("graph")
    if isinstance(graph, str):
        data = files[graph]
        stated = claim.condition("sha256")
        if stated not in (None, content_id(data)):
            raise PlanError(
                Problem(
                    where=graph,
                    found=f"sha256 {content_id(data)[:16]}...",
                    expected=f"{str(stated)[:16]}..., as the claim states",
                )
            )
        return application_of(str(claim.condition("application"))).own(data, graph, None)
    name, qubits = claim.condition("instance"), claim.condition("qubits")
    size = int(qubits) if isinstance(qubits, float | int) else None
    application = str(claim.condition("application"))
    return find_instance(application, str(name) if name else None, size, device.qubits)


def claimed_depth(claim: Claim) -> int:
    """Give the layers that a claim states."""
    return int(float(claim.condition("depth") or 0))


def condition_problems(
    claims: list[Claim], device: DeviceDescription, files: Mapping[str, bytes]
) -> Iterator[Problem]:
    """Find claims on applications whose conditions do not name a circuit that fits."""
    for claim in claims:
        if kind_of(claim.metric) != "score":
            continue
        where = f'claim "{claim.id}", conditions'
        known = claim.condition("application") in APPLICATIONS
        if not known:
            said = claim.condition("application")
            yield Problem(
                where=where,
                found="no application" if said is None else quoted(said),
                expected="application = one of " + ", ".join(APPLICATIONS),
            )
        depth = claim.condition("depth")
        whole = isinstance(depth, int | float) and not isinstance(depth, bool)
        layers = float(depth) if whole and depth is not None else 0.0
        if layers != int(layers) or not 1 <= layers <= MOST_DEPTH:
            yield Problem(
                where=where,
                found="no depth" if depth is None else f"depth = {depth}",
                expected=f"depth = 1 to {MOST_DEPTH} layers",
            )
        if not known:
            continue
        name = str(claim.condition("instance") or "")
        if name and ("." in name or "/" not in name):
            yield Problem(
                where=where, found=quoted(name), expected="a frozen instance, or qubits = its size"
            )
            continue
        graph = claim.condition("graph")
        if graph is not None and (graph not in files or name or claim.condition("qubits")):
            yield Problem(
                where=where,
                found=f"graph = {quoted(graph)}" + ("" if graph in files else ", not given"),
                expected="the name of a file beside the sheet, without instance or qubits",
            )
            continue
        try:
            route_of(claimed_instance(claim, device, files).ising, device)
        except QassayError as error:
            for problem in error.problems:
                if isinstance(problem, Problem):
                    yield replace(problem, where=where)
