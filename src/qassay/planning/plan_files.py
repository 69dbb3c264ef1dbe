"""What a plan holds of the files that its claims name: texts of circuits, and instances."""

from __future__ import annotations

from collections.abc import Container

from qassay.applications.instance import Instance
from qassay.claims.claim import Claim
from qassay.claims.conditions_table import FILE_CONDITIONS
from qassay.errors import QassayError
from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.planning.plan import Plan
from qassay.protocols.approximation_ratio import read_problem
from qassay.protocols.given_circuit import circuit_file
from qassay.protocols.known import is_application


def files_in_plan(plan: Plan) -> tuple[dict[str, bytes], dict[str, Instance]]:
    """Give what a plan has of the files of its claims: circuits, and instances of applications."""
    texts: dict[str, bytes] = {}
    known: dict[str, Instance] = {}
    graphs = {claim.id: claim.condition("graph") for claim in plan.sheet.claims}
    for x in plan.experiments:
        if x.circuit:
            name, _, data = circuit_file(x.circuit)
            texts[name] = data
        for graph in (graphs.get(claim) for claim in x.claims if is_application(x)):
            if isinstance(graph, str):
                known[graph] = read_problem(x.problem).instance
    return texts, known


def has_its_files(claim: Claim, names: Container[str]) -> bool:
    """Whether all files that a claim names are among these; so it is where it names none."""
    wanted = (claim.condition(key) for key in FILE_CONDITIONS)
    return all(name in names for name in wanted if isinstance(name, str))


def not_held(plan: Plan, claim: Claim) -> tuple[Sentence, ...]:
    """Say that a plan does not hold a file that an untested claim names; nothing where it does."""
    if has_its_files(claim, ()):
        return ()
    try:
        files, known = files_in_plan(plan)
    except QassayError:  # a forged problem; that is told elsewhere
        files, known = {}, {}
    return () if has_its_files(claim, {*files, *known}) else (said("untested.file_not_held"),)
