"""Which pages there are, in which order, and where their text is.

Guides are the Markdown files of `docs/`, which are installed with the package. In a checkout they
are read where they are written.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qassay.errors import Problem, RegistryError

# Group: (what it is for, its files in reading order); a file that no group names is "More".
_GROUPS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "Begin": ("Read these first.", ("tutorial", "meaning", "glossary")),
    "How to": (
        "One page for each who has a part in a test.",
        (
            "howto/laboratory",
            "howto/buyer",
            "howto/vendor",
            "howto/partner",
            "howto/auditor",
        ),
    ),
    "Guides": (
        "One subject each.",
        (
            "claim-sheet",
            "devices",
            "counts",
            "exchange",
            "cluster",
            "registry",
            "applications",
            "accreditation",
        ),
    ),
    "Reference": (
        "Written from the code.",
        (
            "reference/commands",
            "metrics",
            "reference/protocols",
            "reference/figures",
            "reference/python",
            "formats",
        ),
    ),
    "Explanation": (
        "Why it is so, and what was measured.",
        ("evidence", "calibration", "auditor", "architecture", "benchmarks"),
    ),
}
_MORE: Final = ("More", "Further pages.")
_DECISIONS: Final = ("Decisions", "What was decided, and on what grounds.")
_INSTALLED: Final = Path(__file__).parent / "docs"
_CHECKOUT: Final = Path(__file__).parents[4] / "docs"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocText:
    """One page before it is drawn.

    Attributes:
        name: Path without its ending, relative to the folder of the documentation, "/" between.
        group: Heading under which it is listed.
        text: Markdown.
    """

    name: str
    group: str
    text: str

    @property
    def title(self) -> str:
        """The first heading, without its marks."""
        for line in self.text.splitlines():
            if line.startswith("# "):
                return line[2:].replace("`", "").strip()
        return self.name


def group_purposes() -> dict[str, str]:
    """Give the groups in order, each with what it is for."""
    return {name: why for name, (why, _) in _GROUPS.items()} | dict((_MORE, _DECISIONS))


def docs_folder() -> Path:
    """Find the folder of the guides.

    Raises:
        RegistryError: The installation lacks them.
    """
    for folder in (_INSTALLED, _CHECKOUT):
        if (folder / "tutorial.md").is_file():
            return folder
    raise RegistryError(
        Problem(
            where="the documentation",
            found="an installation without its folder of guides",
            expected=f"files such as tutorial.md in {_INSTALLED.name}/ beside the package",
            advice="install the package again from its wheel, or leave the documentation out with"
            " --without-docs; the guides are the folder docs/ of the source distribution",
        )
    )


def shelved(made: dict[str, str]) -> list[DocText]:
    """Give all pages in reading order.

    Args:
        made: Markdown of the pages that are written from the code, by name.
    """
    folder = docs_folder()
    written = {
        path.relative_to(folder).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.md"))
    }
    texts = written | made
    pages = [
        DocText(name=name, group=group, text=texts.pop(name))
        for group, (_, names) in _GROUPS.items()
        for name in names
        if name in texts
    ]
    for name in sorted(texts):
        group = _DECISIONS[0] if name.startswith("decisions/") else _MORE[0]
        pages.append(DocText(name=name, group=group, text=texts[name]))
    return pages
