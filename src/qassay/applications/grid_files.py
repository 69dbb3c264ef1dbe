"""A buyer's own network: MATPOWER cases and pandapower files.

Where a file holds no solved flows, the reference tool of its format solves the DC power flow.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from qassay.applications import matpower_case as matpower
from qassay.applications import matpower_flows as power
from qassay.applications.interface import text_of
from qassay.applications.network import GIVEN, Network
from qassay.applications.pandapower_net import read_pandapower
from qassay.errors import Problem, UsageError

LARGEST_FILE: Final = 32 << 20
_EXPECTED: Final = "a MATPOWER case (.m) or a pandapower network (.json)"


def read_network(data: bytes, name: str) -> Network:
    """Read a network from a file of either kind.

    Raises:
        UsageError: It is neither, or its tables have mistakes.
        UnavailableError: The tool that solves its flows is not installed.
    """
    if len(data) > LARGEST_FILE:
        raise UsageError(Problem(where=name, found="more than 32 MiB", expected=_EXPECTED))
    text = text_of(data, name, _EXPECTED)
    if text.lstrip().startswith("{"):
        return read_pandapower(text, name)
    if "mpc." in text:
        return _of_case(matpower.read_case(text, name), name)
    raise UsageError(
        Problem(
            where=name,
            found="a file of another kind",
            expected=_EXPECTED,
            advice="export the case from your tool in one of these formats",
        )
    )


def _of_case(case: matpower.Case, name: str) -> Network:
    """Take the buses and branches that are in service."""
    flows, words = power.solved_flows(case), GIVEN
    if flows is None or not power.flows_belong(case):
        flows, words = power.flows_of(case, name)
    numbers = case.bus[:, matpower.BUS_I]
    kept = np.flatnonzero(case.bus[:, matpower.BUS_TYPE] != matpower.ISOLATED)
    place = {float(numbers[row]): index for index, row in enumerate(kept)}
    return Network(
        title=case.title,
        buses=tuple(matpower.bus_number(numbers[row]) for row in kept),
        lines=tuple(
            (place[row[matpower.F_BUS]], place[row[matpower.T_BUS]], float(mw))
            for row, mw in zip(case.branch, flows, strict=True)
            if row[matpower.BR_STATUS] > 0
            and row[matpower.F_BUS] in place
            and row[matpower.T_BUS] in place
        ),
        flows=words,
    )
