"""Worksheet and key as a browser shows and prints them; and no export runs anything in a browser."""

from __future__ import annotations

import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from browser import find_browser
from markupsafe import escape
from playwright.sync_api import Page
from readers import SOURCES
from samples import ATTACK, HOSTILE, MORE, MORE_ATTACK, PLAIN, every_type_of, quiz_of, seen

from unionstate.quiz.export import FORMATS
from unionstate.quiz.export import worksheet as worksheet_module
from unionstate.quiz.export.clean import cleaned
from unionstate.quiz.export.run import export_quiz
from unionstate.quiz.items import Item, Quiz

QUIZZES = {"plain": PLAIN, "hostile": ATTACK, "plain, other types": MORE, "hostile, other types": MORE_ATTACK}
CSP = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
READ = """() => [...document.querySelectorAll("ol.items > li")].map(item => {
    const texts = name => [...item.querySelectorAll(name)].map(node => node.textContent.trim())
    return {id: item.id, prompt: texts(".prompt")[0], how: texts(".how")[0], options: texts(".text"),
            feedback: texts(".why"), boxes: texts(".box"), round: item.querySelectorAll(".round").length,
            reasons: texts(".reason"), sources: texts(".sources")[0] || "", choices: texts(".choice"),
            around: texts(".unit, .units, .first, .last, .y, .x, .data"), rules: item.querySelectorAll(".rule").length,
            points: [...item.querySelectorAll("svg.axes circle")].map(node => node.getAttribute("class")),
            lines: item.querySelectorAll("svg.axes polyline").length}
})"""
HINTS = """() => [...document.querySelectorAll(".hints li")].map(node => node.textContent.trim())"""
FOREIGN = """() => [...document.querySelectorAll("*")].filter(node =>
    [...node.attributes].some(one => /^on|^src$|^href$/.test(one.name))
    || /^(script|iframe|img|a)$/i.test(node.tagName)
    || node.closest("svg") && !(node.closest("svg.axes") && /^(svg|line|text|path|circle|polyline)$/.test(node.tagName))
).length"""


@pytest.fixture
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worksheet_module, "find_browser", lambda: None)


def html_of(name: str, quiz: Quiz) -> str:
    outcome, files = export_quiz(FORMATS[name], "a-chapter", quiz)
    assert outcome.written == len(quiz.items) and outcome.remarks == [worksheet_module.NO_BROWSER]
    return files[f".{name}.html"].decode()


def open_unprotected(page: Page, html: str, folder: Path) -> None:
    """Show the page without its own rule against scripts, so that only the escaping protects."""
    assert CSP in html
    file = folder / "page.html"
    file.write_text(html.replace(CSP, ""), encoding="utf-8")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(file.as_uri())


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=QUIZZES)
@pytest.mark.parametrize("name", ["worksheet", "key"])
def test_paper_carries_every_text_and_runs_nothing(
    name: str, quiz: Quiz, no_pdf: None, page: Page, tmp_path: Path
) -> None:
    open_unprotected(page, html_of(name, quiz), tmp_path)
    read = page.evaluate(READ)
    assert len(read) == len(quiz.items)
    hints = []
    for question, item in zip(read, quiz.items, strict=True):
        there = on_paper(item, key=name == "key")
        hints += there.pop("hints")
        assert {key: trimmed(question[key]) for key in there} == {key: trimmed(value) for key, value in there.items()}
        if name == "key":
            assert question["sources"].endswith(SOURCES)
        if item.type == "multiple":
            assert question["round"] == 0
        elif item.type in {"single", "commit"}:
            assert question["round"] == len(item.options)
        if name == "key" and item.type in {"single", "multiple"}:
            starts = [reason.startswith("Right:") for reason in question["reasons"]]
            assert starts == [option.correct for option in item.options]
    assert page.evaluate(HINTS) == trimmed(hints)
    assert page.evaluate("() => window.hacked") is None
    assert page.evaluate(FOREIGN) == 0


def on_paper(item: Item, *, key: bool) -> dict:
    """What a question of the worksheet, or of the key, has to show."""
    item, _ = cleaned(item)
    show = {"id": item.id, "prompt": item.prompt, "hints": item.hints, **_PAPER[item.type](item, key)}
    show = {name: [seen(one) for one in value] if name in TEXTS else value for name, value in show.items()}
    if not key:
        show |= {"feedback": [], "boxes": ["" for _ in show["boxes"]]}
    return show | {"prompt": seen(item.prompt)}


TEXTS = {"hints", "options", "feedback", "choices", "around"}


def _options(item, key: bool) -> dict:
    boxes = ["✓" if option.correct else "" for option in item.options]
    return {"options": [one.text for one in item.options], "feedback": [one.feedback for one in item.options],
            "boxes": boxes}  # fmt: skip


def _true_false(item, key: bool) -> dict:
    verdicts = [item.feedback, item.wrong.feedback] if item.answer else [item.wrong.feedback, item.feedback]
    boxes = ["✓" if right else "" for right in (item.answer, not item.answer, *(one.correct for one in item.reasons))]
    return {"options": [one.text for one in item.reasons], "boxes": boxes,
            "feedback": [*verdicts, *(one.feedback for one in item.reasons)]}  # fmt: skip


def _evidence(item, key: bool) -> dict:
    return {
        "options": [f"¶{sentence_id} {text}" for sentence_id, text in item.sentences],
        "boxes": ["✓" if sentence_id in item.answer else "" for sentence_id, _ in item.sentences],
        "feedback": [line.feedback for line in item.lines],
    }


