"""What a plan does with the circumstances that a claim names: it meets them, or says it cannot.

A figure is true under its conditions, so a verdict on other circuits would answer a question
that nobody asked. Whatever is not met here by the plan makes a claim "not tested".
"""

from __future__ import annotations

import re
from typing import Final

from qassay.claims.best_of import CHOSEN_FROM
from qassay.claims.claim import Claim
from qassay.claims.conditions_table import TIME_CONDITIONS
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.errors import quoted
from qassay.languages.english import said, semicolons
from qassay.languages.sentence import Sentence, quantity_fact
from qassay.protocols.known import kind_of, quantity_of
from qassay.units import format_quantity, parse_quantity

Value = str | float | bool

# Treatments of outcomes or circuits; qassay scores every raw shot of the circuits as written.
# Of these, what leaves shots out: counts of others that tell how many settle it (docs/counts.md).
_SELECTIONS: Final = (
    "post_selection",
    "postselection",
    "leakage_detection",
    "error_detection",
    "heralding",
    "discard",
)
_TREATMENTS: Final = (
    *_SELECTIONS,
    "mitigation",
    "error_mitigation",
    "readout_mitigation",
    "error_correction",
    "error_suppression",
    "dynamical_decoupling",
)
_NONE: Final = ("none", "no", "off", "without", "false")
_SAME_TIME: Final = 0.02  # relative; times on sheets are rounded
# Words of machines that our circuits say nothing of, and the code of the sentence that says why.
_OUT_OF_REACH: Final = (
    (r"anneal", "annealer"),
    (r"analog", "analog"),
    (r"photonic|photons|boson sampling|\bgbs\b|continuous.variable", "light"),
    (r"\bcat\b", "cat"),
)


def unmet(claim: Claim, device: DeviceDescription, *, published: bool = False) -> Sentence | None:
    """Say why no verdict can be given under a claim's own conditions; None where one can.

    Args:
        claim: The claim.
        device: What is known of the machine.
        published: Whether somebody else took the counts, with his own circuits.
    """
    reasons: list[Sentence] = []
    if published and claim.condition("simultaneous") is False:
        reasons.append(said("untested.together"))
    if (why := unreached(device.platform)) is not None:
        platform = quoted(device.platform)
        reasons.append(said("untested.platform_of_machine", platform=platform, why=why))
    if published and claim.best is not None:
        reasons.append(said("untested.best_published"))
    stated = [
        (name, value)
        for name, value in claim.conditions
        if not (name == CHOSEN_FROM and claim.best is not None)
        if not (published and name == "depth" and METRICS[claim.metric].target == "register")
    ]  # an import compares the depth with that of the circuits
    found = (_reason(claim, name, value, device) for name, value in stated)
    reasons += [reason for reason in found if reason is not None]
    return semicolons(reasons) if reasons else None


def can_be_alone(metric: str) -> bool:
    """Whether the circuits of a metric drive single targets, so that all others can rest."""
    quantity = quantity_of(metric)
    return quantity is not None and quantity.alone


def alone(claim: Claim) -> bool:
    """Whether a claim's targets are to be measured with everybody else at rest."""
    return can_be_alone(claim.metric) and claim.condition("simultaneous") is False


def unreached(platform: str) -> Sentence | None:
    """Say why circuits of quarter turns and entanglers cannot reach a platform; None if they can.

    Args:
        platform: In a few words, such as "trapped-ion" or "neutral atoms (87Rb), analog".
    """
    for pattern, kind in _OUT_OF_REACH:
        if re.search(pattern, platform.lower()):
            return said("untested.unreached", why=said(f"untested.reach_{kind}"))
    return None


def _reason(claim: Claim, name: str, value: Value, device: DeviceDescription) -> Sentence | None:
    """Say why one condition is not met; None where it is."""
    condition = _written(name, value)
    if name == "simultaneous":
        return _simultaneous(claim, condition, value)
    if name in TIME_CONDITIONS:
        return _time(claim, condition, name, str(value), device)
    if name == "platform":
        return _platform(condition, str(value), device)
    if name == "window":
        return said("untested.window", condition=condition)
    quantity = quantity_of(claim.metric)
    if quantity is not None and name in quantity.conditions:
        return None
    if name in _TREATMENTS:
        none = value is False or value == 0 or str(value).strip().lower() in _NONE
        code = "untested.selection" if name in _SELECTIONS else "untested.treatment"
        return None if none else said(code, condition=condition)
    return said("untested.unknown_condition", condition=condition)


def _simultaneous(claim: Claim, condition: str, value: Value) -> Sentence | None:
    """Everything runs at once unless the claim says that it does not."""
    kind = kind_of(claim.metric)
    register = METRICS[claim.metric].target == "register" and kind != "count"
    if value is True or can_be_alone(claim.metric):
        return None
    if value is False and kind == "layered":
        return said("untested.layer_at_once", condition=condition)
    if value is False and kind == "difference":
        return said("untested.pairs_compared", condition=condition)
    if value is False and register:
        return None  # a register is run with nobody else at work
    return said("untested.all_read_at_once", condition=condition)


def _time(
    claim: Claim, condition: str, name: str, stated: str, device: DeviceDescription
) -> Sentence | None:
    """A time is the device's own; a claim on gates of another length is on other gates."""
    durations = device.durations
    single = METRICS[claim.metric].target == "qubit"
    own = durations.one_qubit_gate if single else durations.two_qubit_gate
    if name == "readout_time":
        own = durations.readout
    if not own:
        return said("untested.time_unsaid", condition=condition)
    if abs(parse_quantity(stated, "time") - own) <= _SAME_TIME * own:
        return None
    time = quantity_fact(format_quantity(own, "time"))
    return said("untested.other_time", condition=condition, time=time)


def _platform(condition: str, stated: str, device: DeviceDescription) -> Sentence | None:
    """A platform is named to be recognised: one that no circuit reaches, or another machine's."""
    if (why := unreached(stated)) is not None:
        return said("untested.condition_why", condition=condition, why=why)
    words = re.findall(r"[a-z]{3,}", device.platform)
    if device.platform == "other" or any(word in stated.lower() for word in words):
        return None
    return said("untested.other_platform", condition=condition, platform=device.platform)


def _written(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return f"{name} = {str(value).lower()}"
    return f"{name} = {quoted(value)}" if isinstance(value, str) else f"{name} = {value:g}"
