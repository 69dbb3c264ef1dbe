"""Accreditation: how far the counts of a circuit of one's own can be from ideal, at the most.

Measures: an upper bound on the total variation distance between the outcomes of a given circuit,
the target, on this machine and on an ideal one; in both readings, whether or not errors of
different layers may cancel.
Design: traps have the target's skeleton, the same CZ gates at the same places, and return 0...0
without noise; every one-qubit gate of both is two quarter pulses, of which only the phases differ.
A secret one-time pad lies on every circuit. Traps and targets stand in a secret order, in blocks of
fixed composition; each runs once.
Model: noise sees neither the one-qubit gates nor which circuit is a trap.
What can fool it: whoever reads the circuits, since traps are Clifford circuits and targets are not.
Reference: S. Ferracin, S. T. Merkel, D. McKay and A. Datta, Phys. Rev. A 104, 042603 (2021); the
bound without the assumption on layers is proven in docs/accreditation.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from qassay.canonical import canonical_bytes
from qassay.circuits.qasm_reader import read_qasm
from qassay.claims.questions import Question
from qassay.devices.description import DeviceDescription, Durations
from qassay.errors import PlanError, Problem, QassayError, UsageError, quoted
from qassay.languages.english import named, number_sentence, said
from qassay.languages.sentence import Figures
from qassay.protocols.accrediting.bounds import ASSUMED, ASSUMPTIONS, MOST_TRAPS
from qassay.protocols.accrediting.counting import Accreditation, bounded_target
from qassay.protocols.accrediting.cycles import Cycles, cycles_of
from qassay.protocols.accrediting.forecast import Forecast, Rates, forecast
from qassay.protocols.accrediting.places import (
    PlacedTarget,
    Spectators,
    place_problems,
    placed_target,
    size_problems,
)
from qassay.protocols.accrediting.trap_circuits import circuits_of
from qassay.protocols.accrediting.traps import padded, trap_rounds
from qassay.protocols.accrediting.turns import FULL, QUARTER, quarter_pulses
from qassay.protocols.asked import Answer, ReadsProblem, Unestimated, problem_document
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream
from qassay.statistics.trials import Trials

TRAP, TARGET = 0, 1
STRINGS: Final = "strings"
_SHOWN: Final = 8  # outcomes of the target
_JOB: Final = 250  # circuits of one batch, about
_GRID: Final = 1  # steps of 2^-24 turns that another processor's arithmetic may differ by
# Whole numbers of thirty digits: a Fraction would read "1e-99999999" as well, for minutes.
_ALPHA: Final = re.compile(r"[1-9][0-9]{0,29}/[1-9][0-9]{0,29}", re.ASCII)
_LEAST_ALPHA, _MOST_ALPHA = Fraction(1, 10**9), Fraction(999, 1000)
_LONGEST: Final = 200  # letters of a name
_KEYS: Final = {
    "question",
    "file",
    "qasm",
    "rounds",
    "layers",
    "patch",
    "spectators",
    "others",
    "pairs",
    "traps_a_block",
    "targets_a_block",
    "alpha",
    "runs",
    "expect",
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Wanted:
    """What an experiment accredits.

    Attributes:
        question: Id on the sheet.
        file: Name of the circuit's file.
        qasm: Its text.
        place: The target as cycles, and where it stands on the machine.
        traps: Of each block.
        targets: Of each block.
        alpha: 1 less the confidence of each bound.
        runs: Whether each block is a run, accepted or rejected as a whole.
        expect: Error rates that the user expects; None without them.
    """

    question: str
    file: str
    qasm: str
    place: PlacedTarget
    traps: int
    targets: int
    alpha: Fraction
    runs: bool
    expect: Rates | None

    @property
    def block(self) -> int:
        """Circuits of a block."""
        return self.traps + self.targets

    @property
    def settled(self) -> tuple[object, ...]:
        """What its question, its circuit and the machine settle, angles and layers apart."""
        place, expect = self.place, self.expect
        rates = expect and (expect.one_qubit, expect.two_qubit, expect.readout)
        where = (place.patch, place.spectators, place.others, place.pairs)
        counted = (self.traps, self.targets, self.alpha, self.runs)
        return (self.question, self.file, *where, *counted, rates)

    @property
    def expected(self) -> Forecast | None:
        """What the expected error rates foretell."""
        return None if self.expect is None else forecast(self.place.cycles, self.expect)


class AccreditationProtocol(ReadsProblem, Unestimated):
    """Bounds how far the counts of a circuit are from ideal."""

    id = "accreditation"
    version = 1
    title = "Accreditation of a circuit"
    model: Model = "probability"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    quantities = (STRINGS,)
    reach: Reach = "qubits"
    counts_lost = True
    assumptions = ASSUMPTIONS

    def planned(
        self, question: Question, device: DeviceDescription, files: Mapping[str, bytes]
    ) -> Experiment:
        """PlacedTarget the target on the device, and split traps and targets into blocks."""
        name = str(question.setting("circuit"))
        where = f'question "{question.id}"'
        if name not in files:
            raise PlanError(
                Problem(where=where, found=f"circuit = {quoted(name)}, not given", expected="it")
            )
        cycles = cycles_of(read_qasm(files[name], name))
        patch = tuple(question.setting("patch") or device.usable[: cycles.qubits])
        spectators = cast("Spectators", question.setting("spectators"))
        traps, targets = int(question.setting("traps")), int(question.setting("targets"))
        each = int(question.setting("traps_a_run"))
        UsageError.raise_if_any(place_problems(cycles, device, patch, where))
        place = placed_target(cycles, device, patch, spectators)
        if each:
            block, blocks = (each, 1), targets
            batch = max(_JOB // (each + 1), 1)
        else:
            blocks = -(-(traps + targets) // _JOB)
            block, batch = (-(-traps // blocks), -(-targets // blocks)), 1
        if block[0] * blocks > MOST_TRAPS:
            raise UsageError(
                Problem(where=where, found=f"{block[0] * blocks} traps", expected=f"{MOST_TRAPS}")
            )
        UsageError.raise_if_any(size_problems(place, sum(block) * blocks, where))
        expect = question.setting("expect")
        problem = {
            "question": question.id,
            "file": name,
            "qasm": files[name].decode("utf-8-sig"),
            **place.as_json(),
            "traps_a_block": block[0],
            "targets_a_block": block[1],
            "alpha": str(Fraction(str(question.setting("alpha")))),
            "runs": bool(each),
            "expect": None if expect is None else list(expect),
        }
        return Experiment(
            id=self.id,
            protocol=self.id,
            version=self.version,
            targets=tuple((qubit,) for qubit in patch),
            lengths=(0.0,),
            block=(sum(block),),
            rounds=sum(block) * blocks,
            batch=sum(block) * min(batch, blocks),
            problem=canonical_bytes(problem).decode("utf-8"),
        )

    def misread(self, question: Question, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
        """Name what is wrong with the circuit's file, whatever the machine."""
        name = str(question.setting("circuit"))
        try:
            cycles_of(read_qasm(files[name], name))
        except QassayError as error:
            return tuple(one for one in error.problems if isinstance(one, Problem))
        return ()

    def files_of(self, experiment: Experiment) -> Mapping[str, bytes]:
        """Give the circuit's file back."""
        wanted = read_wanted(experiment.problem)
        return {wanted.file: wanted.qasm.encode("utf-8")}

    def same_problem(self, planned: str, given: str) -> bool:
        """Whether two problems are of one question, circuit and place."""
        return read_wanted(planned).settled == read_wanted(given).settled

    def foretold(self, experiment: Experiment) -> tuple[str, ...]:
        """Say what bound the expected error rates lead to."""
        expected = read_wanted(experiment.problem).expected
        if expected is None:
            return (said("answer.accreditation.no_expect"),)
        share = Figures(number=f"{100 * expected.p:.1f}", unit="%")
        code = "foretold_trivial" if expected.two >= 1 else "foretold"
        bound = Figures(number=f"{expected.two:.2f}")
        return (said(f"answer.accreditation.{code}", share=share, bound=bound),)

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw traps and targets in a secret order; the key holds the pad, and which is which."""
        wanted = read_wanted(self._text)
        place = wanted.place
        kinds = _kinds(count, wanted, stream)
        rounds = np.empty((count, *place.cycles.rounds.shape), dtype=np.int64)
        rounds[kinds == TARGET] = place.cycles.rounds
        traps = int((kinds == TRAP).sum())
        rounds[kinds == TRAP] = trap_rounds(place.cycles, traps, stream.child("traps"))
        pad = padded(rounds, place.cycles.layers, stream.child("pad"))
        shape = (count, rounds.shape[1], len(place.others), 2)
        others = stream.child("spectators").bits(shape, 2).astype(np.int64) * QUARTER
        key = np.zeros((count, qubits + 1), dtype=np.uint8)
        key[:, list(place.patch)] = pad.mask
        key[:, -1] = kinds
        phases = np.concatenate([quarter_pulses(pad.rounds), others], axis=2)
        return Drawn(circuits=circuits_of(place, phases, qubits), key=key)

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Take the pad off: hits are the bits of the circuit's qubits, arms traps and targets."""
        patch = [target[0] for target in experiment.targets]
        bits = (outcomes[:, 0, :] ^ key[:, :-1])[:, patch]
        return {
            STRINGS: Trials(
                lengths=np.arange(2, dtype=np.float64),
                arms=key[:, -1].astype(np.intp),
                hits=bits.astype(np.int64),
            )
        }

    def answer(self, experiment: Experiment, scored: Mapping[str, Trials], lost: int) -> Answer:
        """Bound the target's error by the traps that failed; those that were lost count so."""
        wanted, trials = read_wanted(experiment.problem), scored[STRINGS]
        plain = trials.hits.astype(np.uint8)
        found = bounded_target(
            plain,
            trials.arms == TARGET,
            wanted.alpha,
            run=wanted.block if wanted.runs else 0,
            lost=-(-lost // wanted.block),
            traps=wanted.traps,
        )
        return _told(wanted, found, experiment.id, trials.circuits)

    def seconds(self, length: float, durations: Durations) -> float:
        """Take two pulses a round, and a CZ gate a layer."""
        cycles = read_wanted(self._text).place.cycles
        rounds, layers = int(cycles.rounds.shape[0]), len(cycles.layers)
        pulses = 2 * rounds * durations.one_qubit_gate
        return overhead(durations) + pulses + layers * durations.two_qubit_gate

    def unsound(self, experiment: Experiment) -> Iterator[tuple[str, object, str]]:
        """Name what a stranger's plan may not ask."""
        try:
            wanted = read_wanted(experiment.problem)
        except PlanError as error:
            yield "problem", str(error), "a circuit and its place"
            return
        if experiment.targets != tuple((qubit,) for qubit in wanted.place.patch):
            yield "targets", experiment.targets, "the qubits of its circuit"
        if experiment.block != (wanted.block,):
            yield "block", experiment.block, f"({wanted.block},), traps and targets"
        for problem in size_problems(wanted.place, experiment.rounds, "rounds"):
            yield "rounds", problem.found, problem.expected
        if experiment.rounds // wanted.block * wanted.traps > MOST_TRAPS:
            yield "rounds", experiment.rounds, f"circuits of at most {MOST_TRAPS} traps"


@lru_cache(maxsize=8)
def read_wanted(text: str) -> Wanted:
    """Read what an experiment accredits from its text in the plan.

    Raises:
        PlanError: It is another text, or its cycles are not those of its circuit.
    """
    where = "plan, problem"
    try:
        document = problem_document(text, _KEYS)
        names = (document["question"], document["file"], document["qasm"])
        numbers = (document["traps_a_block"], document["targets_a_block"])
        sound = (
            all(isinstance(name, str) for name in names)
            and max(map(len, names[:2])) <= _LONGEST
            and all(type(number) is int and 0 < number <= MOST_TRAPS for number in numbers)
            and type(document["runs"]) is bool
            and (numbers[1] == 1 or not document["runs"])
            and _ALPHA.fullmatch(document["alpha"]) is not None
        )
        if not sound:
            raise ValueError
        place = PlacedTarget.from_json(document)
        alpha, expect = Fraction(document["alpha"]), document["expect"]
        rates = None if expect is None else _rates(expect)
        if not _LEAST_ALPHA <= alpha <= _MOST_ALPHA:
            raise ValueError
    except (ValueError, KeyError, TypeError, ArithmeticError):
        raise PlanError(
            Problem(where=where, found="another text", expected="a circuit, its cycles and place")
        ) from None
    _check_source(document, place.cycles, where)
    return Wanted(
        question=names[0],
        file=names[1],
        qasm=names[2],
        place=place,
        traps=numbers[0],
        targets=numbers[1],
        alpha=alpha,
        runs=document["runs"],
        expect=rates,
    )


def _rates(expect: Any) -> Rates:
    one, two, readout = map(float, expect)
    if not all(0 <= rate < 1 and math.isfinite(rate) for rate in (one, two, readout)):
        raise ValueError("no rates")
    return Rates(one_qubit=one, two_qubit=two, readout=readout)


def _check_source(document: Mapping[str, Any], cycles: Cycles, where: str) -> None:
    """Hold the cycles against the circuit's text; library's roundings of angles may differ."""
    name = quoted(str(document["file"]))
    try:
        own = cycles_of(read_qasm(str(document["qasm"]).encode("utf-8"), name))
    except QassayError as error:
        raise PlanError(*error.problems) from None
    away = np.abs(own.rounds - cycles.rounds) if own.layers == cycles.layers else None
    if away is None or int(np.minimum(away, FULL - away).max(initial=0)) > _GRID:
        raise PlanError(
            Problem(where=where, found="other cycles", expected=f"those of the circuit {name}")
        )


def _kinds(count: int, wanted: Wanted, stream: Stream) -> npt.NDArray[np.intp]:
    """Draw which circuits are targets, each block in a random order of its own."""
    pattern = np.repeat([TRAP, TARGET], [wanted.traps, wanted.targets])
    blocks = -(-count // pattern.size)
    words = stream.child("kinds").take(8 * blocks * pattern.size).view("<u8")
    ranks = np.argsort(words.reshape(blocks, pattern.size), axis=1, kind="stable")
    return pattern[ranks].reshape(-1)[:count]


def _told(wanted: Wanted, found: Accreditation, experiment: str, circuits: int) -> Answer:
    """Say what the bound is."""
    bounds = found.bounds
    sure = Figures(number=f"{float(100 * (1 - bounds.alpha)):g}", unit="%")
    code = "trivial" if bounds.trivial else "bound" if bounds.four < 1 else "bound_two"
    headline = said(
        f"answer.accreditation.{code}",
        file=wanted.file,
        sure=sure,
        two=_figure(bounds.two),
        four=_figure(bounds.four),
    )
    rows = [
        (said("answer.accreditation.failed"), f"{bounds.failures} / {bounds.traps}"),
        (said("answer.accreditation.at_most", sure=sure), _number(bounds.p_upper)),
        (said("answer.accreditation.not_cancelling"), _number(bounds.two)),
        (said("answer.accreditation.cancelling"), _number(bounds.four)),
    ]
    sentences = [said("answer.accreditation.meaning", off=_figure(bounds.two))]
    if bounds.trivial:
        sentences = [said("answer.accreditation.smaller")]
    if found.runs:
        sentences.append(
            said(
                "answer.accreditation.accepted",
                accepted=found.accepted,
                runs=found.runs,
                bound=Figures(number=f"{found.accepted_bound:.4f}"),
            )
        )
    if wanted.expected is not None:
        foretold = Figures(number=f"{wanted.expected.two:.2f}")
        sentences.append(said("answer.accreditation.expected", bound=foretold))
    shown = list(found.counts.items())[:_SHOWN]
    rows += [(said("answer.accreditation.outcome", bits=bits), str(n)) for bits, n in shown]
    if len(found.counts) > _SHOWN:
        more = len(found.counts) - _SHOWN
        sentences.append(said("answer.accreditation.more", n=more))
    return Answer(
        question=wanted.question,
        experiment=experiment,
        ask=PROTOCOL.id,
        title=said("answer.accreditation.title", file=wanted.file),
        telling=not bounds.trivial,
        headline=headline,
        rows=tuple(rows),
        sentences=tuple(sentences),
        assumptions=tuple(
            named(f"answer.accreditation.assumed_{code}", text) for code, text in ASSUMED.items()
        ),
        unproven=(said("answer.accreditation.intent"),),
        numbers=found.as_json(),
        shots=circuits,
        circuits=circuits,
    )


def _number(value: Fraction) -> str:
    return number_sentence(_figure(value))


def _figure(value: Fraction) -> Figures:
    return Figures(number=f"{float(value):.4f}")


QUANTITIES: Final = ()
PROTOCOL = AccreditationProtocol()
