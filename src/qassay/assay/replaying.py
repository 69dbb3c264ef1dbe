"""From the DEVICE that a user types to a device: replays and the registry's machines included.

The bundle is read by the checks of the audit, as far as the counts: limits, seals, signatures,
log, plan and seed. What follows from the counts is judged again by the run that replays them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from qassay.canonical import content_id
from qassay.devices import catalog
from qassay.devices.interface import Device
from qassay.devices.machine_file import read_machine
from qassay.devices.replay import Recorded, Replay
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import DeviceFileError, Problem, quoted
from qassay.evidence import bundle as layout
from qassay.evidence.roles import Pinned
from qassay.planning.plan import Plan
from qassay.protocols.batches import batch_id
from qassay.protocols.known import is_application, is_published
from qassay.registry.catalog import registered, registered_names
from qassay.registry.virtual_machine import machine_file

if TYPE_CHECKING:
    from qassay.auditing.state import Audit

PREFIX: Final = "replay:"


def open_device(text: str, trust: Pinned = None) -> Device:
    """Open a device.

    Args:
        text: `replay:BUNDLE` for the counts that a bundle of `qassay run` holds, or what
            `qassay.devices.catalog.device_of` takes.
        trust: Of a replay: the keys that the reader has pinned.

    Raises:
        DeviceFileError: There is no such device, its file has mistakes, or the bundle is of a
            kind that cannot be replayed.
        EvidenceError: The bundle does not hold.
        UnavailableError: Qiskit is needed and not installed.
    """
    if not text.startswith(PREFIX):
        return open_machine(text)
    # An audit brings much that no other device has a use for.
    from qassay.auditing.audit import audit_bundle
    from qassay.auditing.plan_and_seed import of_other_rules
    from qassay.auditing.state import known

    path = Path(text.removeprefix(PREFIX))
    if not path.is_file():
        raise _refused(text, "which is no file")
    audit = audit_bundle(path, trust=trust, until="counts")
    if audit.failure is not None:
        raise audit.failure
    plan, bundle = known(audit.plan), known(audit.bundle)
    _check_kind(plan, text)
    if audit.other_rules:
        raise of_other_rules(plan)
    return Replay(
        path=path,
        description=plan.device,
        root=audit.root,
        seed=bundle.document(layout.SEED)["seed"],
        batches=_recorded(audit, plan),
        plan_id=plan.id,
    )


def open_machine(text: str) -> Device:
    """Open a device that runs circuits: all but a replay.

    Args:
        text: `virtual:ID` for a machine of the registry, made from its published figures, or
            what `qassay.devices.catalog.device_of` takes.

    Raises:
        DeviceFileError: There is no such device, or its file has mistakes.
        RegistryError: The figures of a machine of the registry do not suffice.
        UnavailableError: Qiskit is needed and not installed.
    """
    name = text.removeprefix(catalog.PREFIX)
    if name == text or name in catalog.built_in_machines() or name not in registered_names():
        return catalog.device_of(text)
    made = machine_file(registered(name)).text
    return VirtualMachine(read_machine(made.encode(), f"{name}.toml", text))


def _check_kind(plan: Plan, text: str) -> None:
    """Refuse what `qassay run` could not have made."""
    asks = bool(plan.sheet.questions)
    if any(map(is_published, plan.experiments)):
        raise _refused(text, "which holds published counts, without circuits")
    if any(is_application(x) and not x.claims for x in plan.experiments) and not asks:
        raise _refused(text, "which an earlier `qassay apply` has made, without a sheet that asks")
    if plan.rounds:
        raise _refused(text, "whose counts came by files or in rounds: these are not replayed yet")


def _recorded(audit: Audit, plan: Plan) -> dict[str, Recorded]:
    bundle = audit.bundle
    if bundle is None:
        return {}
    batches = {}
    for experiment in plan.experiments:
        for name in (batch_id(experiment, index) for index in range(experiment.batches)):
            if layout.counts_file(name) not in bundle.files:
                continue
            counts, outcomes = bundle.document(layout.counts_file(name)), audit.outcomes.get(name)
            batches[name] = Recorded(
                # canonical bytes, so that the file has the name of what stands in it
                circuits=content_id(bundle.files.get(layout.circuits_file(name), b"")),
                outcomes=None if outcomes is None else outcomes.reshape(-1, outcomes.shape[2]),
                seconds=float(counts["seconds"]),
                notes=tuple(counts["notes"]),
                failures=tuple(counts["failures"]),
            )
    return batches


def _refused(text: str, what: str) -> DeviceFileError:
    return DeviceFileError(
        Problem(
            where="device",
            found=f"{quoted(text)}, {what}",
            expected=f"{PREFIX}BUNDLE, the bundle of a `qassay run`",
        )
    )
