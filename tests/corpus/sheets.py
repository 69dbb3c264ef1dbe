"""The sheets and machines of the corpus: what a plan, an outlook or a bundle can depend on."""

from itertools import combinations

# Values that a machine of `MACHINES` could have, and what a claim on the metric says besides.
_AVERAGE = 'convention = "average_gate_infidelity"\n'
VALUES = {
    "qubits": ("6", ""),
    "one_qubit_gate_error": ('"0.1 %"', _AVERAGE),
    "two_qubit_gate_error": ('"1 %"', _AVERAGE),
    "readout_error": ('"1 %"', ""),
    "readout_error_0": ('"0.8 %"', ""),
    "readout_error_1": ('"1.5 %"', ""),
    "t1": ('"120 us"', ""),
    "t2_star": ('"60 us"', ""),
    "t2_echo": ('"90 us"', ""),
    "layer_fidelity": ("0.85", ""),
    "eplg": ('"1.2 %"', 'convention = "process_infidelity"\n'),
    "ghz_fidelity": ("0.8", ""),
    "mirror_polarization": ("0.7", "conditions = {depth = 4}\n"),
    "quantum_volume": ("16", ""),
    "q_score": ("6", ""),
    "random_layer_error": ('"5 %"', ""),
    "cycle_error": ('"4 %"', "scope = {pairs = [[0, 1], [2, 3]]}\n"),
    "xeb_fidelity": ("0.5", "conditions = {depth = 8}\n"),
    "crosstalk": ('"0.2 %"', _AVERAGE),
    "leakage": ('"0.05 %"', ""),
    "memory_error": ('"0.02 %"', _AVERAGE),
    "loss": ('"1 %"', ""),
    "measurement_crosstalk": ('"0.01 %"', ""),
    "throughput": ('"5 kHz"', ""),
}
OF_MANY = (
    "one_qubit_gate_error",
    "two_qubit_gate_error",
    "readout_error",
    "readout_error_0",
    "readout_error_1",
    "t1",
    "t2_star",
    "t2_echo",
    "crosstalk",
    "leakage",
    "memory_error",
    "measurement_crosstalk",
)
STATISTICS = {
    "mean": "",
    "median": "",
    "quantile": "share = 0.9\n",
    "share above": "share = 0.75\n",
    "every": "",
    "best": "",
}
COUNTED = 'test = "counted"\n'
ALONE = "conditions = {simultaneous = false}\n"
_HIGHER = (
    "qubits",
    "t1",
    "t2_star",
    "t2_echo",
    "layer_fidelity",
    "ghz_fidelity",
    "throughput",
    "mirror_polarization",
    "quantum_volume",
    "q_score",
    "xeb_fidelity",
)
# Who shares circuits with whom, and who is only planned beside the other.
PAIRS = (
    *combinations(
        (
            "one_qubit_gate_error",
            "two_qubit_gate_error",
            "layer_fidelity",
            "eplg",
            "crosstalk",
            "leakage",
        ),
        2,
    ),
    *combinations(("readout_error", "readout_error_0", "readout_error_1", "qubits"), 2),
    *combinations(("t1", "t2_star", "t2_echo"), 2),
    ("ghz_fidelity", "mirror_polarization"),
    ("readout_error", "t1"),
    ("two_qubit_gate_error", "ghz_fidelity"),
)

_NOISE = """[noise]
t1 = "200 us"
t2 = "150 us"
one_qubit_error = 8e-4
two_qubit_error = 8e-3
readout_p01 = 0.006
readout_p10 = 0.012
"""
_FAST = """[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "80 ns"
readout = "700 ns"
shot_overhead = "100 us"
"""


def machine(name, qubits, connectivity, durations=_FAST, platform="superconducting", noise=_NOISE):
    return (
        f'[machine]\nname = "{name}"\nplatform = "{platform}"\nqubits = {qubits}\n'
        f'connectivity = "{connectivity}"\nseed = 1\n{durations}{noise}'
    )


MACHINES = {
    "line": machine("line", 12, "line"),
    "all": machine("all", 8, "all-to-all", platform="trapped-ion"),
    "dear": machine("dear", 6, "line", _FAST + 'circuit_overhead = "20 ms"\n'),
    "bare": machine("bare", 7, "line", ""),
}
OPTIONS = {"": {}, "guarded": {"rule": "guarded"}, "budget": {"budget_shots": 3000}}
SHIPPED_ON = ("virtual:prototype-50", "virtual:msu-rb-50", "virtual:heron-133")


def claim(metric, statistic="mean", relation=None, value=None, name=None, more="", scope=""):
    """Write one claim."""
    usual, extra = VALUES[metric]
    relation = relation or ("at least" if metric in _HIGHER else "at most")
    lines = [f'[[claim]]\nid = "{name or metric}"\nmetric = "{metric}"\nvalue = {value or usual}']
    lines += [f'relation = "{relation}"']
    if metric in OF_MANY:
        lines += [f'statistic = "{statistic}"']
        more = STATISTICS[statistic] + more
    if scope:
        lines += [f"scope = {scope}"]
    return "\n".join(lines) + "\n" + extra + more


def sheet(*claims):
    return '[sheet]\ntitle = "x"\nvendor = "v"\nmachine = "m"\n' + "".join(claims)


