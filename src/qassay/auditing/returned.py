"""From what the vendor signed and returned to the counts that the bundle judges by."""

from __future__ import annotations

from qassay.errors import CountsError, IncompleteError, Problem, TamperedError, quoted
from qassay.evidence.bundle import Bundle
from qassay.evidence.campaign import Campaign
from qassay.evidence.log import ENTRIES
from qassay.exchange.counts_file import Returned, parse_counts
from qassay.exchange.manifest import check_texts, parts_again, read_manifest
from qassay.exchange.pack import Release
from qassay.exchange.parcel import manifest_file
from qassay.exchange.parts import Part
from qassay.exchange.returns import End, batch_answers, shots_of
from qassay.planning.plan import Plan
from qassay.planning.schedule import round_slots, rounds
from qassay.verdicts.missing import EXCUSED


def check_signed_batches(bundle: Bundle, campaign: Campaign) -> None:
    """Check a campaign whose log speaks of the plan's own batches: the vendor signed their files.

    Raises:
        TamperedError: Outcomes that nobody signed, or that stand where the log says there are none.
    """
    signed = {
        name
        for ended in campaign.ended.values()
        if ended.how == "counts"
        for name in ended.files
    }  # fmt: skip
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
    for batch, name in names.items():
        ended = campaign.ended.get(batch)
        without = ended is not None and ended.how != "counts"
        if (bundle.document(name)["outcomes"] is None) != without or not (
            without or name in signed
        ):
            raise TamperedError(
                Problem(where=name, found="outcomes" if without else "outcomes nobody signed",
                        expected="none" if without else "outcomes that the vendor signed")
            )  # fmt: skip
        _check_excuse(bundle, name, excused=ended is not None and ended.how == "excused")


def _check_excuse(bundle: Bundle, name: str, *, excused: bool) -> None:
    """Hold the excuse that a batch claims against the log: missing counts without one weigh."""
    words = bundle.document(name)["failures"]
    if any(isinstance(one, str) and one.startswith(EXCUSED) for one in words) and not excused:
        raise TamperedError(
            Problem(where=f"{name}, failures", found="an excuse that is not in the log",
                    expected="no excuse, or one from before the release")
        )  # fmt: skip


def goes_by_parts(campaign: Campaign) -> bool:
    """Whether the log speaks of parts of rounds, as `qassay export` sends them."""
    return any(_number_of(name) for name in (*campaign.released, *campaign.ended))


def check_returned(bundle: Bundle, campaign: Campaign, plan: Plan, root: bytes) -> int:
    """Check that the outcomes of every batch follow from files that the vendor signed.

    The manifests are written again from plan and seed, text by text; then the signed files are
    put into the batches' order as `qassay collect` does, and compared.

    Args:
        bundle: The evidence.
        campaign: What its log comes to.
        plan: The plan.
        root: The seed.

    Returns:
        How many circuits went out.

    Raises:
        TamperedError: Outcomes that do not follow from a signed file, or from nothing at all.
        IncompleteError: A manifest or a file is missing.
        NotReproducedError: What went out does not follow from plan and seed.
    """
    answers: dict[str, dict[str, object]] = {}
    circuits = 0
    parts: dict[str, Part] = {}
    for number in sorted({_number_of(name) for name in campaign.released}):
        name = manifest_file(number)
        if name not in campaign.files or name not in bundle.files:
            raise IncompleteError(
                Problem(where=name, found="no such file", expected="the manifest of what went out")
            )
        data = bundle.files[name]
        again = parts_again(read_manifest(data, name), name, plan, root)
        first = min(
            (one for part, one in campaign.released.items() if _number_of(part) == number),
            key=lambda one: one.at,
        )
        release = Release(number=number, at=first.at, deadline=first.deadline)
        circuits += check_texts(data, name, plan, root, again, release)
        parts |= {part.name: part for part in again}
    for part in parts.values():
        ended = campaign.ended.get(part.name)
        if ended is None:
            raise IncompleteError(
                Problem(where=ENTRIES, found=f"no end of {part.name}", expected="exactly one end")
            )
        end = End(ended.how, ended.reason)  # type: ignore[arg-type]
        answers |= batch_answers(part, _signed_files(bundle, campaign, plan, parts, part), end)
    answers |= _excused(plan, campaign, parts)
    _compare(bundle, answers)
    return circuits


def _signed_files(
    bundle: Bundle, campaign: Campaign, plan: Plan, parts: dict[str, Part], part: Part
) -> list[Returned]:
    """Read the files of counts that the vendor signed for a part."""
    ended, number = campaign.ended[part.name], _number_of(part.name)
    if ended.how != "counts":
        return []
    shots = shots_of(one for one in parts.values() if _number_of(one.name) == number)
    try:
        return [
            parse_counts(bundle.files[name], name, {number: shots}, plan.device.qubits)
            for name in ended.files
        ]
    except CountsError as error:
        raise TamperedError(*error.problems) from None


def _excused(
    plan: Plan, campaign: Campaign, parts: dict[str, Part]
) -> dict[str, dict[str, object]]:
    """Say of every batch of an excused part what a bundle says of it."""
    answers: dict[str, dict[str, object]] = {}
    for name, ended in campaign.ended.items():
        if ended.how != "excused" or name in parts:
            continue
        number, index = _number_of(name), int(name.rpartition("-")[2])
        start, _ = rounds(plan)[number - 1]
        cycle = start + index - 1
        failure = f"{EXCUSED}: {ended.reason}"
        for slot in round_slots(plan, (cycle, cycle + 1), ()):
            answers[slot.id] = {"outcomes": None, "seconds": 0.0, "notes": [],
                                "failures": [failure]}  # fmt: skip
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
                Problem(where=name, found="a batch that never went out",
                        expected="batches that the log released")
            )  # fmt: skip
        for key, value in answers[batch].items():
            if document[key] != value:
                raise TamperedError(
                    Problem(where=f"{name}, {key}", found=quoted(document[key]),
                            expected="what follows from the files that the vendor signed")
                )  # fmt: skip


def _number_of(part: str) -> int:
    digits = part.removeprefix("round-").partition("/")[0]
    return int(digits) if digits.isdecimal() else 0
