"""The chapters' language: grade, standards of prose, and faults planted to see that they are found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from support import ROOT

from unionstate.book.prose import parse_prose, read_prose
from unionstate.book.readability import HARDEST_GRADE, grade, median_grade, paragraphs, syllables
from unionstate.book.style import find_faults
from unionstate.frontmatter import chapters

PAGES = [ROOT / "index.md", *sorted(ROOT.glob("chapters/*.md")), *sorted(ROOT.glob("exercises/*/exercise.md"))]
QUIZZES = sorted(ROOT.glob("chapters/quizzes/*.yml"))


@pytest.mark.parametrize("file", chapters(), ids=lambda file: file.stem)
def test_half_of_a_chapters_paragraphs_are_read_at_sixteen(file: Path) -> None:
    assert median_grade(read_prose(file)) <= HARDEST_GRADE


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.parent.name if file.stem == "exercise" else file.stem)
def test_a_page_keeps_the_standards_of_prose(file: Path) -> None:
    assert [str(fault) for fault in find_faults(read_prose(file), essay=file.name != "exercise.md")] == []


@pytest.mark.parametrize("file", QUIZZES, ids=lambda file: file.stem)
def test_a_quiz_keeps_the_standards_of_prose(file: Path) -> None:
    texts = "\n\n".join(texts_of(yaml.safe_load(file.read_text(encoding="utf-8"))))
    assert [str(fault) for fault in find_faults(parse_prose(texts, file), essay=False)] == []


def texts_of(node: object) -> Iterator[str]:
    """The sentences of a quiz file; ids, slugs and keys are left out."""
    if isinstance(node, str) and " " in node:
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts_of(value)


def faults(text: str) -> list[str]:
    return [str(one) for one in find_faults(parse_prose(text, Path("planted.md")))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It was signed on February 25, 2016.", "A date in another form"),
        ("It was signed on 25th February.", "A date in another form"),
        ("It was signed on 2016-02-25.", "A date in another form"),
        ("It was signed on 25.02.2016.", "A date in another form"),
        ("The dictator spoke.", "A loaded word"),
        ("The Lukashenka regime spoke.", "A loaded word"),
        ("It lies in the near abroad.", "A loaded word"),
        ("Lukashenko spoke in Kiev.", "Another spelling of a name"),
        ("It is very cold.", "A word that says nothing"),
        ("This is a state-of-the-art course.", "The book speaks of itself"),
        ("The organization paid in rubles.", "Another spelling"),
        ("It is is cold.", "A word stands twice"),
        ("It is cold - and wet.", "A hyphen for a dash"),
        ("See /srv/data/x for more.", "A path of somebody's machine"),
        ("Who came? And why?", "Two questions in a row"),
        ("one two " * 26 + ".", "A sentence of 52 words"),
    ],
)
def test_a_planted_fault_of_style_is_found(text: str, said: str) -> None:
    (fault,) = faults(text)
    assert fault.startswith(f"planted.md:1: {said}")


@pytest.mark.parametrize(
    "text",
    [
        "It was signed on 25 February 2016.",
        'The text says “near abroad”, and one paper wrote "Lukashenko".',
        "The code `2016-02-25` is a date.",
        "A visa-free regime began.",
        "Who came? Many did. But why?",
        "- Who came?\n- Why?",
        "What he had had was gone.",
        "Look at {para}`3` {para}`3`.",
    ],
)
def test_what_the_standards_leave_alone(text: str) -> None:
    assert faults(text) == []


def test_a_task_may_ask_two_questions_and_be_firm() -> None:
    page = parse_prose("Which year? And which month? It is very simple: 0.8 - 0.3.", Path("planted.md"))
    assert find_faults(page, essay=False) == []
    assert len(find_faults(page)) == 2


def test_the_grade_follows_the_formula() -> None:
    # 6 words, 1 sentence, 6 syllables; then 4 words with 14 syllables
    assert grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    assert grade(["International organisations negotiate interminably."]) > 20


def test_syllables_of_known_and_unknown_words() -> None:
    words = {"pendulum": 3, "Kremlin": 2, "Lukashenka": 4, "2016": 2, "Minsk’s": 1, "strength": 1}
    assert {word: syllables(word) for word in words} == words


def test_headings_tables_and_code_have_no_grade() -> None:
    page = parse_prose(
        "# A heading of many words here\n\n| a table of many words | b |\n| - | - |\n| c of many words too | d |\n\n"
        "```python\nprint('many words of code')\n```\n\nOne plain paragraph of six words. And more.\n\n"
        "- An entry of five words.\n",
        Path("planted.md"),
    )
    assert paragraphs(page) == [
        ["One plain paragraph of six words.", "And more."],
        ["An entry of five words."],
    ]
