"""Random circuits: the fidelity of their counts, and what forging them would have cost.

Measures: F, the linear cross entropy of k of K released circuits, normalised by each circuit's own
distribution; whether all checked circuits have one fidelity; and the price of a forgery within a
deadline, an upper bound with method and date.
Design: every circuit has a lot, a secret of its own. Once all counts are in, the checked circuits
are those whose lots, hashed with all outcomes, come first: nobody knows them while answering, and
whoever audits finds the same ones. Nobody but the verifier knows the lots before.
Model: an outcome is from the ideal distribution with probability F, else even.
What can fool it: the ideal distributions can be computed by whoever can check, so the price is
that of K circuits against k; up to 22 qubits it is seconds.
Lost circuits count as made up: whoever can simulate a share of them could keep the others back.
Reference: F. Arute et al., Nature 574, 505 (2019), arXiv:1910.11333.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.canonical import canonical_bytes
from qassay.circuits.ideal import MOST_QUBITS, string_indices
from qassay.circuits.random_layers import (
    fixed_layers,
    layered_circuit,
    layered_probabilities,
    paired_layers,
)
from qassay.claims.questions import Question
from qassay.devices.description import DeviceDescription, Durations
from qassay.errors import PlanError, Problem, UsageError
from qassay.headway import walked
from qassay.languages.english import said
from qassay.languages.sentence import Figures
from qassay.protocols.asked import Answer, Unestimated, problem_document
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.reach import register_of
from qassay.protocols.sampling.foretelling import Sampling
from qassay.protocols.sampling.xeb import Checked
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream
from qassay.statistics.trials import Trials

STRINGS: Final = "strings"
LEVEL: Final = 0.01  # of the uniformity test
_JOB: Final = 100  # circuits of a batch
_LOT: Final = 16  # bytes
_TOGETHER: Final = 1 << 20  # probabilities that are computed at once
_MOST_STRINGS: Final = 20_000_000  # circuits x (shots and phases)
_KEYS: Final = {"question", "checked", "deadline", "sparse", "expect"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTerms:
    """What an experiment's problem says beside the experiment itself.

    Attributes:
        question: Id on the sheet.
        checked: Circuits to check.
        deadline: Seconds.
        sparse: Whether the graph is a line, ring or grid.
        expect: Error rates that the user expects; None without them.
    """

    question: str
    checked: int
    deadline: float
    sparse: bool
    expect: tuple[float, float, float] | None


class RandomCircuits(Unestimated):
    """Samples random circuits, and checks some of them afterwards."""

    id = "random_circuits"
    version = 1
    title = "Random circuits, some checked afterwards"
    model: Model = "probability"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    quantities = (STRINGS,)
    reach: Reach = "links"
    counts_lost = True
    assumptions: tuple[str, ...] = (
        "an outcome is from the ideal distribution with probability F, else even",
        "nobody knew before the counts were in which circuits would be checked",
        "the price is that of the cheapest way that was found: there may be cheaper ones",
    )

    def with_problem(self, problem: str) -> RandomCircuits:
        """Give itself: the problem says nothing of the circuits."""
        return self

    def planned(
        self, question: Question, device: DeviceDescription, files: Mapping[str, bytes]
    ) -> Experiment:
        """Place the circuits on the first qubits of the device."""
        where = f'question "{question.id}"'
        circuits, shots = int(question.setting("circuits")), int(question.setting("shots"))
        qubits, depth = int(question.setting("qubits")), int(question.setting("depth"))
        checked = int(question.setting("checked"))
        register = device.usable[:qubits]
        pairs = tuple(pair for pair in device.pairs if set(pair) <= set(register))
        problems = [
            Problem(where=f"{where}, {key}", found=str(found), expected=expected)
            for key, found, expected, wrong in (
                ("qubits", qubits, f"at most {len(device.usable)}", qubits > len(device.usable)),
                ("qubits", "no coupled pair among them", "more qubits", not pairs),
                (
                    "checked",
                    checked,
                    f"at most {circuits}, as many as there are",
                    checked > circuits,
                ),
            )
            if wrong
        ]
        UsageError.raise_if_any(problems)
        joined = register_of(pairs)
        if len(joined) < len(register):
            raise UsageError(
                Problem(
                    where=f"{where}, qubits",
                    found=f"qubits {sorted(set(register) - set(joined))[:8]} without a neighbour",
                    expected="a number of qubits that are coupled among themselves",
                )
            )
        expect = question.setting("expect")
        times = device.durations
        shot = self.seconds(depth, times)
        deadline = question.setting("deadline")
        problem = {
            "question": question.id,
            "checked": checked,
            "deadline": float(deadline or max(1.5 * shot * circuits * shots, 1.0)),
            "sparse": device.connectivity.startswith(("line", "ring", "grid")),
            "expect": None if expect is None else list(expect),
        }
        return Experiment(
            id=self.id,
            protocol=self.id,
            version=self.version,
            targets=pairs,
            lengths=(float(depth),),
            block=(1,),
            rounds=circuits,
            batch=min(_JOB, circuits),
            shots=shots,
            problem=canonical_bytes(problem).decode("utf-8"),
        )

    def foretold(self, experiment: Experiment) -> tuple[str, ...]:
        """Say what fidelity to expect, whether the check suffices, and the price of a forgery."""
        found = sampling_of(experiment)
        cost = found.cost
        told = [
            said(
                "answer.random_circuits.cost",
                flop=_power(cost.cheapest),
                amplitude=_power(cost.amplitude),
                state=_power(cost.state_vector),
            )
        ]
        if found.fidelity is None:
            return (*told, said("answer.random_circuits.no_expect"))
        needed, planned = found.needed(found.fidelity), found.checked * found.shots
        told.append(
            said(
                f"answer.random_circuits.{'enough' if planned >= needed else 'too_few'}",
                fidelity=Figures(number=f"{found.fidelity:.3g}"),
                needed=Figures(number=f"{needed:.0f}"),
                planned=planned,
            )
        )
        return (*told, *found.priced(found.fidelity).sentences)

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw circuits; the key holds phases, pairs and lot of each."""
        register = register_of(targets)
        n, depth = len(register), round(length)
        phases = stream.child("phases").bits((count, depth + 1, n), 8)
        layers = fixed_layers(register, _pairs(targets), depth)
        orders = _orders(stream, count, depth, n) if layers is None else None
        lots = stream.child("lots").bits((count, _LOT), 8)
        met = [] if orders is None else [orders.reshape(count, -1).astype(np.uint8)]
        parts = [phases.reshape(count, -1), *met, lots]
        circuits = tuple(
            layered_circuit(
                qubits,
                register,
                [
                    [(register[a], register[b]) for a, b in layer[0].tolist()]
                    for layer in _layers_of(layers, orders, [index])
                ],
                phases[index].astype(np.int64),
            )
            for index in range(count)
        )
        return Drawn(circuits=circuits, key=np.concatenate(parts, axis=1))

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Write the strings of each circuit as numbers, and its key behind them."""
        register = list(register_of(experiment.targets))
        count, shots = outcomes.shape[:2]
        strings = string_indices(outcomes[:, :, register].reshape(count * shots, -1))
        hits = np.concatenate([strings.reshape(count, shots), key.astype(np.int64)], axis=1)
        return {
            STRINGS: Trials(
                lengths=np.array(experiment.lengths, dtype=np.float64),
                arms=arms,
                hits=hits.astype(np.int64, copy=False),
                shots=max(1 << len(register), 256),
            )
        }

    def answer(self, experiment: Experiment, scored: Mapping[str, Trials], lost: int) -> Answer:
        """Compare the checked circuits with their ideal distributions."""
        trials, found = scored[STRINGS], sampling_of(experiment)
        strings, key = np.split(trials.hits, [experiment.shots], axis=1)
        lots = key[:, -_LOT:].astype(np.uint8)
        picked = chosen_for_check(strings, lots, found.checked)
        checked = _checked(experiment, key, strings, picked)
        return _told(experiment, found, checked, picked, trials.circuits, lost)

    def seconds(self, length: float, durations: Durations) -> float:
        """`length` layers of a pulse and an entangler, a last pulse, then readout."""
        layer = durations.one_qubit_gate + durations.two_qubit_gate
        return overhead(durations) + length * layer + durations.one_qubit_gate

    def unsound(self, experiment: Experiment) -> Iterator[tuple[str, object, str]]:
        """Name what a stranger's plan may not ask: what takes too much memory or time."""
        try:
            terms = read_check_terms(experiment.problem)
        except PlanError as error:
            yield "problem", str(error), "what is checked, and until when"
            return
        n, depth = len(register_of(experiment.targets)), experiment.lengths[0]
        if not 2 <= n <= MOST_QUBITS:
            yield "targets", f"{n} qubits", f"2 to {MOST_QUBITS}, which can be checked"
        elif experiment.rounds * (experiment.shots + depth * n) > _MOST_STRINGS:
            yield "rounds", experiment.rounds, "outcomes that fit into memory"
        if not 2 <= terms.checked <= max(experiment.rounds, 2):
            yield "problem", terms.checked, f"2 to {experiment.rounds} circuits to check"


