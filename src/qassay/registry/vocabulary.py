"""The words of the registry: kinds of figures, groups, statistics, and the ladder of evidence.

A kind of figure is what makers publish (a fidelity, a gate time); a metric of qassay is what can
be measured. The kinds stand in `vocabulary.toml`; `FigureKind.metric` says which metric settles a
figure, `need` what is missing where none does.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Literal

from qassay.claims.metrics import METRICS
from qassay.errors import RegistryError
from qassay.reading.limits import MACHINE
from qassay.reading.strict_toml import read_toml
from qassay.units import Dimension

Better = Literal["higher", "lower", "neither"]

PLATFORMS: Final = ("trapped-ion", "neutral-atom", "superconducting", "photonic", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureKind:
    """One kind of published figure.

    Attributes:
        id: Its name in the files.
        title: Its name in tables.
        group: Group of the transparency score; empty where it is in none.
        dimension: "fidelity" of a number between 0 and 1 that is one less an error, else a
            dimension of `qassay.units`; "words" of what is no number.
        better: Which direction is the better machine; "neither" where a rank has no meaning.
        unit: What is counted, for the tables.
        need: What would have to be built to settle it, where nothing does.
        clocked: Metric of `qassay.claims.operations` that settles it by seconds, not by counts.
        duration: Key of `[durations]` of a machine file that it fills.
        by_method: Whether figures of two methods are not alike.
        on_chain: Whether it is claimed of a chain as long as its circuits are wide.
        passed: Value of its metric that a register of the published size reaches, where what is
            published is a size; 0 where it is the value.
    """

    id: str
    title: str
    group: str = ""
    dimension: Dimension | Literal["fidelity", "words"]
    better: Better = "higher"
    unit: str = ""
    need: str = ""
    clocked: str = ""
    duration: str = ""
    by_method: bool = False
    on_chain: bool = False
    passed: float = 0.0

    @property
    def metric(self) -> str:
        """The metric of qassay that settles it, by the metric's own row; empty where none does."""
        return next((row.id for row in METRICS.values() if self.id in row.figures), "")


def _read() -> dict[str, Any]:
    data = files("qassay.registry").joinpath("vocabulary.toml").read_bytes()
    return read_toml(data, "vocabulary.toml", limits=MACHINE, error=RegistryError)[1]


_WORDS: Final = _read()
# Groups of the transparency score, in the order of its table.
GROUPS: Final[dict[str, str]] = _WORDS["groups"]
# Groups that do not apply to a kind of machine.
NOT_APPLICABLE: Final[dict[str, tuple[str, ...]]] = {
    "gate": (),
    **{kind: tuple(groups) for kind, groups in _WORDS["not_applicable"].items()},
    "none": tuple(GROUPS),
}
KINDS_OF_MACHINES: Final = tuple(NOT_APPLICABLE)
FIGURE_KINDS: Final = {row["id"]: FigureKind(**row) for row in _WORDS["figure"]}
COMPARED: Final[tuple[str, ...]] = tuple(_WORDS["compared"])  # by a comparison, in its order

# Statistics of figures; only the middle ones describe a whole machine.
MIDDLE: Final = ("mean", "median", "mean of medians", "typical")
STATISTICS: Final = (
    *MIDDLE,
    "best",
    "demonstrated",
    "at least",
    "range",
    "exact",
    "nominal",
    "single",
    "unstated",
)
BEST_CASE: Final = ("best", "demonstrated")
CONVENTIONS_OF_FIGURES: Final = (
    "average_gate_infidelity",
    "process_infidelity",
    "pauli_error",
    "unstated",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung of the ladder: how well a figure is verified.

    Attributes:
        id: Its name in the files.
        letter: Its sign in tables.
        title: What it is.
        party: Whether the maker speaks, or somebody else.
    """

    id: str
    letter: str
    title: str
    party: Literal["maker", "others"]


_RUNGS: Final = (
    Rung(id="unverified_user_report", letter="x", title="a user, unverified", party="others"),
    Rung(id="self_reported_press", letter="p", title="press", party="maker"),
    Rung(id="self_reported_docs", letter="d", title="documentation", party="maker"),
    Rung(id="vendor_calibration_data", letter="c", title="calibration data", party="maker"),
    Rung(id="preprint", letter="a", title="preprint", party="maker"),
    Rung(id="peer_reviewed", letter="R", title="peer-reviewed", party="maker"),
    Rung(
        id="raw_data_rederived", letter="W", title="published counts, counted anew", party="others"
    ),
    Rung(id="third_party_joint", letter="J", title="jointly with others", party="maker"),
    Rung(id="third_party_benchmark", letter="T", title="measured by others", party="others"),
    Rung(id="unsigned_bundle", letter="b", title="a bundle that nobody signed", party="others"),
    Rung(id="sealed_bundle", letter="B", title="a signed bundle, audited", party="others"),
)
LADDER: Final[dict[str, Rung]] = {rung.id: rung for rung in _RUNGS}
