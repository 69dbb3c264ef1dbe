"""Many machines characterized by one call, side by side, each in a folder of its own.

A machine is one call of a worker: it brings back all that its folder is to hold, so that workers
need no disk in common. What is finished stays finished; what was not is begun anew by the same
call. A machine that fails is told in a sentence, and the others go on.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from qassay.assay import SOFTWARE
from qassay.assay.replaying import open_device
from qassay.characterizing import measuring
from qassay.characterizing.questions import check_precision
from qassay.errors import DeviceFileError, Problem, QassayError, UsageError, WorkerLostError, quoted
from qassay.execution.workers import as_done, executor_of
from qassay.reading.strict_json import read_json
from qassay.whole_files import write_whole

PAGE: Final = "datasheet.html"
RESULT: Final = "characterized.json"  # written last: a folder that has it is finished
ASKED: Final = "asked.json"
_HERE: Final = ("virtual", "aer")  # simulators that any worker can open
_SEEDS: Final = 2**32
_FAULT: Final = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineOutcome:
    """What became of one machine.

    Attributes:
        name: Of its folder.
        device: What one types for it.
        seed: Of its circuits; alone it gives the same with `--device` and `--seed`.
        document: What `qassay characterize --json` says of it; None where it failed.
        failure: Why it failed, in one sentence; empty where it did not.
        exit_code: Of such a failure, or 0.
        before: Whether an earlier call had finished it.
    """

    name: str
    device: str
    seed: int
    document: Mapping[str, Any] | None
    failure: str = ""
    exit_code: int = 0
    before: bool = False

    @property
    def precise(self) -> bool:
        """Whether every figure is as precise as was asked for."""
        return self.document is not None and bool(self.document["precise"])

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "name": self.name,
            "device": self.device,
            "seed": self.seed,
            "measured_before": self.before,
            "failure": self.failure or None,
            "found": None if self.document is None else dict(self.document),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One machine as it is handed to a worker."""

    name: str
    device: str
    file: bytes | None  # of a machine file, which a worker elsewhere does not have
    seed: int
    precision: float
    longest_delay: float

    @property
    def made_from(self) -> dict[str, Any]:
        """What the result follows from."""
        digest = None if self.file is None else hashlib.sha256(self.file).hexdigest()
        return {
            "device": self.device if self.file is None else Path(self.device).name,
            "machine_file": digest,
            "seed": self.seed,
            "precision": self.precision,
            "longest_delay": self.longest_delay,
            "software": SOFTWARE,
        }


def characterize_many(
    devices: Sequence[str],
    *,
    out: str | Path,
    seed: int | None = None,
    precision: float = 0.2,
    longest_delay: float = 1.0,
    workers: int | str = 1,
    progress: Callable[[MachineOutcome], None] | None = None,
) -> tuple[MachineOutcome, ...]:
    """Measure the datasheets of many machines, each into a folder of its own inside `out`.

    Args:
        devices: What one types for each: `virtual:NAME`, `aer:NAME`, or a machine file.
        out: Folder of all; a machine that is finished there is not measured again.
        seed: Whole number; each machine's own follows from it and from its name. None for a
            random one, which is kept in `out`.
        precision: As of `characterize`.
        longest_delay: Likewise, in seconds.
        workers: Number of processes, or "dask://host:port"; changes no byte of page and sheet.
        progress: Told each machine that is finished or has failed.

    Returns:
        What became of each machine, in the order of `devices`.

    Raises:
        UsageError: Two machines of one name, one that is no simulator, or a folder of another call.
        DeviceFileError: A device that there is not, or whose file has mistakes; all are told.
        WorkerLostError: The workers are gone; what was finished is kept.
    """
    check_precision(precision)
    home = Path(out)
    files = _machine_files(devices)
    home.mkdir(parents=True, exist_ok=True)
    chosen = _seed(home, seed)
    asked = [
        _Asked(
            name=name,
            device=device,
            file=file,
            seed=_seed_of(chosen, name),
            precision=precision,
            longest_delay=longest_delay,
        )
        for name, device, file in files
    ]
    outcomes: dict[int, MachineOutcome] = {}

    def told(place: int, outcome: MachineOutcome) -> None:
        outcomes[place] = outcome
        if progress is not None:
            progress(outcome)

    for place, one in enumerate(asked):
        kept = _kept(home / one.name, one)
        if kept is not None:
            told(place, kept)
    left = [place for place in range(len(asked)) if place not in outcomes]
    with executor_of(workers) as executor, _kept_in(home):
        for turn, brought in as_done(executor, ((found_there, (asked[x],)) for x in left)):
            place = left[turn]
            told(place, _put(home / asked[place].name, asked[place], brought))
    return tuple(outcomes[place] for place in range(len(asked)))


@contextmanager
def _kept_in(home: Path) -> Iterator[None]:
    """Say where the finished machines are, whatever ends the call.

    Raises:
        WorkerLostError: A process was ended from outside, or a cluster is gone.
    """
    kept = f"what was finished is kept in {home}: the same command goes on from there"
    try:
        yield
    except BrokenExecutor:
        raise WorkerLostError(
            "a worker process was ended from outside, most often for want of memory; "
            f"{kept}, with fewer --workers"
        ) from None
    except WorkerLostError as error:
        raise WorkerLostError(f"{error}; {kept}") from None
    except KeyboardInterrupt as error:
        error.add_note(kept)
        raise


