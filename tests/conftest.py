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

import pytest
from tests.kit import examples
from tests.kit.units import ByUnit, rank_of

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("SOURCE_DATE_EPOCH", "1796000000")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.fsync = lambda _descriptor: None
gc.disable()


def pytest_configure(config):
    examples.told(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if config.getvalue("dist") == "loadgroup":
        return ByUnit(config, log)
    return None  # somebody wants another distribution


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: rank_of(item.nodeid))


def pytest_collection_finish():
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 50)
