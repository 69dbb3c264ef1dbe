"""What several tests look at is made once: one worker runs them all."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.kit.units import BROWSER, FILES, FOLDERS, LONG, ByUnit, rank_of, unit_of

UNITS = {
    "tests/attacks/test_audit.py::test_a[x/y::z]": "attacks",
    "tests/terminal/test_every_command.py::test_a": "terminal",
    "tests/unit/reports/test_browser.py::test_a": BROWSER,
    "tests/unit/site/test_site_browser.py::test_a": BROWSER,
    "tests/unit/reports/test_datasheet.py::test_a": "reports",
    "tests/unit/cli/test_start.py::test_a": "tests/unit/cli/test_start.py",
    "tests/property/test_estimates.py::test_a": "tests/property/test_estimates.py",
}


@pytest.mark.parametrize("nodeid", UNITS)
def test_a_test_belongs_to_its_folder_or_file(nodeid):
    assert unit_of(nodeid) == UNITS[nodeid]


def test_what_is_named_is_there_and_begins_first():
    root = Path(__file__).parents[2]
    assert all((root / name).exists() for name in (*FOLDERS, *FILES))
    assert all((root / name).exists() or name in FOLDERS.values() for name in LONG)
    assert sorted(UNITS, key=rank_of)[0].startswith("tests/terminal")


class Worker:
    """What the scheduler knows of a worker."""

    def __init__(self, name):
        self.gateway, self.shutting_down, self.sent = SimpleNamespace(id=name), False, []

    def send_runtest_some(self, places):
        self.sent += places

    def shutdown(self):
        self.shutting_down = True


def test_whatever_xdist_does_no_unit_is_run_by_two_workers(pytestconfig):
    """Its own groups had become none without a word."""
    config = SimpleNamespace(
        option=SimpleNamespace(loadscopereorder=True, verbose=0),
        getvalue={"tx": ["2*popen"], "verbose": 0}.get,
        get_verbosity=lambda *_: 0,
        hook=pytestconfig.hook,
    )
    tests = [f"tests/{file}::test_{k}" for file in "abcdef" for k in range(5)]
    tests += ["tests/attacks/test_a.py::test_a", "tests/attacks/test_b.py::test_b"]
    scheduler, workers = ByUnit(config), [Worker("gw0"), Worker("gw1")]
    for worker in workers:
        scheduler.add_node(worker)
    for worker in workers:
        scheduler.add_node_collection(worker, list(tests))
    scheduler.schedule()
    done = dict.fromkeys(workers, 0)
    while any(done[worker] < len(worker.sent) for worker in workers):
        for worker in workers:
            if done[worker] < len(worker.sent):
                scheduler.mark_test_complete(worker, worker.sent[done[worker]])
                done[worker] += 1
    assert sorted(workers[0].sent + workers[1].sent) == list(range(len(tests)))
    units = [{unit_of(tests[place]) for place in worker.sent} for worker in workers]
    assert all(units)
    assert not units[0] & units[1]
