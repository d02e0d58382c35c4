"""The bibliography as plain Markdown, for the learner notebooks; the book itself uses sphinxcontrib-bibtex."""

from __future__ import annotations

import difflib
import re
from functools import cache
from pathlib import Path

from pybtex.database import Entry, parse_file, parse_string
from pybtex.exceptions import PybtexError

from unionstate.errors import CourseError, CourseErrors
from unionstate.paths import chapters_path


@cache
def entries() -> dict[str, Entry]:
    """All entries of ``references.bib`` by key."""
    return dict(parse_file(str(chapters_path() / "references.bib")).entries)


def check_entries() -> None:
    """Check that ``references.bib`` can be read and that every entry says who, what and where.

    Raises:
        CourseErrors: with file, line if known, and the entry of each fault.
    """
    file = chapters_path() / "references.bib"
    try:
        text = file.read_bytes().decode("utf-8")
        found = parse_string(text, "bibtex").entries
    except OSError:
        raise CourseErrors([CourseError("The bibliography is missing.", file=file)]) from None
    except UnicodeDecodeError:
        raise CourseErrors([CourseError("Not UTF-8 text.", file=file, remedy="Save the file as UTF-8.")]) from None
    except PybtexError as problem:
        line = getattr(problem, "lineno", None)
        said = str(problem).splitlines()[0].rstrip(".")
        raise CourseErrors([CourseError(f"Not BibTeX: {said}.", file=file, line=line)]) from None
    errors = []
    for key, entry in found.items():
        missing = [name for name in ("title", "url", "urldate") if not entry.fields.get(name, "").strip()]
        missing += [] if _authors(entry) else ["author"]
        if missing:
            line = text[: text.find(key)].count("\n") + 1
            said = f"The entry {key} has no {' and no '.join(missing)}."
            errors.append(CourseError(said, file=file, line=line, remedy="Add the fields."))
    if errors:
        raise CourseErrors(errors)


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
