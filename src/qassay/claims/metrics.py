"""The table of metrics: what a claim can speak of, defined once and precisely.

A metric that no protocol measures yet stands here all the same: a claim on it is read,
checked for plausibility and judged "not tested", never dropped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

from qassay.claims.claim import Convention
from qassay.units import Dimension

Direction = Literal["lower", "higher"]
Target = Literal["qubit", "pair", "register"]

CONVENTIONS: Final[tuple[Convention, ...]] = get_args(Convention)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One row of the table.

    Attributes:
        id: The name in claim sheets, plans and bundles.
        title: The name on a datasheet.
        plain: One sentence for a reader who decides and is no physicist.
        dimension: Kind of quantity; its unit is written on the sheet, SI inside.
        better: Whether a lower or a higher value is the better machine.
        target: What has a value of its own: each qubit, each pair, or a register as a whole.
        definition: What is meant, precisely enough to reproduce it.
        reference: Where the definition or its measurement comes from.
        conventions: Definitions in use that a claim must choose from; empty where there is one
            reading only.
        protocol: Id of the protocol that measures it; None means a claim is not tested.
        natural_delta: Tolerance of the decision rule where neither sheet nor claim sets one.
        least: The smallest value that an honest estimate can have.
        most: The largest; None for 1 of a probability and no bound of others.
    """

    id: str
    title: str
    plain: str
    dimension: Dimension
    better: Direction
    target: Target
    definition: str
    reference: str
    conventions: tuple[Convention, ...] = ()
    protocol: str | None = None
    natural_delta: float = 0.25
    least: float = 0.0
    most: float | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest value there can be."""
        most = 1.0 if self.dimension == "probability" else math.inf
        return self.least, most if self.most is None else self.most


# Where a decay is no exponential the length decides what is meant.
_OVER_LENGTH: Final = (
    " What is meant is the decay over the length of the long circuits, which keep about half of"
    " their signal at the claim. Where the decay is no exponential, a claim is supported only if"
    " that decay is within its limit, and refuted only if between the shortest and some longer"
    " circuits more is lost than it allows: of noise that is constant in a shot and differs from"
    " shot to shot the first is less, and the second at most, the error of a gate averaged over"
    " shots. The value is that of the minutes of the run: of a machine that jumps or drifts, what"
    " all its circuits together have kept."
)
_ROWS: Final = (
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
        " Clifford is another quantity, with one to two pulses in it." + _OVER_LENGTH,
        reference="Nielsen, Phys. Lett. A 303, 249 (2002), arXiv:quant-ph/0205035; Gambetta et"
        " al., PRL 109, 240504 (2012), arXiv:1204.6308",
        protocol="one_qubit_gates",
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
        " read-out." + _OVER_LENGTH,
        reference="Proctor et al., PRL 123, 030503 (2019), arXiv:1807.07975; McKay et al.,"
        " arXiv:2311.05933",
        protocol="two_qubit_gates",
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
    ),
    Metric(
        id="t1",
        title="Relaxation time T1",
        plain="How long a qubit set to 1 stays 1 when it is left alone.",
        dimension="time",
        better="higher",
        target="qubit",
        definition="The time after which the contrast between the populations of an idle qubit"
        " prepared in 1 and in 0 has fallen to 1/e of what it is without a delay, whatever the"
        " shape of the decay; for an exponential, its time constant. The contrast is that of all"
        " shots of the run together, so of a qubit that jumps it is the mean over those minutes."
        " A claim of at least T says that the contrast at T is not below 1/e.",
        reference="Krantz et al., Appl. Phys. Rev. 6, 021318 (2019), arXiv:1904.06560, section"
        " III.B",
        protocol="t1",
    ),
    Metric(
        id="t2_star",
        title="Dephasing time T2*",
        plain="How long an idle qubit keeps its quantum phase with no correction at all.",
        dimension="time",
        better="higher",
        target="qubit",
        definition="The time after which the contrast of a Ramsey experiment (quarter pulse,"
        " delay, quarter pulse) has fallen to 1/e of what it is without a delay, averaged over the"
        " experiment, whatever the shape of the decay; slow noise is not refocused, and a constant"
        " detuning counts as dephasing. A claim of at least T says that the contrast at T is not"
        " below 1/e; a contrast that returns later does not count.",
        reference="Krantz et al., Appl. Phys. Rev. 6, 021318 (2019), arXiv:1904.06560, section"
        " III.B",
        protocol="t2_star",
    ),
    Metric(
        id="t2_echo",
        title="Coherence time T2 (echo)",
        plain="How long an idle qubit keeps its quantum phase when slow disturbances are undone by"
        " one pulse halfway.",
        dimension="time",
        better="higher",
        target="qubit",
        definition="The time after which the contrast of a Hahn echo (quarter pulse, half the"
        " delay, half-turn pulse, half the delay, quarter pulse) has fallen to 1/e of what it is"
        " without a delay, whatever the shape of the decay. A figure from many refocusing pulses is"
        " another quantity and longer.",
        reference="Krantz et al., Appl. Phys. Rev. 6, 021318 (2019), arXiv:1904.06560, section"
        " III.B",
        protocol="t2_echo",
    ),
    Metric(
        id="t2_cpmg",
        title="Coherence time T2 (CPMG, eight pulses)",
        plain="How long an idle qubit keeps its quantum phase when disturbances are undone by eight"
        " pulses on the way.",
        dimension="time",
        better="higher",
        target="qubit",
        definition="The time after which the contrast of a Carr-Purcell-Meiboom-Gill sequence of"
        " eight half-turn pulses, each in the middle of an eighth of the delay, has fallen to 1/e"
        " of what it is without a delay, whatever the shape of the decay. More pulses give another"
        " quantity and longer times.",
        reference="Meiboom and Gill, Rev. Sci. Instrum. 29, 688 (1958), doi:10.1063/1.1716296;"
        " Bylander et al., arXiv:1101.4707",
        protocol="t2_cpmg",
    ),
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
        " machine, of the chain 0-1-2-..." + _OVER_LENGTH,
        reference="McKay et al., arXiv:2311.05933",
        protocol="two_qubit_gates",
        natural_delta=0.05,
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
        protocol="ghz",
        natural_delta=0.05,
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
        protocol="graph_states",
        natural_delta=0.05,
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
    ),
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
        " is read otherwise makes the value a lower bound." + _OVER_LENGTH,
        reference="Wood and Gambetta, PRA 97, 032306 (2018), arXiv:1704.03081",
        protocol="leakage",
        natural_delta=0.5,
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
        " place of qubits. No mitigation, no post-processing.",
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
    ),
)

METRICS: Final[dict[str, Metric]] = {metric.id: metric for metric in _ROWS}

_DIMENSION_WORDS: Final[dict[Dimension, str]] = {
    "time": "a time with its unit (`ns`, `us`, `ms`, `s`, `min`, `h`)",
    "rate": "a rate with its unit (`1/s`, `Hz`, `kHz`)",
    "angle": "an angle with its unit (`rad`, `deg`)",
    "probability": "a number between 0 and 1, or with `%` or `ppm`",
    "count": "a whole number without a unit",
}

_STATISTICS: Final = (
    "",
    "## Statistics over qubits and pairs",
    "",
    "Of a metric that each qubit or pair has for itself, a claim says what is taken over those of"
    " its scope. The *better* side is the one on which the claim is met: small values for `at"
    " most`, large ones for `at least`.",
    "",
    "| `statistic` | is |",
    "|---|---|",
    "| `mean` | their mean |",
    "| `median` | their median; of an even number the mean of the middle two |",
    "| `quantile 0.95` (or `quantile 95 %`) | the k-th value from the better side, k = 0.95 n"
    " rounded up: the value that the better 95 % of the n targets meet |",
    '| `share above`, with `share = "95 %"` | at least this share of the targets, rounded up to'
    " whole ones, meets the value: the same as that quantile meeting it |",
    "| `every` | the worst of them |",
    "| `best` | the best of them |",
    "",
    "A mean of errors is supported only if every single target is bounded: the data must exclude"
    " that any of them, or all together, are so bad that the mean misses its limit. So the circuits"
    " of a mean have four lengths (the shortest, and 0.1, 0.3 and 0.6 of what loses all but 1/e of"
    " the signal at the claim), and a target that may have lost its signal is named. Whatever is"
    " measured in one circuit counts as one observation, however many targets and shots it has. The"
    " error probabilities of means are approximate, checked on simulated machines unlike one"
    " another (`docs/decisions/0011-means.md`); preparation and readout errors are taken not to go"
    " with the size of a target's error.",
    "",
    "Medians, quantiles and shares are tested in two ways at once: counted, target by target, which"
    " is exact whatever the targets are and however they depend on one another, but dear close to"
    " the claim; and with all targets taken as one bulk, which needs few shots, is asymptotic, and"
    " is deceived by two groups of unlike targets (`docs/decisions/0014-medians.md`). A claim with"
    ' `test = "counted"` is settled by the first alone.',
)


def metrics_as_markdown() -> str:
    """Write the table as the page `docs/metrics.md`."""
    lines = [
        "# Metrics",
        "",
        "<!-- Written from src/qassay/claims/metrics.py; change it there. -->",
        "",
        "What a claim sheet can speak of. A claim on a metric without a protocol is read, checked",
        "for plausibility and judged *not tested*.",
        "",
        "| id | name | better | of each | measured by |",
        "|---|---|---|---|---|",
    ]
    for metric in METRICS.values():
        protocol = f"`{metric.protocol}`" if metric.protocol else "nothing yet"
        lines.append(
            f"| [`{metric.id}`](#{metric.id}) | {metric.title} | {metric.better}"
            f" | {metric.target} | {protocol} |"
        )
    lines += _STATISTICS
    for metric in METRICS.values():
        lines += ["", f"## {metric.id}", "", f"**{metric.title}.** {metric.plain}", ""]
        lines += [f"- Definition: {metric.definition}"]
        if metric.conventions:
            names = ", ".join(f"`{name}`" for name in metric.conventions)
            lines += [f"- Convention, to be stated on the sheet: {names}"]
        lines += [
            f"- Written as: {_DIMENSION_WORDS[metric.dimension]}",
            f"- Better: {metric.better}",
            f"- Tolerance where the sheet sets none: {metric.natural_delta:g} of the value",
            f"- Reference: {metric.reference}",
        ]
    return "\n".join(lines) + "\n"
