"""Which tests one worker runs together: those of a file, or of a folder that shares more.

What a file makes once, two workers would make twice. A folder is one unit where its files share
what takes seconds: signed campaigns, sealed bundles, a tour through all commands, a browser, or
loads what takes seconds to load: tools of power grids, Qiskit and its simulators.
"""

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

BROWSER = "browser"  # of all tests that look at pages in it, and of those that make the same pages
FOLDERS = {
    "tests/terminal": "terminal",
    "tests/attacks": "attacks",
    "tests/unit/site": BROWSER,
    "tests/unit/campaigns": "campaigns",
    "tests/unit/reports": "reports",
    "tests/unit/documentation": "documentation",
    "tests/unit/applications": "applications",
    "tests/unit/devices": "devices",
}
FILES = {
    "tests/unit/reports/test_browser.py": BROWSER,
    "tests/conformance/test_devices.py": "devices",
    "tests/oracles/test_circuit_engines.py": "devices",
}
# What takes longest begins first, that no worker waits for the other in the end.
LONG = (
    *dict.fromkeys(FOLDERS.values()),
    "tests/unit/test_additions.py",
    "tests/unit/verdicts/test_one_target.py",
)


def unit_of(nodeid):
    """Name the unit of a test."""
    file = nodeid.split("::", 1)[0]
    folders = (FOLDERS.get(str(parent)) for parent in PurePosixPath(file).parents)
    return FILES.get(file) or next(filter(None, folders), file)


def rank_of(nodeid):
    """Give the place of a test's unit in the order in which units begin."""
    unit = unit_of(nodeid)
    return LONG.index(unit) if unit in LONG else len(LONG)


class ByUnit(LoadScopeScheduling):
    """Hands out whole units, in the order of the tests.

    The marks of `--dist loadgroup` would do, but are written into a name that pytest 9.2 no longer
    has, so that they were in vain.
    """

    def __init__(self, config, log=None):
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid):
        return unit_of(nodeid)
