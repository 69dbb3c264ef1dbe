"""Experiments on applications: for a claim of a sheet, and for a question."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from qassay.applications.catalog import (
    APPLICATIONS,
    application_of,
    find_instance,
    own_instance,
)
from qassay.applications.exact import Solution
from qassay.applications.instance import Instance
from qassay.applications.ising import Ising
from qassay.applications.prepared import Prepared, prepared_oddities, read_prepared
from qassay.applications.ramp import MOST_DEPTH, MOST_STATEVECTOR, ideal_mean
from qassay.applications.routing import Route, route_of
from qassay.canonical import canonical_bytes, content_id
from qassay.claims.claim import Claim
from qassay.claims.questions import Question
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem, QassayError, quoted
from qassay.protocols.approximation_ratio import ApproximationRatio, read_problem
from qassay.protocols.interface import Experiment
from qassay.protocols.known import kind_of
from qassay.reading.strict_json import read_json

CLAIM_BATCHES: Final = 128  # bets are made batch by batch: many small ones settle a claim sooner
EXPERIMENT: Final = "application"  # id of each, until a plan tells them apart
CLAIM_SHOTS: Final = 50  # a batch
FEWEST_BATCHES: Final = 20
MOST_SECONDS_AGAIN: Final = 120.0
_ROUNDED: Final = 1e-9  # of an exact score
_ROUTE: Final = 5e-7  # seconds, by the square of the couplings
_CLOSED: Final = 1e-6  # by couplings and qubits
_STATES: Final = 2e-8  # by layers, qubits and strings
NOT_KNOWN: Final[Mapping[str, Instance]] = MappingProxyType({})


def application_experiment(
    instance: Instance,
    device: DeviceDescription,
    depth: int,
    *,
    shots: int,
    batches: int,
    notes: Mapping[str, Any] | None = None,
    question: str = "",
) -> Experiment:
    """Plan one circuit of an application.

    Args:
        instance: The instance.
        device: The device.
        depth: Layers.
        shots: In all; rounded up to whole batches.
        batches: Jobs; each has a gauge of its own.
        notes: What was computed before the run: "ideal", "predicted", "classical".
        question: Id of the question that it answers; empty where a claim rests on it.

    Raises:
        PlanError: The device is too small.
    """
    each = -(-shots // batches)
    problem = {
        "instance": instance.as_json(),
        "route": _route(instance.ising, device).as_json(),
        **{key: (notes or {}).get(key) for key in ("ideal", "predicted", "classical")},
    }
    if question:
        problem["question"] = question
    if problem["ideal"] is None:
        mean = _ideal(instance.ising, depth)
        problem["ideal"] = None if mean is None else instance.ratio(mean)
    return Experiment(
        id=EXPERIMENT,
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
    claims: list[Claim],
    device: DeviceDescription,
    files: Mapping[str, bytes],
    known: Mapping[str, Instance] = NOT_KNOWN,
) -> list[Experiment]:
    """Plan the experiments of a sheet's claims on applications; alike claims share one.

    Args:
        claims: Of the sheet.
        device: The machine.
        files: What they name beside their sheet, by name.
        known: The instances of files that are not at hand, by name of the file.
    """
    made: dict[tuple[str, str, int], Experiment] = {}
    for claim in claims:
        if kind_of(claim.metric) != "score":
            continue
        instance = claimed_instance(claim, device, files, known)
        key = (instance.application, instance.name, claimed_depth(claim))
        if key not in made:
            made[key] = application_experiment(
                instance, device, key[2], shots=CLAIM_BATCHES * CLAIM_SHOTS, batches=CLAIM_BATCHES
            )
        made[key] = replace(made[key], claims=(*made[key].claims, claim.id))
    return list(made.values())


def asked_experiment(
    question: Question, device: DeviceDescription, files: Mapping[str, bytes]
) -> Experiment:
    """Plan the circuit that a question asks an application for.

    What a file beside the sheet knows is taken from there; else the classical solver is asked, and
    its time is left out, since no two computers would freeze the same plan.

    Raises:
        QassayError: There is no such instance, or it does not fit on the device.
    """
    known = asked_problem(question, device, files)
    if question.setting("file") is not None:
        return _asked(question, device, known)
    solution = application_of(known.instance.application).solve(known.instance)
    classical = {**solution_notes(solution), "seconds": None}
    return _asked(question, device, replace(known, classical=classical))


def asked_problem(
    question: Question, device: DeviceDescription, files: Mapping[str, bytes]
) -> Prepared:
    """Find the problem that a question asks for; of a frozen one no classical answer is known yet.

    Raises:
        QassayError: There is none, or its batches are more than its shots.
    """
    shots, batches = int(question.setting("shots")), int(question.setting("batches"))
    if shots < batches:
        raise PlanError(
            Problem(
                where=f'question "{question.id}", shots',
                found=str(shots),
                expected=f"at least {batches}, one a batch",
            )
        )
    file = question.setting("file")
    if file is not None:
        return _from_file(question, files[file])
    return Prepared(instance=_asked_instance(question, device), classical=None, predicted=None)


def asked_again(
    experiment: Experiment, question: Question, device: DeviceDescription
) -> Experiment:
    """Plan a stranger's experiment as its question asks; no solver and no simulator is asked.

    What he says of a classical answer is held against the best that the instance knows, and a
    prediction is taken at his word: it is one of the tester's, from before the run.

    Args:
        experiment: On an application, sound by itself.
        question: The one of the sheet.
        device: The machine of the plan.

    Raises:
        QassayError: The question cannot be asked of this machine, or what is known cannot be so.
    """
    problem = read_problem(experiment.problem)
    notes, file = problem.notes, question.setting("file")
    known = Prepared(
        instance=problem.instance, classical=notes["classical"], predicted=notes["predicted"]
    )
    if file is not None:
        return _asked(question, device, _from_file(question, known.to_bytes()))
    classical = None if known.classical is None else {**known.classical, "seconds": None}
    known = Prepared(
        instance=_asked_instance(question, device), classical=classical, predicted=None
    )
    PlanError.raise_if_any(
        Problem(where=what, found=str(found)[:80], expected=expected)
        for what, found, expected in prepared_oddities(known)
    )
    return _asked(question, device, known)


@lru_cache(maxsize=4)  # every depth of a problem has the same
def _route(ising: Ising, device: DeviceDescription) -> Route:
    return route_of(ising, device)


@lru_cache(maxsize=16)
def _ideal(ising: Ising, depth: int) -> float | None:
    return ideal_mean(ising, depth)


def seconds_again(experiments: Iterable[Experiment], device: DeviceDescription) -> float:
    """Say about how long it takes to plan experiments on applications again: routes, ideal scores.

    By growth laws that were measured once; an auditor's time is bounded by it, and no verdict
    depends on it.

    Args:
        experiments: On applications, sound by themselves.
        device: The machine of the plan.
    """
    problems = {(read_problem(x.problem).instance.ising, x.lengths[0]) for x in experiments}
    total = 0.0
    if device.connectivity != "all-to-all":
        total += sum(_ROUTE * len(one.couplings) ** 2 for one in {ising for ising, _ in problems})
    for ising, depth in problems:
        if depth == 1:
            total += _CLOSED * len(ising.couplings) * ising.qubits
        elif ising.qubits <= MOST_STATEVECTOR:
            total += _STATES * depth * ising.qubits * 2**ising.qubits
    return total


def same_application(planned: str, given: str) -> bool:
    """Whether two problems ask the same; what another library rounds otherwise may differ."""
    one, other = (dict(read_json(text, "plan, problem")) for text in (planned, given))
    ideals = one.pop("ideal", None), other.pop("ideal", None)
    if None in ideals:
        return one == other and ideals == (None, None)
    return one == other and math.isclose(*ideals, rel_tol=_ROUNDED, abs_tol=_ROUNDED)


def solution_notes(solution: Solution) -> dict[str, Any]:
    """Give what a plan says of a classical answer."""
    return {
        "solver": solution.solver,
        "optimum": solution.value,
        "proven": solution.proven,
        "gap": solution.gap,
        "seconds": round(solution.seconds, 4),
        "answer": "".join(map(str, solution.bits)),
    }


def _asked(question: Question, device: DeviceDescription, known: Prepared) -> Experiment:
    return application_experiment(
        known.instance,
        device,
        int(question.setting("depth")),
        shots=int(question.setting("shots")),
        batches=int(question.setting("batches")),
        notes={"classical": known.classical, "predicted": known.predicted},
        question=question.id,
    )


def _from_file(question: Question, data: bytes) -> Prepared:
    """Read what is known of the problem that a question names by a file.

    Raises:
        PlanError: It is another problem.
    """
    where = f'question "{question.id}", {question.setting("file")}'
    known = read_prepared(data, where)
    odd = question.setting("instance") or question.setting("qubits")
    if odd is not None:
        raise PlanError(
            Problem(where=where, found=str(odd), expected="no instance or qubits beside a file")
        )
    kind = str(question.setting("application"))
    if known.instance.application != kind:
        raise PlanError(
            Problem(
                where=where,
                found=f"a problem of {known.instance.application}",
                expected=f"one of {kind}",
            )
        )
    return known


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
    claim: Claim,
    device: DeviceDescription,
    files: Mapping[str, bytes],
    known: Mapping[str, Instance] = NOT_KNOWN,
) -> Instance:
    """Find the frozen instance that a claim names, or make one of its file.

    Args:
        claim: On an application.
        device: The machine.
        files: What claims name beside their sheet, by name.
        known: The instances of files that are not at hand, by name of the file.

    Raises:
        PlanError: There is none, or it does not fit on the device.
        UsageError: The file has mistakes, all of them named.
    """
    graph = claim.condition("graph")
    if isinstance(graph, str) and graph in known:
        return known[graph]
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
        one = application_of(str(claim.condition("application")))
        return own_instance(one, data, graph, None)
    name, qubits = claim.condition("instance"), claim.condition("qubits")
    size = int(qubits) if isinstance(qubits, float | int) else None
    application = str(claim.condition("application"))
    return find_instance(application, str(name) if name else None, size, device.qubits)


def claimed_depth(claim: Claim) -> int:
    """Give the layers that a claim states."""
    return int(float(claim.condition("depth") or 0))


def condition_problems(
    claims: list[Claim],
    device: DeviceDescription,
    files: Mapping[str, bytes],
    known: Mapping[str, Instance] = NOT_KNOWN,
) -> Iterator[Problem]:
    """Find claims on applications whose conditions do not name a circuit that fits."""
    for claim in claims:
        if kind_of(claim.metric) != "score":
            continue
        where = f'claim "{claim.id}", conditions'
        named = claim.condition("application") in APPLICATIONS
        if not named:
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
        if not named:
            continue
        name = str(claim.condition("instance") or "")
        if name and ("." in name or "/" not in name):
            yield Problem(
                where=where, found=quoted(name), expected="a frozen instance, or qubits = its size"
            )
            continue
        graph = claim.condition("graph")
        there = graph in files or graph in known
        if graph is not None and (not there or name or claim.condition("qubits")):
            yield Problem(
                where=where,
                found=f"graph = {quoted(graph)}" + ("" if there else ", not given"),
                expected="the name of a file beside the sheet, without instance or qubits",
            )
            continue
        try:
            _route(claimed_instance(claim, device, files, known).ising, device)
        except QassayError as error:
            for problem in error.problems:
                if isinstance(problem, Problem):
                    yield replace(problem, where=where)
