"""What a plan says that a vendor's claims lead to: what of it follows without a simulator."""

from __future__ import annotations

from collections.abc import Mapping

from qassay.claims.claim_file import parse_claim_sheet
from qassay.errors import ClaimError, NotReproducedError, Problem, quoted
from qassay.evidence import bundle as layout
from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.planning.plan import Plan
from qassay.reports.claimed_rates import claimed_rates, predictions_of, words_of_predictions


def check_predictions(plan: Plan) -> tuple[Sentence, ...]:
    """Hold what predictions say that they stand on against the claim sheets sealed with them.

    Returns:
        What is left open: the score itself needs a simulator, and older plans hold no claim sheet.

    Raises:
        NotReproducedError: A prediction does not say what its claim sheet says.
    """
    found = list(predictions_of(plan))
    odd = [
        Problem(
            where=f"{layout.PLAN}, prediction of {quoted(x.id)}",
            found=problem,
            expected="claims, assumptions and two-qubit error of the claim sheet in it",
        )
        for x, told in found
        if (problem := _oddity(told))
    ]
    if odd:
        raise NotReproducedError(*odd)
    with_sheet = sum("sheet" in told for _, told in found)
    open_points = []
    if with_sheet:
        open_points.append(said("unproven.prediction"))
    if with_sheet < len(found):
        open_points.append(said("unproven.prediction_alone"))
    return tuple(open_points)


def _oddity(told: Mapping[str, object]) -> str:
    text = told.get("sheet")
    if text is None:
        return ""
    try:
        sheet = parse_claim_sheet(str(text).encode("utf-8", "replace"), "claims of the prediction")
    except ClaimError as error:
        return str(error.problems[0])
    if (told.get("claims"), told.get("assumed")) not in words_of_predictions(sheet):
        return f"{quoted(str(told.get('claims')), 100)}, assuming {told.get('assumed')!r:.100}"
    if told.get("two_qubit_error") != claimed_rates(sheet).get("two_qubit_error"):
        return f"a two-qubit error of {told.get('two_qubit_error')!r:.30}"
    return ""
