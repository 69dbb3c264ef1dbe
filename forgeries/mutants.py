"""Structured mutations: every field of every record of a bundle, changed and sealed again.

The forgeries beside this file are ideas; these are none. Each document of an honest bundle is
walked, and at each place (list indices apart, so that the thousandth circuit is not asked again)
every change that makes sense for what stands there is made. Whoever seals holds all keys: the
manifest, the signatures and, in a campaign, the log with every event that names a changed file are
made anew, so that no hash alone betrays him.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from forgeries.parties import Parties
from forgeries.registry import Members, key_of, sealed, unsigned
from forgeries.story import signed
from qassay.canonical import canonical_bytes, content_id
from qassay.evidence.archive import archive_bytes
from qassay.evidence.bundle import MANIFEST, is_outside
from qassay.evidence.events import ENTRIES, ROLES_FILE, returned_file

SHEET, PLAN, PAGE = "claims/sheet.toml", "plan/plan.json", "report/datasheet.html"
_INDEX = re.compile(r"\d{2,}|[0-9a-f]{24,}")
_DIGITS = re.compile(r"\d+")
_TURNED = {"supported": "refuted", "refuted": "supported", "inconclusive": "supported"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change of one bundle.

    Attributes:
        file: The file, numbers left out.
        place: Where in it, numbers left out.
        kind: What was done there.
        members: All files, not sealed yet.
    """

    file: str
    place: str
    kind: str
    members: Members

    def __str__(self) -> str:
        """Give its name."""
        return f"{self.file} {self.place} {self.kind}"


def resealed(members: Members) -> bytes:
    """Make every hash and signature anew, as whoever holds all keys can."""
    if ROLES_FILE in members and b"qassay:event/v2" in _payloads(members):
        return _campaign(members)
    files = sealed(members)
    if any(is_outside(name) for name in members):
        return signed(files, key_of("verifier"), "verifier")
    return archive_bytes(files)


def _payloads(members: Members) -> bytes:
    return b"qassay:event/v2" if any(n.startswith("jobs/") for n in members) else b""


def _campaign(members: Members) -> bytes:
    """Have all parties name the changed files, and sign again."""
    story = Parties.of(members)
    for place, (_, one) in enumerate(story.course):
        files = {name: _digest(members, name, was) for name, was in one.files.items()}
        story.change(place, files={_renamed(name, files[name]): files[name] for name in files})
    held = {name: data for name, data in members.items() if name.startswith("returned/")}
    for name, data in held.items():  # files of counts have the names of their digests
        story.members.pop(name)
        story.members[_renamed(name, content_id(data))] = data
    return story.told()


def _digest(members: Members, name: str, was: str) -> str:
    return content_id(members[name]) if name in members else was


def _renamed(name: str, digest: str) -> str:
    return returned_file(digest) if name.startswith("returned/") else name


def mutants(members: Members, seed: int, each: int = 1, share: float = 1.0) -> Iterator[Mutant]:
    """Give changes of all files of a bundle, in an order of chance.

    Args:
        members: Its files.
        seed: Of the choice between places that are alike.
        each: How many places that are alike are tried.
        share: Which part of all changes is made, at random.
    """
    rng = random.Random(seed)
    files: dict[str, list[str]] = {}
    for name in unsigned(members):
        if name != MANIFEST:
            files.setdefault(_INDEX.sub("*", name), []).append(name)
    for kind, names in files.items():
        for name in rng.sample(names, min(each, len(names))):
            yield from _of_file(members, kind, name, rng, each, share)
        yield from (x for x in _of_names(members, kind, names, rng) if rng.random() < share)


def _of_file(
    members: Members, kind: str, name: str, rng: random.Random, each: int, share: float
) -> Iterator[Mutant]:
    data = members[name]
    if name.endswith(".json"):
        changes = _documents(json.loads(data), rng, each, share)
    elif name == PAGE:
        changes = (x for x in _page(data, rng, each) if rng.random() < share)
    else:
        most = 12 if name == ENTRIES else 100
        changes = (x for x in _lines(data, b"\n", rng, most) if rng.random() < share)
    for place, what, changed in changes:
        if changed != data:
            yield Mutant(
                file=kind, place=place, kind=what, members=_fitting(members, name, changed)
            )


def _fitting(members: Members, name: str, data: bytes) -> Members:
    """Put a file in, and have the plan name a changed sheet."""
    files = {**members, name: data}
    if name == SHEET:
        plan = json.loads(files[PLAN])
        plan["sheet"]["text_id"] = content_id(data)
        files[PLAN] = canonical_bytes(plan)
    return files


