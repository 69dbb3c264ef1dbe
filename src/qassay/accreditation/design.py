"""One accreditation: which circuits run where, in which order. A function of the seed alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from qassay.accreditation.bounds import MOST_TRAPS
from qassay.accreditation.cycles import Cycles
from qassay.accreditation.traps import padded, trap_rounds
from qassay.accreditation.turns import QUARTER, RADIANS, Mask, Turns, quarter_pulses
from qassay.canonical import document_id
from qassay.circuits.circuit import Circuit, Gate
from qassay.circuits.family import Pair
from qassay.devices.description import DeviceDescription
from qassay.errors import Problem, UsageError
from qassay.randomness import Stream

Spectators = Literal["gates", "pulses", "idle"]
MOST_CIRCUITS: Final = 2 * MOST_TRAPS
# Whoever checks a record draws all of it again: some 24 bytes and a microsecond each.
MOST_PULSES: Final = 1_200_000  # circuits x rounds x qubits that are driven
MOST_BARRED: Final = 20_000_000  # circuits x rounds x qubits that a barrier names


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AccreditationDesign:
    """What is run.

    Attributes:
        cycles: The target on its own qubits 0 .. n-1.
        patch: Device qubit of each of them.
        register: Qubits of every circuit that is sent.
        spectators: What the other qubits do meanwhile: random pulses and CZ gates, pulses
            alone, nothing.
        spectator_pairs: Their pairs, which meet in every layer.
        targets: Runs of the target, each with a pad of its own, one shot each.
        traps: Traps, one shot each.
        traps_a_run: Above 0, targets and traps come in runs of one target and so many traps.
        root: 32 secret bytes.
    """

    cycles: Cycles
    patch: tuple[int, ...]
    register: int
    spectators: Spectators
    spectator_pairs: tuple[Pair, ...]
    targets: int
    traps: int
    traps_a_run: int
    root: bytes

    @property
    def circuits(self) -> int:
        """Circuits in all, one shot each."""
        return self.targets + self.traps

    @property
    def id(self) -> str:
        """Name the design by its content."""
        return document_id(self.as_json() | {"root": self.root.hex()})

    def as_json(self) -> dict[str, Any]:
        """Give the design as plain JSON values, without the seed."""
        return {
            "rounds": self.cycles.rounds.tolist(),
            "layers": [[list(pair) for pair in layer] for layer in self.cycles.layers],
            "patch": list(self.patch),
            "register": self.register,
            "spectators": self.spectators,
            "spectator_pairs": [list(pair) for pair in self.spectator_pairs],
            "targets": self.targets,
            "traps": self.traps,
            "traps_a_run": self.traps_a_run,
        }


def place_target(
    cycles: Cycles,
    device: DeviceDescription,
    root: bytes,
    *,
    targets: int,
    traps: int,
    patch: tuple[int, ...] = (),
    spectators: Spectators = "idle",
    traps_a_run: int = 0,
) -> AccreditationDesign:
    """Place a target on a device.

    Args:
        cycles: The target.
        device: Where.
        root: 32 secret bytes.
        targets: Runs of the target.
        traps: Traps; with `traps_a_run` it is ignored.
        patch: Device qubits, in the order of the target's; the first ones by default.
        spectators: What the other qubits do.
        traps_a_run: See `Design`.

    Raises:
        UsageError: Numbers without meaning, a target that does not fit on the patch; all at once.
    """
    patch = patch or tuple(range(cycles.qubits))
    traps = targets * traps_a_run if traps_a_run else traps
    UsageError.raise_if_any(
        [*_number_problems(targets, traps, traps_a_run), *_patch_problems(cycles, device, patch)]
    )
    pairs = _matching(device, patch) if spectators == "gates" else ()
    made = AccreditationDesign(
        cycles=cycles,
        patch=patch,
        register=max(patch) + 1 if spectators == "idle" else device.qubits,
        spectators=spectators,
        spectator_pairs=pairs,
        targets=targets,
        traps=traps,
        traps_a_run=traps_a_run,
        root=root,
    )
    UsageError.raise_if_any(size_problems(made))
    return made


def size_problems(design: AccreditationDesign) -> list[Problem]:
    """Say whether a design is larger than a stranger can check: no factor alone is, the product."""
    turns = design.circuits * design.cycles.rounds.shape[0]
    driven = len(design.patch) if design.spectators == "idle" else design.register
    return [
        Problem(
            where="design",
            found=f"{design.circuits} circuits of {design.cycles.rounds.shape[0]} rounds on"
            f" {width} qubits",
            expected=f"at most {most} in the product, {words}",
            advice="take fewer traps and targets, or accredit a smaller patch",
        )
        for width, most, words in (
            (driven, MOST_PULSES, "so that a stranger can draw them again"),
            (design.register, MOST_BARRED, "so that a stranger can read them"),
        )
        if turns * width > most
    ][:1]


def _number_problems(targets: int, traps: int, traps_a_run: int) -> list[Problem]:
    problems = []
    if not 1 <= traps <= MOST_TRAPS:
        problems.append(Problem(where="--traps", found=str(traps), expected=f"1 to {MOST_TRAPS}"))
    if not 0 <= targets <= MOST_CIRCUITS or (traps_a_run and targets < 1):
        problems.append(
            Problem(where="--targets", found=str(targets), expected=f"0 to {MOST_CIRCUITS}")
        )
    if traps_a_run < 0:
        problems.append(
            Problem(where="--traps-a-run", found=str(traps_a_run), expected="1 or more")
        )
    return problems


def _patch_problems(
    cycles: Cycles, device: DeviceDescription, patch: tuple[int, ...]
) -> list[Problem]:
    where = "--patch"
    if len(patch) != cycles.qubits or len(set(patch)) != len(patch):
        return [
            Problem(
                where=where,
                found=f"{len(set(patch))} different qubits",
                expected=f"the {cycles.qubits} of the circuit",
            )
        ]
    absent = sorted(qubit for qubit in patch if not 0 <= qubit < device.qubits)
    if absent:
        return [
            Problem(
                where=where,
                found=f"qubits {absent[:8]}",
                expected=f"qubits 0 to {device.qubits - 1} of {device.name}",
            )
        ]
    coupled = set(device.pairs)
    met = {pair for layer in cycles.layers for pair in layer}
    far = sorted(pair for pair in met if _placed(pair, patch) not in coupled)
    if far:
        places = ", ".join(f"{a}-{b} (device {patch[a]}-{patch[b]})" for a, b in far[:6])
        return [
            Problem(
                where=where,
                found=f"CZ gates of the circuit's qubits {places}",
                expected=f"pairs that {device.name} couples",
                advice="choose another --patch or route the circuit",
            )
        ]
    return []


def _placed(pair: Pair, patch: tuple[int, ...]) -> Pair:
    a, b = sorted((patch[pair[0]], patch[pair[1]]))
    return a, b


def _matching(device: DeviceDescription, patch: tuple[int, ...]) -> tuple[Pair, ...]:
    """Choose disjoint coupled pairs of spectators, greedily."""
    used = set(patch)
    pairs = []
    for a, b in device.pairs:
        if a not in used and b not in used:
            used |= {a, b}
            pairs.append((a, b))
    return tuple(pairs)


_NOTHING: Final = (0.0).hex()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DrawnDesign:
    """All circuits of a design, in the order of execution.

    Attributes:
        design: What they were drawn for.
        phases: Of the two quarter pulses of each round and qubit of the patch, in 2^-24 turns,
            shape (circuits, rounds, qubits, 2).
        others: The same of the spectators, shape (circuits, rounds, spectators, 2).
        is_target: Shape (circuits,).
        mask: What the pad leaves on the outcome, shape (circuits, qubits).
    """

    design: AccreditationDesign
    phases: Turns
    others: Turns
    is_target: npt.NDArray[np.bool_]
    mask: Mask

    def circuit(self, index: int) -> Circuit:
        """Write one circuit in native gates, a barrier round every layer."""
        design = self.design
        rest = _others(design)
        everybody = Gate("barrier", tuple(range(design.register)))
        turned = np.concatenate([self.phases[index], self.others[index]], axis=1) * RADIANS
        pulses = turned.tolist()
        gates: list[Gate] = []
        for place in range(turned.shape[0]):
            for step in range(2):
                gates += [
                    Gate("prx", (qubit,), np.pi / 2, pulses[place][column][step])
                    for column, qubit in enumerate((*design.patch, *rest))
                ]
            if place < len(design.cycles.layers):
                layer = design.cycles.layers[place]
                pairs = [*(_placed(pair, design.patch) for pair in layer), *design.spectator_pairs]
                gates += [everybody, *(Gate("cz", pair) for pair in pairs), everybody]
        return Circuit(design.register, tuple(gates))


def circuit_ids(drawn: DrawnDesign) -> Iterator[str]:
    """Name all circuits by their contents, as `Circuit.circuit_ids` does.

    Made from pieces of text and not from gates: an auditor names all circuits of a record, and
    building millions of gates would take him a hundred times as long.
    """
    design = drawn.design
    columns = (*design.patch, *_others(design))
    zero, all_qubits = _NOTHING, ",".join(map(str, range(design.register)))
    barrier = f'["barrier",[{all_qubits}],"{zero}","{zero}","{zero}"]'
    between = []
    for layer in design.cycles.layers:
        pairs = [*(_placed(pair, design.patch) for pair in layer), *design.spectator_pairs]
        met = [f'["cz",[{a},{b}],"{zero}","{zero}","{zero}"]' for a, b in pairs]
        between.append(",".join((barrier, *met, barrier)))
    between.append("")
    head = [f'["prx",[{qubit}],"{(np.pi / 2).hex()}","' for qubit in columns]
    phases: dict[int, str] = {}
    for index in range(design.circuits):
        turned = np.concatenate([drawn.phases[index], drawn.others[index]], axis=1)
        parts = []
        for steps, after in zip(turned.transpose(0, 2, 1).tolist(), between, strict=True):
            for step in steps:
                for begin, phase in zip(head, step, strict=True):
                    text = phases.get(phase)
                    if text is None:
                        text = phases[phase] = f'{(phase * RADIANS + 0.0).hex()}","{zero}"]'
                    parts.append(begin + text)
            if after:
                parts.append(after)
        written = f'{{"gates":[{",".join(parts)}],"qassay_gates":1,"qubits":{design.register}}}'
        yield hashlib.sha256(written.encode("ascii")).hexdigest()


def _others(design: AccreditationDesign) -> tuple[int, ...]:
    if design.spectators == "idle":
        return ()
    return tuple(qubit for qubit in range(design.register) if qubit not in design.patch)


def draw_design(design: AccreditationDesign) -> DrawnDesign:
    """Draw all circuits of a design."""
    stream = Stream(design.root, "accreditation")
    cycles, count = design.cycles, design.circuits
    is_target = _order(design, stream)
    rounds = np.empty((count, *cycles.rounds.shape), dtype=np.int64)
    rounds[is_target] = cycles.rounds
    rounds[~is_target] = trap_rounds(cycles, design.traps, stream.child("traps"))
    pad = padded(rounds, cycles.layers, stream.child("pad"))
    shape = (count, cycles.rounds.shape[0], len(_others(design)), 2)
    others = stream.child("spectators").bits(shape, 2).astype(np.int64) * QUARTER
    return DrawnDesign(
        design=design,
        phases=quarter_pulses(pad.rounds),
        others=others,
        is_target=is_target,
        mask=pad.mask,
    )


def _order(design: AccreditationDesign, stream: Stream) -> npt.NDArray[np.bool_]:
    """Say which circuits are targets, in a secret order."""
    if not design.traps_a_run:
        return np.asarray(stream.child("order").permutation(design.circuits) < design.targets)
    size = design.traps_a_run + 1
    place = stream.child("order").below(size, (design.targets,))
    return np.asarray(place[:, None] == np.arange(size)).ravel()
