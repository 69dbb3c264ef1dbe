"""Commands that ask one question: they write the sheet that asks it, and run that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qassay import assay
from qassay.assay.replaying import PREFIX, open_device, open_machine
from qassay.claims.attached import LARGEST_ATTACHED
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.questions import ASKS
from qassay.claims.toml_text import toml_text
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.questions import foretold_answers
from qassay.cli.running import run_sheet
from qassay.cli.show import cost_words, plan_table
from qassay.errors import ClaimError, PlanError, Problem, UsageError, quoted
from qassay.languages.english import said
from qassay.languages.speaker import speaker_of
from qassay.planning.options import Options

_LISTS = {"qubits": int, "rates": float}


def ask(
    kind: str,
    settings: Mapping[str, Any],
    *,
    device: str,
    out: str | None,
    plan_only: bool,
    language: str,
    as_json: bool,
    file: str | None = None,
    **rest: Any,
) -> int:
    """Ask a question of a device.

    Args:
        kind: Of the question.
        settings: Its keys as the user typed them; None where he did not.
        device: As he calls it.
        out: Folder of the run; by default named after file or question.
        plan_only: Whether to say what would be run, and no more.
        language: Of what is printed.
        as_json: One document on stdout.
        file: Path of the file that the question needs.
        rest: Options of `qassay run`.

    Raises:
        UsageError: A setting has no meaning, or the file cannot be read.
    """
    if device.startswith(PREFIX):
        open_machine(device)  # refuses it: a replay is of a sheet
    name = Path(file).name if file else kind
    question = {"id": kind, "ask": kind, **({"circuit": name} if file else {})}
    given = {key: value for key, value in settings.items() if value is not None}
    question |= {key: _typed(kind, key, value) for key, value in given.items()}
    title = f"{ASKS[kind].title}: {name}" if file else ASKS[kind].title
    head = {"vendor": "nobody: a question, not a claim", "machine": device[:190]}
    text = toml_text({"sheet": {"title": title[:190], **head}, "question": [question]})
    _check(text)
    with TemporaryDirectory(prefix="qassay-") as folder, _as_typed(kind):
        sheet = Path(folder) / ("sheet.toml" if name != "sheet.toml" else "question.toml")
        sheet.write_text(text, encoding="utf-8")
        if file:
            (Path(folder) / name).write_bytes(_read(file))
        if plan_only:
            return _planned(sheet, device, rest["seed"], language, as_json=as_json)
        return run_sheet(
            flat=True,
            sheet=str(sheet),
            device=device,
            out=out or (f"{Path(name).stem}-{kind}" if file else kind),
            language=language,
            as_json=as_json,
            **{**_USUAL, **rest},
        )


_USUAL: Mapping[str, Any] = {
    "trust": (),
    "chosen": Options(),
    "rounds": None,
    "workers": "1",
}


def _check(text: str) -> None:
    """Name what is wrong with the settings as the options that they were typed as.

    Raises:
        UsageError: All such mistakes at once.
    """
    try:
        parse_claim_sheet(text.encode("utf-8"), "the question")
    except ClaimError as error:
        raise UsageError(
            *(
                replace(one, where="--" + one.where.rpartition(", ")[2].replace("_", "-"))
                if isinstance(one, Problem)
                else one
                for one in error.problems
            )
        ) from None


@contextmanager
def _as_typed(kind: str) -> Iterator[None]:
    """Name a setting that cannot be run here as the option that it was typed as."""
    where = f'question "{kind}", '
    try:
        yield
    except PlanError as error:
        raise PlanError(
            *(
                replace(one, where="--" + one.where.removeprefix(where).replace("_", "-"))
                if isinstance(one, Problem) and one.where.startswith(where)
                else one
                for one in error.problems
            )
        ) from None


def _planned(sheet: Path, device: str, seed: int | None, language: str, *, as_json: bool) -> int:
    """Say what would be run, and what is foretold."""
    speaker = speaker_of(language)
    plan = assay.plan(sheet, open_device(device), seed=seed, foretell=True).plan
    foretold = foretold_answers(plan)
    if as_json:
        print_json({"plan": plan.id, **_cost(plan.cost), "foretold": foretold})
        return 0
    terminal = open_page()
    head = said("plan.with_cost", id=plan.id[:16], cost=cost_words(plan))
    terminal.print(speaker.say(head), markup=False)
    terminal.print(plan_table(plan, speaker))
    for sentence in foretold:
        terminal.print(f"– {speaker.say(sentence)}", markup=False)
    return 0


def _cost(cost: Any) -> dict[str, Any]:
    return {"shots": cost.shots, "circuits": cost.circuits, "device_seconds": cost.seconds}


def _typed(kind: str, key: str, value: Any) -> Any:
    """Turn what was typed into what a sheet has: lists are typed with commas."""
    form = next((one.form for one in ASKS[kind].settings if one.key == key), "")
    if form not in _LISTS or not isinstance(value, str):
        return value
    try:
        return [_LISTS[form](part) for part in value.split(",")]
    except ValueError:
        example = "3,4,5" if form == "qubits" else "3e-4,3e-3,0.01"
        raise UsageError(
            Problem(where=f"--{key}", found=quoted(value), expected=f"numbers, such as {example}")
        ) from None


def _read(file: str) -> bytes:
    path = Path(file)
    expected = f"the path of a file of at most {LARGEST_ATTACHED >> 10} KiB"
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST_ATTACHED + 1)
    except (OSError, ValueError):
        raise UsageError(
            Problem(where=quoted(file), found="no such file", expected=expected)
        ) from None
    if len(data) > LARGEST_ATTACHED:
        raise UsageError(Problem(where=quoted(file), found="a larger file", expected=expected))
    return data
