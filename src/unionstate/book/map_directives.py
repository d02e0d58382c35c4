"""Pages generated from the whole course: what is taught and tested where, who is who, which mistakes are met."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from unionstate.article import the_article
from unionstate.book import HERE
from unionstate.book.article_roles import ARTICLE_PAGE, paragraph_anchor, sentence_anchor
from unionstate.book.claims import states_something
from unionstate.book.course_map import (
    ChapterEntry,
    Covered,
    cover,
    mistakes_of,
    objectives,
    read_chapters,
)
from unionstate.book.outline import pages_in_order
from unionstate.book.people import shown_date, who_is_who
from unionstate.book.prose import Prose, read_prose
from unionstate.book.sessions import read_sessions
from unionstate.book.source_notes import read_library
from unionstate.data import load, tables
from unionstate.errors import CourseError
from unionstate.notebooks import glossary
from unionstate.paths import course_root
from unionstate.quiz.render import inline_html, inline_text
from unionstate.templates import template_environment

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_FRAGMENTS = template_environment(HERE / "fragments")
_FRAGMENTS.filters |= {"inline": inline_html, "plain": inline_text, "date": shown_date}
_WATCHED = (
    "chapters/*.md",
    "chapters/quizzes/*.yml",
    "chapters/data/*",
    "chapters/*.yml",
    "chapters/references.bib",
    "seeds/*.md",
    "exercises/*/*",
    "index.md",
    "seeds/*.txt",
)


class MapDirective(SphinxDirective):
    """What these directives share: templates, links to pages of the book, and what the page depends on."""

    watched: tuple[str, ...] = _WATCHED

    def html(self, template: str, **values: Any) -> nodes.raw:
        """A filled template as a node."""
        root = course_root()
        for pattern in self.watched:
            for file in root.glob(pattern):
                self.env.note_dependency(str(file))
        text = _FRAGMENTS.get_template(template).render(page=self.page, place=self.place, **values)
        return nodes.raw("", text, format="html")

    def page(self, file: Path, anchor: str = "") -> str:
        """The address of a page of the book, seen from this one."""
        target = file.relative_to(course_root()).with_suffix("").as_posix()
        return self.address(target, anchor)

    def place(self, reference: str) -> str:
        """The address of a place in the article."""
        return self.address(ARTICLE_PAGE, sentence_anchor(reference) if "." in reference else f"p{reference}")

    def address(self, target: str, anchor: str = "") -> str:
        """The address of a page by its name, seen from this one."""
        uri = self.env.app.builder.get_relative_uri(self.env.docname, target)
        return f"{uri}#{anchor}" if anchor else uri

    def section(self, title: str, anchor: str, *content: nodes.Node) -> nodes.section:
        """A section of the page."""
        section = nodes.section(ids=[anchor], names=[anchor])
        section += nodes.title("", title)
        section.extend(content)
        return section


class Coverage(MapDirective):
    """The article sentence by sentence: who teaches it, what tests it, what it claims and how that fared."""

    def run(self) -> list[nodes.Node]:
        chapters = read_chapters(course_root())
        found = cover(chapters)
        verdicts: dict[str, int] = {}
        for claim in (claim for one in found for claim in one.claims):
            verdicts[claim.verdict] = verdicts.get(claim.verdict, 0) + 1
        result: list[nodes.Node] = [
            self.html("coverage-summary.html.jinja", found=found, verdicts=verdicts, chapters=chapters)
        ]
        top = found[0]
        groups: list[tuple[str, str, list[Covered]]] = [("The lines above the text", "covered-p0", [top])]
        for paragraph in the_article().paragraphs:
            inside = [one for one in found if one.id.split(".")[0] == str(paragraph.number) and one is not top]
            groups.append((f"¶{paragraph.number}", f"covered-{paragraph_anchor(paragraph.number)}", inside))
        for title, anchor, inside in groups:
            on_paragraph = [
                (chapter, item)
                for chapter in chapters
                for item in chapter.items
                if anchor.removeprefix("covered-p") in item.source and inside[0] is not top
            ]
            body = self.html("coverage.html.jinja", sentences=inside, on_paragraph=on_paragraph)
            result.append(self.section(title, anchor, body))
        return result


class Alignment(MapDirective):
    """Objective by chapter, item and exercise question."""

    def run(self) -> list[nodes.Node]:
        chapters = read_chapters(course_root())
        rows = [
            (one, words, [(chapter, _serving(chapter, one)) for chapter in chapters])
            for one, words in objectives(course_root()).items()
        ]
        return [self.html("alignment.html.jinja", rows=rows)]


def _serving(chapter: ChapterEntry, objective: str) -> tuple[list[Any], list[Any]]:
    """The items and the exercise questions of a chapter that serve an objective."""
    questions = chapter.exercise.questions if objective in chapter.exercise.contract.objectives else []
    return [item for item in chapter.items if item.objective == objective], questions


class Misconceptions(MapDirective):
    """The mistakes that the wrong answers stand for, chapter by chapter, and what the item says to each."""

    def run(self) -> list[nodes.Node]:
        found = []
        for chapter in read_chapters(course_root()):
            by_slug: dict[str, list[tuple[Any, Any]]] = {}
            for item in chapter.items:
                for line in mistakes_of(item):
                    by_slug.setdefault(line.misconception, []).append((item, line))
            found.append((chapter, by_slug))
        return [self.html("misconceptions.html.jinja", found=found)]


class BookInNumbers(MapDirective):
    """How much of everything there is to check."""

    def run(self) -> list[nodes.Node]:
        chapters, claims = read_chapters(course_root()), load("article_claims")
        items = [item for chapter in chapters for item in chapter.items]
        questions = [question for chapter in chapters for question in chapter.exercise.questions]
        stated = sum(states_something(one) for chapter in chapters for one in chapter.prose.sentences)
        numbers = [
            ("Chapters", len(chapters)),
            ("Sentences in them", sum(len(chapter.prose.sentences) for chapter in chapters)),
            ("of these with a number, a date or an act", stated),
            ("Claims of the article, each with a verdict", len(claims)),
            ("Sources cited", len(read_library().entries)),
            ("Tables", len(tables())),
            ("Rows in them", sum(len(load(name)) for name in tables())),
            ("Questions in quizzes", len(items)),
            ("Wrong answers with the mistake behind them", sum(len(mistakes_of(item)) for item in items)),
            ("Questions in exercises", len(questions)),
            ("Checks of their answers", sum(len(question.checks) for question in questions)),
            ("Terms explained", len(glossary())),
        ]
        return [self.html("numbers.html.jinja", numbers=numbers)]


class Sessions(MapDirective):
    """A section for each session of the course."""

    def run(self) -> list[nodes.Node]:
        chapters = {one.title: one for one in read_chapters(course_root())}
        return [
            self.section(
                f"Session {number}: {session.chapter}",
                f"session-{number}",
                self.html("session.html.jinja", session=session, chapter=chapters.get(session.chapter)),
            )
            for number, session in enumerate(read_sessions(), start=1)
        ]


class PeopleAndBodies(MapDirective):
    """``{people-and-bodies} person`` or ``body``: names in three languages, office, dates, sources."""

    required_arguments = 1
    watched = ("chapters/data/people_and_bodies.csv",)

    def run(self) -> list[nodes.Node]:
        kind = self.arguments[0]
        if kind not in {"person", "body"}:
            raise self.error("people-and-bodies: write person or body")
        return [self.html("people.html.jinja", entries=who_is_who(kind))]


class AnnotatedSources(MapDirective):
    """The bibliography by who stands behind each source, what it is good for, and which pages use it."""

    def run(self) -> list[nodes.Node]:
        try:
            library = read_library()
        except CourseError as problem:
            raise self.error(str(problem)) from None
        used: dict[str, list[Prose]] = {key: [] for key in library.entries}
        for file in pages_in_order(course_root()):
            page = read_prose(file)
            keys = {key.strip() for one in page.mentions if one.kind == "footcite" for key in one.target.split(",")}
            for key in keys & used.keys():
                used[key].append(page)
        result = []
        for group, shelves in library.shelves:
            body = self.html("sources.html.jinja", group=group, shelves=shelves, used=used)
            result.append(self.section(group.title, nodes.make_id(group.title), body))
        return result


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("coverage", Coverage)
    app.add_directive("alignment", Alignment)
    app.add_directive("misconceptions", Misconceptions)
    app.add_directive("sessions", Sessions)
    app.add_directive("book-in-numbers", BookInNumbers)
    app.add_directive("people-and-bodies", PeopleAndBodies)
    app.add_directive("annotated-sources", AnnotatedSources)
