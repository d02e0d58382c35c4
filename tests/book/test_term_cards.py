"""Terms of the glossary: their meaning on hover and focus at the first use on a page, a plain link after that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from unionstate.book.prose import read_prose
from unionstate.frontmatter import chapters
from unionstate.notebooks import glossary

CHAPTER = "chapters/when-was-this-written.html"


def test_a_term_shows_its_meaning_on_hover_and_leads_to_the_glossary(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/{CHAPTER}")
    term = page.locator(".term-ref", has_text="stamp").first
    card = term.get_by_role("tooltip", include_hidden=True)
    expect(card).to_be_hidden()
    term.locator("a").hover()
    expect(card).to_be_visible()
    expect(card).to_contain_text(glossary()["stamp"])
    card.hover()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    term.locator("a").click()
    expect(page.locator("#term-stamp")).to_be_in_viewport()


def test_a_term_shows_its_meaning_on_focus_and_names_it_for_screen_readers(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/{CHAPTER}")
    for link in page.locator(".term-ref > a").all():
        link.focus()
        card = page.locator(f"#{link.get_attribute('aria-describedby')}")
        expect(card).to_be_visible()
        page.keyboard.press("Escape")
        expect(card).to_be_hidden()


def test_every_term_is_explained_once_in_each_chapter(page: Page, site: Path, site_address: str) -> None:
    for file in chapters():
        page.goto(f"{site_address}/chapters/{file.stem}.html")
        used = {one.target.casefold() for one in read_prose(file).mentions if one.kind == "term"}
        shown = [text.casefold() for text in page.locator(".term-ref .article-card > b").all_text_contents()]
        assert sorted(shown) == sorted(used)
        links = page.locator("#furo-main-content a[href*='glossary.html#term-']")
        assert links.count() >= len(used)


def test_cards_of_terms_stay_on_a_narrow_screen(new_context: Callable[..., BrowserContext], site_address: str) -> None:
    page = new_context(viewport={"width": 390, "height": 800}).new_page()
    page.goto(f"{site_address}/{CHAPTER}")
    for link in page.locator(".term-ref > a").all():
        link.focus()
        box = page.locator(f"#{link.get_attribute('aria-describedby')}").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        assert box["width"] > 200


def test_terms_work_without_javascript(new_context: Callable[..., BrowserContext], site_address: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_address}/{CHAPTER}")
    page.locator(".term-ref > a").first.hover()
    expect(page.locator(".term-ref .article-card").first).to_be_visible()
