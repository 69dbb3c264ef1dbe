"""What a machine is used for, and how fast it answers."""

from __future__ import annotations

import math
from typing import Final

from qassay.claims.metric import Metric

_CLOPS: Final = "which layers are counted differs between versions: say which among conditions"

ROWS: Final = (
    Metric(
        id="approximation_ratio",
        title="Approximation ratio of an application",
        plain="How much of the right answer to a real problem of energy or healthcare is left on"
        " this machine: 0 is coin tossing, 1 the best answer there is.",
        dimension="probability",
        better="higher",
        target="register",
        definition="(C_random - <C>) / (C_random - C_optimum), with <C> the mean cost of the raw"
        " strings of the frozen circuit of an application, C_random the mean over uniformly random"
        " strings (exact) and C_optimum the proven optimum. The claim states conditions ="
        ' {application = "grid-section", qubits = 50, depth = 1}, or instance = "case118/50" in'
        ' place of qubits; or {application = "max-cut", graph = "FILE.csv", depth = 1} with edges'
        " of a graph, as lines a,b,weight or as JSON, in the folder of the sheet. The angles are"
        " those of docs/applications.md: a score published for others is another figure. No"
        " mitigation, no post-processing.",
        reference="docs/applications.md; Farhi, Goldstone and Gutmann, arXiv:1411.4028 (the"
        " circuit's form)",
        protocol="application",
        natural_delta=0.25,
        least=-math.inf,  # the bounds of a score are its instance's own
        most=math.inf,
    ),
    Metric(
        id="throughput",
        title="Throughput",
        plain="How much work the machine does in a second, waiting and control electronics"
        " included.",
        dimension="rate",
        better="higher",
        target="register",
        definition="Layers of two-qubit gates executed per second of wall time: circuits x layers"
        " x shots / time, for parametrised circuits whose parameters are renewed (CLOPS). Which"
        " layers are counted differs between versions: the claim's conditions should name it.",
        reference="Wack et al., arXiv:2110.14108",
        loose_names=(
            "clops",
            "clops_h",
            "clops_v",
        ),
        remark=_CLOPS,
        bare_unit="clops",  # layers a second, a unit of its own
    ),
)