def sampling_of(experiment: Experiment) -> Sampling:
    """Give an experiment in numbers; of circuits with random pairs the first of a public draw."""
    terms = read_check_terms(experiment.problem)
    register, depth = register_of(experiment.targets), round(experiment.lengths[0])
    layers = fixed_layers(register, _pairs(experiment.targets), depth)
    public = Stream(bytes(32), "public")
    orders = _orders(public, 1, depth, len(register)) if layers is None else None
    return Sampling(
        qubits=len(register),
        depth=depth,
        circuits=experiment.rounds,
        checked=min(terms.checked, experiment.rounds),
        shots=experiment.shots,
        layers=tuple(
            tuple((min(a, b), max(a, b)) for a, b in layer[0].tolist())
            for layer in _layers_of(layers, orders, [0])
        ),
        sparse=terms.sparse,
        deadline=terms.deadline,
        rates=terms.expect,
    )


@lru_cache(maxsize=8)
def read_check_terms(text: str) -> CheckTerms:
    """Read the problem of an experiment.

    Raises:
        PlanError: It is another text.
    """
    where = "plan, problem"
    try:
        document = problem_document(text, _KEYS)
        expect = document["expect"]
        one, two, readout = (0.0,) * 3 if expect is None else map(float, expect)
        terms = CheckTerms(
            question=str(document["question"]),
            checked=int(document["checked"]),
            deadline=float(document["deadline"]),
            sparse=bool(document["sparse"]),
            expect=None if expect is None else (one, two, readout),
        )
        if not 0 < terms.deadline < 1e9 or not all(0 <= x < 1 for x in (one, two, readout)):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise PlanError(
            Problem(where=where, found="another text", expected="what is checked, and until when")
        ) from None
    return terms


