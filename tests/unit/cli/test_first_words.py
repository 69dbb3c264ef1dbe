"""What people type first, before they have read anything."""

import pytest


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("metrics", "t1"), "T1"),
        (("machines", "virtual:heron-133"), "heron-133"),
        (("protocols", "t1"), "T1"),
        (("applications", "max-cut"), "Maximum cut"),
    ],
)
def test_a_name_alone_is_shown(qassay, words, shown):
    code, out, err = qassay(*words)
    assert (code, err) == (0, "")
    assert shown in out


def test_a_name_that_is_none_is_told_with_those_that_are(qassay):
    code, out, err = qassay("metrics", "t11")
    assert (code, out) == (2, "")
    assert err.startswith("error: qassay metrics show: found t11, expected ")


def test_characterize_says_what_it_lacks(qassay):
    code, _, err = qassay("characterize")
    assert (code, err.startswith("error: --device: found nothing, expected a device")) == (2, True)


def test_a_list_of_devices_without_an_end_is_not_read(qassay):
    code, _, err = qassay("characterize", "--devices", "/dev/zero")
    assert (code, err.startswith("error: --devices: found a longer one")) == (2, True)


@pytest.mark.parametrize(
    ("words", "shown"), [(("help",), "Exit codes"), (("help", "check"), "qassay check")]
)
def test_help_is_a_word_too(qassay, words, shown):
    code, out, err = qassay(*words)
    assert (code, err) == (0, "")
    assert shown in out
    assert qassay("help", "rnu")[0] == 2
