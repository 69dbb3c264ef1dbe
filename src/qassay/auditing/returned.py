"""From what the vendor signed and returned to the counts that the bundle judges by."""

from __future__ import annotations

from qassay.errors import Problem, TamperedError, quoted
from qassay.evidence.bundle import Bundle
from qassay.evidence.campaign import Campaign
from qassay.evidence.log import ENTRIES


def check_returned(bundle: Bundle, campaign: Campaign) -> None:
    """Check that the vendor signed the outcomes of every batch, or that it ended without any.

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