def _of_names(
    members: Members, kind: str, names: list[str], rng: random.Random
) -> Iterator[Mutant]:
    """Leave a file out, say it twice, exchange two."""
    one = rng.choice(names)
    made = {"left out": {n: d for n, d in members.items() if n != one}}
    if len(names) > 1:
        other = rng.choice([name for name in names if name != one])
        made["two exchanged"] = {**members, one: members[other], other: members[one]}
        made["one in the place of two"] = {**members, one: members[other]}
        last = max(names)
        made["the last left out"] = {n: d for n, d in members.items() if n != last}
        made["all left out"] = {n: d for n, d in members.items() if n not in names}
    stem, dot, end = one.rpartition(".")
    made["a second beside it"] = {**members, f"{stem}0{dot}{end}": members[one]}
    made["another name"] = {
        **{n: d for n, d in members.items() if n != one},
        f"{stem}0{dot}{end}": members[one],
    }
    for what, files in made.items():
        yield Mutant(file=kind, place="(file)", kind=what, members=files)


Change = tuple[str, str, bytes]


def _documents(
    document: Any, rng: random.Random, each: int, share: float = 1.0
) -> Iterator[Change]:
    """Change each place of a JSON document that is not like another."""
    places: dict[str, list[tuple[Any, ...]]] = {}
    for path in _paths(document, ()):
        places.setdefault(_shape(path), []).append(path)
    for shape, paths in places.items():
        for path in rng.sample(paths, min(each, len(paths))):
            for what, value in _changed(_at(document, path), rng):
                if rng.random() >= share:
                    continue
                copy = json.loads(json.dumps(document))
                try:
                    yield shape, what, canonical_bytes(_put(copy, path, value))
                except (ValueError, TypeError):
                    continue  # what has no canonical form is refused for that


def _shape(path: tuple[Any, ...]) -> str:
    return "/".join("*" if isinstance(x, int) else _INDEX.sub("*", str(x)) for x in path)


def _paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield path
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, one in items:
        yield from _paths(one, (*path, key))


def _at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def _put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    _at(document, path[:-1])[path[-1]] = value
    return document


def _changed(value: Any, rng: random.Random) -> Iterator[tuple[str, Any]]:
    """Give what might stand in the place of a value."""
    if isinstance(value, bool):
        yield "turned", not value
        yield "as a number", int(value)
    elif value is None:
        yield from (("a number for nothing", 1), ("words for nothing", "x"), ("false", False))
    elif isinstance(value, int | float):
        yield from (("one more", value + 1), ("one less", value - 1), ("negative", -value))
        yield from (("half", value / 2), ("twice", value * 2), ("nought", 0), ("nothing", None))
        yield from (("a little more", value * 1.001), ("huge", 10**15), ("as words", str(value)))
        if isinstance(value, int):
            yield "as a fraction", value + 0.5
    elif isinstance(value, str):
        yield from _other_words(value, rng)
    elif isinstance(value, list):
        yield from (("empty", []), ("first gone", value[1:]), ("last gone", value[:-1]))
        yield from (("backwards", value[::-1]), ("last twice", [*value, *value[-1:]]))
        yield "two exchanged", value[1::-1] + value[2:]
        yield "turned by one", value[1:] + value[:1]
        yield "nothing", None
    elif isinstance(value, dict):
        yield from (("empty", {}), ("a key more", {**value, "zz": 1}), ("nothing", None))
        for key in value:
            yield f"without {_INDEX.sub('*', key)}", {k: v for k, v in value.items() if k != key}
        keys = sorted(value)
        if len(keys) > 1:
            one, other = rng.sample(keys, 2)
            yield "two values exchanged", {**value, one: value[other], other: value[one]}


def _other_words(value: str, rng: random.Random) -> Iterator[tuple[str, Any]]:
    yield from (("empty", ""), ("more", value + "x"), ("nothing", None), ("a list", [value]))
    yield from (("turned round", f"\u202e{value}"), ("backwards", value[::-1]))
    yield "lookalike", value.replace("a", "\u0430").replace("e", "\u0435").replace("o", "\u043e")
    yield "a word with markup", f"<b>{value}</b>"
    yield "long", value + "y" * 3000
    if value and set(value) <= {"0", "1"}:
        place = rng.randrange(len(value))
        bit = "10"[int(value[place])]
        yield "a bit flipped", value[:place] + bit + value[place + 1 :]
        yield "shifted", value[1:] + value[:1]
        yield "all bits flipped", value.translate({48: 49, 49: 48})
    if re.fullmatch(r"[0-9a-f]{32,}", value):
        place = rng.randrange(len(value))
        yield (
            "a digit",
            value[:place] + "0123456789abcdef0"[int(value[place], 16) + 1] + (value[place + 1 :]),
        )
    for number in [*_DIGITS.finditer(value)][:2]:
        start, end = number.span()
        yield "a number more", value[:start] + str(int(number[0]) + 1) + value[end:]
    for word, other in _TURNED.items():
        if word in value:
            yield f"{other} for {word}", value.replace(word, other)


