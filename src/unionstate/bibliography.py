"""The bibliography as plain Markdown, for the learner notebooks; the book itself uses sphinxcontrib-bibtex."""

from __future__ import annotations

import difflib
import re
from functools import cache
from pathlib import Path

from pybtex.database import Entry, parse_file

from unionstate.errors import CourseError
from unionstate.paths import chapters_path


@cache
def entries() -> dict[str, Entry]:
    """All entries of ``references.bib`` by key."""
    return dict(parse_file(str(chapters_path() / "references.bib")).entries)


def short_link(key: str, *, file: Path | None = None, line: int | None = None) -> str:
    """A citation as a link: author and year, leading to the source.

    Raises:
        CourseError: with the place of the citation and the nearest key, if there is no such entry.
    """
    if key not in entries():
        near = difflib.get_close_matches(key, entries(), n=1)
        raise CourseError(
            f"{key!r} is not in references.bib.",
            file=file,
            line=line,
            remedy=f"Did you mean {near[0]!r}?" if near else "",
        )
    entry = entries()[key]
    label = _plain(f"{_authors(entry)} {entry.fields.get('year', '')}".strip())
    return f"[{label}]({entry.fields['url']})" if "url" in entry.fields else label


def as_markdown(keys: list[str]) -> str:
    """The entries as a numbered list in the given order."""
    lines = []
    for number, key in enumerate(keys, start=1):
        entry = entries()[key]
        date = " ".join(part for part in (entry.fields.get("month", ""), entry.fields.get("year", "")) if part)
        parts = [_authors(entry), f"*{_plain(entry.fields['title'])}*", date, entry.fields.get("note", "")]
        text = ". ".join(_plain(part).rstrip(".") if part and part[0] != "*" else part for part in parts if part)
        address = f" <{entry.fields['url']}>" if "url" in entry.fields else ""
        seen = f" (seen {entry.fields['urldate']})" if "urldate" in entry.fields else ""
        lines.append(f"{number}. {text}.{address}{seen}")
    return "\n".join(lines)


def _authors(entry: Entry) -> str:
    people = entry.persons.get("author", [])
    names = [re.sub(r"[{}]", "", str(person)) for person in people]
    return ", ".join(names) or re.sub(r"[{}]", "", entry.fields.get("organization", entry.fields.get("publisher", "")))


def _plain(text: str) -> str:
    """BibTeX braces dropped, Markdown's link brackets escaped."""
    return re.sub(r"([\[\]])", r"\\\1", re.sub(r"[{}]", "", text).replace("\\&", "&").replace("--", "–"))
