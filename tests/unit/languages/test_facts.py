"""Every fact that a caller gives to a sentence has its place in the English one."""

import ast
import re
from pathlib import Path

from qassay.languages.files import sentences_of

SRC = Path(__file__).parents[3] / "src" / "qassay"


def facts_in(entry):
    """Names in braces, and what a plural is chosen by."""
    texts = [entry] if isinstance(entry, str) else list(map(str, entry.values()))
    by = entry.get("by", "").split() if isinstance(entry, dict) else []
    return {*re.findall(r"{(\w+)}", " ".join(texts)), *by}


def test_no_fact_is_left_out():
    sentences, idle = sentences_of("en"), []
    for path in sorted(SRC.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "said(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "said"):
                continue
            if node.args and isinstance(node.args[0], ast.Constant):
                code = node.args[0].value
                given = {keyword.arg for keyword in node.keywords if keyword.arg}
                left = given - facts_in(sentences[code])
                idle += [f"{path.name}: {code} does not say {sorted(left)}"] if left else []
    assert idle == []