def chosen_for_check(strings: npt.NDArray[np.int64], lots: Bits, checked: int) -> list[int]:
    """Choose circuits by their lots, once all outcomes are there.

    Args:
        strings: Outcomes as numbers, shape (circuits, shots).
        lots: Secrets, shape (circuits, bytes).
        checked: How many.
    """
    digest = hashlib.sha256(np.ascontiguousarray(strings, dtype=">i8").tobytes()).digest()
    drawn = [hashlib.sha256(lot.tobytes() + digest).digest() for lot in lots]
    return sorted(sorted(range(len(drawn)), key=lambda index: drawn[index])[:checked])


def _checked(
    experiment: Experiment,
    key: npt.NDArray[np.int64],
    strings: npt.NDArray[np.int64],
    picked: list[int],
) -> Checked:
    """Compute the ideal distributions of the checked circuits, and score their outcomes."""
    register, depth = register_of(experiment.targets), round(experiment.lengths[0])
    n, count = len(register), len(key)
    layers = fixed_layers(register, _pairs(experiment.targets), depth)
    turns = (depth + 1) * n
    phases = key[:, :turns].reshape(count, depth + 1, n)
    orders = None if layers is not None else key[:, turns:-_LOT].reshape(count, depth, n)
    at_once = max(_TOGETHER >> n, 1)
    chances: list[npt.NDArray[np.float64]] = []
    for start in walked(range(0, len(picked), at_once), "steps"):
        some = picked[start : start + at_once]
        chances += list(layered_probabilities(phases[some], _layers_of(layers, orders, some)))
    return Checked.of(chances, [strings[index] for index in picked])


