"""Exports quizzes chapter by chapter, and tells what became of every item."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from unionstate.errors import CourseError, shown_path
from unionstate.quiz.export.anki import write_anki
from unionstate.quiz.export.clean import cleaned
from unionstate.quiz.export.files import write_whole
from unionstate.quiz.export.gift import write_gift
from unionstate.quiz.export.json_file import write_json
from unionstate.quiz.export.moodle_xml import write_moodle_xml
from unionstate.quiz.export.outcome import Outcome, Writer, counted
from unionstate.quiz.export.qti import write_qti
from unionstate.quiz.export.worksheet import write_key, write_worksheet
from unionstate.quiz.items import Item, Quiz
from unionstate.quiz.load import load_all, load_chapter_quiz


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes:
        write: turns items into files.
        note: what it cannot hold of any item, and what its user must know.
        holds: the item types it has a form for; items of other types are left out, and the summary says so.
        any_character: whether it can hold every character, control characters included.
    """

    write: Writer
    note: str = ""
    holds: tuple[type, ...] = (object,)
    any_character: bool = False


FORMATS: dict[str, Format] = {
    "moodle-xml": Format(
        write_moodle_xml,
        "Names of misconceptions are left out. Shares of multiple items have five decimals (33.33333), as Moodle lists "
        "them. Short texts are compared without case, but with accents and punctuation: both ways to write them are "
        "accepted. Moodle adds questions at each import, it does not update them: delete the old category first.",
    ),
    "gift": Format(
        write_gift,
        "Names of misconceptions are left out. GIFT cannot say that options keep their order: Moodle may shuffle "
        "them. Short texts are compared without case, but with accents and punctuation: both ways to write them are "
        "accepted. Moodle adds questions at each import, it does not update them: delete the old category first.",
    ),
    "qti": Format(
        write_qti,
        "Objectives, difficulties and names of misconceptions are left out. Questions with several parts are right or "
        "wrong in the file; the receiving program gives partial credit by its own rule, if it does. Case and spaces of "
        "texts to fill in are compared by its rule too.",
    ),
    "anki": Format(write_anki, "Cards are not scored: the learner compares, and tells Anki how well it went."),
    "json": Format(write_json, any_character=True),
    "worksheet": Format(write_worksheet),
    "key": Format(write_key),
}


def export_quizzes(
    format_name: str, chapters: Sequence[str], folder: Path, say: Callable[[str], None] = print
) -> list[Outcome]:
    """Write the quizzes of these chapters (none: all) into a folder, one or two files a chapter.

    Raises:
        CourseError: if there is no such format or chapter, with the nearest name; if a quiz is faulty, if a package
            is missing or a file cannot be written. Formats, chapters and quizzes are checked before anything is
            written.
    """
    chosen = _format(format_name)
    quizzes = {name: load_chapter_quiz(name) for name in dict.fromkeys(chapters)} if chapters else load_all()
    outcomes = []
    for number, (chapter, quiz) in enumerate(quizzes.items(), start=1):
        outcome, files = export_quiz(chosen, chapter, quiz)
        for ending, content in files.items():
            write_whole(folder / f"{chapter}{ending}", content)
        names = ", ".join(f"{chapter}{ending}" for ending in files)
        what = f"{counted(outcome.written, 'item')} written to {names}" if files else "nothing written"
        say(f"[{number}/{len(quizzes)}] {chapter}: {what}")
        for line in outcome.lines():
            say(f"  {line}")
        outcomes.append(outcome)
    _summarize(format_name, chosen, outcomes, folder, say)
    return outcomes


def export_quiz(chosen: Format, chapter: str, quiz: Quiz) -> tuple[Outcome, dict[str, bytes]]:
    """The files of one quiz, by the end of their names, and what became of its items."""
    outcome = Outcome(chapter)
    items: list[Item] = []
    for item in quiz.items:
        if not isinstance(item, chosen.holds):
            outcome.leave_out(item, f"this format has no form for the type {item.type}")
            continue
        if not chosen.any_character:
            item, replaced = cleaned(item)
            outcome.replaced += replaced
        items.append(item)
    outcome.written = len(items)
    return outcome, chosen.write(chapter, items, outcome) if items else {}


def _format(name: str) -> Format:
    if name not in FORMATS:
        near = difflib.get_close_matches(name, FORMATS, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else f"Use one of: {', '.join(FORMATS)}."
        raise CourseError(f"There is no export format {name!r}.", remedy=remedy)
    return FORMATS[name]


def _summarize(name: str, chosen: Format, outcomes: list[Outcome], folder: Path, say: Callable[[str], None]) -> None:
    converted, moved, left_out = (
        sum(len({item for ids in getattr(outcome, kind).values() for item in ids}) for outcome in outcomes)
        for kind in ("converted", "moved", "left_out")
    )
    written, replaced = (sum(getattr(outcome, kind) for outcome in outcomes) for kind in ("written", "replaced"))
    say(
        f"{name}: {counted(written, 'item')} of {counted(len(outcomes), 'chapter')} in {shown_path(folder)}/; "
        f"converted {converted}, with moved parts {moved}, left out {left_out}, characters replaced {replaced}."
    )
    if chosen.note:
        say(chosen.note)
