"""Worksheet and key as a browser shows and prints them; and no export runs anything in a browser."""

from __future__ import annotations

import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from browser import find_browser
from playwright.sync_api import Page
from readers import SOURCES
from samples import ATTACK, PLAIN, expected

from unionstate.quiz.export import FORMATS
from unionstate.quiz.export import worksheet as worksheet_module
from unionstate.quiz.export.run import export_quiz
from unionstate.quiz.items import Quiz

CSP = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
READ = """() => [...document.querySelectorAll("ol.items > li")].map(item => {
    const texts = name => [...item.querySelectorAll(name)].map(node => node.textContent.trim())
    return {id: item.id, prompt: texts(".prompt")[0], how: texts(".how")[0], options: texts(".text"),
            feedback: texts(".why"), boxes: texts(".box"), round: item.querySelectorAll(".round").length,
            reasons: texts(".reason"), sources: texts(".sources")[0] || ""}
})"""
HINTS = """() => [...document.querySelectorAll(".hints li")].map(node => node.textContent.trim())"""
FOREIGN = """() => [...document.querySelectorAll("*")].filter(node =>
    [...node.attributes].some(one => /^on|^src$|^href$/.test(one.name))
    || /^(script|iframe|img|svg|a)$/i.test(node.tagName)
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


@pytest.mark.parametrize("quiz", [PLAIN, ATTACK], ids=["plain", "hostile"])
@pytest.mark.parametrize("name", ["worksheet", "key"])
def test_paper_carries_every_text_and_runs_nothing(
    name: str, quiz: Quiz, no_pdf: None, page: Page, tmp_path: Path
) -> None:
    open_unprotected(page, html_of(name, quiz), tmp_path)
    read = page.evaluate(READ)
    assert len(read) == len(quiz.items)
    hints = []
    for question, item in zip(read, quiz.items, strict=True):
        wanted = {key: trimmed(value) for key, value in expected(item).items()}
        hints += wanted.pop("hints")
        feedback = wanted.pop("feedback")
        assert {key: question[key] for key in wanted} == wanted
        assert question["feedback"] == (feedback if name == "key" else [])
        ticked = [place for place, box in enumerate(question["boxes"]) if box]
        assert ticked == (sorted(item.right) if name == "key" else [])
        assert question["round"] == (0 if item.type == "multiple" else len(item.options))
        if name == "key":
            assert question["sources"].endswith(SOURCES)
            if item.type != "commit":
                starts = [reason.startswith("Right:") for reason in question["reasons"]]
                assert starts == [option.correct for option in item.options]
    assert page.evaluate(HINTS) == hints
    assert page.evaluate("() => window.hacked") is None
    assert page.evaluate(FOREIGN) == 0


def trimmed(value: object) -> object:
    """JavaScript's trim() takes off more than Python's strip()."""
    signs = "\ufeff\u2028\u2029\u00a0 \t\n\r\x0b\x0c"
    return [one.strip(signs) for one in value] if isinstance(value, list) else str(value).strip(signs)


def test_texts_of_other_programs_run_nothing_when_shown(page: Page, tmp_path: Path) -> None:
    texts = []
    for name in ("moodle-xml", "anki", "qti"):
        _, files = export_quiz(FORMATS[name], "a-chapter", ATTACK)
        for ending, content in files.items():
            (tmp_path / f"x{ending}").write_bytes(content)
    texts += [node.text or "" for node in ET.parse(tmp_path / "x.moodle.xml").iter("text")]
    with zipfile.ZipFile(tmp_path / "x.qti.zip") as package:
        for file in package.namelist():
            if file.endswith(".xml"):
                texts += [node.text or "" for node in ET.fromstring(package.read(file)).iter()]
    with zipfile.ZipFile(tmp_path / "x.apkg") as package:
        package.extract("collection.anki2", tmp_path)
    database = sqlite3.connect(tmp_path / "collection.anki2")
    for (fields,) in database.execute("select flds from notes"):
        texts += fields.split("\x1f")
    database.close()
    assert len(texts) > 3000
    texts = [text for text in dict.fromkeys(texts) if len(text) < 100_000]  # the largest is in the test of the paper
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
