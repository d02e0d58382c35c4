"""The pages made from the whole course: coverage, people and bodies, annotated sources, for instructors."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from support import ROOT

from unionstate import bibliography
from unionstate.article import the_article
from unionstate.book.course_map import cover, read_chapters
from unionstate.book.outline import OBJECTIVES, TITLES
from unionstate.book.sessions import read_sessions
from unionstate.data import load

PAGES = ["coverage", "people-and-bodies", "annotated-sources", "for-instructors", "how-this-book-checks-itself"]


def test_coverage_shows_every_sentence_with_its_claims_and_where_it_is_taught(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/coverage.html")
    for one in cover(read_chapters(ROOT)):
        block = page.locator(f"#covered-{one.id.replace('.', '-')}")
        expect(block).to_contain_text(one.text.split(" / ")[-1])
        assert block.locator("li[id^=claim-]").count() == len(one.claims)
        for chapter, _ in one.chapters:
            expect(block.locator("dd").first).to_contain_text(f"chapter {chapter.number}, {chapter.title}")
        assert block.locator(".covered-items li").count() == len(one.items)
    claims = load("article_claims")
    assert page.locator("li[id^=claim-]").count() == len(claims)
    assert page.locator("li[id^=claim-] .verdict").all_text_contents() == [
        f"{verdict.capitalize()}."
        for place in ("0", *(sentence.id for sentence in the_article().sentences))
        for verdict in claims.loc[claims["sentence_id"].fillna("0") == place, "verdict"]
    ]


def test_where_sources_differ_they_stand_side_by_side(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/coverage.html")
    boxes = page.locator(".difference")
    assert boxes.count() == len(load("source_differences")) >= 3
    for place in range(boxes.count()):
        assert boxes.nth(place).locator("tbody tr").count() >= 3
        answers = boxes.nth(place).locator("tbody td:first-child").all_text_contents()
        assert len(set(answers)) >= 2
    for word in ("three", "four", "156", "158", "21 million"):
        expect(page.locator(".difference", has_text=word).first).to_be_visible()


def test_an_item_in_the_coverage_leads_to_the_item(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/coverage.html")
    items = page.locator("#covered-2-1 .covered-items")
    items.locator("summary").click()
    link = items.locator("a").first
    item = link.get_attribute("href").split("#")[1]
    link.click()
    expect(page.locator(f"#{item}")).to_be_in_viewport()


def test_people_and_bodies_are_all_there_with_names_marked_by_language(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/people-and-bodies.html")
    table = load("people_and_bodies")
    assert page.locator("dl.people > dt").count() == table["entry_id"].nunique()
    assert page.locator("dl.people li").count() == len(table)
    shown = page.locator("#who-lukashenka + dd")
    expect(shown.locator("[lang=be]")).to_have_text("Аляксандр Рыгоравіч Лукашэнка")
    expect(shown.locator("[lang=ru]")).to_have_text("Александр Григорьевич Лукашенко")
    expect(shown).to_contain_text("from 20 July 1994")
    for place in range(page.locator("dl.people li").count()):
        assert page.locator("dl.people li").nth(place).locator(".sources a").count() >= 1


def test_every_source_is_annotated_and_names_the_pages_that_use_it(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/annotated-sources.html")
    for key, entry in bibliography.entries().items():
        shown = page.locator(f"[id='source-{key.lower()}']")
        assert shown.locator("a").first.get_attribute("href") == entry.fields["url"]
        expect(shown).to_contain_text("Seen ")
    assert page.locator(".annotated > dd").count() >= len(page.locator(".annotated > dt").all())
    expect(page.locator("[id='source-tass2016session']")).to_contain_text("When was this written?")


def test_instructors_find_ten_sessions_all_objectives_and_the_mistakes(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/for-instructors.html")
    for number, title in enumerate(TITLES, start=1):
        section = page.locator(f"#session-{number}")
        expect(section.get_by_role("heading")).to_contain_text(f"Session {number}: {title}")
        assert section.locator("ol > li").count() == len(read_sessions()[number - 1].steps)
    rows = page.locator(".alignment tbody > tr:first-child > th").all_text_contents()
    assert [text.split(":")[0] for text in rows] == list(OBJECTIVES)
    mistakes = page.locator(".misconceptions")
    chapters = read_chapters(ROOT)
    assert mistakes.count() == len(chapters)
    mistakes.first.locator("summary").click()
    slugs = {line.misconception for item in chapters[0].items for line in item.lines if line.misconception}
    assert mistakes.first.locator("dt:visible").count() == len(slugs) > 10


def test_the_alignment_counts_what_the_quizzes_hold(site: Path) -> None:
    text = (site / "chapters/for-instructors.html").read_text(encoding="utf-8")
    table = re.search(r'<div class="figure-table alignment".*?</div>', text, flags=re.DOTALL)[0]
    linked = set(re.findall(r"#quiz-([a-z0-9-]+)", table))
    assert linked == {item.id for chapter in read_chapters(ROOT) for item in chapter.items}


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_need_no_javascript(new_context: Callable[..., BrowserContext], site_address: str, name: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_address}/chapters/{name}.html")
    assert len(page.locator("#furo-main-content").inner_text()) > 1500
    for box in page.locator("#furo-main-content details").all():
        box.locator("summary").first.click()
        expect(box.locator("li, dd").first).to_be_visible()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_the_workshop_is_left_in_the_pages(site: Path, name: str) -> None:
    text = (site / f"chapters/{name}.html").read_text(encoding="utf-8")
    assert not re.search(r">\s*(?:None|nan|NaT|undefined)\s*<", text)
    assert not re.search(r"(?<!\S)/\w+/|evidence/|\{\w+\}`|\{\{", re.sub(r"<[^>]+>", " ", text))
