"""The power in the branches of a MATPOWER case: as solved in the file, or by its DC power flow.

That flow is PYPOWER's, the port of MATPOWER's own (`rundcpf`): the reference bus takes what the
file leaves open, and shunts, phase shifts and negative reactances count.
"""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.applications.matpower_case import (
    BR_STATUS,
    BUS_I,
    BUS_TYPE,
    F_BUS,
    GEN_BUS,
    GEN_STATUS,
    GS,
    ISOLATED,
    PD,
    PF,
    PG,
    PT,
    REFERENCE,
    REGULATED,
    T_BUS,
    VM,
    Case,
    Floats,
    bus_number,
)
from qassay.errors import Problem, UnavailableError, UsageError

_BALANCE: Final = 1e-6  # of the largest power: no flow may be lost
_OTHER_DAY: Final = 0.01  # of what passes a bus at most: solved flows that miss more are of others


def solved_flows(case: Case) -> Floats | None:
    """Give the flows that the file itself holds, in MW, shape (branches,); None without any."""
    if case.branch.shape[1] <= PF:
        return None
    flows = case.branch[:, PF]
    return flows if flows.any() and np.isfinite(flows[_in_service(case)]).all() else None


def flows_belong(case: Case) -> bool:
    """Whether the flows in the file are of its own loads and machines, as far as it says both ends.

    What the machines of a bus feed in, its load and its shunt at its voltage have to be what its
    branches take, of all buses that have no reference machine.
    """
    if case.branch.shape[1] <= PT or not np.isfinite(case.branch[:, [PF, PT]]).all():
        return True
    rest, passed = _rests(case, case.branch[:, PF], case.branch[:, PT], case.bus[:, VM] ** 2)
    free = ~np.isin(case.bus[:, BUS_I], _references(case)) & (case.bus[:, BUS_TYPE] != ISOLATED)
    return bool((np.abs(rest[free]) <= _OTHER_DAY * max(1.0, float(passed.max()))).all())


def _rests(
    case: Case, begun: Floats, ended: Floats, squared: Floats | float
) -> tuple[Floats, Floats]:
    """Give what is left of each bus's power, and how much passes through it, in MW."""
    place = {bus: k for k, bus in enumerate(case.bus[:, BUS_I])}
    rest = -case.bus[:, PD] - case.bus[:, GS] * squared
    passed = np.zeros_like(rest)
    on = _in_service(case)
    for row in case.gen[case.gen[:, GEN_STATUS] > 0]:
        rest[place[row[GEN_BUS]]] += row[PG]
    for row, start, end in zip(case.branch[on], begun[on], ended[on], strict=True):
        for bus, mw in ((row[F_BUS], start), (row[T_BUS], end)):
            rest[place[bus]] -= mw
            passed[place[bus]] += abs(mw)
    return rest, passed


def flows_of(case: Case, name: str) -> tuple[Floats, str]:
    """Solve MATPOWER's DC power flow.

    Returns:
        The power into each branch in MW, shape (branches,), 0 where it is out of service; and
        how it came about, in words.

    Raises:
        UnavailableError: PYPOWER is not installed.
        UsageError: The flow has no solution.
    """
    try:
        with warnings.catch_warnings():  # its sources are of the time before such warnings
            warnings.simplefilter("ignore")
            from pypower.api import ppoption, rundcpf
    except ImportError:
        raise UnavailableError(
            f"{name}: the flows of a MATPOWER case are computed by PYPOWER, which is not"
            " installed: `python3 dev.py setup --with grid`, or `pip install PYPOWER`"
        ) from None
    references = _references(case)
    if not (case.bus[:, BUS_TYPE] == REFERENCE).any():
        raise UsageError(
            Problem(where=f"{name}, mpc.bus", found="no reference bus", expected="one of type 3")
        )
    tables = {"bus": case.bus.copy(), "gen": case.gen.copy(), "branch": case.branch.copy()}
    given = {"version": "2", "baseMVA": case.mva, **tables}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a matrix that has no inverse is told below
        try:
            found, solved = rundcpf(given, ppoption(VERBOSE=0, OUT_ALL=0))
        except (ArithmeticError, LookupError, RuntimeError, ValueError, TypeError) as error:
            raise _unsolved(name, str(error)) from None
    flows = np.asarray(found["branch"], dtype=np.float64)[:, PF]
    flows = np.where(_in_service(case), flows, 0.0)
    if not solved or not np.isfinite(flows).all() or not _balanced(case, flows, references):
        raise _unsolved(name, "parts of the network have no connection to the reference bus")
    taken = np.asarray(found["gen"], dtype=np.float64)[:, PG]
    at_reference = np.isin(case.gen[:, GEN_BUS], references) & (case.gen[:, GEN_STATUS] > 0)
    gap = float((taken - case.gen[:, PG])[at_reference].sum())
    words = "flows from MATPOWER's DC power flow (PYPOWER): lossless, flat voltages"
    if solved_flows(case) is not None:
        words += "; the flows in the file do not belong to its loads and machines"
    if abs(gap) > _BALANCE * max(1.0, float(np.abs(case.bus[:, PD]).sum())):
        named = ", ".join(bus_number(bus) for bus in references)
        words += f"; the reference bus {named} takes {gap:+.6g} MW that the file leaves open"
    return flows, words


def _references(case: Case) -> Floats:
    """Give the buses that take what is left open, as MATPOWER's `bustypes` chooses them.

    A reference bus without a machine in service is none; where no other is left, the first bus
    of type 2 with such a machine stands in.
    """
    driven = np.isin(case.bus[:, BUS_I], case.gen[case.gen[:, GEN_STATUS] > 0, GEN_BUS])
    chosen: Floats = case.bus[driven & (case.bus[:, BUS_TYPE] == REFERENCE), BUS_I]
    if not chosen.size:
        chosen = case.bus[driven & (case.bus[:, BUS_TYPE] == REGULATED), BUS_I][:1]
    return chosen


def _unsolved(name: str, why: str) -> UsageError:
    return UsageError(
        Problem(
            where=name,
            found=f"a network whose DC power flow has no solution ({why})",
            expected="one connected network with a reference bus",
        )
    )


def _in_service(case: Case) -> npt.NDArray[np.bool_]:
    isolated = case.bus[case.bus[:, BUS_TYPE] == ISOLATED, BUS_I]
    ends = case.branch[:, [F_BUS, T_BUS]]
    return (case.branch[:, BR_STATUS] > 0) & ~np.isin(ends, isolated).any(axis=1)


def _balanced(case: Case, flows: Floats, references: Floats) -> bool:
    """Whether at every bus but the reference what comes in goes out: nothing was left out."""
    rest, _ = _rests(case, flows, -flows, 1.0)
    free = ~np.isin(case.bus[:, BUS_I], references) & (case.bus[:, BUS_TYPE] != ISOLATED)
    scale = max(1.0, float(np.abs(flows).max(initial=0.0)))
    return bool((np.abs(rest[free]) <= _BALANCE * scale).all())
