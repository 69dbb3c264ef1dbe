"""The whole site, once."""

from dataclasses import replace
from datetime import date

import pytest

from qassay.registry.catalog import all_registered
from qassay.site.build import site_files

DAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def machines():
    return all_registered()


@pytest.fixture(scope="session")
def site(machines):
    return site_files(machines, DAY)


@pytest.fixture(scope="session")
def folder(site, tmp_path_factory):
    place = tmp_path_factory.mktemp("site")
    for path, data in site.items():
        target = place.joinpath(*path.split("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return place


@pytest.fixture(scope="session")
def hostile(machines):
    """A machine whose texts are markup; the reader refuses them, a page would have to escape."""
    bad = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    machine = next(one for one in machines if one.id == "ru-msu-rqc-rb-50")
    figures = tuple(
        replace(one, note=bad, words=bad, method=bad, source=replace(one.source, title=bad))
        for one in machine.figures
    )
    return replace(machine, name=bad, makers=(bad,), notes=(bad,), figures=figures)