def _single():
    """A sheet for each metric, statistic and direction."""
    for metric in VALUES:
        better = "at least" if metric in _HIGHER else "at most"
        worse = "at most" if metric in _HIGHER else "at least"
        yield f"{metric}", sheet(claim(metric, "mean", better))
        yield f"{metric} {worse}", sheet(claim(metric, "mean", worse))
        if metric not in OF_MANY:
            continue
        for statistic in list(STATISTICS)[1:]:
            yield f"{metric} {statistic}", sheet(claim(metric, statistic, better))
            if statistic in ("every", "median"):
                yield f"{metric} {statistic} {worse}", sheet(claim(metric, statistic, worse))
        if metric != "crosstalk":
            yield f"{metric} median counted", sheet(claim(metric, "median", more=COUNTED))


def _scoped():
    """Overlapping scopes, single targets, several claims on the same, targets alone."""
    two, one = "two_qubit_gate_error", "one_qubit_gate_error"
    yield (
        "1q narrow beside wide",
        sheet(claim(one), claim(one, name="narrow", scope="{qubits = [0, 2, 3]}")),
    )
    yield (
        "1q every narrow beside mean wide",
        sheet(claim(one), claim(one, "every", name="narrow", scope="{qubits = [1]}")),
    )
    yield (
        "2q overlapping pairs",
        sheet(
            claim(two, scope="{pairs = [[0, 1], [1, 2], [3, 4]]}"),
            claim(two, "every", name="other", scope="{pairs = [[1, 2], [2, 3]]}", value='"3 %"'),
        ),
    )
    yield "2q one pair", sheet(claim(two, scope="{pairs = [[2, 3]]}"))
    yield "2q far apart", sheet(claim(two), claim(two, "best", name="best", value='"0.05 %"'))
    yield (
        "readout narrow beside wide",
        sheet(
            claim("readout_error"),
            claim(
                "readout_error", "every", name="narrow", scope="{qubits = [0, 5]}", value='"4 %"'
            ),
        ),
    )
    yield (
        "t1 narrow beside wide",
        sheet(
            claim("t1", "median"),
            claim("t1", "every", name="narrow", scope="{qubits = [4]}", value='"40 us"'),
        ),
    )
    yield (
        "layer on a part",
        sheet(
            claim("layer_fidelity", scope="{pairs = [[0, 1], [1, 2], [2, 3]]}"),
            claim("eplg", scope="{pairs = [[2, 3], [4, 5]]}"),
            claim(two, scope="{pairs = [[0, 1]]}"),
        ),
    )
    yield (
        "ghz on a part",
        sheet(
            claim("ghz_fidelity", scope="{qubits = [1, 2, 3, 4]}"),
            claim("mirror_polarization", scope="{qubits = [0, 1, 2]}"),
        ),
    )
    yield (
        "crosstalk on a part",
        sheet(
            claim("crosstalk", "every", scope="{pairs = [[0, 1], [2, 3]]}"), claim(two), claim(one)
        ),
    )
    for metric in (one, two, "leakage", "t1", "t2_echo"):
        yield (
            f"{metric} alone",
            sheet(claim(metric, more=ALONE), claim(metric, "every", name="every", more=ALONE)),
        )
    yield "2q alone beside at once", sheet(claim(two, more=ALONE, name="alone"), claim(two))


def _paired():
    for a, b in PAIRS:
        yield f"{a} + {b}", sheet(claim(a), claim(b))


def _valued():
    """Values that are out of the ordinary: zero, tiny, large; conventions; tolerances."""
    two, one = "two_qubit_gate_error", "one_qubit_gate_error"
    yield "1q zero", sheet(claim(one, value="0"))
    yield "2q tiny", sheet(claim(two, value='"1 ppm"'))
    yield "2q large", sheet(claim(two, value='"30 %"'))
    yield "readout zero", sheet(claim("readout_error", value="0"))
    yield "t1 long", sheet(claim("t1", value='"100 s"'))
    yield "t1 short", sheet(claim("t1", "every", value='"50 ns"'))
    yield "t1 narrow tolerance", sheet(claim("t1", "mean", more="delta = 0.05\n"))
    yield "2q wide tolerance", sheet(claim(two, "every", more="delta = 1\n"))
    yield "2q narrow tolerance", sheet(claim(two, more="delta = 0.05\n"))
    yield "ghz low", sheet(claim("ghz_fidelity", value="0.4"))
    yield (
        "mirror deep",
        sheet(claim("mirror_polarization", value="0.2").replace("depth = 4", "depth = 20")),
    )
    pauli = claim(two).replace("average_gate_infidelity", "pauli_error")
    yield "2q pauli", sheet(pauli)
    yield "1q process", sheet(claim(one).replace("average_gate_infidelity", "process_infidelity"))
    yield (
        "eplg average",
        sheet(claim("eplg").replace("process_infidelity", "average_gate_infidelity")),
    )
    yield (
        "readout mitigated",
        sheet(claim("readout_error", more="conditions = {mitigation = true}\n")),
    )
    yield (
        "approximation ratio",
        sheet(
            '[[claim]]\nid = "a"\nmetric = "approximation_ratio"\nvalue = 0.4\n'
            'conditions = {application = "grid-section", qubits = 8, depth = 1}\n'
        ),
    )
    yield "everything", sheet(*(claim(metric) for metric in VALUES))


SINGLE, VALUED = dict(_single()), dict(_valued())
SHEETS = {**SINGLE, **dict(_scoped()), **dict(_paired()), **VALUED}
