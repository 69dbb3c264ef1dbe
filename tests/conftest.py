"""What holds for all tests: one thread of BLAS a process, as the command line has it (they wait in
busy loops), and dates that do not move, so that the same run gives the same bytes.

Byte code is kept even where the system asks for none: hundreds of processes begin here, and each
would compile its libraries anew. What was loaded for all tests is left out of the search for
garbage, which would go through it again and again; while tests are collected nothing is.

No test cuts the power, so none waits until the disk has what was written.
"""

import gc
import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Where a study, a campaign or a bundle is made once for many tests, one worker runs them all: two
# would make two.
TOGETHER = (
    "attacks",
    "closed_loop/test_selfcheck.py",
    "closed_loop/test_selfcheck_wild.py",
    "docs/test_tutorial.py",
    "oracles/test_quantinuum.py",
    "property/test_minimal_auditor.py",
    "terminal",
    "unit/auditing/test_several.py",
    "unit/auditing/test_sheets_in_other_words.py",
    "unit/applications/test_grid_files.py",
    "unit/campaigns",
    "unit/characterizing/test_characterize.py",
    "unit/characterizing/test_many.py",
    "unit/cli/test_replay.py",
    "unit/documentation",
    "unit/execution/test_cluster.py",
    "unit/execution/test_ranked_claims.py",
    "unit/execution/test_repeats.py",
    "unit/published/test_converters.py",
    "unit/registry/test_coverage.py",
    "unit/reports",
    "unit/selfcheck/test_by_definition.py",
    "unit/site",
    "unit/statistics/test_ranked.py",
    "unit/test_additions.py",
    "unit/test_measured.py",
    "unit/test_results.py",
    "unit/test_stable_runs.py",
)
BROWSER = "browser"  # of all tests that look at pages in it, and of those that make the same pages

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("SOURCE_DATE_EPOCH", "1796000000")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.fsync = lambda _descriptor: None
gc.disable()


def pytest_itemcollected(item):
    place = item.path.relative_to(HERE).as_posix()
    group = next((one for one in TOGETHER if place == one or place.startswith(f"{one}/")), None)
    if group and not item.get_closest_marker("xdist_group"):
        item.add_marker(pytest.mark.xdist_group(BROWSER if group == "unit/site" else group))


def pytest_collection_finish():
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 50)
