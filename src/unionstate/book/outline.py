"""The plan of the whole book: its ten chapters in order, and which of them are there."""

from __future__ import annotations

from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

from unionstate.frontmatter import Chapter, read_contract

TITLES = (
    "An article to take apart",
    "When was this written?",
    "A union on paper and in practice",
    "Oil in exchange for kisses",
    "Sanctions: on whom, since when, lifted when?",
    "What would a pendulum look like?",
    "Testing the pendulum",
    "Why bargaining power moves",
    "Keeping score",
    "Write the next note",
)
OBJECTIVES = tuple(f"LO{number}" for number in range(1, 11))


def pages_in_order(root: Path) -> list[Path]:
    """The files of all pages as readers meet them, the front page first."""
    site = parse_toc_yaml(root / "_toc.yml")
    found: list[Path] = []

    def visit(name: str) -> None:
        found.append(root / f"{name.removesuffix('.md')}.md")
        for part in site[name].subtrees if name in site else ():
            for entry in part.items:
                visit(str(entry))

    visit(site.root.docname)
    return found


def chapters_in_order(root: Path) -> list[Path]:
    """The files of the chapters that are there, in reading order: the first is chapter 1."""
    return [file for file in pages_in_order(root) if file.is_file() and isinstance(read_contract(file), Chapter)]


def is_whole(root: Path) -> bool:
    """Whether all ten chapters are there: then every sentence must be taught and every objective assessed."""
    return len(chapters_in_order(root)) >= len(TITLES)
