"""Machines of the figures of a claim sheet, and what is true on them; for `claim_sheets.py`.

Two kinds. `machine_of` is the machine of a sheet: that of the registry, or one made of the sheet's
own figures where the registry's do not suffice. `own_machine` is the machine of one claim on a
register: no published figure of gates implies it, so two-qubit gates err as much as makes exactly
that figure true, and everything else is perfect.
"""

from __future__ import annotations

import math

import numpy as np

LAYERED = ("layer_fidelity", "eplg")
_ELSEWHERE = bytes(range(32))  # a seed of its own, so that truth is measured on other circuits
_ROUGHLY, _CIRCUITS = 200, 2000  # by which a register is placed ...
_EACH = 256  # ... of so many shots each: the figure is then known to a few parts in a thousand
ABOUT = "about the claim"
_CLOSE = 0.02  # two figures of one quantity closer than this are one
_ELEMENTS = {
    "t1": "t1",
    "t2_echo": "t2",
    "one_qubit_gate_error": "one_qubit_error",
    "two_qubit_gate_error": "two_qubit_error",
}


def better(claim):
    """Claim twice as much of the machine; None where that has no meaning."""
    from qassay.claims.metrics import METRICS

    metric = METRICS.get(claim.get("metric", ""))
    if metric is None or metric.dimension == "count" or claim.get("kind", "measured") != "measured":
        return None
    changed = dict(claim)
    for key in ("value", "fidelity"):
        if key not in claim:
            continue
        raw = claim[key]
        number, unit = (float(raw), "") if not isinstance(raw, str) else split(raw)
        if key == "value" and metric.better == "lower":
            number /= 2
        elif key == "fidelity" or metric.dimension == "probability":
            whole = 100.0 if unit == "%" else 1.0
            number = whole - (whole - number) / 2
        else:
            number *= 2
        changed[key] = f"{number:.9g} {unit}".strip() if unit else number
        return changed
    return None


def split(text):
    """Split a figure from its unit, without its stated error."""
    from qassay.claims.quantity_text import read_quantity

    for dimension in ("probability", "time", "rate", "count"):
        try:
            read = read_quantity(text, dimension)
        except ValueError:
            continue
        unit = {"probability": "%", "time": "s", "rate": "1/s", "count": ""}[dimension]
        return (100 * read.value if unit == "%" else read.value), unit
    raise ValueError(text)


def machine_of(name, document):
    """Open the virtual machine of a sheet's name; None where it runs no gates."""
    from qassay.assay.replaying import open_machine
    from qassay.errors import QassayError

    machine = name.split(".")[0]
    try:
        device = open_machine(f"virtual:{machine}")
    except QassayError:
        return machine_of_claims(machine, document)
    if not named_pairs(document["claim"]) <= set(device.describe().pairs):
        return machine_of_claims(machine, document)  # couplings that nobody else names
    return device


def named_pairs(claims):
    """Collect the pairs that claims name."""
    scopes = (claim.get("scope") for claim in claims)
    pairs = (scope.get("pairs", ()) for scope in scopes if isinstance(scope, dict))
    return {(min(pair), max(pair)) for some in pairs for pair in some}


def machine_of_claims(name, document):
    """Make a machine of a sheet's own claims, perfect where they are silent; None of no gates."""
    from qassay.errors import QassayError
    from qassay.registry.catalog import registered

    try:
        known = registered(name)
    except QassayError:  # a sheet of a machine that the registry does not hold
        known = None
    if known is not None and known.kind != "gate":
        return None
    qubits, noise = (known and known.qubits) or 10, {}
    for claim in document["claim"]:
        raw = claim.get("value", claim.get("fidelity"))
        if claim["metric"] == "qubits":
            qubits = int(raw)
        number, unit = split(raw) if isinstance(raw, str) else (float(raw), "")
        if "fidelity" in claim:
            number = (100 - number) if unit == "%" else 1 - number
        number = number / 100 if unit == "%" else number
        if claim["metric"] in _ELEMENTS:
            value = f'"{number:.9g} s"' if unit == "s" else f"{number:.9g}"
            noise[_ELEMENTS[claim["metric"]]] = value
        elif claim["metric"] == "readout_error":
            noise |= {"readout_p01": f"{number:.9g}", "readout_p10": f"{number:.9g}"}
    platform = "other" if known is None else known.platform
    return _made(name, platform, qubits, named_pairs(document["claim"]), noise)


def _made(name, platform, qubits, pairs, noise):
    from qassay.devices.machine_file import read_machine
    from qassay.devices.simulated.machine import VirtualMachine

    lines = "\n".join(f"{key} = {value}" for key, value in noise.items())
    coupled = f"connectivity = {sorted(map(list, pairs))}\n" if pairs else ""
    qubits = max(qubits, 1 + max((q for pair in pairs for q in pair), default=0))
    text = (
        f'[machine]\nname = "{name}"\nplatform = "{platform}"\nqubits = {qubits}\n'
        f"{coupled}seed = 1\n[noise]\n{lines}\n"
    )
    return VirtualMachine(read_machine(text.encode(), name))


