"""From the DEVICE that a user types to a device."""

from __future__ import annotations

import re
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from qassay.additions import Addition, addition, failed
from qassay.devices.doors import DOORS, open_door
from qassay.devices.interface import Device
from qassay.devices.machine_file import MOST_BYTES, Machine, read_machine
from qassay.errors import DeviceFileError, Problem, QassayError, quoted

PREFIX: Final = "virtual:"
_NO_MACHINES: Final = {
    "aer": "a qiskit-aer simulator",
    "qiskit": "a Qiskit backend",
    **dict.fromkeys((*DOORS, "cirq"), "a machine behind its maker's package"),
}
_REPLAY: Final = "replay"  # above this room, in `qassay.assay.replaying`: it reads evidence
_IDEAL: Final = re.compile(r"ideal-(\d{1,4})")


def built_in_machines() -> tuple[str, ...]:
    """List the names that may follow `virtual:`, sorted."""
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in _folder().iterdir()
            if entry.name.endswith(".toml")
        )
    )


def machine_text(name: str) -> str:
    """Give the machine file of a built-in machine, comments and sources included.

    Raises:
        DeviceFileError: There is no such machine.
    """
    known = built_in_machines()
    plain = name.removeprefix(PREFIX)
    if plain not in known:
        raise DeviceFileError(
            Problem(
                where="device",
                found=quoted(name),
                expected="one of " + ", ".join(PREFIX + entry for entry in known),
                advice=_did_you_mean(plain, known),
            )
        )
    return _folder().joinpath(f"{plain}.toml").read_text(encoding="utf-8")


def load_machine(text: str) -> Machine:
    """Read a virtual machine with its truth, from `virtual:NAME` or the path of a file.

    Raises:
        DeviceFileError: There is no such machine, or its file has mistakes.
    """
    scheme, _, rest = text.partition(":")
    if scheme in (_REPLAY, *_NO_MACHINES) and rest:
        advice = "the counts of a bundle are replayed by `qassay run` and `qassay plan` alone"
        if scheme in _NO_MACHINES:
            advice = f"{_NO_MACHINES[scheme]} has no machine file"
        raise DeviceFileError(
            Problem(
                where="device",
                found=quoted(text),
                expected=f"{PREFIX}NAME or the path of a machine file",
                advice=advice,
            )
        )
    if text.startswith(PREFIX):
        name = text.removeprefix(PREFIX)
        return read_machine(machine_text(text).encode(), f"{name}.toml", PREFIX + name)
    return read_machine(_file_bytes(text), Path(text).name)


def device_of(text: str) -> Device:
    """Open a device.

    Args:
        text: `virtual:NAME` for a built-in machine, the path of a machine file, `aer:NAME`
            (see `qassay.devices.aer`), `qiskit:module:attribute` for any Qiskit backend, a
            maker's name and machine (see `qassay.devices.doors`), or `WORD:...` of a package that
            adds WORD to the entry points `qassay.devices`.

    Raises:
        DeviceFileError: There is no such device, or its file has mistakes.
        UnavailableError: Qiskit is needed and not installed.
    """
    scheme, _, rest = text.partition(":")
    if scheme in _NO_MACHINES and rest:
        # Qiskit is loaded for those who use it only.
        from qassay.devices.qiskit_description import need_qiskit

        if scheme == "cirq":
            return open_door(scheme, rest)
        need_qiskit(text)
        from qassay.devices.qiskit_backend import QiskitDevice

        if scheme in DOORS:
            device = open_door(scheme, rest)
        else:
            device = _open_aer(rest) if scheme == "aer" else _open_qiskit(rest)
        if isinstance(device, QiskitDevice):
            device.opened_by = (device_of, text)
        return device
    outside = addition("qassay.devices", scheme) if rest and scheme != PREFIX[:-1] else None
    if outside is not None:
        return _open_outside(outside, rest)
    machine = load_machine(text)
    from qassay.devices.simulated.machine import VirtualMachine

    return VirtualMachine(machine)


def _open_aer(name: str) -> Device:
    from qassay.devices.aer import ideal_aer, noisy_aer

    ideal = _IDEAL.fullmatch(name)
    if ideal:
        return ideal_aer(int(ideal[1]), f"aer:{name}")
    machine = load_machine(f"{PREFIX}{name}" if name in built_in_machines() else name)
    return noisy_aer(machine, f"aer:{name.removesuffix('.toml').rpartition('/')[2]}")


def _open_qiskit(name: str) -> Device:
    from qassay.devices.qiskit_backend import QiskitDevice
    from qassay.devices.qiskit_contents import source_id
    from qassay.devices.qiskit_description import find_backend

    found = find_backend(name)
    if hasattr(found, "submit"):  # somebody's own device, made ready
        device: Device = found
        return device
    return QiskitDevice(found, name=f"qiskit:{name}", contents=source_id(name, found))


def _open_outside(one: Addition, rest: str) -> Device:
    """Let another package open its device; whatever it raises costs this call alone."""
    try:
        device: Device = one.thing(rest)
    except QassayError:
        raise
    except Exception as error:
        raise DeviceFileError(
            Problem(
                where="device",
                found=f"{quoted(f'{one.name}:{rest}')}, which {one.package} cannot open:"
                f" {type(error).__name__}: {error}",
                expected=f"what {one.package} takes behind {one.name}:",
            )
        ) from error
    return device


def _folder() -> Traversable:
    return files("qassay.devices").joinpath("machines")


def _file_bytes(text: str) -> bytes:
    path = Path(text)
    expected = f"the path of a machine file, or {PREFIX}NAME"
    known = built_in_machines()
    try:
        if path.is_dir():
            raise DeviceFileError(
                Problem(where="device", found=f"the folder {quoted(text)}", expected=expected)
            )
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError | ValueError)
        found = f"{quoted(text)}, {'which does not exist' if missing else 'which cannot be read'}"
        told = failed("qassay.devices")
        advice = _did_you_mean(text, known) or told or "`qassay machines` lists the built-in ones"
        raise DeviceFileError(
            Problem(where="device", found=found, expected=expected, advice=advice)
        ) from None


def _did_you_mean(name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known, 1, 0.5)
    return f'did you mean "{PREFIX}{close[0]}"?' if close else ""
