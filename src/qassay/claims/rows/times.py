"""How long an idle qubit keeps what it was given."""

from __future__ import annotations

from typing import Final

from qassay.claims.metric import Bound, Metric

_T2: Final = "the longer of the two usual readings; write t2_star for a time without an echo"
_BY_T1: Final = Bound(law="relaxes", by=("t1",), factor=2.0)
# A gate lasts, and its qubits forget meanwhile; of two ways to lose the phase the echo comes first.
OF_GATES: Final = Bound(law="lasts", by=("t1", "t2_echo", "t2_star"))
_CPMG: Final = "with eight refocusing pulses; more of them give longer times"

ROWS: Final = (
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
        names=(
            "t_1",
            "t1_time",
            "relaxation_time",
            "energy_relaxation_time",
        ),
        noise=("t1",),
        figure="t1",
        figures=("t1",),
        short="T1",
        part="relaxation",
        announced="t1",
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
        names=(
            "t2*",
            "t2star",
            "t2_ramsey",
            "ramsey",
            "dephasing_time",
        ),
        short="T2*",
        announced="t2",
        stands_for="t2_echo",
        bound_by=(_BY_T1, Bound(law="refocused", by=("t2_echo",))),
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
        names=(
            "t2e",
            "t2echo",
            "t2_hahn",
            "t2_hahn_echo",
            "hahn_echo",
        ),
        loose_names=(
            "t2",
            "t_2",
            "t2_time",
            "coherence_time",
        ),
        remark=_T2,
        noise=("t2",),
        figure="t2",
        figures=("t2",),
        short="T2, one echo",
        part="dephasing",
        announced="t2",
        bound_by=(_BY_T1,),
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
        loose_names=(
            "cpmg",
            "t2_dd",
        ),
        remark=_CPMG,
    ),
)
