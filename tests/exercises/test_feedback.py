"""Feedback: tells what it should, holds nothing it should not, and hostile text stays text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import fields
from html import unescape
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from playwright.sync_api import BrowserContext
from sample_marks import HOSTILE, check, not_graded, sample

from unionstate.errors import CourseError
from unionstate.exercises.feedback import (
    feedback_comment,
    feedback_html,
    feedback_json,
    feedback_notebook,
    write_feedback,
)
from unionstate.exercises.marks import NOT_ANSWERED, CellError, CheckMark, Marks
from unionstate.exercises.visible import VALUE_LIMIT, visible, with_code

GOLDEN = Path(__file__).parent / "golden"
TEXTS = st.text(max_size=80) | st.sampled_from([HOSTILE, "</code></bdi><img src=x onerror=alert(1)>", "x" * 5000])


def hostile(text: str) -> Marks:
    """Marks with a text of the student wherever one can stand."""
    return sample(
        student="someone",
        name=text,
        outcome="time",
        message=text,
        notes=(text, text),
        cell_errors=(CellError(1, text),),
        token=text,
        checks=(
            check("4a.1", earned=0, message=text, given=text, names=("answer", text)),
            check("4b.1", earned=0, public=False, message=text, given=text),
        ),
    )


def text_of(html: bytes) -> str:
    """The words of the page's body."""
    body = html.decode().split("<body>")[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize(("name", "marks"), [("feedback", sample()), ("feedback-not-graded", not_graded())])
def test_feedback_reads_as_it_was_read_once(name: str, marks: Marks) -> None:
    """To write the files anew after a wanted change: delete them, run the test twice, and read them."""
    for kind, content in (("html", feedback_html(marks)), ("json", feedback_json(marks))):
        golden = GOLDEN / f"{name}.{kind}"
        if not golden.exists():
            golden.write_bytes(content)
            pytest.fail(f"{golden.name} was missing and is written: read it and run the test again")
        assert content == golden.read_bytes()


def test_what_was_not_answered_is_no_mistake_and_the_answer_is_shown_as_it_was_written() -> None:
    left = check("4a.1", earned=0, message=f"{NOT_ANSWERED}`top_year` is still `...`.")
    part = check("4a.2", earned=0, message="Look again.", given="2", shown="answers = [2, 3]")
    marks = sample(checks=(left, part))
    page = feedback_html(marks).decode()
    assert "○ Not answered" in page and page.count("✗ Not passed") == 1
    assert "<p><bdi><code>top_year</code> is still <code>...</code>.</bdi></p>" in page
    assert "Your value: <code><bdi>answers = [2, 3]</bdi></code>" in page
    assert [one["answered"] for one in json.loads(feedback_json(marks))["questions"][0]["checks"]] == [False, True]
    assert feedback_notebook(marks).decode().count("- Not answered ") == 1


def test_the_page_tells_what_passed_and_what_to_look_at() -> None:
    words = text_of(feedback_html(sample()))
    assert "Feedback for Ада Лавлейс" in words
    assert "2.5 of 7 points" in words
    assert "4a. The discount, year by year 1 of 4 points" in words
    assert (
        "✗ Not passed subsidy_2006 (0 of 1 point; a check of your notebook) This is in billions. Give millions."
        in words
    )
    assert "Your value: 5.17461" in words
    assert "◐ Passed in part (0.5 of 2 points; a check of your notebook) Two of the four rows are right." in words
    assert "Cell 7: ZeroDivisionError: division by zero (line 3)" in words
    assert "Handed in late." in words
    assert "without the sandbox" not in words
    assert "without the sandbox" in text_of(feedback_html(sample(sandboxed=False)))


def test_what_could_not_be_graded_gets_its_reason_and_no_points() -> None:
    words = text_of(feedback_html(not_graded()))
    assert "Nothing could be graded The reason: The file is no notebook." in words
    assert "of 7 points" not in words and "Not passed" not in words
    assert feedback_comment(not_graded()) == "Nothing could be graded. See the feedback file for the reason."


def test_of_checks_that_are_not_in_the_notebook_no_value_is_told() -> None:
    marks = sample(checks=(check("4a.1", earned=0, public=False, message="Look again.", given="secret-input-value"),))
    for content in (feedback_html(marks), feedback_json(marks), feedback_notebook(marks)):
        assert b"secret-input-value" not in content and "Look again" in re.sub(r"&#46;", ".", content.decode())


def test_marks_have_no_field_that_could_hold_an_answer() -> None:
    assert {one.name for one in fields(CheckMark)} == {
        "id", "question", "points", "earned", "public", "message", "given", "shown", "foreseen",
        "names",
    }  # fmt: skip
    assert not {"expected", "reference", "expression", "key"} & {one.name for one in fields(Marks)}


def test_marks_come_back_from_json_as_they_were() -> None:
    for marks in (sample(), not_graded(), hostile(HOSTILE)):
        assert Marks.from_json(marks.to_json().encode("ascii")) == marks
    for damaged in ("{}", "[]", '{"marks": 2}', '{"marks": 1}', '{"marks": 1, "checks": [{"id": 1}]}'):
        with pytest.raises(ValueError):
            Marks.from_json(damaged)
    with pytest.raises(ValueError, match="names"):
        Marks.from_json(sample().to_json().replace('["top_year"]', "[1]"))
    with pytest.raises(ValueError, match="earned"):
        Marks.from_json(sample().to_json().replace('"earned": 0.5', '"earned": "full"'))


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_text_of_a_student_stays_text_in_the_page(text: str) -> None:
    html = feedback_html(hostile(text)).decode()
    plain = feedback_html(hostile("harmless")).decode()
    assert (
        re.findall(r"<[^>]*>", html.split("</head>")[1]) == [*re.findall(r"<[^>]*>", plain.split("</head>")[1])]
        or not text.strip()
    )  # an empty text has no line of its own
    assert "\u202e" not in html and "\x1b" not in html
    json.loads(feedback_json(hostile(text)))


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_text_of_a_student_stays_text_in_the_notebook(text: str) -> None:
    notebook = nbformat.reads(feedback_notebook(hostile(text)).decode(), as_version=4)
    nbformat.validate(notebook)
    tokens = MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(notebook.cells[0].source)
    kinds = {child.type for token in tokens for child in token.children or []} | {token.type for token in tokens}
    assert not kinds & {"html_inline", "html_block", "link_open", "image", "code_inline", "fence", "code_block"}
    assert "$" not in notebook.cells[0].source


@given(st.text())
def test_visible_text_has_nothing_that_cannot_be_seen(text: str) -> None:
    shown = visible(text, VALUE_LIMIT)
    assert len(shown) <= VALUE_LIMIT * len("[U+10FFFF]") + 40
    assert shown.isprintable()
    shown.encode("utf-8")
    if text.isascii() and text.isprintable() and len(text) <= VALUE_LIMIT:
        assert shown == text


def test_visible_text_keeps_letters_of_all_languages_and_cuts_towers() -> None:
    assert visible("Ўладзімір Łódź नमस्ते Tiếng Việt") == "Ўладзімір Łódź नमस्ते Tiếng Việt"
    assert visible("a\nb\tc\x00d\u202ee") == "a⏎b⇥c[U+0000]d[U+202E]e"
    assert visible("e" + "\u0301" * 500).count("\u0301") == 3
    assert visible("x" * 12, 10) == "xxxxxxxxxx… (2 more characters)"


def test_a_key_that_is_no_file_name_is_refused(tmp_path: Path) -> None:
    for key in ("", "..", "a/b", "../x", "a\\b", "a\0b"):
        with pytest.raises(ValueError, match="no file name"):
            write_feedback(sample(student=key), tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "feedback").write_text("in the way")
    with pytest.raises(CourseError, match="cannot be written"):
        write_feedback(sample(), tmp_path / "feedback")


@pytest.mark.parametrize(("scheme", "axe_at"), [("light", 390), ("dark", 1280)])
def test_the_page_is_whole_light_and_without_barriers(
    new_context: Callable[..., BrowserContext], tmp_path: Path, scheme: str, axe_at: int
) -> None:
    marks = {"sample": sample(), "none": not_graded("none"), "hostile": hostile(HOSTILE * 30)}
    for student, one in marks.items():
        write_feedback(sample(**{**one.__dict__, "student": student}), tmp_path)
        assert (tmp_path / f"{student}.html").stat().st_size < 30_000
    for width in (390, 1280):
        page = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
        asked: list[str] = []
        alerts: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("dialog", lambda dialog, alerts=alerts: (alerts.append(dialog.message), dialog.dismiss()))
        for student in marks:
            page.goto((tmp_path / f"{student}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate("document.querySelectorAll('script, img, a').length") == 0
            found = Axe().run(page).response["violations"] if width == axe_at else []
            assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
        assert alerts == [] and all(url.startswith("file:") for url in asked) and len(asked) == len(marks)


def test_what_stands_in_backticks_is_code_and_nothing_else_is_html():
    shown = with_code("`a<b` is not <i>`...`</i>: no ` answer")
    assert shown == "<code>a&lt;b</code> is not &lt;i&gt;<code>...</code>&lt;/i&gt;: no ` answer"
