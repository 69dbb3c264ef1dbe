"""Names that vendors use for what a metric measures; the metric's own row knows them.

A newcomer writes `2q_fidelity` or `T2`, as the announcement does. Where the meaning is plain the
name is taken and told back; where a figure cannot be tested the message says so, and why, in place
of the closest word of the table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from qassay.claims.metrics import METRICS


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualName:
    """What a usual name stands for.

    Attributes:
        metric: Id of the metric.
        fidelity: Whether the name speaks of a fidelity, one less the error that the metric is.
        remark: What else the reader of the sheet should know of the reading; may be empty.
    """

    metric: str
    fidelity: bool = False
    remark: str = ""


_DECLARE: Final = 'with kind = "declared" it stands on the datasheet, apart from what is measured'

_CLOCK: Final = (
    'with kind = "operations" a clock is asked, and the figure stands apart from what is counted;'
    ' with kind = "declared" a document'
)

_END: Final = r"(?:_gates?)?(?:_(?P<end>fidelity|fidelities|infidelity|error|errors|error_rate))?"
_START: Final = r"(?P<start>fidelity|f|infidelity|error|e|err)_?"
# (pattern of the normalised name, what to know); the first that fits is told.
_HINTS: Final[tuple[tuple[str, str], ...]] = (
    (
        r"(?:eplg|ghz|lf|layer_fidelity|ghz_fidelity)_?\d+q?",
        "the number of qubits belongs into the scope: write the metric without it, and the qubits"
        " or pairs in scope",
    ),
    (
        r"(?:(?:1q|2q|one_qubit|two_qubit|single_qubit|readout|reset|measurement)_)?"
        r"(?:gate_?)?(?:time|duration|length|speed)s?(?:_(?:1q|2q))?"
        r"|(?:gate|readout|reset)_\w*time\w*",
        "how long an operation takes is timed, not counted; it can also stand among the conditions"
        " of another claim, as gate_time or readout_time; " + _CLOCK,
    ),
    (
        r"t2_?(?:cpmg|dd|xy\d*)\w*",
        "a coherence time grows with the number of refocusing pulses: one is t2_echo, eight are"
        " t2_cpmg; other numbers cannot be tested yet; " + _DECLARE,
    ),
    (
        r"(?:log2?_?)?(?:qv|quantum_volume)_?(?:log2?)?",
        'write metric = "quantum_volume" and the volume itself, 2 to the power of its qubits',
    ),
    (
        r"#?(?:aq|algorithmic_qubits)",
        "N algorithmic qubits say that every circuit of the #AQ suite of at most N qubits and N^2"
        " CX gates, as one release of Qiskit compiles it, has a classical fidelity above 1/e;"
        " qassay has not its circuits. One can be claimed as circuit_fidelity, from its OpenQASM"
        " file, and layers of that size as mirror_polarization; all of them passing would settle"
        " it",
    ),
    (
        r"(?:connectivity|coupler|yield|qubit_yield|topology)",
        "how many pairs couple can be claimed as coupled_pairs, and how many qubits they join as"
        " connected_qubits; the shape of a lattice is a property of the device's description; "
        + _DECLARE,
    ),
    (
        r"(?:logical_\w+|lambda|qec\w*|logical)",
        "logical qubits and error correction cannot be tested yet; " + _DECLARE,
    ),
    (
        r"erasure\w*|kept(?:_share)?|post_?selection\w*|\w*_loss",
        "what is lost can be claimed as loss, and the share that is kept as 1 less it; tables with"
        " numbers of lost shots settle it, by `qassay import`; what entanglers lose is leakage; "
        + _DECLARE,
    ),
    (
        r"(?:uptime|availability|duty_cycle|calibration_(?:time|share)|repair\w*|mtbf|mttr)",
        "how long a machine is up is not settled by counts of circuits; " + _CLOCK,
    ),
    (
        r"(?:power|energy|footprint|weight|price|cost|size|temperature)\w*",
        "this is read off a document or an instrument, not off counts of circuits; " + _DECLARE,
    ),
    (
        r"(?:shot|shots|rep|repetition|sampling)_?(?:rate|per_second|_s)?",
        "shots a second are timed, not counted; " + _CLOCK,
    ),
    (r"(?:queue|latency|round_trip|access)\w*", "waiting times are timed, not counted; " + _CLOCK),
    (
        r"(?:mid_circuit|mcm|reset|feed_?forward|dynamic)\w*",
        "measurement, reset and feed-forward inside a circuit cannot be tested yet; " + _DECLARE,
    ),
    (
        r"(?:physical_)?(?:carriers|ions|atoms|modes|qumodes|qudits|photons|physical_qubits)",
        'qassay counts qubits that answer; write metric = "qubits" for those',
    ),
    (
        r"(?:rb|clifford|epc|error_per_clifford|clifford_\w+|\w+_clifford)(?:_error)?",
        "an error per Clifford holds one to two pulses and is another quantity; claim the error of"
        " one gate",
    ),
    (
        r"(?:i?swap|sqrt_?i?swap|fsim|syc\w*|ccz|ccx|toffoli|3q|three_qubit)\w*",
        "only entanglers of the class of CZ can be tested: cz, cx, ecr, rzz, ms",
    ),
    (
        r"(?:fidelity|gate_fidelity|error|gate_error|error_rate|infidelity)",
        "say of what: one_qubit_gate_error, two_qubit_gate_error or readout_error; the figure can"
        ' be given as fidelity = "99.5 %"',
    ),
)


def usual_name(word: str) -> UsualName | None:
    """Understand a usual name of a metric; None where it is none, or speaks of something else."""
    plain = _plain(word)
    for metric in METRICS.values():
        if plain in (*metric.names, *metric.loose_names):
            remark = metric.remark if plain in metric.loose_names else ""
            return UsualName(metric=metric.id, remark=remark)
    for metric in METRICS.values():
        if not metric.pattern:
            continue
        form = metric.pattern
        match = re.fullmatch(form + _END, plain) or re.fullmatch(_START + form, plain)
        if match is None:
            continue
        said = next((part for part in match.groupdict().values() if part), "")
        loose = any(name in plain for name in metric.loose_names)
        remark = metric.remark if loose else ""
        return UsualName(metric=metric.id, fidelity=said.startswith("f"), remark=remark)
    return None


def hint(word: str) -> str:
    """Say why a known figure is none that a sheet can claim, or ""."""
    plain = _plain(word)
    return next((said for form, said in _HINTS if re.fullmatch(form, plain)), "")


def _plain(word: str) -> str:
    """Write a name in small letters with underscores, cut to a harmless length."""
    return re.sub(r"[\s/_\u2010-\u2014-]+", "_", word[:60].strip().lower()).strip("_")
