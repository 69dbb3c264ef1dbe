"""Every command of `qassay --help` under a terminal, narrow and wide, and interrupted."""

import re

import pytest
from tests.terminal.tour import DEAR, TOUR, leaves, prepare, words_of

NARROW, WIDE = 60, 200
# Of a word that one terminal shows and the other does not: numbers that the clock writes, and keys.
_CLOCK = re.compile(r"[<–\d.,:TZ-]+|SHA256:.*|AAAA.*")
# What differs from tour to tour: times, and the plan of a signed campaign, which has a secret.
_OWN = re.compile(rf"{_CLOCK.pattern}|[0-9a-f]{{16}}")


@pytest.fixture(scope="session")
def tours(start, tmp_path_factory):
    """What came of each command, by the columns of the terminal; a tour goes on when asked."""
    seen = {NARROW: [], WIDE: []}
    folders = {columns: tmp_path_factory.mktemp(f"tour{columns}") for columns in seen}
    for folder in folders.values():
        prepare(folder)

    def of(columns, place):
        done, folder = seen[columns], folders[columns]
        for stop in TOUR[len(done) : place + 1]:
            done.append(start(words_of(stop, folder), folder, columns=columns))
        return done[place]

    return of


def test_every_command_is_on_the_tour():
    """A new command is shown to nobody before somebody has looked at it on a terminal."""
    missing = set(leaves()) - {stop.path for stop in TOUR}
    assert not missing, f"add a row to TOUR in tests/terminal/tour.py for: {sorted(missing)}"
    assert {stop.path for stop in TOUR} <= set(leaves())


def marks(stop, columns=WIDE):
    return pytest.mark.slow if stop.path in DEAR and columns == WIDE else ()


@pytest.mark.parametrize(
    ("place", "columns"),
    [
        pytest.param(
            place, columns, marks=marks(stop, columns), id=f"{stop.path}-{place}-{columns}"
        )
        for place, stop in enumerate(TOUR)
        for columns in (NARROW, WIDE)
    ],
)
def test_a_command_on_a_terminal(tours, columns, place):
    stop, seen = TOUR[place], tours(columns, place)
    assert seen.code in stop.codes, seen.screen
    assert "Traceback" not in seen.raw
    if not stop.lines:
        assert not seen.wide
    assert "\x1b[?25l" not in seen.raw or "\x1b[?25h" in seen.raw  # the cursor is back


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(place, marks=marks(stop), id=f"{stop.path}-{place}")
        for place, stop in enumerate(TOUR)
    ],
)
def test_a_narrow_terminal_breaks_no_word(tours, place):
    """What stands in one piece on a wide terminal stands in one piece on a narrow one."""
    wide, narrow = (set(words(tours(columns, place).screen)) for columns in (WIDE, NARROW))
    broken = {word for word in narrow - wide if not _OWN.fullmatch(word)}
    assert not broken
    assert {word for word in narrow if word.endswith("…")} <= wide


def words(screen):
    return [word.strip(":;,()") for word in screen.split()]
