"""JSON and TOML are parsed in one place each, and by nothing else."""

import ast
import re
from pathlib import Path

SOURCE = Path(__file__).parents[3] / "src" / "qassay"
ALLOWED = {
    "reading/strict_json.py": {"json.JSONDecoder"},
    "reading/strict_toml.py": {"tomllib.loads"},
}
PARSERS = {
    f"{module}.{name}"
    for module in ("json", "tomllib", "tomli", "orjson", "simplejson", "yaml", "pickle", "marshal")
    for name in ("load", "loads", "JSONDecoder", "safe_load", "Unpickler", "full_load")
} | {"pydantic_core.from_json", "ast.literal_eval"}

# A module that imports none of these, and has no such method, needs no further look.
_MODULES = "|".join(sorted({one.split(".")[0] for one in PARSERS}))
_WORDS = re.compile(rf"^\s*(?:import|from)\b.*\b(?:{_MODULES})\b|validate_json", re.MULTILINE)


def parsers_in(text: str) -> set[str]:
    """Find every parser that a module names, by whatever name it was imported."""
    if not _WORDS.search(text):
        return set()
    tree = ast.parse(text)
    modules: dict[str, str] = {}
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {name.asname or name.name: name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{name.name}" for name in node.names} & PARSERS
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= {f"{modules.get(node.value.id, node.value.id)}.{node.attr}"} & PARSERS
        if isinstance(node, ast.Attribute) and node.attr.startswith("model_validate_json"):
            found.add(node.attr)
        if isinstance(node, ast.Attribute) and node.attr == "validate_json":
            found.add(node.attr)
    return found


def test_nothing_but_the_reader_parses():
    found = {
        path.relative_to(SOURCE).as_posix(): parsers
        for path in SOURCE.rglob("*.py")
        if (parsers := parsers_in(path.read_text(encoding="utf-8")))
    }
    assert found == ALLOWED


def test_the_search_sees_parsers_under_any_name():
    assert parsers_in("import json as j\nj.loads('1')") == {"json.loads"}
    assert parsers_in("from tomllib import load as read") == {"tomllib.load"}
    assert parsers_in("x = adapter.validate_json(b'1')") == {"validate_json"}
    assert parsers_in("import json\njson.dumps(1)") == set()
