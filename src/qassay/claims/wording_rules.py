"""Rules of plausibility about words: what a sheet leaves open, or says to its own advantage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qassay.claims.claim import ClaimSheet, Convention
from qassay.claims.conventions import (
    average_from_process,
    convert,
    gate_dimension,
    other_reading,
    process_from_average,
)
from qassay.claims.finding import DurationsLike, Finding, amount, claims_on, names, title
from qassay.claims.metrics import METRICS

GATE_ERRORS: Final = ("one_qubit_gate_error", "two_qubit_gate_error")
READOUT_ERRORS: Final = ("readout_error", "readout_error_0", "readout_error_1")

# What an announcement should not leave out: a name, and the metrics that any one of them gives.
KEY_FIGURES: Final = (
    ("the two-qubit gate error", ("two_qubit_gate_error", "eplg", "layer_fidelity")),
    ("the one-qubit gate error", ("one_qubit_gate_error",)),
    ("the readout error", READOUT_ERRORS),
    ("the relaxation time T1", ("t1",)),
    ("the coherence time T2", ("t2_echo", "t2_star")),
)


def simultaneity(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """An error rate means little without: all at once, or one at a time?"""
    errors = list(claims_on(sheet, *GATE_ERRORS, *READOUT_ERRORS))
    open_ones = [claim for claim in errors if claim.condition("simultaneous") is None]
    alone = [claim for claim in errors if claim.condition("simultaneous") is False]
    if open_ones:
        yield Finding(
            rule="simultaneity-unstated",
            severity="questionable",
            claims=tuple(claim.id for claim in open_ones),
            sentence=f"For {names(open_ones)} it is not said whether the qubits were worked on"
            " all at once or one at a time; errors measured one at a time are smaller than those"
            " a program meets. qassay measures all at once.",
        )
    if alone:
        yield Finding(
            rule="measured-alone",
            severity="note",
            claims=tuple(claim.id for claim in alone),
            sentence=f"{names(alone)} speaks of operations one at a time; a program works on many"
            " qubits at once and meets larger errors.",
        )


def best_value(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """The best of many says nothing of the others."""
    for claim in sheet.claims:
        if claim.statistic == "best":
            target = METRICS[claim.metric].target
            yield Finding(
                rule="best-value",
                severity="questionable",
                claims=(claim.id,),
                sentence=f'"{claim.id}" is a best value, not an average: one {target} of the'
                f" machine reaches {amount(claim)}, and every other may be any amount worse.",
            )


def direction(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """An error of at least, or a lifetime of at most, promises nothing to a buyer."""
    for claim in sheet.claims:
        metric = METRICS[claim.metric]
        if claim.relation == ("at least" if metric.better == "lower" else "at most"):
            yield Finding(
                rule="direction-against-buyer",
                severity="questionable",
                claims=(claim.id,),
                sentence=f'"{claim.id}" claims {title(claim)} {claim.relation}'
                f" {amount(claim)}, but {metric.better} is better: every worse machine meets it.",
            )


def understood(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """What the sheet says in words of its own is told back as it was understood."""
    for claim in sheet.claims:
        if claim.read_as:
            yield Finding(
                rule="read-as",
                severity="note",
                claims=(claim.id,),
                sentence=f'In "{claim.id}" {"; ".join(claim.read_as)}.',
            )


def both_readings(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """A figure without its convention is two claims, and only one of them is judged."""
    for claim in sheet.claims:
        if "convention" in claim.unstated and claim.convention is not None:
            other = other_reading(claim)
            d = gate_dimension(claim.metric)
            strict = convert(claim.value, other, claim.convention, d)
            yield Finding(
                rule="convention-unstated",
                severity="questionable",
                claims=(claim.id,),
                sentence=f'"{claim.id}" does not say by which definition {title(claim)} is'
                f" {claim.relation} {amount(claim)}. It is judged as {words(claim.convention)},"
                f" which favours the vendor; read as {words(other)} it would be a claim of"
                f" {claim.relation} {amount(claim, strict)} in the same terms.",
            )


def words(convention: Convention) -> str:
    """Write a convention as it stands inside a sentence."""
    return convention.replace("_", " ").replace("pauli", "Pauli")


def eplg_forms(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """EPLG is published in two forms that are a factor 4/5 apart."""
    for claim in claims_on(sheet, "eplg"):
        is_average = claim.convention == "average_gate_infidelity"
        average = claim.value if is_average else average_from_process(claim.value, 4)
        process = process_from_average(claim.value, 4) if is_average else claim.value
        yield Finding(
            rule="eplg-convention",
            severity="note",
            claims=(claim.id,),
            sentence=f'The EPLG of "{claim.id}" is {amount(claim, process)} as process infidelity'
            f" and {amount(claim, average)} with the factor 4/5: compare it only with figures in"
            " the same form.",
        )


def looks_like_fidelity(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """An error near that of pure noise says little, or is a fidelity in the wrong place."""
    for claim in sheet.claims:
        metric = METRICS[claim.metric]
        error = metric.dimension == "probability" and metric.better == "lower"
        if error and 0.5 <= claim.value < 1.0 and claim.relation == "at most":
            yield Finding(
                rule="looks-like-fidelity",
                severity="questionable",
                claims=(claim.id,),
                sentence=f'"{claim.id}" claims {title(claim)} of {amount(claim)}, no'
                " better than tossing a coin; if it is a fidelity, the error is"
                f" {amount(claim, 1.0 - claim.value)}.",
            )


def says_nothing(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """A bound that every machine meets, or a tolerance that lets everything pass."""
    for claim in sheet.claims:
        is_probability = METRICS[claim.metric].dimension == "probability"
        if (claim.relation == "at least" and claim.value == 0) or (
            claim.relation == "at most" and is_probability and claim.value == 1
        ):
            yield Finding(
                rule="says-nothing",
                severity="questionable",
                claims=(claim.id,),
                sentence=f'"{claim.id}" claims {claim.relation} {amount(claim)}, which every'
                " machine meets.",
            )
        elif claim.delta >= 1.0:
            yield Finding(
                rule="wide-tolerance",
                severity="questionable",
                claims=(claim.id,),
                sentence=f'"{claim.id}" is judged with a tolerance of {100 * claim.delta:g} % of'
                " the claimed value: support would say little.",
            )


def filled_in(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """What the sheet leaves out is read in the usual way, and said so."""
    for key, reading in (
        ("statistic", "the mean"),
        ("relation", "a limit on the side that helps the buyer"),
    ):
        claims = [claim for claim in sheet.claims if key in claim.unstated]
        if claims:
            yield Finding(
                rule=f"{key}-unstated",
                severity="note",
                claims=tuple(claim.id for claim in claims),
                sentence=f"No {key} is stated for {names(claims)}; it is read as {reading}.",
            )


def left_out(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """An announcement is known by what it leaves out."""
    told = {claim.metric for claim in sheet.claims}
    missing = [name for name, metrics in KEY_FIGURES if not told.intersection(metrics)]
    if missing:
        listed = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} or {missing[-1]}"
        yield Finding(
            rule="key-figures-missing",
            severity="note",
            claims=(),
            sentence=f"Nothing is said of {listed}.",
        )


def unsourced(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """A claim that nobody can look up."""
    if not sheet.source.title and not sheet.source.url:
        yield Finding(
            rule="no-source",
            severity="note",
            claims=(),
            sentence="No source is named: a reader cannot look up whether the vendor said this.",
        )
