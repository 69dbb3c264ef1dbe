"""From what the vendor signed and returned to the counts that the bundle judges by."""

from __future__ import annotations

from qassay.auditing.state import Audit, known
from qassay.auditing.told import ToldCampaign
from qassay.errors import CountsError, IncompleteError, Problem, TamperedError, quoted
from qassay.evidence import bundle as layout
from qassay.evidence.bundle import Bundle
from qassay.evidence.log import ENTRIES
from qassay.evidence.reckoning import joined_files
from qassay.exchange.counts_file import Returned, parse_counts
from qassay.exchange.manifest import check_texts, parts_again, read_manifest
from qassay.exchange.pack import Release
from qassay.exchange.parcel import manifest_file
from qassay.exchange.parts import Part
from qassay.exchange.pieces import check_values
from qassay.exchange.returns import End, batch_answers, shots_of
from qassay.planning.plan import Plan
from qassay.planning.schedule import part_name, round_slots, rounds
from qassay.verdicts.missing import EXCUSED


def check_signed_batches(bundle: Bundle, campaign: ToldCampaign) -> None:
    """Check a campaign whose log speaks of the plan's own batches: the vendor signed their files.

    Raises:
        TamperedError: Outcomes that nobody signed, or that stand where the log says there are none.
        IncompleteError: A batch that the log did not release, or that has no end in it.
    """
    names = {
        name.removeprefix("batches/").removesuffix("/counts.json"): name
        for name in bundle.files
        if name.startswith("batches/") and name.endswith("/counts.json")
    }
    TamperedError.raise_if_any(
        Problem(where=ENTRIES, found=f"the batch {quoted(batch)}", expected="a batch of the plan")
        for batch in campaign.ended
        if batch not in names
    )
    IncompleteError.raise_if_any(
        Problem(
            where=ENTRIES,
            found=f"no release and end of {batch}",
            expected="one release and one end of every batch, or its excuse",
        )
        for batch in names
        if batch not in campaign.ended
    )
    for batch, name in names.items():
        ended = campaign.ended[batch]
        without = ended.how != "counts"
        if ended.files.keys() != ({name} if not without else set()):
            raise TamperedError(
                Problem(
                    where=ENTRIES,
                    found=f"counts of {batch} with other files",
                    expected=f"{name} and none besides",
                )
            )
        if (bundle.document(name)["outcomes"] is None) != without:
            raise TamperedError(
                Problem(
                    where=name,
                    found="outcomes" if without else "no outcomes",
                    expected="none" if without else "outcomes that the vendor signed",
                )
            )
        _check_excuse(bundle, name, excused=ended.how == "excused")


def _check_excuse(bundle: Bundle, name: str, *, excused: bool) -> None:
    """Hold the excuse that a batch claims against the log: missing counts without one weigh."""
    words = bundle.document(name)["failures"]
    if any(isinstance(one, str) and one.startswith(EXCUSED) for one in words) and not excused:
        raise TamperedError(
            Problem(
                where=f"{name}, failures",
                found="an excuse that is not in the log",
                expected="no excuse, or one from before the release",
            )
        )


def goes_by_parts(campaign: ToldCampaign) -> bool:
    """Whether the log speaks of parts of rounds, as `qassay export` sends them."""
    return any(name.startswith("round-") for name in (*campaign.released, *campaign.ended))


def check_returned(audit: Audit, campaign: ToldCampaign) -> int:
    """Check that the outcomes of every batch follow from files that the vendor signed.

    The manifests are written again from plan and seed, text by text; then the signed files are
    put into the batches' order as `qassay collect` does, and compared. A part is a place in the
    plan: it goes out under its one name, with the circuits of its own cycle.

    Args:
        audit: With bundle, plan and seeds.
        campaign: What its log comes to.

    Returns:
        How many circuits went out.

    Raises:
        TamperedError: Outcomes that do not follow from a signed file, or from nothing at all.
        IncompleteError: A manifest or a file is missing.
        NotReproducedError: What went out does not follow from plan and seed.
    """
    bundle, plan = known(audit.bundle), known(audit.plan)
    answers: dict[str, dict[str, object]] = {}
    circuits = 0
    places = planned_parts(plan)
    TamperedError.raise_if_any(
        Problem(where=ENTRIES, found=f"the part {quoted(name)}", expected="a part of the plan")
        for name in (*campaign.released, *campaign.ended)
        if name not in places
    )
    parts: dict[str, Part] = {}
    state = campaign.state
    numbers = {places[name][0] for name in campaign.released}
    for number in sorted(numbers if state is None else state.manifests):
        own = [name for name in campaign.released if places[name][0] == number]
        root = audit.root_of(number)
        again, data = _again(bundle, campaign, plan, root, number, own)
        audit.sent[number] = {
            (number, places[part.name][1] - rounds(plan)[number - 1][0] + 1): part.ids
            for part in again
        }
        release = _release(campaign, number, own)
        circuits += check_texts(data, manifest_file(number), plan, root, again, release)
        parts |= {part.name: part for part in again}
    read: dict[tuple[str, ...], Returned] = {}
    for part in parts.values():
        ended = campaign.ended.get(part.name)
        if ended is None:
            raise IncompleteError(
                Problem(where=ENTRIES, found=f"no end of {part.name}", expected="exactly one end")
            )
        end = End(ended.how, ended.reason)  # type: ignore[arg-type]
        files = _signed_files(audit, campaign, parts, part, read)
        answers |= batch_answers(part, files, end)
    TamperedError.raise_if_any(
        Problem(
            where=ENTRIES,
            found=f"circuits of {batch} that went out",
            expected="none: the bundle has no such batch",
        )
        for batch in answers
        if layout.counts_file(batch) not in bundle.files
    )
    answers |= _excused(plan, campaign, parts)
    _compare(bundle, answers)
    return circuits


