"""A network as an application needs it: buses, and the power between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GIVEN: Final = "flows as solved in the file"
DC: Final = "flows from pandapower's DC power flow: lossless, flat voltages"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Network:
    """Buses and the power between them.

    Attributes:
        title: Of the network.
        buses: Names.
        lines: (bus, bus, MW), parallel ones each by itself.
        layout: Places for a drawing, one a bus; may be empty.
        flows: Where the megawatts come from.
    """

    title: str
    buses: tuple[str, ...]
    lines: tuple[tuple[int, int, float], ...]
    layout: tuple[tuple[float, float], ...] = ()
    flows: str = GIVEN
