"""The weights of the transparency score, in a file with a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from qassay.errors import RegistryError
from qassay.reading.limits import MACHINE
from qassay.reading.strict_toml import read_toml


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreWeights:
    """What counts how much.

    Attributes:
        version: Moves with every number.
        parts: Points of coverage, evidence, reporting and access.
        groups: Weight of each group of figures.
        ladder: Worth of each rung of evidence, 0 to 1.
        access: Weights of calibration data, raw counts and outside users.
        days: "announcement" and "old".
    """

    version: str
    parts: Mapping[str, float]
    groups: Mapping[str, float]
    ladder: Mapping[str, float]
    access: Mapping[str, float]
    days: Mapping[str, float]


@cache
def current_weights() -> ScoreWeights:
    """Read the weights that are shipped."""
    data = files("qassay.registry").joinpath("weights.toml").read_bytes()
    _, document = read_toml(data, "weights.toml", limits=MACHINE, error=RegistryError)
    tables = {
        key: MappingProxyType({name: float(one) for name, one in table.items()})
        for key, table in document.items()
        if key != "version"
    }
    return ScoreWeights(version=document["version"], **tables)