def _blank(item, key: bool) -> dict:
    unit, units = ("%" if item.type == "predict" else getattr(item, "unit", "")), getattr(item, "units", [])
    show = {"options": [], "around": [unit], "boxes": [], "rules": 1, "feedback": []}
    if key:
        show |= {"options": [line.label for line in item.lines], "rules": 0,
                 "around": [" / ".join(units)] if units else []}  # fmt: skip
        show["feedback"] = [line.feedback for line in item.lines]
    return show


def _order(item, key: bool) -> dict:
    entries = [(place, item.entries[place]) for place in item.shuffled(len(item.entries))]
    return {
        "options": [entry.text for _, entry in entries],
        "boxes": [str(place + 1) for place, _ in entries],
        "feedback": [*(entry.feedback for _, entry in entries), item.feedback],
        "around": [item.first, item.last],
    }


def _letters(item, key: bool) -> dict:
    return {
        "options": item.stems,
        "choices": item.choices,
        "boxes": ["ABCDEFGHI"[place] for place in item.key["right"]],
        "feedback": [line.feedback for line in item.lines],
    }


def _draw(item, key: bool) -> dict:
    data = "; ".join(f"{x:g}: {y:g}" for x, y in item.series)
    given, count = item.given, len(item.series)
    return {
        "options": [], "boxes": [], "feedback": [item.feedback],
        "around": [f"{item.y} ({item.unit})", item.x, *([data] if key else [])],
        "points": ["given"] * given + (["shown"] * (count - given) if key else []),
        "lines": 2 if key else 1,
    }  # fmt: skip


_PAPER = {
    "single": _options, "multiple": _options, "commit": _options, "true-false": _true_false, "numeric": _blank,
    "short-text": _blank, "order": _order, "match": _letters, "classify": _letters, "evidence": _evidence,
    "estimate": _blank, "draw": _draw, "predict": _blank,
}  # fmt: skip


def test_the_key_has_the_rule_of_every_type_that_is_marked(no_pdf: None) -> None:
    html = html_of("key", MORE)
    for item in MORE.items:
        assert (str(escape(item.scoring)) in html) == item.marked
    assert "The other questions are not marked." in html and "Scoring" not in html_of("worksheet", MORE)


def trimmed(value: object) -> object:
    """JavaScript's trim() takes off more than Python's strip()."""
    signs = "\ufeff\u2028\u2029\u00a0 \t\n\r\x0b\x0c"
    if isinstance(value, list):
        return [trimmed(one) for one in value]
    return value.strip(signs) if isinstance(value, str) else value


def test_texts_of_other_programs_run_nothing_when_shown(page: Page, tmp_path: Path) -> None:
    texts = []
    small = [text for text in HOSTILE if len(text) < 100_000]  # the largest is in the test of the paper
    both = Quiz(items=[*quiz_of(*small).items, *every_type_of(*small).items])
    for name in ("moodle-xml", "anki", "qti"):
        _, files = export_quiz(FORMATS[name], "a-chapter", both)
        for ending, content in files.items():
            (tmp_path / f"x{ending}").write_bytes(content)
    # Moodle escapes the spellings of short answers itself: they are plain text
    quiz = ET.parse(tmp_path / "x.moodle.xml")
    plain = {id(answer.find("text")) for answer in quiz.iterfind("question/answer[@format='plain_text']")}
    texts += [node.text or "" for node in quiz.iter("text") if id(node) not in plain]
    with zipfile.ZipFile(tmp_path / "x.qti.zip") as package:
        for file in package.namelist():
            if file.endswith(".xml"):
                # Canvas escapes the answers to fill in itself
                tree = ET.fromstring(package.read(file))
                texts += [node.text or "" for node in tree.iter() if not node.tag.endswith("}varequal")]
    with zipfile.ZipFile(tmp_path / "x.apkg") as package:
        package.extract("collection.anki2", tmp_path)
    database = sqlite3.connect(tmp_path / "collection.anki2")
    for (fields,) in database.execute("select flds from notes"):
        texts += fields.split("\x1f")
    database.close()
    assert len(texts) > 10_000
    texts = list(dict.fromkeys(texts))
    page.set_content("<!DOCTYPE html><body></body>")
    page.evaluate("texts => { for (const text of texts) document.body.insertAdjacentHTML('beforeend', text) }", texts)
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.hacked") is None
    assert page.evaluate(FOREIGN) == 0


@pytest.mark.parametrize("name", ["worksheet", "key"])
def test_a_browser_prints_the_pdf(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIONSTATE_BROWSER", find_browser())
    outcome, files = export_quiz(FORMATS[name], "a-chapter", PLAIN)
    assert list(files) == [f".{name}.html", f".{name}.pdf"] and not outcome.remarks
    pdf = files[f".{name}.pdf"]
    assert pdf.startswith(b"%PDF") and pdf.rstrip().endswith(b"%%EOF") and len(pdf) > 5_000


def test_a_browser_that_prints_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("UNIONSTATE_BROWSER", str(stub))
    outcome, files = export_quiz(FORMATS["worksheet"], "a-chapter", PLAIN)
    assert list(files) == [".worksheet.html"]
    assert outcome.remarks == [f"no PDF: {stub} did not print the page (print the HTML yourself)"]


def test_the_first_browser_on_the_machine_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from unionstate.quiz.export import browser

    monkeypatch.delenv("UNIONSTATE_BROWSER", raising=False)
    monkeypatch.setattr(browser, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.find_browser() is None
    (tmp_path / "google-chrome").write_text("#!/bin/sh\n")
    (tmp_path / "google-chrome").chmod(0o755)
    assert browser.find_browser() == str(tmp_path / "google-chrome")
