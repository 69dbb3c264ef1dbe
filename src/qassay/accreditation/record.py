"""The record of an accreditation: enough for a stranger to derive every number again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from qassay import __version__
from qassay.accreditation.design import AccreditationDesign
from qassay.accreditation.measure import Accreditation, DeviceAnswers
from qassay.devices.description import DeviceDescription
from qassay.devices.outcomes import outcome_lines

FORMAT: Final = 1
NAME: Final = "accreditation.json"
NOT_PROVEN: Final = (
    "that the counts came from the machine: nobody signed them (trust level T0)",
    "that the circuits were unknown to the vendor before they ran",
    "that no other run was made and thrown away",
    "anything against a vendor who reads the circuits and means harm: traps are Clifford"
    " circuits, and the target is not, so the two can be told apart",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSource:
    """Where the target came from.

    Attributes:
        name: Of the file.
        text: OpenQASM 3.
    """

    name: str
    text: str


def accreditation_json(
    source: TargetSource | None,
    device: DeviceDescription,
    design: AccreditationDesign,
    seed: int | None,
    alpha: Fraction,
    measured: DeviceAnswers,
    result: Accreditation,
) -> dict[str, Any]:
    """Collect the record as plain JSON values.

    Args:
        source: The partner's file; None for a circuit made in Python.
        device: What the device says of itself.
        design: What was run.
        seed: The integer seed, if there was one.
        alpha: 1 less the confidence.
        measured: What came back.
        result: What follows.
    """
    return {
        "qassay_accreditation": FORMAT,
        "software": f"qassay {__version__}",
        "source": None if source is None else {"name": source.name, "openqasm3": source.text},
        "device": device.as_json(),
        "design": design.as_json(),
        "seed": seed,
        "root": design.root.hex(),
        "alpha": str(alpha),
        "circuits": list(measured.circuit_ids),
        "outcomes": outcome_lines(measured.outcomes[:, None]),
        "seconds": measured.seconds,
        "notes": list(measured.notes),
        "result": result.as_json(),
    }
