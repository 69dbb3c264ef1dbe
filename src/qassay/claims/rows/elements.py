"""Qubits, single gates and readout."""

from __future__ import annotations

from typing import Final

from qassay.claims.metric import CONVENTIONS, OVER_LENGTH, Bound, Metric
from qassay.claims.rows.times import OF_GATES

_SPAM: Final = "state preparation and readout, which cannot be told apart from outside"
_ONE: Final = r"(?:1q|1_qubit|one_qubit|one_q|single_qubit|single_q|sq|sx|1qb|oneq)"
_TWO: Final = (
    r"(?:2q|2_qubit|two_qubit|two_q|tq|2qb|twoq|entangling|entangler|cz|cx|cnot|ecr|ms|zz|rzz)"
)
_READ: Final = (
    r"(?:readout|read_out|ro|measurement|measure|meas|assignment|spam"
    r"|state_preparation_and_measurement)"
)

ROWS: Final = (
    Metric(
        id="qubits",
        title="Number of qubits",
        plain="How many qubits really answer: each can be set to 0 or 1, and the two told apart.",
        dimension="count",
        better="higher",
        target="register",
        definition="The number of qubits q whose assignment error (P_q(1|0) + P_q(0|1)) / 2 is"
        " below 1/4 when the whole register is prepared in a random string of 0 and 1 and read at"
        " once. It counts qubits, not carriers: two qubits encoded in one ion of four levels"
        " count as two if they pass.",
        reference="DiVincenzo, Fortschr. Phys. 48, 771 (2000), arXiv:quant-ph/0002077"
        " (criteria 1, 2 and 5); the bound of 1/4 is qassay's own",
        protocol="readout",
        natural_delta=0.001,  # a count is met or missed
        names=(
            "qubit",
            "number_of_qubits",
            "qubit_count",
            "n_qubits",
            "num_qubits",
        ),
        figure="qubits",
        figures=("qubits",),
    ),
    Metric(
        id="one_qubit_gate_error",
        title="One-qubit gate error",
        plain="How often one elementary operation on a single qubit goes wrong.",
        dimension="probability",
        better="lower",
        target="qubit",
        conventions=CONVENTIONS,
        definition="The average gate infidelity of one native quarter-turn pulse (pi/2 about an"
        " axis on the equator of the Bloch sphere), averaged over the four phases 0, pi/2, pi,"
        " 3 pi/2, with all qubits driven simultaneously unless the claim's conditions say"
        " otherwise. Process infidelity and total Pauli error are 3/2 of it. An error per"
        " Clifford is another quantity, with one to two pulses in it." + OVER_LENGTH,
        reference="Nielsen, Phys. Lett. A 303, 249 (2002), arXiv:quant-ph/0205035; Gambetta et"
        " al., PRL 109, 240504 (2012), arXiv:1204.6308",
        protocol="one_qubit_gates",
        pattern=_ONE,
        noise=("one_qubit_error",),
        figure="one_qubit_fidelity",
        figures=("one_qubit_fidelity",),
        part="turn",
        announced="one_qubit",
        bound_by=(OF_GATES,),
        at_once=True,
    ),
    Metric(
        id="two_qubit_gate_error",
        title="Two-qubit gate error",
        plain="How often one operation that links two qubits goes wrong; the figure that most"
        " limits what a machine can compute.",
        dimension="probability",
        better="lower",
        target="pair",
        conventions=CONVENTIONS,
        definition="The average gate infidelity of the native entangler (CZ, ZZ or MS, equal up"
        " to one-qubit gates), driven simultaneously on a matching of disjoint pairs unless the"
        " claim's conditions say otherwise, from layers of quarter turns and entanglers beside the"
        " same layers without the entangler: what the turns take is in both. Decay in the time"
        " of the entangler is the entangler's, and so is what coherent errors of turns and"
        " entangler make in amplitude together. Process infidelity and total Pauli error are 5/4"
        " of it. Leakage out of the qubit space counts as error only as far as it changes the"
        " read-out." + OVER_LENGTH,
        reference="Proctor et al., PRL 123, 030503 (2019), arXiv:1807.07975; McKay et al.,"
        " arXiv:2311.05933",
        protocol="two_qubit_gates",
        pattern=_TWO,
        noise=("two_qubit_error",),
        figure="two_qubit_fidelity",
        figures=("two_qubit_fidelity",),
        part="entangler",
        announced="two_qubit",
        bound_by=(OF_GATES,),
        at_once=True,
    ),
    Metric(
        id="readout_error",
        title="Readout error, state preparation included",
        plain="How often the machine reports the wrong value of a qubit that was set to 0 or 1.",
        dimension="probability",
        better="lower",
        target="qubit",
        definition="(P(1|0) + P(0|1)) / 2, where P(a|b) is the probability to read a after"
        " preparing b, all qubits prepared at random and read at once. It includes the error of"
        " preparing the state (SPAM): the two cannot be told apart from outside.",
        reference="Bravyi et al., PRA 103, 042605 (2021), arXiv:2006.14044",
        protocol="readout",
        natural_delta=0.5,
        loose_names=("spam",),
        remark=_SPAM,
        pattern=_READ,
        figure="spam_fidelity",
        figures=(
            "readout_fidelity",
            "spam_fidelity",
        ),
        noise=("readout_p01", "readout_p10"),
        short="Readout error",
        part="readout",
        announced="readout",
        bound_by=(Bound(law="read", by=("t1",), factor=0.5),),  # half of the preparations
        at_once=True,
    ),
    Metric(
        id="readout_error_0",
        title="Readout error of a qubit prepared in 0",
        plain="How often the machine reports 1 for a qubit that was set to 0.",
        dimension="probability",
        better="lower",
        target="qubit",
        definition="P(1|0), often written p01: the probability to read 1 after preparing 0, state"
        " preparation included, the other qubits prepared at random and read at once.",
        reference="Bravyi et al., PRA 103, 042605 (2021), arXiv:2006.14044",
        protocol="readout",
        natural_delta=0.5,
        names=(
            "p01",
            "p(1|0)",
            "prob_meas1_prep0",
        ),
        noise=("readout_p01",),
        short="Readout error of a 0",
        announced="readout",
        at_once=True,
    ),
    Metric(
        id="readout_error_1",
        title="Readout error of a qubit prepared in 1",
        plain="How often the machine reports 0 for a qubit that was set to 1.",
        dimension="probability",
        better="lower",
        target="qubit",
        definition="P(0|1), often written p10: the probability to read 0 after preparing 1, state"
        " preparation included, the other qubits prepared at random and read at once.",
        reference="Bravyi et al., PRA 103, 042605 (2021), arXiv:2006.14044",
        protocol="readout",
        natural_delta=0.5,
        names=(
            "p10",
            "p(0|1)",
            "prob_meas0_prep1",
        ),
        noise=("readout_p10",),
        short="Readout error of a 1",
        announced="readout",
        stands_for="readout_error",
        bound_by=(Bound(law="read", by=("t1",)),),
        at_once=True,
    ),
)
