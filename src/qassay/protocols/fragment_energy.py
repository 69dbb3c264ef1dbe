"""Energies of molecules by sampled diagonalisation, beside their information-free control.

Measures: how far above the exact energy of a frozen fragment the lowest energy is in the subspace
that a machine's strings span, the same for random strings at the same size, and the difference of
the two, batch by batch: what the machine contributed.
Design: one frozen circuit; each batch flips a secret set of spin orbitals before the measurement
and takes it off the answers, so that a machine that prefers 0 gains nothing by it.
Model: a batch has a mean of its own; nothing is assumed of the shots inside it.
What can fool it: an ordinary computer needs no strings of a machine; random strings of the right
numbers of electrons lead to an energy in the same way. The difference from them counts.
Reference: Kanno et al., arXiv:2302.11320; Robledo-Moreno et al., Sci. Adv. 11, eadu9991 (2025).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.applications.fragments.ansatz import VERSION, ansatz_circuit
from qassay.applications.fragments.ladders import ladder_of
from qassay.applications.fragments.molecule import Fragment, digest_of, find_fragment, fragment
from qassay.applications.fragments.sampled import Mean, SampledEnergies, energies_of
from qassay.canonical import canonical_bytes
from qassay.claims.questions import Question
from qassay.devices.description import DeviceDescription, Durations
from qassay.devices.longest_chain import longest_chain
from qassay.errors import PlanError, Problem, QassayError, quoted
from qassay.languages.english import said
from qassay.languages.sentence import Figures
from qassay.protocols.asked import Answer, ReadsProblem, Unestimated, problem_document
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream
from qassay.statistics.trials import Trials

STRINGS: Final = "strings"
_LOT: Final = 16  # bytes of a batch's own lots
_KEYS: Final = {"question", "instance", "sha256", "patch"}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Placed:
    """A fragment on a machine.

    Attributes:
        question: Id on the sheet.
        fragment: The fragment.
        patch: Qubit of the machine of each spin orbital, alpha first.
    """

    question: str
    fragment: Fragment
    patch: tuple[int, ...]


class FragmentEnergy(ReadsProblem, Unestimated):
    """Energies that the strings of one circuit lead to."""

    id = "fragment_energy"
    version = 1
    title = "Energy of a molecular fragment"
    model: Model = "probability"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    quantities = (STRINGS,)
    reach: Reach = "qubits"
    counts_lost = False
    repeated = True
    assumptions: tuple[str, ...] = (
        "batches are independent of one another given the machine's drift, which may be any",
    )

    def planned(
        self, question: Question, device: DeviceDescription, files: Mapping[str, bytes]
    ) -> Experiment:
        """Place a frozen fragment on two lines of qubits with rungs between them."""
        where = f'question "{question.id}"'
        shots, batches = int(question.setting("shots")), int(question.setting("batches"))
        if shots < batches:
            raise PlanError(
                Problem(where=f"{where}, shots", found=str(shots), expected=f"at least {batches}")
            )
        found = find_fragment(
            question.setting("instance"), question.setting("qubits"), len(device.usable)
        )
        patch = ladder_of(device, found.orbitals)
        problem = {
            "question": question.id,
            "instance": found.name,
            "sha256": digest_of(found.name),
            "patch": list(patch),
        }
        each = -(-shots // batches)
        return Experiment(
            id=self.id,
            protocol=self.id,
            version=self.version,
            targets=tuple((qubit,) for qubit in patch),
            lengths=(0.0,),
            block=(1,),
            rounds=each * batches,
            batch=each,
            problem=canonical_bytes(problem).decode("utf-8"),
        )

    def foretold(self, experiment: Experiment) -> tuple[str, ...]:
        """Say that an ordinary computer knows the answer."""
        found = read_placed(experiment.problem).fragment
        return (said("answer.fragment_energy.known", n=found.determinants),)

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Write the circuit with a pad; the key holds the pad, and the lots of this batch."""
        placed = read_placed(self._text)
        mask = stream.child("mask").bits(placed.fragment.qubits)
        key = np.concatenate([mask, stream.child("lots").bits(_LOT, 8)]).astype(np.uint8)
        circuit = ansatz_circuit(placed.fragment, placed.patch, qubits, mask)
        return Drawn(circuits=circuit, key=np.tile(key, (count, 1)))

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Take the pad off, and write the strings of a batch in one row, its lots behind them."""
        patch = [target[0] for target in experiment.targets]
        bits = outcomes[:, 0, patch] ^ key[:, : len(patch)]
        numbers = bits.astype(np.int64) @ (1 << np.arange(len(patch), dtype=np.int64))
        row = np.concatenate([numbers, key[0, len(patch) :].astype(np.int64)])
        return {
            STRINGS: Trials(
                lengths=np.zeros(1),
                arms=np.zeros(1, dtype=np.intp),
                hits=row[None],
                shots=max(1 << len(patch), 256),
            )
        }

    def answer(self, experiment: Experiment, scored: Mapping[str, Trials], lost: int) -> Answer:
        """Diagonalise in the subspaces that the strings of each batch span."""
        placed, trials = read_placed(experiment.problem), scored[STRINGS]
        strings, lots = np.split(trials.hits, [experiment.batch], axis=1)
        bits = strings[..., None] >> np.arange(placed.fragment.qubits) & 1
        found = energies_of(placed.fragment, bits.astype(np.uint8), lots.astype(np.uint8))
        return _told(placed, found, experiment, trials.circuits, lost)

    def seconds(self, length: float, durations: Durations) -> float:
        """Take the longest chain of gates as the time of a shot."""
        placed = read_placed(self._text)
        mask = np.zeros(placed.fragment.qubits, dtype=np.uint8)
        circuit = ansatz_circuit(placed.fragment, placed.patch, max(placed.patch) + 1, mask)
        return overhead(durations) + longest_chain(circuit, durations)

    def unsound(self, experiment: Experiment) -> Iterator[tuple[str, object, str]]:
        """Name what a stranger's plan may not ask."""
        try:
            placed = read_placed(experiment.problem)
        except QassayError as error:
            yield "problem", str(error), "a frozen fragment and its qubits"
            return
        if experiment.targets != tuple((qubit,) for qubit in placed.patch):
            yield "targets", experiment.targets, "the qubits of its fragment"
        if experiment.rounds % experiment.batch or experiment.block != (1,):
            yield "rounds", experiment.rounds, "whole batches"


