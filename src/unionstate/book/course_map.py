"""What teaches, tests and checks what: chapters, items, exercise questions and claims laid over the article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from unionstate.article import the_article
from unionstate.book.outline import OBJECTIVES, chapters_in_order, is_whole
from unionstate.book.prose import Prose, read_prose
from unionstate.data import load
from unionstate.errors import CourseError, CourseErrors
from unionstate.exercises.checks import Question, load_checks
from unionstate.frontmatter import Chapter, Exercise, read_contract
from unionstate.paths import article_path
from unionstate.quiz.items import Item, Line
from unionstate.quiz.load import load_chapter_quiz

STAKE = "The line in the article"  # the section of a chapter that quotes the sentence at stake
_SOURCE = re.compile(r"\s*(?P<title>.*?)\s*<(?P<address>[^<>\s]+)>\s*$")


@dataclass(frozen=True)
class ChapterEntry:
    """A chapter with all that belongs to it.

    Attributes:
        number: its place in the book, from 1.
        root: the folder of the course.
        prose: its text.
        contract: its front matter.
    """

    number: int
    root: Path
    prose: Prose
    contract: Chapter

    @property
    def name(self) -> str:
        """The name of its file without ending, which its quiz shares."""
        return self.prose.file.stem

    @property
    def title(self) -> str:
        """Its title."""
        return self.prose.title

    @cached_property
    def items(self) -> list[Item]:
        """The items of its quiz."""
        return load_chapter_quiz(self.name).items

    @cached_property
    def exercise(self) -> ExerciseEntry:
        """Its exercise."""
        folder = self.root / "exercises" / self.contract.exercise
        return ExerciseEntry(
            read_prose(folder / "exercise.md"),
            read_contract(folder / "exercise.md"),
            load_checks(folder / "checks.yml").questions,
        )

    @cached_property
    def at_stake(self) -> set[str]:
        """The sentences that the chapter opens from."""
        return _sentences(
            {
                one.target
                for sentence in self.prose.sentences
                for one in sentence.mentions
                if sentence.section == STAKE and one.kind == "quote-article"
            }
        )

    @cached_property
    def taught(self) -> set[str]:
        """The sentences that it quotes or links; a link to a whole paragraph is not enough, a quotation of it is."""
        places = {one.target for one in self.prose.mentions if one.kind in {"quote-article", "sentence"}}
        return _sentences(places)


@dataclass(frozen=True)
class ExerciseEntry:
    """An exercise: its page, its front matter, its questions."""

    prose: Prose
    contract: Exercise
    questions: list[Question]

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.prose.file.parent.name

    @cached_property
    def linked(self) -> set[str]:
        """The sentences that its page quotes or links; all of them if it reads their table."""
        if "article_sentences.csv" in self.prose.file.read_text(encoding="utf-8"):
            return {sentence.id for sentence in the_article().sentences}
        return _sentences({one.target for one in self.prose.mentions if one.kind in {"quote-article", "sentence"}})


@dataclass(frozen=True)
class Version:
    """What one source says where sources differ."""

    says: str
    source: str
    address: str


@dataclass(frozen=True)
class Difference:
    """A question to which sources give different answers, and what the course makes of it."""

    question: str
    outcome: str
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Claim:
    """A claim of the article and how it fared."""

    id: str
    kind: str
    text: str
    verdict: str
    finding: str
    sources: tuple[tuple[str, str], ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Covered:
    """A sentence of the article (or the place ``0``) with all that the course does with it.

    Attributes:
        id: for example ``3.2``.
        text: its words.
        chapters: those that teach it; True for those that open from it.
        items: those that test it, each with its chapter.
        questions: those of exercises that work on it, each with its chapter.
        claims: those it makes.
    """

    id: str
    text: str
    chapters: list[tuple[ChapterEntry, bool]]
    items: list[tuple[ChapterEntry, Item]]
    questions: list[tuple[ChapterEntry, Question]]
    claims: list[Claim]


def read_chapters(root: Path) -> list[ChapterEntry]:
    """The chapters that are there, in order.

    Raises:
        CourseError: if a page, quiz or exercise is faulty.
    """
    return [
        ChapterEntry(number, root, read_prose(file), read_contract(file))
        for number, file in enumerate(chapters_in_order(root), start=1)
    ]


def cover(chapters: list[ChapterEntry]) -> list[Covered]:
    """Every sentence of the article, the stamp, title and rubric first."""
    article, claims = the_article(), read_claims()
    found = []
    for place in ("0", *(sentence.id for sentence in article.sentences)):
        own = claims.get(place, [])
        references = {place, *(claim.id for claim in own)}
        found.append(
            Covered(
                place,
                " / ".join(article.quote(place)),
                [(one, place in one.at_stake) for one in chapters if place in one.taught or _names_top(one, place)],
                [(one, item) for one in chapters for item in one.items if references & sources_of(item)],
                [
                    (one, question)
                    for one in chapters
                    if place in one.at_stake | one.exercise.linked
                    for question in one.exercise.questions
                ],
                own,
            )
        )
    return found


def check_coverage(root: Path) -> None:
    """Check that no sentence of the article is left untaught, once all ten chapters are there.

    Raises:
        CourseErrors: naming each sentence that no chapter quotes or links.
    """
    if not is_whole(root):
        return
    remedy = "Quote it with {quote-article}, or link it with {sentence}, in the chapter that explains it."
    errors = [
        CourseError(f"No chapter teaches ¶{one.id}: “{one.text[:60]}…”.", file=article_path(), remedy=remedy)
        for one in cover(read_chapters(root))
        if not one.chapters
    ]
    if errors:
        raise CourseErrors(errors)


def read_claims() -> dict[str, list[Claim]]:
    """The claims by the sentence they stand in; those above the text under ``0``."""
    differences = _differences()
    found: dict[str, list[Claim]] = {}
    for row in load("article_claims").fillna("").to_dict("records"):
        claim = Claim(
            row["claim_id"],
            row["type"],
            row["claim"],
            row["verdict"],
            row["finding"],
            tuple(split_source(part) for part in str(row["source"]).split(" | ") if part),
            tuple(differences.get(row["claim_id"], ())),
        )
        found.setdefault(str(row["sentence_id"]) or "0", []).append(claim)
    return found


def _differences() -> dict[str, list[Difference]]:
    """Where sources differ, by claim."""
    versions: dict[str, list[Version]] = {}
    for row in load("source_versions").itertuples():
        versions.setdefault(row.difference_id, []).append(Version(row.says, row.source_title, row.source_url))
    found: dict[str, list[Difference]] = {}
    for row in load("source_differences").itertuples():
        difference = Difference(row.question, row.outcome, tuple(versions.get(row.difference_id, ())))
        found.setdefault(row.claim_id, []).append(difference)
    return found


def split_source(text: str) -> tuple[str, str]:
    """``Title <address>`` as title and address; the address is empty if there is none."""
    found = _SOURCE.fullmatch(text)
    return (found["title"], found["address"]) if found else (text.strip(), "")


def sources_of(item: Item) -> set[str]:
    """What an item rests on, and for an evidence item its right sentences too."""
    return {*item.source, *(getattr(item, "answer", []) if item.type == "evidence" else [])}


def mistakes_of(item: Item) -> list[Line]:
    """The wrong answers of an item that name the misconception behind them."""
    return [line for line in item.lines if line.misconception]


def objectives(root: Path) -> dict[str, str]:
    """The objectives in words, as the front page lists them.

    Raises:
        CourseError: if one is missing there.
    """
    front = read_prose(root / "index.md")
    rows = [one.shown.split(" | ", 1) for one in front.sentences if one.block == "row"]
    found = {cells[0]: cells[1] for cells in rows if cells[0] in OBJECTIVES}
    if missing := [one for one in OBJECTIVES if one not in found]:
        raise CourseError(f"The list of objectives lacks {', '.join(missing)}.", file=front.file)
    return found


def _sentences(places: set[str]) -> set[str]:
    """Sentences and whole paragraphs as sentences."""
    article = the_article()
    found = {place for place in places if "." in place or place == "0"}
    for place in places - found:
        if place.isdecimal() and 1 <= int(place) <= len(article.paragraphs):
            found |= {sentence.id for sentence in article.paragraph(int(place)).sentences}
    return found


def _names_top(chapter: ChapterEntry, place: str) -> bool:
    """Whether a chapter links the stamp, title and rubric, which have no sentence to link."""
    return place == "0" and any(one.kind == "para" and one.target == "0" for one in chapter.prose.mentions)
