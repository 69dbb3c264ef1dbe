"""Many qubits at once: layers, states, random circuits, connections."""

from __future__ import annotations

from typing import Final

from qassay.claims.metric import OVER_LENGTH, Bound, Metric
from qassay.claims.rows.times import OF_GATES

_OF_FILE: Final = "of the circuit of a file that the conditions name"
_COUPLED: Final = "pairs that get entangled, each counted once whatever its direction"

ROWS: Final = (
    Metric(
        id="layer_fidelity",
        title="Layer fidelity",
        plain="How well one full layer of two-qubit operations across the machine works.",
        dimension="probability",
        better="higher",
        target="register",
        definition="LF, the product over the disjoint layers that together cover the chosen pairs"
        " of the process fidelities from simultaneous direct randomized benchmarking, idle qubits"
        " included: of each pair of a layer (a quarter turn on both qubits, then the entangler),"
        " and of each qubit of the register that has no partner in it (a quarter turn, then"
        " waiting). Published figures have a random one-qubit Clifford, one to two pulses, in"
        " place of the quarter turn. The pairs belong to the claim: the best chain and the"
        " tester's chain differ. A claim on `all` speaks of all coupled pairs; on an all-to-all"
        " machine, of the chain 0-1-2-..." + OVER_LENGTH,
        reference="McKay et al., arXiv:2311.05933",
        protocol="two_qubit_gates",
        natural_delta=0.05,
        names=("lf",),
        announced="two_qubit",
    ),
    Metric(
        id="eplg",
        title="Error per layered gate (EPLG)",
        plain="The error of a two-qubit operation when the whole machine is busy.",
        dimension="probability",
        better="lower",
        target="register",
        conventions=("process_infidelity", "average_gate_infidelity"),
        definition="process_infidelity: 1 - LF^(1/n), with LF the layer fidelity and n its number"
        " of two-qubit gates. average_gate_infidelity: 4/5 of that. Both are published under the"
        " one name EPLG, and are 20 % apart by definition alone. The pairs are chosen as for the"
        " layer fidelity.",
        reference="McKay et al., arXiv:2311.05933; the factor 4/5: IBM's documentation since"
        " September 2024 (github.com/Qiskit/documentation, pull request 1957)",
        protocol="two_qubit_gates",
        names=("error_per_layered_gate",),
        figure="eplg",
        figures=("eplg",),
        short="EPLG",
        announced="two_qubit",
        bound_by=(OF_GATES, Bound(law="layered", by=("two_qubit_gate_error",))),
        why_stated="it is published with and without a factor 4/5, which alone makes it 20 %"
        " smaller",
    ),
    Metric(
        id="ghz_fidelity",
        title="GHZ state fidelity",
        plain="How close the machine comes to putting a whole group of qubits in one joint quantum"
        " state.",
        dimension="probability",
        better="higher",
        target="register",
        definition="<GHZ|rho|GHZ> of the state prepared on the register, readout error included."
        " More than 1/2 proves entanglement of all its qubits. The state grows along a tree of"
        " couplings chosen by the tester.",
        reference="Mooney et al. (2021), arXiv:2101.08946; Flammia and Liu, PRL 106, 230501"
        " (2011), arXiv:1104.4695",
        proves=0.5,
        protocol="ghz",
        natural_delta=0.05,
        names=(
            "ghz",
            "ghz_state_fidelity",
        ),
        figures=("ghz",),
        short="GHZ fidelity",
    ),
    Metric(
        id="graph_state_fidelity",
        title="Graph state fidelity",
        plain="How close the machine comes to putting qubits in the joint quantum state that a"
        " drawing of their couplings stands for.",
        dimension="probability",
        better="higher",
        target="register",
        definition="<G|rho|G> of the state that a quarter turn on every qubit of the register and"
        " one CZ on each pair of the graph prepare, readout error included. The pairs of the graph"
        " are those of the scope, or all that the machine couples on it; a line or a grid makes a"
        " cluster state.",
        reference="Hein, Eisert and Briegel (2004), arXiv:quant-ph/0307130; Flammia and Liu, PRL"
        " 106, 230501 (2011), arXiv:1104.4695",
        proves=0.5,
        protocol="graph_states",
        natural_delta=0.05,
        names=(
            "graph_state",
            "cluster_state",
            "cluster_state_fidelity",
        ),
    ),
    Metric(
        id="random_layer_error",
        title="Error of a random layer on a register (binary RB)",
        plain="How much of a program is lost in one step that all qubits of a group take part in.",
        dimension="probability",
        better="lower",
        target="register",
        definition="1 - p, with p^m what is left of the value of a random Pauli operator after m"
        " layers on the whole register (a quarter turn of random phase on every qubit, then the"
        " entanglers of one colour of its couplings, the colours in turn), preparation and readout"
        " apart. Of n qubits the process infidelity of a layer, published as the error rate of"
        " binary randomized benchmarking, is 1 - 4^-n of it: 1.6 % less of three qubits, 0.4 % of"
        " four. Three qubits at least. Whatever qubits do to one another counts." + OVER_LENGTH,
        reference="Hines et al., arXiv:2309.05147",
        protocol="random_layers",
        natural_delta=0.25,
        names=(
            "binary_rb",
            "birb",
            "binary_randomized_benchmarking",
        ),
    ),
    Metric(
        id="cycle_error",
        title="Error of a named layer (cycle benchmarking)",
        plain="How much of a program is lost in one given step of two-qubit operations that happen"
        " at once.",
        dimension="probability",
        better="lower",
        target="register",
        definition="1 - p, with p^m what is left of the value of a random Pauli operator after m"
        " dressed cycles: a random Pauli operator on every qubit, as up to two half turns, then the"
        " entangler on each of the disjoint pairs that the scope names, preparation and readout"
        " apart. Of n qubits the process infidelity of the dressed cycle, which is published, is"
        " 1 - 4^-n of it. Operators are drawn from all there are, so qubits that disturb one"
        " another count; where some decay much faster than others, the decay of their mean is a"
        " little less than the mean of their decays. Three qubits at least." + OVER_LENGTH,
        reference="Erhard et al., Nat. Commun. 10, 5347 (2019), arXiv:1902.08543",
        protocol="named_layer",
        natural_delta=0.25,
        names=(
            "cycle_benchmarking",
            "cycle_infidelity",
            "layer_infidelity",
        ),
    ),
    Metric(
        id="mirror_polarization",
        title="Mirror-circuit polarization",
        plain="How much of the right answer survives when a random program is run forwards and"
        " then backwards.",
        dimension="probability",
        better="higher",
        target="register",
        definition="S = 4^n / (4^n - 1) sum_k (-1/2)^k h_k - 1 / (4^n - 1), with h_k the fraction"
        " of shots that differ in k bits from the expected string of a randomised Clifford mirror"
        " circuit on n qubits, averaged over circuits of the depth that the claim states as"
        " conditions = {depth = 8}: layers of entanglers, there and back, in the colours of the"
        " register's couplings in turn. Preparation and readout are counted with it.",
        reference="Proctor et al., PRL 129, 150502 (2022), arXiv:2112.09853; Nature Physics 18,"
        " 75 (2022), arXiv:2008.11294",
        protocol="mirror",
        natural_delta=0.05,
        least=-1.0,  # a mean of +-1
        names=(
            "mirror",
            "mirror_circuits",
            "mirror_circuit_polarization",
            "polarization",
        ),
        figure="mirror_polarization",
        figures=("mirror_polarization",),
        short="Mirror polarization",
    ),
    Metric(
        id="quantum_volume",
        title="Quantum volume",
        plain="The size of the largest square random program that the machine runs better than a"
        " fixed pass mark.",
        dimension="count",
        better="higher",
        target="register",
        definition="2^n, if on random circuits of n qubits and n layers (each layer pairs the"
        " qubits at random, with a gate uniform over SU(4) on each pair) the mean probability h of"
        " heavy outputs is above 2/3: of strings whose ideal probability lies above the median of"
        " all 2^n. Every circuit is run once. What is measured and shown is h; a machine without"
        " errors has about (1 + ln 2) / 2 = 85 %, one that answers anything at all 50 %. The"
        " standard's own rule (at least 100 circuits, h - 2 sqrt(h (1 - h) / circuits) > 2/3) is"
        " told beside the verdict. A claim may state what h it promises, as conditions ="
        " {heavy_output_probability = 0.75}: its circuits are then made for it. Up to 2^14, on the"
        " first n qubits of the scope, any two of which must be coupled.",
        reference="Cross et al., PRA 100, 032328 (2019), arXiv:1811.12926",
        protocol="quantum_volume",
        natural_delta=0.0,  # a mark is passed or not
        names=(
            "qv",
            "v_q",
        ),
        figures=("quantum_volume",),
        bound_by=(Bound(law="sized", by=("qubits",)),),
    ),
    Metric(
        id="q_score",
        title="Q-score",
        plain="The size of the largest random graphs that the machine cuts in two clearly better"
        " than a coin.",
        dimension="count",
        better="higher",
        target="register",
        definition="n, if on random graphs of n points, an edge with probability 1/2 between any"
        " two, beta(n) = (C - n (n - 1) / 8) / (0.178 n^(3/2)) is above 0.2, with C the mean number"
        " of edges that answers cut: n (n - 1) / 8 is what a coin cuts. What is measured and shown"
        " is the share of cut edges, 1/2 + 4 x 0.178 beta sqrt(n) / (n - 1): each circuit has a new"
        " graph, runs once, and one secret edge of it is looked at. Circuits are one layer of QAOA"
        " at the two angles that are best on average; other angles for each graph, more layers and"
        " any treatment of answers are other figures, which can be higher. Programs that take"
        " n^2 / 8 for a coin ask for more; beta by both is told beside the verdict. 3 to 60 points,"
        " on the first n qubits of the scope if any two are coupled, or along a chain that the"
        " scope names.",
        reference="Martiel, Ayral and Allouche, IEEE Trans. Quantum Eng. 2, 3102711 (2021),"
        " arXiv:2102.12973; github.com/myQLM/qscore",
        protocol="cut_graphs",
        natural_delta=0.0,  # a mark is passed or not
        names=(
            "qscore",
            "atos_q_score",
        ),
        figures=("q_score",),
    ),
    Metric(
        id="xeb_fidelity",
        title="Cross-entropy benchmarking fidelity",
        plain="How closely the machine's answers follow the theory on random programs.",
        dimension="probability",
        better="higher",
        target="register",
        definition="The share F of a random circuit's ideal distribution p in the answers, taken as"
        " F p + (1 - F) / 2^n; on such noise it is the mean of the linear score 2^n p(x) - 1 over"
        " that of a machine without errors. Circuits: a quarter pulse of random phase on every"
        " qubit before each of the layers and at the end; the layers are the colours of the"
        " register's couplings in turn, or random pairs where all qubits are coupled. Each circuit"
        " is run once, and a shot counts if its string is among the likeliest quarter: 1/4 + 0.3 F"
        " of the shots do, 0.3 being made the same for all circuits by a secret coin. The claim"
        " states conditions = {depth = N}, its layers, 6 to 100, on 4 to 14 qubits, since their"
        " distributions have to be computed. Readout errors count.",
        reference="Arute et al., Nature 574, 505 (2019), arXiv:1910.11333 (random circuits)",
        protocol="cross_entropy",
        natural_delta=0.25,
        least=-1.0,
        names=(
            "xeb",
            "linear_xeb",
            "cross_entropy",
        ),
        figures=("xeb_fidelity",),
    ),
    Metric(
        id="circuit_fidelity",
        title="Fidelity of a given circuit",
        plain="How faithfully the machine runs one program that somebody chose.",
        dimension="probability",
        better="higher",
        target="register",
        definition="The process (entanglement) fidelity of the circuit of a file, preparation and"
        " readout apart, by mirror fidelity estimation: F = 1 - (4^n - 1) / 4^n (1 - a / sqrt(b"
        " c)), with the polarizations a of the circuit as it is written followed by its randomly"
        " compiled inverse, b of the compiled circuit followed by the compiled inverse, and c of"
        ' neither. The claim states conditions = {circuit = "FILE.qasm"}, OpenQASM 2 or 3, a path'
        " from the sheet's folder; with sha256 beside it the file has to be that one. Qubit i of"
        " the file is the i-th of the scope, in the order of numbers; its gates have to follow the"
        " couplings, and each qubit has to meet another. At most 40 qubits.",
        reference="Proctor et al., arXiv:2204.07568",
        protocol="given_circuit",
        natural_delta=0.05,
        loose_names=(
            "mirror_fidelity",
            "mirror_circuit_fidelity",
            "mcfe",
        ),
        remark=_OF_FILE,
    ),
    Metric(
        id="coupled_pairs",
        title="Coupled pairs",
        plain="How many pairs of qubits can really be brought into a joint quantum state.",
        dimension="count",
        better="higher",
        target="register",
        definition="How many of the pairs in the scope, by default all that the machine couples,"
        " are brought by one entangler into a Bell state that violates the CHSH inequality:"
        " S = sqrt(2) (<XX> + <ZZ>) > 2, the value that the usual settings have, preparation and"
        " readout included. All pairs that share no qubit work at once. The count is that of pairs"
        " of which it is certain, all statements at once.",
        reference="Clauser et al., PRL 23, 880 (1969), doi:10.1103/PhysRevLett.23.880; Horodecki et"
        " al., Phys. Lett. A 200, 340 (1995), doi:10.1016/0375-9601(95)00214-N",
        protocol="bell_pairs",
        natural_delta=0.001,
        loose_names=(
            "couplers",
            "couplings",
            "edges",
        ),
        remark=_COUPLED,
        figures=(
            "connectivity",
            "couplers",
            "directed_edges",
            "neighbours",
        ),
    ),
    Metric(
        id="connected_qubits",
        title="Largest connected set of coupled pairs (BSEQ)",
        plain="How many qubits hang together by pairs that can really be brought into a joint"
        " quantum state.",
        dimension="count",
        better="higher",
        target="register",
        definition="The number of qubits in the largest set that pairs as counted by"
        " `coupled_pairs` join. Published as BSEQ, from the CHSH value of each pair by its four"
        " settings; the value is the same but for the error of one more pulse.",
        reference="Metriq, arXiv:2603.08680; Clauser et al., PRL 23, 880 (1969),"
        " doi:10.1103/PhysRevLett.23.880",
        protocol="bell_pairs",
        natural_delta=0.001,
        names=(
            "bseq",
            "bell_effective_qubits",
            "largest_connected_set",
        ),
        figures=("bseq",),
    ),
)