def _release(campaign: ToldCampaign, number: int, own: list[str]) -> Release:
    """Say when a round went out."""
    state = campaign.state
    if state is None:
        first = min((campaign.released[name] for name in own), key=lambda one: one.at)
        return Release(number=number, at=first.at, deadline=first.deadline)
    at, limit = state.times[state.places[f"released {number}"]], state.rules.terms.deadline_seconds
    return Release(number=number, at=at, deadline=None if limit is None else at + limit)


def planned_parts(plan: Plan) -> dict[str, tuple[int, int]]:
    """Give round and cycle of every part that the plan can send, by its one name."""
    return {
        part_name(number, cycle - start + 1): (number, cycle)
        for number, (start, end) in enumerate(rounds(plan), start=1)
        for cycle in range(start, end)
    }


def _again(
    bundle: Bundle, campaign: ToldCampaign, plan: Plan, root: bytes, number: int, own: list[str]
) -> tuple[tuple[Part, ...], bytes]:
    """Draw the parts of a round again; they must be those that the log released, each in place."""
    where, places = manifest_file(number), planned_parts(plan)
    if where not in campaign.files or where not in bundle.files:
        raise IncompleteError(
            Problem(where=where, found="no such file", expected="the manifest of what went out")
        )
    manifest = read_manifest(bundle.files[where], where)
    if manifest.number != number or sorted(manifest.parts) != sorted(own):
        raise TamperedError(
            Problem(
                where=where,
                found=quoted(", ".join(manifest.parts), 80),
                expected="the parts that the log released, each once: " + ", ".join(own),
            )
        )
    again = parts_again(manifest, where, plan, root)
    TamperedError.raise_if_any(
        Problem(
            where=f"{where}, {part.name}",
            found=f"circuits of {slot.id}",
            expected=f"circuits of cycle {places[part.name][1]}, its own place in the plan",
        )
        for part in again
        for slot in part.slots
        if slot.index != places[part.name][1]
    )
    return again, bundle.files[where]


def _signed_files(
    audit: Audit,
    campaign: ToldCampaign,
    parts: dict[str, Part],
    part: Part,
    read: dict[tuple[str, ...], Returned],
) -> list[Returned]:
    """Read the files of counts that the vendor signed for a part.

    A file may serve many parts: `read` keeps what was read, by the file and its parts.
    """
    bundle, plan = known(audit.bundle), known(audit.plan)
    ended = campaign.ended[part.name]
    if ended.how != "counts":
        return []
    number = planned_parts(plan)[part.name][0]
    files = []
    for name in ended.files:
        named = [part]
        if campaign.state is None:  # a file could serve several parts, each of which names it
            named = [
                one
                for one in parts.values()
                if one.name in campaign.ended and name in campaign.ended[one.name].files
            ]
        key = (name, str(number), *(one.name for one in named))
        if key in read:
            files.append(read[key])
            continue
        shots = shots_of(named)
        try:
            file = parse_counts(bundle.files[name], name, {number: shots}, plan.device.qubits)
            if campaign.state is not None:
                own = (*file.outcomes, *file.failed)
                check_values(bundle.files[name], {one: shots[one] for one in own}, name)
        except CountsError as error:
            raise TamperedError(*error.problems) from None
        audit.answers[name] = {**file.outcomes, **file.failed}
        read[key] = file
        files.append(file)
    if campaign.state is not None:
        answers = {name: audit.answers[name] for name in ended.files}
        joined_files(answers, part.ids, ended.circuits or 0, f"{ENTRIES}, {part.name}")
    return files


def _excused(
    plan: Plan, campaign: ToldCampaign, parts: dict[str, Part]
) -> dict[str, dict[str, object]]:
    """Say of every batch of an excused part what a bundle says of it."""
    answers: dict[str, dict[str, object]] = {}
    for name, ended in campaign.ended.items():
        if ended.how != "excused" or name in parts:
            continue
        _, cycle = planned_parts(plan)[name]
        failure = f"{EXCUSED}: {ended.reason}"
        for slot in round_slots(plan, (cycle, cycle + 1), ()):
            answers[slot.id] = {
                "outcomes": None,
                "seconds": 0.0,
                "notes": [],
                "failures": [failure],
            }
    return answers


def _compare(bundle: Bundle, answers: dict[str, dict[str, object]]) -> None:
    held = {
        name.removeprefix("batches/").removesuffix("/counts.json"): name
        for name in bundle.files
        if name.startswith("batches/") and name.endswith("/counts.json")
    }
    for batch, name in held.items():
        document = bundle.document(name)
        if batch not in answers:
            raise TamperedError(
                Problem(
                    where=name,
                    found="a batch that never went out",
                    expected="batches that the log released",
                )
            )
        for key, value in answers[batch].items():
            if document[key] != value:
                raise TamperedError(
                    Problem(
                        where=f"{name}, {key}",
                        found=quoted(document[key]),
                        expected="what follows from the files that the vendor signed",
                    )
                )