def own_machine(claim, plan):
    """Make the machine on which a claim on a register is just true; None where none is made.

    A layer's fidelity follows from the gate error. Of other registers the logarithm of what is
    measured falls nearly in proportion to the error, so a few corrections of a measured value
    suffice. They aim three standard deviations of the last measurement above the claim, so that it
    is met.
    """
    from qassay.claims.conventions import canonical_value

    pairs = () if plan.device.connectivity == "all-to-all" else plan.device.couplings
    qubits = plan.device.qubits
    if claim.metric in LAYERED:
        count = sum(len(t) == 2 for x in plan.experiments_for(claim.id) for t in x.targets)
        process = _process_error(claim, max(count, 1))
        return _made("own", "other", qubits, pairs, {"two_qubit_error": f"{0.8 * process:.12g}"})
    value = canonical_value(claim)
    if claim.metric not in ("mirror_polarization", "ghz_fidelity", "graph_state_fidelity"):
        return None
    error = 0.002
    for circuits in (_ROUGHLY, _ROUGHLY, _CIRCUITS, _CIRCUITS):
        made = _made("own", "other", qubits, pairs, {"two_qubit_error": f"{error:.12g}"})
        share, deviation = measured_share(made, plan, claim, circuits)
        aim = value if circuits == _ROUGHLY else min(value + 6 * deviation, 0.999)
        found = max(2 * share - 1, 1e-3)
        error = min(error * math.log(aim) / min(math.log(found), -1e-4), 0.3)
    return _made("own", "other", qubits, pairs, {"two_qubit_error": f"{error:.12g}"})


def _process_error(claim, count):
    if claim.metric == "layer_fidelity":
        return 1 - claim.value ** (1 / count)
    return claim.value / (0.8 if claim.convention == "average_gate_infidelity" else 1.0)


def measured_share(device, plan, claim, circuits=_CIRCUITS):
    """Measure the share of hits of a register's circuits, on many that no run uses; with its sd."""
    from qassay.devices.interface import Job
    from qassay.protocols.batches import draw_batch
    from qassay.protocols.known import protocol_for

    experiments = plan.experiments_for(claim.id)
    if not experiments:
        return math.nan, math.nan
    x, hits, index = experiments[0], [], 0
    while sum(map(len, hits)) < circuits and index < x.batches:
        batch = draw_batch(x, index, plan.device.qubits, _ELSEWHERE)
        job = Job(id=batch.id, families=batch.families, order=batch.order, shots=_EACH)
        outcomes = device.collect(device.submit(job)).outcomes
        (trials, *_) = protocol_for(x).score(batch.key, outcomes, x, batch.arms).values()
        hits.append(trials.hits[:, 0] / _EACH)
        index += 1
    every = np.concatenate(hits)
    return float(every.mean()), float(every.std() / math.sqrt(every.size))


def placed(device, plan, claim, made_for=None):
    """Say where a machine stands: met, at the claim or about it, between, missed or unknown.

    Args:
        device: The virtual machine.
        plan: Of the claim's sheet on it.
        claim: The claim.
        made_for: The true claim that the machine was made for, if it was made for one.
    """
    from qassay.claims.metrics import METRICS
    from qassay.protocols.designs.register_designs import share_at
    from qassay.protocols.known import QUANTITIES
    from qassay.selfcheck.truth import true_value

    quantity = QUANTITIES.get(claim.metric)
    if claim.metric == "qubits":
        return "met" if plan.device.qubits >= claim.value else "missed"
    if quantity is None or not plan.experiments_for(claim.id):
        return "unknown"
    if made_for is not None and made_for.value == claim.value:
        if claim.metric in LAYERED:
            return "at the claim"
        share, deviation = measured_share(device, plan, claim)
        beyond = share - share_at(claim)(claim.value)
        room = share_at(claim)(claim.value) - share_at(claim)(claim.value / (1 + claim.delta))
        # A fifth of the way to the limit: no test of the claim's size can tell the two apart.
        if abs(beyond) + 2 * deviation <= room / 5:
            return "at the claim"
        return "met" if beyond >= 2 * deviation else ABOUT
    if quantity.kind in ("decay", "time", "share") and METRICS[claim.metric].target != "register":
        truth = true_value(device.machine, claim, _window(plan, claim))
        worse = truth / claim.value if claim.relation == "at most" else claim.value / truth
        return _place(worse, 1 + claim.delta, _CLOSE)
    if made_for is not None and claim.metric in LAYERED:
        count = sum(len(t) == 2 for x in plan.experiments_for(claim.id) for t in x.targets)
        truth, said = _process_error(made_for, max(count, 1)), _process_error(claim, max(count, 1))
        return _place(truth / said, 1 + claim.delta, 1e-6)
    if quantity.kind == "register" and quantity.mark is None and made_for is not None:
        law, value = share_at(claim), claim.value
        share, deviation = measured_share(device, plan, claim)
        at_claim, at_limit = law(value), law(value / (1 + claim.delta))
        if share <= at_limit - 3 * deviation:
            return "missed"
        return "met" if share >= at_claim - 3 * deviation else "between"
    return "unknown"


def _place(worse, limit, close):
    if abs(worse - 1) <= close:
        return "at the claim"
    return "met" if worse < 1 else "missed" if worse >= limit * (1 - 1e-9) else "between"


def _window(plan, claim):
    """Name one moment for each target, with the pairs that work beside it."""
    from qassay.claims.metrics import METRICS
    from qassay.selfcheck.truth import Window

    moments, matchings = {}, {}
    for x in plan.experiments_for(claim.id):
        if x.protocol != METRICS[claim.metric].protocol:
            continue
        for target in x.targets:
            moments[target] = ((0.0, 1),)
            if len(target) == 2:
                own = (target,) if x.alone else x.targets
                matchings[target] = tuple((pair[0], pair[1]) for pair in own if len(pair) == 2)
    return Window(moments=moments, matchings=matchings)
