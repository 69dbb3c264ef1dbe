"""Rules of plausibility about words: what a sheet leaves open, or says to its own advantage."""

from __future__ import annotations

from collections.abc import Iterator

from qassay.claims.claim import ClaimSheet, Convention
from qassay.claims.conventions import (
    average_from_process,
    convert,
    gate_dimension,
    other_reading,
    process_from_average,
)
from qassay.claims.finding import (
    DurationsLike,
    Finding,
    names,
    quoted_id,
    side,
    stated,
    title,
)
from qassay.claims.metrics import METRICS, announced_figures
from qassay.languages.english import commas, said, semicolons
from qassay.languages.sentence import Figures, Sentence


def simultaneity(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """An error rate means little without: all at once, or one at a time?"""
    errors = [claim for claim in sheet.claims if METRICS[claim.metric].at_once]
    open_ones = [claim for claim in errors if claim.condition("simultaneous") is None]
    alone = [claim for claim in errors if claim.condition("simultaneous") is False]
    if open_ones:
        yield Finding(
            rule="simultaneity-unstated",
            severity="questionable",
            claims=tuple(claim.id for claim in open_ones),
            sentence=said("finding.simultaneity", claims=names(open_ones)),
        )
    if alone:
        yield Finding(
            rule="measured-alone",
            severity="note",
            claims=tuple(claim.id for claim in alone),
            sentence=said("finding.alone", claims=names(alone)),
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
                sentence=said(
                    f"finding.best_{target}", claim=quoted_id(claim), value=stated(claim)
                ),
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
                sentence=said(
                    f"finding.direction_{metric.better}",
                    claim=quoted_id(claim),
                    title=title(claim),
                    value=side(claim),
                ),
            )


def taken_as(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """What the sheet says in words of its own is told back as it was understood."""
    for claim in sheet.claims:
        if claim.read_as:
            yield Finding(
                rule="read-as",
                severity="note",
                claims=(claim.id,),
                sentence=said(
                    "finding.understood", claim=quoted_id(claim), told=semicolons(claim.read_as)
                ),
            )


def convention_left_open(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
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
                sentence=said(
                    "finding.convention",
                    claim=quoted_id(claim),
                    title=title(claim),
                    value=side(claim),
                    read=words(claim.convention),
                    other=words(other),
                    strict=side(claim, strict),
                ),
            )


def words(convention: Convention) -> Sentence:
    """Write a convention as it stands inside a sentence."""
    return said(f"finding.{convention}")


def two_forms(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """EPLG, say, is published in two forms that are a factor 4/5 apart."""
    for claim in (one for one in sheet.claims if METRICS[one.metric].why_stated):
        is_average = claim.convention == "average_gate_infidelity"
        average = claim.value if is_average else average_from_process(claim.value, 4)
        process = process_from_average(claim.value, 4) if is_average else claim.value
        yield Finding(
            rule=f"{claim.metric}-convention",
            severity="note",
            claims=(claim.id,),
            sentence=said(
                f"finding.{claim.metric}",
                claim=quoted_id(claim),
                process=stated(claim, process),
                average=stated(claim, average),
            ),
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
                sentence=said(
                    "finding.fidelity",
                    claim=quoted_id(claim),
                    title=title(claim),
                    value=stated(claim),
                    error=stated(claim, 1.0 - claim.value),
                ),
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
                sentence=said("finding.nothing", claim=quoted_id(claim), value=side(claim)),
            )
        elif claim.delta >= 1.0:
            yield Finding(
                rule="wide-tolerance",
                severity="questionable",
                claims=(claim.id,),
                sentence=said(
                    "finding.tolerance",
                    claim=quoted_id(claim),
                    share=Figures(number=f"{100 * claim.delta:g}", unit="%", joint=" "),
                ),
            )


def filled_in(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """What the sheet leaves out is read in the usual way, and said so."""
    for key in ("statistic", "relation"):
        claims = [claim for claim in sheet.claims if key in claim.unstated]
        if claims:
            yield Finding(
                rule=f"{key}-unstated",
                severity="note",
                claims=tuple(claim.id for claim in claims),
                sentence=said(f"finding.no_{key}", claims=names(claims)),
            )


def announced_alone(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """An announcement is known by what it leaves out."""
    told = {claim.metric for claim in sheet.claims}
    figures = announced_figures().items()
    missing = [name for name, metrics in figures if not told.intersection(metrics)]
    if missing:
        listed = said(f"key.{missing[-1]}")
        if len(missing) > 1:
            before = commas([said(f"key.{name}") for name in missing[:-1]])
            listed = said("list.either", a=before, b=listed)
        yield Finding(
            rule="key-figures-missing",
            severity="note",
            claims=(),
            sentence=said("finding.left_out", missing=listed),
        )


def unsourced(sheet: ClaimSheet, _: DurationsLike | None) -> Iterator[Finding]:
    """A claim that nobody can look up."""
    if not sheet.source.title and not sheet.source.url:
        yield Finding(
            rule="no-source",
            severity="note",
            claims=(),
            sentence=said("finding.no_source"),
        )
