"""How file names tell whose submission a file is: Moodle's and Canvas's downloads, and plain names.

Taken from the platforms' own code:

* Moodle, ``mod/assign/classes/downloader.php`` and, for the way back, ``mod/assign/feedback/file/importziplib.php``:
  the prefix is the full name with its underscores made spaces, ``_``, and the participant's number (in group
  assignments the group's name and number, "Default group" without one; in anonymous ones the word "Participant" in the
  site's language). Then follow ``_assignsubmission_`` and the kind: ``file`` or ``onlinetext``. As folders (the default
  since 3.1) ``PREFIX_assignsubmission_file/``, before 4.1 with an underscore at the end; flat
  ``PREFIX_assignsubmission_file_NAME``.
* Canvas, ``lib/content_zipper.rb``: ``NAME_USER_FILE_FILENAME``, the name being "Last, First" in lower case without all
  that is no letter; ``LATE_`` before the user's number if it was late; ``anon_`` and a code instead of name and number
  in anonymous ones; ``…_text.html`` and ``…_link.html`` for what was typed. Canvas itself adds ``-1``, ``-2`` to the
  name of a file that is handed in again (``make_unique_filename`` in ``app/models/attachment.rb``).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from unionstate.exercises.archives import shown

Source = Literal["folder", "moodle", "canvas"]

_MOODLE = re.compile(
    # the number is optional for the default group alone, whose name then has no underscore
    r"(?:(?P<name>.+?)_(?P<number>[0-9]{1,20})|(?P<group>[^_]+))_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?",
    re.DOTALL,
)
# a name has no space and no punctuation but underscores; it may have marks, which \w does not know
_CANVAS_NAME = re.compile(r"[^\s!-/:-@\[-^`{-~]+")
_CANVAS_REST = re.compile(
    r"(?P<late>LATE_)?(?:anon_(?P<anonymous>[0-9A-Za-z]+)|(?P<user>[0-9]{1,20}))_"
    r"(?:(?P<number>[0-9]{1,20})_(?P<file>.+)|(?P<typed>text|link)\.html)",
    re.DOTALL,
)
_CANVAS_SPAN = 300  # characters in which the name of a student ends
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin|conout)(\..*)?")  # names that Windows keeps to itself
_KEY_LIMIT = 48  # characters of the readable part; a letter may take four bytes of the 255 a file name may have


@dataclass(frozen=True)
class Owner:
    """Whose submission a file belongs to, as its name says.

    Attributes:
        source: where the name comes from.
        key: the same for all files of a student and different for every other; safe as a file name everywhere.
        name: for people.
        lms: what the platform's import needs: ``participant`` and ``prefix`` (Moodle: the number, and the text before
            ``_assignsubmission``); ``user`` or ``anonymous`` (Canvas: the number, or the code).
        file: the name the student gave, where the platform put its own before it; else "".
        number: Canvas's number of the file; else "".
        late: whether the platform says so.
        typed: whether it is text typed into the platform, not a file.
    """

    source: Source
    key: str
    name: str
    lms: tuple[tuple[str, str], ...] = ()
    file: str = ""
    number: str = ""
    late: bool = False
    typed: bool = False


def moodle_owner(name: str) -> Owner | None:
    """Who handed in a file or folder of Moodle's download; None if the name is none of Moodle's."""
    name = unicodedata.normalize("NFC", name)  # macOS takes letters and their accents apart when it unpacks
    found = _MOODLE.fullmatch(name)
    if found is None:
        return None
    person = shown((found["name"] or found["group"]).replace("_", " "))
    number = found["number"] or ""
    key = f"{_slug(person)[:_KEY_LIMIT].strip('-._') or 'student'}-{number}" if number else key_of(person)
    if person.casefold() == "participant":
        person = f"Participant {number}"
    prefix = name[: name.index("_assignsubmission_")] if not number else name[: found.end("number")]
    return Owner(
        "moodle",
        key,
        person or number,
        (("participant", number), ("prefix", shown(prefix))) if number else (("prefix", shown(prefix)),),
        file=found["file"] or "",
        typed=found["kind"] != "file",
    )


def canvas_owner(name: str) -> Owner | None:
    """Who handed in a file of Canvas's download; None if the name is none of Canvas's."""
    return next(_canvas_readings(name), None)


def canvas_owners(names: Iterable[str]) -> dict[str, Owner]:
    """Who handed in each of all files of Canvas's download; those whose names are none of Canvas's are left out.

    Where names may be chosen freely, one such as ``x_1002_7_`` makes Canvas write a file name that reads as another
    student's (number 1002). It gives itself away when that student has handed in too: then the other way to read it
    counts, if there is one only. If it cannot be told which of two names has the number, neither is given it.
    """
    readings = {name: [*_canvas_readings(name)] for name in names}
    owners = {name: found[0] for name, found in readings.items() if found}
    persons = _persons(owners.values())
    for user in [user for user, several in persons.items() if len(several) > 1]:
        files = [name for name, owner in owners.items() if _user(owner) == user]
        certain = {owners[name].name for name in files if len(readings[name]) == 1}
        for name in files:
            if certain != {owners[name].name}:
                others = [one for one in readings[name][1:] if persons.get(_user(one), {one.name}) == {one.name}]
                told = len(certain) == 1 == len(others)
                owners[name] = others[0] if told else replace(owners[name], lms=())
    return owners


def _persons(owners: Iterable[Owner]) -> dict[str, set[str]]:
    """The names that have each of Canvas's numbers."""
    persons: dict[str, set[str]] = defaultdict(set)
    for owner in owners:
        if user := _user(owner):
            persons[user].add(owner.name)
    return persons


