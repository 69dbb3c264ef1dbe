"""Programs beside the package import nothing that is gone: no test runs all of them."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("benchmarks", "scripts", "fuzz", "forgeries", "examples")
PROGRAMS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def is_there(module, name):
    if hasattr(module, name):
        return True
    try:
        importlib.import_module(f"{module.__name__}.{name}")
    except ModuleNotFoundError:
        return False
    return True


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_what_is_imported_is_there(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and not n.level]
    modules = {}
    for node in imports:
        if not (node.module or "").startswith("qassay"):
            continue
        module = importlib.import_module(node.module)
        for one in node.names:
            assert is_there(module, one.name), f"line {node.lineno}: {node.module}.{one.name}"
            found = getattr(module, one.name, None)
            if isinstance(found, type(ast)):
                modules[one.asname or one.name] = found
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = modules.get(node.value.id)
            assert owner is None or hasattr(owner, node.attr), f"line {node.lineno}: {node.attr}"