def _lines(data: bytes, end: bytes, rng: random.Random, most: int) -> Iterator[Change]:
    """Leave lines out, repeat them, exchange them, cut them short, change numbers in them."""
    lines = data.splitlines(keepends=True)
    some = sorted(rng.sample(range(len(lines)), min(most, len(lines))))
    for n in some:
        head, line, tail = lines[:n], lines[n], lines[n + 1 :]
        yield "line", "left out", b"".join([*head, *tail])
        yield "line", "twice", b"".join([*head, line, line, *tail])
        yield "line", "cut here", b"".join(head)
        yield "line", "torn", b"".join([*head, line[: len(line) // 2]])
        if tail:
            yield "line", "exchanged", b"".join([*head, tail[0], line, *tail[1:]])
        for number in [*re.finditer(rb"\d+", line)][:2]:
            start, stop = number.span()
            more = line[:start] + str(int(number[0]) + 1).encode() + line[stop:]
            yield "number", f"one more on a line of {_word(line)}", b"".join([*head, more, *tail])
        for word in (b"every", b"at most", b"at least", b"mean", b"median", b"V"):
            other = {b"at most": b"at least", b"at least": b"at most", b"V": b"W"}.get(
                word, b"best"
            )
            if word in line:
                changed = line.replace(word, other)
                yield "word", f"{other!r} for {word!r}", b"".join([*head, changed, *tail])
    yield "end", "a line more", data + b"# more" + end
    yield "end", "an empty line more", data + end


def _word(line: bytes) -> str:
    return line.decode("utf-8", "replace").partition("=")[0].strip()[:20]


_TEXT = re.compile(r">([^<>]+)<")


def _page(data: bytes, rng: random.Random, each: int) -> Iterator[Change]:
    """Change what a person reads on the page, text by text and line by line."""
    text = data.decode()
    body = text.index("<body")
    spans = [m.span(1) for m in _TEXT.finditer(text, body) if m[1].strip()]
    for start, end in rng.sample(spans, min(60 * each, len(spans))):
        words = text[start:end]
        made = {"left out": "", "twice": f"{words} {words}", "more": f"{words} more"}
        number = _DIGITS.search(words)
        if number:
            a, b = number.span()
            made["a number more"] = words[:a] + str(int(number[0]) + 1) + words[b:]
        for word, other in _TURNED.items():
            if word in words:
                made["turned"] = words.replace(word, other)
        for what, new in made.items():
            yield f"text {words.strip()[:40]!r}", what, (text[:start] + new + text[end:]).encode()
    lines = text.splitlines(keepends=True)
    first = text[:body].count("\n")
    for n in rng.sample(range(first, len(lines)), min(20 * each, len(lines) - first)):
        shown = f"line {lines[n].strip()[:40]!r}"
        yield shown, "left out", "".join([*lines[:n], *lines[n + 1 :]]).encode()
        yield shown, "twice", "".join([*lines[: n + 1], *lines[n:]]).encode()


def events(members: Members, seed: int) -> Iterator[tuple[str, str, Parties]]:
    """Change each fact of the first event of a kind in a campaign; all parties sign again."""
    rng = random.Random(seed)
    length = len(Parties.of(members).course)
    seen: dict[str, int] = {}
    for place in range(length):
        _, one = Parties.of(members).course[place]
        kind = f"{one.kind} by {one.by}"
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] > 1:
            continue
        document = json.loads(json.dumps(dict(one.facts)))
        same = canonical_bytes(document)
        for fact, what, data in _documents(document, rng, 1):
            changed = json.loads(data)
            if data == same or not isinstance(changed, dict):
                continue
            story = Parties.of(members)
            story.loose = True
            story.change(place, facts=changed)
            yield f"{kind}: {fact}", what, story
        for what, at in (("an hour before", -3600), ("a day later", 86_400), ("at 0", None)):
            story = Parties.of(members)
            when, event = story.course[place]
            story.course[place] = (0 if at is None else when + at, event)
            yield f"{kind}: at", what, story
        for by in ("vendor", "verifier", "partner"):
            if by != one.by:
                story = Parties.of(members)
                story.course[place] = (story.course[place][0], replace(one, by=by))
                story.loose = True
                yield f"{kind}: by", by, story
        for what in ("left out", "twice", "exchanged"):
            story = Parties.of(members)
            course = story.course
            if what == "left out":
                del course[place]
            elif what == "twice":
                course.insert(place, course[place])
            elif place + 1 < length:
                course[place], course[place + 1] = course[place + 1], course[place]
            yield f"{kind}: event", what, story
