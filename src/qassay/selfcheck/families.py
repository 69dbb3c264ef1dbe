"""Which machines of the self-check speak of a metric: by the kind of its figure, not by its name.

A family of machines has a law of its own that imitates a protocol's circuits, and a truth that goes
with it. A metric of such a kind is claimed, played and held beside its truth as the others of its
family are.
"""

from __future__ import annotations

from typing import Final, Literal

from qassay.protocols.known import QUANTITIES, by_reference, measurement_of
from qassay.protocols.quantity import Kind
from qassay.protocols.readout import PROTOCOL as READOUT

# Of quarter turns, entanglers, waiting, pairs that leak, whole layers, pairs with neighbours, bits
# that are read, and registers; in the order of the tables.
Family = Literal["one", "two", "times", "leaky", "layers", "beside", "readout", "register"]
FAMILIES: Final[tuple[Family, ...]] = (
    "one",
    "two",
    "times",
    "leaky",
    "layers",
    "beside",
    "readout",
    "register",
)
_BY_KIND: Final[dict[Kind, Family]] = {
    "time": "times",
    "layered": "layers",
    "difference": "beside",
    "share": "readout",
    "count": "readout",
    "register": "register",
}
_TAME: Final = ("one", "two", "times", "readout")


def family_for(metric: str) -> Family | None:
    """Find the family that imitates a metric's circuits; None where no law of bits does."""
    quantity = QUANTITIES.get(metric)
    if quantity is None or not (quantity.studied or quantity.kind == "time"):
        return None
    if quantity.kind != "decay":
        return _BY_KIND.get(quantity.kind)
    if by_reference(metric):
        return "two"
    return "leaky" if quantity.near_zero else "one"


def metrics_in(family: Family) -> tuple[str, ...]:
    """List the metrics of a family that each study claims."""
    return tuple(n for n, one in QUANTITIES.items() if one.studied and family_for(n) == family)


def wild_metrics() -> tuple[str, ...]:
    """List what each study of the wild world claims."""
    return tuple(metric for family in FAMILIES for metric in metrics_in(family))


def tame_metrics() -> tuple[str, ...]:
    """List what a study of virtual machines claims: what an answer key says of each target."""
    return tuple(
        metric
        for metric in wild_metrics()
        if family_for(metric) in _TAME and QUANTITIES[metric].kind != "count"
    )


def is_of_time(metric: str) -> bool:
    """Whether a metric is a time to 1/e."""
    return QUANTITIES[metric].kind == "time"


def of_one_direction(metric: str) -> bool:
    """Whether a metric is the error of bits that were set to 0, or of those that were set to 1."""
    return metric in READOUT.directions


def half_turns(metric: str) -> int | None:
    """Count the half turns on the way of a superposition; None of a population, which has none."""
    return getattr(measurement_of(metric), "halves", None)