def _user(owner: Owner) -> str:
    return dict(owner.lms).get("user", "")


def _canvas_readings(name: str) -> Iterator[Owner]:
    """All ways to read a file name as one of Canvas's, the one with the shortest name of a student first."""
    name = unicodedata.normalize("NFC", name)
    for start in (0, *(found.end() for found in re.finditer("_", name[:_CANVAS_SPAN]))):
        person = name[: max(start - 1, 0)]
        if start and not _CANVAS_NAME.fullmatch(person):
            continue
        found = _CANVAS_REST.fullmatch(name, start)
        if found is not None:
            yield _canvas_owner(person, found)


def _canvas_owner(person: str, found: re.Match[str]) -> Owner:
    anonymous, user = found["anonymous"], found["user"]
    if anonymous:
        key = key_of(f"anon-{anonymous}")
        lms = (("anonymous", anonymous),)
    else:
        key = f"{_slug(person)[:_KEY_LIMIT].strip('-._') or 'student'}-{user}"
        lms = (("user", user),)
    return Owner(
        "canvas",
        key,
        shown(person) or (f"Anonymous {anonymous}" if anonymous else f"User {user}"),
        lms,
        file=found["file"] or "",
        number=found["number"] or "",
        late=bool(found["late"]),
        typed=bool(found["typed"]),
    )


def plain_owner(name: str, folder: bool) -> Owner:
    """Whose a plain file or folder is: its name, for a file without the ending."""
    stem = name if folder else re.sub(r"(\.(ipynb|zip|json|txt))+$", "", name, flags=re.IGNORECASE)
    if stem == name and not folder:
        stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    stem = unicodedata.normalize("NFC", stem or name)
    return Owner("folder", key_of(stem), shown(stem) or "(no name)")


def key_of(text: str) -> str:
    """A file name for any text: the text itself if that is safe everywhere, else a readable part and a short hash.

    It depends on the text alone, so that it is the same whoever else is there. Different texts have different keys, on
    systems too that do not tell capital letters from small ones.
    """
    slug = _slug(text)
    safe = slug == text != "" and len(text) <= _KEY_LIMIT and not _RESERVED.fullmatch(text)
    if safe and not re.search("-[0-9a-f]{10}$", text):  # else a text could be another's key
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    start = slug[:_KEY_LIMIT].strip("-._") or "student"
    return f"{'student-' if _RESERVED.fullmatch(start) else ''}{start}-{digest}"


def _slug(text: str) -> str:
    """Small letters and digits of any script, and single ``-``, ``.``, ``_`` between them."""
    start = text[: 4 * _KEY_LIMIT]  # more is never used
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", start).casefold())
    kept = "".join(one if unicodedata.category(one)[0] in "LMN" or one in "._" else "-" for one in folded)
    return re.sub(r"-*([._-])[._-]*", r"\1", kept).strip("-._")
