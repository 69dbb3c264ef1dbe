"""The crate of a bundle holds what RO-Crate 1.1 asks for, and the bundle as it is.

Checked against the specification's own sentences (sections "RO-Crate Metadata", "Root Data
Entity", "Data Entities"), without a library for it.
"""

import hashlib
import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.unit.reports.test_translated import bundle  # noqa: F401  a small run

from qassay.cli.main import cli


@pytest.fixture
def crate(bundle, tmp_path):  # noqa: F811
    done = CliRunner().invoke(cli, ["report", str(bundle), "--crate", str(tmp_path / "crate")])
    assert done.exception is None, done.output
    return tmp_path / "crate", bundle


def entities(folder):
    document = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert document["@context"] == "https://w3id.org/ro/crate/1.1/context"
    graph = {one["@id"]: one for one in document["@graph"]}
    assert len(graph) == len(document["@graph"])  # flat, each entity once
    return graph


def test_descriptor_and_root_are_those_of_the_specification(crate):
    graph = entities(crate[0])
    descriptor = graph["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = graph[descriptor["about"]["@id"]]
    assert root["@id"] == "./"
    assert root["@type"] == "Dataset"
    assert all(root[name] for name in ("name", "description", "license"))
    datetime.fromisoformat(root["datePublished"])


def test_every_part_is_there_and_has_its_digest(crate):
    folder, source = crate
    graph = entities(folder)
    parts = {one["@id"] for one in graph["./"]["hasPart"]}
    assert parts == {path.name for path in folder.iterdir()} - {"ro-crate-metadata.json"}
    for name in parts:
        data = (folder / name).read_bytes()
        assert graph[name]["@type"] == "File"
        assert graph[name]["sha256"] == hashlib.sha256(data).hexdigest()
        assert graph[name]["contentSize"] == str(len(data))
    (evidence,) = (name for name in parts if name.endswith(".zip"))
    assert (folder / evidence).read_bytes() == Path(source).read_bytes()


def test_every_reference_leads_to_an_entity(crate):
    graph = entities(crate[0])

    def references(value):
        if isinstance(value, dict):
            if set(value) == {"@id"}:
                yield value["@id"]
            for one in value.values():
                yield from references(one)
        elif isinstance(value, list):
            for one in value:
                yield from references(one)

    for one in graph.values():
        for target in references({k: v for k, v in one.items() if k != "@id"}):
            assert target in graph or target.startswith("https://w3id.org/")
    assert "simulator" in graph["#device"]["description"]
