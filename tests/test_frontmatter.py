"""The contract of a page: what its front matter must say."""

import re

import pytest

from unionstate.errors import CourseError, CourseErrors
from unionstate.frontmatter import Chapter, Domain, Exercise, read_contract
from unionstate.paths import chapters_path, exercises_path

CHAPTER = """\
---
kernelspec: {name: python3}
chapter:
  objectives: [LO1, LO10]
  article: [0, 7]
  exercise: dates-as-intervals
  exercise_minutes: 30
---

# A page
"""
EXERCISE = """\
---
exercise: {chapter: when-was-this-written, objectives: [LO1], minutes: 30}
---
"""


@pytest.fixture
def page(tmp_path):
    return tmp_path / "page.md"


def test_a_chapter_and_an_exercise_are_told_apart(page):
    page.write_text(CHAPTER)
    assert read_contract(page) == Chapter(
        objectives=["LO1", "LO10"], article=[0, 7], exercise="dates-as-intervals", exercise_minutes=30
    )
    page.write_text(EXERCISE)
    assert read_contract(page) == Exercise(objectives=["LO1"], chapter="when-was-this-written", minutes=30)


@pytest.mark.parametrize("text", ["# A page\n", "---\ntitle: A page\n---\n", "---\n---\n", "a\n---\nb: c\n---\n"])
def test_other_pages_have_no_contract(page, text):
    page.write_text(text)
    assert read_contract(page) is None


@pytest.mark.parametrize(
    "source, old, new, line, said",
    [
        (CHAPTER, "  article: [0, 7]\n", "", 3, "'chapter.article': Field required. Every chapter needs: objectives"),
        (CHAPTER, "LO10", "LO11", 4, "'chapter.objectives.1'"),
        (CHAPTER, "[LO1, LO10]", "\n  - LO1\n  - LO11", 6, "'chapter.objectives.1'"),
        (CHAPTER, "[LO1, LO10]", "[]", 4, "'chapter.objectives'"),
        (CHAPTER, "[0, 7]", "[8]", 5, "'chapter.article.0'"),
        (CHAPTER, "[0, 7]", "['1']", 5, "'chapter.article.0'"),
        (CHAPTER, "exercise_minutes: 30", "exercise_minutes: 3", 7, "'chapter.exercise_minutes'"),
        (CHAPTER, "dates-as-intervals", "nothing", 6, "there is no exercise 'nothing'"),
        (CHAPTER, "chapter:\n", '"chapter":\n  x: 1\n', 4, "'chapter.x'"),
        (CHAPTER, "chapter:\n", "chapter:\n  article: [1]\n", 6, "The key 'article' stands twice"),
        (CHAPTER, "chapter:\n", "other: {chapter: 1}\nchapter:\n  x: 1\n", 5, "'chapter.x'"),
        (CHAPTER, "[0, 7]", "[0, 7", 6, "Not YAML"),
        (CHAPTER, "kernelspec", "\tkernelspec", 2, "There is a tab here"),
        (CHAPTER, "kernelspec: {name: python3}", "a: b\nday: 2016-13-45", 3, "This value cannot be read."),
        (EXERCISE, "when-was-this-written", "nothing", 2, "there is no chapter 'nothing'"),
        (EXERCISE, "minutes: 30", "minutes: '30'", 2, "'exercise.minutes'"),
        (EXERCISE, "minutes: 30}", "minutes: 30,\n parameters: {n: {from: 1,\n  to: 3,\n  step: 0}}}", 5, "n.step'"),
        (EXERCISE, "minutes: 30}", "minutes: 30,\n parameters: {\n  n: {choices: [{}]}}}", 4, "n.choices.0'"),
        (EXERCISE, "exercise: {", "- {", 2, "no keys"),
        (EXERCISE, "exercise: {", "exercise {", 2, "Not YAML"),
    ],
)
def test_a_broken_contract_is_told_with_file_and_line(page, source, old, new, line, said):
    assert source.count(old) == 1
    page.write_text(source.replace(old, new))
    with pytest.raises(CourseError) as caught:
        read_contract(page)
    assert str(caught.value).startswith(f"{page}:{line}: ") and said in str(caught.value)


def test_all_faults_of_a_contract_are_told_at_once_in_the_order_of_their_lines(page):
    page.write_text(CHAPTER.replace("exercise_minutes", "minutes").replace("[0, 7]", "[8, 0, 9]"))
    with pytest.raises(CourseErrors) as caught:
        read_contract(page)
    told = [re.match(rf"{page}:(\d+): Front matter '(\S+)': ", line).groups() for line in str(caught.value).split("\n")]
    assert told == [
        ("3", "chapter.exercise_minutes"), ("5", "chapter.article.0"), ("5", "chapter.article.2"),
        ("7", "chapter.minutes"),
    ]  # fmt: skip


def test_a_page_in_another_encoding_is_named(page):
    page.write_bytes(CHAPTER.replace("A page", "Une idée").encode("latin-1"))
    with pytest.raises(CourseError, match="page.md: Not UTF-8 text .byte .*Save the file as UTF-8"):
        read_contract(page)


def test_every_chapter_and_its_exercise_name_each_other():
    chapters = {file.stem: read_contract(file) for file in chapters_path().glob("*.md")}
    named = {name: one.exercise for name, one in chapters.items() if isinstance(one, Chapter)}
    exercises = {file.parent.name: read_contract(file) for file in exercises_path().glob("*/exercise.md")}
    assert named and {exercise.chapter: name for name, exercise in exercises.items()} == named


def test_a_chapter_names_the_paragraphs_that_it_refers_to():
    for file in chapters_path().glob("*.md"):
        contract = read_contract(file)
        if contract:
            used = re.findall(r"\{para\}`(\d)`|\{sentence\}`(\d)\.", file.read_text(encoding="utf-8"))
            assert {int(first or second) for first, second in used} <= set(contract.article), file.name


@pytest.mark.parametrize(
    "domain, values",
    [
        ({"from": 10, "to": 30, "step": 5}, [10, 15, 20, 25, 30]), ({"from": 1, "to": 2.9}, [1, 2]),
        ({"from": 0.1, "to": 0.3, "step": 0.1}, [0.1, 0.2, 0.3]), ({"from": 2, "to": 2}, [2]),
        ({"from": 0, "to": 1, "step": 0.25}, [0, 0.25, 0.5, 0.75, 1]),
        ({"choices": [[1, 2], "a", True]}, [[1, 2], "a", True]),
    ],
)  # fmt: skip
def test_a_domain_lists_its_values(domain, values):
    assert Domain.model_validate(domain).values() == values


@pytest.mark.parametrize(
    "domain",
    [
        {}, {"choices": []}, {"choices": [1, 1]}, {"from": 0, "to": 1, "step": 0}, {"from": 0, "to": 1e9},
        {"choices": [1], "from": 1},
    ],
)  # fmt: skip
def test_a_domain_that_says_nothing_or_too_much_is_refused(domain):
    with pytest.raises(ValueError):
        Domain.model_validate(domain)
