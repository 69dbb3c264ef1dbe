"""Problems of a tester's own, held against what can be found out about them again.

A frozen instance is the one that this package holds, and nothing is left to say of it. All else is
a stranger's: a cost of another problem than the one described, an optimum that is none, or simple
rules that score too low would make any machine look of use. Cost and simple rules are worked out
anew by every audit; the best answer by whoever asks for it, since a solver may take minutes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from qassay.applications.catalog import application_of, reference_merit
from qassay.applications.descent import simple_rules
from qassay.applications.instance import Instance
from qassay.applications.interface import Encodes
from qassay.applications.ising import Ising
from qassay.applications.prepared import is_frozen
from qassay.errors import NotReproducedError, PlanError, Problem, QassayError, quoted
from qassay.evidence import bundle as layout
from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.planning.plan import Plan
from qassay.protocols.approximation_ratio import read_problem
from qassay.protocols.known import is_application

_MOST_TRIED: Final = 1000  # qubits and couplings whose simple rules take some seconds, not minutes
_SCORE: Final = 1.5e-4  # scores of simple rules are kept to four digits
_SLACK: Final = 1e-6  # of costs and merits: another library, and values rounded for a file
Oddity = tuple[str, str, str]
_NO_PROBLEM: Final = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OwnProblem:
    """A problem of a tester's own.

    Attributes:
        instance: The problem.
        classical: What the plan says that a solver found; None where it says nothing.
    """

    instance: Instance
    classical: Mapping[str, Any] | None

    @property
    def solvable(self) -> bool:
        """Whether its application can write it again, and solve it."""
        return isinstance(application_of(self.instance.application), Encodes)


def own_problems(plan: Plan) -> tuple[OwnProblem, ...]:
    """List the problems of a plan that are not frozen ones, each once with its classical answer."""
    found: dict[str, OwnProblem] = {}
    for x in plan.experiments:
        if is_application(x):
            problem = read_problem(x.problem)
            if not is_frozen(problem.instance):
                known = problem.notes["classical"]
                key = str((problem.instance.as_json(), known))
                found[key] = OwnProblem(instance=problem.instance, classical=known)
    return tuple(found.values())


def check_problems(plan: Plan) -> tuple[Sentence, ...]:
    """Work out cost and simple rules of a tester's own problems again.

    Returns:
        What is left open.

    Raises:
        NotReproducedError: A problem is not the one that it is said to be.
    """
    own, open_points = own_problems(plan), dict[Sentence, None]()
    odd: list[Problem] = []
    tried: set[str] = set()
    for one in own:
        instance = one.instance
        open_points[said("unproven.own_file", problem=instance.name)] = None
        if not one.solvable:
            open_points[said("unproven.problem", problem=instance.name)] = None
            continue
        open_points[said("unproven.best")] = None
        if (text := str(instance.as_json())) in tried:
            continue
        tried.add(text)
        odd += _problems(instance, _encoded_otherwise(instance))
        if instance.qubits + len(instance.ising.couplings) > _MOST_TRIED:
            open_points[said("unproven.simple_rules", problem=instance.name)] = None
        else:
            odd += _problems(instance, _rules_otherwise(instance))
    NotReproducedError.raise_if_any(odd)
    return tuple(open_points)


def solved_again(own: OwnProblem) -> tuple[Sentence, ...]:
    """Look for the best answer to a problem of a tester's own again; minutes where it is large.

    Args:
        own: One that is solvable; of others nothing is found, and nothing left open.

    Returns:
        What is left open: an answer or a proof that could not be had again in time.

    Raises:
        NotReproducedError: There is a better answer, or simple rules score otherwise.
    """
    instance, application = own.instance, application_of(own.instance.application)
    if not isinstance(application, Encodes):
        return ()
    NotReproducedError.raise_if_any(_problems(instance, _rules_otherwise(instance)))
    try:
        lowest, best = application.lowest(instance), application.solve(instance)
    except PlanError:  # the solver ran out of time
        return (said("unproven.proof", problem=instance.name),)
    except _NO_PROBLEM as error:
        raise NotReproducedError(
            *_problems(instance, [("data", repr(error)[:100], "a problem that can be solved")])
        ) from None
    ising, odd = instance.ising, []
    if lowest.value < instance.optimum.energy - _SLACK * ising.scale:
        found, expected = f"{instance.optimum.energy:.6g}", f"a cost of {lowest.value:.6g}, or less"
        odd.append(("optimum", found, expected))
    said_best = [("what the instance knows", reference_merit(instance))]
    if own.classical is not None:
        said_best.append(("classical answer", float(own.classical["optimum"])))
    for what, merit in said_best:
        short = best.value - merit if application.higher_is_better else merit - best.value
        if short > _SLACK * max(1.0, abs(best.value)):
            odd.append((what, f"{merit:.6g}", f"{best.value:.6g}, or better"))
    NotReproducedError.raise_if_any(_problems(instance, odd))
    proofs = (
        (instance.optimum.proven, lowest.proven),
        (own.classical is not None and bool(own.classical["proven"]), best.proven),
    )
    if any(claimed and not had for claimed, had in proofs):
        return (said("unproven.proof", problem=instance.name),)
    return ()


def _problems(instance: Instance, odd: Iterator[Oddity] | list[Oddity]) -> list[Problem]:
    where = f"{layout.PLAN}, problem {quoted(instance.name, 60)}"
    return [
        Problem(where=f"{where}, {what}", found=found, expected=expected)
        for what, found, expected in odd
    ]


def _encoded_otherwise(instance: Instance) -> Iterator[Oddity]:
    """Hold the cost against the one that the rest of the problem leads to."""
    application = application_of(instance.application)
    if not isinstance(application, Encodes):
        return
    try:
        again = application.encoded(instance)
    except (*_NO_PROBLEM, QassayError) as error:
        yield "data", quoted(str(error), 100), "data of the problem that its cost encodes"
        return
    if not _alike(instance.ising, again):
        yield "cost", "another cost", "the one that its data lead to"


def _alike(one: Ising, other: Ising) -> bool:
    slack = _SLACK * (other.scale or 1.0)
    ours, theirs = ({(i, j): x for i, j, x in side.couplings} for side in (one, other))
    return (
        one.qubits == other.qubits
        and ours.keys() == theirs.keys()
        and abs(one.constant - other.constant) <= slack
        and all(abs(x - theirs[pair]) <= slack for pair, x in ours.items())
        and all(abs(a - b) <= slack for a, b in zip(one.fields, other.fields, strict=True))
    )


def _rules_otherwise(instance: Instance) -> Iterator[Oddity]:
    """Hold optimum and thresholds against what two simple rules reach."""
    ising, optimum = instance.ising, instance.optimum.energy
    rules = simple_rules(ising)
    if rules.lowest < optimum - _SLACK * ising.scale:
        found, expected = f"{optimum:.6g}", f"{rules.lowest:.6g}, which descent reaches, or less"
        yield "optimum", found, expected
        return
    ours, theirs = rules.scores(ising.constant, optimum), instance.thresholds
    for name in ("one_step", "descent"):
        score, told = getattr(ours, name), getattr(theirs, name)
        if not math.isclose(score, told, rel_tol=0.0, abs_tol=_SCORE):
            yield f"thresholds, {name}", f"{told:g}", f"{score:g}"
