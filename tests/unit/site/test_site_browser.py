"""The site in a real Chromium: on a desk and a telephone, light and dark, from a disk."""

from datetime import date

import pytest
from tests.kit.axe import violations
from tests.kit.paper import CUT

from qassay.cli.main import cli
from qassay.registry.catalog import registered
from qassay.site.build import site_files
from qassay.site.documentation.build import documentation_files

pytestmark = pytest.mark.timeout(900)
PAPER = 673  # pixels of an A4 page between its margins
PATIENCE = 240_000  # milliseconds: a machine with much to do is no fault of a page
PAGES = (
    "index.html",
    "machines/ru-msu-rqc-rb-50.html",
    *(
        pytest.param(f"machines/{name}.html", marks=pytest.mark.slow)
        for name in ("ibm-heron-r2", "quera-aquila", "psiquantum")
    ),
)


def reads_well(chromium, place, *, colours=True, telephone=True, contrast=True, dark=True):
    """Look at a page at both widths, light and dark; it is opened once for all of it.

    Args:
        chromium: The browser.
        place: Of the page.
        colours: Whether a telephone is asked for them too, where they are those of the desk: of
            thousands of pieces they take most of the time.
        telephone: Whether a telephone is asked for more than whether the page fits.
        contrast: Whether colours are looked at at all.
        dark: Whether those of the dark page are, which are the same names on every page.
    """
    context = chromium.new_context(bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    page, outside = context.new_page(), []
    page.on("request", lambda r: outside.append(r.url) if "file:" not in r.url else None)
    page.on("console", lambda message: outside.append(message.text))
    page.goto(place.as_uri())
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            asked = width > 390 or (telephone and scheme == "light")
            if asked and (scheme == "light" or (contrast and dark)):
                seen = contrast and (colours or width > 390)
                assert violations(page, scheme, colours=seen) == []
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.emulate_media(media="print", color_scheme="light")
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
    assert page.evaluate(CUT) == []
    assert outside == []
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_pages_read_well(chromium, folder, name):
    # A telephone is asked for all of it by the same page of one machine, in Arabic.
    # Dark colours are looked at on the page of a machine, which has all of them.
    first = name == "index.html"
    reads_well(chromium, folder / name, telephone=not first, dark=not first)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("ar", "index.html"),
        pytest.param(
            "ar", PAGES[1], marks=pytest.mark.slow
        ),  # a datasheet in Arabic is looked at always
        *(
            pytest.param(language, name, marks=pytest.mark.slow)
            for language in ("ru", "vi")
            for name in PAGES[:2]
        ),
    ],
)
def test_pages_of_other_languages_read_well(chromium, tmp_path, language, name):
    files = site_files([registered("ru-msu-rqc-rb-50")], date(2026, 11, 22), language=language)
    place = tmp_path.joinpath(*name.split("/"))
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(files[name])
    # The first page has the colours of the English one, those of what is foreign have the others.
    reads_well(chromium, place, contrast=(language, name) != ("ar", "index.html"))


def test_pages_work_under_their_own_policy(chromium, folder):
    """Without the exception that the checker of the other test needs."""
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("link", name="quantinuum-h2", exact=True).first.click()
    assert page.title().startswith("Quantinuum H2")
    page.get_by_role("link", name="All machines").click()
    assert page.get_by_role("heading", name="Who discloses what").is_visible()
    assert faults == []
    page.close()


DOC_PAGES = (
    "docs/howto/buyer.html",
    "docs/search.html",
    *(
        pytest.param(f"docs/{name}.html", marks=pytest.mark.slow)
        for name in (
            "index",
            "metrics",
            "tutorial",
            "reference/commands",
            "reference/python",
            "decisions/0014-medians",
        )
    ),
)


@pytest.fixture(scope="module")
def documented(folder, machines):
    files = documentation_files(cli, {one.id: one.name for one in machines})
    for path, data in files.items():
        target = folder.joinpath(*path.split("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


@pytest.mark.parametrize("name", DOC_PAGES)
def test_the_documentation_reads_well(chromium, documented, name):
    reads_well(chromium, documented / name, colours=name != "docs/tutorial.html")


def test_a_word_asked_on_a_page_is_found_from_a_disk(chromium, documented):
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((documented / "docs/howto/buyer.html").as_uri())
    page.get_by_role("searchbox").fill("missing counts")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Evidence a stranger can check: Missing counts").click()
    assert page.url.endswith("docs/evidence.html#missing-counts")
    assert faults == []
    page.close()
