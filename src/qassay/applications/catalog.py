"""The applications there are, and their frozen instances."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from qassay.additions import additions
from qassay.applications.binding_graph import docking_of
from qassay.applications.docking_clique import DockingClique
from qassay.applications.grid_section import GridSection
from qassay.applications.instance import Instance, instance_from_text
from qassay.applications.interface import Application
from qassay.applications.max_cut import MaxCut
from qassay.applications.unit_commitment import UnitCommitment
from qassay.canonical import content_id
from qassay.errors import Problem, UsageError, did_you_mean, quoted

APPLICATIONS: Final[dict[str, Application]] = {
    one.id: one for one in (GridSection(), UnitCommitment(), DockingClique(), MaxCut())
}
STANDARD: Final[dict[str, str]] = {
    "grid-section": "case118/50",
    "unit-commitment": "rts-gmlc/10x5",
    "docking-clique": "tace-as/24",
    "max-cut": "complete/12",
}
_LARGEST_FILE: Final = 32 << 20
_OF_OTHERS: Final[dict[str, Traversable]] = {}  # folders of instances of other packages
_PARTS: Final = (
    "id",
    "words",
    "higher_is_better",
    "repaired",
    "merit",
    "solve",
    "own",
    "standard",
    "instances",
)


def _add_applications() -> None:
    """Put what other packages bring behind our own: one with `standard` and `instances` besides.

    What cannot be used is told by `qassay.additions`; here it is only left out.
    """
    for one in additions("qassay.applications"):
        thing = one.thing
        if one.problem or not all(hasattr(thing, part) for part in _PARTS):
            continue
        if thing.id not in APPLICATIONS:
            APPLICATIONS[thing.id] = thing
            STANDARD[thing.id] = thing.standard
            _OF_OTHERS[thing.id] = thing.instances


_add_applications()


def application_of(name: str) -> Application:
    """Find an application.

    Raises:
        UsageError: There is none.
    """
    if name not in APPLICATIONS:
        raise UsageError(
            Problem(
                where="application",
                found=quoted(name),
                expected=", ".join(APPLICATIONS),
                advice=did_you_mean(name, APPLICATIONS),
            )
        )
    return APPLICATIONS[name]


def is_built_in(name: str) -> bool:
    """Whether an application is of this package."""
    return name in APPLICATIONS and name not in _OF_OTHERS


def reference_merit(instance: Instance) -> float:
    """Give the merit of the best answer there is: megawatts, dollars or contacts."""
    if "cheapest" in instance.data:
        return float(instance.data["cheapest"])
    application = application_of(instance.application)
    return float(application.merit(instance, instance.best_bits[None])[0])


@cache
def frozen_names(application: str) -> tuple[str, ...]:
    """List the frozen instances of an application, the smallest first."""
    names = []
    for family in _folder(application).iterdir():
        if family.is_dir():
            names += [
                f"{family.name}/{entry.name.removesuffix('.json')}"
                for entry in family.iterdir()
                if entry.name.endswith(".json")
            ]
    return tuple(sorted(names, key=lambda name: (frozen(application, name).qubits, name)))


@cache
def frozen(application: str, name: str) -> Instance:
    """Read a frozen instance.

    Raises:
        UsageError: There is none of that name.
    """
    family, _, size = name.partition("/")
    place = _folder(application).joinpath(family).joinpath(f"{size}.json")
    if not family.replace("-", "").isalnum() or not size.isalnum() or not place.is_file():
        raise UsageError(
            Problem(
                where="--instance",
                found=quoted(name),
                expected=", ".join(frozen_names(application)),
                advice="or the path of a file of your own",
            )
        )
    return instance_from_text(place.read_text(encoding="utf-8"), f"{application} {name}")


def find_instance(
    application: str,
    name: str | None,
    qubits: int | None,
    most: int,
    receptor: str | None = None,
) -> Instance:
    """Find the instance that a user asks for.

    Args:
        application: Id.
        name: Of a frozen instance, the path of a file, or None for the standard one.
        qubits: Size, or None.
        most: Qubits of the device: without a wish the largest that fits is taken.
        receptor: Path of a receptor's structure, if the instance is that of a ligand.

    Raises:
        UsageError: There is none.
    """
    one = application_of(application)
    path = Path(name) if name else None
    if receptor is not None:
        if path is None or application != DockingClique.id:
            raise UsageError(
                Problem(
                    where="--receptor",
                    found=quoted(receptor),
                    expected=f"{DockingClique.id} with --instance LIGAND.sdf",
                )
            )
        ligand = (_bytes(path), path.name)
        other = (_bytes(Path(receptor), "--receptor"), Path(receptor).name)
        return _with_digests(docking_of(ligand, other, qubits, most), ligand, other)
    if path is not None and path.suffix.lower() in (".mol", ".sdf", ".pdb"):
        raise UsageError(
            Problem(
                where="--instance",
                found=quoted(path.name),
                expected="a ligand, and its receptor beside it",
                advice="--instance LIGAND.sdf --receptor RECEPTOR.pdb",
            )
        )
    if path is not None and (path.suffix or path.exists()):
        return own_instance(one, _bytes(path), path.name, qubits)
    if name:
        instance = frozen(application, name)
        if qubits not in (None, instance.qubits):
            raise UsageError(
                Problem(
                    where="--qubits",
                    found=str(qubits),
                    expected=f"{instance.qubits}, the size of {name}",
                )
            )
        return instance
    family = STANDARD[application].split("/")[0]
    names = [x for x in frozen_names(application) if x.startswith(f"{family}/")]
    sizes = {frozen(application, x).qubits: x for x in names}
    if qubits is None:
        standard = frozen(application, STANDARD[application])
        fitting = [size for size in sizes if size <= min(most, standard.qubits)]
        if not fitting:
            raise UsageError(
                Problem(
                    where="the device",
                    found=f"{most} qubits",
                    expected=f"{min(sizes)} or more for what is built in",
                    advice="--instance takes a smaller one of your own",
                )
            )
        qubits = max(fitting)
    if qubits not in sizes:
        fitting = [size for size in sorted(sizes) if size <= most] or sorted(sizes)
        known = ", ".join(map(str, fitting))
        raise UsageError(
            Problem(
                where="--qubits",
                found=str(qubits),
                expected=f"one of {known}",
                advice="`qassay applications` lists the instances; --instance takes your own",
            )
        )
    return frozen(application, sizes[qubits])


def own_instance(application: Application, data: bytes, name: str, qubits: int | None) -> Instance:
    """Make an instance of a buyer's own file, which it names by its digest.

    Raises:
        UsageError: The file has mistakes, all of them named.
    """
    return _with_digests(application.own(data, name, qubits), (data, name))


def _with_digests(made: Instance, *sources: tuple[bytes, str]) -> Instance:
    """Note the digests of the files that an instance was made of: they are in no bundle."""
    notes = tuple(
        f"sha256 {content_id(data)}" + (f" of {name}" if len(sources) > 1 else "")
        for data, name in sources
    )
    return replace(made, source=replace(made.source, notes=(*notes, *made.source.notes)))


def _folder(application: str) -> Traversable:
    if application in _OF_OTHERS:
        return _OF_OTHERS[application]
    return files("qassay.applications").joinpath("instances").joinpath(application)


def _bytes(path: Path, option: str = "--instance") -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        found = "no such file" if isinstance(error, FileNotFoundError) else "no readable file"
        raise UsageError(
            Problem(
                where=option,
                found=f"{quoted(str(path))}, {found}",
                expected="a file of your own, or a name that `qassay applications` lists",
            )
        ) from None
    if len(data) > _LARGEST_FILE:
        raise UsageError(
            Problem(where=path.name, found="more than 32 MiB", expected="a smaller file")
        )
    return data
