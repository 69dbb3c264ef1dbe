"""Coalitions cheat with their own keys; what is accepted is what was first signed.

The long run: `python benchmarks/campaign_game.py --games 100000`, and `--faults` for every rule.
"""

import pytest
from benchmarks.campaign_game import FAULTS, game, planted, search
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

GAMES = 120  # some 1 s


def test_every_accepted_log_gives_what_the_first_signed_answers_give():
    games, found, told = search(GAMES, seed=3, stop=False)
    assert not found
    assert games == GAMES
    accepted = sum(n for name, n in told.items() if name.startswith("accepted"))
    assert accepted > GAMES  # several logs a game: the game is played, not refused
    assert {name.split()[2].strip(",") for name in told if name.startswith("accepted")} == {
        "supported",
        "refuted",
        "inconclusive",
    }


@settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_choice_of_moves_breaks_it(data):
    assert not game(lambda n: data.draw(st.integers(0, n - 1)))[0]


@pytest.mark.parametrize(
    "name",
    [
        "a part may end twice",
        "excuses may be late",
        "any number of excuses",
        "expired without a look at the clock",
        "any key of the role",
        "another secret may be revealed",
        "no quota of notes",
        "circuits before the share",
        "the course is not followed",
        "a second file overwrites the first",
        "parties do not remember heads",
        "nobody names other campaigns",
        "a party asked twice signs twice, perhaps something else",
        "the keeper takes files without a look at them",
    ],
)
def test_a_planted_fault_is_found_within_a_thousand_games(name):
    fault = FAULTS[name]
    with planted(fault):
        number, found, _ = search(1000, seed=7, fault=fault)
    assert found, name
    assert number <= 1000
