"""What physics allows in a machine file, and what stands there when nothing is said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from qassay.devices.description import DeviceDescription
from qassay.devices.noise import (
    WORST_TWO_QUBIT_ERROR,
    Floats,
    one_qubit_coherence_limit,
    two_qubit_coherence_limit,
)
from qassay.devices.noise_file import T1, T2, T2_STAR, DrawnValues, NoiseReader
from qassay.units import format_quantity

Read = Mapping[str, DrawnValues | None]
_SLACK = 1e-9  # relative: a stated 2 T1 or a stated limit is not refused for its last digit


def coherence_times(read: Read, qubits: int, reader: NoiseReader) -> dict[str, Floats]:
    """Fill in `t1`, `t2`, `t2_star` and refuse stated values above their bounds.

    Absent, T1 is infinite, T2 is 2 T1 (nothing but relaxation) and T2* is T2.
    """
    given = read[T1]
    times = {T1: np.full(qubits, np.inf) if given is None else given.values}
    for key, over, factor in ((T2, T1, 2.0), (T2_STAR, T2, 1.0)):
        bound = factor * times[over]
        own = read[key]
        if own is None:
            times[key] = bound
            continue
        loose = own.spread or any((part := read[name]) and part.spread for name in (T1, over))
        if loose:
            # Drawn side by side, single qubits may cross the bound: only medians are judged.
            pairs = [
                (
                    0,
                    own.median if own.spread else float(np.median(own.values)),
                    _middle(bound, read[over], factor),
                )
            ]
        else:
            pairs = list(zip(range(qubits), own.values, bound, strict=True))
        _refuse(key, over, factor, pairs, reader)
        times[key] = np.minimum(own.values, bound)
    return times


def _middle(bound: Floats, given: DrawnValues | None, factor: float) -> float:
    """Give the bound that follows from a stated median, or the median of the bounds."""
    if given is not None and given.spread:
        return factor * given.median
    return float(np.median(bound))


def _refuse(
    key: str, over: str, factor: float, pairs: list[tuple[int, float, float]], reader: NoiseReader
) -> None:
    for qubit, value, bound in pairs:
        if value > bound * (1 + _SLACK):
            law = "2 T1" if factor == 2.0 else "T2"
            reader.complain(
                f"noise.{key}",
                f"{format_quantity(value, 'time')} (qubit {qubit})",
                f"at most {law} = {format_quantity(bound, 'time')}",
                f"lower {key} or raise {over}",
            )
            return  # the same sentence for every qubit would not help


def gate_errors(
    read: Read,
    times: Mapping[str, Floats],
    description: DeviceDescription,
    ends: npt.NDArray[np.intp],
    reader: NoiseReader,
) -> dict[str, Floats]:
    """Fill in the gate errors and refuse stated ones below the coherence limit.

    Absent, a gate is as good as T1, T2 and its duration allow.
    """
    t1, t2, durations = times[T1], times[T2], description.durations
    limits = {
        "one_qubit_error": one_qubit_coherence_limit(t1, t2, durations.one_qubit_gate),
        "two_qubit_error": two_qubit_coherence_limit(t1, t2, durations.two_qubit_gate, ends),
    }
    errors = {}
    for key, limit in limits.items():
        given = read[key]
        gate = key.removesuffix("_error") + "_gate"
        if given is None:
            errors[key] = limit
            continue
        errors[key] = np.maximum(given.values, limit)
        stated = np.full_like(limit, given.median) if given.spread else given.values
        low = np.median(limit) if given.spread and limit.size else limit
        short = np.flatnonzero(stated < low * (1 - _SLACK) - 1e-15)
        if short.size:
            place = int(short[0])
            what = f"qubit {place}" if key == "one_qubit_error" else f"pair {ends[place].tolist()}"
            bound = float(np.broadcast_to(low, limit.shape)[place])
            reader.complain(
                f"noise.{key}",
                f"{format_quantity(float(stated[place]), 'probability')} ({what})",
                f"at least {format_quantity(bound, 'probability')}, which T1, T2 and"
                f" durations.{gate} already cost",
                f"raise {key}, t1 or t2, or shorten the gate",
            )
    errors["two_qubit_error"] = _heated(
        read["heating_error"], errors["two_qubit_error"], description, ends, reader
    )
    _check_crosstalk(read["crosstalk_error"], errors["two_qubit_error"], description, ends, reader)
    return errors


def with_atom_loss(rest: Mapping[str, Floats], loss: Floats) -> Floats:
    """Give P(read 1 | 0) where an atom may be lost, which is then read as a 1 would be."""
    p01, p10 = rest["readout_p01"], rest["readout_p10"]
    return np.asarray(p01 + loss * (1 - p01 - p10))


def _heated(
    heating: DrawnValues | None,
    two_qubit_error: Floats,
    description: DeviceDescription,
    ends: npt.NDArray[np.intp],
    reader: NoiseReader,
) -> Floats:
    """Add the heating of the ions between the two, and refuse it where there is no chain."""
    if heating is None or not heating.values.any():
        return two_qubit_error
    if description.connectivity != "all-to-all":
        reader.complain(
            "noise.heating_error",
            f'connectivity "{description.connectivity}"',
            'a chain of ions: connectivity "all-to-all", in the order of the numbers',
            "state two_qubit_error as a list instead",
        )
        return two_qubit_error
    between = ends[:, 1] - ends[:, 0] - 1
    heated = two_qubit_error + heating.values * between
    if heated.max(initial=0.0) > WORST_TWO_QUBIT_ERROR:
        place = int(heated.argmax())
        reader.complain(
            "noise.heating_error",
            f"{format_quantity(float(heating.values[place]), 'probability')} for each of the"
            f" {int(between[place])} ions between pair {ends[place].tolist()}",
            "a total error of at most 75 %, the completely depolarizing channel",
            "lower heating_error",
        )
    return heated


def _check_crosstalk(
    crosstalk: DrawnValues | None,
    two_qubit_error: Floats,
    description: DeviceDescription,
    ends: npt.NDArray[np.intp],
    reader: NoiseReader,
) -> None:
    """Refuse crosstalk that with all neighbours at work passes what a channel can have."""
    if crosstalk is None or not ends.size:
        return
    if description.connectivity == "all-to-all":
        neighbours = np.full(len(ends), 4)  # two on each side in the line, see `noise`
    else:
        degree = np.bincount(ends.ravel(), minlength=description.qubits)
        neighbours = degree[ends[:, 0]] + degree[ends[:, 1]] - 2
    worst = two_qubit_error + crosstalk.values * neighbours
    if worst.max() > WORST_TWO_QUBIT_ERROR:
        place = int(worst.argmax())
        reader.complain(
            "noise.crosstalk_error",
            f"{format_quantity(float(crosstalk.values[place]), 'probability')} beside up to"
            f" {int(neighbours[place])} neighbours of pair {ends[place].tolist()}",
            "a total error of at most 75 %, the completely depolarizing channel",
            "lower crosstalk_error",
        )
