"""The bibliography by who stands behind each source, and what it is good for, as ``source_notes.yml`` says."""

from __future__ import annotations

import calendar
import difflib
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml
from pybtex.database import Entry
from pydantic import BaseModel, ConfigDict, ValidationError

from unionstate import bibliography
from unionstate.errors import CourseError, CourseErrors
from unionstate.paths import chapters_path

RESEARCH = "research"  # where works signed by persons belong, unless their note says otherwise
# Whose view a source gives, by its group; a publisher or a work may say otherwise with ``voice``.
VOICES = {"minsk": "Minsk", "moscow": "Moscow", "west": "Brussels or Washington", "research": "scholars"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Group(_Strict):
    """Sources of one kind."""

    title: str
    good_for: str


class Publisher(_Strict):
    """Who stands behind a publisher, whose view it gives, and, where the name does not say it, who says so.

    ``source`` holds a title (it may be in parts) and an address.
    """

    group: str
    behind: str
    voice: str = ""
    source: list[str] = []


class Note(_Strict):
    """What one work is good for, and whose view it gives, for example because it quotes an office."""

    good_for: str
    group: str = RESEARCH
    voice: str = ""


class Notes(_Strict):
    """The whole file."""

    groups: dict[str, Group]
    publishers: dict[str, Publisher]
    entries: dict[str, Note]


@dataclass(frozen=True)
class Work:
    """One entry of the bibliography, ready to be shown."""

    key: str
    title: str
    authors: str
    date: str
    remark: str
    address: str
    seen: str
    good_for: str


@dataclass
class Shelf:
    """The works of one publisher, or those signed by persons."""

    name: str
    behind: str
    source: tuple[str, str] | None
    works: list[Work] = field(default_factory=list)


@dataclass(frozen=True)
class Library:
    """All notes, and the entries that they are about."""

    notes: Notes
    entries: dict[str, Entry]

    @cached_property
    def shelves(self) -> list[tuple[Group, list[Shelf]]]:
        """Groups in the order of the file, in each the publishers by name, works signed by persons last."""
        found: dict[str, dict[str, Shelf]] = {name: {} for name in self.notes.groups}
        for key, entry in sorted(self.entries.items(), key=lambda one: (one[1].fields.get("year", ""), one[0])):
            name, note = _publisher(entry), self.notes.entries.get(key)
            known = self.notes.publishers.get(name)
            group = known.group if known else note.group if note else RESEARCH
            shelf = found[group].setdefault(
                name if known else "",
                Shelf(name, known.behind, _source(known)) if known else Shelf("", "", None),
            )
            shelf.works.append(_work(key, entry, note.good_for if note else ""))
        return [
            (
                self.notes.groups[name],
                [shelves[one] for one in sorted(shelves, key=lambda one: (not one, one.casefold()))],
            )
            for name, shelves in found.items()
            if shelves
        ]

    def voice(self, key: str) -> str:
        """Whose view an entry gives: a value of ``VOICES``, or empty."""
        note, publisher = self.notes.entries.get(key), self.notes.publishers.get(_publisher(self.entries[key]))
        group = publisher.group if publisher else note.group if note else RESEARCH
        return (note and note.voice) or (publisher and publisher.voice) or VOICES.get(group, "")


def read_library() -> Library:
    """Read the notes and check them against the bibliography.

    Raises:
        CourseErrors: for a file that cannot be read, a note on nothing, a publisher without a note.
    """
    file = chapters_path() / "source_notes.yml"
    try:
        notes = Notes.model_validate(yaml.safe_load(file.read_bytes().decode("utf-8")))
    except OSError:
        raise CourseErrors([CourseError("The notes on sources are missing.", file=file)]) from None
    except UnicodeDecodeError:
        raise CourseErrors([CourseError("Not UTF-8 text.", file=file, remedy="Save the file as UTF-8.")]) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        said = getattr(problem, "problem", None) or "a character that no text may hold"
        raise CourseErrors(
            [CourseError(f"Not YAML: {said}.", file=file, line=mark.line + 1 if mark else None)]
        ) from None
    except ValidationError as problem:
        raise CourseErrors(
            [
                CourseError(
                    f"{'.'.join(map(str, one['loc']))}: {one['msg']}.", file=file, remedy="Write it as the others."
                )
                for one in problem.errors()
            ]
        ) from None
    library = Library(notes, bibliography.entries())
    if errors := _faults(library, file):
        raise CourseErrors(errors)
    return library


def _faults(library: Library, file: Path) -> list[CourseError]:
    notes, entries = library.notes, library.entries
    errors = []
    for name, group in [(one, two.group) for part in (notes.publishers, notes.entries) for one, two in part.items()]:
        if group not in notes.groups:
            errors.append(CourseError(f"{name}: there is no group {group!r}.", file=file))
    for name, voice in [(one, two.voice) for part in (notes.publishers, notes.entries) for one, two in part.items()]:
        if voice and voice not in VOICES.values():
            remedy = f"Use one of: {', '.join(VOICES.values())}."
            errors.append(CourseError(f"{name}: {voice!r} is no voice.", file=file, remedy=remedy))
    for key in notes.entries.keys() - entries.keys():
        # a note may stand before its entry is written, but a key that is nearly one is a slip
        if near := difflib.get_close_matches(key, entries, n=1, cutoff=0.9):
            errors.append(CourseError(f"There is no entry {key!r}.", file=file, remedy=f"Did you mean {near[0]!r}?"))
    for key, entry in entries.items():
        name = _publisher(entry)
        if name and name not in notes.publishers and key not in notes.entries:
            said = f"No note says who stands behind {name!r} (entry {key})."
            errors.append(CourseError(said, file=file, remedy="Add it under 'publishers': group and behind."))
    return errors


def _publisher(entry: Entry) -> str:
    """The body that an entry names as its author; empty for works signed by persons."""
    people = [str(person) for person in entry.persons.get("author", [])]
    if not people:
        return _plain(entry.fields.get("organization", entry.fields.get("publisher", "")))
    return _plain(people[0]) if len(people) == 1 and people[0].startswith("{") else ""


def _work(key: str, entry: Entry, good_for: str) -> Work:
    fields = entry.fields
    people = [str(person) for person in entry.persons.get("author", [])]
    year, remark = fields.get("year", ""), _plain(fields.get("note", fields.get("journal", "")))
    date = f"{_MONTHS.get(fields.get('month', '')[:3].lower(), '')} {year}".strip()
    return Work(
        key=key,
        title=_plain(fields["title"]),
        authors=_plain("; ".join(people)) if not _publisher(entry) else "",
        date="" if year in remark else date,  # the remark has it to the day
        remark=remark[:1].upper() + remark[1:],
        address=fields["url"],
        seen=fields["urldate"],
        good_for=good_for,
    )


_MONTHS = {name[:3].lower(): name for name in calendar.month_name if name}


def _source(publisher: Publisher) -> tuple[str, str] | None:
    return (", ".join(publisher.source[:-1]), publisher.source[-1]) if len(publisher.source) > 1 else None


def _plain(text: str) -> str:
    """A BibTeX text without braces and TeX's signs."""
    text = re.sub(r"[{}]", "", text).replace("\\&", "&").replace("\\%", "%").replace("\\$", "$")
    text = re.sub(r"\\\"([aouAOU])", lambda found: {"a": "ä", "o": "ö", "u": "ü"}.get(found[1], found[1]), text)
    return text.replace("---", "–").replace("--", "–").replace("``", "“").replace("''", "”")
