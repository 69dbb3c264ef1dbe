"""What a sheet can ask beside its claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Value = str | int | float | tuple[int, ...] | tuple[float, ...] | tuple[tuple[int, int], ...]
Form = Literal["file", "word", "whole", "number", "qubits", "rates", "figure"]
FIGURE: Final = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of a question.

    Attributes:
        key: As it is written.
        form: "file": the name of a file beside the sheet; "word": one of `words`, or any text
            where there are none; "whole"; "number"; "qubits": a list of qubits; "rates": three
            error rates (Pauli), of pulse, CZ and readout; "figure": read by
            `claims.figures`.
        usual: What is meant where it is left out; None where that means nothing was said.
        low: Smallest number.
        high: Largest number.
        words: Allowed words; of a "figure" what it takes, in words.
        required: Whether it cannot be left out.
    """

    key: str
    form: Form
    usual: Value | None = None
    low: float = 0
    high: float = 0
    words: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One kind of question.

    Attributes:
        id: Its name on a sheet, also that of the protocol that answers it.
        title: For people.
        settings: Its keys.
        definition: What is asked, in a sentence.
        command: What is typed to ask it alone; empty where a sheet alone asks it.
    """

    id: str
    title: str
    settings: tuple[Setting, ...]
    definition: str
    command: str = ""


ROWS: Final = (
    Ask(
        id="accreditation",
        command="accredit",
        title="How far counts of a circuit are from ideal, at the most",
        definition="An upper bound on the total variation distance between the outcomes of a"
        " circuit of the buyer's own and those of an ideal machine, from trap circuits that"
        " look alike.",
        settings=(
            Setting(key="circuit", form="file", required=True),
            Setting(key="traps", form="whole", usual=2000, low=1, high=20_000),
            Setting(key="targets", form="whole", usual=500, low=1, high=20_000),
            Setting(key="traps_a_run", form="whole", usual=0, low=0, high=1000),
            Setting(key="alpha", form="number", usual=0.05, low=1e-9, high=0.999),
            Setting(key="patch", form="qubits"),
            Setting(
                key="spectators",
                form="word",
                usual="idle",
                words=("gates", "pulses", "idle"),
            ),
            Setting(key="expect", form="rates"),
        ),
    ),
    Ask(
        id="random_circuits",
        command="rcs",
        title="Fidelity of random circuits, and what forging their counts would cost",
        definition="The linear cross-entropy fidelity of random circuits of which some, chosen"
        " once all counts are in, are compared with their ideal distributions; and the price"
        " of making the counts up within the deadline.",
        settings=(
            Setting(key="qubits", form="whole", usual=10, low=2, high=255),
            Setting(key="depth", form="whole", usual=8, low=1, high=1000),
            Setting(key="circuits", form="whole", usual=100, low=2, high=100_000),
            Setting(key="checked", form="whole", usual=40, low=2, high=100_000),
            Setting(key="shots", form="whole", usual=100, low=1, high=1000),
            Setting(key="deadline", form="number", low=1e-3, high=1e9),
            Setting(key="expect", form="rates"),
        ),
    ),
    Ask(
        id="application",
        title="What the machine is worth for a problem of energy or healthcare",
        definition="The approximation ratio of one circuit of a frozen problem, beside random"
        " strings and a classical solver.",
        settings=(
            Setting(key="application", form="word", required=True),
            Setting(key="instance", form="word"),
            Setting(key="file", form="file"),
            Setting(key="qubits", form="whole", low=2, high=255),
            Setting(key="depth", form="whole", usual=1, low=1, high=64),
            Setting(key="shots", form="whole", usual=4800, low=20, high=1_000_000),
            Setting(key="batches", form="whole", usual=24, low=20, high=4096),
        ),
    ),
    Ask(
        id="fragment_energy",
        command="apply fragment-energy",
        title="Energy of a molecular fragment, beside random strings",
        definition="How far above the exact energy of a frozen molecular fragment the machine's"
        " strings lead, beside random strings at the same size.",
        settings=(
            Setting(key="instance", form="word"),
            Setting(key="qubits", form="whole", low=2, high=40),
            Setting(key="shots", form="whole", usual=4800, low=20, high=1_000_000),
            Setting(key="batches", form="whole", usual=24, low=20, high=1000),
        ),
    ),
    Ask(
        id=FIGURE,
        title="A figure of the machine, to a stated precision",
        definition="The mean of a metric over qubits or pairs, measured until its interval is"
        " as narrow as wanted: a claim without a value to meet.",
        settings=(
            Setting(
                key="metric",
                form="figure",
                words=("a metric of single qubits or pairs, such as t1",),
                required=True,
            ),
            Setting(
                key="near",
                form="figure",
                words=("a value with its unit; circuits are planned by it",),
                required=True,
            ),
            Setting(key="scope", form="figure", words=("as the scope of a claim",)),
            Setting(key="convention", form="figure", words=("as the convention of a claim",)),
            Setting(key="precision", form="number", usual=0.2, low=0.01, high=10.0),
            Setting(
                key="relative_to",
                form="figure",
                words=("the id of a figure above, of whose value `precision` is a share",),
            ),
        ),
    ),
)
