"""Read a machine file: the TOML by which anyone can write a virtual machine.

All mistakes are reported at once. A number that is stated must be possible; a number that
is drawn from a spread is cut at what physics allows (T2 at 2 T1, T2* at T2, a gate error at
the coherence limit), so that a spread never makes an impossible machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from qassay.canonical import content_id
from qassay.devices.connectivity import read_connectivity
from qassay.devices.description import DeviceDescription, Durations, Pair, Platform
from qassay.devices.noise import NoiseModel
from qassay.devices.noise_file import QUANTITIES, DrawnValues, NoiseKey, NoiseReader
from qassay.devices.physics_check import coherence_times, gate_errors, with_atom_loss
from qassay.errors import DeviceFileError, UnsupportedCircuitError, quoted
from qassay.randomness import Stream, root_from_integer
from qassay.reading.limits import MACHINE
from qassay.reading.strict_toml import read_toml

MOST_QUBITS: Final = 4096
MOST_BYTES: Final = MACHINE.size
PLATFORMS: Final = ("trapped-ion", "neutral-atom", "superconducting", "other")
_MACHINE_KEYS: Final = (
    "name",
    "platform",
    "qubits",
    "connectivity",
    "seed",
    "summary",
    "cost_per_shot",
    "cost_per_circuit",
    "currency",
)
_DURATIONS: Final = tuple(field.name for field in fields(Durations))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Machine:
    """A virtual machine: what it says of itself, and its truth.

    Attributes:
        description: The public face.
        noise: The truth at the start of a campaign.
        seed: Of the spreads, and of the outcomes together with a job's id.
        summary: One sentence for lists.
        text_id: sha256 of the file's bytes.
        coupled: The couplings as an array, shape (couplings, 2); empty for all-to-all.
    """

    description: DeviceDescription
    noise: NoiseModel
    seed: int
    summary: str
    text_id: str
    coupled: npt.NDArray[np.intp]

    @property
    def pair_ends(self) -> npt.NDArray[np.intp]:
        """The two qubits of every pair, shape (pairs, 2), in the order of the noise arrays."""
        count = self.description.qubits
        if self.description.connectivity == "all-to-all":
            return np.stack(np.triu_indices(count, 1), axis=1)
        return self.coupled

    def refuse_too_wide(self, qubits: int) -> None:
        """Refuse a circuit on more qubits than the machine has.

        Raises:
            UnsupportedCircuitError: It has.
        """
        said = self.description
        if qubits > said.qubits:
            raise UnsupportedCircuitError(
                f"a circuit on {qubits} qubits does not fit on {said.name}, which has {said.qubits}"
            )

    def pair_places(self, pairs: tuple[Pair, ...]) -> npt.NDArray[np.intp]:
        """Find pairs in the noise arrays.

        Args:
            pairs: Each in either order.

        Returns:
            Their places, shape (len(pairs),).

        Raises:
            UnsupportedCircuitError: A pair is not coupled.
        """
        if not pairs:
            return np.zeros(0, dtype=np.intp)
        ends = np.sort(np.array(pairs, dtype=np.intp), axis=1)
        count = self.description.qubits
        first, second = ends[:, 0], ends[:, 1]
        bad = (first < 0) | (second >= count) | (first == second)
        if self.description.connectivity == "all-to-all":
            places = first * (2 * count - first - 1) // 2 + second - first - 1
        else:
            names = self.coupled[:, 0] * count + self.coupled[:, 1]
            wanted = first * count + second
            places = np.minimum(np.searchsorted(names, wanted), max(names.size - 1, 0))
            bad |= (names[places] != wanted) if names.size else True
        if bad.any():
            odd = pairs[int(np.flatnonzero(bad)[0])]
            raise UnsupportedCircuitError(
                f"{self.description.name} has no coupling between qubits {odd[0]} and {odd[1]}"
            )
        return places

    def noise_at(self, seconds: float) -> NoiseModel:
        """Give the noise at a device time, drift included."""
        if self.noise.drift is None:
            return self.noise
        return self.noise.at(seconds, self.description.durations, self.pair_ends)


def read_machine(data: bytes, source: str, name: str | None = None) -> Machine:
    """Read the bytes of a machine file.

    Args:
        data: UTF-8 TOML.
        source: Name of the file, for messages.
        name: What the description calls the machine, in place of the name in the file.

    Raises:
        DeviceFileError: With every mistake of the file.
    """
    _, document = read_toml(data, source, limits=MACHINE, error=DeviceFileError)
    reader = NoiseReader(source, Stream(b"", ""), {})
    reader.unknown_keys(document, ("machine", "durations", "noise"), "")
    sections = {
        part: _section(document, part, reader) for part in ("machine", "durations", "noise")
    }
    head = sections["machine"]
    reader.unknown_keys(head, _MACHINE_KEYS, "machine")
    reader.unknown_keys(sections["durations"], _DURATIONS, "durations")
    reader.unknown_keys(sections["noise"], (*QUANTITIES, "drift", "dead_qubits"), "noise")
    qubits = _whole(head, "qubits", reader, 1, MOST_QUBITS)
    seed = _whole(head, "seed", reader, 0, 2**63 - 1, default=0)
    durations = _durations(sections["durations"], reader)
    if qubits is None or seed is None:  # nothing below can be counted without them
        raise DeviceFileError(*reader.problems)
    description, places = _describe(head, qubits, durations, reader, name)
    pairs = qubits * (qubits - 1) // 2
    if description.connectivity != "all-to-all":
        pairs = len(description.couplings)
    reader.stream = Stream(root_from_integer(seed), "machine")
    reader.counts = {"qubit": qubits, "pair": pairs}
    reader.pair_places = places
    coupled = np.array(description.couplings, dtype=np.intp).reshape(-1, 2)
    ends = coupled
    if description.connectivity == "all-to-all":
        ends = np.stack(np.triu_indices(qubits, 1), axis=1)
    noise = _noise(sections["noise"], description, ends, reader, seed)
    if noise is None or reader.problems:
        raise DeviceFileError(*reader.problems)
    return Machine(
        description=description,
        noise=noise,
        seed=seed,
        summary=str(head.get("summary", "")),
        text_id=content_id(data),
        coupled=coupled,
    )


def _section(document: Mapping[str, Any], part: str, reader: NoiseReader) -> Mapping[str, Any]:
    if part == "machine" and part not in document:
        reader.complain("[machine]", "nothing", "a section with name, platform and qubits")
    section = document.get(part, {})
    if isinstance(section, dict):
        return section
    reader.complain(part, quoted(section), f"a section [{part}]")
    return {}


def _whole(
    head: Mapping[str, Any],
    key: str,
    reader: NoiseReader,
    low: int,
    high: int,
    default: int | None = None,
) -> int | None:
    value = head.get(key, default)
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    found = quoted(value) if key in head else "nothing"
    reader.complain(f"machine.{key}", found, f"a whole number from {low} to {high}")
    return None


def _durations(section: Mapping[str, Any], reader: NoiseReader) -> Durations:
    read = {}
    for key in _DURATIONS:
        if key in section:
            # A zero duration is fine (an ideal gate), so it does not go through `number`.
            raw = section[key]
            zero = isinstance(raw, str) and raw.split()[:1] in (["0"], ["0.0"])
            number = 0.0 if zero else reader.number(raw, f"durations.{key}", _TIME)
            read[key] = number or 0.0
    return Durations(**read)


_TIME: Final = NoiseKey("time", "qubit")


def _describe(
    head: Mapping[str, Any],
    qubits: int,
    durations: Durations,
    reader: NoiseReader,
    name: str | None,
) -> tuple[DeviceDescription, list[int]]:
    own = head.get("name")
    if not isinstance(own, str) or not 1 <= len(own) <= 80 or not own.isprintable():
        found = quoted(own) if "name" in head else "nothing"
        reader.complain("machine.name", found, "a name of 1 to 80 characters")
        own = ""
    platform = head.get("platform", "other")
    if platform not in PLATFORMS:
        expected = "one of " + ", ".join(PLATFORMS)
        reader.complain("machine.platform", quoted(platform), expected)
    for key in ("summary", "currency"):
        if not isinstance(head.get(key, ""), str):
            reader.complain(f"machine.{key}", quoted(head[key]), "a text")
    costs = {
        key: reader.plain(head.get(key, 0), f"machine.{key}", 0.0, 1e9) or 0.0
        for key in ("cost_per_shot", "cost_per_circuit")
    }
    word, couplings, places, problems = read_connectivity(
        head.get("connectivity", "all-to-all"), qubits, f"{reader.source}: machine.connectivity"
    )
    reader.problems.extend(problems)
    described = DeviceDescription(
        name=name or own,
        platform=cast(Platform, platform),
        qubits=qubits,
        connectivity=word,
        couplings=couplings,
        durations=durations,
        simulator=True,
        currency=str(head.get("currency", "")),
        cost_per_shot=costs.get("cost_per_shot", 0.0),
        cost_per_circuit=costs.get("cost_per_circuit", 0.0),
    )
    return described, places


def _noise(
    section: Mapping[str, Any],
    description: DeviceDescription,
    ends: npt.NDArray[np.intp],
    reader: NoiseReader,
    seed: int,
) -> NoiseModel | None:
    count = len(reader.problems)
    read = {key: reader.quantity(section, key) for key in QUANTITIES}
    drift = reader.drift(section["drift"], seed) if "drift" in section else None
    dead = reader.dead(section["dead_qubits"]) if "dead_qubits" in section else ()
    if len(reader.problems) > count:
        return None

    def plain(key: str) -> npt.NDArray[np.float64]:
        given = read[key]
        zeros = np.zeros(reader.counts[QUANTITIES[key].per])
        return given.values if isinstance(given, DrawnValues) else zeros

    times = coherence_times(read, description.qubits, reader)
    errors = gate_errors(read, times, description, ends, reader)
    derived = (*times, "atom_loss", "heating_error", *errors)
    rest = {key: plain(key) for key in QUANTITIES if key not in derived}
    rest["readout_p01"] = with_atom_loss(rest, plain("atom_loss"))
    rest["preparation_error"][list(dead)] = 0.0
    return NoiseModel(**times, **errors, **rest, drift=drift, dead=dead)