def devices_in(text: str) -> tuple[str, ...]:
    """Read a list of devices: one a line, with blank lines and remarks behind # left out."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


def _machine_files(devices: Sequence[str]) -> list[tuple[str, str, bytes | None]]:
    """Name each machine's folder and read its file; every mistake is told at once."""
    found: dict[str, tuple[str, str, bytes | None]] = {}
    problems: list[Problem | str] = []
    for device in devices:
        scheme, _, rest = device.partition(":")
        path = Path(device)
        try:
            if scheme in _HERE and rest:
                name, file = rest.replace("/", "-").replace(":", "-"), None
                open_device(device)
            elif path.is_file():
                open_device(device)
                name, file = path.stem, path.read_bytes()
            else:
                raise DeviceFileError(
                    Problem(
                        where="--device",
                        found=quoted(device),
                        expected="virtual:NAME, aer:NAME or a machine file",
                        advice="a machine behind an interface is characterized by a command of its"
                        " own, whose folder keeps the handles of its jobs",
                    )
                )
        except QassayError as error:
            problems += error.problems
            continue
        if name in found:
            problems.append(
                Problem(
                    where="--device",
                    found=f"{quoted(device)} and {quoted(found[name][1])}",
                    expected="machines of different names, since each has the folder of its name",
                )
            )
        found[name] = (name, device, file)
    if problems:
        raise DeviceFileError(*problems)
    if not found:
        raise UsageError(Problem(where="--devices", found="no device", expected="at least one"))
    return list(found.values())


def _seed(home: Path, seed: int | None) -> int:
    """Give the seed of a folder's first call, or draw one and keep it there."""
    place = home / ASKED
    if place.exists():
        before = int(read_json(place.read_bytes(), str(place), error=UsageError)["seed"])
        if seed is not None and seed != before:
            raise UsageError(
                Problem(
                    where="--seed",
                    found=str(seed),
                    expected=f"{before}, with which {home} was begun",
                    advice="leave it out, or name another folder with --out",
                )
            )
        return before
    chosen = secrets.randbelow(_SEEDS) if seed is None else seed
    if chosen < 0:
        raise UsageError(Problem(where="--seed", found=str(chosen), expected="zero or more"))
    write_whole(place, json.dumps({"seed": chosen}).encode())
    return chosen


def _seed_of(seed: int, name: str) -> int:
    """Give a machine a seed of its own, which no other machine of the list decides."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:4], "big")


def _kept(folder: Path, asked: _Asked) -> MachineOutcome | None:
    """Give what an earlier call finished; None where there is nothing finished."""
    place = folder / RESULT
    if not place.exists():
        return None
    kept = read_json(place.read_bytes(), str(place), error=UsageError)
    before = kept.get("made_from", {})
    if before != asked.made_from:
        unlike = [key for key, value in asked.made_from.items() if before.get(key) != value]
        raise UsageError(
            Problem(
                where="--out",
                found=f"{folder}, which was made with another {' and '.join(unlike)}",
                expected="a folder of the same call, or a new one",
                advice="name another one with --out",
            )
        )
    return MachineOutcome(
        name=asked.name, device=asked.device, seed=asked.seed, document=kept["found"], before=True
    )


def found_there(asked: _Asked) -> tuple[dict[str, bytes], dict[str, Any] | None, str, int]:
    """Characterize one machine wherever this runs.

    Returns:
        Files by path inside the folder, the document, why it failed if it did, and the exit code.
    """
    with TemporaryDirectory(prefix="qassay-") as there:
        try:
            return (*_measured(asked, Path(there)), "", 0)
        except QassayError as error:
            return {}, None, "; ".join(map(str, error.problems)), error.exit_code
        except Exception as error:  # a fault of one machine's call is no end of the others
            words = " ".join(str(error).split())
            return {}, None, f"qassay itself failed: {type(error).__name__}: {words}", _FAULT


def _measured(asked: _Asked, there: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    device = asked.device
    if asked.file is not None:
        device = str(there / Path(device).name)
        Path(device).write_bytes(asked.file)
    folder = there / "found"
    found = measuring.characterize(
        device,
        out=folder,
        seed=asked.seed,
        precision=asked.precision,
        longest_delay=asked.longest_delay,
        device_name=asked.device,
    )
    if found.interrupted:
        raise KeyboardInterrupt
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    names: dict[str, Any] = {"folder": asked.name, "sheet": measuring.FOUND}
    if found.run is not None:
        names |= {"page": PAGE, "bundle": found.run.bundle.name}
    return files, {**found.as_json(), **names}


def _put(
    folder: Path, asked: _Asked, brought: tuple[dict[str, bytes], dict[str, Any] | None, str, int]
) -> MachineOutcome:
    """Write a machine's folder, the mark that it is finished last."""
    files, document, failure, code = brought
    for name, data in files.items():
        place = folder.joinpath(*name.split("/"))
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, data)
    if document is not None:
        kept = {"made_from": asked.made_from, "found": document}
        write_whole(folder / RESULT, json.dumps(kept, indent=1, ensure_ascii=False).encode())
    return MachineOutcome(
        name=asked.name,
        device=asked.device,
        seed=asked.seed,
        document=document,
        failure=failure,
        exit_code=code,
    )
