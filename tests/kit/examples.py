"""How many examples a property is tried on: a third of them where slow tests are left out."""

import os

_QUICK = "QASSAY_TESTS_QUICK"


def told(config):
    """Remember, before tests are read, whether slow ones are left out."""
    if "not slow" in (config.option.markexpr or ""):
        os.environ[_QUICK] = "1"


def examples(number):
    """Give the number of examples of a property that all tests together try on `number`."""
    return max(number // 3, min(number, 5)) if os.environ.get(_QUICK) else number
