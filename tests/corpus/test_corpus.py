"""Plans, outlooks and bundles are what they were, to the byte, unless somebody says otherwise."""

import pytest

from .fingerprints import PARTS, kept, moved, part_of

KEPT = kept()
_SHOWN = 12
ADVICE = """
Where a rule was changed on purpose: `python -m tests.corpus.make` from the top of the checkout
makes the corpus anew and lists what moved; the commit says why. A move of code moves nothing."""


DEAR = ("machine line",)  # a machine of each other kind is always planned for


@pytest.mark.parametrize(
    "part", [pytest.param(k, marks=pytest.mark.slow) if k in DEAR else k for k in PARTS]
)
def test_nothing_moved(part):
    make, name = PARTS[part]
    said = moved({k: v for k, v in KEPT.items() if part_of(k) == part}, make(name))
    more = f"\nand {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
    assert not said, "\n".join(said[:_SHOWN]) + more + ADVICE


def test_every_fingerprint_belongs_to_a_part():
    assert {part_of(name) for name in KEPT} == set(PARTS)
