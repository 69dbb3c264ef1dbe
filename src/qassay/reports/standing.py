"""How claims stand that no counts settle, in words of any language: by the clock, or declared."""

from __future__ import annotations

from qassay.claims.declared import Declared
from qassay.claims.operations import Operation
from qassay.languages.english import named, said
from qassay.languages.sentence import Figures, Sentence
from qassay.verdicts.operations import OperationVerdict


def operation_title(claim: Operation) -> Sentence:
    """Name what a claim on seconds speaks of."""
    return named(f"operation.{claim.kind.id}", claim.kind.title)


def side_words(claim: Operation | Declared) -> Sentence:
    """Give a stated figure with its relation: "at most 5 us"; without one, the figure alone."""
    number, _, unit = claim.stated.strip().partition(" ")
    plain = number.isascii() and number.replace(".", "", 1).isdigit() and " " not in unit
    value = Figures(number=number, unit=unit, joint=" ") if plain else claim.stated
    if not claim.relation:
        return said("number.alone", one=value)
    return said(f"relation.{claim.relation.replace(' ', '_')}", value=value)


def standing_words(one: OperationVerdict) -> Sentence:
    """Say a verdict; where seconds settle nothing, how the document behind the claim stands."""
    outcome = said(f"outcome.{one.outcome.replace(' ', '_')}")
    if one.outcome in ("supported", "refuted"):
        return outcome
    code = one.claim.declared.standing.replace(" ", "_")
    return said("table.both", outcome=outcome, standing=said(f"standing.{code}"))