def _told(
    experiment: Experiment,
    found: Sampling,
    checked: Checked,
    picked: list[int],
    circuits: int,
    lost: int,
) -> Answer:
    """Say what the check brought; circuits that were lost count as made up."""
    share = circuits / (circuits + lost)
    whole, uniformity = checked.fidelity(), checked.uniformity()
    estimate = replace(whole, value=whole.value * share, low=min(whole.low * share, whole.low))
    alike, seen = uniformity.p_value >= LEVEL, estimate.low > 0
    priced = found.priced(estimate.low)
    facts = {
        "value": Figures(number=f"{estimate.value:.4f}"),
        "low": Figures(number=f"{estimate.low:.4f}"),
        "high": Figures(number=f"{estimate.high:.4f}"),
    }
    code = "silent" if not seen else "unlike" if not alike else "found"
    sentences: list[str] = []
    if found.fidelity is not None:
        inside = estimate.low <= found.fidelity <= estimate.high
        sentences.append(
            said(
                f"answer.random_circuits.{'inside' if inside else 'outside'}",
                fidelity=Figures(number=f"{found.fidelity:.4f}"),
            )
        )
    if lost:
        sentences.append(said("answer.random_circuits.lost", n=lost))
    sentences += priced.sentences if seen else []
    name = "answer.random_circuits"
    rows = (
        (said(f"{name}.fidelity"), said("answer.interval", **facts)),
        (said(f"{name}.released"), str(circuits)),
        (said(f"{name}.checked"), str(checked.circuits)),
        (said(f"{name}.shots"), str(checked.shots)),
        (
            said(f"{name}.uniform"),
            f"{uniformity.statistic:.1f}, {uniformity.freedom}, p = {uniformity.p_value:.2g}",
        ),
    )
    return Answer(
        question=read_check_terms(experiment.problem).question,
        experiment=experiment.id,
        ask=PROTOCOL.id,
        title=said(f"{name}.title", qubits=found.qubits, depth=found.depth),
        telling=seen and alike,
        headline=said(f"{name}.{code}", **facts),
        rows=rows,
        sentences=tuple(sentences),
        assumptions=tuple(
            said(f"{name}.assumed_{number}") for number in range(1, len(PROTOCOL.assumptions) + 1)
        ),
        numbers={
            "fidelity": estimate.as_json(),
            "predicted": found.fidelity,
            "uniformity": uniformity.as_json() | {"level": LEVEL, "alike": alike},
            "consistent": seen and alike,
            "checked": picked,
            "forging": priced.as_json(),
            "cost": found.cost.as_json(),
        },
        shots=circuits * experiment.shots,
        circuits=circuits,
    )


def _pairs(targets: tuple[Target, ...]) -> list[tuple[int, int]]:
    return [(min(target), max(target)) for target in targets]


def _orders(stream: Stream, count: int, depth: int, n: int) -> npt.NDArray[np.int64]:
    words = stream.child("pairs").take(8 * count * depth * n).view("<u8")
    return np.argsort(words.reshape(count, depth, n), axis=2, kind="stable")


def _layers_of(
    layers: list[npt.NDArray[np.int64]] | None,
    orders: npt.NDArray[Any] | None,
    some: list[int],
) -> list[npt.NDArray[np.int64]]:
    """Give the pairs of each layer of some circuits, by places in the register."""
    if layers is not None:
        return layers
    return paired_layers(orders[some]) if orders is not None else []


def _power(value: float) -> Figures:
    return Figures(number=f"{value:.1e}")


QUANTITIES: Final = ()
PROTOCOL = RandomCircuits()
