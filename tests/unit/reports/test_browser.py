"""The datasheet as people meet it: on a desk, on a telephone, in the dark, and on paper."""

from dataclasses import replace

import pytest
from tests.kit.axe import violations
from tests.kit.paper import CUT
from tests.unit.reports.conftest import claims
from tests.unit.reports.test_translated import bundle  # noqa: F401  a small run

from qassay.auditing.audit import audit_bundle
from qassay.claims.claim import Scope
from qassay.languages.speaker import speaker_of
from qassay.reports import render_datasheet
from qassay.reports.bundle_facts import facts_of
from qassay.reports.translated import render_translated

pytestmark = pytest.mark.timeout(900)
PATIENCE = 240_000  # milliseconds: a machine with much to do is no fault of a page

WIDTHS = (1280, 390)  # a desk, a telephone
BETWEEN = (900, 700, 320)  # where figures are narrow: beside one another, or on a small telephone
PAPER = 178 / 25.4 * 96  # pixels of an A4 page between its margins
SMALLEST = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!node.textContent.trim() || !parent.getClientRects().length) continue;
    if (parent.closest(".hidden, title, desc, style")) continue;
    let size = parseFloat(getComputedStyle(parent).fontSize);
    const drawing = parent.closest("svg");
    if (drawing && drawing.viewBox.baseVal.width)
      size *= drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
    found.push([Math.round(100 * size) / 100, node.textContent.trim().slice(0, 40)]);
  }
  return found.sort((a, b) => a[0] - b[0]).slice(0, 5);
}"""


def serious(page, scheme, *, colours):
    """Find what is more than a matter of taste."""
    found = violations(page, scheme, colours=colours)
    return [one for one in found if one[2] in ("serious", "critical")]


@pytest.fixture
def small_grid_page(make_analysis, make_device, make_facts):
    """The nine claims on 8 qubits: what the page of 50 has, in a sixth of the numbers."""
    device = make_device("grid:2x4", qubits=8, platform="superconducting")
    there = Scope(pairs=((0, 1), (2, 3), (6, 7)))
    some = (replace(one, scope=there) if one.scope.pairs else one for one in claims())
    analysis = make_analysis(tuple(some), device=device)
    return render_datasheet(analysis, make_facts(analysis.plan))


@pytest.fixture
def few_qubits_page(make_analysis, make_device, make_facts):
    """All claims on a ring of seven qubits, with cells that a number fits into, but no estimate."""
    some = (
        replace(
            one, scope=Scope(), value=min(one.value, 2.0) if one.metric == "qubits" else one.value
        )
        for one in claims()
    )
    device = make_device("ring", qubits=7, platform="superconducting")
    analysis = make_analysis(tuple(some), device=device)
    return render_datasheet(analysis, make_facts(analysis.plan))


@pytest.fixture
def spoken(bundle):  # noqa: F811
    """The page of a small run in another language."""
    audit = audit_bundle(bundle, page=False)
    facts = facts_of(audit.bundle, audit.analysis.plan, bundle.name)
    return lambda language: render_translated(audit.analysis, facts, speaker_of(language), 64 * "0")


@pytest.mark.parametrize(
    "which",
    [
        "small_grid_page",
        "ar",
        *(
            pytest.param(k, marks=pytest.mark.slow)
            for k in ("few_qubits_page", "grid_page", "ions_page", "ru", "vi")
        ),
    ],
)
def test_it_reads_well_everywhere(chromium, request, which):
    """At both widths, light and dark, and on paper; one page is opened for all of it."""
    context = chromium.new_context(bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    page, outside = context.new_page(), []
    page.on("request", lambda asked: outside.append(asked.url))
    page.on("console", lambda message: outside.append(message.text))
    whole = which.endswith("_page")
    page.set_content(
        request.getfixturevalue(which) if whole else request.getfixturevalue("spoken")(which)
    )
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            smallest = page.evaluate(SMALLEST)
            assert smallest[0][0] >= 11, smallest
            # Colours of a telephone are those of the desk; the small pages are asked for them, too.
            # Those of the page in Arabic are those of the other languages, in the slow tests.
            # What a telephone sees besides is asked of the pages in other languages.
            asked = (width, scheme) != (390, "dark") and (which, scheme) != ("ar", "dark")
            if asked and (width > 390 or which != "small_grid_page"):
                assert serious(page, scheme, colours=width > 390 or "grid" not in which) == []
    for width in BETWEEN:
        page.set_viewport_size({"width": width, "height": 900})
        smallest = page.evaluate(SMALLEST)
        assert smallest[0][0] >= 11, (width, smallest)
    page.set_viewport_size({"width": round(PAPER), "height": 900})
    page.emulate_media(media="print")
    smallest = page.evaluate(SMALLEST)
    assert smallest[0][0] * 72 / 96 >= 8, smallest
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER + 1
    assert page.evaluate(CUT) == []
    assert outside == []
    context.close()
