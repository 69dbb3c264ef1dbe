"""Another language: the same codes and facts, with its own words, digits, units and dates.

Numbers keep the digits that the English page has, since an interval has decided how many; what
changes is how they are written. Locales are those of Unicode (CLDR), by Babel.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from qassay.errors import Problem, UsageError, quoted
from qassay.languages.english import _PLACE
from qassay.languages.files import LANGUAGES, Said, sentences_of
from qassay.languages.sentence import DayFact, Fact, Figures, Sentence
from qassay.numerals import NARROW_SPACE, bound, numeral

if TYPE_CHECKING:
    from babel import Locale

# Country: Arabic has its own numerals in Egypt and Western ones in Morocco.
_LOCALES: Final = {"en": "en", "ru": "ru", "ar": "ar_EG", "vi": "vi"}
_UNITS: Final = {
    "s": "duration-second",
    "ms": "duration-millisecond",
    "us": "duration-microsecond",
    "µs": "duration-microsecond",
    "ns": "duration-nanosecond",
    "min": "duration-minute",
    "h": "duration-hour",
    "hours": "duration-hour",
    "days": "duration-day",
    "years": "duration-year",
    "GHz": "frequency-gigahertz",
    "MHz": "frequency-megahertz",
    "kHz": "frequency-kilohertz",
    "Hz": "frequency-hertz",
    "rad": "angle-radian",
    "kB": "digital-kilobyte",
}
# A Russian date ends with a full stop, which is the full stop of its sentence as well.
_YEAR_ENDED: Final = f"{NARROW_SPACE}г.."
_SAMPLE: Final = 100  # a number whose plural category units are abbreviated by


class Speaker:
    """One language.

    Attributes:
        language: Its code, such as "ar".
        name: What its readers call it.
        direction: "ltr" or "rtl".
    """

    def __init__(self, language: str) -> None:
        """Take a language of `LANGUAGES`."""
        self.language = language
        self.name = LANGUAGES[language]
        self._sentences: Mapping[str, Said] = sentences_of(language)
        self.direction = "ltr" if language == "en" else str(self._locale.text_direction)

    @property
    def _locale(self) -> Locale:
        """The locale, which English does without: a library of locales takes its time."""
        return _locale(self.language)

    def say(self, text: str) -> str:
        """Give a sentence in this language; a text without a code as it is."""
        if self.language == "en" or not isinstance(text, Sentence):
            return str(text)
        code, *changes = text.code.split(":")
        entry = self._sentences.get(code)
        if entry is None:
            return str(text)
        return _changed(self._filled(entry, text.facts, self.fact), changes)

    def markup(self, text: str) -> Markup:
        """Give a sentence for a page: names of others set apart, so that directions never mix."""
        if not isinstance(text, Sentence):
            return self.foreign(text)
        code, *changes = text.code.split(":")
        entry = self._sentences.get(code)
        if entry is None or self.language == "en":
            return self.foreign(text)
        written = _changed(self._filled(entry, text.facts, self._marked, escape), changes)
        return Markup(written)  # noqa: S704 - every fact and the text were escaped

    def foreign(self, text: str) -> Markup:
        """Mark a text as English inside a page of another language."""
        if self.language == "en":
            return escape(text)
        return Markup('<span lang="en" dir="ltr">{}</span>').format(bound(str(text)))

    def knows(self, text: str) -> bool:
        """Whether this language has the words of a text."""
        if self.language == "en" or not isinstance(text, Sentence):
            return self.language == "en"
        return text.code.partition(":")[0] in self._sentences

    def _marked(self, fact: Fact) -> str:
        if isinstance(fact, Sentence):
            return str(self.markup(fact))
        if isinstance(fact, str):
            return str(Markup("<bdi>{}</bdi>").format(bound(fact)))
        if isinstance(fact, tuple):
            return self._joined([self._marked(one) for one in fact])
        return str(escape(self.fact(fact)))

    def _filled(
        self,
        entry: Said,
        facts: Mapping[str, Fact],
        write: Callable[[Fact], str],
        text_of: Callable[[str], str] = str,
    ) -> str:
        if isinstance(entry, str):
            chosen = entry
        else:
            number = facts[entry["by"]]
            category = self._locale.plural_form(number if isinstance(number, int) else 0)
            chosen = entry.get(category) or entry["other"]
        told = _PLACE.sub(lambda place: write(facts[place[1]]), str(text_of(chosen)))
        return told.replace(_YEAR_ENDED, _YEAR_ENDED[:-1])

    def fact(self, fact: Fact) -> str:
        """Write a fact in this language."""
        if isinstance(fact, Sentence):
            return self.say(fact)
        if isinstance(fact, str):
            return fact
        if isinstance(fact, int):
            return self.whole(fact)
        if isinstance(fact, Figures):
            return self.figures(fact)
        if isinstance(fact, DayFact):
            return self.day(fact.iso)
        return self._joined([self.fact(one) for one in fact])

    def whole(self, number: int) -> str:
        """Write a whole number."""
        return self.number(numeral(number).replace("-", "\u2212"))

    def figures(self, one: Figures) -> str:
        """Write a number that is rounded already, with its unit."""
        if self.language == "en":
            return str(one)
        number = self.number(one.number)
        if not one.unit:
            return number
        if one.unit == "%":
            joint = "\u00a0" if "\u00a0" in self._locale.percent_formats[None].pattern else ""
            return f"{number}{joint}{self._symbol('percentSign')}"
        return self._unit(number, one.unit)

    def _unit(self, number: str, unit: str) -> str:
        own = self._sentences.get(f"unit.{unit}")
        if isinstance(own, str):
            return own.replace("{n}", number).replace(" ", "\u00a0")
        if unit not in _UNITS:
            return f"{number}\u00a0{unit}"
        from babel.units import format_unit

        sample = format_unit(_SAMPLE, _UNITS[unit], "short", locale=self._locale)
        return _clean(sample.replace(str(_SAMPLE), number)).replace(" ", "\u00a0")

    def number(self, text: str) -> str:
        """Write an English number in this language: "0.52" as "0,52" or "٠٫٥٢"."""
        if self.language == "en":
            return text
        whole, dot, rest = text.partition(".")
        written = whole.replace(NARROW_SPACE, self._symbol("group"))
        if dot:
            written += self._symbol("decimal") + rest
        return self._digits(written)

    def day(self, iso: str) -> str:
        """Write a day, a month or a year."""
        from babel.dates import format_date, format_skeleton

        if self.language == "en":
            return iso
        parts = [int(part) for part in iso.split("-")]
        if len(parts) == 1:
            return self._digits(iso)
        if len(parts) == 2:
            first = date(parts[0], parts[1], 1)
            return self._digits(_clean(format_skeleton("yMMMM", first, locale=self._locale)))
        day = date(parts[0], parts[1], parts[2])
        return self._digits(_clean(format_date(day, "long", locale=self._locale)))

    def _digits(self, text: str) -> str:
        if self._locale.default_numbering_system != "arab":
            return text
        return text.translate({ord("0") + place: 0x660 + place for place in range(10)})

    def _symbol(self, name: str) -> str:
        system = self._locale.default_numbering_system
        return _clean(str(self._locale.number_symbols[system][name]))

    def _joined(self, words: list[str]) -> str:
        from babel.lists import format_list

        return format_list(words, locale=self._locale) if len(words) > 1 else "".join(words)


def _changed(text: str, changes: Sequence[str]) -> str:
    """Begin with another case, or leave the full stop out, as the code asks behind its colons.

    A text that begins with an element, the name of something, keeps its first letter.
    """
    for change in changes:
        if change == "unended":
            text = text.removesuffix(".")
        elif change == "lowered":
            text = text if text[:2].isupper() else text[:1].lower() + text[1:]
        else:
            text = text[:1].upper() + text[1:]
    return text


def _clean(text: str) -> str:
    """Leave out marks of direction: a page has elements for that, and hides no character."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


@cache
def _locale(language: str) -> Locale:
    from babel import Locale

    return Locale.parse(_LOCALES[language])


@cache
def speaker_of(language: str) -> Speaker:
    """Find a language.

    Raises:
        UsageError: There is none of this name.
    """
    if language not in LANGUAGES:
        raise UsageError(
            Problem(
                where="--lang",
                found=quoted(language),
                expected=", ".join(f"{code} ({name})" for code, name in LANGUAGES.items()),
            )
        )
    return Speaker(language)
