"""English: sentences made from codes and facts, without a library of locales."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from qassay.languages.files import Said, sentences_of
from qassay.languages.sentence import Fact, Figures, Sentence
from qassay.numerals import numeral

_PLACE: Final = re.compile(r"\{(\w+)\}")


def said(code: str, **facts: Fact) -> Sentence:
    """Say something in English, and remember what it is.

    Args:
        code: Of the sentence, in `en.toml`.
        facts: What stands in its places.

    Raises:
        KeyError: There is no such sentence, or a fact is missing: a fault of this program.
    """
    entry = sentences_of("en")[code]
    if isinstance(entry, str):
        chosen = entry
    else:
        number = facts[entry["by"]]
        chosen = entry["one"] if number == 1 and "one" in entry else entry["other"]
    return Sentence(filled(chosen, facts), code, facts)


def named(code: str, english: str) -> Sentence:
    """Give a name of a table of the code, such as a metric's title, its code beside it.

    Args:
        code: Under which other languages have it.
        english: As the table has it.
    """
    return Sentence(english, code, {})


def capital(told: Sentence) -> Sentence:
    """Begin with a capital: a sentence whose first words are a fact."""
    return Sentence(f"{told[:1].upper()}{told[1:]}", f"{told.code}:capital", told.facts)


def lowered(told: Sentence) -> Sentence:
    """Begin small, inside a sentence."""
    return Sentence(f"{told[:1].lower()}{told[1:]}", f"{told.code}:lowered", told.facts)


def unended(told: Sentence) -> Sentence:
    """Leave the full stop to what follows."""
    return Sentence(told.removesuffix("."), f"{told.code}:unended", told.facts)


def number_sentence(one: Figures) -> Sentence:
    """Give a number that any language can write as a sentence of its own."""
    return Sentence(str(one), "number.alone", {"one": one})


def commas(parts: Sequence[str]) -> Sentence:
    """Put parts behind one another in one line, those that are empty left out."""
    return _chained("list.pair", parts)


def semicolons(parts: Sequence[str]) -> Sentence:
    """Put sentences behind one another in one line, those that are empty left out."""
    return _chained("list.semicolon", parts)


def _chained(code: str, parts: Sequence[str]) -> Sentence:
    there = [part for part in parts if part]
    if not there:
        return Sentence("", "number.alone", {"one": ""})
    line = there[0]
    for part in there[1:]:
        line = said(code, a=line, b=part)
    return line if isinstance(line, Sentence) else Sentence(line, "number.alone", {"one": line})


def filled(text: str, facts: Mapping[str, Fact]) -> str:
    """Put facts into the places of a text, as English writes them."""
    return _PLACE.sub(lambda place: english_fact(facts[place[1]]), text)


def english_fact(fact: Fact) -> str:
    """Write a fact: numbers with thousands apart, lists with "and"."""
    if isinstance(fact, int):
        return numeral(fact)
    if isinstance(fact, tuple):
        return _joined([english_fact(one) for one in fact])
    return str(fact)


def _joined(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def places_of(entry: Said) -> set[str]:
    """Give the names of the places of a sentence, in any of its forms."""
    texts = [entry] if isinstance(entry, str) else [v for k, v in entry.items() if k != "by"]
    return {name for text in texts for name in _PLACE.findall(text)}
