"""What axe-core finds wrong on a page, into which it is put once."""

from axe_playwright_python.sync_playwright import Axe

_RUN = "options => axe.run(options).then(found => found.violations)"


def violations(page, scheme, *, colours=True):
    """Ask axe-core; in the dark for what the scheme can change, which are the colours.

    Most of the time goes into the contrast of thousands of pieces, which `colours` leaves out.
    """
    options = {"resultTypes": ["violations"]}  # the rest is not even gathered: half of the time
    if scheme == "dark":
        options["runOnly"] = ["color-contrast"]
    elif not colours:
        options["rules"] = {"color-contrast": {"enabled": False}}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [
        (one["id"], [node["target"] for node in one["nodes"]][:3], one["impact"])
        for one in page.evaluate(_RUN, options)
    ]