@lru_cache(maxsize=8)
def read_placed(text: str) -> Placed:
    """Read what an experiment runs from its text in the plan.

    Raises:
        PlanError: It is another text, or the fragment is not as frozen.
    """
    where = "plan, problem"
    try:
        document = problem_document(text, _KEYS)
        found = fragment(str(document["instance"]))
        patch = tuple(document["patch"])
        if len(set(patch)) != len(patch) or len(patch) != found.qubits:
            raise ValueError
        if not all(type(qubit) is int and 0 <= qubit < 1 << 16 for qubit in patch):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise PlanError(
            Problem(where=where, found="another text", expected="a frozen fragment and its qubits")
        ) from None
    if document["sha256"] != digest_of(found.name):
        raise PlanError(
            Problem(
                where=where,
                found=f"other integrals, {quoted(str(document['sha256']), 20)}",
                expected=f"those of {found.name} as frozen",
            )
        )
    return Placed(question=str(document["question"]), fragment=found, patch=patch)


def _told(
    placed: Placed, found: SampledEnergies, experiment: Experiment, batches: int, lost: int
) -> Answer:
    """Say what the strings of the machine are worth."""
    name, gain, own = "answer.fragment_energy", found.gain, placed.fragment
    code = "lower" if gain.low > 0 else "higher" if gain.high < 0 else "alike"
    away = Mean(value=-gain.value, low=-gain.high, high=-gain.low) if gain.high < 0 else gain
    better = "less" if found.ranked_error < found.error.value else "more"
    rows = [
        (said(f"{name}.machine"), _span(found.error)),
        (said(f"{name}.chance"), _span(found.random_error)),
        (said(f"{name}.perfect"), _span(found.ideal_error)),
        (said(f"{name}.ranked"), f"{found.ranked_error:.1f}"),
        (said(f"{name}.hartree_fock"), f"{found.hartree_fock_error:.1f}"),
        (said(f"{name}.determinants"), f"{found.determinants} / {found.all_determinants}"),
        (
            said(f"{name}.kept"),
            f"{found.kept.value:.3f} ({found.kept.low:.3f} – {found.kept.high:.3f})",
        ),
        (said(f"{name}.kept_by_chance"), f"{found.kept_by_chance:.3f}"),
    ]
    sentences = [
        said(f"{name}.known", n=found.all_determinants),
        said(
            f"{name}.ranked_{better}",
            ranked=Figures(number=f"{found.ranked_error:.1f}"),
            error=Figures(number=f"{found.error.value:.1f}"),
        ),
    ]
    if lost:
        sentences.append(said(f"{name}.lost", n=lost // experiment.batch))
    sentences += [said(f"{name}.warning"), said(f"{name}.source", source=own.source)]
    return Answer(
        question=placed.question,
        experiment=experiment.id,
        ask=PROTOCOL.id,
        title=said(f"{name}.title", title=own.title),
        telling=True,
        headline=said(f"{name}.{code}", gain=Figures(number=_span(away))),
        rows=tuple(rows),
        sentences=tuple(sentences),
        assumptions=(said(f"{name}.assumed_1"),),
        numbers=_numbers(placed, found),
        shots=batches * experiment.batch,
        circuits=batches,
    )


def _numbers(placed: Placed, found: SampledEnergies) -> dict[str, object]:
    own, told = placed.fragment, found.as_json()
    size = {"determinants": told["determinants"]}
    mask = np.zeros(own.qubits, dtype=np.uint8)
    circuit = ansatz_circuit(own, placed.patch, max(placed.patch) + 1, mask)
    return {
        "application": "fragment-energy",
        "optional": True,
        "instance": own.name,
        "qubits": own.qubits,
        "two_qubit_gates": circuit.two_qubit_gates(),
        "circuit": VERSION,
        "results": {
            "kept": told["kept"],
            "kept_by_chance": told["kept_by_chance"],
            "error_mha": told["error"],
            "gain_mha": told["gain"],
            "drawn": told["drawn"],
            "strings": own.strings,
            **size,
        },
        "random": {"error_mha": told["random_error"], **size},
        "ideal": {"error_mha": told["ideal_error"], **size},
        "classical": {
            "solver": "diagonalisation on all determinants",
            "determinants": told["all_determinants"],
            "hartree": own.exact,
            "hartree_fock_error_mha": told["hartree_fock_error"],
            "ranked_error_mha": told["ranked_error"],
            "source": own.source,
        },
    }


def _span(mean: Mean) -> str:
    return f"{mean.value:.1f} ({mean.low:.1f} – {mean.high:.1f})"


QUANTITIES: Final = ()
PROTOCOL = FragmentEnergy()
