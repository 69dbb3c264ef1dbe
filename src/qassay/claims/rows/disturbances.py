"""What qubits do to one another, and what they lose."""

from __future__ import annotations

from typing import Final

from qassay.claims.metric import CONVENTIONS, OVER_LENGTH, Metric

ROWS: Final = (
    Metric(
        id="crosstalk",
        title="Crosstalk",
        plain="How much worse a two-qubit operation becomes because the pairs beside it are worked"
        " on at the same time.",
        dimension="probability",
        better="lower",
        target="pair",
        conventions=CONVENTIONS,
        definition="The two-qubit gate error with all pairs of a matching driven simultaneously,"
        " less that of the same pair with no pair at work that is coupled to it (on an all-to-all"
        " machine: with no other pair at work). Circuits of both kinds alternate in a secret order,"
        " so both are of the same minutes, and a drift of the gates is in neither difference.",
        reference="Gambetta et al., PRL 109, 240504 (2012), arXiv:1204.6308; Sarovar et al.,"
        " Quantum 4, 321 (2020), arXiv:1908.09855",
        protocol="isolated_pairs",
        natural_delta=0.5,
        least=-1.0,  # a difference
        names=("cross_talk",),
        part="neighbours",
    ),
    Metric(
        id="leakage",
        title="Leakage per two-qubit gate",
        plain="How often a two-qubit operation throws a qubit out of its two levels altogether.",
        dimension="probability",
        better="lower",
        target="pair",
        definition="The probability, averaged over states of the computational space, that one"
        " native entangler leaves that space (the leakage rate L1), the one-qubit gates beside it"
        " included. Counts show it where a lost qubit is read as 1 and does not come back; what"
        " is read otherwise makes the value a lower bound." + OVER_LENGTH,
        reference="Wood and Gambetta, PRA 97, 032306 (2018), arXiv:1704.03081",
        protocol="leakage",
        natural_delta=0.5,
        names=(
            "leakage_rate",
            "leakage_per_gate",
        ),
        noise=("leakage",),
        short="Leakage",
    ),
    Metric(
        id="loss",
        title="Loss of a qubit",
        plain="How often the particle that carries a qubit is gone by the time it is read.",
        dimension="probability",
        better="lower",
        target="qubit",
        definition="The share of all shots in which the qubit was lost, an atom that had left its"
        " trap or a photon that was not seen, as whoever took the counts says of each shot. Bits"
        " say nothing of it: a lost qubit reads as one of them, and its loss is error in every"
        " other metric, or leakage if entanglers cause it. So a run on a machine leaves it not"
        " tested; tables with their numbers of lost shots settle it (`qassay import`,"
        " docs/counts.md). 1 less the loss is the share that is kept where lost shots are left"
        " out.",
        reference="Wu et al., Nat. Commun. 13, 4657 (2022), arXiv:2201.03540 (erasures of neutral"
        " atoms)",
        natural_delta=0.5,
        names=(
            "atom_loss",
            "qubit_loss",
            "loss_rate",
            "readout_loss",
            "loss_probability",
        ),
        figures=("readout_loss",),
    ),
    Metric(
        id="memory_error",
        title="Memory error per layer",
        plain="How often a qubit goes wrong while it waits, or is moved, for one layer.",
        dimension="probability",
        better="lower",
        target="qubit",
        conventions=CONVENTIONS,
        definition="The average gate infidelity of what a qubit suffers in the time of one circuit"
        " layer in which nothing is done to it, transport included, from benchmarking sequences"
        " with idle layers between the gates, the gates' own error included.",
        reference="Moses et al., PRX 13, 041052 (2023), arXiv:2305.03828",
        natural_delta=0.25,
        names=(
            "idle_error",
            "memory",
        ),
        figures=("memory_error",),
    ),
    Metric(
        id="measurement_crosstalk",
        title="Measurement crosstalk",
        plain="How often a qubit that is left alone is disturbed because another one is read.",
        dimension="probability",
        better="lower",
        target="qubit",
        definition="The average infidelity that one readout of other qubits causes on a qubit that"
        " waits in a bright state. Its survival after m readouts is (1 + s + (2 - 4 s)"
        " exp(-3 g m)) / 3, with s the error of preparation and readout; the value is 5 g / 6.",
        reference="qtm_spec/decay_analysis_functions.py of"
        " github.com/CQCL/quantinuum-hardware-specifications; Gaebler et al., PRA 104, 062440"
        " (2021), arXiv:2108.10932 (how stray light disturbs a neighbour)",
        natural_delta=0.25,
    ),
    Metric(
        id="reset_crosstalk",
        title="Reset crosstalk",
        plain="How often a qubit that is left alone is disturbed because another one is reset.",
        dimension="probability",
        better="lower",
        target="qubit",
        definition="The average infidelity that one reset of other qubits causes on a qubit that"
        " waits in a bright state. Its survival after m resets is s + (1 - 2 s) (2 exp(-5 g m) +"
        " exp(-2 g m)) / 3, with s the error of preparation and readout; the value is 5 g / 3.",
        reference="qtm_spec/decay_analysis_functions.py of"
        " github.com/CQCL/quantinuum-hardware-specifications; Gaebler et al., PRA 104, 062440"
        " (2021), arXiv:2108.10932 (how stray light disturbs a neighbour)",
        natural_delta=0.25,
    ),
    Metric(
        id="su4_gate_error",
        title="Error of a random two-qubit unitary",
        plain="How often an arbitrary operation on two qubits, made of several native ones, goes"
        " wrong.",
        dimension="probability",
        better="lower",
        target="pair",
        conventions=CONVENTIONS,
        definition="The average gate infidelity of a unitary drawn from SU(4) by the Haar measure,"
        " as the machine compiles it: 3/4 (1 - p) with p the decay of benchmarking whose steps are"
        " such unitaries. Process infidelity and total Pauli error are 5/4 of it.",
        reference="component_benchmarks/rb_analysis_functions.py of"
        " github.com/CQCL/quantinuum-hardware-h2-benchmark; Moses et al., PRX 13, 041052 (2023),"
        " arXiv:2305.03828",
        natural_delta=0.25,
    ),
)
